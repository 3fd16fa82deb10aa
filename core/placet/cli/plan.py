"""`placet plan`: what a change touches and requires, before anything runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from placet.cli.change import change_options
from placet.cli.colour import paint
from placet.cli.message import say
from placet.clock import now
from placet.errors import Exit, PlacetError
from placet.gather import Gathered, gather
from placet.git.repository import Repository
from placet.model.policy import Limits
from placet.record import replace
from placet.results import Expected


@click.command()
@change_options
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def plan(base: str | None, head: str | None, worktree: bool, format_: str) -> int:
    """Show what a change touches and requires: runs, controls, approvals.

    The change is everything since it left its base. Policies are read from the tip of the base branch, never from the
    change itself.

    \b
    Examples:
      placet plan
      placet plan --worktree
      placet plan --base origin/main --head feature --format json
    """
    repository = Repository.at(Path.cwd())
    gathered = gather(repository, base, head, worktree=worktree)
    click.echo(_rendered(gathered, _expected(repository, gathered), format_))
    return Exit.FINE


def _expected(repository: Repository, gathered: Gathered) -> Expected | None:
    """What a review would call. None when nothing would run, or when it can't be told; then it is said why."""
    if not gathered.plan.runs:
        return None
    try:
        from placet.review import Wishes, expected_of, tools_for
    except ModuleNotFoundError:
        return None
    try:
        return expected_of(gathered, tools_for(repository, gathered, Wishes()))
    except PlacetError as error:
        say(f"a review of this change will stop: {error.what}", error.help)
        return None


def _notes(gathered: Gathered) -> Iterator[str]:
    """What a review of this change would open with."""
    from placet.review import holding_up

    found = holding_up(gathered, now().date())
    if found:
        first = found[0]
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        yield f"not valid: {first.path}:{first.position.line}: {first.rule} {first.message}{more}; see: placet check"
    budget = gathered.base.policies.settings.budget if gathered.base.policies else None
    if gathered.plan.runs and budget and (most := _most(budget)):
        yield f"a pull request may take {most}: what is over that is not evaluated, and never passes"
    for touched in gathered.plan.systems:
        yield from (f"nothing evaluates {missing.path}: {missing.why}" for missing in touched.unevaluated)
    for commit in dict.fromkeys(gathered.rollbacks.values()):
        yield (
            f"goes back to content that base had at {commit[:7]}: judged by absolute gates and critical cases; "
            "where nothing else changes, fewer approvals are needed"
        )


def _most(budget: Limits) -> str:
    """Policy's budget in words."""
    parts = [f"{budget.max_calls:,} model calls"] if budget.max_calls is not None else []
    parts += [f"${budget.max_cost_usd:g}"] if budget.max_cost_usd is not None else []
    parts += [f"{budget.max_minutes:g} minutes"] if budget.max_minutes is not None else []
    return " and ".join(parts)


def _rendered(gathered: Gathered, expected: Expected | None, format_: str) -> str:
    from placet.report import plan as report

    planned = replace(gathered.plan, notes=(*gathered.plan.notes, *_notes(gathered)))
    given = (planned, gathered.base_name, expected, gathered.left_out)
    if format_ == "json":
        return report.as_json(*given)
    return report.as_markdown(*given) if format_ == "markdown" else report.as_text(*given, paint(sys.stdout))
