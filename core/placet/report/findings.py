"""Findings for people: one greppable line each, the source with a caret, and what to do; or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from placet.findings import Finding, Severity
from placet.report.escape import columns, printable
from placet.report.paint import Paint

_CONTEXT = 2  # lines of source above the one at fault
_WIDEST = 140  # characters of a source line that are shown
MOST = 200  # findings that a person is shown


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at: how many files changed, how many were read in all, and how long it took (ms).

    `outside` counts the findings that nobody asked for.
    """

    changed: int | None
    files: int
    milliseconds: int
    outside: int = 0


def as_text(
    findings: Sequence[Finding], sources: Mapping[str, str], checked: Checked, paint: Paint | None = None
) -> str:
    """Findings by file and position, at most `MOST`, then one line that sums up all of them."""
    paint = paint or Paint()
    blocks: list[str] = []
    for path, group in groupby(findings[:MOST], lambda finding: finding.path):
        lines = _lines(sources.get(path, ""))
        blocks += [_block(finding, lines, paint) for finding in group]
    if len(findings) > MOST:
        blocks.append(f"... and {len(findings) - MOST:,} more; all of them: placet check --format json\n")
    return "\n".join([*blocks, _summary(findings, checked, paint)])


def _block(finding: Finding, source: Sequence[str], paint: Paint) -> str:
    place = f"{printable(finding.path)}:{finding.position.line}:{finding.position.column}"
    colour = paint.bad if finding.severity is Severity.ERROR else paint.unsure
    lines = [f"{place}: {colour(finding.rule)} {_level(finding)}{printable(finding.message)}"]
    lines += _excerpt(finding, source, paint)
    if finding.help:
        lines.append(f"   help: {printable(finding.help)}")
    lines.append(paint.faint(f"   docs/rules/{finding.rule}.md"))
    return "\n".join(lines) + "\n"


def _lines(source: str) -> list[str]:
    """The lines as parsers count them: other characters that break lines on a screen are part of a line here."""
    return [line.removesuffix("\r") for line in source.split("\n")] if source else []


def _level(finding: Finding) -> str:
    return "" if finding.severity is Severity.ERROR else "warning: "


def _excerpt(finding: Finding, lines: Sequence[str], paint: Paint) -> list[str]:
    at = finding.position
    if not 1 <= at.line <= len(lines):
        return []
    first = max(1, at.line - _CONTEXT)
    width = len(str(at.line))
    shown = [
        f"{number:>{width + 3}} | {printable(lines[number - 1])[:_WIDEST]}" for number in range(first, at.line + 1)
    ]
    if at.column > _WIDEST:
        return shown
    before = lines[at.line - 1][: at.column - 1]
    under = lines[at.line - 1][at.column - 1 : at.column - 1 + max(at.width, 1)]
    note = f" {printable(finding.note)}" if finding.note else ""
    caret = "^" * max(1, min(columns(under), _WIDEST - columns(before)))
    return [*shown, f"{'':>{width + 3}} | {' ' * columns(before)}{paint.bad(caret + note)}"]


def _summary(findings: Sequence[Finding], checked: Checked, paint: Paint) -> str:
    looked = _count(checked.files, "governed file") if checked.changed is None else _changed(checked.changed)
    hidden = f" {_count(checked.outside, 'more finding')} outside these paths." if checked.outside else ""
    scope = f"Checked {looked} in {checked.milliseconds} ms.{hidden}"
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    warnings = len(findings) - errors
    if not findings:
        return f"No findings. {scope}" if not hidden else f"No findings here. {scope}"
    paths = len({finding.path for finding in findings})
    parts = [f"{_count(errors, 'error')}"] if errors else []
    parts += [f"{_count(warnings, 'warning')}"] if warnings else []
    counted = f"{_count(len(findings), 'finding')} in {_count(paths, 'file')}, {' and '.join(parts)}."
    return f"{(paint.bad if errors else paint.unsure)(counted)} {scope}"


def _changed(count: int) -> str:
    return f"{_count(count, 'changed file')} and every reference to {'it' if count == 1 else 'them'}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def as_json(findings: Sequence[Finding], checked: Checked) -> str:
    """One JSON object: counts, then the findings by file. ASCII, so that a terminal acts on nothing in it."""
    grouped = {path: [_plain(finding) for finding in group] for path, group in groupby(findings, lambda f: f.path)}
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    counts = {"errors": errors, "warnings": len(findings) - errors}
    summary = counts | {"files": checked.files, "outside": checked.outside}
    return json.dumps({"version": 1, "summary": summary, "findings": grouped}, indent=2, ensure_ascii=True)


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.label,
        "line": finding.position.line,
        "column": finding.position.column,
        "message": finding.message,
        "note": finding.note,
        "help": finding.help,
        "docs": f"docs/rules/{finding.rule}.md",
    }


def worst(findings: Iterable[Finding]) -> Severity | None:
    return max((finding.severity for finding in findings), default=None)
