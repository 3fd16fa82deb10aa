"""The schema of facts: sound, closed, bounded, explained, published; and the Python made from it agrees with it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.core.test_approval_properties import EVERYWHERE, JSON, RICH

from placet.approval.document import troubles_of
from placet.approval.verdict import as_json, decide
from placet.schemas.compiler import compiled
from placet.schemas.records.compiled.facts import conforms

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "core/placet/schemas/records"
SCHEMA: dict[str, Any] = json.loads((FOLDER / "facts.schema.json").read_text("utf-8"))


def subschemas(schema: Any, at: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every place of the schema, without its conditions."""
    if isinstance(schema, dict):
        yield at, schema
        for key in ("properties", "$defs"):
            for name, child in schema.get(key, {}).items():
                yield from subschemas(child, f"{at}/{key}/{name}")
        for key in ("items", "additionalProperties", "propertyNames"):
            yield from subschemas(schema.get(key), f"{at}/{key}")


PLACES = list(subschemas(SCHEMA))


def types(schema: dict[str, Any]) -> set[str]:
    named = schema.get("type", [])
    return {named} if isinstance(named, str) else set(named)


class TestTheSchema:
    def test_is_sound_and_published(self) -> None:
        Draft202012Validator.check_schema(SCHEMA)
        assert SCHEMA["$id"] == "https://placet.dev/schemas/records/facts.schema.json"
        published = ROOT / "docs/schemas/records/facts.schema.json"
        assert json.loads(published.read_text("utf-8")) == SCHEMA, "run `make schemas`"

    def test_is_closed(self) -> None:
        records = [(at, schema) for at, schema in PLACES if "properties" in schema]
        assert len(records) > 20
        assert [at for at, schema in records if schema.get("additionalProperties") is not False] == []

    def test_is_bounded(self) -> None:
        bounds = {"string": {"maxLength"}, "array": {"maxItems"}, "object": {"maxProperties", "properties"}}
        bounds["integer"] = {"maximum"}
        wanting = [
            (at, name)
            for at, schema in PLACES
            for name in sorted(types(schema) & bounds.keys())
            if not bounds[name] & set(schema) and not at.endswith("/decision/properties/number")
        ]
        assert wanting == []

    def test_explains_every_key_with_an_example_that_it_accepts(self) -> None:
        for at, schema in PLACES:
            if not re.search(r"/properties/[^/]+$", at):
                continue
            whole = {**SCHEMA["$defs"].get(schema.get("$ref", "").rpartition("/")[2], {}), **schema}
            assert all(whole.get(name) for name in ("title", "description", "examples")), at
            judge = Draft202012Validator({**schema, "$defs": SCHEMA["$defs"]})
            assert all(judge.is_valid(value) for value in whole["examples"]), at

    def test_is_what_the_python_was_made_from(self) -> None:
        assert (FOLDER / "compiled/facts.py").read_text("utf-8") == compiled(SCHEMA, "facts"), "run `make schemas`"


JUDGE = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EVERYWHERE), JSON)
def test_the_python_refuses_whatever_the_schema_refuses(path: tuple[Any, ...], value: Any) -> None:
    facts = RICH.copy()
    inner: Any = facts
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    if not JUDGE.is_valid(facts):
        assert not conforms(facts)
        assert troubles_of(facts)


def test_what_is_decided_may_be_recorded() -> None:
    found = as_json(decide(RICH.facts))
    assert troubles_of({**copy.deepcopy(RICH.facts), "decision": found}) == ()


@pytest.mark.parametrize("path", sorted((ROOT / "examples/approvals").glob("*.json")), ids=lambda path: path.stem)
def test_an_example_is_a_facts_document(path: Path) -> None:
    assert troubles_of(json.loads(path.read_text("utf-8"))) == ()
