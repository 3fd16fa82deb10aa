"""Which evidence a gate sees: second looks, unsteady cases, earlier attempts, and what head adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pytest
from tests.core import factories as make
from tests.repository import CASES, PROMPT, SUITE, dumped, files, lines, plan_of, snapshot_of

from placet.counted import Attempt, Trials, counted, flaky, own_cases
from placet.gate.verdicts import Code, MetricResult, Verdict
from placet.judge import Judged, Outcome, judge
from placet.looks import EXTENDED, extensible, undecided, unsteady
from placet.model.policy import Floor, GatePolicy, Policies, Tier
from placet.model.run import Trial
from placet.model.suite import Gate, ScorerSpec, Suite
from placet.record import replace
from placet.rules.catalogue import check
from placet.runs import PlannedRun

BASE = files()
POLICIES = snapshot_of(BASE).policies
assert POLICIES is not None
LOW = POLICIES.tiers[Tier.LOW].gates
AGAIN = replace(LOW, extension=True)
PASS, FAIL, INCONCLUSIVE = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
GOOD, BAD = Trial({"accuracy": 1.0}, cost_usd=0.001), Trial({"accuracy": 0.0}, cost_usd=0.001)


TEN_POINTS = Gate("accuracy", max_regression=0.1)


def run_of(cases: int = 60, gate: Gate = TEN_POINTS, **changes: object) -> PlannedRun:
    """A run of as many cases, none of them critical."""
    rows = [{"id": f"c{i:03}", "inputs": {"ticket": "T"}, "expected": "x"} for i in range(cases)]
    texts = BASE | {CASES: lines(rows)}
    head = texts | {PROMPT: texts[PROMPT].replace("one word", "two words")}
    (run,) = plan_of(texts, head).runs
    suite = replace(run.suite, gates=(gate,), **changes)
    return replace(run, suite=suite, head=replace(run.head, suite=suite))


def with_policy(policy: GatePolicy) -> Policies:
    assert POLICIES is not None
    return replace(POLICIES, tiers={**POLICIES.tiers, Tier.LOW: replace(POLICIES.tiers[Tier.LOW], gates=policy)})


def side(run: PlannedRun, wrong: int = 0, trials: int = 1, **own: tuple[Trial, ...]) -> dict[str, tuple[Trial, ...]]:
    """Every case with so many trials; the first `wrong` cases fail them all."""
    whole = {case.id: ((BAD if i < wrong else GOOD),) * trials for i, case in enumerate(run.suite.cases)}
    return {**whole, **own}


def judged(
    outcome: Outcome, policy: GatePolicy = LOW, before: Mapping[str, Suite] | None = None, metric: str = "accuracy"
) -> MetricResult:
    found: tuple[Judged, ...] = judge([outcome], with_policy(policy), {"sorter": Tier.LOW}, frozenset(), before)
    (result,) = [one.result for one in found if (one.result.metric, one.result.slice) == (metric, None)]
    return result


def codes(result: MetricResult) -> set[Code]:
    return {reason.code for reason in result.reasons}


# -- second looks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("run", "policy", "possible"),
    [
        pytest.param(run_of(), LOW, False, id="the tier doesn't allow it"),
        pytest.param(run_of(), AGAIN, True, id="the tier allows it"),
        pytest.param(run_of(26), AGAIN, True, id="26 cases can pass at two looks"),
        pytest.param(run_of(25), AGAIN, False, id="25 cases could pass at one look alone: they keep it"),
        pytest.param(run_of(10), AGAIN, False, id="10 cases can't pass at all"),
        pytest.param(run_of(trials=3), AGAIN, False, id="three trials are asked for at once"),
        pytest.param(run_of(source="recorded"), AGAIN, False, id="nobody can be asked again"),
        pytest.param(replace(run_of(), system=None), AGAIN, False, id="nothing gates it"),
        pytest.param(
            replace(run_of(), base=None), AGAIN, False, id="nothing to compare with, and the estimate decides"
        ),
    ],
)
def test_whether_a_second_look_is_possible_is_known_before_anything_is_measured(run, policy, possible):
    assert extensible(run, policy) is possible
    assert extensible(run, policy, rollback=True) is False


def test_a_slice_that_would_lose_its_chance_keeps_the_run_at_one_look():
    run = run_of(60, slices=("half",))
    cases = tuple(replace(case, fields={"half": str(i // 24)}) for i, case in enumerate(run.suite.cases))
    assert extensible(replace(run, suite=replace(run.suite, cases=cases)), AGAIN) is False


def test_clusters_count_as_one_where_they_are_planned():
    run = run_of(60, cluster="customer")
    cases = tuple(replace(case, fields={"customer": str(i // 3)}) for i, case in enumerate(run.suite.cases))
    assert extensible(replace(run, suite=replace(run.suite, cases=cases)), AGAIN) is False


def test_a_floor_that_takes_the_whole_interval_may_have_one_too():
    run = replace(run_of(gate=Gate("accuracy", min=0.9)), base=None)
    strict = replace(AGAIN, floor=Floor.INTERVAL)
    assert (extensible(run, strict), extensible(run, AGAIN)) == (True, False)


def test_both_looks_share_the_chance_of_error():
    run = run_of()
    once, twice = (judged(Outcome(run, side(run), side(run, 4)), policy) for policy in (LOW, AGAIN))
    assert (once.bounds.confidence, twice.bounds.confidence) == (0.90, 0.95)
    assert (once.looks, twice.looks) == (1, 2)
    assert twice.difference.low < once.difference.low
    sure = judged(Outcome(run, side(run), side(run, 4)), replace(AGAIN, confidence=0.95))
    assert sure.bounds.confidence == pytest.approx(0.975)


def test_a_loss_that_one_look_would_call_sure_is_not_so_at_the_first_of_two():
    """Among two comparisons (cost is the other), p counts twice; with two looks, four times."""
    run = run_of()
    outcome = Outcome(run, side(run, 0), side(run, 6))
    found = judged(outcome)
    assert 0.05 / 4 < found.p_worse < 0.05 / 2
    assert (found.regression, judged(outcome, AGAIN).regression) == (FAIL, INCONCLUSIVE)


@pytest.mark.parametrize(
    ("outcome", "open_"),
    [
        pytest.param(lambda run: Outcome(run, side(run), side(run, 4)), True, id="a loss that can't be excluded"),
        pytest.param(lambda run: Outcome(run, side(run), side(run)), False, id="passed"),
        pytest.param(lambda run: Outcome(run, side(run), side(run, 30)), False, id="failed"),
        pytest.param(
            lambda run: Outcome(run, side(run), side(run, 4, c059=(Trial(error="timeout"),) * 1, c058=(), c057=())),
            False,
            id="cases that never ran",
        ),
    ],
)
def test_more_trials_are_asked_for_only_where_they_may_tell(outcome, open_):
    assert undecided([judged(outcome(run_of()), AGAIN)]) is open_


# -- which trials count -----------------------------------------------------------------------------------------------


def test_whole_further_rounds_count_and_those_of_single_cases_do_not():
    """Averaging in what was asked because answers disagreed would hide part of a real loss."""
    run = run_of()
    more = side(run, 0, 1, c000=(BAD, GOOD, GOOD, GOOD, GOOD))
    assert counted(more, run.suite)["c000"] == (BAD,)
    assert {len(own) for own in counted(side(run, 0, 3), run.suite).values()} == {3}
    one, other = (judged(Outcome(run, side(run), head)) for head in (more, side(run, 1)))
    assert one.difference == other.difference
    assert one.flaky == ("c000",)
    (told,) = [reason.text for reason in one.reasons if reason.code is Code.UNSTEADY]
    assert told == "1 case disagrees with itself: c000 (base 1 of 1, head 4 of 5)"


def test_a_case_is_unsteady_on_whichever_side_it_disagrees():
    run = run_of()
    mixed = (GOOD, BAD, GOOD)
    outcome = Outcome(run, side(run, 0, 3, c001=mixed), side(run, 0, 3, c002=mixed))
    assert flaky(outcome, ["accuracy"]) == unsteady(outcome) == ("c001", "c002")


def test_where_a_tenth_of_the_cases_disagree_it_is_the_suite_that_does():
    run = run_of(30)
    mixed = {f"c{i:03}": (GOOD, BAD, GOOD) for i in range(4)}
    outcome = Outcome(run, side(run, 0, 3), side(run, 0, 3, **mixed))
    assert (len(flaky(outcome, ["accuracy"])), unsteady(outcome)) == (4, ())
    suite = replace(run.suite, cases=(replace(run.suite.cases[0], critical=True), *run.suite.cases[1:]))
    assert unsteady(replace(outcome, run=replace(run, suite=suite))) == ("c000",)


def test_an_answer_that_is_missing_disagrees_with_nothing():
    run = run_of()
    outcome = Outcome(run, side(run), side(run, 0, 2, c001=(GOOD, Trial(error="timeout"))))
    assert flaky(outcome, ["accuracy"]) == ()


# -- what head adds ---------------------------------------------------------------------------------------------------


def with_additions(added: int) -> tuple[PlannedRun, dict[str, Suite]]:
    run = run_of(60)
    before = {run.suite.path: run.suite}
    rows = tuple(replace(run.suite.cases[0], id=f"easy-{i}") for i in range(added))
    suite = replace(run.suite, cases=(*run.suite.cases, *rows))
    return replace(run, suite=suite), before


@pytest.mark.parametrize("added", [0, 50, 2000])
def test_cases_that_head_adds_dilute_no_loss(added):
    run, before = with_additions(added)
    result = judged(Outcome(run, side(run), side(run, 10)), LOW, before)
    assert (result.verdict, result.difference.value) == (FAIL, pytest.approx(-10 / 60))
    assert (Code.BASE_CASES in codes(result)) is bool(added)
    assert len(own_cases(run, before)) == 60


def test_cases_that_head_adds_are_judged_too():
    run, before = with_additions(60)
    bad = {f"easy-{i}": (BAD,) for i in range(40)}
    assert judged(Outcome(run, side(run), side(run, 0, 1, **bad)), LOW, before).verdict is FAIL


def test_what_head_adds_makes_no_dearer_prompt_look_cheaper():
    run, before = with_additions(500)
    dear = Trial({"accuracy": 1.0}, cost_usd=0.002)
    base_cases = {case.id: (dear,) for case in run.suite.cases[:60]}
    result = judged(Outcome(run, side(run), side(run, 0, 1, **base_cases)), LOW, before, "cost")
    assert (result.ratio.value, result.verdict) == (pytest.approx(2.0), FAIL)


# -- trying again -----------------------------------------------------------------------------------------------------


def attempt(trials: Trials, number: int = 1, *, same: bool = True) -> Attempt:
    return Attempt(f"sha256:{number}", "2026-11-19", same, trials)


def test_another_try_at_the_same_content_gains_nothing():
    run = run_of()
    first = Outcome(run, side(run), side(run, 12))
    lucky = Outcome(run, side(run), side(run))
    assert (judged(first).verdict, judged(lucky).verdict) == (FAIL, PASS)
    again = judged(replace(lucky, attempts=(attempt(first.head),)))
    assert again.verdict is not PASS
    assert (again.looks, again.bounds.confidence) == (2, 0.95)
    assert Code.EARLIER_ATTEMPTS in codes(again)


def test_the_same_content_can_not_borrow_a_good_past():
    run = run_of()
    bad = Outcome(run, side(run), side(run, 20), attempts=(attempt(side(run)), attempt(side(run), 2)))
    assert judged(bad).verdict is FAIL


def test_other_versions_are_only_shown():
    run = run_of()
    tried = tuple(attempt(side(run, 30), number, same=False) for number in range(5))
    result = judged(Outcome(run, side(run), side(run), attempts=tried))
    assert (result.verdict, result.looks) == (PASS, 1)


def test_a_critical_case_that_failed_in_an_earlier_try_has_failed():
    run = run_of()
    suite = replace(run.suite, cases=(replace(run.suite.cases[0], critical=True), *run.suite.cases[1:]))
    run = replace(run, suite=suite)
    good, bad = side(run, 0, 1, c000=(GOOD,) * 3), side(run, 0, 1, c000=(BAD, BAD, GOOD))
    now = Outcome(run, good, good, attempts=(attempt(bad),))
    result = judged(now, metric="critical")
    assert (result.verdict, result.newly_failing) == (FAIL, ("c000",))
    assert Code.EARLIER_ATTEMPTS in codes(result)


# -- clusters ---------------------------------------------------------------------------------------------------------


def test_cases_of_one_cluster_count_as_one_from_the_file_on():
    """Forty cases of ten customers: two customers lost all four of theirs."""
    rows = [
        {"id": f"c{i:03}", "inputs": {"ticket": "T"}, "expected": "x", "fields": {"customer": f"k{i // 4}"}}
        for i in range(40)
    ]
    texts = BASE | {CASES: lines(rows)}
    grouped = texts | {SUITE: texts[SUITE] + dumped({"cluster": "customer"})}
    found = {}
    for name, base in (("alone", texts), ("grouped", grouped)):
        (run,) = plan_of(base, base | {PROMPT: base[PROMPT].replace("one word", "two words")}).runs
        found[name] = judged(Outcome(run, side(run), side(run, 8)))
    assert found["alone"].difference.method == "Bonett-Price"
    assert found["grouped"].difference.method == "t"
    assert found["grouped"].difference.low < found["alone"].difference.low


def test_extended_is_what_a_second_look_takes():
    assert EXTENDED == 3


def critical(**sides: tuple[Trial, ...]) -> MetricResult:
    """Of a suite of one critical case."""
    run = run_of(1)
    run = replace(run, suite=replace(run.suite, cases=(replace(run.suite.cases[0], critical=True),)))
    return judged(Outcome(run, {"c000": sides.get("base", (GOOD,) * 3)}, {"c000": sides["head"]}), metric="critical")


@pytest.mark.parametrize(
    ("head", "verdict"),
    [
        pytest.param((GOOD, GOOD, BAD), PASS, id="one of three"),
        pytest.param((BAD, GOOD, BAD), FAIL, id="two of three"),
        pytest.param((BAD, GOOD, BAD, GOOD, GOOD), FAIL, id="two of the first three, and none after"),
        pytest.param((GOOD, GOOD, BAD, BAD, BAD), FAIL, id="one of the first three, and all after"),
        pytest.param((GOOD, GOOD, BAD, GOOD, GOOD), PASS, id="one of five"),
    ],
)
def test_more_trials_never_undo_the_failure_of_a_critical_case(head, verdict):
    assert critical(head=head).verdict is verdict


def test_a_call_that_failed_on_the_way_takes_no_round_from_the_others():
    run = run_of()
    behind = side(run, 0, 3, c001=(GOOD, GOOD))
    assert Counter(len(own) for own in counted(behind, run.suite).values()) == {3: 59, 2: 1}


BEFORE = make.subject(make.prompt("Classify the ticket."))


@pytest.mark.parametrize(
    ("after", "kin"),
    [
        pytest.param(make.subject(make.prompt("Classify  the\nticket. ")), True, id="white space"),
        pytest.param(replace(BEFORE, version="2026-10-02"), True, id="the version that names the model"),
        pytest.param(
            replace(BEFORE, prompt=replace(BEFORE.prompt, parameters={**BEFORE.prompt.parameters, "seed": 7})),
            True,
            id="the seed of its chance",
        ),
        pytest.param(make.subject(make.prompt("Classify the tickets.")), False, id="a letter"),
        pytest.param(make.subject(make.prompt("Classifythe ticket.")), False, id="a space that parts two words"),
        pytest.param(replace(BEFORE, model="other"), False, id="another model"),
        pytest.param(make.subject(make.prompt("Classify the ticket."), "other"), False, id="another system"),
        pytest.param(
            replace(BEFORE, prompt=replace(BEFORE.prompt, parameters={"temperature": 1})), False, id="a parameter"
        ),
    ],
)
def test_what_should_change_no_answer_makes_another_subject_of_the_same_kin(after, kin):
    assert after.digest != BEFORE.digest
    assert (after.kin == BEFORE.kin) is kin


CLUSTERED = BASE | {SUITE: BASE[SUITE] + dumped({"cluster": "language"})}


@pytest.mark.parametrize(
    ("head", "what"),
    [
        pytest.param(BASE[SUITE], "cluster `language` → none", id="removed"),
        pytest.param(BASE[SUITE] + dumped({"cluster": "customer"}), "cluster `language` → `customer`", id="another"),
    ],
)
def test_a_cluster_can_not_be_taken_away_unseen_and_judges_all_the_same(head, what):
    found = plan_of(CLUSTERED, CLUSTERED | {SUITE: head, PROMPT: BASE[PROMPT].replace("one word", "two words")})
    assert [weak.what for weak in found.systems[0].weakenings] == [what]
    assert found.runs[0].suite.cluster == "language"


def test_a_cluster_that_no_case_names_is_a_finding():
    wrong = BASE | {SUITE: BASE[SUITE] + dumped({"cluster": "langauge"})}
    (found,) = [one for one in check(snapshot_of(wrong), date(2026, 11, 20)) if one.rule == "SUI010"]
    assert (found.message, "language" in (found.help or "")) == ("no case has a field `langauge`", True)


@pytest.mark.parametrize(
    ("label", "verdict"),
    [
        pytest.param(0, PASS, id="the expected class"),
        pytest.param(1, FAIL, id="another one, in every case of a rare class"),
    ],
)
def test_macro_f1_is_judged_from_what_trials_keep(label, verdict):
    """A rare class, lost: accuracy alone would lose three points."""
    run = run_of(300, gate=Gate("kind", max_regression=0.1))
    spec = ScorerSpec(
        "kind", "classification", {"labels": ["b", "a"], "value": "{{expected}}", "statistic": "macro-f1"}
    )
    suite = replace(run.suite, scorers=(spec,))
    run = replace(run, suite=suite, head=replace(run.head, suite=suite))

    def trials(rare: int) -> dict[str, tuple[Trial, ...]]:
        given = {case.id: (0 if i < 10 else 1, rare if i < 10 else 1) for i, case in enumerate(run.suite.cases)}
        return {
            id: (Trial({"kind": float(want == said), "kind.label": float(said), "kind.expected": float(want)}),)
            for id, (want, said) in given.items()
        }

    result = judged(Outcome(run, trials(0), trials(label)), metric="kind")
    assert {figure.name: figure.cases for figure in result.figures} == {"b": 10, "a": 290}
    assert result.regression is verdict


def test_fairness_is_judged_from_fields_and_is_no_check_of_a_critical_case():
    run = run_of(400, gate=Gate("gap", max=0.2, max_regression=0.1))
    spec = ScorerSpec("gap", "fairness", {"labels": ["yes", "no"], "positive": "yes", "attribute": "sex"})
    cases = tuple(replace(case, fields={"sex": "fm"[i % 2]}, critical=i == 0) for i, case in enumerate(run.suite.cases))
    suite = replace(run.suite, scorers=(run.suite.scorers[0], spec), cases=cases)
    run = replace(run, suite=suite, head=replace(run.head, suite=suite))

    def trials(lost: str) -> dict[str, tuple[Trial, ...]]:
        favoured = {case.id: float(i % 4 < 2 and (case.fields or {})["sex"] != lost) for i, case in enumerate(cases)}
        return {id: (Trial({"accuracy": 1.0, "gap": value}),) * 3 for id, value in favoured.items()}

    outcome = Outcome(run, trials(""), trials("f"))
    result = judged(outcome, metric="gap")
    assert (result.verdict, result.head.value) == (FAIL, pytest.approx(0.5))
    assert judged(outcome, metric="critical").verdict is PASS
