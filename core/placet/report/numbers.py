"""The numbers of one result as a reader sees them: before, after, how sure the difference is, and what was asked.

Always head against base as measured: a latency that grows by 3 ms reads "+3 ms", whether or not that is bad.
"""

from __future__ import annotations

import math

from placet.gate.amounts import amount, change, increase, percent, points
from placet.gate.verdicts import Code, MetricResult, Unit
from placet.record import replace
from placet.stats.estimates import Estimate

NONE = "–"
_SAME = 1e-12


def sides(result: MetricResult) -> tuple[str, str]:
    """The metric on base and on head."""
    if result.total is not None:
        return _critical_base(result), NONE if _unknown(result) == result.total else f"{result.passed}/{result.total}"
    return _value(result.base, result.unit), _value(result.head, result.unit)


def _value(estimate: Estimate | None, unit: Unit) -> str:
    return NONE if estimate is None or not math.isfinite(estimate.value) else amount(estimate.value, unit)


def _critical_base(result: MetricResult) -> str:
    """What passed on base follows from what passes now and what flipped, if every case is known on both sides."""
    if _unknown(result) or result.passed is None or result.pairs != result.total:
        return NONE
    return f"{result.passed + len(result.newly_failing) - len(result.newly_passing)}/{result.total}"


def _unknown(result: MetricResult) -> int:
    """Critical cases of which head has too little to tell."""
    return sum(reason.code is Code.TOO_FEW_TRIALS for reason in result.reasons)


def difference(result: MetricResult) -> tuple[str, str]:
    """The change and its interval, e.g. "-11.7 pp" and "-19.8 … -2.8"; no interval where there is none."""
    if result.ratio is not None:
        return _parts(increase(result.ratio), " %", same=result.ratio.value == 1)
    if result.difference is None:
        return NONE, ""
    raw = _as_measured(result)
    same = abs(raw.value) < _SAME
    if result.unit is Unit.SHARE:
        return _parts(change(_possible(raw)), " pp", same=same)
    return _parts(_amounts(raw, result.unit), "", same=same)


def _possible(share: Estimate) -> Estimate:
    """No share changes by more than all of it, whatever an interval of few cases says."""
    low, high = (None if bound is None else min(max(bound, -1.0), 1.0) for bound in (share.low, share.high))
    return replace(share, low=low, high=high)


def _as_measured(result: MetricResult) -> Estimate:
    """Head minus base. Where less is better, the difference was judged with the sign turned."""
    found = result.difference
    if found is None or not _turned(result, found):
        return found or Estimate(0.0, None, None, 0, "")
    low, high = (None if bound is None else -bound for bound in (found.high, found.low))
    return replace(found, value=-found.value, low=low, high=high)


def _turned(result: MetricResult, found: Estimate) -> bool:
    """A result with only a ceiling; and a gap between groups, which is its own difference, with or without a gate."""
    if result.bounds.ceiling is not None and result.bounds.floor is None:
        return True
    if not result.figures or result.base is None or result.head is None:
        return False
    return found.value * (result.head.value - result.base.value) < 0


def _parts(text: str, unit: str, *, same: bool) -> tuple[str, str]:
    """Value and interval; an interval without width says nothing, and beside a bare 0 it carries the unit."""
    value, _, rest = text.partition(" (")
    interval = rest.removesuffix(")")
    low, _, high = interval.partition(" … ")
    if low == high and low != "no bound":
        return ("0" if same else value), ""
    if not same:
        return value, interval
    if (low.lstrip("-+"), low[:1]) == (high.lstrip("-+"), "-"):
        interval = f"±{high.lstrip('+')}"
    return "0", interval if high == "no bound" else f"{interval}{unit}"


def _amounts(raw: Estimate, unit: Unit) -> str:
    low, high = ("no bound" if bound is None else _signed(bound, unit) for bound in (raw.low, raw.high))
    return f"{_signed(raw.value, unit)} ({low} … {high})"


def _signed(value: float, unit: Unit) -> str:
    return f"{'-' if value < 0 else '+' if value > 0 else ''}{amount(abs(value), unit)}"


def asked(result: MetricResult) -> str:
    """What the gate asks, as it was judged: "≥ 90 %, loss ≤ 5 pp"."""
    bounds, parts = result.bounds, []
    if bounds.floor is not None:
        parts.append(f"≥ {amount(bounds.floor, result.unit)}")
    if bounds.ceiling is not None:
        parts.append(f"≤ {amount(bounds.ceiling, result.unit)}")
    if bounds.margin is not None and result.regression is not None:
        parts.append(f"loss ≤ {points(bounds.margin)}")
    if bounds.max_increase is not None and result.regression is not None:
        parts.append(f"≤ +{percent(bounds.max_increase)}")
    if result.total is not None:
        parts.append("critical cases")
    return ", ".join(parts)


def p_value(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


def money(dollars: float | None) -> str:
    if dollars is None:
        return "cost unknown"
    return f"${dollars:.2f}" if dollars >= 0.01 or dollars == 0 else amount(dollars, Unit.DOLLARS)


def duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, math.ceil(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(names: list[str] | tuple[str, ...], most: int = 5) -> str:
    """The first few of them, and how many more there are."""
    more = [f"{len(names) - most} more"] if len(names) > most else []
    shown = [*names[:most], *more]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""
