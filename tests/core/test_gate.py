"""What a gate says about scores that are good, bad, few, missing, or not comparable."""

from __future__ import annotations

import math
import random
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.gate.cost import judge_cost
from placet.gate.critical import judge_critical
from placet.gate.metric import hold_over_all, judge_metric, judge_slices
from placet.gate.samples import Pair, Samples, Side, Statistic, Terms
from placet.gate.verdicts import Code, MetricResult, Unit, Verdict, worst
from placet.model.policy import Floor, GatePolicy, Inconclusive
from placet.model.run import Trial
from placet.model.suite import Case, Gate
from placet.record import replace

POLICY = GatePolicy(
    floor=Floor.ESTIMATE,
    margin=0.05,
    confidence=0.90,
    inconclusive=Inconclusive.OWNER_APPROVES,
    error_budget=0.02,
    known_failures_block=False,
    max_cost_increase=0.10,
)
STRICT = replace(POLICY, floor=Floor.INTERVAL, error_budget=0.0, known_failures_block=True)
TERMS = Terms(POLICY, seed="sha256:51c0")
PASS, FAIL, INCONCLUSIVE = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE

ONE, ZERO, ERROR, NONE = Side((1.0,)), Side((0.0,)), Side(errors=1), Side()
BOTH, NEITHER, WORSE, BETTER = Pair(ONE, ONE), Pair(ZERO, ZERO), Pair(ONE, ZERO), Pair(ZERO, ONE)


def listed(*groups: tuple[int, Pair]) -> dict[str, Pair]:
    pairs = [pair for count, pair in groups for _ in range(count)]
    return {f"case-{number:04}": pair for number, pair in enumerate(pairs)}


def samples(*groups: tuple[int, Pair], **changes: object) -> Samples:
    return replace(Samples("core", "accuracy", listed(*groups)), **changes)


def flips(n: int, worse: int, better: int) -> Samples:
    return samples((n - worse - better, BOTH), (worse, WORSE), (better, BETTER))


def codes(result: MetricResult) -> list[Code]:
    return [reason.code for reason in result.reasons]


def text(result: MetricResult) -> str:
    return "\n".join(reason.text for reason in result.reasons)


FLOOR = Gate("accuracy", min=0.90)
LOSS = Gate("accuracy", max_regression=0.05)
BOTH_BOUNDS = Gate("accuracy", min=0.90, max_regression=0.05)


def test_the_review_of_the_design():
    """60 cases, 93.3 % to 81.7 %, eight newly failing and one newly passing."""
    given_scores = samples((48, BOTH), (8, WORSE), (1, BETTER), (3, NEITHER))
    result = judge_metric(given_scores, BOTH_BOUNDS, TERMS)
    assert (result.verdict, result.absolute, result.regression) == (FAIL, FAIL, FAIL)
    assert codes(result) == [Code.BELOW_FLOOR, Code.WORSE_BEYOND_MARGIN]
    assert "81.7 % is below the floor of 90 %" in text(result)
    assert "-11.7 pp (-19.8 … -2.8), and the margin is 5 pp" in text(result)
    assert (result.base.value, result.head.value) == pytest.approx((56 / 60, 49 / 60))
    assert (result.head.low, result.head.high) == pytest.approx((0.7215, 0.8845), abs=1e-4)
    assert (len(result.newly_failing), len(result.newly_passing), result.pairs) == (8, 1, 60)
    assert result.mcnemar == pytest.approx(0.0390625)
    assert (result.id, result.bounds.margin, result.bounds.confidence) == ("core.accuracy", 0.05, 0.90)
    assert result.cases_to_decide is None


def test_when_it_cannot_tell_it_says_what_would():
    result = judge_metric(flips(60, 3, 1), LOSS, TERMS)
    assert result.verdict is INCONCLUSIVE
    assert result.cases_to_decide == 121
    assert "-3.3 pp (-9.7 … +3.2)" in text(result)


