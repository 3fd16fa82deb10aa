from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.decision import Answer
from placet.errors import PlacetError
from placet.record import replace
from placet_bot.post import LARGEST, LONGEST_TEXT, Annotation, Post, as_json, from_json

NOTE = Annotation("systems/a/system.yaml", 3, 5, 2, "failure", "SYS001 no", "SYS001 no\nhelp: yes")
GOOD = Post("0" * 40, "placet (main)", Answer.NON_PLACET, "Non placet", "### ❌ Non placet", True, (NOTE,))

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50)
_POSTS = st.builds(
    Post,
    head=st.just("a" * 40),
    check=_TEXT,
    answer=st.sampled_from(Answer),
    title=_TEXT,
    text=_TEXT,
    opens_comment=st.booleans(),
    annotations=st.lists(st.builds(replace, st.just(NOTE), message=_TEXT, path=_TEXT), max_size=3).map(tuple),
)


@given(_POSTS)
def test_a_post_comes_back_as_it_was(post: Post) -> None:
    assert from_json(as_json(post)) == post


def _changed(**changes: Any) -> bytes:
    return json.dumps(json.loads(as_json(GOOD)) | changes).encode()


def _note(**changes: Any) -> dict[str, Any]:
    note: dict[str, Any] = json.loads(as_json(GOOD))["annotations"][0]
    return note | changes


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"\xff", id="no UTF-8"),
        pytest.param(b"[" * 100_000, id="brackets without end"),
        pytest.param(b" " * (LARGEST + 1), id="too large"),
        pytest.param(_changed(version=2), id="a later version"),
        pytest.param(_changed(answer="yes"), id="an answer that there isn't"),
        pytest.param(_changed(head="main"), id="a head that is no commit"),
        pytest.param(_changed(text="x" * (LONGEST_TEXT + 1)), id="a text that GitHub wouldn't take"),
        pytest.param(_changed(title=""), id="no title"),
        pytest.param(_changed(opens_comment="no"), id="a string for a boolean"),
        pytest.param(_changed(extra=1), id="a key that there isn't"),
        pytest.param(_changed(annotations=[{"path": "x"}]), id="half an annotation"),
        pytest.param(_changed(annotations=[_note(line=0)]), id="a line before the first"),
        pytest.param(_changed(annotations=[_note(level="notice")]), id="a level that findings don't have"),
        pytest.param(_changed(annotations=[_note()] * 501), id="more annotations than there may be"),
    ],
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(PlacetError) as caught:
        from_json(body)
    assert caught.value.help


@given(st.binary())
def test_no_bytes_do_anything_else(body: bytes) -> None:
    with pytest.raises(PlacetError):
        from_json(body)
