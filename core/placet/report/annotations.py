"""Findings as GitHub's workflow commands: each becomes an annotation at its line, errors first.

GitHub shows few of a step's annotations, and says nothing of the rest; so the last line counts all of them.
"""

from __future__ import annotations

from placet.findings import Finding, Severity
from placet.report.findings import Checked, count, counted, looked_at, tally, unshown
from placet.report.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from placet.waived import Waived

SHOWN = 10  # of each level, per step
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = _DATA | {":": "%3A", ",": "%2C"}


def as_annotations(findings: Sequence[Finding], checked: Checked) -> str:
    ordered = sorted(findings, key=lambda finding: -finding.severity)
    levels = {Severity.ERROR: "error", Severity.WARNING: "warning"}
    lines = [_command(levels[one.severity], one, _said(one, checked), one.rule) for one in ordered]
    lines += [_notice(one, checked) for one in checked.waived]
    return "\n".join([*lines, _last_line(findings, checked)])


def _notice(one: Waived, checked: Checked) -> str:
    why = f"waived until {one.waiver.until} by {one.waiver.approver}: {one.waiver.reason} ({one.waiver.path})"
    return _command("notice", one.finding, [one.finding.message, why, checked.page(one.finding.rule)], one.finding.rule)


def _said(finding: Finding, checked: Checked) -> list[str]:
    advice = f"help: {finding.help}" if finding.help else ""
    return [finding.message, finding.note, advice, checked.page(finding.rule)]


def _command(level: str, finding: Finding, said: Sequence[str], title: str) -> str:
    at = finding.position
    place = f"file={_escaped(finding.path, _PROPERTY)},line={at.line}"
    columns = f"col={at.column},endColumn={at.column + max(at.width, 1)}"
    data = "%0A".join(_escaped(part, _DATA) for part in said if part)
    return f"::{level} {place},{columns},title=placet {_escaped(title, _PROPERTY)}::{data}"


def _escaped(text: str, signs: dict[str, str]) -> str:
    """What GitHub's runner turns back into `text`; what else could drive a terminal is spelt out."""
    return printable("".join(signs.get(letter, letter) for letter in text))


def _last_line(findings: Sequence[Finding], checked: Checked) -> str:
    waived = f" {len(checked.waived)} waived." if checked.waived else ""
    few = any(number > SHOWN for number in (*tally(findings), len(checked.waived)))
    limit = f" GitHub shows the first {count(SHOWN, 'error')} and {count(SHOWN, 'warning')} of a step." if few else ""
    return f"{counted(findings, checked)}{waived} {looked_at(checked)}.{unshown(checked)}{limit}"
