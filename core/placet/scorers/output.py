"""What a scorer sees and what a scorer is. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from placet.model.run import Score


@dataclass(frozen=True, slots=True)
class Output:
    """One answer as scorers see it. What was not measured is None: a replay's latency, an unknown cost."""

    text: str
    latency_ms: float | None = None
    cost_usd: float | None = None


class Scorer(Protocol):
    """Judges one output, and raises on none. `variables` are the case's (`substitute.variables_of`)."""

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score: ...
