"""The cases that fail where there is nothing to compare with: what was said, and why it fails. Values only."""

from __future__ import annotations

from placet.judge import Outcome
from placet.model.suite import Case
from placet.record import record
from placet.report.failures import compared, failing, guilty, metrics_of
from placet.report.flips import LONGEST, case_of, said, shown_expected, shown_inputs, telling_trial
from placet.report.scored import why_of
from placet.results import Review
from placet.transcript import readable

#: Cases of one run that are shown with what was said.
MOST = 5


@record
class Loss:
    """One failing case, the scorers that fail it, and the word of the first of them."""

    case: Case
    by: tuple[str, ...]
    input: str
    expected: str
    answer: str
    why: str


@record
class Losses:
    """The failing cases of one run, in the order of the suite."""

    outcome: Outcome
    cases: tuple[Loss, ...]

    @property
    def suite(self) -> str:
        return self.outcome.run.suite.name

    @property
    def first(self) -> tuple[Loss, ...]:
        """Those that are shown whole."""
        return self.cases[:MOST]

    @property
    def rest(self) -> tuple[str, ...]:
        """The ids of the others."""
        return tuple(loss.case.id for loss in self.cases[MOST:])


def losses(review: Review) -> tuple[Losses, ...]:
    """The runs without a base to compare with, in which anything fails."""
    found = (_of_run(outcome, review) for outcome in review.outcomes if not compared(outcome))
    return tuple(one for one in found if one.cases)


def _of_run(outcome: Outcome, review: Review) -> Losses:
    metrics: dict[str, tuple[str, ...]] = {}
    for metric in metrics_of(outcome, review):
        for id in failing(outcome, metric, outcome.head):
            metrics[id] = (*metrics.get(id, ()), metric)
    ids = [case.id for case in outcome.run.suite.cases if case.id in metrics]
    return Losses(outcome, tuple(_loss(outcome, id, metrics[id], review) for id in ids))


def _loss(outcome: Outcome, id: str, metrics: tuple[str, ...], review: Review) -> Loss:
    trials, case = outcome.head.get(id, ()), case_of(outcome.run.head, outcome, id)
    by = tuple(dict.fromkeys(name for metric in metrics for name in guilty(outcome, trials, metric)))
    text = said(telling_trial(trials, by, failing=True), review.answers)
    answer = readable(text, LONGEST)
    return Loss(case, by, shown_inputs(case), shown_expected(case), answer, why_of(outcome, case, text, by[0]))
