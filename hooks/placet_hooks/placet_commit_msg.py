"""The hook `placet-commit-msg`: a commit that changes policies or CODEOWNERS says why, in a trailer `Reason: why`.

Git is asked for the changed paths first. Nearly every commit ends there, so what is imported above is what that takes.
"""

from __future__ import annotations

import os
import sys

from placet.commit_message import (
    GOVERNED,
    comment_of,
    complaint,
    folds_into,
    is_empty,
    reason,
    reason_of_target,
    restores,
)
from placet.errors import Exit, PlacetError
from placet.git import quick

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_FIXUPS_LOOK_BACK = 1000


def main(argv: Sequence[str] | None = None) -> int:
    """`argv` names the message's file. Returns 1 when the commit needs a reason and its message gives none."""
    given = sys.argv[1:] if argv is None else argv
    try:
        return _judged(given)
    except PlacetError as error:
        _say(error.what, error.help)
        return error.exit_code


def run() -> None:
    sys.exit(main())


def _judged(given: Sequence[str]) -> int:
    paths = _changed()
    if not paths:
        return Exit.FINE
    place = _place(given)
    message = place.read_bytes().decode("utf-8", "surrogateescape")
    comment = comment_of(_configured_comment(), message)
    if is_empty(message, comment) or reason(message, comment):
        return Exit.FINE
    target, before = folds_into(message, comment), restores(message)
    if (target and reason_of_target(target, _history())) or (before and _is_as_at(before, paths)):
        return Exit.FINE
    what, help = complaint(message, paths, comment)
    _say(what, f"{help}\n{_how_to_go_on(place)}")
    return Exit.NOT_MET


def _say(what: str, help: str) -> None:
    """Like `placet.cli.message.say`, line by line and without click."""
    from placet.report.printable import printable

    text = f"placet: {what}\n  help: {help}\n" if help else f"placet: {what}\n"
    sys.stderr.write("".join(f"{printable(line)}\n" for line in text.splitlines()))


# -- what the commit changes ------------------------------------------------------------------------------------------


def _changed() -> list[str]:
    """Governed paths at which the commit will differ from every one of its parents."""
    paths = _differing("HEAD")
    if paths is None:  # the first commit of a branch
        return _staged()
    parents = _amended()
    if parents is None:
        return _common(paths, _merged()) if paths else paths
    if not parents:
        return _staged()
    before = _differing(parents[0])
    return _common(paths if before is None else before, parents[1:])


def _common(paths: list[str], parents: Sequence[str]) -> list[str]:
    """Those of `paths` that differ from all of `parents` too."""
    for parent in parents:
        also = _differing(parent)
        paths = paths if also is None else [path for path in paths if path in also]
    return paths


def _differing(revision: str) -> list[str] | None:
    """None for a revision that isn't here: HEAD of a new branch, or a parent that a shallow clone leaves out."""
    raw = (
        "diff-index",
        "--cached",
        "-z",
        "--name-only",
        "--no-renames",
        "--no-ext-diff",
        "--ignore-submodules=none",
        revision,
        "--",
    )
    out = _ask(*raw, *_top(GOVERNED))
    return None if out is None else _parts(out)


def _staged() -> list[str]:
    """Every governed path: a commit without a parent changes them all."""
    out = _ask("ls-files", "-z", "--", *_top(GOVERNED))
    if out is None:
        raise PlacetError("git can't say what this commit changes", help="see what it says to: git diff --cached")
    return _parts(out)


def _merged() -> list[str]:
    """The commits that are being merged into HEAD."""
    from pathlib import Path

    out = _ask("rev-parse", "--path-format=absolute", "--git-path", "MERGE_HEAD") or b""
    place = Path(os.fsdecode(out.removesuffix(b"\n")))
    return place.read_text("ascii").split() if place.is_file() else []


def _amended() -> list[str] | None:
    """The parents of HEAD if this commit replaces it, else None.

    Git tells a hook nothing of `--amend`, but hands it the author of the commit in the making, which then is the one
    of HEAD to the second. A commit that is only just made has it too, by the clock.
    """
    date = os.environ.get("GIT_AUTHOR_DATE", "").removeprefix("@")
    author = f"<{os.environ.get('GIT_AUTHOR_EMAIL', '')}> {date}"
    if not date or _is_now(date):
        return None
    head = (_ask("cat-file", "commit", "HEAD") or b"").partition(b"\n\n")[0]
    fields = [line.partition(b" ") for line in head.split(b"\n")]
    if not any(name == b"author" and value.endswith(os.fsencode(author)) for name, _, value in fields):
        return None
    return [value.decode() for name, _, value in fields if name == b"parent"]


def _is_now(date: str) -> bool:
    from placet.clock import now

    seconds = date.partition(" ")[0]
    return seconds.isdigit() and abs(now().timestamp() - int(seconds)) <= 1


# -- what else git knows ----------------------------------------------------------------------------------------------


def _history() -> Iterator[tuple[str, str]]:
    """Id and message of the newest commits."""
    out = _ask("log", "-z", f"-{_FIXUPS_LOOK_BACK}", "--no-show-signature", "--format=%H%n%B")
    for part in _parts(out or b""):
        id, _, message = part.partition("\n")
        yield id, message


def _is_as_at(revision: str, paths: Sequence[str]) -> bool:
    same = ("diff-index", "--cached", "--quiet", "--no-ext-diff", "--ignore-submodules=none", revision, "--")
    return _ask(*same, *_top(paths)) is not None


def _configured_comment() -> str:
    found = _parts(_ask("config", "-z", "--get-regexp", r"^core\.comment(char|string)$") or b"")
    return found[-1].partition("\n")[2] if found else "#"


def _ask(*arguments: str) -> bytes | None:
    """What git prints, or None when it fails."""
    if quick.can_ask():
        return quick.Question(".", arguments).answer()
    from pathlib import Path

    from placet.git.process import Git

    done = Git(Path.cwd()).run(*arguments, check=False)
    return None if done.returncode else done.stdout


def _parts(out: bytes) -> list[str]:
    """What `-z` separates."""
    return [part.decode("utf-8", "surrogateescape") for part in out.split(b"\0") if part]


def _top(paths: Sequence[str]) -> list[str]:
    return [f":(top,literal){path}" for path in paths]


# -- the message ------------------------------------------------------------------------------------------------------


def _place(given: Sequence[str]) -> Path:
    """The message's file, which git and every runner name last."""
    from pathlib import Path

    names = [name for name in given if not name.startswith("--")]
    if not names or not Path(names[-1]).is_file():
        raise PlacetError(
            "this commit changes policies, and its message was not handed to the hook",
            help="`files` or `exclude` at the top of .pre-commit-config.yaml may hide .git/COMMIT_EDITMSG",
        )
    return Path(names[-1])


def _how_to_go_on(place: Path) -> str:
    if place.name == "MERGE_MSG":
        return "  The merge is kept, and so is its message: git commit"
    usual = os.environ.get("GIT_INDEX_FILE", "index").replace("\\", "/").rpartition("/")[2] == "index"
    options = "" if usual else ", with the options and files that you gave before"
    return f"  Your message is kept in {place}: git commit --edit --file={place}{options}"


if __name__ == "__main__":
    run()
