"""Judge what is staged by judging again only what the change reaches.

The rules are the same functions over a snapshot as everywhere; here the snapshot holds the units that may have changed
their findings, and beside them whatever these speak of. The findings of all other units are the index's.
"""

from __future__ import annotations

from functools import cached_property

from placet.codeowners import LOCATIONS
from placet.index.found import UnitFindings, Waivers, by_unit
from placet.index.reach import OTHERS, POLICIES, Ref, policy_reach, same_for_prompts, system_in, unit_of
from placet.index.view import Files, View
from placet.parse.kinds import Kind, is_shared, kind_of
from placet.parse.snapshot import Snapshot, assemble
from placet.record import field, record
from placet.rules.catalogue import found
from placet.waived import parted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from datetime import date

    from placet.codeowners.owners import CodeOwners
    from placet.findings import Finding
    from placet.parse.facts import Facts


#: The rule that looks at each path by itself; its findings are kept apart, since it needs no file but CODEOWNERS.
UNOWNED = "OWN002"
#: What is found where a rule of an organisation's own couldn't be judged.
UNJUDGED = "RUL002"
#: Families of rules whose findings stand in one unit alone.
_OF_POLICIES, _OF_OTHERS = ("POL", "TST", "RUL", "KEY"), ("OWN", "WFL")


@record(frozen=False, eq=False)
class Judgement:
    """The findings of the whole repository, by unit, and which units were judged for it."""

    units: dict[str, UnitFindings]
    unowned: dict[str, Finding]
    judged: set[str]
    everything: bool = False
    owners_changed: bool = False
    notes: list[str] = field(default_factory=list)

    def findings(self) -> list[Finding]:
        return [*(one for unit in self.units.values() for one in unit.standing), *self.unowned.values()]

    def waived(self) -> Waivers:
        """In order of file, as units are named by the beginnings of paths."""
        return Waivers(self.units[name] for name in sorted(self.units))


def judge(view: View, today: date) -> Judgement:
    """What cold checking would find in the files of `view`. Raises DamagedError."""
    view.read_changed()
    stored = view.store.findings()
    affected = _Reach(view, stored, today).units()
    everything = affected is None
    units = {} if affected is None else {name: one for name, one in stored.items() if name not in affected}
    snapshot = _snapshot(view, affected)
    fresh = by_unit(*parted(found(snapshot, today, leave_out=_idle(affected)), snapshot, today))
    units |= {name: one for name, one in fresh.items() if affected is None or name in affected}
    owners = any(path in view.changed for path in LOCATIONS)
    judged = set(affected) if affected is not None else {unit_of(path) for path in snapshot.files} | set(stored)
    return Judgement(units, _unowned(view, owners), judged, everything, owners)


def _idle(units: set[str] | None) -> tuple[str, ...]:
    """The rules, by the beginnings of their ids, that have nothing to say about `units`."""
    policies = _OF_POLICIES if units is not None and POLICIES not in units else ()
    others = _OF_OTHERS if units is not None and OTHERS not in units else ()
    return (UNOWNED, *policies, *others)


