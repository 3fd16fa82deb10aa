"""Thresholds that two parties agreed on: a change of one needs both, as base names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from tests.repository import CASES, SUITE, SYSTEM, TIERS, dumped, files, plan_of

SETTINGS = "policies/placet.yaml"
AGREED = {"owner": "business", "agreed_with": "technical", "review_by": "2099-05-02"}
OF_TIER = {"owner": "risk", "agreed_with": "desk", "review_by": "2099-05-02"}


def with_(texts: Mapping[str, str], path: str, *keys: str, value: Any) -> dict[str, str]:
    tree = yaml.safe_load(texts[path])
    inner = tree
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    if value is None:
        del inner[keys[-1]]
    return {**texts, path: dumped(tree)}


def agreed() -> dict[str, str]:
    texts = with_(files(), SUITE, "thresholds", value=AGREED)
    texts = with_(texts, TIERS, "tiers", "low", "thresholds", value=OF_TIER)
    return with_(texts, SETTINGS, "roles", "desk", value=["@acme/desk-leads"])


BASE = agreed()


def asked(head: Mapping[str, str], base: Mapping[str, str] = BASE) -> set[tuple[str, ...]]:
    """Who is asked as a party to a threshold."""
    sets = plan_of(base, head).approvals.owner_sets
    return {one.owners for one in sets if "agreed on" in one.why}


BOTH = {("@acme/desk",), ("@dana",)}
OF_THE_TIER = {("@acme/ai-risk",), ("@acme/desk-leads",)}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param(with_(BASE, SUITE, "gates", "accuracy", "min", value=0.8), BOTH, id="a gate becomes looser"),
        pytest.param(with_(BASE, SUITE, "gates", "accuracy", "min", value=0.95), BOTH, id="a gate becomes stricter"),
        pytest.param(with_(BASE, SUITE, "gates", value={}), BOTH, id="all gates go"),
        pytest.param(with_(BASE, SUITE, "thresholds", value=None), BOTH, id="the agreement goes"),
        pytest.param(
            with_(BASE, SUITE, "thresholds", value={**AGREED, "review_by": "2100-01-01"}), BOTH, id="a later review"
        ),
        pytest.param(
            with_(BASE, SUITE, "thresholds", value={**AGREED, "agreed_with": "support"}),
            BOTH,
            id="base's parties say whether there are others",
        ),
        pytest.param({path: text for path, text in BASE.items() if path != SUITE}, BOTH, id="the suite goes"),
        pytest.param(
            with_(
                with_(BASE, SUITE, "gates", "accuracy", "min", value=0.8), SYSTEM, "owners", "business", value=["@me"]
            ),
            BOTH,
            id="a change doesn't choose who a party is",
        ),
        pytest.param(with_(BASE, SUITE, "title", value="Other words"), set(), id="a title"),
        pytest.param(
            {**BASE, CASES: BASE[CASES].replace("Ticket 7 ", "Ticket 71 ")}, set(), id="a case is no threshold"
        ),
        pytest.param(
            with_(BASE, TIERS, "tiers", "low", "gates", "margin", value=0.2), OF_THE_TIER, id="the margin of a tier"
        ),
        pytest.param(
            with_(BASE, TIERS, "tiers", "low", "documents", value={"max_age_days": 30}),
            OF_THE_TIER,
            id="how old documents of a tier may be",
        ),
        pytest.param(
            with_(BASE, TIERS, "tiers", "medium", "gates", "margin", value=0.04),
            set(),
            id="a tier whose thresholds nobody agreed on",
        ),
        pytest.param(
            with_(BASE, TIERS, "tiers", "low", "owners", value=["business"]), set(), id="an owner role is no number"
        ),
    ],
)
def test_who_must_agree(head: Mapping[str, str], expected: set[tuple[str, ...]]) -> None:
    assert asked(head) == expected


def test_whom_a_change_names_first_has_to_agree_to_it() -> None:
    assert asked(BASE, with_(BASE, SUITE, "thresholds", value=None)) == BOTH


def test_a_party_that_nobody_is_can_never_approve() -> None:
    base = with_(BASE, SUITE, "thresholds", value={**AGREED, "agreed_with": "security"})
    assert asked(with_(base, SUITE, "gates", "accuracy", "min", value=0.8), base) == {("@acme/desk",), ()}
