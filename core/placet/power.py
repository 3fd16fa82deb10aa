"""What a suite can show: per gate how many cases and trials it takes, and which loss today's would find.

Pure. Plans with the share of flips that evidence has seen, or with assumed ones where there is none. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from placet.counted import clusters_of, groups_of
from placet.evidence import RunRecord
from placet.gate.metric import bounds_of
from placet.gate.samples import LEAST_GROUP, OF_THE_SET, Statistic, Terms
from placet.gate.verdicts import Bounds
from placet.looks import EXTENDED, extensible
from placet.model.policy import Floor, GatePolicy
from placet.model.register import Message, Prompt
from placet.model.suite import Gate, Suite
from placet.record import replace
from placet.runs import Arm, PlannedRun
from placet.scorers.kinds import statistic
from placet.scorers.measures import MEASURES
from placet.stats.estimates import LEAST_FOR_P95, wilson
from placet.stats.planning import Demand, Noise, least_pairs, loss_found, pairs_needed, share_that_clears, trials_needed
from placet.subject import Subject
from placet.unsteadiness import Seen, noise_of, trials_by_subject

#: Shares of flips that are planned for where nothing has been seen yet.
ASSUMED = (0.02, 0.05, 0.10, 0.20)
_MOST_CASES = 10_000


@dataclass(frozen=True, slots=True)
class Outlook:
    """What it takes to exclude a loss, for one share of flips. None: no number is enough.

    Of `needed` cases a harmless change passes with a power of 80 %, and so it does if today's are asked `trials` times.
    `finds` is the least loss that fails as surely today.
    """

    seen: Seen
    needed: int | None
    trials: int | None
    finds: float | None
    enough: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One gate over all cases or one slice. `outlooks`: one as seen, several as assumed, none without a margin.

    `least` cases can pass at all; `safe` is the true share from which the floor is cleared in 19 of 20 runs.
    """

    metric: str
    slice: str | None
    cases: int
    bounds: Bounds
    least: int | None
    safe: float | None = None
    outlooks: tuple[Outlook, ...] = ()


@dataclass(frozen=True, slots=True)
class Power:
    suite: str
    system: str
    tier: str
    cases: int
    trials: int
    critical: int
    comparisons: int
    looks: int
    rows: tuple[Row, ...]

    @property
    def assumed(self) -> bool:
        return any(not outlook.seen.pairs for row in self.rows for outlook in row.outlooks)


@dataclass(frozen=True)
class Given:
    """A suite of a system, the gates that policy asks of it, and what has been measured so far.

    `comparisons`: how many of head and base a change to the system makes, which share one chance of a false alarm.
    """

    suite: Suite
    system: str
    tier: str
    policy: GatePolicy
    records: tuple[RunRecord, ...] = ()
    comparisons: int = 1

    @cached_property
    def looks(self) -> int:
        """Two where an inconclusive gate gets a second look; both share the chance of error."""
        return 1 + extensible(_compared(self), self.policy)

    @property
    def trials(self) -> int:
        """Those that decide in the end."""
        return max(self.suite.trials, EXTENDED) if self.looks > 1 else self.suite.trials


def _compared(given: Given) -> PlannedRun:
    """The run of a change to the prompt, as far as planning looks at it."""
    head, base = (Arm(Subject(given.system, _prompt(text), "", "", None), given.suite) for text in ("head", "base"))
    return PlannedRun(given.system, "", given.suite, head, base, "")


def _prompt(text: str) -> Prompt:
    return Prompt("", "", None, {}, (Message("user", text),), None, None, frozenset())


def power(given: Given) -> Power:
    suite = given.suite
    listed = sum(case.critical or case.forbidden for case in suite.cases)
    rows = tuple(row for gate in suite.gates for row in _rows(gate, given))
    return Power(
        suite=suite.name,
        system=given.system,
        tier=given.tier,
        cases=len(suite.cases),
        trials=given.trials,
        critical=listed,
        comparisons=given.comparisons,
        looks=given.looks,
        rows=rows,
    )


