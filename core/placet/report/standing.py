"""The production-readiness review of one system: as a tree on a terminal, as Markdown, as JSON.

What needs somebody comes first. Which rows a file can only prove to exist and be fresh is said in the review itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from placet.measured import Measured
from placet.model.register import System
from placet.record import record
from placet.report.escape import Safe, code, name, plain, prose
from placet.report.numbers import count, listed
from placet.report.paint import Paint
from placet.report.trees import Branch, bounded, drawn
from placet.standing import Excused, Row, State, SystemStanding

#: What a row says whose control a file meets.
MARK = "◦"
ONLY_FILES = (
    f"{MARK} A file shows this: that it exists, by whom and of which content. "
    "Nobody can tell from a file that it is true, complete or good."
)
NOT_DECIDED = (
    "`measured` means that the suite has run on this content, and `claimed` that somebody supplied its outputs: "
    "whether gates are met, `placet review` decides."
)
NO_EVIDENCE = "this clone knows of nothing that was measured; run `placet review` on the branch that changes it"
_SIGNS = {State.MET: "✓", State.DUE: "✗", State.STALE: "✗", State.WAIVED: "!", State.MEASURED: "✓"}
_NEEDING = (State.DUE, State.STALE)
_PLURAL = {"one": "needs", "many": "need"}


@record
class Shown:
    """What is shown, and of which revision: None for the working tree."""

    standing: SystemStanding
    revision: str | None = None


def headline(standing: SystemStanding) -> str:
    """The verdict: how many controls need somebody."""
    needing = sum(standing.counted(state) for state in _NEEDING)
    if standing.errors:
        return f"not ready: {count(len(standing.errors), 'error')} in its files; {_needing(needing, standing)}"
    return f"not ready: {_needing(needing, standing)}" if needing else f"nothing is due: {_tally(standing)}"


def _needing(needing: int, standing: SystemStanding) -> str:
    if not needing:
        return _tally(standing)
    word = _PLURAL["one" if needing == 1 else "many"]
    return f"{needing} of {count(len(standing.rows), 'control')} {word} something ({_tally(standing)})"


def _tally(standing: SystemStanding) -> str:
    return ", ".join(f"{number} {state}" for state in State if (number := standing.counted(state)))


def as_text(shown: Shown, paint: Paint) -> str:
    standing = shown.standing
    branches = [
        Branch("registration", tuple(Branch(plain(line)) for line in _registration(standing))),
        Branch("controls", tuple(_branch(row, paint) for row in standing.rows)),
        Branch("measured on today's content", bounded(Branch(plain(line)) for line in _measured(standing.measured))),
        Branch(_waivers_title(standing), bounded(Branch(plain(line)) for line in _waivers(standing.waivers))),
        Branch(_incidents_title(standing), bounded(Branch(plain(line)) for line in _incidents(standing))),
        *([Branch("labels", bounded(Branch(plain(line)) for line in _labels(standing)))] if standing.labels else []),
        Branch(plain(_files(standing))),
    ]
    notes = [ONLY_FILES, NOT_DECIDED] if standing.rows else []
    return "\n".join([*_opening(shown, paint), *drawn(branches), *map(plain, notes)])


def _opening(shown: Shown, paint: Paint) -> Iterator[str]:
    standing, system = shown.standing, shown.standing.system
    needs = standing.errors or any(standing.counted(state) for state in _NEEDING)
    verdict = (paint.bad if needs else paint.good)(headline(standing))
    yield f"{plain(system.id)} ({standing.tier.label}, {system.lifecycle}): {verdict}"
    yield plain(f"{system.title} · {_when(shown)}")


def _when(shown: Shown) -> str:
    of = f"revision {shown.revision[:7]}, as of" if shown.revision else "the working tree, as of"
    return f"{of} {shown.standing.today}"


def _branch(row: Row, paint: Paint) -> Branch:
    colour = paint.bad if row.state in _NEEDING else paint.unsure if row.state is State.WAIVED else str
    below = [f"because: {reason}" for reason in row.reasons] + ([f"next: {row.next}"] if row.next else [])
    text = f"{row.control.id}{f' {MARK}' if row.shown_by_files else ''}: {row.why}{_until(row)}"
    sign = colour(f"{_SIGNS.get(row.state, '-')} {row.state:<9}")
    return Branch(f"{sign}  {plain(text)}", tuple(Branch(plain(line)) for line in below))


def _until(row: Row) -> str:
    return f" (until {row.until})" if row.until and row.state is not State.STALE else ""


def _registration(standing: SystemStanding) -> Iterator[str]:
    system = standing.system
    yield from _tier(standing)
    yield f"owners: {'; '.join(f'{role} {listed(people)}' for role, people in system.owners.items())}"
    if standing.missing_owners:
        yield f"owners that tier {standing.tier.label} asks for and nobody is: {', '.join(standing.missing_owners)}"
    for model in system.models:
        pinned = f"floats by its {model.floating}" if model.floating else f"pinned to {model.version or model.digest}"
        yield f"model `{model.id}`: {model.role}, {model.name} at {model.provider or 'no provider'}, {pinned}"
    for use in system.prompts:
        yield f"prompt {use.path}{f', untrusted: {listed(use.untrusted)}' if use.untrusted else ''}"
    yield from _reviewed(system)


def _tier(standing: SystemStanding) -> Iterator[str]:
    for rule in standing.because:
        factors = standing.system.factors
        met = (
            f"{key}={','.join(value for value in getattr(factors, key) if value in values)}"
            for key, values in rule.when.items()
        )
        place = f"`policies/classification.yaml:{rule.position.line}`"
        yield f"tier {rule.tier.label} by `{rule.id}`: {' and '.join(met)}; {rule.because}, {place}"
    if not standing.because:
        yield "tier low: no classification rule matches"
    if standing.system.tier > standing.computed:
        yield f"declared {standing.system.tier.label}, which is higher than the computed {standing.computed.label}"


def _reviewed(system: System) -> Iterator[str]:
    made, due = system.fields.get("reviewed"), system.fields.get("review_by")
    if made or due:
        yield f"registration reviewed {made or 'never'}, again by {due or 'no day'}"


def _measured(measured: Sequence[Measured]) -> Iterator[str]:
    if not any(one.known for one in measured):
        yield NO_EVIDENCE if measured else "no suite judges this system"
        return
    for one in measured:
        what = "told by a recorded file (a claim)" if one.claim else "measured"
        since = f", since {one.since}" if one.known and one.since else ""
        yield f"`{one.suite}` on {one.prompt}: {one.known} of {count(one.cases, 'case')} {what}{since}"


def _waivers_title(standing: SystemStanding) -> str:
    ended = len(standing.waivers) - standing.holding
    return (
        f"waivers: {standing.holding} hold{'s' if standing.holding == 1 else ''}{f', {ended} ended' if ended else ''}"
    )


def _waivers(waivers: Iterable[Excused]) -> Iterator[str]:
    for one in waivers:
        waiver = one.waiver
        left = f"{count(one.days, 'day')} left, until {waiver.until}" if one.days else f"ended on {waiver.until}"
        wrong = "".join(f"; {text}" for text in one.wrong if one.days)
        yield f"`{waiver.control}`: {left}; {waiver.approver} accepted, {waiver.owner} owns it: {waiver.reason}{wrong}"


def _incidents_title(standing: SystemStanding) -> str:
    still = sum(one.resolved is None for one in standing.incidents)
    return f"incidents: {still} open, {len(standing.incidents) - still} resolved"


def _incidents(standing: SystemStanding) -> Iterator[str]:
    for one in standing.incidents:
        end = f"resolved {one.resolved}" if one.resolved else "open"
        cases = f"; cases {listed(one.cases)}" if one.cases else "; no case came of it"
        yield f"`{one.id}` ({one.severity}, detected {one.detected}, {end}): {one.title}{cases}"


def _labels(standing: SystemStanding) -> Iterator[str]:
    for one in standing.labels:
        who, outputs = count(one.people, "person", "people"), count(one.outputs, "output")
        yield f"`{one.suite}`: {outputs} of today's content judged by {who}; {one.all} labels in all"


def _files(standing: SystemStanding) -> str:
    folder = standing.system.folder
    if not standing.errors and not standing.warnings:
        return f"files: nothing found in {folder}"
    first = "".join(f"; first {one.path}:{one.position.line} {one.rule} {one.message}" for one in standing.errors[:1])
    numbers = f"{count(len(standing.errors), 'error')}, {count(standing.warnings, 'warning')}"
    return f"files: {numbers}{first}; placet check {folder}"


def as_markdown(shown: Shown) -> str:
    standing = shown.standing
    rows = [
        [
            Safe(str(row.state)),
            Safe(f"{name(row.control.id)}{f' {MARK}' if row.shown_by_files else ''}"),
            prose("; ".join([f"{row.why}{_until(row)}", *row.reasons])),
            prose(row.next) if row.next else Safe(""),
        ]
        for row in standing.rows
    ]
    parts = [
        f"## {code(standing.system.id)} ({standing.tier.label}, {standing.system.lifecycle}): {headline(standing)}",
        f"{prose(standing.system.title)} · {prose(_when(shown))}",
        *_list("Registration", _registration(standing)),
        "### Controls",
        table(("state", "control", "why", "next"), rows),
        *_list("Measured on today's content", _measured(standing.measured)),
        *_list(_waivers_title(standing).capitalize(), _waivers(standing.waivers)),
        *_list(_incidents_title(standing).capitalize(), _incidents(standing)),
        *(_list("Labels", _labels(standing)) if standing.labels else []),
        prose(_files(standing)),
        prose(ONLY_FILES),
        prose(NOT_DECIDED),
    ]
    return "\n\n".join(parts) + "\n"


def _list(title: str, lines: Iterable[str]) -> list[str]:
    found = [f"* {prose(line)}" for line in lines]
    return [f"### {title}", "\n".join(found)] if found else [f"### {title}"]


def table(heads: Sequence[str], rows: Iterable[Sequence[Safe]]) -> str:
    """A table of Markdown; its cells have been made harmless."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
