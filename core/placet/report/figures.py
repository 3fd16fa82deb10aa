"""What stands behind a figure of a whole set: precision, recall and F1 of each label, or the rate of each group."""

from __future__ import annotations

from collections.abc import Iterable

from placet.gate.amounts import amount
from placet.gate.verdicts import Figure, Unit
from placet.record import record
from placet.report.numbers import NONE
from placet.report.rows import Row

_WORDS = {"f1": "F1"}


@record
class Part:
    """One label or group, its numbers written out."""

    of: str
    cases: int
    base: str
    head: str


@record
class Breakdown:
    """The parts of one metric."""

    suite: str
    metric: str
    parts: tuple[Part, ...]


def breakdowns(rows: Iterable[Row]) -> tuple[Breakdown, ...]:
    """Of each metric that is such a figure; a slice of one is told by the slice alone."""
    return tuple(
        Breakdown(row.suite, row.metric, tuple(_part(each) for each in row.result.figures))
        for row in rows
        if row.result.figures and not row.slice
    )


def _part(figure: Figure) -> Part:
    return Part(figure.name, figure.cases, _written(figure.base), _written(figure.head))


def _written(values: tuple[tuple[str, float], ...]) -> str:
    shown = [(_WORDS.get(name, name), amount(value, Unit.SHARE)) for name, value in values]
    return ", ".join(f"{name} {value}" for name, value in shown) or NONE
