"""The gate keeps what it states: a short run of the calibration bench, through the code that `placet review` runs.

Seeds are fixed, so the figures are too, and a bound may be close to what is right. Each was seen to go red: with alpha
doubled, without Holm, with base's answers given to other cases, with t alone for a few trials.
"""

from __future__ import annotations

from collections import Counter

import pytest
from bench.calibration import Part, drawn, judged, measured, shown
from bench.calibration_aims import Aim, experiments
from bench.calibration_worlds import policies

from placet.model.policy import Tier

NAMES = [one.name for one in experiments()]


def share(name: str, draws: int) -> float:
    """How often it happened in as many draws, or fewer where one takes long."""
    ((row, *more),) = [measured(draws, only=name)]
    assert not more
    return row.found


def named(part: str) -> str:
    (name,) = [name for name in NAMES if part in name]
    return name


@pytest.mark.parametrize(
    ("name", "draws", "most"),
    [
        pytest.param("aa-one", 150, 0.05, id="one gate"),
        pytest.param("aa-gates", 100, 0.05, id="twelve gates"),
        pytest.param("aa-clusters", 60, 0.05, id="cases in clusters"),
        pytest.param("aa-whole", 90, 0.05, id="whole changes"),
        pytest.param("aa-second", 60, 0.05, id="two looks"),
        pytest.param("aa-both", 60, 0.05, id="whole changes, two looks"),
    ],
)
def test_a_change_of_nothing_is_blocked_no_oftener_than_alpha(name: str, draws: int, most: float) -> None:
    assert share(name, draws) <= most


@pytest.mark.parametrize(
    ("part", "draws", "most"),
    [
        pytest.param("margin-2% flips", 200, 0.06, id="few flips"),
        pytest.param("margin-10% flips, margin 10 pp", 200, 0.06, id="many flips"),
        pytest.param("margin-trials", 150, 0.07, id="several trials"),
        pytest.param("margin-clusters", 60, 0.06, id="clusters"),
        pytest.param("margin-second", 60, 0.09, id="two looks"),
        pytest.param("cost-bound", 150, 0.09, id="cost"),
    ],
)
def test_a_loss_of_the_whole_margin_passes_no_oftener_than_alpha(part: str, draws: int, most: float) -> None:
    assert share(named(part), draws) <= most


@pytest.mark.parametrize(
    ("part", "draws"),
    [
        pytest.param("harmless-2% flips", 150, id="no loss, few flips"),
        pytest.param("harmless-10% flips, margin 10 pp", 200, id="no loss, many flips"),
        pytest.param("harmless-10% flips, margin 5 pp, 109 cases", 60, id="no loss, several trials"),
        pytest.param("harmless-second", 50, id="no loss, two looks"),
        pytest.param("found-60 cases, 10% flips, 1 gates", 150, id="a loss among few cases"),
        pytest.param("found-100 cases, 10% flips, 4 gates", 50, id="a loss beside other gates"),
        pytest.param("found-slice", 40, id="a loss in one slice"),
        pytest.param("dearer", 50, id="cost"),
    ],
)
def test_what_is_planned_has_the_power_that_is_stated(part: str, draws: int) -> None:
    assert share(named(part), draws) >= 0.76


@pytest.mark.parametrize(
    ("part", "draws"),
    [
        pytest.param("Wilson", 150, id="a share"),
        pytest.param("Bonett-Price, 60", 150, id="a difference of shares"),
        pytest.param("covers-t, 60 cases of 3", 100, id="several trials"),
        pytest.param("t, 60 graded", 150, id="graded scores"),
        pytest.param("covers-t, 24 clusters", 60, id="clusters"),
        pytest.param("95th percentile", 50, id="a percentile"),
        pytest.param("cost ratio", 200, id="a ratio"),
    ],
)
def test_an_interval_holds_the_truth_as_often_as_it_says(part: str, draws: int) -> None:
    assert 0.86 <= share(named(part), draws) <= 0.98


def test_a_critical_case_that_fails_is_found_as_often_as_two_of_three_runs_fail() -> None:
    assert share("critical", 100) >= 0.95


def test_lost_answers_beyond_the_budget_never_pass() -> None:
    assert share("errors", 60) == 0


# -- the bench itself ---------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_figures_however_the_work_is_split() -> None:
    whole = drawn(Part("aa-one", 7, 0, 30))
    parts = drawn(Part("aa-one", 7, 0, 11)) + drawn(Part("aa-one", 7, 11, 19))
    assert whole == parts
    assert measured(60, seed=7, only="aa-one", processes=2) == measured(60, seed=7, only="aa-one")


@pytest.mark.parametrize(
    ("most", "happened", "met"),
    [
        pytest.param(True, 50, True, id="at most: exactly"),
        pytest.param(True, 67, True, id="at most: within the Monte-Carlo error"),
        pytest.param(True, 69, False, id="at most: beyond it"),
        pytest.param(False, 33, True, id="at least: within the Monte-Carlo error"),
        pytest.param(False, 31, False, id="at least: beyond it"),
    ],
)
def test_a_figure_is_judged_with_its_monte_carlo_error(most: bool, happened: int, met: bool) -> None:
    found = judged(Aim("x", "e", 0.05, most), Counter({"e": happened, "draws": 1000}))
    assert (found.met, found.found, round(found.error, 4)) == (met, happened / 1000, 0.0069)
    assert ("NOT MET" in shown([found])) is not met


def test_it_judges_by_the_policies_that_ship() -> None:
    gates = policies().tiers[Tier.MEDIUM].gates
    assert (gates.margin, gates.confidence, gates.extension) == (0.05, 0.90, False)
    assert policies(extension=True).tiers[Tier.MEDIUM].gates.extension
