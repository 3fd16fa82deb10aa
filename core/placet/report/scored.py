"""Scores of an answer with their reasons: records keep the number alone, so the text is judged again. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from placet.judge import Outcome
from placet.model.run import Score, Trial
from placet.model.suite import Case, ScorerSpec
from placet.report.flips import ERASED
from placet.scorers import Output, ScorerError, build
from placet.scorers.judge import JUDGES
from placet.substitute import variables_of
from placet.transcript import from_text, talk_of


def scored(outcome: Outcome, case: Case, trial: Trial, text: str) -> Iterator[tuple[str, Score]]:
    """Each scorer's word on one answer."""
    for spec in outcome.run.suite.scorers:
        recorded = trial.scores.get(spec.name)
        if text == ERASED:
            yield spec.name, Score(recorded, "the answer isn't kept here")
        elif spec.type in JUDGES:
            yield spec.name, Score(recorded, "the judge's opinion; its words aren't kept")
        else:
            yield spec.name, Score(recorded, _again(spec, case, trial, text).why)


def _again(spec: ScorerSpec, case: Case, trial: Trial, text: str) -> Score:
    try:
        scorer = build(spec)
    except ScorerError as error:
        return Score(None, error.what)
    messages = from_text(text)
    if messages is None:
        return scorer(Output(text, trial.latency_ms, trial.cost_usd), variables_of(case))
    talk = talk_of(messages)
    return scorer(Output(talk.text, trial.latency_ms, trial.cost_usd, talk.calls, talk.turns), variables_of(case))


def why_of(outcome: Outcome, case: Case, text: str, scorer: str) -> str:
    """Why `text` fails; empty when that can't be told."""
    spec = next((spec for spec in outcome.run.suite.scorers if spec.name == scorer), None)
    return "" if spec is None or text == ERASED or spec.type in JUDGES else _again(spec, case, Trial(), text).why
