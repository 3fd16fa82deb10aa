"""A facts document held against a plan: who has said yes to exactly this change, for exactly what it needs.

Pure. Whose yes is needed comes from the plan, whatever the document says of it; facts about another head or base count
for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from placet.approval.verdict import ApprovalDecision, decide
from placet.approvals import ApprovalNeeds
from placet.model.policy import Tier
from placet.plan import Ends, Plan
from placet.reasons import Node, Status
from placet.record import replace


def counted(document: Any, plan: Plan, needs: ApprovalNeeds) -> ApprovalDecision:
    """The decision on approvals. Never raises: what is no facts document is an error in its tree."""
    if not isinstance(document, Mapping):
        return decide(document)
    found = decide({**document, "needs": needs_of(needs), "tier": _tier(document.get("tier"), plan)})
    foreign = list(_foreign(document, plan.ends))
    if not foreign or found.tree.status is Status.ERROR:
        return found
    tree = Node("approvals", Status.ERROR, foreign[0].text, children=tuple(foreign))
    return replace(found, decision="ERROR", counted=(), tree=tree)


def needs_of(needs: ApprovalNeeds) -> dict[str, Any]:
    """What a plan asks of people, as a facts document has it."""
    sets = [
        {"owners": list(one.owners), "paths": list(one.paths), "why": one.why[:_LONGEST]} for one in needs.owner_sets
    ]
    sets = [one if one["paths"] else {key: value for key, value in one.items() if key != "paths"} for one in sets]
    return {"people": needs.people, "roles": [], "owner_sets": sets, "unowned": list(needs.unowned)}


_LONGEST = 1000


def _tier(said: Any, plan: Plan) -> Any:
    """Never below what the plan touches."""
    if plan.tier is None:
        return said
    least = said.get("least") if isinstance(said, Mapping) else None
    known = Tier.of(least) if isinstance(least, str) and least.upper() in Tier.__members__ else Tier.LOW
    return {
        "base": _label([one.base_tier for one in plan.systems if one.base_tier is not None]),
        "head": _label([one.head_tier for one in plan.systems if one.head_tier is not None]),
        "least": max(known, plan.tier).label,
    }


def _label(tiers: list[Tier]) -> str | None:
    return max(tiers).label if tiers else None


def _foreign(document: Mapping[str, Any], ends: Ends) -> Iterator[Node]:
    request = document.get("pull_request")
    sides = request if isinstance(request, Mapping) else {}
    for name, wanted in (("head", ends.head), ("base", ends.base)):
        side = sides.get(name)
        sha = side.get("sha") if isinstance(side, Mapping) else None
        if sha != wanted:
            text = f"the facts are about {name} {str(sha)[:12]}, and this change has {name} {wanted[:12]}"
            yield Node(f"facts {name}", Status.ERROR, text, unblock=("gather the facts of this change anew",))
