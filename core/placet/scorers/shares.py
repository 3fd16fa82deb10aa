"""Scores between 0 and 1: kept as they are, or, with `at_least`, made a check. More is better."""

from __future__ import annotations

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.scorers.parameters import share

#: Scorer types whose score is a share unless `at_least` makes them a check.
SHARES = frozenset({"levenshtein", "rouge", "bleu", "chrf", "grounded"})


def at_least(spec: ScorerSpec) -> float | None:
    return share(spec, "at_least")


def marked(value: float, least: float | None, why: str) -> Score:
    """The share itself, or 1 if it reaches `least` and 0 if it doesn't."""
    if least is None:
        return Score(value, why)
    return Score(1.0 if value >= least else 0.0, f"{value:.3f}, at least {least:g} is asked: {why}")
