"""Whoever only checks files carries no eval, bot or statistics stack: `placet check` and the hook import none of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.repository import Repo, governed

HEAVY = {
    "aiohttp",
    "asyncio",
    "git",
    "github",
    "jinja2",
    "jsonpath",
    "numpy",
    "re2",
    "requests",
    "rich",
    "scipy",
    "sqlite3",
    "starlette",
    "placet.stats.bootstrap",
    "placet.evaluate",
    "placet.gate.metric",
    "placet.gather",
    "placet.report.markdown",
    "placet.report.terminal",
    "placet.review",
    "placet.runner",
    "placet.scorers",
    "placet.stats.estimates",
    "placet_bot",
}

_RUN = """\
import sys
from {module} import main
code = main({arguments!r})
names = sorted(sys.modules)
import json
print(json.dumps([code, names]))
"""


def imported(folder: Path, module: str, *arguments: str) -> tuple[int, set[str]]:
    """The exit code of `main(arguments)`, and every module that it brought."""
    script = _RUN.format(module=module, arguments=list(arguments))
    done = subprocess.run([sys.executable, "-I", "-c", script], cwd=folder, capture_output=True, text=True)
    code, names = json.loads(done.stdout.splitlines()[-1])
    return code, set(names)


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        pytest.param("placet.cli.main", ["check"], id="placet check"),
        pytest.param("placet.cli.main", ["check", "--format", "json"], id="placet check as JSON"),
        pytest.param("placet_hooks.placet", [], id="the hook"),
        pytest.param("placet.cli.main", ["--help"], id="placet --help"),
    ],
)
@pytest.mark.parametrize("broken", [pytest.param(False, id="fine files"), pytest.param(True, id="broken files")])
def test_checking_imports_nothing_heavy(tmp_path: Path, module: str, arguments: list[str], broken: bool) -> None:
    repo = _staged(tmp_path, broken)
    code, names = imported(repo.path, module, *arguments)
    assert code == (1 if broken and arguments != ["--help"] else 0)
    assert names & (HEAVY - ({"sqlite3"} if module == "placet_hooks.placet" else set())) == set()


def test_the_hook_that_finds_nothing_imports_next_to_nothing(tmp_path: Path) -> None:
    """Each of these takes milliseconds, of which a commit has some forty in all."""
    repo = _staged(tmp_path, broken=False)
    imported(repo.path, "placet_hooks.placet")  # the first time it learns what is there
    repo.edit("systems/sorter/system.yaml", "version: 1\n", "version: 1\n# changed\n")
    repo.edit("prompts/sorter/sort.prompt.yml", "one word", "one short word")
    repo.add()
    code, names = imported(repo.path, "placet_hooks.placet")
    assert code == 0
    slow = {"click", "dataclasses", "difflib", "inspect", "jsonschema", "pathlib", "ruamel", "subprocess", "typing"}
    assert names & (slow | {"yaml.constructor", "placet.cli", "placet.codeowners.owners"}) == set()


def _staged(tmp_path: Path, broken: bool) -> Repo:
    repo = governed(tmp_path / "shop")
    if broken:
        repo.write({"systems/sorter/system.yaml": "version: 1\nid: [\n"})
        repo.add()
    return repo


def test_a_review_does_import_them_so_that_the_names_above_are_real(tmp_path: Path) -> None:
    _, names = imported(governed(tmp_path / "shop").path, "placet.cli.main", "review")
    assert {
        "asyncio",
        "sqlite3",
        "placet.evaluate",
        "placet.gate.metric",
        "placet.runner",
        "placet.stats.estimates",
    } <= names
