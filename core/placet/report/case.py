"""One case whole: the prompt as it was sent, what both sides said, and every score with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from placet.claims import labelled
from placet.gate.amounts import amount
from placet.gate.verdicts import Unit
from placet.judge import Outcome
from placet.model.run import Score, Trial
from placet.model.suite import ScorerSpec
from placet.report.flips import case_of, said, shown_expected
from placet.report.paint import Paint
from placet.report.printable import printable
from placet.report.scored import scored
from placet.results import Review
from placet.runs import Arm
from placet.scorers.kinds import is_check
from placet.scorers.measures import MEASURES
from placet.transcript import readable

_INDENT = "    "


def as_case(review: Review, suite: str, case_id: str, paint: Paint) -> str:
    """Every run of `suite` that has the case. Says so when none does."""
    found = [each for each in review.outcomes if each.run.suite.name == suite and each.run.suite.case(case_id)]
    if not found:
        return f"no run of suite {printable(suite)} has a case {printable(case_id)}"
    return "\n\n".join("\n".join(_case(outcome, case_id, review, paint)) for outcome in found)


def _case(outcome: Outcome, id: str, review: Review, paint: Paint) -> Iterator[str]:
    run, case = outcome.run, case_of(outcome.run.head, outcome, id)
    marks = [word for word, on in (("critical", case.critical), ("forbidden", case.forbidden)) if on]
    marked = f" ({', '.join(marks)})" if marks else ""
    yield printable(f"{labelled(run.suite)} / {id}{marked}: {run.prompt}")
    if expected := shown_expected(case):
        yield from _block("expected", expected, paint)
    yield from _prompt(outcome, id, paint)
    if run.base is not None and not run.same_answers:
        yield from _side("base", run.base, outcome.base.get(id, ()), (outcome, id, review, paint))
    yield from _side("head", run.head, outcome.head.get(id, ()), (outcome, id, review, paint))


def _prompt(outcome: Outcome, id: str, paint: Paint) -> Iterator[str]:
    """The messages as they were sent; those in which the sides differ, of both."""
    run = outcome.run
    head = _messages(run.head, outcome, id)
    base = _messages(run.base, outcome, id) if run.base else head
    for before, after in zip_longest(base, head):
        if before is not None and before != after:
            yield from _block(f"base, {before[0]}", before[1], paint)
        if after is not None:
            yield from _block(f"{'' if before == after else 'head, '}{after[0]}", after[1], paint)


def _messages(arm: Arm, outcome: Outcome, id: str) -> list[tuple[str, str]]:
    inputs = case_of(arm, outcome, id).inputs
    if arm.subject.promptless:
        return [(f"input {name}", text) for name, text in inputs.items()]
    return [(f"{message.role} message", message.content) for message in arm.subject.request(inputs, 1).messages]


def _side(name: str, arm: Arm, trials: tuple[Trial, ...], known: tuple[Outcome, str, Review, Paint]) -> Iterator[str]:
    outcome, id, review, paint = known
    if not trials:
        yield f"{name}: did not run"
    for number, trial in enumerate(trials, 1):
        text = said(trial, review.answers)
        label = f"{name}, trial {number} of {len(trials)}" if len(trials) > 1 else name
        yield from _block(f"{label}: answer", readable(text), paint)
        if trial.error is None:
            yield from _scores(outcome, (arm, id), (trial, text), paint)


def _scores(outcome: Outcome, where: tuple[Arm, str], said_: tuple[Trial, str], paint: Paint) -> Iterator[str]:
    arm, id = where
    specs = {spec.name: spec for spec in outcome.run.suite.scorers}
    for name, score in scored(outcome, case_of(arm, outcome, id), *said_):
        sign, text = _score(specs[name], score, paint)
        yield f"  {sign} {printable(name)}{f'  {printable(text)}' if text else ''}"


def _score(spec: ScorerSpec, score: Score, paint: Paint) -> tuple[str, str]:
    """A sign for a check, a number for a measure, and why."""
    if score.value is None:
        return paint.unsure("?"), score.why
    if spec.type in MEASURES:
        return " ", amount(score.value, Unit.DOLLARS if spec.type == "cost" else Unit.MILLISECONDS)
    if score.value in {0.0, 1.0} and is_check(spec):
        return (paint.good("✓") if score.value else paint.bad("✗")), score.why
    return " ", f"{score.value:.2f}  {score.why}"


def _block(label: str, text: str, paint: Paint) -> Iterator[str]:
    yield paint.faint(f"  {printable(label)}")
    yield from (f"{_INDENT}{printable(line)}".rstrip() for line in text.splitlines() or [""])
