"""The hook `placet-all` as git calls it: every ref that a push names, cold, and nothing that isn't governed."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.repository import PROMPT, SYSTEM, Repo, governed

LOWERED = ("tier: low", "tier: lowest")
ZEROS = "0" * 40


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A governed repository whose pushes to `origin` go through the hook."""
    repo = governed(tmp_path / "a shop")
    repo.clone(tmp_path / "remote.git", "--bare")
    repo.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    repo.git("fetch", "--quiet", "origin")
    hook = repo.path / ".git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    command = f'{shlex.quote(sys.executable)} -I -m placet_hooks.placet_all --pushed "$@"'
    hook.write_text(f"#!/bin/sh\nexec {command}\n")
    hook.chmod(0o755)
    return repo


def push(repo: Repo, *arguments: str) -> tuple[bool, str]:
    done = repo.run("push", *arguments)
    said = (done.stdout + done.stderr).decode()
    assert "Traceback" not in said
    return done.returncode == 0, said


def broken(repo: Repo, name: str = "broken") -> None:
    """A branch with a broken registration, which isn't checked out."""
    repo.branch(name)
    repo.edit(SYSTEM, *LOWERED)
    repo.commit("Break it")
    repo.switch("main")


def test_a_fine_branch_is_pushed(repo: Repo) -> None:
    repo.edit(PROMPT, "one word", "a word")
    repo.commit()
    assert push(repo, "origin", "main")[0]


def test_a_broken_tip_is_not(repo: Repo) -> None:
    broken(repo)
    made, said = push(repo, "origin", "broken")
    assert not made
    assert f"{SYSTEM}:" in said
    assert "FIL007" in said


def test_every_ref_of_one_push_is_judged(repo: Repo) -> None:
    broken(repo)
    repo.git("branch", "fine")
    made, said = push(repo, "origin", "fine", "broken", "main")
    assert not made
    assert "FIL007" in said


def test_tags_are_judged_too(repo: Repo) -> None:
    broken(repo)
    repo.git("tag", "--annotate", "-m", "one", "v1", "broken")
    assert not push(repo, "origin", "v1")[0]
    repo.git("tag", "--annotate", "-m", "two", "v2", "main")
    assert push(repo, "origin", "v2")[0]


def test_a_broken_commit_that_a_later_one_mends_is_pushed(repo: Repo) -> None:
    repo.edit(SYSTEM, *LOWERED)
    repo.commit("Break it")
    repo.edit(SYSTEM, *reversed(LOWERED))
    repo.commit("Mend it")
    assert push(repo, "origin", "main")[0]


def test_deleting_a_branch_there_judges_nothing(repo: Repo) -> None:
    repo.git("branch", "old")
    assert push(repo, "origin", "old")[0]
    repo.edit(SYSTEM, *LOWERED)
    assert push(repo, "origin", "--delete", "old")[0]


def test_a_branch_that_was_never_governed_passes(repo: Repo) -> None:
    repo.git("switch", "--quiet", "--orphan", "pages")
    repo.commit("Pages", {"index.html": "x"})
    assert push(repo, "origin", "pages")[0]
    repo.commit("More pages", {"more.html": "x"})
    assert push(repo, "origin", "pages")[0]


def test_a_branch_that_loses_all_its_governed_files_does_not(repo: Repo) -> None:
    repo.git("rm", "-r", "--quiet", ".")
    repo.commit("Govern no more", {"index.html": "x"})
    made, said = push(repo, "origin", "main")
    assert not made
    assert "nothing governed" in said


def run(repo: Repo, *arguments: str, lines: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-m", "placet_hooks.placet_all", *arguments]
    return subprocess.run(command, cwd=repo.path, env=environ, input=lines, capture_output=True, text=True)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("", id="none"),
        pytest.param("\n", id="an empty one"),
        pytest.param(f"(delete) {ZEROS} refs/heads/x {'1' * 40}\n", id="a deletion"),
        pytest.param("what is this\n", id="something else"),
    ],
)
def test_lines_that_push_nothing(repo: Repo, lines: str) -> None:
    repo.edit(SYSTEM, *LOWERED)
    done = run(repo, "--pushed", "origin", "url", lines=lines)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_a_runner_names_is_judged(repo: Repo) -> None:
    broken(repo)
    assert run(repo, PRE_COMMIT_TO_REF="broken").returncode == 1
    assert run(repo, PRE_COMMIT_TO_REF="main").returncode == 0
    assert run(repo, PRE_COMMIT_LOCAL_BRANCH="refs/heads/broken").returncode == 1
    assert (
        run(repo, PRE_COMMIT_FROM_REF="main", PRE_COMMIT_TO_REF="broken", PRE_COMMIT_LOCAL_BRANCH="x").returncode == 1
    )


def test_without_a_name_the_files_on_disk_are_judged_and_options_go_on(repo: Repo) -> None:
    assert run(repo).returncode == 0
    repo.edit(SYSTEM, *LOWERED)
    done = run(repo, "--format=json", "a-name")
    assert done.returncode == 1
    assert '"FIL007"' in done.stdout


def test_an_unknown_commit_can_not_pass(repo: Repo) -> None:
    done = run(repo, PRE_COMMIT_TO_REF="1" * 40)
    assert done.returncode == 2
    assert "no commit is named" in done.stderr
