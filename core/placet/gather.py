"""From a repository to values: the snapshots at both ends of a change, and the plan made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from placet.change import Status
from placet.clock import now
from placet.errors import PlacetError, UsageError
from placet.git.records import ABSENT
from placet.git.repository import Repository
from placet.git.trees import merged as merged_tree
from placet.git.trees import worktree_commit
from placet.load import Reader, files_of
from placet.model.policy import Means
from placet.parse.kinds import FOLDERS, GOVERNANCE, is_governed
from placet.parse.snapshot import Snapshot, read_snapshot
from placet.plan import Ends, Plan, on_day, plan
from placet.record import record, replace
from placet.runs import PlannedRun
from placet.shifts import shifts
from placet.subject import model_subject, subject_of

#: How far back a rollback's target is looked for: commits that touched the prompt or its registration ...
HISTORY = 1_000
#: ... and of the versions whose prompt file isn't the same to the byte, how many are parsed.
OTHERS = 20


@record
class Gathered:
    """A change with everything its plan was made of. `left_out` are uncommitted paths that don't count."""

    base_name: str
    ends: Ends
    base: Snapshot
    merged: Snapshot
    plan: Plan
    rollbacks: Mapping[str, str]  # digest of a changed subject -> the commit of base that had it before
    dates: Mapping[str, str]  # each such commit -> the day it was made
    policy: str  # git's id of base's policies
    left_out: tuple[str, ...] = ()


def gather(
    repository: Repository, base: str | None = None, head: str | None = None, *, worktree: bool = False
) -> Gathered:
    """What the change from `base` to `head` is. Raises PlacetError when it can't be told.

    What base "had before" are the commits that base itself went through. After a fast-forward or a rebase merge those
    of the merged branch are among them, also the ones in between that no review ever saw as a head.
    """
    # A branch without a commit has nothing to compare, whatever its base is called.
    head_commit = repository.head() if head is None else ""
    base_name = base or repository.default_base()
    tip = repository.commit(base_name)
    if worktree and head:
        raise UsageError(
            "--worktree looks at what is checked out, and --head at something else", help="give one of them"
        )
    head_commit = repository.commit(head) if head else head_commit
    if worktree:
        head_commit = worktree_commit(repository, (*FOLDERS, *GOVERNANCE))
    parted = repository.merge_bases(tip, head_commit)
    ends = Ends(tip, head_commit, parted[0], uncommitted=worktree)
    reader = Reader(repository)
    base_snapshot = _deciding(reader.at(tip), base_name)
    tree = head_commit if tip in parted else merged_tree(repository, tip, head_commit)
    merged = reader.at(tree)
    spans = dict.fromkeys([*((commit, head_commit) for commit in parted), (tip, tree)])
    today = now().date()
    planned = on_day(plan(ends, _paths(repository, spans), base_snapshot, merged), today)
    if planned.changes_policy:
        planned = replace(planned, shifted=shifts(base_snapshot, merged, today))
    left_out = () if worktree or head else tuple(repository.changed_in_worktree((*FOLDERS, *GOVERNANCE)))
    going_back = rollbacks(repository, planned, merged)
    return Gathered(
        base_name=base_name,
        ends=ends,
        base=base_snapshot,
        merged=merged,
        plan=planned,
        rollbacks=going_back,
        dates={commit: repository.describe(commit).date[:10] for commit in set(going_back.values())},
        policy=repository.tree_id(tip, "policies"),
        left_out=left_out,
    )


def _deciding(snapshot: Snapshot, name: str) -> Snapshot:
    """`snapshot`, if it can decide anything. Raises PlacetError naming what is missing or broken."""
    if snapshot.policies is not None:
        lost = sorted(
            {id for tier in snapshot.tiers.values() for id in tier.controls} - set(snapshot.policies.controls)
        )
        if not lost and (unread := _unread_suites(snapshot)):
            raise _undecided(name, f"{unread[0]}, which a tier demands, is invalid")
        if not lost:
            return snapshot
        # A control that can't be read is a demand that nobody would notice to be gone.
        raise _undecided(name, f"policies/controls/{lost[0]}.yaml, which a tier demands, is missing or invalid")
    if not any(path.startswith("policies/") for path in snapshot.files):
        raise PlacetError(
            f"{name} has no policies/ folder, so nothing says how a change is judged",
            help=f"commit {', '.join(_NEEDED)} to it first (docs/files.md)",
        )
    broken = [f"{f.path}:{f.position.line}: {f.message}" for f in snapshot.findings if f.path.startswith("policies/")]
    missing = [path for path in _NEEDED if path not in snapshot.files]
    what = broken[0] if broken else f"{', '.join(missing)} missing"
    raise _undecided(name, what)


