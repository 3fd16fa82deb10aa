"""The verdict on a change, with every reason as data.

Pure: `decide(plan, facts)` takes values and returns a value. The same function serves the terminal, the bot and, later,
policy tests and replays. Gates and approvals are kept apart; approvals are asked for here and counted elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

from placet.approvals import ApprovalNeeds, OwnerSet
from placet.change import Edit
from placet.controls import Standing
from placet.findings import Finding
from placet.gate.verdicts import Code, Verdict
from placet.judge import Judged
from placet.model.policy import Inconclusive, Policies, Tier
from placet.model.register import Waiver
from placet.parse.kinds import Kind
from placet.plan import Plan, Touched
from placet.reasons import Status as Outcome
from placet.record import record, replace

__all__ = ["PROMPT", "Answer", "Decision", "Facts", "Outcome", "Reason", "decide"]

#: How the id of a reason starts that is about a prompt which nothing evaluates.
PROMPT = "prompt "


class Answer(StrEnum):
    PLACET = "placet"
    NON_PLACET = "non placet"
    ERROR = "error"


@record
class Reason:
    """One requirement: `id` is stable (`gate core.accuracy`), `text` says how it stands."""

    id: str
    outcome: Outcome
    text: str
    path: str = ""
    system: str = ""
    judged: Judged | None = None


@record
class Facts:
    """What deciding needs beside the plan. `incomplete` says why evidence is missing, if it is."""

    findings: tuple[Finding, ...]  # errors of the merge that base doesn't have
    judged: tuple[Judged, ...]
    waivers: tuple[Waiver, ...]  # as base has them
    policies: Policies
    today: date
    rollbacks: Mapping[str, str]  # subject digest -> commit of base that had it
    incomplete: tuple[str, ...] = ()
    base_gone: frozenset[str] = frozenset()  # systems whose base can't be measured, since its model is gone


@record
class Decision:
    """`reasons` cover files, gates and controls; `approvals` says whose yes is needed besides."""

    reasons: tuple[Reason, ...]
    approvals: ApprovalNeeds

    @property
    def outcome(self) -> Outcome:
        return max((reason.outcome for reason in self.reasons), default=Outcome.MET)

    @property
    def answer(self) -> Answer:
        """Of files, gates and controls; approvals are decided on the pull request."""
        if self.outcome is Outcome.ERROR:
            return Answer.ERROR
        return Answer.NON_PLACET if self.outcome is Outcome.FAILED else Answer.PLACET

    def unmet(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.outcome >= Outcome.FAILED)


def decide(plan: Plan, facts: Facts) -> Decision:
    """Judge every requirement; never stop at the first that isn't met."""
    reasons = [
        _files(facts),
        *_configuration(plan),
        *(Reason("evidence", Outcome.ERROR, why) for why in facts.incomplete),
    ]
    for touched in plan.systems:
        reasons += _unevaluated(touched, facts)
        reasons += _gates(touched, facts)
        reasons += _controls(touched, facts)
    return Decision(tuple(reasons), _approvals(plan, tuple(reasons), facts))


def _files(facts: Facts) -> Reason:
    if not facts.findings:
        return Reason("files valid", Outcome.MET, "every governed file is what its schema and the rules ask for")
    first = facts.findings[0]
    more = f", and {len(facts.findings) - 1} more" if len(facts.findings) > 1 else ""
    text = f"{first.path}:{first.position.line}: {first.rule} {first.message}{more}"
    return Reason("files valid", Outcome.FAILED, text, first.path)


def _configuration(plan: Plan) -> Iterator[Reason]:
    """What makes owners unknowable: that is an error, never an empty requirement."""
    for error in plan.approvals.errors:
        yield Reason("code owners readable", Outcome.ERROR, f"CODEOWNERS of base, {error}", ".github/CODEOWNERS")
    if plan.approvals.unowned and plan.tier is not None and plan.tier >= Tier.HIGH:
        paths = ", ".join(plan.approvals.unowned)
        yield Reason("code owners known", Outcome.ERROR, f"nobody owns {paths}, and tier {plan.tier.label} demands it")


def _unevaluated(touched: Touched, facts: Facts) -> Iterator[Reason]:
    """A prompt that nothing judges is never a pass; at the lowest tier its owners may take it as it is.

    What a finding says already isn't said twice.
    """
    found = {finding.path for finding in facts.findings}
    for left in touched.unevaluated:
        if left.path in found:
            continue
        outcome = Outcome.ERROR if left.lost or touched.tier > Tier.LOW else Outcome.UNSURE
        yield Reason(f"{PROMPT}{left.path}", outcome, f"not evaluated: {left.why}", system=touched.system.id)


def _gates(touched: Touched, facts: Facts) -> Iterator[Reason]:
    policy = facts.policies.tiers[touched.tier].gates
    for judged in facts.judged:
        if judged.system != touched.system.id or not judged.gated:
            continue
        result = judged.result
        slice_ = f" [{result.slice}]" if result.slice else ""
        outcome = _outcome(judged, policy.inconclusive)
        text = "; ".join(reason.text for reason in result.reasons)
        reason = Reason(f"gate {result.id}{slice_}", outcome, text, system=touched.system.id, judged=judged)
        yield _waived(reason, result.id, touched, facts)


#: Why a result is inconclusive because evidence is missing, rather than because the data can't tell.
_INCOMPLETE = frozenset({Code.NO_EVIDENCE, Code.ERRORS_OVER_BUDGET, Code.TOO_FEW_TRIALS})


