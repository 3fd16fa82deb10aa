"""What a change edits and whom that touches, in sentences."""

from __future__ import annotations

from placet.change import Edit
from placet.plan import Plan, Touched
from placet.report.escape import tick
from placet.report.numbers import listed

_MOST = 5


def changed(plan: Plan, most: int = _MOST) -> list[str]:
    """One sentence for all the edits that touch the same systems."""
    by_users: dict[tuple[str, ...], list[str]] = {}
    for edit in plan.edits:
        by_users.setdefault(_users(edit, plan), []).append(edited(edit))
    shown = [f"{listed(edits, most)}{_arrow(users)}" for users, edits in by_users.items()]
    return [*shown[:most], f"and {len(shown) - most} more"] if len(shown) > most else shown


def one_by_one(plan: Plan, most: int) -> list[str]:
    """A sentence for each of the first edits."""
    return [f"{edited(edit)}{_arrow(_users(edit, plan))}" for edit in plan.edits[:most]]


def _users(edit: Edit, plan: Plan) -> tuple[str, ...]:
    return tuple(_user(touched) for touched in plan.systems if _touches(edit.path, touched))


def _arrow(users: tuple[str, ...]) -> str:
    return f" → {listed(users, 3)}" if users else ""


def edited(edit: Edit) -> str:
    what = edit.what or (edit.status.value if edit.material else "nothing that changes behaviour")
    return f"{tick(edit.path)} ({what})"


def _touches(path: str, touched: Touched) -> bool:
    return any(why == path or why.startswith(f"{path} (") for why in touched.why)


def _user(touched: Touched) -> str:
    system = touched.before or touched.system
    owners = system.owners.get("business") or system.owners.get("technical", ())
    owned = f", owner {listed([tick(owner) for owner in owners], 2)}" if owners else ""
    return f"{tick(touched.system.id)} ({tier(touched)}{owned})"


def tier(touched: Touched) -> str:
    """The tier, and what moved it."""
    if touched.base_tier is None:
        return f"{touched.tier.label}, new"
    if touched.head_tier is None:
        return f"{touched.tier.label}, no longer registered"
    if touched.base_tier != touched.head_tier:
        return f"{touched.base_tier.label} → {touched.head_tier.label}"
    return touched.tier.label
