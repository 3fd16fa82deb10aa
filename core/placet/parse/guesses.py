"""Which known word somebody may have meant, looked for within bounds: comparing names costs more than reading them."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from placet.record import record

LONGEST = 80  # characters of a name; the time for two of them grows with the square
MOST_KNOWN = 300  # among more names the closest says little
MOST_COMPARED = 3_000  # pairs of names in one check


def closest(wrong: str, known: Collection[str], cutoff: float = 0.6) -> str | None:
    """The known word that looks most like `wrong`; None when there is none, or too much to compare."""
    if len(wrong) > LONGEST or len(known) > MOST_KNOWN:
        return None
    close = get_close_matches(wrong, sorted(name for name in known if len(name) <= LONGEST), n=1, cutoff=cutoff)
    return close[0] if close else None


@record(frozen=False)
class Guesses:
    """What one check may still compare. When it is used up there are no more suggestions; every finding stays."""

    left: int = MOST_COMPARED

    def closest(self, wrong: str, known: Collection[str], cutoff: float = 0.6) -> str | None:
        if len(known) > self.left:
            return None
        self.left -= len(known)
        return closest(wrong, known, cutoff)
