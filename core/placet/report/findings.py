"""Findings for people: one greppable line each, the source with a caret, what to do, and one line that sums up.

What looked at the files is a `Checked`; every format says the same of it.
"""

from __future__ import annotations

from itertools import groupby

from placet.findings import Finding, Severity
from placet.record import field, record
from placet.report.masked import masked
from placet.report.paint import Paint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from placet.waived import Waived

_CONTEXT = 2  # lines of source above the one at fault
_WIDEST = 140  # characters of a source line that are shown
MOST = 200  # findings that a person is shown
_MOST_WAIVERS = 3  # that the last line names


@record
class Checked:
    """What was looked at: how many files changed, how many were read in all, and how long it took (ms).

    `outside` counts the findings that nobody asked for, `known` those that a range of commits met already. `waived`
    are those that a waiver covers. `pages` says per rule where it is explained, as a path or a command.
    """

    changed: int | None
    files: int
    milliseconds: int
    outside: int = 0
    known: int = 0
    waived: Sequence[Waived] = ()
    pages: Mapping[str, str] = field(default_factory=dict)

    def page(self, rule: str) -> str:
        return self.pages.get(rule, f"placet rules {rule}")


def as_text(
    findings: Sequence[Finding], sources: Mapping[str, str], checked: Checked, paint: Paint | None = None
) -> str:
    """Findings by file and position, at most `MOST`, then one line that sums up all of them."""
    paint = paint or Paint()
    sources = masked(findings, sources)
    blocks: list[str] = []
    for path, group in groupby(findings[:MOST], lambda finding: finding.path):
        lines = lines_of(sources.get(path, ""))
        blocks += [_block(finding, lines, checked.page(finding.rule), paint) for finding in group]
    if len(findings) > MOST:
        blocks.append(f"... and {len(findings) - MOST:,} more; all of them: placet check --format json\n")
    return "\n".join([*blocks, _last_line(findings, checked, paint)])


def _block(finding: Finding, source: Sequence[str], page: str, paint: Paint) -> str:
    from placet.report.printable import printable

    place = f"{printable(finding.path)}:{finding.position.line}:{finding.position.column}"
    colour = paint.bad if finding.severity is Severity.ERROR else paint.unsure
    lines = [f"{place}: {colour(printable(finding.rule))} {_level(finding)}{printable(finding.message)}"]
    lines += _excerpt(finding, source, paint)
    if finding.help:
        lines.append(f"   help: {printable(finding.help)}")
    if page:
        lines.append(paint.faint(f"   {printable(page)}"))
    return "\n".join(lines) + "\n"


def lines_of(source: str) -> list[str]:
    """The lines as parsers count them: other characters that break lines on a screen are part of a line here."""
    return [line.removesuffix("\r") for line in source.split("\n")] if source else []


def _level(finding: Finding) -> str:
    return "" if finding.severity is Severity.ERROR else "warning: "


def _excerpt(finding: Finding, lines: Sequence[str], paint: Paint) -> list[str]:
    from placet.report.printable import columns, printable

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


def _last_line(findings: Sequence[Finding], checked: Checked, paint: Paint) -> str:
    scope = f"{looked_at(checked)} in {checked.milliseconds} ms.{unshown(checked)}"
    said = f"{counted(findings, checked)}{_waived(checked)}"
    if not findings:
        return f"{said} {scope}"
    return f"{(paint.bad if worst(findings) is Severity.ERROR else paint.unsure)(said)} {scope}"


def counted(findings: Sequence[Finding], checked: Checked) -> str:
    """How many findings there are, in how many files."""
    if not findings:
        return "No findings here." if checked.outside else "No new findings." if checked.known else "No findings."
    errors, warnings = tally(findings)
    parts = [f"{count(errors, 'error')}"] if errors else []
    parts += [f"{count(warnings, 'warning')}"] if warnings else []
    paths = len({finding.path for finding in findings})
    return f"{count(len(findings), 'finding')} in {count(paths, 'file')}, {' and '.join(parts)}."


def _waived(checked: Checked) -> str:
    """How many are waived, and by which files. Looks no further than it names: there may be thousands."""
    if not checked.waived:
        return ""
    from placet.report.printable import printable

    paths: dict[str, None] = {}
    for one in checked.waived:
        if len(paths) == _MOST_WAIVERS and one.waiver.path not in paths:
            paths["and others"] = None
            break
        paths[printable(one.waiver.path)] = None
    return f" {len(checked.waived)} waived ({', '.join(paths)})."


def looked_at(checked: Checked) -> str:
    if checked.changed is None:
        return f"Checked {count(checked.files, 'governed file')}"
    return f"Checked {count(checked.changed, 'changed file')} and every reference to {_them(checked.changed)}"


def unshown(checked: Checked) -> str:
    """What was found and isn't shown, and why."""
    outside = f" {count(checked.outside, 'more finding')} outside these paths." if checked.outside else ""
    known = f" {count(checked.known, 'finding')} elsewhere from before this range." if checked.known else ""
    return outside + known


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def tally(findings: Sequence[Finding]) -> tuple[int, int]:
    """How many errors and how many warnings."""
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    return errors, len(findings) - errors


def worst(findings: Iterable[Finding]) -> Severity | None:
    return max((finding.severity for finding in findings), default=None)


def as_json(findings: Sequence[Finding], checked: Checked) -> str:
    from placet.report.json_lines import one_object

    return one_object(findings, checked)
