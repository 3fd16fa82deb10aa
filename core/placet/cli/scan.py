"""`placet scan`: find what uses models here, and say which of it the register doesn't know."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter

import click

from placet.cli.colour import paint
from placet.errors import Exit, UsageError
from placet.git.repository import Repository
from placet.load import snapshot_of_worktree
from placet.parse.snapshot import Snapshot
from placet.scan.finder import LARGEST, signs_of, wanted
from placet.scan.report import Looked, as_json, as_text
from placet.scan.signs import Found
from placet.scan.survey import Survey, survey
from placet.scan.units import Layout

#: Seconds after which somebody at a terminal is told that it goes on.
_PATIENCE = 2.0


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--register", is_flag=True, help="Write a registration for each part that has none.")
@click.option("--owner", metavar="OWNER", help="Who answers for what is registered: @user, @org/team or an address.")
@click.option("--tier", type=click.Choice(["low", "medium", "high", "critical"]), default="critical", show_default=True)
@click.option("--fail-on-unregistered", "strict", is_flag=True, help="Exit with 1 when something isn't registered.")
def scan(paths: Sequence[Path], format_: str, register: bool, strict: bool, **given: str) -> int:
    """Find prompts, model calls, keys' names and agents' tools, and what of it isn't registered.

    Reads what git tracks and what it would track, below PATHS if any are given. Nothing is run, links aren't followed,
    and no value of a variable is shown. A registration speaks of a file when it names it under `prompts:`, or by a
    pattern under `x-sources:`, written as in CODEOWNERS.

    --register writes registrations whose risk factors are assumed to be the strictest that --tier allows.

    \b
    Examples:
      placet scan
      placet scan services --format json
      placet scan --register --owner @acme/platform
      placet scan --fail-on-unregistered       in CI: nothing runs that nobody registered
    """
    repository = Repository.at(Path.cwd())
    snapshot = snapshot_of_worktree(repository)
    surveyed, looked = look(repository, snapshot, _inside(paths, repository))
    written = _registered(repository, snapshot, surveyed, given) if register else None
    if format_ == "json":
        click.echo(as_json(surveyed, looked, written))
    else:
        click.echo(as_text(surveyed, looked, paint(sys.stdout), written))
    return Exit.NOT_MET if strict and surveyed.shadow else Exit.FINE


def _registered(
    repository: Repository, snapshot: Snapshot, surveyed: Survey, given: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What was written, and what is left to do."""
    from placet.cli.registering import register

    done = register(repository, snapshot, surveyed, given.get("owner"), given["tier"])
    return done.paths, done.notes


def look(repository: Repository, snapshot: Snapshot, folders: Sequence[str] = ()) -> tuple[Survey, Looked]:
    """Read the working tree and put the signs together; `folders` choose which of them are kept."""
    started = perf_counter()
    every = repository.worktree_paths([""])
    chosen = [path for path in every if wanted(path) and (not folders or _below_any(path, folders))]
    found: dict[str, Found] = {}
    counts = {"read": 0, "large": 0}
    for path in _shown(chosen, started):
        data = content(repository.root, path)
        if data is not None and len(data) > LARGEST:
            counts["large"] += 1
        elif data is not None:
            counts["read"] += 1
            shown = signs_of(path, data)
            if shown.signs or shown.references:
                found[path] = shown
    surveyed = survey(found, Layout(every, _name(repository)), snapshot.systems.values())
    return surveyed, Looked(counts["read"], counts["large"], round(1000 * (perf_counter() - started)))


def content(root: Path, path: str) -> bytes | None:
    """The file's first bytes, up to one more than are read; None for what is no regular file of this tree."""
    full = root / path
    try:
        if any((root / folder).is_symlink() for folder in Path(path).parents[:-1]):
            return None
        opened = os.open(full, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return _read(opened) if stat.S_ISREG(os.fstat(opened).st_mode) else None
    except OSError:
        return None
    finally:
        os.close(opened)


def _read(opened: int) -> bytes:
    parts, left = [], LARGEST + 1
    while left and (part := os.read(opened, left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _shown(paths: Sequence[str], started: float) -> Iterator[str]:
    """The paths one by one, with a word on how far it is when that takes a while and somebody is looking."""
    looking, told = sys.stderr.isatty(), 0.0
    for number, path in enumerate(paths):
        passed = perf_counter() - started
        if looking and passed > _PATIENCE and passed - told > 0.5:
            click.echo(f"\r  {number:,}/{len(paths):,} files", err=True, nl=False)
            told = passed
        yield path
    if told:
        click.echo("\r" + " " * 40 + "\r", err=True, nl=False)


def _name(repository: Repository) -> str:
    """What the repository is called: by its remote, or else by its folder."""
    done = repository.git.run("config", "--get", "remote.origin.url", check=False)
    url = done.stdout.decode("utf-8", "replace").strip().rstrip("/").removesuffix(".git")
    return url.replace(":", "/").rpartition("/")[2] or repository.root.name


def _inside(paths: Sequence[Path], repository: Repository) -> list[str]:
    """The paths as they are written from the root. Raises UsageError for what isn't there, or isn't here."""
    found = []
    for path in paths:
        full = Path(os.path.normpath(Path.cwd().resolve() / path))
        if not full.is_relative_to(repository.root.resolve()):
            raise UsageError(f"{path} is outside {repository.root}", help="name paths of this repository")
        if not os.path.lexists(full):
            raise UsageError(f"there is nothing at {path}", help="name a file or folder, or none to look everywhere")
        found.append(full.relative_to(repository.root.resolve()).as_posix())
    return found


def _below_any(path: str, folders: Sequence[str]) -> bool:
    return any(folder in {".", path} or path.startswith(f"{folder}/") for folder in folders)
