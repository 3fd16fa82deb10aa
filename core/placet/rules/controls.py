"""Rules about the controls of a system's tier, as far as files can meet them before a pull request is judged."""

from __future__ import annotations

from collections.abc import Iterator

from placet.controls import ControlStatus, Standing, status_of
from placet.findings import Position
from placet.model.policy import Control, Means, Phase
from placet.model.register import System
from placet.parse.kinds import Kind
from placet.record import replace
from placet.rules.policies import FIELDS, GROUPS
from placet.rules.problem import Check, Problem
from placet.rules.systems import judged

_OWN = Kind.SYSTEM


def documents_present(check: Check) -> Iterator[Problem]:
    for system, status in _unmet(check, Means.DOCUMENT):
        if status.standing is Standing.EMPTY:
            position = check.snapshot.at(status.path, "kind")
            advice = f"write what the reader needs: {status.control.reason}"
            yield _problem(status.path, position, system, status, advice)
        elif status.standing is Standing.MISSING and not check.has_unread(Kind.DOCUMENT, f"{system.folder}/documents/"):
            named = {control.name for control in check.snapshot.controls.values() if control.means is Means.DOCUMENT}
            kinds = [document.kind for document in check.snapshot.documents_of(system) if document.kind not in named]
            advice = _instead(check, status, kinds, "write `kind: {}` in the document of kind `{}`")
            yield _problem(system.path, _tier(check, system), system, status, advice)


def suites_present(check: Check) -> Iterator[Problem]:
    for system, status in _unmet(check, Means.SUITE):
        suite = check.snapshot.suites.get(status.path)
        if status.standing is Standing.EMPTY and suite is not None and not check.has_broken_cases(suite):
            position = check.snapshot.at(status.path, "name")
            advice = f"give it a gate, or critical cases: {status.control.reason}"
            yield _problem(status.path, position, system, status, advice)
        elif status.standing is Standing.MISSING and status.path not in check.snapshot.files:
            named = {control.name for control in check.snapshot.controls.values() if control.means is Means.SUITE}
            names = [suite.name for suite in check.snapshot.suites_of(system) if suite.name not in named]
            advice = _instead(check, status, names, "write `name: {}` in the suite `{}`, and name its file so")
            yield _problem(system.path, _tier(check, system), system, status, advice)


def labels_present(check: Check) -> Iterator[Problem]:
    for system, status in _unmet(check, Means.LABELS):
        advice = f"judge outputs of it: placet label {status.control.name}. {status.control.reason}"
        yield _problem(system.path, _tier(check, system), system, status, advice)


def fields_present(check: Check) -> Iterator[Problem]:
    for means, key in ((Means.FIELD, None), (Means.MONITOR, "monitoring")):
        for system, status in _unmet(check, means):
            name = key or status.control.name
            if name not in FIELDS:
                continue  # POL007 says so, once
            known = name in system.fields
            position = check.snapshot.at(system.path, name, key=True) if known else _tier(check, system)
            yield _problem(system.path, position, system, status, _filling(check, system, status, name))


def _filling(check: Check, system: System, status: ControlStatus, name: str) -> str:
    """What to write, with an example that would meet the control, and why."""
    from placet.parse.examples import examples_of, written

    if status.control.means is Means.MONITOR:
        shown = [[_monitor(system, status.control.name)]]
    else:
        values = ((value, replace(system, fields={**system.fields, name: value})) for value in examples_of(_OWN, name))
        shown = [
            value for value, said in values if status_of(status.control, said, check.snapshot).standing is Standing.MET
        ]
    what = "add" if name not in system.fields else "fill in"
    what = "add a monitor to" if status.control.means is Means.MONITOR and system.fields.get(name) else what
    example = f", for example: {written(shown[0])}" if shown else ""
    return f"{what} `{name}:`{example}. {status.control.reason}"


def _monitor(system: System, wanted: str) -> dict[str, str]:
    """The form of a monitor of that group, or name; what is measured, and when somebody is called, is its owner's."""
    owner = "technical" if "technical" in system.owners else next(iter(system.owners), "technical")
    name, group = ("...", wanted) if wanted in GROUPS else (wanted, "quality")
    return {"name": name, "group": group, "signal": "...", "alert": "...", "owner": owner}


def _problem(path: str, position: Position, system: System, status: ControlStatus, advice: str) -> Problem:
    message = f"control `{status.control.id}` of tier {system.tier.label} isn't met: {status.text}"
    return Problem(path, position, message, help=advice, control=status.control.id)


def _tier(check: Check, system: System) -> Position:
    """The tier is why the control is demanded."""
    return check.snapshot.at(system.path, "risk", "tier")


def _instead(check: Check, status: ControlStatus, known: list[str], respelling: str) -> str:
    """To spell right what looks like it and meets no other control, or else to write what is missing."""
    close = check.closest(status.path, status.control.name, known)
    return respelling.format(status.control.name, close) if close else f"write {status.path}: {status.control.reason}"


def _unmet(check: Check, means: Means) -> Iterator[tuple[System, ControlStatus]]:
    """Controls due by the merge that `means` would meet. Whether a waiver covers one is `waived`'s business."""
    for system, policies in judged(check):
        for control in policies.controls_of(system.tier):
            if control.means is means and control.phase <= Phase.PR:
                status = status_of(control, system, check.snapshot).on(check.today)
                if status.standing is not Standing.MET and not _was_waived(check, system, control):
                    yield system, status


def _was_waived(check: Check, system: System, control: Control) -> bool:
    """Whether a waiver of it has ended, and none holds: WAI001 says so, and asks to meet the control."""
    found = check.snapshot.waivers_of(system) if control.waivable else ()
    here = [one for one in found if one.control == control.id and one.path.startswith(f"{system.folder}/")]
    return bool(here) and not any(waiver.holds_on(check.today) for waiver in here)
