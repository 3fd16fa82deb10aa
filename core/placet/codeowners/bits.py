"""Sets of numbers as the bits of one integer: a set of thousands is met with another in a single operation."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeVar

    Key = TypeVar("Key")
    #: A set of few numbers stays a list, so that what many keys hold together isn't as large as their product.
    Packed = int | Sequence[int]

_FEW = 8


def mask(numbers: Sequence[int]) -> int:
    """The integer in which the bits `numbers` are set."""
    if len(numbers) <= _FEW:
        made = 0
        for number in numbers:
            made |= 1 << number
        return made
    buffer = bytearray((max(numbers) >> 3) + 1)
    for number in numbers:
        buffer[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(buffer, "little")


def packed(sets: Mapping[Key, list[int]], width: int) -> dict[Key, Packed]:
    """The sets, those of many numbers as integers; of at most `width` different ones there are then few."""
    heavy = width // 256 + _FEW
    return {key: mask(numbers) if len(numbers) > heavy else numbers for key, numbers in sets.items()}


def unpacked(found: Packed) -> int:
    return found if isinstance(found, int) else mask(found)


def union(sets: Iterable[Packed]) -> int:
    made = 0
    numbers: list[int] = []
    for one in sets:
        if isinstance(one, int):
            made |= one
        else:
            numbers += one
    return made | mask(numbers)


def numbers_of(bits: int) -> list[int]:
    """The numbers whose bits are set, in order."""
    digits = bin(bits)[:1:-1]
    found: list[int] = []
    at = digits.find("1")
    while at >= 0:
        found.append(at)
        at = digits.find("1", at + 1)
    return found
