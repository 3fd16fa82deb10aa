"""Approvals: whose yes counts for a pull request, and whether it is enough. Pure: facts in, a decision out."""
