"""The absolute half of a gate: one side's metric against its floor and ceiling."""

from __future__ import annotations

from placet.gate.amounts import interval, told_apart
from placet.gate.samples import LEAST_GROUP, OF_THE_SET, Arm, Samples, Statistic, Terms, holes, over_budget, too_few
from placet.gate.verdicts import Bounds, Code, Part, Reason, Unit, Verdict, worst
from placet.model.policy import Floor
from placet.stats.estimates import LEAST_FOR_P95, Estimate, cases_for_share

_ROUNDING = 1e-9  # a mean of floats may miss the bound it equals


def gaps_of(head: Arm, terms: Terms) -> list[Reason]:
    return [*holes(head, "head"), *over_budget(len(head.lost), len(head.values), terms.policy.error_budget)]


def judge_absolute(samples: Samples, head: Arm, found: Estimate | None, bounds: Bounds, terms: Terms) -> Part:
    if bounds.floor is None and bounds.ceiling is None:
        return Part(None)
    if gaps := gaps_of(head, terms):
        return Part(Verdict.INCONCLUSIVE, tuple(gaps))
    whole = terms.policy.floor is Floor.INTERVAL
    if found is None or (whole and samples.unit is not Unit.SHARE and found.n < LEAST_GROUP):
        least = LEAST_FOR_P95 if samples.statistic is Statistic.P95 else LEAST_GROUP
        return Part(Verdict.INCONCLUSIVE, (too_few(len(head.values), f"at least {least} are needed"),))
    judged = [
        _against(found, floor=bounds.floor, unit=samples.unit, whole=whole),
        _against(found, ceiling=bounds.ceiling, unit=samples.unit, whole=whole),
    ]
    reasons = tuple(reason for _, reason in judged if reason)
    verdict = worst(verdict for verdict, _ in judged)
    counted = samples.unit is Unit.SHARE and samples.statistic not in OF_THE_SET
    planned = _planned_absolute(found, bounds) if counted else None
    return Part(verdict, reasons, planned if verdict is Verdict.INCONCLUSIVE else None)


def _against(
    found: Estimate, *, unit: Unit, whole: bool, floor: float | None = None, ceiling: float | None = None
) -> tuple[Verdict, Reason | None]:
    """One bound. Every comparison asks what is good, so that NaN never is."""
    limit = floor if floor is not None else ceiling
    if limit is None:
        return Verdict.PASS, None
    sign, slack = (1 if floor is not None else -1), _ROUNDING * abs(limit)
    far = found.interval.low if floor is not None else found.interval.high
    value, bound = told_apart(found.value, limit, unit)
    side = "below the floor" if floor is not None else "above the ceiling"
    if not sign * (found.value - limit) >= -slack:
        code = Code.BELOW_FLOOR if floor is not None else Code.ABOVE_CEILING
        return Verdict.FAIL, Reason(code, f"{value} is {side} of {bound}")
    if whole and not sign * (far - limit) >= -slack:
        code = Code.FLOOR_NOT_SHOWN if floor is not None else Code.CEILING_NOT_SHOWN
        text = f"{value}, but its interval ({interval(found, unit)}) reaches {side} of {bound}"
        return Verdict.INCONCLUSIVE, Reason(code, text)
    return Verdict.PASS, None


def _planned_absolute(found: Estimate, bounds: Bounds) -> int | None:
    """How many cases would clear the bounds if the true share is the one seen."""
    asked = [
        (found.value, bounds.floor),
        (1 - found.value, None if bounds.ceiling is None else 1 - bounds.ceiling),
    ]
    planned = [cases_for_share(share, limit, bounds.confidence) for share, limit in asked if limit is not None]
    return None if None in planned else max(n for n in planned if n is not None)
