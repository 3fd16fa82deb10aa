"""Looking again: more trials where a gate can't tell, and where cases disagree with themselves. Always on both sides.

Which runs go on is decided by `looks`; here the calls are made, within what is left of the budget. A second look that
can't be made whole isn't begun, and one that breaks off counts for nothing until it is completed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic

from placet.counted import Outcome, counted, wanted
from placet.evaluate import Evaluation, evaluate
from placet.gate.verdicts import Verdict
from placet.judge import Judged, verdict_of
from placet.looks import EXTENDED, UNSTEADY, extensible, undecided, unsteady
from placet.model.policy import GatePolicy
from placet.providers.costs import INTERRUPTED
from placet.providers.estimate import Estimate
from placet.record import record, replace
from placet.runner import Progress
from placet.tasks import Prepared, Tools, deeper, expected

#: Of the attempts before this one, how many are judged again to say what they came to.
MOST_SHOWN = 20


@record
class View:
    """How a review sees what was measured."""

    outcomes: Callable[[Evaluation], Sequence[Outcome]]
    judge: Callable[[Sequence[Outcome]], Sequence[Judged]]
    policy: Callable[[str | None], GatePolicy]


@record
class _Seen:
    """All runs with what is known of them by now."""

    tasks: Sequence[Prepared]
    evaluation: Evaluation

    def noted(self, note: str) -> _Seen:
        return replace(self, evaluation=replace(self.evaluation, notes=(*self.evaluation.notes, note)))


def look_again(tasks: Sequence[Prepared], first: Evaluation, tools: Tools, view: View) -> Evaluation:
    """What `first` becomes with the trials that are worth making."""
    if first.stopped or first.silent:
        return first
    outcomes = view.outcomes(first)
    seen = _extended(_Seen(tasks, first), outcomes, tools, view)
    if seen.evaluation.stopped:
        return seen.evaluation
    outcomes = view.outcomes(seen.evaluation) if seen.evaluation is not first else outcomes
    return _steadied(seen, outcomes, tools).evaluation


def _extended(seen: _Seen, outcomes: Sequence[Outcome], tools: Tools, view: View) -> _Seen:
    """Every case of the runs whose gates can't tell and may look twice."""
    further = {}
    for index in _unsure(outcomes, view):
        suite = outcomes[index].run.suite
        further[index] = deeper(seen.tasks[index], lambda case, own=suite: max(wanted(case, own), EXTENDED))  # type: ignore[misc]
    return _further(seen, further, tools, "a second look", ask=True)


def _unsure(outcomes: Sequence[Outcome], view: View) -> list[int]:
    open_ = [
        index
        for index, one in enumerate(outcomes)
        if extensible(one.run, view.policy(one.run.system), rollback=one.rollback)
    ]
    judged = view.judge(outcomes) if open_ else ()
    return [
        index
        for index in open_
        if undecided(each.result for each in judged if each.gated and each.run is outcomes[index].run)
    ]


def _steadied(seen: _Seen, outcomes: Sequence[Outcome], tools: Tools) -> _Seen:
    """Further trials of the cases that disagree with themselves, good and bad ones alike."""
    further = {}
    for index, one in enumerate(outcomes):
        ids = unsteady(one)
        if ids and one.run.system and not one.rollback and not one.run.suite.claims:
            further[index] = deeper(seen.tasks[index], lambda case, ids=ids: UNSTEADY if case.id in ids else 0)  # type: ignore[misc]
    return _further(seen, further, tools, "asking cases again that disagree with themselves", ask=False)


def _further(seen: _Seen, further: Mapping[int, Prepared], tools: Tools, what: str, *, ask: bool) -> _Seen:
    due = {index: one for index, one in further.items() if any(side.due for side in one.sides)}
    if not due:
        return seen
    rest = _rest(tools, seen.evaluation.progress)
    left = expected(list(due.values()), tools)
    if not _fits(left, rest):
        return seen.noted(f"{what} would take {left.calls:,} more calls, which the budget doesn't allow")
    if ask and not tools.confirm(left):
        return seen.noted(f"{what} was not taken: you said no")
    return _together(seen, due, evaluate(list(due.values()), rest), what)


def _rest(tools: Tools, spent: Progress) -> Tools:
    """The same tools with what is left of the budget; nobody is asked again."""
    budget = tools.budget
    calls = None if budget.max_calls is None else max(budget.max_calls - spent.calls, 0)
    cost = None if budget.max_cost_usd is None else max(budget.max_cost_usd - (spent.cost_usd or 0.0), 0.0)
    left = replace(budget, max_calls=calls, max_cost_usd=cost)
    return replace(tools, budget=left, confirm=lambda estimate: True)


