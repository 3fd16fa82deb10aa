"""fairness: whether the answer gives the label that people want, for comparing groups of cases.

One answer is neither fair nor unfair: 1 says that it was favourable. The gap between groups is the metric.
"""

from __future__ import annotations

from collections.abc import Mapping

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers.labels import PARAMETERS, Labels, labelled
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import ScorerError, choice, kind, only, required, suggestion, text
from placet.scorers.shown import shown

TYPE = "fairness"
STATISTICS = ("demographic-parity", "equalized-odds")


@record
class _Fairness:
    labels: Labels
    positive: int

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        predicted, expected = self.labels.predicted(output.text), self.labels.expected(variables)
        if predicted is None:
            return Score(None, f"no label in {shown(output.text)}")
        if self.labels.value is not None and expected is None:
            return Score(None, "this case expects none of the labels")
        extra = {"expected": float(expected == self.positive)} if expected is not None else {}
        return Score(float(predicted == self.positive), f"found {shown(self.labels.names[predicted])}", extra)


def fairness(spec: ScorerSpec) -> Scorer:
    only(spec, "attribute", "positive", *PARAMETERS, "statistic")
    if not text(spec, "attribute"):
        raise ScorerError("`attribute` is empty", "name a key of the cases' `fields`, like `attribute: sex`")
    labels = labelled(spec, needs_value=statistic(spec) == "equalized-odds")
    return _Fairness(labels, _positive(spec, labels))


def statistic(spec: ScorerSpec) -> str:
    return choice(spec, "statistic", STATISTICS, "demographic-parity")


def _positive(spec: ScorerSpec, labels: Labels) -> int:
    given = required(spec, "positive")
    if isinstance(given, Mapping | list | tuple) or given is None:
        raise ScorerError(f"`positive` must be one of the labels, not {kind(given)}")
    word = labels.folded(str(given).lower() if isinstance(given, bool) else str(given))
    if word not in labels.names:
        raise ScorerError(
            f"`positive` is {shown(word)}, which is none of the labels",
            suggestion(word, labels.names) or f"the labels are {', '.join(labels.names[:10])}",
        )
    return labels.names.index(word)
