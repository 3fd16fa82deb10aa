"""Which runs a change requires: for each suite, what is evaluated on base and on head; and what no run evaluates.

Pure. A run is required when its subject or its suite changed; both arms judge by the suite as it stands on base plus
head's additions. A suite of base that gates is never skipped: where its prompt went, it follows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from placet.change import Edit, Status
from placet.digest import digest, prompt_content, suite_digest
from placet.effective import Weakening, adapted, effective, weakenings
from placet.model.recording import Recording
from placet.model.suite import INLINE, Suite
from placet.moves import SystemChange, resolved
from placet.parse.kinds import Kind
from placet.parse.snapshot import Snapshot
from placet.record import record, replace
from placet.subject import Subject, model_subject, unregistered_subject


@record
class Arm:
    """One side of a run: what is evaluated, and the cases as that side sees them."""

    subject: Subject
    suite: Suite
    recording: Recording | None = None  # where the suite's outputs are supplied


@record
class PlannedRun:
    """One suite, head against base. `base` is None when base has nothing to compare with.

    `prompt` is the path of what is evaluated; of a model that answers without a prompt, its id.
    """

    system: str | None  # None: no system uses the prompt, so nothing gates it
    prompt: str
    suite: Suite
    head: Arm
    base: Arm | None
    why: str

    @property
    def same_subject(self) -> bool:
        return self.base is not None and self.base.subject.digest == self.head.subject.digest

    @property
    def same_answers(self) -> bool:
        """Whether there is nothing to compare: one subject and, where its outputs are supplied, one file of them."""
        return self.same_subject and not _recorded_anew(self.base, self.head)


@record
class Unevaluated:
    """A new or changed prompt that nothing would judge. `lost`: a suite that gates is there, and can't be run."""

    path: str
    why: str
    lost: bool = False


def runs_of(change: SystemChange) -> tuple[PlannedRun, ...]:
    """The runs that the change of one system requires."""
    pairs = list(_paired_suites(change))
    found = [_run(old, new, path, change) for old, new in pairs for path in _targets(old, new, change)]
    found += [_model_run(old, new, change) for old, new in pairs if effective(old, new).subject]
    return tuple(run for run in found if run and run.why)


def _model_run(old: Suite | None, new: Suite | None, change: SystemChange) -> PlannedRun | None:
    suite, (before, after) = effective(old, new), change.models((old, new))
    if after is None:
        return None
    head = Arm(after, suite, _recording(new or old, change.merged))
    base = Arm(before, suite, _recording(old, change.base)) if before else None
    why = _why(before, after, old, suite) or _recorded_anew(base, head)
    return PlannedRun(change.after.id, after.prompt.path, suite, head, base, why)


def _recording(suite: Suite | None, snapshot: Snapshot) -> Recording | None:
    return snapshot.recordings.get(suite.recorded) if suite and suite.recorded else None


def _recorded_anew(base: Arm | None, head: Arm) -> str:
    """Why there is something to judge although the subject is the same: its recorded file isn't."""
    before, after = (arm.recording.digest if arm and arm.recording else None for arm in (base, head))
    return "recorded anew" if before != after else ""


def _run(old: Suite | None, new: Suite | None, path: str, change: SystemChange) -> PlannedRun | None:
    suite, subject = effective(old, new), change.after_subject(path)
    if subject is None:
        return None
    before = change.before_subject(_compared(old, path, change))
    head, base = Arm(subject, adapted(suite, new, subject.prompt.variables)), Arm(before, suite) if before else None
    if suite.claims:
        head = Arm(subject, suite, _recording(new or old, change.merged))
        base = Arm(before, suite, _recording(old, change.base)) if before else None
    return PlannedRun(
        system=change.after.id,
        prompt=path,
        suite=suite,
        head=head,
        base=base,
        why=_why(before, subject, old, suite) or _recorded_anew(base, head),
    )


