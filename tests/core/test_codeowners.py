import json
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placet.codeowners.owners import TOO_LARGE, parse

VECTORS = json.loads((Path(__file__).parent / "vectors" / "codeowners.json").read_text("utf-8"))


def owners(text: str, path: str) -> tuple[str, ...]:
    return parse(text.encode()).owners_of(path).owners


def matches(pattern: str, path: str) -> bool:
    loaded = parse(f"{pattern} @o\n".encode())
    assert loaded.errors == ()
    return loaded.owners_of(path).owners == ("@o",)


@pytest.mark.parametrize("vector", [pytest.param(v, id=f"{v['pattern']} on {v['path']}") for v in VECTORS["vectors"]])
def test_a_pattern_matches_the_paths_it_should(vector):
    assert matches(vector["pattern"], vector["path"]) is vector["expected"]


@pytest.mark.parametrize("vector", [pytest.param(v, id=v["name"]) for v in VECTORS["ownership"]])
def test_a_file_gives_a_path_its_owners(vector):
    assert list(owners(vector["codeowners"], vector["path"])) == vector["expected_owners"]


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        pytest.param("**", "a", True, id="two stars alone are everything"),
        pytest.param("/**", "a/b", True, id="two stars at the root are everything"),
        pytest.param("a/**", "a", False, id="two stars at the end need something below"),
        pytest.param("a/**/b", "a/b", True, id="two stars in the middle may be nothing"),
        pytest.param("/a**b", "axxb", True, id="two stars inside a name are one"),
        pytest.param("/a**b", "ax/b", False, id="and never cross a slash"),
        pytest.param("*.js", "lib.js/readme.md", True, id="a folder that fits a glob owns what is below"),
        pytest.param("/docs/*", "docs/a/b", False, id="a star alone at the end owns children only"),
        pytest.param("/docs/?", "docs/a/b", True, id="a question mark at the end owns what is below"),
        pytest.param("/docs/**/*", "docs/a/b/c", True, id="stars behind two stars own every depth"),
        pytest.param("/a\\ b/", "a b/c", True, id="an escaped space belongs to the name"),
        pytest.param("/a\\\\b", "a\\b", True, id="an escaped backslash is a backslash"),
        pytest.param("foo#bar", "foo#bar", True, id="a number sign inside a name is no comment"),
        pytest.param("/Docs/", "docs/a", False, id="case counts"),
        pytest.param("/a/*", "a/b\nc", True, id="a star spans a line break in a name"),
        pytest.param("/a/*", "a/\udcff", True, id="a byte that is no UTF-8 is a character like any other"),
        pytest.param("a?a", "aba", True, id="a question mark is one character"),
        pytest.param("/x*a?c*y", "x-abc-y", True, id="a question mark between stars"),
        pytest.param("/ab*ba", "aba", False, id="the ends of a glob don't share a character"),
        pytest.param("/*a*a*", "xax", False, id="nor do the pieces in the middle"),
        pytest.param("[id]/page.tsx", "i/page.tsx", False, id="brackets are no character class"),
        pytest.param("**/a/**/b", "x/a/a/y/b/z", True, id="two stars can be tried twice"),
    ],
)
def test_what_the_recipe_says_beyond_the_vectors(pattern, path, expected):
    assert matches(pattern, path) is expected


@pytest.mark.parametrize(
    ("line", "column", "message", "touched", "untouched"),
    [
        pytest.param("!/a @x", 1, "negation", "a", "b", id="negation"),
        pytest.param("\\#a @x", 1, "escape for `#`", "#a", "b", id="an escaped number sign"),
        pytest.param("/a/*** @x", 1, "two `*`", "a/b/c", "b", id="three stars"),
        pytest.param("/a @x y", 7, "no owner", "a/b", "b", id="a word that is no owner"),
        pytest.param("/a @x#y", 4, "no owner", "a", "b", id="a comment glued to an owner"),
        pytest.param("/a docs@", 4, "no owner", "a", "b", id="half an e-mail address"),
        pytest.param("/a @x @app[bot]", 7, "no owner", "a", "b", id="an app"),
        pytest.param("/a @o/t/u", 4, "no owner", "a", "b", id="a team of a team"),
        pytest.param("/a @x\N{NO-BREAK SPACE}@y", 4, "no owner", "a", "b", id="a space that isn't one"),
        pytest.param("/a//b @x", 1, "between its slashes", "a/b", "b", id="two slashes in a row"),
        pytest.param("  [Docs]", 3, "GitLab", "[Docs]", "b", id="a GitLab section"),
        pytest.param("/a @x\r\r", 4, "no owner", "a", "b", id="a second carriage return"),
    ],
)
def test_a_line_that_github_would_skip_is_an_error_of_the_paths_it_speaks_of(line, column, message, touched, untouched):
    loaded = parse(f"* @all\n{line}\n".encode())
    (error,) = loaded.errors
    assert (error.line, error.column) == (2, column)
    assert message in error.message
    assert loaded.owners_of(touched).errors == (error,)
    assert loaded.owners_of(touched).owners == ("@all",)
    assert loaded.owners_of(untouched).errors == ()


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        pytest.param(b"* @a\n/b \xff @c\n", 2, 4, id="a byte that is no UTF-8"),
        pytest.param(b"* @a\n/ @c\n", 2, 1, id="a pattern that names nothing"),
        pytest.param(b"* @a\n/a\\/b @c\n", 2, 1, id="a backslash before a slash"),
        pytest.param(b"* @a\n#" + b"x" * (TOO_LARGE - 6), 1, 1, id="a file of 3 MB"),
    ],
)
def test_what_may_speak_of_any_path_is_an_error_of_every_path(data, line, column):
    loaded = parse(data)
    assert [(error.line, error.column) for error in loaded.errors] == [(line, column)]
    assert loaded.owners_of("any/path").errors == loaded.errors


