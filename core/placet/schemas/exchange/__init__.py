"""The JSON Schemas of values that tools hand to each other; no file of a repository is one."""
