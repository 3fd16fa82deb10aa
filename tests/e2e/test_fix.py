"""`placet check --fix` on real files: what it writes, what it leaves, and what it says of both."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from tests.e2e.command import judged, placet, placet_without
from tests.governed import base
from tests.repository import Repo

SYSTEM, CORE = "systems/notes/system.yaml", "systems/notes/evals/core.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "notes")
    made.commit("Govern", {path: one.data or b"" for path, one in base().items()})
    return made


def test_it_mends_says_so_and_shows_what_is_left(repo: Repo) -> None:
    whole = repo.read(SYSTEM)
    repo.edit(SYSTEM, "title:", "titel:")
    repo.edit(SYSTEM, "tier: low", "teir: lwo")
    repo.edit(CORE, "contains", "holds")
    done = judged(placet(repo.path, "check", "--fix"))
    assert done.code == 1
    assert done.out.splitlines()[:3] == [
        f"fixed {SYSTEM}:3: FIL008 `titel` is now `title`",
        f"fixed {SYSTEM}:11: FIL008 `teir` is now `tier`",
        f"fixed {SYSTEM}:11: FIL007 `risk.tier: lwo` is now `low`",
    ]
    assert CORE in done.out.splitlines()[3]
    assert repo.read(SYSTEM) == whole


def test_a_second_time_there_is_nothing_to_mend(repo: Repo) -> None:
    repo.edit(SYSTEM, "title:", "titel:")
    assert judged(placet(repo.path, "check", "--fix")).code == 0
    again = judged(placet(repo.path, "check", "--fix"))
    assert again.code == 0
    assert again.out.startswith("No findings.")
    assert repo.status() == ""


def test_a_file_keeps_its_permissions(repo: Repo) -> None:
    repo.edit(SYSTEM, "title:", "titel:")
    (repo.path / SYSTEM).chmod(0o755)
    placet(repo.path, "check", "--fix")
    assert stat.S_IMODE((repo.path / SYSTEM).stat().st_mode) == 0o755
    assert "title:" in repo.read(SYSTEM)


def test_only_the_files_that_were_asked_for_are_mended(repo: Repo) -> None:
    repo.edit(SYSTEM, "title:", "titel:")
    repo.edit(CORE, "scorers:", "scorer:")
    judged(placet(repo.path, "check", "--fix", CORE))
    assert "scorers:" in repo.read(CORE)
    assert "titel:" in repo.read(SYSTEM)
    judged(placet(repo.path, "check", "--fix", "--only", "systems"))
    assert "title:" in repo.read(SYSTEM)


def test_programs_read_the_findings_alone(repo: Repo) -> None:
    repo.edit(SYSTEM, "title:", "titel:")
    done = judged(placet(repo.path, "check", "--fix", "--format", "json"))
    assert done.json["summary"]["errors"] == 0
    assert "`titel` is now `title`" in done.err


def test_what_is_staged_is_mended_on_disk_if_that_is_what_is_staged(repo: Repo) -> None:
    repo.edit(SYSTEM, "title:", "titel:")
    repo.add(SYSTEM)
    done = judged(placet(repo.path, "check", "--staged", "--fix"))
    assert done.code == 1  # the index is as it was
    assert "stage it with git add" in done.out
    assert repo.git("diff", "--name-only").split() == [SYSTEM]
    repo.add(SYSTEM)
    assert judged(placet(repo.path, "check", "--staged", "--fix")).code == 0


def test_a_file_with_more_changes_than_what_is_staged_is_left_alone(repo: Repo) -> None:
    repo.edit(SYSTEM, "title:", "titel:")
    repo.add(SYSTEM)
    repo.edit(SYSTEM, "Meeting notes", "Notes of meetings")
    before = repo.read(SYSTEM)
    done = judged(placet(repo.path, "check", "--staged", "--fix"))
    assert f"not fixed {SYSTEM}: it isn't what is staged" in done.out
    assert repo.read(SYSTEM) == before


@pytest.mark.parametrize("options", [["--rev", "HEAD"], ["--from-ref", "HEAD"]])
def test_a_commit_is_what_it_is(repo: Repo, options: list[str]) -> None:
    done = judged(placet(repo.path, "check", "--fix", *options))
    assert done.code == 2
    assert "a commit is what it is" in done.said


def test_a_link_is_never_followed(repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(repo.read(SYSTEM).replace("title:", "titel:"))
    (repo.path / SYSTEM).unlink()
    (repo.path / SYSTEM).symlink_to(outside)
    assert judged(placet(repo.path, "check", "--fix")).code == 1
    assert "titel:" in outside.read_text()


def test_where_secrets_are_asked_for_and_can_t_be_looked_for_nothing_passes(repo: Repo) -> None:
    assert judged(placet_without(["re2"], repo.path, "check")).code == 0
    repo.write({"policies/placet.yaml": repo.read("policies/placet.yaml") + "secrets: true\n"})
    done = judged(placet_without(["re2"], repo.path, "check"))
    assert done.code == 4
    assert "pip install 'placet[secrets]'" in done.err
    assert judged(placet(repo.path, "check")).code == 0


@pytest.mark.parametrize("format_", ["text", "json", "jsonl", "github", "sarif"])
def test_no_format_shows_a_secret(repo: Repo, format_: str) -> None:
    token = "sk-" + "ant-api03-w4Nq8ZtBr2VkD6sJx9LmC3pYh"
    repo.write({"policies/placet.yaml": repo.read("policies/placet.yaml") + "secrets: true\n"})
    repo.edit("prompts/notes/summarise.prompt.yml", "content: Say", f"content: Use {token}. Say")
    done = judged(placet(repo.path, "check", "--format", format_))
    assert done.code == 1
    assert "SEC001" in done.out
    assert token[:20] not in done.said
