"""From schema-valid trees of `policies/` to typed policies. Infallible: the schema has spoken before."""

from __future__ import annotations

from placet.model.policy import (
    ApprovalPolicy,
    ClassificationRule,
    Control,
    Floor,
    GatePolicy,
    Inconclusive,
    Limits,
    Means,
    Phase,
    Price,
    Provider,
    ServedModel,
    Settings,
    Thresholds,
    Tier,
    TierPolicy,
)
from placet.parse.tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def settings(tree: Tree) -> Settings:
    value = tree.value
    return Settings(
        ledger_branch=value["ledger"]["branch"],
        check_name=value["check"]["name"],
        main_suite=value["suites"]["main"],
        roles={role: tuple(holders) for role, holders in value["roles"].items()},
        secrets=value.get("secrets", False),
        budget=_budget(value.get("budget", {})),
    )


def _budget(value: dict[str, Any]) -> Limits:
    return Limits(value.get("max_calls"), value.get("max_cost_usd"), value.get("max_minutes"))


def tiers(tree: Tree) -> dict[Tier, TierPolicy]:
    return {Tier.of(name): _tier(Tier.of(name), value, tree) for name, value in tree.value["tiers"].items()}


def _tier(tier: Tier, value: dict[str, Any], tree: Tree) -> TierPolicy:
    approvals = value["approvals"]
    return TierPolicy(
        tier=tier,
        controls=tuple(value["controls"]),
        owners=tuple(value["owners"]),
        approvals=ApprovalPolicy(approvals["people"], tuple(approvals["roles"]), approvals["rollback_people"]),
        gates=_gates(value["gates"]),
        least_cases=value["suites"]["least_cases"],
        pinned_models=value["models"]["pinned"],
        max_age_days=value["evidence"]["max_age_days"],
        position=tree.at("tiers", tier.label, key=True),
        tags=tuple(value["suites"].get("tags", ())),
        document_days=value.get("documents", {}).get("max_age_days"),
        thresholds=thresholds(value),
    )


def thresholds(value: dict[str, Any]) -> Thresholds | None:
    """Who agreed on the numbers of `value`, a tier or a suite."""
    said = value.get("thresholds")
    return Thresholds(said["owner"], said["agreed_with"], said["review_by"]) if said else None


def _gates(value: dict[str, Any]) -> GatePolicy:
    return GatePolicy(
        floor=Floor(value["floor"]),
        margin=value["margin"],
        confidence=value["confidence"],
        inconclusive=Inconclusive(value["inconclusive"]),
        error_budget=value["error_budget"],
        known_failures_block=value["known_failures"] == "block",
        max_cost_increase=value.get("max_cost_increase"),
        extension=value.get("extension", False),
    )


def classification(tree: Tree) -> tuple[ClassificationRule, ...]:
    return tuple(
        ClassificationRule(
            id=rule["id"],
            when={factor: tuple(values) for factor, values in rule["when"].items()},
            tier=Tier.of(rule["tier"]),
            because=rule["because"],
            position=tree.at("rules", index),
        )
        for index, rule in enumerate(tree.value["rules"])
    )


def control(tree: Tree) -> Control:
    value = tree.value
    means, met = next((means, value["met_by"][means.value]) for means in Means if means.value in value["met_by"])
    labels = met if isinstance(met, dict) else {}
    return Control(
        id=value["id"],
        title=value["title"],
        reason=value["reason"],
        phase=Phase.of(value["phase"]),
        means=means,
        name=labels["suite"] if labels else met,
        waivable=value.get("waivable", True),
        path=tree.path,
        crosswalk={framework: tuple(ids) for framework, ids in value.get("crosswalk", {}).items()},
        own=value.get("own", False),
        least=labels.get("least", 0),
        max_age_days=labels.get("max_age_days", 0),
    )


def providers(tree: Tree) -> dict[str, Provider]:
    return {id: _provider(id, value) for id, value in tree.value["providers"].items()}


def _provider(id: str, value: dict[str, Any]) -> Provider:
    limits = value.get("limits", {})
    return Provider(
        id=id,
        wire=value["wire"],
        base_url=value["base_url"].rstrip("/"),
        credential=value.get("credential"),
        regions=tuple(value.get("regions", ())),
        models=tuple(_served(model) for model in value.get("models", ())),
        concurrency=limits.get("concurrency", 8),
        requests_per_minute=limits.get("requests_per_minute"),
        timeout_seconds=limits.get("timeout_seconds", 60),
        tokens_per_minute=limits.get("tokens_per_minute"),
        credential_header=value.get("credential_header", "Authorization"),
        headers=value.get("headers", {}),
        request=value.get("request"),
        response={name: path for name, path in value.get("response", {}).items() if not name.startswith("x-")},
    )


def _served(value: dict[str, Any]) -> ServedModel:
    price = value.get("price")
    return ServedModel(
        name=value["name"],
        ids=tuple(value.get("ids", ())),
        price=Price(price["input"], price["output"]) if price else None,
        priced_as=value.get("priced_as"),
    )
