"""Figures of a whole set of cases: macro-F1, and the gaps between groups. Closed forms, with nothing drawn at random.

Each figure comes with what every case contributes to it (its influence), so that clusters, and base against head on the
same cases, need no formula of their own. Knows no gate.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence

from placet.record import record
from placet.stats.estimates import Interval, Spread, wilson

#: Per case: how often, of its trials, each label was given.
Given = Sequence[Mapping[int, float]]


@record
class Linear:
    """A figure with the influence of each case on it; they add up to nothing."""

    value: float
    parts: Sequence[float]

    def minus(self, other: Linear) -> Linear:
        return Linear(self.value - other.value, [a - b for a, b in zip(self.parts, other.parts, strict=True)])

    def spread(self, clusters: Sequence[Hashable] | None) -> Spread:
        """The figure with its standard error, G/(G-1) and G-1 degrees of freedom as for a mean."""
        sums: dict[Hashable, float] = {}
        for name, part in zip(range(len(self.parts)) if clusters is None else clusters, self.parts, strict=True):
            sums[name] = sums.get(name, 0.0) + part
        count = len(sums)
        if count < 2:
            return Spread(self.value, math.inf, 1)
        error = math.sqrt(count / (count - 1) * math.fsum(total * total for total in sums.values()))
        return Spread(self.value, 0.0 if error < 1e-12 else error, count - 1)


@record
class OfClass:
    """How one class did. Precision of a label that was never given, and F1 then, are 0."""

    cases: int
    precision: float
    recall: float
    f1: float


def by_class(expected: Sequence[int], given: Given) -> dict[int, OfClass]:
    """Per class that any case expects."""
    found = {}
    for label in sorted(set(expected)):
        cases = expected.count(label)
        said = math.fsum(one.get(label, 0.0) for one in given)
        right = math.fsum(one.get(label, 0.0) for want, one in zip(expected, given, strict=True) if want == label)
        precision = right / said if said else 0.0
        found[label] = OfClass(cases, precision, right / cases, 2 * right / (cases + said))
    return found


def macro_f1(expected: Sequence[int], given: Given) -> Linear:
    """The mean of F1 over the classes that any case expects; a rare class weighs as much as a frequent one."""
    classes = by_class(expected, given)
    sizes = {label: math.fsum(one.get(label, 0.0) for one in given) + each.cases for label, each in classes.items()}

    def part(want: int, said: Mapping[int, float]) -> float:
        """What a case adds to 2·right, less what it adds to right's yardstick, over every class that it touches."""
        total = 0.0
        for label in {want, *said} & classes.keys():
            right = said.get(label, 0.0) if want == label else 0.0
            total += (2 * right - classes[label].f1 * ((want == label) + said.get(label, 0.0))) / sizes[label]
        return total / len(classes)

    value = math.fsum(each.f1 for each in classes.values()) / len(classes)
    return Linear(value, [part(want, said) for want, said in zip(expected, given, strict=True)])


def cases_behind(sizes: Sequence[int]) -> float:
    """How many cases of one class would be as unsure as a mean over classes of these sizes."""
    return len(sizes) ** 2 / math.fsum(1 / size for size in sizes)


def unflipped_error(sizes: Sequence[int], weight: float) -> float:
    """How unsure a sum of `weight` times each part stays when no case flipped: one imagined flip each way."""
    return weight * math.sqrt(math.fsum(2 / (size + 2) ** 2 for size in sizes))


def rate(values: Sequence[float | None]) -> Linear:
    """The mean of the cases that have a value (those of one group); the others have no influence."""
    known = [value for value in values if value is not None]
    mean = math.fsum(known) / len(known)
    return Linear(mean, [0.0 if value is None else (value - mean) / len(known) for value in values])


def newcombe(one: tuple[float, int], other: tuple[float, int], confidence: float) -> Interval:
    """The difference of two independent proportions, each a share and its number of cases (Newcombe's method 10)."""
    (p, n), (q, m) = one, other
    first, second = wilson(p * n, n, confidence), wilson(q * m, m, confidence)
    return Interval(
        p - q - math.hypot(p - first.low, second.high - q), p - q + math.hypot(first.high - p, q - second.low)
    )
