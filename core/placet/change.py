"""What a change does to the governed files: each edited path, and whether the edit is material.

Pure. Which paths changed comes in; contents are those of the tip of base and of the merge, since that is what would
run before and after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher
from enum import StrEnum

from placet.digest import digest, material, prompt_content, suite_digest
from placet.model.register import Prompt
from placet.parse.kinds import Kind, kind_of
from placet.parse.snapshot import Snapshot
from placet.record import record

#: Differing lines of both texts together up to which they are matched; where they repeat, that takes their cube.
MATCHED = 200


class Status(StrEnum):
    ADDED = "added"
    EDITED = "edited"
    REMOVED = "removed"


@record
class Edit:
    """One changed path. `what` says in a few words what changed in it, where that is known."""

    path: str
    status: Status
    material: bool
    what: str = ""

    @property
    def kind(self) -> Kind | None:
        return kind_of(self.path)


def edits(paths: Mapping[str, Status], base: Snapshot, merged: Snapshot) -> tuple[Edit, ...]:
    """The edit of each changed path, by path. Every edit is material but those that can't change behaviour."""
    return tuple(_edit(path, status, base, merged) for path, status in sorted(paths.items()))


def _edit(path: str, status: Status, base: Snapshot, merged: Snapshot) -> Edit:
    if status is not Status.EDITED:
        return Edit(path, status, material=True)
    before, after = base.prompts.get(path), merged.prompts.get(path)
    if before and after:
        what = describe(before, after)
        return Edit(path, status, bool(what) or _suite_changed(path, base, merged), what)
    judge = _MATERIAL.get(kind_of(path), _content_changed)
    return Edit(path, status, judge(path, base, merged))


def _suite_changed(path: str, base: Snapshot, merged: Snapshot) -> bool:
    before, after = (side.suites.get(path) or side.shared.get(path) for side in (base, merged))
    if before is None or after is None:
        return before is not after or kind_of(path) is Kind.SUITE
    return suite_digest(before) != suite_digest(after)


def _cases_changed(path: str, base: Snapshot, merged: Snapshot) -> bool:
    """Whether any suite that takes its cases from `path` changed; a file that no suite names isn't understood."""
    suites = [suite for side in (base, merged) for suite in (*side.suites.values(), *side.shared.values())]
    users = {suite.path for suite in suites if suite.cases_path == path}
    return not users or any(_suite_changed(user, base, merged) for user in users)


def _content_changed(path: str, base: Snapshot, merged: Snapshot) -> bool:
    trees = base.tree(path), merged.tree(path)
    if trees[0] is None or trees[1] is None:
        return True
    before, after = trees[0].value, trees[1].value
    if path.startswith("policies/"):  # a provider or a role may be called `title`
        return digest(before) != digest(after)
    return digest(material(before)) != digest(material(after))


#: What isn't listed is compared by its content. A document is prose: any word of it may matter.
_MATERIAL: Mapping[Kind | None, Callable[[str, Snapshot, Snapshot], bool]] = {
    Kind.SUITE: _suite_changed,
    Kind.CASES: _cases_changed,
    Kind.DOCUMENT: lambda path, base, merged: True,
    Kind.WORKFLOW: lambda path, base, merged: True,
    None: lambda path, base, merged: True,
}


def describe(before: Prompt, after: Prompt) -> str:
    """What of a prompt's content changed, e.g. `system message, 2 lines`; empty when nothing a model sees did."""
    if prompt_content(before) == prompt_content(after):
        return ""
    parts = list(_messages(before, after))
    parts += [name for name, old, new in _settings(before, after) if old != new]
    return "; ".join(parts)


def _messages(before: Prompt, after: Prompt) -> Iterable[str]:
    old, new = before.messages, after.messages
    for index in range(max(len(old), len(new))):
        if index >= len(new):
            yield f"{old[index].role} message removed"
        elif index >= len(old):
            yield f"{new[index].role} message added"
        elif old[index].role != new[index].role:
            yield f"{old[index].role} message is now the {new[index].role}'s"
        elif old[index] != new[index]:
            lines = _changed_lines(old[index].content, new[index].content)
            yield f"{new[index].role} message, {lines} line{'' if lines == 1 else 's'}"


def _changed_lines(old: str, new: str) -> int:
    before, after = _differing(old.splitlines(True), new.splitlines(True))
    if len(before) + len(after) > MATCHED:
        left, right = Counter(before), Counter(after)
        return max((left - right).total(), (right - left).total(), 1)  # at least their order differs
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in blocks if tag != "equal")


def _differing(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Both without the lines that they have in common at their start and at their end."""
    shortest = min(len(old), len(new))
    start = next((index for index in range(shortest) if old[index] != new[index]), shortest)
    most = shortest - start
    end = next((index for index in range(most) if old[-1 - index] != new[-1 - index]), most)
    return old[start : len(old) - end], new[start : len(new) - end]


def _settings(before: Prompt, after: Prompt) -> Iterable[tuple[str, object, object]]:
    yield f"model {before.model} → {after.model}", before.model, after.model
    for name in sorted({*before.parameters, *after.parameters}):
        old, new = before.parameters.get(name), after.parameters.get(name)
        yield f"{name} {_shown(old)} → {_shown(new)}", old, new
    yield "response format", before.response_format, after.response_format
    yield "JSON schema", before.json_schema, after.json_schema


def _shown(value: object) -> str:
    return "unset" if value is None else str(value)
