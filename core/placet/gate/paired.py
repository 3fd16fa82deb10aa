"""Head against base on the cases they share: the difference with its interval, and which cases flipped.

Knows no margin and gives no verdict.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from placet.gate.samples import Arm, Samples, Statistic, shared
from placet.gate.verdicts import Unit
from placet.record import record, replace
from placet.stats.bootstrap import Mean, mean_of
from placet.stats.estimates import (
    LEAST_FOR_P95,
    Estimate,
    Interval,
    mcnemar_exact,
    no_flips,
    paired_binary,
    percentile,
    wilson,
    with_two_flips,
)


@record
class Comparison:
    """Positive is better. `variance` is that of one pair's difference: what planning needs."""

    difference: Estimate
    p_worse: float
    variance: float
    units: int  # independent ones: cases, or clusters of them
    newly_failing: tuple[str, ...] = ()
    newly_passing: tuple[str, ...] = ()
    mcnemar: float | None = None


def estimate(arm: Arm, samples: Samples, alpha: float, seed: str) -> Estimate | None:
    """One side's metric with its interval; None when there is nothing, or too little for a percentile."""
    if not arm.values:
        return None
    if samples.unit is not Unit.SHARE and samples.statistic is Statistic.P95:
        answers = [value for values in arm.values.values() for value in values]
        return percentile(answers, 0.95, alpha) if len(answers) >= LEAST_FOR_P95 else None
    ids = sorted(arm.values)
    means, clusters = [arm.mean(case) for case in ids], samples.clusters_of(ids)
    judged = mean_of(means, clusters, alpha, seed)
    if samples.unit is not Unit.SHARE:
        return Estimate.of(judged.spread.centre, judged.interval.within(0, math.inf), len(ids), judged.method)
    if (arm.binary and clusters is None) or not 0 < judged.spread.error < math.inf:
        # Of all scores with this mean, 0/1 scores spread most: a proportion's interval is safe for any.
        share = min(max(judged.spread.centre, 0.0), 1.0)
        bounds = wilson(share * judged.units, judged.units, 1 - 2 * alpha)
        return Estimate.of(share, bounds, len(ids), "Wilson")
    return Estimate.of(judged.spread.centre, judged.interval.within(0, 1), len(ids), judged.method)


def turned(arm: Arm, unit: Unit) -> Arm:
    """The same scores where less is better, so that more is."""
    most = 1 if unit is Unit.SHARE else 0
    return replace(arm, values={case: tuple(most - v for v in scores) for case, scores in arm.values.items()})


def compare(samples: Samples, base: Arm, head: Arm, alpha: float, seed: str) -> Comparison | None:
    """None when no case has a score on both sides."""
    ids = shared(base, head)
    if not ids:
        return None
    clusters = samples.clusters_of(ids)
    if samples.unit is Unit.SHARE and base.binary and head.binary:
        failing, passing = _flips(ids, base, head)
        if clusters is None and base.single and head.single:
            found = _binary(len(ids), len(failing), len(passing), alpha)
        else:
            found = _means(samples, base, head, alpha, seed)
        p = mcnemar_exact(len(failing), len(passing))
        return replace(found, newly_failing=failing, newly_passing=passing, mcnemar=p)
    return _means(samples, base, head, alpha, seed)


def _flips(ids: Sequence[str], base: Arm, head: Arm) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Cases that went from passing most trials to failing half or more, and the other way."""
    before, after = ({case for case in ids if arm.mean(case) > 0.5} for arm in (base, head))
    return tuple(sorted(before - after)), tuple(sorted(after - before))


def _binary(n: int, worse: int, better: int, alpha: float) -> Comparison:
    spread = paired_binary(n, worse, better)
    found = Estimate.of((better - worse) / n, spread.interval(alpha), n, "Bonett-Price")
    return Comparison(found, spread.p_below, (worse + better) / n, n)


def _means(samples: Samples, base: Arm, head: Arm, alpha: float, seed: str) -> Comparison:
    ids = shared(base, head)
    gains = [head.mean(case) - base.mean(case) for case in ids]
    judged = mean_of(gains, samples.clusters_of(ids), alpha, f"{seed} difference")
    interval, p_worse = judged.interval, judged.p_below
    if samples.unit is Unit.SHARE:
        interval, p_worse = _at_least_unflipped(judged, alpha, base.binary and head.binary)
    found = Estimate.of(judged.spread.centre, interval, len(ids), judged.method)
    error = judged.spread.error if math.isfinite(judged.spread.error) else 1.0
    return Comparison(found, p_worse, len(ids) * error**2, judged.units)


def _at_least_unflipped(judged: Mean, alpha: float, binary: bool) -> tuple[Interval, float]:
    """Never surer than if nothing had flipped, nor than with a flip more each way: t is, where flips are few."""
    interval, p_worse = judged.interval, judged.p_below
    if binary or judged.spread.error == 0:
        centre, error = judged.spread.centre, judged.spread.error
        wide = 0 < error < math.inf
        least = with_two_flips(centre, error, judged.units) if wide else no_flips(centre, judged.units)
        interval, p_worse = interval.around(least.interval(alpha)), max(p_worse, least.p_below)
    return interval.within(-1, 1), p_worse
