"""Read a scorer's parameters, or say what is wrong with them and what to do. Knows no file, no position."""

from __future__ import annotations

import math
from collections.abc import Mapping

from placet.errors import PlacetError
from placet.model.suite import ScorerSpec

DEEPEST = 32
_MOST_DIGITS = 300


class ScorerError(PlacetError):
    """A scorer that can't be built as it is written. Whoever read it adds the file and the line."""

    def __init__(self, what: str, help: str = "") -> None:
        super().__init__(what, help=help)


def only(spec: ScorerSpec, *names: str) -> None:
    """Refuse a parameter that this type doesn't have (`x-` ones are notes): a typo must not loosen a check."""
    for name in spec.parameters:
        if name not in names and not name.startswith("x-"):
            takes = ", ".join(f"`{each}`" for each in names)
            raise ScorerError(
                f"`{spec.type}` has no parameter `{name}`", suggestion(name, names) or f"it takes {takes}"
            )


def suggestion(word: str, words: tuple[str, ...]) -> str:
    """`did you mean ...?`, or nothing when no word is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, words, n=1)
    return f"did you mean `{near[0]}`?" if near else ""


def text(spec: ScorerSpec, name: str) -> str:
    value = required(spec, name)
    if not isinstance(value, str):
        raise ScorerError(f"`{name}` must be text, not {kind(value)}", f'put it in quotes: `{name}: "…"`')
    return value


def flag(spec: ScorerSpec, name: str) -> bool:
    value = spec.parameters.get(name, False)
    if not isinstance(value, bool):
        raise ScorerError(f"`{name}` must be true or false, not {kind(value)}")
    return value


def texts(spec: ScorerSpec, name: str) -> tuple[str, ...]:
    """One text, or a list of them that has at least one."""
    value = required(spec, name)
    listed = value if isinstance(value, list | tuple) else (value,)
    for each in listed:
        if not isinstance(each, str):
            raise ScorerError(f"`{name}` must be text or a list of texts, not {kind(each)}", "put each in quotes")
    if not listed:
        raise ScorerError(f"`{name}` is an empty list", "name at least one")
    return tuple(map(str, listed))


def share(spec: ScorerSpec, name: str, default: float | None = None) -> float | None:
    """A number above 0, up to 1."""
    value = spec.parameters.get(name, default)
    if value is None and name not in spec.parameters:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScorerError(f"`{name}` must be a number between 0 and 1, not {kind(value)}", f"like `{name}: 0.8`")
    if not 0 < value <= 1:
        raise ScorerError(f"`{name}` must be above 0 and at most 1", f"like `{name}: 0.8`")
    return float(value)


def count(spec: ScorerSpec, name: str, default: int, most: int) -> int:
    value = spec.parameters.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ScorerError(f"`{name}` must be a whole number from 0 to {most:,}", f"like `{name}: {default or 1}`")
    return value


def choice(spec: ScorerSpec, name: str, choices: tuple[str, ...], default: str) -> str:
    value = spec.parameters.get(name, default)
    if value not in choices:
        near = suggestion(value, choices) if isinstance(value, str) else ""
        raise ScorerError(f"`{name}` must be {' or '.join(choices)}", near)
    return str(value)


def required(spec: ScorerSpec, name: str) -> object:
    if name not in spec.parameters:
        raise ScorerError(f"`{spec.type}` needs the parameter `{name}`", f"add `{name}:` to the scorer")
    return spec.parameters[name]


def plain(value: object, name: str, depth: int = DEEPEST) -> object:
    """A copy in JSON's own types, of bounded depth; frozen mappings and tuples are read as maps and lists."""
    if depth == 0:
        raise ScorerError(f"`{name}` is nested deeper than {DEEPEST} levels", "flatten it")
    if isinstance(value, Mapping):
        return {_key(key, name): plain(item, name, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, name, depth - 1) for item in value]
    return _scalar(value, name)


def kind(value: object) -> str:
    """What a person calls a value of this type."""
    if value is None:
        return "empty"
    names = {bool: "true or false", int: "a number", float: "a number", str: "text"}
    return names.get(type(value), "a mapping" if isinstance(value, Mapping) else "a list")


def _key(key: object, name: str) -> str:
    if not isinstance(key, str):
        raise ScorerError(f"`{name}` has a key that is not text: {str(key)[:40]}", "put the key in quotes")
    return key


def _scalar(value: object, name: str) -> object:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int) and abs(value) < 10**_MOST_DIGITS:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise ScorerError(
        f"`{name}` holds a value that JSON doesn't have", "use text, numbers, true, false, null, lists, maps"
    )
