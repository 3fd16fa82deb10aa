"""How CODEOWNERS covers a repository, given which files there are."""

from __future__ import annotations

import json

import pytest

from placet.codeowners.owners import parse
from placet.report.owners import Owned, as_json, as_text, errors_as_text, survey_as_json, survey_as_text
from placet.rules.coverage import Given, Survey, survey

PLACE = ".github/CODEOWNERS"
FILES = (
    PLACE,
    "README.md",
    "policies/tiers.yaml",
    "prompts/notes/a.prompt.yml",
    "src/app.ts",
    "systems/notes/system.yaml",
    "systems/notes/waivers/w.yaml",
)
#: Each kind of governance has a line of its own.
GOOD = "* @all\n/prompts/ @x\n/systems/ @x\n/systems/*/waivers/ @risk\n/policies/ @risk\n/.github/ @risk\n"


def surveyed(text: str, *more: str, workflows: tuple[str, ...] = (), place: str = PLACE) -> Survey:
    files = tuple(dict.fromkeys((*FILES, *more, *workflows, place)))
    return survey(Given(parse(text.encode()), place, text.encode(), files, frozenset(workflows)))


def told(text: str, *more: str, workflows: tuple[str, ...] = (), place: str = PLACE) -> list[tuple[str, str, int]]:
    found = surveyed(text, *more, workflows=workflows, place=place)
    return [(one.kind, one.problem.path, one.problem.position.line) for one in found.remarks]


