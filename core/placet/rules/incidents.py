"""Rules about incidents: what one names exists, its dates are in order, and a regression case came of it."""

from __future__ import annotations

from placet.model.policy import Tier
from placet.parse.kinds import Kind, system_of
from placet.rules.problem import Problem
from placet.rules.systems import may_exist
from placet.shared import suites_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from placet.model.incident import Incident
    from placet.model.register import System
    from placet.rules.problem import Check


def belongs(check: Check) -> Iterator[Problem]:
    for incident in check.snapshot.incidents.values():
        folder = system_of(incident.path)
        registration = f"systems/{folder}/system.yaml"
        system = check.snapshot.systems.get(registration)
        position = check.snapshot.at(incident.path, "system")
        if incident.system not in (folder, system.id if system else None):
            message = f"this folder belongs to `{folder}`, and not to `{incident.system}`"
            advice = f"write `system: {folder}`, or move this file to systems/{incident.system}/incidents/"
            yield Problem(incident.path, position, message, help=advice)
        elif check.misses_registration(incident.path):
            advice = "register the system, or remove its folder"
            yield Problem(incident.path, position, f"there is no {registration}", help=advice)


def id_is_name(check: Check) -> Iterator[Problem]:
    for incident in check.snapshot.incidents.values():
        name = incident.path.rpartition("/")[2].removesuffix(".yaml")
        if incident.id != name:
            message = f"the id is `{incident.id}` and the file `{name}.yaml`"
            advice = f"write `id: {name}`, or rename the file"
            yield Problem(incident.path, check.snapshot.at(incident.path, "id"), message, help=advice)


def cases_exist(check: Check) -> Iterator[Problem]:
    for incident, system in _with_systems(check):
        suites = suites_for(system, check.snapshot) if incident.cases else ()
        known = {f"{suite.name}/{case.id}" for suite in suites for case in suite.cases}
        for index, named in enumerate(incident.cases):
            if named not in known and not may_exist(check, system, named, suites):
                position = check.snapshot.at(incident.path, "cases", index)
                advice = check.did_you_mean(incident.path, named, known, "write the case, and name it as SUITE/CASE-ID")
                yield Problem(incident.path, position, f"no case `{named}`", help=advice)


def names_exist(check: Check) -> Iterator[Problem]:
    """What an incident says of the registration: its failure mode, its monitor and its owner role.

    Its prompt may be gone by now: that it misbehaved stays true.
    """
    for incident, system in _with_systems(check):
        modes = [mode["id"] for mode in system.fields.get("failure_modes") or ()]
        monitors = [monitor["name"] for monitor in system.fields.get("monitoring") or ()]
        for keys, what, name, known in (
            (("failure_mode",), "failure mode", incident.failure_mode, modes),
            (("detected_by", "monitor"), "monitor", incident.monitor, monitors),
            (("owner",), "owner role", incident.owner, [role for role, people in system.owners.items() if people]),
        ):
            if name is not None and name not in known:
                listed = f"has {', '.join(known)}" if known else "has none"
                advice = check.did_you_mean(incident.path, name, known, f"add it to {system.path}, which {listed}")
                message = f"{system.path} has no {what} `{name}`"
                yield Problem(incident.path, check.snapshot.at(incident.path, *keys), message, help=advice)


def dates_in_order(check: Check) -> Iterator[Problem]:
    for incident in check.snapshot.incidents.values():
        if incident.detected > check.today:
            position = check.snapshot.at(incident.path, "detected")
            message = f"it was detected on {incident.detected}, which is still to come"
            yield Problem(incident.path, position, message, help="write the day on which it was noticed")
        if incident.resolved is not None and incident.resolved < incident.detected:
            position = check.snapshot.at(incident.path, "resolved")
            message = f"it was resolved on {incident.resolved}, before it was detected on {incident.detected}"
            yield Problem(incident.path, position, message, help="correct the one that is wrong")
        elif incident.resolved is not None and incident.resolved > check.today:
            position = check.snapshot.at(incident.path, "resolved")
            message = f"it is resolved on {incident.resolved}, which is still to come"
            yield Problem(incident.path, position, message, help="leave `resolved` out until it is over")


def has_case(check: Check) -> Iterator[Problem]:
    return _without_case(check, (Tier.HIGH, Tier.CRITICAL))


def should_have_case(check: Check) -> Iterator[Problem]:
    return _without_case(check, (Tier.MEDIUM,))


def _without_case(check: Check, tiers: tuple[Tier, ...]) -> Iterator[Problem]:
    """What went wrong once and has no case may go wrong again, and nobody would be told."""
    for incident, system in _with_systems(check):
        if incident.resolved is not None and not incident.cases and system.tier in tiers:
            position = check.snapshot.at(incident.path, "resolved", key=True)
            message = f"it is resolved, and no regression case of this {system.tier.label} system would show it again"
            advice = "write the case that would have shown it, and name it: `cases: [core/CASE-ID]`"
            yield Problem(incident.path, position, message, help=advice)


def _with_systems(check: Check) -> Iterator[tuple[Incident, System]]:
    """Incidents in the folder of a system that can be read."""
    for incident in check.snapshot.incidents.values():
        system = check.snapshot.systems.get(f"systems/{system_of(incident.path)}/system.yaml")
        if system is not None and not check.has_unread(Kind.SYSTEM, incident.path):
            yield incident, system
