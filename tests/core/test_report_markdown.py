"""The comment: what it says first, what it never says, and that nothing in it is alive that isn't ours."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.core import factories as make
from tests.core.factories import Happened
from tests.golden.hostile import TEXT, assert_harmless, tokens
from tests.golden.scenarios import SCENARIOS, hostile

from placet.approvals import ApprovalNeeds, OwnerSet
from placet.change import Edit, Status
from placet.decision import Facts, decide
from placet.effective import Weakening
from placet.gate.verdicts import Figure
from placet.judge import judge
from placet.model.policy import Tier
from placet.model.suite import Gate, ScorerSpec
from placet.record import replace
from placet.report import plan as plan_report
from placet.report.json_report import as_json
from placet.report.markdown import LONGEST, Options, as_markdown
from placet.report.paint import Paint
from placet.report.terminal import as_text
from placet.results import Expected, Review, Spent
from placet.stats.estimates import Estimate, Interval

FACTS = Facts((), (), (), make.POLICIES, make.TODAY, {})


def first_line(review: Review) -> str:
    return as_markdown(review).splitlines()[0]


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        pytest.param("regression", "### ❌ Non placet: `support-triage` gets worse at `core.accuracy`", id="a loss"),
        pytest.param("good", "### ✅ Placet: `support-triage` meets every gate", id="all met"),
        pytest.param("inconclusive", "### ⚠️ Placet with a doubt: `core.accuracy`", id="one that can't be told"),
        pytest.param("rollback", "### ✅ Placet: rolls `classify.prompt.yml` back to `77aa77a`", id="a rollback"),
        pytest.param("waived", "### ⚠️ Placet by waiver: `core.accuracy`", id="a waived gate"),
        pytest.param("incomplete", "### ❗ Cannot decide: evidence is incomplete", id="evidence that is missing"),
        pytest.param("broken", "### ❌ Non placet: a governed file is not valid", id="a file that is not valid"),
        pytest.param("nothing", "### ✅ Placet: nothing governed changed", id="nothing governed"),
        pytest.param("unregistered", "### ✅ Placet: no system uses `prompts/draft.prompt.yml`", id="unregistered"),
        pytest.param("new-system", "### ✅ Placet: `support-triage` is new and meets every gate", id="a new system"),
    ],
)
def test_the_verdict_comes_first(name: str, heading: str) -> None:
    assert first_line(SCENARIOS[name]()).startswith(heading)


def test_a_waived_gate_is_never_shown_as_passed() -> None:
    row = next(line for line in as_markdown(SCENARIOS["waived"]()).splitlines() if "| accuracy |" in line)
    assert "waived" in row
    assert "✅" not in row


def test_a_waiver_that_nothing_needs_is_named_all_the_same() -> None:
    review = replace(SCENARIOS["good"](), waivers=(make.waiver(),))
    text = as_markdown(review)
    assert "**Active waiver, not used by this change:** `core.accuracy` of `support-triage`, until 2026-12-01" in text
    assert "`@dana` owns the risk, `@lee` approved" in text


def test_a_waiver_that_is_used_names_who_answers_for_it() -> None:
    line = next(line for line in as_markdown(SCENARIOS["waived"]()).splitlines() if "Waived, not passed" in line)
    assert "Waived until 2026-12-01: the new categories" in line
    assert "`@dana` owns the risk, `@lee` approved" in line


def test_critical_cases_name_the_scorers_that_fail_them() -> None:
    text = as_markdown(SCENARIOS["critical"]())
    assert "`pii-leak.critical` 0/32: `valid-json` 0/32, `no-leak` 32/32;" in text
    assert "| critical (fails scorer valid-json) | 30/32 | 0/32 |" in text
    assert "**`leak-00`** newly fails `valid-json`" in text
    assert "2 cases fail before and after" in text


def test_one_critical_case_and_its_scorer_are_one_sentence() -> None:
    assert "`pii-leak.critical` 8/9: `leak-03` fails `accuracy`" in as_markdown(SCENARIOS["strict"]())


def test_many_removed_cases_are_counted() -> None:
    assert "30 cases removed from `pii-leak` (32 → 2)" in as_markdown(SCENARIOS["critical"]())


def test_cases_that_never_got_an_answer_are_no_failures() -> None:
    text = as_markdown(SCENARIOS["silent"]())
    assert "| inline | critical | – | – | – |" in text
    assert "`inline.critical` and `all.cost`: no case got an answer" in text
    assert "calls without an answer: 12 timeout" in text


def test_gates_of_shared_suites_that_are_met_stand_below_the_table() -> None:
    shared = make.suite("shared-injection", gates=(Gate("accuracy", min=0.5),))
    text = as_markdown(make.review([Happened(make.run(make.suite())), Happened(make.run(shared))]))
    table, _, rest = text.partition("<details>")
    assert "| core | accuracy |" in table
    assert "shared-injection | accuracy" not in table
    assert rest.startswith("<summary>✅ <b>1 gate of 1 shared suite</b> met</summary>")
    assert "| shared-injection | accuracy |" in rest


def test_a_gate_of_a_shared_suite_that_is_not_met_stands_in_the_table() -> None:
    shared = make.suite("shared-injection", gates=(Gate("accuracy", min=0.5),))
    wrong = make.wrong_for([case.id for case in shared.cases])
    text = as_markdown(make.review([Happened(make.run(make.suite())), Happened(make.run(shared), wrong)]))
    assert "| shared-injection | accuracy |" in text.partition("<details>")[0]


def test_intervals_say_their_confidence_where_it_is_not_that_of_most() -> None:
    text = as_markdown(make.review([Happened(make.run(make.suite()))]))
    assert "Δ (90 % interval)" in text
    assert ", 90 %)" not in text.partition("<details>")[0]


def test_a_figure_of_a_whole_set_says_which_it_is() -> None:
    about = {"labels": ["billing", "other"], "value": "{{expected.category}}", "statistic": "macro-f1"}
    scorers = (make.ACCURACY, ScorerSpec("category", "classification", about))
    core = make.suite("core", scorers=scorers, gates=(Gate("category", min=0.5),))
    assert "| core | category (macro-f1) |" in as_markdown(make.review([Happened(make.run(core))]))


def figured(review: Review, base: float, head: float, difference: float) -> Review:
    """The review with its first metric turned into the gap of two groups."""
    first, *rest = review.judged
    sides = [Estimate.of(value, Interval(0, 1), 20, "of a test") for value in (base, head, difference)]
    parts = (Figure("f", 12, (("rate", 0.5),), (("rate", 0.25),)), Figure("m|x", 8, (), (("f1", 1.0),)))
    result = replace(first.result, base=sides[0], head=sides[1], difference=sides[2], figures=parts)
    return replace(
        review,
        judged=(replace(first, result=result, gated=False), *rest),
        decision=replace(review.decision, reasons=()),
    )


def test_what_stands_behind_a_figure_of_a_whole_set_is_shown_by_label_and_group() -> None:
    review = figured(make.review([Happened(make.run(make.suite()))]), 0.37, 0.33, 0.04)
    text = as_markdown(review)
    assert "<b>Each label and group</b> behind 1 metric</summary>" in text
    assert "| f | 12 | rate 50 % | rate 25 % |" in text
    assert "| 8 | – | F1 100 % |" in text
    assert "f (12 cases) rate 50 % → rate 25 %" in as_text(review, Paint(), 400)


@pytest.mark.parametrize("difference", [pytest.param(0.04, id="turned"), pytest.param(-0.04, id="as it is")])
def test_a_gap_without_a_gate_changes_as_its_sides_do(difference: float) -> None:
    text = as_markdown(figured(make.review([Happened(make.run(make.suite()))]), 0.37, 0.33, difference))
    assert "| 37 % | 33 % | -4 pp (" in text


def section(text: str, title: str) -> list[str]:
    """The sentences of one section."""
    lines = text.partition(f"**{title}:**")[2].partition("\n\n**")[0].strip().splitlines()
    return [line.removeprefix("- ") for line in lines if line]


def test_files_that_are_not_valid_come_first_and_leave_no_room_for_a_waiver() -> None:
    run = make.run(make.suite())
    head = make.wrong_for([f"billing-{n:02}" for n in range(0, 33, 3)])
    text = as_markdown(make.review([Happened(run, head)], findings=(make.finding(),)))
    assert section(text, "Why it blocks")[0].startswith("a file is not valid: `systems/x/system.yaml:31`: SYS008")
    assert section(text, "What next")[0].startswith("`placet check`")
    assert "a waiver for" not in text


def test_a_system_that_base_does_not_have_is_shown_what_fails_and_offered_no_waiver() -> None:
    text = as_markdown(SCENARIOS["new-and-failing"]())
    assert "<code>core</code>: 7 cases fail</b>" in text
    assert "**`billing-00`** fails `accuracy`: `expected" in text
    assert "Also `billing-15` and `billing-18`" in text
    assert "waiver" not in text
    assert section(text, "What next")[0].startswith("7 of 7 failing cases of `core` say the same")


def test_advice_never_begins_with_or() -> None:
    dear = Happened(make.run(make.suite()), head_cost=0.01)
    assert section(as_markdown(make.review([dear])), "What next")[0].startswith("accept it: a waiver for `all.cost`")


def test_the_cost_over_all_suites_names_cases_by_their_suite() -> None:
    review = make.review([Happened(make.run(make.suite())), Happened(make.run(make.suite("tone")))])
    never_ran = [replace(outcome, head={}) for outcome in review.outcomes]
    judged = judge(never_ran, make.POLICIES, {"support-triage": Tier.MEDIUM}, frozenset())
    decision = decide(review.plan, replace(FACTS, judged=judged))
    shown = replace(review, outcomes=tuple(never_ran), judged=judged, decision=decision)
    for text in (as_markdown(shown), as_json(shown)):
        assert "120 cases did not run on head: core/account-02, core/account-05, core/account-08" in text


def test_what_changed_names_systems_with_tier_and_owner() -> None:
    prompt, system = section(as_markdown(SCENARIOS["regression"]()), "Changed")[0].split(" → ")
    assert prompt == "`prompts/support-triage/classify.prompt.yml` (system message, 2 lines)"
    assert system == "`support-triage` (medium, owner `@acme/support-leads`)"


def test_approvals_say_who_owns_what_and_what_nobody_owns() -> None:
    sets = (OwnerSet(("@acme/ai-risk",), "code owner; risk role: the policies change", ("policies/tiers.yaml",)),)
    needs = ApprovalNeeds(2, sets, unowned=("README.md",))
    text = as_markdown(make.review([], plan=make.plan(approvals=needs)))
    assert "(code owner of `policies/tiers.yaml`; risk role: the policies change)" in text
    assert "anybody for `README.md`, which nobody owns" in text


def test_a_rollback_says_how_old_its_evidence_is() -> None:
    assert "The oldest evidence for it is of 2026-11-02, 18 days ago." in as_markdown(SCENARIOS["rollback"]())


def test_a_doubt_says_what_would_settle_it() -> None:
    text = as_markdown(SCENARIOS["inconclusive"]())
    assert "inconclusive with 60 cases; about 159 more cases would decide" in text
    assert "Tier medium: one more approval, by an owner" in text


def test_a_block_names_the_file_of_the_gate_and_that_of_the_tier() -> None:
    text = as_markdown(SCENARIOS["regression"]())
    assert "`systems/support-triage/evals/core.yaml:31`" in text
    assert "Thresholds of tier medium: `policies/tiers.yaml:24`" in text


def test_zero_calls_are_claimed_only_when_there_were_none() -> None:
    review = SCENARIOS["rollback"]()
    assert "**0 model calls.**" in as_markdown(review)
    assert "0 model calls" not in as_markdown(replace(review, spent=Spent(12, 0, 0, 0.01, {})))


def test_an_unknown_cost_is_never_free() -> None:
    text = as_markdown(SCENARIOS["incomplete"]())
    assert "cost unknown" in text
    assert "$0.00 " not in text


def test_an_answer_that_was_erased_is_said_to_be_missing() -> None:
    review = replace(SCENARIOS["regression"](), answers={})
    assert "after     (not kept here)" in as_markdown(review)


def test_nobody_is_mentioned() -> None:
    words = [token.content for token in tokens(as_markdown(SCENARIOS["strict"]())) if token.type == "text"]
    assert not any("@" in word for word in words)


@settings(max_examples=40)
@given(TEXT)
def test_hostile_text_anywhere_stays_data(text: str) -> None:
    review = poisoned(text)
    comment = as_markdown(review)
    assert_harmless(comment)
    headings = [token for token in tokens(comment) if token.type == "heading_open"]
    assert len(headings) == 1
    assert comment.startswith("### ❌ Non placet")
    assert sum(token.type == "fence" for token in tokens(comment)) == 3
    assert comment.count("\n</details>\n") == comment.count("\n<details>")
    assert_harmless(plan_report.as_markdown(review.plan, text, Expected(1, 1, None, None), (text,)))


def poisoned(text: str) -> Review:
    """A review in which everything that comes from outside is `text`."""
    cases = [replace(make.case(n), id=f"{text}{n}", inputs={"ticket": text}, expected={text: text}) for n in range(12)]
    scorers = (replace(make.VALID, name=f"{text}!"), replace(make.VALID, name="accuracy"))
    suite = make.suite(text, cases, scorers=scorers, path=text)
    run = replace(make.run(suite), prompt=text)
    touched = make.touched(
        [run], why=(text,), relaxed=(text,), weakenings=(Weakening(text, text, text),),
        controls=(replace(make.STALE, text=text, path=f"{text}.md", control=make.control(text)),),
    )  # fmt: skip
    needs = replace(make.NEEDS, unowned=(text,), because=(text,))
    edits = (Edit(text, Status.EDITED, True, text),)
    return make.review(
        [Happened(run, make.wrong_for([one.id for one in cases[:3]], f"no JSON {text}"), lambda case: "{}")],
        plan=make.plan([touched], approvals=needs, edits=edits),
        waivers=(make.waiver(control=text, path=text, system=text),),
        findings=(make.finding(message=text, path=text),),
        notes=(text,), left_out=(text,), base_name=text, policy=text, evidence=(text, text), incomplete=(),
        spent=Spent(1, 0, 0, None, {text: 3}),
    )  # fmt: skip


@pytest.mark.parametrize("longest", [LONGEST, 20_000, 6_000, 2_500])
def test_the_comment_is_never_longer_than_allowed(longest: int) -> None:
    cases = [replace(make.case(n), inputs={"ticket": "long " * 5_000}, id=f"billing-{n:03}") for n in range(200)]
    runs = [make.run(make.suite(f"suite-{n}", cases)) for n in range(12)]
    review = make.review([Happened(run, make.wrong_for([case.id for case in cases], "wrong " * 5_000)) for run in runs])
    text = as_markdown(review, Options(longest))
    assert len(text) <= longest
    assert text.startswith("### ❌ Non placet")
    assert "Cut to fit GitHub's limit" in text or longest < 6_000


def test_a_short_comment_is_not_cut() -> None:
    assert "Cut to fit" not in as_markdown(SCENARIOS["regression"]())


def test_the_hostile_scenario_is_harmless() -> None:
    assert_harmless(as_markdown(hostile()))
