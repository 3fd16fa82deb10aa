from __future__ import annotations

import copy
import json
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placet.errors import Exit, PlacetError
from placet_bot.events import LARGEST, PullRequest, is_branch, parse_event

SHA = "0123456789abcdef0123456789abcdef01234567"
GOOD: dict[str, Any] = {
    "action": "opened",
    "number": 7,
    "pull_request": {"number": 7, "title": "A change", "head": {"sha": SHA, "ref": "topic"}, "base": {"ref": "main"}},
    "repository": {"full_name": "acme/governed"},
}


def _with(path: str, value: Any) -> bytes:
    payload = copy.deepcopy(GOOD)
    *parents, last = path.split(".")
    part = payload
    for name in parents:
        part = part[name]
    if value is ...:
        del part[last]
    else:
        part[last] = value
    return json.dumps(payload).encode()


def test_a_pull_request_is_read() -> None:
    found = parse_event("pull_request", json.dumps(GOOD).encode())
    assert found == PullRequest("acme/governed", 7, SHA, "main")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param(b"", "no JSON", id="nothing"),
        pytest.param(b"{", "no JSON", id="half an object"),
        pytest.param(b"\xff\xfe{}", "no JSON", id="no UTF-8"),
        pytest.param(b"[" * 100_000, "no JSON", id="brackets without end"),
        pytest.param(b'{"number": ' + b"9" * 10_000 + b"}", "no JSON", id="a number of ten thousand digits"),
        pytest.param(b" " * (LARGEST + 1), "larger than 25 MB", id="too large"),
        pytest.param(b"[]", "no JSON object", id="a list"),
        pytest.param(_with("pull_request", ...), "pull_request is missing", id="another event's payload"),
        pytest.param(_with("pull_request", "7"), "pull_request is missing or no object", id="a string for an object"),
        pytest.param(_with("pull_request.head", None), "head is missing or no object", id="a head that is null"),
        pytest.param(_with("pull_request.number", True), "number", id="true is no number"),
        pytest.param(_with("pull_request.number", -7), "number", id="a negative number"),
        pytest.param(_with("pull_request.number", 7.0), "number", id="a fraction"),
        pytest.param(_with("pull_request.number", 10**30), "number", id="a number beyond any"),
        pytest.param(_with("pull_request.head.sha", "main"), "head.sha", id="a branch for a commit"),
        pytest.param(_with("pull_request.head.sha", SHA + "\n"), "head.sha", id="a line break after a commit"),
        pytest.param(_with("pull_request.head.sha", "--upload-pack=x"), "head.sha", id="an option for a commit"),
        pytest.param(_with("pull_request.base.ref", "--upload-pack=x"), "base.ref", id="an option for a branch"),
        pytest.param(_with("pull_request.base.ref", "main:refs/heads/x"), "base.ref", id="a refspec for a branch"),
        pytest.param(_with("pull_request.base.ref", "m*"), "base.ref", id="a pattern for a branch"),
        pytest.param(_with("pull_request.base.ref", "a" * 300), "base.ref", id="a branch's name too long"),
        pytest.param(_with("pull_request.base.ref", ["main"]), "base.ref", id="a list for a branch"),
        pytest.param(_with("repository.full_name", "acme/../other"), "full_name", id="a path for a repository"),
        pytest.param(_with("repository.full_name", "acme/.."), "full_name", id="a repository that climbs"),
        pytest.param(_with("repository.full_name", "acme"), "full_name", id="a repository without owner"),
    ],
)
def test_what_cannot_be_a_pull_request_is_refused(body: bytes, says: str) -> None:
    with pytest.raises(PlacetError) as caught:
        parse_event("pull_request", body)
    assert says in caught.value.what
    assert caught.value.help
    assert len(caught.value.what) < 200


@pytest.mark.parametrize("name", ["push", "pull_request_target", "merge_group", ""])
def test_other_events_are_refused(name: str) -> None:
    with pytest.raises(PlacetError) as caught:
        parse_event(name, json.dumps(GOOD).encode())
    assert caught.value.exit_code is Exit.USAGE
    assert "pull_request" in caught.value.help


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["pull_request", "repository", "head", "base", "sha", "ref", "number", "full_name"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(_JSON.map(lambda value: json.dumps(value).encode()) | st.binary())
def test_whatever_comes_is_a_pull_request_or_a_clear_error(body: bytes) -> None:
    try:
        found = parse_event("pull_request", body)
    except PlacetError as error:
        found, said = None, error.what
    assert is_branch(found.base) if found else said.startswith("the event can't be read")


_NAMES = st.text(st.sampled_from("ab/.-@{~^:?*[\\ +_#;$`é") | st.characters(), min_size=1, max_size=12)


@settings(max_examples=150)
@given(_NAMES)
def test_a_branch_that_is_taken_is_one_that_git_takes(name: str) -> None:
    if is_branch(name):
        assert subprocess.run(["git", "check-ref-format", f"refs/heads/{name}"], capture_output=True).returncode == 0


@pytest.mark.parametrize("name", ["main", "release/2026-11", "feature#7", "größe", "a.b", "x@y", "user/fix_it"])
def test_usual_branches_are_taken(name: str) -> None:
    assert is_branch(name)
