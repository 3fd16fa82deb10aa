"""A decision as one tree of requirements, with digests of everything it was made of.

Pure. `decided(plan, facts, decision, approvals)` only arranges what `decide` and the count of approvals have found: no
requirement is met here that wasn't met there. Without a count, approvals stand open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from placet.approvals import ApprovalNeeds, OwnerSet
from placet.controls import ControlStatus
from placet.decision import PROMPT, Answer, Decision, Facts, Reason
from placet.digest import digest
from placet.gate.verdicts import MetricResult
from placet.model.policy import Tier
from placet.plan import Plan
from placet.reasons import Node, Status, walk, worst
from placet.record import as_dict, field, record, replace
from placet.unblocking import unblock

_TIERS, _CODEOWNERS = "policies/tiers.yaml", ".github/CODEOWNERS"
_MOST_NAMED = 5


@record
class Decided:
    """`counted` says whether approvals were: if not, `answer` is of files, gates and controls alone."""

    answer: Answer
    counted: bool
    day: str
    requirements: tuple[Node, ...]
    inputs: Mapping[str, str] = field(default_factory=dict)  # what it was made of -> its digest, or git's id
    evidence: tuple[str, ...] = ()  # ids of the records that hold the trials

    @property
    def status(self) -> Status:
        return worst(self.requirements)

    @property
    def unmet(self) -> tuple[Node, ...]:
        """What keeps the answer from being `placet`."""
        return tuple(one for one in self.requirements if _blocks(one, counted=self.counted))


def _blocks(one: Node, *, counted: bool) -> bool:
    return one.status >= Status.FAILED or (counted and one.status is Status.PENDING and not _later(one))


def _later(one: Node) -> bool:
    """Whether somebody's approval will tell, which is counted by itself."""
    return one.id.startswith("control ") and one.status is Status.PENDING


def decided(plan: Plan, facts: Facts, decision: Decision, approvals: Node | None = None) -> Decided:
    """`approvals` is the count, where there is one: its parts stand beside the other requirements."""
    first = [_requirement(reason, plan, facts) for reason in decision.reasons]
    needed = approvals_of(decision.approvals) if approvals is None else approvals.children or (approvals,)
    counted = approvals is not None
    if approvals is not None and approvals.is_met:  # whose yes a control asks for is among those counted
        first = [replace(one, status=Status.MET) if _later(one) else one for one in first]
    requirements = (*first, *needed)
    return Decided(
        answer=_answer(requirements, decision.answer, counted=counted),
        counted=counted,
        day=facts.today.isoformat(),
        requirements=requirements,
        inputs=inputs(plan, facts, decision),
    )


def _answer(requirements: Iterable[Node], of_gates: Answer, *, counted: bool) -> Answer:
    if not counted:
        return of_gates
    known = list(requirements)
    if any(one.status is Status.ERROR for one in known):
        return Answer.ERROR
    return Answer.NON_PLACET if any(_blocks(one, counted=True) for one in known) else Answer.PLACET


def inputs(plan: Plan, facts: Facts, decision: Decision) -> dict[str, str]:
    """Digests of what the decision was made of: with the same ones it is the same decision."""
    return {
        "base": plan.ends.base,
        "head": plan.ends.head,
        "merge base": plan.ends.merge_base,
        "plan": digest(_plain(_planned(plan))),
        "findings": digest([[one.rule, one.path, one.message] for one in facts.findings]),
        "results": digest(_plain([[one.system, one.gated, as_dict(one.result)] for one in facts.judged])),
        "waivers": digest(_plain([as_dict(one) for one in facts.waivers])),
        "policies": digest(_plain(as_dict(facts.policies))),
        "rollbacks": digest(dict(facts.rollbacks)),
        "missing": digest([*facts.incomplete, *sorted(facts.base_gone)]),
        "approvals needed": digest(_plain(as_dict(decision.approvals))),
        "day": facts.today.isoformat(),
    }


def _planned(plan: Plan) -> dict[str, Any]:
    return {
        "edits": [as_dict(edit) for edit in plan.edits],
        "systems": [
            {
                "id": one.system.id,
                "tiers": [one.tier, one.base_tier, one.head_tier],
                "runs": [[run.suite.name, run.head.subject.digest, run.why] for run in one.runs],
                "controls": [[status.control.id, status.standing, status.text] for status in one.controls],
                "lowers": [*one.relaxed, *(as_dict(weak) for weak in one.weakenings)],
                "unevaluated": [as_dict(left) for left in one.unevaluated],
            }
            for one in plan.systems
        ],
        "approvals": as_dict(plan.approvals),
    }


