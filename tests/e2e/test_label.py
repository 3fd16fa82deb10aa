"""`placet label` and `placet judge calibrate` as people use them: blind, resumable, honest about what is missing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.command import Done, command, judged, placet
from tests.e2e.terminal import typed
from tests.model_server import ModelServer, Reply, Seen
from tests.repository import PROMPT, SUITE, SYSTEM, Repo, governed, sorter

LABELS = "systems/sorter/labels/core.jsonl"
ME = ("--author", "@dana")
#: 30 cases on both sides, of which nine differ.
OUTPUTS = 39
LOSS = ("Answer with one word.", "Answer with one word. Get 9 wrong.")


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer(judging, lifetime=900) as server:
        yield server


def judging(seen: Seen) -> Reply:
    """The sorter; and a judge that passes any answer but `neither`, if its system message asks it to judge."""
    if not seen.system.startswith("You judge"):
        return sorter(seen)
    answer = seen.prompt.rpartition("BEGIN ")[2]
    verdict = "fail" if "neither" in answer else "pass"
    return Reply(json.dumps({"reason": "I read it.", "verdict": verdict}))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, server: ModelServer) -> Path:
    """A repository with outputs of two subjects: base's, and one that gets nine wrong."""
    repo = governed(tmp_path_factory.mktemp("label") / "shop", server.base_url)
    with repo.yaml(SYSTEM) as system:
        system["models"].append(
            {
                "id": "acme/judge",
                "provider": "stand-in",
                "name": "judge-2026-09-01",
                "version": "2026-09-01",
                "role": "judge",
            }
        )
    repo.stamp()
    repo.commit("Register a judge")
    repo.branch("edit")
    repo.edit(PROMPT, *LOSS)
    repo.commit("Edit the prompt")
    judged(placet(repo.path, "review"))
    return repo.path


def copied(shop: Path, tmp_path: Path) -> Repo:
    shutil.copytree(shop, tmp_path / "shop", symlinks=True)
    return Repo(tmp_path / "shop", init=False)


def label(repo: Repo, said: str, *arguments: str) -> Done:
    """`placet label core` with lines on its standard input."""
    words = command("label", "core", *ME, *arguments)
    done = subprocess.run(words, cwd=repo.path, input=said, capture_output=True, text=True, timeout=120)
    return judged(Done(done.returncode, done.stdout, done.stderr))


def rows(repo: Repo) -> list[dict[str, Any]]:
    return [json.loads(line) for line in repo.read(LABELS).splitlines()]


