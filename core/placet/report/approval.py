"""A decision about approvals for a terminal: each requirement, who counts and who doesn't, and the next step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from placet.approval.verdict import PASS, ApprovalDecision
from placet.reasons import Node, Status
from placet.report.escape import plain
from placet.report.in_depth import SIGNS, painted
from placet.report.paint import Paint
from placet.report.trees import Branch, bounded, drawn


def as_text(found: ApprovalDecision, paint: Paint, differences: Sequence[str] | None = None) -> str:
    """`differences` are those of a decision that was recorded before; None when there was none."""
    lines = [painted(found.tree.status, plain(_headline(found)), paint)]
    lines += drawn(bounded(_branch(node, paint) for node in found.tree.children))
    lines += ["to unblock:"] if found.tree.unblock else []
    lines += [f"  {plain(step)}" for step in found.tree.unblock]
    if differences is not None:
        lines += _replayed(differences, paint)
    return "\n".join(lines)


def _headline(found: ApprovalDecision) -> str:
    about = f" #{found.number}, {found.head}" if found.number is not None else ""
    tier = f", tier {found.tier}" if found.tier else ""
    counted = f"; counted: {', '.join(found.counted)}" if found.counted else "; nobody is counted"
    return f"{found.decision}{about}{tier}{counted if found.decision != PASS or found.counted else ''}"


def _branch(node: Node, paint: Paint) -> Branch:
    below = (
        [] if node.status is Status.ERROR and not node.children else [_branch(child, paint) for child in node.children]
    )
    below += [
        Branch(plain(f"{one.person} doesn't count: {one.text} ({_rules(one.rule, one.also)})")) for one in node.excluded
    ]
    sign = painted(node.status, SIGNS[node.status], paint)
    return Branch(f"{sign} {plain(node.id)}: {plain(node.text)}", bounded(below))


def _rules(first: str, also: tuple[str, ...]) -> str:
    return ", ".join((first, *also))


def _replayed(differences: Sequence[str], paint: Paint) -> Iterator[str]:
    if not differences:
        yield paint.good("the recorded decision holds")
        return
    yield paint.bad("the recorded decision no longer holds:")
    yield from (f"  {plain(one)}" for one in differences)
