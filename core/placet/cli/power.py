"""`placet power`: how many cases and trials a suite needs, and what today's can show."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import get_terminal_size

import click

from placet.classification import least_tier
from placet.cli.colour import paint
from placet.digest import scoring_digest
from placet.errors import Exit, PlacetError, UsageError
from placet.evidence import RunRecord
from placet.git.repository import Repository
from placet.ledger import Ledger
from placet.load import snapshot_at, snapshot_of_worktree
from placet.model.register import System
from placet.model.suite import Suite
from placet.parse.snapshot import Snapshot
from placet.power import Given, comparisons, power
from placet.scorers.judge import bound, judge_among


@click.command("power")
@click.argument("suite")
@click.option("--rev", metavar="REV", help="Read the suite at this revision instead of on disk.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def power_(suite: str, rev: str | None, format_: str) -> int:
    """Show what SUITE can tell: how many cases and trials its gates need, and which loss today's would find.

    SUITE is NAME, SYSTEM/NAME, or the path of a suite or of a prompt with one inside. Calls nothing: it plans with
    the flips that evidence has seen, or with assumed shares of them.

    \b
    Examples:
      placet power support-triage/core
      placet power systems/support-triage/evals/core.yaml --rev origin/main
      placet power support-triage/core --format json
    """
    from placet.report.power import as_json, as_text

    repository = Repository.at(Path.cwd())
    snapshot = snapshot_at(repository, repository.commit(rev)) if rev else snapshot_of_worktree(repository)
    found = power(_given(suite, snapshot, repository))
    width = min(get_terminal_size((100, 24)).columns, 140)
    click.echo(as_json(found) if format_ == "json" else as_text(found, paint(sys.stdout), width))
    return Exit.FINE


def _given(name: str, snapshot: Snapshot, repository: Repository) -> Given:
    if snapshot.policies is None:
        raise PlacetError(
            "policies/ can't be read, and they say what a gate must show", help="see: placet check policies"
        )
    system, suite = _found(name, snapshot, repository)
    tier = max(system.tier, least_tier(system.factors, snapshot.policies.classification))
    records = _records(system, suite, Ledger(repository.common_dir / "placet"))
    policy = snapshot.policies.tiers[tier].gates
    return Given(suite, system.id, tier.label, policy, records, comparisons(snapshot.suites_of(system), policy))


def _found(name: str, snapshot: Snapshot, repository: Repository) -> tuple[System, Suite]:
    """The suite that `name` means. Raises UsageError with those there are."""
    known = {f"{system.id}/{suite.name}": (system, suite) for system, suite in _suites(snapshot)}
    paths = {suite.path: (system, suite) for system, suite in _suites(snapshot)}
    path = _inside(name, repository)
    alike = [id for id, (_, suite) in known.items() if suite.name == name]
    found = paths.get(name) or paths.get(path) or known.get(alike[0] if len(alike) == 1 else name)
    if found is None and alike:
        raise UsageError(f"{len(alike)} systems have a suite {name}", help=f"name one: {', '.join(alike)}")
    if found is None:
        owner = name.rpartition("/")[0]
        near = [id for id in known if id.startswith(f"{owner}/")] if owner in snapshot.by_id else list(known)
        help = f"these are there: {', '.join(near[:20])}" if known else "write one: placet new suite"
        raise UsageError(f"there is no suite {name}", help=help)
    return found


def _inside(name: str, repository: Repository) -> str:
    path = (Path.cwd() / name).resolve()
    root = repository.root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else name


def _suites(snapshot: Snapshot) -> list[tuple[System, Suite]]:
    return [(system, suite) for system in snapshot.systems.values() for suite in snapshot.suites_of(system)]


def _records(system: System, suite: Suite, ledger: Ledger) -> tuple[RunRecord, ...]:
    """Everything that has been measured of the suite by the scorers of today."""
    scoring = scoring_digest(bound(suite, judge_among(system.models)))
    records = (record for subject in ledger.subjects() for record in ledger.runs(subject))
    return tuple(r for r in records if (r.system, r.suite, r.scoring) == (system.id, suite.name, scoring))
