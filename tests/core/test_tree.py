import io
import itertools
import json
import math
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from placet.findings import Position
from placet.parse.front_matter import FrontMatter
from placet.parse.json_lines import read_json_lines
from placet.parse.tree import Tree, read_front_matter, read_yaml

ROOT = Path(__file__).parents[2]


def read(text: str) -> Tree:
    tree = read_yaml("f.yaml", text.encode())
    assert isinstance(tree, Tree), tree
    return tree


def refused(data: str | bytes) -> list[tuple[str, int, int]]:
    found = read_yaml("f.yaml", data.encode() if isinstance(data, str) else data)
    assert isinstance(found, tuple), found.value
    return [(finding.rule, finding.position.line, finding.position.column) for finding in found]


def message(data: str | bytes) -> str:
    found = read_yaml("f.yaml", data.encode() if isinstance(data, str) else data)
    assert isinstance(found, tuple)
    return " | ".join(f"{finding.message} {finding.help}" for finding in found)


# -- values: the core schema of YAML 1.2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("", None, id="an empty file"),
        pytest.param("# only a comment\n", None, id="a file with a comment alone"),
        pytest.param("\ufeffa: 1", {"a": 1}, id="a byte order mark"),
        pytest.param("a: 1\r\nb:\r\n  - x\r\n", {"a": 1, "b": ["x"]}, id="CRLF"),
        pytest.param("--- \na: 1\n...\n", {"a": 1}, id="marks of one document"),
        pytest.param("%YAML 1.2\n---\na: 1\n", {"a": 1}, id="a directive for this version"),
        pytest.param("[~, null, Null, NULL, ]", [None] * 4, id="the words for nothing"),
        pytest.param("[true, True, TRUE, false]", [True, True, True, False], id="the words for truth"),
        pytest.param("[yes, no, on, off, y, n]", ["yes", "no", "on", "off", "y", "n"], id="words that were truth once"),
        pytest.param("[010, 0o10, 0x1F, -7, +7]", [10, 8, 31, -7, 7], id="whole numbers"),
        pytest.param("[1.5, 1., .5, 1e3, -.inf]", [1.5, 1.0, 0.5, 1000.0, -math.inf], id="numbers with a point"),
        pytest.param("[1:30, 1_000, 0b1, -0x1]", ["1:30", "1_000", "0b1", "-0x1"], id="numbers of YAML 1.1 are text"),
        pytest.param("[2026-11-20, 2026-11-20 10:00:00]", ["2026-11-20", "2026-11-20 10:00:00"], id="dates are text"),
        pytest.param("['1', \"true\", '']", ["1", "true", ""], id="quotes make text"),
        pytest.param("[!!str 1, !!int '7', !!float 1, ! 1]", ["1", 7, 1.0, "1"], id="tags of the core"),
        pytest.param("[!!seq [1], !!map {a: 1}]", [[1], {"a": 1}], id="tags of collections"),
        pytest.param("a: &x {b: 1}\nc: *x\n&y d: *y\n", {"a": {"b": 1}, "c": {"b": 1}, "d": "d"}, id="aliases"),
        pytest.param("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}, id="an anchor used again"),
        pytest.param("'<<': 1", {"<<": 1}, id="a quoted << is a key"),
        pytest.param("- <<", ["<<"], id="<< is text where it is no key"),
        pytest.param("a: |\n  x\n  \ty\n", {"a": "x\n\ty\n"}, id="a tab inside a block of text"),
        pytest.param("a: 'x\n\n  y'", {"a": "x\ny"}, id="quoted text over lines"),
        pytest.param('a: "\\u00e9\\0"', {"a": "é\0"}, id="escapes"),
    ],
)
def test_values(text, value):
    assert read(text).value == value
    assert repr(read(text).value) == repr(value)  # 1, 1.0 and True are equal, and not the same


def test_nan():
    assert math.isnan(read(".nan").value)


# -- positions

SAMPLE = """\
version: 1
risk:
  factors: {autonomy: acts, data: [personal]}
  tier: 'medium'  # comment
"long key": |-
  text
list:
  - é: 😀x
  - plain text
    over lines
empty:
alias: &a deep
same: *a
"""


