"""Findings for programs: JSON, JSON Lines, GitHub annotations and SARIF say the same of the same findings."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from tests.golden.golden import assert_golden
from tests.governed import ROOT

from placet.findings import Finding, Position, Severity
from placet.model.register import Waiver
from placet.pages import page_of
from placet.report.annotations import as_annotations
from placet.report.findings import Checked
from placet.report.fingerprint import fingerprints
from placet.report.json_lines import as_json_lines, one_object
from placet.report.sarif import as_sarif
from placet.waived import Waived

SYSTEM = "systems/notes/system.yaml"
SOURCE = "version: 1\nid: notes\nrisk:\n  tier: medium\n  factors: {autonomy: acts}\n"
SOURCES = {SYSTEM: SOURCE}
WAIVER = Waiver(
    "systems/notes/waivers/model-card.yaml",
    "notes",
    "model-card",
    "The card is being written.",
    "@mira",
    "@rana",
    date(2026, 12, 1),
)
TIER = Finding(
    "SYS021",
    Severity.ERROR,
    SYSTEM,
    Position(4, 9, 6),
    "declared tier is lower than the risk factors allow",
    "policy computes critical: autonomy=acts (policies/classification.yaml:3)",
    "set `tier: critical`",
)
CARD = Finding(
    "SYS006", Severity.ERROR, SYSTEM, Position(4, 9, 6), "control `model-card` isn't met", "", "write it", ""
)
LATE = Finding("SYS015", Severity.WARNING, SYSTEM, Position(2, 5, 5), "the review is overdue")
CHECKED = Checked(None, 12, 148, waived=(Waived(CARD, WAIVER),), pages={"SYS021": "docs/rules/SYS021.md"})
#: Text that tries to be a terminal's control sequence, a workflow command, a link, or another line.
HOSTILE = st.text(
    st.one_of(st.sampled_from("%:,;\r\n[](){}\x1b\x07\x7f\x9b\u202e\u2028\ud800é漢🙂 \\\"'`#"), st.characters()),
    max_size=40,
)

VALIDATOR = Draft4Validator(json.loads((ROOT / "tests/core/vectors/sarif/sarif-2.1.0-rtm.5.json").read_text("utf-8")))


def from_git(path: str) -> bool:
    """Git's paths are bytes: what is no UTF-8 stands for one of them."""
    return not any("\ud800" <= letter <= "\udc7f" or "\udd00" <= letter <= "\udfff" for letter in path)


def hostile_finding(text: str, path: str = SYSTEM) -> Finding:
    return Finding("SYS021", Severity.ERROR, path, Position(1, 1, 3), text, text, text)


def sarif(findings: list[Finding], sources: dict[str, str] | None = None, checked: Checked = CHECKED) -> Any:
    pages = {id: page_of(id) or "" for id in ("SYS006", "SYS021")}
    text = as_sarif(findings, SOURCES if sources is None else sources, checked, pages)
    assert text.isascii()
    log = json.loads(text)
    VALIDATOR.validate(log)
    return log


def results(*findings: Finding, sources: dict[str, str] | None = None) -> list[Any]:
    found: list[Any] = sarif([*findings], sources, Checked(None, 12, 148))["runs"][0]["results"]
    return found


# -- each as a whole --------------------------------------------------------------------------------------------------


def test_as_one_json_object() -> None:
    assert_golden("check.json", one_object([LATE, TIER], CHECKED) + "\n")


def test_as_json_lines() -> None:
    assert_golden("check.jsonl", as_json_lines([LATE, TIER], CHECKED) + "\n")


def test_as_annotations() -> None:
    assert_golden("check.github.txt", as_annotations([LATE, TIER], CHECKED) + "\n")


def test_as_sarif() -> None:
    page = "# {}: T\n\nSeverity: error\n\nWhat it\nfinds.\n\n## Why it matters\n\nIt does.\n"
    text = as_sarif([LATE, TIER], SOURCES, CHECKED, {"SYS006": page.format("SYS006"), "SYS021": page.format("SYS021")})
    log = json.loads(text)
    VALIDATOR.validate(log)
    log["runs"][0]["tool"]["driver"]["semanticVersion"] = "0.0.0"
    assert_golden("check.sarif", json.dumps(log, indent=2) + "\n")


@pytest.mark.parametrize("render", [one_object, as_json_lines, as_annotations], ids=["json", "jsonl", "github"])
def test_nothing_found_is_said_too(render: Any) -> None:
    assert render([], Checked(None, 12, 148))


def test_sarif_of_nothing_found_is_a_run_without_results() -> None:
    (run,) = sarif([], checked=Checked(None, 12, 148))["runs"]
    assert run["results"] == run["tool"]["driver"]["rules"] == []


def test_how_long_it_took_is_in_nothing_that_programs_read() -> None:
    soon, late = Checked(None, 12, 1), Checked(None, 12, 99_999)
    for render in (one_object, as_json_lines, as_annotations):
        assert render([TIER], soon) == render([TIER], late)
    assert as_sarif([TIER], SOURCES, soon, {}) == as_sarif([TIER], SOURCES, late, {})


