"""The `placet` command: finds the sub-command, imports it alone, and turns trouble into a message and an exit code."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import traceback
from importlib import import_module
from typing import Any

import click

from placet import __version__
from placet.cli.message import say
from placet.errors import Exit, PlacetError

#: Where each command lives. Only the one that is called is imported, so that `check` stays light.
COMMANDS = {
    "check": ("placet.cli.check:check", "Validate the governed files."),
    "owners": ("placet.cli.owners:owners", "Show who owns a path, or how well CODEOWNERS covers everything."),
    "show": ("placet.cli.show:show", "Show how a system stands to what policy demands, or to a framework."),
    "plan": ("placet.cli.plan:plan", "Show what a change touches and requires."),
    "review": ("placet.cli.review:review", "Evaluate a change, head against base, and decide."),
    "explain": ("placet.cli.explain:explain", "Show why a change is decided as it is; calls nothing."),
    "decide": ("placet.cli.decide:decide_", "Decide approvals from a facts document, or replay a decision."),
    "power": ("placet.cli.power:power_", "Show how many cases and trials a suite needs."),
    "label": ("placet.cli.label:label", "Judge outputs of a suite as a person."),
    "judge": ("placet.cli.judge:judge", "Measure how far people agree with a model that judges."),
    "stamp": ("placet.cli.stamp:stamp", "Record that a document judges today's content."),
    "init": ("placet.cli.init:init", "Turn a repository into a governed one."),
    "scan": ("placet.cli.scan:scan", "Find what uses models here and isn't registered."),
    "new": ("placet.cli.new:new", "Write a new system, prompt, suite or waiver."),
    "import": ("placet.cli.importing:import_", "Take another tool's results into a suite, as claims."),
    "rules": ("placet.cli.rules:rules", "List the rules, or explain one."),
    "policy": ("placet.cli.policy:policy", "Test the policies; show what no test exercises."),
    "cache": ("placet.cli.cache:cache", "Show, explain, prune or share the response cache."),
    "prices": ("placet.cli.prices:prices", "Show or refresh the table of prices."),
    "install": ("placet.cli.install:install", "Write a native git hook."),
    "bot": ("placet_bot.cli:bot", "Do the same on a pull request."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="placet")
def cli() -> None:
    """One Git repository as the control plane of production AI.

    \b
    Examples:
      placet check                 validate every governed file
      placet plan                  what does this branch touch, and what must it show?
      placet review                run what it must show, and decide

    Exit codes: 0 fine, 1 findings or a gate not met, 2 usage, 3 a bug of ours, 4 cannot decide, 130 interrupted.
    """


def main(arguments: list[str] | None = None) -> int:
    """Run the command line. Returns the exit code, and never lets a traceback out."""
    return _guarded(lambda: cli.main(arguments, prog_name="placet", standalone_mode=False))


def _guarded(run: Any) -> int:
    try:
        result = run()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; finished calls are kept", err=True)
        return Exit.INTERRUPTED
    except PlacetError as error:
        say(error.what, error.help)
        return error.exit_code
    except ModuleNotFoundError as error:
        return _missing(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FINE
    except Exception:  # noqa: BLE001
        return _bug()
    return result if isinstance(result, int) else Exit.FINE


#: Modules of an extra, and the extra that brings them.
_EXTRAS = {
    "aiohttp": "eval",
    "jinja2": "eval",
    "jsonpath": "eval",
    "re2": "eval",
    "rich": "eval",
    "git": "bot",
    "github": "bot",
    "requests": "bot",
}


def _missing(error: ModuleNotFoundError) -> int:
    extra = _EXTRAS.get((error.name or "").partition(".")[0])
    if extra is None:
        return _bug()
    say(f"this needs {error.name}, which isn't installed", f"pip install 'placet[{extra}]'")
    return Exit.CANNOT_DECIDE


def _bug() -> int:
    """One line for the user, the rest in a file that an issue can carry."""
    text = f"placet {__version__}, Python {sys.version}\n\n{traceback.format_exc()}"
    with tempfile.NamedTemporaryFile(prefix="placet-bug-", suffix=".log", delete=False) as log:
        log.write(text.encode("utf-8", "backslashreplace"))
    reason = traceback.format_exception_only(*sys.exc_info()[:2])[-1].strip()
    say(f"this is a bug of ours: {reason}", f"attach {log.name} to an issue")
    return Exit.BUG


def run() -> None:
    gc.set_threshold(20_000, 20, 100)  # a command is soon over, and what it makes is mostly kept to its end
    sys.exit(main())
