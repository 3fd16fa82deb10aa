"""From a schema-valid tree of `policies/tests/` to typed tests. Runs none of them."""

from __future__ import annotations

from placet.model.policy import Tier
from placet.model.policy_test import Expected, Given, PolicyTest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from placet.parse.node import Tree


def policy_tests(tree: Tree) -> tuple[PolicyTest, ...]:
    return tuple(
        PolicyTest(test["name"], tree.path, index, _given(test["given"]), _expected(test["expect"]))
        for index, test in enumerate(tree.value["tests"])
    )


def _given(value: dict[str, Any]) -> Given:
    from datetime import date

    today = date.fromisoformat(value["today"]) if "today" in value else None
    said: dict[str, Any] = {key: value[key] for key in ("events", "teams", "people") if key in value}
    return Given(
        value["registration"],
        value.get("with", {}),
        today,
        value.get("evidence", {}),
        before=value.get("before", {}),
        new=value.get("new", False),
        controls=value.get("controls", {}),
        waivers={name: date.fromisoformat(until) for name, until in value.get("waivers", {}).items()},
        facts={**value.get("facts", {}), **said} if said or "facts" in value else None,
    )


def _expected(value: dict[str, Any]) -> Expected:
    approvals, without = value.get("approvals", {}), value.get("without", {})
    return Expected(
        tier=Tier.of(value["tier"]) if "tier" in value else None,
        controls=tuple(value.get("controls", ())),
        people=approvals.get("people"),
        roles=tuple(approvals.get("roles", ())),
        findings=tuple(value.get("findings", ())),
        without_controls=tuple(without.get("controls", ())),
        without_roles=tuple(without.get("roles", ())),
        without_findings=tuple(without.get("findings", ())),
        verdict=value.get("verdict"),
        counted=tuple(value["counted"]) if "counted" in value else None,
        reasons=value.get("reasons"),
    )
