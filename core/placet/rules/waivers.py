"""Rules about waivers: an expired one counts as absent, and never silently."""

from __future__ import annotations

from collections.abc import Iterator

from placet.controls import Standing, status_of
from placet.model.policy import Control, Means
from placet.model.register import System, Waiver
from placet.model.suite import CRITICAL
from placet.parse.kinds import system_of
from placet.rules.problem import Check, Problem
from placet.shared import suites_for


def expired(check: Check) -> Iterator[Problem]:
    for waiver in check.snapshot.waivers.values():
        if not waiver.holds_on(check.today):
            message = f"the waiver of `{waiver.control}` ended on {waiver.until}"
            advice = "meet the control and remove this file, or ask for a new waiver in a pull request of its own"
            yield Problem(waiver.path, check.snapshot.at(waiver.path, "until"), message, help=advice)


def resolves(check: Check) -> Iterator[Problem]:
    for waiver in check.snapshot.waivers.values():
        folder = system_of(waiver.path)
        registration = f"systems/{folder}/system.yaml"
        system = check.snapshot.systems.get(registration)
        if waiver.system not in (folder, system.id if system else None):
            position = check.snapshot.at(waiver.path, "system")
            message = f"this folder belongs to `{folder}`, and not to `{waiver.system}`"
            yield Problem(waiver.path, position, message, help=_home(check, waiver, folder))
        elif check.misses_registration(waiver.path):
            position = check.snapshot.at(waiver.path, "system")
            advice = "register the system, or remove its folder"
            yield Problem(waiver.path, position, f"there is no {registration}", help=advice)
        elif system is not None:
            yield from _names_something(check, waiver, system)


def _home(check: Check, waiver: Waiver, folder: str | None) -> str:
    if f"systems/{waiver.system}/system.yaml" in check.snapshot.files:
        return f"move this file to systems/{waiver.system}/waivers/, or write `system: {folder}`"
    return f"write `system: {folder}`"


def _names_something(check: Check, waiver: Waiver, system: System) -> Iterator[Problem]:
    known = _waivable_ids(check, system)
    if waiver.control not in known and not _may_be_known(check, waiver.control, system):
        position = check.snapshot.at(waiver.path, "control")
        advice = check.did_you_mean(waiver.path, waiver.control, known, "name a control, or a gate as SUITE.METRIC")
        yield Problem(waiver.path, position, f"no control or gate `{waiver.control}`", help=advice)


def _may_be_known(check: Check, control: str, system: System) -> bool:
    """Whether another finding is about the control, whose file is broken or says another id; or about the suite."""
    suite, is_gate, _ = control.partition(".")
    if not is_gate:
        return f"policies/controls/{control}.yaml" in check.snapshot.files
    read = any(one.name == suite for one in suites_for(system, check.snapshot))
    return not read and check.says_why_missing(system, suite)


def waivable(check: Check) -> Iterator[Problem]:
    fixed = {control.id for control in check.snapshot.controls.values() if not control.waivable}
    for waiver in check.snapshot.waivers.values():
        if waiver.control in fixed:
            position = check.snapshot.at(waiver.path, "control")
            advice = "meet it; only a change of policy, decided by the old policy, can lift it"
            yield Problem(waiver.path, position, f"control `{waiver.control}` can't be waived", help=advice)


def still_needed(check: Check) -> Iterator[Problem]:
    """Only what files show. Whether a gate holds again is known once its suite has run."""
    for waiver, system, control in _demanded(check):
        shown = control is not None and control.waivable and control.means not in _RUN_OR_SAID
        status = status_of(control, system, check.snapshot).on(check.today) if control and shown else None
        if status is not None and status.standing is Standing.MET:
            position = check.snapshot.at(waiver.path, "control")
            advice = "remove this file: an exception that nobody needs hides the next time that somebody would"
            message = f"control `{waiver.control}` is met again: {status.text}"
            yield Problem(waiver.path, position, message, help=advice)


def still_asked(check: Check) -> Iterator[Problem]:
    ids = {
        control.id for path, control in check.snapshot.controls.items() if control.waivable and _named(path, control)
    }
    for waiver, system, control in _demanded(check):
        if control is None and waiver.control in ids:
            position = check.snapshot.at(waiver.path, "control")
            message = f"tier {system.tier.label} doesn't demand control `{waiver.control}`"
            advice = "remove this file, or name what is to be waived"
            yield Problem(waiver.path, position, message, help=advice)


def _named(path: str, control: Control) -> bool:
    """Whether its id is its file's name; else POL003 says so, and a tier may mean it by either."""
    return path.endswith(f"/{control.id}.yaml")


#: What meets these isn't in a file: a run decides, or a person.
_RUN_OR_SAID = frozenset({Means.SUITE, Means.APPROVAL})


def _demanded(check: Check) -> Iterator[tuple[Waiver, System, Control | None]]:
    """The waivers that hold in the folder of their own system, and the control of its tier that each is for."""
    for waiver in check.snapshot.waivers.values():
        system = check.snapshot.systems.get(f"systems/{system_of(waiver.path)}/system.yaml")
        if system is None or check.policies is None or waiver.system != system.id or not waiver.holds_on(check.today):
            continue  # WAI001 and WAI002 say what is wrong
        demanded = check.policies.controls_of(system.tier)
        yield waiver, system, next((control for control in demanded if control.id == waiver.control), None)


def _waivable_ids(check: Check, system: System) -> set[str]:
    controls = {control.id for control in check.snapshot.controls.values()}
    suites = suites_for(system, check.snapshot)
    gates = {f"{suite.name}.{gate.metric}" for suite in suites for gate in suite.gates}
    return controls | gates | {f"{suite.name}.{CRITICAL}" for suite in suites}
