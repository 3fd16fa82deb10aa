"""The hook `placet-commit-msg` in real repositories, started by real commits, merges, reverts and rebases."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.repository import PROMPT, TIERS, Repo, governed

WHY = "Reason: the audit asks for it"
#: An amend within a second of the commit can't be told from a second commit: see docs/hooks.md.
AGO = {"GIT_AUTHOR_DATE": "2026-11-02T09:00:00Z"}
HEAVY = {"click", "jsonschema", "ruamel", "rfc8785", "yaml", "placet.cli", "placet.rules", "sqlite3"}


def hook_of(repo: Repo) -> Path:
    """Our hook, as a plain script."""
    path = repo.path / ".git/hooks/commit-msg"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -I -m placet_hooks.placet_commit_msg "$@"\n')
    path.chmod(0o755)
    return path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = governed(tmp_path / "a shop")
    hook_of(repo)
    return repo


def raised(repo: Repo, more: str = "# one more\n") -> Repo:
    """`repo` with a change to its policies staged."""
    repo.write({TIERS: repo.read(TIERS) + more})
    repo.add()
    return repo


def commit(repo: Repo, *arguments: str, environ: dict[str, str] | None = None) -> tuple[bool, str]:
    """Whether `git commit` made a commit, and what was said."""
    done = repo.run("commit", *arguments, environ=environ)
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert "Traceback" not in said
    return done.returncode == 0, said


# -- when a reason is needed ------------------------------------------------------------------------------------------


def test_a_change_to_policies_without_a_reason_is_rejected_and_taught(repo: Repo) -> None:
    made, said = commit(raised(repo), "-m", "Raise it")
    assert not made
    assert "a change to policies needs a reason" in said
    assert f"    {TIERS}\n" in said
    assert "\n    Reason: " in said
    assert "kept in .git/COMMIT_EDITMSG" in said


def test_the_kept_message_goes_on_as_the_error_says(repo: Repo) -> None:
    _, said = commit(raised(repo), "-m", "Raise it")
    words = said.partition("kept in .git/COMMIT_EDITMSG: git ")[2].splitlines()[0].split()
    editor = f"f() {{ printf '\\n{WHY}\\n' >> \"$1\"; }}; f"
    assert repo.run(*words, environ={"GIT_EDITOR": editor}).returncode == 0
    assert repo.git("log", "-1", "--format=%s%n%(trailers:key=Reason,valueonly)") == "Raise it\nthe audit asks for it"


def test_a_change_with_a_reason_is_committed(repo: Repo) -> None:
    assert commit(raised(repo), "-m", "Raise it", "-m", WHY)[0]
    assert commit(raised(repo), "-m", "Raise it", "--trailer", WHY)[0]


@pytest.mark.parametrize(
    ("files", "made"),
    [
        pytest.param({PROMPT: "x"}, True, id="a prompt"),
        pytest.param({"systems/sorter/waivers/x.yaml": "x"}, True, id="a waiver"),
        pytest.param({"policies.md": "x", "docs/policies/a": "x"}, True, id="names that look like policies"),
        pytest.param({"policies/controls/new.yaml": "x"}, False, id="a new policy"),
        pytest.param({".github/CODEOWNERS": "* @x\n"}, False, id="the owners"),
        pytest.param({"docs/CODEOWNERS": "* @x\n"}, False, id="owners that may come to count"),
        pytest.param({"policies/a [*] b\n.yaml": "x"}, False, id="a strange name"),
    ],
)
def test_which_files_need_a_reason(repo: Repo, files: dict[str, str], made: bool) -> None:
    repo.write(files)
    repo.add()
    assert commit(repo, "-m", "Change it")[0] is made


def test_deleting_and_moving_a_policy_need_one_too(repo: Repo) -> None:
    repo.git("mv", TIERS, "tiers.yaml")
    assert not commit(repo, "-m", "Move it")[0]
    repo.git("reset", "--quiet", "--hard")
    repo.git("rm", "--quiet", TIERS)
    assert not commit(repo, "-m", "Remove it")[0]


def test_only_what_the_commit_takes_counts(repo: Repo) -> None:
    repo.edit(PROMPT, "one word", "a word")
    repo.add()
    repo.write({TIERS: repo.read(TIERS) + "# not staged\n"})
    assert commit(repo, "-m", "A word")[0]
    assert not commit(repo, "--all", "-m", "Raise it")[0]
    made, said = commit(repo, "-m", "Raise it", TIERS)
    assert not made
    assert "with the options and files that you gave before" in said


def test_the_first_commit_of_a_repository_needs_one_if_it_has_policies(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "new")
    hook_of(repo)
    repo.write({TIERS: "version: 1\n"})
    repo.add()
    assert not commit(repo, "-m", "Begin")[0]
    assert commit(repo, "-m", "Begin", "-m", WHY)[0]


def test_a_first_commit_without_policies_needs_none(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "new")
    hook_of(repo)
    repo.write({"a": "x"})
    repo.add()
    assert commit(repo, "-m", "Begin")[0]


def test_a_linked_worktree_keeps_its_own_message(repo: Repo, tmp_path: Path) -> None:
    linked = Repo(tmp_path / "linked", init=False)
    repo.git("worktree", "add", "--quiet", "-b", "elsewhere", str(linked.path))
    made, said = commit(raised(linked), "-m", "Raise it")
    assert not made
    assert "worktrees/linked/COMMIT_EDITMSG" in said
    assert commit(linked, "-m", "Raise it", "-m", WHY)[0]


def test_a_commit_from_a_subfolder_is_no_different(repo: Repo) -> None:
    raised(repo)
    done = subprocess.run(["git", "commit", "-m", "Raise it"], cwd=repo.path / "prompts/sorter", capture_output=True)
    assert done.returncode == 1
    assert TIERS.encode() in done.stderr


# -- messages as people write them ------------------------------------------------------------------------------------


def editor(text: str) -> dict[str, str]:
    """An editor that puts `text` above what git has prepared."""
    return {"GIT_EDITOR": f'f() {{ {{ printf %s {shlex.quote(text)}; cat "$1"; }} > "$1.new"; mv "$1.new" "$1"; }}; f'}


@pytest.mark.parametrize(
    ("setting", "options"),
    [
        pytest.param("", [], id="with git's comments below"),
        pytest.param("", ["--verbose"], id="with the diff below"),
        pytest.param("", ["--cleanup=scissors"], id="with scissors below"),
        pytest.param("core.commentChar=;", [], id="with another comment character"),
        pytest.param("core.commentChar=auto", [], id="with whichever git takes"),
        pytest.param("commit.cleanup=whitespace", [], id="with comments that git keeps"),
    ],
)
@pytest.mark.parametrize(
    ("text", "made"),
    [
        pytest.param(f"Raise it\n\n{WHY}\n", True, id="a reason"),
        pytest.param("Raise it\n\nBecause.\n", False, id="no reason"),
        pytest.param(f"Raise it\n\n{WHY}\n\nBecause.\n", False, id="a reason in the middle"),
    ],
)
def test_a_message_from_the_editor(repo: Repo, setting: str, options: list[str], text: str, made: bool) -> None:
    if setting:
        repo.git("config", *setting.split("="))
    done = raised(repo).run("commit", *options, environ=editor(text))
    assert (done.returncode == 0) is made, done.stderr
    if made and "whitespace" not in setting:
        assert repo.git("log", "-1", "--format=%(trailers:key=Reason,valueonly)") == "the audit asks for it"


def test_an_empty_message_is_left_to_git(repo: Repo) -> None:
    made, said = commit(raised(repo), environ={"GIT_EDITOR": "true"})
    assert not made
    assert "Aborting commit due to empty commit message" in said
    assert "placet" not in said


def test_a_message_in_another_encoding(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    message = tmp_path / "message"
    message.write_bytes("Prüfe öfter\n\nGrund: ist öffentlich\n".encode("latin-1"))
    made, _ = commit(raised(repo), "--file", str(message))
    assert not made
    message.write_bytes("Prüfe öfter\n\nReason: ist öffentlich\n".encode("latin-1"))
    assert commit(repo, "--file", str(message))[0]


# -- commits that replace, fold into, undo or join others -------------------------------------------------------------


def test_an_amend_that_keeps_the_message_keeps_its_reason(repo: Repo) -> None:
    assert commit(raised(repo), "-m", "Raise it", "-m", WHY, environ=AGO)[0]
    assert commit(raised(repo), "--amend", "--no-edit")[0]
    assert commit(repo, "--amend", "--no-edit")[0]


@pytest.mark.parametrize(
    "more",
    [pytest.param([], id="the message alone"), pytest.param(["--all"], id="with another file")],
)
def test_an_amend_can_not_drop_the_reason(repo: Repo, more: list[str]) -> None:
    assert commit(raised(repo), "-m", "Raise it", "-m", WHY, environ=AGO)[0]
    repo.edit(PROMPT, "one word", "a word")
    made, said = commit(repo, "--amend", "-m", "Raise it", *more)
    assert not made
    assert TIERS in said


def test_an_amend_that_takes_the_policy_out_again_needs_none(repo: Repo) -> None:
    before = repo.read(TIERS)
    repo.edit(PROMPT, "one word", "a word")
    assert commit(raised(repo), "-m", "Both", "-m", WHY, environ=AGO)[0]
    repo.write({TIERS: before})
    assert commit(repo, "--all", "--amend", "-m", "The word alone")[0]


def test_an_amend_that_brings_a_policy_in_needs_one(repo: Repo) -> None:
    repo.edit(PROMPT, "one word", "a word")
    assert commit(repo, "--all", "-m", "A word", environ=AGO)[0]
    assert not commit(raised(repo), "--amend", "--no-edit")[0]


def test_the_first_commit_can_be_amended(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "new")
    hook_of(repo)
    repo.write({TIERS: "version: 1\n"})
    repo.add()
    assert commit(repo, "-m", "Begin", "-m", WHY, environ=AGO)[0]
    assert not commit(repo, "--amend", "-m", "Begin")[0]
    assert commit(repo, "--amend", "-m", "Begin", "-m", WHY)[0]


def test_an_amend_in_a_shallow_clone_can_not_see_the_parent(repo: Repo, tmp_path: Path) -> None:
    repo.edit(PROMPT, "one word", "a word")
    assert commit(repo, "--all", "-m", "A word", environ=AGO)[0]
    shallow = repo.clone(tmp_path / "shallow", "--depth=1")
    hook_of(shallow)
    assert commit(shallow, "--amend", "-m", "The word")[0]
    assert not commit(raised(shallow), "--amend", "--no-edit")[0]


def test_a_second_commit_in_the_same_second_is_no_amend(repo: Repo) -> None:
    assert commit(raised(repo), "-m", "Raise it", "-m", WHY)[0]
    repo.edit(PROMPT, "one word", "a word")
    repo.add()
    assert commit(repo, "-m", "A word")[0]


def test_a_fixup_of_a_commit_with_a_reason_needs_none_of_its_own(repo: Repo) -> None:
    assert commit(raised(repo), "-m", "Raise it", "-m", WHY)[0]
    assert commit(raised(repo), "--fixup", "HEAD")[0]
    assert commit(raised(repo), "--squash", "HEAD^", "-m", "more")[0]
    assert not commit(raised(repo), "-m", "fixup! Something else")[0]


def test_a_fixup_of_a_commit_without_a_reason_needs_one(repo: Repo) -> None:
    repo.edit(PROMPT, "one word", "a word")
    assert commit(repo, "--all", "-m", "A word")[0]
    assert not commit(raised(repo), "--fixup", "HEAD")[0]
    assert commit(repo, "--fixup", "HEAD", "-m", WHY)[0]


def test_a_revert_that_restores_what_was_there_needs_none(repo: Repo) -> None:
    assert commit(raised(repo), "-m", "Raise it", "-m", WHY)[0]
    repo.revert()
    repo.git("revert", "--no-commit", "HEAD")
    assert commit(repo, "-m", f"Raise it again\n\nThis reverts commit {repo.head}.")[0]


def test_a_revert_that_changes_something_else_needs_one(repo: Repo) -> None:
    assert commit(raised(repo), "-m", "Raise it", "-m", WHY)[0]
    made, _ = commit(raised(repo), "-m", f'Revert "Raise it"\n\nThis reverts commit {repo.head}.')
    assert not made
    made, _ = commit(repo, "-m", f"Revert\n\nThis reverts commit {'1' * 40}.")
    assert not made


def test_a_revert_is_compared_by_names_and_not_by_patterns(repo: Repo) -> None:
    repo.write({"policies/a[1].yaml": "x", "policies/a1.yaml": "x"})
    repo.add()
    assert commit(repo, "-m", "Strange", "-m", WHY)[0]
    repo.write({"policies/a[1].yaml": "y"})
    repo.commit(f"Change it\n\n{WHY}\n")
    repo.write({"policies/a[1].yaml": "z"})
    repo.add()
    assert not commit(repo, "-m", f"Revert\n\nThis reverts commit {repo.head}.")[0]


def test_a_merge_brings_reasons_with_it(repo: Repo) -> None:
    repo.branch("raise")
    assert commit(raised(repo), "-m", "Raise it", "-m", WHY)[0]
    repo.switch("main")
    repo.edit(PROMPT, "one word", "a word")
    assert commit(repo, "--all", "-m", "A word")[0]
    repo.merge("raise")
    assert TIERS in repo.git("diff", "--name-only", "HEAD^")


def test_a_merge_into_another_branch_s_policies_brings_them_too(repo: Repo) -> None:
    """Seen from the branch, main's policies are what the merge changes."""
    repo.branch("word")
    repo.edit(PROMPT, "one word", "a word")
    assert commit(repo, "--all", "-m", "A word")[0]
    repo.switch("main")
    assert commit(raised(repo), "-m", "Raise it", "-m", WHY)[0]
    repo.merge("main", into="word")


