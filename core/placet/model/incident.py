"""An incident: what went wrong in production, who noticed, and the regression case that came of it."""

from __future__ import annotations

from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date


@record
class Incident:
    path: str
    id: str
    system: str
    title: str
    severity: str  # minor, major or critical
    detected: date
    monitor: str | None  # exactly one of these two noticed it
    person: str | None
    resolved: date | None  # None: it is open
    owner: str  # an owner role
    prompt: str | None
    revision: str | None
    failure_mode: str | None
    cases: tuple[str, ...]  # SUITE/CASE