class TestLabelling:
    def test_every_verdict_is_a_line_and_the_next_time_goes_on(self, tmp_path: Path, shop: Path) -> None:
        repo = copied(shop, tmp_path)
        first = label(repo, "p\nf too short\nu\nq\n")
        assert first.code == 0
        assert first.out.startswith(f"{OUTPUTS} outputs of core to judge.")
        assert "Judged 3 of 39: 1 pass, 1 fail, 1 unsure." in first.out
        found = rows(repo)
        assert {row["author"] for row in found} == {"@dana"}
        assert [row.get("note") for row in found if row["verdict"] == "fail"] == ["too short"] * len(
            [row for row in found if row["verdict"] == "fail"]
        )
        again = label(repo, "q\n")
        assert again.out.startswith(f"{OUTPUTS - 3} outputs of core to judge.")
        assert rows(repo) == found

    def test_an_output_that_both_sides_gave_is_judged_once_for_both(self, tmp_path: Path, shop: Path) -> None:
        repo = copied(shop, tmp_path)
        label(repo, "p\n" * 100)
        found = rows(repo)
        assert len({(row["case"], row["output"]) for row in found}) == OUTPUTS
        assert len(found) == 60
        assert "You have judged every output of core that is here." in label(repo, "").out

    def test_nothing_shown_says_which_side_it_is(self, tmp_path: Path, shop: Path) -> None:
        repo = copied(shop, tmp_path)
        shown = label(repo, "p\n" * 100).out.lower()
        assert "answer a" in shown
        assert "answer b" in shown
        for word in ("base", "head", "sha256", "edit", "main"):
            assert word not in shown
        first = [
            block.partition("answer a\n")[2].split()[0] for block in shown.split(" output ") if "answer b" in block
        ]
        assert len(first) == 9
        assert 0 < first.count("neither") < 9  # neither side is always the first

    def test_what_was_expected_is_hidden_until_it_is_asked_for_or_the_verdict_is_in(
        self, tmp_path: Path, shop: Path
    ) -> None:
        repo = copied(shop, tmp_path)
        assert "expected:" not in label(repo, "s\ns\nq\n").out
        assert label(repo, "e\nq\n").out.count("expected:") == 1
        first, rest = label(repo, "p\np\nq\n").out.split("answer B", 1)  # the first case has two answers
        assert "expected:" not in first
        assert rest.count("expected:") == 1
        assert rest.index("B: verdict") < rest.index("expected:")

    def test_a_verdict_can_be_taken_back(self, tmp_path: Path, shop: Path) -> None:
        repo = copied(shop, tmp_path)
        label(repo, "p\nb\nf\nq\n")
        assert {row["verdict"] for row in rows(repo)} == {"fail"}
        before = repo.read(LABELS)
        label(repo, "b\nq\n")  # of an earlier session: not without an editor
        assert repo.read(LABELS) == before

    def test_a_line_that_a_killed_writer_left_is_named(self, tmp_path: Path, shop: Path) -> None:
        repo = copied(shop, tmp_path)
        label(repo, "p\nq\n")
        repo.write({LABELS: repo.read(LABELS) + '{"case": "bil'})
        done = label(repo, "p\nq\n")
        assert done.code != 0
        assert f"{LABELS}:" in done.err

    def test_a_file_without_a_line_break_at_its_end_stays_whole(self, tmp_path: Path, shop: Path) -> None:
        repo = copied(shop, tmp_path)
        label(repo, "p\nq\n")
        repo.write({LABELS: repo.read(LABELS).rstrip("\n")})
        before = len(rows(repo))
        label(repo, "p\nq\n")
        assert len(rows(repo)) > before

    def test_a_link_is_not_followed(self, tmp_path: Path, shop: Path) -> None:
        repo = copied(shop, tmp_path)
        (repo.path / LABELS).parent.mkdir()
        (repo.path / LABELS).symlink_to(tmp_path / "elsewhere")
        assert "is a link" in label(repo, "p\n").err
        assert not (tmp_path / "elsewhere").exists()

    def test_what_a_model_says_cannot_drive_the_terminal(self, tmp_path: Path) -> None:
        with ModelServer(Reply("\x1b[2J\x1b]0;owned\x07fine\u202e")) as server:
            repo = governed(tmp_path / "shop", server.base_url)
            repo.branch("edit")
            repo.edit(PROMPT, *LOSS)
            repo.commit("Edit the prompt")
            placet(repo.path, "review")
            shown = label(repo, "p\nq\n").out
        assert "\\u001b[2J" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown

    def test_at_a_terminal_a_key_is_enough(self, tmp_path: Path, shop: Path) -> None:
        repo = copied(shop, tmp_path)
        done = typed(repo.path, ["label", "core", *ME], [("verdict", "p"), ("verdict", "f"), ("verdict", "q")])
        assert done.code == 0
        assert "Judged 2 of 39: 1 pass, 1 fail" in done.out

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            pytest.param(["label", "cores", *ME], "no system has a suite `cores`", id="no such suite"),
            pytest.param(["label", "core", *ME, "--system", "sort"], "sort has no suite", id="no such system"),
            pytest.param(["label", "core", "--author", "@acme/team"], "is no person's name", id="a team"),
            pytest.param(["label", "core", "--author", "dana"], "is no person's name", id="a bare name"),
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, tmp_path: Path, arguments: list[str], said: str) -> None:
        repo = governed(tmp_path / "shop")
        done = judged(placet(repo.path, *arguments))
        assert done.code == 2
        assert said in done.err

    def test_without_outputs_it_says_how_to_make_some(self, tmp_path: Path) -> None:
        repo = governed(tmp_path / "shop")
        done = judged(placet(repo.path, "label", "core", *ME))
        assert done.code != 0
        assert "placet review" in done.err