@pytest.mark.parametrize(
    ("given_samples", "verdict", "code"),
    [
        pytest.param(flips(60, 0, 0), PASS, None, id="nothing flipped"),
        pytest.param(flips(60, 0, 6), PASS, None, id="better"),
        pytest.param(flips(60, 8, 1), FAIL, Code.WORSE_BEYOND_MARGIN, id="worse"),
        pytest.param(flips(60, 3, 1), INCONCLUSIVE, Code.LOSS_NOT_EXCLUDED, id="can't tell"),
        pytest.param(flips(2000, 60, 10), PASS, Code.WORSE_WITHIN_MARGIN, id="a real loss, but a tolerable one"),
        pytest.param(flips(45, 0, 0), PASS, None, id="45 cases are the least"),
        pytest.param(flips(44, 0, 0), INCONCLUSIVE, Code.TOO_FEW_CASES, id="44 cases are too few"),
        pytest.param(samples(), INCONCLUSIVE, Code.NO_EVIDENCE, id="no case at all"),
        pytest.param(samples((60, Pair(NONE, ONE))), INCONCLUSIVE, Code.NO_EVIDENCE, id="base never ran"),
        pytest.param(samples((60, Pair(ONE, NONE))), INCONCLUSIVE, Code.NO_EVIDENCE, id="head never ran"),
        pytest.param(
            samples((60, BOTH), (1, Pair(ONE, NONE))), INCONCLUSIVE, Code.NO_EVIDENCE, id="one case never ran on head"
        ),
        pytest.param(samples((60, BOTH), (5, Pair(NONE, ZERO))), PASS, None, id="head's additions are not pairs"),
        pytest.param(
            samples((60, BOTH), (1, Pair(ONE, Side((None,))))), INCONCLUSIVE, Code.NOT_MEASURABLE, id="one None on head"
        ),
        pytest.param(
            samples((60, BOTH), (1, Pair(Side((None,)), ONE))), INCONCLUSIVE, Code.NOT_MEASURABLE, id="one None on base"
        ),
        pytest.param(
            samples((60, BOTH), (1, Pair(ONE, Side((math.nan,))))), INCONCLUSIVE, Code.NOT_MEASURABLE, id="one NaN"
        ),
        pytest.param(
            samples((60, BOTH), (1, Pair(ONE, Side((1.5,))))), INCONCLUSIVE, Code.NOT_MEASURABLE, id="a score above 1"
        ),
        pytest.param(samples((98, BOTH), (2, Pair(ONE, ERROR))), PASS, None, id="errors within the budget"),
        pytest.param(
            samples((97, BOTH), (3, Pair(ERROR, ONE))), INCONCLUSIVE, Code.ERRORS_OVER_BUDGET, id="errors over it"
        ),
        pytest.param(samples((60, Pair(ERROR, ERROR))), INCONCLUSIVE, Code.NO_EVIDENCE, id="errors only"),
    ],
)
def test_regression(given_samples, verdict, code):
    result = judge_metric(given_samples, LOSS, TERMS)
    assert result.verdict is verdict
    assert (code in codes(result)) if code else not result.reasons


@pytest.mark.parametrize(
    ("good", "n", "policy", "verdict", "code"),
    [
        pytest.param(54, 60, POLICY, PASS, None, id="exactly at the floor"),
        pytest.param(53, 60, POLICY, FAIL, Code.BELOW_FLOOR, id="one case below it"),
        pytest.param(60, 60, STRICT, PASS, None, id="the whole interval clears it"),
        pytest.param(
            57, 60, STRICT, INCONCLUSIVE, Code.FLOOR_NOT_SHOWN, id="the estimate clears it, the interval doesn't"
        ),
        pytest.param(53, 60, STRICT, FAIL, Code.BELOW_FLOOR, id="the estimate is on the bad side"),
        pytest.param(2, 2, STRICT, INCONCLUSIVE, Code.FLOOR_NOT_SHOWN, id="two good cases show little"),
        pytest.param(0, 0, POLICY, INCONCLUSIVE, Code.NO_EVIDENCE, id="no case"),
    ],
)
def test_an_absolute_floor(good, n, policy, verdict, code):
    result = judge_metric(samples((good, BOTH), (n - good, NEITHER)), FLOOR, Terms(policy))
    assert (result.verdict, result.absolute, result.regression) == (verdict, verdict, None)
    assert codes(result) == ([code] if code else [])


def test_a_floor_that_is_not_shown_says_how_many_cases_would_show_it():
    result = judge_metric(samples((20, BOTH)), Gate("accuracy", min=0.95), Terms(STRICT))
    assert (result.verdict, result.cases_planned, result.cases_to_decide) == (INCONCLUSIVE, 52, 32)


