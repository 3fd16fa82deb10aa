"""Count the work of one validation, so that no schema with any output can be expensive. Judges nothing.

A unit is about a microsecond. Sizes are measured once and noted by identity: asking costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from placet.record import record
from placet.scorers.regex import Pattern

MOST_UNITS = 2_000_000
_PER_KEYWORD = 10
_CHARACTERS_PER_UNIT = 16  # a message repeats the value, and comparing reads it
_WORK_PER_UNIT = 200  # of a pattern's search
# They judge one value once for each of their schemas.
_IN_PLACE = frozenset({"allOf", "anyOf", "oneOf", "dependentSchemas"})

Sizes = dict[int, int]


class OverrunError(Exception):
    """The work went beyond the budget, or the recursion beyond the stack."""


@record(frozen=False, eq=False)
class Meter:
    """What is left of one validation's budget. `patterns` holds every pattern of the schema, compiled."""

    patterns: Mapping[str, Pattern]
    sizes: Sizes
    left: int = MOST_UNITS

    def matches(self, pattern: str, text: str) -> bool:
        compiled = self.patterns[pattern]
        self._charge(1 + compiled.work(text) // _WORK_PER_UNIT)
        return compiled.search(text)

    def keyword(self, name: str, value: Any, instance: object) -> None:
        times = len(value) if name in _IN_PLACE else 1
        characters = _size(value, self.sizes) + _size(instance, self.sizes) * times
        self._charge(_PER_KEYWORD + characters // _CHARACTERS_PER_UNIT)

    def _charge(self, units: int) -> None:
        self.left -= units
        if self.left < 0:
            raise OverrunError


#: jsonschema hands no state through to its keywords, and one scorer may serve several threads.
METER: ContextVar[Meter] = ContextVar("placet.scorers.metered")


def measure(value: object, sizes: Sizes) -> int:
    """About how many characters a value has, noted for every list and mapping in it."""
    if isinstance(value, dict):
        size = sum(len(key) + 4 + measure(item, sizes) for key, item in value.items())
    elif isinstance(value, list):
        size = sum(2 + measure(item, sizes) for item in value)
    else:
        return _size(value, sizes)
    sizes[id(value)] = size
    return size


def _size(value: object, sizes: Sizes) -> int:
    if isinstance(value, str):
        return len(value)
    return sizes.get(id(value), 8)
