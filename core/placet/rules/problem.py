"""What a rule is given and what it answers. The catalogue puts its id and severity on each problem."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Set
from datetime import date
from functools import cached_property

from placet.findings import Position
from placet.model.policy import Policies
from placet.model.register import System
from placet.model.suite import Suite
from placet.parse.guesses import Guesses
from placet.parse.kinds import Kind, is_governed, kind_of, system_of
from placet.parse.snapshot import Snapshot
from placet.record import field, record


@record(slots=False)
class Check:
    """The snapshot to judge, and the day on which it is judged.

    One fault is reported once. A rule that would only repeat what another file's fault entails asks for that here.
    """

    snapshot: Snapshot
    today: date
    guesses: Guesses = field(default_factory=Guesses, shown=False, compare=False)

    @property
    def policies(self) -> Policies | None:
        """None while the policies themselves are broken; rules that need them then wait for that to be mended."""
        return self.snapshot.policies

    def has_unread(self, kind: Kind, folder: str = "") -> bool:
        """Whether a file of `kind`, of the system that `folder` is in, is there and broken, its content unknown."""
        return (kind, system_of(folder)) in self._unread

    def has_unread_suites(self, system: System) -> bool:
        return self.has_unread(Kind.SUITE, f"{system.folder}/evals/")

    def did_you_mean(self, wrong: str, known: Collection[str], otherwise: str) -> str:
        """A suggestion when something known looks alike, else `otherwise`."""
        close = self.guesses.closest(wrong, known)
        if close is None:
            return otherwise
        return f"did you mean {close}?" if is_governed(close) else f"did you mean `{close}`?"

    def has_broken_cases(self, suite: Suite) -> bool:
        return suite.cases_path in self._faulty

    def lacks_prompts(self, system: System) -> bool:
        """Whether a prompt that `system` registers is missing or broken."""
        return any(use.path not in self.snapshot.prompts for use in system.prompts)

    @cached_property
    def misses_prompts(self) -> bool:
        """Whether any system registers a prompt that doesn't exist: some other prompt may be the one it means."""
        systems = self.snapshot.systems.values()
        return any(use.path not in self.snapshot.files for system in systems for use in system.prompts)

    @cached_property
    def prompt_paths(self) -> Set[str]:
        return {path for path in self.snapshot.files if path.startswith("prompts/")}

    @cached_property
    def _unread(self) -> Set[tuple[Kind, str | None]]:
        """The kinds of broken files, each by the system that it is of and once more by itself."""
        snapshot = self.snapshot
        read: Mapping[Kind, Container[str]] = {
            Kind.SYSTEM: snapshot.systems,
            Kind.PROMPT: snapshot.prompts,
            Kind.SUITE: snapshot.suites,
            Kind.DOCUMENT: snapshot.documents,
            Kind.CONTROL: snapshot.controls,
        }
        kinds = {path: kind for path in snapshot.files if (kind := kind_of(path)) is not None and kind in read}
        broken = [(kind, path) for path, kind in kinds.items() if path not in read[kind]]
        return {(kind, system_of(path)) for kind, path in broken} | {(kind, None) for kind, _ in broken}

    @cached_property
    def _faulty(self) -> frozenset[str | None]:
        return frozenset(finding.path for finding in self.snapshot.findings)


@record
class Problem:
    path: str
    position: Position
    message: str
    note: str = ""
    help: str = ""
    control: str = ""


def twice(names: Iterable[str]) -> Iterable[tuple[int, str]]:
    """Each name that stood before, with its place."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield index, name
        seen.add(name)
