"""Findings as `placet check` prints them: text with source and caret, and JSON."""

from __future__ import annotations

import json
from datetime import date

import pytest
from tests.governed import EXAMPLES, Files, judged, read

from placet.findings import Finding, Position, Severity
from placet.model.register import Waiver
from placet.report.findings import Checked, as_json, as_text, worst
from placet.waived import Waived

CHECKED = Checked(None, 12, 148)
SOURCE = "one: 1\ntwo: 2\nthree: 3\nfour: [5, 6]\nfive: 5\n"


def finding(
    line: int, column: int, width: int, note: str = "", severity: Severity = Severity.ERROR, message: str = "is wrong"
) -> Finding:
    return Finding("SYS001", severity, "a.yaml", Position(line, column, width), message, note, "mend it")


def waived(system: str) -> Waived:
    until = date(2026, 12, 1)
    waiver = Waiver(f"systems/{system}/waivers/w.yaml", system, "model-card", "It comes.", "@mira", "@rana", until)
    return Waived(finding(1, 1, 1), waiver)


def printed(found: Finding, source: str = SOURCE) -> str:
    return as_text([found], {"a.yaml": source}, CHECKED).partition("\n\n")[0]


def test_a_refused_tier_as_a_person_sees_it() -> None:
    files: Files = read(EXAMPLES / "base", EXAMPLES / "SYS021/bad")
    sources = {path: file.data.decode() for path, file in files.items()}
    checked = Checked(3, 12, 148, pages={"SYS021": "docs/rules/SYS021.md"})
    assert as_text(judged(files), sources, checked) == (
        "systems/notes/system.yaml:11:9: SYS021 declared tier is lower than the risk factors allow\n"
        '    9 |   technical: ["@mira"]\n'
        "   10 | risk:\n"
        "   11 |   tier: medium\n"
        "      |         ^^^^^^ policy computes critical: autonomy=acts (policies/classification.yaml:3)\n"
        "   help: set `tier: critical`, or lower `autonomy` to acts-with-approval if a person confirms each action"
        ", and then set `tier: high`\n"
        "   docs/rules/SYS021.md\n"
        "\n"
        "1 finding in 1 file, 1 error. Checked 3 changed files and every reference to them in 148 ms."
    )


@pytest.mark.parametrize(
    ("found", "excerpt"),
    [
        pytest.param(finding(1, 6, 1), ["    1 | one: 1", "      |      ^"], id="the first line has nothing above"),
        pytest.param(
            finding(4, 7, 6, "six is one too many"),
            ["    2 | two: 2", "    3 | three: 3", "    4 | four: [5, 6]", "      |       ^^^^^^ six is one too many"],
            id="two lines above, and a note beside the caret",
        ),
        pytest.param(finding(99, 1, 1), [], id="a line that the file doesn't have"),
    ],
)
def test_shows_the_source_with_a_caret(found: Finding, excerpt: list[str]) -> None:
    assert printed(found).splitlines()[1:-2] == [line.removeprefix(" ") for line in excerpt]


def test_a_caret_stands_under_its_word_behind_wide_characters() -> None:
    lines = printed(finding(1, 4, 1), "漢字: x\n").splitlines()
    assert lines[1:3] == ["   1 | 漢字: x", "     |      ^"]


def test_nothing_in_a_file_can_drive_the_terminal() -> None:
    text = printed(finding(1, 1, 4, message="\x1b[2Jgone"), "\x1b]0;title\x07\u202ereversed\n")
    assert not any(letter in text for letter in "\x1b\x07\u202e")


def test_a_secret_is_shown_in_no_excerpt() -> None:
    source = "a: 1\nkey: sk-123\nother: 2\n"
    secret = Finding("POL012", Severity.ERROR, "a.yaml", Position(2, 6, 6), "a secret", secret=True)
    below = finding(3, 1, 5)
    text = as_text([secret, below], {"a.yaml": source}, CHECKED)
    assert "sk-123" not in text
    assert text.count("   2 | key: ******\n") == 2
    assert "     |      ^^^^^^\n" in text


def test_a_file_that_is_not_there_has_no_excerpt() -> None:
    assert as_text([finding(1, 1, 1)], {}, CHECKED).splitlines()[:3] == [
        "a.yaml:1:1: SYS001 is wrong",
        "   help: mend it",
        "   placet rules SYS001",
    ]


