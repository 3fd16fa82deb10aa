"""A suite: named cases, the scorers that judge each output, and the gates on their metrics."""

from __future__ import annotations

from collections.abc import Mapping

from placet.findings import Position
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from placet.model.policy import Thresholds

#: The metric of a suite's critical and forbidden cases; no scorer may take the name.
CRITICAL = "critical"
#: The name of the suite that a prompt file carries itself, in `testData` and `evaluators`.
INLINE = "inline"
#: Where a suite's outputs come from: calls of ours, a file that somebody recorded, or another tool's results.
RUN, RECORDED, IMPORT = "run", "recorded", "import"
#: The type of scorer whose scores are another tool's.
IMPORTED = "imported"


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
    payload: str | None = None  # of a shared suite's case: what goes into the variables marked as untrusted
    turns: tuple[str, ...] = ()  # what the user says after the prompt's own messages, one after each answer
    tool_results: Mapping[str, Any] | None = None  # what simulated tools answer, by name


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
    carrier: str | None = None  # of a shared suite: how a payload meets the text that it rides on
    as_main: bool = False  # of a shared suite: the system's main suite judges its answers as well
    filler: str | None = None  # of a shared suite: what variables say where the system has no case of its own
    source: str = RUN
    recorded: str | None = None  # the path of the recorded file, from the root of the repository
    cluster: str | None = None  # the field that names what cases depend on, if several share it
    subject: str | None = None  # the id of a registered model that answers without a prompt
    thresholds: Thresholds | None = None  # who agreed on the gates

    @property
    def claims(self) -> bool:
        """Whether its outputs are supplied: somebody's word, and no call of ours."""
        return self.source != RUN

    def case(self, id: str) -> Case | None:
        return next((case for case in self.cases if case.id == id), None)
