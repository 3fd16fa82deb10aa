"""How one system stands to what policy demands of it: the production-readiness review, put together from what is known.

Pure, and decides nothing: what files show comes from `controls`, what was measured from records that are handed in.
Whether gates are met is a review's business, and so no control that a suite meets is called met here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from placet.classification import least_tier, matching
from placet.controls import ControlStatus, Standing, status_of
from placet.evidence import RunRecord
from placet.findings import Finding, Severity
from placet.judged import parts_of, stale_scopes
from placet.labels import labels_of, path_of, subjects_of, suites_named, tally
from placet.measured import Measured, measured_of, runs_for, tier_of
from placet.model.incident import Incident
from placet.model.policy import ClassificationRule, Control, Means, Phase, Policies, Tier
from placet.model.register import System, Waiver
from placet.next_steps import next_step
from placet.parse.kinds import system_of
from placet.parse.misplaced import PREFIX
from placet.parse.snapshot import Snapshot
from placet.record import record

#: What a file can show of these: that something is there, by whom and of when. Never that it is true.
_SHOWN_BY_FILES = frozenset({Means.DOCUMENT, Means.FIELD, Means.MONITOR, Means.LABELS})


class State(StrEnum):
    """How a control stands, worst first."""

    DUE = "due"
    STALE = "stale"
    WAIVED = "waived"
    CLAIMED = "claimed"  # somebody supplied what its suite judges
    MEASURED = "measured"  # its suite has run on this content; a review says whether its gates are met
    LATER = "later"
    ASKED = "asked"  # of a person, on every pull request
    UNREACHED = "unreached"  # its suite has nothing to run on here
    MET = "met"


@record
class Row:
    """One control of the system's tier. `path` is where to look, `next` what to do."""

    control: Control
    state: State
    why: str
    next: str
    path: str
    until: str  # the last day (ISO) on which it stands so, where there is one
    reasons: tuple[str, ...] = ()  # for a stale document: file → scope → document

    @property
    def shown_by_files(self) -> bool:
        return self.control.means in _SHOWN_BY_FILES


@record
class Excused:
    """A waiver in the system's folder. `days` are those left, today included; 0 when it has ended."""

    waiver: Waiver
    days: int
    wrong: tuple[str, ...]  # what rules find about it


@record
class Labelled:
    suite: str
    outputs: int  # of today's content
    people: int
    all: int


@record
class SystemStanding:
    system: System
    tier: Tier
    computed: Tier
    because: tuple[ClassificationRule, ...]
    missing_owners: tuple[str, ...]
    rows: tuple[Row, ...]
    measured: tuple[Measured, ...]
    waivers: tuple[Excused, ...]
    incidents: tuple[Incident, ...]
    labels: tuple[Labelled, ...]
    errors: tuple[Finding, ...]
    warnings: int
    today: date

    def counted(self, state: State) -> int:
        return sum(row.state is state for row in self.rows)

    @property
    def holding(self) -> int:
        """How many waivers hold today."""
        return sum(bool(one.days) for one in self.waivers)


@record
class Known:
    """What is known beside the files: findings of the whole snapshot, and records of runs by digest of subject."""

    findings: tuple[Finding, ...]
    records: Mapping[str, Sequence[RunRecord]]
    now: datetime


def standing_of(system: System, snapshot: Snapshot, known: Known) -> SystemStanding:
    """Put together how `system` stands. The snapshot must have whole policies."""
    policies, today = _policies(snapshot), known.now.date()
    tier = tier_of(system, policies)
    days = policies.tiers[tier].max_age_days
    measured = tuple(measured_of(run, days, known.records, known.now) for run in runs_for(system, snapshot))
    of_system = [finding for finding in known.findings if finding.path.startswith(f"{system.folder}/")]
    waivers = tuple(_excused(waiver, today, of_system) for waiver in _waivers_in(system, snapshot))
    rows = [_row(control, system, snapshot, (measured, waivers, today)) for control in policies.controls_of(tier)]
    order = list(State)
    return SystemStanding(
        system=system,
        tier=tier,
        computed=least_tier(system.factors, policies.classification),
        because=matching(system.factors, policies.classification),
        missing_owners=tuple(role for role in policies.owner_roles_of(tier) if not system.owners.get(role)),
        rows=tuple(sorted(rows, key=lambda row: order.index(row.state))),
        measured=measured,
        waivers=waivers,
        incidents=_incidents_of(system, snapshot),
        labels=tuple(_labelled(system, snapshot)),
        errors=tuple(finding for finding in of_system if finding.severity is Severity.ERROR),
        warnings=sum(finding.severity is Severity.WARNING for finding in of_system),
        today=today,
    )


def _policies(snapshot: Snapshot) -> Policies:
    if snapshot.policies is None:
        msg = "how a system stands needs whole policies"
        raise ValueError(msg)
    return snapshot.policies


