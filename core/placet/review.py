"""The main job: plan a change, run what is required, judge it, decide. The terminal and the bot call the same function.

Reads and writes through git, the ledger and the runner; decides nothing itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date

from placet.cache import Cache
from placet.clock import now
from placet.decision import Facts, decide
from placet.errors import PlacetError
from placet.evaluate import Evaluated, Evaluation, evaluate
from placet.findings import Finding, Severity
from placet.gather import Gathered
from placet.git.repository import Repository
from placet.judge import Outcome, judge
from placet.ledger import Ledger
from placet.model.policy import Policies, Tier
from placet.model.register import Waiver
from placet.parse.kinds import Kind, kind_of, system_of
from placet.parse.snapshot import Snapshot
from placet.plan import Plan
from placet.providers.costs import INTERRUPTED, Budget
from placet.providers.estimate import Estimate
from placet.providers.wire import Kind as Trouble
from placet.results import Expected, Review, Spent
from placet.rules.catalogue import check, check_merge
from placet.runner import Progress
from placet.tasks import Tools, expected, prepare

#: Days for which evidence of a prompt without a system is reused.
_UNREGISTERED_AGE = 365


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller allows and wants to hear of."""

    budget: Budget = field(default_factory=Budget)
    confirm: Callable[[Estimate], bool] = lambda estimate: True
    progress: Callable[[Progress, Mapping[str, tuple[int, int]]], None] = lambda progress, suites: None
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))


def tools_for(repository: Repository, gathered: Gathered, wishes: Wishes) -> Tools:
    folder = repository.common_dir / "placet"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise PlacetError(
            f"{folder} can't be made: {error.strerror}", help="evidence is kept there; make the git directory writable"
        ) from error
    return Tools(
        ledger=Ledger(folder),
        cache=Cache(folder / "cache.sqlite"),
        providers=policies_of(gathered).providers,
        environ=wishes.environ,
        now=now(),
        clock=now,
        budget=wishes.budget,
        confirm=wishes.confirm,
        progress=wishes.progress,
    )


def policies_of(gathered: Gathered) -> Policies:
    """The policies that decide: those of base, which `gather` has found whole."""
    policies = gathered.base.policies
    if policies is None:
        msg = "gathered without policies"
        raise ValueError(msg)
    return policies


def expected_of(gathered: Gathered, tools: Tools) -> Expected:
    """What a review would still have to call. Closes `tools`."""
    with closing(tools):
        tasks = prepare(gathered.plan.runs, tools, max_ages(gathered), gathered.rollbacks)
        left = expected(tasks, tools)
    known = sum(len(trials) for prepared in tasks for task in prepared.sides for trials in task.known.values())
    return Expected(left.calls, known, left.cost_usd, left.seconds)


def max_ages(gathered: Gathered) -> dict[str | None, int]:
    tiers = policies_of(gathered).tiers
    ages: dict[str | None, int] = {
        touched.system.id: tiers[touched.tier].max_age_days for touched in gathered.plan.systems
    }
    return {None: _UNREGISTERED_AGE} | ages


def review(gathered: Gathered, tools: Tools) -> Review:
    """Evaluate and decide, and close `tools`. Never raises for what a model or a file says.

    Raises KeyboardInterrupt when a person stopped it.
    """
    with closing(tools):
        evaluation = evaluate(prepare(gathered.plan.runs, tools, max_ages(gathered), gathered.rollbacks), tools)
    if evaluation.stopped and evaluation.stopped.reason == INTERRUPTED:
        raise KeyboardInterrupt
    outcomes = [_outcome(evaluated, gathered, evaluation) for evaluated in evaluation.runs]
    facts = _facts(gathered, evaluation, outcomes, tools.now.date())
    return Review(
        base_name=gathered.base_name,
        plan=gathered.plan,
        outcomes=tuple(outcomes),
        judged=facts.judged,
        decision=decide(gathered.plan, facts),
        spent=_spent(evaluation),
        rollbacks=gathered.rollbacks,
        rolled_back_to=gathered.dates,
        evidence=tuple(dict.fromkeys(id for run in evaluation.runs for id in run.evidence)),
        answers=_answers(evaluation, tools),
        policy=gathered.policy,
        left_out=gathered.left_out,
        notes=(*gathered.plan.notes, *evaluation.notes),
        at=tools.now,
        tiers=facts.policies.tiers,
        waivers=_in_force(gathered, facts.today),
        findings=facts.findings,
        measured=min((run.measured for run in evaluation.runs if run.measured), default=""),
    )