def test_a_rule_without_a_page_has_no_line_for_it() -> None:
    text = as_text([finding(1, 1, 1)], {}, Checked(None, 12, 148, pages={"SYS001": ""}))
    assert text.splitlines()[:3] == ["a.yaml:1:1: SYS001 is wrong", "   help: mend it", ""]


@pytest.mark.parametrize(
    ("findings", "checked", "last"),
    [
        pytest.param([], CHECKED, "No findings. Checked 12 governed files in 148 ms.", id="nothing found"),
        pytest.param([], Checked(None, 1, 5), "No findings. Checked 1 governed file in 5 ms.", id="one file in all"),
        pytest.param(
            [],
            Checked(None, 12, 5, 5),
            "No findings here. Checked 12 governed files in 5 ms. 5 more findings outside these paths.",
            id="nothing found where somebody looked",
        ),
        pytest.param(
            [],
            Checked(2, 12, 5, known=5),
            "No new findings. Checked 2 changed files and every reference to them in 5 ms. "
            "5 findings elsewhere from before this range.",
            id="nothing new in a range",
        ),
        pytest.param(
            [],
            Checked(None, 12, 5, waived=[waived("a")]),
            "No findings. 1 waived (systems/a/waivers/w.yaml). Checked 12 governed files in 5 ms.",
            id="one is waived",
        ),
        pytest.param(
            [finding(1, 1, 1)],
            Checked(None, 12, 5, waived=[waived(name) for name in "aabcde"]),
            "1 finding in 1 file, 1 error. 6 waived (systems/a/waivers/w.yaml, systems/b/waivers/w.yaml, "
            "systems/c/waivers/w.yaml, and others). Checked 12 governed files in 5 ms.",
            id="many are waived: the first files are named",
        ),
        pytest.param(
            [finding(1, 1, 1)],
            Checked(None, 12, 5, 1),
            "1 finding in 1 file, 1 error. Checked 12 governed files in 5 ms. 1 more finding outside these paths.",
            id="one more elsewhere",
        ),
        pytest.param(
            [],
            Checked(1, 12, 5),
            "No findings. Checked 1 changed file and every reference to it in 5 ms.",
            id="one file is staged",
        ),
        pytest.param(
            [finding(1, 1, 1), finding(2, 1, 1, severity=Severity.WARNING)],
            CHECKED,
            "2 findings in 1 file, 1 error and 1 warning. Checked 12 governed files in 148 ms.",
            id="an error and a warning",
        ),
        pytest.param(
            [finding(2, 1, 1, severity=Severity.WARNING), finding(3, 1, 1, severity=Severity.WARNING)],
            CHECKED,
            "2 findings in 1 file, 2 warnings. Checked 12 governed files in 148 ms.",
            id="warnings alone",
        ),
    ],
)
def test_the_last_line_sums_up(findings: list[Finding], checked: Checked, last: str) -> None:
    assert as_text(findings, {}, checked).splitlines()[-1] == last


def test_a_warning_says_that_it_is_one() -> None:
    assert printed(finding(1, 1, 1, severity=Severity.WARNING)).startswith("a.yaml:1:1: SYS001 warning: is wrong\n")


def test_json_holds_all_of_a_finding_by_file() -> None:
    found = [finding(4, 7, 6, "beside"), finding(5, 1, 1, severity=Severity.WARNING)]
    report = json.loads(as_json(found, CHECKED))
    assert report["version"] == 1
    assert report["summary"] == {"errors": 1, "warnings": 1, "waived": 0, "files": 12, "outside": 0, "known": 0}
    assert list(report["findings"]) == ["a.yaml"]
    assert report["findings"]["a.yaml"][0] == {
        "rule": "SYS001",
        "severity": "error",
        "line": 4,
        "column": 7,
        "width": 6,
        "message": "is wrong",
        "note": "beside",
        "help": "mend it",
        "page": "placet rules SYS001",
    }


def test_json_says_how_many_findings_nobody_asked_for() -> None:
    assert json.loads(as_json([], Checked(None, 12, 5, 5)))["summary"]["outside"] == 5


def test_the_worst_finding_decides() -> None:
    warning, error = finding(1, 1, 1, severity=Severity.WARNING), finding(1, 1, 1)
    assert worst([]) is None
    assert worst([warning]) is Severity.WARNING
    assert worst([warning, error]) is Severity.ERROR
