"""What `placet check` judges: the files on disk, the index, a commit, or what a range of commits brought.

Gathers and calls; which findings are shown and how is not its business.
"""

from __future__ import annotations

from placet.errors import PlacetError, UsageError
from placet.record import record, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from placet.findings import Finding
    from placet.git.repository import Repository
    from placet.parse.snapshot import Snapshot
    from placet.waived import Waived

_NOTHING = {"0" * 40, "0" * 64}  # what GitHub calls the commit before a branch's first


@record
class Asked:
    """What to judge; nothing named means the files on disk."""

    staged: bool = False
    rev: str | None = None
    from_ref: str | None = None
    to_ref: str | None = None
    index: bool = True  # whether what earlier checks learned may be used

    def __post_init__(self) -> None:
        named = [
            (option, what)
            for option, what, given in (
                ("--staged", "the index", self.staged),
                ("--rev", "one commit", self.rev is not None),
                ("--from-ref", "a range of commits", self.from_ref is not None),
            )
            if given
        ]
        if len(named) > 1:
            (one, its), (other, others) = named[:2]
            what = f"{one} judges {its} and {other} judges {others}: give one of them"
            raise UsageError(what, help="none of them judges the files as they stand on disk")
        if self.to_ref is not None and self.from_ref is None:
            advice = f"name where the range starts with --from-ref, or judge that commit alone: --rev {self.to_ref}"
            raise UsageError(
                "--to-ref says where a range of commits ends, and nothing says where it starts", help=advice
            )


def _nothing() -> None:
    pass


@record
class Judged:
    """What was judged, and what was found there.

    `known` counts findings left out because the range of commits met them already. `notes` are for `--verbose`.
    """

    where: str  # "on disk", "in the index", "in 3f2c1ab"
    files: int  # governed ones, in all
    paths: Callable[[], Collection[str]]  # theirs
    is_there: Callable[[str], bool]  # whether a path that isn't governed is there all the same
    read: Callable[[str], bytes | None]
    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...] = ()
    changed: int | None = None
    known: int = 0
    notes: tuple[str, ...] = ()
    afterwards: Callable[[], None] = _nothing  # what to learn for the next time, once the answer is out
    secrets: tuple[Finding, ...] = ()  # every finding whose text is not to be shown, whichever are asked for

    def __post_init__(self) -> None:
        if not self.secrets:  # a copy with fewer findings keeps them
            object.__setattr__(self, "secrets", tuple(finding for finding in self.findings if finding.secret))

    def sources(self, paths: Collection[str]) -> dict[str, str]:
        """The text of those of `paths` that can be read, without secrets."""
        from placet.report.masked import masked

        contents = {path: self.read(path) for path in sorted(paths)}
        texts = {path: data.decode("utf-8", "replace") for path, data in contents.items() if data}
        return dict(masked(self.secrets, texts))


def judge(repository: Repository, asked: Asked, today: date) -> Judged:
    if asked.from_ref is not None:
        return _range(repository, asked.from_ref, asked.to_ref or "HEAD", today)
    if asked.rev is not None:
        return _commit(repository, repository.commit(asked.rev), today)
    if not asked.staged:
        return _worktree(repository, today)
    return _indexed(repository, today) if asked.index else _index(repository, today)


def _worktree(repository: Repository, today: date) -> Judged:
    from placet.load import snapshot_of_worktree

    def is_there(path: str) -> bool:
        from os.path import lexists

        return lexists(repository.root / path)

    return _of(snapshot_of_worktree(repository), repository, today, "on disk", is_there)


def _index(repository: Repository, today: date) -> Judged:
    from placet.load import snapshot_of_index

    def is_there(path: str) -> bool:
        return bool(repository.index_entries([path]))

    judged = _of(snapshot_of_index(repository), repository, today, "in the index", is_there)
    return replace(judged, changed=len(repository.staged_paths()))


