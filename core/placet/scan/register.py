"""Which registrations speak of which files: by `prompts:`, and by the patterns of `x-sources:`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from placet.codeowners.owners import CodeOwners, parse
from placet.model.register import System

SOURCES = "x-sources"
#: What ends a pattern, or begins a comment.
SPACES = frozenset(" \t\r\n#")


class Register:
    """Which systems speak of a path."""

    def __init__(self, systems: Iterable[System]) -> None:
        self._systems = tuple(systems)
        self._by_prompt: dict[str, list[str]] = {}
        self._by_folder: dict[str, list[tuple[CodeOwners, str]]] = {}  # by the first name of the pattern, if it has one
        self.systems_of = lru_cache(maxsize=None)(self._systems_of)
        for system in self._systems:
            for pattern in sources_of(system):
                entry = (parse(f"{pattern} @a\n".encode()), system.id)
                self._by_folder.setdefault(_first_name(pattern), []).append(entry)
            for use in system.prompts:
                self._by_prompt.setdefault(use.path, []).append(system.id)

    def _systems_of(self, path: str) -> tuple[str, ...]:
        near = [*self._by_folder.get(path.partition("/")[0], ()), *self._by_folder.get("", ())]
        found = (id for patterns, id in near if patterns.owners_of(path).owners)
        return tuple(dict.fromkeys([*self._by_prompt.get(path, ()), *found]))

    def prompts_called(self, name: str) -> tuple[str, ...]:
        """The systems that use the only registered prompt whose file is called `name`."""
        found = [ids for path, ids in self._by_prompt.items() if path.rpartition("/")[2] == name]
        return tuple(found[0]) if len(found) == 1 else ()

    @property
    def retired(self) -> frozenset[str]:
        return frozenset(system.id for system in self._systems if system.lifecycle == "retired")

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(system.id for system in self._systems)


def sources_of(system: System) -> tuple[str, ...]:
    """The patterns of `x-sources:`; the key is free, so anything may stand there, and what isn't text is left out."""
    given = system.fields.get(SOURCES)
    patterns = given if isinstance(given, list | tuple) else [given]
    return tuple(pattern for pattern in patterns if isinstance(pattern, str) and pattern and not set(pattern) & SPACES)


def _first_name(pattern: str) -> str:
    """The folder or file at the root that every match is in or is; empty where that can't be told."""
    first, more, _ = pattern.removeprefix("/").partition("/")
    anchored = pattern.startswith("/") or bool(more)
    return "" if not anchored or set(first) & set("*?\\") else first
