"""A recorded file: what a subject answered, or how another tool scored it, without a call of ours. It is a claim."""

from __future__ import annotations

from collections.abc import Mapping

from placet.findings import Position
from placet.record import record


@record
class Row:
    """One trial as the file tells it. `scores` are another tool's, by metric; None: it couldn't tell."""

    id: str
    trial: int
    output: str | None = None
    scores: Mapping[str, float | None] | None = None
    error: str | None = None
    latency_ms: float | None = None
    position: Position = Position()


@record
class Recording:
    """`made_by` is the digest of what answered: a model's artifact, or a prompt as one model gets it.

    `source` names the file of another tool that this one was made from, and `source_digest` its bytes.
    """

    path: str
    digest: str
    made_by: str
    made: str
    tool: str
    rows: tuple[Row, ...]
    source: str | None = None
    source_digest: str | None = None
    position: Position = Position()

    def of(self, case: str) -> tuple[Row, ...]:
        """The rows of one case, in the order of their trials."""
        return tuple(sorted((row for row in self.rows if row.id == case), key=lambda row: row.trial))
