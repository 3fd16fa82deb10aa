"""Read JSON from a model's answer and compare JSON values. Strict, bounded, and the same on every Python.

An answer that is not JSON, or JSON that two readers may understand differently (a key twice, NaN, a number
out of range), is a `NotJsonError` with the reason; nothing else is ever raised.
"""

from __future__ import annotations

import json
import math
from collections.abc import Hashable
from typing import TypeGuard

MOST_CHARACTERS = 1_000_000
DEEPEST = 64
MOST_DIGITS = 300  # beyond it, arithmetic with a float overflows

_FENCE = "```"


class NotJsonError(ValueError):
    """Why a text is not JSON, in a few words."""


def read(text: str, *, fenced: bool = False) -> object:
    """The value that a text holds. `fenced` allows one Markdown fence around all of it."""
    body = _without_fence(text) if fenced else text
    if len(body) > MOST_CHARACTERS:
        raise NotJsonError(f"longer than {MOST_CHARACTERS:,} characters")
    try:
        value = _DECODER.decode(body)
    except json.JSONDecodeError as error:
        raise NotJsonError(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise NotJsonError(_TOO_DEEP) from None
    if not _is_flat_enough(value):
        raise NotJsonError(_TOO_DEEP)
    return value


def same(one: object, other: object) -> bool:
    """Equality as JSON has it: 1 and 1.0 are one number, true is none, the order of keys means nothing."""
    return identity(one) == identity(other)


def identity(value: object) -> Hashable:
    """A hashable stand-in: two JSON values are the same when their identities are equal."""
    if isinstance(value, dict):
        return ("map", frozenset((key, identity(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("list", tuple(identity(item) for item in value))
    if isinstance(value, bool):
        return ("bool", value)
    assert value is None or isinstance(value, int | float | str)  # noqa: S101 - what JSON is made of
    return value


_TOO_DEEP = f"nested deeper than {DEEPEST} levels"


def _without_fence(text: str) -> str:
    stripped = text.strip()
    first, newline, rest = stripped.partition("\n")
    opens = newline and first.rstrip().lower() in (_FENCE, f"{_FENCE}json")
    return rest.removesuffix(_FENCE) if opens and rest.endswith(_FENCE) else text


def _is_flat_enough(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        inside = (each.values() if isinstance(each, dict) else each for each in level if _holds(each))
        level = [item for items in inside for item in items]
    return not any(map(_holds, level))


def _holds(value: object) -> TypeGuard[dict[str, object] | list[object]]:
    return isinstance(value, dict | list)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise NotJsonError("an object has a key twice")
    return result


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise NotJsonError(f"a number has more than {MOST_DIGITS} digits")
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise NotJsonError("a number is out of range")
    return value


def _constant(name: str) -> object:
    raise NotJsonError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_number, parse_constant=_constant
)