def _facts(gathered: Gathered, evaluation: Evaluation, outcomes: Sequence[Outcome], today: date) -> Facts:
    """Everything that deciding needs, gathered once."""
    policies = policies_of(gathered)
    return Facts(
        findings=holding_up(gathered, today),
        judged=judge(outcomes, policies, _tiers(gathered.plan), _new(gathered.plan), gathered.base.suites),
        waivers=tuple(gathered.base.waivers.values()),
        policies=policies,
        today=today,
        rollbacks=gathered.rollbacks,
        incomplete=tuple(_incomplete(gathered.plan, evaluation)),
        base_gone=frozenset(outcome.run.system for outcome in outcomes if outcome.base_gone and outcome.run.system),
    )


def _in_force(gathered: Gathered, today: date) -> tuple[Waiver, ...]:
    """The waivers on base that hold today for a touched system, needed or not: each stands in the comment."""
    touched = {touched.system.id for touched in gathered.plan.systems}
    held = (waiver for waiver in gathered.base.waivers.values() if waiver.holds_on(today))
    return tuple(waiver for waiver in held if waiver.system in touched)


def _spent(evaluation: Evaluation) -> Spent:
    progress = evaluation.progress
    reused = sum(run.reused for run in evaluation.runs)
    return Spent(progress.calls, progress.cached, reused, progress.cost_usd, evaluation.errors)


def _outcome(evaluated: Evaluated, gathered: Gathered, evaluation: Evaluation) -> Outcome:
    rollback = evaluated.run.head.subject.digest in gathered.rollbacks
    live = evaluated.reused == 0 and evaluation.progress.cached == 0
    gone = _base_gone(evaluated)
    return Outcome(evaluated.run, {} if gone else evaluated.base, evaluated.head, rollback, live, gone)


def _base_gone(evaluated: Evaluated) -> bool:
    """Whether the provider refuses every call to base's model, and answers those to the model that replaces it."""
    before, after = evaluated.run.base, evaluated.run.head
    if before is None or before.subject.model == after.subject.model:
        return False
    asked = [trial for trials in evaluated.base.values() for trial in trials]
    answered = any(trial.error is None for trials in evaluated.head.values() for trial in trials)
    return bool(asked) and answered and all(trial.error == Trouble.CLIENT_ERROR for trial in asked)


def _tiers(plan: Plan) -> dict[str | None, Tier]:
    return {touched.system.id: touched.tier for touched in plan.systems}


def _new(plan: Plan) -> frozenset[str]:
    return frozenset(touched.system.id for touched in plan.systems if touched.base_tier is None)


def holding_up(gathered: Gathered, today: date) -> tuple[Finding, ...]:
    """New errors, and older ones in files that hide what the change has to be judged by."""
    return new_findings(gathered.base, gathered.merged, today, _blind_spots(gathered))


def new_findings(
    base: Snapshot, merged: Snapshot, today: date, blind: frozenset[str] = frozenset()
) -> tuple[Finding, ...]:
    """Errors that the merge would bring, by base's policies. What base has broken already holds up no other change."""
    before = {
        (finding.rule, finding.path, finding.message) for finding in check(base, today) if finding.path not in blind
    }
    errors = (finding for finding in check_merge(merged, base, today) if finding.severity is Severity.ERROR)
    return tuple(finding for finding in errors if (finding.rule, finding.path, finding.message) not in before)


def _blind_spots(gathered: Gathered) -> frozenset[str]:
    """Files that can't be read and might judge the change: a touched system's suites and cases, and registrations.

    A prompt may belong to any system whose registration can't be read.
    """
    touched = {touched.system.folder for touched in gathered.plan.systems}
    prompts = any(edit.kind is Kind.PROMPT for edit in gathered.plan.edits)
    read = gathered.merged.systems.keys() | gathered.merged.suites.keys()
    return frozenset(
        path
        for path in gathered.merged.files
        if (kind_of(path) is Kind.SYSTEM and prompts and path not in read)
        or (kind_of(path) is Kind.SUITE and path not in read and f"systems/{system_of(path)}" in touched)
        or (kind_of(path) is Kind.CASES and f"systems/{system_of(path)}" in touched)
    )


def _incomplete(plan: Plan, evaluation: Evaluation) -> list[str]:
    why = [evaluation.stopped.what] if evaluation.stopped else []
    why += [
        f"provider {name} doesn't answer: {error.kind}: {error.detail}" for name, error in evaluation.silent.items()
    ]
    return why if plan.systems else []


def _answers(evaluation: Evaluation, tools: Tools) -> dict[str, str]:
    """Outputs by digest, of every record that the review used."""
    subjects = {arm.subject.digest for run in evaluation.runs for arm in (run.run.head, run.run.base) if arm}
    return tools.ledger.outputs(record for subject in sorted(subjects) for record in tools.ledger.runs(subject))
