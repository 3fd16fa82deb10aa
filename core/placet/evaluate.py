"""Make the runs that a plan requires: from evidence what is known, from the model what is missing, scored and recorded.

Head and base go through one runner, turn by turn, so that a slow or drifting provider hits both alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic

from placet import __version__
from placet.counted import Attempt
from placet.digest import scorer_digests, scoring_digest
from placet.errors import PlacetError
from placet.evidence import CaseRun, RunRecord
from placet.journal import Journal, Of
from placet.model.run import CallError, Trial
from placet.moments import stamp
from placet.providers.costs import Budget, Stopped
from placet.providers.credentials import wires_for
from placet.receive import Receiver
from placet.record import record, replace
from placet.runner import Progress, Summary, Terms, Watch, run
from placet.runs import PlannedRun
from placet.scorers.judge import providers_of
from placet.tasks import Prepared, Requests, Task, Tools, Turn, estimate_of, schedule, too_many


@record
class Evaluated:
    """One run with its trials by case id, evidence and new ones together. `reused` counts trials from evidence."""

    run: PlannedRun
    base: Mapping[str, tuple[Trial, ...]]
    head: Mapping[str, tuple[Trial, ...]]
    reused: int
    evidence: tuple[str, ...]  # ids of the records that hold the trials
    measured: str = ""  # the day on which the oldest of the reused trials was measured
    attempts: tuple[Attempt, ...] = ()  # other versions of the prompt that were evaluated before


@record
class Evaluation:
    """All runs of a change. `stopped` says why trials are missing, if they are; `silent` who didn't answer."""

    runs: tuple[Evaluated, ...]
    progress: Progress
    stopped: Stopped | None
    errors: Mapping[str, int]
    silent: Mapping[str, CallError]
    notes: tuple[str, ...] = ()


def evaluate(tasks: Sequence[Prepared], tools: Tools) -> Evaluation:
    """Make the due calls, score them, and record each side that became whole."""
    with _journals(tasks, tools) as journals:
        turns = schedule(tasks)
        receiver = Receiver(turns, tools)
        summary = _hopeless(tasks, turns, tools.budget) or _call(tasks, turns, receiver, tools)
        done = [_finished(prepared, tools) for prepared in tasks]
    notes = (*receiver.troubles, *_notes(tasks, journals, summary, tools), *tools.ledger.problems)
    return Evaluation(
        tuple(done),
        _with_resumed(tasks, summary.progress),
        summary.stopped,
        summary.kinds,
        summary.silent,
        tuple(dict.fromkeys(notes)),
    )


@contextmanager
def _journals(tasks: Sequence[Prepared], tools: Tools) -> Iterator[list[Journal]]:
    """A journal for each side with calls due, and what an earlier run left in it."""
    journals: list[Journal] = []
    try:
        for task in (task for prepared in tasks for task in prepared.sides if task.due):
            of = Of(task.arm.subject.digest, task.arm.suite.name, scoring_digest(task.arm.suite))
            journals.append(Journal(tools.ledger.folder / "journal", of, tools.now))
            task.resume(journals[-1])
        yield journals
    finally:
        for journal in journals:
            journal.close()


def _with_resumed(tasks: Sequence[Prepared], progress: Progress) -> Progress:
    """What an earlier run left was a call saved, as an answer of the cache is."""
    resumed = sum(len(task.resumed) for prepared in tasks for task in prepared.sides)
    return replace(
        progress, done=progress.done + resumed, total=progress.total + resumed, cached=progress.cached + resumed
    )


def _notes(tasks: Sequence[Prepared], journals: Sequence[Journal], summary: Summary, tools: Tools) -> Iterator[str]:
    """What was odd about this run, and doesn't show in its numbers."""
    resumed = sum(len(task.resumed) for prepared in tasks for task in prepared.sides)
    if resumed:
        yield f"went on where an earlier run was stopped: {resumed:,} trials were there already"
    for trouble in dict.fromkeys(journal.trouble for journal in journals if journal.trouble):
        yield f"the run's journal stopped: {trouble}; what came after is kept in memory and in the response cache"
    measured = (spec.type for prepared in tasks for spec in prepared.run.suite.scorers)
    if summary.lag and "latency" in measured:
        yield summary.lag
    if tools.cache:
        if tools.cache.imported:
            yield f"{tools.cache.imported:,} answers came from an imported cache: who made that file answers for them"
        yield from tools.cache.notes


