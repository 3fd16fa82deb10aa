"""The quick way through a document against the one that reports: the same values at the same places, or no answer."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.core.test_tree import COMMITTED, TRICKY, VALUES

from placet.parse import libyaml, ordinary
from placet.parse.compose import Composer
from placet.parse.node import Node

EVENTS, YAMLError = libyaml.load()
NODES = ordinary.parser_of(EVENTS)
assert NODES is not None


def quick(text: str) -> tuple[object, Node] | None:
    try:
        return ordinary.read(NODES, text)
    except YAMLError:
        return None


def thorough(text: str) -> Composer | None:
    """What the reporting way makes of it; None when it has anything to report."""
    composer = Composer("f.yaml", text)
    try:
        composer.read(EVENTS(text).get_event)
    except YAMLError:
        return None
    return None if composer.findings else composer


def places(node: Node, value: object) -> list[tuple[int, int]]:
    """Where the value stands and everything in it, keys as well; nothing is shown as narrower than one character."""
    found = [(node.start, max(node.end, node.start + 1))]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        pair = node.child(key)
        assert pair is not None
        found += [*places(pair[0], None), *places(pair[1], item)]
    return found


def compare(text: str) -> bool:
    """Whether the quick way answered; fails where its answer differs."""
    found = quick(text)
    if found is None:
        return False
    expected = thorough(text)
    assert expected is not None, text
    assert repr(found[0]) == repr(expected.value), text
    assert places(found[1], found[0]) == places(expected.node, expected.value), text
    return True


@pytest.mark.parametrize("text", TRICKY)
def test_a_tricky_document_is_read_alike_or_left(text):
    compare(text)


def test_every_committed_file_without_an_ampersand_is_ordinary():
    texts = {path: path.read_text("utf-8") for path in COMMITTED}
    assert [path.name for path, text in texts.items() if not compare(text) and "&" not in text] == []


@given(VALUES, st.booleans())
@settings(max_examples=300, deadline=None)
def test_whatever_ruamel_writes_is_read_alike_or_left(value, flow):
    yaml = YAML(typ="safe", pure=True)
    yaml.allow_unicode, yaml.default_flow_style = True, flow
    stream = io.StringIO()
    yaml.dump(value, stream)
    compare(stream.getvalue())


MARKS = ("- ", "? ", "?", ": ", ":", "[", "]", "{", "}", ", ", "'", '"', "|", ">", "-", "#", "%", "<<")
SPACES = ("\n", "\n  ", "\n    ", " ", "\t")
WORDS = ("a", "b: ", "&x ", "*x", "!t ", "! ", "!!str ", "1", "0x1f", "1e3", "null", "~", "yes", ".5", "é")
PIECES = st.sampled_from((*MARKS, *SPACES, *WORDS))


@given(st.lists(PIECES, max_size=24).map("".join))
@settings(max_examples=3_000, deadline=None)
def test_any_string_of_marks_is_read_alike_or_left(text):
    compare(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 60_000, id="brackets without end"),
        pytest.param("{a: " * 16_000, id="braces without end"),
        pytest.param("- " * 30_000 + "x", id="lists that begin on one line"),
        pytest.param("-\t" * 30_000 + "x", id="the same with tabs"),
        pytest.param("? " * 30_000 + "x", id="keys of keys"),
        pytest.param("".join(f"{' ' * level}a:\n" for level in range(300)), id="deeper than any file may be"),
        pytest.param("a: [" + "1, " * 21_000 + "1]", id="too many values"),
        pytest.param("a: &x 1\nb: *x\n", id="an alias"),
        pytest.param("a: !t 1\n", id="a tag"),
        pytest.param("a: 1\na: 2\n", id="a key twice"),
        pytest.param("1: a\n", id="a key that is a number"),
        pytest.param("? [a]\n: b\n", id="a key that is a list"),
        pytest.param("<<: {a: 1}\n", id="a merge key"),
        pytest.param("a: 1\n--- \nb: 2\n", id="two documents"),
        pytest.param("%YAML 1.1\n---\na: 1\n", id="a directive"),
        pytest.param("a: " + "1" * 200, id="a number of two hundred digits"),
        pytest.param("a: b: c", id="no YAML"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_has_to_be_reported_is_left(text):
    assert quick(text) is None