@pytest.mark.parametrize(
    ("keys", "key", "position"),
    [
        pytest.param((), False, (1, 1, 1), id="the file"),
        pytest.param(("version",), False, (1, 10, 1), id="a scalar"),
        pytest.param(("version",), True, (1, 1, 7), id="its key"),
        pytest.param(("risk",), False, (3, 3, 1), id="a block mapping begins with its first key"),
        pytest.param(("risk", "factors"), False, (3, 12, 34), id="a mapping in braces, whole"),
        pytest.param(("risk", "factors", "data", 0), False, (3, 36, 8), id="an entry in brackets"),
        pytest.param(("risk", "tier"), False, (4, 9, 8), id="quotes count"),
        pytest.param(("long key",), True, (5, 1, 10), id="a quoted key"),
        pytest.param(("long key",), False, (5, 13, 2), id="a block of text begins at its mark"),
        pytest.param(("list", 0, "é"), False, (8, 8, 2), id="columns are characters"),
        pytest.param(("list", 1), False, (9, 5, 10), id="text over lines is as wide as its first"),
        pytest.param(("empty",), False, (11, 7, 1), id="nothing is one wide"),
        pytest.param(("alias",), False, (12, 8, 7), id="an anchor belongs to the value"),
        pytest.param(("same",), False, (13, 7, 2), id="an alias stands where it is used"),
        pytest.param(("risk", "nope", "x"), False, (3, 3, 1), id="missing: the nearest ancestor"),
        pytest.param(("risk", "nope"), True, (2, 1, 4), id="missing: the nearest ancestor's key"),
        pytest.param(("list", 7), False, (8, 3, 1), id="missing: an index too large"),
        pytest.param(("list", -1), False, (8, 3, 1), id="missing: an index below zero"),
        pytest.param(("version", 0), False, (1, 10, 1), id="missing: below a scalar"),
        pytest.param(("list", "0"), False, (8, 3, 1), id="missing: text as an index"),
        pytest.param((0,), False, (1, 1, 1), id="missing: a number as a key"),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
def test_positions(keys, key, position, ending, mark):
    tree = read(mark + SAMPLE.replace("\n", ending))
    assert tree.at(*keys, key=key) == Position(*position)


# -- findings


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("a: 1\na: 2\nb: {c: 1, c: 2}\na: 3\n", [(2, 1), (3, 11), (4, 1)], id="all of them, nested too"),
        pytest.param("a: 1\n'a': 2\n", [(2, 1)], id="quotes make no other key"),
        pytest.param("&k a: 1\n*k : 2\n", [(2, 1)], id="nor does an alias"),
    ],
)
def test_duplicate_keys(text, places):
    assert refused(text) == [("FIL002", *place) for place in places]
    assert "first at line 1" in message(text)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        pytest.param("a:\n\tb: 1\n", (2, 1), "tab", id="a tab as indentation"),
        pytest.param("a:\n  - b\n  \t- c\n", (3, 3), "tab", id="a tab behind spaces"),
        pytest.param("a: b: c\n", (1, 5), "quotes", id="a colon in a value"),
        pytest.param("a: 'x\nb: 1\n", (1, 4), "quote", id="an open quote"),
        pytest.param("a: [1, 2\nb: 1", (2, 2), "bracket", id="an open bracket"),
        pytest.param("a: @dana\n", (1, 4), "quotes", id="a handle without quotes"),
        pytest.param("a: 1\n b: 2\n", (2, 3), "not YAML", id="indentation that doesn't fit"),
        pytest.param("a: 1\n---\nb: 1\n", (2, 1), "second document", id="two documents"),
        pytest.param("%YAML 1.1\n---\na: no\n", (1, 1), "1.2", id="another version"),
        pytest.param("a: !!python/object:os.system x\n", (1, 4), "tag", id="a tag of Python's"),
        pytest.param("a: !mine {b: 1}\n", (1, 4), "tag `!mine`", id="a tag of one's own"),
        pytest.param("a: !!binary aGk=\n", (1, 4), "tag `!!binary`", id="a tag beyond the core"),
        pytest.param("a: !!seq {}\n", (1, 4), "tag `!!seq`", id="a tag of another kind"),
        pytest.param("a: !!int x\n", (1, 4), "!!int", id="a value its tag can't have"),
        pytest.param("a: !!bool 1\n", (1, 4), "!!bool", id="a number that is no truth"),
        pytest.param("a: !!int true\n", (1, 4), "!!int", id="a truth that is no number"),
        pytest.param("a: {<<: {b: 1}}\n", (1, 5), "merge keys", id="a merge key"),
        pytest.param("1: x\n", (1, 1), "`1`", id="a number as a key"),
        pytest.param("a: {no: 1, true: 1}", (1, 12), "`true`", id="a truth as a key"),
        pytest.param("a: 1\n? \n: 2", (2, 2), "missing", id="no key"),
        pytest.param("? [a]\n: 1\n", (1, 3), "`[a]`", id="a list as a key"),
        pytest.param("a: {{ticket}}\n", (1, 5), "quotes", id="a placeholder without quotes"),
        pytest.param("a: [?x]\n", (1, 6), "quotes", id="a question mark that begins a text in brackets"),
        pytest.param("a: *b\n", (1, 4), "anchor `&b`", id="an alias of nothing"),
    ],
)
def test_what_does_not_parse(text, place, words):
    assert refused(text) == [("FIL001", *place)]
    assert words in message(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("a: 1\n#" + "x" * 1024 * 1024, "1 MiB", id="a file over 1 MiB"),
        pytest.param("[" * 65 + "]" * 65, "64 levels", id="one level too many"),
        pytest.param("[" * 500_000, "64 levels", id="half a million brackets"),
        pytest.param("- " * 500_000, "64 levels", id="half a million dashes"),
        pytest.param("? " * 500_000, "64 levels", id="half a million question marks"),
        pytest.param("{a: " * 200_000, "64 levels", id="braces"),
        pytest.param("a: &a x\nb: [" + "*a," * 51 + "]", "50 aliases", id="one alias too many"),
        pytest.param("- x\n" * 20_000, "20,000 values", id="one value too many"),
        pytest.param("a: &a [*a]", "never end", id="an alias inside its anchor"),
        pytest.param("a: " + "1" * 101, "100 digits", id="a number too long"),
        pytest.param("a: " + "9" * 900_000, "100 digits", id="a number far too long"),
        pytest.param(f"a: &a {'[' * 40}{']' * 40}\nb: {'[' * 30}*a{']' * 30}", "64 levels", id="deep by an alias"),
    ],
)
def test_limits(text, words):
    assert [rule for rule, _, _ in refused(text)] == ["FIL003"]
    assert words in message(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 64 + "]" * 64, id="the deepest"),
        pytest.param("a: &a x\nb: [" + "*a," * 50 + "]", id="the most aliases"),
        pytest.param("- x\n" * 19_999, id="the most values"),
        pytest.param("a: " + "1" * 100, id="the longest number"),
        pytest.param("a: 1\n#" + "x" * (1024 * 1024 - 6), id="the largest file"),
        pytest.param(f"a: &a {'[' * 40}{']' * 40}\nb: {'[' * 23}*a{']' * 23}", id="the deepest by an alias"),
    ],
)
def test_just_within_the_limits(text):
    read(text)


