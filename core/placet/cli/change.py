"""The options that name a change, the same for every command that looks at one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

_OPTIONS = (
    click.option("--base", metavar="REV", help="The branch the change is for.  [default: origin/HEAD, main or master]"),
    click.option("--head", metavar="REV", help="The change's newest commit.  [default: HEAD]"),
    click.option("--worktree", is_flag=True, help="Include uncommitted and untracked files, as they are on disk."),
)


def change_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
