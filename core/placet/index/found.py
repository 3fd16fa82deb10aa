"""What was found, by unit, as the index keeps it and as an answer gives it."""

from __future__ import annotations

from collections.abc import Sequence

from placet.codec import from_bytes, to_bytes
from placet.index.reach import unit_of
from placet.record import record
from placet.waived import Waived

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from placet.findings import Finding


@record
class UnitFindings:
    """What was found in one unit. What a waiver covers stays packed: most answers only count it."""

    standing: tuple[Finding, ...] = ()
    count: int = 0  # of findings that a waiver covers
    packed: bytes = b""

    @property
    def waived(self) -> tuple[Waived, ...]:
        found: tuple[Waived, ...] = from_bytes(self.packed) if self.packed else ()
        return found


class Waivers(Sequence[Waived]):
    """All that waivers cover, unpacked as far as somebody looks."""

    def __init__(self, units: Iterable[UnitFindings]) -> None:
        self._units = [unit for unit in units if unit.count]

    def __len__(self) -> int:
        return sum(unit.count for unit in self._units)

    def __iter__(self) -> Iterator[Waived]:
        return (one for unit in self._units for one in unit.waived)

    def __getitem__(self, index: Any) -> Any:
        return tuple(self)[index]


def by_unit(standing: Iterable[Finding], waived: Iterable[Waived]) -> dict[str, UnitFindings]:
    """The findings of each unit that has any."""
    first: dict[str, list[Finding]] = {}
    second: dict[str, list[Waived]] = {}
    for finding in standing:
        first.setdefault(unit_of(finding.path), []).append(finding)
    for one in waived:
        second.setdefault(unit_of(one.finding.path), []).append(one)
    packed = {name: (len(found), to_bytes(tuple(found))) for name, found in second.items()}
    return {name: UnitFindings(tuple(first.get(name, ())), *packed.get(name, ())) for name in {*first, *second}}