CONTROL = """\
version: 1
id: human-review
title: Outputs read by people
reason: Scorers find what somebody thought of.
phase: pr
met_by:
  labels: {suite: core, least: 5, max_age_days: 30}
"""


def demanding(repo: Repo) -> None:
    """Policy, on main, that asks for labels."""
    repo.switch("main")
    repo.write({"policies/controls/human-review.yaml": CONTROL})
    with repo.yaml("policies/tiers.yaml") as tiers:
        tiers["tiers"]["low"]["controls"].append("human-review")
    repo.commit("Ask for people's eyes")
    repo.switch("edit")


def test_labels_meet_the_control_for_the_content_that_they_judged(tmp_path: Path, shop: Path) -> None:
    repo = copied(shop, tmp_path)
    demanding(repo)
    missing = judged(placet(repo.path, "plan", "--format", "json")).json
    assert [one["standing"] for one in missing["systems"][0]["controls"] if one["id"] == "human-review"] == ["missing"]
    label(repo, "p\n" * 100)
    repo.commit("Labels")
    met = judged(placet(repo.path, "plan", "--format", "json")).json
    assert [one["standing"] for one in met["systems"][0]["controls"] if one["id"] == "human-review"] == ["met"]
    repo.edit(PROMPT, "Get 9 wrong.", "Get 8 wrong.")
    repo.commit("Another subject")
    stale = judged(placet(repo.path, "plan", "--format", "json")).json
    assert [one["standing"] for one in stale["systems"][0]["controls"] if one["id"] == "human-review"] == ["stale"]


class TestJudges:
    def with_judge(self, tmp_path: Path, shop: Path) -> Repo:
        """Labels of people on base, and a judge that gates, added on base too."""
        repo = copied(shop, tmp_path)
        self._label_rightly(repo)
        repo.switch("main")
        repo.git("checkout", "edit", "--", LABELS)
        with repo.yaml(SUITE) as suite:
            suite["scorers"].append(
                {"name": "tone", "type": "judge", "model": "acme/judge", "rubric": "It names a category."}
            )
            suite["gates"]["tone"] = {"min": 0.9}
        repo.commit("A judge")
        repo.branch("second")
        repo.edit(PROMPT, *LOSS)
        repo.commit("Edit the prompt")
        return repo

    def _label_rightly(self, repo: Repo) -> None:
        """Pass what names a category, and fail `neither`."""
        shown = label(repo, "s\n" * 100).out
        answers = re.findall(r"^  answer(?: [A-Z])?\n    (\w+)$", shown, re.MULTILINE)
        assert len(answers) == OUTPUTS
        label(repo, "".join("f\n" if answer == "neither" else "p\n" for answer in answers))
        repo.commit("Labels")

    def test_a_gate_counts_once_people_agree_with_its_judge(
        self, tmp_path: Path, shop: Path, server: ModelServer
    ) -> None:
        repo = self.with_judge(tmp_path, shop)
        before = judged(placet(repo.path, "judge", "calibrate", "core", "--max-calls", "0"))
        assert before.code != 0
        done = judged(placet(repo.path, "judge", "calibrate", "core", "--format", "json"))
        assert done.code == 0, done.out
        (one,) = done.json["judges"]
        assert one["counts"] is True
        assert one["labels"] == OUTPUTS
        assert one["table"] == {
            "both_pass": 30,
            "people_pass_judge_fails": 0,
            "people_fail_judge_passes": 0,
            "both_fail": 9,
        }
        assert one["agreement"]["kappa"] == 1.0
        assert 0 < one["agreement"]["low"] < 1
        count = server.count
        assert "its gate counts" in judged(placet(repo.path, "judge", "calibrate", "core")).out
        assert server.count == count
        review = judged(placet(repo.path, "review", "--format", "json")).json
        (tone,) = [metric for metric in review["metrics"] if metric["metric"] == "tone"]
        assert tone["verdict"] == "fail"
        assert tone["head"]["value"] == pytest.approx(0.7)

    def test_a_judge_that_nobody_checked_decides_nothing(self, tmp_path: Path, shop: Path) -> None:
        repo = copied(shop, tmp_path)
        repo.switch("main")
        with repo.yaml(SUITE) as suite:
            suite["scorers"].append(
                {"name": "tone", "type": "judge", "model": "acme/judge", "rubric": "It names a category."}
            )
            suite["gates"] = {"tone": {"min": 0.9}}
        repo.commit("A judge")
        repo.branch("second")
        repo.edit(PROMPT, *LOSS)
        repo.commit("Edit the prompt")
        review = judged(placet(repo.path, "review", "--format", "json")).json
        (tone,) = [metric for metric in review["metrics"] if metric["metric"] == "tone"]
        assert tone["verdict"] == "inconclusive"
        assert tone["reasons"][0]["code"] == "not-calibrated"
        assert tone["head"]["value"] == pytest.approx(0.7)
        measured = judged(placet(repo.path, "judge", "calibrate", "core"))
        assert measured.code == 1
        assert "its agreement with people was never measured" in measured.out

    def test_a_suite_without_a_judge_says_so(self, tmp_path: Path) -> None:
        done = judged(placet(governed(tmp_path / "shop").path, "judge", "calibrate", "core"))
        assert "no model judges suite core" in done.err


