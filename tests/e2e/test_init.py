"""`placet init` in real repositories: what it writes is valid, what is there is safe, a second run changes nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.e2e.command import ROOT, Done, command, judged, placet
from tests.e2e.terminal import typed
from tests.repository import Repo

from placet.cli.writing import Writer
from placet.errors import PlacetError

FINE, NOT_MET, USAGE, CANNOT_DECIDE = 0, 1, 2, 4
OWNER = ("--owner", "@acme/platform", "--risk", "@acme/ai-risk")
YES = ("init", "--yes", *OWNER)
BINARIES = str(Path(sys.executable).parent)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "shop")


def done(repo: Repo, *arguments: str) -> Done:
    result = judged(placet(repo.path, *arguments))
    assert result.code == FINE, result.said
    return result


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the tree, git's own left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def no_findings(repo: Repo) -> None:
    checked = judged(placet(repo.path, "check"))
    assert checked.code == FINE, checked.said
    assert checked.out.startswith("No findings."), checked.said


# -- an empty repository ----------------------------------------------------------------------------------------------


def test_an_empty_repository_is_governed_and_has_no_finding(repo: Repo) -> None:
    said = done(repo, *YES)
    assert "wrote policies/" in said.out
    assert "Next:" in said.out
    assert "pre-commit install, or without pre-commit: placet install" in said.out
    assert "-m 'Reason: from now on it is governed'" in said.out
    no_findings(repo)
    assert {path.split("/")[0] for path in contents(repo.path)} == {
        ".github",
        ".pre-commit-config.yaml",
        "policies",
        "prompts",
        "systems",
    }


def test_a_second_run_changes_nothing(repo: Repo) -> None:
    done(repo, *YES)
    before = contents(repo.path)
    for arguments in (YES, ("init", "--yes")):
        said = done(repo, *arguments)
        assert said.out == "Everything is there already. Nothing was changed.\n"
        assert contents(repo.path) == before


def test_the_owner_is_taken_from_git(repo: Repo) -> None:
    repo.git("config", "user.email", "7+dana@users.noreply.github.com")
    done(repo, "init", "--yes")
    assert "@dana" in repo.read(".github/CODEOWNERS")
    no_findings(repo)


def test_without_any_owner_it_asks_for_one(repo: Repo) -> None:
    refused = judged(placet(repo.path, "init", "--yes", environ={"GIT_AUTHOR_EMAIL": ""}))
    assert refused.code == USAGE
    assert "--owner @user" in refused.err
    assert contents(repo.path) == {}


def test_it_writes_at_the_root_wherever_it_runs(repo: Repo) -> None:
    (repo.path / "deep/er").mkdir(parents=True)
    judged(placet(repo.path / "deep/er", *YES))
    assert (repo.path / "policies/tiers.yaml").exists()
    assert not (repo.path / "deep/er/policies").exists()


def test_the_hook_lets_the_first_commit_through_and_stops_a_bad_one(repo: Repo) -> None:
    """pre-commit itself, with nothing but this machine's Placet: the configuration asks for no network."""
    environ = {
        "PATH": f"{BINARIES}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(repo.path.parent / "cache"),
    }
    done(repo, *YES)
    _run(repo, environ, "pre-commit", "install")
    repo.git("add", "--all")
    unreasoned = _run(repo, environ, "git", "commit", "-m", "Govern this repository", code=1)
    assert "Reason: " in unreasoned.stdout + unreasoned.stderr
    reason = ("-m", "Reason: from now on it is governed")
    committed = _run(repo, environ, "git", "commit", "-m", "Govern this repository", *reason)
    assert "Passed" in committed.stdout + committed.stderr
    repo.edit("systems/example-feedback/system.yaml", "autonomy: informs", "autonomy: acts")
    repo.git("add", "--all")
    refused = _run(repo, environ, "git", "commit", "-m", "Let it act", code=1)
    assert "SYS021" in refused.stdout + refused.stderr
    assert repo.git("rev-list", "--count", "HEAD") == "1"


