"""Which findings `placet check` shows: by path, by folder. Finds nothing, and drops nothing without counting it."""

from __future__ import annotations

import os
from pathlib import Path, PurePath, PurePosixPath

from placet.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from placet.cli.judged import Judged
    from placet.git.repository import Repository

#: What `--only` may name. Each path belongs to one of them.
FOLDERS = ("systems", "prompts", "policies", "suites")


def folder_of(path: str) -> str:
    """The one of `FOLDERS` that `path` counts for. CODEOWNERS and workflows count as policy."""
    parts = path.split("/")
    if parts[0] == "systems":
        return "suites" if len(parts) > 3 and parts[2] == "evals" else "systems"
    return "prompts" if parts[0] == "prompts" else "policies"


def inside(paths: Sequence[Path], repository: Repository) -> dict[str, Path]:
    """Each path as git writes it, from the root of the repository and with forward slashes."""
    root, here = repository.root.resolve(), Path.cwd()
    return {relative((here / path).resolve(), root, path): path for path in paths}


def relative(full: PurePath, root: PurePath, given: PurePath) -> str:
    try:
        return full.relative_to(root).as_posix()
    except ValueError:
        what = f"{given.as_posix()} is outside {root.as_posix()}"
        raise UsageError(what, help="name paths of this repository") from None


def below_any(wanted: Iterable[str]) -> Callable[[str], bool]:
    """Whether a path is one of `wanted` or below it."""
    folders = tuple(wanted)
    return lambda path: any(folder in {".", path} or path.startswith(f"{folder}/") for folder in folders)


def must_exist(wanted: dict[str, Path], known: Collection[str], repository: Repository, judged: Judged) -> None:
    """Raises UsageError for a path where nothing is: it would hide every finding."""
    places = {*known, *(folder.as_posix() for file in known for folder in PurePosixPath(file).parents)}
    for path, given in wanted.items():
        if path not in places and not judged.is_there(path):
            what = f"there is nothing at {given.as_posix()} {judged.where}"
            raise UsageError(what, help=_advice(path, known, repository))


def _advice(path: str, known: Iterable[str], repository: Repository) -> str:
    """The path that may have been meant, as it is written from here; a system's id alone may stand for its folder."""
    known = sorted(known)
    slashed = path.replace("\\", "/")
    meant = _respelt(slashed, known) or _respelt(f"systems/{slashed}", known)
    if meant is None:
        return "name a file or folder of this repository, or none to see all findings"
    return f"did you mean {Path(os.path.relpath(repository.root / meant)).as_posix()}?"


def _respelt(path: str, known: Iterable[str]) -> str | None:
    """`path` with each name that isn't there replaced by the one beside it that looks most like it."""
    from placet.parse.guesses import closest

    folder = ""
    for name in path.split("/"):
        beside = {file[len(folder) :].partition("/")[0] for file in known if file.startswith(folder)}
        close = name if name in beside else closest(name, beside)
        if close is None:
            return None
        folder += f"{close}/"
    return folder.removesuffix("/")
