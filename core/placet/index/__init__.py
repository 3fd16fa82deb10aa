"""What earlier checks learned, kept under the git directory, so that a commit costs what it changes.

A convenience and never a source of truth: without it every answer is the same and only later.
"""
