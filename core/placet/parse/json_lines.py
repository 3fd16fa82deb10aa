"""JSON Lines: one JSON value a line, each a tree of its own. A bad line never hides the others.

Reading is strict: no duplicate keys, no NaN, no number beyond what a double holds, no half characters.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, NoReturn

from placet.findings import Finding
from placet.parse import text as source
from placet.parse.json_nodes import LONGEST_NUMBER, Problem, limit, locate, problems
from placet.parse.node import Node, Tree
from placet.record import record

LARGEST = 16 * source.MIB
MOST_ROWS = 10_000
MOST_FINDINGS = 100

_LINE = re.compile(r"^[ \t\r]*+([^ \t\r\n][^\n]*+)", re.MULTILINE)  # noqa: TID251
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # noqa: TID251
_PLAIN = "write one JSON object on this line, with double quotes and no comma at its end"
_HELP = {
    "Extra data": "write one JSON value a line",
    "Expecting property name enclosed in double quotes": "keys need double quotes; the last pair no comma",
    "Expecting value": "text needs double quotes; no comma after the last value",
    "Unterminated string starting at": "close the quote; a line break inside is written \\n",
}


@record
class JsonLines:
    """The rows that could be read, each with its `line`, and what is wrong with the others."""

    rows: tuple[Tree, ...] = ()
    findings: tuple[Finding, ...] = ()


class _RefusedError(ValueError):
    """The line holds something that strict reading refuses; `problems` finds out what and where."""


def read_json_lines(path: str, data: bytes) -> JsonLines:
    text = source.decode(path, data, LARGEST)
    if not isinstance(text, str):
        return JsonLines((), text)
    rows: list[Tree] = []
    findings: list[Finding] = []
    for line, root in _lines(text):
        full = _full(len(rows), len(findings))
        if full:
            where = source.position(text, root.start, line=line)
            findings.append(source.finding("FIL003", path, where, full, "split it into several files"))
            break
        content = text[root.start : root.end]
        value = _value(content)
        if isinstance(value, _Wrong):
            findings += (_finding(path, text, line, root.start, problem) for problem in value.problems[:MOST_FINDINGS])
        else:
            rows.append(Tree(path, text, value, root, line, partial(locate, content, root.start)))
    return JsonLines(tuple(rows), tuple(findings))


@record
class _Wrong:
    problems: tuple[Problem, ...]


def _lines(text: str) -> Iterator[tuple[int, Node]]:
    """The lines that aren't blank, with their numbers."""
    line, before = 1, 0
    for match in _LINE.finditer(text):
        line += text.count("\n", before, match.start())
        before = match.start()
        yield line, Node(match.start(1), match.start(1) + len(match[1].rstrip(" \t\r")))


def _value(content: str) -> Any | _Wrong:
    broken = limit(content)
    if broken:
        return _Wrong((Problem("FIL003", 0, 1, broken),))
    try:
        value = _STRICT.decode(content)
        if _HALF.search(content):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        return _Wrong((_syntax(error),))
    except (_RefusedError, UnicodeEncodeError):
        return _refused(content)
    return value


def _refused(content: str) -> _Wrong:
    """Whatever strict reading stopped at, the line may not even parse."""
    try:
        _LENIENT.decode(content)
    except json.JSONDecodeError as error:
        return _Wrong((*problems(content[: error.pos]), _syntax(error)))
    return _Wrong(tuple(problems(content)))


def _full(rows: int, findings: int) -> str:
    if rows >= MOST_ROWS:
        return f"this file has more than {MOST_ROWS:,} rows; the rest is not read"
    return f"more than {MOST_FINDINGS} findings; the rest of this file is not read" if findings >= MOST_FINDINGS else ""


def _syntax(error: json.JSONDecodeError) -> Problem:
    return Problem("FIL001", error.pos, error.pos + 1, f"this line is not JSON: {error.msg[0].lower()}{error.msg[1:]}")


def _finding(path: str, text: str, line: int, start: int, problem: Problem) -> Finding:
    where = source.position(text, start + problem.start, start + problem.end, line)
    help_ = next((advice for words, advice in _HELP.items() if words.lower() in problem.message.lower()), _PLAIN)
    return source.finding(problem.rule, path, where, problem.message, help_)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _RefusedError
    return made


def _int(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise _RefusedError
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits) if len(digits) <= LONGEST_NUMBER else math.inf
    if math.isinf(number):
        raise _RefusedError
    return number


def _constant(_name: str) -> NoReturn:
    raise _RefusedError


_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_int=_int, parse_float=_float, parse_constant=_constant)
_LENIENT = json.JSONDecoder(parse_int=len, parse_float=len)
