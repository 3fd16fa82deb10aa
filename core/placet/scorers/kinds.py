"""What kind of score a scorer gives: whether 1 means passed, and how scores of many trials become one number."""

from __future__ import annotations

from placet.model.suite import ScorerSpec
from placet.scorers import classification, fairness, judge, measures
from placet.scorers.shares import SHARES


def is_check(spec: ScorerSpec) -> bool:
    """Whether 1 means passed. Only checks can say whether a critical case passes."""
    if spec.type in SHARES:
        return "at_least" in spec.parameters
    return spec.type not in measures.MEASURES | judge.JUDGES and spec.type != fairness.TYPE


def statistic(spec: ScorerSpec) -> str:
    """How the scores of many trials become one number. Raises `ScorerError` when the file names an unknown one."""
    if spec.type in measures.MEASURES:
        return measures.statistic(spec)
    if spec.type == classification.TYPE:
        named = classification.statistic(spec)
        return "mean" if named == "accuracy" else named  # the mean of right and wrong answers
    return fairness.statistic(spec) if spec.type == fairness.TYPE else "mean"
