"""`placet owners`: who owns a path by CODEOWNERS, and how well that file covers the repository."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from placet.cli.colour import paint
from placet.codeowners import LOCATIONS
from placet.codeowners.owners import TOO_LARGE, CodeOwners, parse, unread
from placet.errors import Exit, PlacetError, UsageError
from placet.git.records import EXECUTABLE, REGULAR
from placet.git.repository import Repository
from placet.parse.kinds import GOVERNANCE
from placet.report.owners import Owned, as_json, as_text, errors_as_text

_FILES = frozenset({REGULAR, EXECUTABLE})
_WORKFLOW_SIZE = 1024 * 1024


@click.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--check", "check_", is_flag=True, help="Judge the file: unowned files, lines that decide nothing, wrong lines."
)
@click.option("--rev", help="Read CODEOWNERS at this revision instead of on disk.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def owners(paths: Sequence[str], check_: bool, rev: str | None, format_: str) -> int:
    """Show who owns PATHS by CODEOWNERS. A path needs no file; a folder stands for all files below it.

    \b
    Examples:
      placet owners prompts/support-triage
      placet owners --rev origin/main --format json policies/tiers.yaml
      placet owners --check
    """
    if bool(paths) is check_:
        help = "name files or folders: placet owners PATH...; or judge the whole file: placet owners --check"
        raise UsageError("either paths or --check are needed", help=help)
    repository = Repository.at(Path.cwd())
    side = _AtRevision(repository, repository.commit(rev)) if rev else _OnDisk(repository)
    source = side.codeowners()
    return _judge(side, source, format_) if check_ else _answer(side, source, paths, format_)


@dataclass(frozen=True)
class Source:
    """The owners file that counts; `place` is empty when there is none."""

    place: str
    data: bytes
    owners: CodeOwners


def _answer(side: Side, source: Source, paths: Sequence[str], format_: str) -> int:
    asked = list(dict.fromkeys(path for given in paths for path in side.below(_inside(given, side.repository), given)))
    owned = [Owned(path, source.owners.owners_of(path)) for path in asked]
    if not source.place:
        click.echo(f"placet: there is no CODEOWNERS file ({', '.join(LOCATIONS)})", err=True)
    for line in errors_as_text(source.owners.errors, source.place):
        click.echo(line, err=True)
    click.echo(as_json(owned) if format_ == "json" else as_text(owned, source.place, paint(sys.stdout)))
    return Exit.FINE


def _judge(side: Side, source: Source, format_: str) -> int:
    from placet.report.owners import survey_as_json, survey_as_text
    from placet.rules import coverage

    if not source.place:
        raise PlacetError(
            f"there is no CODEOWNERS file to check ({', '.join(LOCATIONS)})",
            help="write .github/CODEOWNERS; begin with the owners of policies/: `/policies/ @org/risk-team`",
            exit_code=Exit.NOT_MET,
        )
    files, workflows = tuple(side.files()), frozenset(side.running_the_bot())
    found = coverage.survey(coverage.Given(source.owners, source.place, source.data, files, workflows))
    click.echo(survey_as_json(found) if format_ == "json" else survey_as_text(found, paint(sys.stdout)))
    return Exit.NOT_MET if found.errors else Exit.FINE


def _inside(given: str, repository: Repository) -> str:
    """The path as git has it; links in it aren't followed, since git doesn't follow them either."""
    full = os.path.normpath(os.path.join(os.getcwd(), given))  # noqa: PTH118 PTH109 - pathlib would keep the `..`
    root = str(repository.root)
    for top in (root, os.path.realpath(root)):
        if full == top:
            return ""
        if full.startswith(top.rstrip("/") + "/"):
            return Path(full).relative_to(top).as_posix()
    raise UsageError(f"{given} is outside {root}", help="name paths of this repository")


class _OnDisk:
    """The working tree."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def codeowners(self) -> Source:
        for place in LOCATIONS:
            mode = self.repository.mode_on_disk(place)
            if mode is not None:
                data = self._read(place, TOO_LARGE) if mode in _FILES else None
                return _source(place, data)
        return _source("", b"")

    def files(self) -> list[str]:
        return self.repository.worktree_paths([])

    def below(self, path: str, given: str) -> list[str]:
        """The files that `path` stands for: those below a folder, else itself."""
        on_disk = self.repository.root / path
        if not on_disk.is_dir() or (path and self.repository.mode_on_disk(path)):
            return _single(path, given)
        return _below(self.files(), path) or _empty(given)

    def running_the_bot(self) -> Iterator[str]:
        for path in self.repository.worktree_paths([GOVERNANCE[0]]):
            if self.repository.mode_on_disk(path) in _FILES and _runs_the_bot(self._read(path, _WORKFLOW_SIZE)):
                yield path

    def _read(self, path: str, most: int) -> bytes:
        with (self.repository.root / path).open("rb") as file:
            return file.read(most)


class _AtRevision:
    """A commit."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self.repository = repository
        self._commit = commit

    def codeowners(self) -> Source:
        entries = {entry.path: entry for entry in self.repository.tree_entries(self._commit, LOCATIONS)}
        for place in LOCATIONS:
            if place in entries:
                entry = entries[place]
                return _source(
                    place, self._contents([entry.blob], TOO_LARGE).get(entry.blob) if entry.mode in _FILES else None
                )
        return _source("", b"")

    def files(self) -> list[str]:
        return [entry.path for entry in self.repository.tree_entries(self._commit, [])]

    def below(self, path: str, given: str) -> list[str]:
        found = [entry.path for entry in self.repository.tree_entries(self._commit, [path] if path else [])]
        return _below(found, path) or _single(path, given)

    def running_the_bot(self) -> Iterator[str]:
        entries = [
            entry for entry in self.repository.tree_entries(self._commit, [GOVERNANCE[0]]) if entry.mode in _FILES
        ]
        contents = self._contents([entry.blob for entry in entries], _WORKFLOW_SIZE)
        return (entry.path for entry in entries if _runs_the_bot(contents.get(entry.blob, b"")))

    def _contents(self, blobs: Sequence[str], most: int) -> dict[str, bytes]:
        sizes = self.repository.sizes(blobs)
        return self.repository.blobs({blob: size for blob, size in sizes.items() if size <= most})


Side = _OnDisk | _AtRevision


def _source(place: str, data: bytes | None) -> Source:
    if data is None or len(data) >= TOO_LARGE:
        return Source(
            place, b"", unread("this is no regular file, or too large for GitHub, which loads only less than 3 MB")
        )
    return Source(place, data, parse(data))


def _below(files: Sequence[str], folder: str) -> list[str]:
    return sorted(path for path in files if not folder or path.startswith(f"{folder}/"))


def _single(path: str, given: str) -> list[str]:
    return _empty(given) if not path or given.endswith("/") else [path]


def _empty(given: str) -> list[str]:
    raise UsageError(f"there is no file below {given}", help="name a file in it, which doesn't have to be there")


def _runs_the_bot(data: bytes) -> bool:
    return b"placet" in data
