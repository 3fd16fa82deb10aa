"""A commit message's reason: read as git itself reads trailers, and taught where it is missing."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placet.commit_message import (
    comment_of,
    complaint,
    folds_into,
    is_empty,
    misplaced,
    reason,
    reason_of_target,
    restores,
    trailers,
)

SCISSORS = "------------------------ >8 ------------------------"
WHY = "Reason: the audit asks for it"
_PROSE = "prose\n" * 7
ID = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(f"Raise it\n\n{WHY}\n", "the audit asks for it", id="in a paragraph of its own"),
        pytest.param(f"Raise it\n\n{WHY}", "the audit asks for it", id="without a line end"),
        pytest.param(f"Raise it\r\n\r\n{WHY}\r\n", "the audit asks for it", id="with line ends of Windows"),
        pytest.param("Raise it\n\nreason: why\n", "why", id="in small letters"),
        pytest.param("Raise it\n\nReason : why\n", "why", id="with a space before the colon"),
        pytest.param("Raise it\n\nReason: one\n two\n\tthree\n", "one two three", id="over several lines"),
        pytest.param("Raise it\n\nReason:\n why\n", "why", id="on the line after its key"),
        pytest.param(f"Raise it\n\nFixes: #1\n{WHY}\nSigned-off-by: Ari <a@b>\n", WHY[8:], id="among other trailers"),
        pytest.param(f"Raise it\n\nSigned-off-by: A\nprose\n{WHY}\n", WHY[8:], id="with prose, beside a line of git's"),
        pytest.param(f"Raise it\n\n{WHY}\n\n# On branch main\n#\tedited: x\n", WHY[8:], id="above git's comments"),
        pytest.param(f"Raise it\n\n# note\n{WHY}\n# note\n", WHY[8:], id="between comments"),
        pytest.param(f"Raise it\n\n{WHY}\n# {SCISSORS}\ndiff --git\n", WHY[8:], id="above the diff"),
        pytest.param(f"Raise it\n\n{WHY}\n\nConflicts:\n\tpolicies/a\n", WHY[8:], id="above an old list of conflicts"),
        pytest.param(f"Raise it\n\nSigned-off-by: A\n{_PROSE}{WHY}\n", "", id="among too much prose"),
        pytest.param(f"Raise it\n\n{WHY}\n---\n", "", id="with prose beside it"),
        pytest.param(f"{WHY}\n", "", id="as the subject"),
        pytest.param(f"Raise it\n{WHY}\n", "", id="in the first paragraph"),
        pytest.param(f"Raise it\n\n{WHY}\n\nMore prose.\n", "", id="not in the last paragraph"),
        pytest.param(f"Raise it\n\n# {WHY}\n", "", id="in a comment"),
        pytest.param(f"Raise it\n\n# {SCISSORS}\n\n{WHY}\n", "", id="below the scissors"),
        pytest.param("Raise it\n\nReason:\n", "", id="saying nothing"),
        pytest.param("Raise it\n\nReason: ...\n", "", id="saying nothing in dots"),
        pytest.param("Raise it\n\nReasons: why\n", "", id="under another key"),
        pytest.param("Raise it\n\nReason: 監査\n", "監査", id="in another script"),
        pytest.param("Raise it \udce9\n\nReason: \udce9t\udce9\n", "\udce9t\udce9", id="in bytes that aren't UTF-8"),
        pytest.param("\ufeffRaise it\n\nReason: why\n", "why", id="behind a byte order mark"),
        pytest.param("", "", id="empty"),
    ],
)
def test_the_reason_of_a_message(message: str, expected: str) -> None:
    assert reason(message) == expected


@pytest.mark.parametrize("comment", [";", "//", "%"])
def test_comments_start_as_configured(comment: str) -> None:
    message = f"Raise it\n\n{WHY}\n\n{comment} On branch main\n{comment} {SCISSORS}\n+Reason: no\n"
    assert reason(message, comment) == "the audit asks for it"
    assert reason(message, "#") == ""


LINES = st.sampled_from(
    """\
Reason: a|reason : c|Reason  x: d|Signed-off-by: me <x@y>|(cherry picked from commit abc)|prose|prose: x|| |\tcont
 indented|# comment|#|Conflicts:|\tpath|key-1: v|1: x|Re ason: q|:x|a:|---|é: x|#Reason: no|Reason: z\r|\r
# ------------------------ >8 ------------------------"""
    .replace("\n", "|").split("|")
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(LINES, min_size=1, max_size=9))
def test_trailers_are_those_that_git_reads(lines: list[str]) -> None:
    message = "\n".join([*lines, ""])
    command = ["git", "interpret-trailers", "--parse", "--no-divider"]
    done = subprocess.run(command, input=message.encode(), capture_output=True, check=True)
    theirs = [" ".join(line.split()) for line in done.stdout.decode().split("\n") if line]
    assert [f"{key}: {' '.join(value.split())}".strip() for key, value in trailers(message)] == theirs


