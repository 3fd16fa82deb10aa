"""docs/files.md says what the schemas say: every key, which are required, and examples that are valid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from tests.governed import ROOT

from placet.findings import Finding
from placet.parse.json_lines import read_json_lines
from placet.parse.kinds import Kind
from placet.parse.schema import violations
from placet.parse.tree import Tree, read_front_matter, read_yaml

PAGE = (ROOT / "docs/files.md").read_text("utf-8")
TITLES = {
    "settings": "Settings",
    "tiers": "Tiers",
    "classification": "Classification",
    "providers": "Providers",
    "control": "Control",
    "system": "Registration",
    "prompt": "Prompt",
    "suite": "Suite",
    "case": "Case",
    "document": "Document",
    "waiver": "Waiver",
    "own-rules": "Rules of your own",
    "policy-test": "Policy tests",
    "incident": "Incident",
    "label": "Label",
    "recorded": "Recorded file",
}
EVERY_KIND = pytest.mark.parametrize("kind", TITLES)


def schema(kind: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((files("placet") / "schemas" / f"{kind}.schema.json").read_text("utf-8"))
    return loaded


def section(kind: str) -> str:
    found = re.search(rf"^## {TITLES[kind]}: `[^`]+`\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, f"docs/files.md has no section {TITLES[kind]}"
    return found[1]


def keys(part: Any) -> Iterator[str]:
    """Every key that a schema knows, at any depth."""
    if isinstance(part, dict):
        if isinstance(part.get("properties"), dict):
            yield from part["properties"]
        for child in part.values():
            yield from keys(child)
    elif isinstance(part, list):
        for child in part:
            yield from keys(child)


def example(kind: str) -> Tree | tuple[Finding, ...]:
    fenced = re.search(r"```(yaml|json|markdown)\n(.*?)```", section(kind), re.DOTALL)
    assert fenced
    data = fenced[2].encode()
    if fenced[1] == "json":
        (row,) = read_json_lines("example.jsonl", data).rows
        return row
    if fenced[1] == "markdown":
        tree = read_front_matter("example.md", data)[0]
        assert isinstance(tree, Tree)
        return tree
    return read_yaml("example.yaml", data)


def test_has_a_section_for_every_schema() -> None:
    names = {path.name for path in (files("placet") / "schemas").iterdir()}
    assert {name.removesuffix(".schema.json") for name in names if name.endswith(".schema.json")} == set(TITLES)


@EVERY_KIND
class TestEachKind:
    def test_its_table_is_what_the_schema_says(self, kind: str) -> None:
        whole = schema(kind)
        rows = [
            f"| `{name}` | {'required' if name in whole['required'] else ''} | {described['description']} |"
            for name, described in whole["properties"].items()
        ]
        assert "| key | | what it says |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n" in section(kind)

    def test_every_key_at_any_depth_is_mentioned(self, kind: str) -> None:
        text = section(kind) + (section("case") if kind == "suite" else "")
        assert {name for name in keys(schema(kind)) if not re.search(rf"\b{name}\b", text)} == set()

    def test_its_example_is_valid(self, kind: str) -> None:
        tree = example(kind)
        assert isinstance(tree, Tree)
        assert violations(tree, Kind(kind)) == []


def test_every_link_leads_somewhere() -> None:
    targets = [link for link in re.findall(r"\]\(([^)#]+)\)", PAGE) if "://" not in link]
    assert targets
    assert [link for link in targets if not (ROOT / "docs" / link).exists()] == []
