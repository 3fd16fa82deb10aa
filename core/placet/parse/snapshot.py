"""The governed files at one revision, put together: the register, the policies, and every finding met on the way.

Pure: what single files say (`placet.parse.facts`) comes in by path, values go out. A file that doesn't parse is a
finding and is missing from the register; rules about it then stay silent, so that one fault is reported once.
"""

from __future__ import annotations

import posixpath
from functools import cached_property

from placet.codeowners import LOCATIONS
from placet.findings import Finding, Position, Severity, in_order
from placet.model.policy import Policies, Settings, Tier
from placet.parse.facts import TOO_LARGE, Facts, File, read_facts, read_tree
from placet.parse.kinds import Kind, is_shared, kind_of, system_of
from placet.record import field, record, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, TypeVar

    from placet.codeowners.owners import CodeOwners
    from placet.model.incident import Incident
    from placet.model.label import Label
    from placet.model.own_rules import OwnRule
    from placet.model.policy import ClassificationRule, Control, Provider, TierPolicy
    from placet.model.policy_test import PolicyTest
    from placet.model.recording import Recording
    from placet.model.register import Document, Prompt, System, Waiver
    from placet.model.suite import Suite
    from placet.parse.tree import Tree

    _Key = TypeVar("_Key")
    _Value = TypeVar("_Value")

__all__ = ["SETTINGS", "File", "Snapshot", "assemble", "read_snapshot"]

SETTINGS = "policies/placet.yaml"
CASES_MISSING = "SUI002"
#: So many trials are made for one suite.
MOST_TRIALS = 20_000
_TREES_KEPT = 256
#: What holds in a repository without policies/placet.yaml.
DEFAULT_SETTINGS = Settings(ledger_branch="placet/evidence", check_name="placet", main_suite="core", roles={})
_WHOLE_POLICY = {
    Kind.SETTINGS: "settings",
    Kind.TIERS: "tiers",
    Kind.CLASSIFICATION: "classification",
    Kind.PROVIDERS: "providers",
}
_BY_PATH = {
    Kind.CONTROL: "controls",
    Kind.SYSTEM: "systems",
    Kind.PROMPT: "prompts",
    Kind.SUITE: "suites",
    Kind.DOCUMENT: "documents",
    Kind.WAIVER: "waivers",
    Kind.INCIDENT: "incidents",
    Kind.LABELS: "labels",
    Kind.OWN_RULES: "own_rules",
    Kind.POLICY_TEST: "policy_tests",
    Kind.RECORDED: "recordings",
}


@record(slots=False)
class Snapshot:
    """What one revision says. Keys are paths unless the field's name says otherwise."""

    files: Mapping[str, File]
    settings: Settings | None = DEFAULT_SETTINGS
    tiers: Mapping[Tier, TierPolicy] = field(default_factory=dict)
    classification: tuple[ClassificationRule, ...] | None = None
    providers: Mapping[str, Provider] | None = None
    controls: Mapping[str, Control] = field(default_factory=dict)
    systems: Mapping[str, System] = field(default_factory=dict)  # by path of the registration
    prompts: Mapping[str, Prompt] = field(default_factory=dict)
    suites: Mapping[str, Suite] = field(default_factory=dict)
    shared: Mapping[str, Suite] = field(default_factory=dict)  # the suites in policies/
    documents: Mapping[str, Document] = field(default_factory=dict)
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    incidents: Mapping[str, Incident] = field(default_factory=dict)
    labels: Mapping[str, tuple[Label, ...]] = field(default_factory=dict)
    own_rules: Mapping[str, tuple[OwnRule, ...]] = field(default_factory=dict)
    policy_tests: Mapping[str, tuple[PolicyTest, ...]] = field(default_factory=dict)
    recordings: Mapping[str, Recording] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    mentions: frozenset[str] = frozenset()  # prompts that a file which can't be read seems to name

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
        from placet.codeowners.owners import CodeOwners, LineError, parse

        found = next((self.files[place] for place in LOCATIONS if place in self.files), None)
        if found is not None and found.data is None:  # owned by nobody would ask for nobody
            return CodeOwners((), (LineError(1, 1, "this file can't be read"),))
        return parse(found.data or b"" if found else b"")

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
        tree = self.tree(path)
        return tree.at(*keys, key=key) if tree else Position()

    def tree(self, path: str) -> Tree | None:
        """The file at `path` with its places, read anew: places of a whole register would fill the memory."""
        if path not in self._trees:
            file = self.files.get(path)
            if len(self._trees) >= _TREES_KEPT:
                self._trees.clear()
            self._trees[path] = read_tree(path, file.data) if file and file.data is not None else None
        return self._trees[path]

    @cached_property
    def _trees(self) -> dict[str, Tree | None]:
        return {}


