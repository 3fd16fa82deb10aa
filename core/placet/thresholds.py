"""Thresholds that two named parties agreed on: which of them a change moves, and who must both approve that.

Pure. Without `thresholds:` a number is its code owners' alone. Parties are read from base, so that a change can't name
its own judges; where base names none yet, those that the change names have to agree to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from placet.approvals import OwnerSet
from placet.digest import digest
from placet.model.policy import Thresholds, TierPolicy
from placet.model.suite import Suite
from placet.parse.kinds import is_shared, system_of
from placet.parse.snapshot import Snapshot

_TIERS = "policies/tiers.yaml"


def agreed(paths: Iterable[str], base: Snapshot, merged: Snapshot) -> Iterator[OwnerSet]:
    """Both parties of every threshold that a change of `paths` moves between `base` and `merged`."""
    for tier in sorted({*base.tiers, *merged.tiers}):
        old, new = base.tiers.get(tier), merged.tiers.get(tier)
        if _of_tier(old) != _of_tier(new):
            said = _named(old, new)
            yield from _parties(said, _roles(base, merged), f"the thresholds of tier {tier.label}", _TIERS)
    before, after = ({**side.suites, **side.shared} for side in (base, merged))
    for path in paths:
        was, now = before.get(path), after.get(path)
        if _of_suite(was) != _of_suite(now):
            holders = _roles(base, merged) if is_shared(path) else _owners(path, base, merged)
            suite = was or now
            yield from _parties(_named(was, now), holders, f"the gates of {suite.name if suite else path}", path)


def _named(old: TierPolicy | Suite | None, new: TierPolicy | Suite | None) -> Thresholds | None:
    return (old.thresholds if old else None) or (new.thresholds if new else None)


def _parties(
    said: Thresholds | None, holders: Mapping[str, tuple[str, ...]], what: str, path: str
) -> Iterator[OwnerSet]:
    for party in said.parties if said else ():
        yield OwnerSet(holders.get(party, ()), f"{party}: agreed on {what}", (path,))


def _roles(base: Snapshot, merged: Snapshot) -> Mapping[str, tuple[str, ...]]:
    settings = base.settings or merged.settings
    return settings.roles if settings else {}


def _owners(path: str, base: Snapshot, merged: Snapshot) -> Mapping[str, tuple[str, ...]]:
    registration = f"systems/{system_of(path)}/system.yaml"
    system = base.systems.get(registration) or merged.systems.get(registration)
    return system.owners if system else {}


def _of_tier(tier: TierPolicy | None) -> object:
    """The numbers of a tier, and who agreed on them. Controls, owners and approvals are no numbers of a gate."""
    if tier is None:
        return None
    return (tier.gates, tier.least_cases, tier.tags, tier.max_age_days, tier.document_days, tier.thresholds)


def _of_suite(suite: Suite | None) -> str:
    if suite is None:
        return ""
    numbers = {gate.metric: [gate.min, gate.max, gate.max_regression, gate.confidence] for gate in suite.gates}
    said = suite.thresholds
    return digest([numbers, [*said.parties, said.review_by] if said else None])