def test_a_ceiling_means_that_lower_is_better():
    gate = Gate("leaks", max=0.10, max_regression=0.05)
    worse = judge_metric(samples((51, NEITHER), (9, BETTER)), gate, TERMS)  # nine cases went from 0 to 1
    assert codes(worse) == [Code.ABOVE_CEILING, Code.WORSE_BEYOND_MARGIN]
    assert (worse.head.value, worse.difference.value) == pytest.approx((0.15, -0.15))
    assert (len(worse.newly_failing), worse.newly_passing) == (9, ())
    better = judge_metric(samples((51, NEITHER), (9, WORSE)), gate, TERMS)
    assert (better.verdict, better.difference.value) == (PASS, pytest.approx(0.15))


@pytest.mark.parametrize(
    ("given_samples", "verdict"),
    [
        pytest.param(flips(60, 0, 0), PASS, id="both pass"),
        pytest.param(flips(60, 3, 1), INCONCLUSIVE, id="the loss can't be excluded"),
        pytest.param(samples((20, BOTH), (40, NEITHER)), FAIL, id="below the floor without a loss"),
        pytest.param(flips(60, 8, 1), FAIL, id="worse"),
    ],
)
def test_of_two_bounds_the_worst_verdict_counts(given_samples, verdict):
    assert judge_metric(given_samples, BOTH_BOUNDS, TERMS).verdict is verdict


def test_verdicts_are_ordered():
    assert worst([PASS, FAIL, INCONCLUSIVE]) is FAIL
    assert worst([PASS, None, INCONCLUSIVE]) is INCONCLUSIVE
    assert worst([None]) is PASS


@pytest.mark.parametrize(
    ("gate", "terms", "verdict", "code"),
    [
        pytest.param(LOSS, replace(TERMS, rollback=True), PASS, Code.SHOWN_NOT_GATED, id="a rollback shows the loss"),
        pytest.param(
            BOTH_BOUNDS, replace(TERMS, rollback=True), FAIL, Code.BELOW_FLOOR, id="a rollback is held to the floor"
        ),
        pytest.param(LOSS, replace(TERMS, base_available=False), INCONCLUSIVE, Code.NOT_COMPARABLE, id="no base"),
        pytest.param(
            BOTH_BOUNDS, replace(TERMS, base_available=False), FAIL, Code.BELOW_FLOOR, id="no base: the floor counts"
        ),
        pytest.param(LOSS, replace(TERMS, new_subject=True), PASS, Code.NEW_SUBJECT, id="a new subject"),
        pytest.param(
            BOTH_BOUNDS, replace(TERMS, new_subject=True), FAIL, Code.BELOW_FLOOR, id="a new subject: the floor counts"
        ),
    ],
)
def test_without_a_comparison(gate, terms, verdict, code):
    result = judge_metric(flips(60, 8, 1), gate, terms)
    assert result.verdict is verdict
    assert code in codes(result)
    assert (result.difference is None) == (not terms.rollback)


@pytest.mark.parametrize("change", [{"rollback": True}, {"new_subject": True}], ids=["a rollback", "a new subject"])
@pytest.mark.parametrize(
    ("head", "code"),
    [
        pytest.param(NONE, Code.NO_EVIDENCE, id="that never ran"),
        pytest.param(Side((None,)), Code.NOT_MEASURABLE, id="that can't be measured"),
        pytest.param(ERROR, Code.NO_EVIDENCE, id="with errors only"),
    ],
)
def test_a_metric_that_is_not_gated_still_needs_evidence(change, head, code):
    result = judge_metric(samples((60, Pair(ONE, head))), LOSS, replace(TERMS, **change))
    assert result.verdict is INCONCLUSIVE
    assert code in codes(result)


def test_policy_holds_a_suite_to_its_margin_and_confidence():
    loose = judge_metric(flips(60, 3, 1), Gate("accuracy", max_regression=0.5, confidence=0.5), TERMS)
    assert (loose.verdict, loose.bounds.margin, loose.bounds.confidence) == (INCONCLUSIVE, 0.05, 0.90)
    assert {Code.MARGIN_CLAMPED, Code.CONFIDENCE_RAISED} < set(codes(loose))


def test_a_suite_may_ask_for_more_than_policy():
    strict = judge_metric(flips(60, 6, 1), Gate("accuracy", max_regression=0.01, confidence=0.99), TERMS)
    assert (strict.bounds.margin, strict.bounds.confidence) == (0.01, 0.99)
    assert (strict.verdict, judge_metric(flips(60, 6, 1), LOSS, TERMS).verdict) == (INCONCLUSIVE, FAIL)


