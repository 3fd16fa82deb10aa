"""What a document may judge: scopes of a system's content, each with a digest and with the files that it is made of.

Pure. A material edit of a file changes the digest of every scope that the file is part of, and of no other: exactly
the documents that judged one of them are stale, and the files that differ say why.
"""

from __future__ import annotations

from placet.digest import (
    cases_digest,
    data_digest,
    digest,
    prompt_content,
    prompts_digest,
    registration_digest,
    suite_digest,
)
from placet.record import replace
from placet.shared import shared_suite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from placet.model.policy import Control, TierPolicy
    from placet.model.register import Document, System
    from placet.model.suite import Suite
    from placet.parse.snapshot import Snapshot

_TIERS = "policies/tiers.yaml"


def scope_digest(scope: str, system: System, snapshot: Snapshot) -> str:
    """The digest of today's content of one scope."""
    if scope == "prompts":
        return prompts_digest(system, snapshot.prompts)
    parts = parts_of(scope, system, snapshot)
    return parts[system.path] or "" if scope in _OF_ONE_FILE else digest(dict(parts))


def judged_digests(system: System, snapshot: Snapshot) -> dict[str, str]:
    """The same for every scope."""
    return {scope: scope_digest(scope, system, snapshot) for scope in _PARTS}


def parts_of(scope: str, system: System, snapshot: Snapshot) -> Mapping[str, str | None]:
    """What a scope is made of: by path of each file, the digest of what the scope takes from it."""
    return _PARTS[scope](system, snapshot)


def stale_scopes(document: Document, system: System, snapshot: Snapshot) -> tuple[str, ...]:
    """The scopes whose content is no longer what `document` judged."""
    return tuple(
        scope
        for scope, judged in document.judged.items()
        if scope in _PARTS and scope_digest(scope, system, snapshot) != judged
    )


def why_stale(
    document: Document, before: tuple[System, Snapshot] | None, after: tuple[System, Snapshot]
) -> Mapping[str, tuple[str, ...]]:
    """By scope that `document` judged and that changed: the files by which it differs from what it was `before`."""
    stale = stale_scopes(document, *after)
    return {scope: differing(scope, before, after) if before else () for scope in stale}


def differing(scope: str, before: tuple[System, Snapshot], after: tuple[System, Snapshot]) -> tuple[str, ...]:
    """The files by which `scope` differs between two states of a system."""
    old, new = parts_of(scope, *before), parts_of(scope, *after)
    return tuple(path for path in sorted({*old, *new}) if path not in old or path not in new or old[path] != new[path])


def _registration(system: System, _: Snapshot) -> dict[str, str | None]:
    return {system.path: registration_digest(system)}


def _data(system: System, _: Snapshot) -> dict[str, str | None]:
    return {system.path: data_digest(system)}


def _prompts(system: System, snapshot: Snapshot) -> dict[str, str | None]:
    known = snapshot.prompts
    used = [use.path for use in system.prompts]
    return {path: digest(prompt_content(known[path])) if path in known else None for path in used}


def _suites(system: System, snapshot: Snapshot) -> dict[str, str | None]:
    return dict(part for suite in snapshot.suites_of(system) for part in _of_suite(suite, snapshot))


def _of_suite(suite: Suite, snapshot: Snapshot) -> Iterator[tuple[str, str | None]]:
    """A case file may serve several suites, and each takes the same of it."""
    if suite.cases_path is None:
        yield suite.path, suite_digest(suite)
    else:
        yield suite.path, suite_digest(replace(suite, cases=()))
        yield suite.cases_path, cases_digest(suite)
    if suite.recorded is not None:
        recording = snapshot.recordings.get(suite.recorded)
        yield suite.recorded, recording.digest if recording else None


def _controls(system: System, snapshot: Snapshot) -> dict[str, str | None]:
    """What policy demands of the tier that the registration declares."""
    policies = snapshot.policies
    if policies is None:
        return {}
    parts: dict[str, str | None] = {_TIERS: digest(_tier(policies.tiers[system.tier]))}
    demanded = policies.controls_of(system.tier)
    parts[_TIERS] = digest([parts[_TIERS], [control.id for control in demanded], policies.owner_roles_of(system.tier)])
    for control in demanded:
        parts[control.path] = digest(_control(control))
        suite = shared_suite(control, snapshot)
        parts.update(_of_suite(suite, snapshot) if suite else ())
    return parts


def _tier(tier: TierPolicy) -> object:
    gates, approvals = tier.gates, tier.approvals
    return {
        "approvals": [approvals.people, approvals.roles, approvals.rollback_people],
        "gates": [gates.floor, gates.margin, gates.confidence, gates.inconclusive, gates.error_budget],
        "more": [gates.known_failures_block, gates.max_cost_increase, gates.extension],
        "suites": [tier.least_cases, tier.tags],
        "models": tier.pinned_models,
        "ages": [tier.max_age_days, tier.document_days],
    }


def _control(control: Control) -> object:
    """Everything that it says but its title."""
    return {
        "reason": control.reason,
        "phase": int(control.phase),
        "met_by": [control.means.value, control.name, control.least, control.max_age_days],
        "own": control.own,
        "waivable": control.waivable,
        "crosswalk": {name: list(ids) for name, ids in control.crosswalk.items()},
    }


_PARTS: Mapping[str, Callable[[System, Snapshot], Mapping[str, str | None]]] = {
    "registration": _registration,
    "prompts": _prompts,
    "data": _data,
    "suites": _suites,
    "controls": _controls,
}
#: Scopes that are one file's, whose digest is the scope's own.
_OF_ONE_FILE = frozenset({"registration", "data"})
#: The scopes, as front matter writes them.
SCOPES = tuple(_PARTS)
