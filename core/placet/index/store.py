"""The index as a file: one SQLite database per working tree, which says of one commit what its governed files hold.

Opened, it is whole and made by this very code, or it isn't opened. It is written in one transaction, so that a killed
process leaves the one before, and whoever finds it locked goes on without it.
"""

from __future__ import annotations

import os
import sqlite3
import sys

from placet.codec import from_bytes, to_bytes
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from placet.index.reach import Ref
    from placet.parse.facts import Facts

NAME = "index.sqlite"
#: Raise it when what stands in the tables changes its meaning.
FORMAT = 1
_PATIENCE = 2.0  # seconds to wait for another process's transaction
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (path BLOB PRIMARY KEY, mode TEXT NOT NULL, blob TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (blob TEXT NOT NULL, path BLOB NOT NULL, data BLOB NOT NULL, PRIMARY KEY (blob, path));
CREATE TABLE unit (name BLOB PRIMARY KEY, findings BLOB NOT NULL, changes_on TEXT) WITHOUT ROWID;
CREATE INDEX unit_changes ON unit (changes_on) WHERE changes_on IS NOT NULL;
CREATE TABLE ref (kind TEXT NOT NULL, target BLOB NOT NULL, unit BLOB NOT NULL, PRIMARY KEY (kind, target, unit))
  WITHOUT ROWID;
CREATE INDEX ref_unit ON ref (unit);
CREATE TABLE unowned (path BLOB PRIMARY KEY, finding BLOB NOT NULL) WITHOUT ROWID;
"""
#: Rooms whose code decides what stands in the index.
_ROOMS = (
    *("", "model", "parse", "rules", "schemas", "schemas/compiled"),
    *("codeowners", "frameworks", "index", "cel", "git"),
)


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")  # as git's own bytes, whatever the locale


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


class NoIndexError(Exception):
    """There is no index that can be used; the text says why."""


@record(frozen=False, eq=False)
class Store:
    """An open index. Paths are kept as git's bytes, since not all are text."""

    database: sqlite3.Connection
    path: str

    # -- what it is -------------------------------------------------------------------------------------------------

    def meta(self) -> dict[str, str]:
        return dict(self.database.execute("SELECT key, value FROM meta"))

    # -- what it knows ----------------------------------------------------------------------------------------------

    def file(self, path: str) -> tuple[str, str] | None:
        """Mode and blob of a path."""
        query = "SELECT mode, blob FROM file WHERE path = ?"
        row: tuple[str, str] | None = self.database.execute(query, (_bytes(path),)).fetchone()
        return row

    def files_below(self, folder: str) -> Iterator[tuple[str, str, str]]:
        """(path, mode, blob) of each file in `folder`, which ends with a slash; of all for an empty one."""
        first = _bytes(folder)
        query = "SELECT path, mode, blob FROM file WHERE path >= ? AND path < ?"
        for path, mode, blob in self.database.execute(query, (first, first[:-1] + b"0" if folder else b"\xff")):
            yield _text(path), mode, blob

    def facts(self, path: str, blob: str) -> Facts | None:
        """Raises DamagedError."""
        query = "SELECT data FROM facts WHERE blob = ? AND path = ?"
        row = self.database.execute(query, (blob, _bytes(path))).fetchone()
        return None if row is None else from_bytes(row[0])

    def facts_below(self, folder: str) -> Iterator[tuple[str, Facts]]:
        """The facts of each file in `folder`, with one question. Raises DamagedError."""
        first = _bytes(folder)
        query = (
            "SELECT file.path, data FROM file JOIN facts USING (blob, path)"
            " WHERE file.path >= ? AND file.path < ? AND file.mode IN ('100644', '100755')"
        )
        for path, data in self.database.execute(query, (first, first[:-1] + b"0")):
            yield _text(path), from_bytes(data)

    def units_with(self, ref: Ref) -> list[str]:
        rows = self.database.execute(
            "SELECT unit FROM ref WHERE kind = ? AND target = ?", (ref.kind, _bytes(ref.target))
        )
        return [_text(unit) for (unit,) in rows]

    def refs_of(self, unit: str) -> set[Ref]:
        rows = self.database.execute("SELECT kind, target FROM ref WHERE unit = ?", (_bytes(unit),))
        from placet.index.reach import Ref

        return {Ref(kind, _text(target)) for kind, target in rows}

    def refs_below(self, kind: str, folder: str) -> Iterator[tuple[str, str]]:
        """(target, unit) of each reference of `kind` to something in `folder`, which ends with a slash."""
        first = _bytes(folder)
        query = "SELECT target, unit FROM ref WHERE kind = ? AND target >= ? AND target < ?"
        for target, unit in self.database.execute(query, (kind, first, first[:-1] + b"0")):
            yield _text(target), _text(unit)

    def findings(self) -> dict[str, Any]:
        """By unit, what was found in it; units without any are left out. Raises DamagedError."""
        rows = self.database.execute("SELECT name, findings FROM unit WHERE findings <> x''")
        return {_text(name): from_bytes(data) for name, data in rows}

    def changing_by(self, day: str) -> list[str]:
        """Units about which the rules may say something else on `day` than when they were judged."""
        rows = self.database.execute("SELECT name FROM unit WHERE changes_on <= ?", (day,))
        return [_text(name) for (name,) in rows]

    def unowned(self) -> dict[str, Any]:
        rows = self.database.execute("SELECT path, finding FROM unowned")
        return {_text(path): from_bytes(data) for path, data in rows}

    # -- what is learned --------------------------------------------------------------------------------------------

    def put_files(self, files: Iterable[tuple[str, str, str]], gone: Iterable[str] = ()) -> None:
        self.database.executemany("DELETE FROM file WHERE path = ?", ((_bytes(path),) for path in gone))
        rows = ((_bytes(path), mode, blob) for path, mode, blob in files)
        self.database.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", rows)

    def put_facts(self, facts: Iterable[tuple[str, str, Facts]]) -> None:
        """(path, blob, facts) of each file that was read."""
        rows = ((blob, _bytes(path), to_bytes(one)) for path, blob, one in facts)
        self.database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", rows)

    def put_unit(self, unit: str, findings: Any, changes_on: str | None, refs: Iterable[Ref]) -> None:
        name = _bytes(unit)
        self.database.execute("DELETE FROM unit WHERE name = ?", (name,))
        if findings or changes_on:
            row = (name, to_bytes(findings) if findings else b"", changes_on)
            self.database.execute("INSERT INTO unit VALUES (?, ?, ?)", row)
        self.database.execute("DELETE FROM ref WHERE unit = ?", (name,))
        rows = ((ref.kind, _bytes(ref.target), name) for ref in refs)
        self.database.executemany("INSERT OR IGNORE INTO ref VALUES (?, ?, ?)", rows)

    def put_unowned(self, findings: dict[str, Any], gone: Iterable[str] | None) -> None:
        """The files without an owner; `gone` are paths to forget first, None for all."""
        if gone is None:
            self.database.execute("DELETE FROM unowned")
        self.database.executemany("DELETE FROM unowned WHERE path = ?", ((_bytes(path),) for path in gone or ()))
        rows = ((_bytes(path), to_bytes(finding)) for path, finding in findings.items())
        self.database.executemany("INSERT OR REPLACE INTO unowned VALUES (?, ?)", rows)

    def put_meta(self, **values: str) -> None:
        self.database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def forget_units(self) -> None:
        """What was found and what refers to what, before all of it is put anew."""
        self.database.execute("DELETE FROM unit")
        self.database.execute("DELETE FROM ref")

    def forget_facts(self) -> None:
        """Drop what was read of blobs that no path has any more, once there are more of those than of the others."""
        kept, live = (self.database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("facts", "file"))  # noqa: S608
        if kept > 3 * live + 1_000:
            self.database.execute(
                "DELETE FROM facts WHERE NOT EXISTS"
                " (SELECT 1 FROM file WHERE file.path = facts.path AND file.blob = facts.blob)"
            )

    def close(self) -> None:
        self.database.close()


def opened(folder: str) -> Store:
    """The index in `folder`, in a transaction that sees one state of it. Raises NoIndexError, saying why."""
    path = os.path.join(folder, NAME)
    if not os.path.isfile(path):
        raise NoIndexError("there is no index yet")
    store = Store(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None), path)
    try:
        store.database.execute("BEGIN")
        made_by = store.meta().get("made_by")
    except sqlite3.Error as error:
        store.close()
        raise NoIndexError(f"the index can't be read: {error}") from None
    if made_by != maker():
        store.close()
        raise NoIndexError("the index was made by another version of Placet, its rules or its schemas")
    return store