def _plain(value: Any) -> Any:
    """Only what canonical JSON has: what isn't a finite number or a text is written as a text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [_plain(item) for item in (sorted(value) if isinstance(value, frozenset | set) else value)]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if -_LARGEST < value < _LARGEST else repr(value)
    return str(value).encode("utf-8", "backslashreplace").decode()


#: Beyond this a number isn't exact in JSON.
_LARGEST = 2**53


def _requirement(reason: Reason, plan: Plan, facts: Facts) -> Node:
    status = _status(reason, plan)
    return Node(
        id=reason.id,
        status=reason.outcome,
        text=reason.text,
        system=reason.system,
        places=tuple(dict.fromkeys(_places(reason, status, plan, facts))),
        numbers=numbers(reason.judged.result) if reason.judged else {},
        unblock=unblock(reason, status, facts),
        children=_findings(facts) if reason.id == "files valid" else (),
    )


def _status(reason: Reason, plan: Plan) -> ControlStatus | None:
    found = (
        status
        for touched in plan.systems
        if touched.system.id == reason.system
        for status in touched.controls
        if reason.id == f"control {status.control.id}"
    )
    return next(found, None)


def _places(reason: Reason, status: ControlStatus | None, plan: Plan, facts: Facts) -> Iterator[str]:
    """What demands it first, then what shows it."""
    if reason.judged and reason.judged.run:
        suite, metric = reason.judged.run.suite, reason.judged.result.metric
        line = next((gate.position.line for gate in suite.gates if gate.metric == metric), None)
        yield suite.path if line is None else f"{suite.path}:{line}"
    if status and status.control.path:
        yield status.control.path
    tier = next((one.tier for one in plan.systems if one.system.id == reason.system), None)
    if tier is not None and (reason.judged or status or reason.id.startswith(PROMPT)):
        yield _line_of(tier, facts)
    if reason.path:
        yield reason.path


def _line_of(tier: Tier, facts: Facts) -> str:
    return f"{_TIERS}:{facts.policies.tiers[tier].position.line}"


def _findings(facts: Facts) -> tuple[Node, ...]:
    return tuple(
        Node(
            id=f"{one.rule} {one.path}:{one.position.line}:{one.position.column}",
            status=Status.FAILED,
            text=one.message,
            places=(f"{one.path}:{one.position.line}",),
            unblock=(one.help,) if one.help else (),
        )
        for one in facts.findings
    )


_FIGURES = ("base", "head", "difference", "ratio")
_AMOUNTS = (
    "p_worse", "mcnemar", "pairs", "dropped", "passed", "total", "cases_planned", "cases_to_decide", "looks",
)  # fmt: skip


def numbers(result: MetricResult) -> dict[str, Any]:
    """Every number that led to a verdict, with its interval; what wasn't measured or asked is left out."""
    found: dict[str, Any] = {"unit": result.unit.value, "verdict": result.verdict.value}
    for name in _FIGURES:
        estimate = getattr(result, name)
        if estimate is not None:
            kept = {key: _plain(value) for key, value in as_dict(estimate).items() if value not in (None, "")}
            found[name] = kept
    found["asked"] = {key: value for key, value in as_dict(result.bounds).items() if value is not None}
    found |= {name: value for name in _AMOUNTS if (value := getattr(result, name)) is not None}
    if result.newly_failing:
        found["newly_failing"] = list(result.newly_failing)
    codes = [{"code": reason.code.value, "text": reason.text} for reason in result.reasons]
    return {**found, "reasons": codes} if codes else found


def approvals_of(needs: ApprovalNeeds) -> tuple[Node, ...]:
    """What is asked of people, before anybody is counted."""
    sets = [_owner_sets(owners, sets) for owners, sets in _by_owners(needs.owner_sets).items()]
    if needs.unowned:
        paths = ", ".join(needs.unowned)
        sets.append(Node("owners of nothing", Status.PENDING, f"nobody owns {paths}", places=(_CODEOWNERS,)))
    if not needs.people:
        return tuple(sets)
    who = "1 independent person" if needs.people == 1 else f"{needs.people} independent people"
    text = "not counted here: approvals are decided on the pull request"
    people = Node(who, Status.PENDING, text, unblock=(f"{who} approve{'s' if needs.people == 1 else ''}",))
    return (*sets, people)


def _by_owners(sets: Iterable[OwnerSet]) -> dict[tuple[str, ...], list[OwnerSet]]:
    """The same people asked for several reasons are one requirement."""
    found: dict[tuple[str, ...], list[OwnerSet]] = {}
    for one in sets:
        found.setdefault(one.owners, []).append(one)
    return found


def _owner_sets(owners: tuple[str, ...], sets: Iterable[OwnerSet]) -> Node:
    known = list(sets)
    who = " or ".join(owners) or "somebody whom no file names yet"
    places = (_CODEOWNERS,) if any(one.paths for one in known) else (_TIERS,)
    text = "; ".join(_why(one) for one in known)
    return Node(f"owners {who}", Status.PENDING, text, places=places, unblock=(f"an approval of {who}",))


def _why(owners: OwnerSet) -> str:
    shown = ", ".join(owners.paths[:_MOST_NAMED])
    more = f" and {len(owners.paths) - _MOST_NAMED} more" if len(owners.paths) > _MOST_NAMED else ""
    return f"{owners.why}{f' of {shown}{more}' if shown else ''}"


def of(requirements: Iterable[Node], wanted: str) -> list[Node]:
    """The requirements that `wanted` names: by the whole id, by its end (`core.accuracy`), else by a part of it."""
    known = [one for top in requirements for one in walk(top)]
    for fits in (_is, _ends, _has):
        if found := [one for one in known if fits(one, wanted.casefold())]:
            return found
    return []


def _is(one: Node, wanted: str) -> bool:
    return one.id.casefold() == wanted


def _ends(one: Node, wanted: str) -> bool:
    return one.id.casefold().partition(" ")[2] == wanted


def _has(one: Node, wanted: str) -> bool:
    return wanted in one.id.casefold()


__all__ = ["Decided", "approvals_of", "decided", "inputs", "numbers", "of"]
