"""What a change to the policies does to each system, for people and scripts: differences, newly due ones first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from placet.plan import Plan
from placet.record import as_dict
from placet.report.escape import plain, tick
from placet.report.numbers import count
from placet.report.paint import Paint
from placet.report.trees import Branch, bounded
from placet.shifts import Shift, Shifted, Sort

#: Differences of one system that a comment lists; the rest are counted.
_MOST = 8
_TITLES = {
    Sort.APPROVAL: "approvals",
    Sort.EVIDENCE: "evidence",
    Sort.STATUS: "status",
    Sort.GATE: "how gates are judged",
}


def shifted_branches(plan: Plan, paint: Paint) -> Iterator[Branch]:
    if plan.shifted:
        systems = bounded(Branch(plain(_title(one)), _kinds(one, paint)) for one in plan.shifted)
        yield Branch(f"once these policies are merged: {count(len(plan.shifted), 'system')} judged otherwise", systems)


def _kinds(one: Shifted, paint: Paint) -> tuple[Branch, ...]:
    return tuple(
        Branch(title, bounded(Branch(_marked(shift, paint)) for shift in _due_first(one.of(sort))))
        for sort, title in _TITLES.items()
        if one.of(sort)
    )


def _marked(shift: Shift, paint: Paint) -> str:
    text = plain(_told(shift))
    return f"{paint.bad('✗')} {text}" if shift.due else text


def _title(one: Shifted) -> str:
    same = "" if one.before == one.after else f" → {one.after}"
    return f"{tick(one.system)}: {one.before}{same}"


def _told(shift: Shift) -> str:
    return f"{shift.what}: {shift.before or 'not asked'} → {shift.after or 'no longer asked'}"


def _due_first(shifts: tuple[Shift, ...]) -> list[Shift]:
    return sorted(shifts, key=lambda shift: not shift.due)


def shifted(plan: Plan) -> list[str]:
    """One sentence a system."""
    return [_sentence(one) for one in plan.shifted]


def _sentence(one: Shifted) -> str:
    due = [shift for shift in one.shifts if shift.due]
    others = [shift for sort in _TITLES for shift in one.of(sort) if not shift.due and shift.what != "tier"]
    parts = [f"Newly due: {_listed(due)}"] if due else []
    parts += [f"Otherwise: {_listed(others)}"] if others else []
    return ". ".join([_title(one), *parts])


def _listed(shifts: list[Shift]) -> str:
    more = f"; and {len(shifts) - _MOST} more (`placet plan` lists them)" if len(shifts) > _MOST else ""
    return "; ".join(_told(shift) for shift in shifts[:_MOST]) + more


def shifted_json(plan: Plan) -> list[dict[str, Any]]:
    """Per system the status before and after, and each difference: what, sort, before, after, whether newly due."""
    return [as_dict(one) for one in plan.shifted]
