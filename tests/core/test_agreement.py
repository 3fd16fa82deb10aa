"""Cohen's kappa and its interval: against statsmodels and scikit-learn, and at the edges that they leave open."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.stats.agreement import cohens_kappa

#: Table, then kappa, its standard error's bounds as statsmodels 0.14 `cohens_kappa` has them, and kappa as
#: scikit-learn's `cohen_kappa_score` has it.
REFERENCE = [
    pytest.param([[20, 5], [10, 15]], 0.4, 0.151092290476661, 0.6489077095233389, id="Cohen's own example"),
    pytest.param(
        [[45, 15], [25, 15]], 0.13043478260869554, -0.06293827779258965, 0.3238078430099807, id="hardly beyond chance"
    ),
    pytest.param(
        [[22, 2, 1], [3, 18, 4], [0, 5, 11]], 0.6526315789473683, 0.49925499780543314, 0.8060081600893035, id="three"
    ),
    pytest.param(
        [[5, 10], [12, 3]], -0.4666666666666667, -0.7803254231192855, -0.15300791021404775, id="worse than chance"
    ),
]


def pairs_of(table: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    return [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]


@pytest.mark.parametrize(("table", "kappa", "low", "high"), REFERENCE)
def test_is_what_others_compute(table: list[list[int]], kappa: float, low: float, high: float) -> None:
    found = cohens_kappa(pairs_of(table))
    assert found is not None
    assert (found.kappa, found.low, found.high) == pytest.approx((kappa, low, high), abs=1e-9)
    assert found.pairs == sum(map(sum, table))


def test_the_interval_ends_where_kappa_does() -> None:
    found = cohens_kappa(pairs_of([[30, 0], [1, 9]]))
    assert found is not None
    assert found.kappa == pytest.approx(0.9310344827586207)
    assert found.low == pytest.approx(0.7978826564073391)
    assert found.high == 1.0  # statsmodels says 1.064


def test_that_all_agree_is_no_certainty() -> None:
    few, many = cohens_kappa(pairs_of([[5, 0], [0, 5]])), cohens_kappa(pairs_of([[50, 0], [0, 50]]))
    assert few is not None
    assert many is not None
    assert few.kappa == many.kappa == 1.0
    assert few.low < 0.5 < many.low < 1.0


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param([], id="nothing was judged"),
        pytest.param([(1, 1)] * 30, id="both say the same of everything"),
    ],
)
def test_says_nothing_where_chance_explains_everything(pairs: list[tuple[int, int]]) -> None:
    assert cohens_kappa(pairs) is None


PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=200)


@given(PAIRS)
def test_lies_in_its_interval_and_within_bounds(pairs: list[tuple[bool, bool]]) -> None:
    found = cohens_kappa(pairs)
    if found is not None:
        assert -1 <= found.low <= found.kappa + 1e-9
        assert found.kappa - 1e-9 <= found.high <= 1


@given(PAIRS)
def test_has_no_favourite_and_no_order(pairs: list[tuple[bool, bool]]) -> None:
    one, other = cohens_kappa(pairs), cohens_kappa([(second, first) for first, second in reversed(pairs)])
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert (one.kappa, one.low, one.high) == pytest.approx((other.kappa, other.low, other.high), abs=1e-9)
