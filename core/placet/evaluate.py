"""Make the runs that a plan requires: from evidence what is known, from the model what is missing, scored and recorded.

Head and base go through one runner, turn by turn, so that a slow or drifting provider hits both alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from placet import __version__
from placet.digest import case_digest, scoring_digest
from placet.errors import PlacetError
from placet.evidence import CaseRun, RunRecord
from placet.model.run import CallError, Trial
from placet.moments import stamp
from placet.providers.costs import Budget, Stopped
from placet.providers.credentials import wires_for
from placet.receive import Receiver
from placet.runner import Progress, Summary, Terms, Watch, run
from placet.runs import PlannedRun
from placet.tasks import Prepared, Requests, Task, Tools, Turn, estimate_of, schedule, too_many


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One run with its trials by case id, evidence and new ones together. `reused` counts trials from evidence."""

    run: PlannedRun
    base: Mapping[str, tuple[Trial, ...]]
    head: Mapping[str, tuple[Trial, ...]]
    reused: int
    evidence: tuple[str, ...]  # ids of the records that hold the trials
    measured: str = ""  # the day on which the oldest of the reused trials was measured


@dataclass(frozen=True, slots=True)
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
    turns = schedule(tasks)
    receiver = Receiver(turns, tools)
    summary = _hopeless(tasks, turns, tools.budget) or _call(tasks, turns, receiver, tools)
    done = [_finished(prepared, tools) for prepared in tasks]
    notes = (*receiver.troubles, *(tools.cache.notes if tools.cache else ()), *tools.ledger.problems)
    return Evaluation(
        tuple(done), summary.progress, summary.stopped, summary.kinds, summary.silent, tuple(dict.fromkeys(notes))
    )


def _hopeless(tasks: Sequence[Prepared], turns: Sequence[Turn], budget: Budget) -> Summary | None:
    """How a run ends that has nothing to call, or so much more than its budget that no cache will make up for it."""
    most, stopped = budget.max_calls, None
    if most is not None and len(turns) > most and too_many(tasks):
        stopped = Stopped("max-calls", f"{len(turns):,} calls are due, and the limit is {most:,}: none was made")
    return Summary(Progress(0, len(turns), 0, 0, 0.0, 0), stopped, {}, {}) if stopped or not turns else None


def _call(tasks: Sequence[Prepared], turns: Sequence[Turn], receiver: Receiver, tools: Tools) -> Summary:
    requests = Requests(turns)
    wires = wires_for({turn.task.arm.subject.provider for turn in turns}, tools.providers, tools.environ)
    if not tools.confirm(estimate_of(tasks, requests, tools)):
        raise PlacetError("not run: you said no", help="limit it with --max-calls or --max-cost, and run again")
    return run(
        requests, wires, Terms(tools.cache, tools.budget), Watch(receiver.result, receiver.progress, receiver.follow)
    )


def _finished(prepared: Prepared, tools: Tools) -> Evaluated:
    ids = [id for task in prepared.sides for id in task.records]
    whole = [task for task in prepared.sides if task.due and task.whole]
    ids += [tools.ledger.add(_record(task, tools), task.outputs) for task in whole]
    reused = sum(len(trials) for task in prepared.sides for trials in task.known.values())
    head = prepared.head.trials()
    base = prepared.base.trials() if prepared.base else (head if prepared.run.same_subject else {})
    measured = min((task.measured for task in prepared.sides if task.measured), default="")
    return Evaluated(prepared.run, base, head, reused, tuple(dict.fromkeys(ids)), measured)


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
        tool=f"placet {__version__}",
        cases=tuple(CaseRun(id, case_digest(by_id[id]), tuple(trials)) for id, trials in task.fresh.items()),
    )
