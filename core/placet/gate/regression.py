"""The regression half of a gate: head must be shown to be no worse than base by more than the margin."""

from __future__ import annotations

from placet.gate.amounts import change, points
from placet.gate.paired import Comparison
from placet.gate.samples import Arm, Samples, Terms, dropped, holes, over_budget, shared, too_few
from placet.gate.verdicts import Bounds, Code, Part, Reason, Unit, Verdict
from placet.stats.estimates import least_n_that_can_pass
from placet.stats.planning import SEVERAL, Demand, Noise, pairs_needed


def judge_regression(
    samples: Samples, arms: tuple[Arm, Arm], found: Comparison | None, bounds: Bounds, terms: Terms
) -> Part:
    if bounds.margin is None:
        return Part(None)
    if samples.unit is not Unit.SHARE:
        text = "latency and cost per case are gated by `max` alone"
        return Part(Verdict.INCONCLUSIVE, (Reason(Code.NOT_COMPARABLE, text),))
    if terms.rollback:
        text = "a rollback: the difference to today is shown, not gated"
        return Part(None, (Reason(Code.SHOWN_NOT_GATED, text),))
    if not terms.has_base:
        return _without_base(bounds, terms)
    base, head = arms
    lost, kept = len(dropped(base, head)), len(shared(base, head))
    gaps = [*holes(head, "head"), *holes(base, "base"), *over_budget(lost, kept, terms.policy.error_budget)]
    if gaps or found is None:
        none = Reason(Code.NO_EVIDENCE, "no case has a result on both sides")
        return Part(Verdict.INCONCLUSIVE, tuple(gaps) or (none,))
    return _non_inferior(found, bounds.margin, (1 - bounds.confidence) / 2)


def _without_base(bounds: Bounds, terms: Terms) -> Part:
    if terms.new_subject:
        text = "new: there is no base to be worse than; only absolute bounds are judged"
        return Part(None, (Reason(Code.NEW_SUBJECT, text),))
    if bounds.floor is not None or bounds.ceiling is not None:
        text = "base has no result to compare with; only absolute bounds are judged"
        return Part(None, (Reason(Code.NOT_COMPARABLE, text),))
    text = "base has no result to compare with, and the gate has no absolute bound"
    return Part(Verdict.INCONCLUSIVE, (Reason(Code.NOT_COMPARABLE, text),))


def _non_inferior(found: Comparison, margin: float, alpha: float) -> Part:
    bounds, shown = found.difference.interval, change(found.difference)
    if bounds.low > -margin:
        text = f"worse, but within the margin of {points(margin)}: {shown}"
        return Part(Verdict.PASS, (Reason(Code.WORSE_WITHIN_MARGIN, text),) if bounds.high < 0 else ())
    planned = _planned(found, margin, alpha)
    if bounds.high < 0:
        text = f"worse: {shown}, and the margin is {points(margin)}"
        return Part(Verdict.FAIL, (Reason(Code.WORSE_BEYOND_MARGIN, text),), planned)
    text = f"a loss beyond {points(margin)} can't be excluded: {shown}"
    if planned is not None and planned <= found.difference.n:
        text += "; of so many cases a harmless change would mostly pass, so a small loss is likely"
    reasons = Reason(Code.LOSS_NOT_EXCLUDED, text), *_below_least(found, margin, alpha)
    return Part(Verdict.INCONCLUSIVE, reasons, planned)


def _planned(found: Comparison, margin: float, alpha: float) -> int | None:
    """No number of cases shows a margin of nothing."""
    per_unit, binary = found.difference.n / found.units, found.mcnemar is not None
    single = found.difference.method == "Bonett-Price"
    noise = Noise(found.variance, binary=binary, per_unit=per_unit)
    return pairs_needed(noise, Demand(margin, 1 if single else SEVERAL, alpha))


def _below_least(found: Comparison, margin: float, alpha: float) -> tuple[Reason, ...]:
    if margin <= 0 or found.units >= (least := least_n_that_can_pass(margin, alpha)):
        return ()
    what = "independent groups" if found.units < found.difference.n else "cases"
    return (too_few(found.units, f"a loss of {points(margin)} takes at least {least} {what} to exclude"),)
