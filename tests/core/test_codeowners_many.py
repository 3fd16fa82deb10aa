"""Many patterns at once: what the look-up answers is what each pattern says by itself, however they are held."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placet.codeowners.lines import is_owner, words_of
from placet.codeowners.owners import MOST_ERRORS, MOST_RULES, TOO_LARGE, CodeOwners, parse
from placet.codeowners.patterns import LONGEST


def loaded(patterns: list[str]) -> CodeOwners:
    found = parse("".join(f"{pattern} @o\n" for pattern in patterns).encode())
    assert found.errors == ()
    return found


# -- the recipe once more, the obvious way ----------------------------------------------------------------------------


@cache
def reference(pattern: str) -> re.Pattern[str]:
    parts = pattern.removeprefix("/").split("/")
    if "/" not in pattern.removesuffix("/"):
        parts.insert(0, "**")
    last = parts.pop() or "**"
    out = "".join("(?:[^/]+/)*" if part == "**" else _segment(part) + "/" for part in parts)
    end = ".+" if last == "**" else _segment(last) if last == "*" else _segment(last) + "(?:/.*)?"
    return re.compile(out + end, re.DOTALL)


def _segment(part: str) -> str:
    return "(?=[^/])" + "".join({"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char)) for char in part)


def last_of(patterns: list[str], path: str) -> int | None:
    return max((n for n, pattern in enumerate(patterns, 1) if reference(pattern).fullmatch(path)), default=None)


NAMES = st.text("abc.", min_size=1, max_size=9)
GLOBS = st.text("abc.*?", min_size=1, max_size=6).filter(lambda part: "***" not in part)
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)
PARTS = st.one_of(NAMES, GLOBS, GLOBS, st.just("**"), st.just("*"))
PATTERNS = st.builds(
    lambda start, parts, end: start + "/".join(parts) + end,
    st.sampled_from(["", "/"]),
    st.lists(PARTS, min_size=1, max_size=4),
    st.sampled_from(["", "/"]),
).filter(lambda pattern: "[" not in pattern)


@given(st.lists(GLOBS, min_size=40, max_size=120, unique=True), st.lists(NAMES, min_size=1, max_size=5))
@settings(max_examples=80, deadline=None)
def test_many_globs_without_a_telling_piece_fit_what_each_fits(globs: list[str], names: list[str]) -> None:
    owners = loaded(globs)
    for name in names:
        fits = {number for number, one in enumerate(globs) if reference(one).fullmatch(name)}
        assert set(owners.paths.every(name)) == fits


ENDS = st.text("abc.", max_size=3)


@given(
    st.lists(st.tuples(ENDS, ENDS, ENDS), min_size=40, max_size=90, unique=True),
    st.lists(NAMES, min_size=1, max_size=8),
)
@settings(max_examples=80, deadline=None)
def test_many_globs_with_beginnings_and_ends_fit_what_each_fits(
    parts: list[tuple[str, str, str]], names: list[str]
) -> None:
    globs = [f"{head}*{middle}*{tail}" if middle else f"{head}*{tail}" for head, middle, tail in parts]
    owners = loaded(globs)
    for name in [*names, *("".join(part) or "a" for part in parts)]:
        fits = {number for number, one in enumerate(globs) if reference(one).fullmatch(name)}
        assert set(owners.paths.every(name)) == fits


@given(st.lists(PATTERNS, min_size=1, max_size=60), st.lists(PATHS, min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_every_pattern_that_matches_is_found_and_the_last_of_them_decides(
    patterns: list[str], paths: list[str]
) -> None:
    owners = loaded(patterns)
    for path in paths:
        matching = {number for number, pattern in enumerate(patterns) if reference(pattern).fullmatch(path)}
        assert set(owners.paths.every(path)) == matching
        assert owners.owners_of(path).line == last_of(patterns, path)


def _word(draw: random.Random, letters: str, most: int) -> str:
    return "".join(draw.choice(letters) for _ in range(draw.randint(1, most)))


def _pattern(draw: random.Random) -> str:
    parts = []
    for _ in range(draw.choice([1, 1, 2, 3, 9])):
        kind = draw.random()
        letters = "abcdef" if kind < 0.3 else "abcdef*" if kind < 0.6 else "abc*?"
        parts.append("**" if kind > 0.95 else "*" if kind > 0.9 else _word(draw, letters, draw.choice([3, 12])))
    return draw.choice(["", "/"]) + "/".join(parts).replace("***", "**") + draw.choice(["", "/"])


@pytest.mark.parametrize("seed", [pytest.param(seed, id=f"seed {seed}") for seed in range(4)])
def test_thousands_of_patterns_of_any_length_decide_as_each_does_alone(seed: int) -> None:
    draw = random.Random(seed)
    patterns = [one for one in (_pattern(draw) for _ in range(2_500)) if "***" not in one and one != "/"]
    owners = loaded(patterns)
    paths = ["/".join(_word(draw, "abcdef", 8) for _ in range(draw.randint(1, 9))) for _ in range(60)]
    for path in paths:
        assert owners.owners_of(path).line == last_of(patterns, path)


@given(st.lists(PATTERNS, min_size=1, max_size=30), st.lists(PATHS, min_size=2, max_size=12), st.randoms())
@settings(max_examples=100, deadline=None)
def test_the_order_in_which_paths_are_asked_for_changes_nothing(
    patterns: list[str], paths: list[str], order: random.Random
) -> None:
    owners, again = loaded(patterns), loaded(patterns)
    first = {path: owners.owners_of(path) for path in sorted(paths)}
    order.shuffle(paths)
    assert {path: again.owners_of(path) for path in paths} == first


# -- against git ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ignores")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def ignoring(folder: Path, patterns: list[str], paths: list[str]) -> dict[str, int | None]:
    """By path, the line of the exclude file with which git ignores it, asked for in one process."""
    (folder / ".git/info/exclude").write_text("".join(f"{pattern}\n" for pattern in patterns))
    asked = ["git", "-C", str(folder), "-c", "core.excludesFile=", "check-ignore"]
    options = ["--no-index", "--verbose", "--non-matching", "-z", "--stdin"]
    done = subprocess.run([*asked, *options], input="\0".join(paths).encode(), stdout=subprocess.PIPE)
    fields = done.stdout.decode().split("\0")
    rows = [fields[at : at + 4] for at in range(0, len(fields) - 3, 4)]
    return {path: int(line) if line else None for _, line, _, path in rows}


def coincide(pattern: str) -> bool:
    """Where gitignore means the same: there a last `*` owns folders too, and `**` is more only by itself."""
    parts = pattern.strip("/").split("/")
    return parts[-1].strip("*") != "" and not any("**" in part and part != "**" for part in parts)


SAME = PATTERNS.filter(coincide)
#: Names that the two languages read alike, with what is special elsewhere: spaces, number signs, case, dots, dashes.
ODD = st.text("aA#-. é", min_size=1, max_size=5).filter(lambda name: name.strip(". ") == name and name[0] not in "#!-")


@given(st.lists(SAME, min_size=1, max_size=12), st.lists(PATHS, min_size=1, max_size=30, unique=True))
@settings(max_examples=120, deadline=None)
def test_a_whole_file_matches_what_git_ignores(repository: Path, patterns: list[str], paths: list[str]) -> None:
    names = [path for path in paths if not {".", ".."} & set(path.split("/"))]
    owners, told = loaded(patterns), ignoring(repository, patterns, names)
    assert {path: owners.owners_of(path).line is not None for path in names} == {
        path: line is not None for path, line in told.items()
    }


@given(st.lists(SAME, min_size=1, max_size=12), st.lists(NAMES, min_size=1, max_size=30, unique=True))
@settings(max_examples=120, deadline=None)
def test_git_names_the_same_line_where_no_folder_comes_first(
    repository: Path, patterns: list[str], names: list[str]
) -> None:
    names = [name for name in names if name not in {".", ".."}]
    owners, told = loaded(patterns), ignoring(repository, patterns, names)
    assert {name: owners.owners_of(name).line for name in names} == told


@given(st.lists(ODD, min_size=1, max_size=4), st.lists(ODD, min_size=1, max_size=12, unique=True))
@settings(max_examples=120, deadline=None)
def test_spaces_number_signs_and_case_are_read_as_git_reads_them(
    repository: Path, written: list[str], names: list[str]
) -> None:
    patterns = [name.replace(" ", "\\ ") for name in written]
    owners, told = loaded(patterns), ignoring(repository, patterns, names)
    assert {name: owners.owners_of(name).line for name in names} == told


# -- a later line that covers an earlier one --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier", "later", "covered"),
    [
        pytest.param("/a", "/a", True, id="the same pattern"),
        pytest.param("/a/**", "/a/", True, id="the same, written otherwise"),
        pytest.param("/a/b/c.md", "/a/", True, id="a file in a folder"),
        pytest.param("/a/*/c/**/d", "/a/", True, id="any pattern in a folder"),
        pytest.param("*.md", "*", True, id="a star at any depth matches every path"),
        pytest.param("/a/", "*", True, id="also what is below a folder"),
        pytest.param("/a/", "**", True, id="two stars match every path"),
        pytest.param("/docs/a.md", "*.md", True, id="a name that fits the glob"),
        pytest.param("/docs/a/b.md", "/docs/*", False, id="a star at the end owns children only"),
        pytest.param("/docs/a", "/docs/*", False, id="not what is below a child"),
        pytest.param("a", "/a", False, id="the later one only at the root"),
        pytest.param("/a", "a", True, id="the later one at any depth"),
        pytest.param("/a/b", "a/**/b", True, id="two stars may stand for nothing"),
        pytest.param("a/**/b", "/a/b", False, id="and for more"),
        pytest.param("/a/x*/b", "/a/*/b", True, id="a star covers a glob"),
        pytest.param("/a/x*/b", "/a/x*/", True, id="a glob covers itself"),
        pytest.param("/a/x*/b", "/a/y*/", False, id="and no other glob"),
        pytest.param("*", "/a/", False, id="an exception below a line about everything"),
        pytest.param("/a", "/a/", False, id="the folder's pattern leaves a file of its name"),
        pytest.param("**/a/**/b", "**/a/**", True, id="whatever is below a folder at any depth"),
        pytest.param("/a/**/b", "/a/", True, id="whatever is below a folder at the root"),
        pytest.param("/a/**/b", "/a/*/", False, id="one folder more than two stars need"),
        pytest.param("/a/**/b", "/a/*", False, id="nothing but children, where there may be more"),
        pytest.param("/a/**/*", "/a/**", True, id="two ways to say everything below"),
        pytest.param("/a/**/x/b", "/a/*/b", False, id="two stars are more than one folder"),
    ],
)
def test_a_later_line_covers_an_earlier_one_where_that_is_plain(earlier: str, later: str, covered: bool) -> None:
    assert loaded([earlier, later]).paths.covering(0) == (1 if covered else None)


#: Of few names, so that patterns meet.
FEW = st.builds(
    lambda start, parts, end: start + "/".join(parts) + end,
    st.sampled_from(["", "/"]),
    st.lists(st.sampled_from(["a", "b", "*", "**", "a*"]), min_size=1, max_size=5),
    st.sampled_from(["", "/"]),
)
FEW_PATHS = st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=6).map("/".join)


@given(
    st.lists(st.one_of(FEW, PATTERNS), min_size=2, max_size=10),
    st.lists(st.one_of(FEW_PATHS, PATHS), min_size=5, max_size=40),
)
@settings(max_examples=400, deadline=None)
def test_what_is_covered_never_decides(patterns: list[str], paths: list[str]) -> None:
    owners = loaded(patterns)
    for number, pattern in enumerate(patterns):
        later = owners.paths.covering(number)
        if later is not None:
            assert later > number
            matched = [path for path in paths if reference(pattern).fullmatch(path)]
            assert all(reference(patterns[later]).fullmatch(path) for path in matched)


# -- a line, against the regular expressions that say the same --------------------------------------------------------

OWNER = re.compile(
    r"@[A-Za-z0-9][A-Za-z0-9_-]*"
    r"|@[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9_][A-Za-z0-9_.-]*"
    r"|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)
WORD = re.compile(r"(?:\\.|[^ \t\\]|\\\Z)+", re.DOTALL)


@given(st.one_of(st.text("@a/-_.9%+é ", max_size=10), st.from_regex(OWNER, fullmatch=True)))
@settings(max_examples=500)
def test_an_owner_is_written_as_github_writes_it(word: str) -> None:
    assert is_owner(word) is (OWNER.fullmatch(word) is not None)


@given(st.text(" \t\\#ab@/\r\x0b\x0c\x85\u2028\u00a0", max_size=20))
@settings(max_examples=500)
def test_the_words_of_a_line_end_at_spaces_and_tabs_and_at_a_comment(content: str) -> None:
    expected: list[tuple[int, str]] = []
    for match in WORD.finditer(content):
        if match[0].startswith("#"):
            break
        expected.append((match.start(), match[0]))
    assert words_of(content) == expected


# -- bounds -----------------------------------------------------------------------------------------------------------


def test_a_file_of_nothing_but_rules_is_read_up_to_a_limit_and_then_trusted_for_no_path() -> None:
    owners = parse(b"a @o\n" * (MOST_RULES + 1))
    assert len(owners.rules) == MOST_RULES
    assert [error.line for error in owners.owners_of("any/path").errors] == [MOST_RULES + 1]


def test_a_file_of_nothing_but_mistakes_is_read_up_to_a_limit_and_then_trusted_for_no_path() -> None:
    owners = parse(b"/a b\n" * (MOST_ERRORS + 5))
    assert len(owners.errors) == MOST_ERRORS + 1
    assert owners.owners_of("c").errors == owners.errors[-1:]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("/" + "a/" * (TOO_LARGE // 2 - 9), id="one pattern of 3 MB"),
        pytest.param("a" + " b" * (TOO_LARGE // 2 - 9), id="one line of a million wrong owners"),
        pytest.param("\\" * (TOO_LARGE - 99), id="nothing but backslashes"),
        pytest.param("*" * (TOO_LARGE - 99), id="nothing but stars"),
        pytest.param("/" * (TOO_LARGE - 99), id="nothing but slashes"),
    ],
)
def test_a_file_of_one_endless_line_is_an_error_and_comes_to_an_end(line: str) -> None:
    owners = parse(line.encode() + b"\n")
    assert owners.rules == ()
    assert 1 <= len(owners.errors) <= MOST_ERRORS + 1
    owners.owners_of("a/b")


@pytest.mark.parametrize("length", [LONGEST, LONGEST + 1])
def test_a_pattern_is_read_up_to_a_length(length: int) -> None:
    owners = parse(b"/" + b"a" * (length - 1) + b" @o\n")
    assert [error.pattern for error in owners.errors] == ([None] if length > LONGEST else [])


@pytest.mark.parametrize(
    ("patterns", "path"),
    [
        pytest.param(["*" + "?" * 200 + "a*b"], "a" * 255, id="question marks behind a star"),
        pytest.param(["*" + "?a" * 100 + "*b"] * 50, "a" * 255, id="the same, often"),
        pytest.param([f"*{'a*' * 60}{n}" for n in range(300)], "a" * 250, id="one letter over and over"),
        pytest.param(["**/" + "a/**/" * 300 + "b"], "a/" * 900 + "a", id="folders over and over"),
        pytest.param([f"/{'*/' * 300}{n}" for n in range(50)], "a/" * 300 + "b", id="very deep stars"),
    ],
)
def test_hostile_patterns_come_to_an_end(patterns: list[str], path: str) -> None:
    assert loaded(patterns).owners_of(path).line is None


def test_reading_owners_brings_no_heavy_module() -> None:
    script = (
        "import sys; known = set(sys.modules); import placet.codeowners.owners as o; o.parse(b'* @a').owners_of('b');"
    )
    script += "print(*sorted(set(sys.modules) - known))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    brought = set(done.stdout.split())
    assert "placet.codeowners.paths" in brought
    assert brought & {"re", "dataclasses", "typing", "functools", "json", "pathlib", "inspect", "collections"} == set()
