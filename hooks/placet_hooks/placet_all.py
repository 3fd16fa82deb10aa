"""The hook `placet-all`: judge all of what is pushed, cold, as the bot will.

Git and its runners name what is pushed in three ways: lines on standard input (`--pushed`, a native hook), the
variable PRE_COMMIT_TO_REF, or PRE_COMMIT_LOCAL_BRANCH alone where the remote has nothing yet. Without any of them,
which is a run by hand, the files on disk are judged.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from placet.cli.main import main as placet
from placet.git.process import Git
from placet.parse.kinds import FOLDERS

_COLD = ("check", "--no-index")


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the worst exit code of `placet check --no-index` over everything that is pushed."""
    given = sys.argv[1:] if argv is None else argv
    options = [option for option in given if option.startswith("--") and option != "--pushed"]
    revisions = _pushed(sys.stdin) if "--pushed" in given else _named(os.environ)
    if revisions is None:
        return placet([*_COLD, *options])
    return max((placet([*_COLD, "--rev", revision, *options]) for revision in revisions), default=0)


def run() -> None:
    sys.exit(main())


def _named(environ: Mapping[str, str]) -> list[str] | None:
    """The end of the range, or of the branch, that a runner is at; None when it is at neither."""
    old, new, branch = (environ.get(f"PRE_COMMIT_{name}", "") for name in ("FROM_REF", "TO_REF", "LOCAL_BRANCH"))
    if not branch:
        return [new] if new else None
    return [new or branch] if _concerns(Git(Path.cwd()), old, new or branch) else []


def _pushed(lines: Iterable[str]) -> list[str]:
    """What git says it will push, a line for each ref: its name here, what it will be, its name there, what it was."""
    git = Git(Path.cwd())
    fields = [line.split() for line in lines]
    refs = [(old, new) for _, new, _, old in (field for field in fields if len(field) == 4)]
    return list(dict.fromkeys(new for old, new in refs if new.strip("0") and _concerns(git, old, new)))


def _concerns(git: Git, old: str, new: str) -> bool:
    """Whether a ref had or has a governed file: a branch of web pages, or of evidence, never does."""
    return any(_is_governed(git, revision) for revision in (new, old) if revision.strip("0"))


def _is_governed(git: Git, revision: str) -> bool:
    listing = ("ls-tree", "--full-tree", "--name-only", "-z", "--end-of-options", revision, "--", *FOLDERS)
    return bool(git.run(*listing, check=False).stdout)


if __name__ == "__main__":
    run()
