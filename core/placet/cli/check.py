"""`placet check`: validate the governed files, as they stand on disk or as they are staged."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from time import perf_counter

import click

from placet.cli.colour import paint
from placet.clock import now
from placet.errors import Exit, PlacetError, UsageError
from placet.findings import Finding, Severity
from placet.git.repository import Repository
from placet.load import snapshot_of_index, snapshot_of_worktree
from placet.parse.guesses import closest
from placet.parse.snapshot import Snapshot
from placet.report.findings import Checked, as_json, as_text, worst


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--staged", is_flag=True, help="Judge what is staged instead of what is on disk.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(paths: Sequence[Path], staged: bool, format_: str) -> int:
    """Validate the governed files: registrations, prompts, suites, policies.

    Every reference is followed through the whole repository. PATHS only choose whose findings are shown.

    \b
    Examples:
      placet check
      placet check systems/support-triage
      placet check --staged --format json
    """
    started = perf_counter()
    repository = Repository.at(Path.cwd())
    snapshot = snapshot_of_index(repository) if staged else snapshot_of_worktree(repository)
    everything = found_in(snapshot, repository)
    findings = _below_any(paths, everything, snapshot, repository, staged) if paths else everything
    changed = len(repository.staged_paths()) if staged else None
    milliseconds = round(1000 * (perf_counter() - started))
    checked = Checked(changed, len(snapshot.files), milliseconds, len(everything) - len(findings))
    show(findings, snapshot, checked, format_)
    return Exit.NOT_MET if worst(findings) is Severity.ERROR else Exit.FINE


def found_in(snapshot: Snapshot, repository: Repository) -> tuple[Finding, ...]:
    """The findings of all rules."""
    from placet.rules.catalogue import check as judge

    if not snapshot.files:
        raise PlacetError(
            f"{repository.root} has no policies/, prompts/ or systems/ folder: there is nothing governed here",
            help="start with the five files of the smallest governed repository (README.md)",
        )
    return judge(snapshot, now().date())


def _below_any(
    paths: Sequence[Path], findings: Sequence[Finding], snapshot: Snapshot, repository: Repository, staged: bool
) -> tuple[Finding, ...]:
    """The findings below `paths`. Raises UsageError for a path where nothing is: it would hide all of them."""
    known = {*snapshot.files, *(finding.path for finding in findings)}
    places = known | {folder.as_posix() for file in known for folder in PurePosixPath(file).parents}
    wanted = {_inside(path, repository): path for path in paths}
    for inside, path in wanted.items():
        if inside in places:
            continue
        if not (repository.index_entries([inside]) if staged else os.path.lexists(path)):
            where = "in the index" if staged else "on disk"
            raise UsageError(f"there is nothing at {path} {where}", help=_advice(inside, known, repository))
    return tuple(finding for finding in findings if any(_below(finding.path, inside) for inside in wanted))


def _advice(path: str, known: Iterable[str], repository: Repository) -> str:
    """The path that may have been meant, as it is written from here; a system's id alone may stand for its folder."""
    meant = _respelt(path, known) or _respelt(f"systems/{path}", known)
    if meant is None:
        return "name a file or folder of this repository, or none to see all findings"
    return f"did you mean {Path(os.path.relpath(repository.root / meant)).as_posix()}?"


def _respelt(path: str, known: Iterable[str]) -> str | None:
    """`path` with each name that isn't there replaced by the one beside it that looks most like it."""
    folder = ""
    for name in path.split("/"):
        beside = {file[len(folder) :].partition("/")[0] for file in known if file.startswith(folder)}
        close = name if name in beside else closest(name, beside)
        if close is None:
            return None
        folder += f"{close}/"
    return folder.removesuffix("/")


def _inside(path: Path, repository: Repository) -> str:
    full = Path.cwd() / path
    try:
        return full.resolve().relative_to(repository.root.resolve()).as_posix()
    except ValueError:
        raise UsageError(f"{path} is outside {repository.root}", help="name paths of this repository") from None


def _below(path: str, folder: str) -> bool:
    return folder in {".", path} or path.startswith(f"{folder}/")


def show(findings: Sequence[Finding], snapshot: Snapshot, checked: Checked, format_: str) -> None:
    if format_ == "json":
        click.echo(as_json(findings, checked))
        return
    paths = {finding.path for finding in findings}
    sources = {
        path: file.data.decode("utf-8", "replace")
        for path, file in snapshot.files.items()
        if path in paths and file.data
    }
    click.echo(as_text(findings, sources, checked, paint(sys.stdout)))
