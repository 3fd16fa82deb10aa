"""The hook `placet` where it lives: in a real repository, started by a real `git commit`."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.repository import PROMPT, SYSTEM, Repo, governed

HOOK = Path(sys.executable).parent / "placet-hook"
LOWERED = ("tier: low", "tier: lowest")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A governed repository whose commits go through the hook."""
    repo = governed(tmp_path / "a shop")
    hook = repo.path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec {shlex.quote(str(HOOK))}\n")
    hook.chmod(0o755)
    return repo


def commit(repo: Repo, *arguments: str, folder: str = ".") -> tuple[bool, str]:
    """Whether `git commit` made a commit, and what was said."""
    before = repo.head
    done = subprocess.run(
        ["git", "commit", "-m", "try", *arguments], cwd=repo.path / folder, capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr
    made = repo.head != before
    assert made == (done.returncode == 0)
    return made, done.stdout + done.stderr


def test_a_valid_change_is_committed(repo: Repo) -> None:
    repo.edit(PROMPT, "Answer with one word", "Answer with a word")
    repo.add()
    made, said = commit(repo)
    assert made
    assert "No findings. Checked 1 changed file and every reference to it" in said


def test_a_broken_registration_is_rejected_at_its_place(repo: Repo) -> None:
    repo.edit(SYSTEM, *LOWERED)
    repo.add()
    made, said = commit(repo)
    assert not made
    line = 1 + repo.read(SYSTEM).splitlines().index("  tier: lowest")
    assert f"{SYSTEM}:{line}:9: FIL007" in said
    assert "^^^^^^" in said
    assert "help:" in said
    assert "placet rules FIL007" in said


def test_a_repaired_commit_goes_through(repo: Repo) -> None:
    repo.edit(SYSTEM, *LOWERED)
    repo.add()
    assert not commit(repo)[0]
    repo.edit(SYSTEM, *reversed(LOWERED))
    repo.edit(PROMPT, "one word", "a word")
    repo.add()
    assert commit(repo)[0]


def test_what_is_staged_is_judged_and_not_what_is_on_disk(repo: Repo) -> None:
    repo.edit(SYSTEM, *LOWERED)
    repo.add()
    repo.edit(SYSTEM, *reversed(LOWERED))
    assert not commit(repo)[0]


def test_a_broken_file_on_disk_holds_up_no_commit_that_leaves_it_out(repo: Repo) -> None:
    repo.edit(PROMPT, "one word", "a word")
    repo.add()
    repo.edit(SYSTEM, *LOWERED)
    repo.write({"systems/new/system.yaml": "not staged: ["})
    assert commit(repo)[0]


def test_committing_one_file_judges_that_file_and_not_the_rest_of_the_index(repo: Repo) -> None:
    repo.edit(SYSTEM, *LOWERED)
    repo.add()
    repo.edit(PROMPT, "one word", "a word")
    assert commit(repo, PROMPT)[0]
    assert not commit(repo)[0]


def test_committing_one_broken_file_is_rejected_while_the_index_is_fine(repo: Repo) -> None:
    repo.edit(PROMPT, "one word", "a word")
    repo.add()
    repo.edit(SYSTEM, *LOWERED)
    assert not commit(repo, SYSTEM)[0]
    assert not commit(repo, "--all")[0]


def test_deleting_a_prompt_breaks_the_registration_that_nobody_touched(repo: Repo) -> None:
    repo.git("rm", "--quiet", PROMPT)
    made, said = commit(repo)
    assert not made
    assert "SYS008" in said


def test_moving_a_prompt_breaks_it_too(repo: Repo) -> None:
    repo.git("mv", PROMPT, "prompts/sorter/classify.prompt.yml")
    made, said = commit(repo)
    assert not made
    assert "did you mean prompts/sorter/classify.prompt.yml" in said


def test_a_commit_from_a_subfolder_judges_the_whole_repository(repo: Repo) -> None:
    repo.edit(SYSTEM, *LOWERED)
    repo.add()
    made, said = commit(repo, folder="prompts/sorter")
    assert not made
    assert f"{SYSTEM}:" in said


@pytest.mark.parametrize("broken", [pytest.param(True, id="rejected"), pytest.param(False, id="committed")])
def test_a_linked_worktree_has_its_own_index(repo: Repo, tmp_path: Path, broken: bool) -> None:
    linked = Repo(tmp_path / "linked", init=False)
    repo.git("worktree", "add", "--quiet", "-b", "elsewhere", str(linked.path))
    where = linked if broken else repo  # the other one's broken index is none of this commit's business
    where.edit(SYSTEM, *LOWERED)
    where.add()
    linked.edit(PROMPT, "one word", "a word")
    linked.add()
    assert commit(linked)[0] is not broken


def test_the_first_commit_of_a_repository_is_judged(tmp_path: Path) -> None:
    source, new = governed(tmp_path / "shop"), Repo(tmp_path / "new")
    new.write({SYSTEM: source.read(SYSTEM)})
    new.add()
    done = subprocess.run([HOOK], cwd=new.path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "POL001" in done.stdout


def test_a_commit_in_the_middle_of_a_conflict_says_what_is_unresolved(repo: Repo) -> None:
    for name, word in (("one", "a single word"), ("two", "just a word")):
        repo.git("switch", "--quiet", "--create", name, "main")
        repo.edit(PROMPT, "one word", word)
        repo.add()
        commit(repo)
    assert repo.run("merge", "one").returncode
    done = subprocess.run([HOOK], cwd=repo.path, capture_output=True, text=True)
    assert done.returncode == 4
    assert f"{PROMPT} has an unresolved merge conflict" in done.stderr
    assert "git add" in done.stderr


def test_names_that_a_runner_passes_narrow_nothing(repo: Repo) -> None:
    repo.edit(SYSTEM, *LOWERED)
    repo.add()
    done = subprocess.run([HOOK, PROMPT], cwd=repo.path, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"{SYSTEM}:" in done.stdout
