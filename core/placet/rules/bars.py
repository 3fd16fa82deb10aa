"""The rule that a higher tier never demands less than a lower one. Controls and owner roles add up and can't."""

from __future__ import annotations

from placet.model.policy import Floor, Inconclusive, Tier, TierPolicy
from placet.record import record
from placet.rules.problem import Check, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TIERS = "policies/tiers.yaml"
_FLOORS, _INCONCLUSIVE = list(Floor), list(Inconclusive)  # laxest first


@record
class _Bar:
    """One demand of a tier: where it stands, how it is written, and how strict it is, as a number."""

    keys: tuple[str, str]
    written: Callable[[TierPolicy], str | None]  # None: left out
    strictness: Callable[[TierPolicy], float]
    at_least: str  # what to write instead, with the value of the lower tier in it


_MORE, _LESS, _SAME = "`{}` or more", "`{}` or less", "`{}`"
_BARS = (
    _Bar(("approvals", "people"), lambda t: f"{t.approvals.people}", lambda t: t.approvals.people, _MORE),
    _Bar(
        ("approvals", "rollback_people"),
        lambda t: f"{t.approvals.rollback_people}",
        lambda t: t.approvals.rollback_people,
        _MORE,
    ),
    _Bar(("gates", "floor"), lambda t: t.gates.floor, lambda t: _FLOORS.index(t.gates.floor), _SAME),
    _Bar(("gates", "margin"), lambda t: f"{t.gates.margin:g}", lambda t: -t.gates.margin, _LESS),
    _Bar(("gates", "confidence"), lambda t: f"{t.gates.confidence:g}", lambda t: t.gates.confidence, _MORE),
    _Bar(
        ("gates", "inconclusive"),
        lambda t: t.gates.inconclusive,
        lambda t: _INCONCLUSIVE.index(t.gates.inconclusive),
        "`{}`, or what is stricter",
    ),
    _Bar(("gates", "error_budget"), lambda t: f"{t.gates.error_budget:g}", lambda t: -t.gates.error_budget, _LESS),
    _Bar(
        ("gates", "known_failures"),
        lambda t: "block" if t.gates.known_failures_block else "show",
        lambda t: t.gates.known_failures_block,
        _SAME,
    ),
    _Bar(
        ("gates", "max_cost_increase"),
        lambda t: None if t.gates.max_cost_increase is None else f"{t.gates.max_cost_increase:g}",
        lambda t: float("-inf") if t.gates.max_cost_increase is None else -t.gates.max_cost_increase,
        _LESS,
    ),
    _Bar(("suites", "least_cases"), lambda t: f"{t.least_cases}", lambda t: t.least_cases, _MORE),
    _Bar(("models", "pinned"), lambda t: f"{t.pinned_models}".lower(), lambda t: t.pinned_models, _SAME),
    _Bar(("evidence", "max_age_days"), lambda t: f"{t.max_age_days}", lambda t: -t.max_age_days, _LESS),
    _Bar(
        ("documents", "max_age_days"),
        lambda t: None if t.document_days is None else f"{t.document_days}",
        lambda t: float("-inf") if t.document_days is None else -t.document_days,
        _LESS,
    ),
)


def never_lower(check: Check) -> Iterator[Problem]:
    for tier, policy in sorted(check.snapshot.tiers.items()):
        below = [check.snapshot.tiers[lower] for lower in Tier if lower < tier and lower in check.snapshot.tiers]
        if below:
            yield from (problem for bar in _BARS for problem in _lowered(check, bar, policy, below))
            yield from _roles(check, policy, below)


def _lowered(check: Check, bar: _Bar, policy: TierPolicy, below: list[TierPolicy]) -> Iterator[Problem]:
    """Held against the strictest of the tiers below, so that all that is too low is said at once."""
    strictest = max(below, key=lambda lower: (bar.strictness(lower), lower.tier))
    if bar.strictness(policy) >= bar.strictness(strictest):
        return
    group, key = bar.keys
    here, there = bar.written(policy), bar.written(strictest)
    says = f"`{key}: {here}`" if here is not None else f"no `{key}`"
    message = f"tier {policy.tier.label} has {says}, and tier {strictest.tier.label}, below it, has `{key}: {there}`"
    position = check.snapshot.at(_TIERS, "tiers", policy.tier.label, group, key, key=here is None)
    advice = f"write {bar.at_least.format(f'{key}: {there}')}: what is riskier never gets the lower bar"
    yield Problem(_TIERS, position, message, help=advice)


def _roles(check: Check, policy: TierPolicy, below: list[TierPolicy]) -> Iterator[Problem]:
    asked = {role: lower.tier for lower in below for role in lower.approvals.roles}  # the highest tier that asks for it
    for role, tier in asked.items():
        if role not in policy.approvals.roles:
            has = f"`roles: [{', '.join(policy.approvals.roles)}]`"
            message = f"tier {policy.tier.label} has {has}, and tier {tier.label}, below it, asks for `{role}`"
            position = check.snapshot.at(_TIERS, "tiers", policy.tier.label, "approvals", "roles")
            yield Problem(_TIERS, position, message, help=f"add `{role}`: what is riskier never gets the lower bar")