def _paired_suites(change: SystemChange) -> Iterator[tuple[Suite | None, Suite | None]]:
    """Suites of the system on base and after the merge, paired by name; an inline one by its prompt too."""
    old = {_key(suite): suite for suite in change.base.suites_of(change.before)} if change.before else {}
    new = {_key_on_base(suite, change): suite for suite in change.merged.suites_of(change.after)}
    for key in dict.fromkeys((*new, *old)):
        yield old.get(key), new.get(key)


def _key(suite: Suite) -> tuple[str, str]:
    return (suite.name, suite.path if suite.prompt == suite.path else "")


def _key_on_base(suite: Suite, change: SystemChange) -> tuple[str, str]:
    """The key of the suite that it was: an inline one moves with its prompt."""
    name, path = _key(suite)
    return (name, change.origin(path) or path) if path else (name, path)


def _targets(old: Suite | None, new: Suite | None, change: SystemChange) -> tuple[str, ...]:
    """The prompts that one pair of suites evaluates; those of base's suite whatever head's says."""
    was = resolved(old, change.before) if old and change.before else None
    if was and (found := change.targets(was)):
        return found
    now = (resolved(suite, change.after) for suite in (old, new) if suite)
    return next(((path,) for path in now if path), ())


def _compared(old: Suite | None, path: str, change: SystemChange) -> str | None:
    """The prompt of base that the one at `path` is compared with."""
    if path in change.used_before or not (old and change.before):
        return change.origin(path)
    return resolved(old, change.before) or change.origin(path)


def _why(base: Subject | None, head: Subject, old: Suite | None, suite: Suite) -> str:
    """Why the run is required; empty when nothing that it judges changed."""
    if base is None:
        return "new subject"
    if base.digest != head.digest:
        return difference(base, head)
    if old is None:
        return "new suite"
    return "suite has more to say" if suite_digest(old) != suite_digest(suite) else ""


def difference(base: Subject, head: Subject) -> str:
    """What makes `head` another subject than `base`."""
    if base.model != head.model or base.artifact != head.artifact:
        return "model changed"
    same = digest(prompt_content(base.prompt)) == digest(prompt_content(head.prompt))
    return "system renamed" if same and base.system != head.system else "prompt changed"


def weakenings_of(change: SystemChange) -> tuple[Weakening, ...]:
    """What the change would make easier in the suites of one system."""
    pairs = [(old, new) for old, new in _paired_suites(change) if old is not None]
    found = [weak for old, new in pairs for weak in weakenings(old, new)]
    return (*found, *(weak for old, new in pairs if new for weak in _turned(old, new, change)))


def _turned(old: Suite, new: Suite, change: SystemChange) -> Iterator[Weakening]:
    """Once merged, head's suite looks at its own prompt alone; any other that base's had to look at is lost to it."""
    was, now = (resolved(old, change.before) if change.before else None), resolved(new, change.after)
    if was and change.targets(was) != (now,) and now != was:
        yield Weakening(new.path, old.name, f"no longer evaluates {was}")


def unevaluated(change: SystemChange, runs: Iterable[PlannedRun]) -> tuple[Unevaluated, ...]:
    """The new and changed prompts of a system that no suite with a gate or a critical case evaluates."""
    judged = {run.prompt for run in runs if _gates(run.suite)}
    left = [path for path in dict.fromkeys(change.used_after) if path not in judged and change.changed(path)]
    lost = list(dict.fromkeys(_lost(change))) if left else []
    prompts = tuple(Unevaluated(path, _why_not(path, lost, change), bool(lost)) for path in left)
    return (*prompts, *_unevaluated_models(change, judged))


