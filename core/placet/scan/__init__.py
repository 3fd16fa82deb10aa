"""The shadow-AI finder: what in a repository calls models, and which of it no registration speaks of.

Pure: paths and bytes come in, signs and proposals go out. Nothing that is read is ever run, and no value of a variable
is ever kept.
"""
