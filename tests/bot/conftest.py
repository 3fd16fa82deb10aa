"""A governed repository on a fake GitHub, a stand-in model, and the clone that a workflow would have."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.bot.fake_github import BOT, REPOSITORY, TOKEN, FakeGitHub

from placet.errors import Exit
from placet.providers.costs import Budget
from placet_bot.action import act
from placet_bot.environment import Environment, environment_of
from placet_bot.patience import Patience

ROOT = Path(__file__).parents[2]
FAST = Patience(tries_again=3, backoff_seconds=0.01, longest_wait=2.0, between_requests=0, between_writes=0)
MARKER = "<!-- placet:review -->"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture(scope="session")
def model() -> Iterator[str]:
    """The base URL of a stand-in model, served by a process of its own."""
    command = [sys.executable, "-m", "examples.standin", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split(" on ")[1].strip()
        process.terminate()


@pytest.fixture(scope="session")
def governed(model: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository's governed files as the first commit of a bare repository that names the stand-in model."""
    source = tmp_path_factory.mktemp("governed")
    for name in ("policies", "prompts", "systems"):
        shutil.copytree(ROOT / name, source / name)
    (source / ".github").mkdir()
    shutil.copy(ROOT / ".github" / "CODEOWNERS", source / ".github" / "CODEOWNERS")
    (source / "README.md").write_text("# Governed\n")
    providers = source / "policies" / "providers.yaml"
    providers.write_text(providers.read_text().replace("http://127.0.0.1:8377/v1", model))
    git(source, "init", "--quiet", "--initial-branch=main")
    git(source, "add", "--all")
    git(source, "commit", "--quiet", "--message=Govern")
    bare = tmp_path_factory.mktemp("bare") / "governed.git"
    git(source, "clone", "--quiet", "--bare", str(source), str(bare))
    return bare


@dataclass
class Project:
    """The repository, as its authors and its workflow see it."""

    github: FakeGitHub
    author: Path
    workspace: Path
    folder: Path
    said: list[str] = field(default_factory=list)

    def push(self, branch: str, files: Mapping[str, str], *, start: str = "") -> str:
        """Commit `files` to `branch`, which begins at `start` when that is given."""
        git(self.author, "checkout", "--quiet", *(["-B", branch, start] if start else [branch]))
        for path, text in files.items():
            (self.author / path).parent.mkdir(parents=True, exist_ok=True)
            (self.author / path).write_text(text)
        git(self.author, "add", "--all")
        git(self.author, "commit", "--quiet", "--message=Change")
        return self.publish(branch)

    def publish(self, branch: str) -> str:
        git(self.author, "push", "--quiet", "--force", "origin", branch)
        return git(self.author, "rev-parse", branch)

    def read(self, path: str, revision: str = "main") -> str:
        return git(self.author, "show", f"{revision}:{path}") + "\n"

    def edit(self, path: str, old: str, new: str, revision: str = "main") -> dict[str, str]:
        before = self.read(path, revision)
        assert old in before
        return {path: before.replace(old, new)}

    def variables(self, number: int, event: Any = None, **changes: str) -> dict[str, str]:
        """What GitHub Actions sets. `event` replaces the payload."""
        path = self.folder / "event.json"
        body = self.github.event(number) if event is None else event
        path.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
        return {
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(path),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_API_URL": self.github.api,
            "GITHUB_SERVER_URL": self.github.server,
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_RUN_ID": "17",
            "GITHUB_RUN_ATTEMPT": "1",
            **changes,
        }

    def environment(self, number: int, event: Any = None, **changes: str) -> Environment:
        return environment_of(self.variables(number, event, **changes), FAST)

    def run(self, number: int, *, budget: Budget | None = None, event: Any = None) -> Exit:
        return act(self.environment(number, event), budget or Budget(), self.said.append)

    @property
    def summary(self) -> Path:
        return self.folder / "summary.md"

    def comments(self, number: int, login: str = BOT) -> list[str]:
        return [one["body"] for one in self.github.comments[number] if one["user"]["login"] == login]

    def check(self, head: str) -> dict[str, Any]:
        """The only check on `head`."""
        (check,) = self.github.checks_on(head)
        return check


@pytest.fixture
def project(governed: Path, tmp_path: Path) -> Iterator[Project]:
    bare, author, workspace = tmp_path / "origin.git", tmp_path / "author", tmp_path / "workspace"
    shutil.copytree(governed, bare)
    git(tmp_path, "clone", "--quiet", str(bare), str(author))
    git(tmp_path, "clone", "--quiet", str(bare), str(workspace))
    with FakeGitHub(bare) as github:
        git(workspace, "remote", "set-url", "origin", github.clone_url)
        yield Project(github, author, workspace, tmp_path)
    assert github.unknown == []
