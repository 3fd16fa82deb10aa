"""A policy test: given this registration, expect the policies to make this of it."""

from __future__ import annotations

from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from placet.model.policy import Tier


@record
class Given:
    """`registration` is the path of one, or the keys of one; `changes` are put over it."""

    registration: str | Mapping[str, Any]
    changes: Mapping[str, Any]
    today: date | None
    evidence: Mapping[str, str]


@record
class Expected:
    """None and empty: nothing is expected. Lists name what must be there, others besides."""

    tier: Tier | None
    controls: tuple[str, ...]
    people: int | None
    roles: tuple[str, ...]
    findings: tuple[str, ...]
    without_controls: tuple[str, ...]
    without_roles: tuple[str, ...]
    without_findings: tuple[str, ...]
    verdict: str | None


@record
class PolicyTest:
    name: str
    path: str
    index: int  # its place in the file
    given: Given
    expected: Expected
