"""The cache's file: opened privately, laid out, brought up to date, and set aside when it is beyond use."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LAYOUT = 2  # of the file; 1 is brought up to date, any other is set aside
_PAUSE = 0.02
_TABLES = """
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  text TEXT NOT NULL,
  latency_ms REAL NOT NULL,
  input_tokens INTEGER,
  output_tokens INTEGER,
  finish_reason TEXT,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  tool_calls TEXT,
  parts TEXT,
  imported TEXT
);
"""
_RUNS = "CREATE TABLE IF NOT EXISTS runs (ended TEXT NOT NULL, asked INTEGER NOT NULL, known INTEGER NOT NULL)"
_SINCE_1 = ("tool_calls", "parts", "imported")
#: The file can't be used, now or later. Anything else (locked, full, read-only) is the moment's trouble.
BEYOND_USE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


def opened(path: Path, busy_seconds: float) -> sqlite3.Connection:
    _make_private(path)
    database = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)
    try:
        until = time.monotonic() + busy_seconds
        while not _laid_out(database, patient=time.monotonic() < until):
            time.sleep(_PAUSE)
    except BaseException:
        database.close()
        raise
    return database


def _make_private(path: Path) -> None:
    """Answers may hold personal data: the file is its owner's, and no link leads elsewhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    if path.is_symlink() or not path.is_file():
        raise OSError("it is not a regular file")
    with suppress(PermissionError):  # somebody else's, but readable
        path.chmod(0o600)


def _laid_out(database: sqlite3.Connection, *, patient: bool) -> bool:
    """False: try again. The switch to WAL doesn't wait for another process that makes it too."""
    try:
        _lay_out(database)
    except sqlite3.OperationalError as error:
        if patient and code_of(error) == sqlite3.SQLITE_BUSY:
            return False
        raise
    return True


def _lay_out(database: sqlite3.Connection) -> None:
    (mode,) = database.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA wal_autocheckpoint = 4000")  # pages; each checkpoint waits for the disk
    database.execute("PRAGMA synchronous = NORMAL")  # survives kill -9; only a power cut loses the last answers
    layout = _layout_of(database)
    if layout not in (0, 1, LAYOUT):
        raise _foreign(layout)
    if layout != LAYOUT:
        _bring_up_to_date(database)


def _bring_up_to_date(database: sqlite3.Connection) -> None:
    """In one transaction, so that another process that does the same finds either layout whole."""
    database.execute("BEGIN IMMEDIATE")
    try:
        layout = _layout_of(database)
        if layout == 0:
            database.execute(_TABLES)
        elif layout == 1:
            there = {row[1] for row in database.execute("PRAGMA table_info(answers)")}
            for column in (name for name in _SINCE_1 if name not in there):
                database.execute(f"ALTER TABLE answers ADD COLUMN {column} TEXT")
        database.execute(_RUNS)
        database.execute(f"PRAGMA user_version = {LAYOUT}")
        database.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.DatabaseError):
            database.execute("ROLLBACK")
        raise


def _layout_of(database: sqlite3.Connection) -> int:
    (layout,) = database.execute("PRAGMA user_version").fetchone()
    return int(layout)


def code_of(error: Exception) -> int:
    """SQLite's primary result code; a file that the system refuses counts as one that can't be opened."""
    if isinstance(error, OSError):
        return sqlite3.SQLITE_CANTOPEN
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _foreign(layout: int) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(f"its layout is {layout}, not {LAYOUT}")
    error.sqlite_errorcode = sqlite3.SQLITE_NOTADB
    return error


def _names(path: Path) -> Iterator[Path]:
    number = 1
    while True:
        yield path.with_name(f"{path.name}.aside-{number}")
        number += 1


def set_aside(path: Path) -> Path:
    """Rename the file, its journal first, so that a new file never meets an old journal."""
    aside = next(name for name in _names(path) if not name.exists() and not name.is_symlink())
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).replace(aside.with_name(aside.name + suffix))
    with suppress(FileNotFoundError):
        path.replace(aside)
    return aside
