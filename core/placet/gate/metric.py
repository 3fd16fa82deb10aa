"""Judge one metric: pass, fail or inconclusive, with every reason.

Pure. What can't be measured or compared is inconclusive, never a pass. How a tier takes "inconclusive" is not
decided here, nor is anything about approvals.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from placet.gate import figures
from placet.gate.absolute import gaps_of, judge_absolute
from placet.gate.amounts import cases, percent, points
from placet.gate.paired import Comparison, compare, estimate, turned
from placet.gate.regression import judge_regression
from placet.gate.samples import (
    LEAST_GROUP,
    OF_THE_SET,
    Arm,
    Samples,
    Statistic,
    Terms,
    arms_of,
    dropped,
    measured,
    shared,
)
from placet.gate.verdicts import Bounds, Code, MetricResult, Part, Reason, Unit, Verdict, with_more_cases, worst
from placet.model.suite import Gate
from placet.record import replace
from placet.stats.estimates import Estimate, holm

MOST_CONFIDENCE = 0.999  # beyond it the bootstrap has too few resamples in its tails


def judge_metric(samples: Samples, gate: Gate, terms: Terms) -> MetricResult:
    """What can't be measured takes a pass back, and never a failure: else silence where it hurts would be worth it."""
    found = _judged(samples, gate, terms)
    if found.verdict is not Verdict.INCONCLUSIVE or Code.NOT_MEASURABLE not in {one.code for one in found.reasons}:
        return found
    known = _judged(measured(samples), gate, terms)
    if known.verdict is not Verdict.FAIL:
        return found
    unknown = tuple(one for one in found.reasons if one.code is Code.NOT_MEASURABLE)
    return replace(known, reasons=tuple(dict.fromkeys((*known.reasons, *unknown))))


def _judged(samples: Samples, gate: Gate, terms: Terms) -> MetricResult:
    bounds, notes = bounds_of(gate, terms)
    base, head = arms_of(samples, terms)
    alpha, seed = (1 - bounds.confidence) / 2, f"{terms.seed} {samples.suite} {samples.metric}"
    if samples.statistic in OF_THE_SET and (why := figures.gaps(samples, head) if head.values else []):
        return _not_measurable(MetricResult(samples.suite, samples.metric, Verdict.PASS, bounds=bounds), why, gate)
    at_head = _estimate(head, samples, alpha, f"{seed} head")
    comparison = _compare(samples, (base, head), bounds, alpha, seed)
    absolute = judge_absolute(samples, head, at_head, bounds, terms)
    regression = judge_regression(samples, (base, head), comparison, bounds, terms)
    verdict = worst((absolute.verdict, regression.verdict))
    reasons = (*absolute.reasons, *regression.reasons)
    if absolute.verdict is None and regression.verdict is None and (gaps := gaps_of(head, terms)):
        verdict, reasons = Verdict.INCONCLUSIVE, (*gaps, *reasons)
    have = len(shared(base, head)) if regression.verdict else len(head.values)
    planned = _planned(absolute, regression)
    result = MetricResult(
        samples.suite,
        samples.metric,
        verdict,
        tuple(dict.fromkeys((*reasons, *notes))),
        unit=samples.unit,
        bounds=bounds,
        base=_estimate(base, samples, alpha, f"{seed} base"),
        head=at_head,
        absolute=absolute.verdict,
        regression=regression.verdict,
        pairs=len(shared(base, head)),
        dropped=len(dropped(base, head)),
        cases_planned=planned,
        cases_to_decide=with_more_cases(planned, verdict, have),
        looks=terms.looks,
        figures=figures.figures(samples, (base, head)) if samples.statistic in OF_THE_SET else (),
    )
    return _with_comparison(result, comparison)


def _estimate(arm: Arm, samples: Samples, alpha: float, seed: str) -> Estimate | None:
    if samples.statistic in OF_THE_SET:
        return figures.estimate(arm, samples, alpha)
    return estimate(arm, samples, alpha, seed)


def _not_measurable(result: MetricResult, why: Sequence[Reason], gate: Gate) -> MetricResult:
    """What no figure can be given for is inconclusive, where it gates and where it is only shown."""
    unsure = Verdict.INCONCLUSIVE
    return replace(
        result,
        verdict=unsure,
        reasons=tuple(why),
        absolute=None if gate.min is None and gate.max is None else unsure,
        regression=None if gate.max_regression is None else unsure,
    )


def _planned(*parts: Part) -> int | None:
    """The cases that would settle every half that doesn't pass; None if that of one is unknown."""
    asked = [part.planned for part in parts if part.verdict not in {None, Verdict.PASS}]
    return max((n for n in asked if n is not None), default=None) if None not in asked else None


def _with_comparison(result: MetricResult, found: Comparison | None) -> MetricResult:
    if found is None:
        return result
    return replace(
        result,
        difference=found.difference,
        p_worse=found.p_worse,
        mcnemar=found.mcnemar,
        newly_failing=found.newly_failing,
        newly_passing=found.newly_passing,
    )


