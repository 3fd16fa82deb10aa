"""Many globs at once against a name, letter by letter: for those that no piece of text gives away."""

from __future__ import annotations

from placet.codeowners.bits import mask, numbers_of, packed, union, unpacked
from placet.codeowners.chains import Chains, by_length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placet.codeowners.bits import Packed
    from placet.codeowners.patterns import Glob

    #: A glob, and the numbers of the segments that are written so.
    Numbered = tuple[Glob, list[int]]

_DENSE = 2  # with so many times fewer globs than numbers, each glob gets a number of its own
_ASKED = 48  # letters that a name is searched for before it is gone through
_REMEMBERED = 256  # letters


def letters_of(globs: Sequence[Numbered], width: int) -> list[Letters]:
    lengths = [sum(map(len, made.chunks)) for made, _ in globs]
    return [Letters([globs[at] for at in group], width) for group in by_length(lengths)]


class Letters:
    """Globs of a like length, and the numbers below `width` that they stand for."""

    def __init__(self, globs: Sequence[Numbered], width: int) -> None:
        self._homes: list[Packed] | None = None
        slots = [(made, number) for made, numbers in globs for number in numbers]
        count = width
        if len(globs) * _DENSE < width:
            self._homes = list(packed({slot: numbers for slot, (_, numbers) in enumerate(globs)}, width).values())
            slots = [(made, slot) for slot, (made, _) in enumerate(globs)]
            count = len(globs)
        self._chains = Chains({slot: _shape(made) for made, slot in slots}, count)
        self._anything = mask(
            [at * count + slot for made, slot in slots for at, char in _letters(made) if char is None]
        )
        self._at = _places(slots, count)
        self._needing = _needing(slots, count)
        self._fits: dict[str, int] = {}
        self._least = min(_shape(made)[0] for made, _ in globs)

    def fitting(self, name: str) -> int:
        if len(name) < self._least:
            return 0
        chains = self._chains
        active = chains.start & ~union(found for char, found in self._needing if char not in name)
        for char in name:
            if not active:
                return 0
            active = chains.step(active, self._fitting(char))
        found = chains.ended(active)
        return found if self._homes is None else union(self._homes[slot] for slot in numbers_of(found))

    def _fitting(self, char: str) -> int:
        found = self._fits.get(char)
        if found is None:
            if len(self._fits) >= _REMEMBERED:
                self._fits.clear()
            found = self._fits[char] = unpacked(self._at.get(char, ())) | self._anything
        return found


def _letters(made: Glob) -> Iterator[tuple[int, str | None]]:
    return enumerate(char for chunk in made.chunks for char in chunk)


def _shape(made: Glob) -> tuple[int, list[int]]:
    """How many letters it has, and before which of them a star stands."""
    length, stars = 0, []
    for chunk in made.chunks:
        length += len(chunk)
        stars.append(length)
    return length, stars[:-1]


def _places(slots: Sequence[tuple[Glob, int]], count: int) -> dict[str, Packed]:
    places: dict[str, list[int]] = {}
    for made, slot in slots:
        for at, char in _letters(made):
            if char is not None:
                places.setdefault(char, []).append(at * count + slot)
    return packed(places, count)


def _needing(slots: Sequence[tuple[Glob, int]], count: int) -> list[tuple[str, Packed]]:
    """The globs that can't fit without a letter, for the letters that most of them need."""
    needing: dict[str, list[int]] = {}
    for made, slot in slots:
        for char in {char for _, char in _letters(made) if char is not None}:
            needing.setdefault(char, []).append(slot)
    most = sorted(needing, key=lambda char: (-len(needing[char]), char))[:_ASKED]
    return list(packed({char: needing[char] for char in most}, count).items())
