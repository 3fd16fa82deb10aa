"""Our manifest under the real pre-commit and the real prek, at every stage, started by git."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.hooks.runners import COMMANDS, Runner
from tests.repository import OWNERS, PROMPT, SUITE, SYSTEM, TIERS, Repo, governed

LOWERED = ("tier: low", "tier: lowest")
WHY = "Reason: the audit asks for it"
ONE_EACH = ["placet-systems", "placet-prompts", "placet-policies", "placet-suites"]


@pytest.fixture(params=list(COMMANDS))
def runner(request: pytest.FixtureRequest, tmp_path: Path) -> Runner:
    return Runner(request.param, tmp_path / "runner")


@pytest.fixture
def repo(tmp_path: Path, runner: Runner) -> Repo:
    repo = governed(tmp_path / "a shop")
    runner.configure(repo, ["placet", "placet-all", "placet-commit-msg"])
    return repo


# -- on commit --------------------------------------------------------------------------------------------------------


def test_a_commit_is_judged(repo: Repo, runner: Runner) -> None:
    repo.edit(SYSTEM, *LOWERED)
    code, said = runner.git(repo, "commit", "--all", "-m", "try")
    assert code == 1
    assert f"{SYSTEM}:" in said
    assert "FIL007" in said
    repo.edit(SYSTEM, *reversed(LOWERED))
    repo.edit(PROMPT, "one word", "a word")
    assert runner.git(repo, "commit", "--all", "-m", "try")[0] == 0


def test_a_deleted_prompt_is_seen_though_its_name_is_never_passed(repo: Repo, runner: Runner) -> None:
    repo.git("rm", "--quiet", PROMPT)
    code, said = runner.git(repo, "commit", "-m", "try")
    assert code == 1
    assert "SYS008" in said


def test_a_renamed_prompt_is_seen(repo: Repo, runner: Runner) -> None:
    repo.git("mv", PROMPT, "prompts/sorter/new.prompt.yml")
    code, said = runner.git(repo, "commit", "-m", "try")
    assert code == 1
    assert f"{SYSTEM}:" in said


def test_only_what_is_staged_is_judged(repo: Repo, runner: Runner) -> None:
    repo.edit(PROMPT, "one word", "a word")
    repo.add()
    repo.edit(PROMPT, "model: acme/one", "model: [")
    repo.write({"systems/new/system.yaml": "untracked: ["})
    assert runner.git(repo, "commit", "-m", "try")[0] == 0
    assert "model: [" in repo.read(PROMPT)
    repo.edit(PROMPT, "model: [", "model: {")
    repo.add(PROMPT)
    repo.edit(PROMPT, "model: {", "model: acme/one")
    assert runner.git(repo, "commit", "-m", "try")[0] == 1


def test_the_hook_runs_whatever_the_configuration_filters(repo: Repo, runner: Runner) -> None:
    configuration = repo.read(".pre-commit-config.yaml")
    repo.write({".pre-commit-config.yaml": f"files: ^src/\nexclude: .\n{configuration}"})
    repo.edit(SYSTEM, *LOWERED)
    assert runner.git(repo, "commit", "--all", "-m", "try")[0] == 1


def test_a_merge_commit_is_judged(repo: Repo, runner: Runner) -> None:
    repo.branch("side")
    repo.git("commit", "--no-verify", "--allow-empty", "--quiet", "-m", "side")
    repo.edit(SYSTEM, *LOWERED)
    repo.git("commit", "--no-verify", "--all", "--quiet", "-m", "broken")
    repo.switch("main")
    repo.git("commit", "--no-verify", "--allow-empty", "--quiet", "-m", "main")
    code, said = runner.git(repo, "merge", "--no-edit", "side")
    assert code == 1
    assert "FIL007" in said


# -- one hook for each kind -------------------------------------------------------------------------------------------

BROKEN = {
    "placet-systems": (SYSTEM, "tier: low", "tier: lowest"),
    "placet-prompts": (PROMPT, "messages:", "massages:"),
    "placet-policies": (TIERS, "tiers:", "tears:"),
    "placet-suites": (SUITE, "trials: 1", "trials: none"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_each_hook_fails_on_its_own_files_alone(tmp_path: Path, runner: Runner, broken: str) -> None:
    repo = governed(tmp_path / "shop")
    runner.configure(repo, ONE_EACH)
    repo.edit(*BROKEN[broken])
    repo.add()
    code, said = runner.run(repo, "run", broken)
    assert code == 1
    assert f"{BROKEN[broken][0]}:" in said
    if broken in {"placet-systems", "placet-suites"}:  # what nothing else depends on
        for other in set(ONE_EACH) - {broken}:
            assert runner.run(repo, "run", other)[0] == 0


def test_together_they_see_a_deleted_prompt(tmp_path: Path, runner: Runner) -> None:
    repo = governed(tmp_path / "shop")
    runner.configure(repo, ONE_EACH)
    repo.git("rm", "--quiet", PROMPT)
    assert runner.run(repo, "run", "placet-prompts")[0] == 0
    code, said = runner.git(repo, "commit", "-m", "try")
    assert code == 1
    assert "SYS008" in said


def test_owners_are_policy(tmp_path: Path, runner: Runner) -> None:
    repo = governed(tmp_path / "shop")
    runner.configure(repo, ONE_EACH)
    repo.write({OWNERS: f"{repo.read(OWNERS)}* not-an-owner\n"})
    repo.add()
    assert runner.run(repo, "run", "placet-policies")[0] == 1
    assert runner.run(repo, "run", "placet-systems")[0] == 0


# -- commit-msg -------------------------------------------------------------------------------------------------------


def test_policies_need_a_reason(repo: Repo, runner: Runner) -> None:
    repo.write({TIERS: repo.read(TIERS) + "# more\n"})
    code, said = runner.git(repo, "commit", "--all", "-m", "Raise it")
    assert code == 1
    assert "needs a reason" in said
    assert runner.git(repo, "commit", "--all", "-m", "Raise it", "-m", WHY)[0] == 0
    assert runner.git(repo, "commit", "--amend", "--no-edit")[0] == 0


def test_a_configuration_that_hides_the_message_lets_no_policy_through(repo: Repo, runner: Runner) -> None:
    configuration = repo.read(".pre-commit-config.yaml")
    repo.write({".pre-commit-config.yaml": f"files: ^src/\n{configuration}"})
    repo.edit(PROMPT, "one word", "a word")
    assert runner.git(repo, "commit", "--all", "-m", "A word")[0] == 0
    repo.write({TIERS: repo.read(TIERS) + "# more\n"})
    code, said = runner.git(repo, "commit", "--all", "-m", "Raise it")
    assert code == 1
    hidden = runner.name == "pre-commit"  # prek hands the message over all the same
    assert ("`files` or `exclude`" in said) is hidden
    assert (runner.git(repo, "commit", "--all", "-m", "Raise it", "-m", WHY)[0] == 1) is hidden


# -- pre-push, by hand, on a range ------------------------------------------------------------------------------------


@pytest.fixture
def remote(repo: Repo, tmp_path: Path) -> Repo:
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "remote.git"))
    repo.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    repo.git("fetch", "--quiet", "origin")
    return Repo(tmp_path / "remote.git", init=False)


def broken_commit(repo: Repo) -> None:
    repo.edit(SYSTEM, *LOWERED)
    repo.git("commit", "--no-verify", "--all", "--quiet", "-m", "broken")


def test_what_is_pushed_is_judged_and_not_what_is_checked_out(repo: Repo, runner: Runner, remote: Repo) -> None:
    repo.branch("broken")
    broken_commit(repo)
    repo.switch("main")
    code, said = runner.git(repo, "push", "origin", "broken")
    assert code != 0
    assert "FIL007" in said
    repo.git("switch", "--quiet", "broken")
    repo.git("branch", "--quiet", "fine", "main")
    assert runner.git(repo, "push", "origin", "fine")[0] == 0
    assert remote.git("branch", "--list", "--format=%(refname:short)").split() == ["fine", "main"]


def test_the_first_push_of_a_repository_is_judged(repo: Repo, runner: Runner, tmp_path: Path) -> None:
    Repo(tmp_path / "empty.git").git("config", "core.bare", "true")
    repo.git("remote", "add", "empty", str(tmp_path / "empty.git" / ".git"))
    broken_commit(repo)
    assert runner.git(repo, "push", "empty", "main")[0] != 0
    assert runner.git(repo, "push", "empty", "HEAD^:refs/heads/main")[0] == 0


def test_by_hand_the_files_on_disk_are_judged(repo: Repo, runner: Runner) -> None:
    assert runner.run(repo, "run", "placet-all", "--hook-stage", "manual", "--all-files")[0] == 0
    repo.edit(SYSTEM, *LOWERED)
    code, said = runner.run(repo, "run", "placet-all", "--hook-stage", "manual", "--all-files")
    assert code == 1
    assert "FIL007" in said


def test_on_a_range_the_end_of_it_is_judged(repo: Repo, runner: Runner) -> None:
    good = repo.head
    broken_commit(repo)
    arguments = ("run", "placet-all", "--hook-stage", "manual", "--from-ref", good, "--to-ref")
    code, said = runner.run(repo, *arguments, "HEAD")
    assert code == 1
    assert "FIL007" in said
    assert runner.run(repo, *arguments, good)[0] == 0


def test_in_ci_the_usual_hook_judges_what_is_checked_out(repo: Repo, runner: Runner) -> None:
    good = repo.head
    broken_commit(repo)
    code, said = runner.run(repo, "run", "placet", "--from-ref", good, "--to-ref", "HEAD")
    assert code == 1
    assert "FIL007" in said
