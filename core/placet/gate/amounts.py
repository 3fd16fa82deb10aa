"""How reasons write numbers: "81.7 %", "-3.3 pp (-9.7 … +3.2)", "420 ms", "$0.00031". Never judges."""

from __future__ import annotations

import math

from placet.gate.verdicts import Unit
from placet.stats.estimates import Estimate


def percent(share: float, digits: int = 1) -> str:
    """One decimal, or as many as keep 99.98 % from reading as 100 %."""
    while digits < 4 and 0 < share < 1 and round(100 * share, digits) in {0, 100}:
        digits += 1
    return f"{_short(100 * share, digits)} %"


def points(share: float) -> str:
    return f"{_short(100 * share)} pp"


def amount(value: float, unit: Unit, digits: int = 1) -> str:
    if unit is Unit.SHARE:
        return percent(value, digits)
    if unit is Unit.MILLISECONDS:
        return f"{value:.{digits - 1}f} ms"
    return f"${value:.{max(2, digits - math.floor(math.log10(value))) if value > 0 else 0}f}"


def told_apart(value: float, limit: float, unit: Unit) -> tuple[str, str]:
    """Both with as many decimals as it takes to see that they differ."""
    for digits in range(1, 7):
        texts = amount(value, unit, digits), amount(limit, unit, digits)
        if texts[0] != texts[1]:
            break
    return texts


def change(difference: Estimate) -> str:
    """A difference of shares with its interval."""
    low, high = (_bound(value) for value in (difference.low, difference.high))
    return f"{_signed(difference.value)} pp ({low} … {high})"


def increase(ratio: Estimate) -> str:
    """A ratio as an increase with its interval."""
    low, high = (_bound(None if value is None else value - 1) for value in (ratio.low, ratio.high))
    return f"{_signed(ratio.value - 1)} % ({low} … {high})"


def interval(estimate: Estimate, unit: Unit) -> str:
    bounds = (estimate.low, estimate.high)
    low, high = ("no bound" if bound is None else amount(bound, unit) for bound in bounds)
    return f"{low} … {high}"


def cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


def _bound(share: float | None) -> str:
    return "no bound" if share is None else _signed(share)


def _signed(share: float) -> str:
    text = _short(100 * share)
    return f"+{text}" if share > 0 and text != "0" else text


def _short(number: float, digits: int = 1) -> str:
    text = f"{number:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