def diverged(repo: Repo) -> None:
    """On main, with a branch `lower` that changed the same policy elsewhere in the file."""
    repo.branch("lower")
    repo.write({TIERS: f"# first\n{repo.read(TIERS)}"})
    assert commit(repo, "--all", "-m", "Lower it", "-m", WHY)[0]
    repo.switch("main")
    assert commit(raised(repo), "-m", "Raise it", "-m", WHY)[0]


def test_a_merge_that_makes_a_policy_which_no_side_has_needs_one(repo: Repo) -> None:
    diverged(repo)
    done = repo.run("merge", "--no-edit", "lower")
    assert done.returncode == 1
    assert TIERS.encode() in done.stderr
    assert b"so is its message: git commit\n" in done.stderr
    assert commit(repo, "-m", "Merge lower", "-m", WHY)[0]
    assert len(repo.git("log", "-1", "--format=%P").split()) == 2
    assert commit(repo, "--amend", "--no-edit")[0]


def test_a_merge_resolved_to_one_side_needs_none(repo: Repo) -> None:
    diverged(repo)
    assert repo.run("merge", "--no-commit", "lower").returncode == 0
    repo.git("checkout", "lower", "--", TIERS)
    assert commit(repo, "--no-edit")[0]


def test_a_squashed_merge_is_a_commit_like_any_other(repo: Repo) -> None:
    diverged(repo)
    repo.git("merge", "--squash", "lower")
    assert not commit(repo, "--no-edit")[0]