def _run(repo: Repo, environ: Mapping[str, str], *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    ran = subprocess.run(
        words, cwd=repo.path, env=os.environ | dict(environ), capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == code, (words, ran.stdout, ran.stderr)
    return ran


def test_a_dry_run_writes_nothing(repo: Repo) -> None:
    said = done(repo, "init", "--dry-run", *OWNER)
    assert "would write policies/" in said.out
    assert contents(repo.path) == {}


def test_json_says_what_was_done(repo: Repo) -> None:
    value = done(repo, *YES, "--format", "json").json
    assert {file["action"] for file in value["files"]} == {"created"}
    assert {file["path"] for file in value["files"]} == set(contents(repo.path))
    assert value["next"]
    again = done(repo, *YES, "--format", "json").json
    assert {file["action"] for file in again["files"]} <= {"unchanged", "kept"}
    assert again["next"] == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param(("--owner", "dana"), "is no owner", id="an owner without @"),
        pytest.param(("--owner", "@a", "--provider", "opnai"), "neither a known provider", id="a misspelt provider"),
        pytest.param(("--owner", "@a", "--credential", "sk-123"), "name of an environment", id="a key, not its name"),
        pytest.param(("--owner", "@a", "--model", "a b"), "no name of a model", id="a model with a space"),
        pytest.param(("--owner", "@a", "--price", "cheap"), "two amounts", id="a price in words"),
    ],
)
def test_a_wrong_answer_writes_nothing(repo: Repo, options: tuple[str, ...], says: str) -> None:
    refused = judged(placet(repo.path, "init", "--yes", *options))
    assert refused.code == USAGE
    assert says in refused.err
    assert "help: " in refused.err
    assert contents(repo.path) == {}


def test_a_gateway_with_a_price_has_no_finding(repo: Repo) -> None:
    gateway = (
        "--provider",
        "https://llm.acme.example/v1",
        "--credential",
        "ACME_KEY",
        "--model",
        "m-1",
        "--price",
        "1/2",
    )
    done(repo, *YES, *gateway)
    assert "credential: ACME_KEY" in repo.read("policies/providers.yaml")
    no_findings(repo)


# -- where it can't ---------------------------------------------------------------------------------------------------


def test_nobody_to_ask(repo: Repo) -> None:
    refused = judged(placet(repo.path, "init"))
    assert refused.code == USAGE
    assert "placet init --yes" in refused.err


def test_no_git_repository(tmp_path: Path) -> None:
    refused = judged(placet(tmp_path, *YES))
    assert refused.code == USAGE
    assert "git init" in refused.err


def test_a_bare_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "bare")], check=True)
    refused = judged(placet(tmp_path / "bare", *YES))
    assert refused.code == USAGE
    assert "bare" in refused.err


