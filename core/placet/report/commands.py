"""Commands that a reader is told to type: they name the same change as the one that was judged."""

from __future__ import annotations

from shlex import quote

from placet.report.escape import tick
from placet.results import Review


def one_whole(review: Review, suite: str, case: str) -> str:
    """The command that shows one case whole."""
    flags = review.flags or ("--worktree" if review.plan.ends.uncommitted else "")
    wanted = f"--suite {quote(suite)} --case {quote(case)}"
    return tick(" ".join(["placet review", *([flags] if flags else []), wanted]))
