"""Judge the cost per request: head over base on the same cases, against the increase that policy allows.

An unknown price is unknown, never zero. An absolute ceiling on cost is an ordinary gate (placet.gate.metric).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

from placet.gate.amounts import cases, increase, percent
from placet.gate.metric import confidence_of
from placet.gate.paired import estimate
from placet.gate.samples import Arm, Samples, Terms, arms_of, dropped, holes, over_budget, shared
from placet.gate.verdicts import Bounds, Code, MetricResult, Reason, Unit, Verdict
from placet.record import replace
from placet.stats.estimates import Estimate, log_ratio, ratio

LEAST_PAIRS = 10  # below it the delta method promises nothing
_UNGATED = {Code.NEW_SUBJECT, Code.SHOWN_NOT_GATED}


def judge_cost(samples: Samples, terms: Terms) -> MetricResult:
    confidence = confidence_of(None, terms)
    alpha, limit = (1 - confidence) / 2, terms.policy.max_cost_increase
    base, head = arms_of(samples, terms)
    clusters = samples.clusters_of(shared(base, head))
    found, p_worse = _ratio(base, head, alpha, clusters)
    result = MetricResult(
        samples.suite,
        samples.metric,
        Verdict.PASS,
        unit=Unit.DOLLARS,
        bounds=Bounds(max_increase=limit, confidence=confidence),
        base=estimate(base, samples, alpha, f"{terms.seed} cost base"),
        head=estimate(head, samples, alpha, f"{terms.seed} cost head"),
        ratio=found,
        p_worse=p_worse,
        pairs=len(shared(base, head)),
        dropped=len(dropped(base, head)),
        looks=terms.looks,
    )
    verdict, reasons = _judge(result, (base, head), terms)
    gated = limit is not None and not any(reason.code in _UNGATED for reason in reasons)
    return replace(result, verdict=verdict, reasons=tuple(reasons), regression=verdict if gated else None)


def _ratio(
    base: Arm, head: Arm, alpha: float, clusters: Sequence[Hashable] | None
) -> tuple[Estimate | None, float | None]:
    ids = shared(base, head)
    heads, bases = [head.mean(case) for case in ids], [base.mean(case) for case in ids]
    if not ids or not math.fsum(heads) > 0 or not math.fsum(bases) > 0:
        return None, None
    spread = log_ratio(heads, bases, clusters)
    return ratio(heads, bases, alpha, clusters), replace(spread, centre=-spread.centre).p_below


def _judge(result: MetricResult, arms: tuple[Arm, Arm], terms: Terms) -> tuple[Verdict, list[Reason]]:
    limit, gaps = result.bounds.max_increase, _gaps(result, arms, terms)
    if limit is None:
        return Verdict.PASS, gaps
    if terms.rollback:
        text = "a rollback: the change of cost is shown, not gated"
        return Verdict.PASS, [Reason(Code.SHOWN_NOT_GATED, text)]
    if terms.new_subject:
        text = "new: there is no base to cost more than"
        return Verdict.PASS, [Reason(Code.NEW_SUBJECT, text)]
    if gaps:
        return Verdict.INCONCLUSIVE, gaps
    if result.ratio is None:
        return _free(arms)
    return _against(result.ratio, limit)


def _gaps(result: MetricResult, arms: tuple[Arm, Arm], terms: Terms) -> list[Reason]:
    if not terms.has_base:
        return [Reason(Code.NOT_COMPARABLE, "base has no cost to compare with")]
    named = zip(("base", "head"), arms, strict=True)
    unknown = [
        Reason(Code.UNKNOWN_PRICE, f"the cost on {name} is unknown in {cases(len(arm.unmeasured))}")
        for name, arm in named
        if arm.unmeasured
    ]
    if unknown:
        return unknown
    missing = [reason for name, arm in zip(("base", "head"), arms, strict=True) for reason in holes(arm, name)]
    reasons = [*missing, *over_budget(result.dropped, result.pairs, terms.policy.error_budget)]
    if not reasons and result.ratio is not None and result.pairs < LEAST_PAIRS:
        text = f"{cases(result.pairs)} on both sides; the comparison of cost needs {LEAST_PAIRS}"
        reasons.append(Reason(Code.TOO_FEW_CASES, text))
    return reasons


def _free(arms: tuple[Arm, Arm]) -> tuple[Verdict, list[Reason]]:
    """One side costs nothing, as a model on one's own machine may: there is no ratio, but an answer."""
    base, head = arms
    if any(head.mean(case) > 0 for case in shared(base, head)):
        return Verdict.FAIL, [Reason(Code.COSTS_MORE, "base costs nothing and head does not")]
    return Verdict.PASS, []


def _against(found: Estimate, limit: float) -> tuple[Verdict, list[Reason]]:
    text, most = increase(found), percent(limit)
    if found.interval.high <= 1 + limit:
        within = Reason(Code.COSTS_MORE_WITHIN_BOUND, f"costs more, but within +{most}: {text}")
        return Verdict.PASS, [within] if found.interval.low > 1 else []
    if found.interval.low > 1:
        return Verdict.FAIL, [Reason(Code.COSTS_MORE, f"costs more: {text}; the bound is +{most}")]
    return Verdict.INCONCLUSIVE, [Reason(Code.COST_NOT_EXCLUDED, f"more than +{most} can't be excluded: {text}")]
