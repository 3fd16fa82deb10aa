"""What `placet check --staged` answers in a repository of any size: the change judged, with the index beside it.

Everything unusual is a NoIndexError, and the caller judges every file instead; so this is never a reason for another
answer, only for a quicker one.
"""

from __future__ import annotations

import os
import sqlite3

from placet.codec import DamagedError
from placet.errors import PlacetError
from placet.git import quick
from placet.git.environment import COMMITTED, SUBMODULES
from placet.index.store import NoIndexError, opened
from placet.record import field, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date

    from placet.findings import Finding
    from placet.git.quick import Places
    from placet.index.judge import Judgement
    from placet.index.store import Store
    from placet.index.view import View
    from placet.waived import Waived

_RAW = (
    "diff-index",
    "--cached",
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-renames",
    "--no-ext-diff",
    COMMITTED,
    SUBMODULES,
)
_BETWEEN = ("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-ext-diff", "--no-abbrev", SUBMODULES)
_ABSENT = "000000"
#: From so many changed files on, the next commit is served better by an index of this one.
WORTH_IT = 32


@record
class Staged:
    """What was found: `changed` files differ from the last commit, `files` are governed in all."""

    findings: tuple[Finding, ...]
    waived: Sequence[Waived]
    changed: int
    files: int
    paths: Callable[[], Collection[str]]  # theirs
    read: Callable[[str], bytes | None]  # the staged content of a path
    notes: tuple[str, ...] = ()
    afterwards: Callable[[], None] = field(default=lambda: None, compare=False)  # what to learn once the answer is out


def check_staged(folder: str, today: date) -> Staged:
    """Judge what is staged in the repository that `folder` is in.

    Raises NoIndexError when there is no index to do that with, and PlacetError while a merge is unresolved.
    """
    where, head = _placed(folder)
    store = opened(os.path.join(where.git_dir, "placet"))
    try:
        return _with(store, where, head, today)
    except (DamagedError, sqlite3.Error, ValueError, TypeError, KeyError, EOFError) as error:
        store.close()
        raise NoIndexError(f"the index is damaged: {type(error).__name__}") from None


def _placed(folder: str) -> tuple[Places, str]:
    where = quick.places(folder) if quick.can_ask() else None
    if where is None:
        raise NoIndexError("this is no ordinary working tree")
    head = quick.head_commit(where)
    if head is None:
        raise NoIndexError("there is no commit yet that an index could be of")
    return where, head


def _with(store: Store, where: Places, head: str, today: date) -> Staged:
    meta = store.meta()
    commit = meta["commit"]
    asked = quick.Question(where.root, [*_RAW, commit])
    besides = quick.Question(where.root, [*_RAW, "HEAD"]) if head != commit else None
    from placet.index.judge import judge  # while git looks, all that judges is imported
    from placet.index.view import View

    raw = asked.answer()
    since_head = besides.answer() if besides else raw
    if raw is None or since_head is None:
        raise NoIndexError(f"git can't compare with {commit[:12]}, of which the index is")
    changes = quick.changes(raw)
    view = View(store, where, _overlay(changes))
    judgement = judge(view, today)
    files = int(meta["files"]) + sum(
        (new is not None) - (view.before(path) is not None) for path, new in view.changed.items()
    )
    if not files:
        raise NoIndexError("nothing is governed here")
    note = (
        f"the index is of {commit[:12]}; {len(view.changed)} files differ and {len(judgement.judged)} units were judged"
    )
    return Staged(
        findings=tuple(sorted(judgement.findings(), key=lambda finding: finding.order)),
        waived=judgement.waived(),
        changed=len(quick.changes(since_head)),
        files=files,
        paths=lambda: view.paths_below(""),
        read=view.content,
        notes=(note,),
        afterwards=lambda: _learn(view, judgement, head, today),
    )


def _overlay(changes: dict[str, tuple[str, str, str, str, str]]) -> dict[str, tuple[str, str] | None]:
    from placet.index.reach import is_followed

    found: dict[str, tuple[str, str] | None] = {}
    for path, (_, mode, _, blob, status) in changes.items():
        if not is_followed(path):
            continue
        if status == "U":
            raise PlacetError(f"{path} has an unresolved merge conflict", help="resolve it and `git add` the file")
        found[path] = None if mode == _ABSENT else (mode, blob)
    return found


def _learn(view: View, judgement: Judgement, head: str, today: date) -> None:
    """Take the index on when it has fallen far behind. A full disk or a busy index is no reason to fail."""
    store, meta = view.store, view.store.meta()
    behind = (meta["commit"], meta["day"]) != (head, today.isoformat())
    try:
        if len(view.learned) < WORTH_IT and not (behind and max(len(view.changed), len(judgement.judged)) >= WORTH_IT):
            return
        from placet.index.build import fold, keep_learned
        from placet.index.judge import judge
        from placet.index.view import View

        if behind and max(len(view.changed), len(judgement.judged)) >= WORTH_IT:
            raw = quick.Question(view.where.root, [*_BETWEEN, meta["commit"], head]).answer()
            if raw is not None:
                at_head = View(store, view.where, _overlay(quick.changes(raw)), view.learned)
                fold(at_head, judge(at_head, today), head, today)
        else:
            keep_learned(store, view.learned)
    except (sqlite3.Error, OSError, DamagedError):
        pass
    finally:
        store.close()
