"""From trials to results: every metric of every run of a change, judged together.

Pure. Which trials there are comes in; what a tier makes of an inconclusive result is `decision`'s business. What was
tried before with the same content counts here too, and a suite's own cases are judged without those that head adds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from placet.claims import counts, discounted
from placet.counted import (
    Attempt,
    Outcome,
    Trials,
    clusters_of,
    counted,
    groups_of,
    own_cases,
)
from placet.gate.calibrated import primary
from placet.gate.cost import judge_cost
from placet.gate.metric import hold_over_all
from placet.gate.samples import Pair, Samples, Side, Terms
from placet.gate.verdicts import MetricResult, Unit, Verdict, worst
from placet.looks import extensible, gate_of
from placet.model.policy import Policies, Tier
from placet.model.run import Trial
from placet.model.suite import Gate, Suite
from placet.record import record, replace
from placet.runs import PlannedRun
from placet.scorers.judge import JUDGES
from placet.scorers.kinds import is_check
from placet.views import judged_critical, judged_metric, views_of, with_unsteady

__all__ = ["ALL", "Attempt", "Judged", "Outcome", "Suites", "Trials", "judge", "verdict_of"]

#: The suite name of what is judged over all suites of a system.
ALL = "all"
#: The chance that a harmless change is called worse by what base asks for; and by the gates that head adds to that.
ALPHA, _FOR_ADDED = 0.05, 0.01

Suites = Mapping[str, Suite]


@record
class Judged:
    """One metric's result. `gated` is False for what is only shown; `run` is None for what spans a system's suites."""

    system: str | None
    run: PlannedRun | None
    result: MetricResult
    gated: bool


def judge(
    outcomes: Iterable[Outcome],
    policies: Policies,
    tiers: Mapping[str | None, Tier],
    new: frozenset[str],
    before: Suites | None = None,
) -> tuple[Judged, ...]:
    """Judge all runs of one change. `tiers` and `new` are by system id; a prompt without a system is only shown.

    `before` are base's suites by path; without them every suite counts as base's. What base's suites gate shares one
    chance of a false alarm, and what head added to them a smaller one: however much a change adds, it can't pass its
    own regression off as chance.
    """
    known = list(outcomes)
    found = [judged for outcome in known for judged in _of_run(outcome, _terms(outcome, policies, tiers, new), before)]
    found += _costs(known, policies, tiers, new, before)
    asked = frozenset(_asked(known, before)) if before is not None else {_key(judged) for judged in found}
    ours, added = map(iter, _held(*_families(found, asked)))
    held = (
        replace(judged, result=next(ours if _key(judged) in asked else added)) if judged.gated else judged
        for judged in found
    )
    return tuple(_counting(judged, tiers) for judged in held)


def _held(ours: Sequence[MetricResult], added: Sequence[MetricResult]) -> Iterable[tuple[MetricResult, ...]]:
    """The results of both families. What base asks for is never held less strictly for what head adds to it."""
    return hold_over_all(ours, ALPHA), hold_over_all(added, _FOR_ADDED if ours else ALPHA)


def _counting(judged: Judged, tiers: Mapping[str | None, Tier]) -> Judged:
    """A result that rests on claims, without its verdict where claims don't count."""
    tier = tiers.get(judged.system, Tier.LOW)
    if not judged.gated or judged.run is None or not judged.run.suite.claims or counts(tier):
        return judged
    return replace(judged, result=discounted(judged.result, tier))


#: What is compared: path and name of the suite, metric, slice. Cost over all suites has no suite: policy asks for it.
_Key = tuple[str, str, str, str | None]
_COST: _Key = ("", ALL, "cost", None)


def _key(judged: Judged) -> _Key:
    suite, result = judged.run.suite if judged.run else None, judged.result
    return (suite.path, suite.name, result.metric, result.slice) if suite else _COST


def _asked(outcomes: Iterable[Outcome], before: Suites) -> Iterable[_Key]:
    """The comparisons that base asks for: its gates, of all cases and of each group that its own cases make."""
    yield _COST
    for path in {outcome.run.suite.path for outcome in outcomes} & before.keys():
        suite = before[path]
        groups = (None, *(group for name in suite.slices for group in groups_of(suite, name)))
        yield from ((path, suite.name, gate.metric, group) for gate in suite.gates for group in groups)


