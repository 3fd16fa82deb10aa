"""What is wrong in a governed file, as a value: which rule, where, what, and what to do about it."""

from __future__ import annotations

from enum import IntEnum

from placet.record import record


class Severity(IntEnum):
    """Ordered: the worst one decides."""

    WARNING = 1
    ERROR = 2

    @property
    def label(self) -> str:
        return self.name.lower()


@record(order=True)
class Position:
    """A place in a text: line and column count from 1; `width` is how many characters the caret underlines."""

    line: int = 1
    column: int = 1
    width: int = 1


@record
class Finding:
    """One problem. `message` says what is wrong, `note` stands beside the caret, `help` says what to do.

    `control` is the control that isn't met, where that is the problem: the one thing that a waiver can name. With
    `secret`, what stands at the position is shown nowhere.
    """

    rule: str
    severity: Severity
    path: str
    position: Position
    message: str
    note: str = ""
    help: str = ""
    control: str = ""
    secret: bool = False

    @property
    def order(self) -> tuple[str, Position, str, str]:
        return (self.path, self.position, self.rule, self.message)


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Each finding once, by file and position, whichever rule or thread met it first."""
    return tuple(sorted(set(findings), key=lambda finding: finding.order))
