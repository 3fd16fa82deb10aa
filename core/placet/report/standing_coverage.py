"""Which ids of a framework a system's controls point to, for people. It counts pointers and claims nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from placet.covering import Cover, Coverage
from placet.frameworks import Applies
from placet.report.escape import Safe, code, plain, prose
from placet.report.numbers import count
from placet.report.paint import Paint
from placet.report.standing import Shown, table
from placet.report.trees import Branch, drawn

NO_CLAIM = (
    "A control that points to an id helps with it. Nothing here says that the system complies: which ids bind it, and "
    "whether what was done is enough, a person says."
)


def as_text(shown: Shown, found: Coverage, paint: Paint) -> str:
    standing = shown.standing
    branches = [
        Branch(
            "covered: a control of its tier points to it",
            tuple(Branch(plain(_covered(cover))) for cover in found.covered),
        ),
        Branch(
            "uncovered: no control of its tier points to it",
            tuple(Branch(plain(_uncovered(cover))) for cover in found.uncovered),
        ),
        Branch("applies from", tuple(Branch(plain(line)) for line in _dates(found, standing.today.isoformat()))),
    ]
    title = f"{plain(standing.system.id)} ({standing.tier.label}): {paint.unsure(plain(_headline(found)))}"
    return "\n".join([title, plain(found.framework.about), *drawn(branches), NO_CLAIM])


def _headline(found: Coverage) -> str:
    ids = count(len(found.covers), "id")
    return f"its controls point to {len(found.covered)} of {ids} of {found.framework.title}"


def _named(cover: Cover) -> str:
    requirement = cover.requirement
    return f"{requirement.id} {requirement.title}".strip()


def _covered(cover: Cover) -> str:
    return f"{_named(cover)}: {', '.join(f'{row.control.id} ({row.state})' for row in cover.rows)}"


def _uncovered(cover: Cover) -> str:
    more = f"; other tiers demand {', '.join(cover.elsewhere)}" if cover.elsewhere else ""
    return f"{_named(cover)}{more}"


def _dates(found: Coverage, today: str) -> Iterator[str]:
    """Each date once, with the ids that it is about."""
    framework = found.framework
    about: dict[Applies, list[str]] = {}
    for cover in found.covers:
        for date in cover.requirement.applies:
            about.setdefault(date, []).append(cover.requirement.id)
    for date in sorted(about, key=lambda one: (one.since, one.what)):
        already = "" if date.since <= today else ", still to come"
        yield f"{date.since}{already}: {date.what}; {_ids(about[date])} ({date.source}, looked up {date.checked})"
    yield f"{framework.what}: {framework.source}, looked up {framework.checked}; {framework.how}"


def _ids(ids: Iterable[str]) -> str:
    listed = list(ids)
    return ", ".join(listed) if len(listed) <= 4 else f"{listed[0]} to {listed[-1]}, {len(listed)} ids"


def as_markdown(shown: Shown, found: Coverage) -> str:
    standing = shown.standing
    covered = [
        [Safe(cover.requirement.id), prose(cover.requirement.title or "–"), prose(_covered(cover).partition(": ")[2])]
        for cover in found.covered
    ]
    uncovered = [
        [Safe(cover.requirement.id), prose(cover.requirement.title or "–"), prose(", ".join(cover.elsewhere) or "–")]
        for cover in found.uncovered
    ]
    parts = [
        f"## {code(standing.system.id)} ({standing.tier.label}): {prose(_headline(found))}",
        prose(found.framework.about),
        "### Covered: a control of its tier points to it",
        table(("id", "what", "controls"), covered),
        "### Uncovered: no control of its tier points to it",
        table(("id", "what", "controls of other tiers"), uncovered),
        "### Applies from",
        "\n".join(f"* {prose(line)}" for line in _dates(found, standing.today.isoformat())),
        prose(NO_CLAIM),
    ]
    return "\n\n".join(parts) + "\n"
