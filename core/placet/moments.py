"""Points in time as records write them: ISO 8601 in UTC, to the second. Pure; nobody asks the clock here."""

from __future__ import annotations

from datetime import UTC, datetime

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def stamp(moment: datetime) -> str:
    """E.g. `2026-11-20T09:00:00Z`."""
    return moment.astimezone(UTC).strftime(_FORMAT)


def moment(text: str) -> datetime:
    """The time that `stamp` wrote. Raises ValueError for anything else."""
    return datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)