def bounds_of(gate: Gate, terms: Terms) -> tuple[Bounds, list[Reason]]:
    """What the gate asks, no looser than policy allows, and what policy changed about it."""
    policy, notes = terms.policy, []
    margin = gate.max_regression
    if margin is not None and margin > policy.margin:
        text = f"the suite allows a loss of {points(margin)}; policy allows {points(policy.margin)}"
        notes.append(Reason(Code.MARGIN_CLAMPED, text))
        margin = policy.margin
    if gate.confidence is not None and gate.confidence < policy.confidence:
        asked, least = percent(gate.confidence), percent(policy.confidence)
        notes.append(Reason(Code.CONFIDENCE_RAISED, f"the suite asks for {asked} confidence; policy for {least}"))
    return Bounds(gate.min, gate.max, margin, confidence=confidence_of(gate, terms)), notes


def confidence_of(gate: Gate | None, terms: Terms) -> float:
    """The two-sided level of every interval. Looks share what may go wrong: two looks of 90 % take 95 % each."""
    asked = gate.confidence if gate and gate.confidence is not None else 0.0
    whole = max(asked, terms.policy.confidence, 1 - 2 * terms.alpha)
    return min(whole if terms.looks == 1 else 1 - (1 - whole) / terms.looks, MOST_CONFIDENCE)


def _compare(samples: Samples, arms: tuple[Arm, Arm], bounds: Bounds, alpha: float, seed: str) -> Comparison | None:
    """Latency is compared only if both sides were measured turn by turn: load changes between runs."""
    if samples.unit is Unit.MILLISECONDS and not samples.interleaved:
        return None
    less_is_better = bounds.ceiling is not None and bounds.floor is None
    if samples.statistic in OF_THE_SET:
        gap = samples.statistic is not Statistic.MACRO_F1
        return figures.compare(samples, arms, alpha, -1 if less_is_better or gap else 1)
    if less_is_better:
        arms = (turned(arms[0], samples.unit), turned(arms[1], samples.unit))
    return compare(samples, *arms, alpha, seed)


def judge_slices(
    samples: Samples, gate: Gate, terms: Terms, groups: Mapping[str, Collection[str]]
) -> tuple[MetricResult, ...]:
    """The same gate on each group of cases ("language=en" -> ids)."""
    return tuple(_judge_slice(samples.of(ids), gate, terms, name) for name, ids in sorted(groups.items()))


def _judge_slice(samples: Samples, gate: Gate, terms: Terms, name: str) -> MetricResult:
    result = replace(judge_metric(samples, gate, terms), slice=name)
    if len(samples.pairs) >= LEAST_GROUP:
        return result
    text = f"{name} has {cases(len(samples.pairs))}; a slice needs {LEAST_GROUP} to be judged"
    return replace(
        result,
        verdict=Verdict.INCONCLUSIVE,
        reasons=(Reason(Code.NOT_MEASURABLE, text),),
        absolute=result.absolute and Verdict.INCONCLUSIVE,
        regression=result.regression and Verdict.INCONCLUSIVE,
        p_worse=None,
        cases_planned=None,
        cases_to_decide=None,
    )


def hold_over_all(results: Sequence[MetricResult], alpha: float = 0.05) -> tuple[MetricResult, ...]:
    """Take back each "worse" that chance explains among all the comparisons of one change (Holm).

    A p value that any of several looks could have brought about counts once for each. Passing needs no correction,
    since every metric must pass. Absolute bounds and critical cases stay.
    """
    tested = [i for i, result in enumerate(results) if result.regression and result.p_worse is not None]
    adjusted = dict(zip(tested, holm([_p(results[i]) for i in tested]), strict=True))
    return tuple(
        _taken_back(result, adjusted[i], len(tested))
        if result.regression is Verdict.FAIL and not adjusted.get(i, 0.0) <= alpha
        else result
        for i, result in enumerate(results)
    )


def _p(result: MetricResult) -> float:
    return min(1.0, (result.p_worse or 0.0) * result.looks)


def _taken_back(result: MetricResult, adjusted: float, tests: int) -> MetricResult:
    text = f"worse by itself, but not beyond chance among {tests} comparisons (Holm p = {adjusted:.2g})"
    kept = tuple(r for r in result.reasons if r.code not in {Code.WORSE_BEYOND_MARGIN, Code.COSTS_MORE})
    verdict = worst((result.absolute, Verdict.INCONCLUSIVE))
    return replace(
        result,
        verdict=verdict,
        regression=Verdict.INCONCLUSIVE,
        reasons=(*kept, Reason(Code.CHANCE_OVER_ALL, text)),
        cases_to_decide=with_more_cases(result.cases_planned, verdict, result.pairs),
    )