def test_a_file_that_covers_everything() -> None:
    found = surveyed(GOOD)
    assert (found.remarks, found.files, found.owned, found.errors) == ((), 5, 5, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(GOOD + "/x y\n", [("invalid", PLACE, 7)], id="a line that isn't loaded"),
        pytest.param(
            GOOD.replace("* @all\n", "").replace("/prompts/ @x\n", ""),
            [("unowned", "prompts/notes/a.prompt.yml", 1)],
            id="a governed file that nobody owns",
        ),
        pytest.param(
            GOOD + "/systems/*/waivers/\n",
            [("governance", "systems/notes/waivers/w.yaml", 1), ("shadowed", PLACE, 4)],
            id="a waiver that nobody owns",
        ),
        pytest.param(
            GOOD.replace("* @all\n", "").replace("/policies/ @risk\n", ""),
            [("governance", PLACE, 1)],
            id="policies that nobody owns, said once",
        ),
        pytest.param(GOOD.replace("/policies/ @risk\n", ""), [("general", PLACE, 1)], id="policies fall to a star"),
        pytest.param(GOOD.replace("/systems/*/waivers/ @risk\n", ""), [("general", PLACE, 3)], id="waivers fall"),
        pytest.param(GOOD.replace("/.github/ @risk\n", ""), [("general", PLACE, 1)], id="the owners file falls"),
        pytest.param(GOOD.replace("/.github/", "CODEOWNERS"), [], id="a line for the owners file by its name"),
        pytest.param(GOOD + "/src/ @x\n*.ts @y\n", [("shadowed", PLACE, 7)], id="all its files are decided below"),
        pytest.param(GOOD + "/src/ @x\n/src/*.ts @y\n", [], id="exceptions to a line that decides about what is new"),
        pytest.param(GOOD + "/src/app.ts @x\n/src/ @y\n", [("shadowed", PLACE, 7)], id="plainly covered, said once"),
        pytest.param(GOOD + "/lib/ @x\n", [("unused", PLACE, 7)], id="a line that matches no file"),
        pytest.param(GOOD + "/Src/ @x\n", [("unused", PLACE, 7)], id="a path in other case"),
        pytest.param(GOOD + "/docs/CODEOWNERS @risk\n", [], id="a line that guards what isn't there yet"),
    ],
)
def test_what_is_told(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert told(text) == expected


def test_a_workflow_that_runs_the_bot_is_governance_and_another_is_not() -> None:
    own = GOOD.replace("* @all\n", "").replace("/.github/", "/.github/CODEOWNERS")
    ci, bot = ".github/workflows/ci.yml", ".github/workflows/placet.yml"
    assert told(own, ci, workflows=(bot,)) == [("governance", bot, 1), ("unowned", ci, 1)]


def test_a_workflow_that_falls_to_a_general_line() -> None:
    text = GOOD.replace("/.github/", "/.github/CODEOWNERS")
    assert told(text, workflows=(".github/workflows/placet.yml",)) == [("general", PLACE, 1)]


def test_a_second_owners_file_is_not_read() -> None:
    assert told(GOOD, "docs/CODEOWNERS") == [("ignored", "docs/CODEOWNERS", 1)]


def test_a_line_says_which_later_ones_take_its_files() -> None:
    (remark,) = surveyed(GOOD + "/src/ @x\n*.ts @y\n*.js @z\n", "src/a.js").remarks
    assert "line 8 (`*.ts`), line 9 (`*.js`)" in remark.problem.message


@pytest.mark.parametrize("text", ["", "# nobody yet\n"])
def test_a_file_without_rules_is_an_error(text: str) -> None:
    assert told(text) == [("governance", PLACE, 1)]


def test_errors_come_first_and_are_counted() -> None:
    found = surveyed("/lib/ @x\n/x y\n")
    severities = [one.severity for one in found.remarks]
    assert severities == sorted(severities, reverse=True)
    assert found.errors == 4  # the line, the policies, the owners file, the waiver


# -- as it is shown ---------------------------------------------------------------------------------------------------


def test_a_survey_as_text() -> None:
    text = survey_as_text(surveyed(GOOD + "/lib/ @x\n/x y\n"))
    assert text.splitlines() == [
        f"{PLACE}:8:4: error: `y` is no owner: write @user, @org/team or an e-mail address (OWN001)",
        "   help: correct the line: GitHub leaves it out, and a change to the paths that it speaks of can't be decided",
        "",
        f"{PLACE}:7:1: warning: `/lib/` matches no file",
        "   help: correct the path, which is case-sensitive, or delete the line",
        "",
        f"1 error and 1 warning in {PLACE}. 5 governed files of 5 have an owner.",
    ]


def test_a_survey_as_json() -> None:
    value = json.loads(survey_as_json(surveyed(GOOD + "/lib/ @x\n")))
    assert value["summary"] == {"errors": 0, "warnings": 1, "files": 5, "owned": 5}
    assert (value["version"], value["file"]) == (1, PLACE)
    (problem,) = value["problems"]
    assert (problem["kind"], problem["severity"], problem["path"], problem["line"], problem["column"]) == (
        "unused",
        "warning",
        PLACE,
        7,
        1,
    )


def test_owners_as_a_table() -> None:
    owners = parse(b"* @all\n/a @x @org/team # who\n/b\n/c d\n")
    rows = as_text([Owned(path, owners.owners_of(path)) for path in ("a/long/path", "b", "c", "d")], PLACE)
    assert rows.splitlines() == [
        f"a/long/path  @x, @org/team  {PLACE}:2",
        f"b            (nobody)       {PLACE}:3",
        f"c            @all           {PLACE}:1; line 4 speaks of it and isn't loaded",
        f"d            @all           {PLACE}:1",
    ]


def test_a_path_can_drive_no_terminal() -> None:
    owned = [Owned("a\x1b[2J\nb\udcff", parse(b"").owners_of("a"))]
    assert "\x1b" not in as_text(owned, "")
    assert "\n" not in as_text(owned, "")
    assert as_json(owned).isascii()
    assert json.loads(as_json(owned)) == {"a\x1b[2J\nb\udcff": []}


def test_only_so_many_wrong_lines_are_mentioned() -> None:
    lines = errors_as_text(parse(b"/a b\n" * 50).errors, PLACE)
    assert (len(lines), lines[-1]) == (21, "... and 30 more; all of them: placet owners --check")
