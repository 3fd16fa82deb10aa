"""From trials to results: every metric of every run of a change, judged together.

Pure. Which trials there are comes in; what a tier makes of an inconclusive result is `decision`'s business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from placet.gate.cost import judge_cost
from placet.gate.critical import judge_critical
from placet.gate.metric import hold_over_all, judge_metric, judge_slices
from placet.gate.samples import Pair, Samples, Side, Statistic, Terms
from placet.gate.verdicts import MetricResult, Unit
from placet.model.policy import Policies, Tier
from placet.model.run import Trial
from placet.model.suite import Case, Gate, Suite
from placet.parse.suites import JUDGE_EVALUATOR
from placet.record import replace
from placet.runs import PlannedRun
from placet.scorers.measures import MEASURES, statistic

#: The suite name of what is judged over all suites of a system.
ALL = "all"

Trials = Mapping[str, tuple[Trial, ...]]
Suites = Mapping[str, Suite]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The trials of one run, by case id and side. `interleaved`: both sides were measured turn by turn just now.

    `base_gone`: base's model is no longer served, so that its side could not be measured and never will be.
    """

    run: PlannedRun
    base: Trials
    head: Trials
    rollback: bool = False
    interleaved: bool = False
    base_gone: bool = False


@dataclass(frozen=True, slots=True)
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
    chance of a false alarm, and what head added to them another: however much a change adds, it can't pass its own
    regression off as chance.
    """
    known = list(outcomes)
    found = [judged for outcome in known for judged in _of_run(outcome, _terms(outcome, policies, tiers, new))]
    found += _costs(known, policies, tiers, new)
    asked = frozenset(_asked(known, before)) if before is not None else {_key(judged) for judged in found}
    ours, added = (iter(hold_over_all(family)) for family in _families(found, asked))
    return tuple(
        replace(judged, result=next(ours if _key(judged) in asked else added)) if judged.gated else judged
        for judged in found
    )


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
        groups = (None, *(group for name in suite.slices for group in _groups(suite, name)))
        yield from ((path, suite.name, gate.metric, group) for gate in suite.gates for group in groups)


def _families(found: Iterable[Judged], asked: Collection[_Key]) -> tuple[list[MetricResult], list[MetricResult]]:
    """The gated results of what base asks for, and those of what head added."""
    ours: list[MetricResult] = []
    added: list[MetricResult] = []
    for judged in found:
        if judged.gated:
            (ours if _key(judged) in asked else added).append(judged.result)
    return ours, added


def _terms(outcome: Outcome, policies: Policies, tiers: Mapping[str | None, Tier], new: frozenset[str]) -> Terms:
    run = outcome.run
    return Terms(
        policy=policies.tiers[tiers.get(run.system, Tier.LOW)].gates,
        base_available=bool(outcome.base) and any(outcome.base.values()),
        new_subject=run.base is None and (run.system is None or run.system in new),
        rollback=outcome.rollback,
        seed=f"{run.base.subject.digest if run.base else ''} {run.head.subject.digest}",
    )


def _of_run(outcome: Outcome, terms: Terms) -> Iterable[Judged]:
    run, suite = outcome.run, outcome.run.suite
    gates = {gate.metric: _gate(gate, run) for gate in suite.gates} if run.system else {}
    for spec in suite.scorers:
        gate, samples = gates.get(spec.name), _samples(outcome, spec.name)
        judged_gate = gate or Gate(spec.name)
        yield Judged(run.system, run, judge_metric(samples, judged_gate, terms), gated=gate is not None)
        for name in suite.slices if gate else ():
            for result in judge_slices(samples, judged_gate, terms, _groups(suite, name)):
                yield Judged(run.system, run, result, gated=True)
    listed = {case.id: case for case in suite.cases if case.critical or case.forbidden}
    if listed:
        yield Judged(run.system, run, _critical(outcome, listed, terms), gated=run.system is not None)


def _gate(gate: Gate, run: PlannedRun) -> Gate | None:
    """The gate as this run can judge it: against itself, a subject can't regress."""
    kept = replace(gate, max_regression=None) if run.same_subject else gate
    bounds = (kept.min, kept.max, kept.max_regression)
    return kept if any(bound is not None for bound in bounds) else None


def _samples(outcome: Outcome, metric: str) -> Samples:
    spec = next(spec for spec in outcome.run.suite.scorers if spec.name == metric)
    unit = {"latency": Unit.MILLISECONDS, "cost": Unit.DOLLARS}.get(spec.type, Unit.SHARE)
    return Samples(
        suite=outcome.run.suite.name,
        metric=metric,
        pairs={
            case.id: Pair(
                Side.of(outcome.base.get(case.id, ()), metric), Side.of(outcome.head.get(case.id, ()), metric)
            )
            for case in outcome.run.suite.cases
        },
        unit=unit,
        statistic=Statistic(statistic(spec)) if spec.type in MEASURES else Statistic.MEAN,
        interleaved=outcome.interleaved,
    )


def _groups(suite: Suite, name: str) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for case in suite.cases:
        if case.fields and name in case.fields:
            groups.setdefault(f"{name}={case.fields[name]}", []).append(case.id)
    return groups


def _critical(outcome: Outcome, listed: Mapping[str, Case], terms: Terms) -> MetricResult:
    suite = outcome.run.suite
    checks = [spec.name for spec in suite.scorers if spec.type not in MEASURES | {JUDGE_EVALUATOR}]
    pairs = {
        id: Pair(Side.of_critical(outcome.base.get(id, ()), checks), Side.of_critical(outcome.head.get(id, ()), checks))
        for id in listed
    }
    return judge_critical(suite.name, list(listed.values()), pairs, terms)


def _costs(
    outcomes: Iterable[Outcome], policies: Policies, tiers: Mapping[str | None, Tier], new: frozenset[str]
) -> Iterable[Judged]:
    """Per system the cost of a request, over all its suites: what a month of traffic would cost more or less."""
    by_system: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.run.system and not outcome.run.same_subject:
            by_system.setdefault(outcome.run.system, []).append(outcome)
    for system, runs in by_system.items():
        each = [_terms(run, policies, tiers, new) for run in runs]
        terms = replace(
            each[0],
            base_available=any(own.base_available for own in each),
            new_subject=all(own.new_subject for own in each),
            rollback=all(own.rollback for own in each),
        )
        pairs = {
            f"{index}/{case.id}": Pair(_paid(outcome.base.get(case.id, ())), _paid(outcome.head.get(case.id, ())))
            for index, outcome in enumerate(runs)
            for case in outcome.run.suite.cases
        }
        result = judge_cost(Samples(ALL, "cost", pairs, unit=Unit.DOLLARS), terms)
        yield Judged(system, None, result, gated=terms.policy.max_cost_increase is not None and terms.base_available)


def _paid(trials: tuple[Trial, ...]) -> Side:
    answered = [trial for trial in trials if trial.error is None]
    return Side(tuple(trial.cost_usd for trial in answered), len(trials) - len(answered))
