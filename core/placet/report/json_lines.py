"""Findings for programs: one JSON object in all, or one a line. ASCII, so that a terminal acts on nothing in it.

The same findings are always the same bytes: no time, no duration and no place on a disk is in them.
"""

from __future__ import annotations

import json
from itertools import chain, groupby

from placet.report.findings import tally

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from placet.findings import Finding
    from placet.report.findings import Checked
    from placet.waived import Waived

VERSION = 1


def dumped(value: object, indent: int | None = None) -> str:
    """JSON in ASCII that can be printed."""
    return json.dumps(value, indent=indent, ensure_ascii=True)


def one_object(findings: Sequence[Finding], checked: Checked) -> str:
    """Counts, the findings by file, and those that a waiver covers."""
    grouped = groupby(findings, lambda finding: finding.path)
    report = {
        "version": VERSION,
        "summary": _summary(findings, checked),
        "findings": {path: [_plain(finding, checked) for finding in group] for path, group in grouped},
        "waived": [_waived(one, checked) for one in checked.waived],
    }
    return dumped(report, indent=2)


def as_json_lines(findings: Sequence[Finding], checked: Checked) -> str:
    """A line for each finding, for each that is waived, and a last one with the counts."""
    found = ({"type": "finding", "path": finding.path, **_plain(finding, checked)} for finding in findings)
    waived = ({"type": "waived", **_waived(one, checked)} for one in checked.waived)
    summary = {"type": "summary", "version": VERSION, **_summary(findings, checked)}
    return "\n".join(dumped(one) for one in chain(found, waived, [summary]))


def _summary(findings: Sequence[Finding], checked: Checked) -> dict[str, int]:
    errors, warnings = tally(findings)
    return {
        "errors": errors,
        "warnings": warnings,
        "waived": len(checked.waived),
        "files": checked.files,
        "outside": checked.outside,
        "known": checked.known,
    }


def _plain(finding: Finding, checked: Checked) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.label,
        "line": finding.position.line,
        "column": finding.position.column,
        "width": finding.position.width,
        "message": finding.message,
        "note": finding.note,
        "help": finding.help,
        "page": checked.page(finding.rule),
    }


def _waived(one: Waived, checked: Checked) -> dict[str, Any]:
    waiver = {
        "path": one.waiver.path,
        "control": one.waiver.control,
        "until": one.waiver.until.isoformat(),
        "reason": one.waiver.reason,
        "owner": one.waiver.owner,
        "approver": one.waiver.approver,
    }
    return {"path": one.finding.path, **_plain(one.finding, checked), "waiver": waiver}
