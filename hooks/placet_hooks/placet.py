"""The hook `placet`: judge what is staged, all of it, since a deleted prompt breaks files that nobody touched."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from placet.cli.main import main as placet


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit code of `placet check --staged`. File names that a runner passes are not needed."""
    given = sys.argv[1:] if argv is None else argv
    return placet(["check", "--staged", *(option for option in given if option.startswith("--"))])


def run() -> None:
    sys.exit(main())
