"""Decisions: every requirement judged, the worst one decides, and nothing missing is ever a pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.repository import CARD, CASES, OWNERS, PROMPT, SUITE, SYSTEM, files, plan_of, snapshot_of

from placet.approvals import OwnerSet
from placet.controls import Standing
from placet.decision import Answer, Decision, Facts, Outcome, decide
from placet.findings import Finding, Position, Severity
from placet.gate.verdicts import Code, MetricResult, Reason, Verdict
from placet.judge import Judged
from placet.model.policy import Tier
from placet.model.register import Waiver
from placet.plan import Plan
from placet.record import replace
from placet.runs import Unevaluated

TODAY = date(2026, 11, 20)
LOOSE, WORKFLOW = "prompts/sorter/loose.prompt.yml", ".github/workflows/placet.yml"
BASE = files()
POLICIES = snapshot_of(BASE).policies
assert POLICIES is not None
WAIVER = Waiver("systems/sorter/waivers/x.yaml", "sorter", "core.accuracy", "soon", "@dana", "@rosa", TODAY)


def plan_at(tier: str, change: Callable[[dict[str, str]], dict[str, str]] | None = None) -> Plan:
    """The plan of a changed prompt, every control met."""
    texts = BASE | {SYSTEM: BASE[SYSTEM].replace("tier: low", f"tier: {tier}")}
    made = plan_of(texts, (change or worded)(texts))
    met = [replace(status, standing=Standing.MET) for status in made.systems[0].controls]
    return replace(made, systems=(replace(made.systems[0], controls=tuple(met)),))


def worded(texts: dict[str, str]) -> dict[str, str]:
    return texts | {PROMPT: texts[PROMPT].replace("one word", "two words")}


def result(verdict: Verdict, *codes: Code, suite: str = "core", metric: str = "accuracy", **more: Any) -> Judged:
    reasons = tuple(Reason(code, f"because of {code}") for code in codes)
    return Judged("sorter", None, MetricResult(suite, metric, verdict, reasons, **more), gated=True)


PASS = result(Verdict.PASS)
FAIL = result(Verdict.FAIL, Code.WORSE_BEYOND_MARGIN)
UNSURE = result(Verdict.INCONCLUSIVE, Code.LOSS_NOT_EXCLUDED)
PLAN = plan_at("low")
FACTS = Facts(findings=(), judged=(PASS,), waivers=(), policies=POLICIES, today=TODAY, rollbacks={})


def stood(decision: Decision, id: str) -> tuple[Outcome, str]:
    (reason,) = [reason for reason in decision.reasons if reason.id == id]
    return reason.outcome, reason.text


def test_everything_met() -> None:
    decision = decide(PLAN, FACTS)
    assert decision.answer is Answer.PLACET
    assert [reason.id for reason in decision.reasons] == [
        "files valid",
        "gate core.accuracy",
        "control registered",
        "control owned",
        "control model-card",
    ]
    assert decision.unmet() == ()


# -- gates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tier", ["low", "medium", "high", "critical"])
def test_a_failed_gate_fails_at_every_tier(tier: str) -> None:
    decision = decide(plan_at(tier), replace(FACTS, judged=(PASS, FAIL)))
    assert decision.answer is Answer.NON_PLACET
    assert [reason.id for reason in decision.unmet()] == ["gate core.accuracy"]


@pytest.mark.parametrize(
    ("tier", "answer", "outcome", "people", "asked"),
    [
        pytest.param("low", Answer.PLACET, Outcome.UNSURE, 1, None, id="low: a warning"),
        pytest.param("medium", Answer.PLACET, Outcome.UNSURE, 3, ("@acme/desk", "@dana"), id="medium: an owner more"),
        pytest.param("high", Answer.PLACET, Outcome.UNSURE, 3, ("@acme/ai-risk",), id="high: the risk role"),
        pytest.param("critical", Answer.NON_PLACET, Outcome.FAILED, 3, None, id="critical: it blocks"),
    ],
)
def test_what_can_not_be_told_is_for_the_tier_to_take(
    tier: str, answer: Answer, outcome: Outcome, people: int, asked: tuple[str, ...] | None
) -> None:
    decision = decide(plan_at(tier), replace(FACTS, judged=(UNSURE,)))
    assert (decision.answer, stood(decision, "gate core.accuracy")[0]) == (answer, outcome)
    assert decision.approvals.people == people
    extra = [needed for needed in decision.approvals.owner_sets if "can't be told" in needed.why]
    assert [needed.owners for needed in extra] == ([asked] if asked else [])


@pytest.mark.parametrize("tier", ["low", "medium", "high", "critical"])
@pytest.mark.parametrize("code", [Code.NO_EVIDENCE, Code.ERRORS_OVER_BUDGET, Code.TOO_FEW_TRIALS])
def test_missing_evidence_is_an_error_at_every_tier_and_can_not_be_waived(tier: str, code: Code) -> None:
    judged = (result(Verdict.INCONCLUSIVE, Code.LOSS_NOT_EXCLUDED, code),)
    decision = decide(plan_at(tier), replace(FACTS, judged=judged, waivers=(WAIVER,)))
    assert decision.answer is Answer.ERROR


def test_an_incomplete_evaluation_is_an_error_whatever_its_gates_say() -> None:
    decision = decide(PLAN, replace(FACTS, incomplete=("provider stand-in doesn't answer: refused: no",)))
    assert decision.answer is Answer.ERROR
    assert stood(decision, "evidence") == (Outcome.ERROR, "provider stand-in doesn't answer: refused: no")


def test_what_is_only_shown_decides_nothing() -> None:
    decision = decide(PLAN, replace(FACTS, judged=(PASS, replace(FAIL, gated=False))))
    assert decision.answer is Answer.PLACET
    assert len([reason for reason in decision.reasons if reason.id.startswith("gate")]) == 1


def test_another_systems_gate_is_not_this_ones() -> None:
    assert decide(PLAN, replace(FACTS, judged=(replace(FAIL, system="other"),))).answer is Answer.PLACET


def test_a_slice_is_a_requirement_of_its_own() -> None:
    sliced = replace(FAIL, result=replace(FAIL.result, slice="language=de"))
    decision = decide(PLAN, replace(FACTS, judged=(PASS, sliced)))
    assert [reason.id for reason in decision.unmet()] == ["gate core.accuracy [language=de]"]


def test_every_reason_is_given_and_not_the_first_alone() -> None:
    other = result(Verdict.FAIL, Code.CRITICAL_FAILS, metric="critical")
    finding = Finding("SYS002", Severity.ERROR, SYSTEM, Position(9, 3), "no data owner")
    decision = decide(PLAN, replace(FACTS, findings=(finding, finding), judged=(FAIL, other)))
    assert [reason.id for reason in decision.unmet()] == ["files valid", "gate core.accuracy", "gate core.critical"]
    assert stood(decision, "files valid")[1] == f"{SYSTEM}:9: SYS002 no data owner, and 1 more"


# -- waivers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waiver", "outcome"),
    [
        pytest.param(WAIVER, Outcome.WAIVED, id="on its last day"),
        pytest.param(replace(WAIVER, until=date(2026, 11, 19)), Outcome.FAILED, id="expired yesterday"),
        pytest.param(replace(WAIVER, system="other"), Outcome.FAILED, id="for another system"),
        pytest.param(replace(WAIVER, control="core.critical"), Outcome.FAILED, id="for another gate"),
        pytest.param(
            replace(WAIVER, path="systems/other/waivers/x.yaml"), Outcome.FAILED, id="where others had to approve it"
        ),
    ],
)
@pytest.mark.parametrize("judged", [FAIL, result(Verdict.INCONCLUSIVE, Code.FLOOR_NOT_SHOWN)], ids=["failed", "unsure"])
def test_a_gate_is_waived_by_its_id(waiver: Waiver, outcome: Outcome, judged: Judged) -> None:
    decision = decide(plan_at("critical"), replace(FACTS, judged=(judged,), waivers=(waiver,)))
    found, text = stood(decision, "gate core.accuracy")
    assert found is outcome
    assert decision.answer is (Answer.PLACET if outcome is Outcome.WAIVED else Answer.NON_PLACET)
    assert (f"waived until {waiver.until} by @rosa: soon" in text) is (outcome is Outcome.WAIVED)


def test_a_waived_gate_is_never_shown_as_passed() -> None:
    decision = decide(PLAN, replace(FACTS, judged=(FAIL,), waivers=(WAIVER,)))
    assert decision.outcome is Outcome.WAIVED
    assert stood(decision, "gate core.accuracy")[1].startswith("because of worse-beyond-margin; waived")


def test_a_waiver_leaves_a_passed_gate_alone() -> None:
    assert stood(decide(PLAN, replace(FACTS, waivers=(WAIVER,))), "gate core.accuracy")[0] is Outcome.MET


# -- controls ---------------------------------------------------------------------------------------------------------


def with_control(plan: Plan, id: str, standing: Standing) -> Plan:
    controls = [
        replace(status, standing=standing, text=f"it is {standing}") if status.control.id == id else status
        for status in plan.systems[0].controls
    ]
    return replace(plan, systems=(replace(plan.systems[0], controls=tuple(controls)),))


@pytest.mark.parametrize(
    ("standing", "outcome"),
    [
        (Standing.MET, Outcome.MET),
        (Standing.LATER, Outcome.PENDING),
        (Standing.MISSING, Outcome.FAILED),
        (Standing.EMPTY, Outcome.FAILED),
        (Standing.STALE, Outcome.FAILED),
    ],
)
def test_a_control_has_to_be_met(standing: Standing, outcome: Outcome) -> None:
    decision = decide(with_control(PLAN, "model-card", standing), FACTS)
    assert stood(decision, "control model-card")[0] is outcome
    assert decision.answer is (Answer.NON_PLACET if outcome is Outcome.FAILED else Answer.PLACET)


@pytest.mark.parametrize(
    ("control", "outcome"),
    [
        pytest.param("model-card", Outcome.WAIVED, id="one that policy lets be waived"),
        pytest.param("owned", Outcome.FAILED, id="one that can never be"),
    ],
)
def test_a_control_is_waived_if_policy_allows(control: str, outcome: Outcome) -> None:
    waivers = (replace(WAIVER, control=control),)
    decision = decide(with_control(PLAN, control, Standing.MISSING), replace(FACTS, waivers=waivers))
    assert stood(decision, f"control {control}")[0] is outcome


# -- what nothing evaluates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "lost", "outcome"),
    [
        pytest.param("low", False, Outcome.UNSURE, id="low: a doubt"),
        pytest.param("low", True, Outcome.ERROR, id="low, though a suite is there for it: an error"),
        pytest.param("medium", False, Outcome.ERROR, id="medium: an error"),
        pytest.param("critical", False, Outcome.ERROR, id="critical: an error"),
    ],
)
def test_a_prompt_that_nothing_evaluates(tier: str, lost: bool, outcome: Outcome) -> None:
    plan = plan_at(tier)
    left = replace(plan.systems[0], unevaluated=(Unevaluated(LOOSE, "no suite", lost),))
    decision = decide(replace(plan, systems=(left,)), FACTS)
    assert stood(decision, f"prompt {LOOSE}") == (outcome, "not evaluated: no suite")
    asked = [needed.owners for needed in decision.approvals.owner_sets if LOOSE in needed.why]
    assert asked == ([("@acme/desk", "@dana")] if outcome is Outcome.UNSURE else [])
    finding = Finding("FIL001", Severity.ERROR, LOOSE, Position(1, 1), "this is not YAML")
    found = decide(replace(plan, systems=(left,)), replace(FACTS, findings=(finding,)))
    assert [reason.id for reason in found.unmet()] == ["files valid"]


def test_a_rollback_beside_what_nothing_evaluates_takes_what_it_always_takes() -> None:
    plan = plan_at("medium")
    left = replace(plan.systems[0], unevaluated=(Unevaluated(LOOSE, "no suite"),))
    assert decide(replace(plan, systems=(left,)), going_back(plan)).approvals.people == 2


# -- what a review of real files says ---------------------------------------------------------------------------------


def test_a_waiver_in_head_is_none() -> None:
    head = snapshot_of(BASE | {WAIVER.path: "x"})
    assert head.waivers == {}
    assert decide(PLAN, replace(FACTS, judged=(FAIL,))).answer is Answer.NON_PLACET


# -- rollbacks --------------------------------------------------------------------------------------------------------


def going_back(plan: Plan) -> Facts:
    return replace(FACTS, rollbacks={run.head.subject.digest: "c" * 40 for run in plan.runs})


@pytest.mark.parametrize(("tier", "people"), [("low", 1), ("medium", 1), ("high", 1), ("critical", 2)])
def test_a_rollback_needs_fewer_people(tier: str, people: int) -> None:
    plan = plan_at(tier)
    assert decide(plan, going_back(plan)).approvals.people == people


def test_a_rollback_is_not_held_up_by_a_document_that_judged_todays_content() -> None:
    stale = with_control(PLAN, "model-card", Standing.STALE)
    decision = decide(stale, going_back(stale))
    assert decision.answer is Answer.PLACET
    assert stood(decision, "control model-card") == (
        Outcome.UNSURE,
        "it is stale; a rollback isn't held up by it",
    )
    assert decide(with_control(PLAN, "model-card", Standing.MISSING), going_back(PLAN)).answer is Answer.NON_PLACET


@pytest.mark.parametrize(
    ("change", "people"),
    [
        pytest.param(worded, 1, id="the prompt alone"),
        pytest.param(lambda texts: worded(texts) | {CARD: texts[CARD] + "More.\n"}, 1, id="and a document"),
        pytest.param(
            lambda texts: worded(texts) | {CASES: texts[CASES].replace('"expected": "billing"', '"expected": "x"')},
            2,
            id="and a weaker suite",
        ),
        pytest.param(
            lambda texts: worded(texts) | {SYSTEM: texts[SYSTEM].replace("percent: 10", "percent: 100")},
            2,
            id="and the registration",
        ),
        pytest.param(
            lambda texts: worded(texts) | {SYSTEM: texts[SYSTEM].replace("title: Ticket", "title: The ticket")},
            1,
            id="and the title of the registration",
        ),
        pytest.param(lambda texts: worded(texts) | {LOOSE: texts[PROMPT]}, 2, id="and a prompt that nobody uses"),
        pytest.param(lambda texts: worded(texts) | {WORKFLOW: "on: push"}, 2, id="and what runs the bot"),
        pytest.param(lambda texts: worded(texts) | {OWNERS: "* @mallory\n"}, 2, id="and the code owners"),
        pytest.param(
            lambda texts: worded(texts) | {"policies/placet.yaml": texts["policies/placet.yaml"] + "x-a: 1\n"},
            2,
            id="and a policy, in whatever it is",
        ),
        pytest.param(
            lambda texts: worded(texts) | {SUITE: texts[SUITE].replace("min: 0.9", "min: 0.5")}, 2, id="and a gate"
        ),
    ],
)
def test_what_comes_along_with_a_rollback_takes_what_it_always_takes(
    change: Callable[[dict[str, str]], dict[str, str]], people: int
) -> None:
    plan = plan_at("medium", change)
    assert decide(plan, going_back(plan)).approvals.people == people


# -- code owners ------------------------------------------------------------------------------------------------------


def test_owners_that_can_not_be_read_are_an_error_and_no_empty_requirement() -> None:
    broken = replace(PLAN, approvals=replace(PLAN.approvals, errors=("line 2: no owner",)))
    decision = decide(broken, FACTS)
    assert decision.answer is Answer.ERROR
    assert stood(decision, "code owners readable")[1] == "CODEOWNERS of base, line 2: no owner"


@pytest.mark.parametrize(("tier", "answer"), [("medium", Answer.PLACET), ("high", Answer.ERROR)])
def test_a_path_that_nobody_owns_is_an_error_from_high_up(tier: str, answer: Answer) -> None:
    plan = plan_at(tier)
    loose = replace(plan, approvals=replace(plan.approvals, unowned=(PROMPT,)))
    assert decide(loose, FACTS).answer is answer


def test_approvals_are_asked_for_and_never_decided_here() -> None:
    decision = decide(plan_at("critical"), FACTS)
    assert decision.answer is Answer.PLACET
    assert decision.approvals.people == 3
    assert OwnerSet(("@acme/ai-risk",), "risk role: tier critical") in decision.approvals.owner_sets


# -- as a whole -------------------------------------------------------------------------------------------------------


@given(
    st.sampled_from(["low", "medium", "high", "critical"]),
    st.lists(st.sampled_from([PASS, FAIL, UNSURE, result(Verdict.INCONCLUSIVE, Code.NO_EVIDENCE)]), max_size=4),
    st.sampled_from([PASS, FAIL, UNSURE]),
)
def test_one_more_result_never_makes_a_decision_better(tier: str, judged: list[Judged], more: Judged) -> None:
    plan = _PLANS[tier]
    before = decide(plan, replace(FACTS, judged=tuple(judged)))
    after = decide(plan, replace(FACTS, judged=(*judged, more)))
    assert after.outcome >= before.outcome
    assert after.approvals.people >= before.approvals.people


@given(st.permutations([PASS, FAIL, UNSURE]))
def test_the_order_of_results_does_not_matter(judged: list[Judged]) -> None:
    assert decide(PLAN, replace(FACTS, judged=tuple(judged))).answer is Answer.NON_PLACET


_PLANS = {tier.label: plan_at(tier.label) for tier in Tier}
