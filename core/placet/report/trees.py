"""Trees drawn with lines, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from placet.record import record


@record
class Branch:
    """A line, and what hangs below it."""

    text: str
    branches: tuple[Branch, ...] = ()


#: Branches of one list that a person is shown.
MOST = 30


def bounded(branches: Iterable[Branch]) -> tuple[Branch, ...]:
    """The first `MOST` branches, and how many more there are."""
    rest = iter(branches)
    shown = tuple(islice(rest, MOST))
    more = sum(1 for _ in rest)
    return (*shown, Branch(f"and {more:,} more")) if more else shown


def drawn(branches: Sequence[Branch]) -> Iterator[str]:
    for number, branch in enumerate(branches):
        last = number == len(branches) - 1
        yield f"{'└─' if last else '├─'} {branch.text}"
        yield from (f"{'   ' if last else '│  '}{line}" for line in drawn(branch.branches))
