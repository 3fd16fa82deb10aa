"""The formulas against scipy on random inputs, and against numbers that were published or computed before."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import special
from scipy import stats as scipy_stats

from placet.stats.bootstrap import cluster_bootstrap, mean_of
from placet.stats.distributions import binomial_cdf, draws, incomplete_beta, normal_cdf, t_cdf, t_quantile
from placet.stats.estimates import (
    bonett_price,
    cases_for_share,
    cases_needed,
    clustered,
    holm,
    least_n_that_can_pass,
    log_ratio,
    mcnemar_exact,
    paired_binary,
    percentile,
    ratio,
    t_interval,
    wilson,
)

shapes = st.floats(0.1, 5_000)
shares = st.floats(0.001, 0.999)
scores = st.lists(st.floats(0, 1).map(lambda x: round(x, 3)), min_size=2, max_size=60)


@given(shapes, shapes, shares)
def test_the_incomplete_beta_agrees_with_scipy(a, b, x):
    assert incomplete_beta(a, b, x) == pytest.approx(special.betainc(a, b, x), abs=1e-9)


@given(st.floats(-60, 60), st.integers(1, 20_000))
def test_the_t_distribution_agrees_with_scipy(t, df):
    assert t_cdf(t, df) == pytest.approx(scipy_stats.t.cdf(t, df), rel=1e-7, abs=1e-14)


@given(st.floats(1e-5, 1 - 1e-5), st.integers(1, 20_000))
def test_the_t_quantile_agrees_with_scipy(p, df):
    assert t_quantile(p, df) == pytest.approx(scipy_stats.t.ppf(p, df), rel=1e-7, abs=1e-7)


@given(st.integers(0, 400), st.integers(1, 400), shares)
def test_the_binomial_distribution_agrees_with_scipy(k, n, p):
    assert binomial_cdf(k, n, p) == pytest.approx(scipy_stats.binom.cdf(k, n, p), abs=1e-9)


@given(st.floats(-12, 12))
def test_the_normal_distribution_agrees_with_scipy_far_into_its_tail(z):
    assert normal_cdf(z) == pytest.approx(scipy_stats.norm.cdf(z), rel=1e-9)


def test_draws_are_the_same_on_every_machine_and_cover_what_they_draw_from():
    assert draws("sha256:51c0", 6, 9) == [6, 6, 1, 3, 3, 5]
    counts = np.bincount(draws("seed", 90_000, 9))
    assert scipy_stats.chisquare(counts).pvalue > 0.001


@given(st.integers(1, 500), st.data(), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_agrees_with_scipy(n, data, confidence):
    k = data.draw(st.integers(0, n))
    expected = scipy_stats.binomtest(k, n).proportion_ci(confidence, method="wilson")
    found = wilson(k, n, confidence)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert found.low <= k / n <= found.high


@pytest.mark.parametrize(
    ("successes", "n", "confidence", "low", "high"),
    [
        pytest.param(90, 100, 0.95, 0.8256, 0.9448, id="100 cases at 90 %"),
        pytest.param(900, 1000, 0.95, 0.8798, 0.9171, id="1000 cases at 90 %"),
        pytest.param(49, 60, 0.90, 0.721, 0.885, id="the review in experience.md"),
    ],
)
def test_wilson_on_known_numbers(successes, n, confidence, low, high):
    found = wilson(successes, n, confidence)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize(
    ("n", "worse", "better", "low", "high"),
    [
        pytest.param(100, 10, 2, -0.137402, -0.019461, id="100 pairs, 10 worse, 2 better"),
        pytest.param(200, 10, 2, -0.069725, -0.009483, id="200 pairs, 10 worse, 2 better"),
        pytest.param(500, 15, 5, -0.035219, -0.004621, id="500 pairs, 15 worse, 5 better"),
        pytest.param(1000, 25, 10, -0.024925, -0.005015, id="1000 pairs, 25 worse, 10 better"),
        pytest.param(1000, 10, 10, -0.007700, 0.007700, id="1000 pairs, as many each way"),
        pytest.param(20, 0, 0, -0.105735, 0.105735, id="20 pairs without a flip"),
        pytest.param(50, 0, 0, -0.044734, 0.044734, id="50 pairs without a flip"),
        pytest.param(100, 0, 0, -0.022806, 0.022806, id="100 pairs without a flip"),
        pytest.param(60, 8, 1, -0.198, -0.028, id="the review in experience.md"),
    ],
)
def test_bonett_price_on_known_numbers(n, worse, better, low, high):
    found = bonett_price(n, worse, better)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6 if n != 60 else 5e-4)
    assert found.value == (better - worse) / n
    assert found.n == n


@given(st.integers(1, 300), st.data(), st.sampled_from([0.05, 0.025]))
def test_a_p_below_alpha_and_an_interval_below_zero_are_the_same_thing(n, data, alpha):
    worse = data.draw(st.integers(0, n))
    better = data.draw(st.integers(0, n - worse))
    spread = paired_binary(n, worse, better)
    assume(abs(spread.p_below - alpha) > 1e-9)
    assert (spread.interval(alpha).high < 0) == (spread.p_below < alpha)
    mirrored = bonett_price(n, better, worse, alpha)
    assert (-mirrored.high, -mirrored.low) == pytest.approx((spread.interval(alpha).low, spread.interval(alpha).high))


@pytest.mark.parametrize(
    ("n", "worse", "better", "mean", "error", "low", "high"),
    [
        pytest.param(100, 10, 2, -0.08, 0.03387, -0.14639, -0.01361, id="100 pairs"),
        pytest.param(200, 10, 2, -0.04, 0.01713, -0.07358, -0.00642, id="200 pairs"),
        pytest.param(500, 15, 5, -0.02, 0.00891, -0.03746, -0.00254, id="500 pairs"),
        pytest.param(1000, 25, 10, -0.015, 0.00590, -0.02656, -0.00344, id="1000 pairs"),
        pytest.param(1000, 10, 10, 0, 0.00447, -0.00877, 0.00877, id="1000 pairs, as many each way"),
    ],
)
def test_the_paired_mean_on_known_numbers(n, worse, better, mean, error, low, high):
    differences = [-1.0] * worse + [1.0] * better + [0.0] * (n - worse - better)
    spread = clustered(differences)
    assert (spread.centre, spread.error) == pytest.approx((mean, error), abs=6e-6)
    found = t_interval(differences, 0.025)
    # The published bounds use the normal quantile; the t quantile is a little wider.
    assert found.low <= low + 1e-5 <= high - 1e-5 <= found.high
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-3)


@given(scores, st.sampled_from([0.05, 0.025]))
def test_the_t_interval_agrees_with_scipy(values, alpha):
    assume(np.std(values) > 1e-6)
    expected = scipy_stats.ttest_1samp(values, 0).confidence_interval(1 - 2 * alpha)
    found = t_interval(values, alpha)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-7)
    p = scipy_stats.ttest_1samp(values, 0, alternative="less").pvalue
    assert clustered(values).p_below == pytest.approx(p, abs=1e-7)


def _miller() -> tuple[list[float], list[int]]:
    rng = np.random.default_rng(42)
    groups = np.repeat(np.arange(20), 5)
    values = rng.normal(0, 0.3, 20)[groups] + rng.normal(0, 0.4, 100)
    return values.tolist(), groups.tolist()


def test_clustered_errors_on_known_numbers():
    values, groups = _miller()
    naive, found = clustered(values), clustered(values, groups)
    assert (naive.centre, naive.error, naive.df) == pytest.approx((-0.036238, 0.039101, 99), abs=1e-6)
    # statsmodels without its correction gives 0.060708; ours has G / (G - 1).
    assert found.error == pytest.approx(0.060708 * math.sqrt(20 / 19), abs=1e-6)
    assert found.df == 19


@given(scores)
def test_clusters_of_one_change_nothing(values):
    alone = clustered(values, range(len(values)))
    assert (alone.centre, alone.error, alone.df) == (
        pytest.approx(clustered(values).centre),
        clustered(values).error,
        len(values) - 1,
    )


@given(scores, st.integers(2, 5))
def test_repeating_every_value_within_its_cluster_adds_no_certainty(values, times):
    groups = [group for group in range(len(values)) for _ in range(times)]
    repeated = [value for value in values for _ in range(times)]
    assert clustered(repeated, groups).error == pytest.approx(clustered(values).error, abs=1e-9)


@pytest.mark.parametrize(
    ("values", "groups"),
    [
        pytest.param([0.3], None, id="one value"),
        pytest.param([0.1, 0.9, 0.4], ["a", "a", "a"], id="one cluster"),
    ],
)
def test_one_unit_bounds_nothing(values, groups):
    found = t_interval(values, 0.05, groups)
    assert (found.low, found.high) == (None, None)
    assert mean_of(values, groups, 0.05, "seed").interval.low == -math.inf


def test_the_bootstrap_is_replayed_from_its_seed():
    values, groups = _miller()
    few = values[:40], groups[:40]
    first = cluster_bootstrap(*few, 0.05, "sha256:1")
    assert first == cluster_bootstrap(*few, 0.05, "sha256:1")
    assert first != cluster_bootstrap(*few, 0.05, "sha256:2")


def test_the_bootstrap_is_what_drawing_whole_clusters_again_gives():
    clusters = [[0.1, 0.4], [0.9], [0.3, 0.2, 0.6], [-0.5, 0.1], [0.2]]
    values = [value for cluster in clusters for value in cluster]
    groups = [name for name, cluster in enumerate(clusters) for _ in cluster]
    observed, picks = clustered(values, groups), draws("seed", 50_000, 5)
    deviations = []
    for start in range(0, 50_000, 5):
        again = [(place, value) for place, pick in enumerate(picks[start : start + 5]) for value in clusters[pick]]
        spread = clustered([value for _, value in again], [place for place, _ in again])
        shift = spread.centre - observed.centre
        deviations.append(shift / spread.error if spread.error > 1e-9 else math.copysign(math.inf, shift))
    deviations.sort()
    interval, p = cluster_bootstrap(values, groups, 0.05, "seed")
    expected = [observed.centre - deviations[i] * observed.error for i in (9_500, 499)]
    assert [interval.low, interval.high] == pytest.approx(expected)
    reached = sum(deviation <= observed.centre / observed.error for deviation in deviations)
    assert p == pytest.approx((reached + 1) / 10_001, abs=2e-4)


def test_the_bootstrap_is_used_below_ten_groups_and_the_t_interval_from_ten_on():
    values, groups = _miller()
    assert mean_of(values[:45], groups[:45], 0.05, "s").method == "bootstrap"
    assert mean_of(values[:50], groups[:50], 0.05, "s").method == "t"
    assert mean_of(values[:9], None, 0.05, "s").method == "bootstrap"


def test_the_bootstrap_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(9)
    covered, above = 0, 0
    for run in range(60):
        groups = np.repeat(np.arange(6), 4)
        values = rng.normal(0, 0.2, 6)[groups] + rng.normal(0, 0.3, 24)
        interval, p = cluster_bootstrap(values.tolist(), groups.tolist(), 0.05, f"run {run}")
        covered += interval.low <= 0 <= interval.high
        above += p < 0.05
    # 90 % of 60 is 54, with a standard deviation of 2.3.
    assert 46 <= covered <= 60
    assert above <= 9


@pytest.mark.parametrize(
    ("worse", "better", "p"),
    [
        pytest.param(10, 2, 0.038574, id="10 against 2"),
        pytest.param(8, 4, 0.387695, id="8 against 4"),
        pytest.param(15, 5, 0.041389, id="15 against 5"),
        pytest.param(25, 10, 0.016674, id="25 against 10"),
        pytest.param(5, 0, 0.0625, id="five flips are not enough"),
        pytest.param(6, 0, 0.03125, id="six flips are the least"),
        pytest.param(8, 1, 0.039063, id="the review in experience.md"),
        pytest.param(0, 0, 1.0, id="no flip"),
        pytest.param(3, 3, 1.0, id="as many each way"),
    ],
)
def test_mcnemar_on_known_numbers(worse, better, p):
    assert mcnemar_exact(worse, better) == pytest.approx(p, abs=1e-6)


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_agrees_with_the_binomial_test(worse, better):
    assume(worse + better > 0)
    expected = scipy_stats.binomtest(worse, worse + better, 0.5).pvalue
    assert mcnemar_exact(worse, better) == pytest.approx(expected, rel=1e-9)
    assert mcnemar_exact(worse, better) == mcnemar_exact(better, worse)


def test_holm_on_known_numbers():
    assert holm([0.01, 0.02, 0.03, 0.04]) == pytest.approx([0.04, 0.06, 0.06, 0.06])
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.sampled_from([0.05, 0.1]))
def test_holm_rejects_what_stepping_down_rejects(ps, alpha):
    adjusted = holm(ps)
    rejected: set[int] = set()
    for rank, index in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        if (len(ps) - rank) * ps[index] > alpha:
            break
        rejected.add(index)
    assert {i for i, p in enumerate(adjusted) if p <= alpha} == rejected
    assert all(p <= q <= 1 for p, q in zip(ps, adjusted, strict=True))


@pytest.mark.parametrize(
    ("flips", "needed"),
    [
        pytest.param(0.02, [310, 138, 50, 13], id="2 % flip"),
        pytest.param(0.05, [773, 344, 124, 31], id="5 % flip"),
        pytest.param(0.10, [1546, 687, 248, 62], id="10 % flip"),
        pytest.param(0.20, [3092, 1374, 495, 124], id="20 % flip"),
    ],
)
def test_the_planning_table(flips, needed):
    assert [cases_needed(flips, margin) for margin in (0.02, 0.03, 0.05, 0.10)] == needed


def test_planning_uses_the_published_constant():
    assert cases_needed(1e6, 1.0) == 6_182_558  # 6.18256 times the share of flips, over the margin squared


@pytest.mark.parametrize(
    ("margin", "least"),
    [pytest.param(0.10, 22, id="10 points"), pytest.param(0.05, 45, id="5"), pytest.param(0.02, 115, id="2")],
)
def test_the_least_number_of_cases_that_can_pass(margin, least):
    assert least_n_that_can_pass(margin) == least


@given(st.floats(0.005, 0.5), st.sampled_from([0.05, 0.025]))
def test_the_least_number_passes_without_flips_and_one_fewer_does_not(margin, alpha):
    n = least_n_that_can_pass(margin, alpha)
    assert bonett_price(n, 0, 0, alpha).interval.low > -margin
    assert n == 1 or bonett_price(n - 1, 0, 0, alpha).interval.low <= -margin


@given(st.floats(0.5, 1), st.floats(0.3, 0.99))
def test_the_cases_for_a_floor_are_the_least_that_clear_it(share, floor):
    n = cases_for_share(share, floor, 0.90)
    if n is None:
        assert wilson(share * 100_000, 100_000, 0.90).low < floor
    else:
        assert wilson(share * n, n, 0.90).low >= floor
        assert n == 1 or wilson(share * (n - 1), n - 1, 0.90).low < floor


@pytest.mark.parametrize(
    ("n", "upper"),
    [pytest.param(58, None, id="58 values bound nothing"), pytest.param(59, 58, id="59 are the least")],
)
def test_an_upper_bound_of_the_95th_percentile_takes_59_values(n, upper):
    assert percentile(range(n), 0.95).high == upper


@given(st.lists(st.integers(0, 10_000), min_size=20, max_size=300))
def test_the_percentile_and_its_bounds_are_values_that_were_seen(values):
    found = percentile(values, 0.95)
    assert found.value == sorted(values)[math.ceil(0.95 * len(values) - 1e-9) - 1]
    assert found.interval.low <= found.value <= found.interval.high
    assert {found.low, found.high} <= {*values, None}


@settings(max_examples=30)
@given(st.integers(20, 400))
def test_the_bounds_of_the_percentile_hold_the_level(n):
    found = percentile(range(n), 0.95)
    if found.high is not None:
        assert scipy_stats.binom.sf(found.high, n, 0.95) <= 0.05
        assert scipy_stats.binom.sf(found.high - 1, n, 0.95) > 0.05
    if found.low is not None:
        assert scipy_stats.binom.cdf(found.low, n, 0.95) <= 0.05 < scipy_stats.binom.cdf(found.low + 1, n, 0.95)


amounts = st.lists(st.floats(1e-5, 1e-2), min_size=2, max_size=40)


@given(amounts, st.floats(0.2, 5))
def test_a_constant_ratio_is_certain(bases, factor):
    found = ratio([factor * base for base in bases], bases)
    assert (found.value, found.low, found.high) == pytest.approx((factor, factor, factor))


@given(amounts, st.data(), st.floats(1e-3, 1e3))
def test_the_ratio_has_no_currency(bases, data, rate):
    heads = data.draw(st.lists(st.floats(1e-5, 1e-2), min_size=len(bases), max_size=len(bases)))
    here, there = ratio(heads, bases), ratio([rate * x for x in heads], [rate * x for x in bases])
    assert here.interval.low == pytest.approx(there.interval.low, rel=1e-6)
    assert here.interval.high == pytest.approx(there.interval.high, rel=1e-6)


def test_the_ratio_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(600):
        bases = rng.lognormal(0, 0.5, 30)
        heads = 1.08 * bases * rng.lognormal(-0.02, 0.2, 30)
        interval = ratio(heads.tolist(), bases.tolist()).interval
        covered += interval.low <= 1.08 <= interval.high
    assert 0.86 <= covered / 600 <= 0.94


def test_one_pair_has_a_ratio_without_bounds():
    found = ratio([3.0], [2.0])
    assert (found.value, found.low, found.high) == (pytest.approx(1.5), None, None)
    assert log_ratio([3.0], [2.0]).p_below == 0.5


@pytest.mark.parametrize(
    ("margin", "least"),
    [pytest.param(0.10, 26, id="10 points"), pytest.param(0.05, 54, id="5"), pytest.param(0.02, 137, id="2")],
)
def test_two_looks_take_a_few_cases_more(margin, least):
    assert least_n_that_can_pass(margin, 0.025) == least


@pytest.mark.parametrize(("share", "chance"), [(0.95, 0.99275), (0.9, 0.972), (0.8, 0.896)])
def test_how_often_a_case_passes_two_of_its_three_trials(share, chance):
    assert 1 - binomial_cdf(1, 3, share) == pytest.approx(chance, abs=1e-5)
