"""A facts document: bytes to JSON, and whether it is one. Every complaint names the fact by its path.

Reads what it is given and nothing else. Never raises: what can't be read is a `Trouble`, and that blocks.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

from placet.record import record

LARGEST = 64 * 1024 * 1024
MOST = 20  # troubles that are told
_DEEPEST = 100
_BOUNDARIES = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Texts of several lines; everywhere else a line break is refused.
_OF_LINES = frozenset({"text", "reason", "why", "message"})
#: What it may hold is for the parser of CODEOWNERS to say.
_FOR_ITS_PARSER = ("codeowners", "text")


@record
class Trouble:
    """A fact that can't be used. `path` names it: `events[3].actor.login`, or `event r-1` where ids are better."""

    path: str
    text: str


def read(data: bytes) -> tuple[Any, Trouble | None]:
    """The JSON in `data`. A key that stands twice is refused: which one would count?"""
    if len(data) > LARGEST:
        return None, Trouble("facts", f"has {len(data):,} bytes; at most {LARGEST:,} are read")
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_number), None
    except UnicodeDecodeError as error:
        return None, Trouble("facts", f"is not UTF-8: byte {error.start} is 0x{data[error.start]:02X}")
    except RecursionError:
        return None, Trouble("facts", "is nested too deeply")
    except _Twice as error:
        return None, Trouble(f"{error}", "stands twice in one object")
    except ValueError as error:
        return None, Trouble("facts", f"is no JSON: {error}")


class _Twice(ValueError):  # noqa: N818 - never leaves this module
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        raise _Twice(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return found


def _no_number(text: str) -> Any:
    msg = f"{text} is no number of JSON"
    raise ValueError(msg)


def _number(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def troubles_of(value: Any) -> tuple[Trouble, ...]:
    """In what `value` is no facts document; empty when it is one."""
    from placet.schemas.records.compiled.facts import conforms

    try:
        if conforms(value):
            return tuple(islice(_letters(value), MOST))
        found = tuple(islice(dict.fromkeys(_deviations(value)), MOST))
    except RecursionError:
        return (Trouble("facts", "is nested too deeply"),)
    return found or (Trouble("facts", "isn't what its schema asks for"),)


def _letters(value: Any) -> Iterator[Trouble]:
    """Characters that hide or act: NUL and other controls, line separators, what turns the direction of writing."""
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while pending:
        keys, item = pending.pop()
        if len(keys) > _DEEPEST:
            yield Trouble(place(keys[:4]), "is nested too deeply")
            return
        if type(item) is str:
            if not item.isprintable() and (wrong := _hidden(item, keys)):
                yield Trouble(place(keys), f"holds the character U+{ord(wrong):04X}, which is refused")
        elif type(item) is dict:
            pending += [((*keys, key), child) for key, child in item.items() if (*keys, key) != _FOR_ITS_PARSER]
            pending += [((*keys, "a key"), key) for key in item if not key.isprintable()]
        elif type(item) is list:
            pending += [((*keys, index), child) for index, child in enumerate(item)]


def _hidden(text: str, keys: tuple[str | int, ...]) -> str:
    allowed = "\n\r\t" if keys and keys[-1] in _OF_LINES else ""
    return next((letter for letter in text if letter not in allowed and _is_refused(letter)), "")


def _is_refused(letter: str) -> bool:
    return letter in _BOUNDARIES or unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"}


def _deviations(value: Any) -> Iterator[Trouble]:
    from placet.parse.guesses import Guesses
    from placet.parse.schema_words import message, shown

    errors = list(islice(_validator().iter_errors(value), MOST * MOST))
    errors.sort(key=lambda error: error.validator != "additionalProperties")  # a misspelt key explains a missing one
    for error in errors:
        keys = tuple(error.absolute_path)
        match error.validator:
            case "additionalProperties":
                known = error.schema.get("properties", {})
                for key in islice((key for key in error.instance if key not in known), MOST):
                    close = Guesses().closest(key, list(known))
                    hint = f"; did you mean `{close}`?" if close else ""
                    yield Trouble(place(keys), f"has a key {shown(key)} that is unknown{hint}")
            case "required":
                missing = [key for key in error.validator_value if key not in error.instance]
                yield from (Trouble(place((*keys, key)), "is missing") for key in missing)
            case _ if "propertyNames" in error.absolute_schema_path:
                yield Trouble(place(keys), f"has a key that {message(error)}")
            case _:
                yield Trouble(place(keys), f"{message(error)}{_strange(error.instance)}")


def _strange(value: Any) -> str:
    """The first character that only looks like one of ASCII, or like nothing at all."""
    odd = next((letter for letter in value if not letter.isascii()), "") if isinstance(value, str) else ""
    return f", which holds U+{ord(odd):04X}" if odd else ""


@cache
def _validator() -> Any:
    """Made once: the schema is ours and shipped, and nothing is ever fetched."""
    import re

    from jsonschema import Draft202012Validator, ValidationError, validators
    from referencing import Registry

    def whole(validator: Any, pattern: str, instance: Any, _: Any) -> Iterator[Any]:
        if validator.is_type(instance, "string") and not re.fullmatch(pattern, instance):
            yield ValidationError("another text")

    schema = json.loads(files("placet.schemas.records").joinpath("facts.schema.json").read_text("utf-8"))
    strict = validators.extend(Draft202012Validator, {"pattern": whole})  # type: ignore[no-untyped-call]
    return strict(schema, registry=Registry(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def place(keys: Iterable[str | int]) -> str:
    """`events[3].actor.login`; the whole document is `facts`."""
    found = ""
    for key in keys:
        if isinstance(key, int):
            found += f"[{key}]"
        elif key.isidentifier() and key.isascii():
            found += f".{key}" if found else key
        else:
            found += f"[{json.dumps(key[:100])}]"
    return found or "facts"