def test_a_file_just_below_the_limit_is_loaded():
    data = b"* @a\n#" + b"x" * (TOO_LARGE - 7)
    assert parse(data).owners_of("a").owners == ("@a",)


def test_a_byte_order_mark_costs_no_rule():
    assert parse(b"\xef\xbb\xbf/a @x\n").owners_of("a").owners == ("@x",)


def test_ownership_names_the_line_that_decides():
    loaded = parse(b"* @a\n\n# comment\n/b @c\n/b/d\n")
    assert (loaded.owners_of("b").line, loaded.owners_of("b/d").line, loaded.owners_of("x").line) == (4, 5, 1)
    assert loaded.owners_of("b/d").owners == ()
    assert parse(b"/b @c").owners_of("x").line is None


def test_every_bad_word_of_a_line_is_reported():
    assert [error.column for error in parse(b"!a b @c d\n").errors] == [1, 4, 9]


def test_a_line_with_the_same_pattern_replaces_the_first():
    assert owners("/a @x\n/a @y\n", "a/b") == ("@y",)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        pytest.param("*a" * 60 + "*b", "a" * 250, id="stars and one letter"),
        pytest.param("**/" * 400 + "b", "a/" * 400 + "a", id="two stars over and over"),
        pytest.param("**/a/" * 200 + "b", "a/" * 400 + "a", id="two stars with names between"),
        pytest.param("*?" * 100 + "b", "a" * 250, id="stars and question marks"),
    ],
)
def test_a_hostile_pattern_comes_to_an_end(pattern, path):
    assert matches(pattern, path) is False


# -- against a plain regular expression, and against git


def reference(pattern: str, path: str) -> bool:
    """The recipe, written the obvious way: one regular expression per pattern."""
    anchored = "/" in pattern.removesuffix("/")
    parts = pattern.removeprefix("/").split("/")
    if parts[-1] == "":
        parts[-1] = "**"
    if not anchored:
        parts.insert(0, "**")
    out = ""
    for part in parts[:-1]:
        out += "(?:[^/]+/)*" if part == "**" else _segment(part) + "/"
    last = parts[-1]
    out += ".+" if last == "**" else _segment(last) if last == "*" else _segment(last) + "(?:/.*)?"
    return re.fullmatch(out, path, re.DOTALL) is not None


def _segment(part: str) -> str:
    return "(?=[^/])" + "".join({"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char)) for char in part)


NAMES = st.text("ab.", min_size=1, max_size=4).filter(lambda name: name.strip("."))
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)
GLOBS = st.text("ab.*?", min_size=1, max_size=5).filter(lambda part: "***" not in part)
PARTS = st.one_of(NAMES, GLOBS, st.just("**"), st.just("*"))
PATTERNS = st.builds(
    lambda start, parts, end: start + "/".join(parts) + end,
    st.sampled_from(["", "/"]),
    st.lists(PARTS, min_size=1, max_size=4),
    st.sampled_from(["", "/"]),
)


@given(PATTERNS, PATHS)
@settings(max_examples=600)
def test_a_pattern_means_what_its_regular_expression_means(pattern, path):
    assert matches(pattern, path) is reference(pattern, path)


@given(st.lists(PATTERNS, max_size=12), st.lists(PATHS, min_size=1, max_size=6))
@settings(max_examples=300)
def test_many_rules_at_once_give_what_each_gives_alone(patterns, paths):
    loaded = parse("".join(f"{pattern} @o{index}\n" for index, pattern in enumerate(patterns)).encode())
    for path in paths:
        last = max((index + 1 for index, pattern in enumerate(patterns) if reference(pattern, path)), default=None)
        assert loaded.owners_of(path).line == last


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ignores")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def ignored(folder: Path, pattern: str, paths: list[str]) -> set[str]:
    (folder / ".git" / "info" / "exclude").write_text(pattern + "\n")
    asked = [
        "git",
        "-C",
        str(folder),
        "-c",
        "core.excludesFile=",
        "check-ignore",
        "--no-index",
        "-z",
        "--stdin",
    ]
    done = subprocess.run(asked, input="\0".join(paths).encode(), stdout=subprocess.PIPE)
    return set(done.stdout.decode().split("\0")) - {""}


def coincide(pattern: str) -> bool:
    """Where gitignore means the same: there a last `*` owns folders too, and `**/` only folders."""
    parts = pattern.strip("/").split("/")
    return parts[-1].strip("*") != "" and not any("**" in part and part != "**" for part in parts)


@given(PATTERNS.filter(coincide), st.lists(PATHS, min_size=1, max_size=8, unique=True))
@settings(max_examples=150, deadline=None)
def test_git_agrees_where_the_two_languages_are_the_same(repository, pattern, paths):
    assert {path for path in paths if matches(pattern, path)} == ignored(repository, pattern, paths)


@given(st.binary(max_size=200), st.text(max_size=30))
@settings(max_examples=500)
def test_no_bytes_make_it_raise(data, path):
    parse(data).owners_of(path)


@given(st.text("ab*/ \\@#![]?\n\r\t.", max_size=60), PATHS)
@settings(max_examples=500)
def test_no_line_is_lost(text, path):
    loaded = parse(text.encode())
    spoken = {rule.line for rule in loaded.rules} | {error.line for error in loaded.errors}
    words = [line.removesuffix("\r").strip(" \t") for line in text.split("\n")]
    assert spoken == {number for number, word in enumerate(words, 1) if word and not word.startswith("#")}
    loaded.owners_of(path)
