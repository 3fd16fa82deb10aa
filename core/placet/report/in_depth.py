"""One requirement in depth: every input that led to how it stands, each where it comes from. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from placet.gate.amounts import amount, change, increase, interval, percent, points
from placet.gate.verdicts import Unit
from placet.reasons import Excluded, Node, Status
from placet.report.escape import plain
from placet.report.numbers import count, listed
from placet.report.paint import Paint
from placet.report.trees import Branch, bounded, drawn
from placet.stats.estimates import Estimate

SIGNS = {
    Status.MET: "✓",
    Status.WAIVED: "waived",
    Status.UNSURE: "?",
    Status.PENDING: "·",
    Status.FAILED: "✗",
    Status.ERROR: "!",
}


def painted(status: Status, text: str, paint: Paint) -> str:
    if status >= Status.FAILED:
        return paint.bad(text)
    return paint.good(text) if status is Status.MET else paint.unsure(text)


def at(who: str) -> str:
    return who if who.startswith("@") or "[" in who or "@" in who else f"@{who}"


def estimate(value: Any) -> Estimate | None:
    """What `numbers` wrote; None of what is no finite number."""
    if not isinstance(value, Mapping) or not isinstance(value.get("value"), int | float):
        return None
    low, high = (bound if isinstance(bound, int | float) else None for bound in (value.get("low"), value.get("high")))
    return Estimate(value["value"], low, high, value.get("n", 0), value.get("method", ""))


def in_depth(nodes: Iterable[Node], paint: Paint) -> str:
    """Each with every input that led to it."""
    return "\n\n".join(_deep(node, paint) for node in nodes)


def _deep(node: Node, paint: Paint) -> str:
    title = f"{SIGNS[node.status]} {node.id}: {node.status.label}"
    where = f" ({plain(node.system)})" if node.system else ""
    return "\n".join([f"{painted(node.status, plain(title), paint)}{where}", *drawn(tuple(inputs(node)))])


def inputs(node: Node) -> Iterator[Branch]:
    if node.text:
        yield Branch(f"how it stands: {plain(node.text)}")
    if node.places:
        yield Branch("where it comes from", tuple(Branch(plain(place)) for place in node.places))
    if node.rule:
        yield Branch(f"rule: {plain(node.rule)}")
    if node.numbers:
        yield Branch("numbers", tuple(Branch(plain(line)) for line in _figures(node.numbers)))
    if node.counts:
        yield Branch("counts", tuple(Branch(plain(at(who))) for who in node.counts))
    if node.excluded:
        yield Branch("doesn't count", tuple(_left(one) for one in node.excluded))
    if node.children:
        yield Branch(
            "consists of",
            bounded(
                Branch(plain(f"{SIGNS[one.status]} {one.id}: {one.text}"), tuple(inputs(one))) for one in node.children
            ),
        )
    if node.unblock:
        yield Branch("to unblock", tuple(Branch(plain(step)) for step in node.unblock))


def _left(one: Excluded) -> Branch:
    also = f" (and {', '.join(one.also)})" if one.also else ""
    return Branch(plain(f"{at(one.person)}: {one.text}, by rule {one.rule}{also}"))


_NAMES = {
    "base": "base",
    "head": "head",
    "difference": "head minus base, more is better",
    "ratio": "cost, head by base",
}
_WORDS = {
    "p_worse": "probability of a loss like this by chance",
    "mcnemar": "exact McNemar p",
    "pairs": "pairs",
    "dropped": "pairs lost to errors",
    "passed": "critical cases that pass",
    "total": "critical cases",
    "cases_planned": "cases with which a harmless change passes (power 80 %)",
    "cases_to_decide": "more cases that would decide",
    "looks": "looks at the evidence",
    "verdict": "verdict of the gate",
}


def _figures(numbers: Mapping[str, Any]) -> Iterator[str]:
    unit = Unit(numbers.get("unit", "share"))
    for name, title in _NAMES.items():
        if (found := estimate(numbers.get(name))) is not None:
            yield f"{title}: {_figure(name, found, unit)}"
    asked = numbers.get("asked", {})
    yield from (f"asked, {name.replace('_', ' ')}: {_asked_for(name, value, unit)}" for name, value in asked.items())
    yield from (f"{title}: {_number(numbers[name])}" for name, title in _WORDS.items() if name in numbers)
    if failing := numbers.get("newly_failing"):
        yield f"newly failing: {listed([str(id) for id in failing], 20)}"
    yield from (f"because ({one['code']}): {one['text']}" for one in numbers.get("reasons", ()))


def _figure(name: str, found: Estimate, unit: Unit) -> str:
    if name == "ratio":
        return increase(found)
    if name == "difference" and unit is Unit.SHARE:
        return change(found)
    value = f"-{amount(-found.value, unit)}" if found.value < 0 else amount(found.value, unit)
    between = f" ({interval(found, unit)})" if found.low is not None or found.high is not None else ""
    return f"{value}{between}, {count(found.n, 'case')}"


def _asked_for(name: str, value: Any, unit: Unit) -> str:
    if name in {"floor", "ceiling"}:
        return amount(value, unit)
    return points(value) if name == "margin" else percent(value)


def _number(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
