"""The two or three things that a commit asks of git, without importing what talks to git elsewhere.

`subprocess` and `pathlib` take longer to import than git takes to answer. Here a process is started, other work goes
on, and its answer is read when it is needed. Whatever is unusual is None, and the caller goes the long way.
"""

from __future__ import annotations

import os
import stat

from placet.errors import PlacetError
from placet.git.environment import NO_PROGRAMS, environment
from placet.hashing import hex_digest
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_UNBORN_OR_ODD = "ref: refs/heads/.invalid"  # what HEAD holds where references are kept otherwise (reftable)
_AT_ONCE = 900  # ids of 64 digits and a line's end, below the 64 KiB that a pipe holds
_HEX = frozenset("0123456789abcdef")


@record
class Places:
    """The top of the working tree, and where git keeps what is this working tree's and what all of them share."""

    root: str
    git_dir: str
    common_dir: str


def places(folder: str) -> Places | None:
    """The repository that `folder` is in, as git would find it; None in a bare one or where nothing is."""
    while True:
        found = os.path.join(folder, ".git")
        if os.path.isdir(found):
            return _placed(folder, found)
        if os.path.isfile(found):
            with open(found, encoding="utf-8", errors="surrogateescape") as file:
                named = file.read(4096).strip()
            return _placed(folder, os.path.join(folder, named[8:])) if named.startswith("gitdir: ") else None
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _placed(root: str, git_dir: str) -> Places | None:
    common = _read(os.path.join(git_dir, "commondir"))
    shared = os.path.join(git_dir, common) if common else git_dir
    return Places(root, git_dir, shared) if os.path.isfile(os.path.join(git_dir, "HEAD")) else None


def head_commit(where: Places) -> str | None:
    """The commit that HEAD names; None on a branch without one, or where this can't be told from plain files."""
    head = _read(os.path.join(where.git_dir, "HEAD"))
    if not head.startswith("ref: "):
        return head if _is_id(head) else None
    name = head[5:].strip()
    if head == _UNBORN_OR_ODD or ".." in name.split("/"):
        return None
    loose = _read(os.path.join(where.common_dir, name))
    return (loose if _is_id(loose) else None) or _packed(os.path.join(where.common_dir, "packed-refs"), name)


def _packed(path: str, name: str) -> str | None:
    end = f" {name}\n".encode()
    try:
        with open(path, "rb") as file:
            return next((line[: -len(end)].decode() for line in file if line.endswith(end)), None)
    except OSError:
        return None


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read(4096).strip()
    except OSError:
        return ""


def _is_id(text: str) -> bool:
    return len(text) in (40, 64) and not set(text) - _HEX


class Question:
    """A git command that runs while we go on. Its answer is complete or None."""

    __slots__ = ("_pid", "_pipe")

    def __init__(self, root: str, arguments: Sequence[str], input: bytes = b"") -> None:
        read, write = os.pipe()
        quiet, given = os.open(os.devnull, os.O_RDWR), _readable(input)
        actions = [(os.POSIX_SPAWN_DUP2, given, 0), (os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_DUP2, quiet, 2)]
        try:
            command = ["git", "-C", root, *NO_PROGRAMS, *arguments]
            self._pid = os.posix_spawnp("git", command, environment(), file_actions=actions)
        finally:
            for descriptor in (write, quiet, given):
                os.close(descriptor)
        self._pipe = read

    def answer(self) -> bytes | None:
        """What git printed; None when it failed."""
        parts = []
        while part := os.read(self._pipe, 1 << 16):
            parts.append(part)
        os.close(self._pipe)
        _, status = os.waitpid(self._pid, 0)
        return b"".join(parts) if status == 0 else None


def _readable(text: bytes) -> int:
    """An open file to read `text` from, which a pipe holds without anybody reading yet: less than 64 KiB."""
    read, write = os.pipe()
    os.write(write, text)
    os.close(write)
    return read


def can_ask() -> bool:
    return hasattr(os, "posix_spawnp")


def as_staged(where: Places, path: str, blob: str, limit: int) -> bytes | None:
    """The file on disk, if it is byte for byte what is staged as `blob`; nearly always it is."""
    full = os.path.join(where.root, path)
    try:
        descriptor = os.open(full, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # a pipe would wait for its writer
        try:
            regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
            data = os.read(descriptor, limit + 1) if regular else b""
        finally:
            os.close(descriptor)
    except OSError:
        return None
    return data if regular and blob_id(data, len(blob)) == blob else None


def blobs(where: Places, limits: Mapping[str, int]) -> dict[str, bytes | None]:
    """The content of each blob, None for one beyond its limit. Raises PlacetError for one that this clone lacks."""
    found: dict[str, bytes | None] = {}
    ids = sorted(limits)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        sizes = _sizes(_ask(where, "--batch-check=%(objectname) %(objectsize)", some))
        wanted = [id for id in some if id in sizes and sizes[id] <= limits[id]]
        found |= dict.fromkeys(sizes)
        found |= _batch(_ask(where, "--batch", wanted)) if wanted else {}
    for id in ids:
        if id not in found:
            raise PlacetError(f"object {id[:12]} is missing from this clone", help="fetch it: git fetch --refetch")
    return found


def _ask(where: Places, how: str, ids: Sequence[str]) -> bytes:
    return Question(where.root, ["cat-file", how], "".join(f"{id}\n" for id in ids).encode()).answer() or b""


def _sizes(out: bytes) -> dict[str, int]:
    lines = (line.split(" ") for line in out.decode().splitlines())
    return {line[0]: int(line[1]) for line in lines if len(line) == 2 and line[1].isdigit()}


def _batch(out: bytes) -> dict[str, bytes]:
    found, start = {}, 0
    while start < len(out):
        end = out.index(b"\n", start)
        id, _, size = out[start:end].decode().split(" ") if out[start:end].count(b" ") == 2 else ("", "", "-1")
        start = end + 1 + int(size) + 1
        if id:
            found[id] = out[end + 1 : start - 1]
    return found


def blob_id(data: bytes, digits: int) -> str:
    """Git's name of a blob, in a repository whose names have so many hexadecimal digits."""
    return hex_digest("sha1" if digits == 40 else "sha256", b"blob %d\0" % len(data) + data)


def changes(raw: bytes) -> dict[str, tuple[str, str, str, str, str]]:
    """What `--raw -z` says of each path: old mode, new mode, old blob, new blob, status."""
    fields = raw.split(b"\0")
    found = {}
    for at in range(0, len(fields) - 1, 2):
        old_mode, new_mode, old, new, status = fields[at][1:].decode().split(" ")
        found[fields[at + 1].decode("utf-8", "surrogateescape")] = (old_mode, new_mode, old, new, status)
    return found
