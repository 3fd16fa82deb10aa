"""JUnit XML and CSV of a review: valid, complete, and harmless to whatever opens them."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.factories import ACCURACY, VALID, Happened, case, review, right, run, silent_for, suite, wrong_for

from placet.model.suite import Gate, ScorerSpec
from placet.record import replace
from placet.report.csv import COLUMNS, as_csv, safe
from placet.report.junit import as_junit, legal
from placet.results import Review

LOST = ("billing-00", "delivery-01", "account-02")


def lossy(**changes: object) -> Review:
    return review([Happened(run(suite()), head=wrong_for(LOST))], **changes)


def suites(found: Review) -> list[ET.Element]:
    return list(ET.fromstring(as_junit(found)))


def rows(found: Review) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(found))))


class TestJunit:
    def test_has_the_shape_that_both_common_schemas_ask_for(self) -> None:
        """Ant's is the strict one: attributes, their types, and the order of what is inside."""
        found = suites(lossy())
        assert [one.get("id") for one in found] == ["0", "1"]
        for one in found:
            assert {"id", "name", "package", "timestamp", "hostname", "tests", "failures", "errors", "time"} <= {
                *one.keys()
            }
            assert one.get("timestamp") == "2026-11-20T09:00:00"
            tags = [child.tag for child in one]
            assert tags[0] == "properties"
            assert tags[-2:] == ["system-out", "system-err"]
            assert set(tags[1:-2]) == {"testcase"}
            for test in one.iter("testcase"):
                assert {*test.keys()} == {"name", "classname", "time"}
                assert len(test) <= 1
                assert all(child.get("type") for child in test if child.tag != "skipped")

    def test_counts_what_it_holds(self) -> None:
        for one in suites(lossy()):
            assert int(one.get("tests", "")) == len(list(one.iter("testcase")))
            assert int(one.get("failures", "")) == len(list(one.iter("failure")))
            assert int(one.get("errors", "")) == len(list(one.iter("error")))

    def test_a_case_that_fails_says_by_which_scorer_and_what_was_expected(self) -> None:
        core = suites(lossy())[1]
        failed = {
            test.get("name"): test.find("failure") for test in core.iter("testcase") if test.find("failure") is not None
        }
        assert set(failed) == {"billing-00", "delivery-01"}
        found = failed["billing-00"]
        assert found is not None
        assert found.get("type") == "accuracy"
        assert "billing" in (found.get("message") or "")
        assert '"category": "account"' in (found.text or "")

    def test_a_gate_that_fails_is_a_failure_of_the_decision(self) -> None:
        decision = suites(review([Happened(run(suite()), head=wrong_for(f"billing-{n:02}" for n in range(0, 60, 3)))]))[
            0
        ]
        failed = [test.get("name") for test in decision.iter("testcase") if test.find("failure") is not None]
        assert "gate core.accuracy" in failed

    def test_no_answer_is_an_error_and_never_a_pass(self) -> None:
        core = suites(review([Happened(run(suite()), head=silent_for(["billing-00"]))]))[1]
        (error,) = core.iter("error")
        assert error.get("type") == "timeout"

    def test_a_judge_that_nobody_checked_fails_no_case(self) -> None:
        judge = ScorerSpec("tone", "judge", {"model": "acme/judge", "rubric": "polite"})
        made = suite(scorers=(VALID, ACCURACY, judge), gates=(Gate("tone", min=0.5),))
        core = suites(review([Happened(run(made))]))[1]
        assert (core.get("failures"), core.get("errors")) == ("0", "0")

    def test_what_cannot_be_measured_is_an_error(self) -> None:
        evaluator = ScorerSpec("unknown", "latency-like", {})
        found = review([Happened(run(suite(cases=3)))])
        (outcome,) = found.outcomes
        wider = replace(outcome.run, suite=replace(outcome.run.suite, scorers=(VALID, evaluator)))
        core = suites(replace(found, outcomes=(replace(outcome, run=wider),)))[1]
        assert core.get("errors") == "3"
        assert {error.get("type") for error in core.iter("error")} == {"not-measurable"}

    def test_text_that_xml_cannot_carry_is_shown_by_its_number(self) -> None:
        bad = '{"category": "\x00\x1b\ufffe\ud800<&]]>"}'
        found = as_junit(review([Happened(run(suite()), head=wrong_for(LOST, bad))]))
        ET.fromstring(found.encode())
        assert "\\u0000\\u001b\\ufffe\\ud800&lt;&amp;]]&gt;" in found

    @given(st.text(alphabet=st.characters(), max_size=60))
    def test_any_text_survives(self, text: str) -> None:
        element = ET.Element("a", b=legal(text))
        element.text = legal(text)
        ET.fromstring(ET.tostring(element, encoding="unicode").encode())


class TestCsv:
    def test_has_a_line_for_each_score_of_each_trial_on_both_sides(self) -> None:
        found = rows(lossy())
        assert len(found) == 60 * 2 * 2
        assert list(found[0]) == list(COLUMNS)
        assert {row["side"] for row in found} == {"base", "head"}
        lost = [row for row in found if row["side"] == "head" and row["scorer"] == "accuracy" and row["score"] == "0.0"]
        assert {row["case"] for row in lost} == {"billing-00", "delivery-01"}

    def test_an_error_has_one_line_without_a_score(self) -> None:
        found = rows(review([Happened(run(suite()), head=silent_for(["billing-00"]))]))
        (row,) = [row for row in found if row["side"] == "head" and row["case"] == "billing-00"]
        assert (row["error"], row["scorer"], row["score"]) == ("timeout", "", "")

    def test_what_is_unknown_is_empty(self) -> None:
        found = rows(review([Happened(run(suite()), head_cost=None)]))
        assert {row["cost_usd"] for row in found if row["side"] == "head"} == {""}

    def test_a_side_that_is_the_other_stands_there_once(self) -> None:
        assert {row["side"] for row in rows(review([Happened(run(suite(), same=True))]))} == {"head"}

    @pytest.mark.parametrize(
        "name",
        [
            pytest.param("=HYPERLINK(1)", id="equals"),
            pytest.param("+1", id="plus"),
            pytest.param("-1", id="minus"),
            pytest.param("@SUM(A1)", id="at"),
            pytest.param("\t=1", id="behind a tab"),
            pytest.param("  =1", id="behind blanks"),
            pytest.param("\tfine", id="a tab alone"),
            pytest.param("\uff1d1", id="a wide equals"),
        ],
    )
    def test_no_name_is_a_formula(self, name: str) -> None:
        made = suite(cases=[case(1)], scorers=(replace(VALID, name=name),), gates=())
        (head, *_) = rows(review([Happened(run(made, new=True), head=right)]))
        assert head["scorer"].startswith("'")

    @given(st.text(max_size=30))
    def test_no_text_begins_a_formula(self, text: str) -> None:
        assert safe(text).lstrip("'\t\r\n ")[:1] not in "=+-@" or safe(text).startswith("'") or not text.strip()
