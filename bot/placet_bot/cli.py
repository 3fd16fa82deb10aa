"""`placet bot`: the commands that a workflow runs. Reads the environment, calls `action`, returns the exit code."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from placet.errors import PlacetError, UsageError
from placet.providers.costs import Budget
from placet.report.printable import printable
from placet_bot import action as steps
from placet_bot.environment import Environment, environment_of
from placet_bot.post import LARGEST, Post, as_json, from_json

_F = Callable[..., int]


def _budget(command: _F) -> _F:
    calls = click.option("--max-calls", type=click.IntRange(min=0), help="Stop before more model calls than this.")
    cost = click.option(
        "--max-cost", type=click.FloatRange(min=0), metavar="USD", help="Stop before the calls cost more than this."
    )
    return calls(cost(command))


@click.group()
def bot() -> None:
    """Do the review on a pull request, inside GitHub Actions.

    One job with all rights runs `action`. Three jobs with fewer rights each run `start`, `evaluate` and `report`
    (docs/bot.md). All of them read what GitHub Actions sets, and GITHUB_TOKEN.
    """


@bot.command()
@_budget
def action(max_calls: int | None, max_cost: float | None) -> int:
    """Evaluate the pull request and post the result.

    \b
    Examples:
      placet bot action
      placet bot action --max-calls 2000 --max-cost 5
    """
    with _run() as environment:
        return steps.act(environment, Budget(max_calls, max_cost), _say)


@bot.command()
def start() -> int:
    """Show on the pull request that the evaluation is under way."""
    with _run() as environment:
        return steps.start(environment, _say)


@bot.command()
@_budget
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where the result goes.")
def evaluate(max_calls: int | None, max_cost: float | None, out: Path) -> int:
    """Evaluate the pull request and write the result to a file. Posts nothing."""
    with _run() as environment:
        post = steps.evaluate(environment, Budget(max_calls, max_cost))
        _write(out, as_json(post))
        _say(post.title)
    return 0


@bot.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def report(file: Path) -> int:
    """Post the result in FILE. If there is none, the evaluation didn't finish, and that is posted."""
    with _run() as environment:
        return steps.report(environment, _read(file), _say)


@contextmanager
def _run() -> Iterator[Environment]:
    """The run's environment. Trouble inside is told in one line: the runner obeys lines that begin with `::`."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a cancelled job still completes its check
    try:
        yield environment_of(os.environ)
    except PlacetError as error:
        raise PlacetError(printable(error.what), help=printable(error.help), exit_code=error.exit_code) from None


def _say(text: str) -> None:
    click.echo(f"placet: {printable(text)}")


def _write(path: Path, body: bytes) -> None:
    try:
        path.write_bytes(body)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {os.strerror(error.errno or 0)}") from None


def _read(path: Path) -> Post | PlacetError:
    """The result in the file, or why there is none: that is posted too."""
    try:
        with path.open("rb") as file:
            return from_json(file.read(LARGEST + 1))
    except FileNotFoundError:
        return steps.UNFINISHED
    except OSError as error:
        return UsageError(f"{path} can't be read: {os.strerror(error.errno or 0)}")
    except PlacetError as error:
        return error