def _outcome(judged: Judged, inconclusive: Inconclusive) -> Outcome:
    match judged.result.verdict:
        case Verdict.PASS:
            return Outcome.MET
        case Verdict.FAIL:
            return Outcome.FAILED
        case _:
            if any(reason.code in _INCOMPLETE for reason in judged.result.reasons):
                return Outcome.ERROR
            unsigned = any(reason.code is Code.UNSIGNED_CLAIM for reason in judged.result.reasons)
            return Outcome.FAILED if unsigned or inconclusive is Inconclusive.BLOCK else Outcome.UNSURE


def _waived(reason: Reason, id: str, touched: Touched, facts: Facts) -> Reason:
    """The same reason, as waived when a waiver on base covers it today. An error can't be waived away."""
    if reason.outcome not in {Outcome.FAILED, Outcome.UNSURE}:
        return reason
    for waiver in facts.waivers:
        at_home = waiver.path.startswith(f"{touched.system.folder}/waivers/")  # where its owners had to approve it
        if at_home and waiver.control == id and waiver.system == touched.system.id and waiver.holds_on(facts.today):
            text = f"{reason.text}; waived until {waiver.until} by {waiver.approver}: {waiver.reason}"
            return replace(reason, outcome=Outcome.WAIVED, text=text)
    return reason


_OF_CONTROL = {Standing.MET: Outcome.MET, Standing.UNREACHED: Outcome.MET, Standing.LATER: Outcome.PENDING}


def _controls(touched: Touched, facts: Facts) -> Iterator[Reason]:
    back = _goes_back(touched, facts)
    for status in (due.on(facts.today) for due in touched.controls):
        outcome = _OF_CONTROL.get(status.standing, Outcome.FAILED)
        if outcome is Outcome.FAILED and status.standing is Standing.STALE and back:
            text = f"{status.text}; a rollback isn't held up by it"
            yield Reason(f"control {status.control.id}", Outcome.UNSURE, text, status.path, touched.system.id)
            continue
        reason = Reason(f"control {status.control.id}", outcome, status.text, status.path, touched.system.id)
        yield _waived(reason, status.control.id, touched, facts) if status.control.waivable else reason


def _goes_back(touched: Touched, facts: Facts) -> bool:
    """Whether every changed subject of the system is content that base had before."""
    changed = [run for run in touched.runs if run.base is not None and not run.same_subject]
    return (
        bool(changed) and not touched.unevaluated and all(run.head.subject.digest in facts.rollbacks for run in changed)
    )


#: A rollback that changes more than this, a registration say, is no mere return to what was judged before.
_OF_A_ROLLBACK = frozenset({Kind.PROMPT, Kind.SUITE, Kind.CASES, Kind.RECORDED, Kind.DOCUMENT})


def _approvals(plan: Plan, reasons: tuple[Reason, ...], facts: Facts) -> ApprovalNeeds:
    """The plan's needs; lighter for a rollback, and one more voice for each kind of doubt."""
    needs = plan.approvals
    only_back = bool(plan.systems) and all(_goes_back(touched, facts) for touched in plan.systems)
    back = {run.prompt for touched in plan.systems for run in touched.runs if not run.same_subject}
    only_back = only_back and all(_of_a_rollback(edit, back) for edit in plan.edits if edit.material)
    if only_back and not needs.because and not plan.changes_policy:
        strictest = max(touched.tier for touched in plan.systems)
        needs = replace(needs, people=facts.policies.tiers[strictest].approvals.rollback_people)
    extra = list(_extra_voices(plan, reasons, facts))
    sets = (*needs.owner_sets, *_for_unevaluated(plan, reasons), *extra)
    return replace(needs, people=needs.people + (1 if extra else 0), owner_sets=tuple(dict.fromkeys(sets)))


def _of_a_rollback(edit: Edit, back: Collection[str]) -> bool:
    """Whether `edit` is part of going back: a prompt only when it is one of those that do."""
    return edit.kind in _OF_A_ROLLBACK and (edit.kind is not Kind.PROMPT or edit.path in back)


def _owners(touched: Touched) -> tuple[str, ...]:
    """As base names them: a change doesn't choose who judges it."""
    owners = (touched.before or touched.system).owners
    return owners.get("business", ()) + owners.get("technical", ())


def _for_unevaluated(plan: Plan, reasons: Iterable[Reason]) -> Iterator[OwnerSet]:
    unsure = {one.system for one in reasons if one.outcome is Outcome.UNSURE and one.id.startswith(PROMPT)}
    for touched in plan.systems:
        if touched.system.id in unsure:
            paths = ", ".join(left.path for left in touched.unevaluated)
            yield OwnerSet(_owners(touched), f"owner: nothing evaluates {paths}")


def _extra_voices(plan: Plan, reasons: Iterable[Reason], facts: Facts) -> Iterator[OwnerSet]:
    policies = facts.policies
    unsure = [reason for reason in reasons if reason.outcome is Outcome.UNSURE and reason.judged]
    for touched in plan.systems:
        if touched.system.id in facts.base_gone:
            owners = _owners(touched)
            yield OwnerSet(owners, "one more approval, since base's model is gone and nothing can be compared with it")
        doubts = tuple(reason.id.removeprefix("gate ") for reason in unsure if reason.system == touched.system.id)
        how = policies.tiers[touched.tier].gates.inconclusive
        if not doubts or how not in {Inconclusive.OWNER_APPROVES, Inconclusive.RISK_APPROVES}:
            continue
        risk = policies.settings.roles.get("risk", ())
        asked = risk if how is Inconclusive.RISK_APPROVES else _owners(touched)
        yield OwnerSet(asked, f"one more approval, since {', '.join(doubts)} can't be told")
