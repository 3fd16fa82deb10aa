"""How far two who judged the same things agree beyond chance: Cohen's kappa with its interval.

Pure formulas. What is compared, and how many pairs are enough, is the caller's business.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence

from placet.record import record
from placet.stats.distributions import normal_quantile
from placet.stats.estimates import wilson


@record
class Agreement:
    """Kappa with its interval. `observed` is the share of pairs that agree, `chance` the share that chance explains."""

    kappa: float
    low: float
    high: float
    observed: float
    chance: float
    pairs: int


def cohens_kappa(pairs: Sequence[tuple[Hashable, Hashable]], confidence: float = 0.95) -> Agreement | None:
    """Agreement of two raters over `pairs`; None where nothing can be said: no pairs, or one answer for everything.

    Kappa = (po - pe) / (1 - pe), with po the observed and pe the chance agreement of the margins (Cohen 1960). The
    interval is kappa +- z * SE with the large-sample variance of Fleiss, Cohen and Everitt (1969),
    n * SE^2 = (A + B - C) / (1 - pe)^2 where, for proportions p_ij with row margins r_i and column margins c_j,
    A = sum p_ii * (1 - (r_i + c_i) * (1 - kappa))^2, B = (1 - kappa)^2 * sum_{i != j} p_ij * (c_i + r_j)^2 and
    C = (kappa - pe * (1 - kappa))^2. Where SE is 0 (all agree, or none do) that interval would claim certainty; then it
    is Wilson's interval of po, put into the same formula.
    """
    if not pairs:
        return None
    n, cells = len(pairs), Counter(pairs)
    rows, columns = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    observed = sum(count for (one, other), count in cells.items() if one == other) / n
    chance = math.fsum(rows[name] * columns[name] for name in rows) / n**2
    if chance >= 1:
        return None
    kappa = (observed - chance) / (1 - chance)
    error = _error(cells, (rows, columns), kappa, chance)
    if error > 1e-9:
        reach = normal_quantile((1 + confidence) / 2) * error
        low, high = kappa - reach, kappa + reach
    else:
        found = wilson(observed * n, n, confidence)
        low, high = ((bound - chance) / (1 - chance) for bound in (found.low, found.high))
    return Agreement(kappa, max(low, -1.0), min(high, 1.0), observed, chance, n)


def _error(
    cells: Counter[tuple[Hashable, Hashable]],
    margins: tuple[Counter[Hashable], Counter[Hashable]],
    kappa: float,
    chance: float,
) -> float:
    """The standard error of kappa."""
    rows, columns = margins
    n, rest = cells.total(), 1 - kappa
    agree = math.fsum(
        count / n * (1 - (rows[one] + columns[one]) / n * rest) ** 2
        for (one, other), count in cells.items()
        if one == other
    )
    differ = math.fsum(
        count / n * ((columns[one] + rows[other]) / n) ** 2 for (one, other), count in cells.items() if one != other
    )
    variance = (agree + rest**2 * differ - (kappa - chance * rest) ** 2) / (n * (1 - chance) ** 2)
    return math.sqrt(max(variance, 0.0))