def _left(ends: float | None) -> float | None:
    """Seconds until the deadline: one look at a change may follow another."""
    return None if ends is None else max(0.0, ends - monotonic())


def _halt(tasks: Sequence[Prepared], tools: Tools) -> Callable[[], Stopped | None]:
    """Whether nothing that comes could be kept: then no further call is paid for."""
    journals = [task.journal for prepared in tasks for task in prepared.sides if task.journal]

    def halt() -> Stopped | None:
        trouble = next((journal.trouble for journal in journals if journal.trouble), "")
        if not trouble or (tools.cache and tools.cache.keeps):
            return None
        return Stopped("disk", f"{trouble}, nor can the response cache: no further call is made")

    return halt


def _hopeless(tasks: Sequence[Prepared], turns: Sequence[Turn], budget: Budget) -> Summary | None:
    """How a run ends that has nothing to call, or so much more than its budget that no cache will make up for it."""
    most, stopped = budget.max_calls, None
    if most is not None and len(turns) > most and too_many(tasks):
        stopped = Stopped("max-calls", f"{len(turns):,} calls are due, and the limit is {most:,}: none was made")
    return Summary(Progress(0, len(turns), 0, 0, 0.0, 0), stopped, {}, {}) if stopped or not turns else None


def _call(tasks: Sequence[Prepared], turns: Sequence[Turn], receiver: Receiver, tools: Tools) -> Summary:
    requests = Requests(turns)
    arms = {id(turn.task): turn.task.arm for turn in turns}.values()
    called = {arm.subject.provider for arm in arms}.union(*(providers_of(arm.suite) for arm in arms))
    wires = wires_for(called, tools.providers, tools.environ)
    if not tools.confirm(estimate_of(tasks, requests, tools)):
        raise PlacetError("not run: you said no", help="limit it with --max-calls or --max-cost, and run again")
    return run(
        requests,
        wires,
        Terms(tools.cache, tools.budget, seconds=_left(tools.ends), halt=_halt(tasks, tools)),
        Watch(receiver.result, receiver.progress, receiver.follow),
    )


def _finished(prepared: Prepared, tools: Tools) -> Evaluated:
    ids = [id for task in prepared.sides for id in (*task.records, *task.claimed)]
    whole = [task for task in prepared.sides if task.due and task.whole]
    for task in whole:
        ids.append(tools.ledger.add(_record(task, tools), task.texts))
        task.outputs.clear()  # the ledger has them
        if task.journal:
            task.journal.finish()
    reused = sum(task.reused for task in prepared.sides)
    head = prepared.head.trials()
    base = prepared.base.trials() if prepared.base else (head if prepared.run.same_subject else {})
    measured = min((task.measured for task in prepared.sides if task.measured), default="")
    return Evaluated(prepared.run, base, head, reused, tuple(dict.fromkeys(ids)), measured, prepared.attempts)


def _record(task: Task, tools: Tools) -> RunRecord:
    subject, by_id = task.arm.subject, {case.id: case for case in task.arm.suite.cases}
    return RunRecord(
        system=subject.system,
        prompt=subject.prompt.path,
        subject=subject.digest,
        provider=subject.provider,
        model=subject.model,
        version=subject.version,
        suite=task.arm.suite.name,
        scoring=scoring_digest(task.arm.suite),
        started=stamp(tools.now),
        finished=stamp(tools.clock()),
        tool=f"placet {__version__}" + (", with imported answers" if tools.cache and tools.cache.imported else ""),
        cases=tuple(CaseRun(id, task.digest(by_id[id]), tuple(trials)) for id, trials in task.fresh.items()),
        scorers=tuple(sorted(scorer_digests(task.arm.suite).items())),
        kin=subject.kin,
    )
