"""Findings as SARIF 2.1.0, for code scanning: one run, the rules that found something, every result with a fingerprint.

Waived findings are results with an accepted suppression. ASCII and stable byte for byte, like all that programs read.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from placet import __version__
from placet.findings import Finding, Severity
from placet.report.findings import lines_of
from placet.report.fingerprint import fingerprints
from placet.report.json_lines import dumped
from placet.report.printable import printable
from placet.rules.catalogue import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from placet.report.findings import Checked
    from placet.waived import Waived

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_TITLES = {rule.id: rule.title for rule in RULES}
_BRACES = re.compile(r"\{+|\}+")  # noqa: TID251 - our own pattern
_WORD = re.compile(r"[A-Za-z0-9]+")  # noqa: TID251 - our own pattern


def as_sarif(
    findings: Sequence[Finding], sources: Mapping[str, str], checked: Checked, pages: Mapping[str, str]
) -> str:
    """`pages` holds the Markdown of each rule's page."""
    waivers = {one.finding: one for one in checked.waived}
    every = sorted([*findings, *waivers], key=lambda finding: finding.order)
    ids = sorted({finding.rule for finding in every})
    marks = fingerprints(every, sources)
    results = [
        _result(finding, ids.index(finding.rule), sources)
        | {"partialFingerprints": {"primaryLocationLineHash": mark}}  # the one key that GitHub reads
        | {"suppressions": [_suppression(waivers[finding])] if finding in waivers else []}
        for finding, mark in zip(every, marks, strict=True)
    ]
    levels = {finding.rule: finding.severity for finding in every}
    rules = [_rule(id, levels[id], pages.get(id, "")) for id in ids]
    run = {
        "tool": {"driver": {"name": "placet", "semanticVersion": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "results": results,
    }
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(id: str, severity: Severity, page: str) -> dict[str, Any]:
    title = _TITLES.get(id, id)
    rule = {
        "id": id,
        "name": "".join(word[:1].upper() + word[1:] for word in _WORD.findall(title)),
        "shortDescription": {"text": title},
        "defaultConfiguration": {"level": severity.label},
    }
    if not page:
        return rule
    about = page.partition("\nSeverity: ")[2].partition("\n\n")[2].partition("\n\n")[0]
    return rule | {
        "fullDescription": {"text": " ".join(about.split()) or title},
        "help": {"text": page, "markdown": page},
    }


def _result(finding: Finding, index: int, sources: Mapping[str, str]) -> dict[str, Any]:
    note = f": {finding.note}" if finding.note else ""
    advice = f"\nhelp: {_message(finding.help)}" if finding.help else ""
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity.label,
        "message": {"text": _message(f"{finding.message}{note}") + advice},
        "locations": [{"physicalLocation": _place(finding.path) | {"region": _region(finding, sources)}}],
    }


def _place(path: str) -> dict[str, Any]:
    return {"artifactLocation": {"uri": quote(path, errors="surrogateescape"), "uriBaseId": _ROOT}}


def _region(finding: Finding, sources: Mapping[str, str]) -> dict[str, int]:
    """Within its line: a value that goes on below ends there."""
    at = finding.position
    lines = lines_of(sources.get(finding.path, ""))
    end = at.column + max(at.width, 1)
    if 1 <= at.line <= len(lines):
        end = max(at.column, min(end, len(lines[at.line - 1]) + 1))
    return {"startLine": at.line, "startColumn": at.column, "endColumn": end}


def _suppression(one: Waived) -> dict[str, Any]:
    waiver = one.waiver
    why = f"{waiver.reason} Waived until {waiver.until}: {waiver.owner} owns the risk, {waiver.approver} approved."
    return {
        "kind": "external",
        "status": "accepted",
        "justification": printable(why),
        "location": {"physicalLocation": _place(waiver.path)},
    }


def _message(text: str) -> str:
    """`text` as SARIF reads messages: no link, and braces doubled, those that are already taken as they are."""
    plain = _BRACES.sub(lambda run: run[0] if len(run[0]) % 2 == 0 else run[0] + run[0][0], printable(text))
    return plain.replace("](", "\\](")