def comparisons(suites: Iterable[Suite], policy: GatePolicy) -> int:
    """How many gates compare head with base when all of a system's `suites` run, slices and cost included."""
    found = 0 if policy.max_cost_increase is None else 1
    for suite in suites:
        margins = sum(gate.max_regression is not None for gate in suite.gates)
        found += margins * sum(1 for _ in _groups(suite))
    return max(found, 1)


def _rows(gate: Gate, given: Given) -> Iterator[Row]:
    """The gate over all cases, and over each slice."""
    spec = next((spec for spec in given.suite.scorers if spec.name == gate.metric), None)
    if spec is None:
        return
    bounds = bounds_of(gate, Terms(given.policy, looks=given.looks))[0]
    if Statistic(statistic(spec)) in OF_THE_SET:  # no formula plans these
        yield Row(gate.metric, None, len(given.suite.cases), bounds, LEAST_GROUP)
        return
    if spec.type in MEASURES:
        least = LEAST_FOR_P95 if statistic(spec) == "p95" else LEAST_GROUP
        yield Row(gate.metric, None, len(given.suite.cases), bounds, least)
        return
    arms = trials_by_subject(given.suite, given.records)
    clusters, shrinks = clusters_of(given.suite), 0 if given.suite.claims else 1  # nobody can ask a file again
    whole = noise_of(arms, gate.metric, clusters)
    for slice_, ids in _groups(given.suite):
        seen = noise_of(arms, gate.metric, clusters, ids) or whole
        each = (seen,) if seen else tuple(Seen(Noise(share, shrinks * share)) for share in ASSUMED)
        alone = len({(clusters or {}).get(id, id) for id in ids})
        each = tuple(replace(one, noise=replace(one.noise, per_unit=len(ids) / max(alone, 1))) for one in each)
        yield _row(Row(gate.metric, slice_, len(ids), bounds, None), each, given)


def _groups(suite: Suite) -> Iterator[tuple[str | None, list[str]]]:
    yield None, [case.id for case in suite.cases]
    for name in suite.slices:
        yield from sorted(groups_of(suite, name).items())


def _row(row: Row, each: tuple[Seen, ...], given: Given) -> Row:
    bounds = row.bounds
    confidence = bounds.confidence if given.policy.floor is Floor.INTERVAL else None
    floor = bounds.floor if bounds.floor is not None else None if bounds.ceiling is None else 1 - bounds.ceiling
    safe = share_that_clears(row.cases, floor, confidence) if floor is not None and row.cases else None
    least = [_least_for(floor, confidence) if floor is not None else 1, LEAST_GROUP if row.slice else 1]
    outlooks: tuple[Outlook, ...] = ()
    if bounds.margin is not None:
        alpha = (1 - bounds.confidence) / 2
        demand = Demand(bounds.margin, given.trials, alpha, comparisons=given.comparisons)
        least.append(least_pairs(each[0].noise, demand))
        outlooks = tuple(_outlook(row.cases, seen, demand, given.looks) for seen in each)
    turned = bounds.floor is None and safe is not None
    return replace(
        row, least=_greatest(least), safe=1 - safe if turned and safe is not None else safe, outlooks=outlooks
    )


def _outlook(cases: int, seen: Seen, demand: Demand, looks: int) -> Outlook:
    """A suite that asks for three trials itself has one look, with all of alpha."""
    needed = pairs_needed(seen.noise, demand)
    if not cases:
        return Outlook(seen, needed, None, None, False)
    trials = trials_needed(cases, seen.noise, replace(demand, alpha=demand.alpha * looks))
    asked = max(trials, EXTENDED) if trials is not None and looks > 1 else trials
    finds = loss_found(cases, seen.noise, demand)
    return Outlook(seen, needed, asked, finds, needed is not None and needed <= cases)


def _greatest(counts: Collection[int | None]) -> int | None:
    return None if None in counts else max(count for count in counts if count is not None)


def _least_for(floor: float, confidence: float | None) -> int | None:
    """How many cases clear the floor when none fails."""
    if confidence is None:
        return 1
    return next((n for n in range(1, _MOST_CASES) if wilson(n, n, confidence).low >= floor), None)
