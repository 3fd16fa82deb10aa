"""A decision explained: all of it as a tree, or one requirement with every input that led to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from placet.decided import Decided
from placet.gate.amounts import amount, change, increase, interval, percent, points
from placet.gate.verdicts import Unit
from placet.reasons import Node, Status
from placet.report.escape import plain, prose
from placet.report.in_depth import SIGNS, at, estimate, inputs, painted
from placet.report.paint import Paint
from placet.report.trees import Branch, bounded, drawn

_WIDEST = 44
_MOST_STEPS = 8
NOT_COUNTED = "approvals are not counted here: they are decided on the pull request, or from its facts (--facts)"


def as_text(found: Decided, paint: Paint, *, every: bool = False) -> str:
    """The whole decision. Parts of what is met are left out, unless `every` is wished."""
    nodes = found.requirements
    width = min(max((len(_name(node, nodes)) for node in nodes), default=0), _WIDEST)
    branches = bounded(_branch(node, _name(node, nodes), (width, every), paint) for node in nodes)
    lines = [painted(found.status, plain(headline(found)), paint), *drawn(branches)]
    if steps := unblocking(found):
        lines.append(f"to unblock: {plain('; '.join(steps))}")
    if not found.counted and any(node.status is Status.PENDING for node in nodes):
        lines.append(paint.faint(NOT_COUNTED))
    return "\n".join(lines)


def headline(found: Decided) -> str:
    total, unmet = len(found.requirements), len(found.unmet)
    open_ = sum(node.status is Status.PENDING for node in found.requirements if node not in found.unmet)
    waived = sum(node.status is Status.WAIVED for node in found.requirements)
    unsure = sum(node.status is Status.UNSURE for node in found.requirements)
    parts = [f"{unmet} of {total} requirements {'is' if unmet == 1 else 'are'} not met"] if unmet else []
    parts += [f"{waived} waived"] if waived else []
    parts += [f"{unsure} that can't be told"] if unsure else []
    parts += [f"{open_} open"] if open_ else []
    return f"{found.answer.value}: {', '.join(parts) or f'{_all(total)}'}"


def _all(total: int) -> str:
    return "the one requirement is met" if total == 1 else f"all {total} requirements are met"


def unblocking(found: Decided) -> list[str]:
    """What would unblock it, each step once; people last."""
    steps = [step for node in found.unmet for one in _blocking(node) for step in one.unblock]
    each = list(dict.fromkeys(steps))
    return [*each[:_MOST_STEPS], f"and {len(each) - _MOST_STEPS} more"] if len(each) > _MOST_STEPS else each


def _blocking(node: Node) -> Iterator[Node]:
    """The node, or where it says nothing itself, the parts of it that block."""
    if node.unblock or not node.children:
        yield node
        return
    for child in node.children:
        if child.status > Status.UNSURE:
            yield from _blocking(child)


def _name(node: Node, among: Sequence[Node]) -> str:
    systems = {one.system for one in among if one.system}
    return f"{node.system}: {node.id}" if node.system and len(systems) > 1 else node.id


def _branch(node: Node, name: str, shape: tuple[int, bool], paint: Paint) -> Branch:
    width, every = shape
    told = plain(said(node))
    text = f"{painted(node.status, SIGNS[node.status], paint)} {plain(name):{width}}  {told}".rstrip()
    shown = node.children if every or node.status not in {Status.MET, Status.WAIVED} else ()
    return Branch(text, bounded(_branch(child, child.id, (0, every), paint) for child in shown))


def said(node: Node) -> str:
    """How it stands, in one line: its text, who counts, and who doesn't."""
    parts = [_gate(node) or node.text] if node.status is not Status.MET or not node.numbers else []
    counts = [who for who in node.counts if f"@{who.lstrip('@')}" not in node.text]
    parts += [", ".join(at(who) for who in counts)] if counts else []
    left = [f"{at(one.person)} ({one.text})" for one in node.excluded if one.text not in node.text]
    parts += [f"not counted: {', '.join(left)}"] if left else []
    return "; ".join(part for part in parts if part)


def _gate(node: Node) -> str:
    """Head with its interval beside what was asked; where nothing was measured, the text says why."""
    if not node.numbers or node.status in {Status.ERROR, Status.WAIVED}:
        return ""
    blocks = node.status is Status.FAILED and node.numbers.get("verdict") == "inconclusive"
    return "; ".join([*(["can't be told, which blocks at this tier"] if blocks else []), *_asked(node.numbers)])


def _asked(numbers: Mapping[str, Any]) -> Iterator[str]:
    unit, asked = Unit(numbers.get("unit", "share")), numbers.get("asked", {})
    head, difference, ratio = (estimate(numbers.get(name)) for name in ("head", "difference", "ratio"))
    if numbers.get("total") is not None:
        yield f"{numbers.get('passed')}/{numbers['total']} critical cases"
        return
    if head is not None and unit is not Unit.DOLLARS:
        bounds = [f"floor {amount(asked['floor'], unit)}"] if "floor" in asked else []
        bounds += [f"ceiling {amount(asked['ceiling'], unit)}"] if "ceiling" in asked else []
        between = f" ({_bare(interval(head, unit))})" if head.low is not None or head.high is not None else ""
        yield ", ".join([f"{amount(head.value, unit)}{between}", *bounds])
    if ratio is not None and "max_increase" in asked:
        yield f"cost {increase(ratio)}, at most +{percent(asked['max_increase'])}"
    elif difference is not None and unit is Unit.SHARE and "margin" in asked:
        loss = f"loss {points(-difference.value)}" if difference.value < 0 else change(difference)
        yield f"{loss}, margin {points(asked['margin'])}"


def _bare(between: str) -> str:
    """ "72.1 % … 88.5 %" without the units, which the value before it has."""
    return between.replace(" %", "").replace(" ms", "")


# -- Markdown ---------------------------------------------------------------------------------------------------------


def as_markdown(found: Decided, nodes: Sequence[Node] | None = None) -> str:
    """A list that GitHub shows; with `nodes`, those in depth."""
    lines = [f"### {prose(headline(found))}", ""]
    for node in found.requirements if nodes is None else nodes:
        lines += _items(node, _name(node, found.requirements), 0, deep=nodes is not None)
    if nodes is None and (steps := unblocking(found)):
        lines += ["", f"**To unblock:** {prose('; '.join(steps))}"]
    if not found.counted:
        lines += ["", f"<sub>{prose(NOT_COUNTED)}</sub>"]
    return "\n".join(lines)


def _items(node: Node, name: str, depth: int, *, deep: bool) -> Iterator[str]:
    told = said(node)
    yield f"{'  ' * depth}- {_ICONS[node.status]} {prose(f'{name}: {told}' if told else name)}"
    if deep:
        yield from (f"{'  ' * (depth + 1)}- {prose(branch)}" for branch in _flat(inputs(node)))
    elif node.status not in {Status.MET, Status.WAIVED}:
        for child in node.children:
            yield from _items(child, child.id, depth + 1, deep=False)


def _flat(branches: Iterable[Branch]) -> Iterator[str]:
    for branch in branches:
        inner = "; ".join(_flat(branch.branches))
        yield f"{branch.text}: {inner}" if inner else branch.text


_ICONS = {
    Status.MET: "✅",
    Status.WAIVED: "⚠️ waived",
    Status.UNSURE: "⚠️ unsure",
    Status.PENDING: "⬜",
    Status.FAILED: "❌",
    Status.ERROR: "❗",
}

__all__ = ["as_markdown", "as_text", "headline", "said", "unblocking"]
