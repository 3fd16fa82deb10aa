"""Read very many files with two processes: this one and a copy of it, each every second file.

Which of them read a file never changes what is found. Where there is no second processor, no `fork`, or more than one
thread, and whenever the copy fails, this process reads everything itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import BinaryIO, NoReturn

from placet.codec import DamagedError, from_bytes, to_bytes
from placet.parse.facts import Facts, File, read_facts
from placet.parse.snapshot import Snapshot, assemble

#: Files from which on the copy saves more than it costs.
LEAST = 2_000
_AT_ONCE = 16  # files in one message
_PIPE_BYTES = 1024 * 1024


def read(files: Mapping[str, File], *, least: int = LEAST, known: dict[str, Facts] | None = None) -> Snapshot:
    """The same snapshot as `read_snapshot` gives.

    `known` are facts of files that were read before and are the same; it gets those of the others.
    """
    known = {} if known is None else known
    new = [path for path in files if path not in known]
    if len(new) < least or not _can_fork():
        return assemble(files, lambda path: known.get(path) or _learned(known, path, read_facts(files[path])))
    theirs = sorted(new)[1::2]
    ends = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        _read_and_leave(files, theirs, ends)
    os.close(ends[1])
    try:
        return _assembled(files, theirs, ends[0], known)
    finally:
        os.close(ends[0])  # a copy that still writes ends by that
        with suppress(ChildProcessError):
            os.waitpid(child, 0)


def _can_fork() -> bool:
    threads = sys.modules.get("threading")
    alone = threads is None or threads.active_count() == 1
    return alone and hasattr(os, "fork") and sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def _read_and_leave(files: Mapping[str, File], paths: list[str], ends: tuple[int, int]) -> NoReturn:
    """What the copy does, and nothing after it: no `finally` of ours, no flushing of what the parent will print."""
    try:
        os.close(ends[0])
        for start in range(0, len(paths), _AT_ONCE):
            message = to_bytes(tuple(read_facts(files[path]) for path in paths[start : start + _AT_ONCE]))
            data = memoryview(len(message).to_bytes(4, "little") + message)
            while data:
                data = data[os.write(ends[1], data) :]
    finally:
        os._exit(0)


def _learned(known: dict[str, Facts], path: str, facts: Facts) -> Facts:
    known[path] = facts
    return facts


def _assembled(files: Mapping[str, File], theirs: list[str], pipe: int, known: dict[str, Facts]) -> Snapshot:
    _widen(pipe)
    with os.fdopen(os.dup(pipe), "rb") as stream:
        received = _facts(stream, theirs)
        ahead: dict[str, Facts] = {}
        wanted = frozenset(theirs)

        def facts_of(path: str) -> Facts:
            if path in known:
                return known[path]
            if path in wanted and path not in ahead:
                ahead.update(next(received, {}))
            facts = ahead.pop(path) if path in ahead else read_facts(files[path])
            return _learned(known, path, facts)

        return assemble(files, facts_of)


def _facts(stream: BinaryIO, paths: list[str]) -> Iterator[dict[str, Facts]]:
    """What the copy found, message by message; ends early when it doesn't send what was agreed."""
    for start in range(0, len(paths), _AT_ONCE):
        some = paths[start : start + _AT_ONCE]
        try:
            size = int.from_bytes(stream.read(4), "little")
            found = from_bytes(stream.read(size))
        except (DamagedError, ValueError, TypeError, AttributeError, OSError):
            return
        if len(found) != len(some):
            return
        yield dict(zip(some, found, strict=True))


def _widen(pipe: int) -> None:
    """Let either side run ahead of the other."""
    import fcntl

    with suppress(OSError, AttributeError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