def test_a_bomb_is_counted_and_not_expanded():
    names = "abcdefghij"
    lines = [
        "a: &a [x, x, x, x, x]",
        *(f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}]" for a, b in itertools.pairwise(names)),
    ]
    assert [rule for rule, _, _ in refused("\n".join(lines))] == ["FIL003"]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        pytest.param(b"a: 1\n\xc3\xa9: \xff\n", (2, 4), id="a byte that is no UTF-8"),
        pytest.param(b"\xef\xbb\xbf\xffa: 1\n", (1, 1), id="right behind a byte order mark"),
        pytest.param("a: 1\n".encode("utf-16"), (1, 1), id="UTF-16"),
        pytest.param(b"a: 1\nb\x00: 1", (2, 2), id="NUL"),
        pytest.param(b"a: \x1b[31m", (1, 4), id="an escape character"),
        pytest.param("a: 1 # x\x85b: 2".encode(), (1, 9), id="a next-line character"),
        pytest.param("a: 1 # x\u2028b: 2".encode(), (1, 9), id="a line separator"),
        pytest.param(b"a: 1 # x\rb: 2", (1, 9), id="a carriage return alone"),
        pytest.param(b"a: \xed\xa0\x80", (1, 4), id="half a character"),
        pytest.param("a: \ufffe".encode(), (1, 4), id="what is no character"),
    ],
)
def test_bytes_that_are_no_text(data, place):
    assert refused(data) == [("FIL004", *place)]


