"""A review on a terminal: the same content as the comment, in the same order. Colour only means good, bad or unsure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from placet.claims import labelled
from placet.errors import Exit
from placet.gate.amounts import percent
from placet.report.advice import advice
from placet.report.boxes import padded, table
from placet.report.case import as_case
from placet.report.changed import changed
from placet.report.commands import one_whole
from placet.report.doubts import doubts
from placet.report.escape import plain, tick
from placet.report.figures import breakdowns
from placet.report.flips import Flip, Flips, flips
from placet.report.folds import both, how_many_fail, sums, what, why
from placet.report.footer import footer
from placet.report.headline import headline
from placet.report.losses import Losses, losses
from placet.report.needs import NOT_ENFORCED, approvals, left_out, lowered
from placet.report.numbers import count, listed
from placet.report.paint import Paint
from placet.report.printable import printable
from placet.report.remarks import remarks, rollback, unused, waived
from placet.report.rows import Group, Mark, Row, groups, of_shared
from placet.report.shifted import shifted
from placet.report.why import blocking
from placet.report.wrapped import wrapped
from placet.results import Review

__all__ = ["as_case", "as_text"]

SIGNS = {
    Mark.GOOD: "✓",
    Mark.WAIVED: "waived",
    Mark.UNSURE: "? unsure",
    Mark.BLOCKED: "✗ unsure",
    Mark.UNSIGNED: "✗ unsigned",
    Mark.BAD: "✗",
    Mark.ERROR: "! no answer",
    Mark.SHOWN: "",
}
_FLIPS = 12
_MEANINGS = {
    Mark.GOOD: f"every gate and control due is met; approvals are decided on the pull request (exit {Exit.FINE:d})",
    Mark.UNSURE: f"no gate fails, but not all can be told; approvals decide, on the pull request (exit {Exit.FINE:d})",
    Mark.WAIVED: f"what is not met is waived; approvals are decided on the pull request (exit {Exit.FINE:d})",
    Mark.BAD: f"a gate or control due is not met (exit {Exit.NOT_MET:d})",
    Mark.ERROR: f"something that a decision needs is missing (exit {Exit.CANNOT_DECIDE:d})",
}


def as_text(review: Review, paint: Paint, width: int) -> str:
    """The whole review; nothing is folded away but slices and ungated metrics that are as they should be."""
    blocks = [
        _heading(review, paint, width),
        _section("Changed", changed(review.plan), width) if review.plan.edits else "",
        *_tables(review, paint, width),
        *(_flips(found, review, paint, width) for found in flips(review)),
        *(_losses(found, review, paint, width) for found in losses(review)),
        *_both(review, width),
        *(_section(title, items, width) for title, items in _sections(review) if items),
        paint.faint(_paragraph(" · ".join(footer(review)), width)),
        painted(headline(review).mark, _ending(review), paint),
    ]
    return "\n\n".join(block for block in blocks if block)


def painted(mark: Mark, text: str, paint: Paint) -> str:
    """`text` in the colour of what became of it; none for what is only shown."""
    if mark in {Mark.BAD, Mark.BLOCKED, Mark.UNSIGNED, Mark.ERROR}:
        return paint.bad(text)
    if mark in {Mark.UNSURE, Mark.WAIVED}:
        return paint.unsure(text)
    return paint.good(text) if mark is Mark.GOOD else text


def _heading(review: Review, paint: Paint, width: int) -> str:
    head = headline(review)
    lines = [f"{painted(head.mark, head.verdict, paint)}: {plain(head.text)}"]
    if review.plan.ends.uncommitted:
        lines.append(paint.unsure("Not committed: this judges the working tree, untracked files included."))
    if back := rollback(review):
        lines.append(_paragraph(f"{back}{' 0 model calls.' if review.spent.calls == 0 else ''}", width))
    return "\n".join(lines)


def _tables(review: Review, paint: Paint, width: int) -> Iterator[str]:
    found = groups(review)
    for group in found:
        if group.system is None:
            yield f"without gates: {printable(group.prompt)}"
            yield "\n".join([_table(group.shown, group, paint, width), *_cases(group, width)])
            continue
        if len(found) > 1:
            yield f"{printable(group.system)} ({group.tier})"
        if group.main:
            yield _table(group.main, group, paint, width)
        if rest := "\n".join([*_cases(group, width), *_rest(group, paint, width)]):
            yield rest


def _table(rows: Sequence[Row], group: Group, paint: Paint, width: int) -> str:
    level = f"Δ ({percent(group.confidence)} interval)" if group.confidence is not None else "Δ"
    gated = any(row.asked for row in rows)
    heads = ["metric", "base", "head", level, *(["gate"] if gated else []), ""]
    cells = [
        [
            row.name,
            row.base,
            row.head,
            _change(row, group),
            *([row.asked or "shown only"] if gated else []),
            SIGNS[row.mark],
        ]
        for row in rows
    ]
    return table(heads, cells, width, lambda number, sign: painted(rows[number].mark, sign, paint))


def _change(row: Row, group: Group) -> str:
    if not row.interval:
        return row.change
    own = group.own_level(row)
    level = "" if own is None else f", {percent(own)}"
    return f"{row.change} ({row.interval}{level})"


def _cases(group: Group, width: int) -> list[str]:
    return [_paragraph(f"cases: {' · '.join(group.cases)}", width)] if group.cases else []


def _rest(group: Group, paint: Paint, width: int) -> Iterator[str]:
    """Slices that are judged and not met in full; the others, and what has no gate, in a line."""
    bad = [row for row in group.slices if row.mark not in {Mark.GOOD, Mark.UNSURE, Mark.SHOWN}]
    if group.shared:
        told = "; ".join(f"{printable(row.name)} {row.base} → {row.head} ({row.asked})" for row in group.shared)
        yield f"{paint.good('✓')} {_paragraph(f'{of_shared(group)} met: {told}', width - 2)}"
    if group.slices:
        marks = [row.mark for row in group.slices]
        told = ", ".join(f"{marks.count(mark)} {mark}" for mark in reversed(Mark) if mark in marks)
        yield f"{count(len(group.slices), 'slice')}: {told}"
    for row in bad:
        told = f"{printable(row.name)}: {row.base} → {row.head}, {_change(row, group)}"
        yield f"  {painted(row.mark, SIGNS[row.mark], paint)} {told}"
    for one in breakdowns((*group.main, *group.shared, *group.shown)):
        parts = "; ".join(f"{part.of} ({part.cases} cases) {part.base} → {part.head}" for part in one.parts)
        yield paint.faint(_paragraph(f"behind {one.suite}.{one.metric}: {parts}", width))
    if group.shown:
        text = "; ".join(f"{row.name} {row.base} → {row.head}" for row in group.shown)
        yield paint.faint(_paragraph(f"no gate: {text}", width))


def _flips(found: Flips, review: Review, paint: Paint, width: int) -> str:
    """The newly failing cases with what was said before and after; of the newly passing ones the names."""
    failing, passing = found.failing[:_FLIPS], [flip.case.id for flip in found.passing]
    lines = [
        f"{printable(labelled(found.outcome.run.suite))}: {count(len(found.cases), 'case')} flipped: {sums(found)}"
    ]
    lines += [line for flip in failing for line in _flip(flip, paint, width)]
    if len(found.failing) > _FLIPS:
        rest = [flip.case.id for flip in found.failing[_FLIPS:]]
        lines.append(f"  {paint.bad('✗')} {_paragraph(listed(rest, _FLIPS), width, '    ')}")
    if passing:
        lines.append(f"  {paint.good('✓')} {_paragraph(listed(passing, _FLIPS), width, '    ')}")
    return "\n".join([*lines, _whole(review, found.suite, found.cases[0].case.id, paint)])


def _whole(review: Review, suite: str, case: str, paint: Paint) -> str:
    return paint.faint(f"  one whole: {plain(one_whole(review, suite, case))}")


def _losses(found: Losses, review: Review, paint: Paint, width: int) -> str:
    """Where there is no before: the first failing cases with the answer, of the others the names."""
    lines = [f"{printable(labelled(found.outcome.run.suite))}: {how_many_fail(len(found.cases))}"]
    for loss in found.first:
        lines.append(f"  {paint.bad('✗')} {_paragraph(f'{tick(loss.case.id)}  {why(loss)}', width, '    ')}")
        lines.append(_said("answer", loss.answer, width))
    if found.rest:
        lines.append(f"  {paint.bad('✗')} {_paragraph(listed(found.rest, _FLIPS), width, '    ')}")
    return "\n".join([*lines, _whole(review, found.suite, found.first[0].case.id, paint)])


def _both(review: Review, width: int) -> Iterator[str]:
    for outcome in review.outcomes:
        if names := both(outcome, review):
            which = f"{labelled(outcome.run.suite)}: {how_many_fail(len(names))}"
            yield _paragraph(f"{which} before and after: {listed(names, _FLIPS)}", width)


def _flip(flip: Flip, paint: Paint, width: int) -> Iterator[str]:
    yield f"  {paint.bad('✗')} {printable(flip.case.id)}  {plain(what(flip))}"
    for label, text in (("before", flip.before), ("after", flip.after)):
        yield _said(label, text, width)


def _said(label: str, text: str, width: int) -> str:
    one_line = " ".join(printable(text).split())
    return f"      {label:<6} {padded(one_line, max(40, width - 13)).rstrip()}"


def _sections(review: Review) -> Iterable[tuple[str, list[str]]]:
    needed = approvals(review.decision.approvals)
    return (
        ("Why it blocks", blocking(review)),
        ("Cannot be told", doubts(review)),
        ("Waived, not passed", waived(review)),
        ("Active waiver, not used by this change", unused(review)),
        ("Lowers the bar", lowered(review.plan)),
        ("Once these policies are merged", shifted(review.plan)),
        ("What next", advice(review)),
        ("Not included", left_out(review.left_out)),
        ("Notes", remarks(review)),
        ("Approvals", [f"{needed}. {NOT_ENFORCED}"] if needed else []),
    )


def _section(title: str, items: Sequence[str], width: int) -> str:
    if len(items) == 1:
        return _paragraph(f"{title}: {items[0]}", width)
    return "\n".join([f"{title}:", *(_paragraph(f"  {item}", width, "    ") for item in items)])


def _paragraph(text: str, width: int, indent: str = "  ") -> str:
    first, *rest = wrapped(plain(text), max(40, width - len(indent)))
    return "\n".join([first, *(f"{indent}{line}" for line in rest)])


def _ending(review: Review) -> str:
    head = headline(review)
    meaning = _MEANINGS[head.mark] if review.plan.edits else f"nothing governed changed (exit {Exit.FINE:d})"
    return f"{head.verdict.lower()}: {meaning}"
