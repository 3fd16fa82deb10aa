"""A suite: named cases, the scorers that judge each output, and the gates on their metrics."""

from __future__ import annotations

from collections.abc import Mapping

from placet.findings import Position
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The metric of a suite's critical and forbidden cases; no scorer may take the name.
CRITICAL = "critical"
#: The name of the suite that a prompt file carries itself, in `testData` and `evaluators`.
INLINE = "inline"


@record
class Case:
    """One input with its expectations. `variables` is what placeholders in prompt and scorers may name."""

    id: str
    inputs: Mapping[str, str]
    expected: Mapping[str, Any] | str | None
    critical: bool = False  # no statistics: fails two of three trials, fails the gate
    forbidden: bool = False  # must never happen: one failure fails the gate
    tags: tuple[str, ...] = ()
    fields: Mapping[str, str] | None = None
    position: Position = Position()


@record
class ScorerSpec:
    """One scorer as a file writes it: `parameters` are the keys beside name and type."""

    name: str
    type: str
    parameters: Mapping[str, Any]
    position: Position = Position()


@record
class Gate:
    """What one metric must show. All numbers are in the metric's own unit; at least one bound is set."""

    metric: str
    min: float | None = None
    max: float | None = None
    max_regression: float | None = None
    confidence: float | None = None
    position: Position = Position()


@record
class Suite:
    name: str
    title: str
    path: str
    prompt: str | None
    cases: tuple[Case, ...]
    trials: int
    scorers: tuple[ScorerSpec, ...]
    gates: tuple[Gate, ...]
    slices: tuple[str, ...]
    cases_path: str | None = None

    def case(self, id: str) -> Case | None:
        return next((case for case in self.cases if case.id == id), None)
