"""From a schema-valid tree of `policies/rules/` to typed rules, and where a character of an expression stands.

Reads no expression: whether one compiles is for a CEL library to say.
"""

from __future__ import annotations

from placet.findings import Position, Severity
from placet.model.own_rules import OwnRule
from placet.parse import text as source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from placet.parse.node import Tree


def own_rules(tree: Tree) -> tuple[OwnRule, ...]:
    return tuple(_rule(tree, index, value) for index, value in enumerate(tree.value["rules"]))


def _rule(tree: Tree, index: int, value: dict[str, Any]) -> OwnRule:
    return OwnRule(
        id=value["id"],
        title=value["title"],
        severity=Severity[value["severity"].upper()],
        on=value["on"],
        when=value.get("when"),
        require=value["require"],
        message=value["message"],
        help=value["help"],
        at=tuple(value.get("at", ())),
        path=tree.path,
        index=index,
        position=tree.at("rules", index, "id"),
    )


def place_in(tree: Tree, rule: int, key: str, line: int, column: int) -> Position:
    """Where line and column of the expression at `key` of a rule stand in its file.

    YAML folds lines and takes indents away, but never a visible character, so that counting those leads there.
    """
    expression = tree.value["rules"][rule][key]
    before = _until(expression, line, column)
    at = tree.at("rules", rule, key)
    start = _offset(tree.text, at)
    end = _end(tree, rule, key, start)
    place = _place(tree.text, start, end, len("".join(before.split())))
    return at if place is None else source.position(tree.text, place, place + 1)


def _until(expression: str, line: int, column: int) -> str:
    lines = expression.split("\n")
    return "\n".join([*lines[: line - 1], lines[line - 1][: column - 1]]) if 0 < line <= len(lines) else ""


def _offset(text: str, at: Position) -> int:
    start = 0
    for _ in range(at.line - 1):
        start = text.index("\n", start) + 1
    return start + at.column - 1


def _end(tree: Tree, rule: int, key: str, start: int) -> int:
    """Where the scalar ends, as far as the tree knows; else the end of the file."""
    node = tree.root
    for step in ("rules", rule, key):
        found = node.child(step)
        if found is None:
            return len(tree.text)
        node = found[1]
    return max(node.end, start)


def _place(text: str, start: int, end: int, visible: int) -> int | None:
    """The offset of the visible character of the scalar `text[start:end]` that has `visible` ones before it."""
    style = text[start : start + 1]
    if style in "|>" and style:
        start = text.find("\n", start, end) + 1 or start
    elif style in "'\"" and style:
        start, end = start + 1, end - 1
    last = None
    while start < end:
        step = 2 if (style == '"' and text[start] == "\\") or (style == "'" and text[start : start + 2] == "''") else 1
        if not text[start].isspace():
            if visible == 0:
                return start
            visible, last = visible - 1, start
        start += step
    return last
