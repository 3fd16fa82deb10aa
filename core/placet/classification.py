"""The least tier that a registration's risk factors allow, and the rule that says so."""

from __future__ import annotations

from collections.abc import Iterable

from placet.model.policy import ClassificationRule, Tier
from placet.model.register import Factors


def matching(factors: Factors, rules: Iterable[ClassificationRule]) -> tuple[ClassificationRule, ...]:
    """The rules that `factors` meet, strictest first."""
    met = [
        rule for rule in rules if all(set(getattr(factors, name)) & set(values) for name, values in rule.when.items())
    ]
    return tuple(sorted(met, key=lambda rule: -rule.tier))


def least_tier(factors: Factors, rules: Iterable[ClassificationRule]) -> Tier:
    """The highest tier of all rules that match; low when none does."""
    return max((rule.tier for rule in matching(factors, rules)), default=Tier.LOW)
