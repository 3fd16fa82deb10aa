"""The scores that a gate judges, per case and side, sorted into what counts and what is missing.

An error is not a score, a score that can't be measured is not a zero, and a case that never ran is neither.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from enum import StrEnum

from placet.gate.amounts import cases, percent
from placet.gate.verdicts import Code, Reason, Unit
from placet.model.policy import GatePolicy
from placet.model.run import Trial
from placet.record import field, record, replace

LEAST_GROUP = 10  # cases; below it an interval is not relied on and nothing is said about a slice


class Statistic(StrEnum):
    MEAN = "mean"
    P95 = "p95"
    MACRO_F1 = "macro-f1"
    DEMOGRAPHIC_PARITY = "demographic-parity"
    EQUALIZED_ODDS = "equalized-odds"


#: Figures of a whole set of cases, which no mean over single cases gives.
OF_THE_SET = frozenset({Statistic.MACRO_F1, Statistic.DEMOGRAPHIC_PARITY, Statistic.EQUALIZED_ODDS})


@record
class Side:
    """One side's trials of one case: the scores of its answers (None: not measurable) and its errors."""

    scores: tuple[float | None, ...] = ()
    errors: int = 0

    @classmethod
    def of(cls, trials: Sequence[Trial], metric: str) -> Side:
        answered = [trial for trial in trials if trial.error is None]
        return cls(tuple(trial.scores.get(metric) for trial in answered), len(trials) - len(answered))

    @classmethod
    def of_critical(cls, trials: Sequence[Trial], scorers: Collection[str]) -> Side:
        """1 where each of the 0/1 `scorers` gives 1, 0 where one doesn't, None where that can't be told."""
        answered = [trial for trial in trials if trial.error is None]
        return cls(tuple(_all_pass(trial, scorers) for trial in answered), len(trials) - len(answered))


def _all_pass(trial: Trial, scorers: Collection[str]) -> float | None:
    scores = [trial.scores.get(name) for name in scorers]
    if any(score is not None and score < 1 for score in scores):
        return 0.0
    return 1.0 if scores and all(score == 1 for score in scores) else None


@record
class Pair:
    """One case. A side without scores and errors did not run."""

    base: Side
    head: Side


@record
class Known:
    """What figures of a whole set need beside the scores, per case.

    `expected` is the number of its label (of `labels`), or, for fairness, 1 if the favourable one is expected, else 0.
    For macro-F1 the scores of the samples are numbers of labels too; -1 is none of them.
    """

    labels: tuple[str, ...] = ()
    expected: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


@record
class Samples:
    """All scores of one metric of one suite. `clusters` names, per case, the group it depends on, if any."""

    suite: str
    metric: str
    pairs: Mapping[str, Pair]
    unit: Unit = Unit.SHARE
    statistic: Statistic = Statistic.MEAN
    clusters: Mapping[str, str] | None = None
    interleaved: bool = False  # both sides measured in one run, turn by turn: only then latency compares
    known: Known = Known()

    def of(self, ids: Collection[str]) -> Samples:
        if isinstance(ids, list):  # a group, in the order of the cases: there may be as many groups as cases
            return replace(self, pairs={case: self.pairs[case] for case in ids if case in self.pairs})
        return replace(self, pairs={case: pair for case, pair in self.pairs.items() if case in ids})

    def clusters_of(self, ids: Sequence[str]) -> list[Hashable] | None:
        """Per case its cluster; a case without one stands alone. None when all do."""
        if not self.clusters:
            return None
        names: list[Hashable] = [("in", self.clusters[case]) if case in self.clusters else case for case in ids]
        return names if len(set(names)) < len(names) else None


@record
class Terms:
    """Under what a change is judged, the same for all its metrics. `alpha` is one-sided."""

    policy: GatePolicy
    base_available: bool = True
    new_subject: bool = False  # the system or prompt as a whole is new: there is nothing to be worse than
    rollback: bool = False
    alpha: float = 0.05
    looks: int = 1  # how often the evidence is looked at before it decides; they share alpha
    seed: str = ""  # digests of what is compared; decides the bootstrap's draws

    @property
    def has_base(self) -> bool:
        return self.base_available and not self.new_subject


