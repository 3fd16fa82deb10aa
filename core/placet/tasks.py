"""What a review has to find out: per run and side, what evidence knows already and which calls are due.

Makes no call. Requests are built when they are sent, since all of them together may be larger than memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, zip_longest
from typing import Any

from placet.cache import Cache
from placet.digest import case_digest, scoring_digest
from placet.errors import PlacetError
from placet.evidence import counting, pooled
from placet.gate.critical import TRIALS
from placet.ledger import Ledger
from placet.model.policy import Provider
from placet.model.run import Request, Trial
from placet.model.suite import Case, Suite
from placet.providers.costs import Budget
from placet.providers.estimate import Estimate, estimate
from placet.runner import Progress
from placet.runs import Arm, PlannedRun

#: Days for which evidence of a model that its vendor can change is reused.
FLOATING_DAYS = 1
#: Trials of one change, known ones included; nobody pays for more, and their list alone would fill the memory.
MOST_TRIALS = 200_000
#: Due calls that are looked at one by one before the first is made; a long prompt counts once for each of its pages.
MOST_LOOKED_AT = 50_000
_PAGE = 8_192  # characters


@dataclass(frozen=True, slots=True)
class Tools:
    """What evaluating needs from the world."""

    ledger: Ledger
    cache: Cache | None
    providers: Mapping[str, Provider]
    environ: Mapping[str, str]
    now: datetime
    clock: Callable[[], datetime]
    budget: Budget = field(default_factory=Budget)
    confirm: Callable[[Estimate], bool] = lambda estimate: True
    progress: Callable[[Progress, Mapping[str, tuple[int, int]]], None] = lambda progress, suites: None

    def close(self) -> None:
        if self.cache:
            self.cache.close()


@dataclass(slots=True)
class Task:
    """One arm of one run: what evidence knows of it, and what is due. `trials` grows as answers come."""

    run: PlannedRun
    arm: Arm
    known: Mapping[str, tuple[Trial, ...]]  # by case id
    due: tuple[tuple[Case, int], ...]  # case, and the number of its trial
    records: tuple[str, ...]
    measured: str  # the day of the oldest of these records, if there is any
    fresh: dict[str, list[Trial]] = field(default_factory=dict)
    outputs: dict[tuple[str, int], str] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return sum(map(len, self.fresh.values())) == len(self.due)

    def trials(self) -> dict[str, tuple[Trial, ...]]:
        ids = [case.id for case in self.arm.suite.cases]
        return {id: (*self.known.get(id, ()), *self.fresh.get(id, ())) for id in ids}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A planned run with the task of each side; `base` is None when it isn't another subject than head."""

    run: PlannedRun
    head: Task
    base: Task | None

    @property
    def sides(self) -> tuple[Task, ...]:
        return (self.head, self.base) if self.base else (self.head,)


@dataclass(frozen=True, slots=True)
class Turn:
    """One due call: a trial of a case, for one side of a run."""

    task: Task
    case: Case
    trial: int

    @property
    def request(self) -> Request:
        return self.task.arm.subject.request(self.case.inputs, self.trial)


class Requests(Sequence[Request]):
    """The requests of turns, each built when it is asked for: together they may be larger than memory."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = turns

    def __len__(self) -> int:
        return len(self._turns)

    def __getitem__(self, index: Any) -> Any:
        return self._turns[index].request


def prepare(
    runs: Sequence[PlannedRun], tools: Tools, max_age: Mapping[str | None, int], rollbacks: Iterable[str] = ()
) -> list[Prepared]:
    """Per run the task of head and that of base. `max_age` is in days, by system; `rollbacks` are subject digests.

    A rollback isn't gated on its difference to today, so its base is shown from evidence alone and never called.
    """
    going_back = frozenset(rollbacks)
    _refuse_too_many(runs)
    prepared = []
    for planned in runs:
        days = max_age[planned.system]
        head = _task(planned, planned.head, tools, days)
        base = None if planned.same_subject or planned.base is None else _task(planned, planned.base, tools, days)
        if base is not None and planned.head.subject.digest in going_back:
            base.due = ()
        prepared.append(Prepared(planned, head, base))
    return prepared


def _refuse_too_many(runs: Sequence[PlannedRun]) -> None:
    arms = [arm for run in runs for arm in (run.head, None if run.same_subject else run.base) if arm]
    trials = sum(_wanted(case, arm.suite) for arm in arms for case in arm.suite.cases)
    if trials > MOST_TRIALS:
        raise PlacetError(
            f"this change asks for {trials:,} trials, and at most {MOST_TRIALS:,} are made",
            help="split it, or lower the `trials` of its suites",
        )


def _task(planned: PlannedRun, arm: Arm, tools: Tools, days: int) -> Task:
    if arm.subject.provider not in tools.providers:
        raise PlacetError(
            f"the policies of base name no provider {arm.subject.provider}, which {planned.prompt} needs",
            help="add it to policies/providers.yaml first: a change never brings its own endpoint",
        )
    records = counting(tools.ledger.runs(arm.subject.digest), scoring_digest(arm.suite), tools.now, days)
    pool = pooled(records)
    known = {case.id: pool.get(case_digest(case), ()) for case in arm.suite.cases}
    due = tuple(
        (case, number)
        for case in arm.suite.cases
        for number in range(len(known[case.id]) + 1, _wanted(case, arm.suite) + 1)
    )
    asked = {case_digest(case) for case in arm.suite.cases}
    used = [record for record in records if any(case.digest in asked for case in record.cases)]
    measured = min((record.finished[:10] for record in used), default="")
    return Task(planned, arm, known, due, tuple(record.id for record in used), measured)


def _wanted(case: Case, suite: Suite) -> int:
    """How many trials a case needs. A critical one gets its three on both sides: what base did decides what is new."""
    return max(suite.trials, TRIALS if case.critical or case.forbidden else 1)


def expected(tasks: Sequence[Prepared], tools: Tools) -> Estimate:
    """What is left to call, before anything is called."""
    return estimate_of(tasks, Requests(schedule(tasks)), tools)


def estimate_of(tasks: Sequence[Prepared], requests: Sequence[Request], tools: Tools) -> Estimate:
    """Beyond what is looked at one by one, only the count is known: neither cost nor time, nor what is cached."""
    if too_many(tasks):
        return Estimate(len(requests), None, None)
    return estimate(requests, tools.providers, tools.cache)


def too_many(tasks: Sequence[Prepared]) -> bool:
    """Whether there are more due calls, each counted by the length of its prompt, than can be looked at singly."""
    pages = sum(len(task.due) * _length(task.arm) for prepared in tasks for task in prepared.sides)
    return pages > MOST_LOOKED_AT


def _length(arm: Arm) -> int:
    return 1 + sum(len(message.content) for message in arm.subject.prompt.messages) // _PAGE


def schedule(tasks: Sequence[Prepared]) -> list[Turn]:
    """Every due call, head and base of a run in turn."""
    turns: list[Turn] = []
    for prepared in tasks:
        sides = [[Turn(task, case, trial) for case, trial in task.due] for task in prepared.sides]
        turns += [turn for turn in chain.from_iterable(zip_longest(*sides)) if turn is not None]
    return turns
