"""What the rules about CODEOWNERS say: each by the file alone, `unowned` also by the path."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.governed import added, base, edited, file, judged, places

from placet.codeowners import LOCATIONS
from placet.codeowners.governance import POLICIES, gaps, is_in_a_gap
from placet.codeowners.owners import parse
from placet.codeowners.spelling import OFTEN, misspelt
from placet.rules.owners import dead_lines, open_governance, unowned

PLACE = ".github/CODEOWNERS"
PROMPT = "prompts/notes/summarise.prompt.yml"


def found(text: str, **more: str) -> list[str]:
    """The rules and lines at which something is found in the base tree with this owners file."""
    files = {**base(), PLACE: file(PLACE, text)}
    for path, content in more.items():
        files[path] = file(path, content)
    return places(judged(files))


# -- unowned ----------------------------------------------------------------------------------------------------------


def test_a_repository_without_codeowners_has_no_unowned_files() -> None:
    files = base()
    del files[PLACE]
    assert places(judged(files)) == []


@pytest.mark.parametrize("text", [pytest.param("", id="empty"), pytest.param("# later\n", id="a comment alone")])
def test_a_file_without_rules_has_not_begun_to_say_who_owns_what(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "path", "says"),
    [
        pytest.param("/a/ @x\n", PROMPT, "no line of CODEOWNERS matches this file", id="no line matches"),
        pytest.param("* @x\n/prompts/\n", PROMPT, "line 2 of CODEOWNERS, `/prompts/`, names no owner", id="cleared"),
        pytest.param("* @x\n", PROMPT, None, id="a general line owns it"),
        pytest.param("/a/ @x\n/prompts/ x\n", PROMPT, None, id="a line that isn't loaded speaks of it"),
        pytest.param("* @x\n* x\n/prompts/\n", PROMPT, "line 3", id="a line that isn't loaded, and a later one clears"),
        pytest.param("/a/ @x\n", "policies/tiers.yaml", None, id="nobody owns policies/, which is said there"),
        pytest.param("/policies/ @x\n/policies/odd/\n", "policies/odd/a.yaml", "line 2", id="one part of policies/"),
        pytest.param("/a/ @x\n", PLACE, None, id="the owners file, which is said there"),
    ],
)
def test_a_path_that_nobody_owns(text: str, path: str, says: str | None) -> None:
    problem = unowned(path, parse(text.encode()))
    assert (problem is None) if says is None else (problem is not None and says in problem.message)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        pytest.param("systems/notes/evals/core.yaml", "`/systems/notes/ @org/team`", id="a system"),
        pytest.param("prompts/a b/x.prompt.yml", "`/prompts/a\\ b/ @org/team`", id="a folder with a space"),
        pytest.param("prompts/x.prompt.yml", "`/prompts/ @org/team`", id="a prompt without a folder"),
        pytest.param(".pre-commit-config.yaml", "`/.pre-commit-config.yaml @org/team`", id="a file at the root"),
    ],
)
def test_the_line_that_is_proposed_owns_the_path(path: str, line: str) -> None:
    problem = unowned(path, parse(b"/elsewhere/ @x\n"))
    assert problem is not None
    assert line in problem.help
    proposed = line.strip("`").replace("@org/team", "@o")
    assert parse(proposed.encode()).owners_of(path).owners == ("@o",)


def test_every_file_of_the_tree_is_looked_at() -> None:
    text = "/policies/ @x\n/.github/ @x\n"
    assert [one.split()[0] for one in found(text)] == ["OWN002"] * 4


@given(st.text("/ab* @x#\n", max_size=40), st.sampled_from([PROMPT, "policies/x.yaml", "a/b", PLACE]))
@settings(max_examples=300)
def test_what_is_said_of_a_path_depends_on_nothing_but_the_path_and_codeowners(text: str, path: str) -> None:
    assert unowned(path, parse(text.encode())) == unowned(path, parse(text.encode()))


# -- lines that decide nothing ----------------------------------------------------------------------------------------


def dead(text: str) -> list[tuple[int, int, str]]:
    return [(one.position.line, one.position.column, one.message) for one in dead_lines(PLACE, parse(text.encode()))]


def test_a_pattern_that_stands_twice_is_replaced_by_the_last_of_them() -> None:
    told = "this line decides nothing: line {} has the same pattern and replaces it"
    assert dead("/a @x\n/b @x\n  /a @y\n/a @z\n") == [(1, 1, told.format(4)), (3, 3, told.format(4))]


def test_a_line_below_which_a_wider_one_stands_says_which() -> None:
    told = "this line decides nothing: line 3, `/systems/`, matches all that it matches"
    assert dead("/systems/notes/ @x\n# all of them\n/systems/ @y\n") == [(1, 1, told)]


def test_from_the_general_to_the_special_nothing_is_found() -> None:
    assert dead("* @a\n/systems/ @b\n/systems/notes/ @c\n/systems/*/waivers/ @d\n*.md @e\n") == []


def test_a_line_that_is_not_loaded_covers_nothing() -> None:
    assert dead("/a/ @x\n* nobody\n") == []


def test_in_a_very_long_file_equal_patterns_are_found() -> None:
    text = "/a @x\n" + "".join(f"/d{number}/ @x\n" for number in range(5_500)) + "/a @y\n* @z\n"
    assert [line for line, _, _ in dead(text)] == [1]


# -- misspelt owners --------------------------------------------------------------------------------------------------


def meant(owner: str, known: str, times: int = OFTEN) -> str | None:
    text = "".join(f"/{number} {known}\n" for number in range(times)) + f"/x {owner}\n"
    return next((one for _, _, one, _ in misspelt(parse(text.encode()).rules)), None)


@pytest.mark.parametrize(
    ("owner", "known", "slip"),
    [
        pytest.param("@acme/ai-rsik", "@acme/ai-risk", True, id="two letters swapped"),
        pytest.param("@acme/ai-rsk", "@acme/ai-risk", True, id="a letter left out"),
        pytest.param("@acme/ai-riskk", "@acme/ai-risk", True, id="a letter twice"),
        pytest.param("@acme/ai-risc", "@acme/ai-risk", True, id="another letter"),
        pytest.param("@acme/airisk", "@acme/ai-risk", True, id="a dash left out"),
        pytest.param("@acne/ai-risk", "@acme/ai-risk", True, id="the organisation"),
        pytest.param("@ACME/ai-rsik", "@acme/AI-risk", True, id="case doesn't count"),
        pytest.param("dcos@example.com", "docs@example.com", True, id="an e-mail address"),
        pytest.param("@acme/ai-risk", "@acme/ai-risk", False, id="the same"),
        pytest.param("@Acme/ai-risk", "@acme/ai-risk", False, id="the same in other case"),
        pytest.param("@acme/team-1", "@acme/team-2", False, id="another number"),
        pytest.param("@acme/team-12", "@acme/team-1", False, id="one more digit"),
        pytest.param("@acme/web-a", "@acme/web-b", False, id="another short word"),
        pytest.param("@dana", "@dane", False, id="a short name"),
        pytest.param("@acme/platform", "@acme/security", False, id="another team"),
        pytest.param("@acme/ai-rski", "@acme/ai-risk", False, id="two mistakes"),
    ],
)
def test_an_owner_one_letter_away_from_a_well_known_one(owner: str, known: str, slip: bool) -> None:
    assert meant(owner, known) == (known if slip else None)


def test_an_owner_that_few_lines_name_is_no_measure() -> None:
    assert meant("@acme/ai-rsik", "@acme/ai-risk", OFTEN - 1) is None


def test_an_owner_that_stands_twice_is_meant() -> None:
    assert meant("@acme/ai-rsik\n/y @acme/ai-rsik", "@acme/ai-risk") is None


def test_it_is_found_at_its_own_place_in_the_line() -> None:
    text = "* @acme/ai-risk\n/policies/ @acme/ai-risk\n/a/ @acme/ai-risk\n"
    text += "/@acme/ai-rsik/ @mira  @acme/ai-rsik # @acme/ai-rsik\n"
    (finding,) = judged({**base(), PLACE: file(PLACE, text)})
    assert (finding.rule, finding.position.line, finding.position.column) == ("OWN004", 4, 24)
    assert finding.position.width == len("@acme/ai-rsik")


@given(st.lists(st.text("ab-1", min_size=1, max_size=9), max_size=30))
@settings(max_examples=200)
def test_a_guess_is_an_owner_of_the_file_and_another_one(names: list[str]) -> None:
    rules = parse("".join(f"/{n} @a/{name}\n" for n, name in enumerate(names * 2 + names[:1])).encode()).rules
    every = {owner for rule in rules for owner in rule.owners}
    assert all(guess in every and guess != owner for _, owner, guess, _ in misspelt(rules))


# -- governance -------------------------------------------------------------------------------------------------------


def open_places(text: str, place: str = PLACE) -> list[tuple[str, ...]]:
    return [gap.places for gap in gaps(parse(text.encode()), place)]


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        pytest.param("* @x\n", PLACE, [], id="a line about everything"),
        pytest.param("/policies/ @x\n/.github/ @x\n", PLACE, [], id="a line each"),
        pytest.param("/.github/ @x\n", PLACE, [("policies/",)], id="nobody owns the policies"),
        pytest.param("* @x\n/policies/\n", PLACE, [("policies/",)], id="a line takes their owner away"),
        pytest.param("* @x\n/policies/keys/\n", PLACE, [("policies/keys/",)], id="from one folder"),
        pytest.param("* @x\n/policies/tiers.yaml\n", PLACE, [("policies/tiers.yaml",)], id="from one file"),
        pytest.param("/policies/ @x\n", PLACE, [(PLACE,)], id="nobody owns the owners file"),
        pytest.param(
            "/policies/ @x\n/CODEOWNERS @x\n", "CODEOWNERS", [(PLACE,)], id="nobody owns what would replace it"
        ),
        pytest.param("/policies/ @x\nCODEOWNERS @x\n", "docs/CODEOWNERS", [], id="all three places at once"),
        pytest.param("/.github/ @x\n/policies/ x\n", PLACE, [], id="the line about it isn't loaded, which is said"),
    ],
)
def test_what_nobody_owns_of_governance(text: str, place: str, expected: list[tuple[str, ...]]) -> None:
    assert open_places(text, place) == expected


def test_the_finding_stands_at_the_line_that_leaves_it_open() -> None:
    (problem,) = open_governance(PLACE, parse(b"* @x\n /policies/ # nobody\n"))
    assert (problem.position.line, problem.position.column, problem.position.width) == (2, 2, 10)
    assert "this line names no owner" in problem.message


def test_whoever_may_add_an_earlier_file_replaces_this_one() -> None:
    (problem,) = open_governance("CODEOWNERS", parse(b"/policies/ @x\n/CODEOWNERS @x\n"))
    assert "whoever adds it replaces this file" in problem.message


@given(st.text("/policesCODEWNR.githubyaml* @x\n", max_size=60))
@settings(max_examples=200)
def test_what_is_said_of_governance_is_not_said_again_of_a_file(text: str) -> None:
    owners = parse(text.encode())
    for path in (*POLICIES, *LOCATIONS):
        if is_in_a_gap(path, owners):
            assert unowned(path, owners) is None


# -- what can't be read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"* @x\n\xff\n", id="no UTF-8"),
        pytest.param(b"* @x\n#" + b"x" * 3_000_000, id="3 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_finding(data: bytes) -> None:
    assert [one.split()[0] for one in places(judged({**base(), PLACE: file(PLACE, data)}))] == ["OWN001"]


def test_one_broken_line_is_one_finding() -> None:
    assert places(judged(added(base(), PLACE, "/prompts/ nobody\n"))) == ["OWN001 CODEOWNERS:5"]


def test_a_line_of_a_test_tree_can_be_edited() -> None:
    assert places(judged(edited(base(), PLACE, ("* @acme/platform\n", "")))) == ["OWN005 CODEOWNERS:1"]