def test_all_findings_come_at_once():
    text = "a: 1\na: 2\n1: x\nb: !mine x\nc: *none\nd: 'open\n"
    assert [rule for rule, _, _ in refused(text)] == ["FIL002", "FIL001", "FIL001", "FIL001", "FIL001"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('"\\e[31m": 1\n"\\e[31m": 2', id="a key"),
        pytest.param("a: !<%1b[31m> x", id="a tag"),
        pytest.param('"\\u202e": 1\n"\\u202e": 2', id="a direction mark"),
    ],
)
def test_a_message_never_carries_control_characters(text):
    assert message(text).isprintable()


# -- the same meaning as ruamel.yaml, which writes these files


def ruamel(text: str) -> object:
    """What ruamel.yaml makes of it in YAML 1.2; its timestamps stay text, as they do here."""
    yaml = YAML(typ="safe", pure=True)
    timestamp = "tag:yaml.org,2002:timestamp"
    yaml.constructor.add_constructor(timestamp, lambda constructor, node: constructor.construct_scalar(node))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return yaml.load(io.StringIO(text))


COMMITTED = sorted(
    path
    for folder in ("policies", "systems", "prompts", "examples", "bot", ".github", "docs")
    for suffix in ("yaml", "yml")
    for path in (ROOT / folder).rglob(f"*.{suffix}")
)


def test_the_committed_files_mean_the_same():
    for path in COMMITTED:
        tree = read_yaml(str(path), path.read_bytes())
        if isinstance(tree, Tree):
            assert tree.value == ruamel(path.read_text("utf-8")), path


TRICKY = [
    "a: b\n",
    "- a\n- - b\n  - c\n",
    "a:\n- b\n- c\n",
    "{a: [1, {b: c}], d}",
    "[a, b: c, {d: e}]",
    "? a\n: b\n",
    "a: >-\n  x\n  y\n\n  z\n",
    "a: |+\n  x\n\n",
    "a: |2\n   x\n",
    "a: 'it''s'",
    'a: "x\\\n  y"',
    "a: x #y\n",
    "a: x#y\n",
    "a: http://x:80/y\n",
    "a: -1e-3",
    "a: 1e3",
    "a: .",
    "a: ..",
    "a: +",
    "a: -",
    "a: ''",
    "- \n- ~\n",
    "a: 0",
    "a: -0",
    "a: 00",
    "a: 0.0",
    "a: 1.2.3",
    "a: 0xg",
    "a: 0o8",
    "a: 12e03",
    "a: '12e03'",
    "a: nullx",
    "a: ~x",
    "a: True",
    "a: tRue",
    "a: .NaN1",
    "a: .INF",
    "a: &b\n  c: 1\nd: *b\n",
    "a: !!str\nb: 1",
    "a: !!null ''",
    "'a b': c",
    "a b: c d\n",
    "a: b\n\n\n# c\n",
    "---\na\n",
    "a\n...\n",
    "{}",
    "[]",
    "x",
    "'x'",
    "a: [\n1,\n2\n]\n",
    "a: {b: 1,\n c: 2}\n",
    "é: 中文 😀\n",
    "a: %x\n",
    "a: x%y",
    "a: ,x",
    "[a ,b]",
    "{a: }",
    "{a:}",
    "{a}",
    '{"a":1}',
    "a: :x",
    "a: - b",
    "- - - x",
    "-x",
    "a: ?x",
    "? x",
    "a: |\n",
    "a: >\n\n\n",
    "a:\n  b:\n    c:\n d: 1",
    "a: [",
    "]",
    "a: }",
    "a: `x`",
    "a: @x",
    'a: "\\x"',
    'a: "\\x41"',
    "a: 2026-11-20",
    "a: 2026-11-20T10:00:00Z",
    "a: 1:30",
    "a: 190:20:30",
    "a: =",
    "a: !x y",
    "!!map {a: 1}",
    "a: b\na: c\n",
    "&a a: *a",
    "a: *x",
    "\ta: 1",
    "a:\t1",
    "a: 1\t# x",
    "a:  \n  b\n  c\n",
    "a: b\n c\n",
    "x: '\n\n'\n",
]


#: Valid in YAML 1.2: a tab may separate, and `=` is text.
RUAMEL_REFUSES = ("a:\t1", "a: 1\t# x", "a: =")


#: What only one of the two parsers of PyYAML takes.
PARSERS_DIFFER = ("{a:}", "a:\t1", "a: 1\t# x")


