"""`placet import` as a user runs it: files in, a suite of claims out, and a review that calls them so."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.e2e.command import placet
from tests.repository import Repo, governed

FIXTURES = Path(__file__).parents[1] / "examples/imports"
FOLDER = "systems/sorter/evals"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return governed(tmp_path / "shop")


def imported(repo: Repo, tool: str, name: str, *more: str, suite: str = "quality") -> str:
    done = placet(repo.path, "import", tool, str(FIXTURES / name), "--system", "sorter", "--suite", suite, *more)
    assert done.code == 0, done.said
    return done.out


@pytest.mark.parametrize(
    ("tool", "name", "said"),
    [
        pytest.param("promptfoo", "promptfoo.json", "4 trials of 4 cases by promptfoo 0.121.20", id="promptfoo"),
        pytest.param("inspect", "inspect-deflate.eval", "8 trials of 4 cases by Inspect 0.3.285", id="Inspect"),
        pytest.param("junit", "pytest.xml", "6 trials of 6 cases by pytest", id="JUnit"),
    ],
)
def test_a_file_becomes_a_suite_without_findings(repo: Repo, tool: str, name: str, said: str) -> None:
    out = imported(repo, tool, name)
    assert said in out
    assert "placet check has no new finding" in out
    assert placet(repo.path, "check").code == 0


def test_what_is_imported_is_reviewed_as_a_claim(repo: Repo) -> None:
    repo.branch("quality")
    imported(repo, "promptfoo", "promptfoo.json")
    suite = repo.read(f"{FOLDER}/quality.yaml")
    repo.commit("Gate what promptfoo says", {f"{FOLDER}/quality.yaml": f"{suite}gates:\n  accuracy: {{min: 0.5}}\n"})
    done = placet(repo.path, "review", "--format", "markdown")
    assert "quality (claimed)" in done.out
    assert "imported from promptfoo 0.121.20 on 2026-11-20" in done.out


def test_importing_again_renews_the_results_and_leaves_the_gates(repo: Repo) -> None:
    imported(repo, "inspect", "inspect.json")
    suite = repo.read(f"{FOLDER}/quality.yaml") + "gates:\n  exact: {min: 0.5}\n"
    repo.write({f"{FOLDER}/quality.yaml": suite})
    out = imported(repo, "inspect", "inspect.json", "--no-outputs")
    assert f"changed {FOLDER}/recorded/quality.jsonl" in out
    assert f"unchanged: {FOLDER}/cases/quality.jsonl" in out
    assert repo.read(f"{FOLDER}/quality.yaml") == suite


def test_an_edited_prompt_makes_imported_results_another_subjects(repo: Repo) -> None:
    imported(repo, "junit", "pytest.xml")
    repo.edit("prompts/sorter/sort.prompt.yml", "one word", "two words")
    done = placet(repo.path, "check")
    assert done.code == 1
    assert "REC003" in done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--system", "nobody", "--suite", "q"), "nobody", id="a system that isn't registered"),
        pytest.param(("--system", "sorter", "--suite", "core"), "no suite of these", id="a suite of calls"),
        pytest.param(("--system", "sorter", "--suite", "Q!"), "Q!", id="a name that is none"),
        pytest.param(("--system", "sorter", "--suite", "q", "--subject", "acme/one"), "acme/one", id="no digest"),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is(repo: Repo, arguments: tuple[str, ...], said: str) -> None:
    done = placet(repo.path, "import", "junit", str(FIXTURES / "pytest.xml"), *arguments)
    assert done.code == 2
    assert said in done.err
    assert repo.status() == ""


def test_a_file_of_another_tool_is_refused(repo: Repo) -> None:
    done = placet(repo.path, "import", "promptfoo", str(FIXTURES / "pytest.xml"), "--system", "sorter", "--suite", "q")
    assert done.code == 4
    assert "isn't JSON" in done.err
    assert repo.status() == ""