@given(st.text(max_size=300), st.sampled_from(["#", ";", "\0"]))
def test_any_text_is_a_message(message: str, comment: str) -> None:
    assert isinstance(complaint(message, ["policies/a"], comment), tuple)
    assert reason(message, comment) == reason(message, comment).strip()
    assert restores(message) == ""
    assert isinstance(folds_into(message, comment_of("auto", message)), str)


@pytest.mark.parametrize(
    ("message", "empty"),
    [
        pytest.param("", True, id="nothing"),
        pytest.param("\n# On branch main\n", True, id="comments alone"),
        pytest.param(f"# {SCISSORS}\ndiff\n", True, id="a diff alone"),
        pytest.param("\n\nRaise it\n", False, id="words after empty lines"),
    ],
)
def test_git_gives_up_an_empty_message_by_itself(message: str, empty: bool) -> None:
    assert is_empty(message) is empty


@pytest.mark.parametrize(
    ("message", "target"),
    [
        pytest.param("fixup! Raise it\n", "Raise it", id="fixup"),
        pytest.param("squash! Raise it\n\nmore\n", "Raise it", id="squash"),
        pytest.param("fixup! squash! Raise it\n", "Raise it", id="fixup of a squash"),
        pytest.param("# note\n\nfixup! Raise\nit\n", "Raise it", id="a subject of two lines"),
        pytest.param("amend! Raise it\n\nRaise it more\n", "", id="amend brings a whole message"),
        pytest.param("Raise it\n", "", id="any other"),
    ],
)
def test_what_a_message_folds_into(message: str, target: str) -> None:
    assert folds_into(message) == target


HISTORY = [
    ("aaaaaaaaaa", "fixup! Raise it"),
    ("bbbbbbbbbb", f"Raise it\n\n{WHY}\n"),
    ("cccccccccc", "Raise it\n\nReason: older\n"),
    ("dddddddddd", "Lower it\n"),
]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param("Raise it", "the audit asks for it", id="the newest of that subject, and no fixup of it"),
        pytest.param("Raise", "the audit asks for it", id="the beginning of a subject"),
        pytest.param("ccccccc", "older", id="an id"),
        pytest.param("Lower it", "", id="one without a reason"),
        pytest.param("Something else", "", id="none"),
    ],
)
def test_the_reason_of_the_commit_that_a_fixup_names(target: str, expected: str) -> None:
    assert reason_of_target(target, HISTORY) == expected


@pytest.mark.parametrize(
    ("message", "revision"),
    [
        pytest.param(f'Revert "Raise it"\n\nThis reverts commit {ID}.\n', f"{ID}^", id="of a commit"),
        pytest.param(
            f"Revert\n\nThis reverts commit {ID}, reversing\nchanges made to {ID[::-1]}.\n", ID[::-1], id="of a merge"
        ),
        pytest.param('Revert "Raise it"\n\nThis reverts commit 0123456.\n', "", id="of an id that isn't whole"),
        pytest.param('Revert "Raise it"\n', "", id="that doesn't say of what"),
    ],
)
def test_what_a_revert_restores(message: str, revision: str) -> None:
    assert restores(message) == revision


@pytest.mark.parametrize(
    ("configured", "message", "expected"),
    [
        pytest.param("", "x", "#", id="nothing is configured"),
        pytest.param(";", "x\n# y", ";", id="a character"),
        pytest.param("auto", "x\n\n# On branch main\n", "#", id="auto, as usual"),
        pytest.param(
            "auto", "#1 is fixed\n\n; On branch main\n;\n", ";", id="auto, where the message has the usual one"
        ),
        pytest.param("auto", f"#1\n\n; {SCISSORS}\n+diff\n", ";", id="auto, with a diff below"),
        pytest.param("auto", "x\n", "#", id="auto, without comments"),
        pytest.param("auto", "", "#", id="auto, and nothing written"),
    ],
)
def test_what_starts_a_comment(configured: str, message: str, expected: str) -> None:
    assert comment_of(configured, message) == expected


def test_a_complaint_shows_paths_and_an_example() -> None:
    what, help = complaint("Raise it\n", [f"policies/{n}" for n in range(7)])
    assert "policies/0\n" in what
    assert what.endswith("and 2 more")
    example = help.partition(":\n")[2]
    assert reason("\n".join(line.strip() for line in example.splitlines()))


def test_a_reason_in_the_wrong_place_is_pointed_at() -> None:
    assert misplaced(f"Raise it\n\n{WHY}\n\nMore.\n") == 3
    assert "line 3 starts like a reason" in complaint(f"Raise it\n\n{WHY}\n\nMore.\n", ["policies/a"])[1]
    assert misplaced("Raise it\n") == 0
