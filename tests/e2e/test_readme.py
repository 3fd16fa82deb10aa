"""What README and quick start say is so: the smallest repository works, commands and links exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.e2e.command import judged, placet
from tests.model_server import ModelServer, Reply
from tests.repository import Repo

from placet.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
_FILE = re.compile(r"^`((?:policies|systems|prompts)/[^`]+)`[^`]*\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def smallest(path: Path) -> Repo:
    """The repository that README shows, committed on main."""
    repo = Repo(path)
    repo.write(dict(_FILE.findall((ROOT / "README.md").read_text())))
    repo.commit("Govern the greeter")
    return repo


def test_the_smallest_governed_repository_has_no_findings(tmp_path: Path) -> None:
    repo = smallest(tmp_path / "shop")
    assert len(repo.git("ls-files").splitlines()) == 5
    for options in ([], ["--staged"]):
        done = judged(placet(repo.path, "check", *options))
        assert done.code == 0
        assert done.out.startswith("No findings.")


def test_a_prompt_edit_in_the_smallest_governed_repository_can_be_reviewed(tmp_path: Path) -> None:
    with ModelServer(lambda seen: Reply(f"Hello, {seen.prompt}!")) as server:
        repo = smallest(tmp_path / "shop")
        repo.edit("policies/providers.yaml", "http://127.0.0.1:11434/v1", server.base_url)
        repo.commit("Another port")
        repo.branch("kinder")
        repo.edit("prompts/greeter/greet.prompt.yml", "one short sentence", "one kind sentence")
        repo.commit()
        done = judged(placet(repo.path, "review"))
        assert done.code == 0, done.said
        assert done.out.startswith("Placet")
        assert server.requests[0].json["model"] == "qwen3:8b"


def test_every_command_is_in_the_table(tmp_path: Path) -> None:
    rows = re.findall(r"^\| `placet (\w+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert rows == list(COMMANDS)


@pytest.mark.parametrize("name", ["README.md", "docs/quickstart.md"])
def test_every_link_leads_somewhere(name: str) -> None:
    page = ROOT / name
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert links
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_cases_that_the_quick_start_names_exist() -> None:
    case = re.search(r"--suite (\w+) --case ([\w-]+)", (ROOT / "docs/quickstart.md").read_text())
    assert case is not None
    cases = ROOT / "systems" / "support-triage" / "evals" / "cases" / f"{case[1]}.jsonl"
    assert f'"id": "{case[2]}"' in cases.read_text()
