"""What people see, byte for byte: each way in which a review or a plan can come out."""

from __future__ import annotations

import pytest
from tests.golden.golden import assert_golden
from tests.golden.scenarios import SCENARIOS

from placet.report import plan as plan_report
from placet.report.json_report import as_json
from placet.report.markdown import as_markdown
from placet.report.paint import Paint
from placet.report.terminal import as_case, as_text
from placet.results import Expected

EXPECTED = Expected(calls=195, known=60, cost_usd=0.06, seconds=118.0)
PLANS = ["regression", "nothing", "new-system", "hostile", "uncommitted", "unregistered", "broken", "strict", "claimed"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_comment(name: str) -> None:
    assert_golden(f"{name}.md", as_markdown(SCENARIOS[name]()))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_terminal(name: str) -> None:
    assert_golden(f"{name}.txt", as_text(SCENARIOS[name](), Paint(), 110) + "\n")


@pytest.mark.parametrize(
    "name", ["regression", "inconclusive", "incomplete", "nothing", "rollback", "broken", "claimed"]
)
def test_the_json(name: str) -> None:
    assert_golden(f"{name}.json", as_json(SCENARIOS[name]()) + "\n")


@pytest.mark.parametrize("name", PLANS)
def test_the_plan(name: str) -> None:
    review = SCENARIOS[name]()
    given = (review.plan, review.base_name, EXPECTED if review.plan.runs else None, review.left_out)
    assert_golden(f"plan-{name}.txt", plan_report.as_text(*given, Paint()) + "\n")
    assert_golden(f"plan-{name}.md", plan_report.as_markdown(*given))


def test_the_plan_as_json() -> None:
    review = SCENARIOS["regression"]()
    text = plan_report.as_json(review.plan, review.base_name, EXPECTED, review.left_out)
    assert_golden("plan-regression.json", text + "\n")


@pytest.mark.parametrize(
    ("scenario", "suite", "case"),
    [
        pytest.param("regression", "core", "billing-00", id="one that flipped"),
        pytest.param("strict", "pii-leak", "leak-03", id="a critical one, three trials"),
        pytest.param("incomplete", "core", "billing-00", id="one without an answer"),
        pytest.param("hostile", "core", "billing-03", id="one with hostile output"),
    ],
)
def test_one_case_whole(scenario: str, suite: str, case: str) -> None:
    text = as_case(SCENARIOS[scenario](), suite, case, Paint())
    assert_golden(f"case-{scenario}.txt", text + "\n")
