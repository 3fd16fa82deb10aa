"""The places inside one line of JSON, and what strict reading refuses in it. Iterative and linear.

Expects a line that a JSON parser accepts; any other gives places that mean nothing, never an exception.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator

from placet.parse.node import Node
from placet.parse.text import shown
from placet.record import field, record

DEEPEST = 64
MOST_VALUES = 20_000
LONGEST_NUMBER = 100

_PIECE = re.compile(r'"(?:[^"\\]++|\\.)*+"?+|[\[\]{},:]|[^ \t\r\n\[\]{},:"]++', re.DOTALL)  # noqa: TID251
_WORDS = frozenset({"true", "false", "null"})


@record
class Problem:
    rule: str
    start: int
    end: int
    message: str


def limit(content: str) -> str:
    """Which limit the line breaks, if any; says so as soon as it does."""
    opened = content.count("[") + content.count("{")
    if opened <= DEEPEST and opened + content.count(",") + content.count(":") < MOST_VALUES:
        return ""
    depth = values = 0
    for match in _PIECE.finditer(content):
        first = match[0][0]
        depth += (first in "[{") - (first in "]}")
        values += first not in "]},:"
        if depth > DEEPEST:
            return f"this line nests deeper than {DEEPEST} levels"
        if values > MOST_VALUES:
            return f"this line holds more than {MOST_VALUES:,} values"
    return ""


def problems(content: str) -> Iterator[Problem]:
    """Everything that strict reading refuses in a line that parses."""
    for match in _PIECE.finditer(content):
        message = _string_problem(match[0]) if match[0][0] == '"' else _number_problem(match[0])
        if message:
            yield Problem("FIL001", match.start(), match.end(), message)
    walk = _Walk()
    walk.over(content, 0)
    for key, first, place in walk.duplicates:
        message = f"duplicate key `{shown(key)}`, first at column {first.start + 1}"
        yield Problem("FIL002", place.start, place.end, message)


def locate(content: str, offset: int) -> Node:
    """The places of all values of the line, as offsets into the file it begins in at `offset`."""
    walk = _Walk()
    walk.over(content, offset)
    return walk.root


def _string_problem(piece: str) -> str:
    try:
        json.loads(piece).encode("utf-8")
    except UnicodeEncodeError:
        return "an escape names half a character"
    except ValueError:
        return ""
    return ""


def _number_problem(piece: str) -> str:
    if piece in "[]{},:" or piece in _WORDS:
        return ""
    if len(piece) > LONGEST_NUMBER:
        return f"a number has more than {LONGEST_NUMBER} digits"
    try:
        number = float(piece)
    except ValueError:
        return ""
    return "" if math.isfinite(number) else f"`{shown(piece)}` is no number that JSON can hold"


@record(frozen=False, eq=False)
class _Walk:
    """Turns tokens into nodes; a mapping's last string waits in `_keys` until its value comes."""

    root: Node = field(default_factory=lambda: Node(0, 0))
    duplicates: list[tuple[str, Node, Node]] = field(default_factory=list)
    _stack: list[Node] = field(default_factory=list)
    _keys: list[tuple[str, Node] | None] = field(default_factory=list)

    def over(self, content: str, offset: int) -> None:
        for match in _PIECE.finditer(content):
            piece = match[0]
            place = Node(match.start() + offset, match.end() + offset)
            if piece in "]}":
                self._close(place)
            elif piece not in ",:":
                self._value(piece, place)

    def _value(self, piece: str, place: Node) -> None:
        holder = self._stack[-1].children if self._stack else None
        if isinstance(holder, dict) and self._keys[-1] is None and piece[0] == '"':
            self._keys[-1] = (_text(piece), place)
            return
        if isinstance(holder, dict) and self._keys[-1] is not None:
            self._pair(holder, self._keys[-1], place)
            self._keys[-1] = None
        elif isinstance(holder, list):
            holder.append(place)
        elif not self._stack:
            self.root = place
        if piece in "[{":
            place.children = {} if piece == "{" else []
            self._stack.append(place)
            self._keys.append(None)

    def _pair(self, holder: dict[str, tuple[Node, Node]], pending: tuple[str, Node], place: Node) -> None:
        key, key_place = pending
        if key in holder:
            self.duplicates.append((key, holder[key][0], key_place))
        else:
            holder[key] = (key_place, place)

    def _close(self, place: Node) -> None:
        if self._stack:
            self._stack.pop().end = place.end
            self._keys.pop()


def _text(piece: str) -> str:
    try:
        return str(json.loads(piece))
    except ValueError:
        return piece
