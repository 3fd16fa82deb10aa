"""Estimates and comparisons of figures that belong to a whole set of cases: macro-F1, and gaps between groups.

A gap is the greatest difference of a rate between any two groups. Which two these are is seen only in the data, so
every pair is bounded: an upper bound of the gap is the greatest of all pairs', and head is no worse only if no pair's
gap grew beyond the margin. Gives no verdict.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from itertools import permutations

from placet.gate.amounts import cases
from placet.gate.paired import Comparison
from placet.gate.samples import LEAST_GROUP, Arm, Samples, Statistic, shared
from placet.gate.verdicts import Code, Figure, Reason
from placet.record import record
from placet.stats.estimates import Estimate, Interval, Spread, wilson
from placet.stats.sets import (
    Linear,
    by_class,
    cases_behind,
    macro_f1,
    newcombe,
    rate,
    unflipped_error,
)

MOST_GROUPS = 50
_NAMES = {0: "not favourable", 1: "favourable"}


def gaps(samples: Samples, arm: Arm) -> list[Reason]:
    """Why the figure can't be told, if it can't. Cases without the attribute belong to no group and are left out."""
    ids = _usable(samples, sorted(arm.values))
    if samples.statistic is Statistic.MACRO_F1:
        few = f"{cases(len(ids))} with an expected label; {samples.statistic} needs {LEAST_GROUP}"
        return [Reason(Code.NOT_MEASURABLE, few)] if len(ids) < LEAST_GROUP else []
    cells = _cells(samples, ids)
    groups = {group for _, group in cells}
    if not 2 <= len(groups) <= MOST_GROUPS:
        text = f"the cases are of {len(groups)} groups; {samples.statistic} compares 2 to {MOST_GROUPS}"
        return [Reason(Code.NOT_MEASURABLE, text)]
    small = [_cell_name(cell) for cell in _wanted_cells(samples, groups) if len(cells.get(cell, ())) < LEAST_GROUP]
    clusters = samples.clusters_of(ids)
    if clusters and len(set(clusters)) < LEAST_GROUP:
        small.append(f"all {len(set(clusters))} independent groups together")
    text = f"{samples.statistic} needs {LEAST_GROUP} cases each of: {', '.join(small[:5])}"
    return [Reason(Code.NOT_MEASURABLE, text)] if small else []


def estimate(arm: Arm, samples: Samples, alpha: float) -> Estimate | None:
    ids = _usable(samples, sorted(arm.values))
    if not ids:
        return None
    clusters = samples.clusters_of(ids)
    if samples.statistic is Statistic.MACRO_F1:
        return _macro(arm, samples, ids, alpha)
    side = _rates(arm, samples, ids)
    if not side.pairs:
        return None
    bounds = [_gap_interval(side, pair, clusters, alpha) for pair in side.pairs]
    interval = Interval(max(bound.low for bound in bounds), max(bound.high for bound in bounds))
    return Estimate.of(side.gap, interval.within(0, 1), len(ids), "Newcombe, over all pairs of groups")


def _macro(arm: Arm, samples: Samples, ids: Sequence[str], alpha: float) -> Estimate:
    expected = [samples.known.expected[id] for id in ids]
    figure = macro_f1(expected, [_given(arm.values[id]) for id in ids])
    sizes = [expected.count(label) for label in set(expected)]
    n = cases_behind(sizes)
    least = wilson(figure.value * n, n, 1 - 2 * alpha)  # all cases right is no certainty
    interval = figure.spread(samples.clusters_of(ids)).interval(alpha).around(least)
    return Estimate.of(figure.value, interval.within(0, 1), len(ids), "delta method")


def compare(samples: Samples, arms: tuple[Arm, Arm], alpha: float, sign: int) -> Comparison | None:
    """Base against head on the cases that both have. `sign` is -1 where less is better."""
    ids = _usable(samples, shared(*arms))
    if not ids:
        return None
    if samples.statistic is Statistic.MACRO_F1:
        return _compare_macro(samples, arms, alpha, sign)
    return _compare_gaps(samples, arms, alpha, sign)


def _compare_macro(samples: Samples, arms: tuple[Arm, Arm], alpha: float, sign: int) -> Comparison:
    base, head = arms
    ids = _usable(samples, shared(base, head))
    expected = [samples.known.expected[id] for id in ids]
    before, after = (macro_f1(expected, [_given(arm.values[id]) for id in ids]) for arm in arms)
    gain = after.minus(before) if sign > 0 else before.minus(after)
    clusters = samples.clusters_of(ids)
    spread = gain.spread(clusters)
    sizes = [expected.count(label) for label in set(expected)]
    least = Spread(spread.centre, unflipped_error(sizes, 1 / len(sizes)))
    interval = spread.interval(alpha).around(least.interval(alpha)).within(-1, 1)
    found = Estimate.of(spread.centre, interval, len(ids), "delta method")
    was, now = ({id for id in ids if _right(samples, arm, id)} for arm in arms)
    units = len(set(clusters)) if clusters else len(ids)
    p_worse = max(spread.p_below, least.p_below)
    variance = len(ids) * min(spread.error, 1.0) ** 2
    return Comparison(found, p_worse, variance, units, tuple(sorted(was - now)), tuple(sorted(now - was)))


def _compare_gaps(samples: Samples, arms: tuple[Arm, Arm], alpha: float, sign: int) -> Comparison | None:
    ids = _usable(samples, shared(*arms))
    before, after = (_rates(arm, samples, ids) for arm in arms)
    if not after.pairs or not before.pairs:
        return None
    old, new = (before, after) if sign < 0 else (after, before)  # old to new is for the worse
    clusters = samples.clusters_of(ids)
    grown = [_grown(old, new, pair, clusters, alpha) for pair in new.pairs]
    most = max(high for high, _ in grown)
    # Head's widest pair is seen in the data: as many pairs as it could have been share alpha.
    chances = max(len(new.pairs) // 2, 1)
    against = [_moved(new, new.widest, old, pair, clusters) for pair in old.pairs]
    least = min(spread.interval(alpha / chances).low for spread in against)
    worse = new.gap - old.gap
    p_worse = min(1.0, chances * max(Spread(-one.centre, one.error, one.df).p_below for one in against))
    interval = Interval(-most, -least).within(-1, 1)
    found = Estimate.of(-worse, interval, len(ids), "delta method, over all pairs of groups")
    error = max(min(error, 1.0) for _, error in grown)
    units = len(set(clusters)) if clusters else len(ids)
    return Comparison(found, p_worse, len(ids) * error**2, units)


def figures(samples: Samples, arms: tuple[Arm, Arm]) -> tuple[Figure, ...]:
    """Per class or group what it gave, on each side by all the cases of that side."""
    sides = [_figures_of(samples, arm) for arm in arms]
    names = dict.fromkeys(name for side in reversed(sides) for name in side)
    return tuple(
        Figure(name, max(side.get(name, (0, ()))[0] for side in sides), *(side.get(name, (0, ()))[1] for side in sides))
        for name in names
    )


_Row = tuple[int, tuple[tuple[str, float], ...]]


def _figures_of(samples: Samples, arm: Arm) -> dict[str, _Row]:
    ids = _usable(samples, sorted(arm.values))
    if samples.statistic is not Statistic.MACRO_F1:
        values = {cell: [arm.mean(id) for id in own] for cell, own in _cells(samples, ids).items()}
        rates = {cell: (len(own), (("rate", math.fsum(own) / len(own)),)) for cell, own in values.items()}
        return {_cell_name(cell): row for cell, row in sorted(rates.items())}
    expected = [samples.known.expected[id] for id in ids]
    found = by_class(expected, [_given(arm.values[id]) for id in ids])
    return {
        samples.known.labels[label]: (
            each.cases,
            (("precision", each.precision), ("recall", each.recall), ("f1", each.f1)),
        )
        for label, each in found.items()
    }


#: A group, and for equalized odds whether the favourable label is expected; -1 where that doesn't matter.
_Cell = tuple[int, str]
_Pair = tuple[_Cell, _Cell]


@record
class _Rates:
    """One side's rates by cell, and every pair of cells that is compared, both ways."""

    rates: Mapping[_Cell, Linear]
    sizes: Mapping[_Cell, int]
    pairs: Sequence[_Pair]

    def of(self, pair: _Pair) -> Linear:
        return self.rates[pair[0]].minus(self.rates[pair[1]])

    @property
    def widest(self) -> _Pair:
        return max(self.pairs, key=lambda pair: self.rates[pair[0]].value - self.rates[pair[1]].value)

    @property
    def gap(self) -> float:
        one, other = self.widest
        return self.rates[one].value - self.rates[other].value


