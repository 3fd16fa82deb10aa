"""Made from tiers.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import boolean, date, finite, integer, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "-0123456789abcdefghijklmnopqrstuvwxyz"
_ANY_2 = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_WORDS_3 = frozenset({"business", "technical", "data", "security", "risk", "support"})
_WORDS_4 = frozenset({"estimate", "interval"})
_WORDS_5 = frozenset({"warn", "owner-approves", "risk-approves", "block"})
_WORDS_6 = frozenset({"show", "block"})
_ANY_7 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CHARS_8 = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def _version(value: Any) -> bool:
    return value == 1 and value is not True


def _id(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= 64
        and value[:1] in _ANY_2
        and not value.lstrip(_CHARS_1)
        and value[-1] != "-"
        and "--" not in value
    )


def _tier_policy_controls(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_id, value))


def _owner_role(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_3


def _tier_policy_owners(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 6 and all(map(_owner_role, value))


def _tier_policy_approvals_people(value: Any) -> bool:
    return integer(value) and value >= 0 and value <= 20


def _tier_policy_approvals_roles(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 20 and all(map(_id, value))


_TIER_POLICY_APPROVALS_KEYS = {
    "people": _tier_policy_approvals_people,
    "roles": _tier_policy_approvals_roles,
    "rollback_people": _tier_policy_approvals_people,
}


def _tier_policy_approvals(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _TIER_POLICY_APPROVALS_KEYS:
            if not _TIER_POLICY_APPROVALS_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "people" in value and "roles" in value and "rollback_people" in value


def _tier_policy_gates_floor(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_4


def _share(value: Any) -> bool:
    return number(value) and value >= 0 and value <= 1


def _tier_policy_gates_confidence(value: Any) -> bool:
    return number(value) and value >= 0.5 and value <= 0.999


def _tier_policy_gates_inconclusive(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_5


def _tier_policy_gates_known_failures(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_6


def _tier_policy_gates_max_cost_increase(value: Any) -> bool:
    return number(value) and value >= 0 and value <= 100


_TIER_POLICY_GATES_KEYS = {
    "floor": _tier_policy_gates_floor,
    "margin": _share,
    "confidence": _tier_policy_gates_confidence,
    "inconclusive": _tier_policy_gates_inconclusive,
    "error_budget": _share,
    "known_failures": _tier_policy_gates_known_failures,
    "max_cost_increase": _tier_policy_gates_max_cost_increase,
    "extension": boolean,
}


def _tier_policy_gates(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _TIER_POLICY_GATES_KEYS:
            if not _TIER_POLICY_GATES_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return (
        "floor" in value
        and "margin" in value
        and "confidence" in value
        and "inconclusive" in value
        and "error_budget" in value
        and "known_failures" in value
    )


def _tier_policy_suites_least_cases(value: Any) -> bool:
    return integer(value) and value >= 0 and value <= 100000


def _tag(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and value[:1] in _ANY_7 and not value.lstrip(_CHARS_8)


def _tier_policy_suites_tags(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 50 and all(map(_tag, value))


_TIER_POLICY_SUITES_KEYS = {
    "least_cases": _tier_policy_suites_least_cases,
    "tags": _tier_policy_suites_tags,
}


def _tier_policy_suites(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _TIER_POLICY_SUITES_KEYS:
            if not _TIER_POLICY_SUITES_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "least_cases" in value


_TIER_POLICY_MODELS_KEYS = {
    "pinned": boolean,
}


def _tier_policy_models(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _TIER_POLICY_MODELS_KEYS:
            if not _TIER_POLICY_MODELS_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "pinned" in value


def _tier_policy_evidence_max_age_days(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 3650


_TIER_POLICY_EVIDENCE_KEYS = {
    "max_age_days": _tier_policy_evidence_max_age_days,
}


def _tier_policy_evidence(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _TIER_POLICY_EVIDENCE_KEYS:
            if not _TIER_POLICY_EVIDENCE_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "max_age_days" in value


def _date(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 10 and date(value)


_TIER_POLICY_THRESHOLDS_KEYS = {
    "owner": _id,
    "agreed_with": _id,
    "review_by": _date,
}


def _tier_policy_thresholds(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _TIER_POLICY_THRESHOLDS_KEYS:
            if not _TIER_POLICY_THRESHOLDS_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "owner" in value and "agreed_with" in value and "review_by" in value


_TIER_POLICY_KEYS = {
    "controls": _tier_policy_controls,
    "owners": _tier_policy_owners,
    "approvals": _tier_policy_approvals,
    "gates": _tier_policy_gates,
    "suites": _tier_policy_suites,
    "models": _tier_policy_models,
    "evidence": _tier_policy_evidence,
    "documents": _tier_policy_evidence,
    "thresholds": _tier_policy_thresholds,
}


def _tier_policy(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _TIER_POLICY_KEYS:
            if not _TIER_POLICY_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return (
        "controls" in value
        and "owners" in value
        and "approvals" in value
        and "gates" in value
        and "suites" in value
        and "models" in value
        and "evidence" in value
    )


_TIERS_KEYS = {
    "low": _tier_policy,
    "medium": _tier_policy,
    "high": _tier_policy,
    "critical": _tier_policy,
}


def _tiers(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _TIERS_KEYS or not _TIERS_KEYS[key](item):
            return False
    return "low" in value and "medium" in value and "high" in value and "critical" in value


_FILE_KEYS = {
    "version": _version,
    "tiers": _tiers,
}


def _file(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _FILE_KEYS:
            if not _FILE_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "version" in value and "tiers" in value


def conforms(value: Any) -> bool:
    """As tiers.schema.json asks for."""
    return _file(value)
