"""The main job: plan a change, run what is required, judge it, decide. The terminal and the bot call the same function.

Reads and writes through git, the ledger and the runner; decides nothing itself.
"""

from __future__ import annotations

import os
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import date
from time import monotonic

from placet.again import View, calls_of_second_looks, look_again, notes
from placet.cache import Cache
from placet.calibrations import calibrations
from placet.clock import now
from placet.decision import Facts, decide
from placet.errors import PlacetError
from placet.evaluate import Evaluated, Evaluation, evaluate
from placet.findings import Finding, Severity
from placet.gather import Gathered
from placet.git.records import REGULAR
from placet.git.repository import Repository
from placet.judge import Judged, Outcome, judge
from placet.labels import labels_of
from placet.ledger import Ledger
from placet.model.label import Label
from placet.model.policy import Limits, Policies, Tier
from placet.model.register import Waiver
from placet.model.suite import Suite
from placet.parse.kinds import Kind, kind_of, system_of
from placet.parse.snapshot import Snapshot
from placet.plan import Plan
from placet.prices import EMPTY, LARGEST, Table, from_bytes, priced, wanted
from placet.prices import PATH as PRICES
from placet.providers.costs import INTERRUPTED, Budget
from placet.providers.estimate import Estimate
from placet.providers.wire import Kind as Trouble
from placet.record import field, record
from placet.results import Expected, Review, Spent
from placet.rules.catalogue import check, check_merge
from placet.runner import Progress
from placet.shared import named
from placet.supplied import texts_of
from placet.tasks import Tools, expected, prepare
from placet.unbuilt import unbuilt

#: Days for which evidence of a prompt without a system is reused.
_UNREGISTERED_AGE = 365


@record
class Wishes:
    """What the caller allows and wants to hear of."""

    budget: Budget = field(default_factory=Budget)
    confirm: Callable[[Estimate], bool] = lambda estimate: True
    progress: Callable[[Progress, Mapping[str, tuple[int, int]]], None] = lambda progress, suites: None
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    seconds: float | None = None  # for all calls together


def tools_for(repository: Repository, gathered: Gathered, wishes: Wishes) -> Tools:
    folder = repository.common_dir / "placet"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise PlacetError(
            f"{folder} can't be made: {error.strerror}", help="evidence is kept there; make the git directory writable"
        ) from error
    table = prices_of(repository, gathered)
    return Tools(
        ledger=Ledger(folder),
        cache=Cache(folder / "cache.sqlite"),
        providers=priced(policies_of(gathered).providers, table),
        prices=table.digest if table.models else "",
        environ=wishes.environ,
        now=now(),
        clock=now,
        budget=_lower(policies_of(gathered).settings.budget, wishes.budget),
        ends=_ends(policies_of(gathered).settings.budget, wishes.seconds),
        confirm=wishes.confirm,
        progress=wishes.progress,
    )


def prices_of(repository: Repository, gathered: Gathered) -> Table:
    """Base's table of prices; an empty one where no model takes its price from it."""
    if not wanted(policies_of(gathered).providers.values()):
        return EMPTY
    entries = [entry for entry in repository.tree_entries(gathered.ends.base, [PRICES]) if entry.mode == REGULAR]
    sizes = repository.sizes([entry.blob for entry in entries])
    if not entries or max(sizes.values()) > LARGEST:
        return EMPTY
    return from_bytes(repository.blobs(sizes)[entries[0].blob])


def _lower(policy: Limits, wish: Budget) -> Budget:
    """What a command asks for, never more than policy allows."""
    calls = [most for most in (policy.max_calls, wish.max_calls) if most is not None]
    costs = [most for most in (policy.max_cost_usd, wish.max_cost_usd) if most is not None]
    return Budget(min(calls, default=None), min(costs, default=None))


def _ends(policy: Limits, wish: float | None) -> float | None:
    """The deadline, on the clock that never jumps."""
    most = None if policy.max_minutes is None else policy.max_minutes * 60
    given = [seconds for seconds in (wish, most) if seconds is not None]
    return monotonic() + min(given) if given else None


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
        more = calls_of_second_looks(tasks, _view(gathered, tools.ledger).policy)
    known = sum(task.reused for prepared in tasks for task in prepared.sides)
    return Expected(left.calls, known, left.cost_usd, left.seconds, left.at_least, more)


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
    view = _view(gathered, tools.ledger)
    with closing(tools):
        tasks = prepare(gathered.plan.runs, tools, max_ages(gathered), gathered.rollbacks)
        evaluation = look_again(tasks, evaluate(tasks, tools), tools, view)
    if evaluation.stopped and evaluation.stopped.reason == INTERRUPTED:
        raise KeyboardInterrupt
    outcomes = view.outcomes(evaluation)
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
        prices=tools.prices,
        policy=gathered.policy,
        left_out=gathered.left_out,
        notes=(*gathered.plan.notes, *evaluation.notes, *notes(outcomes, view)),
        at=tools.now,
        tiers=facts.policies.tiers,
        waivers=_in_force(gathered, facts.today),
        findings=facts.findings,
        measured=min((run.measured for run in evaluation.runs if run.measured), default=""),
    )