def test_rewording_a_commit_in_a_rebase_keeps_its_reason(repo: Repo) -> None:
    assert commit(raised(repo), "-m", "Raise it", "-m", WHY, environ=AGO)[0]
    edits = {"GIT_SEQUENCE_EDITOR": "sed -i.bak s/^pick/reword/"}
    done = repo.run("rebase", "--interactive", "HEAD^", environ=edits | {"GIT_EDITOR": "echo Raise > "})
    assert done.returncode == 1
    assert b"needs a reason" in done.stderr
    repo.git("rebase", "--abort")
    repo.git("rebase", "--interactive", "HEAD^", environ=edits | {"GIT_EDITOR": "sed -i.bak 1s/Raise/Lift/"})
    assert repo.git("log", "-1", "--format=%s") == "Lift it"


# -- the hook itself --------------------------------------------------------------------------------------------------


def run(repo: Repo, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-m", "placet_hooks.placet_commit_msg", *arguments]
    return subprocess.run(command, cwd=repo.path, capture_output=True, text=True)


def test_without_the_message_s_file_it_does_not_let_policies_pass(repo: Repo) -> None:
    raised(repo)
    for arguments in ([], ["gone"]):
        done = run(repo, *arguments)
        assert done.returncode == 4
        assert "was not handed to the hook" in done.stderr
    repo.git("reset", "--quiet", "--hard")
    assert run(repo).returncode == 0


def test_outside_of_a_repository_it_can_not_decide(tmp_path: Path) -> None:
    done = run(Repo(tmp_path, init=False), "message")
    assert done.returncode == 4
    assert "Traceback" not in done.stderr


def test_what_a_path_says_reaches_no_terminal(repo: Repo) -> None:
    repo.write({"policies/\x1b[31mred.yaml": "x"})
    repo.add()
    assert "\x1b" not in commit(repo, "-m", "Red")[1]


@pytest.mark.parametrize("policies", [pytest.param(True, id="of policies"), pytest.param(False, id="of other files")])
def test_a_change_imports_nothing_heavy(repo: Repo, tmp_path: Path, policies: bool) -> None:
    if policies:
        raised(repo)
    (tmp_path / "message").write_text("Change it\n")
    script = (
        "import json, sys\nfrom placet_hooks.placet_commit_msg import main\n"
        "code = main(sys.argv[1:])\nprint(json.dumps([code, sorted(sys.modules)]))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "message")]
    done = subprocess.run(command, cwd=repo.path, capture_output=True, text=True)
    code, names = json.loads(done.stdout)
    assert code == (1 if policies else 0)
    assert {name for name in names if name in HEAVY or name.partition(".")[0] in HEAVY} == set()
