"""Trouble that isn't about a governed file: the world's, the caller's or ours.

Problems in a user's files are findings and reasons, which are values. What is raised is a `PlacetError`; the entry
point alone turns it into a message and an exit code.
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The process's answer. An interface: scripts and CI read it."""

    FINE = 0  # also: nothing governed changed
    NOT_MET = 1  # findings, or a gate that isn't met
    USAGE = 2
    BUG = 3
    CANNOT_DECIDE = 4
    INTERRUPTED = 130


class PlacetError(Exception):
    """`what` went wrong, in one sentence, and `help`: the next step for whoever reads it."""

    def __init__(self, what: str, *, help: str = "", exit_code: Exit = Exit.CANNOT_DECIDE) -> None:
        super().__init__(what)
        self.what = what
        self.help = help
        self.exit_code = exit_code


class UsageError(PlacetError):
    """What was asked for can't be meant: an unknown revision, a path outside the repository."""

    def __init__(self, what: str, *, help: str = "") -> None:
        super().__init__(what, help=help, exit_code=Exit.USAGE)
