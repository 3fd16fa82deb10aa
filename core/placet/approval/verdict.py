"""`decide`: a facts document to a decision about approvals, with every reason. Pure, and for any JSON it answers.

PASS: every requirement is met or waived. BLOCK: one isn't. ERROR: the facts are incomplete or contradict each other,
and then nobody is counted: what isn't known whole isn't judged in part.
"""

from __future__ import annotations

from typing import Any

from placet.approval.consistency import contradictions
from placet.approval.counting import Room, count
from placet.approval.document import Trouble, troubles_of
from placet.approval.facts import Facts
from placet.approval.opinions import OVERRIDES
from placet.approval.owners import asked
from placet.approval.people import identify
from placet.approval.reading import facts_of
from placet.approval.requirements import MOST, incomplete, requirements, whole
from placet.approval.teams import circles
from placet.digest import canonical, digest
from placet.reasons import Node, Status, to_json
from placet.record import record

FORMAT = 1
PASS, BLOCK, ERROR = "PASS", "BLOCK", "ERROR"


@record
class ApprovalDecision:
    """`counted` are the logins of those whose approval counts. `ignored` are events that decide nothing, and why."""

    decision: str
    counted: tuple[str, ...]
    tree: Node
    facts: str  # digest of the document, without what was decided of it before
    number: int | None = None
    head: str | None = None
    tier: str | None = None
    ignored: tuple[tuple[str, str], ...] = ()


def decide(value: Any) -> ApprovalDecision:
    """Decide the facts document `value`. Never raises: what is no facts document is an error with its path."""
    troubles = troubles_of(value)
    if troubles:
        return unreadable(troubles)
    facts = facts_of(value)
    tree, counted = _judged(facts)
    decision = ERROR if tree.status is Status.ERROR else PASS if tree.is_met else BLOCK
    document = digest({key: item for key, item in value.items() if key != "decision"})
    label = facts.tier.label
    return ApprovalDecision(decision, counted, tree, document, facts.number, facts.head, label, _ignored(facts))


def unreadable(troubles: tuple[Trouble, ...]) -> ApprovalDecision:
    """The decision on what can't be read."""
    return ApprovalDecision(ERROR, (), whole((incomplete(troubles),)), "")


def _judged(facts: Facts) -> tuple[Node, tuple[str, ...]]:
    """The tree, and who counts."""
    people, doubles = identify(facts)
    wanted, wanting = asked(facts)
    known, unknown = circles(wanted.owners, facts, people)
    of_facts = (*doubles, *contradictions(facts, people), *unknown)
    if of_facts or wanting:
        return whole((incomplete(of_facts), incomplete(wanting, "owners"))), ()
    room = Room(facts, people, wanted, known)
    found = count(room)
    names = sorted((people.name(key) for key in found.counted), key=str.lower)
    return whole(tuple(requirements(room, found))), tuple(names)


def _ignored(facts: Facts) -> tuple[tuple[str, str], ...]:
    found = [event for event in facts.events if event.kind in OVERRIDES]
    return tuple((event.id, f"a {event.kind.replace('_', ' ')} never counts") for event in found[-MOST:])


def as_json(decision: ApprovalDecision) -> dict[str, Any]:
    """An interface: keys are added, never renamed, while `version` stays 1."""
    return {
        "version": FORMAT,
        "kind": "approval-decision",
        "decision": decision.decision,
        "counted_approvers": list(decision.counted),
        **({"facts": decision.facts} if decision.facts else {}),
        "number": decision.number,
        "head": decision.head,
        "tier": decision.tier,
        "requirements": to_json(decision.tree),
        "ignored": [{"event": id, "why": why} for id, why in decision.ignored],
    }


def to_bytes(decision: ApprovalDecision) -> bytes:
    """The decision as canonical JSON (RFC 8785)."""
    return canonical(as_json(decision))
