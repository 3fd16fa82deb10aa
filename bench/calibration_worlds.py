"""Simulated pull requests: systems, suites and trials with known truth, judged by the code that `placet review` runs.

No model is called and no formula of the gate stands here: what is drawn goes through `judge` and `decide`. Policies are
those that this repository ships.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from random import Random

from placet.approvals import ApprovalNeeds
from placet.decision import Decision, Facts, decide
from placet.gate.verdicts import MetricResult
from placet.judge import Judged, Outcome, judge
from placet.looks import EXTENDED, extensible, undecided
from placet.model.policy import GatePolicy, Policies, Tier
from placet.model.register import Factors, Message, Model, Prompt, System
from placet.model.run import Trial
from placet.model.suite import Case, Gate, ScorerSpec, Suite
from placet.parse.snapshot import File, read_snapshot
from placet.plan import Ends, Plan, Touched
from placet.record import replace
from placet.runs import Arm, PlannedRun
from placet.subject import Subject

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 20)
_ENDS = Ends("b" * 40, "a" * 40, "b" * 40)
_TOGETHER = 0.8  # how often a case does what its cluster does, and a further metric what the first one does


@dataclass(frozen=True, slots=True)
class Shape:
    """One simulated suite. `flips` is the share of cases whose one answer differs between two runs of one prompt.

    `loss` is the share of cases that head has lost for good, on the first metric.
    """

    cases: int = 100
    flips: float = 0.10
    loss: float = 0.0
    trials: int = 1
    metrics: int = 1
    margin: float | None = 0.05
    floor: float | None = None
    groups: int = 0  # clusters that flip together; 0: every case for itself
    slices: int = 0
    slice_loss: float = 0.0  # more than `loss`, in the first slice alone
    critical: int = 0
    critical_fails: float = 0.0  # how often head fails each of them; base never does
    errors: float = 0.0  # share of calls without an answer, on both sides
    graded: bool = False  # scores between 0 and 1 instead of 0 and 1
    dearer: float = 0.0  # by how much head's calls cost more
    slow: bool = False  # measures latency as well
    added: bool = False  # the change brings this suite: base has none of the name
    passing: float = 0.95  # of the cases that never flip
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A simulated pull request: per system its tier and its suites."""

    systems: tuple[tuple[Tier, tuple[Shape, ...]], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one."""

    decision: Decision
    judged: tuple[Judged, ...]

    def result(self, metric: str = "m0", slice_: str | None = None) -> MetricResult:
        return next(one.result for one in self.judged if (one.result.metric, one.result.slice) == (metric, slice_))


@dataclass(frozen=True, slots=True)
class _Truth:
    """What can be drawn of one case: per metric how often base and head pass it, and what a call costs."""

    chances: tuple[tuple[float, float], ...]
    price: float
    many: int


@lru_cache(maxsize=2)
def policies(*, extension: bool = False) -> Policies:
    """Those that this repository ships, with or without a second look at every tier."""
    found = _shipped()
    tiers = {tier: replace(one, gates=replace(one.gates, extension=extension)) for tier, one in found.tiers.items()}
    return replace(found, tiers=tiers)


def _shipped() -> Policies:
    paths = sorted((ROOT / "policies").rglob("*.yaml"))
    files = [(path.relative_to(ROOT).as_posix(), path.read_bytes()) for path in paths]
    found = read_snapshot({name: File(name, "100644", "", data) for name, data in files}).policies
    if found is None:
        raise SystemExit("policies/ of this repository can't be read; see: placet check policies")
    return found


def happen(change: Change, draw: Random, *, extension: bool = False) -> Seen:
    """Draw every trial of `change`, judge and decide; where a gate may look twice and can't tell, look twice."""
    touched: list[Touched] = []
    worlds: list[World] = []
    before: dict[str, Suite] = {}
    for number, (tier, shapes) in enumerate(change.systems):
        runs = [planned(number, position, shape) for position, shape in enumerate(shapes)]
        before |= {run.suite.path: run.suite for run, shape in zip(runs, shapes, strict=True) if not shape.added}
        worlds += [World(run, shape, draw) for run, shape in zip(runs, shapes, strict=True)]
        touched.append(Touched(_system(number, tier), tier, tier, tier, (), tuple(runs), (), (), ()))
    known = policies(extension=extension)
    tiers: dict[str | None, Tier] = {one.system.id: one.tier for one in touched}
    judged = judge([world.outcome for world in worlds], known, tiers, frozenset(), before)
    again = [world for world in worlds if _looks_again(world, judged, known.tiers[tiers[world.run.system]].gates)]
    for world in again:
        world.ask(EXTENDED)
    if again:
        judged = judge([world.outcome for world in worlds], known, tiers, frozenset(), before)
    plan = Plan(_ENDS, (), tuple(touched), (), ApprovalNeeds(1, ()))
    return Seen(decide(plan, Facts((), judged, (), known, TODAY, {})), judged)


def _looks_again(world: World, judged: Sequence[Judged], policy: GatePolicy) -> bool:
    """As `again` decides it, which makes the calls of a real review."""
    own = (one.result for one in judged if one.gated and one.run is world.run)
    return extensible(world.run, policy) and undecided(own)


@lru_cache(maxsize=512)
def planned(number: int, position: int, shape: Shape) -> PlannedRun:
    suite, system = _suite(number, position, shape), f"system-{number}"
    head, base = (_subject(system, text) for text in ("after", "before"))
    return PlannedRun(system, "p.prompt.yml", suite, Arm(head, suite), Arm(base, suite), "prompt changed")


def _suite(number: int, position: int, shape: Shape) -> Suite:
    name = f"suite-{position}"
    scorers = [ScorerSpec(f"m{index}", "equals", {}) for index in range(shape.metrics)]
    gated = shape.margin is not None or shape.floor is not None
    gates = [Gate(spec.name, shape.floor, None, shape.margin, shape.confidence) for spec in scorers if gated]
    if shape.slow:
        scorers.append(ScorerSpec("latency", "latency", {"statistic": "p95"}))
    return Suite(
        name=name,
        title=name,
        path=f"systems/system-{number}/evals/{name}.yaml",
        prompt="p.prompt.yml",
        cases=tuple(_case(index, shape) for index in range(shape.cases)),
        trials=shape.trials,
        scorers=tuple(scorers),
        gates=tuple(gates),
        slices=("part",) if shape.slices else (),
        cluster="group" if shape.groups else None,
    )


def _case(index: int, shape: Shape) -> Case:
    fields = {"part": f"s{index % shape.slices}"} if shape.slices else {}
    if shape.groups:
        fields["group"] = f"g{index % shape.groups}"
    return Case(f"c{index:05}", {}, None, critical=index < shape.critical, fields=fields or None)


def _subject(system: str, text: str) -> Subject:
    prompt = Prompt("p.prompt.yml", "p", "m", {}, (Message("user", text),), None, None, frozenset())
    return Subject(system, prompt, "nobody", "m", "1")


@lru_cache(maxsize=256)
def _system(number: int, tier: Tier) -> System:
    factors = Factors(("advises",), ("public",), ("employees",), (), ("low",))
    model = Model("m", "nobody", "m", "1", "primary")
    name = f"system-{number}"
    return System(name, f"systems/{name}/system.yaml", name, "production", {}, tier, factors, (model,), (), {})


class World:
    """One suite of which as many trials can be drawn as are asked for. `outcome` has those drawn so far."""

    def __init__(self, run: PlannedRun, shape: Shape, draw: Random) -> None:
        self.run, self._shape, self._draw = run, shape, draw
        clusters = [_chances(shape, shape.loss, draw) for _ in range(shape.groups)]
        groups = [_both(chances, draw) for chances in clusters]
        self._truths = {case.id: self._truth(index, case, groups) for index, case in enumerate(run.suite.cases)}
        self._base: dict[str, tuple[Trial, ...]] = {}
        self._head: dict[str, tuple[Trial, ...]] = {}
        self.ask(shape.trials)

    def _truth(self, index: int, case: Case, groups: Sequence[tuple[float, float]]) -> _Truth:
        shape, own = self._shape, _metrics(index, self._shape, self._draw)
        if case.critical:
            own = [(1.0, 1.0 - shape.critical_fails)] * shape.metrics
        elif groups and self._draw.random() < _TOGETHER:
            own = [groups[index % shape.groups] for _ in own]
        return _Truth(tuple(own), self._draw.lognormvariate(-8, 0.5), 3 if case.critical else 1)

    def ask(self, trials: int) -> None:
        """Both sides, until every case has so many trials."""
        for id, truth in self._truths.items():
            for side, known, price in ((0, self._base, 1.0), (1, self._head, 1.0 + self._shape.dearer)):
                more = max(trials, truth.many) - len(known.get(id, ()))
                chances = [chance[side] for chance in truth.chances]
                new = (_trial(chances, truth.price * price, self._shape, self._draw) for _ in range(more))
                known[id] = (*known.get(id, ()), *new)

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.run, self._base, self._head, interleaved=True)


