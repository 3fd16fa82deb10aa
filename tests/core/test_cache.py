"""The response cache: what a key stands for, and that nothing that happens to the file stops a run."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model_server import ask
from tests.repository import PROMPT, governed

from placet.cache import Cache, key_of
from placet.cache import shared as sharing
from placet.cache.survey import Pruning, explain, held, prune
from placet.cli.main import main
from placet.errors import PlacetError
from placet.model.register import Message
from placet.model.run import Answer, ToolCall
from placet.record import replace

ROOT = Path(__file__).parents[2]
ANSWER = Answer("Grüezi", 12.5, 10, None, "stop")


def keep(cache, *texts):
    for text in texts:
        cache.put(key_of(ask(text)), ask(text), replace(ANSWER, text=text))


def known(cache, *texts):
    found = cache.get(key_of(ask(text)) for text in texts)
    return {answer.text for answer in found.values()}


# --- keys


def test_a_key_is_the_digest_of_canonical_json():
    request = ask("Zürich", parameters={"top_p": 1.0, "max_tokens": 9, "temperature": 0.5}, trial=2)
    canonical = (
        '{"messages":[{"content":"Answer.","role":"system"},{"content":"Zürich","role":"user"}],'
        '"model":"stand-in-1","parameters":{"max_tokens":9,"temperature":0.5,"top_p":1},'
        '"provider":"stand-in","trial":2}'
    )
    assert key_of(request) == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"provider": "other"}, id="another provider"),
        pytest.param({"model": "other"}, id="another model"),
        pytest.param({"trial": 2}, id="another trial"),
        pytest.param({"parameters": {}}, id="no parameters"),
        pytest.param({"parameters": {"temperature": 1.0}}, id="another temperature"),
        pytest.param({"parameters": {"temperature": 0.0, "seed": 1}}, id="one more parameter"),
        pytest.param({"messages": (Message("user", "hello"),)}, id="a message less"),
        pytest.param({"messages": (Message("user", "Answer."), Message("user", "hello"))}, id="another role"),
    ],
)
def test_everything_that_can_change_the_answer_changes_the_key(change):
    assert key_of(ask(**change)) != key_of(ask())


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers(-1000, 1000) | st.booleans()))
def test_the_order_of_parameters_does_not_matter(parameters):
    turned = dict(reversed(parameters.items()))
    assert key_of(ask(parameters=parameters)) == key_of(ask(parameters=turned))


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_different_texts_have_different_keys(one, other):
    assert (key_of(ask(one)) == key_of(ask(other))) == (one == other)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"messages": (Message("user", "\ud800"),)}, id="half of a surrogate pair"),
        pytest.param({"parameters": {"temperature": float("nan")}}, id="NaN"),
        pytest.param({"parameters": {"seed": 2**60}}, id="an integer beyond JSON's"),
    ],
)
def test_what_json_cannot_say_has_no_key(change):
    with pytest.raises(PlacetError, match="JSON"):
        key_of(ask(**change))


# --- answers


def test_an_answer_comes_back_whole_and_marked(tmp_path):
    with Cache(tmp_path / "new" / "cache.db") as cache:
        keep(cache, "one")
        assert cache.get(["nothing"]) == {}
    with Cache(tmp_path / "new" / "cache.db") as cache:
        key = key_of(ask("one"))
        assert cache.get([key]) == {key: replace(ANSWER, text="one", cached=True)}
        assert cache.notes == []


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with Cache(tmp_path_factory.mktemp("cache") / "cache.db") as cache:
        yield cache


@given(text=st.text(st.characters(codec="utf-8")))
def test_any_text_comes_back_as_it_was(shared, text):
    keep(shared, text)
    assert known(shared, text) == {text}


def test_the_first_answer_of_a_key_stays(tmp_path):
    with Cache(tmp_path / "cache.db") as cache:
        for text in ("first", "second"):
            cache.put("key", ask(), replace(ANSWER, text=text))
        assert cache.get(["key"])["key"].text == "first"


def test_what_is_held_is_there_for_whoever_asks_next_and_for_others_once_it_is_written(tmp_path):
    with Cache(tmp_path / "cache.sqlite") as cache, Cache(tmp_path / "cache.sqlite") as other:
        for key in ("one", "two", "one"):
            cache.hold(key, ask(key), replace(ANSWER, text=key))
        assert other.get(["one", "two"]) == {}
        cache.flush()
        assert {key: answer.text for key, answer in other.get(["one", "two"]).items()} == {"one": "one", "two": "two"}
        cache.hold("three", ask(), ANSWER)
        assert cache.known(["three"]) == {"three"}
        cache.hold("four", ask(), ANSWER)
    with Cache(tmp_path / "cache.sqlite") as cache:
        assert cache.known(["four"]) == {"four"}


def test_more_keys_than_one_statement_holds(tmp_path):
    texts = [str(n) for n in range(1200)]
    with Cache(tmp_path / "cache.db") as cache:
        keep(cache, *texts)
        assert known(cache, *texts) == set(texts)


def test_the_usual_latency_of_a_model(tmp_path):
    with Cache(tmp_path / "cache.db") as cache:
        cache.put("one", ask(), replace(ANSWER, latency_ms=10.0))
        cache.put("two", ask(), replace(ANSWER, latency_ms=30.0))
        assert cache.usual_latency("stand-in", "stand-in-1") == 20.0
        assert cache.usual_latency("stand-in", "other") is None


def test_only_its_owner_can_read_it(tmp_path):
    path = tmp_path / "cache.db"
    path.touch(0o644)
    with Cache(path) as cache:
        keep(cache, "one")
        modes = {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    assert modes == {0o600}


# --- a file in trouble


def garbage(path):
    path.write_bytes(b"not a database, and longer than a page would need to be" * 100)


def torn(path):
    """A database whose pages are gone, which opening alone does not notice."""
    with Cache(path) as cache:
        keep(cache, *(str(n) for n in range(500)))
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))


def another_layout(path):
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()


def a_folder(path):
    path.mkdir()


def a_link(path):
    elsewhere = path.with_name("elsewhere")
    elsewhere.touch()
    path.symlink_to(elsewhere)


@pytest.mark.parametrize("spoil", [garbage, torn, another_layout, a_folder, a_link])
def test_a_file_beyond_use_is_set_aside_and_begun_anew(tmp_path, spoil):
    path = tmp_path / "cache.db"
    spoil(path)
    with Cache(path) as cache:
        known(cache, *(str(n) for n in range(500)))
        keep(cache, "new")
        assert known(cache, "new") == {"new"}
        assert any("set aside as cache.db.aside-1" in note for note in cache.notes)
    with Cache(path) as cache:
        assert known(cache, "new") == {"new"}
        assert cache.notes == []
    if spoil is a_link:
        assert (tmp_path / "elsewhere").read_bytes() == b""


def test_an_earlier_file_that_was_set_aside_stays(tmp_path):
    path = tmp_path / "cache.db"
    for _ in range(2):
        garbage(path)
        Cache(path).close()
    assert {"cache.db.aside-1", "cache.db.aside-2"} <= {each.name for each in tmp_path.iterdir()}


def test_a_new_file_never_meets_the_journal_of_the_old_one(tmp_path):
    path = tmp_path / "cache.db"
    torn(path)
    other = sqlite3.connect(path, isolation_level=None)  # another process, whose journal lies beside the file
    other.execute("PRAGMA user_version = 2")
    with Cache(path) as cache:
        known(cache, *(str(n) for n in range(500)))
        keep(cache, "new")
        assert known(cache, "new") == {"new"}
    assert (tmp_path / "cache.db.aside-1-wal").exists()
    other.close()


def test_a_place_that_cannot_hold_a_file(tmp_path):
    (tmp_path / "file").touch()
    with Cache(tmp_path / "file" / "cache.db") as cache:
        keep(cache, "one")
        assert known(cache, "one") == set()
        assert cache.usual_latency("stand-in", "stand-in-1") is None
        (note,) = cache.notes
    assert "not kept" in note


def test_a_file_that_another_process_keeps_locked(tmp_path):
    path = tmp_path / "cache.db"
    Cache(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    with Cache(path, busy_seconds=0.05) as cache:
        keep(cache, "before")
        other.execute("BEGIN IMMEDIATE")
        keep(cache, "one", "two")
        assert known(cache, "before", "one") == {"before"}
        (note,) = cache.notes
    other.close()
    assert "locked" in note
    assert not list(tmp_path.glob("*aside*"))


FILL = """
import resource, sys
from pathlib import Path
from placet.cache import Cache
from tests.core.test_cache import keep, known
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
with Cache(Path(sys.argv[1])) as cache:
    for n in range(2000):
        keep(cache, str(n) * 100)
    print(len(cache.notes), cache.notes[0])
