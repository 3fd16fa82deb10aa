"""What a change takes back of what a registration and its documents promised: each line needs the risk role.

Pure. What it eases in suites is `effective`'s business.
"""

from __future__ import annotations

from collections.abc import Iterator

from placet.model.register import Document, Factors, System
from placet.moves import SystemChange
from placet.parse.snapshot import Snapshot

#: The factors that have an order, least risk first.
SCALES = {
    "autonomy": ("informs", "advises", "acts-with-approval", "acts"),
    "exposure": ("internal", "partners", "customers", "public"),
    "criticality": ("low", "moderate", "high", "safety"),
}
UNREGISTERED = "the system is no longer registered"


def relaxed(change: SystemChange) -> Iterator[str]:
    """What the registration says less of than on base."""
    before, after = change.before, change.after
    if before is None:
        return
    if after.id != before.id:
        yield f"the system was {before.id}"
    if after.tier < before.tier:
        yield f"tier {before.tier.label} → {after.tier.label}"
    if after.lifecycle == "retired" and before.lifecycle != "retired":
        yield "the system is retired"
    yield from _lowered(before.factors, after.factors)
    yield from _owned(before, after)
    yield from _unmarked(change)
    yield from _let_loose(before, after)
    yield from (f"{path} is still there and no longer registered" for path in change.abandoned)
    yield from _unjudged(change)


def _lowered(before: Factors, after: Factors) -> Iterator[str]:
    for name, scale in SCALES.items():
        old, new = (next(iter(getattr(side, name))) for side in (before, after))
        if scale.index(new) < scale.index(old):
            yield f"risk factor {name} {old} → {new}"
    for name in ("data", "regulation"):
        lost = sorted(set(getattr(before, name)) - set(getattr(after, name)))
        if lost:
            yield f"risk factor {name} without {', '.join(lost)}"


def _owned(before: System, after: System) -> Iterator[str]:
    """Any one owner of a role is enough, so one more changes as much as one less."""
    for role, old in before.owners.items():
        new = after.owners.get(role, ())
        if set(old) != set(new):
            yield f"{role} owner {', '.join(old)} → {', '.join(new) or 'nobody'}"


def _unmarked(change: SystemChange) -> Iterator[str]:
    kept = {use.path: set(use.untrusted) for use in change.after.prompts}
    moved = {name for path in change.fresh for name in kept[path]}  # where a moved prompt may have gone
    for use in change.before.prompts if change.before else ():
        marked = kept.get(use.path, moved if change.fresh else set(use.untrusted))
        lost = sorted(set(use.untrusted) - marked)
        if lost:
            yield f"{', '.join(lost)} of {use.path} no longer marked as untrusted"


def _let_loose(before: System, after: System) -> Iterator[str]:
    """Tools that a person had to allow each time, and needn't any more."""
    now = {tool["name"]: tool for tool in after.fields.get("tools") or ()}
    for tool in before.fields.get("tools") or ():
        if tool.get("needs_approval") and not now.get(tool["name"], tool).get("needs_approval"):
            yield f"tool {tool['name']} no longer needs an approval"


def _unjudged(change: SystemChange) -> Iterator[str]:
    """Scopes that the document of a kind judged on base, and the one that counts after the merge doesn't."""
    if change.before is None:
        return
    old, new = _newest(change.before, change.base), _newest(change.after, change.merged)
    for kind, document in old.items():
        lost = [scope for scope in document.judged if kind in new and scope not in new[kind].judged]
        if lost:
            yield f"document {new[kind].path} no longer judges {' and '.join(lost)}"
        if document.review_by and kind in new and not new[kind].review_by:
            yield f"document {new[kind].path} no longer has a day by which it is read again"


def _newest(system: System, snapshot: Snapshot) -> dict[str, Document]:
    """The document of each kind that counts: the newest."""
    known = sorted(snapshot.documents_of(system), key=lambda document: (document.dated, document.path))
    return {document.kind: document for document in known}
