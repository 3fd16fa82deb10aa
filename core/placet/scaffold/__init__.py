"""What files to write: a governed repository's first policies, an example, registrations, prompts, suites and waivers.

Pure: answers and what stands there already come in, texts go out. `placet.cli.writing` puts them on disk.
"""