def _indexed(repository: Repository, today: date) -> Judged:
    """The same, judging only what the change reaches; the first time everything is read, and remembered."""
    from placet.index.build import build_for
    from placet.index.staged import check_staged
    from placet.index.store import NoIndexError

    notes: list[str] = []
    for attempt in ("as it is", "made anew"):
        try:
            found = check_staged(str(repository.root), today)
            break
        except NoIndexError as reason:
            notes.append(str(reason))
            if attempt == "made anew" or not build_for(repository, today):
                judged = _index(repository, today)
                return replace(judged, notes=(*notes, *judged.notes))

    def is_there(path: str) -> bool:
        return bool(repository.index_entries([path]))

    return Judged(
        "in the index",
        found.files,
        found.paths,
        is_there,
        found.read,
        found.findings,
        tuple(found.waived),
        changed=found.changed,
        notes=(*notes, *found.notes),
        secrets=tuple(finding for finding in found.findings if finding.secret),
        afterwards=found.afterwards,
    )


def _commit(repository: Repository, commit: str, today: date) -> Judged:
    from placet.load import snapshot_at

    def is_there(path: str) -> bool:
        return bool(repository.tree_entries(commit, [path]))

    return _of(snapshot_at(repository, commit), repository, today, f"in {commit[:7]}", is_there)


def _of(snapshot: Snapshot, repository: Repository, today: date, where: str, is_there: Callable[[str], bool]) -> Judged:
    from placet.rules.catalogue import found
    from placet.waived import parted

    if not snapshot.files:
        raise PlacetError(
            f"{repository.root} has no policies/, prompts/ or systems/ folder: there is nothing governed here",
            help="begin with: placet init",
        )
    findings, waived = parted(found(snapshot, today), snapshot, today)

    def read(path: str) -> bytes | None:
        return snapshot.files[path].data if path in snapshot.files else None

    note = f"read every governed file {where}: {len(snapshot.files):,}"
    return Judged(where, len(snapshot.files), lambda: snapshot.files, is_there, read, findings, waived, notes=(note,))


def _range(repository: Repository, from_ref: str, to_ref: str, today: date) -> Judged:
    """The end of a range, with the findings on paths that it changed and those that its start doesn't have."""
    from placet.report.fingerprint import fingerprints

    end = repository.commit(to_ref)
    judged, start = _commit(repository, end, today), _start(repository, from_ref, end)
    if start is None:
        return judged
    changed = {difference.path for difference in repository.differences(start, end)}
    elsewhere = any(finding.path not in changed for finding in judged.findings)
    known = _marks_at(repository, start, today) if elsewhere else frozenset()
    marks = fingerprints(judged.findings, judged.sources({finding.path for finding in judged.findings}))
    shown = [
        finding
        for finding, mark in zip(judged.findings, marks, strict=True)
        if finding.path in changed or mark not in known
    ]
    return replace(
        judged,
        findings=tuple(shown),
        waived=tuple(one for one in judged.waived if one.finding.path in changed),
        changed=len(changed),
        known=len(judged.findings) - len(shown),
        notes=(*judged.notes, f"the range starts at {start[:7]} and changes {len(changed):,} files"),
    )


def _start(repository: Repository, from_ref: str, end: str) -> str | None:
    """Where the range left what `from_ref` names; that itself without a common past, None if there was nothing."""
    if from_ref in _NOTHING:
        return None
    try:
        named = repository.commit(from_ref)
    except UsageError:
        if repository.git.text("rev-parse", "--is-shallow-repository") != "true":
            raise
        what = f"this clone is shallow and doesn't have {from_ref}"
        advice = "fetch the rest of the history: git fetch --unshallow (in a workflow: fetch-depth: 0)"
        raise PlacetError(what, help=advice) from None
    try:
        return repository.merge_base(named, end)
    except PlacetError:
        return named


def _marks_at(repository: Repository, commit: str, today: date) -> frozenset[str]:
    """What the findings of another commit are known by."""
    from placet.load import snapshot_at
    from placet.report.fingerprint import fingerprints

    snapshot = snapshot_at(repository, commit)
    if not snapshot.files:
        return frozenset()
    before = _of(snapshot, repository, today, "", lambda _: False)
    return frozenset(fingerprints(before.findings, before.sources({finding.path for finding in before.findings})))
