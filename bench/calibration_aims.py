"""What is simulated and what has to come of it: false alarms, planted losses, and intervals that hold the truth.

Every draw goes through `judge` and `decide` (calibration_worlds). What power is promised comes from the planning that
`placet power` shows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from bench.calibration_worlds import Change, Seen, Shape, happen
from placet.gate.verdicts import Verdict
from placet.model.policy import Tier
from placet.stats.estimates import ALPHA, POWER, Estimate
from placet.stats.planning import Demand, Noise, loss_found, pairs_needed

Events = Mapping[str, bool]
BLOCKED, PASSED, HELD = "blocked", "passed", "held"
SHOWN = 0.90  # the two-sided level of the intervals that are shown


@dataclass(frozen=True, slots=True)
class Aim:
    """How often `event` may or has to happen. `most`: at most that often; else at least."""

    what: str
    event: str
    figure: float
    most: bool = False


@dataclass(frozen=True, slots=True)
class Experiment:
    """Something to draw again and again. `weight`: how many times fewer draws it gets, since one takes longer."""

    name: str
    draw: Callable[[Random], Events]
    aims: tuple[Aim, ...]
    weight: int = 1


def of(seen: Seen, metric: str = "m0", slice_: str | None = None) -> Events:
    """Whether a gate of the whole change fails, and whether this one passes."""
    fails = any(one.judged and one.judged.result.verdict is Verdict.FAIL for one in seen.decision.unmet())
    return {BLOCKED: fails, PASSED: seen.result(metric, slice_).verdict is Verdict.PASS}


def _one(shape: Shape, tier: Tier = Tier.MEDIUM, *, extension: bool = False) -> Callable[[Random], Events]:
    change = Change(((tier, (shape,)),))
    return lambda draw: of(happen(change, draw, extension=extension))


def false_alarms() -> list[Experiment]:
    def aim(what: str) -> tuple[Aim, ...]:
        return (Aim(f"A/A blocks: {what}", BLOCKED, ALPHA, most=True),)

    return [
        Experiment("aa-one", _one(Shape(cases=100)), aim("one suite, one gate")),
        Experiment("aa-trials", _one(Shape(cases=60, trials=3, metrics=3)), aim("three trials, three gates")),
        Experiment("aa-graded", _one(Shape(cases=60, graded=True, metrics=3)), aim("graded scores, three gates")),
        Experiment("aa-gates", _one(Shape(cases=60, flips=0.2, metrics=12)), aim("twelve gates of one suite")),
        Experiment("aa-slices", _one(Shape(cases=150, slices=4, metrics=2)), aim("two gates, four slices"), 2),
        Experiment("aa-clusters", _one(Shape(cases=120, groups=24, metrics=2)), aim("24 clusters of 5 cases")),
        Experiment("aa-few", _one(Shape(cases=48, flips=0.3, groups=6)), aim("6 clusters of 8 cases, bootstrap"), 6),
        Experiment("aa-second", _one(Shape(cases=100, metrics=3), extension=True), aim("three gates, two looks")),
        Experiment("aa-both", lambda draw: _any(draw, added=False, extension=True), aim("whole changes, two looks"), 4),
        Experiment("aa-whole", lambda draw: _any(draw, added=False), aim("whole changes, 1 to 4 systems"), 3),
        Experiment("aa-added", lambda draw: _any(draw, added=True), aim("whole changes that add suites"), 3),
        Experiment("aa-adds-one", _adding(), aim("one gate, and one that the change adds")),
    ]


def _adding() -> Callable[[Random], Events]:
    """Base asks for one comparison of scores, and the change brings another: two families of their own."""
    graded = Shape(cases=100, flips=0.2, graded=True)
    change = Change(((Tier.MEDIUM, (graded, replace(graded, added=True))),))
    return lambda draw: of(happen(change, draw))


def _any(draw: Random, *, added: bool, extension: bool = False) -> Events:
    """A change of everything: tiers, sizes, trials, slices, critical cases, lost answers, latency and cost."""
    systems = tuple(
        (draw.choice(list(Tier)), tuple(_shape(draw) for _ in range(draw.randint(1, 3))))
        for _ in range(draw.randint(1, 4))
    )
    if added:
        first, shapes = systems[0]
        systems = ((first, (*shapes, *(replace(_shape(draw), added=True) for _ in range(2)))), *systems[1:])
    seen = happen(Change(systems), draw, extension=extension)
    fails = any(one.judged and one.judged.result.verdict is Verdict.FAIL for one in seen.decision.unmet())
    return {BLOCKED: fails}


_SIZES = (30, 60, 120)


def _shape(draw: Random) -> Shape:
    """Few kinds of suites in many combinations, so that each is built once."""
    cases, graded = draw.choice(_SIZES), draw.random() < 0.2
    return Shape(
        cases=cases,
        flips=draw.choice((0.02, 0.10, 0.20)),
        trials=draw.choice((1, 1, 1, 3)),
        metrics=draw.choice((1, 2, 4)),
        margin=draw.choice((0.02, 0.05)),
        slices=2 if draw.random() < 0.3 else 0,
        critical=0 if graded or draw.random() < 0.7 else 3,
        errors=0.005 if draw.random() < 0.3 else 0.0,
        graded=graded,
        slow=draw.random() < 0.3,
    )


def planted() -> list[Experiment]:
    """Losses that are to be found, and losses that must not pass."""
    return [
        *_found(cases=60, flips=0.10),
        *_found(cases=60, flips=0.02),
        *_found(cases=250, flips=0.10),
        *_found(cases=60, flips=0.10, trials=3),
        *_found(cases=100, flips=0.10, metrics=4),
        _in_slice(),
        Experiment(
            "critical",
            _one(Shape(cases=30, critical=1, critical_fails=0.9)),
            (Aim("blocks: one critical case that fails 9 times of 10", BLOCKED, 0.972),),
        ),
        Experiment(
            "dearer",
            _one(Shape(cases=60, dearer=0.35)),
            (Aim("blocks: calls cost 35% more, and 10% are allowed", BLOCKED, POWER),),
        ),
        Experiment("cost-bound", _cost(0.10), (Aim("passes: calls cost 10% more, the bound", PASSED, ALPHA, True),)),
        *_bounds(),
        *_twice(),
        Experiment(
            "margin-clusters",
            _one(Shape(cases=200, loss=0.05, groups=40)),
            (Aim("passes: a loss of the margin, 40 clusters of 5 cases", PASSED, ALPHA, most=True),),
        ),
        Experiment(
            "errors",
            _one(Shape(cases=100, errors=0.08, flips=0.02)),
            (Aim("passes: 8% of calls lost, over the budget", PASSED, 0.01, most=True),),
        ),
    ]


def _found(cases: int, flips: float, trials: int = 1, metrics: int = 1) -> list[Experiment]:
    """The least loss that `placet power` says is found, beside the cost and the other metrics of the suite."""
    demand = Demand(0.05, trials, comparisons=metrics + 1)
    loss = loss_found(cases, Noise(flips, flips), demand) or 1.0
    shape = Shape(cases=cases, flips=flips, loss=loss, trials=trials, metrics=metrics)
    sizes = f"{cases} cases, {flips:.0%} flips" + (f", {trials} trials" if trials > 1 else "")
    more = f", {metrics} gates" if metrics > 1 else ""
    what = f"blocks: a loss of {100 * loss:.3g} pp, {sizes}{more}"
    return [Experiment(f"found-{sizes}, {metrics} gates", _one(shape), (Aim(what, BLOCKED, POWER),))]


def _in_slice() -> Experiment:
    loss = loss_found(60, Noise(0.05), Demand(0.05, comparisons=5)) or 1.0
    change = Change(((Tier.MEDIUM, (Shape(cases=180, flips=0.05, slices=3, slice_loss=loss),)),))
    what = f"blocks: a loss of {100 * loss:.3g} pp in one slice of three"
    return Experiment("found-slice", lambda draw: of(happen(change, draw)), (Aim(what, BLOCKED, POWER),))


def _cost(dearer: float) -> Callable[[Random], Events]:
    change = Change(((Tier.MEDIUM, (Shape(cases=60, dearer=dearer),)),))
    return lambda draw: of(happen(change, draw), "cost")


def _bounds() -> list[Experiment]:
    """What is lost by exactly the margin passes no oftener than alpha; what lost nothing passes as planned."""
    found = []
    for flips, margin, trials, tier in (
        (0.10, 0.05, 1, Tier.MEDIUM),
        (0.02, 0.05, 1, Tier.MEDIUM),
        (0.10, 0.10, 1, Tier.LOW),
        (0.10, 0.05, 3, Tier.MEDIUM),
    ):
        cases = pairs_needed(Noise(flips, flips), Demand(margin, trials)) or 0
        shape = Shape(cases=cases, flips=flips, trials=trials, margin=margin)
        sizes = f"{cases} cases" + (f" of {trials} trials" if trials > 1 else "")
        what = f"{flips:.0%} flips, margin {100 * margin:.3g} pp, {sizes}"
        found.append(
            Experiment(f"harmless-{what}", _one(shape, tier), (Aim(f"passes: no loss, {what}", PASSED, POWER),))
        )
        lost = replace(shape, loss=margin)
        aim = Aim(f"passes: a loss of the margin, {what}", PASSED, ALPHA, most=True)
        name = f"margin-{what}" if trials == 1 else "margin-trials"
        found.append(Experiment(name, _one(lost, tier), (aim,)))
    return found


def _twice() -> list[Experiment]:
    """The same with a second look, of three trials a case: both looks together keep alpha, and have the power."""
    cases = pairs_needed(Noise(0.1, 0.1), Demand(0.05, 3, ALPHA / 2)) or 0
    shape = Shape(cases=cases)
    return [
        Experiment(
            "harmless-second",
            _one(shape, extension=True),
            (Aim(f"passes: no loss, 10% flips, margin 5 pp, {cases} cases, two looks", PASSED, POWER),),
        ),
        Experiment(
            "margin-second",
            _one(replace(shape, loss=0.05), extension=True),
            (Aim(f"passes: a loss of the margin, {cases} cases, two looks", PASSED, ALPHA, most=True),),
        ),
    ]


def coverage() -> list[Experiment]:
    """How often an interval that the report shows holds what is true."""
    graded = 0.6 - 2 * 0.1 * (math.exp(-2) / math.sqrt(2 * math.pi) - 2 * 0.5 * math.erfc(math.sqrt(2)))
    return [
        _covers("Wilson, 20 to 200 cases", _wilson),
        _covers("Bonett-Price, 60 cases", _difference(Shape(cases=60, loss=0.05), -0.05)),
        _covers("Bonett-Price, 250 cases", _difference(Shape(cases=250, loss=0.05), -0.05), 2),
        _covers("t, 60 cases of 3 trials", _difference(Shape(cases=60, loss=0.05, trials=3), -0.05)),
        _covers("t, 60 graded scores", _difference(Shape(cases=60, loss=0.1, graded=True), -0.1 * graded)),
        _covers("t, 24 clusters of 5 cases", _difference(Shape(cases=120, flips=0.2, groups=24), 0.0)),
        _covers("bootstrap, 6 clusters of 8 cases", _difference(Shape(cases=48, flips=0.3, groups=6), 0.0), 6),
        _covers("95th percentile, 100 answers", _p95),
        _covers("cost ratio, 40 cases", _ratio),
    ]


def _covers(what: str, draw: Callable[[Random], bool], weight: int = 1) -> Experiment:
    aim = Aim(f"holds the truth: {what}", HELD, SHOWN)
    return Experiment(f"covers-{what}", lambda rng: {HELD: draw(rng)}, (aim,), weight)


def _holds(found: Estimate | None, truth: float) -> bool:
    return found is not None and found.interval.low <= truth <= found.interval.high


def _wilson(draw: Random) -> bool:
    shape = Shape(cases=draw.choice((20, 60, 200)), flips=0.0, passing=draw.choice((0.6, 0.75, 0.9, 0.95)))
    return _holds(happen(Change(((Tier.LOW, (shape,)),)), draw).result().head, shape.passing)


def _difference(shape: Shape, truth: float) -> Callable[[Random], bool]:
    change = Change(((Tier.MEDIUM, (shape,)),))
    return lambda draw: _holds(happen(change, draw).result().difference, truth)


def _p95(draw: Random) -> bool:
    seen = happen(Change(((Tier.LOW, (Shape(cases=100, slow=True),)),)), draw)
    return _holds(seen.result("latency").head, math.exp(6 + 0.6 * 1.6448536))


def _ratio(draw: Random) -> bool:
    seen = happen(Change(((Tier.LOW, (Shape(cases=40, dearer=0.08),)),)), draw)
    return _holds(seen.result("cost").ratio, 1.08)


def experiments() -> list[Experiment]:
    return [*false_alarms(), *planted(), *coverage()]
