"""What jsonschema finds in a file that doesn't conform, each deviation at its place and in our words.

Imported only where `placet.parse.schema` found something to say. Schemas are our own and shipped; nothing is fetched.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from placet.findings import Finding, Position, Severity
from placet.parse import schema_words as words
from placet.parse.foreign import is_flow
from placet.parse.guesses import Guesses
from placet.parse.kinds import Kind
from placet.parse.node import Tree
from placet.record import replace

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

VIOLATION, UNKNOWN_KEY = "FIL007", "FIL008"
#: Kinds whose format isn't ours: an unknown key there is a warning, unless the text of an entry was cut off there.
FOREIGN = frozenset({Kind.PROMPT})
_ENTRIES = frozenset({"messages", "evaluators"})

_WHOLE = {Kind.DOCUMENT: "the front matter"}

_Keys = tuple[str | int, ...]


def deviations(tree: Tree, kind: Kind, guesses: Guesses) -> Iterator[Finding]:
    endless = dict(_not_finite(tree.value))
    yield from (_endless(tree, keys, number) for keys, number in endless.items())
    for error in validator(kind).iter_errors(tree.value):
        if tuple(error.absolute_path) not in endless:
            yield from _findings(tree, kind, error, guesses)


@cache
def validator(kind: Kind) -> Validator:
    """What judges values of `kind`. Its errors carry their path, and never a place."""
    from jsonschema import Draft202012Validator, validators
    from referencing import Registry

    schema = json.loads(files("placet.schemas").joinpath(f"{kind}.schema.json").read_text("utf-8"))
    strict: type[Validator] = validators.extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    return strict(schema, registry=Registry(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def _pattern(validator: Any, pattern: str, instance: Any, _: Any) -> Iterator[Any]:
    """Our patterns cover the whole text; Python's `$` would let a line break at its end through."""
    from jsonschema import ValidationError

    if validator.is_type(instance, "string") and not re.fullmatch(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _not_finite(value: Any) -> Iterator[tuple[_Keys, float]]:
    """Infinite numbers and those that are none: they would pass every comparison that a schema can make."""
    pending: list[tuple[_Keys, Any]] = [((), value)]
    while pending:
        keys, item = pending.pop()
        if isinstance(item, dict):
            pending += [((*keys, key), child) for key, child in item.items()]
        elif isinstance(item, list):
            pending += [((*keys, index), child) for index, child in enumerate(item)]
        elif isinstance(item, float) and not math.isfinite(item):
            yield keys, item


def _endless(tree: Tree, keys: _Keys, number: float) -> Finding:
    message = f"`{words.place(keys)}` must be a finite number, and is {words.shown(number)}"
    return _finding(tree, tree.at(*keys), message, help="write it in digits; text needs quotes")


def _findings(tree: Tree, kind: Kind, error: Any, guesses: Guesses) -> Iterator[Finding]:
    keys: _Keys = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(tree, kind, error, guesses)
    elif error.validator == "required":
        yield from _missing_keys(tree, kind, error, guesses)
    elif "propertyNames" in error.absolute_schema_path:
        position = tree.at(*keys, error.instance, key=True)
        yield _finding(tree, position, f"the key {words.message(error)}", help=words.advice(error, guesses))
    elif kind is Kind.DOCUMENT and keys == ("judges",) and not error.instance:
        yield _finding(tree, tree.at(*keys), "`judges` names nothing that was judged", help=words.stamp(tree.path))
    else:
        named = f"`{words.place(keys)}`" if keys else _WHOLE.get(kind, "this file")
        if error.schema.get("writeOnly"):  # a key pasted there must not be shown
            advice = error.schema["description"]
            message = f"{named} is not {words.lowered(error.schema['title'])}"
            yield replace(_finding(tree, tree.at(*keys), message, help=advice), secret=True)
            return
        banned = error.validator == "not" and not error.validator_value  # whatever its value: the key is wrong
        position = tree.at(*keys, key=banned)
        yield _finding(tree, position, f"{named} {words.message(error)}", help=words.advice(error, guesses))


def _missing_keys(tree: Tree, kind: Kind, error: Any, guesses: Guesses) -> Iterator[Finding]:
    """jsonschema reports each missing key by itself and shows all: every report says all, and equal ones count once."""
    keys: _Keys = tuple(error.absolute_path)
    of = f" in `{words.place(keys)}`" if keys else ""
    misspelt = _meant(error.instance, _keys_of(kind, error), guesses)
    for name in error.validator_value:
        if name not in error.instance and name not in misspelt:
            known = error.schema.get("properties", {}).get(name, {})
            note = known.get("description") or known.get("title") or ""
            judges = kind is Kind.DOCUMENT and name == "judges"
            advice = words.stamp(tree.path) if judges else words.addition(name, known)
            yield _finding(tree, tree.at(*keys), f"`{name}` is missing{of}", help=advice, note=note)


def _meant(mapping: Mapping[str, Any], known: Mapping[str, Any], guesses: Guesses) -> set[str | None]:
    """The keys that are there and misspelt. Each is one finding, and not a second one for what is missing then."""
    return {guesses.closest(name, known) for name in _unknown(mapping, known)}


def _unknown(mapping: Mapping[str, Any], known: Mapping[str, Any]) -> list[str]:
    return [name for name in mapping if name not in known and not name.startswith("x-")]


def _keys_of(kind: Kind, error: Any) -> Mapping[str, Any]:
    """The keys that the mapping of `error` may have: those of the innermost schema on the way that takes no others."""
    lists = [schema for schema in _way(validator(kind).schema, error.absolute_schema_path) if _is_closed(schema)]
    known: Mapping[str, Any] = lists[-1].get("properties", {}) if lists else {}
    return known


def _way(root: Any, steps: Iterable[str | int]) -> Iterator[Any]:
    """Every schema from `root` down; references are followed and aren't steps."""
    schema = root
    yield schema
    for step in steps:
        while isinstance(schema, dict) and step not in schema:
            schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
            yield schema
        schema = schema[step]
        yield schema


def _is_closed(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("additionalProperties") is False


def _demanded(kind: Kind, error: Any) -> set[str]:
    """The keys that a mapping with an unknown key must have, if it hasn't."""
    schema = error.schema
    names = [*schema.get("required", ())]
    if "then" in schema and validator(kind).evolve(schema=schema["if"]).is_valid(error.instance):
        names += schema["then"].get("required", ())
    return set(names) - set(error.instance)


def _unknown_keys(tree: Tree, kind: Kind, error: Any, guesses: Guesses) -> Iterator[Finding]:
    known: Mapping[str, Any] = error.schema.get("properties", {})
    keys: _Keys = tuple(error.absolute_path)
    strict, missing = kind not in FOREIGN or _is_entry(keys), _demanded(kind, error)
    cut = kind in FOREIGN and _is_entry(keys) and is_flow(tree, *keys)
    for name in _unknown(error.instance, known):
        close = guesses.closest(name, known)
        advice = f"did you mean `{close}`?" if close else f"known here: {', '.join(sorted(known)) or 'no keys'}"
        if cut and (error.instance[name] is None or not close):
            advice = "a comma ends an unquoted text inside {…}: put the text in quotes, or write it in block style"
        position = tree.at(*keys, name, key=True)
        severity = Severity.ERROR if strict or close in missing else Severity.WARNING
        yield Finding(UNKNOWN_KEY, severity, tree.path, position, f"unknown key `{name}`", help=advice)


def _is_entry(keys: _Keys) -> bool:
    """A message, or an evaluator and what it compares with: GitHub ignores the end of a text that was cut off there.

    What an evaluator tells a judge is left to GitHub, which lets settings stand there that aren't documented.
    """
    return bool(keys) and keys[0] in _ENTRIES and (len(keys) == 2 or keys[2:] == ("string",))


def _finding(tree: Tree, position: Position, message: str, *, help: str = "", note: str = "") -> Finding:
    return Finding(VIOLATION, Severity.ERROR, tree.path, position, message, note, help)
