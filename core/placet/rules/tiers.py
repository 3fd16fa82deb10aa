"""The rule that a declared tier is never lower than the computed one, and what would make the computed one lower."""

from __future__ import annotations

from collections.abc import Iterator

from placet.classification import least_tier, matching
from placet.controls import Standing, status_of
from placet.model.policy import ClassificationRule, Phase, Policies, Tier
from placet.model.register import Factors, System
from placet.record import replace
from placet.rules.gates import too_loose
from placet.rules.problem import Check, Problem
from placet.rules.systems import judged

_LACKING = frozenset({Standing.MISSING, Standing.EMPTY})
_MOST_GATES = 3
#: The values of a factor from most to least risk, each with what must be true of the system.
_STEPS = {
    "autonomy": {
        "acts": "it acts alone",
        "acts-with-approval": "a person confirms each action",
        "advises": "a person decides and acts",
        "informs": "nobody acts on what it says",
    },
    "exposure": {
        "public": "anybody sees what it says",
        "customers": "only customers see what it says",
        "partners": "only partners see what it says",
        "internal": "only your own people see what it says",
    },
    "criticality": {
        "safety": "a wrong answer can injure somebody",
        "high": "nobody can be injured by a wrong answer",
        "moderate": "neither money nor rights hang on it",
        "low": "a failure costs nobody anything",
    },
}


def declared_tier(check: Check) -> Iterator[Problem]:
    for system, policies in judged(check):
        least = least_tier(system.factors, policies.classification)
        if system.tier < least:
            rules = [rule for rule in matching(system.factors, policies.classification) if rule.tier is least]
            yield Problem(
                system.path,
                check.snapshot.at(system.path, "risk", "tier"),
                "declared tier is lower than the risk factors allow",
                f"policy computes {least.label}: {'; '.join(_because(rule, system.factors) for rule in rules)}",
                f"set `tier: {least.label}`{_or_lighter(system, policies, least)}{_besides(check, system, least)}",
            )


def _besides(check: Check, system: System, least: Tier) -> str:
    """What the right tier asks for and the system lacks, so that it needn't be found out in a second round."""
    policies = check.policies
    if policies is None:
        return ""
    owners = [role for role in policies.owner_roles_of(least) if not system.owners.get(role)]
    statuses = [status_of(control, system, check.snapshot) for control in policies.controls_of(least)]
    due = [status.control.id for status in statuses if status.control.phase <= Phase.PR and status.standing in _LACKING]
    floats = policies.tiers[least].pinned_models and any(one.floating for one in system.models)
    parts = [f"owners {', '.join(owners)}"] * bool(owners) + [f"controls {', '.join(due)}"] * bool(due)
    parts += ["pinned models"] * floats + list(_of_suites(check, system, policies, least))
    return f". Tier {least.label} then asks for {' and '.join(parts)}" if parts else ""


def _of_suites(check: Check, system: System, policies: Policies, least: Tier) -> Iterator[str]:
    """More cases, and tighter gates, than there are."""
    fewest, suites = policies.tiers[least].least_cases, check.snapshot.suites_of(system)
    for suite in suites:
        if suite.name == policies.settings.main_suite and len(suite.cases) < fewest:
            yield f"{fewest} cases in suite {suite.name} (now {len(suite.cases)})"
    bound = policies.tiers[least].gates
    loose = [f"{suite.name}.{gate.metric}" for suite in suites for gate in suite.gates if any(too_loose(gate, bound))]
    if loose:
        more = f" and {len(loose) - _MOST_GATES} more" if len(loose) > _MOST_GATES else ""
        yield f"tighter bounds at {', '.join(loose[:_MOST_GATES])}{more}"


def _because(rule: ClassificationRule, factors: Factors) -> str:
    """Only the values that match, and the line that says so."""
    met = (
        f"{name}={','.join(value for value in getattr(factors, name) if value in values)}"
        for name, values in rule.when.items()
    )
    return f"{' and '.join(met)} (policies/classification.yaml:{rule.position.line})"


def _or_lighter(system: System, policies: Policies, least: Tier) -> str:
    return "".join(_lighter(system, policies, least)) or "; no change of a single factor lowers what is computed"


def _lighter(system: System, policies: Policies, least: Tier) -> Iterator[str]:
    """The smallest change of each single factor that lowers the computed tier, and what it then is."""
    for changes in _changes(system.factors).values():
        for change, factors in changes:
            computed = least_tier(factors, policies.classification)
            if computed < least:
                then = (
                    f"then set `tier: {computed.label}`"
                    if computed > system.tier
                    else f"keep `tier: {system.tier.label}`"
                )
                yield f", or {change}, and {then}"
                break


def _changes(factors: Factors) -> dict[str, list[tuple[str, Factors]]]:
    """Per factor, what could be said of the system instead, smallest change first."""
    changes = {name: _steps(factors, name) for name in _STEPS}
    for name, condition in (("data", "it sees no such data"), ("regulation", "it doesn't apply")):
        values = getattr(factors, name)
        changes[name] = [
            (f"take `{gone}` out of `{name}` if {condition}", _with(factors, name, [v for v in values if v != gone]))
            for gone in values
        ]
    return changes


def _steps(factors: Factors, name: str) -> list[tuple[str, Factors]]:
    (now,), values = getattr(factors, name), list(_STEPS[name])
    return [
        (f"lower `{name}` to {value} if {_STEPS[name][value]}", _with(factors, name, [value]))
        for value in values[values.index(now) + 1 :]
    ]


def _with(factors: Factors, name: str, values: list[str]) -> Factors:
    return replace(factors, **{name: tuple(values)})
