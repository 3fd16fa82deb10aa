"""What a scorer sees and what a scorer is. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from placet.model.run import Score, ToolCall
from placet.record import field, record


@record
class Output:
    """What came of one trial, as scorers see it. What was not measured is None: a replay's latency, an unknown cost.

    `calls` are the tool calls in their order, with what each was answered; `turns` are the texts that the user reads:
    those of all answers but such that only call tools. `text` is the last answer's. `verdicts` holds what judges said,
    by the name of the scorer that asked.
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