# -- JSON -------------------------------------------------------------------------------------------------------------


def test_every_line_of_json_lines_is_an_object_and_the_last_one_counts() -> None:
    lines = [json.loads(line) for line in as_json_lines([LATE, TIER], CHECKED).split("\n")]
    assert [line["type"] for line in lines] == ["finding", "finding", "waived", "summary"]
    assert [line["path"] for line in lines[:3]] == [SYSTEM] * 3
    assert lines[-1] == {
        "type": "summary",
        "version": 1,
        "errors": 1,
        "warnings": 1,
        "waived": 1,
        "files": 12,
        "outside": 0,
        "known": 0,
    }


@given(HOSTILE)
def test_a_line_of_json_lines_stays_one_line_of_ascii(text: str) -> None:
    out = as_json_lines([hostile_finding(text, text)], Checked(None, 1, 1))
    assert out.isascii()
    first, last = out.split("\n")
    assert first.isprintable()
    assert (json.loads(first)["message"], json.loads(last)["errors"]) == (text, 1)


# -- GitHub -----------------------------------------------------------------------------------------------------------

_TOKENS = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}


def as_the_runner_reads(line: str) -> tuple[str, dict[str, str], str]:
    """The command, its properties and its message, by the steps of GitHub's own runner."""
    assert line.startswith("::")
    info, _, data = line[2:].partition("::")
    name, _, properties = info.partition(" ")
    pairs = dict(pair.split("=", 1) for pair in properties.split(","))
    return (
        name,
        {key: unescaped(value, _TOKENS) for key, value in pairs.items()},
        unescaped(data, dict([*_TOKENS.items()][:2])),
    )


def unescaped(text: str, tokens: dict[str, str]) -> str:
    for token, sign in tokens.items():
        text = text.replace(token, sign)
    return text.replace("%25", "%")


def test_an_annotation_names_place_rule_and_what_to_do() -> None:
    name, properties, data = as_the_runner_reads(as_annotations([TIER], CHECKED).split("\n")[0])
    assert name == "error"
    assert properties == {"file": SYSTEM, "line": "4", "col": "9", "endColumn": "15", "title": "placet SYS021"}
    assert data == f"{TIER.message}\n{TIER.note}\nhelp: {TIER.help}\ndocs/rules/SYS021.md"


def test_errors_come_first_and_what_is_waived_last() -> None:
    lines = as_annotations([LATE, TIER, LATE, TIER], CHECKED).split("\n")
    assert [line.split(" ")[0] for line in lines[:-1]] == ["::error", "::error", "::warning", "::warning", "::notice"]


@given(HOSTILE)
def test_an_annotation_is_one_command_whatever_the_finding_says(text: str) -> None:
    path = f"systems/a/{text}"
    out = as_annotations([hostile_finding(text, path)], Checked(None, 1, 1))
    command, last = out.split("\n")
    name, properties, data = as_the_runner_reads(command)
    assert (name, list(properties)) == ("error", ["file", "line", "col", "endColumn", "title"])
    assert not last.startswith("::")
    assert not any(sign in out for sign in "\x1b\x07\x7f\x9b\r\u202e\u2028")
    if text.isascii() and text.isprintable():
        assert (properties["file"], data.split("\n")[0]) == (path, text or "placet rules SYS021")


@pytest.mark.parametrize(
    ("errors", "warnings", "said"),
    [
        pytest.param(10, 10, False, id="as many as GitHub shows"),
        pytest.param(11, 0, True, id="an error too many"),
        pytest.param(1, 11, True, id="a warning too many"),
    ],
)
def test_the_last_line_counts_what_github_does_not_show(errors: int, warnings: int, said: bool) -> None:
    found = [TIER] * errors + [LATE] * warnings
    last = as_annotations(found, Checked(None, 12, 148)).split("\n")[-1]
    assert last.startswith(f"{errors + warnings} findings in 1 file, {errors} error")
    assert last.endswith(" GitHub shows the first 10 errors and 10 warnings of a step.") is said


# -- SARIF ------------------------------------------------------------------------------------------------------------


