"""`placet check --fix`: mend what can be mended without asking, in the files on disk. The rest is found afterwards."""

from __future__ import annotations

from placet.errors import PlacetError, UsageError
from placet.record import field, record, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from placet.cli.judged import Asked
    from placet.cli.writing import Writer
    from placet.findings import Finding
    from placet.fixes import Fix
    from placet.git.repository import Repository
    from placet.parse.snapshot import File

#: A fix may uncover what another one mends; after so many rounds a person looks.
_ROUNDS = 5


@record
class Fixed:
    """What was mended, and the files that were left alone, each with the reason."""

    fixes: tuple[Fix, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    advice: str = ""

    def lines(self) -> list[str]:
        """For people."""
        places = ((fix, f"{fix.finding.path}:{fix.finding.position.line}") for fix in self.fixes)
        said = [f"fixed {place}: {fix.finding.rule} {fix.what}" for fix, place in places]
        staged = [self.advice] if self.fixes and self.advice else []
        return [*said, *(f"not fixed {path}: {why}" for path, why in self.refused.items()), *staged]


def fix(repository: Repository, asked: Asked, today: date, wanted: Callable[[Finding], bool]) -> Fixed:
    """Mend the files of the findings that are `wanted`. Raises UsageError where there is no file to mend."""
    from placet.cli.writing import Writer as Door

    if asked.rev is not None or asked.from_ref is not None:
        raise UsageError("--fix mends files, and a commit is what it is", help="check it out, and run --fix there")
    before = _files(repository, staged=asked.staged)
    after, fixes = _mended(before, today, wanted)
    writer, refused = Door(repository), {}
    for path in sorted({fix.finding.path for fix in fixes}):
        old, new = before[path].data or b"", after[path].data or b""
        why = _write(writer, path, old, new, staged=asked.staged)
        if why:
            refused[path] = why
    advice = "what is staged is as it was: look at the difference and stage it with git add" if asked.staged else ""
    return Fixed(tuple(fix for fix in fixes if fix.finding.path not in refused), refused, advice)


def _files(repository: Repository, *, staged: bool) -> Mapping[str, File]:
    from placet.load import snapshot_of_index, snapshot_of_worktree

    return (snapshot_of_index(repository) if staged else snapshot_of_worktree(repository)).files


def _mended(
    files: Mapping[str, File], today: date, wanted: Callable[[Finding], bool]
) -> tuple[Mapping[str, File], list[Fix]]:
    """The files as they should be, and what was done, in order."""
    from placet.fixes import mend
    from placet.fixes_alone import alone
    from placet.parse.snapshot import read_snapshot
    from placet.rules.catalogue import check

    done: list[Fix] = []
    for _ in range(_ROUNDS):
        snapshot = read_snapshot(files)
        findings = [finding for finding in alone(check(snapshot, today), snapshot) if wanted(finding)]
        found = [mend(path, files[path].data or b"", findings) for path in _paths(findings, files)]
        mended = [(one.fixes[0].finding.path, one) for one in found if one is not None]
        if not mended:
            break
        done += [fix for _, one in mended for fix in one.fixes]
        files = {**files, **{path: replace(files[path], data=one.data) for path, one in mended}}
    return files, done


def _paths(findings: list[Finding], files: Mapping[str, File]) -> list[str]:
    return sorted({finding.path for finding in findings if finding.path in files and files[finding.path].data})


def _write(writer: Writer, path: str, old: bytes, new: bytes, *, staged: bool) -> str:
    """Why the file is left alone; empty when it is mended. Only what was judged is replaced, at once or not at all."""
    try:
        if writer.read(path) != old:
            other = "it isn't what is staged; stage the rest of its changes first"
            return other if staged else "it has changed while this ran"
        writer.replace(path, old, new)
    except PlacetError as error:
        return error.what
    return ""
