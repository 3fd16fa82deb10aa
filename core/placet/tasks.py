"""What a review has to find out: per run and side, what evidence knows already and which calls are due.

Makes no call. Requests are built when they are sent, since all of them together may be larger than memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain, zip_longest
from typing import Any

from placet.attempts import History, attempts_of
from placet.cache import Cache
from placet.counted import Attempt, wanted
from placet.digest import case_digest, scoring_digest
from placet.errors import PlacetError
from placet.evidence import counting, made, pooled
from placet.journal import Journal, Place, Texts
from placet.ledger import Ledger
from placet.model.policy import Provider
from placet.model.run import Request, Trial
from placet.model.suite import Case, Suite
from placet.providers.costs import Budget
from placet.providers.estimate import Distinct, Estimate, estimate
from placet.record import field, record, replace
from placet.runner import Progress
from placet.runs import Arm, PlannedRun
from placet.scorers import ScorerError
from placet.scorers.judge import models_asked
from placet.supplied import trials_of

#: Days for which evidence of a model that its vendor can change is reused.
FLOATING_DAYS = 1
#: Trials of one change, known ones included; nobody pays for more, and their list alone would fill the memory.
MOST_TRIALS = 200_000
#: Due calls that are looked at one by one before the first is made; a long prompt counts once for each of its pages.
MOST_LOOKED_AT = 50_000
_PAGE = 8_192  # characters


@record
class Tools:
    """What evaluating needs from the world."""

    ledger: Ledger
    cache: Cache | None
    providers: Mapping[str, Provider]
    environ: Mapping[str, str]
    now: datetime
    clock: Callable[[], datetime]
    budget: Budget = field(default_factory=Budget)
    ends: float | None = None  # on the monotonic clock, for all calls together
    prices: str = ""  # digest of the table that prices come from, where they do
    confirm: Callable[[Estimate], bool] = lambda estimate: True
    progress: Callable[[Progress, Mapping[str, tuple[int, int]]], None] = lambda progress, suites: None

    def close(self) -> None:
        if self.cache:
            self.cache.close()


@record(frozen=False, eq=False)
class Task:
    """One arm of one run: what evidence knows of it, and what is due. `trials` grows as answers come."""

    run: PlannedRun
    arm: Arm
    known: Mapping[str, tuple[Trial, ...]]  # by case id
    due: tuple[tuple[Case, int], ...]  # case, and the number of its trial
    records: tuple[str, ...]
    measured: str  # the day of the oldest of these records, if there is any
    tried: Mapping[str, int] = field(default_factory=dict)  # by case id: trials of `known`, and those without an answer
    fresh: dict[str, list[Trial]] = field(default_factory=dict)
    outputs: dict[tuple[str, int], str | Place] = field(default_factory=dict)
    journal: Journal | None = None
    with_inputs: bool = False  # whether the endpoint takes a case's inputs and not only messages
    resumed: frozenset[tuple[str, int]] = frozenset()  # of `due`, what a run before this one has found already
    digests: dict[str, str] = field(default_factory=dict)  # by case id, of those that were asked for

    def digest(self, case: Case) -> str:
        """The digest of one of its cases, worked out once."""
        found = self.digests.get(case.id)
        if found is None:
            found = self.digests[case.id] = case_digest(case)
        return found

    @property
    def claimed(self) -> tuple[str, ...]:
        """The digest of the recorded file that holds its trials, where they are claims."""
        recording = self.arm.recording
        return (recording.digest,) if recording and self.arm.suite.claims and any(self.known.values()) else ()

    @property
    def reused(self) -> int:
        """How many trials evidence saved a call for; a claim saves none."""
        return 0 if self.arm.suite.claims else sum(map(len, self.known.values()))

    @property
    def whole(self) -> bool:
        return sum(map(len, self.fresh.values())) == len(self.due)

    @property
    def left(self) -> list[tuple[Case, int]]:
        return [(case, number) for case, number in self.due if (case.id, number) not in self.resumed]

    @property
    def texts(self) -> Texts:
        return Texts(self.journal, self.outputs)

    def resume(self, journal: Journal) -> None:
        """Take from `journal` what of `due` it knows; what comes from now on is kept in it."""
        self.journal = journal
        digests = {case.id: self.digest(case) for case, _ in self.due} if journal.known else {}
        wanted = [(case.id, number) for case, number in self.due if (digests.get(case.id), number) in journal.known]
        for id, number in wanted:
            trial, place = journal.known[digests[id], number]
            self._append(id, trial, place)
        journal.known.clear()
        self.resumed = frozenset(wanted)

    def keep(self, case: Case, number: int, trial: Trial, text: str) -> None:
        """A trial that has come, and what the model answered."""
        place = self.journal.add(self.digest(case), number, trial, text) if self.journal else None
        self._append(case.id, trial, place or text)

    def _append(self, id: str, trial: Trial, text: str | Place) -> None:
        trials = self.fresh.setdefault(id, [])
        trials.append(trial)
        self.outputs[id, len(trials)] = text

    def trials(self) -> dict[str, tuple[Trial, ...]]:
        ids = [case.id for case in self.arm.suite.cases]
        return {id: (*self.known.get(id, ()), *self.fresh.get(id, ())) for id in ids}


@record
class Prepared:
    """A planned run with the task of each side; `base` is None when it isn't another subject than head."""

    run: PlannedRun
    head: Task
    base: Task | None
    attempts: tuple[Attempt, ...] = ()  # other versions of the prompt that were evaluated before
    going_back: bool = False  # to what base had before

    @property
    def sides(self) -> tuple[Task, ...]:
        return (self.head, self.base) if self.base else (self.head,)