def _unevaluated_models(change: SystemChange, judged: Collection[str]) -> Iterator[Unevaluated]:
    """The new and changed models that nothing evaluates, at the registration's path.

    Those of a system without prompts; beside prompts, those that a suite of base with gates looked at.
    """
    lost = [old.name for old, new in _paired_suites(change) if old and _without_model(old, new, change)]
    if lost and not judged:
        yield Unevaluated(change.after.path, f"suite {', '.join(lost)} has no model to look at", lost=True)
        return
    watched = {old.subject for old, _ in _paired_suites(change) if old and _gates(old)}
    for model in change.after.models:
        if model.id not in watched and (change.used_after or model.role != "primary"):
            continue
        now = model_subject(change.after, model.id)
        before = model_subject(change.before, model.id) if change.before else None
        known = before and now and replace(before, system=None).digest == replace(now, system=None).digest
        if now and not known and model.id not in judged:
            why = f"no suite with a gate or a critical case evaluates model {model.id}"
            yield Unevaluated(change.after.path, why, lost=model.id in watched)


def _without_model(old: Suite, new: Suite | None, change: SystemChange) -> bool:
    """Whether base's suite of a model gates, and neither that model nor head's is registered with a digest."""
    return bool(_gates(old) and effective(old, new).subject and change.models((old, new))[1] is None)


def _gates(suite: Suite) -> bool:
    """Whether anything that `suite` finds could fail a change."""
    metrics = {spec.name for spec in suite.scorers}
    return any(gate.metric in metrics for gate in suite.gates) or any(c.critical or c.forbidden for c in suite.cases)


def _lost(change: SystemChange) -> Iterator[str]:
    """Suites with gates that have nothing to run on."""
    for old, new in _paired_suites(change):
        suite, found = effective(old, new), _targets(old, new, change)
        lost = suite.subject is None and (not found or any(change.after_subject(path) is None for path in found))
        if lost and _gates(suite):
            yield suite.path if suite.name == INLINE else suite.name


def _why_not(path: str, lost: Iterable[str], change: SystemChange) -> str:
    prompt = change.merged.prompts.get(path)
    if prompt is None:
        return "it can't be read"
    if change.after_subject(path) is None:
        return f"{change.after.id} doesn't register its model {prompt.model or ''}".rstrip()
    if names := ", ".join(lost):
        return f"suite {names} has no prompt to run on"
    return "no suite with a gate or a critical case evaluates it"


def unregistered_runs(found: Iterable[Edit], base: Snapshot, merged: Snapshot) -> tuple[PlannedRun, ...]:
    """Inline suites of changed prompts that no system uses: run for the reader's sake, gated by nothing."""
    return tuple(run for edit in found if edit.kind is Kind.PROMPT for run in _unregistered(edit, base, merged))


def unserved(found: Iterable[Edit], base: Snapshot, merged: Snapshot) -> tuple[str, ...]:
    """What is said of changed prompts that no system uses and no provider of base can run."""
    left = [edit.path for edit in found if edit.kind is Kind.PROMPT and edit.status is not Status.REMOVED]
    prompts = [merged.prompts[path] for path in left if path in merged.suites and not merged.systems_using(path)]
    return tuple(
        f"{prompt.path} is not evaluated: no provider in policies/providers.yaml of base lists its model {prompt.model}"
        for prompt in prompts
        if unregistered_subject(prompt, base.providers or {}) is None
    )


def _unregistered(edit: Edit, base: Snapshot, merged: Snapshot) -> Iterator[PlannedRun]:
    prompt, suite = merged.prompts.get(edit.path), merged.suites.get(edit.path)
    if edit.status is Status.REMOVED or prompt is None or suite is None or merged.systems_using(edit.path):
        return
    subject = unregistered_subject(prompt, base.providers or {})
    if subject is None:
        return
    earlier = base.prompts.get(edit.path)
    before = unregistered_subject(earlier, base.providers or {}) if earlier else None
    yield PlannedRun(
        system=None,
        prompt=edit.path,
        suite=suite,
        head=Arm(subject, suite),
        base=Arm(before, suite) if before else None,
        why="prompt changed",
    )
