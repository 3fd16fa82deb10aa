"""The governed files at one revision, parsed: the register, the policies, and every finding met on the way.

Pure: bytes come in by path, values go out. A file that doesn't parse is a finding and is missing from the register;
rules about it then stay silent, so that one fault is reported once.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from placet.codeowners.owners import LOCATIONS, CodeOwners, LineError
from placet.codeowners.owners import parse as parse_codeowners
from placet.findings import Finding, Position, Severity, in_order
from placet.model.policy import ClassificationRule, Control, Policies, Provider, Settings, Tier, TierPolicy
from placet.model.register import Document, Prompt, System, Waiver
from placet.model.suite import Case, Suite
from placet.parse import policies, register, suites
from placet.parse.guesses import Guesses
from placet.parse.kinds import Kind, kind_of, limit_of, system_of
from placet.parse.schema import MOST, too_many, violations
from placet.parse.tree import FrontMatter, Tree, read_front_matter, read_json_lines, read_yaml
from placet.record import field, record

SETTINGS = "policies/placet.yaml"
NOT_A_FILE, TOO_LARGE, CASES_MISSING = "FIL005", "FIL003", "SUI002"
#: So many trials are made for one suite.
MOST_TRIALS = 20_000
_REGULAR = frozenset({"100644", "100755"})
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_WHOLE_POLICY = (Kind.SETTINGS, Kind.TIERS, Kind.CLASSIFICATION, Kind.PROVIDERS)


@record
class File:
    """A file in a governed folder as git has it.

    `data` is None when nothing reads the file, it is no regular one, or it is larger than what is read of its kind.
    """

    path: str
    mode: str
    blob: str
    data: bytes | None


@record(slots=False)
class Snapshot:
    """What one revision says. Keys are paths unless the field's name says otherwise."""

    files: Mapping[str, File]
    trees: Mapping[str, Tree] = field(default_factory=dict)
    settings: Settings | None = policies.DEFAULT_SETTINGS
    tiers: Mapping[Tier, TierPolicy] = field(default_factory=dict)
    classification: tuple[ClassificationRule, ...] | None = None
    providers: Mapping[str, Provider] | None = None
    controls: Mapping[str, Control] = field(default_factory=dict)
    systems: Mapping[str, System] = field(default_factory=dict)  # by path of the registration
    prompts: Mapping[str, Prompt] = field(default_factory=dict)
    suites: Mapping[str, Suite] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @cached_property
    def policies(self) -> Policies | None:
        """The policies, or None while a file that every decision needs is missing or invalid."""
        if (
            self.settings is None
            or self.classification is None
            or self.providers is None
            or set(self.tiers) != set(Tier)
        ):
            return None
        by_id = {control.id: control for control in self.controls.values()}
        return Policies(self.settings, self.tiers, by_id, self.classification, self.providers)

    @cached_property
    def codeowners(self) -> CodeOwners:
        """The owners file that counts: the first of its three places that exists."""
        found = next((self.files[place] for place in LOCATIONS if place in self.files), None)
        if found is not None and found.data is None:  # owned by nobody would ask for nobody
            return CodeOwners((), (LineError(1, 1, "this file can't be read"),))
        return parse_codeowners(found.data or b"" if found else b"")

    @cached_property
    def by_id(self) -> Mapping[str, System]:
        return {system.id: system for system in self.systems.values()}

    def systems_using(self, prompt: str) -> tuple[System, ...]:
        return self._users.get(prompt, ())

    def suites_of(self, system: System) -> tuple[Suite, ...]:
        """The suites of `system`: its own, by name, then those that its prompts carry inline."""
        own = self._own_suites.get(system_of(system.path), ())
        inline = [self.suites[use.path] for use in system.prompts if use.path in self.suites]
        return (*own, *inline)

    def documents_of(self, system: System) -> tuple[Document, ...]:
        return self._documents.get(system_of(system.path), ())

    def waivers_of(self, system: System) -> tuple[Waiver, ...]:
        return self._waivers.get(system.id, ())

    @cached_property
    def _users(self) -> Mapping[str, tuple[System, ...]]:
        pairs = ((path, system) for system in self.systems.values() for path in {use.path for use in system.prompts})
        return _grouped(pairs)

    @cached_property
    def _own_suites(self) -> Mapping[str | None, tuple[Suite, ...]]:
        named = sorted(self.suites.items(), key=lambda item: item[1].name)
        return _grouped((system_of(path), suite) for path, suite in named)

    @cached_property
    def _documents(self) -> Mapping[str | None, tuple[Document, ...]]:
        return _grouped((system_of(path), document) for path, document in self.documents.items())

    @cached_property
    def _waivers(self) -> Mapping[str, tuple[Waiver, ...]]:
        return _grouped((waiver.system, waiver) for waiver in self.waivers.values())

    def at(self, path: str, *keys: str | int, key: bool = False) -> Position:
        """Where `keys` stand in the file at `path`; its first line when that isn't known."""
        tree = self.trees.get(path)
        return tree.at(*keys, key=key) if tree else Position()