@record
class Turn:
    """One due call: a trial of a case, for one side of a run."""

    task: Task
    case: Case
    trial: int

    @property
    def request(self) -> Request:
        request = self.task.arm.subject.request(self.case.inputs, self.trial)
        return replace(request, inputs=self.case.inputs) if self.task.with_inputs else request

    @property
    def further(self) -> int:
        """How many calls more it takes at least: for each turn, where the case expects tools to be used, for judges."""
        offered = self.task.arm.subject.prompt.tools
        judges = models_asked(self.task.arm.suite)
        return len(self.case.turns) + bool(offered and self.case.tool_results) + len(judges)


class Requests(Sequence[Request]):
    """The requests of turns, each built when it is asked for: together they may be larger than memory."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = turns
        self.distinct: Distinct | None = None  # kept for whoever asks again

    def __len__(self) -> int:
        return len(self._turns)

    def __getitem__(self, index: Any) -> Any:
        return self._turns[index].request

    def further(self, index: int) -> int:
        return self._turns[index].further


def prepare(
    runs: Sequence[PlannedRun], tools: Tools, max_age: Mapping[str | None, int], rollbacks: Iterable[str] = ()
) -> list[Prepared]:
    """Per run the task of head and that of base. `max_age` is in days, by system; `rollbacks` are subject digests.

    A rollback isn't gated on its difference to today, so its base is shown from evidence alone and never called.
    """
    going_back = frozenset(rollbacks)
    _refuse_too_many(runs)
    prepared, history = [], History(tools.ledger)
    for planned in runs:
        days = max_age[planned.system]
        head = _task(planned, planned.head, tools, days)
        same = planned.same_subject and not planned.suite.claims  # two files may tell of one subject
        base = None if same or planned.base is None else _task(planned, planned.base, tools, days)
        back = base is not None and planned.head.subject.digest in going_back
        if base is not None and back:
            base.due = ()
        attempts = () if planned.suite.claims else attempts_of(planned, history, tools.now, days)
        prepared.append(Prepared(planned, head, base, attempts, back))
    return prepared


def deeper(prepared: Prepared, target: Callable[[Case], int]) -> Prepared:
    """The same run with `target` trials of each case due, on both sides. What got no answer is asked again."""
    head, base = _deeper(prepared.head, target), _deeper(prepared.base, target) if prepared.base else None
    return replace(prepared, head=head, base=base)


def _deeper(task: Task, target: Callable[[Case], int]) -> Task:
    known = {id: tuple(trial for trial in own if trial.error is None) for id, own in task.trials().items()}
    tried = {id: task.tried.get(id, 0) + len(task.fresh.get(id, ())) for id in known}
    due = _due(task.arm.suite, known, tried, target)
    return replace(task, known=known, due=due, tried=tried, fresh={}, outputs={}, journal=None, resumed=frozenset())


def _due(
    suite: Suite, known: Mapping[str, Sequence[Trial]], tried: Mapping[str, int], target: Callable[[Case], int]
) -> tuple[tuple[Case, int], ...]:
    """What is missing. Its numbers follow all that was tried: the cache would give the answer of one twice."""
    return tuple(
        (case, tried.get(case.id, 0) + number)
        for case in suite.cases
        for number in range(1, target(case) - len(known[case.id]) + 1)
    )


def _refuse_too_many(runs: Sequence[PlannedRun]) -> None:
    arms = [arm for run in runs for arm in (run.head, None if run.same_subject else run.base) if arm]
    trials = sum(wanted(case, arm.suite) for arm in arms for case in arm.suite.cases)
    if trials > MOST_TRIALS:
        raise PlacetError(
            f"this change asks for {trials:,} trials, and at most {MOST_TRIALS:,} are made",
            help="split it, or lower the `trials` of its suites",
        )


def _task(planned: PlannedRun, arm: Arm, tools: Tools, days: int) -> Task:
    if arm.suite.claims:
        return Task(planned, arm, _claimed(arm), (), (), "")
    if arm.subject.provider not in tools.providers:
        raise PlacetError(
            f"the policies of base name no provider {arm.subject.provider}, which {planned.prompt} needs",
            help="add it to policies/providers.yaml first: a change never brings its own endpoint",
        )
    fresh = min(days, FLOATING_DAYS) if arm.subject.floats else days
    records = counting(tools.ledger.runs(arm.subject.digest), scoring_digest(arm.suite), tools.now, fresh)
    pool = pooled(records)
    known = {case.id: pool.get(case_digest(case), ()) if pool else () for case in arm.suite.cases}
    numbers = made(records)
    tried = {case.id: numbers.get(case_digest(case), 0) if numbers else 0 for case in arm.suite.cases}
    due = _due(arm.suite, known, tried, lambda case: wanted(case, arm.suite))
    asked = {case_digest(case) for case in arm.suite.cases} if records else set()
    used = [record for record in records if any(case.digest in asked for case in record.cases)]
    measured = min((record.finished[:10] for record in used), default="")
    inputs = tools.providers[arm.subject.provider].wire == "http"
    return Task(
        planned, arm, known, due, tuple(record.id for record in used), measured, tried=tried, with_inputs=inputs
    )


def _claimed(arm: Arm) -> dict[str, tuple[Trial, ...]]:
    """The trials that a recorded file tells of. Nothing of them is due, whatever is missing."""
    try:
        return trials_of(arm.suite, arm.recording, arm.subject)
    except ScorerError as error:
        raise PlacetError(f"{arm.suite.path}: {error.what}", help=error.help) from error


def expected(tasks: Sequence[Prepared], tools: Tools) -> Estimate:
    """What is left to call, before anything is called."""
    return estimate_of(tasks, Requests(schedule(tasks)), tools)


def estimate_of(tasks: Sequence[Prepared], requests: Requests, tools: Tools) -> Estimate:
    """Beyond what is looked at one by one, only the count is known: neither cost nor time, nor what is cached."""
    open_ended = any(task.due and task.arm.subject.prompt.tools for prepared in tasks for task in prepared.sides)
    if too_many(tasks):
        further = sum(map(requests.further, range(len(requests))))
        return Estimate(len(requests) + further, None, None, open_ended)
    left = estimate(requests, tools.providers, tools.cache, requests.further)
    left = left if _judges_have_prices(tasks, tools) else replace(left, cost_usd=None)
    return replace(left, at_least=open_ended and left.calls > 0)


def _judges_have_prices(tasks: Sequence[Prepared], tools: Tools) -> bool:
    suites = [task.arm.suite for prepared in tasks for task in prepared.sides if task.due]
    asked = {judge for suite in suites for judge in models_asked(suite)}
    providers = tools.providers
    return all(name in providers and providers[name].price_of(model) is not None for name, model in asked)


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
        sides = [[Turn(task, case, trial) for case, trial in task.left] for task in prepared.sides]
        turns += [turn for turn in chain.from_iterable(zip_longest(*sides)) if turn is not None]
    return turns