def test_help_shows_examples() -> None:
    for words in (["label"], ["judge", "calibrate"]):
        done = subprocess.run(command(*words, "--help"), capture_output=True, text=True, env=os.environ, check=True)
        assert "Example" in done.stdout


def test_the_plan_counts_the_calls_of_judges(tmp_path: Path, shop: Path) -> None:
    repo = copied(shop, tmp_path)
    repo.switch("main")
    with repo.yaml(SUITE) as suite:
        rubric = {"model": "acme/judge", "rubric": "It names a category."}
        suite["scorers"] += [
            {"name": "tone", "type": "judge", **rubric},
            {"name": "as-good", "type": "pairwise", "reference": "{{expected}}", **rubric},
        ]
    repo.commit("Judges")
    repo.branch("third")
    repo.edit(PROMPT, "Answer with one word.", "Answer with just one word.")
    repo.commit("Edit the prompt")
    planned = judged(placet(repo.path, "plan", "--format", "json")).json
    calls = 34  # 30 cases, of which two are critical and asked three times; base's answers are in the cache
    assert planned["expected"]["calls"] >= calls * 4


def test_a_judge_that_says_no_verdict_measures_nothing(tmp_path: Path) -> None:
    def chatty(seen: Seen) -> Reply:
        return Reply("Sure! pass") if seen.system.startswith("You judge") else sorter(seen)

    with ModelServer(chatty) as server:
        repo = governed(tmp_path / "shop", server.base_url)
        with repo.yaml(SYSTEM) as system:
            judge = {"id": "acme/judge", "provider": "stand-in", "name": "judge-2026-09-01", "version": "2026-09-01"}
            system["models"].append({**judge, "role": "judge"})
        with repo.yaml(SUITE) as suite:
            suite["scorers"].append({"name": "tone", "type": "judge", "model": "acme/judge", "rubric": "It is right."})
            suite["gates"]["tone"] = {"min": 0.1}
        repo.stamp()
        repo.commit("A judge")
        repo.branch("edit")
        repo.edit(PROMPT, "Answer with one word.", "Answer with just one word.")
        repo.commit("Edit the prompt")
        review = judged(placet(repo.path, "review", "--format", "json")).json
        (tone,) = [metric for metric in review["metrics"] if metric["metric"] == "tone"]
        assert tone["verdict"] == "inconclusive"
        assert {"not-calibrated", "not-measurable"} <= {reason["code"] for reason in tone["reasons"]}
        shown = judged(placet(repo.path, "review", "--suite", "core", "--case", "billing-02")).out
        assert "? tone" in shown
        junit = judged(placet(repo.path, "review", "--format", "junit")).out
        assert junit.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>')
        rows = judged(placet(repo.path, "review", "--format", "csv")).out.splitlines()
        assert rows[0].startswith("system,prompt,suite,case,side,trial,scorer,score")
        assert any(",tone,," in row for row in rows)
