"""A response cache as one file, to carry from one machine to another: JSON Lines, one answer each.

What comes in is untrusted: bounded, checked line by line, never laid over an answer that is there, and marked, since
nobody can tell a forged answer from a given one.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from placet.cache.survey import database
from placet.errors import PlacetError
from placet.record import record

KIND = "placet-response-cache"
FORMAT = 1
LARGEST = 1024**3  # bytes of a file
LONGEST_LINE = 8 * 1024 * 1024
_LONGEST_MS = 1e9
_COLUMNS = (
    "key", "provider", "model", "text", "latency_ms", "input_tokens", "output_tokens", "finish_reason", "created",
    "tool_calls", "parts",
)  # fmt: skip
_TEXTS = {"key": 64, "provider": 64, "model": 200, "text": 1024 * 1024, "created": 19}
_OTHERS = {"finish_reason": 300, "tool_calls": 4 * 1024 * 1024, "parts": 1024 * 1024}


@record
class Taken:
    new: int
    there: int  # already, and left as they are
    refused: int  # lines that are no answer


def write(path: Path, target: Path) -> int:
    """Write every answer of the cache at `path` to `target`; how many."""
    count = 0
    with database(path) as found:
        rows = found.execute(f"SELECT {', '.join(_COLUMNS)} FROM answers ORDER BY key")  # noqa: S608 - our columns
        try:
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor has no path
                file.write(json.dumps({"kind": KIND, "format": FORMAT}) + "\n")
                for row in rows:
                    file.write(json.dumps(dict(zip(_COLUMNS, row, strict=True))) + "\n")
                    count += 1
        except OSError as error:
            raise PlacetError(f"{target} can't be written: {error.strerror}", help="name another file") from error
    return count


def take(path: Path, source: Path) -> Taken:
    """Add the answers in `source` to the cache at `path`, in one transaction."""
    new = there = refused = 0
    with database(path) as found:
        found.execute("BEGIN IMMEDIATE")
        for row in _rows(source):
            if row is None:
                refused += 1
                continue
            added = _add(found, row)
            new, there = new + added, there + (not added)
        found.execute("COMMIT")
    return Taken(new, there, refused)


def _add(found: sqlite3.Connection, row: dict[str, Any]) -> bool:
    query = (
        f"INSERT OR IGNORE INTO answers ({', '.join(_COLUMNS)}, imported)"  # noqa: S608 - our columns
        f" VALUES ({','.join('?' * len(_COLUMNS))}, CURRENT_TIMESTAMP)"
    )
    return found.execute(query, [row.get(name) for name in _COLUMNS]).rowcount > 0


def _rows(source: Path) -> Iterator[dict[str, Any] | None]:
    """Each line's answer, or None for a line that is none."""
    try:
        if source.stat().st_size > LARGEST:
            raise PlacetError(f"{source} is larger than {LARGEST // 2**20:,} MiB", help="export a pruned cache")
        with source.open("rb") as file:
            head = _read(file.readline(LONGEST_LINE))
            if not isinstance(head, dict) or (head.get("kind"), head.get("format")) != (KIND, FORMAT):
                raise PlacetError(
                    f"{source} is no exported response cache of format {FORMAT}",
                    help="make one with: placet cache export FILE",
                )
            while line := file.readline(LONGEST_LINE):
                row = _read(line)
                yield row if isinstance(row, dict) and _sound(row) else None
    except OSError as error:
        raise PlacetError(f"{source} can't be read: {error.strerror}", help="name a file that is there") from error


def _read(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _sound(row: dict[str, Any]) -> bool:
    """Whether every column holds what the cache would have written."""
    texts = all(isinstance(row.get(name), str) and len(row[name]) <= most for name, most in _TEXTS.items())
    others = all(
        row.get(name) is None or (isinstance(row[name], str) and len(row[name]) <= most)
        for name, most in _OTHERS.items()
    )
    if not texts or not others or set(row) - set(_COLUMNS):
        return False
    hexadecimal = len(row["key"]) == 64 and all(char in "0123456789abcdef" for char in row["key"])
    latency = row.get("latency_ms")
    counts = [row.get("input_tokens"), row.get("output_tokens")]
    return (
        hexadecimal
        and isinstance(latency, int | float)
        and 0 <= latency < _LONGEST_MS
        and all(count is None or (type(count) is int and 0 <= count < 2**53) for count in counts)
        and _encodable(row)
        and _calls_or_none(row.get("tool_calls"))
        and _parts_or_none(row.get("parts"))
    )


def _encodable(row: dict[str, Any]) -> bool:
    try:
        "".join(value for value in row.values() if isinstance(value, str)).encode()
    except UnicodeEncodeError:
        return False
    return True


def _calls_or_none(text: str | None) -> bool:
    calls = [] if text is None else _read(text.encode())
    return isinstance(calls, list) and all(
        isinstance(call, list) and len(call) == 2 and all(isinstance(part, str) for part in call) for call in calls
    )


def _parts_or_none(text: str | None) -> bool:
    if text is None:
        return True
    parts = _read(text.encode())
    return (
        isinstance(parts, dict)
        and all(isinstance(parts.get(name, {}), dict) for name in ("parameters", "inputs"))
        and isinstance(parts.get("messages"), list)
        and all(isinstance(each, list) and len(each) == 2 for each in parts["messages"])
        and type(parts.get("trial")) is int
    )