def _grouped(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, tuple[_Value, ...]]:
    groups: dict[_Key, list[_Value]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}


def read_snapshot(files: Mapping[str, File]) -> Snapshot:
    """Parse every governed file. Never raises for what a file holds."""
    return assemble(files, lambda path: read_facts(files[path]))


def assemble(files: Mapping[str, File], facts_of: Callable[[str], Facts]) -> Snapshot:
    """Put together what the single files say."""
    reading = _Reading(files, facts_of)
    if SETTINGS in files:
        reading.parts["settings"] = None  # until it has been read: a broken file is no absent one
    for path in sorted(files):
        reading.take(path, kind_of(path))
    for path, facts in reading.suites.items():
        reading.take_suite(path, facts)
    findings = in_order(reading.findings)
    return Snapshot(files, **reading.parts, findings=findings, mentions=frozenset(reading.mentions))


@record(frozen=False, eq=False)
class _Reading:
    """What has been read so far; becomes the snapshot."""

    files: Mapping[str, File]
    facts_of: Callable[[str], Facts]
    findings: list[Finding] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)
    suites: dict[str, Facts] = field(default_factory=dict)  # those whose cases are in another file
    cases: dict[str, Facts] = field(default_factory=dict)  # several suites may name one file
    mentions: set[str] = field(default_factory=set)

    def take(self, path: str, kind: Kind | None) -> None:
        facts = self.facts_of(path)
        if kind is Kind.CASES:
            self.cases[path] = facts
            self.findings += facts.findings if facts.value is None else ()  # else it counts where a suite names it
            return
        self.findings += facts.findings
        self.mentions.update(facts.mentions)
        if facts.value is None:
            return
        if kind in _WHOLE_POLICY:
            self.parts[_WHOLE_POLICY[kind]] = facts.value
        elif facts.cases is not None:
            self.suites[path] = facts
        elif kind is Kind.SUITE:
            self._put_suite(facts.value, facts.trials_at)
        elif kind in _BY_PATH:
            self._put(_BY_PATH[kind], path, facts.value)
        if facts.inline is not None:
            self._put("suites", path, facts.inline)

    def take_suite(self, path: str, facts: Facts) -> None:
        """A suite with the cases of the file that it names, which has to be a governed file of the same system."""
        given, folder = facts.cases or "", posixpath.dirname(path)
        named = posixpath.normpath(posixpath.join(folder, given))
        inside = named.startswith(f"{folder}/") and not given.startswith("/")
        if inside and named in self.cases:
            found = self.cases[named]
            if found.value is not None:  # else why it can't be read is said at its own path
                self.findings += found.findings
                self._put_suite(replace(facts.value, cases=found.value, cases_path=named), facts.trials_at)
            return
        message = f"no case file at {named}" if inside else f"the case file `{given}` is outside {folder}/"
        wanted = f"{folder}/cases/{facts.value.name}.jsonl"
        advice = f"write the cases to {wanted}, one JSON object a line, and name that here"
        self.findings.append(Finding(CASES_MISSING, Severity.ERROR, path, facts.cases_at, message, help=advice))

    def _put_suite(self, suite: Suite, trials_at: Position) -> None:
        if len(suite.cases) * suite.trials <= MOST_TRIALS:
            self._put("shared" if is_shared(suite.path) else "suites", suite.path, suite)
            return
        trials = f"{len(suite.cases):,} cases, {suite.trials} times each"
        message = f"{trials}: more than the {MOST_TRIALS:,} trials that are made"
        advice = "lower `trials`, or split the suite"
        self.findings.append(Finding(TOO_LARGE, Severity.ERROR, suite.path, trials_at, message, help=advice))

    def _put(self, part: str, path: str, value: object) -> None:
        self.parts.setdefault(part, {})[path] = value
