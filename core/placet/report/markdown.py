"""A review as the comment on its pull request: GitHub's Markdown, safe to post whatever a file or a model says.

The comment stays below GitHub's limit: details go first, and it says what was cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from placet.gate.amounts import percent
from placet.record import record
from placet.report.advice import advice
from placet.report.changed import changed
from placet.report.doubts import doubts
from placet.report.figures import breakdowns
from placet.report.flips import Flips, flips
from placet.report.folds import Fold, fold, fold_of_losses, folds_of_both
from placet.report.footer import footer
from placet.report.headline import headline
from placet.report.losses import losses
from placet.report.needs import NOT_ENFORCED, approvals, left_out, lowered
from placet.report.numbers import count
from placet.report.remarks import remarks, rollback, unused, waived
from placet.report.rows import Group, Mark, Row, groups, of_shared
from placet.report.shifted import shifted
from placet.report.templating import rendered
from placet.report.why import blocking
from placet.results import Review

#: GitHub refuses a comment of more than 65,536 characters; the bot adds a marker of its own.
LONGEST = 60_000
_ICONS = {
    Mark.GOOD: "✅",
    Mark.WAIVED: "⚠️ waived",
    Mark.UNSURE: "⚠️ unsure",
    Mark.BLOCKED: "❌ unsure",
    Mark.UNSIGNED: "❌ unsigned",
    Mark.BAD: "❌",
    Mark.ERROR: "❗ no answer",
    Mark.SHOWN: "",
}


@record
class Options:
    """How long the comment may become, in characters."""

    longest: int = LONGEST


@record
class _Limits:
    """How much is shown: flipped cases a suite, characters of each text, rows a table, sentences a section."""

    cases: int = 12
    text: int = 600
    rows: int = 200
    items: int = 40
    sentence: int = 1000
    groups: int = 100
    folds: bool = True


#: From whole to bare; the last one is short for any review.
_LEVELS = (
    _Limits(),
    _Limits(cases=12, text=200),
    _Limits(cases=4, text=150, items=20),
    _Limits(cases=0, items=20),
    _Limits(cases=0, rows=60, items=15, sentence=400, groups=20, folds=False),
    _Limits(cases=0, rows=10, items=6, sentence=200, groups=4, folds=False),
)


def as_markdown(review: Review, options: Options | None = None) -> str:
    """The comment, with as many details as fit."""
    longest = (options or Options()).longest
    text = ""
    for limits in _LEVELS:
        text = rendered("review.md.j2", _view(review, limits))
        if len(text) <= longest:
            return text
    whole_lines, _, _ = text[:longest].rpartition("\n")
    return f"{whole_lines}\n"


def _view(review: Review, limits: _Limits) -> Mapping[str, Any]:
    head, found, flipped = headline(review), groups(review), flips(review)
    return {
        "head": head,
        "icon": _ICONS[head.mark].partition(" ")[0],
        "uncommitted": review.plan.ends.uncommitted,
        "rollback": rollback(review),
        "no_calls": review.spent.calls == 0,
        "groups": found[: limits.groups],
        "several": len(found) > 1,
        "folds": limits.folds,
        "rows": limits.rows,
        "changed": changed(review.plan),
        "flips": _folds(review, flipped, limits),
        "sections": _sections(review, limits),
        "approvals": approvals(review.decision.approvals, limits.items),
        "unenforced": NOT_ENFORCED,
        "footer": footer(review),
        "cut": _cut(bool(flipped or losses(review)), found, limits),
        "icon_of": _icon,
        "level_of": _level,
        "own_level": _own_level,
        "of_shared": of_shared,
        "breakdowns": lambda group: breakdowns((*group.main, *group.shared, *group.shown))[: limits.rows],
        "counted": count,
        "outcomes": _outcomes,
        "percent": percent,
    }


def _folds(review: Review, flipped: Sequence[Flips], limits: _Limits) -> list[Fold]:
    if not limits.cases:
        return []
    found = [fold(one, limits.cases, limits.text) for one in flipped]
    found += [fold_of_losses(one, limits.text) for one in losses(review)]
    return [*found, *folds_of_both(review)][: limits.groups]


def _icon(row: Row) -> str:
    return _ICONS[row.mark]


def _level(group: Group) -> str:
    return "" if group.confidence is None else percent(group.confidence)


def _own_level(row: Row, group: Group) -> str:
    level = group.own_level(row)
    return "" if level is None else percent(level)


def _outcomes(rows: Iterable[Row]) -> str:
    marks = [row.mark for row in rows]
    return ", ".join(f"{marks.count(mark)} {mark}" for mark in reversed(Mark) if mark in marks)


def _sections(review: Review, limits: _Limits) -> list[tuple[str, list[str]]]:
    sections = (
        ("Why it blocks", blocking(review)),
        ("Cannot be told", doubts(review)),
        ("Waived, not passed", waived(review)),
        ("Active waiver, not used by this change", unused(review)),
        ("Lowers the bar", lowered(review.plan)),
        ("Once these policies are merged", shifted(review.plan)),
        ("What next", advice(review)),
        ("Not included", left_out(review.left_out)),
        ("Notes", remarks(review)),
    )
    return [(title, _bounded(items, limits)) for title, items in sections if items]


def _bounded(items: Sequence[str], limits: _Limits) -> list[str]:
    shown = [item if len(item) <= limits.sentence else f"{item[: limits.sentence]}…" for item in items[: limits.items]]
    return [*shown, f"and {len(items) - limits.items} more"] if len(items) > limits.items else shown


def _cut(cases: bool, found: Sequence[Group], limits: _Limits) -> str:
    """What was left out to stay below the limit."""
    if limits == _LEVELS[0]:
        return ""
    cut = ["cases"] if cases else []
    if not limits.folds and any(group.slices or group.shown for group in found):
        cut.append("slices and metrics without a gate")
    if len(found) > limits.groups or any(len(group.main) > limits.rows for group in found):
        cut.append("rows of the tables")
    return f"Cut to fit GitHub's limit: {', '.join(cut) or 'long sentences'}. `placet review` shows all of it."
