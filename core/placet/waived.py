"""Which findings a waiver covers: the only way to suppress one, and never out of sight.

Pure. It asks of a waiver what the decision on a pull request asks: that it stands in the folder of its system, names
that system and a control that policy allows to waive, and still holds. What it covers is counted and shown.
"""

from __future__ import annotations

from placet.parse.kinds import system_of
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from placet.findings import Finding
    from placet.model.register import Waiver
    from placet.parse.snapshot import Snapshot


@record
class Waived:
    """A finding that doesn't count, and the waiver that says so."""

    finding: Finding
    waiver: Waiver


def parted(
    findings: Iterable[Finding], snapshot: Snapshot, today: date
) -> tuple[tuple[Finding, ...], tuple[Waived, ...]]:
    """The findings that stand and those that are waived, each in the order given."""
    standing: list[Finding] = []
    waived: list[Waived] = []
    for finding in findings:
        waiver = _waiver(finding, snapshot, today) if finding.control else None
        if waiver is None:
            standing.append(finding)
        else:
            waived.append(Waived(finding, waiver))
    return tuple(standing), tuple(waived)


def _waiver(finding: Finding, snapshot: Snapshot, today: date) -> Waiver | None:
    """The one that holds longest, should there be several."""
    folder = system_of(finding.path)
    system = snapshot.systems.get(f"systems/{folder}/system.yaml")
    if system is None or not _waivable(finding.control, snapshot):
        return None
    held = [
        waiver
        for waiver in snapshot.waivers_of(system)
        if waiver.control == finding.control and system_of(waiver.path) == folder and waiver.holds_on(today)
    ]
    return max(held, key=lambda waiver: (waiver.until, waiver.path), default=None)


def _waivable(control: str, snapshot: Snapshot) -> bool:
    return any(one.waivable for one in snapshot.controls.values() if one.id == control)