def stricter(value: object) -> bool:
    """What ruamel takes and we refuse on purpose: keys that aren't text."""
    if isinstance(value, dict):
        return any(not isinstance(key, str) or stricter(item) for key, item in value.items())
    return isinstance(value, list) and any(map(stricter, value))


@pytest.mark.parametrize("text", TRICKY)
def test_tricky_documents_mean_the_same(text):
    tree = read_yaml("f.yaml", text.encode())
    try:
        expected = ruamel(text)
    except YAMLError:
        assert not isinstance(tree, Tree) or text in RUAMEL_REFUSES
        return
    if isinstance(tree, Tree):
        assert repr(tree.value) == repr(expected)
    else:
        assert stricter(expected) or text in PARSERS_DIFFER, f"only we refuse {text!r}: {tree}"


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufffe\uffff\ufeff"), max_size=12
)
WORDS = st.sampled_from(
    [
        "",
        "~",
        "null",
        "no",
        "on",
        "010",
        "0x1f",
        "1e3",
        ".5",
        "1_0",
        "2026-11-20",
        "1:30",
        "<<",
        "-",
        "? x",
        "a: b",
        "#",
    ]
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), TEXTS, WORDS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS | WORDS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.booleans())
@settings(max_examples=200, deadline=None)
@example({"<<": 1}, False)
@example(1e22, True)
def test_what_ruamel_writes_is_read_as_it_was(value, flow):
    texts = json.dumps(value, separators=(",", "="))
    assume(not flow or set("?:").isdisjoint(texts))  # inside brackets ruamel leaves out quotes that others need
    yaml = YAML(typ="safe", pure=True)
    yaml.allow_unicode, yaml.default_flow_style = True, flow
    stream = io.StringIO()
    yaml.dump(value, stream)
    tree = read_yaml("f.yaml", stream.getvalue().encode())
    assert isinstance(tree, Tree), (stream.getvalue(), tree)
    assert tree.value == value


@given(VALUES)
@settings(max_examples=200)
def test_json_is_yaml(value):
    text = json.dumps(value, ensure_ascii=False)
    if "Infinity" not in text:
        tree = read_yaml("f.yaml", text.encode())
        assert isinstance(tree, Tree), (text, tree)
        assert tree.value == value