"""


def python(script, *arguments, **options):
    command = [sys.executable, "-c", script, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, cwd=ROOT, **pipes, **options)


def test_a_full_disk_costs_the_cache_and_nothing_else(tmp_path):
    process = python(FILL, tmp_path / "cache.db")
    said, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert said.startswith("1 the response cache can't be used")
    with Cache(tmp_path / "cache.db") as cache:
        assert known(cache, "0" * 100) == {"0" * 100}


SHARE = """
import sys
from pathlib import Path
from placet.cache import Cache
from tests.core.test_cache import keep, known
sys.stdin.readline()
with Cache(Path(sys.argv[1])) as cache:
    for n in range(300):
        keep(cache, f"{sys.argv[2]}{n}", f"both{n}")
        known(cache, f"both{n}")
    print(cache.notes)
"""


def test_two_processes_share_one_new_file(tmp_path):
    path = tmp_path / "cache.db"
    processes = [python(SHARE, path, name, stdin=subprocess.PIPE) for name in ("a", "b", "c")]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate() for process in processes] == [("[]\n", "")] * 3
    with Cache(path) as cache:
        texts = {f"{name}{n}" for name in ("a", "b", "c", "both") for n in range(300)}
        assert known(cache, *texts) == texts


# --- the layout before tools


OLD = """
CREATE TABLE answers (
  key TEXT PRIMARY KEY, provider TEXT NOT NULL, model TEXT NOT NULL, text TEXT NOT NULL, latency_ms REAL NOT NULL,
  input_tokens INTEGER, output_tokens INTEGER, finish_reason TEXT, created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
)
"""


def test_an_older_file_keeps_its_answers(tmp_path):
    path = tmp_path / "cache.db"
    old = sqlite3.connect(path)
    old.execute(OLD)
    old.execute(
        "INSERT INTO answers (key, provider, model, text, latency_ms) VALUES (?, 'stand-in', 'stand-in-1', 'old', 1.0)",
        (key_of(ask("old")),),
    )
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    for _ in range(2):
        with Cache(path) as cache:
            keep(cache, "new")
            assert known(cache, "old", "new") == {"old", "new"}
            assert cache.notes == []


def test_tool_calls_come_back(tmp_path):
    calls = (ToolCall("refund", '{"n": 1}'), ToolCall("look_up", "not JSON"))
    with Cache(tmp_path / "cache.db") as cache:
        cache.put(key_of(ask()), ask(), replace(ANSWER, text="", tool_calls=calls))
        (found,) = cache.get([key_of(ask())]).values()
    assert found == replace(ANSWER, text="", tool_calls=calls, cached=True)


# --- what people do with it


def filled(tmp_path, *texts):
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        keep(cache, *texts)
    return path


def test_what_is_held_and_what_the_last_run_knew(tmp_path):
    path = filled(tmp_path, "one", "two")
    with Cache(path) as cache:
        known(cache, "one", "three")
    found = held(path)
    (group,) = found.groups
    assert (group.provider, group.model, group.answers, group.imported) == ("stand-in", "stand-in-1", 2, 0)
    assert found.last[1:] == (2, 1)


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        pytest.param({}, None, id="it is kept"),
        pytest.param({"trial": 2}, ("trial: 2, where 1 is kept",), id="another trial"),
        pytest.param({"parameters": {"temperature": 1.0}}, ("parameter temperature: changed",), id="a parameter"),
        pytest.param({"parameters": {}}, ("parameter temperature: gone",), id="a parameter less"),
        pytest.param(
            {"messages": (Message("system", "Answer!"), Message("user", "hello"))},
            ("message 1 (system): another text",),
            id="the system message",
        ),
        pytest.param({"messages": (Message("system", "Answer."),)}, ("messages: 1, where 2 are kept",), id="fewer"),
        pytest.param({"inputs": {"age": "3"}}, ("input age: new",), id="an input"),
        pytest.param({"model": "other"}, ("model: stand-in/stand-in-1 is kept",), id="another model"),
    ],
)
def test_a_miss_is_explained_by_the_nearest_answer(tmp_path, change, differs):
    path = filled(tmp_path, "hello", "something else")
    miss = explain(path, ask("hello", **change))
    assert (miss.differs if miss else None) == differs


@pytest.mark.parametrize(
    ("wish", "left"),
    [
        pytest.param(Pruning(older_than_days=30), {"new"}, id="by age"),
        pytest.param(Pruning(provider="nobody"), {"new", "old"}, id="by provider"),
        pytest.param(Pruning(provider="stand-in"), set(), id="all of a provider"),
        pytest.param(Pruning(max_bytes=600), {"new"}, id="by size, the oldest first"),
        pytest.param(Pruning(max_bytes=10_000), {"new", "old"}, id="small enough"),
    ],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_pruning(tmp_path, wish, left, dry_run):
    path = filled(tmp_path, "new", "old")
    database = sqlite3.connect(path)
    database.execute("UPDATE answers SET created = '2020-01-01 00:00:00' WHERE text = 'old'")
    database.commit()
    database.close()
    count, _ = prune(path, wish, dry_run=dry_run)
    assert count == 2 - len(left)
    with Cache(path) as cache:
        assert known(cache, "new", "old") == ({"new", "old"} if dry_run else left)


def test_answers_travel_and_are_marked(tmp_path):
    path = filled(tmp_path, "one", "two")
    assert sharing.write(path, tmp_path / "answers.jsonl") == 2
    there = filled(tmp_path / "other", "two", "three")
    assert sharing.take(there, tmp_path / "answers.jsonl") == sharing.Taken(new=1, there=1, refused=0)
    with Cache(there) as cache:
        assert known(cache, "two", "three") == {"two", "three"}
        assert cache.imported == 0
        assert known(cache, "one") == {"one"}
        assert cache.imported == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"key": "../../etc"}, id="a key that is none"),
        pytest.param({"text": 3}, id="a text that is none"),
        pytest.param({"text": "\ud800"}, id="half a character"),
        pytest.param({"latency_ms": "fast"}, id="a word for a time"),
        pytest.param({"latency_ms": -1}, id="less than no time"),
        pytest.param({"input_tokens": True}, id="a count that is none"),
        pytest.param({"tool_calls": "[[1, 2]]"}, id="tool calls that are none"),
        pytest.param({"parts": "[]"}, id="parts that are none"),
        pytest.param({"imported": None}, id="a column that is ours"),
    ],
)
def test_a_line_that_is_no_answer_is_left_out(tmp_path, change):
    path = filled(tmp_path, "one")
    file = tmp_path / "answers.jsonl"
    sharing.write(path, file)
    head, row = file.read_text().splitlines()
    file.write_text(f"{head}\nnot JSON\n{json.dumps({**json.loads(row), **change})}\n{row}\n")
    there = filled(tmp_path / "other")
    assert sharing.take(there, file) == sharing.Taken(new=1, there=0, refused=2)


def test_a_forged_answer_never_replaces_one_that_is_there(tmp_path):
    path = filled(tmp_path, "one")
    file = tmp_path / "answers.jsonl"
    sharing.write(path, file)
    file.write_text(file.read_text().replace('"text": "one"', '"text": "forged"'))
    assert sharing.take(path, file).new == 0
    with Cache(path) as cache:
        assert known(cache, "one") == {"one"}


@pytest.mark.parametrize("text", ["", "{}\n", '{"kind": "placet-response-cache", "format": 99}\n', "\xff"])
def test_a_file_that_is_no_export(tmp_path, text):
    (tmp_path / "file").write_text(text)
    with pytest.raises(PlacetError, match="no exported response cache"):
        sharing.take(filled(tmp_path, "one"), tmp_path / "file")


def test_the_commands(tmp_path, monkeypatch, capsys):
    repo = governed(tmp_path / "shop")
    folder = repo.path / ".git/placet"
    folder.mkdir()
    filled(folder, "one").rename(folder / "cache.sqlite")
    repo.branch("feature")
    repo.edit(PROMPT, "one word", "one short word")
    repo.commit()
    monkeypatch.chdir(repo.path)
    export, other = str(tmp_path / "answers.jsonl"), governed(tmp_path / "other")
    for arguments, said in [
        (["cache", "show"], "stand-in/stand-in-1: 1 answers"),
        (["cache", "show", "--format", "json"], '"answers": 1'),
        (["cache", "explain"], "core billing-02 trial 1: model: stand-in/stand-in-1 is kept"),
        (["cache", "explain", "--format", "json"], '"misses"'),
        (["cache", "export", export], "wrote 1 answers"),
        (["cache", "prune", "--older-than", "30", "--dry-run"], "would take 0 answers away"),
        (["cache", "prune", "--max-size", "0K"], "took 1 answers away"),
    ]:
        assert main(arguments) == 0
        assert said in capsys.readouterr().out
    monkeypatch.chdir(other.path)
    assert main(["cache", "import", export]) == 0
    assert "took 1 answers; 0 were there already" in capsys.readouterr().out
    assert main(["cache", "prune"]) == 2
