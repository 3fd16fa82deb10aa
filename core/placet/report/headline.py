"""A review in one line: the verdict first, then what it is about. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from placet.decision import PROMPT, Answer, Outcome, Reason
from placet.gate.verdicts import Code
from placet.parse.kinds import Kind
from placet.record import record
from placet.report.escape import tick
from placet.report.numbers import count, listed
from placet.report.rows import Mark
from placet.results import Review

#: How a gate is missed, the gravest first.
_MISSES = {
    Code.FORBIDDEN_HAPPENS: "does what it must never do:",
    Code.CRITICAL_FAILS: "fails cases that it must pass:",
    Code.WORSE_BEYOND_MARGIN: "gets worse at",
    Code.COSTS_MORE: "costs too much more:",
    Code.BELOW_FLOOR: "is below the floor of",
    Code.ABOVE_CEILING: "is above the ceiling of",
    Code.KNOWN_FAILURE: "still fails cases that it must pass:",
}


@record
class Headline:
    mark: Mark
    verdict: str
    text: str


def headline(review: Review) -> Headline:
    """The worst that became of any requirement decides. A warning about a control is no doubt about the change."""
    reasons = review.decision.reasons
    if review.decision.answer is Answer.ERROR:
        return Headline(Mark.ERROR, "Cannot decide", _error(reasons))
    if review.decision.answer is Answer.NON_PLACET:
        return Headline(Mark.BAD, "Non placet", _failed(review))
    if unsure := [one for one in reasons if one.outcome is Outcome.UNSURE and (one.judged or _unevaluated(one))]:
        return Headline(Mark.UNSURE, "Placet with a doubt", _doubt(review, unsure))
    if waived := [reason for reason in reasons if reason.outcome is Outcome.WAIVED]:
        return Headline(Mark.WAIVED, "Placet by waiver", f"{_named(waived)} {_is(waived)} not met, and waived")
    return Headline(Mark.GOOD, "Placet", _good(review))


def rolled_back(review: Review) -> tuple[tuple[str, str], ...]:
    """What goes back, and to which commit."""
    found = {
        _thing(outcome.run.why, outcome.run.prompt, outcome.run.system): review.rollbacks.get(
            outcome.run.head.subject.digest, ""
        )
        for outcome in review.outcomes
        if outcome.rollback and not outcome.run.same_subject
    }
    return tuple(found.items()) if review.is_rollback else ()


def _thing(why: str, prompt: str, system: str | None) -> str:
    return system if why == "model changed" and system else prompt.rpartition("/")[2]


def _rolls(review: Review) -> str:
    return " and ".join(f"rolls {tick(what)} back to {tick(commit[:7])}" for what, commit in rolled_back(review))


def _error(reasons: Iterable[Reason]) -> str:
    errors = [reason for reason in reasons if reason.outcome is Outcome.ERROR]
    missing = [reason for reason in errors if reason.judged]
    if missing:
        return f"evidence is incomplete for {_named(missing)}"
    if any(reason.id == "evidence" for reason in errors):
        return "evidence is incomplete"
    left = [reason for reason in errors if _unevaluated(reason)]
    return f"nothing evaluates {_prompts(left)}" if left else "code owners are not known"


def _failed(review: Review) -> str:
    unmet = review.decision.unmet()
    first = min(unmet, key=_gravity)
    more = len({(reason.system, reason.id.partition(" [")[0]) for reason in unmet}) - 1
    rest = f"; {count(more, 'more requirement')} {'is' if more == 1 else 'are'} not met" if more else ""
    if first.judged:
        return f"{tick(first.system)} {_miss(first)} {_ids([first])}{rest}"
    if first.id == "files valid":
        return f"a governed file is not valid{rest}"
    if any(reason.id == "files valid" or reason.judged for reason in unmet):
        return f"{tick(first.system)} does not meet {first.id}{rest}"
    return f"{_systems(reason.system for reason in unmet)} lacks {_ids(unmet)}"


def _gravity(reason: Reason) -> int:
    """Gates by how they are missed, then files, then controls."""
    if not reason.judged:
        return 100 if reason.id == "files valid" else 101
    codes = {found.code for found in reason.judged.result.reasons}
    told = next((place for place, code in enumerate(_MISSES) if code in codes), len(_MISSES))
    place = len(_MISSES) if Code.UNSIGNED_CLAIM in codes else told
    return 10 * place + bool(reason.judged.result.slice)


def _miss(reason: Reason) -> str:
    codes = {found.code for found in reason.judged.result.reasons} if reason.judged else set()
    if Code.UNSIGNED_CLAIM in codes:
        return "has only unsigned claims for"
    return next((text for code, text in _MISSES.items() if code in codes), "cannot show what its tier demands of")


def _doubt(review: Review, unsure: Sequence[Reason]) -> str:
    told, left = [one for one in unsure if one.judged], [one for one in unsure if not one.judged]
    parts = [_rolls(review), f"{_named(told)} cannot be told" if told else ""]
    return "; ".join(part for part in (*parts, f"nothing evaluates {_prompts(left)}" if left else "") if part)


def _unevaluated(reason: Reason) -> bool:
    return reason.id.startswith(PROMPT)


def _prompts(reasons: Iterable[Reason]) -> str:
    return listed([tick(path) for path in dict.fromkeys(one.id.removeprefix(PROMPT) for one in reasons)], 2)


def _named(reasons: Sequence[Reason]) -> str:
    """Metrics as a whole; slices are counted where nothing else is to be named."""
    whole = [reason for reason in reasons if not (reason.judged and reason.judged.result.slice)]
    systems = _systems(reason.system for reason in whole or reasons)
    return f"{_ids(whole) if whole else count(len(reasons), 'slice')} of {systems}"


def _is(reasons: Sequence[Reason]) -> str:
    return "is" if len({reason.id for reason in reasons}) == 1 else "are"


def _good(review: Review) -> str:
    plan = review.plan
    if not plan.edits:
        return "nothing governed changed"
    if rolls := _rolls(review):
        return rolls
    gated = [reason for reason in review.decision.reasons if reason.judged]
    systems = list(dict.fromkeys(reason.system for reason in gated))
    if gated:
        new = len(systems) == 1 and all(touched.base_tier is None for touched in plan.systems)
        verb = "is new and meets" if new else "meets" if len(systems) == 1 else "meet"
        by_claim = any(one.judged and one.judged.run and one.judged.run.suite.claims for one in gated)
        return f"{_systems(systems)} {verb} every gate{', some by what is claimed' if by_claim else ''}"
    if plan.systems and any(edit.kind is Kind.PROMPT and edit.material for edit in plan.edits):
        return f"nothing gates what changed in {_systems(touched.system.id for touched in plan.systems)}"
    if plan.systems:
        return f"nothing that reaches a model of {_systems(touched.system.id for touched in plan.systems)} changed"
    if plan.unregistered:
        prompts = dict.fromkeys(run.prompt for run in plan.unregistered)
        return f"no system uses {listed([tick(prompt) for prompt in prompts], 2)}, so nothing gates it"
    if plan.changes_policy:
        return "the policies that judge every system change; nothing was evaluated, and only approvals decide"
    return "no system is touched"


def _systems(ids: Iterable[str]) -> str:
    return listed([tick(id) for id in dict.fromkeys(ids) if id], 3) or "the change"


def _ids(reasons: Iterable[Reason]) -> str:
    names = dict.fromkeys(reason.id.removeprefix("gate ").removeprefix("control ") for reason in reasons)
    return listed([tick(name) for name in names], 3)
