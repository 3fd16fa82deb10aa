"""Scores in, estimates out: the formulas behind the gate, with their sources in docs/statistics.md.

Nothing here knows what a gate is. `alpha` is always one-sided (0.05 goes with the 90 % interval),
`confidence` is always two-sided.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Sequence

from placet.record import record
from placet.stats.distributions import (
    binomial_cdf,
    fair_coin_two_sided,
    normal_cdf,
    normal_quantile,
    t_cdf,
    t_quantile,
)

ALPHA = 0.05
POWER = 0.80
LEAST_FOR_P95 = 20  # below it the 95th percentile is the greatest value, whatever the rest


@record
class Interval:
    """What the data allow. Infinite where they set no bound."""

    low: float
    high: float

    def around(self, other: Interval) -> Interval:
        return Interval(min(self.low, other.low), max(self.high, other.high))

    def within(self, low: float, high: float) -> Interval:
        return Interval(min(max(self.low, low), high), max(min(self.high, high), low))


@record
class Estimate:
    """A number with how sure it is. `low` or `high` is None when so few values set no bound on that side."""

    value: float
    low: float | None
    high: float | None
    n: int
    method: str

    @classmethod
    def of(cls, value: float, interval: Interval, n: int, method: str) -> Estimate:
        low = interval.low if math.isfinite(interval.low) else None
        high = interval.high if math.isfinite(interval.high) else None
        return cls(value, low, high, n, method)

    @property
    def interval(self) -> Interval:
        """The bounds to compute with: infinite where there is none."""
        return Interval(-math.inf if self.low is None else self.low, math.inf if self.high is None else self.high)


@record
class Spread:
    """A centre with its standard error. `df` is of the t distribution; None is the normal one."""

    centre: float
    error: float
    df: int | None = None

    def interval(self, alpha: float) -> Interval:
        quantile = normal_quantile(1 - alpha) if self.df is None else t_quantile(1 - alpha, self.df)
        return Interval(self.centre - quantile * self.error, self.centre + quantile * self.error)

    @property
    def p_below(self) -> float:
        """The one-sided p of "the true value is below zero"; under `alpha` exactly when the interval is."""
        if self.error == 0:
            return 0.0 if self.centre < 0 else 1.0
        z = self.centre / self.error
        return normal_cdf(z) if self.df is None else t_cdf(z, self.df)


def wilson(successes: float, n: float, confidence: float) -> Interval:
    """Wilson's score interval of a proportion. Fractions of successes widen it, never narrow it."""
    z = normal_quantile(0.5 + confidence / 2)
    share, z2 = successes / n, z * z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At 0 and 1 the bound is exact; rounding must not put the estimate outside its own interval.
    low = 0.0 if share == 0 else max(0.0, middle - half)
    return Interval(low, 1.0 if share == 1 else min(1.0, middle + half))


def paired_binary(n: int, worse: int, better: int) -> Spread:
    """Bonett and Price: one imagined flip each way keeps the error above zero when nothing flipped."""
    p, q = (worse + 1) / (n + 2), (better + 1) / (n + 2)
    return Spread(q - p, math.sqrt((p + q - (q - p) ** 2) / (n + 2)))


def bonett_price(n: int, worse: int, better: int, alpha: float = ALPHA) -> Estimate:
    """The paired difference of two proportions; positive is better."""
    interval = paired_binary(n, worse, better).interval(alpha)
    return Estimate.of((better - worse) / n, interval, n, "Bonett-Price")


def no_flips(centre: float, n: int) -> Spread:
    """How sure one can be of a difference of bounded scores when none of `n` differs from the others."""
    return Spread(centre, paired_binary(n, 0, 0).error)


def with_two_flips(centre: float, error: float, n: int) -> Spread:
    """Bonett and Price's imagined flips for 0/1 scores averaged over trials: one whole case each way among `n`.

    Of one trial a case this is their own formula. A few losses of whole cases leave t too sure when few were drawn.
    """
    squares, mean = n * ((n - 1) * error * error + centre * centre) + 2, n * centre / (n + 2)
    return Spread(mean, math.sqrt((squares / (n + 2) - mean * mean) / (n + 2)))


