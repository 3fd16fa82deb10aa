"""The only door to git: revisions, trees, blobs, differences, the index and the working tree.

Plumbing with `-z` throughout, since it is exact about bytes and modes. A repository's own configuration never gets to
run a program here: hooks, external diffs, text conversions, filters, file-system monitors and merge drivers are
switched off, and nothing is fetched.
Nothing here knows what a prompt or a policy is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from placet.errors import PlacetError, UsageError
from placet.git.environment import COMMITTED, SUBMODULES
from placet.git.process import Git, first_line, missing, path_of, records
from placet.git.records import (
    EMPTY_BLOBS,
    EXECUTABLE,
    REGULAR,
    SUBMODULE,
    SYMLINK,
    Difference,
    Entry,
    batch,
    differences,
    index_fields,
    tree_entry,
)
from placet.record import record as made_record

_AT_ONCE = 16 * 1024 * 1024
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")  # noqa: TID251
#: Filters that the configuration names are programs; without them a touched file is compared as it is on disk.
_FILTERS = r"^filter\..*\.(clean|smudge|process|required)$"


@made_record
class Commit:
    id: str
    author: str
    date: str  # ISO 8601
    subject: str


class Repository:
    """A git repository, seen from a folder inside its working tree (or a bare one)."""

    def __init__(self, root: Path, common_dir: Path, *, bare: bool = False) -> None:
        self.root = root
        self.common_dir = common_dir
        self.bare = bare
        self.git = Git(root)

    @classmethod
    def at(cls, folder: Path) -> Repository:
        """The repository that `folder` is in. Raises UsageError when there is none, or no git."""
        probe = cls(folder, folder)
        asked = ("rev-parse", "--is-bare-repository", "--path-format=absolute", "--git-common-dir")
        done = probe.git.run(*asked, "--show-toplevel", check=False)  # fails in a bare one
        lines = path_of(done.stdout).split("\n")
        if done.returncode == 0 and len(lines) == 4 and lines[0] == "false":  # no line's end in a path
            return cls(Path(lines[2]), Path(lines[1]))
        done = probe.git.run(*asked, check=False)
        if done.returncode:
            raise UsageError(
                f"{folder} is not in a git repository: {first_line(done.stderr)}",
                help="run this inside a clone, or make one with: git init",
            )
        bare, common = path_of(done.stdout).removesuffix("\n").split("\n", 1)
        if bare == "true":
            return cls(folder, Path(common), bare=True)
        root = probe.git.text("rev-parse", "--path-format=absolute", "--show-toplevel")
        return cls(Path(root), Path(common))

    # -- revisions ------------------------------------------------------------------------------------------------

    def commit(self, revision: str) -> str:
        """The commit that `revision` names: a branch before a tag. Raises UsageError when it names none."""
        named = () if _ID.fullmatch(revision) else (f"refs/heads/{revision}", f"refs/remotes/{revision}")
        for name in (*named, revision):
            found = self._commit(name)
            if found:
                return found
        raise UsageError(f"no commit is named {revision!r}", help="list branches with: git branch --all")

    def _commit(self, name: str) -> str | None:
        verify = ("rev-parse", "--verify", "--quiet", "--end-of-options")
        done = self.git.run(*verify, f"{name}^{{commit}}", check=False)
        return None if done.returncode else done.stdout.decode().strip()

    def head(self) -> str:
        """The commit of HEAD. Raises UsageError on a branch that has no commit yet."""
        found = self._commit("HEAD")
        if not found:
            raise UsageError("this branch has no commit yet", help="make a first commit: git commit")
        return found

    def default_base(self) -> str:
        """The branch a change is meant for: the remote's default, then main, then master."""
        remote = self.git.run("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD", check=False)
        candidates = [remote.stdout.decode().strip()] if remote.returncode == 0 else []
        for name in (*candidates, "origin/main", "main", "origin/master", "master"):
            if self._commit(f"refs/remotes/{name}" if "/" in name else f"refs/heads/{name}"):
                return name
        raise UsageError(
            "which branch is this change meant for? There is no origin/HEAD, main or master here",
            help="name it: --base BRANCH",
        )

    def merge_base(self, base: str, head: str) -> str:
        """The best common ancestor, or the first of several. Raises PlacetError when history doesn't reach it."""
        return self.merge_bases(base, head)[0]

    def merge_bases(self, base: str, head: str) -> list[str]:
        """Every best common ancestor, at least one. Raises PlacetError when history doesn't reach any."""
        done = self.git.run("merge-base", "--all", base, head, check=False)
        if done.returncode == 0:
            return done.stdout.decode().split()
        if self.git.text("rev-parse", "--is-shallow-repository") == "true":
            raise PlacetError(
                "this clone is shallow and ends before the point where the change left its base",
                help="fetch the rest of the history: git fetch --unshallow (in a workflow: fetch-depth: 0)",
            )
        raise PlacetError(
            f"{base[:12]} and {head[:12]} have no common history",
            help="name the branch this change was made from: --base BRANCH",
        )

    def tree_id(self, revision: str, folder: str) -> str:
        """Git's id of `folder` as it is at `revision`."""
        return self.git.text("rev-parse", "--verify", f"{revision}:{folder}")

    def describe(self, commit: str) -> Commit:
        fields = self.git.text("log", "-1", "--no-show-signature", "--format=%H%x00%an%x00%aI%x00%s", commit).split(
            "\0"
        )
        return Commit(*fields)

    def commits_touching(self, revision: str, paths: Sequence[str], limit: int) -> list[str]:
        """Commits that `revision` itself went through and that changed any of `paths`, newest first, at most `limit`.

        First parents only: what stood on a merged branch on the way was never on this one.
        """
        rev_list = ("rev-list", "--first-parent", f"--max-count={limit}")
        out = self.git.text(*rev_list, revision, "--", *_literal(paths))
        return out.split()

    # -- files ----------------------------------------------------------------------------------------------------

    def tree_entries(self, revision: str, folders: Sequence[str]) -> list[Entry]:
        """Files below `folders` (or named by them) at `revision`; a folder that isn't there has none."""
        out = self.git.run("ls-tree", "-r", "-z", "--full-tree", revision, "--", *folders).stdout
        return [tree_entry(record) for record in records(out)]

    def index_entries(self, folders: Sequence[str]) -> list[Entry]:
        """What is staged below `folders`. Raises PlacetError while a merge leaves paths unresolved."""
        out = self.git.run("ls-files", "--stage", "-z", "--full-name", "--", *_from_top(folders)).stdout
        entries = []
        for record in records(out):
            mode, blob, stage, path = index_fields(record)
            if stage != "0":
                raise PlacetError(f"{path} has an unresolved merge conflict", help="resolve it and `git add` the file")
            entries.append(Entry(path, mode, blob))
        announced = self._announced(folders) if any(entry.blob in EMPTY_BLOBS for entry in entries) else set()
        return [entry for entry in entries if entry.path not in announced]

    def _announced(self, folders: Sequence[str]) -> set[str]:
        """Paths of `git add -N`, which stand in the index as empty files and in no commit."""
        listed = ("diff-files", "-z", "--name-only", "--diff-filter=A", COMMITTED, "--no-ext-diff", SUBMODULES)
        return {
            path_of(record)
            for record in records(self.git.run_without(_FILTERS, "", *listed, "--", *_from_top(folders)).stdout)
        }

    def worktree_paths(self, folders: Sequence[str]) -> list[str]:
        """Tracked files and untracked ones that aren't ignored, as they stand on disk.

        Raises UsageError in a bare repository, which has no working tree.
        """
        if self.bare:
            raise UsageError(
                "this repository is bare: it has no working tree", help="name a commit instead: --head REV"
            )
        listed = ("ls-files", "-z", "--full-name", "--cached", "--others", "--exclude-standard", "--")
        out = self.git.run(*listed, *_from_top(folders)).stdout
        return sorted({path_of(record).rstrip("/") for record in records(out)})

    def sizes(self, ids: Iterable[str]) -> dict[str, int]:
        """How many bytes each blob has."""
        wanted = sorted(set(ids))
        check = ("cat-file", "--batch-check=%(objectname) %(objectsize)")
        lines = self.git.run(*check, input=_lines(wanted)).stdout.split(b"\n")
        return {id: _size(line, id) for id, line in zip(wanted, lines, strict=False)}

    def blobs(self, sizes: Mapping[str, int]) -> dict[str, bytes]:
        """The content of each blob, given its size. Git's answer is taken in parts, so that it isn't held twice."""
        read: dict[str, bytes] = {}
        for ids in _parts(sizes):
            read |= batch(self.git.run("cat-file", "--batch", input=_lines(ids)).stdout)
        return read

    def blob_ids(self, names: Sequence[str]) -> list[str]:
        """The object that each `commit:path` names, in the same order; empty where there is none."""
        lines = (
            self.git.run("cat-file", "--batch-check=%(objectname)", input=_lines(names)).stdout.decode().splitlines()
        )
        return ["" if line.endswith(" missing") else line for line in lines]

    def differences(self, old: str, new: str) -> list[Difference]:
        """What changed between two trees or commits, renames taken apart, by path."""
        raw = ("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-ext-diff", "--no-abbrev")
        return list(differences(self.git.run(*raw, SUBMODULES, "--end-of-options", old, new).stdout))

    def patch(self, old: str, new: str, path: str) -> str:
        """The text difference of one file, for people to read."""
        quiet = ("diff", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--unified=2")
        return self.git.run(*quiet, old, new, "--", *_literal([path])).stdout.decode(errors="replace")

    def staged_paths(self) -> list[str]:
        """Paths that the next commit changes. On a branch without a commit, every staged path."""
        raw = (
            "diff-index",
            "--cached",
            "-z",
            "--name-only",
            "--no-renames",
            "--no-ext-diff",
            COMMITTED,
            SUBMODULES,
            "HEAD",
            "--",
        )
        done = self.git.run(*raw, check=False)
        out = done.stdout if done.returncode == 0 else self.git.run("ls-files", "--cached", "-z").stdout
        return [path_of(record) for record in records(out)]

    def changed_in_worktree(self, folders: Sequence[str]) -> list[str]:
        """Paths below `folders` that differ from HEAD or aren't tracked yet."""
        if self.bare:
            return []
        status = (
            "status",
            "--porcelain=v1",
            "-z",
            "--no-renames",
            "--untracked-files=all",
            "--ignore-submodules=dirty",
        )
        out = self.git.run_without(_FILTERS, "", *status, "--", *_from_top(folders)).stdout
        return sorted({path_of(record[3:]) for record in records(out)})

    def mode_on_disk(self, path: str) -> str | None:
        """The mode with which git would take in a listed path; None when it isn't there, or only behind a link."""
        file, behind = self.root / path, [self.root / folder for folder in Path(path).parents[:-1]]
        if any(folder.is_symlink() for folder in behind):
            return None
        if file.is_symlink():
            return SYMLINK
        if file.is_file():
            return EXECUTABLE if file.stat().st_mode & 0o100 else REGULAR
        return SUBMODULE if file.is_dir() and ((file / ".git").exists() or not any(file.iterdir())) else None


def _parts(sizes: Mapping[str, int]) -> Iterator[list[str]]:
    """Ids of blobs, as many at once as have `_AT_ONCE` bytes, and never fewer than one."""
    part: list[str] = []
    size = 0
    for id, more in sizes.items():
        if part and size + more > _AT_ONCE:
            yield part
            part, size = [], 0
        part.append(id)
        size += more
    if part:
        yield part


def _literal(paths: Sequence[str]) -> list[str]:
    return [f":(top,literal){path}" for path in paths]


def _from_top(folders: Sequence[str]) -> list[str]:
    return [f":(top){folder}" for folder in folders]


def _lines(ids: Sequence[str]) -> bytes:
    return "".join(f"{id}\n" for id in ids).encode("utf-8", "surrogateescape")


def _size(line: bytes, id: str) -> int:
    name, _, size = line.decode().partition(" ")
    if name != id or not size.isdigit():
        raise missing(id)
    return int(size)
