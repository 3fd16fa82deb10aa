"""How much a metric differs between two measurements of what may be equally good, as evidence has seen it. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from placet.digest import case_digest
from placet.evidence import RunRecord, pooled
from placet.gate.paired import compare
from placet.gate.samples import LEAST_GROUP, Pair, Samples, Side, arm_of, shared
from placet.model.run import Trial
from placet.model.suite import Suite
from placet.stats.estimates import ALPHA
from placet.stats.planning import Noise

_NEWEST = 20  # subjects that are looked at


@dataclass(frozen=True, slots=True)
class Seen:
    """How unsteady a metric has been: over `pairs` cases, each measured twice. `pairs` is 0 where it is assumed."""

    noise: Noise
    pairs: int = 0


Trials = Mapping[str, tuple[Trial, ...]]


def trials_by_subject(suite: Suite, known: Iterable[RunRecord]) -> list[Trials]:
    """Per subject its trials by case id, in the order in which the subjects were first measured."""
    subjects: dict[str, list[RunRecord]] = {}
    for record in sorted(known, key=lambda record: (record.finished, record.id)):
        subjects.setdefault(record.subject, []).append(record)
    digests = {case.id: case_digest(case) for case in suite.cases}
    pools = [pooled(records) for records in list(subjects.values())[-_NEWEST:]]
    return [{id: pool.get(digest, ()) for id, digest in digests.items()} for pool in pools]


def noise_of(
    arms: Sequence[Trials], metric: str, clusters: Mapping[str, str] | None, ids: Collection[str] | None = None
) -> Seen | None:
    """The unsteadiness of `metric` on the cases `ids`, from repeated trials and from one subject to the next."""
    sides = [{id: Side.of(trials, metric) for id, trials in arm.items() if ids is None or id in ids} for arm in arms]
    shrinks = _within(sides)
    found = [_between(one, other, clusters) for one, other in pairwise(sides)]
    pairs = [(seen, again) for seen, again in found if seen]
    total = sum(seen.pairs for seen, _ in pairs)
    if total >= LEAST_GROUP:
        part = shrinks[0] if shrinks else None
        variance = sum(seen.pairs * (seen.noise.variance + (part or 0.0) * again) for seen, again in pairs) / total
        binary = all(seen.noise.binary for seen, _ in pairs)
        return Seen(Noise(variance, variance if part is None else min(part, variance), binary), total)
    if shrinks and shrinks[1] >= LEAST_GROUP:
        return Seen(
            Noise(
                shrinks[0],
                shrinks[0],
                all(score in {0, 1} for arm in sides for side in arm.values() for score in _known(side)),
            ),
            shrinks[1],
        )
    return None


def _within(sides: Iterable[Mapping[str, Side]]) -> tuple[float, int] | None:
    """How much two single answers of the same case to the same subject differ, and over how many cases."""
    many = [_known(side) for arm in sides for side in arm.values()]
    many = [scores for scores in many if len(scores) > 1]
    return (2 * math.fsum(map(_variance, many)) / len(many), len(many)) if many else None


def _variance(scores: Sequence[float]) -> float:
    mean = math.fsum(scores) / len(scores)
    return math.fsum((score - mean) ** 2 for score in scores) / (len(scores) - 1)


def _known(side: Side) -> list[float]:
    return [score for score in side.scores if score is not None and 0 <= score <= 1]


def _between(
    one: Mapping[str, Side], other: Mapping[str, Side], clusters: Mapping[str, str] | None
) -> tuple[Seen | None, float]:
    """What one subject and the next differ by; and how much of the unsteadiness their trials have averaged away."""
    samples = Samples("", "", {id: Pair(one[id], other[id]) for id in one.keys() & other.keys()}, clusters=clusters)
    base, head = arm_of(one, samples.unit), arm_of(other, samples.unit)
    found, ids = compare(samples, base, head, ALPHA, "power"), shared(base, head)
    if found is None:
        return None, 0.0
    kept = math.fsum(0.5 / len(arm.values[id]) for id in ids for arm in (base, head)) / len(ids)
    return Seen(Noise(found.variance, binary=base.binary and head.binary), len(ids)), 1 - kept