def clustered(values: Sequence[float], clusters: Sequence[Hashable] | None = None) -> Spread:
    """The mean, with a standard error that lets the values of one cluster depend on each other."""
    n, mean = len(values), math.fsum(values) / len(values)
    sums = cluster_sums([value - mean for value in values], clusters)
    count = len(sums)
    if count < 2:
        return Spread(mean, math.inf, 1)
    error = math.sqrt(count / (count - 1) * math.fsum(total * total for total, _ in sums)) / n
    # What rounding leaves of equal values is no spread.
    return Spread(mean, 0.0 if error < 1e-12 * max(map(abs, values)) else error, count - 1)


def t_interval(values: Sequence[float], alpha: float = ALPHA, clusters: Sequence[Hashable] | None = None) -> Estimate:
    spread = clustered(values, clusters)
    return Estimate.of(spread.centre, spread.interval(alpha), len(values), "t")


def cluster_sums(values: Sequence[float], clusters: Sequence[Hashable] | None) -> list[tuple[float, int]]:
    """Per cluster the sum of its values and how many they are."""
    members: dict[Hashable, list[float]] = {}
    for name, value in zip(range(len(values)) if clusters is None else clusters, values, strict=True):
        members.setdefault(name, []).append(value)
    return [(math.fsum(group), len(group)) for group in members.values()]


def log_ratio(heads: Sequence[float], bases: Sequence[float], clusters: Sequence[Hashable] | None = None) -> Spread:
    """The logarithm of sum(heads) / sum(bases), by the delta method. Both sums must be positive."""
    n, ratio = len(heads), math.fsum(heads) / math.fsum(bases)
    residuals = [head - ratio * base for head, base in zip(heads, bases, strict=True)]
    units = len(set(clusters)) if clusters else n
    return Spread(math.log(ratio), clustered(residuals, clusters).error * n / math.fsum(heads), max(units - 1, 1))


def ratio(
    heads: Sequence[float],
    bases: Sequence[float],
    alpha: float = ALPHA,
    clusters: Sequence[Hashable] | None = None,
) -> Estimate:
    spread = log_ratio(heads, bases, clusters)
    interval = spread.interval(alpha)
    bounds = Interval(math.exp(interval.low), math.exp(min(interval.high, 700.0)))
    if math.isinf(spread.error):
        bounds = Interval(-math.inf, math.inf)
    return Estimate.of(math.exp(spread.centre), bounds, len(heads), "ratio, delta method")


def percentile(values: Sequence[float], share: float, alpha: float = ALPHA) -> Estimate:
    """The nearest-rank percentile with bounds from order statistics, which assume nothing about the shape."""
    ordered, n = sorted(values), len(values)
    value = ordered[max(math.ceil(share * n - 1e-9), 1) - 1]
    low = bisect_right(range(n), alpha, key=lambda k: binomial_cdf(k, n, share))
    high = bisect_left(range(n), 1 - alpha, key=lambda k: binomial_cdf(k, n, share))
    interval = Interval(ordered[low - 1] if low else -math.inf, ordered[high] if high < n else math.inf)
    return Estimate.of(value, interval, n, "order statistics")


def mcnemar_exact(worse: int, better: int) -> float:
    """Two-sided: whether flips go one way more often than a fair coin would send them."""
    return fair_coin_two_sided(worse, better)


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's adjusted p values, in the order given."""
    adjusted, worst = [0.0] * len(ps), 0.0
    for rank, index in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        worst = max(worst, min(1.0, (len(ps) - rank) * ps[index]))
        adjusted[index] = worst
    return adjusted


def cases_needed(variance: float, margin: float, alpha: float = ALPHA, power: float = POWER) -> int:
    """How many pairs show a harmless change to be within `margin`. `variance` of 0/1 scores: the flip share."""
    reach = normal_quantile(1 - alpha) + normal_quantile(power)
    return math.ceil(reach * reach * variance / margin**2 - 1e-9)


def cases_for_share(share: float, bound: float, confidence: float, most: int = 100_000) -> int | None:
    """How many cases put the whole Wilson interval of `share` above `bound`; None if not even `most` do."""
    if wilson(share * most, most, confidence).low < bound:
        return None
    return 1 + bisect_left(range(1, most), True, key=lambda n: wilson(share * n, n, confidence).low >= bound)


def least_n_that_can_pass(margin: float, alpha: float = ALPHA) -> int:
    """The least number of pairs with which a suite without one flip is within `margin`."""
    return max(1, math.floor(normal_quantile(1 - alpha) * math.sqrt(2) / margin - 2) + 1)
