"""`placet bot` as a workflow runs it: exit codes, what is printed, and a job that is cancelled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.bot.conftest import Project
from tests.bot.fake_github import TOKEN
from tests.bot.test_action import PROMPT, REGISTRATION
from tests.model_server import ModelServer, Reply

from placet.cli.main import main


def _set(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "ACTIONS_"))]:
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_one_job(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    project.push("topic", project.edit(REGISTRATION, "  tier: low", "  tier: enormous"), start="main")
    _set(monkeypatch, project.variables(project.github.open_pull("topic")))
    assert main(["bot", "action", "--max-calls", "10"]) == 1
    shown = capsys.readouterr()
    assert shown.out.startswith("placet: Non placet: ")
    assert TOKEN not in shown.out + shown.err


def test_three_jobs(project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    head = project.push("topic", project.edit(REGISTRATION, "  tier: low", "  tier: enormous"), start="main")
    _set(monkeypatch, project.variables(project.github.open_pull("topic")))
    file = str(tmp_path / "review.json")
    assert main(["bot", "start"]) == 0
    assert main(["bot", "evaluate", "--out", file]) == 0
    assert main(["bot", "report", file]) == 1
    assert project.check(head)["conclusion"] == "failure"


@pytest.mark.parametrize("left", [None, b"{}", b"\x00"], ids=["no result", "an empty result", "a broken result"])
def test_an_evaluation_that_left_nothing_fails_the_check(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, left: bytes | None
) -> None:
    head = project.push("topic", {"README.md": "# Other\n"}, start="main")
    _set(monkeypatch, project.variables(project.github.open_pull("topic")))
    if left is not None:
        (tmp_path / "review.json").write_bytes(left)
    assert main(["bot", "report", str(tmp_path / "review.json")]) == 4
    assert project.check(head)["conclusion"] == "failure"


def test_outside_of_actions_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _set(monkeypatch, {})
    assert main(["bot", "action"]) == 2
    assert "GITHUB_EVENT_PATH" in capsys.readouterr().err


def test_what_is_printed_cannot_command_the_runner(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The runner obeys lines that begin with `::`, and a path can hold a line break."""
    evil = "systems/x\n::error::owned/system.yaml"
    project.push("topic", {evil: "version: 1\n"}, start="main")
    _set(monkeypatch, project.variables(project.github.open_pull("topic")))
    assert main(["bot", "action"]) in {1, 4}
    shown = capsys.readouterr()
    assert not [line for line in (shown.out + shown.err).splitlines() if line.lstrip().startswith("::")]


def test_an_error_cannot_command_the_runner_either(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _set(monkeypatch, project.variables(project.github.open_pull("main"), GITHUB_EVENT_PATH="/nowhere\n::error::owned"))
    assert main(["bot", "action"]) == 4
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_cancelled_job_completes_its_check(project: Project) -> None:
    with ModelServer(Reply(hang=True)) as server:
        providers = project.read("policies/providers.yaml")
        before = next(line for line in providers.splitlines() if line.startswith("    base_url:"))
        project.push("main", {"policies/providers.yaml": providers.replace(before, f"    base_url: {server.base_url}")})
        head = project.push("topic", project.edit(PROMPT, "be short", "be brief"), start="main")
        variables = project.variables(project.github.open_pull("topic"))
        command = [sys.executable, "-m", "placet", "bot", "action"]
        with subprocess.Popen(command, env=os.environ | variables, cwd=project.folder, stderr=subprocess.PIPE) as run:
            until = time.monotonic() + 60
            while server.count == 0 and run.poll() is None and time.monotonic() < until:
                time.sleep(0.02)
            run.send_signal(signal.SIGTERM)
            _, shown = run.communicate(timeout=60)
    assert server.count > 0
    assert b"Traceback" not in shown
    check = project.check(head)
    assert (check["status"], check["conclusion"]) == ("completed", "failure")


def test_the_bot_needs_nothing_of_the_terminal() -> None:
    """The two doors know nothing of each other."""
    code = "import sys, placet_bot.cli; print([name for name in sys.modules if name.startswith('placet.cli')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
