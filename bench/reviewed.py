"""A governed repository whose suite has N cases, for `placet review` as a whole process."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.repository import CASES, PROMPT, PROVIDERS, SUITE, Repo, add_system, files, lines

from bench.model import AT_ONCE
from bench.timing import Lane

#: Gates may well not be met, and evidence of a model that always says the same is no pass.
_JUDGED = frozenset({0, 1, 4})
_MOST_ROWS = 10_000  # of one case file


def repository(folder: Path, url: str, cases: int, *, both: bool, systems: int = 1) -> Repo:
    """`main` and a branch `change`, checked out. With `both` the branch edits a prompt; else it brings the system.

    Each further system has a prompt of its own, which the branch leaves alone.
    """
    shutil.rmtree(folder, ignore_errors=True)
    repo = Repo(folder)
    texts = _spread(files(url), cases)
    texts[PROVIDERS] = texts[PROVIDERS].replace("concurrency: 8", f"concurrency: {AT_ONCE}")
    new = () if both else tuple(path for path in texts if path.startswith(("systems/", "prompts/")))
    repo.write({path: text for path, text in texts.items() if path not in new})
    for number in range(2, systems + 1):
        path = PROMPT.replace("sorter/", f"sorter-{number}/")
        repo.write({path: texts[PROMPT]})
        add_system(repo, f"sorter-{number}", prompt=path)
    repo.commit("Govern")
    repo.branch("change")
    if both:
        repo.edit(PROMPT, "one word", "a single word")
    else:
        repo.write({path: texts[path] for path in new})
    repo.commit("Change")
    return repo


def lane(repo: Repo) -> Lane:
    """`placet review` from nothing: no evidence and no cached answer of an earlier run."""
    command = [sys.executable, "-m", "placet", "review", "--base", "main", "--yes", "--format", "json"]
    return Lane(command, repo.path, prepare=lambda: _forget(repo), exits=_JUDGED)


def _forget(repo: Repo) -> None:
    shutil.rmtree(repo.path / ".git/placet", ignore_errors=True)


def _spread(texts: dict[str, str], cases: int) -> dict[str, str]:
    """With so many cases, over as many suites as their files need."""
    found = dict(texts)
    for part, first in enumerate(range(1, cases + 1, _MOST_ROWS), 1):
        name = "core" if part == 1 else f"core-{part}"
        suite = texts[SUITE].replace("name: core", f"name: {name}").replace("/core.", f"/{name}.")
        found[SUITE.replace("core", name)] = suite
        found[CASES.replace("core", name)] = lines(_rows(first, min(first + _MOST_ROWS, cases + 1)))
    return found


def _rows(first: int, end: int) -> list[dict[str, object]]:
    return [
        {"id": f"case-{number:05}", "inputs": {"ticket": f"Ticket {number} is about billing."}, "expected": "billing"}
        for number in range(first, end)
    ]
