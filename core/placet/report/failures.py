"""Which cases fail a metric, and by which scorer. Counts what was judged, and judges nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import fsum

from placet.gate.critical import judge_critical
from placet.gate.samples import Pair, Side, Terms
from placet.gate.verdicts import Verdict
from placet.judge import Judged, Outcome, Trials
from placet.model.policy import Floor, GatePolicy, Inconclusive
from placet.model.run import Trial
from placet.model.suite import CRITICAL, Case
from placet.results import Review
from placet.scorers.judge import JUDGES
from placet.scorers.kinds import is_check

#: A case alone, without base, fails or doesn't whatever its tier asks for.
_ALONE = Terms(GatePolicy(Floor.ESTIMATE, 0.0, 0.9, Inconclusive.WARN, 0.0, False, None), base_available=False)


def checks_of(outcome: Outcome, metric: str) -> tuple[str, ...]:
    """The scorers behind a metric: itself, or all that answer yes or no for the critical cases."""
    specs = [spec for spec in outcome.run.suite.scorers if is_check(spec) and spec.type not in JUDGES]
    return tuple(spec.name for spec in specs) if metric == CRITICAL else (metric,)


def tells(judged: Judged, outcome: Outcome) -> bool:
    """Whether it is about the whole of `outcome`; what gates nothing counts only where nothing gates."""
    run, own = judged.run, outcome.run
    same = run is not None and (run.system, run.prompt, run.suite.name) == (own.system, own.prompt, own.suite.name)
    return same and judged.result.slice is None and (judged.gated or own.system is None)


def fails(trial: Trial, checks: Iterable[str]) -> bool:
    return any((score := trial.scores.get(name)) is not None and score < 1 for name in checks)


def guilty(outcome: Outcome, trials: Iterable[Trial], metric: str) -> tuple[str, ...]:
    """The scorers by which any of the trials fails `metric`."""
    known = [trial for trial in trials if trial.error is None]
    return tuple(name for name in checks_of(outcome, metric) if any(fails(trial, (name,)) for trial in known))


def failing(outcome: Outcome, metric: str, trials: Trials) -> tuple[str, ...]:
    """The cases that fail `metric` on the side that `trials` are of; those of a metric that isn't yes or no: none."""
    if metric == CRITICAL:
        listed = (case for case in outcome.run.suite.cases if case.critical or case.forbidden)
        return tuple(case.id for case in listed if _fails_critical(outcome, case, trials.get(case.id, ())))
    if not any(spec.name == metric and is_check(spec) for spec in outcome.run.suite.scorers):
        return ()
    scores = {case.id: _scores(trials.get(case.id, ()), metric) for case in outcome.run.suite.cases}
    if any(score not in {0, 1} for known in scores.values() for score in known):
        return ()
    return tuple(id for id, known in scores.items() if known and fsum(known) / len(known) <= 0.5)


def _fails_critical(outcome: Outcome, case: Case, trials: tuple[Trial, ...]) -> bool:
    side = Side.of_critical(trials, checks_of(outcome, CRITICAL))
    return judge_critical("", [case], {case.id: Pair(Side(), side)}, _ALONE).verdict is Verdict.FAIL


def _scores(trials: Iterable[Trial], metric: str) -> list[float]:
    return [score for trial in trials if (score := trial.scores.get(metric)) is not None]


def tally(outcome: Outcome) -> tuple[tuple[str, int, int], ...]:
    """Per scorer, how many critical cases it lets pass, of those that have an answer."""
    lost = failing(outcome, CRITICAL, outcome.head)
    blamed = [name for id in lost for name in guilty(outcome, outcome.head.get(id, ()), CRITICAL)]
    listed = [case.id for case in outcome.run.suite.cases if case.critical or case.forbidden]
    known = sum(any(trial.error is None for trial in outcome.head.get(id, ())) for id in listed)
    return tuple((name, known - blamed.count(name), known) for name in checks_of(outcome, CRITICAL))


def outcome_of(judged: Judged, review: Review) -> Outcome | None:
    """The trials that were judged."""
    return next((one for one in review.outcomes if one.run is judged.run), None)


def failed_by(judged: Judged, review: Review) -> tuple[str, ...]:
    """The scorers by which critical cases fail; none where the result is of one scorer anyway."""
    outcome = outcome_of(judged, review) if judged.result.metric == CRITICAL else None
    return tuple(name for name, passed, total in tally(outcome) if passed < total) if outcome else ()


def metrics_of(outcome: Outcome, review: Review) -> Iterator[str]:
    return (judged.result.metric for judged in review.judged if tells(judged, outcome))


def compared(outcome: Outcome) -> bool:
    """Whether the run has two sides to tell apart."""
    return bool(outcome.base) and outcome.run.base is not None and not outcome.run.same_answers


def on_both(outcome: Outcome, review: Review) -> dict[str, tuple[str, ...]]:
    """The cases that fail before and after, and the scorers by which they do now."""
    found: dict[str, tuple[str, ...]] = {}
    for metric in metrics_of(outcome, review) if compared(outcome) else ():
        before = frozenset(failing(outcome, metric, outcome.base))
        for id in failing(outcome, metric, outcome.head):
            if id in before:
                found[id] = (*found.get(id, ()), *guilty(outcome, outcome.head.get(id, ()), metric))
    return {id: tuple(dict.fromkeys(names)) for id, names in found.items()}
