"""Whether a system meets a control, as far as files can show it.

Pure. A file can prove that a document exists, names its author and judged today's content; never that it is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from placet.judged import stale_scopes
from placet.model.policy import Control, Means
from placet.model.register import Document, System
from placet.model.suite import Suite
from placet.parse.snapshot import Snapshot
from placet.record import record, replace
from placet.shared import can_fail, reached, replaced_by, shared_suite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

#: A document of fewer words of its own than this is a template, and meets nothing.
LEAST_WORDS = 40


class Standing(StrEnum):
    MET = "met"
    MISSING = "missing"  # nothing there
    EMPTY = "empty"  # there, but without content
    STALE = "stale"  # judged other content than today's
    UNREACHED = "unreached"  # a shared suite that has nothing to run on
    LATER = "later"  # decided elsewhere: by a run, or by the people who approve


@record
class ControlStatus:
    control: Control
    standing: Standing
    text: str
    path: str = ""  # the file that shows it, or that should
    until: str = ""  # the last day on which it shows it, where it grows old

    def on(self, today: date) -> ControlStatus:
        """The same on `today`: what was shown too long ago is stale."""
        if self.standing is not Standing.MET or not self.until or today.isoformat() <= self.until:
            return self
        return replace(self, standing=Standing.STALE, text=f"{self.text}; that was enough until {self.until}")

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
    common = shared_suite(control, snapshot)
    if common is not None and replaced_by(control, system, snapshot) is None:
        prompts = reached(system, snapshot.prompts)
        if prompts or (suite is None and not control.own):
            return _by_shared(control, system, common, prompts)
    if suite is None:
        wanted = f"{system.folder}/evals/{control.name}.yaml"
        return ControlStatus(control, Standing.MISSING, f"no suite `{control.name}`", wanted)
    if not can_fail(suite):
        return ControlStatus(control, Standing.EMPTY, f"suite `{control.name}` has no gate", suite.path)
    return ControlStatus(control, Standing.MET, f"suite `{control.name}`, {len(suite.cases)} cases", suite.path)


def _by_shared(control: Control, system: System, suite: Suite, prompts: tuple[str, ...]) -> ControlStatus:
    if not can_fail(suite):
        return ControlStatus(control, Standing.EMPTY, f"shared suite `{control.name}` has no gate", suite.path)
    if not prompts:
        why = "no prompt has a variable marked as untrusted" if system.prompts else "the system has no prompt"
        text = f"shared suite `{control.name}` has nothing to run on: {why}"
        return ControlStatus(control, Standing.UNREACHED, text, suite.path)
    where = f" on each of {len(prompts)} prompts" if len(prompts) > 1 else ""
    text = f"shared suite `{control.name}`, {len(suite.cases)} cases{where}"
    return ControlStatus(control, Standing.MET, text, suite.path)


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
    text = f"judged today's {' and '.join(newest.judged)}"
    return ControlStatus(control, Standing.MET, text, newest.path, _counts_until(newest, system, snapshot))


def _counts_until(document: Document, system: System, snapshot: Snapshot) -> str:
    """The last day on which it counts: its own, or the one that its tier allows, whichever is first."""
    days = [document.review_by] if document.review_by else []
    tier = snapshot.tiers.get(system.tier)
    if tier is not None and tier.document_days is not None:
        from datetime import date

        last = min(document.dated.toordinal() + tier.document_days, date.max.toordinal())
        days.append(date.fromordinal(last).isoformat())
    return min(days, default="")


def _by_labels(control: Control, system: System, snapshot: Snapshot) -> ControlStatus:
    from placet.labels import labels_of, path_of, subjects_of, suites_named, tally

    path, labels = path_of(system, control.name), labels_of(system, control.name, snapshot)
    if not labels:
        return ControlStatus(control, Standing.MISSING, f"nobody has labelled outputs of `{control.name}`", path)
    cases = {case.id for suite in suites_named(system, control.name, snapshot) for case in suite.cases}
    found = tally(labels, subjects_of(system, snapshot), cases)
    if not found.outputs:
        text = f"{len(labels)} labels, and none of today's content"
        return ControlStatus(control, Standing.STALE, text, path)
    who = "1 person" if found.people == 1 else f"{found.people} people"
    if found.outputs < control.least:
        text = f"{found.outputs} of {control.least} outputs of `{control.name}` are labelled, by {who}"
        return ControlStatus(control, Standing.EMPTY, text, path)
    text = f"{who} labelled {found.outputs} outputs of `{control.name}`: {found.passed} pass, {found.failed} fail"
    until = found.until(control.least, control.max_age_days)
    if not until:
        return ControlStatus(control, Standing.STALE, f"{text}; their days aren't in any calendar", path)
    return ControlStatus(control, Standing.MET, text, path, until)


def _by_approval(control: Control, _: System, __: Snapshot) -> ControlStatus:
    return ControlStatus(control, Standing.LATER, f"an approval of role `{control.name}`")


_JUDGES: Mapping[Means, Callable[[Control, System, Snapshot], ControlStatus]] = {
    Means.FIELD: _by_field,
    Means.MONITOR: _by_monitor,
    Means.SUITE: _by_suite,
    Means.DOCUMENT: _by_document,
    Means.APPROVAL: _by_approval,
    Means.LABELS: _by_labels,
}