def _families(found: Iterable[Judged], asked: Collection[_Key]) -> tuple[list[MetricResult], list[MetricResult]]:
    """The gated results of what base asks for, and those of what head added."""
    ours: list[MetricResult] = []
    added: list[MetricResult] = []
    for judged in found:
        if judged.gated:
            (ours if _key(judged) in asked else added).append(judged.result)
    return ours, added


def verdict_of(judged: Iterable[Judged]) -> Verdict:
    """What all that gates comes to."""
    return worst(one.result.verdict for one in judged if one.gated)


def _terms(outcome: Outcome, policies: Policies, tiers: Mapping[str | None, Tier], new: frozenset[str]) -> Terms:
    run, policy = outcome.run, policies.tiers[tiers.get(outcome.run.system, Tier.LOW)].gates
    return Terms(
        policy=policy,
        base_available=bool(outcome.base) and any(outcome.base.values()),
        new_subject=run.base is None and (run.system is None or run.system in new),
        rollback=outcome.rollback,
        looks=1 + extensible(run, policy, rollback=outcome.rollback) + len(outcome.again),
        seed=f"{run.base.subject.digest if run.base else ''} {run.head.subject.digest}",
    )


def _of_run(outcome: Outcome, terms: Terms, before: Suites | None) -> Iterable[Judged]:
    run, suite = outcome.run, outcome.run.suite
    gates = {gate.metric: gate_of(gate, run) for gate in suite.gates} if run.system else {}
    own = own_cases(run, before)
    for spec in suite.scorers:
        gate, views = gates.get(spec.name), views_of(outcome, spec, own)
        judged_gate = gate or Gate(spec.name)
        for result in judged_metric(views if gate else views[:1], judged_gate, terms, suite if gate else None):
            believed = primary(result, outcome.judges.get(spec.name)) if gate and spec.type in JUDGES else result
            told = with_unsteady(believed, outcome, spec.name) if is_check(spec) else believed
            yield Judged(run.system, run, told, gated=gate is not None)
    listed = {case.id: case for case in suite.cases if case.critical or case.forbidden}
    if listed:
        yield Judged(run.system, run, judged_critical(outcome, listed, terms), gated=run.system is not None)


def _costs(
    outcomes: Iterable[Outcome],
    policies: Policies,
    tiers: Mapping[str | None, Tier],
    new: frozenset[str],
    before: Suites | None,
) -> Iterable[Judged]:
    """Per system the cost of a request, over all its suites: what a month of traffic would cost more or less."""
    by_system: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.run.system and not outcome.run.same_subject and not outcome.run.suite.claims:
            by_system.setdefault(outcome.run.system, []).append(outcome)
    for system, runs in by_system.items():
        each = [_terms(run, policies, tiers, new) for run in runs]
        terms = replace(
            each[0],
            base_available=any(own.base_available for own in each),
            new_subject=all(own.new_subject for own in each),
            rollback=all(own.rollback for own in each),
            looks=max(own.looks for own in each),
        )
        samples = Samples(ALL, "cost", _paid(runs, before), unit=Unit.DOLLARS, clusters=_together(runs))
        result = judge_cost(samples, terms)
        yield Judged(system, None, result, gated=terms.policy.max_cost_increase is not None and terms.base_available)


def _together(runs: Sequence[Outcome]) -> dict[str, str]:
    """Per case of all suites the group that it depends on."""
    return {
        f"{index}/{id}": f"{index}/{group}"
        for index, outcome in enumerate(runs)
        for id, group in (clusters_of(outcome.run.suite) or {}).items()
    }


def _paid(runs: Sequence[Outcome], before: Suites | None) -> dict[str, Pair]:
    """Of each case of base's suites: what head adds to them can't make the others look cheaper."""
    pairs = {}
    for index, outcome in enumerate(runs):
        suite = outcome.run.suite
        base, head = counted(outcome.base, suite), counted(outcome.head, suite)
        for id in own_cases(outcome.run, before) or [case.id for case in suite.cases]:
            pairs[f"{index}/{id}"] = Pair(_paid_for(base.get(id, ())), _paid_for(head.get(id, ())))
    return pairs


def _paid_for(trials: tuple[Trial, ...]) -> Side:
    answered = [trial for trial in trials if trial.error is None]
    return Side(tuple(trial.cost_usd for trial in answered), len(trials) - len(answered))
