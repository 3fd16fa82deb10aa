"""Whether a decision that a facts document records still is the one that its facts lead to.

Compares what was decided, never how it was said: wording may change between versions. Says every difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from placet.approval.verdict import ApprovalDecision
from placet.reasons import walk

_DEEPEST = 50


def differences(recorded: Mapping[str, Any], found: ApprovalDecision) -> tuple[str, ...]:
    """In what `recorded` differs; what it leaves out isn't compared. Empty when it still holds."""
    return tuple(_differences(recorded, found))


def _differences(recorded: Mapping[str, Any], found: ApprovalDecision) -> Iterator[str]:
    if recorded["decision"] != found.decision:
        yield f"decided then: {recorded['decision']}, now: {found.decision}"
    if "counted_approvers" in recorded:
        yield from _counted(recorded["counted_approvers"], found.counted)
    if recorded.get("facts", found.facts) != found.facts:
        yield "the facts are other ones than those that were decided"
    if recorded.get("head", found.head) != found.head:
        yield f"decided then about {recorded['head']}, now about {found.head}"
    if "requirements" in recorded:
        yield from _statuses(recorded["requirements"], found)


def _counted(then: list[str], now: tuple[str, ...]) -> Iterator[str]:
    before, after = ({login.lower(): login for login in logins} for logins in (then, now))
    for login in sorted(before.keys() - after.keys()):
        yield f"{before[login]} counted then, and doesn't now"
    for login in sorted(after.keys() - before.keys()):
        yield f"{after[login]} counts now, and didn't then"


def _statuses(tree: Mapping[str, Any], found: ApprovalDecision) -> Iterator[str]:
    then = _by_id(tree)
    now = {node.id: node.status.label for node in walk(found.tree)}
    for id, status in now.items():
        if then.get(id) != status:
            yield f"{id} is {status}, and was {then.get(id, 'not asked')}"
    for id in then.keys() - now.keys():
        yield f"{id} was {then[id]}, and isn't asked any more"


def _by_id(tree: Mapping[str, Any]) -> dict[str, str]:
    """What a recorded tree says of each requirement, as far as it is one."""
    found: dict[str, str] = {}
    level: list[Any] = [tree]
    for _ in range(_DEEPEST):
        nodes = [node for node in level if isinstance(node, Mapping)]
        found |= {str(node.get("id", ""))[:500]: str(node.get("status", ""))[:20] for node in nodes}
        children = [node.get("children") for node in nodes]
        level = [child for one in children if isinstance(one, list) for child in one]
    return found
