"""Decide whether a scorer's JSON Schema is one we run: valid, of bounded size, its references inside it.

It says no with a `ScorerError`. It retrieves nothing and validates no document.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from placet.scorers.parameters import ScorerError
from placet.scorers.regex import Pattern, compile_pattern
from placet.scorers.shown import clip

DRAFT = "https://json-schema.org/draft/2020-12/schema"
MOST_NODES = 2_000
MOST_CHARACTERS = 100_000
MOST_PATTERNS = 50
# jsonschema runs the first two outside its keywords, where no budget holds and patterns meet Python's `re`.
UNSUPPORTED = {
    "unevaluatedProperties": "use `additionalProperties`",
    "unevaluatedItems": "use `items`",
    "$dynamicRef": "use `$ref`",
    "$schema": "leave it out, or write it at the top only",
}

Schema = dict[str, Any]


def accept(schema: Schema) -> dict[str, Pattern]:
    """The patterns of the schema, compiled, if we run it. `$schema` at its top is checked and taken off."""
    if str(schema.pop("$schema", DRAFT)).removesuffix("#") != DRAFT:
        raise ScorerError("`schema` is of another draft of JSON Schema", f"write it for {DRAFT}")
    _refuse_bulk(schema)
    _refuse_invalid(schema)
    subschemas = list(_subschemas(schema))
    for each in subschemas:
        for keyword in UNSUPPORTED.keys() & each.keys():
            raise ScorerError(f"`schema` uses `{keyword}`, which we don't run", UNSUPPORTED[keyword])
    _refuse_stray_references(schema, subschemas)
    return _patterns(subschemas)


def _refuse_bulk(schema: Schema) -> None:
    nodes = list(_nodes(schema))
    characters = sum(len(node) for node in nodes if isinstance(node, str))
    if len(nodes) > MOST_NODES or characters > MOST_CHARACTERS:
        raise ScorerError(
            f"`schema` is larger than {MOST_NODES:,} nodes or {MOST_CHARACTERS:,} characters",
            "check the parts that matter with scorers of their own",
        )


def _refuse_invalid(schema: Schema) -> None:
    from jsonschema import Draft202012Validator, FormatChecker, SchemaError

    try:
        # Without formats: the check of `regex` would compile patterns with Python's `re`.
        Draft202012Validator.check_schema(schema, format_checker=FormatChecker([]))
    except SchemaError as error:
        what = f"{clip(error.json_path)}: {clip(error.message)}"
        raise ScorerError(f"`schema` is no valid JSON Schema at {what}", f"see {DRAFT}") from None


def _refuse_stray_references(schema: Schema, subschemas: list[Schema]) -> None:
    """Every `$ref` must lead to a schema within this one, or jsonschema stumbles over it when it meets it."""
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    known = {id(each) for each in subschemas}
    registry: Registry[Any] = Registry()
    todo = [(schema, registry.resolver_with_root(DRAFT202012.create_resource(schema)))]
    while todo:
        each, resolver = todo.pop()
        target = _target(each["$ref"], resolver) if "$ref" in each else True
        if not isinstance(target, bool) and id(target) not in known:
            raise ScorerError(f"`schema` refers to {clip(each['$ref'])}, which is no schema inside it", _REF_HELP)
        below = DRAFT202012.create_resource(each).subresources()
        todo += [(sub.contents, resolver.in_subresource(sub)) for sub in below if isinstance(sub.contents, dict)]


_REF_HELP = "put the schema under `$defs` and refer to it as `#/$defs/name`; nothing is ever fetched"


def _target(reference: str, resolver: Any) -> object:
    from referencing.exceptions import Unresolvable

    if not reference.startswith("#"):
        return None
    try:
        return resolver.lookup(reference).contents
    except (
        Unresolvable,
        LookupError,
        ValueError,
        TypeError,
    ):  # a pointer through a list raises what int() raises
        return None


def _patterns(subschemas: list[Schema]) -> dict[str, Pattern]:
    sources = {each["pattern"] for each in subschemas if "pattern" in each}
    sources |= {source for each in subschemas for source in each.get("patternProperties", {})}
    if len(sources) > MOST_PATTERNS:
        raise ScorerError(f"`schema` has more than {MOST_PATTERNS} patterns", "use `enum` where names are fixed")
    return {source: compile_pattern(source, "schema") for source in sorted(sources)}


def _subschemas(schema: Schema) -> Iterator[Schema]:
    """The mappings that stand where 2020-12 has a schema, this one first."""
    from referencing.jsonschema import DRAFT202012

    todo = [schema]
    while todo:
        each = todo.pop()
        yield each
        below = DRAFT202012.create_resource(each).subresources()
        todo += [sub.contents for sub in below if isinstance(sub.contents, dict)]


def _nodes(value: object) -> Iterator[object]:
    yield value
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item)
