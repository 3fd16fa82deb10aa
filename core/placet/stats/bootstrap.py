"""A mean with its interval when independent groups are few: whole clusters are drawn again, 10,000 times.

The draws come from a digest, so a recorded decision can be replayed to the last bit.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Hashable, Sequence

from placet.record import record
from placet.stats.distributions import draws
from placet.stats.estimates import Interval, Spread, cluster_sums, clustered

FEW_CLUSTERS = 10  # below it the t quantile is too optimistic
RESAMPLES = 10_000


@record
class Mean:
    """A mean judged as a whole. `units` is how many independent values it rests on: clusters, else values."""

    spread: Spread
    interval: Interval
    p_below: float
    units: int
    method: str


def mean_of(values: Sequence[float], clusters: Sequence[Hashable] | None, alpha: float, seed: str) -> Mean:
    """The t interval, or the bootstrap when clusters are few."""
    spread, units = clustered(values, clusters), len(set(clusters)) if clusters else len(values)
    if units >= FEW_CLUSTERS:
        return Mean(spread, spread.interval(alpha), spread.p_below, units, "t")
    interval, p_below = cluster_bootstrap(values, clusters, alpha, seed)
    return Mean(spread, interval, p_below, units, "bootstrap")


def cluster_bootstrap(
    values: Sequence[float], clusters: Sequence[Hashable] | None, alpha: float, seed: str
) -> tuple[Interval, float]:
    """The studentised bootstrap of the mean over whole clusters: its interval, and the p of "below zero"."""
    observed = clustered(values, clusters)
    if not 0 < observed.error < math.inf:
        return observed.interval(alpha), observed.p_below
    deviations = _resampled(cluster_sums(values, clusters), observed, seed)
    rank = int(alpha * (RESAMPLES + 1))
    low, high = deviations[rank - 1], deviations[RESAMPLES - rank]
    as_low = bisect_right(deviations, observed.centre / observed.error)
    interval = Interval(observed.centre - high * observed.error, observed.centre - low * observed.error)
    return interval, (as_low + 1) / (RESAMPLES + 1)


def _resampled(sums: Sequence[tuple[float, int]], observed: Spread, seed: str) -> list[float]:
    """The sorted t values of the resamples. One without spread lies infinitely far out, to its own side."""
    count = len(sums)
    picks = draws(seed, RESAMPLES * count, count)
    moments = [(total, size, total * total, total * size, size * size) for total, size in sums]
    deviations = []
    for start in range(0, RESAMPLES * count, count):
        s, n, ss, sn, nn = map(sum, zip(*(moments[i] for i in picks[start : start + count]), strict=True))
        mean = s / n
        square = count / (count - 1) * (ss - 2 * mean * sn + mean * mean * nn) / (n * n)
        shift = mean - observed.centre
        if square > 1e-9 * observed.error**2:
            deviations.append(shift / math.sqrt(square))
        else:
            deviations.append(math.copysign(math.inf, shift) if shift else 0.0)
    return sorted(deviations)