def paths(value: object, *above: str | int) -> list[tuple[str | int, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [above, *(path for key, item in below for path in paths(item, *above, key))]


@given(VALUES)
@settings(max_examples=100)
def test_every_value_is_found_where_it_stands(value):
    text = json.dumps(value, ensure_ascii=False, indent=1)
    row = json.dumps(value, ensure_ascii=False)
    lines = text.split("\n")
    tree, rows = read_yaml("f.yaml", text.encode()), read_json_lines("f.jsonl", f"1\n  {row}".encode())
    for path in paths(value) if "Infinity" not in text else ():
        item = value
        for key in path:
            item = item[key]
        start = json.dumps(item, ensure_ascii=False, indent=1).partition("\n")[0]
        position = tree.at(*path)
        assert lines[position.line - 1][position.column - 1 :].startswith(start)
        position = rows.rows[1].at(*path)
        assert (position.line, f"  {row}"[position.column - 1 :][: position.width]) == (
            2,
            json.dumps(item, ensure_ascii=False),
        )


PURE = """
import sys, json
sys.modules["yaml._yaml"] = None
import yaml
assert not yaml.__with_libyaml__
from placet.parse.tree import Tree, read_yaml
for text in json.load(sys.stdin):
    tree = read_yaml("f.yaml", text.encode())
    where = [repr(tree.at(*keys)) for keys in ((), ("a",), ("a", "b"), (0,))] if isinstance(tree, Tree) else []
    print(json.dumps([repr(tree.value) if isinstance(tree, Tree) else [f.rule for f in tree], where]))
"""


def test_the_parser_without_libyaml_gives_the_same():
    texts = [
        *(text for text in TRICKY if text not in PARSERS_DIFFER),
        SAMPLE,
        'a: "\\ud800"',
        'a: "\\UFFFFFFFF"',
        "[" * 1000,
        *(path.read_text("utf-8") for path in COMMITTED),
    ]
    done = subprocess.run(
        [sys.executable, "-c", PURE], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    for text, line in zip(texts, done.stdout.splitlines(), strict=True):
        tree = read_yaml("f.yaml", text.encode())
        where = [repr(tree.at(*keys)) for keys in ((), ("a",), ("a", "b"), (0,))] if isinstance(tree, Tree) else []
        assert json.loads(line) == [repr(tree.value) if isinstance(tree, Tree) else [f.rule for f in tree], where], text


# -- JSON Lines


def rows(data: str | bytes) -> list[tuple[int, object]]:
    lines = read_json_lines("f.jsonl", data.encode() if isinstance(data, str) else data)
    assert lines.findings == ()
    return [(row.line, row.value) for row in lines.rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param('{"a": 1}\n\n \t\r\n[2]', [(1, {"a": 1}), (4, [2])], id="blank lines"),
        pytest.param('\ufeff{"a": 1}\r\n2\r\n', [(1, {"a": 1}), (2, 2)], id="a byte order mark and CRLF"),
        pytest.param('"a\u2028b"', [(1, "a\u2028b")], id="a line separator is text"),
        pytest.param('"\\ud83d\\ude00\\u0000"', [(1, "😀\0")], id="both halves of a character"),
        pytest.param('"\\\\ud800"', [(1, "\\ud800")], id="an escaped backslash before a u"),
    ],
)
def test_rows(text, expected):
    assert rows(text) == expected


#: Python's json points behind a comma too many until 3.12, and at it since.
_AFTER_COMMA = 9 if sys.version_info < (3, 13) else 8


@pytest.mark.parametrize(
    ("line", "found"),
    [
        pytest.param("{a: 1}", [("FIL001", 2, 1)], id="a key without quotes"),
        pytest.param('{"a": 1,}', [("FIL001", _AFTER_COMMA, 1)], id="a comma too many"),
        pytest.param('{"a": "x', [("FIL001", 7, 1)], id="an open quote"),
        pytest.param('{"a": 1} {}', [("FIL001", 10, 1)], id="two values"),
        pytest.param(
            '{"a": 1, "b": {"c": 1, "c": 2}, "a": 2}', [("FIL002", 24, 3), ("FIL002", 33, 3)], id="duplicate keys"
        ),
        pytest.param('{"a": 1, "\\u0061": 2}', [("FIL002", 10, 8)], id="a duplicate key in disguise"),
        pytest.param("[NaN, 1, -Infinity]", [("FIL001", 2, 3), ("FIL001", 10, 9)], id="no numbers"),
        pytest.param("[1e999]", [("FIL001", 2, 5)], id="a number no double holds"),
        pytest.param("[" + "1" * 5000 + "]", [("FIL001", 2, 5000)], id="a number too long"),
        pytest.param('["\\ud800"]', [("FIL001", 2, 8)], id="half a character"),
        pytest.param(
            '{"a": 1, "a": NaN, x}', [("FIL001", 15, 3), ("FIL002", 10, 3), ("FIL001", 20, 1)], id="several at once"
        ),
        pytest.param("[" * 65 + "]" * 65, [("FIL003", 1, 1)], id="too deep"),
        pytest.param("[" * 500_000, [("FIL003", 1, 1)], id="far too deep"),
        pytest.param("[" + "1," * 20_000 + "1]", [("FIL003", 1, 1)], id="too many values"),
    ],
)
def test_a_bad_line_is_reported_and_the_others_are_read(line, found):
    lines = read_json_lines("f.jsonl", f'{{"id": 1}}\n\n{line}\n{{"id": 2}}\n'.encode())
    assert [(f.rule, f.position.column, f.position.width) for f in lines.findings] == found
    assert {finding.position.line for finding in lines.findings} == {3}
    assert [row.value for row in lines.rows] == [{"id": 1}, {"id": 2}]


def test_a_string_of_brackets_is_neither_deep_nor_large():
    assert rows(json.dumps("[{,:" * 10_000)) == [(1, "[{,:" * 10_000)]


def test_a_row_knows_its_places():
    row = read_json_lines("f.jsonl", '\n\n  {"é": [1, {"b": "x"}], "c": "\\n"}\r\n'.encode()).rows[0]
    places = [row.at(), row.at("é", 1, "b"), row.at("é", 1, "b", key=True), row.at("c"), row.at("nope")]
    assert [(p.line, p.column, p.width) for p in places] == [(3, 3, 33), (3, 19, 3), (3, 14, 3), (3, 31, 4), (3, 3, 33)]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        pytest.param(b"1\n" * 10_001, (10_001, 1), id="too many rows"),
        pytest.param(b"x\n" * 500, (101, 1), id="too many findings"),
        pytest.param(b" " * (16 * 1024 * 1024 + 1), (1, 1), id="too many bytes"),
    ],
)
def test_json_lines_have_limits(data, place):
    last = read_json_lines("f.jsonl", data).findings[-1]
    assert (last.rule, last.position.line, last.position.column) == ("FIL003", *place)


