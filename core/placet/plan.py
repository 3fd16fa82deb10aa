"""What a change touches, and what that requires: runs, controls, approvals.

Pure. `plan(ends, paths, base, merged)` reads what decides from the tip of base and what is governed from the merge of
base and head. Whether a requirement is met is `decision`'s business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from placet import claims
from placet.approvals import ApprovalNeeds, OwnerSet, code_owner_sets, role_sets, unowned, unreadable
from placet.change import Edit, Status, edits
from placet.classification import least_tier
from placet.codeowners.owners import LOCATIONS
from placet.controls import ControlStatus, Standing, status_of
from placet.effective import Weakening
from placet.judged import why_stale
from placet.judges import judged as judged_runs
from placet.judges import judged_by_catalogue
from placet.model.policy import Control, Phase, Policies, Tier
from placet.model.register import System
from placet.moves import SystemChange
from placet.parse.kinds import GOVERNANCE, Kind, system_of
from placet.parse.snapshot import Snapshot
from placet.record import record, replace
from placet.relaxed import UNREGISTERED, relaxed
from placet.runs import PlannedRun, Unevaluated, runs_of, unevaluated, unregistered_runs, unserved, weakenings_of
from placet.shared_runs import eased, replacing, shared_runs
from placet.shifts import Shifted
from placet.thresholds import agreed


@record
class Ends:
    """The two ends of a change, as commits: the tip of base, the head, and where they parted."""

    base: str
    head: str
    merge_base: str
    uncommitted: bool = False


@record
class Touched:
    """One system that the change touches. `title` and owners are those after the merge, if it still exists."""

    system: System
    tier: Tier
    base_tier: Tier | None  # None: new
    head_tier: Tier | None  # None: no longer registered
    why: tuple[str, ...]
    runs: tuple[PlannedRun, ...]
    controls: tuple[ControlStatus, ...]  # due by the merge, and later ones
    relaxed: tuple[str, ...]  # what lowers the bar, and needs the risk role
    weakenings: tuple[Weakening, ...]
    unevaluated: tuple[Unevaluated, ...] = ()  # new and changed prompts that nothing would judge
    before: System | None = None  # as base registers it: its owners are those who are asked


@record
class Plan:
    ends: Ends
    edits: tuple[Edit, ...]
    systems: tuple[Touched, ...]
    unregistered: tuple[PlannedRun, ...]
    approvals: ApprovalNeeds
    notes: tuple[str, ...] = ()  # what nobody would otherwise learn, such as a prompt that can't be run
    shifted: tuple[Shifted, ...] = ()  # what a change to the policies does to each system, once merged

    @property
    def runs(self) -> tuple[PlannedRun, ...]:
        return (*(run for touched in self.systems for run in touched.runs), *self.unregistered)

    @property
    def tier(self) -> Tier | None:
        """The strictest tier that the change touches."""
        return max((touched.tier for touched in self.systems), default=None)

    @property
    def changes_policy(self) -> bool:
        return any(edit.path.startswith("policies/") and edit.material for edit in self.edits)


def plan(ends: Ends, paths: Mapping[str, Status], base: Snapshot, merged: Snapshot) -> Plan:
    """What the change between `base` and `merged` requires. `base` must have whole policies."""
    if base.policies is None:
        msg = "a plan needs the policies of base"
        raise ValueError(msg)
    found = edits(paths, base, merged)
    systems = tuple(
        _touched(id, why, _Sides(base, merged, base.policies))
        for id, why in _systems_touched(found, base, merged).items()
    )
    needs = _approvals(found, systems, base, base.policies, tuple(eased(base, merged)))
    agreeing = agreed([edit.path for edit in found], base, merged)
    return Plan(
        ends=ends,
        edits=found,
        systems=systems,
        unregistered=judged_by_catalogue(unregistered_runs(found, base, merged), base.providers or {}),
        approvals=replace(needs, owner_sets=_merged((*needs.owner_sets, *agreeing))),
        notes=(
            *unserved(found, base, merged),
            *(note for touched in systems for note in claims.notes(touched.runs, touched.tier)),
            *(note for touched in systems for note in _outdated(touched, base, merged)),
        ),
    )


def on_day(planned: Plan, today: date) -> Plan:
    """The same on `today`: what met a control may have grown too old."""
    systems = (
        replace(touched, controls=tuple(status.on(today) for status in touched.controls)) for touched in planned.systems
    )
    return replace(planned, systems=tuple(systems))


def _systems_touched(found: Iterable[Edit], base: Snapshot, merged: Snapshot) -> dict[str, tuple[str, ...]]:
    """Ids of the systems that edits touch, with the reasons. A shared prompt touches every system that uses it."""
    why: dict[str, list[str]] = {}
    for edit in found:
        for id in sorted(_systems_of(edit, base, merged)):
            why.setdefault(id, []).append(f"{edit.path} ({edit.what})" if edit.what else edit.path)
    return {id: tuple(reasons) for id, reasons in sorted(why.items())}


def _systems_of(edit: Edit, base: Snapshot, merged: Snapshot) -> set[str]:
    if edit.kind is Kind.PROMPT:
        return {system.id for side in (base, merged) for system in side.systems_using(edit.path)}
    folder = system_of(edit.path)
    if folder is None:
        return set()
    registration = f"systems/{folder}/system.yaml"
    return {side.systems[registration].id for side in (base, merged) if registration in side.systems}


@record
class _Sides:
    base: Snapshot
    merged: Snapshot
    policies: Policies


def _touched(id: str, why: tuple[str, ...], sides: _Sides) -> Touched:
    after = sides.merged.by_id.get(id)
    before = sides.base.by_id.get(id) or _predecessor(after, sides)
    system = after or before
    if system is None:
        msg = f"no side registers {id}"
        raise ValueError(msg)
    base_tier, head_tier = (_tier(side, sides.policies) for side in (before, after))
    tier = max(tier for tier in (base_tier, head_tier) if tier is not None)
    if after is None:
        return Touched(system, tier, base_tier, None, why, (), (), (UNREGISTERED,), (), before=before)
    change = SystemChange(before, after, sides.base, sides.merged)
    runs = runs_of(change)
    common = shared_runs(change, tier, sides.policies)
    judged = _by_base(sides.base, sides.merged)
    return Touched(
        system=after,
        tier=tier,
        base_tier=base_tier,
        head_tier=head_tier,
        why=why,
        runs=judged_runs((*runs, *common), before, after),
        controls=tuple(_explained(status_of(one, after, judged), change, judged) for one in _due(sides.policies, tier)),
        relaxed=tuple(relaxed(change)),
        weakenings=(*weakenings_of(change), *replacing(change, tier)),
        unevaluated=unevaluated(change, runs),
        before=before,
    )


def _by_base(base: Snapshot, merged: Snapshot) -> Snapshot:
    """The merge as base's policies judge it: a change doesn't choose how old its documents may be."""
    return replace(merged, shared=base.shared, tiers=base.tiers, controls=base.controls)


def _outdated(touched: Touched, base: Snapshot, merged: Snapshot) -> Iterator[str]:
    """Documents that the change makes stale and that no control of the plan speaks of, with the path of reasons."""
    shown = {status.path for status in touched.controls}
    if touched.before is None or touched.system.path not in merged.systems:
        return
    before, after = (touched.before, base), (touched.system, _by_base(base, merged))
    for document in merged.documents_of(touched.system):
        found = why_stale(document, before, after) if document.path not in shown else {}
        for scope, paths in found.items():
            if paths:
                yield f"{document.path} will be stale: {', '.join(paths)} → {scope}"


def _explained(status: ControlStatus, change: SystemChange, judged: Snapshot) -> ControlStatus:
    """The same, with the files of this change by which a document became stale."""
    document = judged.documents.get(status.path)
    if status.standing is not Standing.STALE or document is None:
        return status
    before = (change.before, change.base) if change.before else None
    paths = [path for found in why_stale(document, before, (change.after, judged)).values() for path in found]
    return replace(status, text=f"{status.text}: {', '.join(dict.fromkeys(paths))}") if paths else status


def _predecessor(after: System | None, sides: _Sides) -> System | None:
    """The system that a new id stands for: one whose own id is gone, and whose prompts it uses."""
    if after is None:
        return None
    used = {use.path for use in after.prompts}
    gone = [system for system in sides.base.systems.values() if system.id not in sides.merged.by_id]
    shared = [system for system in gone if used & {use.path for use in system.prompts}]
    return max(shared, key=lambda system: (len(used & {use.path for use in system.prompts}), system.id), default=None)


def _tier(system: System | None, policies: Policies) -> Tier | None:
    """The declared tier, and never less than what the risk factors compute."""
    return max(system.tier, least_tier(system.factors, policies.classification)) if system else None


def _due(policies: Policies, tier: Tier) -> Iterator[Control]:
    return (control for control in policies.controls_of(tier) if control.phase <= Phase.PR)


def _governs_all(path: str) -> bool:
    """Whether `path` decides about every system: policies, who owns what, and what runs the hooks and the bot."""
    return path.startswith(("policies/", f"{GOVERNANCE[0]}/")) or path in (*LOCATIONS, *GOVERNANCE)


def _approvals(
    found: tuple[Edit, ...],
    systems: tuple[Touched, ...],
    base: Snapshot,
    policies: Policies,
    eased_policy: tuple[str, ...],
) -> ApprovalNeeds:
    """Owners of every changed path from base's CODEOWNERS; the count and roles of the strictest tier touched."""
    paths = [edit.path for edit in found]
    strictest = max((touched.tier for touched in systems), default=Tier.LOW)
    if any(_governs_all(path) for path in paths):
        strictest = max([strictest, *(_tier(system, policies) or Tier.LOW for system in base.systems.values())])
    needed = policies.tiers[strictest].approvals
    because = (*_risk_reasons(found, systems), *eased_policy)
    asked = [status.control.name for touched in systems for status in touched.controls if status.by_approval]
    roles = dict.fromkeys((*needed.roles, *asked, *(("risk",) if because else ())))
    why = "; ".join(because) or f"tier {strictest.label}"
    return ApprovalNeeds(
        people=needed.people if found else 0,
        owner_sets=_merged((*code_owner_sets(paths, base.codeowners), *role_sets(roles, policies.settings.roles, why))),
        because=because,
        unowned=unowned(paths, base.codeowners),
        errors=unreadable(paths, base.codeowners),
    )


def _risk_reasons(found: tuple[Edit, ...], systems: tuple[Touched, ...]) -> Iterator[str]:
    if any(edit.path.startswith("policies/") and edit.material for edit in found):
        yield "the policies change"
    for touched in systems:
        yield from (f"{touched.system.id}: {what}" for what in touched.relaxed)
        yield from (f"{weak.suite}: {weak.what}" for weak in touched.weakenings)


def _merged(sets: Iterable[OwnerSet]) -> tuple[OwnerSet, ...]:
    """Owner sets without repetition: the same people asked for two reasons are asked once."""
    kept: dict[tuple[str, ...], OwnerSet] = {}
    for owner_set in sets:
        known = kept.get(owner_set.owners)
        why = f"{known.why}; {owner_set.why}" if known else owner_set.why
        paths = (*known.paths, *owner_set.paths) if known else owner_set.paths
        kept[owner_set.owners] = OwnerSet(owner_set.owners, why, paths)
    return tuple(kept.values())
