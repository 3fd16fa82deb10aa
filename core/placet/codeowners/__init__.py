"""CODEOWNERS as GitHub documents it: files to rules, paths to owners."""

#: In this order; only the first that exists counts.
LOCATIONS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
