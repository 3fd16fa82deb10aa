"""A word to the user on standard error. Decides nothing, and lets no text drive the terminal."""

from __future__ import annotations

import click


def say(what: str, help: str = "") -> None:
    """What happened and what to do, a line each. Either may quote a file, a path, git or a server."""
    from placet.report.printable import printable

    click.echo(f"placet: {printable(what)}", err=True)
    if help:
        click.echo(f"  help: {printable(help)}", err=True)