def _grouped(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, tuple[_Value, ...]]:
    groups: dict[_Key, list[_Value]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}


@record(frozen=False, slots=False)
class _Reading:
    """What has been read so far; becomes the snapshot."""

    files: Mapping[str, File]
    trees: dict[str, Tree] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)
    cases: dict[str, tuple[Case, ...]] = field(default_factory=dict)  # several suites may name one file
    guesses: Guesses = field(default_factory=Guesses)

    def put(self, part: str, path: str, value: object) -> None:
        self.parts.setdefault(part, {})[path] = value

    def valid(self, tree: Tree | tuple[Finding, ...], kind: Kind) -> Tree | None:
        """The tree, unless it doesn't parse or isn't what its schema asks for; then its findings are kept."""
        if not isinstance(tree, Tree):
            self.findings += tree
            return None
        self.trees[tree.path] = tree
        found = violations(tree, kind, self.guesses)
        self.findings += found
        return None if any(finding.severity is Severity.ERROR for finding in found) else tree


def read_snapshot(files: Mapping[str, File]) -> Snapshot:
    """Parse every governed file. Never raises for what a file holds."""
    reading = _Reading(files)
    if SETTINGS in files:
        reading.parts["settings"] = None  # until it has been read: a broken file is no absent one
    for path, file in sorted(files.items()):
        kind = kind_of(path)
        if file.mode not in _REGULAR:
            reading.findings.append(_not_a_file(file))
        elif kind is not None and file.data is None:
            reading.findings.append(_too_large(path))
        elif kind is not None and file.data is not None and kind in _READERS:
            _READERS[kind](reading, path, file.data)
    return Snapshot(files, reading.trees, **reading.parts, findings=in_order(reading.findings))


def _read_whole(kind: Kind, part: str, convert: Callable[[Tree], object]) -> Callable[[_Reading, str, bytes], None]:
    def read(reading: _Reading, path: str, data: bytes) -> None:
        tree = reading.valid(read_yaml(path, data), kind)
        if tree is not None and kind in _WHOLE_POLICY:
            reading.parts[part] = convert(tree)
        elif tree is not None:
            reading.put(part, path, convert(tree))

    return read


def _read_prompt(reading: _Reading, path: str, data: bytes) -> None:
    tree = reading.valid(read_yaml(path, data), Kind.PROMPT)
    if tree is None:
        return
    reading.put("prompts", path, register.prompt(tree))
    inline = suites.inline_suite(tree)
    if inline is not None:
        reading.put("suites", path, inline)


def _read_suite(reading: _Reading, path: str, data: bytes) -> None:
    tree = reading.valid(read_yaml(path, data), Kind.SUITE)
    if tree is None:
        return
    given = tree.value["cases"]
    if not isinstance(given, str):
        cases = [suites.case(value, tree.at("cases", index)) for index, value in enumerate(given)]
        _put_suite(reading, tree, suites.suite(tree, cases, None))
        return
    found = _case_file(reading, tree, given)
    if found is not None:
        _put_suite(reading, tree, suites.suite(tree, _cases_of(reading, found), found.path))