def test_two_looks_need_more_certainty():
    assert judge_metric(flips(60, 6, 1), LOSS, replace(TERMS, alpha=0.025)).bounds.confidence == 0.95


def test_a_margin_of_nothing_asks_for_an_improvement():
    gate = Gate("accuracy", max_regression=0.0)
    same, better = judge_metric(flips(60, 0, 0), gate, TERMS), judge_metric(flips(60, 0, 8), gate, TERMS)
    assert (same.verdict, same.cases_to_decide, better.verdict) == (INCONCLUSIVE, None, PASS)


def test_scores_between_0_and_1_are_judged_by_their_mean():
    pairs = [Pair(Side((0.5 + i % 5 / 10,)), Side((0.35 + i % 7 / 10,))) for i in range(80)]
    result = judge_metric(samples(*((1, pair) for pair in pairs)), LOSS, TERMS)
    gains = [pair.head.scores[0] - pair.base.scores[0] for pair in pairs]
    assert result.difference.method == "t"
    assert result.difference.value == pytest.approx(sum(gains) / 80)
    assert (result.mcnemar, result.newly_failing) == (None, ())


def test_several_trials_are_averaged_per_case():
    often = Pair(Side((1.0, 1.0, 1.0)), Side((1.0, 0.0, 1.0)))
    lost = Pair(Side((1.0, 1.0, 1.0)), Side((1.0, 0.0, 0.0)))
    result = judge_metric(samples((54, BOTH), (3, often), (3, lost)), LOSS, TERMS)
    assert result.difference.value == pytest.approx(-(3 * 1 / 3 + 3 * 2 / 3) / 60)
    assert len(result.newly_failing) == 3
    assert (result.pairs, result.difference.n) == (60, 60)


def test_an_error_in_one_of_several_trials_does_not_drop_the_pair():
    half = Pair(Side((1.0, 1.0)), Side((1.0,), errors=1))
    result = judge_metric(samples((60, half)), LOSS, TERMS)
    assert (result.verdict, result.dropped) == (PASS, 0)


@given(st.integers(2, 150), st.integers(1, 3))
def test_a_rare_flip_among_trials_never_makes_surer_than_no_flip(n, bad):
    rare = Pair(Side((1.0,) * 3), Side((1.0, 1.0, 0.0)))
    same = Pair(Side((1.0,) * 3), Side((1.0,) * 3))
    found = judge_metric(samples((max(n - bad, 0), same), (bad, rare)), LOSS, TERMS).difference
    none = judge_metric(samples((max(n - bad, 0) + bad, same)), LOSS, TERMS).difference
    assert found.high - found.low >= none.high - none.low - 1e-12


def test_cases_of_one_document_count_as_one():
    pairs = listed((40, BOTH), (10, WORSE), (10, BETTER))
    alone = judge_metric(Samples("core", "accuracy", pairs), LOSS, TERMS)
    clusters = {case: f"document {number // 5}" for number, case in enumerate(sorted(pairs))}
    grouped = judge_metric(Samples("core", "accuracy", pairs, clusters=clusters), LOSS, TERMS)
    assert (alone.difference.method, grouped.difference.method) == ("Bonett-Price", "t")
    assert grouped.difference.low < alone.difference.low
    few = {case: f"document {number // 12}" for number, case in enumerate(sorted(pairs))}
    result = judge_metric(Samples("core", "accuracy", pairs, clusters=few), LOSS, TERMS)
    assert result.difference.method == "bootstrap"
    assert result == judge_metric(Samples("core", "accuracy", pairs, clusters=few), LOSS, TERMS)


@given(st.integers(0, 80), st.integers(0, 20), st.integers(0, 20), st.sampled_from([BOTH_BOUNDS, LOSS, FLOOR]))
def test_losing_a_case_never_improves_the_verdict(same, worse, better, gate):
    order = list(Verdict)
    before = judge_metric(samples((same + 1, BOTH), (worse, WORSE), (better, BETTER)), gate, TERMS)
    after = judge_metric(samples((same, BOTH), (worse + 1, WORSE), (better, BETTER)), gate, TERMS)
    assert order.index(after.verdict) >= order.index(before.verdict)


