"""What evidence alone knows of a change: the last review of it once more, without a single call.

Reads the ledger through `tasks`; calls no model, asks for no credential and writes nothing. What evidence lacks is said
and never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from placet.decision import Decision, Facts, decide
from placet.evaluate import Evaluated, Evaluation
from placet.gather import Gathered
from placet.providers.costs import Stopped
from placet.record import record
from placet.review import facts_of, max_ages
from placet.runner import Progress
from placet.tasks import Prepared, Task, Tools, prepare

#: Why calls were left unmade.
UNASKED = "not-asked"
_MOST = 5


@record
class Known:
    """What a decision rests on, the decision, and the ids of the records that hold the trials."""

    facts: Facts
    decision: Decision
    evidence: tuple[str, ...]


def known(gathered: Gathered, tools: Tools) -> Known:
    """Closes `tools`."""
    with closing(tools):
        tasks = prepare(gathered.plan.runs, tools, max_ages(gathered), gathered.rollbacks)
    evaluation = evaluation_of(tasks)
    facts = facts_of(gathered, evaluation, tools)
    ids = sorted({id for run in evaluation.runs for id in run.evidence})
    return Known(facts, decide(gathered.plan, facts), tuple(ids))


def evaluation_of(tasks: Sequence[Prepared]) -> Evaluation:
    """The runs as evidence has them; stopped before the first call, where one would be due."""
    missing = list(_missing(tasks))
    more = f", and {len(missing) - _MOST} more runs" if len(missing) > _MOST else ""
    what = f"evidence lacks {', '.join(missing[:_MOST])}{more}; `placet review` makes these calls"
    stopped = Stopped(UNASKED, what) if missing else None
    return Evaluation(tuple(_evaluated(prepared) for prepared in tasks), _NOTHING, stopped, {}, {})


_NOTHING = Progress(0, 0, 0, 0, 0.0, 0)


def _evaluated(prepared: Prepared) -> Evaluated:
    head = prepared.head.trials()
    base = prepared.base.trials() if prepared.base else (head if prepared.run.same_subject else {})
    ids = dict.fromkeys(id for task in prepared.sides for id in (*task.records, *task.claimed))
    measured = min((task.measured for task in prepared.sides if task.measured), default="")
    reused = sum(task.reused for task in prepared.sides)
    return Evaluated(prepared.run, base, head, reused, tuple(ids), measured, prepared.attempts)


def _missing(tasks: Sequence[Prepared]) -> Iterator[str]:
    for prepared in tasks:
        if prepared.run.system is None:  # shown and gated by nothing
            continue
        sides = [("head", prepared.head), *([("base", prepared.base)] if prepared.base else [])]
        lacking = [f"{len(task.due):,} of {_whole(task):,} trials of {side}" for side, task in sides if task.due]
        if lacking:
            yield f"{' and '.join(lacking)} in {prepared.run.suite.name} of {prepared.run.system}"


def _whole(task: Task) -> int:
    return len(task.due) + sum(map(len, task.known.values()))
