"""The workflow keeps to least rights. zizmor says the same and more, where it is installed (docs/bot.md)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

FILE = Path(__file__).parents[2] / ".github" / "workflows" / "placet.yml"
RIGHTS = {
    "start": {"checks": "write", "contents": "read", "pull-requests": "read"},
    "evaluate": {"contents": "read"},
    "report": {"checks": "write", "contents": "read", "pull-requests": "write"},
}


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(FILE.read_text())
    return found


def test_each_job_has_the_rights_it_needs_and_no_other(workflow: dict[str, Any]) -> None:
    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == RIGHTS


def test_it_runs_on_pull_requests_with_their_own_rights(workflow: dict[str, Any]) -> None:
    assert set(workflow["on"]) == {"pull_request"}
    assert "paths" not in workflow["on"]["pull_request"]


def test_only_base_is_checked_out_and_no_credential_is_left(workflow: dict[str, Any]) -> None:
    checkouts = [step for step in _steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == len(RIGHTS)
    for step in checkouts:
        assert step["with"]["ref"] == "${{ github.event.pull_request.base.ref }}"
        assert step["with"]["persist-credentials"] is False
        assert "repository" not in step["with"]


def test_no_secret_and_no_text_of_a_stranger_is_in_reach(workflow: dict[str, Any]) -> None:
    assert "secrets" not in re.sub(r"#.*", "", FILE.read_text())
    for step in _steps(workflow):
        assert "${{" not in step.get("run", "")
        assert set(step.get("env", {})) <= {"GITHUB_TOKEN"}


def test_every_action_is_pinned_by_commit(workflow: dict[str, Any]) -> None:
    for step in _steps(workflow):
        assert "uses" not in step or re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])


def test_the_report_comes_even_when_the_evaluation_failed(workflow: dict[str, Any]) -> None:
    assert workflow["jobs"]["report"]["if"].startswith("always()")
    assert workflow["jobs"]["report"]["needs"] == ["start", "evaluate"]


def test_every_job_ends(workflow: dict[str, Any]) -> None:
    assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())


def _steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]
