"""`placet show` as a person starts it: a system as it stands, at a revision, against a framework."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.e2e.command import placet
from tests.repository import SYSTEM, Repo, governed

FINE, USAGE = 0, 2


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return governed(tmp_path)


def test_a_system_as_it_stands(repo: Repo) -> None:
    done = placet(repo.path, "show", "sorter")
    assert done.code == FINE
    assert done.out.startswith("sorter (low, production): nothing is due: 3 met\n")


def test_what_is_measured_by_a_review_is_known(repo: Repo) -> None:
    """Nothing was measured in this clone, and that is said."""
    assert "this clone knows of nothing that was measured" in placet(repo.path, "show", "sorter").out


def test_a_revision_is_judged_on_the_day_of_its_commit(repo: Repo) -> None:
    before = repo.head
    repo.edit(SYSTEM, "CC-1", "CC-2")
    repo.git("commit", "--quiet", "-am", "Another account", environ={"GIT_AUTHOR_DATE": "2026-11-12T09:00:00Z"})
    now = json.loads(placet(repo.path, "show", "sorter", "--rev", "HEAD", "--format", "json").out)
    then = json.loads(placet(repo.path, "show", "sorter", "--rev", before, "--format", "json").out)
    assert (now["revision"], now["as_of"]) == (repo.head, "2026-11-12")
    states = [{one["id"]: one["state"] for one in side["controls"]}["model-card"] for side in (then, now)]
    assert states == ["met", "stale"]


@pytest.mark.parametrize("name", ["eu-ai-act", "nist-ai-rmf", "iso-42001"])
@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_every_framework_in_every_form(repo: Repo, name: str, format_: str) -> None:
    done = placet(repo.path, "show", "sorter", "--framework", name, "--format", format_)
    assert done.code == FINE
    assert "Nothing here says that the system complies" in done.out


def test_a_system_that_isn_t_there(repo: Repo) -> None:
    done = placet(repo.path, "show", "sortre")
    assert done.code == USAGE
    assert "no system `sortre` is registered" in done.err
    assert "did you mean sorter?" in done.err


def test_a_registration_that_can_t_be_read(repo: Repo) -> None:
    repo.edit(SYSTEM, "version: 1", "version: 1\n\t- broken")
    done = placet(repo.path, "show", "sorter")
    assert done.code != FINE
    assert "placet check systems/sorter" in done.err


def test_policies_that_aren_t_whole(repo: Repo) -> None:
    repo.remove("policies/tiers.yaml")
    done = placet(repo.path, "show", "sorter")
    assert done.code != FINE
    assert "the policies aren't whole" in done.err
