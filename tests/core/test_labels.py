"""Labels: what counts for a control and until when, how a file of them is kept, what a gate makes of a judge."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.factories import ACCURACY, Happened, review, run, suite, wrong_for
from tests.core.test_index import cold, indexed, same
from tests.governed import EXAMPLES, TODAY, Files, added, edited, judged, places, read
from tests.repository import Repo

from placet.calibrate import calibration
from placet.controls import ControlStatus, Standing, status_of
from placet.errors import PlacetError
from placet.gate.calibrated import LEAST_LABELS, Calibration, why_not
from placet.gate.verdicts import Code, Verdict
from placet.index.reach import next_change
from placet.judge import judge
from placet.label_file import LabelFile, line_of
from placet.labelling import letter, work
from placet.labels import subjects_of, tally, verdicts
from placet.model.label import Label
from placet.model.policy import Tier
from placet.parse.facts import read_facts
from placet.parse.snapshot import read_snapshot
from placet.record import replace
from placet.stats.agreement import cohens_kappa
from placet.verdicts import Verdicts

CONTROL = "policies/controls/human-review.yaml"
LABELS = "systems/notes/labels/core.jsonl"
PROMPT = "prompts/notes/summarise.prompt.yml"
SYSTEM, CASES = "systems/notes/system.yaml", "systems/notes/evals/cases/core.jsonl"
OTHER = f"sha256:{'1' * 64}"


def base() -> Files:
    """A system whose tier asks for two labelled outputs, none older than 180 days."""
    files = read(EXAMPLES / "base", EXAMPLES / "SYS030" / "bad")
    return edited(files, CONTROL, ("least: 1", "least: 2"))


def today_s_subject() -> str:
    snapshot = read_snapshot(base())
    (subject,) = subjects_of(snapshot.by_id["notes"], snapshot)
    return subject


SUBJECT = today_s_subject()


def label(number: int = 0, **changes: Any) -> Label:
    made = Label("budget", SUBJECT, f"sha256:{number:064}", "pass", "@mira", "2026-11-01T09:00:00Z")
    return replace(made, **changes)


def with_labels(*labels: Label, files: Files | None = None) -> Files:
    return added(files or base(), LABELS, "".join(f"{line_of(one)}\n" for one in labels))


def status(files: Files, today: date = TODAY) -> ControlStatus:
    snapshot = read_snapshot(files)
    control = next(one for one in snapshot.controls.values() if one.id == "human-review")
    return status_of(control, snapshot.by_id["notes"], snapshot).on(today)


class TestTheControl:
    @pytest.mark.parametrize(
        ("labels", "standing", "text"),
        [
            pytest.param((), Standing.MISSING, "nobody has labelled", id="no labels"),
            pytest.param((label(),), Standing.EMPTY, "1 of 2 outputs", id="too few"),
            pytest.param((label(), label(1)), Standing.MET, "2 outputs of `core`: 2 pass, 0 fail", id="enough"),
            pytest.param((label(), label(1, verdict="fail")), Standing.MET, "1 pass, 1 fail", id="whatever they say"),
            pytest.param(
                (label(), label(1, verdict="unsure")), Standing.EMPTY, "1 of 2", id="unsure counts for nothing"
            ),
            pytest.param((label(), label(author="@bo")), Standing.EMPTY, "by 2 people", id="one output by two people"),
            pytest.param((label(), label(1, case="gone")), Standing.EMPTY, "1 of 2", id="a case that isn't asked"),
            pytest.param(
                (label(subject=OTHER), label(1, subject=OTHER)), Standing.STALE, "none of today", id="another subject"
            ),
            pytest.param(
                (label(), label(1, at="2026-04-01T09:00:00Z")), Standing.STALE, "enough until 2026-09-28", id="too old"
            ),
            pytest.param(
                (label(), label(1, at="2026-04-01T09:00:00Z"), label(1, author="@bo")),
                Standing.MET,
                "2 outputs",
                id="judged anew by another person",
            ),
            pytest.param((label(), label(1, at="2026-02-31T09:00:00Z")), Standing.STALE, "calendar", id="no such day"),
        ],
    )
    def test_is_met_by_enough_fresh_verdicts_on_todays_content(
        self, labels: tuple[Label, ...], standing: Standing, text: str
    ) -> None:
        found = status(with_labels(*labels))
        assert (found.standing, text in found.text) == (standing, True), found.text

    def test_another_prompt_needs_new_eyes_and_a_comment_does_not(self) -> None:
        files = with_labels(label(), label(1))
        assert status(edited(files, PROMPT, ("Say in one sentence", "Say"))).standing is Standing.STALE
        assert status(added(files, PROMPT, "# a comment\n")).standing is Standing.MET

    def test_grows_old_on_the_day_after_its_last(self) -> None:
        files = with_labels(label(), label(1))
        last = date(2026, 11, 1) + timedelta(days=180)
        assert status(files, last).standing is Standing.MET
        assert status(files, last + timedelta(days=1)).standing is Standing.STALE

    def test_an_old_file_of_labels_is_found_without_any_change(self) -> None:
        files = with_labels(label(), label(1))
        assert places(judged(files)) == []
        assert places(judged(files, date(2027, 6, 1))) == ["SYS030 system.yaml:11"]
        facts = {path: read_facts(file) for path, file in files.items() if path.startswith("systems/")}
        assert next_change(facts, "2026-11-20") == "2026-11-21"

    @given(st.lists(st.integers(0, 400), min_size=1, max_size=30), st.integers(1, 30), st.integers(1, 365))
    def test_holds_exactly_while_enough_labels_are_fresh(self, ages: list[int], least: int, most: int) -> None:
        days = [TODAY - timedelta(days=age) for age in ages]
        labels = [label(number, at=f"{day}T00:00:00Z") for number, day in enumerate(days)]
        found = tally(labels, {SUBJECT}, {"budget"})
        if len(days) < least:
            return
        until = date.fromisoformat(found.until(least, most))
        for day in (until, until + timedelta(days=1), TODAY):
            fresh = sum(day <= given_on + timedelta(days=most) for given_on in days)
            assert (fresh >= least) == (day <= until)


class TestTheRules:
    @pytest.mark.parametrize(
        ("files", "expected"),
        [
            pytest.param(with_labels(label(), label(1)), [], id="sound labels"),
            pytest.param(
                with_labels(label(), label(1), label(author="@MIRA")), ["LAB003 core.jsonl:3"], id="whatever the case"
            ),
            pytest.param(
                with_labels(label(), label(1), label(subject=OTHER)), [], id="the same text of another subject"
            ),
            pytest.param(
                with_labels(label(), label(1), label(2, at="2026-11-20T23:59:59Z")), [], id="later on the same day"
            ),
            pytest.param(
                with_labels(label(), label(1), label(2, at="2026-02-31T00:00:00Z")),
                ["LAB004 core.jsonl:3"],
                id="a day that doesn't exist",
            ),
            pytest.param(
                added(with_labels(label(), label(1)), "systems/gone/labels/core.jsonl", f"{line_of(label())}\n"),
                ["LAB001 core.jsonl:1"],
                id="a folder without a registration",
            ),
            pytest.param(
                edited(with_labels(label(), label(1)), SYSTEM, ("lifecycle: production", "lifecycle: gone")),
                ["FIL007 system.yaml:6"],
                id="a broken registration is one finding",
            ),
            pytest.param(
                edited(with_labels(label(), label(1)), CASES, ('"id": "venue"', '"id": 3')),
                ["FIL007 core.jsonl:2"],
                id="broken cases are one finding",
            ),
            pytest.param(
                added(with_labels(label(), label(1)), LABELS, '{"case": "budget"\n'),
                ["FIL001 core.jsonl:3"],
                id="a line that isn't JSON",
            ),
        ],
    )
    def test_each_fault_is_found_once(self, files: Files, expected: list[str]) -> None:
        assert places(judged(files)) == expected

    def test_a_thousand_wrong_lines_end_after_a_hundred(self) -> None:
        found = judged(added(base(), LABELS, '{"case": "x"}\n' * 1000))
        assert 100 <= len([one for one in found if one.path == LABELS]) <= 110
        assert any(one.rule == "FIL003" for one in found)


class TestTheFile:
    def test_what_is_written_is_read(self, tmp_path: Path) -> None:
        file = LabelFile(tmp_path, LABELS)
        labels = [label(note='"quoted"\u2028 and \U0001f600'), label(1, verdict="fail")]
        for one in labels:
            file.add([one])
        assert [replace(one, position=label().position) for one in file.read()] == labels

    def test_what_was_added_last_can_be_taken_back_and_nothing_else(self, tmp_path: Path) -> None:
        file = LabelFile(tmp_path, LABELS)
        file.add([label()])
        file.add([label(1), label(2)])
        file.take_back([label()])
        assert len(file.read()) == 3
        file.take_back([label(1), label(2)])
        assert [one.output for one in file.read()] == [label().output]

    def test_a_broken_file_is_not_added_to_unseen(self, tmp_path: Path) -> None:
        (tmp_path / LABELS).parent.mkdir(parents=True)
        (tmp_path / LABELS).write_text("{\n")
        with pytest.raises(PlacetError, match=r"core\.jsonl:1"):
            LabelFile(tmp_path, LABELS).read()

    def test_a_link_on_the_way_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "systems").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(PlacetError, match="is a link"):
            LabelFile(tmp_path, LABELS)


class TestVerdictsOfJudges:
    def test_are_kept_by_judge(self, tmp_path: Path) -> None:
        kept = Verdicts(tmp_path)
        kept.add(SUBJECT, {("a", OTHER): 1.0})
        kept.add(SUBJECT, {("b", OTHER): 0.25})
        assert kept.of(SUBJECT) == {("a", OTHER): 1.0, ("b", OTHER): 0.25}
        assert kept.of(OTHER) == {}

    def test_what_a_killed_writer_left_is_none_and_spoils_none(self, tmp_path: Path) -> None:
        kept = Verdicts(tmp_path)
        kept.add(SUBJECT, {("a", OTHER): 1.0})
        (path,) = (tmp_path / "verdicts").iterdir()
        path.write_bytes(path.read_bytes().rstrip(b"\n") + b'\n{"case": "b", "outp')
        kept.add(SUBJECT, {("c", OTHER): 0.0})
        assert kept.of(SUBJECT) == {("a", OTHER): 1.0, ("c", OTHER): 0.0}

    @given(st.binary(max_size=200))
    def test_no_bytes_are_believed(self, data: bytes) -> None:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            kept = Verdicts(Path(folder))
            kept.add(SUBJECT, {})
            (path,) = (Path(folder) / "verdicts").iterdir()
            path.write_bytes(data)
            assert all(0 <= score <= 1 for score in kept.of(SUBJECT).values())


class TestTheCalibration:
    def test_counts_each_output_once_by_what_most_people_say(self) -> None:
        labels = [
            label(0),
            label(0, author="@bo"),
            label(0, author="@cy", verdict="fail"),
            label(1, verdict="fail"),
            label(2),
            label(2, author="@bo", verdict="fail"),  # people are split
            label(3, verdict="unsure"),
            label(4),  # the judge has no verdict
        ]
        scores = {("budget", label(number).output): 1.0 for number in range(4)}
        found = calibration(labels, scores)
        assert found.table == (1, 0, 1, 0)
        assert found.unjudged == 1
        assert verdicts(labels)["budget", label(2).output] is None

    @pytest.mark.parametrize(
        ("score", "passes"),
        [
            pytest.param(0.5, False, id="the middle of a scale, and a tie, is no pass"),
            pytest.param(0.75, True, id="the upper half is"),
        ],
    )
    def test_a_score_is_a_pass_in_its_upper_half(self, score: float, passes: bool) -> None:
        found = calibration([label()], {("budget", label().output): score})
        assert found.table == ((1, 0, 0, 0) if passes else (0, 1, 0, 0))

    @pytest.mark.parametrize(
        ("found", "reason"),
        [
            pytest.param(None, "never measured", id="nothing is known"),
            pytest.param((0, 0, 0, 0), "never measured", id="no label that the judge has seen"),
            pytest.param((10, 0, 0, 9), "it takes 20", id="too few labels"),
            pytest.param((20, 0, 0, 0), "the same of all 20", id="everything passes"),
            pytest.param((6, 5, 5, 6), "no better than chance", id="chance"),
            pytest.param((5, 10, 10, 5), "no better than chance", id="worse than chance"),
            pytest.param((10, 1, 2, 8), "", id="agreement"),
        ],
    )
    def test_a_gate_counts_when_people_agree_with_the_judge(
        self, found: tuple[int, int, int, int] | None, reason: str
    ) -> None:
        assert LEAST_LABELS == 20
        cells = [(True, True), (True, False), (False, True), (False, False)]
        pairs = [cell for cell, count in zip(cells, found or (), strict=False) for _ in range(count)]
        known = None if found is None else Calibration(found, cohens_kappa(pairs))
        said = why_not(known)
        assert (reason in said) if reason else said == ""


class TestTheGate:
    JUDGE = replace(ACCURACY, name="accuracy", type="judge", parameters={"model": "acme/judge", "rubric": "right"})
    AGREES = Calibration(
        (30, 2, 1, 15), cohens_kappa([(True, True)] * 30 + [(False, False)] * 15 + [(True, False)] * 3)
    )

    def verdict(self, known: dict[str, Calibration], lost: int) -> Any:
        """`accuracy` as if a judge had scored it."""
        found = review([Happened(run(suite()), head=wrong_for(f"billing-{n:02}" for n in range(0, 3 * lost, 3)))])
        (outcome,) = found.outcomes
        asked = replace(outcome.run.suite, scorers=(self.JUDGE,))
        outcome = replace(outcome, run=replace(outcome.run, suite=asked), judges=known)
        from tests.core.factories import POLICIES

        results = judge([outcome], POLICIES, {"support-triage": Tier.MEDIUM}, frozenset())
        return next(one.result for one in results if one.result.metric == "accuracy")

    @pytest.mark.parametrize("lost", [pytest.param(0, id="it passes"), pytest.param(20, id="it fails")])
    def test_without_calibration_it_is_inconclusive_either_way(self, lost: int) -> None:
        result = self.verdict({}, lost)
        assert result.verdict is Verdict.INCONCLUSIVE
        assert result.reasons[0].code is Code.NOT_CALIBRATED
        assert result.head is not None  # still shown
        assert result.p_worse is None

    def test_with_it_the_gate_is_like_any_other(self) -> None:
        known = {"accuracy": self.AGREES}
        assert self.verdict(known, 0).verdict is Verdict.PASS
        assert self.verdict(known, 20).verdict is Verdict.FAIL


def test_letters_go_on_after_z() -> None:
    assert [letter(index) for index in (0, 1, 25, 26, 27, 52)] == ["A", "B", "Z", "AA", "AB", "BA"]


def test_nothing_is_left_of_what_one_has_judged() -> None:
    assert work(suite(), [], {}, []).outputs == 0


def test_a_line_is_plain_json_without_an_empty_note() -> None:
    assert "note" not in json.loads(line_of(label()))


class TestOnCommit:
    """The index judges labels as reading everything does, though what they need stands in other units."""

    def repository(self, tmp_path: Path) -> Repo:
        repo = Repo(tmp_path / "notes")
        repo.write({path: file.data.decode() for path, file in with_labels(label(), label(1)).items() if file.data})
        repo.commit("Notes")
        indexed(repo)
        same(repo)
        return repo

    def rules(self, repo: Repo, today: date = TODAY) -> list[str]:
        same(repo, today)
        return [finding.rule for finding in cold(repo, today)[0] if finding.rule.startswith(("SYS030", "LAB"))]

    @pytest.mark.parametrize(
        ("path", "pair", "expected"),
        [
            pytest.param(PROMPT, ("Say in one sentence", "Say"), ["SYS030"], id="another prompt"),
            pytest.param(CONTROL, ("least: 2", "least: 3"), ["SYS030"], id="a control that asks for more"),
            pytest.param(SYSTEM, ("small-2026-10-01", "small-2026-11-01"), ["SYS030"], id="another model"),
            pytest.param(CASES, ('"id": "budget"', '"id": "costs"'), ["SYS030", "LAB002", "LAB002"], id="another case"),
            pytest.param(LABELS, ('"@mira"', '"@mira" '), [], id="white space in the labels"),
        ],
    )
    def test_a_staged_edit(self, tmp_path: Path, path: str, pair: tuple[str, str], expected: list[str]) -> None:
        repo = self.repository(tmp_path)
        repo.edit(path, *pair)
        repo.add()
        assert sorted(self.rules(repo)) == sorted(expected)

    def test_the_day_alone(self, tmp_path: Path) -> None:
        repo = self.repository(tmp_path)
        assert self.rules(repo, date(2027, 4, 30)) == []
        assert self.rules(repo, date(2027, 5, 1)) == ["SYS030"]
