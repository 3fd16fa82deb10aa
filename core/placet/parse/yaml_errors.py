"""What to tell a person whose YAML doesn't parse: the parser's words, the place, and the usual way out."""

from __future__ import annotations

import re
from typing import Any

from placet.findings import Finding, Position
from placet.parse import text as source

_INDENT_TAB = re.compile(r"^ *\t", re.MULTILINE)  # noqa: TID251
_NO_TABS = "a tab indents this line; YAML allows only spaces there"
_HELP = {
    "mapping values are not allowed": "a value that contains `: ` needs quotes",
    "could not find expected ':'": "a line of a mapping reads `key: value`",
    "did not find expected key": "compare the indentation with the lines above, and close every quote",
    "expected <block end>": "compare the indentation with the lines above, and close every quote",
    "cannot start any token": "a value that begins with @, ` or % needs quotes",
    "quoted scalar": "close the quote",
    "expected node content": "inside brackets, text that begins with : or ? needs quotes",
    "did not find expected ',' or": "close the bracket; text that begins with [ or { needs quotes",
    "expected ',' or": "close the bracket; text that begins with [ or { needs quotes",
}


def syntax_error(path: str, text: str, error: Any) -> Finding:
    start = _offset(error, text)
    tab = _tab_near(text, start)
    if tab is not None:
        return source.finding("FIL001", path, source.position(text, tab), _NO_TABS, "replace the tab by spaces")
    where = source.position(text, start)
    problem = _problem(error)
    help_ = next((advice for words, advice in _HELP.items() if words in problem), "")
    return source.finding("FIL001", path, _visible(text, where), f"this is not YAML: {problem}", help_)


def _problem(error: Any) -> str:
    if not hasattr(error, "problem_mark"):
        return source.shown(str(error).partition("\n")[0], 300)
    problem = error.problem or error.context or "it does not parse"
    if error.context and error.problem:
        line = f" from line {error.context_mark.line + 1}" if error.context_mark else ""
        return source.shown(f"{problem} ({error.context}{line})", 300)
    return source.shown(problem, 300)


def _offset(error: Any, text: str) -> int:
    """Where the trouble is; where it began, if the parser only noticed at the end of everything."""
    began, met = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    at_end = met is None or met.index >= len(text.rstrip()) or "document indicator" in str(error)
    mark = (began or met) if at_end else met
    return 0 if mark is None else min(mark.index, len(text))


def _tab_near(text: str, start: int) -> int | None:
    """A tab in the indentation of the line of the error, or of the line it may have begun on."""
    line_start = text.rfind("\n", 0, start) + 1
    match = _INDENT_TAB.match(text, line_start)
    return None if match is None else match.end() - 1


def _visible(text: str, where: Position) -> Position:
    """The parser often finds out behind the last line; a person looks at the last line."""
    lines = text.rstrip("\n").count("\n") + 1
    return Position(lines, 1) if where.line > lines else where
