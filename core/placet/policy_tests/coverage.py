"""What of the policies the tests exercise: each thing is covered when some test would fail without it.

Pure. Classification rules are left out one by one and the tests' tiers computed again. A control or an own rule is held
by a test that names it, a tier's approvals by one that counts people there, what it makes of a gate that can't tell by
one that decides on such a gate, and its margin and floor by counts that others would judge otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum

from placet.classification import least_tier
from placet.model.policy import Floor, GatePolicy, Policies, Tier
from placet.model.register import System
from placet.parse.snapshot import Snapshot
from placet.policy_tests.case import judged
from placet.policy_tests.run import Tried
from placet.record import record, replace
from placet.rules.policy_tests import given
from placet.rules.problem import Check


class Sort(StrEnum):
    CONTROL = "control"
    CLASSIFICATION = "classification rule"
    APPROVALS = "approvals of tier"
    INCONCLUSIVE = "inconclusive at tier"
    MARGIN = "margin of tier"
    FLOOR = "floor of tier"
    OWN_RULE = "own rule"


@record
class Item:
    """One thing that the policies say, and the names of the tests that hold it."""

    sort: Sort
    id: str
    tests: tuple[str, ...]


@record
class _At:
    """A test with the registration that it gives, and the tier of it."""

    tried: Tried
    system: System
    tier: Tier


def coverage(snapshot: Snapshot, policies: Policies, tried: Sequence[Tried]) -> tuple[Item, ...]:
    """Everything that can be exercised, in order of sort and id. A test that fails exercises nothing."""
    tests = list(_placed(snapshot, policies, tried))
    asked = {id for tier in policies.tiers.values() for id in tier.controls}
    return (
        *(_item(Sort.CONTROL, id, (one for one in tests if _names(one, id))) for id in sorted(asked)),
        *(_item(Sort.CLASSIFICATION, rule.id, _needing(policies, rule.id, tests)) for rule in policies.classification),
        *(_item(Sort.APPROVALS, tier.label, (one for one in tests if _counts_at(one, tier))) for tier in Tier),
        *(_item(Sort.INCONCLUSIVE, tier.label, (one for one in tests if _doubts_at(one, tier))) for tier in Tier),
        *(_item(Sort.MARGIN, tier.label, _judging(policies, tier, _wider, tests)) for tier in Tier),
        *(_item(Sort.FLOOR, tier.label, _judging(policies, tier, _otherwise, tests)) for tier in Tier),
        *_own(snapshot, tests),
    )


def _item(sort: Sort, id: str, tests: Iterable[_At]) -> Item:
    return Item(sort, id, tuple(one.tried.test.name for one in tests))


def _placed(snapshot: Snapshot, policies: Policies, tried: Iterable[Tried]) -> Iterator[_At]:
    check = Check(snapshot, date(2000, 1, 1))
    for one in tried:
        system, _ = given(check, one.test)
        if one.holds and system is not None:
            yield _At(one, system, max(system.tier, least_tier(system.factors, policies.classification)))


def _names(one: _At, control: str) -> bool:
    wanted = one.tried.test.expected
    return control in wanted.controls or f"control {control}" in (wanted.reasons or {})


def _needing(policies: Policies, rule: str, tests: Iterable[_At]) -> Iterator[_At]:
    """The tests whose tier would be another one without the rule."""
    rest = tuple(one for one in policies.classification if one.id != rule)
    for one in tests:
        wanted = one.tried.test.expected.tier
        if wanted is not None and least_tier(one.system.factors, rest) is not wanted:
            yield one


def _counts_at(one: _At, tier: Tier) -> bool:
    wanted = one.tried.test.expected
    return one.tier is tier and (wanted.people is not None or wanted.counted is not None)


def _doubts_at(one: _At, tier: Tier) -> bool:
    test = one.tried.test
    return one.tier is tier and test.expected.decision and "inconclusive" in test.given.evidence.values()


def _wider(gates: GatePolicy) -> GatePolicy:
    return replace(gates, margin=2 * gates.margin)


def _otherwise(gates: GatePolicy) -> GatePolicy:
    return replace(gates, floor=Floor.ESTIMATE if gates.floor is Floor.INTERVAL else Floor.INTERVAL)


def _judging(
    policies: Policies, tier: Tier, change: Callable[[GatePolicy], GatePolicy], tests: Iterable[_At]
) -> Iterator[_At]:
    """The tests whose counts would be judged otherwise, did the tier's gates change so."""
    policy = policies.tiers[tier]
    changed = replace(policies, tiers={**policies.tiers, tier: replace(policy, gates=change(policy.gates))})
    for one in tests:
        evidence = one.tried.test.given.evidence
        if (
            one.tier is tier
            and one.tried.test.expected.reasons is not None
            and any(
                before.result.verdict is not after.result.verdict
                for before, after in zip(
                    judged(one.system, evidence, policies), judged(one.system, evidence, changed), strict=True
                )
            )
        ):
            yield one


def _own(snapshot: Snapshot, tests: Sequence[_At]) -> Iterator[Item]:
    ids = [rule.id for _, rules in sorted(snapshot.own_rules.items()) for rule in rules]
    for id in ids:
        yield _item(Sort.OWN_RULE, id, (one for one in tests if id in one.tried.test.expected.findings))