def test_a_result_points_at_its_rule_and_a_rule_at_its_page() -> None:
    (run,) = sarif([LATE, TIER])["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [one["ruleId"] for one in run["results"]]
    assert [one["defaultConfiguration"]["level"] for one in rules] == ["error", "warning", "error"]
    (tier,) = [one for one in rules if one["id"] == "SYS021"]
    assert tier["help"]["markdown"] == page_of("SYS021")
    assert tier["fullDescription"]["text"].startswith("A registration whose declared tier is lower than")
    assert tier["name"] == "TheDeclaredTierIsLowerThanTheRiskFactorsAllow"


def test_a_waived_finding_is_suppressed_and_says_by_whom() -> None:
    suppressed = {one["ruleId"]: one["suppressions"] for one in sarif([TIER])["runs"][0]["results"]}
    assert suppressed["SYS021"] == []
    ((given_,),) = [suppressed["SYS006"]]
    assert given_["status"] == "accepted"
    assert given_["justification"] == (
        "The card is being written. Waived until 2026-12-01: @mira owns the risk, @rana approved."
    )
    assert given_["location"]["physicalLocation"]["artifactLocation"]["uri"] == WAIVER.path


@pytest.mark.parametrize(
    ("at", "region"),
    [
        pytest.param(Position(4, 9, 6), (4, 9, 15), id="a word"),
        pytest.param(Position(4, 9, 600), (4, 9, 15), id="wider than its line: up to its end"),
        pytest.param(Position(2, 1, 0), (2, 1, 2), id="without a width: one character"),
        pytest.param(Position(99, 3, 4), (99, 3, 7), id="a line that the file doesn't have"),
        pytest.param(Position(1, 50, 1), (1, 50, 50), id="behind the end of its line"),
    ],
)
def test_a_region_stays_within_its_line(at: Position, region: tuple[int, int, int]) -> None:
    (result,) = results(Finding("SYS021", Severity.ERROR, SYSTEM, at, "is wrong"))
    found = result["locations"][0]["physicalLocation"]["region"]
    assert (found["startLine"], found["startColumn"], found["endColumn"]) == region


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        pytest.param("prompts/a b.prompt.yml", "prompts/a%20b.prompt.yml", id="a space"),
        pytest.param("prompts/100%.prompt.yml", "prompts/100%25.prompt.yml", id="a per cent sign"),
        pytest.param("prompts/é.prompt.yml", "prompts/%C3%A9.prompt.yml", id="a letter beyond ASCII"),
        pytest.param("prompts/a:b?#.yml", "prompts/a%3Ab%3F%23.yml", id="signs that mean something in an address"),
        pytest.param("prompts/\udcff.yml", "prompts/%FF.yml", id="bytes that are no text"),
    ],
)
def test_a_path_becomes_a_relative_address(path: str, uri: str) -> None:
    (result,) = results(Finding("FIL009", Severity.WARNING, path, Position(), "isn't read"))
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": uri, "uriBaseId": "%SRCROOT%"}
    assert unquote_to_bytes(uri) == path.encode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("said", "text"),
    [
        pytest.param("no value for {{ticket}}", "no value for {{ticket}}", id="doubled braces are braces already"),
        pytest.param("write {a: 1}", "write {{a: 1}}", id="single ones are doubled"),
        pytest.param("see [here](https://evil.example)", "see [here\\](https://evil.example)", id="no link"),
        pytest.param("a\x1b[2Jb\nc", "a\\u001b[2Jb c", id="no control sequence"),
    ],
)
def test_a_message_is_plain_text_to_sarif(said: str, text: str) -> None:
    (result,) = results(Finding("SYS021", Severity.ERROR, SYSTEM, Position(), said))
    assert result["message"]["text"] == text


@settings(max_examples=30)  # the schema is large
@given(HOSTILE, HOSTILE.filter(from_git))
def test_sarif_is_valid_whatever_a_finding_says(text: str, path: str) -> None:
    finding = hostile_finding(text, f"systems/{path}")
    assert sarif([finding], {finding.path: text})["runs"][0]["results"]


# -- what makes a finding the same one --------------------------------------------------------------------------------


def marks(findings: list[Finding], source: str) -> list[str]:
    return list(fingerprints(findings, {SYSTEM: source}))


def moved(finding: Finding, lines: int, message: str = "") -> Finding:
    at = finding.position
    place = Position(at.line + lines, at.column, at.width)
    return Finding(finding.rule, finding.severity, finding.path, place, message or finding.message)


@given(st.lists(st.sampled_from(["# a comment", "", "owners: {}"]), max_size=5))
def test_lines_above_do_not_make_it_another_finding(above: list[str]) -> None:
    source = "".join(f"{line}\n" for line in above) + SOURCE
    assert marks([moved(TIER, len(above))], source) == marks([TIER], SOURCE)


def test_a_line_number_in_its_message_does_not_either() -> None:
    first = moved(TIER, 0, "key `id` stands twice, first at line 2")
    assert marks([first], SOURCE) == marks([moved(TIER, 1, "key `id` stands twice, first at line 3")], f"\n{SOURCE}")


@pytest.mark.parametrize(
    ("other", "source"),
    [
        pytest.param(TIER, SOURCE.replace("tier: medium", "tier: low"), id="another text at its line"),
        pytest.param(moved(TIER, 0, "is wrong"), SOURCE, id="another message"),
        pytest.param(CARD, SOURCE, id="another rule"),
    ],
)
def test_what_makes_it_another_finding(other: Finding, source: str) -> None:
    assert marks([other], source) != marks([TIER], SOURCE)


def test_equal_findings_are_numbered() -> None:
    source = "a: [x, x]\n"
    twice = [Finding("SYS014", Severity.ERROR, SYSTEM, Position(1, column, 1), "`x` again") for column in (5, 8)]
    first, second = marks(twice, source)
    assert first.partition(":")[0] == second.partition(":")[0]
    assert (first[-2:], second[-2:]) == (":1", ":2")
