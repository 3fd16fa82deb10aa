"""The response cache: answers by everything that can change them, in one SQLite file.

It holds no credential, host or address, and never an error. It is a convenience: whatever is wrong with its
file, a run goes on, and `notes` says what was done about it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Self

from placet.cache.file import BEYOND_USE, code_of, opened, set_aside
from placet.cache.key import parts_of
from placet.model.run import Answer, Request, ToolCall

BUSY_SECONDS = 2.0  # another process writes; longer would hold up every call in flight
_AT_ONCE = 500
_COLUMNS = "text, latency_ms, input_tokens, output_tokens, finish_reason, tool_calls"
_INSERT = f"INSERT OR IGNORE INTO answers (key, provider, model, {_COLUMNS}, parts) VALUES (?,?,?,?,?,?,?,?,?,?)"  # noqa: S608


class Cache:
    """Answers of earlier calls. For one thread, and any number of processes."""

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self.notes: list[str] = []
        self.imported = 0  # answers of this run that came with an imported file
        self._asked = self._known = 0
        self._writes = True
        self._held: list[tuple[Any, ...]] = []
        self._database = self._open_or_renew()

    @property
    def keeps(self) -> bool:
        """Whether answers are still written."""
        return self._database is not None and self._writes

    def get(self, keys: Iterable[str]) -> dict[str, Answer]:
        """Those of `keys` that are known."""
        self.flush()
        found: dict[str, Answer] = {}
        rest = iter(keys)
        while self._database is not None and (some := list(islice(rest, _AT_ONCE))):
            self._asked += len(some)
            for key, imported, *row in self._select(f"key, imported, {_COLUMNS}", some):
                found[key] = _answer(*row)
                self.imported += imported is not None
        self._known += len(found)
        return found

    def known(self, keys: Iterable[str]) -> set[str]:
        """Which of `keys` have an answer; the answers stay in the file."""
        self.flush()
        found: set[str] = set()
        rest = iter(keys)
        while self._database is not None and (some := list(islice(rest, _AT_ONCE))):
            found |= {key for (key,) in self._select("key", some)}
        return found

    def put(self, key: str, request: Request, answer: Answer) -> None:
        """Keep an answer before anybody sees it; the first one of a key stays."""
        self.hold(key, request, answer)
        self.flush()

    def hold(self, key: str, request: Request, answer: Answer) -> None:
        """Keep an answer with the next `flush`: several in one transaction take a fraction of the time."""
        if not self.keeps:
            return
        row = (
            key,
            request.provider,
            request.model,
            answer.text,
            answer.latency_ms,
            answer.input_tokens,
            answer.output_tokens,
            answer.finish_reason,
            json.dumps([[call.name, call.arguments] for call in answer.tool_calls]) if answer.tool_calls else None,
            parts_of(request),
        )
        self._held.append(row)

    def flush(self) -> None:
        """Write what is held; where the file was beyond use, to the new one."""
        rows, self._held = self._held, []
        for _ in range(2):
            if not rows or self._database is None or not self._writes:
                return
            try:
                _insert(self._database, rows)
                return
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
        """Close the file, once it says how many answers of this run it knew."""
        self.flush()
        database, self._database = self._database, None
        if database is not None:
            with suppress(sqlite3.DatabaseError):  # a full disk; what is written stays
                if self._asked and self._writes:
                    self._remember(database)
            with suppress(sqlite3.DatabaseError):
                database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _remember(self, database: sqlite3.Connection) -> None:
        database.execute("DELETE FROM runs")
        database.execute("INSERT INTO runs VALUES (CURRENT_TIMESTAMP, ?, ?)", (self._asked, self._known))

    def _select(self, columns: str, keys: list[str]) -> Iterator[Any]:
        """Rows as they come; what is wrong with the file ends them early."""
        query = f"SELECT {columns} FROM answers WHERE key IN ({','.join('?' * len(keys))})"  # noqa: S608 - marks only
        try:
            yield from self._database.execute(query, keys) if self._database else ()
        except sqlite3.DatabaseError as error:
            self._trouble(error)

    def _open_or_renew(self) -> sqlite3.Connection | None:
        try:
            return opened(self.path, self._busy_seconds)
        except (sqlite3.DatabaseError, OSError) as error:
            return self._renew(error)

    def _renew(self, error: Exception) -> sqlite3.Connection | None:
        if code_of(error) not in BEYOND_USE:
            self._go_without(error)
            return None
        try:
            aside = set_aside(self.path)
            database = opened(self.path, self._busy_seconds)
        except (sqlite3.DatabaseError, OSError) as again:
            self._go_without(again)
            return None
        self.notes.append(f"the response cache could not be read ({error}); it is set aside as {aside.name}")
        return database

    def _go_without(self, error: Exception) -> None:
        self.notes.append(f"the response cache can't be used ({error}); answers of this run are not kept in it")

    def _trouble(self, error: sqlite3.DatabaseError) -> None:
        """Once open: a damaged file is replaced, anything else ends writing for this run."""
        if code_of(error) in BEYOND_USE:
            database, self._database = self._database, None
            with suppress(sqlite3.DatabaseError):
                if database is not None:
                    database.close()
            self._database = self._renew(error)
        else:
            self._writes = False
            self._go_without(error)


def _insert(database: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    """All of them or none."""
    if len(rows) == 1:
        database.execute(_INSERT, rows[0])
        return
    database.execute("BEGIN IMMEDIATE")
    try:
        database.executemany(_INSERT, rows)
        database.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.DatabaseError):
            database.execute("ROLLBACK")
        raise


def _answer(text: str, latency: float, used: int | None, made: int | None, reason: str | None, calls: Any) -> Answer:
    return Answer(text, latency, used, made, reason, cached=True, tool_calls=_calls(calls))


def _calls(text: str | None) -> tuple[ToolCall, ...]:
    return tuple(ToolCall(name, arguments) for name, arguments in json.loads(text)) if text else ()
