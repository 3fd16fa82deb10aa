"""Plain values to YAML as people write it: block style, with short lists and mappings on one line.

Writes what this corpus holds (texts, whole numbers, fractions, truth values) and is no general writer of YAML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

WIDTH = 100
_PLAIN = re.compile(r"[A-Za-z/$][A-Za-z0-9 ./()%'$_-]*|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]+ [a-z]+")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def document(value: dict[str, Any], comment: str = "") -> str:
    """A whole file. A mapping or list of several lines stands apart from its neighbours, as in files that are read."""
    pieces = []
    for key, item in value.items():
        lines = list(_entry(key, item, 0))
        pieces.append(("\n" if len(lines) > 1 and isinstance(item, dict | list) else "") + "\n".join(lines))
    return (f"{comment}\n" if comment else "") + "\n".join(pieces) + "\n"


def _entry(key: str, value: Any, indent: int) -> Iterator[str]:
    before = " " * indent + f"{key}:"
    if isinstance(value, str) and "\n" in value:
        yield f"{before} |"
        yield from (f"{' ' * indent}  {line}" if line else "" for line in value.removesuffix("\n").split("\n"))
    elif isinstance(value, str) and len(before) + len(value) > WIDTH:
        yield f"{before} >-"
        yield from (f"{' ' * indent}  {line}" for line in folded(value, WIDTH - indent))
    elif isinstance(value, dict | list) and value and not _is_short(value, len(before)):
        yield before
        yield from _items(value, indent + 2) if isinstance(value, list) else _entries(value, indent + 2)
    else:
        yield f"{before} {_dated(key, value)}"


def _entries(value: dict[str, Any], indent: int) -> Iterator[str]:
    for key, item in value.items():
        yield from _entry(key, item, indent)


def _items(value: list[Any], indent: int) -> Iterator[str]:
    for item in value:
        if isinstance(item, dict) and not _is_short(item, indent + 2):
            first, *rest = _entries(item, indent + 2)
            yield f"{' ' * indent}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{' ' * indent}- {_flow(item)}"


def _is_short(value: dict[str, Any] | list[Any], before: int) -> bool:
    """Whether it is read more easily on one line: no list of mappings, no text of several lines, and it fits."""
    items = value.values() if isinstance(value, dict) else value
    if any(isinstance(item, dict) or (isinstance(item, str) and "\n" in item) for item in items):
        return isinstance(value, dict) and len(value) == 1 and before + len(_flow(value)) < WIDTH
    return before + len(_flow(value)) < WIDTH


def _dated(key: str, value: Any) -> str:
    """A version is quoted, since other readers take a bare date for one."""
    return json.dumps(value) if key == "version" and isinstance(value, str) else _flow(value)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_dated(key, item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS and value[-1] != " ":
        return value
    return json.dumps(value, ensure_ascii=False)


def folded(text: str, width: int) -> Iterator[str]:
    """Lines that a folded text joins with single spaces again."""
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line
