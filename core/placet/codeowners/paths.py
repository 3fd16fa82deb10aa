"""Many patterns at once against a path: which of them match it, and which is the last.

Neighbouring paths share the work of the folders that they have in common, so ask in the order in which git lists them.
"""

from __future__ import annotations

from placet.codeowners.bits import numbers_of
from placet.codeowners.chains import Chains, by_length
from placet.codeowners.names import Names
from placet.codeowners.patterns import chain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from placet.codeowners.patterns import Chain


class Paths:
    """Patterns by their place in `patterns`; a later one comes after."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._shapes = [chain(pattern) for pattern in patterns]
        groups = by_length([len(shape.items) for shape in self._shapes])
        self._groups = [_Group(group, self._shapes) for group in groups]
        start = tuple(group.chains.start for group in self._groups)
        self._trail: tuple[str, list[str], list[tuple[int, ...]]] = ("", [], [start])

    def last(self, path: str) -> int | None:
        """The last pattern that matches."""
        return max((group.last(bits) for group, bits in self._found(path) if bits), default=None)

    def every(self, path: str) -> list[int]:
        """All patterns that match, in no order."""
        return [group.numbers[at] for group, bits in self._found(path) if bits for at in numbers_of(bits)]

    def nothing_met(self) -> list[int]:
        """What `meet` adds to."""
        return [0] * len(self._groups)

    def meet(self, path: str, met: list[int]) -> int | None:
        """The last pattern that matches; all that do are added to `met`."""
        last = None
        for at, (group, bits) in enumerate(self._found(path)):
            if bits:
                met[at] |= bits
                last = max(group.last(bits), -1 if last is None else last)
        return last

    def numbers(self, met: Sequence[int]) -> set[int]:
        """The patterns in `met`."""
        return {group.numbers[at] for group, bits in zip(self._groups, met, strict=True) for at in numbers_of(bits)}

    def covering(self, number: int) -> int | None:
        """The last pattern after `number` that plainly matches whatever that one matches."""
        shape = self._shapes[number]
        found = [group.last(bits) for group in self._groups if (bits := group.covering(shape))]
        last = max(found, default=number)
        return last if last > number else None

    def is_within(self, number: int, other: int) -> bool:
        """Whether `other` plainly matches whatever pattern `number` matches."""
        shape = self._shapes[number]
        return any(
            other in group.numbers and group.covering(shape) >> group.numbers.index(other) & 1 for group in self._groups
        )

    def _found(self, path: str) -> list[tuple[_Group, int]]:
        folder, slash, name = path.rpartition("/")
        active = self._inside(folder) if slash else self._trail[2][0]
        return [(group, group.through(places, name)) for group, places in zip(self._groups, active, strict=True)]

    def _inside(self, folder: str) -> tuple[int, ...]:
        """How far each pattern has come in `folder`."""
        last, known, states = self._trail
        if folder == last and known:
            return states[-1]
        names = folder.split("/")
        shared = 0
        while shared < min(len(names), len(known)) and names[shared] == known[shared]:
            shared += 1
        states = states[: shared + 1]
        for name in names[shared:]:
            states.append(
                tuple(group.enter(places, name) for group, places in zip(self._groups, states[-1], strict=True))
            )
        self._trail = (folder, names, states)
        return states[-1]


class _Group:
    """Patterns of a like length, by their `numbers` in the whole."""

    def __init__(self, numbers: list[int], shapes: Sequence[Chain]) -> None:
        self.numbers = numbers
        count = len(numbers)
        own = [shapes[number] for number in numbers]
        self.chains = Chains({at: (len(shape.items), shape.loops) for at, shape in enumerate(own)}, count)
        items = [(place * count + at, item) for at, shape in enumerate(own) for place, item in enumerate(shape.items)]
        self._names = Names(items, count * max(len(shape.items) for shape in own))

    def last(self, bits: int) -> int:
        return self.numbers[bits.bit_length() - 1]

    def enter(self, active: int, name: str) -> int:
        return self.chains.step(active, self._names.fitting(name))

    def through(self, active: int, name: str) -> int:
        return self.chains.ended(self.chains.step(active, self._names.fitting(name)))

    def covering(self, shape: Chain) -> int:
        """The patterns that match whatever `shape` matches. Its loops hold only those that may skip as many names."""
        active, anything = self.chains.start, self._names.covering("*")
        for at, item in enumerate(shape.items):
            if at in shape.loops:
                active = self.chains.skip(active, anything)
            active = self.chains.step(active, self._names.covering(item))
        found = self.chains.ended(active)
        if len(shape.items) in shape.loops:
            found &= self.chains.ended(self.chains.step(self.chains.skip(active, anything), anything))
        return found
