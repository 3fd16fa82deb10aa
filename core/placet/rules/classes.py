"""Rules about classification: each rule of it changes some tier, and more risk never computes a lower one."""

from __future__ import annotations

from placet.model.policy import ClassificationRule, Tier
from placet.rules.problem import Check, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_CLASSIFICATION = "policies/classification.yaml"
#: The values of each factor that has an order, from least to most risk.
ORDER = {
    "autonomy": ("informs", "advises", "acts-with-approval", "acts"),
    "data": ("internal", "personal", "sensitive"),
    "exposure": ("internal", "partners", "customers", "public"),
    "criticality": ("low", "moderate", "high", "safety"),
}
_LISTS = frozenset({"data", "regulation"})
#: More combinations of one rule's values aren't gone through.
_MOST = 500


def rule_counts(check: Check) -> Iterator[Problem]:
    """A rule that another covers would be believed to be what raises a tier."""
    rules = check.snapshot.classification or ()
    for index, rule in enumerate(rules):
        others = ((place < index, other) for place, other in enumerate(rules) if other.id != rule.id)
        wider = next((other for first, other in others if _covers(other, rule, first)), None)
        keys = ("rules", index, "tier")
        if rule.tier is Tier.LOW:
            message = f"rule `{rule.id}` computes low, which is what no rule computes as well"
            yield _problem(check, keys, message, "remove it, or name the tier that was meant")
        elif wider is not None:
            message = (
                f"rule `{rule.id}` never counts: `{wider.id}` matches all that it does and computes {wider.tier.label}"
            )
            yield _problem(check, keys, message, "remove it, name a higher tier, or narrow the other one")


def _covers(other: ClassificationRule, rule: ClassificationRule, first: bool) -> bool:
    """Whether `other` matches whenever `rule` does and computes as much. Of two equal rules the first one counts."""
    wider = other.tier >= rule.tier and all(
        name in rule.when and set(rule.when[name]) <= set(values) for name, values in other.when.items()
    )
    same = other.tier == rule.tier and {name: set(values) for name, values in other.when.items()} == {
        name: set(values) for name, values in rule.when.items()
    }
    return wider and (first or not same)


def more_risk_is_no_lower(check: Check) -> Iterator[Problem]:
    """Otherwise a system gets the lower tier by being opened to more people, or by acting on its own."""
    rules = check.snapshot.classification or ()
    for index, rule in enumerate(rules):
        for name, order in ORDER.items():
            for worse, value in _uncovered(rule, name, order, rules):
                message = (
                    f"{name} {value} computes {rule.tier.label} here, and {worse}, which is riskier, computes less"
                )
                advice = f"add `{worse}` to `{name}`, or to a rule of tier {rule.tier.label} or higher"
                yield _problem(check, ("rules", index, "when", name, rule.when[name].index(value)), message, advice)


def _uncovered(
    rule: ClassificationRule, name: str, order: Sequence[str], rules: Sequence[ClassificationRule]
) -> Iterator[tuple[str, str]]:
    """(riskier value, value) where the rule matches the one, and no rule as strict matches the other in its place."""
    for value in rule.when.get(name, ()):
        for worse in order[order.index(value) + 1 :][:1]:
            if any(not _reaches(cell | {name: worse}, rule.tier, rules) for cell in _cells(rule, name)):
                yield worse, value


def _cells(rule: ClassificationRule, name: str) -> list[dict[str, str]]:
    """Every combination of the rule's other values: each of these is a system that it matches."""
    cells: list[dict[str, str]] = [{}]
    for other, values in rule.when.items():
        if other != name:
            cells = [cell | {other: value} for cell in cells for value in values]
    return cells[:_MOST]


def _reaches(cell: Mapping[str, str], tier: Tier, rules: Sequence[ClassificationRule]) -> bool:
    return any(rule.tier >= tier and all(_holds(cell, name, rule.when[name]) for name in rule.when) for rule in rules)


def _holds(cell: Mapping[str, str], name: str, values: Sequence[str]) -> bool:
    """Whether every system of `cell` has one of `values`: it says so, or they are all that there are."""
    return cell.get(name) in values or (name not in _LISTS and set(ORDER.get(name, ())) <= set(values))


def _problem(check: Check, keys: tuple[str | int, ...], message: str, advice: str) -> Problem:
    return Problem(_CLASSIFICATION, check.snapshot.at(_CLASSIFICATION, *keys), message, help=advice)