def _waivers_in(system: System, snapshot: Snapshot) -> Iterable[Waiver]:
    folder = system_of(system.path)
    found = (waiver for waiver in snapshot.waivers.values() if system_of(waiver.path) == folder)
    return sorted(found, key=lambda waiver: (waiver.until, waiver.path))


def _excused(waiver: Waiver, today: date, findings: Iterable[Finding]) -> Excused:
    wrong = (finding.message for finding in findings if finding.path == waiver.path)
    days = (waiver.until - today).days + 1 if waiver.holds_on(today) else 0
    return Excused(waiver, days, tuple(wrong))


def _incidents_of(system: System, snapshot: Snapshot) -> tuple[Incident, ...]:
    """Open ones first, then the newest."""
    folder = system_of(system.path)
    found = (one for path, one in snapshot.incidents.items() if system_of(path) == folder)
    return tuple(sorted(found, key=lambda one: (one.resolved is not None, -one.detected.toordinal(), one.id)))


def _labelled(system: System, snapshot: Snapshot) -> Iterable[Labelled]:
    subjects = subjects_of(system, snapshot)
    for name in sorted({suite.name for suite in snapshot.suites_of(system)}):
        labels = labels_of(system, name, snapshot)
        if path_of(system, name) in snapshot.labels:
            cases = {case.id for suite in suites_named(system, name, snapshot) for case in suite.cases}
            found = tally(labels, subjects, cases)
            yield Labelled(name, found.outputs, found.people, len(labels))


_Beside = tuple[tuple[Measured, ...], tuple[Excused, ...], date]


def _row(control: Control, system: System, snapshot: Snapshot, beside: _Beside) -> Row:
    measured, waivers, today = beside
    status = status_of(control, system, snapshot).on(today)
    state, why = _state(status, _runs_of(control, measured))
    until = status.until if state in (State.MET, State.STALE) else ""
    held = [one for one in waivers if one.days and one.waiver.control == control.id and control.waivable]
    held = [one for one in held if one.waiver.system == system.id]
    if state in (State.DUE, State.STALE) and held:
        waiver = held[-1].waiver  # the one that holds longest
        why = f"{why}; {waiver.approver} accepted that"
        step = f"meet it by {waiver.until}: {next_step(status)}"
        return Row(control, State.WAIVED, why, step, status.path, waiver.until.isoformat())
    if state is State.ASKED:
        why = f"{why}, on each pull request"
    if state is State.DUE and control.phase > Phase.PR and system.lifecycle != "production":
        return Row(
            control, State.LATER, f"{why}; due by {control.phase.name.lower()}", next_step(status), status.path, ""
        )
    reasons = _path_of_reasons(status, system, snapshot) if state is State.STALE else ()
    done = state in _DONE or (state is State.UNREACHED and not system.prompts)
    step = "" if done else next_step(status)
    return Row(control, state, why, step, status.path, until, reasons)


#: Nothing is left to do about these before the next change.
_DONE = frozenset({State.MET, State.MEASURED, State.CLAIMED, State.ASKED})


def _runs_of(control: Control, measured: Sequence[Measured]) -> list[Measured]:
    """What would meet it: the shared suite where that runs, else the system's own."""
    if control.means is not Means.SUITE:
        return []
    shared = [one for one in measured if one.suite == f"{PREFIX}{control.name}"]
    return shared or [one for one in measured if one.suite == control.name]


#: Standings that say by themselves how a control stands.
_STATES = {
    Standing.MET: State.MET,
    Standing.STALE: State.STALE,
    Standing.LATER: State.ASKED,
    Standing.UNREACHED: State.UNREACHED,
}


def _state(status: ControlStatus, runs: Sequence[Measured]) -> tuple[State, str]:
    """A suite that is there has shown nothing before it ran on this content."""
    state = _STATES.get(status.standing, State.DUE)
    if status.control.means is not Means.SUITE or state is not State.MET:
        return state, status.text
    if not runs:
        return State.DUE, f"{status.text}; nothing of it can run on this system"
    cases, known = sum(one.cases for one in runs), sum(one.known for one in runs)
    if known < cases:
        return State.DUE, f"{status.text}; {known} of {cases} cases measured on today's content"
    since = min(one.since for one in runs)
    if any(one.claim for one in runs):
        return State.CLAIMED, f"{status.text}; all told by a recorded file of {since}, which is somebody's word"
    return State.MEASURED, f"{status.text}; all measured since {since}"


def _path_of_reasons(status: ControlStatus, system: System, snapshot: Snapshot) -> tuple[str, ...]:
    """From the files that a stale document judged to the document: one of them changed."""
    document = snapshot.documents.get(status.path)
    if document is None:
        return ()
    stale = stale_scopes(document, system, snapshot)
    named = {scope: list(parts_of(scope, system, snapshot)) for scope in stale}
    return tuple(f"{_some(paths)} → {scope} → {document.path}" for scope, paths in named.items())


def _some(paths: Sequence[str]) -> str:
    if len(paths) == 1:
        return paths[0]
    return f"one of {len(paths)} files ({paths[0]} ...)" if paths else "what is gone"
