"""latency and cost: numbers that are measured, not judged. A number nobody knows is None, never 0."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import choice, only

#: Scorer types whose score is a number in a unit, not 1 or 0; less is better.
MEASURES = frozenset({"latency", "cost"})
STATISTICS = ("mean", "p95")
_DEFAULT = {"latency": "p95", "cost": "mean"}


@record
class _Measure:
    read: Callable[[Output], float | None]
    show: Callable[[float], str]
    unknown: str

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        value = self.read(output)
        if value is None or not math.isfinite(value):
            return Score(None, self.unknown)
        return Score(value, self.show(value))


def latency(spec: ScorerSpec) -> Scorer:
    statistic(spec)
    return _Measure(lambda output: output.latency_ms, "{:,.0f} ms".format, "the latency was not measured")


def cost(spec: ScorerSpec) -> Scorer:
    statistic(spec)
    return _Measure(lambda output: output.cost_usd, "${:.6f}".format, "the cost is unknown: no price or no token count")


def statistic(spec: ScorerSpec) -> str:
    """How the trials of a measure become one number: `mean` or `p95`."""
    only(spec, "statistic")
    return choice(spec, "statistic", STATISTICS, _DEFAULT[spec.type])