@record(slots=False)
class _Reach:
    """Which units a change may have given other findings."""

    view: View
    stored: dict[str, UnitFindings]
    today: date

    def units(self) -> set[str] | None:
        """None for all of them."""
        view = self.view
        if self.today.isoformat() < view.store.meta()["day"]:
            return None  # judged on a later day: nothing says what dates meant today
        if any(finding.rule == UNJUDGED for one in self.stored.values() for finding in one.standing):
            return (
                None  # a rule that took too long was asked no further, and nobody knows where it would find something
            )
        touched = set(view.touched)
        reached = touched | set(view.store.changing_by(self.today.isoformat()))
        policies = self._of_policies(touched)
        if policies is None:
            return None
        reached |= policies
        if OTHERS in touched:
            reached.add(POLICIES)
        for unit in touched:
            reached |= self._of_prompt(unit) if unit.startswith("prompts/") else set()
            reached |= self._of_system(unit) if system_in(unit) else set()
        if self._own_rules_judge_prompts:
            for unit in [unit for unit in reached if system_in(unit)]:
                reached |= {ref.target for ref in view.refs(unit) if ref.kind == "prompt" and view.file(ref.target)}
        return reached

    def _of_policies(self, touched: set[str]) -> set[str] | None:
        if POLICIES not in touched:
            return set()
        if any(kind_of(path) is Kind.OWN_RULES or is_shared(path) for path in self.view.changed):
            return None
        old = assemble_before(self.view).policies
        new = _snapshot(self.view, {POLICIES}).policies
        refs = policy_reach(old, new, own_rules=bool(self.view.paths_below("policies/rules/")))
        if refs is None:
            return None
        for path in self.view.touched[POLICIES]:
            if kind_of(path) is Kind.CONTROL:  # rules ask for the file as well, and two files may have one id
                ids = {
                    fact.value.id
                    for fact in (self.view.facts_before(path), self._facts_now(path))
                    if fact and fact.value
                }
                refs |= {Ref("control", id) for id in {*ids, path.rpartition("/")[2].removesuffix(".yaml")}}
        # What is found names policies in its advice, so whatever has a finding is judged again.
        return set(self.stored).union(*(self.view.units_with(ref) for ref in refs))

    def _of_prompt(self, path: str) -> set[str]:
        """Those who use it; and, when it came or went, those who look for one that isn't there."""
        ref = Ref("prompt", path)
        reached = self.view.units_with(ref) | set(self.view.store.units_with(ref))
        came_or_went = (self.view.before(path) is None) is not (self.view.file(path) is None)
        if came_or_went:
            reached |= self._looking_for_prompts | set(self._unused(path))
        return reached

    def _of_system(self, unit: str) -> set[str]:
        view, name, registration = self.view, system_in(unit) or "", f"{unit}system.yaml"
        reached = view.units_with(Ref("system", name))
        mine = view.touched[unit]
        old, new = view.store.refs_of(unit), view.refs(unit)
        prompts = {ref.target for ref in old | new if ref.kind == "prompt"}
        if registration in mine:
            before, after = view.facts_before(registration), self._facts_now(registration)
            if before is None or after is None or before.value is None or after.value is None:
                reached |= set(view.paths_below(f"prompts/{name}/"))
            alike = same_for_prompts(before, after) and len(mine) == 1
        else:
            alike = not any(kind_of(path) in (Kind.SUITE, Kind.CASES) for path in mine)
        if alike and not self._own_rules_judge_prompts:
            prompts = set()
        reached |= {path for path in prompts if view.file(path) is not None}
        for path in {ref.target for ref in old ^ new if ref.kind == "prompt"}:
            reached |= set(self._unused(path))
        return reached

    @cached_property
    def _own_rules_judge_prompts(self) -> bool:
        """Then a prompt may be judged by anything of the systems that use it."""
        paths = self.view.paths_below("policies/rules/")
        if not paths:
            return False
        from placet.rules.own import judges_prompts

        return judges_prompts({path: self.view.facts(path).value or () for path in paths})

    def _facts_now(self, path: str) -> Facts | None:
        return self.view.facts(path) if self.view.file(path) is not None else None

    @cached_property
    def _looking_for_prompts(self) -> set[str]:
        return {name for name, one in self.stored.items() if any(finding.rule == "SYS008" for finding in one.standing)}

    @cached_property
    def _folders_seen(self) -> set[str]:
        return set()

    def _unused(self, path: str) -> Iterable[str]:
        """The prompts beside `path` that nobody used in the index's commit; each folder once."""
        folder = path.rpartition("/")[0] + "/"
        if folder in self._folders_seen:
            return ()
        self._folders_seen.add(folder)
        used = {target for target, _ in self.view.store.refs_below("prompt", folder)}
        return [one for one in self.view.paths_below(folder) if one.count("/") == path.count("/") and one not in used]


def _snapshot(view: View, units: set[str] | None) -> Snapshot:
    """A snapshot of `units` and of all that they are judged beside; of everything for None."""
    if units is None:
        paths = {path for path, _, _ in view.store.files_below("")} | set(view.changed)
    else:
        view.look_through(POLICIES)
        paths = set(_with_surroundings(view, units))
    files = Files(view, paths)
    return assemble(files, view.facts)  # type: ignore[arg-type]


def _with_surroundings(view: View, units: set[str]) -> Iterator[str]:
    beside = {f"systems/{ref.target}/" for unit in units for ref in view.refs(unit) if ref.kind == "system"}
    for unit in units:
        if unit.startswith("prompts/"):
            beside |= set(_around_prompt(view, unit))
    for unit in units | beside:  # whoever stands there stands there with the prompts that it names
        yield from view.paths_of(unit)
        yield from (ref.target for ref in view.refs(unit) if ref.kind == "prompt")
    yield from view.paths_of(POLICIES)
    if POLICIES in units:
        yield from view.paths_of(OTHERS)
    if any(view.file(ref.target) is None for unit in units for ref in view.refs(unit) if ref.kind == "prompt"):
        yield from view.paths_below("prompts/")  # one of them may be the one that was meant


def _around_prompt(view: View, path: str) -> Iterator[str]:
    """Who uses the prompt; and who may mean it, if nobody does."""
    users = view.units_with(Ref("prompt", path))
    yield from users
    parts, folder = path.split("/"), path.rpartition("/")[0]
    yield f"systems/{parts[1]}/"
    if not users:
        seen = dict(view.store.refs_below("prompt", f"{folder}/"))
        yield from (unit for target, unit in seen.items() if unit not in view.touched and view.file(target) is None)
        yield from view.units_with_prompts_in(folder)


def assemble_before(view: View) -> Snapshot:
    """The policies of the index's commit."""
    before = View(view.store, view.where, {})
    return _snapshot(before, {POLICIES})


def _unowned(view: View, owners_changed: bool) -> dict[str, Finding]:
    """Which files nobody owns: that hangs on their paths and on CODEOWNERS alone."""
    from placet.rules.catalogue import unowned

    if not any(view.file(path) is not None for path in LOCATIONS):
        return {}
    if owners_changed:
        every = {path for path, _, _ in view.store.files_below("")} | set(view.changed)
        owners = _codeowners(view)
        return unowned(owners, (path for path in every if view.file(path) is not None))
    known = {path: one for path, one in view.store.unowned().items() if view.file(path) is not None}
    added = [path for path, new in view.changed.items() if new is not None and view.before(path) is None]
    return known | (unowned(_codeowners(view), added) if added else {})


def has_owners(files: Container[str]) -> bool:
    return any(path in files for path in LOCATIONS)


def _codeowners(view: View) -> CodeOwners:
    return assemble(Files(view, LOCATIONS), view.facts).codeowners  # type: ignore[arg-type]
