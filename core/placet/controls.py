"""Whether a system meets a control, as far as files can show it.

Pure. A file can prove that a document exists, names its author and judged today's content; never that it is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from placet.digest import judged_digests
from placet.model.policy import Control, Means
from placet.model.register import Document, System
from placet.parse.snapshot import Snapshot
from placet.record import record

#: A document of fewer words of its own than this is a template, and meets nothing.
LEAST_WORDS = 40


class Standing(StrEnum):
    MET = "met"
    MISSING = "missing"  # nothing there
    EMPTY = "empty"  # there, but without content
    STALE = "stale"  # judged other content than today's
    LATER = "later"  # decided elsewhere: by a run, or by the people who approve


@record
class ControlStatus:
    control: Control
    standing: Standing
    text: str
    path: str = ""  # the file that shows it, or that should

    @property
    def by_approval(self) -> bool:
        return self.control.means is Means.APPROVAL


def status_of(control: Control, system: System, snapshot: Snapshot) -> ControlStatus:
    """How `system` stands to `control` in `snapshot`."""
    return _JUDGES[control.means](control, system, snapshot)


def _by_field(control: Control, system: System, _: Snapshot) -> ControlStatus:
    value = system.fields.get(control.name)
    if control.name == "rollout" and value and value["strategy"] == "all-at-once":
        text = "`rollout` is all at once, and so the first to meet a change is everybody"
        return ControlStatus(control, Standing.EMPTY, text, system.path)
    if value:
        return ControlStatus(control, Standing.MET, f"`{control.name}` is filled in", system.path)
    if control.name in system.fields:
        return ControlStatus(control, Standing.EMPTY, f"`{control.name}` is empty", system.path)
    return ControlStatus(control, Standing.MISSING, f"the registration has no `{control.name}`", system.path)


def _by_monitor(control: Control, system: System, _: Snapshot) -> ControlStatus:
    monitors = system.fields.get("monitoring") or []
    if any(control.name in (monitor.get("name"), monitor.get("group")) for monitor in monitors):
        return ControlStatus(control, Standing.MET, f"monitor `{control.name}` is registered", system.path)
    return ControlStatus(control, Standing.MISSING, f"no monitor `{control.name}` under `monitoring`", system.path)


def _by_suite(control: Control, system: System, snapshot: Snapshot) -> ControlStatus:
    suite = next((suite for suite in snapshot.suites_of(system) if suite.name == control.name), None)
    if suite is None:
        wanted = f"{system.folder}/evals/{control.name}.yaml"
        return ControlStatus(control, Standing.MISSING, f"no suite `{control.name}`", wanted)
    if not suite.gates and not any(case.critical or case.forbidden for case in suite.cases):
        return ControlStatus(control, Standing.EMPTY, f"suite `{control.name}` has no gate", suite.path)
    return ControlStatus(control, Standing.MET, f"suite `{control.name}`, {len(suite.cases)} cases", suite.path)


def _by_document(control: Control, system: System, snapshot: Snapshot) -> ControlStatus:
    found = [document for document in snapshot.documents_of(system) if document.kind == control.name]
    if not found:
        wanted = f"{system.folder}/documents/{control.name}.md"
        return ControlStatus(control, Standing.MISSING, f"no document of kind `{control.name}`", wanted)
    newest = max(found, key=lambda document: (document.dated, document.path))
    if newest.words < LEAST_WORDS:
        return ControlStatus(control, Standing.EMPTY, f"{newest.words} words of its own: a template", newest.path)
    stale = stale_scopes(newest, system, snapshot)
    if stale:
        text = f"judged the {' and '.join(stale)} of {newest.dated}, which changed since"
        return ControlStatus(control, Standing.STALE, text, newest.path)
    if not newest.judged:
        return ControlStatus(control, Standing.EMPTY, "doesn't say what it judged", newest.path)
    return ControlStatus(control, Standing.MET, f"judged today's {' and '.join(newest.judged)}", newest.path)


def _by_approval(control: Control, _: System, __: Snapshot) -> ControlStatus:
    return ControlStatus(control, Standing.LATER, f"an approval of role `{control.name}`")


_JUDGES: Mapping[Means, Callable[[Control, System, Snapshot], ControlStatus]] = {
    Means.FIELD: _by_field,
    Means.MONITOR: _by_monitor,
    Means.SUITE: _by_suite,
    Means.DOCUMENT: _by_document,
    Means.APPROVAL: _by_approval,
}


def stale_scopes(document: Document, system: System, snapshot: Snapshot) -> tuple[str, ...]:
    """The scopes whose content is no longer what `document` judged."""
    today = judged_digests(system, snapshot.prompts)
    return tuple(scope for scope, judged in document.judged.items() if today.get(scope) != judged)
