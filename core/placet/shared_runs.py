"""The runs of shared suites that a change requires, and what of them it would take out of a system's way.

Pure. The suites are base's, whatever the change does to them; the variables that carry payloads are those that either
side marks as untrusted, so that unmarking one hides nothing from the change that does it.
"""

from __future__ import annotations

from collections.abc import Iterator

from placet.digest import suite_digest
from placet.effective import Weakening, adapted, effective, weakenings
from placet.model.policy import Policies, Tier
from placet.model.register import System
from placet.model.suite import Suite
from placet.moves import SystemChange
from placet.parse.snapshot import Snapshot
from placet.record import record, replace
from placet.runs import Arm, PlannedRun, difference
from placet.shared import Host, demanded, host_of, placed, replaced_by, shared_suite, untrusted_of
from placet.subject import Subject

#: So much of what one shared suite loses is listed.
MOST_SHOWN = 5


@record
class _Place:
    """One prompt after the merge, and what it was on base."""

    change: SystemChange
    path: str
    main: str

    @property
    def origin(self) -> str | None:
        return self.change.origin(self.path)

    def subjects(self) -> tuple[Subject | None, Subject | None]:
        """Base's and head's."""
        return self.change.before_subject(self.origin), self.change.after_subject(self.path)

    def untrusted(self) -> frozenset[str]:
        """Those that either side marks; where a marked one is gone, it may be any that is new."""
        before, origin, (old, new) = self.change.before, self.origin, self.subjects()
        marked = untrusted_of(before, origin) if before and origin else frozenset()
        known, asked = (side.prompt.variables if side else frozenset() for side in (old, new))
        renamed = asked - known if (marked & known) - asked else frozenset()
        return marked | renamed | untrusted_of(self.change.after, self.path)

    def hosts(self) -> tuple[Host, Host]:
        """Base's and head's. Head's is base's with what head adds, and knows head's further variables."""
        change, before, origin = self.change, self.change.before, self.origin
        old = host_of(change.base.suites_of(before), self.main, origin, before).suite if before and origin else None
        new = host_of(change.merged.suites_of(change.after), self.main, self.path, change.after).suite
        if old is None or new is None:
            return Host(old or new), Host(old or new)
        subject = self.subjects()[1]
        variables = subject.prompt.variables if subject else frozenset()
        return Host(old), Host(adapted(effective(old, new), new, variables))


def shared_runs(change: SystemChange, tier: Tier, policies: Policies) -> tuple[PlannedRun, ...]:
    """The runs of the shared suites that base's policies demand at `tier`, on each prompt that has a place for them."""
    base_tier = change.before.tier if change.before else None
    known = {suite.path for suite in _demanded(change, base_tier)} if base_tier is not None else set()
    places = [_Place(change, path, policies.settings.main_suite) for path in change.used_after]
    found = (
        _run(suite, place, is_new=suite.path not in known) for suite in _demanded(change, tier) for place in places
    )
    return tuple(run for run in found if run is not None and run.why)


def _demanded(change: SystemChange, tier: Tier) -> tuple[Suite, ...]:
    """An own suite that only the change brings doesn't stand in for a shared one: base's may."""
    return demanded(change.before or change.after, tier, change.base, change.base)


def _run(suite: Suite, place: _Place, *, is_new: bool) -> PlannedRun | None:
    (before, after), untrusted = place.subjects(), place.untrusted()
    if after is None or after.prompt.variables.isdisjoint(untrusted):
        return None
    old_host, host = place.hosts()
    head = placed(suite, after.prompt, untrusted, host)
    base = placed(suite, before.prompt, untrusted, old_host) if before else None
    return PlannedRun(
        system=place.change.after.id,
        prompt=place.path,
        suite=head,
        head=Arm(after, head),
        base=Arm(before, base) if before and base else None,
        why=_why(before, after, is_new or _says_more(base, head)),
    )


def _says_more(base: Suite | None, head: Suite) -> bool:
    """Whether the cases differ; where the prompt lies isn't a difference."""
    return base is not None and suite_digest(replace(base, prompt=head.prompt)) != suite_digest(head)


def _why(before: Subject | None, after: Subject, more: bool) -> str:
    if before is None:
        return "new subject"
    if before.digest != after.digest:
        return difference(before, after)
    return "suite has more to say" if more else ""


def eased(base: Snapshot, merged: Snapshot) -> Iterator[str]:
    """What a change makes easier in the shared suites themselves, the first few of each."""
    for path, suite in base.shared.items():
        newer = merged.shared.get(path)
        found = [weak.what for weak in weakenings(suite, newer)]
        if newer and (suite.carrier, suite.filler, suite.as_main) != (newer.carrier, newer.filler, newer.as_main):
            found.append("payloads ride on other texts")
        yield from (f"{path}: {what}" for what in found[:MOST_SHOWN])
        if len(found) > MOST_SHOWN:
            yield f"{path}: {len(found) - MOST_SHOWN} more of these"


def replacing(change: SystemChange, tier: Tier) -> tuple[Weakening, ...]:
    """The suites by which the change would keep a shared one away, once merged."""
    return tuple(_replacing(change.before or change.after, change.after, change.base, change.merged, tier))


def _replacing(before: System, after: System, base: Snapshot, merged: Snapshot, tier: Tier) -> Iterator[Weakening]:
    controls = base.policies.controls_of(tier) if base.policies else ()
    for control in controls:
        common, own = shared_suite(control, base), replaced_by(control, after, merged)
        if common and own and replaced_by(control, before, base) is None:
            yield Weakening(own.path, own.name, f"takes the place of the shared suite {common.path}")