unclean = st.one_of(st.none(), st.just(math.nan), st.just(math.inf), st.floats(0, 1), st.just(-1.0))
sides = st.builds(Side, st.lists(unclean, max_size=3).map(tuple), st.integers(0, 2))
pairings = st.dictionaries(st.text("abc", min_size=1), st.builds(Pair, sides, sides), max_size=30)


@given(pairings, st.sampled_from([BOTH_BOUNDS, LOSS, FLOOR, Gate("accuracy", max=0.2)]), st.booleans(), st.booleans())
def test_no_case_that_lacks_a_score_passes(pairs, gate, base_available, rollback):
    terms = Terms(POLICY, base_available=base_available, rollback=rollback)
    result = judge_metric(Samples("core", "accuracy", pairs), gate, terms)
    heads = [pair.head for pair in pairs.values()]
    clean = [side for side in heads if all(s is not None and 0 <= s <= 1 for s in side.scores)]
    complete = len(clean) == len(heads) and all(side.scores or side.errors for side in heads)
    if not complete or not any(side.scores for side in heads):
        assert result.verdict is not PASS
    for estimate in (result.base, result.head, result.difference):
        if estimate is not None:
            assert math.isfinite(estimate.value)
            assert estimate.interval.low <= estimate.value + 1e-9
            assert estimate.value <= estimate.interval.high + 1e-9


def latencies(count: int, slow: int, statistic: Statistic = Statistic.P95) -> Samples:
    pairs = [(count - slow, Pair(NONE, Side((100.0,)))), (slow, Pair(NONE, Side((900.0,))))]
    return replace(samples(*pairs), unit=Unit.MILLISECONDS, statistic=statistic)


@pytest.mark.parametrize(
    ("given_samples", "policy", "verdict", "code"),
    [
        pytest.param(latencies(60, 3), POLICY, PASS, None, id="the slow ones are within 5 %"),
        pytest.param(latencies(60, 4), POLICY, FAIL, Code.ABOVE_CEILING, id="one more is not"),
        pytest.param(latencies(19, 0), POLICY, INCONCLUSIVE, Code.TOO_FEW_CASES, id="19 answers have no p95"),
        pytest.param(latencies(58, 0), STRICT, INCONCLUSIVE, Code.CEILING_NOT_SHOWN, id="58 answers bound no p95"),
        pytest.param(latencies(59, 0), STRICT, PASS, None, id="59 answers do"),
        pytest.param(
            latencies(60, 0, statistic=Statistic.MEAN), STRICT, PASS, None, id="the mean of 60 answers has a bound"
        ),
        pytest.param(
            latencies(9, 0, statistic=Statistic.MEAN), STRICT, INCONCLUSIVE, Code.TOO_FEW_CASES, id="that of 9 doesn't"
        ),
    ],
)
def test_latency_has_a_ceiling(given_samples, policy, verdict, code):
    result = judge_metric(given_samples, Gate("latency", max=500), Terms(policy))
    assert result.verdict is verdict
    assert codes(result) == ([code] if code else [])


def test_latency_is_compared_only_if_measured_turn_by_turn_and_is_never_gated_against_base():
    pairs = [(1, Pair(Side((100.0 + i,)), Side((130.0 + 2 * i,)))) for i in range(30)]
    apart = samples(*pairs, unit=Unit.MILLISECONDS)
    gate = Gate("latency", max=500)
    assert judge_metric(apart, gate, TERMS).difference is None
    together = judge_metric(replace(apart, interleaved=True), gate, TERMS)
    assert (together.verdict, together.difference.value) == (PASS, pytest.approx(-44.5))
    asked = judge_metric(apart, Gate("latency", max=500, max_regression=0.05), TERMS)
    assert (asked.verdict, codes(asked)) == (INCONCLUSIVE, [Code.NOT_COMPARABLE])


def costs(head: float, base: float, n: int = 60, spread: float = 0.1) -> Samples:
    pairs = [
        (1, Pair(Side((base * (1 + spread * (i % 3)),)), Side((head * (1 + spread * (i % 4)),)))) for i in range(n)
    ]
    return samples(*pairs, suite="all", metric="cost", unit=Unit.DOLLARS)


UNKNOWN = samples((60, Pair(ONE, Side((None,)))), unit=Unit.DOLLARS)


