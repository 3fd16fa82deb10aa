"""Which known word somebody may have meant, looked for within bounds: comparing names costs more than reading them."""

from __future__ import annotations

from placet.record import field, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST = 80  # characters of a name; the time for two of them grows with the square
MOST_KNOWN = 300  # among more names the closest says little
MOST_COMPARED = 600  # pairs of names for one file


def closest(wrong: str, known: Collection[str], cutoff: float = 0.6) -> str | None:
    """The known word that looks most like `wrong`; None when there is none, or too much to compare."""
    if len(wrong) > LONGEST or len(known) > MOST_KNOWN:
        return None
    from difflib import get_close_matches

    close = get_close_matches(wrong, sorted(name for name in known if len(name) <= LONGEST), n=1, cutoff=cutoff)
    return close[0] if close else None


@record(frozen=False)
class Guesses:
    """What may still be compared for one file. When it is used up it gets no more suggestions; every finding stays.

    Each file has its own, so that what is suggested for it doesn't hang on what else is wrong in the repository.
    """

    left: int = MOST_COMPARED
    _answers: dict[tuple[str, frozenset[str], float], str | None] = field(default_factory=dict)

    def closest(self, wrong: str, known: Collection[str], cutoff: float = 0.6) -> str | None:
        question = (wrong, frozenset(known), cutoff)
        if question not in self._answers:
            if len(known) > self.left:
                return None
            self.left -= len(known)
            self._answers[question] = closest(wrong, known, cutoff)
        return self._answers[question]
