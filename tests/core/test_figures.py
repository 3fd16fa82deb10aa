"""Figures of a whole set of cases: macro-F1 and the gaps between groups, their intervals, and what they can't tell."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.gate.metric import judge_metric, judge_slices
from placet.gate.samples import Known, Pair, Samples, Side, Statistic, Terms
from placet.gate.verdicts import Code, MetricResult, Verdict
from placet.model.policy import Floor, GatePolicy, Inconclusive
from placet.model.suite import Gate
from placet.record import replace
from placet.stats.sets import by_class, cases_behind, macro_f1, newcombe, rate, unflipped_error

POLICY = GatePolicy(Floor.INTERVAL, 0.05, 0.90, Inconclusive.OWNER_APPROVES, 0.02, False, 0.10)
TERMS = Terms(POLICY, seed="sha256:51c0")
PASS, FAIL, INCONCLUSIVE = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
LOSS = Gate("kind", max_regression=0.05)


def labelled(rows: Sequence[tuple[int, int, int]], labels: int = 2) -> Samples:
    """Per case the expected label, and those that base and head gave."""
    return Samples(
        "core",
        "kind",
        {f"c{i:04}": Pair(Side((float(base),)), Side((float(head),))) for i, (_, base, head) in enumerate(rows)},
        statistic=Statistic.MACRO_F1,
        known=Known(tuple("abcdefgh"[:labels]), {f"c{i:04}": want for i, (want, _, _) in enumerate(rows)}),
    )


def favoured(rows: Sequence[tuple[str, int, int]], expected: Sequence[int] | None = None) -> Samples:
    """Per case its group, and whether base and head gave the favourable label."""
    return Samples(
        "core",
        "gap",
        {f"c{i:04}": Pair(Side((float(base),)), Side((float(head),))) for i, (_, base, head) in enumerate(rows)},
        statistic=Statistic.DEMOGRAPHIC_PARITY if expected is None else Statistic.EQUALIZED_ODDS,
        known=Known(
            groups={f"c{i:04}": group for i, (group, _, _) in enumerate(rows)},
            expected={f"c{i:04}": want for i, want in enumerate(expected or ())},
        ),
    )


def shares(group: str, n: int, base: int, head: int) -> list[tuple[str, int, int]]:
    """`n` cases of a group, of which the first `base` and `head` are favoured on either side."""
    return [(group, int(i < base), int(i < head)) for i in range(n)]


def codes(result: MetricResult) -> set[Code]:
    return {reason.code for reason in result.reasons}


# -- the formulas -----------------------------------------------------------------------------------------------------


def test_figures_per_class_on_numbers_worked_by_hand():
    """Ten of a: eight right, two called b. Five of b: four right, one called neither."""
    expected = [0] * 10 + [1] * 5
    given_ = [{0: 1.0}] * 8 + [{1: 1.0}] * 2 + [{1: 1.0}] * 4 + [{-1: 1.0}]
    classes = by_class(expected, given_)
    assert (classes[0].precision, classes[0].recall, classes[0].f1) == pytest.approx((1, 0.8, 16 / 18))
    assert (classes[1].precision, classes[1].recall, classes[1].f1) == pytest.approx((4 / 6, 0.8, 8 / 11))
    assert macro_f1(expected, given_).value == pytest.approx((16 / 18 + 8 / 11) / 2)


def test_a_class_that_is_never_given_has_an_f1_of_0():
    assert macro_f1([0, 0, 1], [{0: 1.0}] * 3).value == pytest.approx((2 * 2 / 5) / 2)


answers = st.lists(st.tuples(st.integers(0, 2), st.integers(-1, 2)), min_size=2, max_size=40)


@given(answers)
def test_influences_add_up_to_nothing_and_a_perfect_set_has_none(rows):
    expected, given_ = [want for want, _ in rows], [{said: 1.0} for _, said in rows]
    found = macro_f1(expected, given_)
    assert math.fsum(found.parts) == pytest.approx(0, abs=1e-9)
    assert 0 <= found.value <= 1
    perfect = macro_f1(expected, [{want: 1.0} for want in expected])
    assert (perfect.value, perfect.spread(None).error) == (pytest.approx(1), 0.0)


def test_the_delta_method_agrees_with_drawing_the_cases_again():
    chance = random.Random(7)
    rows = [(want, want if chance.random() < 0.8 else 1 - want) for want in chance.choices([0, 1], [3, 1], k=300)]
    found = macro_f1([want for want, _ in rows], [{said: 1.0} for _, said in rows])
    drawn = []
    for _ in range(600):
        again = chance.choices(rows, k=300)
        drawn.append(macro_f1([want for want, _ in again], [{said: 1.0} for _, said in again]).value)
    mean = sum(drawn) / len(drawn)
    spread = math.sqrt(sum((value - mean) ** 2 for value in drawn) / len(drawn))
    assert found.spread(None).error == pytest.approx(spread, rel=0.12)


def test_newcombe_on_known_numbers():
    """Newcombe 1998, his example: 56 of 70 against 48 of 80."""
    found = newcombe((56 / 70, 70), (48 / 80, 80), 0.95)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_one_class_is_an_ordinary_share():
    assert cases_behind([40]) == 40
    assert unflipped_error([40], 1.0) == pytest.approx(math.sqrt(2) / 42)
    assert rate([1.0, None, 0.0]).parts == [0.25, 0.0, -0.25]


# -- macro-F1 ---------------------------------------------------------------------------------------------------------


def test_a_rare_class_that_is_lost_fails_where_accuracy_would_not():
    rows = [(0, 0, 0)] * 270 + [(1, 1, 0)] * 15 + [(1, 1, 1)] * 15
    result = judge_metric(labelled(rows), LOSS, TERMS)
    assert (result.verdict, len(result.newly_failing)) == (FAIL, 15)
    assert result.difference.value < -0.15
    figures = {figure.name: (figure.cases, dict(figure.head)) for figure in result.figures}
    assert figures["b"] == (30, pytest.approx({"precision": 1.0, "recall": 0.5, "f1": 2 / 3}))


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        pytest.param([(0, 0, 0), (1, 1, 1)] * 150, PASS, id="nothing flipped among many"),
        pytest.param([(0, 0, 0), (1, 1, 1)] * 15, INCONCLUSIVE, id="nothing flipped among few"),
        pytest.param([(0, 0, 0)] * 290 + [(1, 1, 1)] * 10, INCONCLUSIVE, id="nothing flipped, but one class is small"),
        pytest.param([(0, 0, 0), (1, 1, 1)] * 100 + [(0, 1, 0)] * 20, PASS, id="better"),
    ],
)
def test_macro_f1_against_base(rows, verdict):
    assert judge_metric(labelled(rows), LOSS, TERMS).verdict is verdict


def test_a_perfect_macro_f1_of_few_cases_clears_no_floor():
    gate = Gate("kind", min=0.95)
    few, many = ([(0, 0, 0), (1, 1, 1)] * n for n in (12, 60))
    assert judge_metric(labelled(few), gate, TERMS).verdict is INCONCLUSIVE
    assert judge_metric(labelled(many), gate, TERMS).verdict is PASS


def test_a_label_that_is_none_of_them_is_a_failure_and_no_gap():
    result = judge_metric(labelled([(0, 0, -1)] * 60 + [(1, 1, 1)] * 60), LOSS, TERMS)
    assert (result.verdict, len(result.newly_failing)) == (FAIL, 60)


def test_too_few_labelled_cases_are_not_measurable():
    result = judge_metric(labelled([(0, 0, 0)] * 9), LOSS, TERMS)
    assert (result.verdict, result.regression, codes(result)) == (INCONCLUSIVE, INCONCLUSIVE, {Code.NOT_MEASURABLE})


# -- gaps between groups ----------------------------------------------------------------------------------------------


def test_a_gap_is_the_greatest_difference_between_two_groups():
    rows = shares("f", 100, 40, 40) + shares("m", 100, 50, 50) + shares("x", 100, 45, 45)
    result = judge_metric(favoured(rows), Gate("gap", max=0.3), TERMS)
    assert result.head.value == pytest.approx(0.10)
    assert 0 <= result.head.low < 0.10 < result.head.high
    assert {figure.name: dict(figure.head)["rate"] for figure in result.figures} == {"f": 0.4, "m": 0.5, "x": 0.45}


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        pytest.param(shares("f", 600, 300, 300) + shares("m", 600, 310, 310), PASS, id="nothing changed"),
        pytest.param(shares("f", 300, 150, 90) + shares("m", 300, 155, 155), FAIL, id="one group lost"),
        pytest.param(shares("f", 600, 300, 200) + shares("m", 600, 310, 210), PASS, id="both groups lost alike"),
        pytest.param(shares("f", 600, 200, 300) + shares("m", 600, 310, 310), PASS, id="the gap closed"),
        pytest.param(shares("f", 30, 15, 15) + shares("m", 30, 15, 15), INCONCLUSIVE, id="small groups"),
    ],
)
def test_a_gap_against_base(rows, verdict):
    gate = Gate("gap", max=0.5, max_regression=0.05)
    assert judge_metric(favoured(rows), gate, TERMS).regression is verdict


def test_equalized_odds_sees_a_gap_that_parity_does_not():
    """Both groups are favoured equally often, one of them for the wrong cases."""
    rows = shares("f", 80, 40, 40) + [(group, a, b) for group, a, b in reversed(shares("m", 80, 40, 40))]
    rows = [("f" if i < 80 else "m", a, b) for i, (_, a, b) in enumerate(rows)]
    expected = ([1] * 40 + [0] * 40) * 2
    parity = judge_metric(favoured(rows), Gate("gap", max=0.1), TERMS)
    odds = judge_metric(favoured(rows, expected), Gate("gap", max=0.1), TERMS)
    assert (parity.head.value, odds.head.value) == (0.0, 1.0)
    assert odds.verdict is FAIL
    assert "f, favourable expected" in {figure.name for figure in odds.figures}


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        pytest.param(shares("f", 9, 4, 4) + shares("m", 90, 45, 45), "f", id="a group of nine"),
        pytest.param(shares("f", 90, 45, 45), "1 groups", id="one group alone"),
    ],
)
def test_a_group_that_is_too_small_is_not_measurable_and_no_pass(rows, why):
    result = judge_metric(favoured(rows), Gate("gap", max=0.5), TERMS)
    assert (result.verdict, codes(result)) == (INCONCLUSIVE, {Code.NOT_MEASURABLE})
    assert why in result.reasons[0].text


def test_cases_without_the_attribute_belong_to_no_group():
    rows = shares("f", 40, 20, 20) + shares("m", 40, 20, 20)
    given_ = favoured(rows)
    extra = {f"x{i}": Pair(Side((0.0,)), Side((0.0,))) for i in range(50)}
    result = judge_metric(replace(given_, pairs={**given_.pairs, **extra}), Gate("gap", max=0.5), TERMS)
    assert (result.head.n, result.head.value) == (80, 0.0)


def test_clusters_widen_a_gap():
    rows = [(group, base, base) for i in range(40) for group in ("f", "m") for base in [int(i % 2)] * 3]
    alone = favoured(rows)
    clusters = {case: f"d{i // 6}" for i, case in enumerate(sorted(alone.pairs))}
    gate = Gate("gap", max=0.9)
    one, other = (judge_metric(each, gate, TERMS).head for each in (alone, replace(alone, clusters=clusters)))
    assert other.high >= one.high
    few = replace(alone, clusters={case: f"d{i % 9}" for i, case in enumerate(sorted(alone.pairs))})
    assert judge_metric(few, gate, TERMS).verdict is INCONCLUSIVE


def test_slices_of_a_figure_are_figures_of_the_slice():
    rows = [(0, 0, 0), (1, 1, 1)] * 20
    (result,) = judge_slices(
        labelled(rows), Gate("kind", min=0.5), TERMS, {"language=en": [f"c{i:04}" for i in range(20)]}
    )
    assert (result.slice, result.head.n, result.verdict) == ("language=en", 20, PASS)


@pytest.mark.parametrize("gap", [0.0, 0.2])
def test_a_harmless_change_seldom_fails_for_its_gap(gap):
    chance, failed = random.Random(3), 0
    for _ in range(300):
        rows = []
        for i in range(160):
            group, share = ("f", 0.4) if i % 2 else ("m", 0.4 + gap)
            base = int(chance.random() < share)
            rows.append((group, base, int(chance.random() < share) if chance.random() < 0.4 else base))
        failed += judge_metric(favoured(rows), Gate("gap", max=0.9, max_regression=0.02), TERMS).regression is FAIL
    assert failed <= 300 * 0.05 + 3 * math.sqrt(300 * 0.05 * 0.95)


@pytest.mark.parametrize("gap", [0.0, 0.2])
def test_a_gap_that_grows_by_the_margin_seldom_passes(gap):
    chance, passed, margin = random.Random(5), 0, 0.05
    policy = replace(POLICY, margin=margin)
    for _ in range(200):
        rows = []
        for i in range(400):
            group, share = ("f", 0.4) if i % 2 else ("m", 0.4 + gap)
            draw = chance.random()
            rows.append((group, int(draw < share), int(draw < share + (margin if group == "m" else 0.0))))
        gate = Gate("gap", max=0.9, max_regression=margin)
        passed += judge_metric(favoured(rows), gate, Terms(policy)).regression is PASS
    assert passed <= 200 * 0.05 + 3 * math.sqrt(200 * 0.05 * 0.95)


three_groups = st.lists(
    st.tuples(st.sampled_from("fmx"), st.integers(0, 1), st.integers(0, 1)), min_size=60, max_size=150
)


@given(three_groups)
def test_a_gap_is_worse_by_its_p_exactly_when_it_is_by_its_interval(rows):
    fill = [(group, i % 2, i % 2) for group in "fmx" for i in range(10)]
    result = judge_metric(favoured([*rows, *fill]), Gate("gap", max=1.0, max_regression=0.05), TERMS)
    assert (result.difference.high < 0) == (result.p_worse < 0.05)
    assert result.difference.low <= result.difference.value <= result.difference.high


def test_where_there_are_more_groups_a_gap_takes_more_to_be_called_worse():
    """The same loss of one group, beside one other group or beside four."""
    lost = shares("f", 100, 50, 39)
    two, five = (
        judge_metric(
            favoured(lost + [row for name in "mxyz"[:others] for row in shares(name, 100, 50, 50)]),
            Gate("gap", max=1.0, max_regression=0.05),
            TERMS,
        )
        for others in (1, 4)
    )
    assert two.p_worse < five.p_worse
    assert two.difference.high < five.difference.high
