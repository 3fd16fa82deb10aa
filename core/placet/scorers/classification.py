"""classification: whether the answer gives the expected label, and which one it gave instead.

The trial keeps both labels, so that figures per class can be told later. It computes none of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers.labels import PARAMETERS, Labels, labelled
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import choice, only
from placet.scorers.shown import shown

TYPE = "classification"
STATISTICS = ("accuracy", "macro-f1")
NONE = -1.0  # the answer gives none of the labels


@record
class _Classification:
    labels: Labels

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        expected = self.labels.expected(variables)
        if expected is None:
            return Score(None, "this case expects none of the labels")
        predicted = self.labels.predicted(output.text)
        label = NONE if predicted is None else float(predicted)
        why = f"expected {shown(self.labels.names[expected])}; found {_named(self.labels, predicted, output)}"
        return Score(1.0 if predicted == expected else 0.0, why, {"label": label, "expected": float(expected)})


def classification(spec: ScorerSpec) -> Scorer:
    only(spec, *PARAMETERS, "statistic")
    statistic(spec)
    return _Classification(labelled(spec, needs_value=True))


def statistic(spec: ScorerSpec) -> str:
    return choice(spec, "statistic", STATISTICS, "accuracy")


def _named(labels: Labels, predicted: int | None, output: Output) -> str:
    return f"no label in {shown(output.text)}" if predicted is None else shown(labels.names[predicted])
