"""Many chains of symbols at once, with places where any symbols may stand: one integer holds how far each has come.

A chain's place is one bit, and all chains move on by one shift. So a step costs what all chains together are long,
divided by the width of a machine word, however many of them match, and nothing is ever tried twice.
"""

from __future__ import annotations

from placet.codeowners.bits import mask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_SMALL = 4096  # places that are gone through as fast as a few


class Chains:
    """Chains by number, each with its length and its loops. The place before item `i` of `c` is bit `i * count + c`."""

    __slots__ = ("_ends", "_loops", "count", "start")

    def __init__(self, chains: Mapping[int, tuple[int, Collection[int]]], count: int) -> None:
        self.count = count
        self.start = mask(list(chains))
        self._ends = mask([length * count + number for number, (length, _) in chains.items()])
        self._loops = mask([at * count + number for number, (_, loops) in chains.items() for at in loops])

    def step(self, active: int, fits: int) -> int:
        """The places after a symbol, of which `fits` says before which items it may stand."""
        return ((active & fits) << self.count) | (active & self._loops)

    def skip(self, active: int, anything: int) -> int:
        """Places that stand for any symbols, none of them included. `anything` are the items that every symbol fits.

        An item that any symbol fits, with a loop behind it, is still to come after none, and is passed after more.
        """
        return active & (self._loops | anything & self._loops >> self.count)

    def ended(self, active: int) -> int:
        """The chains that are through, a bit each."""
        through, found = active & self._ends, 0
        while through:
            below = (through.bit_length() - 1) // self.count * self.count
            found |= through >> below
            through &= (1 << below) - 1
        return found


def by_length(lengths: Sequence[int]) -> list[list[int]]:
    """Chains of a like length together: one long one among many short ones would make all of them as long."""
    classes: dict[int, list[int]] = {}
    for number, length in enumerate(lengths):
        classes.setdefault(length.bit_length(), []).append(number)
    groups: list[list[int]] = []
    for _, longer in sorted(classes.items()):
        if groups and _belong_together(groups[-1], longer, lengths):
            groups[-1] += longer
        else:
            groups.append(longer)
    return [sorted(group) for group in groups]


def _belong_together(shorter: list[int], longer: list[int], lengths: Sequence[int]) -> bool:
    """Whether going through two groups takes longer than through one that is a little larger."""
    longest = max(lengths[number] for number in longer)
    parted = len(shorter) * max(lengths[number] for number in shorter) + len(longer) * longest
    return (len(shorter) + len(longer)) * longest <= parted * 5 // 4 + _SMALL
