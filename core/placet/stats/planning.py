"""How many pairs or trials it takes to show what a gate asks, and what a given number of them can show.

Plans for the interval that the gate will compute, its floor of two imagined flips included. Knows no suite and no gate;
the chances that it states are checked by simulation (bench/calibration.py). `alpha` is one-sided.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from functools import lru_cache, partial

from placet.record import record, replace
from placet.stats.distributions import binomial_cdf, normal_quantile, t_quantile
from placet.stats.estimates import ALPHA, POWER, Interval, paired_binary, wilson

MOST_PAIRS = 1_000_000
MOST_TRIALS = 50  # more of them is no advice
SEVERAL = 2  # trials, where a variance is already that of their means
_STEPS = 1_000  # a loss is found to a tenth of a point


@record
class Noise:
    """How much the difference of one case strays between two runs of what is equally good.

    `variance` is that of one answer a side (of 0/1 scores: the share of flips); `shrinks` is how much of it further
    trials average away.
    """

    variance: float
    shrinks: float = 0.0
    binary: bool = True
    per_unit: float = 1.0  # cases in one independent group

    def at(self, trials: int) -> float:
        return max(self.variance - self.shrinks, 0.0) + min(self.shrinks, self.variance) / trials


@record
class Demand:
    """What is asked of how many trials a case: a loss of `margin` is to be excluded.

    `comparisons` share one chance of a false alarm: a loss that fails beside others has to be that much clearer.
    """

    margin: float
    trials: int = 1
    alpha: float = ALPHA
    power: float = POWER
    comparisons: int = 1

    @property
    def strict(self) -> float:
        """The level at which "worse" fails, whatever the other comparisons say."""
        return min(self.alpha, ALPHA / self.comparisons)


def pairs_needed(noise: Noise, demand: Demand) -> int | None:
    """With how many cases a harmless change passes as often as `demand.power` says; None beyond a million."""
    if demand.margin <= 0:
        return None
    found = 1 + bisect_left(range(1, MOST_PAIRS + 1), True, key=lambda n: _passes(n, noise, demand))
    while (
        found <= MOST_PAIRS and _single(noise, demand) and chances(found, noise.variance, 0.0, demand)[0] < demand.power
    ):
        found += 1 + found // 200  # flips come in whole numbers: a normal plan may fall short
    return None if found > MOST_PAIRS else found


def least_pairs(noise: Noise, demand: Demand) -> int | None:
    """The least number of cases that can pass at all: nothing may flip."""
    return pairs_needed(Noise(0.0, 0.0, noise.binary, noise.per_unit), demand)


def trials_needed(pairs: int, noise: Noise, demand: Demand) -> int | None:
    """How often each of `pairs` cases has to be asked, on both sides; None when no number of trials is enough."""
    return next((k for k in range(1, MOST_TRIALS + 1) if _passes(pairs, noise, replace(demand, trials=k))), None)


def loss_found(pairs: int, noise: Noise, demand: Demand) -> float | None:
    """The least loss that fails as often as `demand.power` says; None when not even losing everything does."""
    steps = range(1, _STEPS + 1)
    found = bisect_left(steps, True, key=lambda step: _fails(step / _STEPS, pairs, noise, demand))
    return None if found == _STEPS else steps[found] / _STEPS


@lru_cache(maxsize=4096)
def chances(n: int, flips: float, loss: float, demand: Demand) -> tuple[float, float]:
    """How often n pairs of 0/1 scores pass and fail, exactly, if `flips` go either way and `loss` of all go down."""
    share = min(flips + loss, 1.0)
    if share == 0:
        return float(_bounds(n, 0, 0, demand.alpha).low > -demand.margin), 0.0
    down = (flips / 2 + loss) / (flips + loss)
    spread, passing, failing = 6 * math.sqrt(n * share * (1 - share)) + 3, 0.0, 0.0
    for flipped in range(max(0, math.floor(n * share - spread)), min(n, math.ceil(n * share + spread)) + 1):
        weight = _binomial(flipped, n, share)
        worse = range(flipped + 1)
        some = partial(_bounds, n, flipped)
        too_many = bisect_left(worse, True, key=lambda k: some(k, demand.alpha).low <= -demand.margin)
        too_bad = max(too_many, bisect_left(worse, True, key=lambda k: some(k, demand.strict).high < 0))
        passing += weight * binomial_cdf(too_many - 1, flipped, down)
        failing += weight * (1 - binomial_cdf(too_bad - 1, flipped, down))
    return passing, failing


def _bounds(n: int, flipped: int, worse: int, alpha: float) -> Interval:
    return paired_binary(n, worse, flipped - worse).interval(alpha)


def _binomial(k: int, n: int, p: float) -> float:
    if p >= 1:
        return float(k == n)
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(ways + k * math.log(p) + (n - k) * math.log1p(-p))


def share_that_clears(cases: int, floor: float, confidence: float | None, chance: float = 1 - ALPHA) -> float | None:
    """How good 0/1 answers truly have to be to clear `floor` with probability `chance`.

    With a `confidence` the whole Wilson interval has to; None when not even a suite without a failure does.
    """
    counts = range(cases + 1)
    level = confidence or 0.0
    reached = (lambda k: wilson(k, cases, level).low) if confidence else (lambda k: k / cases)
    least = bisect_left(counts, True, key=lambda k: reached(k) >= floor - 1e-9)
    if least > cases:
        return None
    shares = range(_STEPS + 1)
    return bisect_left(shares, True, key=lambda s: 1 - binomial_cdf(least - 1, cases, s / _STEPS) >= chance) / _STEPS


def _passes(n: int, noise: Noise, demand: Demand) -> bool:
    variance = noise.at(demand.trials)
    shift = normal_quantile(demand.power) * math.sqrt(variance / n)
    return _reach(n, variance, noise, demand) + shift < demand.margin


def _fails(loss: float, n: int, noise: Noise, demand: Demand) -> bool:
    """The whole interval is below zero, and not all of it within the margin. What is lost for good flips too."""
    if _single(noise, demand):
        return chances(n, noise.variance, loss, demand)[1] >= demand.power
    variance = noise.at(demand.trials) + (loss * (1 - loss) if noise.binary else 0.0)
    surely = loss - normal_quantile(demand.power) * math.sqrt(variance / n)
    strictly = _reach(n, variance, noise, replace(demand, alpha=demand.strict))
    return surely - strictly >= 0 and surely + _reach(n, variance, noise, demand) >= demand.margin


def _reach(n: int, variance: float, noise: Noise, demand: Demand) -> float:
    """Half the interval, as the gate will compute it."""
    z, units = normal_quantile(1 - demand.alpha), n / noise.per_unit
    imagined = z * math.sqrt(variance * units * units / n + 2) / (units + 2)
    if _single(noise, demand):
        return imagined
    if units < 2:
        return math.inf
    spread = t_quantile(1 - demand.alpha, math.floor(units) - 1) * math.sqrt(variance / n)
    return max(spread, imagined) if noise.binary or variance == 0 else spread


def _single(noise: Noise, demand: Demand) -> bool:
    """Each case for itself, with one trial: its interval is Bonett and Price's, and its chances can be counted."""
    return noise.binary and demand.trials == 1 and noise.per_unit == 1
