"""The hook from another repository: pre-commit builds an environment of its own from this one and runs it there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.repository import SYSTEM, Repo, dumped, governed

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    "aiohttp",
    "git",
    "github",
    "gitpython",
    "google_re2",
    "jinja2",
    "jsonpath",
    "pygithub",
    "re2",
    "rich",
    "scipy",
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """This repository as it stands on disk, committed: what another repository would name under `repo:`."""
    copy = Repo(tmp_path_factory.mktemp("placet"))
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (copy.path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy.path / name)
    copy.commit("Placet")
    return copy


def pre_commit(repo: Repo, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", *arguments]
    environ = os.environ | {"PRE_COMMIT_HOME": str(home)}
    return subprocess.run(command, cwd=repo.path, env=environ, capture_output=True, text=True, timeout=300)


@pytest.mark.slow
def test_try_repo_runs_the_hook_on_another_repository(tmp_path: Path, package: Repo) -> None:
    repo = governed(tmp_path / "shop")
    done = pre_commit(repo, tmp_path / "home", "try-repo", str(package.path), "placet", "--verbose")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No findings." in done.stdout


@pytest.mark.slow
def test_an_installed_hook_rejects_and_its_environment_holds_no_eval_or_bot_dependency(
    tmp_path: Path, package: Repo
) -> None:
    repo, home = governed(tmp_path / "shop"), tmp_path / "home"
    repo.write({".pre-commit-config.yaml": dumped(_configuration(package))})
    assert pre_commit(repo, home, "install").returncode == 0
    repo.edit(SYSTEM, "tier: low", "tier: lowest")
    repo.add()

    done = repo.run("commit", "-m", "try", environ={"PRE_COMMIT_HOME": str(home)})
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 1, said
    assert f"{SYSTEM}:" in said
    assert "FIL007" in said

    installed = {path.name.partition("-")[0].lower() for path in home.glob("repo*/py_env*/lib/python*/site-packages/*")}
    assert {"placet", "click"} <= installed
    assert installed & HEAVY == set()


def _configuration(package: Repo) -> dict[str, Any]:
    return {"repos": [{"repo": str(package.path), "rev": package.head, "hooks": [{"id": "placet"}]}]}
