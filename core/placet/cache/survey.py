"""What a response cache holds: by model, by age, and which kept answer is nearest to one that is missing.

Reads a cache that exists; `prune` alone takes anything away. It never shows a text.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from placet.cache.file import opened
from placet.cache.key import key_of, parts_of
from placet.errors import PlacetError
from placet.model.run import Request
from placet.record import record

_BUSY_SECONDS = 5.0
_MOST_NEAR = 20_000  # entries of one model that are compared
_SIZE = "length(CAST(text AS BLOB)) + coalesce(length(tool_calls), 0) + coalesce(length(parts), 0) + 200"


@record
class Group:
    """The answers of one model."""

    provider: str
    model: str
    answers: int
    size: int  # bytes, about
    oldest: str
    newest: str
    imported: int


@record
class Held:
    path: Path
    size: int  # of the file
    groups: tuple[Group, ...]
    last: tuple[str, int, int] | None  # when the last run ended, what it asked for, what was known


@record
class Pruning:
    """Which answers go: those older than so many days, those of a provider, the oldest beyond a size."""

    older_than_days: int | None = None
    provider: str | None = None
    max_bytes: int | None = None


@contextmanager
def database(path: Path) -> Iterator[sqlite3.Connection]:
    """The cache at `path`, which must be there and sound."""
    if not path.is_file() or path.is_symlink():
        raise PlacetError(f"there is no response cache at {path}", help="`placet review` makes it with its first call")
    try:
        with closing(opened(path, _BUSY_SECONDS)) as found:
            yield found
    except sqlite3.DatabaseError as error:
        raise PlacetError(
            f"the response cache at {path} can't be used: {error}",
            help="delete it if nothing else uses it: only answers that can be asked for again are lost",
        ) from error


def held(path: Path) -> Held:
    with database(path) as found:
        rows = found.execute(
            f"SELECT provider, model, count(*), sum({_SIZE}), min(created), max(created), count(imported)"  # noqa: S608
            " FROM answers GROUP BY provider, model ORDER BY provider, model"
        ).fetchall()
        last = found.execute("SELECT ended, asked, known FROM runs").fetchone()
    return Held(path, path.stat().st_size, tuple(Group(*row) for row in rows), last)


def prune(path: Path, wish: Pruning, *, dry_run: bool) -> tuple[int, int]:
    """How many answers went (or would go), and their bytes, about."""
    with database(path) as found:
        found.execute("BEGIN IMMEDIATE")
        keys = _going(found, wish)
        size = sum(bytes_ for _, bytes_ in keys)
        if not dry_run:
            found.executemany("DELETE FROM answers WHERE key = ?", [(key,) for key, _ in keys])
        found.execute("COMMIT")
        if keys and not dry_run:
            found.execute("VACUUM")
            found.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(keys), size


def _going(found: sqlite3.Connection, wish: Pruning) -> list[tuple[str, int]]:
    where, values = ["1"], list[Any]()
    if wish.provider is not None:
        where, values = [*where, "provider = ?"], [*values, wish.provider]
    if wish.older_than_days is not None:
        where, values = [*where, "created < datetime('now', ?)"], [*values, f"-{wish.older_than_days} days"]
    query = f"SELECT key, {_SIZE} FROM answers WHERE {' AND '.join(where)} ORDER BY created DESC, key"  # noqa: S608
    rows: list[tuple[str, int]] = found.execute(query, values).fetchall()
    if wish.max_bytes is None:
        return rows
    kept, going = 0, []
    for key, size in rows:  # the newest first
        kept += size
        if kept > wish.max_bytes:
            going.append((key, size))
    return going


@record
class Miss:
    """A request that the cache doesn't know, and in what the nearest one that it knows differs."""

    key: str
    request: Request
    differs: tuple[str, ...]  # empty: nothing of that model is kept
    created: str = ""


def explain(path: Path, request: Request) -> Miss | None:
    """None for a request whose answer is kept."""
    key = key_of(request)
    with database(path) as found:
        if found.execute("SELECT 1 FROM answers WHERE key = ?", (key,)).fetchone():
            return None
        rows = found.execute(
            "SELECT parts, created FROM answers WHERE provider = ? AND model = ? AND parts IS NOT NULL"
            " ORDER BY created DESC LIMIT ?",
            (request.provider, request.model, _MOST_NEAR),
        ).fetchall()
        others = [] if rows else found.execute("SELECT DISTINCT provider, model FROM answers LIMIT 20").fetchall()
    wanted = json.loads(parts_of(request))
    near = min(((differences(wanted, json.loads(parts)), created) for parts, created in rows), key=_far, default=None)
    if near is not None:
        return Miss(key, request, near[0], near[1])
    return Miss(key, request, tuple(f"model: {provider}/{model} is kept" for provider, model in others))


def _far(near: tuple[tuple[str, ...], str]) -> int:
    return len(near[0])


def differences(wanted: Mapping[str, Any], kept: Mapping[str, Any]) -> tuple[str, ...]:
    """What a kept request has otherwise, part by part."""
    found = []
    for name in ("parameters", "inputs"):
        ours, theirs = wanted.get(name, {}), kept.get(name, {})
        for each in sorted({*ours, *theirs}):
            if ours.get(each) != theirs.get(each):
                how = "changed" if each in ours and each in theirs else "new" if each in ours else "gone"
                found.append(f"{name[:-1]} {each}: {how}")
    ours, theirs = wanted["messages"], kept["messages"]
    if len(ours) != len(theirs):
        found.append(f"messages: {len(ours)}, where {len(theirs)} are kept")
    found += [
        f"message {number} ({mine[0]}): another text"
        for number, (mine, other) in enumerate(zip(ours, theirs, strict=False), 1)
        if mine != other
    ]
    if wanted["trial"] != kept["trial"]:
        found.append(f"trial: {wanted['trial']}, where {kept['trial']} is kept")
    return tuple(found)
