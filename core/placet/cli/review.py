"""`placet review`: plan, run what is required, decide, show. The same review that the bot posts."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import get_terminal_size

import click

from placet.cli.change import change_options
from placet.cli.colour import paint
from placet.decision import Answer
from placet.errors import Exit, UsageError
from placet.gather import Gathered, gather
from placet.git.repository import Repository
from placet.providers.costs import Budget
from placet.record import replace
from placet.report.case import as_case
from placet.results import Review

_UNITS = {"s": 1, "m": 60, "h": 3600}
_LONGEST = 24 * 3600
_EXIT = {Answer.PLACET: Exit.FINE, Answer.NON_PLACET: Exit.NOT_MET, Answer.ERROR: Exit.CANNOT_DECIDE}


def _seconds(context: click.Context, option: click.Parameter, text: str | None) -> float | None:
    """`90s`, `10m` or `2h` in seconds."""
    if text is None:
        return None
    number, unit = text[:-1], _UNITS.get(text[-1:], 0)
    if not (unit and number.isascii() and number.isdigit() and 0 < int(number[:9]) * unit <= _LONGEST):
        raise click.BadParameter(f"{text!r} is no time; write 90s, 10m or 2h, up to 24h", context, option)
    return float(int(number[:9]) * unit)


@click.command()
@change_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown", "junit", "csv"]),
    default="text",
    show_default=True,
)
@click.option("--max-calls", type=click.IntRange(min=0), help="Stop before more model calls than this.")
@click.option(
    "--max-cost", type=click.FloatRange(min=0), metavar="USD", help="Stop before the calls cost more than this."
)
@click.option(
    "--deadline",
    callback=_seconds,
    metavar="TIME",
    help="End all calls after this long (90s, 10m, 2h); keep what is done.",
)
@click.option("--yes", is_flag=True, help="Don't ask before a run that costs money.")
@click.option("--suite", "suite", metavar="SUITE", help="With --case: show one case whole.")
@click.option("--case", "case", metavar="ID", help="With --suite: the case to show.")
def review(
    base: str | None,
    head: str | None,
    worktree: bool,
    format_: str,
    max_calls: int | None,
    max_cost: float | None,
    deadline: float | None,
    yes: bool,
    suite: str | None,
    case: str | None,
) -> int:
    """Evaluate a change, head against base, and decide whether it may merge.

    Runs exactly the suites that the change requires; what evidence already knows is not run again. Approvals are
    decided on the pull request, so a change that meets its gates exits with 0 here.

    \b
    Examples:
      placet review
      placet review --worktree --max-cost 0.50
      placet review --format markdown > comment.md
      placet review --format junit > placet.xml
      placet review --suite core --case refund-01
    """
    if (suite is None) != (case is None):
        raise UsageError("--suite and --case go together", help="for example: --suite core --case refund-01")
    if case is not None and format_ != "text":
        raise UsageError(f"one case is shown as text, not as {format_}", help="leave --format out, or --case")
    repository = Repository.at(Path.cwd())
    gathered = gather(repository, base, head, worktree=worktree)
    if suite is not None and case is not None:
        _known(gathered, suite, case)
    done = _review(repository, gathered, Budget(max_calls, max_cost), yes, deadline)
    done = replace(done, flags=_flags(base, head, worktree))
    if suite is not None and case is not None:
        click.echo(as_case(done, suite, case, paint(sys.stdout)))
    else:
        click.echo(_rendered(done, format_))
    return _EXIT[done.decision.answer]


def _flags(base: str | None, head: str | None, worktree: bool) -> str:
    """The options that named the change, as a shell reads them: a command that is suggested repeats them."""
    given = [*(["--base", base] if base else []), *(["--head", head] if head else [])]
    return shlex.join([*given, "--worktree"] if worktree else given)


def _known(gathered: Gathered, suite: str, case: str) -> None:
    """Raises UsageError for a case that this change doesn't run, before anything is called for it."""
    cases: dict[str, list[str]] = {}
    for run in gathered.plan.runs:
        cases.setdefault(run.suite.name, []).extend(one.id for one in run.suite.cases)
    if suite not in cases:
        raise UsageError(f"no suite `{suite}` runs for this change", help=f"these do: {', '.join(cases) or 'none'}")
    if case not in cases[suite]:
        raise UsageError(f"suite `{suite}` has no case `{case}`", help=f"for example: {', '.join(cases[suite][:5])}")


def _review(repository: Repository, gathered: Gathered, budget: Budget, yes: bool, seconds: float | None) -> Review:
    from placet.cli.progress import Meter
    from placet.review import Wishes, tools_for
    from placet.review import review as decide

    with Meter(sys.stderr) as meter:
        wishes = Wishes(budget, meter.asking(ask=_ask(yes)), meter.show, seconds=seconds)
        return decide(gathered, tools_for(repository, gathered, wishes))


def _ask(yes: bool) -> Callable[[str], bool] | None:
    """How to ask before money is spent; None where nobody could answer, or the answer is known."""
    if yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return lambda question: click.confirm(question, default=True, err=True)


def _rendered(done: Review, format_: str) -> str:
    if format_ == "json":
        from placet.report.json_report import as_json

        return as_json(done)
    if format_ == "markdown":
        from placet.report.markdown import as_markdown

        return as_markdown(done)
    if format_ == "junit":
        from placet.report.junit import as_junit

        return as_junit(done)
    if format_ == "csv":
        from placet.report.csv import as_csv

        return as_csv(done)
    from placet.report.terminal import as_text

    return as_text(done, paint(sys.stdout), min(get_terminal_size((100, 24)).columns, 140))
