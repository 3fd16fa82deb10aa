"""`make demo`, run as a user runs it: the verdicts in order, nothing left behind, nothing of the user's touched."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.repository import Repo

ROOT = Path(__file__).resolve().parents[2]


def copy_of_this_repository(folder: Path) -> Repo:
    """A clone of what stands on disk here, committed, so that the test doesn't depend on what HEAD has."""
    repo = Repo(folder)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            repo.write({name: (ROOT / name).read_bytes()})
    repo.commit("As it stands")
    return repo


def start(repo: Repo, out: Path, temporary: Path, **environ: str) -> subprocess.Popen[str]:
    """The demo as a process of its own in a terminal-less group, without any git identity."""
    temporary.mkdir(exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return subprocess.Popen(
        [sys.executable, "-m", "examples.demo", "--out", str(out)],
        cwd=repo.path,
        env=kept | {"TMPDIR": str(temporary), "COLUMNS": "100"} | environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def listens(url: str) -> bool:
    port = int(url.rpartition(":")[2].removesuffix("/v1"))
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    return copy_of_this_repository(tmp_path_factory.mktemp("demo") / "a clone")


IN_ORDER = [
    '$ git commit -m "Register the voucher agent"',
    "SYS021 declared tier is lower than the risk factors allow",
    "SYS008 no prompt at prompts/voucher-agent/decide.prompt.yml",
    "help: did you mean prompts/voucher-agent/decision.prompt.yml?",
    "$ placet plan",
    "$ placet review",
    "\nNon placet: support-triage gets worse at core.accuracy",
    "(exit 1)",
    "$ placet review",
    "\nPlacet: support-triage meets every gate",
    "$ git merge",
    "$ rm -f .git/placet/cache.sqlite",
    "$ git revert",
    "$ placet review",
    "\nPlacet: rolls classify.prompt.yml back to ",
    "0 model calls",
]


@pytest.mark.slow
def test_the_demo_shows_the_whole_loop_and_touches_nothing_of_the_users(tmp_path: Path) -> None:
    repo = copy_of_this_repository(tmp_path / "a clone")
    before = _made_dirty(repo)
    out = tmp_path / "comments"
    process = start(repo, out, tmp_path / "tmp")
    said, _ = process.communicate(timeout=150)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert "\x1b[" not in said
    _holds_in_order(said, IN_ORDER)
    _left_the_comments(said, out)
    _is_what_readme_shows(said)
    assert "your uncommitted changes stay where they are" in " ".join(said.split())
    assert _state(repo) == before
    _left_nothing_behind(said, tmp_path / "tmp")


def _made_dirty(repo: Repo) -> tuple[str, ...]:
    """A detached head, a staged file that isn't valid and an edit that isn't staged."""
    repo.git("checkout", "--quiet", "--detach")
    repo.write({"policies/tiers.yaml": "half written: ["})
    repo.add("policies")
    repo.edit("prompts/support-triage/classify.prompt.yml", "Acme", "Emca")
    return _state(repo)


def _state(repo: Repo) -> tuple[str, ...]:
    return (repo.status(), repo.git("diff", "HEAD"), repo.git("for-each-ref"), repo.head, repo.git("worktree", "list"))


def _holds_in_order(said: str, texts: list[str]) -> None:
    found = 0
    for text in texts:
        assert text in said[found:], f"{text!r} is missing, or not in its place:\n{said}"
        found = said.index(text, found) + len(text)


def _is_what_readme_shows(said: str) -> None:
    """README pastes the output; times, commits and dates differ."""
    shown = (ROOT / "README.md").read_text().split("## What the demo shows")[1].split("```")[1]
    lines = [line for line in shown.splitlines()[1:] if line and line != "[…]"]
    assert len(lines) > 20
    real = {_plain(line) for line in said.splitlines()}
    changed = [line for line in lines if _plain(line) not in real]
    assert changed == [], "README shows what the demo no longer says; paste it anew"


def _plain(line: str) -> str:
    return re.sub(r"\b\d+ ms\b|\b[0-9a-f]{7}\b|\d{4}-\d\d-\d\d", "…", line).strip()


def _left_the_comments(said: str, out: Path) -> None:
    first_lines = {path.name: path.read_text().splitlines()[0] for path in sorted(out.iterdir())}
    assert list(first_lines) == ["2-non-placet.md", "3-placet.md", "4-rollback.md"]
    assert all(str(out / name) in said for name in first_lines)
    assert first_lines["2-non-placet.md"].startswith("### ❌ Non placet: `support-triage`")
    assert first_lines["3-placet.md"].startswith("### ✅ Placet: `support-triage`")
    assert first_lines["4-rollback.md"].startswith("### ✅ Placet: rolls `classify.prompt.yml` back to ")
    assert "**0 model calls.**" in (out / "4-rollback.md").read_text()


def _left_nothing_behind(said: str, temporary: Path) -> None:
    assert list(temporary.iterdir()) == []
    url = re.search(r"http://127\.0\.0\.1:\d+/v1", said)
    assert url is not None
    assert not listens(url[0])


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "terminated"])
def test_an_interrupted_demo_cleans_up(repo: Repo, tmp_path: Path, number: signal.Signals) -> None:
    process = start(repo, tmp_path / "comments", tmp_path / "tmp")
    assert process.stdout is not None
    said = ""
    while "$ placet review" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    time.sleep(0.2)  # into the review
    process.send_signal(number)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 130, said + rest
    assert "Traceback" not in said + rest
    _left_nothing_behind(said, tmp_path / "tmp")


@pytest.mark.slow
def test_the_demo_stops_with_a_message_when_something_is_not_as_it_says(repo: Repo, tmp_path: Path) -> None:
    other = repo.clone(tmp_path / "other")
    other.write({"examples/edits/harmless-looking.prompt.yml": repo.read("examples/edits/fixed.prompt.yml")})
    other.commit("An edit that is harmless")
    process = start(other, tmp_path / "comments", tmp_path / "tmp")
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "the demo stops here: `placet review` ended with exit code 0, and 1 was expected" in said
    assert "Traceback" not in said
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_demo_needs_a_repository_with_a_commit(repo: Repo, tmp_path: Path) -> None:
    unborn = Repo(tmp_path / "unborn")
    for name in repo.git("ls-files", "examples").splitlines():
        unborn.write({name: (repo.path / name).read_bytes()})
    process = start(unborn, tmp_path / "comments", tmp_path / "tmp")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "can't be cloned" in said
    assert "Traceback" not in said