def _fits(left: Estimate, rest: Tools) -> bool:
    budget = rest.budget
    affordable = budget.max_cost_usd is None or (left.cost_usd is not None and left.cost_usd <= budget.max_cost_usd)
    in_time = rest.ends is None or (left.seconds or 0.0) < rest.ends - monotonic()
    return affordable and in_time and (budget.max_calls is None or left.calls <= budget.max_calls)


def _together(seen: _Seen, due: Mapping[int, Prepared], more: Evaluation, what: str) -> _Seen:
    """Both as one. A run whose further trials aren't all there stays as the first look left it."""
    first = seen.evaluation
    runs, tasks = list(first.runs), list(seen.tasks)
    for (index, task), found in zip(due.items(), more.runs, strict=True):
        if all(side.whole for side in task.sides):
            evidence = tuple(dict.fromkeys((*runs[index].evidence, *found.evidence)))
            runs[index] = replace(runs[index], base=found.base, head=found.head, evidence=evidence)
            tasks[index] = task
    interrupted = more.stopped is not None and more.stopped.reason == INTERRUPTED
    broke = f"{what} broke off and doesn't count yet: {more.stopped.what}" if more.stopped else ""
    notes = (*first.notes, *more.notes, *((broke,) if broke and not interrupted else ()))
    evaluation = replace(
        first,
        runs=tuple(runs),
        progress=_sum(first.progress, more.progress),
        stopped=more.stopped if interrupted else first.stopped,
        errors={kind: first.errors.get(kind, 0) + more.errors.get(kind, 0) for kind in {*first.errors, *more.errors}},
        notes=tuple(dict.fromkeys(notes)),
    )
    return _Seen(tasks, evaluation)


def _sum(one: Progress, other: Progress) -> Progress:
    cost = None if one.cost_usd is None or other.cost_usd is None else one.cost_usd + other.cost_usd
    counts = (one.calls + other.calls, one.cached + other.cached, cost, one.errors + other.errors)
    return Progress(one.done + other.done, one.total + other.total, *counts)


def calls_of_second_looks(tasks: Sequence[Prepared], policy: Callable[[str | None], GatePolicy]) -> int:
    """How many calls second looks would add, if every gate that may have one can't tell at the first."""
    return sum(
        max(EXTENDED - max(len(side.known[case.id]), wanted(case, prepared.run.suite)), 0)
        for prepared in tasks
        if extensible(prepared.run, policy(prepared.run.system), rollback=prepared.going_back)
        for side in prepared.sides
        for case in side.arm.suite.cases
    )


def notes(outcomes: Sequence[Outcome], view: View) -> list[str]:
    """Which runs were looked at twice and what was tried before, by what evidence holds, whoever made it."""
    gated = [one for one in outcomes if one.run.system]
    tried: dict[tuple[str, str], list[Outcome]] = {}
    for one in gated:
        if one.attempts:
            tried.setdefault((one.run.system or "", one.run.prompt), []).append(one)
    return [*_twice(gated, view), *(_tried(own, view) for own in tried.values())]


def _twice(outcomes: Sequence[Outcome], view: View) -> Iterator[str]:
    for one in outcomes:
        suite = one.run.suite
        kept = [counted(side, suite) for side in (one.head, one.base) if side]
        rounds = min((len(own) for side in kept for own in side.values()), default=0)
        if extensible(one.run, view.policy(one.run.system), rollback=one.rollback) and rounds >= EXTENDED:
            yield f"{suite.name} of {one.run.system} was looked at twice: {rounds} trials of every case"


def _tried(outcomes: Sequence[Outcome], view: View) -> str:
    """The attempts before this one at one prompt, and what each would have come to: trying often is no evidence."""
    days = {attempt.subject: attempt.day for one in outcomes for attempt in reversed(one.attempts)}
    subjects = sorted(days, key=lambda subject: (days[subject], subject))
    verdicts = Counter(_verdict(outcomes, subject, view).value for subject in subjects[-MOST_SHOWN:])
    told = ", ".join(f"{number} {verdict}" for verdict, number in sorted(verdicts.items()))
    many = "1 other version" if len(subjects) == 1 else f"{len(subjects)} other versions"
    run, again = outcomes[0].run, {attempt.subject for one in outcomes for attempt in one.again}
    apart = "in white space, a seed, a name or scorers alone"
    same = f"; {len(again)} of them differ {apart}, and count as this one" if again else ""
    return f"{many} of {run.prompt} for {run.system} tried since {days[subjects[0]]}: {told}{same}"


def _verdict(outcomes: Sequence[Outcome], subject: str, view: View) -> Verdict:
    """What an attempt's suites come to by today's policy; the cost over all of a system's prompts is no part of it."""
    seen = [
        replace(one, head=attempt.trials, attempts=())
        for one in outcomes
        for attempt in one.attempts
        if attempt.subject == subject
    ]
    return verdict_of(judged for judged in view.judge(seen) if judged.run is not None)
