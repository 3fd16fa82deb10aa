"""Trees that no branch has yet: the merge of base and head, and HEAD with the working tree's files.

Objects are written, refs and the user's index never are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from placet.errors import PlacetError
from placet.git.process import first_line
from placet.git.records import SUBMODULE, SYMLINK
from placet.git.repository import Repository

_USAGE = 129  # git's exit code for an option that it doesn't know
_IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "placet"), ("EMAIL", "placet@localhost"), ("DATE", "2000-01-01T00:00:00Z"))
}


class MergeConflictError(PlacetError):
    """Base and head can't be merged, so there is no subject to evaluate."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(
            f"the change conflicts with its base in {', '.join(paths)}",
            help="merge or rebase onto the base branch, resolve the conflict and commit",
        )
        self.paths = tuple(paths)


def merged(repository: Repository, base: str, head: str) -> str:
    """The tree that base would have after merging head. Raises MergeConflictError, naming the paths.

    Where the configuration names a program to merge with, its files are a conflict when both sides changed them.
    """
    if repository.merge_base(base, head) == base:
        return repository.git.text("rev-parse", f"{head}^{{tree}}")
    done = repository.git.run_without(
        r"^merge\..*\.driver$", "false", "merge-tree", "--write-tree", "--name-only", "-z", base, head, check=False
    )
    parts = done.stdout.decode(errors="surrogateescape").split("\0")
    if done.returncode == 0:
        return parts[0]
    if done.returncode == 1:
        raise MergeConflictError(sorted(set(parts[1 : parts.index("", 1)])))
    if done.returncode == _USAGE:
        raise PlacetError(
            "the base branch has moved, and merging it needs git 2.38 or later",
            help="update git, or rebase the change onto its base",
        )
    raise PlacetError(f"base and head can't be merged: {first_line(done.stderr)}", help="see it with: git merge BASE")


def worktree_commit(repository: Repository, folders: Sequence[str]) -> str:
    """A commit on top of HEAD that no branch names: HEAD with the files below `folders` as they are on disk."""
    head = repository.head()
    with _temporary_index() as environ:
        repository.git.run("read-tree", head, environ=environ)
        tracked = {entry.path for entry in repository.tree_entries(head, folders) if entry.mode != SUBMODULE}
        modes = {path: repository.mode_on_disk(path) for path in repository.worktree_paths(folders)}
        found = {path: mode for path, mode in modes.items() if mode is not None}
        lines = [f"0 {'0' * len(head)}\t{path}" for path in sorted(tracked - set(found))]
        lines += _stored(repository, found)
        lines += [f"{mode} {head}\t{path}" for path, mode in found.items() if mode == SUBMODULE and path not in tracked]
        repository.git.run("update-index", "-z", "--index-info", input=_nul_separated(lines), environ=environ)
        tree = repository.git.run("write-tree", environ=environ).stdout.decode().strip()
    made = repository.git.run("commit-tree", tree, "-p", head, "-m", "working tree", environ=_IDENTITY)
    return made.stdout.decode().strip()


def _stored(repository: Repository, found: Mapping[str, str]) -> list[str]:
    """Index lines for files on disk, their content put in the object store byte for byte."""
    paths = [path for path, mode in sorted(found.items()) if mode != SUBMODULE]
    files = [path for path in paths if found[path] != SYMLINK and "\n" not in path]
    store = ("hash-object", "-w", "--no-filters")
    blobs = repository.git.run(*store, "--stdin-paths", input=os.fsencode("\n".join([*files, ""]))).stdout.split()
    lines = [f"{found[path]} {blob.decode()}\t{path}" for path, blob in zip(files, blobs, strict=True)]
    for path in sorted(set(paths) - set(files)):
        file = repository.root / path
        data = os.fsencode(file.readlink()) if file.is_symlink() else file.read_bytes()
        blob = repository.git.run(*store, "--stdin", input=data).stdout
        lines.append(f"{found[path]} {blob.decode().strip()}\t{path}")
    return lines


def _nul_separated(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\0" for line in lines).encode("utf-8", "surrogateescape")


@contextmanager
def _temporary_index() -> Iterator[dict[str, str]]:
    with TemporaryDirectory(prefix="placet-") as folder:
        yield {"GIT_INDEX_FILE": str(Path(folder) / "index")}
