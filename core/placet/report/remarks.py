"""What passes all the same, in sentences: waivers, warnings, and what a rollback saves."""

from __future__ import annotations

from datetime import date

from placet.decision import Outcome, Reason
from placet.model.register import Waiver
from placet.report.escape import tick
from placet.report.headline import rolled_back
from placet.report.naming import at, of_system, whole
from placet.report.numbers import count, listed
from placet.results import Review


def waived(review: Review) -> list[str]:
    """What a waiver lets pass, which is never shown as met, with who answers for it."""
    return [
        of_system(reason, review) + _by(reason, _waiver(reason, review))
        for reason in review.decision.reasons
        if reason.outcome is Outcome.WAIVED
    ]


def _by(reason: Reason, waiver: Waiver | None) -> str:
    if waiver is None:
        return f"{tick(_waivable(reason))}: {reason.text}"
    what, _, _ = reason.text.partition("; waived until ")
    return f"{tick(_waivable(reason))}: {what}. Waived until {waiver.until}: {waiver.reason}{_answer_for(waiver)}"


def _answer_for(waiver: Waiver) -> str:
    people = f"{tick(waiver.owner)} owns the risk, {tick(waiver.approver)} approved"
    return f" ({people}; {tick(waiver.path)})"


def _waiver(reason: Reason, review: Review) -> Waiver | None:
    wanted = (reason.system, _waivable(reason))
    return next((one for one in review.waivers if (one.system, one.control) == wanted), None)


def unused(review: Review) -> list[str]:
    """Waivers that hold today and that nothing here needs."""
    used = {(one.system, _waivable(one)) for one in review.decision.reasons if one.outcome is Outcome.WAIVED}
    return [
        f"{tick(waiver.control)} of {tick(waiver.system)}, until {waiver.until}{_answer_for(waiver)}"
        for waiver in review.waivers
        if (waiver.system, waiver.control) not in used
    ]


def _waivable(reason: Reason) -> str:
    """What a waiver names: the metric as a whole, or the control."""
    return whole(reason.id).removeprefix("gate ").removeprefix("control ")


def remarks(review: Review) -> list[str]:
    """What passes with a warning, and what the review wants to say besides."""
    warned = [reason for reason in review.decision.reasons if reason.outcome is Outcome.UNSURE and not reason.judged]
    said = [
        f"{of_system(one, review)}{tick(one.id.removeprefix('control '))}: {one.text}{at(one.path)}" for one in warned
    ]
    return [*said, *review.notes]


def rollback(review: Review) -> str:
    """What a rollback goes back to, and what that saves; empty when the change is none."""
    back = rolled_back(review)
    if not back:
        return ""
    commits = dict.fromkeys(commit for _, commit in back)
    what = listed([f"{tick(commit[:7])}{_dated(review.rolled_back_to.get(commit, ''))}" for commit in commits], 3)
    judged = f"Same content as base had at {what}, judged by today's policy; the difference to today gates nothing."
    tier = review.plan.tier
    needed = review.decision.approvals.people
    allows = f" Tier {tier.label} allows a rollback with {count(needed, 'approval')}." if tier is not None else ""
    return judged + _age(review) + allows


def _age(review: Review) -> str:
    """How old the evidence is that it rests on."""
    if not review.measured:
        return ""
    days = (review.at.date() - date.fromisoformat(review.measured)).days
    ago = f", {count(days, 'day')} ago" if days > 0 else ""
    return f" The oldest evidence for it is of {review.measured}{ago}."


def _dated(day: str) -> str:
    return f" of {day}" if day else ""