def _rates(arm: Arm, samples: Samples, ids: Sequence[str]) -> _Rates:
    cells = {cell: frozenset(own) for cell, own in _cells(samples, ids).items()}
    rates = {cell: rate([arm.mean(id) if id in own else None for id in ids]) for cell, own in cells.items()}
    pairs = [pair for pair in permutations(sorted(cells), 2) if pair[0][0] == pair[1][0]]
    return _Rates(rates, {cell: len(own) for cell, own in cells.items()}, pairs)


def _gap_interval(side: _Rates, pair: _Pair, clusters: Sequence[Hashable] | None, alpha: float) -> Interval:
    shares = [(min(max(side.rates[cell].value, 0.0), 1.0), side.sizes[cell]) for cell in pair]
    closed = newcombe(shares[0], shares[1], 1 - 2 * alpha)
    return closed if clusters is None else closed.around(side.of(pair).spread(clusters).interval(alpha))


def _grown(
    old: _Rates, new: _Rates, pair: _Pair, clusters: Sequence[Hashable] | None, alpha: float
) -> tuple[float, float]:
    """By how much one pair's gap may exceed the old one, and its error.

    The old gap is at least this pair's, whichever way round: so that a gap that closes is no growth of its reverse. The
    lesser of two bounds is one at alpha if each is at half of it.
    """
    ways = [_moved(new, pair, old, before, clusters) for before in (pair, (pair[1], pair[0]))]
    return min(spread.interval(alpha / 2).high for spread in ways), max(spread.error for spread in ways)