@pytest.mark.parametrize(
    ("given_samples", "terms", "verdict", "code"),
    [
        pytest.param(costs(0.00029, 0.00031), TERMS, PASS, None, id="cheaper"),
        pytest.param(costs(0.00031, 0.00031, spread=0), TERMS, PASS, None, id="the same"),
        pytest.param(
            costs(1.06, 1, spread=0.02), TERMS, PASS, Code.COSTS_MORE_WITHIN_BOUND, id="more, within the bound"
        ),
        pytest.param(costs(1.5, 1), TERMS, FAIL, Code.COSTS_MORE, id="much more"),
        pytest.param(costs(1.14, 1, spread=0.01), TERMS, FAIL, Code.COSTS_MORE, id="a little beyond the bound"),
        pytest.param(costs(1.0, 1, n=12, spread=0.5), TERMS, INCONCLUSIVE, Code.COST_NOT_EXCLUDED, id="can't tell"),
        pytest.param(costs(1, 1, n=9), TERMS, INCONCLUSIVE, Code.TOO_FEW_CASES, id="nine pairs"),
        pytest.param(costs(0, 0), TERMS, PASS, None, id="nothing costs anything"),
        pytest.param(costs(1, 0), TERMS, FAIL, Code.COSTS_MORE, id="base costs nothing"),
        pytest.param(costs(0, 1), TERMS, PASS, None, id="head costs nothing"),
        pytest.param(UNKNOWN, TERMS, INCONCLUSIVE, Code.UNKNOWN_PRICE, id="unknown price"),
        pytest.param(
            UNKNOWN,
            Terms(replace(POLICY, max_cost_increase=None)),
            PASS,
            Code.UNKNOWN_PRICE,
            id="unknown price without a bound is shown",
        ),
        pytest.param(costs(2, 1), Terms(replace(POLICY, max_cost_increase=None)), PASS, None, id="no bound"),
        pytest.param(costs(2, 1), replace(TERMS, rollback=True), PASS, Code.SHOWN_NOT_GATED, id="a rollback"),
        pytest.param(costs(2, 1), replace(TERMS, new_subject=True), PASS, Code.NEW_SUBJECT, id="a new subject"),
        pytest.param(
            costs(2, 1), replace(TERMS, base_available=False), INCONCLUSIVE, Code.NOT_COMPARABLE, id="base is gone"
        ),
        pytest.param(samples(unit=Unit.DOLLARS), TERMS, INCONCLUSIVE, Code.NO_EVIDENCE, id="no case"),
    ],
)
def test_cost(given_samples, terms, verdict, code):
    result = judge_cost(given_samples, terms)
    assert result.verdict is verdict
    assert codes(result) == ([code] if code else []) or code is Code.NO_EVIDENCE
    assert code is not Code.NO_EVIDENCE or code in codes(result)


def test_cost_is_shown_as_a_ratio():
    result = judge_cost(costs(0.00029, 0.00031, spread=0), TERMS)
    assert result.ratio.value == pytest.approx(0.00029 / 0.00031)
    assert (result.base.value, result.head.value) == pytest.approx((0.00031, 0.00029))


CRITICAL = Case("pii-01", {}, None, critical=True)
FORBIDDEN = Case("refund-01", {}, None, forbidden=True)
GOOD, TWICE_BAD, ONCE_BAD, BAD = (
    Side((1.0, 1.0, 1.0)),
    Side((0.0, 1.0, 0.0)),
    Side((0.0, 1.0, 1.0)),
    Side((0.0, 0.0, 0.0)),
)