def test_json_lines_are_text():
    (finding,) = read_json_lines("f.jsonl", b'{"a": 1}\n{"b": "\x00"}').findings
    assert (finding.rule, finding.position) == ("FIL004", Position(2, 8, 1))


# -- front matter


def test_front_matter():
    document = read_front_matter(
        "f.md", "\ufeff---\r\nkind: x\r\nlist:\r\n- é: 1\r\n---\r\n# Title\r\n---\r\n".encode()
    )
    assert isinstance(document, FrontMatter)
    assert document.tree.value == {"kind": "x", "list": [{"é": 1}]}
    assert document.tree.at("list", 0, "é") == Position(4, 6, 1)
    assert document.body == "# Title\r\n---\r\n"


@pytest.mark.parametrize(
    ("text", "value", "body"),
    [
        pytest.param("---\n---\n", None, "", id="nothing in either"),
        pytest.param("---\na: 1\n---", {"a": 1}, "", id="the end of the file ends it"),
        pytest.param(
            "--- \na: '---'\n---\t\nb\u2028c\rd", {"a": "---"}, "b\u2028c\rd", id="Markdown may hold what YAML can't"
        ),
    ],
)
def test_front_matter_and_body(text, value, body):
    document = read_front_matter("f.md", text.encode())
    assert isinstance(document, FrontMatter)
    assert (document.tree.value, document.body) == (value, body)


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        pytest.param("# Title\n", "FIL001", (1, 1), id="none"),
        pytest.param("", "FIL001", (1, 1), id="an empty file"),
        pytest.param("---\na: 1\n# Title\n", "FIL001", (1, 1), id="without an end"),
        pytest.param("---\na: 1\na: 2\n---\n", "FIL002", (3, 1), id="a duplicate key"),
        pytest.param("---\na: 'x\n---\nbody", "FIL001", (2, 4), id="an open quote"),
        pytest.param("---\na: 1\n...\nb: 2\n---\n", "FIL001", (4, 1), id="a second document"),
        pytest.param("---\na: 1\n---\nbody \x07\n", "FIL004", (4, 6), id="a control character in the body"),
    ],
)
def test_front_matter_that_is_wrong(text, rule, place):
    found = read_front_matter("f.md", text.encode())
    assert not isinstance(found, FrontMatter)
    assert [(f.rule, f.position.line, f.position.column) for f in found] == [(rule, *place)]


# -- nothing makes it raise

NOISE = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(str.encode),
    st.lists(
        st.sampled_from(
            [*"[]{}:,-?&*!|>'\"%@`#~ \t\n\r=<\\1aé.", "---", "...", "<<", "!!", "\\u", "&a ", "*a ", ": ", "- "]
        )
    ).map(lambda parts: "".join(parts).encode()),
)
FILES = [SAMPLE, '{"a": [1, "x", {"b": null}], "c": 1e3}\n[true]\n', "---\nkind: x\nlist: [a, &b c, *b]\n---\nbody\n"]


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(FILES)).encode())
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 4))] = draw(
            st.one_of(st.binary(max_size=3), st.sampled_from([b"[", b"\n", b": ", b"\t", b'"']))
        )
    return bytes(data)


@given(NOISE | mutations())
@settings(max_examples=1500, deadline=None)
def test_nothing_makes_it_raise(data):
    lines = read_json_lines("f", data)
    for result in (read_yaml("f", data), read_front_matter("f", data), *lines.rows):
        tree = result.tree if isinstance(result, FrontMatter) else result
        if isinstance(tree, Tree):
            inside(tree.at("a", 0, key=True), data)
            json.dumps(tree.value, ensure_ascii=False).encode("utf-8")
        else:
            assert tree
            for finding in tree:
                inside(finding.position, data)
    for finding in lines.findings:
        inside(finding.position, data)


def inside(position: Position, data: bytes) -> None:
    lines = data.decode("utf-8", "replace").split("\n")
    assert 1 <= position.line <= len(lines)
    assert 1 <= position.column <= len(lines[position.line - 1]) + 1
    assert 1 <= position.width <= max(1, len(lines[position.line - 1]))
