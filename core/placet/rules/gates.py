"""Rules about the gates of suites. How a gate judges is not theirs to say."""

from __future__ import annotations

from collections.abc import Iterator

from placet.model.policy import GatePolicy, Means, Policies, Tier
from placet.model.suite import CRITICAL, Gate, Suite
from placet.rules.problem import Check, Problem
from placet.rules.suites import with_files
from placet.rules.systems import judged
from placet.shared import MAIN

#: Scorers that measure instead of judging; only an absolute ceiling may gate them.
_MEASURES = frozenset({"latency", "cost"})


def have_scorers(check: Check) -> Iterator[Problem]:
    for suite in with_files(check):
        types = {spec.name: spec.type for spec in suite.scorers}
        for gate in suite.gates:
            found = _trouble(check, suite, gate, types)
            if found:
                yield Problem(suite.path, gate.position, found[0], help=found[1])


def _trouble(check: Check, suite: Suite, gate: Gate, types: dict[str, str]) -> tuple[str, str] | None:
    """What is wrong with the metric of `gate`, and what to do."""
    if gate.metric == CRITICAL:
        return "`critical` is a gate already", "critical and forbidden cases gate themselves: remove it"
    if gate.metric == MAIN and suite.as_main:
        return None
    if gate.metric not in types:
        advice = check.did_you_mean(suite.path, gate.metric, types, f"the scorers are {', '.join(types)}")
        return f"no scorer `{gate.metric}`", advice
    if types[gate.metric] in _MEASURES and (gate.min is not None or gate.max_regression is not None):
        message = f"`{gate.metric}` is a measure: only `max` may gate it"
        return message, "a difference in time or money says more about the day than about the change"
    if types[gate.metric] == "fairness" and gate.min is not None:
        return f"`{gate.metric}` is a gap between groups: `min` would ask for one", "gate it with `max`"
    above = [number for number in (gate.min, gate.max, gate.max_regression) if number is not None and number > 1]
    if above and types[gate.metric] not in _MEASURES:
        return (
            f"`{gate.metric}` is a share from 0 to 1, and {above[0]:g} is none",
            f"write {above[0]:g} % as {above[0] / 100:g}",
        )
    return None


def within_policy(check: Check) -> Iterator[Problem]:
    for system, policies in judged(check):
        gates = [(suite, gate) for suite in check.snapshot.suites_of(system) for gate in suite.gates]
        for suite, gate in gates:
            for key, message, advice in too_loose(gate, policies.tiers[system.tier].gates):
                position = check.snapshot.at(suite.path, "gates", gate.metric, key)
                note = f"tier {system.tier.label} of policies/tiers.yaml"
                yield Problem(suite.path, position, message, note, advice)
    yield from _shared_within_policy(check)


def _shared_within_policy(check: Check) -> Iterator[Problem]:
    """A shared suite's gates, held against the lowest tier that demands it; above, what is too loose is cut."""
    policies = check.policies
    for suite in check.snapshot.shared.values() if policies else ():
        lowest = min((tier for tier in Tier if policies and _demands(policies, tier, suite)), default=None)
        if policies is None or lowest is None:
            continue
        for gate in suite.gates:
            for key, message, advice in too_loose(gate, policies.tiers[lowest].gates):
                position = check.snapshot.at(suite.path, "gates", gate.metric, key)
                note = f"tier {lowest.label} of policies/tiers.yaml, which demands it"
                yield Problem(suite.path, position, message, note, advice)


def _demands(policies: Policies, tier: Tier, suite: Suite) -> bool:
    return any(one.means is Means.SUITE and one.name == suite.name for one in policies.controls_of(tier))


def too_loose(gate: Gate, policy: GatePolicy) -> Iterator[tuple[str, str, str]]:
    """(key, message, help) of each bound that is looser than `policy`."""
    if gate.max_regression is not None and gate.max_regression > policy.margin:
        message = f"a loss of {gate.max_regression:g} is more than the {policy.margin:g} that the tier allows"
        yield "max_regression", message, f"write `max_regression: {policy.margin:g}` or less"
    if gate.confidence is not None and gate.confidence < policy.confidence:
        message = f"a confidence of {gate.confidence:g} is less than the {policy.confidence:g} that the tier demands"
        yield "confidence", message, f"write `confidence: {policy.confidence:g}` or more"
