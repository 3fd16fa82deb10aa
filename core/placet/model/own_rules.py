"""An organisation's own rule: CEL over one governed file and what surrounds it."""

from __future__ import annotations

from placet.findings import Position, Severity
from placet.record import record


@record
class OwnRule:
    """`on` is the kind of file that it judges. `at` leads to the place of a finding in such a file."""

    id: str
    title: str
    severity: Severity
    on: str
    when: str | None
    require: str
    message: str
    help: str
    at: tuple[str | int, ...]
    path: str  # of the file that holds the rule
    index: int  # its place there
    position: Position = Position()