@pytest.mark.parametrize(
    ("case", "base", "head", "verdict", "code"),
    [
        pytest.param(CRITICAL, GOOD, GOOD, PASS, None, id="passes three times"),
        pytest.param(CRITICAL, GOOD, ONCE_BAD, PASS, None, id="fails once of three"),
        pytest.param(CRITICAL, GOOD, TWICE_BAD, FAIL, Code.CRITICAL_FAILS, id="fails twice of three"),
        pytest.param(FORBIDDEN, GOOD, ONCE_BAD, FAIL, Code.FORBIDDEN_HAPPENS, id="forbidden once is too often"),
        pytest.param(CRITICAL, BAD, BAD, PASS, Code.KNOWN_FAILURE, id="fails on base too"),
        pytest.param(CRITICAL, ZERO, BAD, FAIL, Code.CRITICAL_FAILS, id="one failure on base excuses nothing"),
        pytest.param(FORBIDDEN, ZERO, BAD, PASS, Code.KNOWN_FAILURE, id="forbidden and known"),
        pytest.param(CRITICAL, BAD, GOOD, PASS, None, id="repaired"),
        pytest.param(CRITICAL, GOOD, Side((1.0, 1.0), 1), INCONCLUSIVE, Code.TOO_FEW_TRIALS, id="an error among three"),
        pytest.param(CRITICAL, GOOD, Side((0.0, 0.0), 1), FAIL, Code.CRITICAL_FAILS, id="two failures and an error"),
        pytest.param(FORBIDDEN, GOOD, Side((0.0,), 2), FAIL, Code.FORBIDDEN_HAPPENS, id="forbidden and two errors"),
        pytest.param(CRITICAL, GOOD, Side((1.0, 1.0, None)), INCONCLUSIVE, Code.TOO_FEW_TRIALS, id="not measurable"),
        pytest.param(CRITICAL, GOOD, Side((1.0, 1.0, math.nan)), INCONCLUSIVE, Code.TOO_FEW_TRIALS, id="NaN"),
        pytest.param(CRITICAL, GOOD, NONE, INCONCLUSIVE, Code.TOO_FEW_TRIALS, id="never ran"),
        pytest.param(
            CRITICAL, GOOD, Side((0.0, 0.0, 0.0, 1.0, 1.0, 1.0)), FAIL, Code.CRITICAL_FAILS, id="run again until green"
        ),
    ],
)
def test_a_critical_case(case, base, head, verdict, code):
    result = judge_critical("pii-leak", [case], {case.id: Pair(base, head)}, TERMS)
    assert (result.metric, result.verdict) == ("critical", verdict)
    assert codes(result) == ([code] if code else [])


@pytest.mark.parametrize(
    ("terms", "verdict"),
    [
        pytest.param(TERMS, PASS, id="the tier only shows it"),
        pytest.param(Terms(STRICT), FAIL, id="the tier blocks"),
        pytest.param(Terms(STRICT, rollback=True), PASS, id="a rollback is never blocked by it"),
        pytest.param(Terms(POLICY, new_subject=True), FAIL, id="nothing is known of a new subject"),
        pytest.param(Terms(POLICY, base_available=False), FAIL, id="nothing is known without base"),
    ],
)
def test_a_failure_that_base_has_too(terms, verdict):
    assert judge_critical("s", [CRITICAL], {CRITICAL.id: Pair(BAD, BAD)}, terms).verdict is verdict


def test_critical_cases_are_counted():
    cases = [Case(f"pii-{n:02}", {}, None, critical=True) for n in range(25)]
    pairs = {case.id: Pair(GOOD, GOOD) for case in cases}
    result = judge_critical("pii-leak", cases, pairs, TERMS)
    assert (result.verdict, result.passed, result.total) == (PASS, 25, 25)
    pairs["pii-07"] = Pair(GOOD, BAD)
    del pairs["pii-09"]
    result = judge_critical("pii-leak", cases, pairs, TERMS)
    assert (result.verdict, result.passed, result.total) == (FAIL, 23, 25)
    assert result.newly_failing == ("pii-07",)
    assert codes(result) == [Code.CRITICAL_FAILS, Code.TOO_FEW_TRIALS]
    assert judge_critical("pii-leak", [], {}, TERMS).verdict is INCONCLUSIVE


def test_a_side_is_read_from_trials():
    trials = [
        Trial({"json": 1.0, "label": 1.0, "tone": 0.4}),
        Trial({"json": 1.0, "label": 0.0, "tone": 0.4}),
        Trial({"json": 1.0, "label": None, "tone": 0.4}),
        Trial(error="timeout"),
    ]
    assert Side.of(trials, "label") == Side((1.0, 0.0, None), 1)
    assert Side.of(trials, "unheard of") == Side((None, None, None), 1)
    assert Side.of_critical(trials, ["json", "label"]) == Side((1.0, 0.0, None), 1)
    assert Side.of_critical(trials, []) == Side((None, None, None), 1)


def test_slices_are_judged_apart_and_small_ones_not_at_all():
    scores = samples((60, BOTH), (12, WORSE), (9, BOTH))
    names = sorted(scores.pairs)
    groups = {"language=en": names[:60], "language=de": names[60:72], "language=fr": names[72:]}
    german, english, french = judge_slices(scores, LOSS, TERMS, groups)
    assert (german.slice, german.verdict, german.pairs) == ("language=de", FAIL, 12)
    assert (english.slice, english.verdict) == ("language=en", PASS)
    assert (french.verdict, codes(french)) == (INCONCLUSIVE, [Code.NOT_MEASURABLE])
    assert "9 cases; a slice needs 10" in text(french)


