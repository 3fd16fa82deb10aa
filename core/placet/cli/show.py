"""`placet show`: how one system stands to what policy demands of it, or to a framework."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time
from difflib import get_close_matches
from pathlib import Path

import click

from placet.cli.colour import paint
from placet.clock import now
from placet.errors import Exit, PlacetError, UsageError
from placet.frameworks import NAMES, framework
from placet.git.repository import Repository
from placet.load import snapshot_at, snapshot_of_worktree
from placet.model.register import System
from placet.parse.snapshot import Snapshot
from placet.report.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from placet.evidence import RunRecord
    from placet.report.standing import Shown


@click.command()
@click.argument("system")
@click.option("--rev", help="Show the system as this revision has it, on the day of that commit.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option(
    "--framework", "name", type=click.Choice(NAMES), help="Show which ids of it the system's controls point to."
)
def show(system: str, rev: str | None, format_: str, name: str | None) -> int:
    """Show how SYSTEM stands: registration, controls met and due, evidence, waivers, incidents.

    This is the production-readiness review. It reads files, and what was measured here before; it calls no model and
    decides nothing: whether gates are met, a review says. The exit code says only whether it could be shown.

    \b
    Examples:
      placet show support-triage
      placet show support-triage --rev v1.4 --format markdown
      placet show refund-agent --framework eu-ai-act
    """
    repository = Repository.at(Path.cwd())
    shown, snapshot = _shown(repository, system, rev)
    click.echo(_coverage(shown, snapshot, name, format_) if name else _review(shown, format_), nl=format_ != "markdown")
    return Exit.FINE


def _shown(repository: Repository, id: str, rev: str | None) -> tuple[Shown, Snapshot]:
    from placet.measured import runs_for
    from placet.report.standing import Shown
    from placet.rules.catalogue import found
    from placet.standing import Known, standing_of
    from placet.waived import parted

    commit = repository.commit(rev) if rev else None
    snapshot = snapshot_at(repository, commit) if commit else snapshot_of_worktree(repository)
    at = _moment(repository, commit) if commit else now()
    system = _system(snapshot, id)
    if snapshot.policies is None:
        raise PlacetError("the policies aren't whole, and nothing says what they demand", help="see: placet check")
    findings = parted(found(snapshot, at.date()), snapshot, at.date())[0]
    subjects = {run.head.subject.digest for run in runs_for(system, snapshot)}
    known = Known(findings, _records(repository, subjects), at)
    return Shown(standing_of(system, snapshot, known), commit), snapshot


def _moment(repository: Repository, commit: str) -> datetime:
    """The end of the day of the commit, so that what was measured on that day counts."""
    day = datetime.fromisoformat(repository.describe(commit).date).astimezone(UTC).date()
    return datetime.combine(day, time(23, 59, 59), UTC)


def _records(repository: Repository, subjects: set[str]) -> dict[str, list[RunRecord]]:
    from placet.ledger import Ledger

    ledger = Ledger(repository.common_dir / "placet")
    found = {subject: ledger.runs(subject) for subject in sorted(subjects)}
    for problem in ledger.problems:
        click.echo(f"placet: {printable(problem)}", err=True)
    return found


def _system(snapshot: Snapshot, id: str) -> System:
    known = snapshot.by_id
    if id in known:
        return known[id]
    if f"systems/{id}/system.yaml" in snapshot.files:
        raise PlacetError(f"systems/{id}/system.yaml can't be read", help=f"see: placet check systems/{id}")
    close = get_close_matches(id, known, 1)
    listed = ", ".join(sorted(known)[:20]) or "none"
    raise UsageError(
        f"no system `{id}` is registered", help=f"did you mean {close[0]}?" if close else f"registered are: {listed}"
    )


def _review(shown: Shown, format_: str) -> str:
    from placet.report import standing as report

    if format_ == "json":
        from placet.report.standing_json import as_json

        return as_json(shown)
    return report.as_markdown(shown) if format_ == "markdown" else report.as_text(shown, paint(sys.stdout))


def _coverage(shown: Shown, snapshot: Snapshot, name: str, format_: str) -> str:
    from placet.covering import coverage
    from placet.report import standing_coverage as report

    found = coverage(framework(name), shown.standing, snapshot.controls.values())
    if format_ == "json":
        from placet.report.standing_json import coverage_as_json

        return coverage_as_json(shown, found)
    return (
        report.as_markdown(shown, found) if format_ == "markdown" else report.as_text(shown, found, paint(sys.stdout))
    )
