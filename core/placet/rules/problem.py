"""What a rule is given and what it answers. The catalogue puts its id and severity on each problem."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Set
from functools import cached_property

from placet.findings import Position
from placet.model.policy import Means, Phase, Policies
from placet.model.register import System
from placet.model.suite import INLINE, Suite
from placet.parse.guesses import Guesses
from placet.parse.kinds import Kind, is_governed, kind_of, system_of
from placet.parse.snapshot import Snapshot
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date


@record(slots=False)
class Check:
    """The snapshot to judge, and the day on which it is judged.

    One fault is reported once. A rule that would only repeat what another file's fault entails asks for that here.
    """

    snapshot: Snapshot
    today: date

    @property
    def policies(self) -> Policies | None:
        """None while the policies themselves are broken; rules that need them then wait for that to be mended."""
        return self.snapshot.policies

    def has_unread(self, kind: Kind, folder: str = "") -> bool:
        """Whether a file of `kind`, of the system that `folder` is in, is there and broken, its content unknown."""
        return (kind, system_of(folder)) in self._unread

    def closest(self, path: str, wrong: str, known: Collection[str], cutoff: float = 0.6) -> str | None:
        """The known word that looks most like `wrong`, as long as the file at `path` hasn't cost too much already."""
        return self._guesses.setdefault(path, Guesses()).closest(wrong, known, cutoff)

    def did_you_mean(self, path: str, wrong: str, known: Collection[str], otherwise: str) -> str:
        """A suggestion for the file at `path` when something known looks alike, else `otherwise`."""
        close = self.closest(path, wrong, known)
        if close is None:
            return otherwise
        return f"did you mean {close}?" if is_governed(close) else f"did you mean `{close}`?"

    def has_broken_cases(self, suite: Suite) -> bool:
        return suite.cases_path in self._faulty

    def says_why_missing(self, system: System, suite: str) -> bool:
        """Whether another finding is about `system` having no suite of that name.

        Its file is broken, or gives it another name (SUI009); a prompt that would carry it is; its tier demands it
        (SYS010).
        """
        if f"{system.folder}/evals/{suite}.yaml" in self.snapshot.files:
            return True
        if suite == INLINE:
            return self.lacks_prompts(system)
        if any(one.name == suite for one in self.snapshot.shared.values()):
            return False  # the shared one meets the control, and has another name where it runs
        demanded = self.policies.controls_of(system.tier) if self.policies else ()
        return any(one.means is Means.SUITE and one.name == suite and one.phase <= Phase.PR for one in demanded)

    def misses_registration(self, path: str) -> bool:
        """Whether the file at `path` is the one that says that its folder has no registration: the first of the folder.

        It is one fault, however many files are left.
        """
        folder = system_of(path)
        return f"systems/{folder}/system.yaml" not in self.snapshot.files and self._first_files.get(folder) == path

    @cached_property
    def _first_files(self) -> Mapping[str | None, str]:
        """By system's folder, the first of the files in it that belong to a registration."""
        snapshot = self.snapshot
        paths = [*snapshot.documents, *snapshot.suites, *snapshot.incidents, *snapshot.waivers, *snapshot.labels]
        return {system_of(path): path for path in sorted(paths, reverse=True)}

    def lacks_prompts(self, system: System) -> bool:
        """Whether a prompt that `system` registers is missing or broken."""
        return any(use.path not in self.snapshot.prompts for use in system.prompts)

    @cached_property
    def prompts_left(self) -> Set[str]:
        """The prompts that suites have cases for in folders without a registration, which is said there."""
        snapshot = self.snapshot
        suites = (suite for suite in snapshot.suites.values() if suite.prompt and suite.name != INLINE)
        return {
            suite.prompt or ""
            for suite in suites
            if f"systems/{system_of(suite.path)}/system.yaml" not in snapshot.files
        }

    @cached_property
    def folders_missed(self) -> Set[str]:
        """The folders in which a system registers a prompt that doesn't exist: it may mean another one there."""
        uses = (use.path for system in self.snapshot.systems.values() for use in system.prompts)
        return {path.rpartition("/")[0] for path in uses if path not in self.snapshot.files}

    def prompts_like(self, path: str) -> Collection[str]:
        """The prompts that somebody who wrote `path` may have meant: those beside it, or all when there are none."""
        beside = [known for known in self._prompts if known.rpartition("/")[0] == path.rpartition("/")[0]]
        return beside or self._prompts

    @cached_property
    def _prompts(self) -> Collection[str]:
        return [path for path in self.snapshot.files if path.startswith("prompts/")]

    @cached_property
    def _unread(self) -> Set[tuple[Kind, str | None]]:
        """The kinds of broken files, each by the system that it is of and once more by itself."""
        snapshot = self.snapshot
        read: Mapping[Kind, Container[str]] = {
            Kind.SYSTEM: snapshot.systems,
            Kind.PROMPT: snapshot.prompts,
            Kind.SUITE: snapshot.suites.keys() | snapshot.shared.keys(),
            Kind.DOCUMENT: snapshot.documents,
            Kind.CONTROL: snapshot.controls,
        }
        kinds = {path: kind for path in snapshot.files if (kind := kind_of(path)) is not None and kind in read}
        broken = [(kind, path) for path, kind in kinds.items() if path not in read[kind]]
        return {(kind, system_of(path)) for kind, path in broken} | {(kind, None) for kind, _ in broken}

    @cached_property
    def _guesses(self) -> dict[str, Guesses]:
        return {}

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
    secret: bool = False


def twice(names: Iterable[str]) -> Iterable[tuple[int, str]]:
    """Each name that stood before, with its place."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield index, name
        seen.add(name)
