"""Markdown that begins with YAML between two `---` lines: where the one ends and the other begins."""

from __future__ import annotations

import re
from typing import NamedTuple

from placet.findings import Finding, Position
from placet.parse import text as source
from placet.parse.node import Tree

_OPEN = re.compile(r"---[ \t]*\r?\n")  # noqa: TID251
_CLOSE = re.compile(r"^---[ \t]*\r?$\n?", re.MULTILINE)  # noqa: TID251


class FrontMatter(NamedTuple):
    tree: Tree
    body: str


def split_front_matter(path: str, text: str) -> tuple[str, str] | Finding:
    """The text up to the closing line, opening line included, and the body."""
    opening = _OPEN.match(text)
    if opening is None:
        message, help_ = (
            "this file does not begin with front matter",
            "begin with a line `---`, YAML, and a line `---`",
        )
        return source.finding("FIL001", path, Position(), message, help_)
    closing = _CLOSE.search(text, opening.end())
    if closing is None:
        return source.finding(
            "FIL001", path, Position(1, 1, 3), "this front matter has no end", "end it with a line `---`"
        )
    return text[: closing.start()], text[closing.end() :]
