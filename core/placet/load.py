"""The governed files of a revision, of the index or on disk, as snapshots. What nothing reads isn't loaded."""

from __future__ import annotations

from collections.abc import Iterable

from placet import halves
from placet.errors import PlacetError
from placet.git.records import EXECUTABLE, REGULAR, Entry
from placet.git.repository import Repository
from placet.parse.facts import Facts
from placet.parse.kinds import FOLDERS, limit_of
from placet.parse.snapshot import File, Snapshot

#: The content of all governed files together (bytes).
MOST = 256 * 1024 * 1024
_FILES = frozenset({REGULAR, EXECUTABLE})


def snapshot_at(repository: Repository, revision: str) -> Snapshot:
    """The governed files at a commit or tree."""
    return halves.read(files_of(repository, repository.tree_entries(revision, FOLDERS)))


class Reader:
    """Snapshots of several revisions. A file that one has as the one before it had it isn't read again."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._files: dict[str, File] = {}
        self._facts: dict[str, Facts] = {}

    def at(self, revision: str) -> Snapshot:
        """The governed files at a commit or tree."""
        entries = self._repository.tree_entries(revision, FOLDERS)
        same = {entry.path: self._files[entry.path] for entry in entries if self._is_known(entry)}
        size = sum(len(file.data or b"") for file in same.values())
        new = files_of(self._repository, [entry for entry in entries if entry.path not in same], most=MOST - size)
        self._files = {entry.path: same.get(entry.path) or new[entry.path] for entry in entries}
        self._facts = {path: self._facts[path] for path in same}
        return halves.read(self._files, known=self._facts)

    def _is_known(self, entry: Entry) -> bool:
        file = self._files.get(entry.path)
        return file is not None and (file.blob, file.mode) == (entry.blob, entry.mode)


def snapshot_of_index(repository: Repository) -> Snapshot:
    """The governed files as they are staged."""
    return halves.read(files_of(repository, repository.index_entries(FOLDERS)))


def snapshot_of_worktree(repository: Repository) -> Snapshot:
    """The governed files as they stand on disk, untracked ones included, ignored ones not."""
    return halves.read(files_on_disk(repository))


def files_of(repository: Repository, entries: Iterable[Entry], *, most: int = MOST) -> dict[str, File]:
    """The content of `entries`, each blob read once. Raises PlacetError beyond `most` bytes in all."""
    limits: dict[str, int] = {}
    known = list(entries)
    for entry in known:
        if limit := _limit(entry.path, entry.mode):
            limits[entry.blob] = max(limit, limits.get(entry.blob, 0))
    sizes = repository.sizes(limits) if limits else {}
    wanted = [blob for blob, limit in limits.items() if sizes[blob] <= limit]
    _within(sum(sizes[blob] for blob in wanted), most)
    contents = repository.blobs({blob: sizes[blob] for blob in wanted})
    return {entry.path: File(entry.path, entry.mode, entry.blob, _content(entry, contents)) for entry in known}


def files_on_disk(repository: Repository, *, most: int = MOST) -> dict[str, File]:
    """The same for the working tree."""
    modes = {path: repository.mode_on_disk(path) for path in repository.worktree_paths(FOLDERS)}
    files, size = {}, 0
    for path, mode in modes.items():
        if mode is not None:
            files[path] = File(path, mode, "", _on_disk(repository, path, _limit(path, mode)))
            size += len(files[path].data or b"")
            _within(size, most)
    return files


def _limit(path: str, mode: str) -> int:
    return limit_of(path) if mode in _FILES else 0


def _content(entry: Entry, contents: dict[str, bytes]) -> bytes | None:
    """A blob may stand at several paths, and be too large at one of them."""
    limit = _limit(entry.path, entry.mode)
    data = contents.get(entry.blob) if limit else None
    return data if data is not None and len(data) <= limit else None


def _on_disk(repository: Repository, path: str, limit: int) -> bytes | None:
    if not limit:
        return None
    with (repository.root / path).open("rb") as file:
        data = file.read(limit + 1)
    return data if len(data) <= limit else None


def _within(size: int, most: int) -> None:
    if size > most:
        raise PlacetError(
            f"the governed files hold {size // 2**20:,} MiB; at most {most // 2**20:,} MiB are read",
            help="split this repository, or make the case files smaller",
        )
