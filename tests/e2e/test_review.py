"""`placet review` through the real command line: formats, limits, Ctrl-C, evidence, rollback, terminals."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.command import command, judged, placet
from tests.model_server import ModelServer, Reply, Seen
from tests.repository import PROMPT, PROVIDERS, Repo, governed, sorter

from placet.record import replace

FINE, NOT_MET, USAGE, CANNOT_DECIDE, INTERRUPTED = 0, 1, 2, 4, 130
#: 30 cases on both sides; the two critical ones three times.
CALLS = 68

LOSS = ("Answer with one word.", "Answer with one word. Get 9 wrong.")
HARMLESS = ("Answer with one word.", "Answer with just one word.")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(sorter) as server:
        yield server


def changed(tmp_path: Path, server: ModelServer, edit: tuple[str, str] = LOSS) -> Repo:
    """A governed repository with one commit on a branch that edits the prompt."""
    repo = governed(tmp_path / "shop", server.base_url)
    repo.branch("edit")
    repo.edit(PROMPT, *edit)
    repo.commit("Edit the prompt")
    return repo


# -- the answer -------------------------------------------------------------------------------------------------------


def test_a_loss_is_not_placet(tmp_path: Path, server: ModelServer) -> None:
    done = judged(placet(changed(tmp_path, server).path, "review"))
    assert done.code == NOT_MET
    assert done.out.startswith("Non placet: ")
    assert "core.accuracy" in done.out
    assert "100 %" in done.out
    assert "70 %" in done.out
    assert done.out.rstrip().endswith("(exit 1)")
    assert server.count == CALLS


def test_a_harmless_edit_is_placet_and_approvals_stay_the_pull_requests_business(
    tmp_path: Path, server: ModelServer
) -> None:
    done = judged(placet(changed(tmp_path, server, HARMLESS).path, "review"))
    assert done.code == FINE
    assert done.out.startswith("Placet: ")
    assert "approvals are decided on the pull request" in " ".join(done.out.split())


def test_the_same_review_as_markdown_and_json(tmp_path: Path, server: ModelServer) -> None:
    repo = changed(tmp_path, server)
    markdown = judged(placet(repo.path, "review", "--format", "markdown"))
    assert markdown.code == NOT_MET
    assert markdown.out.startswith("### ❌ Non placet: ")
    assert "| core | accuracy | 100 % | 70 % |" in markdown.out
    as_json = judged(placet(repo.path, "review", "--format", "json"))
    assert as_json.code == NOT_MET
    assert "non placet" in json.dumps(as_json.json)
    assert server.count == CALLS


def test_a_second_review_calls_nothing_and_says_the_same(tmp_path: Path, server: ModelServer) -> None:
    repo = changed(tmp_path, server)
    first = placet(repo.path, "review")
    again = judged(placet(repo.path, "review"))
    assert server.count == CALLS
    assert again.code == first.code
    assert "0 model calls" in again.out
    assert again.err == ""
    assert again.out.splitlines()[:10] == first.out.splitlines()[:10]


def test_from_a_subfolder_it_is_the_same_review(tmp_path: Path, server: ModelServer) -> None:
    repo = changed(tmp_path, server)
    assert judged(placet(repo.path / "prompts" / "sorter", "review")).code == NOT_MET
    assert server.count == CALLS


def test_base_and_head_can_be_named(tmp_path: Path, server: ModelServer) -> None:
    repo = changed(tmp_path, server)
    repo.git("switch", "--quiet", "main")
    assert judged(placet(repo.path, "review")).code == FINE
    assert server.count == 0
    assert judged(placet(repo.path, "review", "--base", "main", "--head", "edit")).code == NOT_MET


# -- what isn't committed ---------------------------------------------------------------------------------------------


def test_uncommitted_edits_count_with_worktree_and_are_labelled(tmp_path: Path, server: ModelServer) -> None:
    repo = governed(tmp_path / "shop", server.base_url)
    repo.edit(PROMPT, *LOSS)
    before = (repo.status(), repo.git("for-each-ref"))
    without = judged(placet(repo.path, "review"))
    assert without.code == FINE
    assert server.count == 0
    done = judged(placet(repo.path, "review", "--worktree"))
    assert done.code == NOT_MET
    assert "Not committed: this judges the working tree" in done.out
    assert (repo.status(), repo.git("for-each-ref")) == before


# -- one case ---------------------------------------------------------------------------------------------------------


def test_one_case_is_shown_whole(tmp_path: Path, server: ModelServer) -> None:
    repo = changed(tmp_path, server)
    done = judged(placet(repo.path, "review", "--suite", "core", "--case", "account-01"))
    assert done.code == NOT_MET
    for text in ("account-01", "Ticket 1 is about account.", "Get 9 wrong.", "neither", "accuracy"):
        assert text in done.out


@pytest.mark.parametrize(
    ("suite", "case", "saying"),
    [
        pytest.param("cores", "account-01", "these do: core", id="no such suite"),
        pytest.param("core", "nobody", "for example: account-01", id="no such case"),
    ],
)
def test_a_case_that_is_not_there(tmp_path: Path, server: ModelServer, suite: str, case: str, saying: str) -> None:
    done = judged(placet(changed(tmp_path, server).path, "review", "--suite", suite, "--case", case))
    assert done.code == USAGE
    assert saying in done.err
    assert server.count == 0, "a misspelt name costs nothing"


# -- limits -----------------------------------------------------------------------------------------------------------


def test_max_calls_is_never_exceeded_and_what_was_answered_is_kept(tmp_path: Path, server: ModelServer) -> None:
    repo = changed(tmp_path, server)
    done = judged(placet(repo.path, "review", "--max-calls", "20"))
    assert done.code == CANNOT_DECIDE
    assert "the limit of 20 calls is reached" in " ".join(done.out.split())
    assert server.count == 20
    assert judged(placet(repo.path, "review")).code == NOT_MET
    assert server.count == CALLS


def test_max_calls_of_nothing_calls_nothing(tmp_path: Path, server: ModelServer) -> None:
    assert judged(placet(changed(tmp_path, server).path, "review", "--max-calls", "0")).code == CANNOT_DECIDE
    assert server.count == 0


def test_max_cost_stops_before_it_is_exceeded(tmp_path: Path, server: ModelServer) -> None:
    repo = changed(tmp_path, server)
    done = judged(placet(repo.path, "review", "--max-cost", "0.0005"))
    assert done.code == CANNOT_DECIDE
    assert "could exceed the limit of $0.0005" in " ".join(done.out.split())
    assert 0 < server.count < CALLS
    assert server.count * 20e-6 <= 0.0005  # 10 tokens in, 5 out, at $1 and $2 a million


def test_a_limit_on_cost_needs_a_price(tmp_path: Path, server: ModelServer) -> None:
    repo = governed(tmp_path / "shop", server.base_url)
    with repo.yaml(PROVIDERS) as providers:
        for model in providers["providers"]["stand-in"]["models"]:
            del model["price"]
    repo.commit("No prices")
    repo.branch("edit")
    repo.edit(PROMPT, *HARMLESS)
    repo.commit()
    done = judged(placet(repo.path, "review", "--max-cost", "1"))
    assert done.code == CANNOT_DECIDE
    assert "the price of one-2026-10-01" in done.err
    assert server.count == 0


# -- interrupted ------------------------------------------------------------------------------------------------------


def test_ctrl_c_keeps_finished_calls(tmp_path: Path, server: ModelServer) -> None:
    repo = changed(tmp_path, server)
    server.script(_slow)
    process = _started(repo)
    while server.count < 24:  # 8 at a time: at least 16 have been answered
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == INTERRUPTED, out + err
    assert "interrupted; finished calls are kept" in err
    assert "Traceback" not in err
    made = server.count
    assert made < CALLS
    server.script(sorter)
    assert judged(placet(repo.path, "review")).code == NOT_MET
    assert server.count - made <= CALLS - 16


def _slow(seen: Seen) -> Reply:
    return replace(sorter(seen), delay=0.2)


def _started(repo: Repo) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("review"),
        cwd=repo.path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_killed_review_keeps_finished_calls_too(tmp_path: Path, server: ModelServer) -> None:
    repo = changed(tmp_path, server)
    server.script(_slow)
    process = _started(repo)
    while server.count < 24:
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=20)
    made = server.count
    server.script(sorter)
    assert judged(placet(repo.path, "review")).code == NOT_MET
    assert server.count - made <= CALLS - 16


# -- rollback ---------------------------------------------------------------------------------------------------------


def test_a_revert_needs_neither_cache_nor_model(tmp_path: Path, server: ModelServer) -> None:
    repo = changed(tmp_path, server, HARMLESS)
    assert judged(placet(repo.path, "review")).code == FINE
    repo.merge("edit")
    repo.branch("back")
    repo.revert()
    server.close()
    for file in (repo.path / ".git" / "placet").glob("cache.sqlite*"):
        file.unlink()
    done = judged(placet(repo.path, "review"))
    assert done.code == FINE
    assert done.out.startswith("Placet: rolls sort.prompt.yml back to ")
    assert "0 model calls" in done.out
    assert done.err == ""


def test_a_rollback_to_content_that_was_never_evaluated_calls_the_model(tmp_path: Path, server: ModelServer) -> None:
    repo = changed(tmp_path, server, HARMLESS)
    repo.merge("edit")
    repo.branch("back")
    repo.revert()
    done = judged(placet(repo.path, "review"))
    assert done.code == FINE
    assert server.count == 34, "head alone: base's difference gates nothing"


# -- what a person sees -----------------------------------------------------------------------------------------------


def test_without_a_terminal_progress_is_plain_lines(tmp_path: Path, server: ModelServer) -> None:
    done = judged(placet(changed(tmp_path, server).path, "review"))
    assert re.match(r"about 68 model calls, at most \$0\.\d+\n", done.err)
    assert "\x1b" not in done.said


@pytest.mark.parametrize(
    ("environ", "colour"),
    [
        pytest.param({"TERM": "xterm-256color"}, True, id="a terminal"),
        pytest.param({"TERM": "xterm-256color", "NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param({"TERM": "dumb"}, False, id="a dumb terminal"),
    ],
)
def test_colour_is_for_terminals(tmp_path: Path, server: ModelServer, environ: dict[str, str], colour: bool) -> None:
    code, said = _at_a_terminal(changed(tmp_path, server), "y\n", environ, "review")
    assert code == NOT_MET
    assert (re.search(r"\x1b\[[0-9;]*m", said) is not None) == colour
    assert "Non placet" in said


@pytest.mark.parametrize(
    ("answer", "code", "calls"),
    [
        pytest.param("y\n", NOT_MET, CALLS, id="yes"),
        pytest.param("n\n", CANNOT_DECIDE, 0, id="no"),
        pytest.param("\x03", INTERRUPTED, 0, id="Ctrl-C"),
    ],
)
def test_at_a_terminal_a_paid_run_asks_first(
    tmp_path: Path, server: ModelServer, answer: str, code: int, calls: int
) -> None:
    ended, said = _at_a_terminal(changed(tmp_path, server), answer, {"TERM": "xterm"}, "review")
    assert "About 68 model calls, at most $0." in said
    assert "Run? [Y/n]" in said
    assert (ended, server.count) == (code, calls), said
    assert "Traceback" not in said


@pytest.mark.parametrize("free", [pytest.param(False, id="--yes"), pytest.param(True, id="a free model")])
def test_at_a_terminal_nothing_is_asked(tmp_path: Path, server: ModelServer, free: bool) -> None:
    repo = changed(tmp_path, server)
    if free:
        repo.switch("main")
        with repo.yaml(PROVIDERS) as providers:
            for model in providers["providers"]["stand-in"]["models"]:
                model["price"] = {"input": 0, "output": 0}
        repo.commit("Free")
        repo.switch("edit")
    code, said = _at_a_terminal(repo, "", {"TERM": "xterm"}, "review", *([] if free else ["--yes"]))
    assert code == NOT_MET
    assert "Run?" not in said


def test_at_a_terminal_each_suite_has_a_line_of_progress(tmp_path: Path, server: ModelServer) -> None:
    server.script(_slow)
    _, said = _at_a_terminal(changed(tmp_path, server), "y\n", {"TERM": "xterm"}, "review")
    assert re.search(r"core +\d+/68 +█", said)
    assert re.search(r"calls \d+ +\$0\.\d+ +~\d+ s left", said)


def _at_a_terminal(repo: Repo, answer: str, environ: dict[str, str], *words: str) -> tuple[int, str]:
    """The exit code and everything shown of a command that has a terminal, where `answer` is typed once it asks."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(repo.path)
        os.execvpe(command()[0], command(*words), os.environ | environ)
    said, typed, until = b"", not answer, time.monotonic() + 60
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 1)[0]:
            if typed and answer == "\x03":  # what comes in the instant before readline waits is lost on it
                os.write(terminal, b"\x03")
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:  # Linux says so when the other side has gone
            break
        if not part:
            break
        said += part
        if not typed and b"Run?" in said:
            os.write(terminal, answer.encode())
            typed = True
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said.decode()
