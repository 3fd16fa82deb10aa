"""What a suite can show, for a terminal and as JSON. Computes nothing of its own."""

from __future__ import annotations

from typing import Any

from placet.gate.amounts import percent, points
from placet.power import Outlook, Power, Row
from placet.record import as_dict
from placet.report.boxes import table
from placet.report.json_report import dumped
from placet.report.numbers import NONE, count, listed
from placet.report.paint import Paint
from placet.report.printable import printable
from placet.report.wrapped import wrapped
from placet.stats.estimates import POWER

_TYPICAL = 0.10  # the assumed share of flips that advice is given for
_GATE = ("gate", "cases", "least", "floor safe from")
_LOSS = ("margin", "flips", "needed", "or trials", "finds a loss of", "")
_MEANINGS = {
    "least": "cases with which the gate can pass at all",
    "floor safe from": "the true share from which the floor is cleared in 19 of 20 runs",
    "flips": "share of cases that change from one measurement to the next",
    "needed": f"cases of which a harmless change passes with a power of {percent(POWER)}",
    "or trials": "the same with the cases of today, each asked so often",
    "finds a loss of": f"what fails today with a power of {percent(POWER)}",
}


def as_text(found: Power, paint: Paint, width: int) -> str:
    """One table of what was seen; where nothing was, a second one for shares of flips that are assumed."""
    title = f"{printable(f'{found.system}/{found.suite}')} ({found.tier}): {count(found.cases, 'case')}"
    title += f", {count(found.trials, 'trial')} each" if found.trials > 1 else ""
    title += " after a second look" if found.looks > 1 else ""
    title += f"; {found.critical} critical, which need no statistics" if found.critical else ""
    heads = [*_GATE, *_LOSS]
    tables = _assumed(found, paint, width) if found.assumed else [_seen(found, paint, width)]
    legend = [paint.faint(line) for head in heads if head in _MEANINGS for line in _meaning(head, found, width)]
    said = "\n".join(wrapped(advice(found), width))
    return "\n\n".join([title, *tables, "\n".join(legend), said] if found.rows else [title, said])


def _meaning(head: str, found: Power, width: int) -> list[str]:
    beside = f", as one of {count(found.comparisons, 'comparison')} of a change" if head.startswith("finds") else ""
    return wrapped(f"{head}: {_MEANINGS[head]}{beside}", width)


def _seen(found: Power, paint: Paint, width: int) -> str:
    each = [(row, row.outlooks[0] if row.outlooks else None) for row in found.rows]
    cells = [[*_gate(row), *_loss(row, outlook)] for row, outlook in each]
    return table([*_GATE, *_LOSS], cells, width, lambda number, sign: _painted(each[number][1], sign, paint))


def _assumed(found: Power, paint: Paint, width: int) -> list[str]:
    """What doesn't hang on flips; then what does, once for all gates that ask the same of as many cases."""
    first = table(_GATE, [_gate(row) for row in found.rows], width, lambda number, cell: cell)
    same: dict[tuple[Outlook, ...], list[Row]] = {}
    for row in found.rows:
        if row.outlooks:
            same.setdefault(row.outlooks, []).append(row)
    each = [(rows, outlook) for outlooks, rows in same.items() for outlook in outlooks]
    cells = [[listed([_name(row) for row in rows], 3), *_loss(rows[0], outlook)] for rows, outlook in each]
    heads = ("gates", *_LOSS)
    second = table(heads, cells, width, lambda number, sign: _painted(each[number][1], sign, paint)) if cells else ""
    return [first, *([second] if second else [])]


def _name(row: Row) -> str:
    return f"{row.metric}{f' [{row.slice}]' if row.slice else ''}"


def _gate(row: Row) -> list[str]:
    return [_name(row), f"{row.cases:,}", _number(row.least), NONE if row.safe is None else percent(row.safe)]


def _loss(row: Row, outlook: Outlook | None) -> list[str]:
    if outlook is None:
        return [NONE] * (len(_LOSS) - 1) + [""]
    return [
        points(row.bounds.margin or 0.0),
        percent(outlook.seen.noise.variance) + (f" of {outlook.seen.pairs:,}" if outlook.seen.pairs else ""),
        _number(outlook.needed),
        _number(outlook.trials),
        "none" if outlook.finds is None else points(outlook.finds),
        "✓" if outlook.enough else "? too few",
    ]


def _number(number: int | None) -> str:
    return "none" if number is None else f"{number:,}"


def _painted(outlook: Outlook | None, sign: str, paint: Paint) -> str:
    if outlook is None:
        return sign
    return paint.good(sign) if outlook.enough else paint.unsure(sign)


def advice(found: Power) -> str:
    """One plain sentence: what to do about the gate that is furthest from deciding."""
    asked = [(row, outlook) for row in found.rows for outlook in row.outlooks if _counts(outlook)]
    short = [(row, outlook) for row, outlook in asked if not outlook.enough]
    condition = f" if {percent(_TYPICAL)} of the cases flip (nothing was measured yet)" if found.assumed else ""
    if not asked:
        return "No gate of this suite compares head with base, so nothing hangs on the number of flips."
    if not short:
        return f"There are cases enough{condition}: a harmless change mostly passes every gate."
    row, worst = max(short, key=lambda one: (one[1].needed or 10**9) - one[0].cases)
    name, margin = printable(f"{found.suite}.{_name(row)}"), points(row.bounds.margin or 0.0)
    ways = [f"add {count(worst.needed - row.cases, 'case')}"] if worst.needed is not None else []
    ways += [f"set `trials: {worst.trials}`"] if worst.trials is not None and worst.trials > 1 else []
    advised = " or ".join(ways) or "give it a margin"
    cases = count(row.cases, "case")
    return f"With {cases}, {name} often can't tell a harmless change from a loss of {margin}{condition}: {advised}."


def _counts(outlook: Outlook) -> bool:
    """Of the assumed shares, advice is given for one."""
    return bool(outlook.seen.pairs) or outlook.seen.noise.variance == _TYPICAL


def as_json(found: Power) -> str:
    """For scripts; keys are added, never renamed, while `version` stays 1."""
    return dumped(
        {
            "version": 1,
            "kind": "power",
            "suite": found.suite,
            "system": found.system,
            "tier": found.tier,
            "cases": found.cases,
            "trials": found.trials,
            "critical": found.critical,
            "comparisons": found.comparisons,
            "looks": found.looks,
            "gates": [_row(row) for row in found.rows],
            "advice": advice(found),
        }
    )


def _row(row: Row) -> dict[str, Any]:
    return {
        "metric": row.metric,
        "slice": row.slice,
        "cases": row.cases,
        "bounds": as_dict(row.bounds),
        "least_cases": row.least,
        "floor_safe_from": row.safe,
        "outlooks": [
            {
                "flips": outlook.seen.noise.variance,
                "seen_on": outlook.seen.pairs,
                "cases_needed": outlook.needed,
                "trials_needed": outlook.trials,
                "finds_loss": outlook.finds,
                "enough": outlook.enough,
            }
            for outlook in row.outlooks
        ],
    }