def created(folder: str) -> Store:
    """A new, empty index that replaces the one in `folder` when it is published. Raises OSError or sqlite3.Error."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{NAME}.{os.getpid()}")
    _remove(path)
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=8192; {_TABLES}")
    database.execute("BEGIN")
    return Store(database, path)


def published(store: Store, folder: str) -> None:
    """Finish a new index and put it in its place, in one step."""
    store.put_meta(made_by=maker())
    store.database.execute("COMMIT")
    store.close()
    for left in ("-journal", "-wal"):
        _remove(os.path.join(folder, NAME + left))
    os.replace(store.path, os.path.join(folder, NAME))


def discarded(store: Store) -> None:
    store.close()
    if os.path.basename(store.path) != NAME:
        _remove(store.path)


def writing(store: Store) -> bool:
    """Begin to write into an index that is open. False when another process has it, or it changed since it was read."""
    seen = store.meta()
    store.database.execute("COMMIT")
    try:
        store.database.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    if store.meta() == seen:
        return True
    store.database.execute("ROLLBACK")
    return False


def maker() -> str:
    """What this code is: each file that decides what stands in an index, by name, size and time of change."""
    here = os.path.dirname(os.path.dirname(__file__))
    seen = [f"{FORMAT} {sys.version_info[0]}.{sys.version_info[1]} {here}"]
    for room in _ROOMS:
        with os.scandir(os.path.join(here, room)) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".json")):
                    about = entry.stat()
                    seen.append(f"{room}/{entry.name} {about.st_size} {about.st_mtime_ns}")
    return "\n".join(sorted(seen))


def _remove(path: str) -> None:
    if os.path.lexists(path):
        os.remove(path)
