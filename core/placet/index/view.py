"""The governed files as they are staged: what the index knows of its commit, with the change laid over it.

Files are read when somebody asks for one, and facts come from the index wherever the blob is known.
"""

from __future__ import annotations

from placet.codeowners import LOCATIONS
from placet.git import quick
from placet.index.reach import OTHERS, POLICIES, Ref, refs_of, system_in, unit_of
from placet.parse.facts import Facts, File, read_facts
from placet.parse.kinds import GOVERNANCE, limit_of
from placet.record import field, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from placet.git.quick import Places
    from placet.index.store import Store

_REGULAR = frozenset({"100644", "100755"})


@record(frozen=False, eq=False)
class View:
    """One state of the governed files. `changed` maps a path to its new mode and blob, or to None when it is gone."""

    store: Store
    where: Places
    changed: Mapping[str, tuple[str, str] | None]
    learned: dict[tuple[str, str], Facts] = field(default_factory=dict)  # facts that the index didn't have
    _there: dict[str, tuple[str, str] | None] = field(default_factory=dict)  # what the index has at a path
    _facts: dict[str, Facts] = field(default_factory=dict)
    _refs: dict[str, set[Ref]] = field(default_factory=dict)
    _below: dict[str, list[str]] = field(default_factory=dict)
    touched: dict[str, list[str]] = field(default_factory=dict)  # by unit, the paths that changed
    _speaking: dict[Ref, set[str]] = field(default_factory=dict)  # which touched units speak of something now

    def __post_init__(self) -> None:
        for path in self.changed:
            self.touched.setdefault(unit_of(path), []).append(path)

    def file(self, path: str) -> tuple[str, str] | None:
        """Mode and blob; None when nothing is there."""
        return self.changed[path] if path in self.changed else self.before(path)

    def before(self, path: str) -> tuple[str, str] | None:
        """The same in the index's commit."""
        if path not in self._there:
            self._there[path] = self.store.file(path)
        return self._there[path]

    def paths_below(self, folder: str) -> list[str]:
        """The files in `folder`, which ends with a slash."""
        if folder in self._below:
            return self._below[folder]
        known = set()
        for path, mode, blob in self.store.files_below(folder):
            self._there[path] = mode, blob
            known.add(path)
        is_unit = system_in(folder) is not None or folder == POLICIES
        for path in self.touched.get(folder, ()) if is_unit else self.changed:
            if path.startswith(folder):
                (known.discard if self.changed[path] is None else known.add)(path)
        self._below[folder] = sorted(known)
        return self._below[folder]

    def paths_of(self, unit: str) -> list[str]:
        if unit == OTHERS:
            places = (*LOCATIONS, *GOVERNANCE)
            inside = (path for place in places for path in self.paths_below(f"{place}/"))
            return sorted({*inside, *(path for path in places if self.file(path) is not None)})
        if unit.endswith("/"):
            return self.paths_below(unit)
        return [unit] if self.file(unit) is not None else []

    def facts(self, path: str) -> Facts:
        """What the file at `path` says; it has to be there."""
        if path not in self._facts:
            self._facts[path] = self._read(path)
        return self._facts[path]

    def look_through(self, folder: str) -> None:
        """Take in at once what the files in `folder` say: for one of which all are needed."""
        for path, facts in self.store.facts_below(folder):
            if path not in self.changed:
                self._facts.setdefault(path, facts)

    def facts_before(self, path: str) -> Facts | None:
        """What it said in the index's commit; None when it wasn't there, or when that isn't known any more."""
        before = self.before(path)
        return self.store.facts(path, before[1]) if before and before[0] in _REGULAR else None

    def facts_of(self, unit: str) -> dict[str, Facts]:
        return {path: self.facts(path) for path in self.paths_of(unit)}

    def refs(self, unit: str) -> set[Ref]:
        """What `unit` speaks of now."""
        if unit not in self._refs:
            now = unit in self.touched
            self._refs[unit] = refs_of(unit, self.facts_of(unit)) if now else self.store.refs_of(unit)
        return self._refs[unit]

    def units_with(self, ref: Ref) -> set[str]:
        """The units that speak of `ref` now."""
        unchanged = {unit for unit in self.store.units_with(ref) if unit not in self.touched}
        return unchanged | self._touched_by_ref().get(ref, set())

    def units_with_prompts_in(self, folder: str) -> set[str]:
        """The touched units that speak of a prompt in `folder` now."""
        return self._touched_by_ref().get(Ref("folder", folder), set())

    def _touched_by_ref(self) -> dict[Ref, set[str]]:
        if not self._speaking:
            self._speaking[Ref("", "")] = set()
            for unit in self.touched:
                for ref in self.refs(unit):
                    self._speaking.setdefault(ref, set()).add(unit)
                    if ref.kind == "prompt":
                        folder = Ref("folder", ref.target.rpartition("/")[0])
                        self._speaking.setdefault(folder, set()).add(unit)
        return self._speaking

    def content(self, path: str) -> bytes | None:
        """The bytes of a file; None for one that isn't read, or larger than what is read of its kind."""
        mode, blob = self.file(path) or ("", "")
        limit = limit_of(path) if mode in _REGULAR else 0
        if not limit:
            return None
        data = quick.as_staged(self.where, path, blob, limit)
        return data if data is not None else quick.blobs(self.where, {blob: limit})[blob]

    def read_changed(self) -> None:
        """Read what changed and isn't known, with one question to git for whatever stands otherwise on disk."""
        unknown = {
            path: new[1]
            for path, new in self.changed.items()
            if new and new[0] in _REGULAR and limit_of(path) and self._known(path, new[1]) is None
        }
        data = {path: quick.as_staged(self.where, path, blob, limit_of(path)) for path, blob in unknown.items()}
        asked = {unknown[path]: limit_of(path) for path, found in data.items() if found is None}
        answers = quick.blobs(self.where, asked) if asked else {}
        for path, blob in unknown.items():
            found = data[path]
            content = answers[blob] if found is None else found
            mode = (self.changed[path] or ("", ""))[0]
            file = File(path, mode, blob, content if content is not None and len(content) <= limit_of(path) else None)
            self.learned[path, blob] = self._facts[path] = read_facts(file)

    def _read(self, path: str) -> Facts:
        mode, blob = self.file(path) or ("", "")
        known = self._known(path, blob) if mode in _REGULAR else None
        if known is None:
            known = read_facts(File(path, mode, blob, self.content(path)))
            if mode in _REGULAR and limit_of(path):
                self.learned[path, blob] = known
        return known

    def _known(self, path: str, blob: str) -> Facts | None:
        return self.learned.get((path, blob)) or self.store.facts(path, blob)


class Files:
    """Some of the files of a view, as the mapping that a snapshot wants; contents are read when they are asked for."""

    def __init__(self, view: View, paths: Iterable[str]) -> None:
        self._view = view
        self._paths = dict.fromkeys(sorted(path for path in paths if view.file(path) is not None))

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, path: str) -> File:
        if path not in self._paths:
            raise KeyError(path)
        mode, blob = self._view.file(path) or ("", "")
        return File(path, mode, blob, self._view.content(path))

    def get(self, path: str, default: File | None = None) -> File | None:
        return self[path] if path in self._paths else default

    def items(self) -> Iterator[tuple[str, File]]:
        return ((path, self[path]) for path in self._paths)

    def values(self) -> Iterator[File]:
        return (self[path] for path in self._paths)

    def keys(self) -> Iterator[str]:
        return iter(self._paths)
