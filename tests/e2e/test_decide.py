"""`placet decide` as a process: answers, exit codes, replays; and docs/approvals.md says what it does."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.core.approval_world import approved
from tests.e2e.command import ROOT, Done, placet

from placet.approval.verdict import as_json, decide

PAGE = (ROOT / "docs/approvals.md").read_text("utf-8")
SCHEMA = json.loads((ROOT / "core/placet/schemas/records/facts.schema.json").read_text("utf-8"))
CODE = "".join(path.read_text("utf-8") for path in sorted((ROOT / "core/placet/approval").glob("*.py")))


def decided(folder: Path, facts: Any, *options: str) -> Done:
    path = folder / "facts.json"
    path.write_text(facts if isinstance(facts, str) else json.dumps(facts), "utf-8")
    return placet(folder, "decide", "--facts", str(path), *options)


def waiting() -> dict[str, Any]:
    facts = approved().copy()
    del facts["events"][-1]
    return facts


def recorded(facts: dict[str, Any], /, **changes: Any) -> dict[str, Any]:
    return {**facts, "decision": {**as_json(decide(facts)), **changes}}


@pytest.mark.parametrize(
    ("facts", "code", "said"),
    [
        pytest.param(approved().facts, 0, "PASS #7, s1, tier high; counted: bob, cat", id="enough"),
        pytest.param(waiting(), 1, "1 more independent person", id="not enough"),
        pytest.param({}, 4, "version: is missing", id="no facts"),
        pytest.param("{", 4, "is no JSON", id="no JSON"),
        pytest.param(recorded(approved().facts), 0, "the recorded decision holds", id="a decision that holds"),
        pytest.param(recorded(waiting()), 0, "the recorded decision holds", id="a BLOCK that holds"),
        pytest.param(recorded(waiting(), decision="PASS"), 1, "decided then: PASS, now: BLOCK", id="another decision"),
        pytest.param(
            recorded(approved().facts, counted_approvers=["bob", "zoe"]),
            1,
            "zoe counted then, and doesn't now",
            id="others who counted",
        ),
        pytest.param(
            recorded(approved().facts, requirements={"id": "approvals", "status": "waived"}),
            1,
            "approvals is met, and was waived",
            id="another status",
        ),
        pytest.param(recorded(approved().facts, facts="sha256:0"), 1, "the facts are other ones", id="other facts"),
        pytest.param(
            recorded({**approved().facts, "teams": {}}, decision="PASS"),
            4,
            "no longer holds",
            id="can't be told any more",
        ),
    ],
)
def test_answers_and_exits(tmp_path: Path, facts: Any, code: int, said: str) -> None:
    done = decided(tmp_path, facts)
    assert done.code == code, done.said
    assert said in done.out
    assert done.err == ""


def test_json_is_the_decision(tmp_path: Path) -> None:
    done = decided(tmp_path, approved().facts, "--format", "json")
    assert done.json == as_json(decide(approved().facts))


def test_json_of_a_replay_says_whether_it_holds(tmp_path: Path) -> None:
    done = decided(tmp_path, recorded(waiting(), decision="PASS"), "--format", "json")
    assert (done.code, done.json["replay"]) == (1, {"holds": False, "differences": ["decided then: PASS, now: BLOCK"]})


def test_what_it_shows_can_drive_no_terminal(tmp_path: Path) -> None:
    facts = copy.deepcopy(approved().facts)
    facts["needs"]["owner_sets"][0] |= {"paths": ["a\u200bb"], "why": "x\x1b[31m"}
    done = decided(tmp_path, facts)
    assert done.out.isprintable() or not {"\x1b", "\u200b"} & set(done.out)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = placet(tmp_path, "decide", "--facts", "nowhere.json")
    assert (done.code, "nowhere.json can't be read" in done.err) == (2, True)


class TestThePage:
    COMMANDS = re.findall(r"```console\n\$ placet (.*?)\n(.*?)\n```\n\nIt exits with (\d)", PAGE, re.DOTALL)

    def test_shows_commands(self) -> None:
        assert len(self.COMMANDS) == len(re.findall(r"^\$ placet", PAGE, re.MULTILINE)) == 3

    @pytest.mark.parametrize(("command", "output", "code"), COMMANDS)
    def test_shows_what_the_command_says(self, command: str, output: str, code: str) -> None:
        done = placet(ROOT, *command.split())
        assert (done.out.rstrip(), str(int(done.code))) == (output, code)

    def test_has_every_key_of_the_schema(self) -> None:
        assert [key for key in SCHEMA["properties"] if f"`{key}`" not in PAGE] == []

    def test_has_every_kind_of_event(self) -> None:
        kinds = SCHEMA["properties"]["events"]["items"]["properties"]["kind"]["enum"]
        assert [kind for kind in kinds if f"`{kind}`" not in PAGE] == []

    def test_has_every_rule_by_which_somebody_does_not_count(self) -> None:
        rules = set(re.findall(r'Rule\(\s*"([a-z-]+)"', CODE)) - {"not-independent", "other-owners", "no-reason"}
        assert len(rules) > 15
        assert [rule for rule in sorted(rules) if f"`{rule}`" not in PAGE] == []

    def test_links_lead_somewhere(self) -> None:
        targets = [link for link in re.findall(r"\]\(([^)#]+)", PAGE) if "://" not in link]
        assert targets
        assert [link for link in targets if not (ROOT / "docs" / link).exists()] == []
