"""jsonschema's validator of draft 2020-12, each keyword metered. Heavy: import it where a schema is built.

Four keywords are our own: jsonschema runs their patterns on Python's `re`, or compares each item with each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from placet.scorers.json_text import identity
from placet.scorers.metered import METER

Keyword = Callable[[Any, Any, Any, Any], Any]
Errors = Iterator[ValidationError]


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Errors:
    if isinstance(instance, str) and not METER.get().matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, by_pattern: dict[str, Any], instance: Any, schema: Any) -> Errors:
    if isinstance(instance, dict):
        meter = METER.get()
        for pattern, below in by_pattern.items():
            for key in [each for each in instance if meter.matches(pattern, each)]:
                yield from validator.descend(instance[key], below, path=key, schema_path=pattern)


def _additional_properties(validator: Any, allowed: Any, instance: Any, schema: Any) -> Errors:
    if isinstance(instance, dict):
        for key in _additional(instance, schema):
            if allowed is False:
                yield ValidationError(f"the property {key[:60]!r} is not allowed")
            else:
                yield from validator.descend(instance[key], allowed, path=key)


def _additional(instance: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    meter, named, patterns = METER.get(), schema.get("properties", {}), schema.get("patternProperties", {})
    return (
        key for key in instance if key not in named and not any(meter.matches(pattern, key) for pattern in patterns)
    )


def _unique_items(validator: Any, unique: bool, instance: Any, schema: Any) -> Errors:
    if unique and isinstance(instance, list) and len(set(map(identity, instance))) < len(instance):
        yield ValidationError(f"{instance!r} has non-unique elements")


_OURS: dict[str, Keyword] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "uniqueItems": _unique_items,
}


def _metered(name: str, keyword: Keyword) -> Keyword:
    def judge(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        METER.get().keyword(name, value, instance)
        return keyword(validator, value, instance, schema)

    return judge


_KEYWORDS = {**Draft202012Validator.VALIDATORS, **_OURS}
MeteredValidator: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {name: _metered(name, keyword) for name, keyword in _KEYWORDS.items()}
)
