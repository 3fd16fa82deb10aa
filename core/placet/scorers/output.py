"""What a scorer sees and what a scorer is. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from placet.model.run import Score, ToolCall


@dataclass(frozen=True, slots=True)
class Output:
    """What came of one trial, as scorers see it. What was not measured is None: a replay's latency, an unknown cost.

    `calls` are the tool calls in their order, `turns` the texts of every answer, the last of them `text`. `verdicts`
    holds what judges said, by the name of the scorer that asked.
    """

    text: str
    latency_ms: float | None = None
    cost_usd: float | None = None
    calls: tuple[ToolCall, ...] = ()
    turns: tuple[str, ...] = ()
    verdicts: Mapping[str, str] = field(default_factory=dict)


class Scorer(Protocol):
    """Judges one output, and raises on none. `variables` are the case's (`substitute.variables_of`)."""

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score: ...