def _put_suite(reading: _Reading, tree: Tree, suite: Suite) -> None:
    if len(suite.cases) * suite.trials <= MOST_TRIALS:
        reading.put("suites", suite.path, suite)
        return
    message = (
        f"{len(suite.cases):,} cases, {suite.trials} times each: more than the {MOST_TRIALS:,} trials that are made"
    )
    advice = "lower `trials`, or split the suite"
    found = Finding(TOO_LARGE, Severity.ERROR, tree.path, tree.at("trials"), message, help=advice)
    reading.findings.append(found)


def _case_file(reading: _Reading, tree: Tree, given: str) -> File | None:
    """The file that `cases:` names, which has to be a governed file of the same system."""
    folder = posixpath.dirname(tree.path)
    path = posixpath.normpath(posixpath.join(folder, given))
    inside = path.startswith(f"{folder}/") and not given.startswith("/")
    file = reading.files.get(path) if inside else None
    if file is not None and kind_of(path) is Kind.CASES:
        return file if file.data is not None else None  # why it can't be read is said at its own path
    message = f"no case file at {path}" if inside else f"the case file `{given}` is outside {folder}/"
    advice = f"write the cases to {folder}/cases/{tree.value['name']}.jsonl, one JSON object a line, and name that here"
    reading.findings.append(Finding(CASES_MISSING, Severity.ERROR, tree.path, tree.at("cases"), message, help=advice))
    return None


def _cases_of(reading: _Reading, file: File) -> tuple[Case, ...]:
    if file.path not in reading.cases:
        reading.cases[file.path] = tuple(_read_cases(reading, file))
    return reading.cases[file.path]


def _read_cases(reading: _Reading, file: File) -> Iterator[Case]:
    lines = read_json_lines(file.path, file.data or b"")
    reading.findings += lines.findings
    faults = 0
    for row in lines.rows:
        found = violations(row, Kind.CASES, reading.guesses)
        if found and faults >= MOST:
            reading.findings.append(too_many(file.path, row.at()))
            return
        faults += len(found)
        reading.findings += found
        if not found:
            yield suites.case(row.value, row.at())


def _read_document(reading: _Reading, path: str, data: bytes) -> None:
    read = read_front_matter(path, data)
    if not isinstance(read, FrontMatter):
        reading.findings += read
        return
    valid = reading.valid(read.tree, Kind.DOCUMENT)
    if valid is not None:
        reading.put("documents", path, register.document(valid, read.body))


_READERS: Mapping[Kind, Callable[[_Reading, str, bytes], None]] = {
    Kind.SETTINGS: _read_whole(Kind.SETTINGS, "settings", policies.settings),
    Kind.TIERS: _read_whole(Kind.TIERS, "tiers", policies.tiers),
    Kind.CLASSIFICATION: _read_whole(Kind.CLASSIFICATION, "classification", policies.classification),
    Kind.PROVIDERS: _read_whole(Kind.PROVIDERS, "providers", policies.providers),
    Kind.CONTROL: _read_whole(Kind.CONTROL, "controls", policies.control),
    Kind.SYSTEM: _read_whole(Kind.SYSTEM, "systems", register.system),
    Kind.WAIVER: _read_whole(Kind.WAIVER, "waivers", register.waiver),
    Kind.PROMPT: _read_prompt,
    Kind.SUITE: _read_suite,
    Kind.DOCUMENT: _read_document,
}


def _not_a_file(file: File) -> Finding:
    what = {"120000": "a symbolic link", "160000": "a submodule"}.get(file.mode, f"of mode {file.mode}")
    return Finding(
        NOT_A_FILE,
        Severity.ERROR,
        file.path,
        Position(),
        f"{file.path} is {what}; governed files are regular files",
        help="commit the content itself at this path",
    )


def _too_large(path: str) -> Finding:
    message = f"larger than {limit_of(path) // 2**20} MiB and not read"
    return Finding(TOO_LARGE, Severity.ERROR, path, Position(), message, help="split it into smaller files")
