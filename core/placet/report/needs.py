"""What a change asks of people, in sentences: approvals, and what of it lowers the bar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from placet.approvals import ApprovalNeeds, OwnerSet
from placet.plan import Plan, Touched
from placet.report.escape import clipped, tick
from placet.report.numbers import count, listed

NOT_ENFORCED = (
    "Approvals are decided on the pull request; this version lists whose are needed and does not enforce them yet."
)
_LONGEST = 120
_MOST_CASES = 3  # that are named one by one
_OF_CASES = ("removed", "edited", "in other slices", "no longer forbidden", "no longer critical")


def approvals(needs: ApprovalNeeds, most: int = 10) -> str:
    """Whose yes is needed, in one sentence without its end; empty when nobody's is."""
    sets = owner_sets(needs)
    if not needs.people and not sets:
        return ""
    shown = [*sets[:most], f"{len(sets) - most} more owner sets"] if len(sets) > most else sets
    joint = ": " if needs.people == 1 else ", among them "
    return f"{people(needs)}{joint if shown else ''}{'; '.join(shown)}"


def people(needs: ApprovalNeeds) -> str:
    return "1 independent person" if needs.people == 1 else f"{needs.people} independent people"


def owner_sets(needs: ApprovalNeeds) -> list[str]:
    """Of each owner set one person, and what nobody owns."""
    unowned = (
        [f"anybody for {listed([tick(path) for path in needs.unowned], 3)}, which nobody owns"] if needs.unowned else []
    )
    return [*(_owner_set(owners) for owners in needs.owner_sets), *unowned]


def _owner_set(owners: OwnerSet) -> str:
    why = clipped(owners.why, _LONGEST)
    if owners.paths:  # they are what the code owner owns, and nothing of what else is asked of the same people
        first, _, rest = owners.why.partition("; ")
        others = f"; {clipped(rest, _LONGEST)}" if rest else ""
        why = f"{first} of {listed([tick(path) for path in owners.paths], 2)}{others}"
    if not owners.owners:
        return f"somebody whom no file names yet ({why})"
    return f"{'one of ' if len(owners.owners) > 1 else ''}{names(owners.owners)} ({why})"


def names(owners: Iterable[str]) -> str:
    """Owners as code, so that nobody is notified."""
    return ", ".join(tick(owner) for owner in owners)


def lowered(plan: Plan) -> list[str]:
    """What the change would make easier to pass."""
    several = len(plan.systems) > 1
    return [
        f"{tick(touched.system.id)}: {what}" if several else what
        for touched in plan.systems
        for what in _lowered(touched)
    ]


def _lowered(touched: Touched) -> list[str]:
    return [*touched.relaxed, *weaker(touched)]


def weaker(touched: Touched) -> list[str]:
    """What its suites would ask less of; many cases of one kind are counted."""
    kinds: dict[tuple[str, str, str], list[str]] = {}
    for weak in touched.weakenings:
        kinds.setdefault((weak.suite, weak.path, _kind(weak.what)), []).append(weak.what)
    return [
        f"{text} ({tick(path)})"
        for (suite, path, kind), whats in kinds.items()
        for text in ([_many(suite, kind, len(whats), touched)] if _too_many(kind, whats) else _each(suite, whats))
    ]


def _kind(what: str) -> str:
    """What happened to a case, whichever it is; empty for what isn't about one."""
    return next((kind for kind in _OF_CASES if what.startswith("case `") and what.endswith(f"` {kind}")), "")


def _too_many(kind: str, whats: Sequence[str]) -> bool:
    return bool(kind) and len(whats) > _MOST_CASES


def _each(suite: str, whats: Iterable[str]) -> list[str]:
    return [f"{tick(suite)}: {what}" for what in whats]


def _many(suite: str, kind: str, number: int, touched: Touched) -> str:
    before = next((len(run.suite.cases) for run in touched.runs if run.suite.name == suite), 0)
    if kind != "removed":
        return f"{number} cases of {tick(suite)} {kind}"
    left = f" ({before} → {before - number})" if before else ""
    return f"{number} cases removed from {tick(suite)}{left}"


def left_out(paths: tuple[str, ...]) -> list[str]:
    """Which uncommitted files don't count."""
    if not paths:
        return []
    shown = listed([tick(path) for path in paths], 3)
    return [f"{count(len(paths), 'uncommitted file')}: {shown} (`--worktree` would include it all)"]