def facts_of(gathered: Gathered, evaluation: Evaluation, tools: Tools) -> Facts:
    """What a decision would rest on, were `evaluation` all there is."""
    return _facts(gathered, evaluation, _view(gathered, tools.ledger).outcomes(evaluation), tools.now.date())


def _view(gathered: Gathered, ledger: Ledger) -> View:
    """How what was measured is seen: at the first look, at a second, and by the decision alike."""
    policies, tiers = policies_of(gathered), _tiers(gathered.plan)
    return View(
        outcomes=lambda evaluation: [_outcome(run, gathered, evaluation, ledger) for run in evaluation.runs],
        judge=lambda outcomes: _judged(outcomes, gathered),
        policy=lambda system: policies.tiers[tiers.get(system, Tier.LOW)].gates,
    )


def _judged(outcomes: Sequence[Outcome], gathered: Gathered) -> tuple[Judged, ...]:
    before = _suites_of_base(gathered.base)
    return judge(outcomes, policies_of(gathered), _tiers(gathered.plan), _new(gathered.plan), before)


def _facts(gathered: Gathered, evaluation: Evaluation, outcomes: Sequence[Outcome], today: date) -> Facts:
    """Everything that deciding needs, gathered once."""
    policies = policies_of(gathered)
    return Facts(
        findings=holding_up(gathered, today),
        judged=_judged(outcomes, gathered),
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


def _outcome(evaluated: Evaluated, gathered: Gathered, evaluation: Evaluation, ledger: Ledger) -> Outcome:
    rollback = evaluated.run.head.subject.digest in gathered.rollbacks
    live = evaluated.reused == 0 and evaluation.progress.cached == 0 and not evaluated.run.suite.claims
    gone = _base_gone(evaluated)
    judges = calibrations(evaluated.run.suite, _labels(evaluated, gathered.base), ledger)
    base, head = {} if gone else evaluated.base, evaluated.run.head.subject.digest
    tried = tuple(attempt for attempt in evaluated.attempts if not attempt.repeats(head, evaluated.head))
    return Outcome(evaluated.run, base, evaluated.head, rollback, live, gone, judges, tried)


def _labels(evaluated: Evaluated, base: Snapshot) -> tuple[Label, ...]:
    """What people found of the suite's outputs, as base has it: a change brings no witnesses for its own judge."""
    system = base.by_id.get(evaluated.run.system or "")
    return labels_of(system, evaluated.run.suite.name, base) if system else ()


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
    found = new_findings(gathered.base, gathered.merged, today, _blind_spots(gathered))
    return (*found, *unbuilt(gathered.base, gathered.merged))


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
        or (kind_of(path) in {Kind.CASES, Kind.RECORDED} and f"systems/{system_of(path)}" in touched)
    )


def _suites_of_base(base: Snapshot) -> dict[str, Suite]:
    """By path, named as they run."""
    return {**base.suites, **{path: named(suite) for path, suite in base.shared.items()}}


def _incomplete(plan: Plan, evaluation: Evaluation) -> list[str]:
    why = [evaluation.stopped.what] if evaluation.stopped else []
    why += [
        f"provider {name} doesn't answer: {error.kind}: {error.detail}" for name, error in evaluation.silent.items()
    ]
    return why if plan.systems else []


def _answers(evaluation: Evaluation, tools: Tools) -> Mapping[str, str]:
    """Outputs by digest, of every record that the review used."""
    subjects = {arm.subject.digest for run in evaluation.runs for arm in (run.run.head, run.run.base) if arm}
    kept = tools.ledger.outputs(record for subject in sorted(subjects) for record in tools.ledger.runs(subject))
    recordings = [arm.recording for run in evaluation.runs for arm in (run.run.head, run.run.base) if arm]
    supplied = [texts_of(recording) for recording in recordings if recording]
    return dict(ChainMap(dict(kept), *supplied)) if supplied else kept
