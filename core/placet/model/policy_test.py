"""A policy test: given this registration, expect the policies to make this of it."""

from __future__ import annotations

from placet.record import field, record

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
    evidence: Mapping[str, str | Mapping[str, float]]  # gate -> how it was judged, or counts that policy judges
    before: Mapping[str, Any] = field(default_factory=dict)  # put over the registration, it is base's
    new: bool = False
    controls: Mapping[str, str] = field(default_factory=dict)  # control -> how it stands; the others are met
    waivers: Mapping[str, date] = field(default_factory=dict)  # control or gate -> the last day
    facts: Mapping[str, Any] | None = None  # of a facts document, with `events`, `teams` and `people` short; None: none

    @property
    def decides(self) -> bool:
        """Whether anything is given that only a decision needs."""
        parts = (self.evidence, self.before, self.new, self.controls, self.waivers)
        return any(parts) or self.facts is not None


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
    counted: tuple[str, ...] | None = None
    reasons: Mapping[str, str] | None = None

    @property
    def decision(self) -> bool:
        """Whether a decision has to be made to see whether it is met."""
        return self.verdict is not None or self.counted is not None or self.reasons is not None


@record
class PolicyTest:
    name: str
    path: str
    index: int  # its place in the file
    given: Given
    expected: Expected