def _moved(new: _Rates, pair: _Pair, old: _Rates, earlier: _Pair, clusters: Sequence[Hashable] | None) -> Spread:
    """How much wider `pair` is in `new` than `earlier` was in `old`; never surer than if nothing had flipped."""
    spread = new.of(pair).minus(old.of(earlier)).spread(clusters)
    least = unflipped_error([new.sizes[cell] for cell in pair], 1.0)
    return Spread(spread.centre, max(spread.error, least), spread.df)


def _cells(samples: Samples, ids: Sequence[str]) -> dict[_Cell, list[str]]:
    cells: dict[_Cell, list[str]] = {}
    for id in ids:
        kind = samples.known.expected[id] if samples.statistic is Statistic.EQUALIZED_ODDS else -1
        cells.setdefault((kind, samples.known.groups[id]), []).append(id)
    return cells


def _wanted_cells(samples: Samples, groups: set[str]) -> list[_Cell]:
    kinds = (0, 1) if samples.statistic is Statistic.EQUALIZED_ODDS else (-1,)
    return [(kind, group) for kind in kinds for group in sorted(groups)]


def _cell_name(cell: _Cell) -> str:
    kind, group = cell
    return f"{group}, {_NAMES[kind]} expected" if kind in _NAMES else group


def _usable(samples: Samples, ids: Sequence[str]) -> list[str]:
    """Of `ids`, those whose class or group is known."""
    known, statistic = samples.known, samples.statistic
    asked = [known.groups] if statistic is not Statistic.MACRO_F1 else []
    asked += [known.expected] if statistic is not Statistic.DEMOGRAPHIC_PARITY else []  # type: ignore[list-item]
    return [id for id in ids if all(id in each for each in asked)]


def _given(labels: Sequence[float]) -> dict[int, float]:
    given: dict[int, float] = {}
    for label in labels:
        given[int(label)] = given.get(int(label), 0.0) + 1 / len(labels)
    return given


def _right(samples: Samples, arm: Arm, id: str) -> bool:
    return _given(arm.values[id]).get(samples.known.expected[id], 0.0) > 0.5
