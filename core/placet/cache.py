"""The response cache: answers by everything that can change them, in one SQLite file.

It holds no credential, host or address, and never an error. It is a convenience: whatever is wrong with its
file, a run goes on, and `notes` says what was done about it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Self

import rfc8785

from placet.errors import PlacetError
from placet.model.run import Answer, Request

LAYOUT = 1  # of the file; any other is set aside
BUSY_SECONDS = 2.0  # another process writes; longer would hold up every call in flight
_AT_ONCE = 500
_PAUSE = 0.02
_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  text TEXT NOT NULL,
  latency_ms REAL NOT NULL,
  input_tokens INTEGER,
  output_tokens INTEGER,
  finish_reason TEXT,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
)
"""
_COLUMNS = "text, latency_ms, input_tokens, output_tokens, finish_reason"
#: The file can't be used, now or later. Anything else (locked, full, read-only) is the moment's trouble.
_BEYOND_USE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


def key_of(request: Request) -> str:
    """sha256 over the canonical JSON (RFC 8785) of everything in the request; trials are distinct answers."""
    whole: dict[str, Any] = {
        "provider": request.provider,
        "model": request.model,
        "parameters": dict(request.parameters),
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        "trial": request.trial,
    }
    try:
        return hashlib.sha256(rfc8785.dumps(whole)).hexdigest()
    except rfc8785.CanonicalizationError as error:
        raise PlacetError(f"a request can't be written as JSON: {error}", help="correct the prompt or case") from error


class Cache:
    """Answers of earlier calls. For one thread, and any number of processes."""

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self.notes: list[str] = []
        self._writes = True
        self._database = self._open_or_renew()

    def get(self, keys: Iterable[str]) -> dict[str, Answer]:
        """Those of `keys` that are known."""
        found: dict[str, Answer] = {}
        rest = iter(keys)
        while self._database is not None and (some := list(islice(rest, _AT_ONCE))):
            for key, *row in self._select(f"key, {_COLUMNS}", some):
                found[key] = _answer(*row)
        return found

    def known(self, keys: Iterable[str]) -> set[str]:
        """Which of `keys` have an answer; the answers stay in the file."""
        found: set[str] = set()
        rest = iter(keys)
        while self._database is not None and (some := list(islice(rest, _AT_ONCE))):
            found |= {key for (key,) in self._select("key", some)}
        return found

    def put(self, key: str, request: Request, answer: Answer) -> None:
        """Keep an answer before anybody sees it; the first one of a key stays."""
        if self._database is None or not self._writes:
            return
        row = (
            answer.text,
            answer.latency_ms,
            answer.input_tokens,
            answer.output_tokens,
            answer.finish_reason,
        )
        query = f"INSERT OR IGNORE INTO answers (key, provider, model, {_COLUMNS}) VALUES (?,?,?,?,?,?,?,?)"  # noqa: S608
        try:
            self._database.execute(query, (key, request.provider, request.model, *row))
        except sqlite3.DatabaseError as error:
            self._trouble(error)

    def usual_latency(self, provider: str, model: str) -> float | None:
        """Mean milliseconds of the kept answers of a model; None when there are none."""
        query = "SELECT avg(latency_ms) FROM answers WHERE provider = ? AND model = ?"
        try:
            rows = self._database.execute(query, (provider, model)).fetchall() if self._database else []
        except sqlite3.DatabaseError as error:
            self._trouble(error)
            return None
        return rows[0][0] if rows else None

    def close(self) -> None:
        database, self._database = self._database, None
        if database is not None:
            with suppress(sqlite3.DatabaseError):  # a full disk; what is written stays
                database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _select(self, columns: str, keys: list[str]) -> Iterator[Any]:
        """Rows as they come; what is wrong with the file ends them early."""
        query = f"SELECT {columns} FROM answers WHERE key IN ({','.join('?' * len(keys))})"  # noqa: S608 - marks only
        try:
            yield from self._database.execute(query, keys) if self._database else ()
        except sqlite3.DatabaseError as error:
            self._trouble(error)

    def _open_or_renew(self) -> sqlite3.Connection | None:
        try:
            return _open(self.path, self._busy_seconds)
        except (sqlite3.DatabaseError, OSError) as error:
            return self._renew(error)

    def _renew(self, error: Exception) -> sqlite3.Connection | None:
        if _code(error) not in _BEYOND_USE:
            self._go_without(error)
            return None
        try:
            aside = _set_aside(self.path)
            database = _open(self.path, self._busy_seconds)
        except (sqlite3.DatabaseError, OSError) as again:
            self._go_without(again)
            return None
        self.notes.append(f"the response cache could not be read ({error}); it is set aside as {aside.name}")
        return database

    def _go_without(self, error: Exception) -> None:
        self.notes.append(f"the response cache can't be used ({error}); answers of this run are not kept in it")

    def _trouble(self, error: sqlite3.DatabaseError) -> None:
        """Once open: a damaged file is replaced, anything else ends writing for this run."""
        if _code(error) in _BEYOND_USE:
            self.close()
            self._database = self._renew(error)
        else:
            self._writes = False
            self._go_without(error)


def _answer(text: str, latency_ms: float, used: int | None, made: int | None, reason: str | None) -> Answer:
    return Answer(text, latency_ms, used, made, reason, cached=True)


def _open(path: Path, busy_seconds: float) -> sqlite3.Connection:
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
        if patient and _code(error) == sqlite3.SQLITE_BUSY:
            return False
        raise
    return True


def _lay_out(database: sqlite3.Connection) -> None:
    (mode,) = database.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")  # survives kill -9; only a power cut loses the last answers
    (layout,) = database.execute("PRAGMA user_version").fetchone()
    if layout not in (0, LAYOUT):
        raise _foreign(layout)
    if layout == 0:
        database.execute(_TABLE)
        database.execute(f"PRAGMA user_version = {LAYOUT}")


def _code(error: Exception) -> int:
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


def _set_aside(path: Path) -> Path:
    """Rename the file, its journal first, so that a new file never meets an old journal."""
    aside = next(name for name in _names(path) if not name.exists() and not name.is_symlink())
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).replace(aside.with_name(aside.name + suffix))
    with suppress(FileNotFoundError):
        path.replace(aside)
    return aside
