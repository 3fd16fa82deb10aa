"""One system on base and after the merge: which prompt is which, and where the suites of base have to look.

Pure. A prompt that moves takes the suites of base along, and whatever else is new beside it is judged by them as well:
a copy that stays as it was must not draw the suites away from the prompt that changed. Move first, edit afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from placet.digest import digest, prompt_content
from placet.model.register import Prompt, System
from placet.model.suite import Suite
from placet.parse.snapshot import Snapshot
from placet.record import record, replace
from placet.subject import Subject, model_subject, subject_of


@record(slots=False)
class SystemChange:
    """`before` is None for a new system; after a new id it is the system that used the same prompts."""

    before: System | None
    after: System
    base: Snapshot
    merged: Snapshot

    @cached_property
    def used_before(self) -> tuple[str, ...]:
        return tuple(use.path for use in self.before.prompts) if self.before else ()

    @cached_property
    def used_after(self) -> tuple[str, ...]:
        return tuple(use.path for use in self.after.prompts)

    @cached_property
    def gone(self) -> tuple[str, ...]:
        return tuple(path for path in self.used_before if path not in self.used_after)

    @cached_property
    def fresh(self) -> tuple[str, ...]:
        return tuple(path for path in self.used_after if path not in self.used_before)

    @cached_property
    def abandoned(self) -> tuple[str, ...]:
        """Prompts that no registration names any more although their files are still there, for a program to read."""
        left = (path for path in self.gone if path in self.merged.files)
        return tuple(path for path in left if not self.merged.systems_using(path))

    @cached_property
    def _copies(self) -> Mapping[str, tuple[str, ...]]:
        """Per fresh prompt, the gone ones of the same content."""
        content = {path: _content(self.base.prompts.get(path)) for path in self.gone}
        return {
            path: tuple(
                old for old, text in content.items() if text and text == _content(self.merged.prompts.get(path))
            )
            for path in self.fresh
        }

    def origin(self, path: str) -> str | None:
        """What the prompt at `path` was on base: itself, the same content elsewhere, or the only one that is gone."""
        if path in self.used_before:
            return path
        if copies := self._copies.get(path):
            return copies[0]
        return self.gone[0] if len(self.gone) == 1 and self.fresh == (path,) else None

    def targets(self, path: str) -> tuple[str, ...]:
        """Where a suite of base that evaluated `path` has to look now."""
        if path in self.used_after:
            return (path,)
        moved = [new for new, copies in self._copies.items() if path in copies or not copies]
        return (*((path,) if path in self.abandoned else ()), *moved)

    def before_subject(self, path: str | None) -> Subject | None:
        prompt = self.base.prompts.get(path) if path else None
        return subject_of(self.before, prompt) if self.before and prompt else None

    def after_subject(self, path: str) -> Subject | None:
        prompt = self.merged.prompts.get(path)
        return subject_of(self.after, prompt) if prompt else None

    def models(self, suites: tuple[Suite | None, Suite | None]) -> tuple[Subject | None, Subject | None]:
        """The models without a prompt that base's suite evaluated and that the two evaluate now.

        Where the model of base's suite is registered no more, head's takes its place.
        """
        old, new = suites
        before = model_subject(self.before, old.subject) if old and self.before else None
        named = (suite.subject for suite in (old, new) if suite)
        after = next((found for id in named if (found := model_subject(self.after, id))), None)
        if before is None and old is None and self.before and after:
            before = model_subject(self.before, after.prompt.path)
        return before, after

    def changed(self, path: str) -> bool:
        """Whether what answers through the prompt at `path` is new, or isn't what it was."""
        if path not in self.merged.files:
            return False  # nothing there to answer; SYS008 says so
        known = path if path in self.used_before else next(iter(self._copies.get(path, ())), None)
        if self.before is None or known is None:
            return True
        return _identity(self.after, self.merged, path) != _identity(self.before, self.base, known)


def resolved(suite: Suite, system: System) -> str | None:
    """The path of the prompt that `suite` evaluates: the one it names, or the only one that the system has."""
    used = [use.path for use in system.prompts]
    if suite.subject is not None:
        return None
    if suite.prompt is None:
        return used[0] if len(used) == 1 else None
    return suite.prompt if suite.prompt in used else None


def _content(prompt: Prompt | None) -> str | None:
    return digest(prompt_content(prompt)) if prompt else None


def _identity(system: System, snapshot: Snapshot, path: str) -> object:
    """What is sent and to whom; of a file that doesn't parse its bytes, since a program may read it all the same."""
    prompt, file = snapshot.prompts.get(path), snapshot.files.get(path)
    if prompt is None:
        return (file.mode, file.blob, file.data) if file else None
    subject = subject_of(system, prompt)
    return replace(subject, system=None).digest if subject else ("nothing serves it", _content(prompt))
