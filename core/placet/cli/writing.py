"""Write files of a working tree so that nothing can be lost: whole or not at all, and never through a symbolic link.

A new file appears at once or not at all, and never in place of one that has appeared meanwhile. A changed file is
replaced only while it still is what was read. What is being written waits in the git directory, so that a killed
process leaves nothing in the tree.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from placet.errors import PlacetError
from placet.git.repository import Repository

_LARGEST = 4 * 1024 * 1024
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_NO_LINKS = frozenset({errno.EPERM, errno.EXDEV, errno.ENOTSUP, errno.EMLINK})


class Writer:
    """The working tree of a repository, by paths from its root."""

    def __init__(self, repository: Repository) -> None:
        self._root = repository.root
        self._waiting = repository.common_dir / "placet"

    def read(self, path: str) -> bytes | None:
        """What the file holds; None when there is none. Raises PlacetError for what is no regular file, or a link."""
        with self._folder(path, make=False) as folder:
            return None if folder is None else _content(folder, path)

    def create(self, path: str, data: bytes) -> None:
        """Write a new file and the folders above it. Raises PlacetError when there is one by now."""
        with _trouble(path), self._folder(path, make=True) as folder, self._written(data, 0o666) as waiting:
            assert folder is not None  # noqa: S101 - made
            _put_new(waiting, folder, path)

    def replace(self, path: str, old: bytes, new: bytes) -> None:
        """Put `new` in place of `old`, with the same permissions. Raises PlacetError when it is no longer `old`."""
        with _trouble(path), self._folder(path, make=False) as folder:
            if folder is None or _content(folder, path) != old:
                raise _changed(path)
            name = path.rpartition("/")[2]
            mode = stat.S_IMODE(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
            with self._written(new, mode) as waiting:
                waiting.chmod(mode)
                _move(waiting, folder, name, new)

    @contextmanager
    def _folder(self, path: str, *, make: bool) -> Iterator[int | None]:
        """The folder of `path`, opened name by name so that no link is followed; None when it isn't there."""
        names = path.split("/")[:-1]
        opened = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for at, name in enumerate(names):
                inner = _opened(opened, name, "/".join(names[: at + 1]), make=make)
                if inner is None:
                    yield None
                    return
                os.close(opened)
                opened = inner
            yield opened
        finally:
            os.close(opened)

    @contextmanager
    def _written(self, data: bytes, mode: int) -> Iterator[Path]:
        """A complete file in the git directory, gone afterwards."""
        self._waiting.mkdir(exist_ok=True)
        waiting = self._waiting / f"writing-{token_hex(8)}"
        opened = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        try:
            _write(opened, data)
            yield waiting
        finally:
            waiting.unlink(missing_ok=True)


@contextmanager
def _trouble(path: str) -> Iterator[None]:
    """What the system refuses, in a sentence."""
    try:
        yield
    except FileExistsError:
        raise _changed(path) from None
    except OSError as error:
        advice = "nothing that was there is lost; see to it and run the same command again"
        raise PlacetError(f"{path} can't be written: {error.strerror}", help=advice) from None


def _opened(folder: int, name: str, path: str, *, make: bool) -> int | None:
    if make:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)
    try:
        opened = os.open(name, _FOLDER, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno not in (errno.ENOTDIR, errno.ELOOP):
            raise PlacetError(f"{path}/ can't be opened: {error.strerror}", help="look at its permissions") from None
        what = "a symbolic link" if stat.S_ISLNK(os.lstat(name, dir_fd=folder).st_mode) else "a file"
        raise _in_the_way(path, what) from None
    if _is_there(opened, ".git"):
        os.close(opened)
        raise _in_the_way(path, "a repository of its own")
    return opened


def _in_the_way(path: str, what: str) -> PlacetError:
    return PlacetError(
        f"{path} is {what}; governed files are regular files in folders of this repository",
        help=f"remove it, or move it elsewhere, and make {path}/ a folder",
    )


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _content(folder: int, path: str) -> bytes | None:
    try:
        opened = os.open(path.rpartition("/")[2], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _no_file(path, "a symbolic link") from None
        raise PlacetError(f"{path} can't be read: {error.strerror}", help="look at its permissions") from None
    try:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise _no_file(path, "no regular file")
        return _all(opened, path)
    finally:
        os.close(opened)


def _all(opened: int, path: str) -> bytes:
    size = os.fstat(opened).st_size
    if size > _LARGEST:
        raise PlacetError(f"{path} has {size:,} bytes, more than are read", help="make it smaller")
    parts = []
    while part := os.read(opened, _LARGEST):
        parts.append(part)
    return b"".join(parts)


def _no_file(path: str, what: str) -> PlacetError:
    return PlacetError(f"{path} is {what} and is neither read nor written", help="put a regular file in its place")


def _write(opened: int, data: bytes) -> None:
    with os.fdopen(opened, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _put_new(waiting: Path, folder: int, path: str) -> None:
    """Give the complete file its name, which fails when something has it."""
    name = path.rpartition("/")[2]
    try:
        os.link(waiting, name, dst_dir_fd=folder)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # Without hard links, or across file systems: exclusive all the same, if not in one step.
        _write(
            os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666, dir_fd=folder),
            waiting.read_bytes(),
        )


def _move(waiting: Path, folder: int, name: str, data: bytes) -> None:
    """Replace in one step; across file systems by way of a file beside it."""
    try:
        os.replace(waiting, name, dst_dir_fd=folder)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = f".{name}.{token_hex(4)}"
        mode = waiting.stat().st_mode & 0o777
        _write(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode, dir_fd=folder), data)
        os.replace(beside, name, src_dir_fd=folder, dst_dir_fd=folder)


def _changed(path: str) -> PlacetError:
    return PlacetError(f"{path} has changed while this ran; it was left as it is", help="run the same command again")
