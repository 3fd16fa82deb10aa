"""Risk factors for a system that nobody has described: the strictest that a tier allows, never what is convenient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

from placet.classification import least_tier
from placet.model.policy import ClassificationRule, Tier
from placet.model.register import Factors

#: What each factor may say, least first. Data adds up: whoever sees sensitive data sees the rest as well.
LEVELS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "autonomy": (("informs",), ("advises",), ("acts-with-approval",), ("acts",)),
    "data": ((), ("internal",), ("internal", "personal"), ("internal", "personal", "sensitive")),
    "exposure": (("internal",), ("partners",), ("customers",), ("public",)),
    "criticality": (("low",), ("moderate",), ("high",), ("safety",)),
}
Known = Mapping[str, tuple[str, ...]]


def strictest(known: Known, limit: Tier, rules: Iterable[ClassificationRule]) -> Factors | None:
    """`known` factors with the others as strict as `limit` allows; None when what is known demands a higher tier."""
    rules = tuple(rules)
    names = [name for name in LEVELS if name not in known]
    levels = [range(len(LEVELS[name])) for name in names]
    for chosen in sorted(product(*levels), key=lambda chosen: (-sum(chosen), chosen)):
        guessed = {name: LEVELS[name][level] for name, level in zip(names, chosen, strict=True)}
        factors = Factors(**{"regulation": (), **known, **guessed})
        if least_tier(factors, rules) <= limit:
            return factors
    return None