@record
class Arm:
    """One side of the samples, sorted."""

    values: Mapping[str, tuple[float, ...]]
    lost: frozenset[str]  # errors only
    unmeasured: frozenset[str]
    missing: frozenset[str]  # never ran

    def mean(self, case: str) -> float:
        return math.fsum(self.values[case]) / len(self.values[case])

    @property
    def binary(self) -> bool:
        return all(value in {0, 1} for values in self.values.values() for value in values)

    @property
    def single(self) -> bool:
        return all(len(values) == 1 for values in self.values.values())


def arm_of(sides: Mapping[str, Side], unit: Unit, labels: int = 0) -> Arm:
    """One side sorted. With `labels`, scores are numbers of labels, of which there are so many."""
    values: dict[str, tuple[float, ...]] = {}
    lost: set[str] = set()
    unmeasured: set[str] = set()
    missing: set[str] = set()
    for case, side in sides.items():
        usable = tuple(score for score in side.scores if score is not None and _counts(score, unit, labels))
        if len(usable) < len(side.scores):
            unmeasured.add(case)
        elif usable:
            values[case] = usable
        else:
            (lost if side.errors else missing).add(case)
    return Arm(values, frozenset(lost), frozenset(unmeasured), frozenset(missing))


def _counts(score: float, unit: Unit, labels: int) -> bool:
    """Asked this way round, NaN doesn't count."""
    if labels:
        return score in range(-1, labels)
    return 0 <= score <= 1 if unit is Unit.SHARE else 0 <= score < math.inf


def arms_of(samples: Samples, terms: Terms) -> tuple[Arm, Arm]:
    """Base and head. A base that isn't available is empty, whatever the samples hold."""
    base = {case: pair.base for case, pair in samples.pairs.items()} if terms.has_base else {}
    head = {case: pair.head for case, pair in samples.pairs.items()}
    labels = len(samples.known.labels) if samples.statistic is Statistic.MACRO_F1 else 0
    return arm_of(base, samples.unit, labels), arm_of(head, samples.unit, labels)


def measured(samples: Samples) -> Samples:
    """What is known of `samples`. Whoever gets no label doesn't get the wanted one; other scores are left out."""
    gap = samples.statistic in OF_THE_SET and samples.statistic is not Statistic.MACRO_F1
    sides = {id: (_known(pair.base, gap=gap), _known(pair.head, gap=gap)) for id, pair in samples.pairs.items()}
    return replace(samples, pairs={id: Pair(*each) for id, each in sides.items() if None not in each})  # type: ignore[arg-type]


def _known(side: Side, *, gap: bool) -> Side | None:
    if None not in side.scores:
        return side
    return replace(side, scores=tuple(0.0 if score is None else score for score in side.scores)) if gap else None


def shared(base: Arm, head: Arm) -> list[str]:
    return sorted(base.values.keys() & head.values.keys())


def dropped(base: Arm, head: Arm) -> frozenset[str]:
    """Pairs that errors on either side cost. A case that base never had is no pair."""
    return (head.lost | base.lost) - base.missing


def holes(arm: Arm, name: str) -> list[Reason]:
    """What keeps one side from being judged at all."""
    reasons = []
    if arm.unmeasured:
        text = f"not measurable on {name} in {cases(len(arm.unmeasured))}: {_some(arm.unmeasured)}"
        reasons.append(Reason(Code.NOT_MEASURABLE, text))
    if name == "head" and arm.missing:
        text = f"{cases(len(arm.missing))} did not run on head: {_some(arm.missing)}"
        reasons.append(Reason(Code.NO_EVIDENCE, text))
    if not arm.values and not reasons:
        reasons.append(Reason(Code.NO_EVIDENCE, f"no case has a result on {name}"))
    return reasons


def over_budget(lost: int, kept: int, budget: float) -> list[Reason]:
    if lost <= budget * (lost + kept):
        return []
    share = percent(lost / (lost + kept))
    text = f"{lost} of {cases(lost + kept)} got no answer ({share}); the budget is {percent(budget)}"
    return [Reason(Code.ERRORS_OVER_BUDGET, text)]


def too_few(count: int, text: str) -> Reason:
    return Reason(Code.TOO_FEW_CASES, f"{cases(count)}: {text}")


def _some(ids: Collection[str]) -> str:
    named = sorted(ids)[:3]
    return ", ".join(named) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
