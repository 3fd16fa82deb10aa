"""Who owns which path, and how CODEOWNERS covers a repository: for people and as JSON."""

from __future__ import annotations

from placet.findings import Severity
from placet.record import record
from placet.report.paint import Paint
from placet.report.printable import columns, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from placet.codeowners.owners import LineError, Ownership
    from placet.rules.coverage import Remark, Survey

MOST = 200  # remarks that a person is shown
_MOST_ERRORS = 20  # lines at fault, where they are only mentioned
_WIDEST = 60  # columns of a path or a list of owners, before what follows moves to the right
#: The rule whose page explains a remark.
_RULES = {"invalid": "OWN001", "unowned": "OWN002", "misspelt": "OWN004"}


@record
class Owned:
    """The answer for one path."""

    path: str
    ownership: Ownership


def as_text(owned: Sequence[Owned], place: str, paint: Paint | None = None) -> str:
    """A row a path: who owns it, and the line that says so."""
    paint = paint or Paint()
    rows = [(printable(one.path), ", ".join(map(printable, one.ownership.owners)), _line(one, place)) for one in owned]
    first = _width(path for path, _, _ in rows)
    second = _width(names or _NOBODY for _, names, _ in rows)
    return "\n".join(
        "  ".join((_padded(path, first), _owners(names, second, paint), paint.faint(line)))
        for path, names, line in rows
    )


_NOBODY = "(nobody)"


def _owners(names: str, width: int, paint: Paint) -> str:
    return _padded(names or _NOBODY, width, str if names else paint.unsure)


def _line(one: Owned, place: str) -> str:
    at, wrong = one.ownership.line, one.ownership.errors
    said = f"{place}:{at}" if at else "no line matches" if place else "no CODEOWNERS"
    return f"{said}; line {wrong[0].line} speaks of it and isn't loaded" if wrong else said


def _width(texts: Iterable[str]) -> int:
    return min(max((columns(text) for text in texts), default=0), _WIDEST)


def _padded(text: str, width: int, colour: Callable[[str], str] = str) -> str:
    return colour(text) + " " * (width - columns(text))


def as_json(owned: Sequence[Owned]) -> str:
    """One object, path to owners. ASCII, so that a terminal acts on nothing in it."""
    return _dumped({one.path: list(one.ownership.owners) for one in owned})


def errors_as_text(errors: Sequence[LineError], place: str) -> list[str]:
    """A line for each that isn't loaded, as far as somebody who asked for something else wants to know."""
    lines = [f"{place}:{error.line}:{error.column}: {printable(error.message)}" for error in errors[:_MOST_ERRORS]]
    if len(errors) > _MOST_ERRORS:
        lines.append(f"... and {len(errors) - _MOST_ERRORS:,} more; all of them: placet owners --check")
    return lines


def survey_as_text(survey: Survey, paint: Paint | None = None) -> str:
    """A block a remark, at most `MOST`, then one line that sums up all of them."""
    paint = paint or Paint()
    blocks = [_block(remark, paint) for remark in survey.remarks[:MOST]]
    if len(survey.remarks) > MOST:
        blocks.append(
            f"... and {len(survey.remarks) - MOST:,} more; all of them: placet owners --check --format json\n"
        )
    return "\n".join([*blocks, _summary(survey, paint)])


def _block(remark: Remark, paint: Paint) -> str:
    problem, is_error = remark.problem, remark.severity is Severity.ERROR
    place = f"{printable(problem.path)}:{problem.position.line}:{problem.position.column}"
    level = (paint.bad if is_error else paint.unsure)(remark.severity.label)
    rule = f" ({_RULES[remark.kind]})" if remark.kind in _RULES else ""
    return f"{place}: {level}: {printable(problem.message)}{rule}\n   help: {printable(problem.help)}\n"


def _summary(survey: Survey, paint: Paint) -> str:
    counted = (
        f"{_count(survey.owned, 'governed file')} of {survey.files} {'has' if survey.owned == 1 else 'have'} an owner."
    )
    warnings = len(survey.remarks) - survey.errors
    parts = [_count(survey.errors, "error")] if survey.errors else []
    parts += [_count(warnings, "warning")] if warnings else []
    if not parts:
        return f"{paint.good('Nothing to say against')} {survey.place}. {counted}"
    return f"{(paint.bad if survey.errors else paint.unsure)(' and '.join(parts))} in {survey.place}. {counted}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def survey_as_json(survey: Survey) -> str:
    summary = {
        "errors": survey.errors,
        "warnings": len(survey.remarks) - survey.errors,
        "files": survey.files,
        "owned": survey.owned,
    }
    problems = [_plain(remark) for remark in survey.remarks]
    return _dumped({"version": 1, "file": survey.place, "summary": summary, "problems": problems})


def _plain(remark: Remark) -> Mapping[str, Any]:
    problem = remark.problem
    return {
        "kind": remark.kind,
        "severity": remark.severity.label,
        "path": problem.path,
        "line": problem.position.line,
        "column": problem.position.column,
        "message": problem.message,
        "help": problem.help,
    }


def _dumped(value: object) -> str:
    import json

    return json.dumps(value, indent=2, ensure_ascii=True)
