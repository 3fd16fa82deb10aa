"""Hold a parsed file against the JSON Schema of its kind, and say every deviation at its place.

Schemas are our own and shipped; nothing is ever fetched. jsonschema is imported when a file is first judged.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from placet.findings import Finding, Position, Severity
from placet.parse import schema_words as words
from placet.parse.foreign import is_flow
from placet.parse.guesses import Guesses
from placet.parse.kinds import Kind
from placet.parse.tree import Tree

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

TOO_MANY, VERSION, VIOLATION, UNKNOWN_KEY = "FIL003", "FIL006", "FIL007", "FIL008"
#: So many deviations of a file are shown; whoever made more of them mends these first.
MOST = 100
#: The newest `version` of our own file kinds that this Placet reads.
NEWEST = 1
#: Kinds whose format isn't ours: an unknown key there is a warning, unless the text of an entry was cut off there.
FOREIGN = frozenset({Kind.PROMPT})
_ENTRIES = frozenset({"messages", "evaluators"})
#: Kinds without a `version`: not ours, or parts of another file.
_WITHOUT_VERSION = frozenset({*FOREIGN, Kind.CASES, Kind.DOCUMENT})

_WHOLE = {Kind.DOCUMENT: "the front matter"}

_Keys = tuple[str | int, ...]


def violations(tree: Tree, kind: Kind, guesses: Guesses | None = None) -> list[Finding]:
    """In what `tree` isn't what the schema of `kind` asks for, up to `MOST` of each severity; empty when it is."""
    unknown = _unknown_version(tree) if kind not in _WITHOUT_VERSION else None
    if unknown:
        return [unknown]
    found: dict[Finding, None] = {}
    shown: Counter[Severity] = Counter()
    for finding in _deviations(tree, kind, guesses or Guesses()):
        full = shown[finding.severity] == MOST
        if full and finding.severity is Severity.ERROR and finding not in found:
            return [*found, too_many(tree.path, finding.position)]
        if not full and finding not in found:
            shown[finding.severity] += 1
            found[finding] = None
    return list(found)


def too_many(path: str, position: Position) -> Finding:
    message = f"more than {MOST} findings; the rest of this file is not judged"
    return Finding(TOO_MANY, Severity.ERROR, path, position, message, help="mend those above first")


def _deviations(tree: Tree, kind: Kind, guesses: Guesses) -> Iterator[Finding]:
    endless = dict(_not_finite(tree.value))
    yield from (_endless(tree, keys, number) for keys, number in endless.items())
    for error in _validator(kind).iter_errors(tree.value):
        if tuple(error.absolute_path) not in endless:
            yield from _findings(tree, kind, error, guesses)


@cache
def _validator(kind: Kind) -> Validator:
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


def _unknown_version(tree: Tree) -> Finding | None:
    version = tree.value.get("version") if isinstance(tree.value, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version <= NEWEST:
        return None
    return Finding(
        VERSION,
        Severity.ERROR,
        tree.path,
        tree.at("version"),
        f"version {version} of this file kind is unknown; this Placet reads up to {NEWEST}",
        help="update placet, or write `version: 1`",
    )


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
        yield from _missing_keys(tree, kind, keys, error)
    elif "propertyNames" in error.absolute_schema_path:
        position = tree.at(*keys, error.instance, key=True)
        yield _finding(tree, position, f"the key {words.message(error)}", help=words.advice(error, guesses))
    elif kind is Kind.DOCUMENT and keys == ("judges",) and not error.instance:
        yield _finding(tree, tree.at(*keys), "`judges` names nothing that was judged", help=words.stamp(tree.path))
    else:
        named = f"`{words.place(keys)}`" if keys else _WHOLE.get(kind, "this file")
        banned = error.validator == "not" and not error.validator_value  # whatever its value: the key is wrong
        position = tree.at(*keys, key=banned)
        yield _finding(tree, position, f"{named} {words.message(error)}", help=words.advice(error, guesses))


def _missing_keys(tree: Tree, kind: Kind, keys: _Keys, error: Any) -> Iterator[Finding]:
    """jsonschema reports each missing key by itself and shows all: every report says all, and equal ones count once."""
    of = f" in `{words.place(keys)}`" if keys else ""
    for name in error.validator_value:
        if name not in error.instance:
            known = error.schema.get("properties", {}).get(name, {})
            note = known.get("description") or known.get("title") or ""
            judges = kind is Kind.DOCUMENT and name == "judges"
            advice = words.stamp(tree.path) if judges else words.addition(name, known)
            yield _finding(tree, tree.at(*keys), f"`{name}` is missing{of}", help=advice, note=note)


def _unknown_keys(tree: Tree, kind: Kind, error: Any, guesses: Guesses) -> Iterator[Finding]:
    known: Mapping[str, Any] = error.schema.get("properties", {})
    keys: _Keys = tuple(error.absolute_path)
    severity = Severity.WARNING if kind in FOREIGN and not _is_entry(keys) else Severity.ERROR
    cut = kind in FOREIGN and _is_entry(keys) and is_flow(tree, *keys)
    for name, value in error.instance.items():
        if name in known or name.startswith("x-"):
            continue
        close = guesses.closest(name, known)
        advice = f"did you mean `{close}`?" if close else f"known here: {', '.join(sorted(known)) or 'no keys'}"
        if cut and (value is None or not close):
            advice = "a comma ends an unquoted text inside {…}: put the text in quotes, or write it in block style"
        position = tree.at(*keys, name, key=True)
        yield Finding(UNKNOWN_KEY, severity, tree.path, position, f"unknown key `{name}`", help=advice)


def _is_entry(keys: _Keys) -> bool:
    """A message, or an evaluator and what it compares with: GitHub ignores the end of a text that was cut off there.

    What an evaluator tells a judge is left to GitHub, which lets settings stand there that aren't documented.
    """
    return bool(keys) and keys[0] in _ENTRIES and (len(keys) == 2 or keys[2:] == ("string",))


def _finding(tree: Tree, position: Position, message: str, *, help: str = "", note: str = "") -> Finding:
    return Finding(VIOLATION, Severity.ERROR, tree.path, position, message, note, help)
