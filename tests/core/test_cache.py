"""The response cache: what a key stands for, and that nothing that happens to the file stops a run."""

from __future__ import annotations

import hashlib
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model_server import ask

from placet.cache import Cache, key_of
from placet.errors import PlacetError
from placet.model.register import Message
from placet.model.run import Answer
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
    other.execute("PRAGMA user_version = 1")
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
