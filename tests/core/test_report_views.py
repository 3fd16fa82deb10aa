"""The terminal, the JSON and the numbers: what they promise beside the golden files."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from tests.core import factories as make
from tests.core.factories import Happened
from tests.core.test_report_markdown import poisoned
from tests.golden.hostile import TEXT, is_hidden
from tests.golden.scenarios import SCENARIOS

from placet.gate.verdicts import Bounds, Code, MetricResult, Reason, Unit, Verdict
from placet.record import replace
from placet.report import plan as plan_report
from placet.report.json_report import as_json
from placet.report.numbers import asked, difference, duration, listed, money, p_value, sides
from placet.report.paint import Paint
from placet.report.printable import columns
from placet.report.terminal import as_case, as_text
from placet.results import Expected
from placet.stats.estimates import Estimate

MARKED = Paint(
    bad=lambda text: f"<bad>{text}", unsure=lambda text: f"<unsure>{text}", good=lambda text: f"<good>{text}"
)


def result(**changes: object) -> MetricResult:
    return replace(MetricResult("core", "accuracy", Verdict.PASS), **changes)


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        pytest.param(result(), ("–", ""), id="nothing to compare with"),
        pytest.param(
            result(difference=Estimate(-0.117, -0.198, -0.028, 60, "")), ("-11.7 pp", "-19.8 … -2.8"), id="a loss"
        ),
        pytest.param(result(difference=Estimate(0.0, -0.038, 0.038, 60, "")), ("0", "±3.8 pp"), id="no change"),
        pytest.param(
            result(difference=Estimate(0.1, -0.2, 0.3, 9, ""), bounds=Bounds(ceiling=0.2)),
            ("-10 pp", "-30 … +20"),
            id="a ceiling alone: turned back to head minus base",
        ),
        pytest.param(
            result(difference=Estimate(3.0, -1.0, 7.0, 9, ""), unit=Unit.MILLISECONDS),
            ("+3 ms", "-1 ms … +7 ms"),
            id="slower, not gated",
        ),
        pytest.param(result(ratio=Estimate(0.94, 0.93, 0.95, 9, "")), ("-6 %", "-7 … -5"), id="cheaper"),
        pytest.param(
            result(difference=Estimate(-0.111, -1.04, 0.1, 9, "")), ("-11.1 pp", "-100 … +10"), id="no more than all"
        ),
        pytest.param(
            result(difference=Estimate(0.014, 0.0139, 0.0141, 9, "")), ("+1.4 pp", ""), id="a point says nothing more"
        ),
        pytest.param(result(ratio=Estimate(1.0, 0.97, 1.03, 9, "")), ("0", "±3 %"), id="as dear, give or take"),
        pytest.param(result(ratio=Estimate(1.0, 1.0, 1.0, 9, "")), ("0", ""), id="as dear as before"),
        pytest.param(
            result(difference=Estimate(0.0, None, None, 2, "")), ("0", "no bound … no bound"), id="too few to bound"
        ),
    ],
)
def test_differences(given_: MetricResult, shown: tuple[str, str]) -> None:
    assert difference(given_) == shown


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        pytest.param(
            result(passed=24, total=25, pairs=25, newly_failing=("a",)), ("25/25", "24/25"), id="one fails now"
        ),
        pytest.param(result(passed=25, total=25, pairs=0), ("–", "25/25"), id="base isn't known"),
        pytest.param(
            result(passed=24, total=25, pairs=25, reasons=(Reason(Code.TOO_FEW_TRIALS, ""),)),
            ("–", "24/25"),
            id="one can't be told",
        ),
        pytest.param(
            result(passed=0, total=2, reasons=(Reason(Code.TOO_FEW_TRIALS, ""),) * 2), ("–", "–"), id="none ever ran"
        ),
        pytest.param(result(head=Estimate(math.nan, None, None, 0, "")), ("–", "–"), id="no number"),
    ],
)
def test_sides(given_: MetricResult, shown: tuple[str, str]) -> None:
    assert sides(given_) == shown


def test_a_margin_that_does_not_gate_is_not_shown_as_asked() -> None:
    bounds = Bounds(floor=0.9, margin=0.05)
    assert asked(result(bounds=bounds, regression=Verdict.PASS)) == "≥ 90 %, loss ≤ 5 pp"
    assert asked(result(bounds=bounds)) == "≥ 90 %"


def test_small_words() -> None:
    assert (money(None), money(0.0), money(0.064), money(0.0004)) == ("cost unknown", "$0.00", "$0.06", "$0.00040")
    assert (duration(0.2), duration(118), duration(7200)) == ("1 s", "2 min", "2.0 h")
    assert (p_value(0.039), p_value(0.0002)) == ("p = 0.039", "p < 0.001")
    assert (listed(["a"]), listed(["a", "b"]), listed(list("abcd"), 2)) == ("a", "a and b", "a, b and 2 more")


@pytest.mark.parametrize(
    ("name", "last"),
    [
        pytest.param("good", "placet: every gate and control due is met", id="placet"),
        pytest.param("regression", "non placet: a gate or control due is not met (exit 1)", id="non placet"),
        pytest.param("incomplete", "cannot decide: something that a decision needs is missing (exit 4)", id="error"),
        pytest.param("waived", "placet by waiver: what is not met is waived", id="waived"),
        pytest.param("nothing", "placet: nothing governed changed (exit 0)", id="nothing"),
    ],
)
def test_the_terminal_ends_with_what_the_exit_code_means(name: str, last: str) -> None:
    assert as_text(SCENARIOS[name](), Paint(), 100).splitlines()[-1].startswith(last)


def test_colour_only_means_good_bad_or_unsure() -> None:
    text = as_text(SCENARIOS["regression"](), MARKED, 100)
    assert text.startswith("<bad>Non placet:")
    assert "<good>✓" in text
    assert "<bad>✗" in text
    assert "<good>" not in as_text(SCENARIOS["nothing"](), Paint(), 100)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_table_keeps_to_the_width_where_it_can(width: int) -> None:
    name = "a-suite-with-quite-a-long-name-that-nobody-can-read-at-a-glance"
    text = as_text(make.review([Happened(make.run(make.suite(name, gates=make.suite().gates[1:])))]), Paint(), width)
    rows = [line for line in text.splitlines() if line.startswith(("│", "┌"))]
    assert len({columns(row) for row in rows}) == 1
    assert columns(rows[0]) <= max(width, 76)


@settings(max_examples=25)
@given(TEXT)
def test_hostile_text_never_drives_the_terminal(text: str) -> None:
    review = poisoned(text)
    plan = plan_report.as_text(review.plan, text, Expected(1, 0, None, 3.0), (text,), Paint())
    case = as_case(review, text, f"{text}0", Paint())
    for shown in (as_text(review, Paint(), 100), plan, case):
        assert all(letter == "\n" or not is_hidden(letter) for letter in shown)


@settings(max_examples=25)
@given(TEXT)
def test_json_is_json_whatever_it_holds(text: str) -> None:
    review = poisoned(text)
    assert json.loads(as_json(review).encode())["answer"] == "non placet"
    assert json.loads(plan_report.as_json(review.plan, text, None, (text,)).encode())["kind"] == "plan"


def test_numbers_that_json_lacks_are_null() -> None:
    review = SCENARIOS["good"]()
    odd = replace(review.judged[0].result, p_worse=math.nan, head=Estimate(math.inf, None, None, 0, "Wilson"))
    text = as_json(replace(review, judged=(replace(review.judged[0], result=odd),)))
    metric = json.loads(text, parse_constant=pytest.fail)["metrics"][0]
    assert metric["p_worse"] is None
    assert metric["head"]["value"] is None


def test_the_json_holds_digests_of_what_was_said_and_never_the_text() -> None:
    text = as_json(SCENARIOS["regression"]())
    assert "Thank you." not in text
    flips = json.loads(text)["flips"]
    assert flips[0]["newly_failing"] == ["accuracy"]
    assert flips[0]["head_outputs"][0].startswith("sha256:")


def test_the_json_names_the_scorers_behind_a_critical_case() -> None:
    flip = json.loads(as_json(SCENARIOS["critical"]()))["flips"][0]
    assert (flip["newly_failing"], flip["newly_failing_scorers"]) == (["critical"], ["valid-json"])


def test_the_json_has_what_changed_and_every_finding() -> None:
    found = json.loads(as_json(SCENARIOS["broken"]()))
    assert found["edits"][0] == {"path": "policies/tiers.yaml", "status": "edited", "material": True, "what": None}
    assert [(one["rule"], one["line"], one["help"]) for one in found["findings"]] == [("SYS008", 31, None)] * 2
    assert found["reasons"][0]["system"] is None
    assert [run["prompt"] for run in json.loads(as_json(SCENARIOS["unregistered"]()))["unregistered"]] == [
        "prompts/draft.prompt.yml"
    ]


def test_the_json_sorts_evidence_and_rounds_dollars() -> None:
    spent = replace(SCENARIOS["good"]().spent, cost_usd=0.1 + 0.2)
    found = json.loads(as_json(replace(SCENARIOS["good"](), evidence=("sha256:b", "sha256:a"), spent=spent)))
    assert found["evidence"] == ["sha256:a", "sha256:b"]
    assert found["spent"]["cost_usd"] == 0.3


def test_a_measure_says_which_number_it_is() -> None:
    assert "pii-leak.latency (p95) 420 ms" in as_text(SCENARIOS["regression"](), Paint(), 140)


def test_a_row_of_test_data_shows_what_it_expects_once() -> None:
    text = as_case(SCENARIOS["silent"](), "inline", "row-0", Paint())
    assert text.count("expected") == 1


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        pytest.param({}, "placet review --suite core", id="no option was given"),
        pytest.param({"flags": "--base release"}, "placet review --base release --suite core", id="the same base"),
    ],
)
def test_a_suggested_command_names_the_same_change(changes: dict[str, str], command: str) -> None:
    assert command in as_text(replace(SCENARIOS["regression"](), **changes), Paint(), 200)


def test_a_suggested_command_looks_at_the_working_tree_when_the_review_did() -> None:
    review = SCENARIOS["regression"]()
    ends = replace(review.plan.ends, uncommitted=True)
    text = as_text(replace(review, plan=replace(review.plan, ends=ends)), Paint(), 200)
    assert "placet review --worktree --suite core --case billing-00" in text


def test_a_suggested_command_is_quoted_for_a_shell() -> None:
    bad = make.case(0, id="a; rm -rf .")
    run = make.run(make.suite(cases=[bad, *(make.case(n) for n in range(1, 60))]), new=True)
    touched = make.touched([run], base_tier=None)
    text = as_text(make.review([Happened(run, make.wrong_for([bad.id]))], systems=[touched]), Paint(), 200)
    assert "--case 'a; rm -rf .'" in text


def test_a_case_that_no_run_has_is_said_so() -> None:
    assert as_case(SCENARIOS["good"](), "core", "nope", Paint()) == "no run of suite core has a case nope"


def test_a_plan_of_nothing_is_one_line() -> None:
    plan = SCENARIOS["nothing"]().plan
    assert plan_report.as_text(plan, "main", None, (), Paint()).count("\n") == 0


def test_a_plan_marks_what_is_not_met() -> None:
    plan = SCENARIOS["regression"]().plan
    text = plan_report.as_text(plan, "main", None, (), MARKED)
    assert "<bad>✗ human-review" in text
    assert "<good>✓ model-card" in text