def _metrics(index: int, shape: Shape, draw: Random) -> list[tuple[float, float]]:
    """Per metric how often base and head pass the case. Further metrics lose nothing, and mostly follow the first."""
    lost = shape.loss + (shape.slice_loss if shape.slices and index % shape.slices == 0 else 0.0)
    first, spare = _chances(shape, lost, draw), _chances(shape, 0.0, draw)
    follows = first if first[0] == first[1] else spare
    rest = (follows if draw.random() < _TOGETHER else _chances(shape, 0.0, draw) for _ in range(1, shape.metrics))
    return [first, *rest]


def _chances(shape: Shape, lost: float, draw: Random) -> tuple[float, float]:
    """A case that head lost, one that is a coin on both sides, or one that never flips."""
    where = draw.random()
    if where < lost:
        return 1.0, 0.0
    if where < lost + 2 * shape.flips:
        return 0.5, 0.5
    steady = float(draw.random() < shape.passing)
    return steady, steady


def _both(chances: tuple[float, float], draw: Random) -> tuple[float, float]:
    """What a whole cluster does, settled once."""
    return float(draw.random() < chances[0]), float(draw.random() < chances[1])


def _trial(chances: Sequence[float], price: float, shape: Shape, draw: Random) -> Trial:
    if shape.errors and draw.random() < shape.errors:
        return Trial(error="timeout")
    scores: dict[str, float | None] = {f"m{n}": _score(chance, shape, draw) for n, chance in enumerate(chances)}
    if shape.slow:
        scores["latency"] = draw.lognormvariate(6, 0.6)
    return Trial(scores, None, 100.0, 10, 10, price * draw.lognormvariate(0, 0.2), "sha256:0")


def _score(chance: float, shape: Shape, draw: Random) -> float:
    if shape.graded:
        return min(max(draw.gauss(0.2 + 0.6 * chance, 0.1), 0.0), 1.0)
    return float(draw.random() < chance)
