"""A review as CSV, one line for each score of each trial: for a spreadsheet, or for statistics of one's own.

No cell is a formula, whoever named the scorer or the case: a spreadsheet would run it. What isn't known is empty. What
a model said isn't in it; `output` is the digest by which the ledger has it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from placet.judge import Outcome
from placet.model.run import Trial
from placet.report.junit import legal
from placet.results import Review
from placet.runs import Arm

COLUMNS = (
    "system",
    "prompt",
    "suite",
    "case",
    "side",
    "trial",
    "scorer",
    "score",
    "error",
    "latency_ms",
    "input_tokens",
    "output_tokens",
    "cost_usd",
    "output",
    "subject",
)
#: What begins a formula in one spreadsheet or another, in its narrow and wide forms.
_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_BLANK = frozenset("\t\r\n")
_Cell = str | int | float | None


def as_csv(review: Review) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for outcome in review.outcomes:
        run = outcome.run
        if run.base is not None and not run.same_answers:
            writer.writerows(_rows(outcome, "base", run.base))
        writer.writerows(_rows(outcome, "head", run.head))
    return out.getvalue().removesuffix("\n")


def _rows(outcome: Outcome, side: str, arm: Arm) -> Iterator[list[_Cell]]:
    run, trials = outcome.run, outcome.base if side == "base" else outcome.head
    for case in run.suite.cases:
        for number, trial in enumerate(trials.get(case.id, ()), 1):
            place: list[_Cell] = [run.system, run.prompt, run.suite.name, case.id, side, number]
            for scorer, score in _scores(outcome, trial):
                cells = [*place, scorer, score, *_measured(trial), arm.subject.digest]
                yield [safe(cell) if isinstance(cell, str) else cell for cell in cells]


def _scores(outcome: Outcome, trial: Trial) -> list[tuple[str | None, float | None]]:
    """What ended in an error has no scores, and one line."""
    if trial.error is not None:
        return [(None, None)]
    return [(spec.name, trial.scores.get(spec.name)) for spec in outcome.run.suite.scorers]


def _measured(trial: Trial) -> list[_Cell]:
    return [trial.error, trial.latency_ms, trial.input_tokens, trial.output_tokens, trial.cost_usd, trial.output]


def safe(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula: then a quote stands in front."""
    shown = legal(text)
    starts = shown[:1] in _BLANK or shown.lstrip()[:1] in _FORMULA
    return f"'{shown}" if starts else shown
