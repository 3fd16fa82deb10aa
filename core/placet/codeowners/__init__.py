"""CODEOWNERS as GitHub documents it: files to rules, paths to owners."""
