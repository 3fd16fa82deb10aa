"""The hook `placet`: judge what is staged, all of it, since a deleted prompt breaks files that nobody touched."""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit code of `placet check --staged`. File names that a runner passes are not needed."""
    given = sys.argv[1:] if argv is None else argv
    options = [option for option in given if option.startswith("-")]
    if all(option.startswith("--only=") for option in options):  # where nothing is found, nothing is in any folder
        from placet.index.answer import nothing_found

        answer = nothing_found()
        if answer is not None:
            text, afterwards = answer
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()
            afterwards()
            return 0
    gc.enable()
    from placet.cli.main import main as placet

    return placet(["check", "--staged", *options])


def run() -> None:
    """The hook as a process: it has said what there is to say, so nobody waits for it to tidy up its memory."""
    gc.disable()  # a commit is judged in less time than a collection takes
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