def test_one_bad_metric_among_many_may_be_chance():
    weak = judge_metric(flips(60, 5, 0), LOSS, TERMS)
    calm = [judge_metric(flips(60, 1, 1), LOSS, TERMS) for _ in range(9)]
    assert weak.verdict is FAIL
    assert hold_over_all([weak]) == (weak,)
    held, *others = hold_over_all([weak, *calm])
    assert (held.verdict, held.regression) == (INCONCLUSIVE, INCONCLUSIVE)
    assert codes(held) == [Code.CHANCE_OVER_ALL]
    assert held.cases_to_decide == held.cases_planned - 60
    assert others == calm


def test_a_strong_loss_stays_a_failure_among_many():
    strong = judge_metric(flips(60, 20, 0), LOSS, TERMS)
    calm = [judge_metric(flips(60, 1, 1), LOSS, TERMS) for _ in range(9)]
    assert hold_over_all([strong, *calm])[0] == strong


def test_what_is_not_a_comparison_is_not_held():
    below = judge_metric(samples((52, BOTH), (3, NEITHER), (5, WORSE)), BOTH_BOUNDS, TERMS)
    critical = judge_critical("s", [CRITICAL], {CRITICAL.id: Pair(GOOD, BAD)}, TERMS)
    free = judge_cost(costs(1, 0), TERMS)
    calm = [judge_metric(flips(60, 1, 1), LOSS, TERMS) for _ in range(9)]
    held = hold_over_all([below, critical, free, *calm])
    assert [result.verdict for result in held[:3]] == [FAIL, FAIL, FAIL]
    assert codes(held[0]) == [Code.BELOW_FLOOR, Code.CHANCE_OVER_ALL]


@cache
def _verdict(n: int, worse: int, better: int) -> MetricResult:
    return judge_metric(flips(n, worse, better), LOSS, TERMS)


def _draw(rng: random.Random, n: int, worse: float, better: float) -> MetricResult:
    seen = [rng.random() for _ in range(n)]
    failing = sum(x < worse for x in seen)
    return _verdict(n, failing, sum(worse <= x < worse + better for x in seen))


@pytest.mark.parametrize(
    ("n", "loss", "expected"),
    [
        pytest.param(250, 0.00, (0.789, 0.043, 0.168), id="a harmless change"),
        pytest.param(250, 0.05, (0.057, 0.803, 0.140), id="a loss as large as the margin"),
        pytest.param(100, 0.00, (0.439, 0.037, 0.524), id="a harmless change and few cases"),
        pytest.param(100, 0.10, (0.001, 0.991, 0.008), id="a large loss"),
    ],
)
def test_the_gate_errs_as_often_as_it_says(n, loss, expected):
    rng = random.Random(2024)
    draws = 4_000
    seen = [_draw(rng, n, 0.05 + loss / 2, 0.05 - loss / 2).verdict for _ in range(draws)]
    shares = [seen.count(verdict) / draws for verdict in (PASS, FAIL, INCONCLUSIVE)]
    assert shares == pytest.approx(expected, abs=0.02)


def test_a_harmless_change_of_many_metrics_is_seldom_blocked():
    rng = random.Random(7)
    decisions = [hold_over_all([_draw(rng, 250, 0.05, 0.05) for _ in range(6)]) for _ in range(400)]
    blocked = sum(any(result.verdict is FAIL for result in results) for results in decisions)
    assert blocked / 400 <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / 400)


def test_costs_of_one_cluster_depend_on_each_other():
    alone = costs(1.06, 1, n=60, spread=0.3)
    groups = {case: f"document {number // 6}" for number, case in enumerate(sorted(alone.pairs))}
    one, other = judge_cost(alone, TERMS), judge_cost(replace(alone, clusters=groups), TERMS)
    assert one.ratio.value == other.ratio.value
    assert one.ratio != other.ratio
    few = judge_cost(replace(alone, clusters=dict.fromkeys(alone.pairs, "one")), TERMS)
    assert (few.ratio.low, few.ratio.high, few.verdict) == (None, None, INCONCLUSIVE)