def _unread_suites(snapshot: Snapshot) -> list[str]:
    """The files of shared suites that a control names and that can't be read."""
    wanted = (f"policies/suites/{one.name}.yaml" for one in snapshot.controls.values() if one.means is Means.SUITE)
    return sorted(path for path in wanted if path in snapshot.files and path not in snapshot.shared)


def _undecided(name: str, what: str) -> PlacetError:
    return PlacetError(f"the policies of {name} can't decide: {what}", help="see them all with: placet check policies")


_NEEDED = tuple(f"policies/{name}.yaml" for name in ("tiers", "classification", "providers"))


def _paths(repository: Repository, spans: Iterable[tuple[str, str]]) -> dict[str, Status]:
    """The governed paths that differ in any of `spans`; the first one that names a path says how.

    What head did since it left base isn't all that a merge does: git follows base's renames, and where two histories
    cross, a merge can bring back what base had taken away. So the paths that the merge changes belong to it as well.
    """
    found: dict[str, Status] = {}
    for old, new in spans:
        for change in repository.differences(old, new):
            if is_governed(change.path):
                found.setdefault(change.path, _status(change.old_mode, change.new_mode))
    return found


def _status(old_mode: str, new_mode: str) -> Status:
    return Status.ADDED if old_mode == ABSENT else Status.REMOVED if new_mode == ABSENT else Status.EDITED


def rollbacks(repository: Repository, planned: Plan, merged: Snapshot) -> dict[str, str]:
    """Changed subjects whose exact content base had before, each with the newest commit that had it.

    Content counts as judged before only when base itself carried it: evidence alone could have been made for anything.
    """
    found: dict[str, str] = {}
    for run in planned.runs:
        wanted = run.head.subject.digest
        if run.system and run.base and not run.same_subject and wanted not in found:
            registration = f"systems/{run.system}/system.yaml"
            paths = (registration if run.head.subject.promptless else run.prompt, registration)
            for commit in _versions(repository, planned.ends.base, paths, merged.files[paths[0]].blob):
                if _subject_at(repository, commit, run, paths) == wanted:
                    found[wanted] = commit
                    break
    return found


def _versions(repository: Repository, base: str, paths: tuple[str, str], blob: str) -> list[str]:
    """Commits of base worth a look: each version of the files once, those with the same prompt file first."""
    commits = repository.commits_touching(base, paths, HISTORY)
    ids = repository.blob_ids([f"{commit}:{path}" for commit in commits for path in paths])
    versions: dict[tuple[str, str], str] = {}
    for index, commit in enumerate(commits):
        versions.setdefault((ids[2 * index], ids[2 * index + 1]), commit)
    same = [commit for (prompt, _), commit in versions.items() if prompt == blob]
    return [*same, *(commit for commit in versions.values() if commit not in same)][: len(same) + OTHERS]


def _subject_at(repository: Repository, commit: str, run: PlannedRun, paths: tuple[str, str]) -> str | None:
    """The digest of the subject as it was at `commit`; None when it wasn't there, or wasn't valid."""
    snapshot = read_snapshot(files_of(repository, repository.tree_entries(commit, tuple(dict.fromkeys(paths)))))
    registered, prompt = snapshot.by_id.get(run.system or ""), snapshot.prompts.get(paths[0])
    if registered and run.head.subject.promptless:
        subject = model_subject(registered, run.prompt)
    else:
        subject = subject_of(registered, prompt) if registered and prompt else None
    return subject.digest if subject else None
