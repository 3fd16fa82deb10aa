"""A label: what a person found of one output."""

from __future__ import annotations

from placet.findings import Position
from placet.record import record

PASS, FAIL, UNSURE = "pass", "fail", "unsure"


@record
class Label:
    """One person's verdict on one output. `subject` and `output` are digests; `at` is in UTC, as `moments` writes it.

    A label counts for the subject that gave the output, and for no other.
    """

    case: str
    subject: str
    output: str
    verdict: str
    author: str
    at: str
    note: str = ""
    position: Position = Position()

    @property
    def decided(self) -> bool:
        return self.verdict != UNSURE
