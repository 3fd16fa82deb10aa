"""The least tier that risk factors allow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.classification import least_tier, matching
from placet.model.policy import ClassificationRule, Tier
from placet.model.register import Factors
from placet.record import replace

HARMLESS = Factors(("informs",), (), ("internal",), (), ("low",))
RULES = (
    ClassificationRule("personal", {"data": ("personal", "sensitive")}, Tier.MEDIUM, "about people"),
    ClassificationRule("public-personal", {"data": ("personal",), "exposure": ("public",)}, Tier.HIGH, "anybody asks"),
    ClassificationRule("acts", {"autonomy": ("acts",)}, Tier.CRITICAL, "nobody stands between"),
)


@pytest.mark.parametrize(
    ("factors", "tier", "ids"),
    [
        pytest.param({}, Tier.LOW, [], id="low when no rule matches"),
        pytest.param({"data": ("internal", "personal")}, Tier.MEDIUM, ["personal"], id="a list that shares a value"),
        pytest.param({"exposure": ("public",)}, Tier.LOW, [], id="every key of a rule has to match"),
        pytest.param(
            {"exposure": ("public",), "data": ("personal",)},
            Tier.HIGH,
            ["public-personal", "personal"],
            id="the highest of all that match, strictest first",
        ),
        pytest.param({"autonomy": ("acts",)}, Tier.CRITICAL, ["acts"], id="one factor is enough"),
    ],
)
def test_the_least_tier(factors: dict[str, tuple[str, ...]], tier: Tier, ids: list[str]) -> None:
    found = replace(HARMLESS, **factors)
    assert least_tier(found, RULES) is tier
    assert [rule.id for rule in matching(found, RULES)] == ids


@given(st.sets(st.sampled_from(["internal", "personal", "sensitive"])), st.permutations(RULES))
def test_more_data_and_another_order_of_rules_never_lower_the_tier(
    data: set[str], rules: list[ClassificationRule]
) -> None:
    found = replace(HARMLESS, data=tuple(data))
    more = replace(HARMLESS, data=(*data, "personal"))
    assert least_tier(found, RULES) is least_tier(found, rules)
    assert least_tier(more, rules) >= least_tier(found, rules)


def test_without_rules_everything_is_low() -> None:
    assert least_tier(replace(HARMLESS, autonomy=("acts",)), ()) is Tier.LOW
