"""The journal of a run: what is taken over after any end of a process, and what never is."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.model_server import ModelServer, Reply
from tests.repository import PROMPT, governed, sorter

from placet.digest import digest_of_text
from placet.journal import Journal, Of, Texts
from placet.model.run import Trial
from placet.record import replace

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
OF = Of("sha256:" + "a" * 64, "core", "sha256:" + "b" * 64)


def trial(text, **changes):
    return replace(Trial({"right": 1.0, "odd": None}, None, 12.5, 10, 5, 0.001, digest_of_text(text)), **changes)


def keep(folder, *texts, now=NOW, of=OF):
    journal = Journal(folder, of, now)
    for number, text in enumerate(texts, 1):
        assert journal.add("sha256:case", number, trial(text), text) is not None
    journal.close()


def left(folder, *, now=NOW, of=OF):
    """What a later run finds, by the number of the trial."""
    journal = Journal(folder, of, now)
    try:
        return {number: journal.text(place) for (_, number), (_, place) in journal.known.items()}
    finally:
        journal.close()


def test_a_later_run_finds_trials_and_texts(tmp_path):
    keep(tmp_path, "one", "zwei\n\u2028", "")
    journal = Journal(tmp_path, OF, NOW)
    assert [known for known, _ in journal.known.values()] == [trial("one"), trial("zwei\n\u2028"), trial("")]
    assert left(tmp_path) == {}  # while that one holds them
    journal.close()
    assert left(tmp_path) == {1: "one", 2: "zwei\n\u2028", 3: ""}


def test_once_it_is_finished_nothing_is_left(tmp_path):
    keep(tmp_path, "one")
    journal = Journal(tmp_path, OF, NOW)
    journal.add("sha256:case", 2, trial("two"), "two")
    journal.finish()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(replace(OF, subject="sha256:" + "c" * 64), id="another subject"),
        pytest.param(replace(OF, scoring="sha256:" + "c" * 64), id="other scorers"),
        pytest.param(replace(OF, suite="other"), id="another suite"),
    ],
)
def test_it_is_bound_to_what_it_is_of(tmp_path, of):
    keep(tmp_path, "one")
    assert left(tmp_path, of=of) == {}


@pytest.mark.parametrize(
    ("later", "found"),
    [
        pytest.param(dt.timedelta(hours=23), True, id="within a day"),
        pytest.param(dt.timedelta(hours=25), False, id="after a day"),
        pytest.param(dt.timedelta(minutes=-4), True, id="a clock that went back a little"),
        pytest.param(dt.timedelta(days=-300), False, id="a clock that jumped back"),
    ],
)
def test_for_how_long_it_is_used(tmp_path, later, found):
    keep(tmp_path, "one")
    assert bool(left(tmp_path, now=NOW + later)) is found
    assert bool(list(tmp_path.iterdir())) is (later <= dt.timedelta(days=1))


def test_wherever_a_write_was_cut_what_came_before_it_counts(tmp_path):
    keep(tmp_path, "one", "two", "three")
    (lines,) = tmp_path.glob("*.jsonl")
    whole = lines.read_bytes()
    ends = [at for at, byte in enumerate(whole, 1) if byte == ord("\n")]
    for size in range(len(whole) + 1):
        lines.write_bytes(whole[:size])
        assert len(left(tmp_path)) == max(0, sum(end <= size for end in ends) - 1)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda line: line.replace(b'"right":1.0', b'"right":0.0'), id="an altered score"),
        pytest.param(lambda line: line.replace(b'"trial":2', b'"trial":9'), id="another number"),
        pytest.param(lambda line: b"[]\n", id="another value"),
        pytest.param(lambda line: b"\xff\n", id="no text"),
        pytest.param(lambda line: b"[" * 100_000 + b"\n", id="a pit"),
    ],
)
def test_a_spoiled_line_is_left_out_alone(tmp_path, spoil):
    keep(tmp_path, "one", "two", "three")
    (path,) = tmp_path.glob("*.jsonl")
    head, first, second, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(head + first + spoil(second) + third)
    assert left(tmp_path) == {1: "one", 3: "three"}


def test_a_text_that_is_not_what_its_digest_says_does_not_count(tmp_path):
    keep(tmp_path, "one", "two")
    (path,) = tmp_path.glob("*.texts")
    path.write_bytes(b"onetwX")
    assert left(tmp_path) == {1: "one"}


def test_what_a_stopped_run_adds_to_is_found_as_a_whole(tmp_path):
    keep(tmp_path, "one")
    journal = Journal(tmp_path, OF, NOW)
    journal.add("sha256:case", 2, trial("two"), "two")
    journal.close()
    assert left(tmp_path) == {1: "one", 2: "two"}


FULL = """
import resource, sys
from pathlib import Path
from placet.journal import Journal
from tests.core.test_journal import NOW, OF, trial
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
journal = Journal(Path(sys.argv[1]), OF, NOW)
places = [journal.add("sha256:case", n, trial("x" * 100), "x" * 100) for n in range(1, 50)]
print(sum(place is not None for place in places), journal.trouble)
"""


def test_a_full_disk_is_said_and_costs_nothing_that_was_kept(tmp_path):
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, cwd=ROOT)
    assert done.stderr == ""
    kept, _, trouble = done.stdout.partition(" ")
    assert "can't be written (File too large)" in trouble
    assert len(left(tmp_path)) == int(kept) > 2


def test_texts_are_read_where_they_lie(tmp_path):
    journal = Journal(tmp_path, OF, NOW)
    place = journal.add("sha256:case", 1, trial("on disk"), "on disk")
    texts = Texts(journal, {("a", 1): place, ("b", 1): "in memory"})
    assert dict(texts) == {("a", 1): "on disk", ("b", 1): "in memory"}
    journal.close()


# --- whole runs


REVIEW = "import sys; from placet.cli.main import main; sys.exit(main(['review', '--format', 'json']))"


def reviewing(repo, first=""):
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", first + REVIEW], cwd=repo.path, env=environ, text=True, **pipes)


def journaled(repo):
    files = (repo.path / ".git/placet/journal").glob("*.jsonl")
    return sum(max(0, path.read_bytes().count(b"\n") - 1) for path in files)


@pytest.mark.parametrize(("answers", "number"), [(5, signal.SIGKILL), (40, signal.SIGKILL), (12, signal.SIGINT)])
def test_an_ended_review_goes_on_where_it_was(tmp_path, answers, number):
    """The cache is deleted in between: only the journal knows. No trial is lost, asked again or counted twice."""
    with ModelServer(lambda seen: Reply(hang=True) if seen.number >= answers else sorter(seen)) as server:
        repo = governed(tmp_path / "shop", server.base_url)
        repo.branch("feature")
        repo.edit(PROMPT, "one word", "one short word")
        repo.commit("Shorter")
        process = reviewing(repo)
        until = time.monotonic() + 60
        while journaled(repo) < answers and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(number)
        process.communicate()
        repo.forget_answers()
        before = server.count
        server.script(sorter)
        process = reviewing(repo)
        said, errors = process.communicate()
    found = json.loads(said)
    assert (process.returncode, found["answer"]) == (0, "placet"), errors
    assert found["spent"]["cached"] == answers
    assert server.count - before == found["spent"]["calls"] == 68 - answers
    assert any("went on where an earlier run was stopped" in note for note in found["notes"])
    assert list((repo.path / ".git/placet/journal").iterdir()) == []
    records = [json.loads(path.read_bytes()) for path in (repo.path / ".git/placet/evidence").rglob("*.json")]
    assert sum(len(case["trials"]) for record in records for case in record["cases"]) == 68


def test_a_full_disk_ends_a_review_and_loses_nothing_that_was_kept(tmp_path):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000)); "
    with ModelServer(sorter) as server:
        repo = governed(tmp_path / "shop", server.base_url)
        repo.branch("feature")
        repo.edit(PROMPT, "one word", "one short word")
        repo.commit("Shorter")
        process = reviewing(repo, limit)
        said, errors = process.communicate()
        found, made = json.loads(said), server.count
        kept = journaled(repo)
        again, errors = reviewing(repo).communicate()
    assert (process.returncode, found["answer"]) == (4, "error"), errors
    assert any("nor can the response cache: no further call is made" in one["text"] for one in found["reasons"])
    assert 10 < kept <= made < 68
    assert made - kept <= 8 + 2  # those in flight, and the two that found the disk full
    assert json.loads(again)["answer"] == "placet"
    assert server.count - made == 68 - kept