@pytest.mark.parametrize("name", ["policies", "systems", "prompts", ".github", "policies/controls"])
def test_a_folder_that_is_a_link_is_refused(repo: Repo, tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (repo.path / name).parent.mkdir(exist_ok=True)
    (repo.path / name).symlink_to(elsewhere)
    refused = judged(placet(repo.path, *YES))
    assert refused.code == CANNOT_DECIDE
    assert f"{name} is a symbolic link" in refused.err
    assert list(elsewhere.iterdir()) == []
    assert contents(repo.path) == {}


@pytest.mark.parametrize("name", ["policies/tiers.yaml", ".github/CODEOWNERS", ".pre-commit-config.yaml"])
def test_a_file_that_is_a_link_is_refused(repo: Repo, tmp_path: Path, name: str) -> None:
    target = tmp_path / "target"
    target.write_text("mine\n")
    (repo.path / name).parent.mkdir(exist_ok=True)
    (repo.path / name).symlink_to(target)
    refused = judged(placet(repo.path, *YES))
    assert refused.code == CANNOT_DECIDE
    assert "symbolic link" in refused.err
    assert target.read_text() == "mine\n"


def test_a_file_where_a_folder_should_be(repo: Repo) -> None:
    repo.write({"policies": "ours\n"})
    refused = judged(placet(repo.path, *YES))
    assert refused.code == CANNOT_DECIDE
    assert "policies is a file" in refused.err
    assert contents(repo.path) == {"policies": b"ours\n"}


def test_a_submodule_in_the_way(repo: Repo, tmp_path: Path) -> None:
    Repo(repo.path / "policies").commit("Another repository", {"a": "b"})
    refused = judged(placet(repo.path, *YES))
    assert refused.code == CANNOT_DECIDE
    assert "repository of its own" in refused.err


# -- what is there already --------------------------------------------------------------------------------------------

CODEOWNERS = "# ours\n* @acme/all\n/docs/   @acme/docs # why\n"
CONFIG = """\
# our hooks
repos:
  - repo: https://github.com/pre-commit/pre-commit-hooks
    rev: v5.0.0  # pinned
    hooks:
      - id: check-yaml
"""


@pytest.mark.parametrize("place", [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"])
def test_owners_and_hooks_are_added_to(repo: Repo, place: str) -> None:
    repo.write({place: CODEOWNERS, ".pre-commit-config.yaml": CONFIG})
    said = done(repo, *YES)
    assert repo.read(place).startswith(CODEOWNERS)
    assert "/policies/" in repo.read(place)
    assert repo.read(".pre-commit-config.yaml").startswith(CONFIG)
    assert "entry: placet-hook" in repo.read(".pre-commit-config.yaml")
    types = "--hook-type pre-commit --hook-type pre-merge-commit --hook-type commit-msg --hook-type pre-push"
    assert f"pre-commit install {types}, or" in said.out
    assert f"+++ b/{place}" in said.out
    assert [path for path in contents(repo.path) if path.endswith("CODEOWNERS")] == [place]
    no_findings(repo)
    before = contents(repo.path)
    assert "Nothing was changed" in done(repo, *YES).out
    assert contents(repo.path) == before


def test_what_differs_is_left_alone_and_said(repo: Repo) -> None:
    mine = {"policies/tiers.yaml": "version: 1\ntiers: {}\n", ".github/workflows/placet.yml": "name: mine\n"}
    repo.write(mine)
    said = done(repo, *YES)
    for path, text in mine.items():
        assert repo.read(path) == text
        assert f"left alone {path}" in said.out


def test_hooks_that_cannot_be_added_to_are_left_alone_and_said(repo: Repo) -> None:
    repo.write({".pre-commit-config.yaml": "repos: [\n"})
    said = done(repo, *YES)
    assert repo.read(".pre-commit-config.yaml") == "repos: [\n"
    assert "left alone .pre-commit-config.yaml" in said.out
    assert "docs/init.md" in said.out


def test_a_repository_with_systems_gets_no_example(repo: Repo) -> None:
    repo.write({"systems/mine/notes.md": "x"})
    done(repo, *YES)
    assert "systems/example-feedback/system.yaml" not in contents(repo.path)


def test_what_was_edited_stays(repo: Repo) -> None:
    done(repo, *YES)
    repo.edit("systems/example-feedback/system.yaml", "lifecycle: experiment", "lifecycle: staging")
    repo.edit("policies/placet.yaml", "@acme/ai-risk", "@acme/board")
    before = contents(repo.path)
    done(repo, *YES)
    assert contents(repo.path) == before


def test_what_git_ignores_is_said(repo: Repo) -> None:
    repo.write({".gitignore": "prompts/\n"})
    assert "git ignores prompts/example-feedback/sort.prompt.yml" in done(repo, *YES).out


def test_a_use_of_models_is_found_and_its_provider_taken(repo: Repo) -> None:
    repo.write({"app/chat.py": "import anthropic\n"})
    said = done(repo, *YES)
    assert "1 part of this repository uses models" in said.out
    assert "https://api.anthropic.com/v1" in repo.read("policies/providers.yaml")
    no_findings(repo)


# -- somebody at a terminal -------------------------------------------------------------------------------------------


def test_somebody_is_asked_little(repo: Repo) -> None:
    answers = [
        ("Who owns prompts", "@acme/platform"),
        ("Who answers for risk", "@acme/ai-risk"),
        ("Where are models called", "openai"),
        ("Which model", ""),
    ]
    said = judged(typed(repo.path, ["init"], answers))
    assert said.code == FINE, said.out
    assert 'risk: ["@acme/ai-risk"]' in repo.read("policies/placet.yaml")
    assert "credential: OPENAI_API_KEY" in repo.read("policies/providers.yaml")
    no_findings(repo)


@pytest.mark.parametrize(("answer", "replaced"), [("n", False), ("", False), ("y", True)])
def test_what_differs_is_shown_before_anything_is_replaced(repo: Repo, answer: str, replaced: bool) -> None:
    done(repo, *YES)
    repo.edit("policies/tiers.yaml", "least_cases: 20", "least_cases: 21")
    mine = repo.read("policies/tiers.yaml")
    said = judged(typed(repo.path, ["init", *OWNER, "--provider", "ollama", "--model", "x"], [("Replace", answer)]))
    assert said.code == FINE
    assert "-    suites: {least_cases: 21}" in said.out
    assert (repo.read("policies/tiers.yaml") != mine) is replaced


def test_an_addition_may_be_declined(repo: Repo) -> None:
    repo.write({"CODEOWNERS": CODEOWNERS})
    asked = [("Where are models", ""), ("Which model", ""), ("Add this to CODEOWNERS", "n")]
    said = judged(typed(repo.path, ["init", *OWNER], asked))
    assert said.code == FINE
    assert repo.read("CODEOWNERS") == CODEOWNERS


# -- nothing is lost --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_whenever_it_is_killed_nothing_is_lost_and_a_second_run_completes_it(tmp_path: Path) -> None:
    """Each file is whole or absent, those that were there are as before or complete, and nothing else is left."""
    files = {"CODEOWNERS": CODEOWNERS, ".pre-commit-config.yaml": CONFIG}
    whole = Repo(tmp_path / "whole")
    whole.write(files)
    done(whole, *YES)
    wanted = contents(whole.path)
    for number in range(6):
        repo = Repo(tmp_path / f"killed-{number}")
        repo.write(files)
        process = subprocess.Popen(
            command(*YES), cwd=repo.path, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _kill_after(process, repo, 4 * number)
        for path, data in contents(repo.path).items():
            assert data in (wanted[path], files.get(path, "").encode()), path
        done(repo, *YES)
        assert contents(repo.path) == wanted


def _kill_after(process: subprocess.Popen[bytes], repo: Repo, count: int) -> None:
    """Kill it once it has written `count` files, or let it end."""
    while process.poll() is None:
        if sum(path.is_file() for path in (repo.path / "policies").rglob("*")) >= count:
            process.send_signal(signal.SIGKILL)
            break
    process.wait()


def test_what_appears_or_changes_meanwhile_is_left_as_it_is(repo: Repo) -> None:
    writer = Writer(repo.repository)
    repo.write({"new": "theirs\n", "old": "before\n"})
    with pytest.raises(PlacetError, match="has changed while this ran"):
        writer.create("new", b"ours\n")
    writer.replace("old", b"before\n", b"ours\n")
    with pytest.raises(PlacetError, match="has changed while this ran"):
        writer.replace("old", b"before\n", b"again\n")
    assert (repo.read("new"), repo.read("old")) == ("theirs\n", "ours\n")
    assert list((repo.path / ".git/placet").iterdir()) == []


def test_files_keep_their_permissions(repo: Repo) -> None:
    repo.write({"CODEOWNERS": CODEOWNERS})
    (repo.path / "CODEOWNERS").chmod(0o640)
    done(repo, *YES)
    assert (repo.path / "CODEOWNERS").stat().st_mode & 0o777 == 0o640
    umask = os.umask(0)
    os.umask(umask)
    assert (repo.path / "policies/tiers.yaml").stat().st_mode & 0o777 == 0o666 & ~umask


def test_a_folder_that_cannot_be_written_is_said(repo: Repo) -> None:
    (repo.path / "policies").mkdir()
    (repo.path / "policies").chmod(0o500)
    try:
        refused = judged(placet(repo.path, *YES))
        if os.geteuid() != 0:  # nothing is forbidden to root
            assert refused.code == CANNOT_DECIDE
            assert "can't be written" in refused.err
    finally:
        (repo.path / "policies").chmod(0o700)


def test_this_repository_has_everything_but_what_is_its_own() -> None:
    """Run on ourselves, it would add nothing that we don't have in another form."""
    value = judged(placet(ROOT, "init", "--dry-run", "--format", "json", *OWNER)).json
    changed = {file["path"] for file in value["files"] if file["action"] in ("created", "changed")}
    assert changed <= {".github/CODEOWNERS"}
