"""The distribution functions that the formulas need: beta, t, binomial, and draws that a digest decides.

Exact to about 1e-10 and checked against scipy in the tests; scipy itself takes seconds to import. Nothing
here is random: the same seed gives the same draws on every machine.
"""

from __future__ import annotations

import hashlib
import math
import struct
from functools import lru_cache
from statistics import NormalDist

_TINY = 1e-300
_PRECISION = 1e-15
_MOST_TERMS = 100_000


def normal_quantile(p: float) -> float:
    return NormalDist().inv_cdf(p)


def normal_cdf(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def incomplete_beta(a: float, b: float, x: float, y: float | None = None) -> float:
    """The regularised I_x(a, b). `y` is 1 - x, for a caller that knows it more exactly."""
    y = 1 - x if y is None else y
    if x <= 0 or y <= 0:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, y, x)
    log_front = a * math.log(x) + b * math.log(y) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(log_front) / (a * _continued_fraction(a, b, x))


def _continued_fraction(a: float, b: float, x: float) -> float:
    """DLMF 8.17.22 by Lentz's method."""
    value, c, d = 1.0, 1.0, 0.0
    for term in range(1, _MOST_TERMS):
        factor = _coefficient(a, b, x, term)
        d = 1 / ((1 + factor * d) or _TINY)
        c = (1 + factor / c) or _TINY
        value *= c * d
        if abs(c * d - 1) < _PRECISION:
            break
    return value


def _coefficient(a: float, b: float, x: float, term: int) -> float:
    m = term // 2
    if term % 2 == 0:
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))


def t_cdf(t: float, df: float) -> float:
    if math.isinf(t):
        return 0.0 if t < 0 else 1.0
    square = t * t
    tail = 0.5 * incomplete_beta(df / 2, 0.5, df / (df + square), square / (df + square))
    return tail if t < 0 else 1 - tail


@lru_cache(maxsize=1024)
def t_quantile(p: float, df: float) -> float:
    """The t that is exceeded with probability 1 - p. Bisection: slower than a series, and never wrong."""
    if p == 0.5:
        return 0.0
    if p > 0.5:
        return -t_quantile(1 - p, df)
    low = -1.0
    while t_cdf(low, df) > p:
        low *= 2
    high = 0.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if t_cdf(middle, df) < p else (low, middle)
    return high


def binomial_cdf(k: int, n: int, p: float) -> float:
    """The probability of at most `k` successes in `n`."""
    if k < 0 or k >= n:
        return 0.0 if k < 0 else 1.0
    return incomplete_beta(n - k, k + 1, 1 - p, p)


def fair_coin_two_sided(heads: int, tails: int) -> float:
    """Exact, in integers: how often a fair coin falls at least this unevenly."""
    n, few = heads + tails, min(heads, tails)
    ways = total = 1
    for k in range(few):
        ways = ways * (n - k) // (k + 1)
        total += ways
    return 1.0 if 2 * total >= 1 << n else (2 * total) / (1 << n)


def draws(seed: str, count: int, below: int) -> list[int]:
    """`count` numbers in 0..below-1 from SHAKE-256 of the seed. One call of the hash gives all the bytes."""
    stream = hashlib.shake_256(seed.encode()).digest(4 * count)
    return [(word * below) >> 32 for word in struct.unpack(f"<{count}I", stream)]
