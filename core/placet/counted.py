"""Which trials of which cases a gate looks at: of one run's outcome, the samples of each metric.

Pure, and a function of the evidence alone, so that looking again sees the same. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from placet.gate.calibrated import Calibration
from placet.gate.critical import TRIALS
from placet.gate.samples import OF_THE_SET, Known, Pair, Samples, Side, Statistic
from placet.gate.verdicts import Unit
from placet.model.run import Trial
from placet.model.suite import Case, ScorerSpec, Suite
from placet.parse.kinds import is_shared
from placet.record import field, record, replace
from placet.runs import PlannedRun
from placet.scorers.judge import JUDGES
from placet.scorers.kinds import is_check, statistic

Trials = Mapping[str, tuple[Trial, ...]]
_UNITS = {"latency": Unit.MILLISECONDS, "cost": Unit.DOLLARS}


@record
class Attempt:
    """Another version of the same prompt that was evaluated before. `same`: white space, a seed or a name apart.

    Its trials hold the scores of `metrics`, those of its scorers that are today's; None: of all.
    """

    subject: str
    day: str
    same: bool
    trials: Trials
    metrics: frozenset[str] | None = None

    def tells(self, metric: str) -> bool:
        return self.metrics is None or metric in self.metrics

    def repeats(self, subject: str, trials: Trials) -> bool:
        """Whether it is those very answers of `subject`, seen by other scorers: then nothing was tried."""
        return subject == self.subject and all(
            [trial.output for trial in own] == [trial.output for trial in trials.get(id, ())][: len(own)]
            for id, own in self.trials.items()
        )


@record
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
    judges: Mapping[str, Calibration] = field(default_factory=dict)  # by scorer: how far a judge agrees with people
    attempts: tuple[Attempt, ...] = ()  # before this one, oldest first

    @property
    def again(self) -> tuple[Attempt, ...]:
        """Those that were this very content, but for what no model should mind."""
        return tuple(attempt for attempt in self.attempts if attempt.same)

    def with_attempts(self) -> Outcome:
        """All of them and head as one subject: trying the same thing again adds to what it gave before."""
        every = (*(attempt.trials for attempt in self.again), self.head)
        pooled = {id: tuple(trial for trials in every for trial in trials.get(id, ())) for id in self.head}
        return replace(self, head=pooled, attempts=())


def wanted(case: Case, suite: Suite) -> int:
    """How many trials a case needs. A critical one gets its three on both sides: what base did decides what is new."""
    return max(suite.trials, TRIALS if case.critical or case.forbidden else 1)


def counted(trials: Trials, suite: Suite) -> Trials:
    """The trials that enter means and verdicts: those that every case was planned to have, and whole further rounds.

    A case that was asked more often than the others, since its answers disagreed, keeps its first trials: to average
    the further ones in would pull it towards what it mostly does, and hide part of a real loss.
    """
    made = sorted(len(own) for case in suite.cases if (own := trials.get(case.id)))
    rounds = made[len(made) // 10] if made else 0  # a call that failed on the way leaves a case behind the others
    return {case.id: trials[case.id][: max(wanted(case, suite), rounds)] for case in suite.cases if trials.get(case.id)}


def own_cases(run: PlannedRun, before: Mapping[str, Suite] | None) -> frozenset[str]:
    """The cases that base's suite has itself; all of them where nothing was added to it."""
    every = frozenset(case.id for case in run.suite.cases)
    suite = before.get(run.suite.path) if before is not None else None
    if suite is None or is_shared(run.suite.path):
        return every
    return frozenset(case.id for case in suite.cases) & every


def samples_of(outcome: Outcome, spec: ScorerSpec) -> Samples:
    suite, kind = outcome.run.suite, Statistic(statistic(spec))
    base, head = counted(outcome.base, suite), counted(outcome.head, suite)
    metric = f"{spec.name}.label" if kind is Statistic.MACRO_F1 else spec.name
    return Samples(
        suite=suite.name,
        metric=spec.name,
        pairs={
            case.id: Pair(Side.of(base.get(case.id, ()), metric), Side.of(head.get(case.id, ()), metric))
            for case in suite.cases
        },
        unit=_UNITS.get(spec.type, Unit.SHARE),
        statistic=kind,
        clusters=clusters_of(suite),
        interleaved=outcome.interleaved,
        known=_known(outcome, spec, kind) if kind in OF_THE_SET else Known(),
    )


def clusters_of(suite: Suite) -> Mapping[str, str] | None:
    """Per case the group that it depends on, by the field that the suite names."""
    name = suite.cluster
    return {case.id: case.fields[name] for case in suite.cases if case.fields and name in case.fields} if name else None


def _known(outcome: Outcome, spec: ScorerSpec, kind: Statistic) -> Known:
    labels = tuple(map(str, spec.parameters["labels"])) if kind is Statistic.MACRO_F1 else ()
    attribute = str(spec.parameters.get("attribute", ""))
    expected = {
        case.id: int(found)
        for case in outcome.run.suite.cases
        if (found := _expected(outcome, case.id, spec.name)) is not None
    }
    groups = {
        case.id: case.fields[attribute] for case in outcome.run.suite.cases if case.fields and attribute in case.fields
    }
    return Known(labels, expected, groups)


def _expected(outcome: Outcome, id: str, metric: str) -> float | None:
    """What the scorer noted as expected: the same in every trial of a case."""
    trials = (*outcome.head.get(id, ()), *outcome.base.get(id, ()))
    return next((found for trial in trials if (found := trial.scores.get(f"{metric}.expected")) is not None), None)


def groups_of(suite: Suite, name: str) -> dict[str, list[str]]:
    """The slices of a suite by one field: "language=en" and the cases in it."""
    groups: dict[str, list[str]] = {}
    for case in suite.cases:
        if case.fields and name in case.fields:
            groups.setdefault(f"{name}={case.fields[name]}", []).append(case.id)
    return groups


def checks_of(suite: Suite) -> list[ScorerSpec]:
    """The scorers whose 1 means that an answer is right; what a judge thinks of it decides no single case."""
    return [spec for spec in suite.scorers if is_check(spec) and spec.type not in JUDGES]


def flaky(outcome: Outcome, metrics: Collection[str]) -> tuple[str, ...]:
    """The cases that one side answers now right and now wrong, by any of `metrics`."""
    sides = (outcome.base, outcome.head)
    return tuple(
        case.id for case in outcome.run.suite.cases if any(_disagree(side.get(case.id, ()), metrics) for side in sides)
    )


def _disagree(trials: Collection[Trial], metrics: Iterable[str]) -> bool:
    if len(trials) < 2:
        return False
    answered = [trial for trial in trials if trial.error is None]
    return any({0, 1} <= {trial.scores.get(metric) for trial in answered} for metric in metrics)
