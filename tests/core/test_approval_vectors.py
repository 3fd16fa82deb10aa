"""Each case of the vectors, decided as it says, and with exactly those counted whom it names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.core.approval_cases import CASES

from placet.approval.verdict import as_json, decide

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors" / "approval_cases.json").read_text("utf-8")
)["cases"]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case['id']} {case['title']}") for case in VECTORS])
def test_is_decided_as_the_case_says(case: dict[str, Any]) -> None:
    found = as_json(decide(CASES[case["id"]]().facts))
    assert {key: found[key] for key in case["expected"]} == case["expected"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in VECTORS])
def test_what_is_given_is_what_the_case_gives(case: dict[str, Any]) -> None:
    given, facts = case["given"], CASES[case["id"]]().facts
    assert facts["needs"]["people"] == given["required_humans"]
    assert [one["owners"] for one in facts["needs"]["owner_sets"]] == given["owner_sets"]
    assert facts["pull_request"]["author"]["login"] == given["author"]
    assert facts["tier"] == {
        "base": given.get("tier_base", given.get("tier")),
        "head": given.get("tier_head", given.get("tier")),
    }
    kinds = [event["kind"] for event in facts["events"]]
    for kind in ("approve", "request_changes"):
        assert kinds.count(kind) == sum(text.startswith(f"{kind} ") for text in given["events"])


def test_every_case_is_translated() -> None:
    assert set(CASES) == {case["id"] for case in VECTORS}
