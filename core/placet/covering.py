"""Which ids of a framework the controls of a system point to, and which none does.

Pure. It counts pointers: that a control helps with an id, never that a system complies with it.
"""

from __future__ import annotations

from placet.frameworks import Framework, Requirement
from placet.record import record
from placet.standing import Row, SystemStanding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from placet.model.policy import Control


@record
class Cover:
    """One id: the controls of the system's tier that point to it, and those that only higher tiers demand."""

    requirement: Requirement
    rows: tuple[Row, ...]
    elsewhere: tuple[str, ...]


@record
class Coverage:
    framework: Framework
    covers: tuple[Cover, ...]

    @property
    def covered(self) -> tuple[Cover, ...]:
        return tuple(cover for cover in self.covers if cover.rows)

    @property
    def uncovered(self) -> tuple[Cover, ...]:
        return tuple(cover for cover in self.covers if not cover.rows)


def coverage(framework: Framework, standing: SystemStanding, controls: Iterable[Control]) -> Coverage:
    """What the system's controls point to. `controls` are all that policy has, whichever tier demands them."""
    known = list(controls)
    return Coverage(framework, tuple(_cover(one, framework.id, standing, known) for one in framework.requirements))


def _cover(requirement: Requirement, framework: str, standing: SystemStanding, controls: Iterable[Control]) -> Cover:
    rows = [row for row in standing.rows if requirement.id in row.control.crosswalk.get(framework, ())]
    mine = {row.control.id for row in standing.rows}
    other = (one.id for one in controls if one.id not in mine and requirement.id in one.crosswalk.get(framework, ()))
    return Cover(requirement, tuple(rows), tuple(sorted(other)))
