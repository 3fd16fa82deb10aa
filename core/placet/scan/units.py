"""Which part of a repository a file belongs to: the package, service or folder of prompts that one system would be."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from placet.scan.imports import MANIFESTS

#: Folders that hold parts, and are no part themselves.
_CONTAINERS = frozenset(
    {
        *("src", "app", "apps", "service", "services", "package", "packages", "lib", "libs", "cmd", "internal", "pkg"),
        *(
            "backend",
            "frontend",
            "server",
            "components",
            "modules",
            "projects",
            "functions",
            "lambdas",
            "source",
            "code",
        ),
        *("examples", "tools", "scripts", "notebooks", "jobs", "workers", "agents", "python", "bots", "plugins"),
    }
)
#: What is in these belongs to whatever they stand in.
_TESTS = frozenset({"test", "tests", "__tests__", "spec", "specs", "e2e", "testdata", "fixtures"})
_PROMPTS = frozenset({"prompts", "prompt", "prompt_templates", "prompt-templates", "system_prompts", "system-prompts"})
#: Where editors and agents look for servers.
_EDITORS = frozenset({".cursor", ".vscode", ".claude", ".windsurf", ".zed", ".idea", ".gemini", ".roo", ".amazonq"})
_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")  # noqa: TID251
_LONGEST_ID = 64


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """A part of the repository: its folder (empty for the root), and the id that a registration of it would have."""

    folder: str
    id: str


AGENTS = "coding-agent"
WORKFLOWS = "workflows"


class Layout:
    """The parts of a repository, told from the paths of all its files. `name` is what the root is called."""

    def __init__(self, paths: Collection[str], name: str) -> None:
        self._packages = {folder_of(path) for path in paths if path.rpartition("/")[2] in MANIFESTS} - {""}
        self._modules = _python_modules(paths)
        self._name = slug(name) or "repository"
        self.unit_of = lru_cache(maxsize=None)(self._unit_of)

    def holds_module(self, path: str, name: str) -> bool:
        """Whether `import name` in the Python file at `path` may mean a module of this repository."""
        root, folder = name.partition(".")[0], path
        while folder:
            folder = folder_of(folder)
            prefix = f"{folder}/" if folder else ""
            if f"{prefix}{root}" in self._modules or f"{prefix}src/{root}" in self._modules:
                return True
        return False

    def is_aside(self, path: str) -> bool:
        """Whether the file is a test of the repository as a whole, and so of no part of it."""
        folders = path.split("/")[:-1]
        return not _TESTS.isdisjoint(folders) and not self.unit_of(path).folder

    def _unit_of(self, path: str) -> Unit:
        """The unit of a file, by the conventions of where things are kept."""
        folders = path.split("/")[:-1]
        if folders[:2] == [".github", "workflows"]:
            return Unit(".github/workflows", WORKFLOWS)
        kept = [at for at, folder in enumerate(folders) if folder in _TESTS]
        folders = folders[: kept[0]] if kept else folders
        prompts = next((at for at, folder in enumerate(folders) if folder.lower() in _PROMPTS), None)
        if prompts is not None:
            return self._of_prompts(path, folders, prompts)
        return self._of_code("/".join(folder for folder in folders if folder not in _EDITORS))

    def _of_prompts(self, path: str, folders: list[str], at: int) -> Unit:
        """`prompts/<id>/...` speaks of <id>; what lies in a package's own folder of prompts is the package's."""
        if at == 0 and len(folders) > 1:
            return Unit("/".join(folders[:2]), slug(folders[1]) or self._name)
        if at == 0:
            stem = path.rpartition("/")[2].partition(".")[0]
            return Unit("prompts", slug(stem) or self._name)
        return self._of_code("/".join(folders[:at]))

    def _of_code(self, folder: str) -> Unit:
        package = folder
        while package and package not in self._packages:
            package = folder_of(package)
        if package:
            return Unit(package, slug(package.rpartition("/")[2]) or self._name)
        parts = folder.split("/") if folder else []
        depth = next((at for at, part in enumerate(parts) if part.lower() not in _CONTAINERS), None)
        if depth is None or parts[depth].startswith("."):
            return Unit("", self._name)
        return Unit("/".join(parts[: depth + 1]), slug(parts[depth]) or self._name)


def _python_modules(paths: Collection[str]) -> frozenset[str]:
    """The modules that can be imported by a first name: those that lie in no package."""
    packages = {folder_of(path) for path in paths if path.endswith("/__init__.py")}
    plain = {path.removesuffix(".py") for path in paths if path.endswith(".py") and folder_of(path) not in packages}
    return frozenset(plain | {folder for folder in packages if folder_of(folder) not in packages})


def folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def slug(text: str) -> str:
    """`text` as an id: lowercase words joined by hyphens; empty when nothing of it is left."""
    return _NOT_IN_IDS.sub("-", text.lower()).strip("-")[:_LONGEST_ID].strip("-")
