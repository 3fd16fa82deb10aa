"""Rules about the controls of a system's tier, as far as files can meet them before a pull request is judged."""

from __future__ import annotations

from collections.abc import Iterator

from placet.controls import ControlStatus, Standing, status_of
from placet.findings import Position
from placet.model.policy import Means, Phase
from placet.model.register import System
from placet.parse.kinds import Kind
from placet.rules.problem import Check, Problem
from placet.rules.systems import judged


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
        elif status.standing is Standing.MISSING and not check.has_unread_suites(system):
            named = {control.name for control in check.snapshot.controls.values() if control.means is Means.SUITE}
            names = [suite.name for suite in check.snapshot.suites_of(system) if suite.name not in named]
            advice = _instead(check, status, names, "write `name: {}` in the suite `{}`, and name its file so")
            yield _problem(system.path, _tier(check, system), system, status, advice)


def fields_present(check: Check) -> Iterator[Problem]:
    for means, key in ((Means.FIELD, None), (Means.MONITOR, "monitoring")):
        for system, status in _unmet(check, means):
            name = key or status.control.name
            known = name in system.fields
            position = check.snapshot.at(system.path, name, key=True) if known else _tier(check, system)
            yield _problem(system.path, position, system, status, status.control.reason)


def _problem(path: str, position: Position, system: System, status: ControlStatus, advice: str) -> Problem:
    message = f"control `{status.control.id}` of tier {system.tier.label} isn't met: {status.text}"
    return Problem(path, position, message, help=advice, control=status.control.id)


def _tier(check: Check, system: System) -> Position:
    """The tier is why the control is demanded."""
    return check.snapshot.at(system.path, "risk", "tier")


def _instead(check: Check, status: ControlStatus, known: list[str], respelling: str) -> str:
    """To spell right what looks like it and meets no other control, or else to write what is missing."""
    close = check.guesses.closest(status.control.name, known)
    return respelling.format(status.control.name, close) if close else f"write {status.path}: {status.control.reason}"


def _unmet(check: Check, means: Means) -> Iterator[tuple[System, ControlStatus]]:
    """Controls due by the merge that `means` would meet. Whether a waiver covers one is `waived`'s business."""
    for system, policies in judged(check):
        for control in policies.controls_of(system.tier):
            if control.means is means and control.phase <= Phase.PR:
                status = status_of(control, system, check.snapshot)
                if status.standing is not Standing.MET:
                    yield system, status
