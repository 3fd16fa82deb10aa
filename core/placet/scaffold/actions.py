"""What is to be done with one file, given what stands there: the judgement alone, which nothing carries out here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from placet.scaffold.difference import unified
from placet.scaffold.start import Draft

#: So many files of one folder are named one by one.
_FEW = 3


class Done(StrEnum):
    CREATED = "created"
    CHANGED = "changed"  # added to, or replaced by consent
    SAME = "unchanged"  # it is there and as it should be
    KEPT = "kept"  # it is there, and it is the user's to say what is in it
    DIFFERS = "differs"  # it is there and otherwise than it would be written
    LEFT = "left"  # it can't be added to safely


@dataclass(frozen=True, slots=True)
class Action:
    """One file: what happens to it, and the difference to show before anything of it is changed."""

    path: str
    done: Done
    old: bytes | None = None
    new: bytes | None = None
    why: str = ""
    difference: str = ""

    @classmethod
    def adding(cls, path: str, old: bytes | None, text: str, why: str = "") -> Action:
        """A file that is added to: what is there stays in it."""
        new = text.encode()
        if old is None:
            return cls(path, Done.CREATED, None, new, why)
        if old == new:
            return cls(path, Done.SAME, old, new, why)
        return cls(path, Done.CHANGED, old, new, why, unified(old.decode("utf-8", "replace"), text, path))

    def with_consent(self) -> Action:
        return replace(self, done=Done.CHANGED, why="")

    def declined(self) -> Action:
        return replace(self, done=Done.LEFT, why="as you wished")

    def plain(self) -> dict[str, Any]:
        return {"path": self.path, "action": self.done.value, "why": self.why, "difference": self.difference}


def judged(draft: Draft, old: bytes | None) -> Action:
    """What to do with `draft` where `old` stands."""
    new = draft.text.encode()
    if old is None:
        return Action(draft.path, Done.CREATED, None, new)
    if old == new:
        return Action(draft.path, Done.SAME, old, new)
    if not draft.fixed:
        return Action(draft.path, Done.KEPT, old, None, "it is there already")
    difference = unified(old.decode("utf-8", "replace"), draft.text, draft.path)
    return Action(
        draft.path, Done.DIFFERS, old, new, "it is there already, and differs from what is shipped", difference
    )


def by_folder(paths: Sequence[str]) -> list[str]:
    """The paths, those of one folder at the root in one line when there are several of them."""
    folders = [path.partition("/")[0] for path in paths]
    shown: dict[str, None] = {}
    for path, folder in zip(paths, folders, strict=True):
        count = folders.count(folder)
        shown[f"{folder}/ ({count} files)" if count > _FEW else path] = None
    return list(shown)
