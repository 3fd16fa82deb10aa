"""The cases that flipped between base and head: what went in, what was expected, what came out before and after.

Values only; how much of them is shown, and how it is made harmless, is the reports' business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from placet.judge import Outcome
from placet.model.run import Trial
from placet.model.suite import Case
from placet.record import record
from placet.report.failures import checks_of, fails, guilty, tells
from placet.results import Review
from placet.runs import Arm
from placet.transcript import from_text, readable

ERASED = "(not kept here)"
NO_TRIAL = "(did not run)"
LONGEST = 400  # characters of one thing said in a conversation that is shown beside another


@record
class Flip:
    """One case, the metrics in which it newly fails or newly passes, and the scorers behind them."""

    case: Case
    failing: tuple[str, ...]
    passing: tuple[str, ...]
    input: str
    expected: str
    before: str
    after: str
    fails: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    kept: str = ""  # what head said, as it is kept: what scorers judge


@record
class Flips:
    """All flips of one run. `p` is the exact McNemar p of each metric that has one."""

    outcome: Outcome
    cases: tuple[Flip, ...]  # newly failing first
    p: Mapping[str, float]

    @property
    def suite(self) -> str:
        return self.outcome.run.suite.name

    @property
    def failing(self) -> tuple[Flip, ...]:
        return tuple(flip for flip in self.cases if flip.failing)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Those in which a case newly fails or newly passes."""
        return tuple(dict.fromkeys(name for flip in self.cases for name in (*flip.failing, *flip.passing)))

    @property
    def passing(self) -> tuple[Flip, ...]:
        return tuple(flip for flip in self.cases if not flip.failing)


def flips(review: Review) -> tuple[Flips, ...]:
    """The runs in which anything flipped. Metrics that gate nothing count only where nothing gates."""
    found = (_of_run(outcome, review) for outcome in review.outcomes)
    return tuple(one for one in found if one.cases)


def _of_run(outcome: Outcome, review: Review) -> Flips:
    results = [judged.result for judged in review.judged if tells(judged, outcome)]
    failing = _by_case((result.metric, result.newly_failing) for result in results)
    passing = _by_case((result.metric, result.newly_passing) for result in results)
    ids = sorted({*failing, *passing}, key=lambda id: (id not in failing, id))
    cases = tuple(
        _flip(outcome, id, (failing.get(id, ()), passing.get(id, ())), review.answers)
        for id in ids
        if outcome.run.suite.case(id)
    )
    p = {
        result.metric: result.mcnemar
        for result in results
        if result.mcnemar is not None and _flipped(result.metric, cases)
    }
    return Flips(outcome, cases, p)


def _flipped(metric: str, cases: Iterable[Flip]) -> bool:
    return any(metric in (*flip.failing, *flip.passing) for flip in cases)


def _by_case(found: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    metrics: dict[str, tuple[str, ...]] = {}
    for metric, ids in found:
        for id in ids:
            metrics[id] = (*metrics.get(id, ()), metric)
    return metrics


def _flip(
    outcome: Outcome, id: str, metrics: tuple[tuple[str, ...], tuple[str, ...]], answers: Mapping[str, str]
) -> Flip:
    case = case_of(outcome.run.head, outcome, id)
    telling = (metrics[0] or metrics[1])[0]
    checks = checks_of(outcome, telling)
    before = telling_trial(outcome.base.get(id, ()), checks, failing=not metrics[0])
    after = telling_trial(outcome.head.get(id, ()), checks, failing=bool(metrics[0]))
    texts = [said(trial, answers) for trial in (before, after)]
    shown = [readable(text, LONGEST) for text in texts]
    shown = _parting(*shown) if any(map(from_text, texts)) else shown
    return Flip(
        case=case,
        failing=metrics[0],
        passing=metrics[1],
        input=shown_inputs(case),
        expected=shown_expected(case),
        before=shown[0],
        after=shown[1],
        fails=_by(outcome, outcome.head.get(id, ()), metrics[0]),
        passes=_by(outcome, outcome.base.get(id, ()), metrics[1]),
        kept=texts[1],
    )


def _parting(before: str, after: str) -> list[str]:
    """Two conversations from where they part: what went before is alike, and would only push it out of sight."""
    both = before.split("\n"), after.split("\n")
    alike = next((at for at, (one, other) in enumerate(zip(*both, strict=False)) if one != other), 0)
    if alike <= 1:
        return [before, after]
    return ["\n".join([f"({alike} lines alike)", *lines[alike:]]) for lines in both]


def _by(outcome: Outcome, trials: tuple[Trial, ...], metrics: Iterable[str]) -> tuple[str, ...]:
    """The scorers by which a case fails the metrics on the side where it does."""
    return tuple(dict.fromkeys(name for metric in metrics for name in guilty(outcome, trials, metric) or (metric,)))


def case_of(arm: Arm | None, outcome: Outcome, id: str) -> Case:
    """The case as that side sees it."""
    case = (arm.suite.case(id) if arm else None) or outcome.run.suite.case(id)
    if case is None:
        msg = f"no case {id}"
        raise KeyError(msg)
    return case


def telling_trial(trials: Iterable[Trial], checks: Iterable[str], *, failing: bool) -> Trial | None:
    """The first answered trial that fails (or passes) the checks; else the first of all."""
    known = list(trials)
    names = tuple(checks)
    answered = (trial for trial in known if trial.error is None)
    return next((trial for trial in answered if fails(trial, names) is failing), known[0] if known else None)


def said(trial: Trial | None, answers: Mapping[str, str]) -> str:
    if trial is None:
        return NO_TRIAL
    if trial.error is not None:
        return f"(no answer: {trial.error})"
    return answers.get(trial.output or "", ERASED)


def shown_inputs(case: Case) -> str:
    """The inputs; their names too, where there are several. What a row of test data expects stands there, not here."""
    told = {name: text for name, text in case.inputs.items() if name != "expected" or text != case.expected}
    if len(told) == 1:
        return next(iter(told.values()))
    return "\n".join(f"{name}: {value}" for name, value in told.items())


def shown_expected(case: Case) -> str:
    return "\n".join(_expectations(case))


def _expectations(case: Case) -> Iterator[str]:
    if case.forbidden:
        yield "(must never fail)"
    if isinstance(case.expected, str):
        yield case.expected
    elif case.expected is not None:
        yield from (f"{key}: {_plain(value)}" for key, value in case.expected.items())


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
