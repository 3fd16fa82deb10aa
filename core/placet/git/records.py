"""What git's plumbing prints, as values. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from placet.git.process import path_of, records
from placet.record import record

REGULAR = "100644"
EXECUTABLE = "100755"
SYMLINK = "120000"
SUBMODULE = "160000"
ABSENT = "000000"
#: The empty blob, by either hash that git may use.
EMPTY_BLOBS = frozenset(
    {
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    }
)


@record
class Entry:
    """One file of a tree or of the index."""

    path: str
    mode: str
    blob: str


@record
class Difference:
    """One changed path. A move is two of them, since both names count."""

    path: str
    old_mode: str
    new_mode: str
    old_blob: str
    new_blob: str


def tree_entry(record: bytes) -> Entry:
    meta, _, path = record.partition(b"\t")
    mode, _, blob = meta.decode().split(" ")
    return Entry(path_of(path), mode, blob)


def index_fields(record: bytes) -> tuple[str, str, str, str]:
    meta, _, path = record.partition(b"\t")
    mode, blob, stage = meta.decode().split(" ")
    return mode, blob, stage, path_of(path)


def differences(out: bytes) -> Iterator[Difference]:
    fields = iter(records(out))
    for meta in fields:
        old_mode, new_mode, old_blob, new_blob, _ = meta.decode().lstrip(":").split(" ")
        yield Difference(path_of(next(fields)), old_mode, new_mode, old_blob, new_blob)


def batch(out: bytes) -> Iterator[tuple[str, bytes]]:
    start = 0
    while start < len(out):
        end = out.index(b"\n", start)
        id, _, size = out[start:end].decode().split(" ")
        start = end + 1 + int(size)
        yield id, out[end + 1 : start]
        start += 1
