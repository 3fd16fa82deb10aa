"""Made from system.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import boolean, date, finite, integer, line, number, prompt_path, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "-0123456789abcdefghijklmnopqrstuvwxyz"
_ANY_2 = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_WORDS_3 = frozenset({"experiment", "staging", "production", "retired"})
_CHARS_4 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHARS_5 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_6 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_7 = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_8 = "%+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_9 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_WORDS_10 = frozenset({"low", "medium", "high", "critical"})
_WORDS_11 = frozenset({"informs", "advises", "acts-with-approval", "acts"})
_WORDS_12 = frozenset({"internal", "personal", "sensitive"})
_WORDS_13 = frozenset({"internal", "partners", "customers", "public"})
_WORDS_14 = frozenset({"low", "moderate", "high", "safety"})
_ANY_15 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CHARS_16 = "+-./0123456789:@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_17 = "+-.0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_18 = "0123456789abcdef"
_WORDS_19 = frozenset({"primary", "fallback", "judge"})
_ANY_20 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_WORDS_21 = frozenset({"public", "internal", "personal", "sensitive"})
_CHARS_22 = "123456789"
_CHARS_23 = "0123456789"
_WORDS_24 = frozenset({"performance", "quality", "cost", "data", "safety"})
_WORDS_25 = frozenset({"business", "technical", "data", "security", "risk", "support"})
_WORDS_26 = frozenset({"staged", "ab", "all-at-once"})
_WORDS_27 = frozenset({"staged", "ab"})
_CHARS_28 = "0123456789abcdefghijklmnopqrstuvwxyz"


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


def _line(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200 and line(value)


def _text(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 4000 and visible(value)


def _lifecycle(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_3


def _owner_text(rest: str) -> bool:
    # ^(@[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)$
    if rest[:1] == "@":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_4:
            return False
        rest = rest.lstrip(_CHARS_5)
        if rest[:1] == "/":
            rest = rest[1:]
            if not rest or rest[0] not in _CHARS_6:
                return False
            rest = rest.lstrip(_CHARS_7)
    elif rest and rest[0] in _CHARS_8:
        rest = rest.lstrip(_CHARS_8)
        if rest[:1] != "@":
            return False
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_9:
            return False
        rest = rest.lstrip(_CHARS_9)
        if rest[:1] != ".":
            return False
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_9:
            return False
        rest = rest.lstrip(_CHARS_9)
        while rest[:1] == ".":
            rest = rest[1:]
            if not rest or rest[0] not in _CHARS_9:
                return False
            rest = rest.lstrip(_CHARS_9)
    else:
        return False
    return not rest


def _owner(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 254 and _owner_text(value)


def _owners(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 20 and all(map(_owner, value))


_OWNERS_2_KEYS = {
    "business": _owners,
    "technical": _owners,
    "data": _owners,
    "security": _owners,
    "risk": _owners,
    "support": _owners,
}


def _owners_2(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _OWNERS_2_KEYS or not _OWNERS_2_KEYS[key](item):
            return False
    return 1 <= len(value) <= 6


def _tier(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_10


def _risk_factors_autonomy(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_11


def _risk_factors_data_item(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_12


def _risk_factors_data(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 3 and all(map(_risk_factors_data_item, value))


def _risk_factors_exposure(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_13


def _risk_factors_regulation(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 20 and all(map(_id, value))


def _risk_factors_criticality(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_14


_RISK_FACTORS_KEYS = {
    "autonomy": _risk_factors_autonomy,
    "data": _risk_factors_data,
    "exposure": _risk_factors_exposure,
    "regulation": _risk_factors_regulation,
    "criticality": _risk_factors_criticality,
}


def _risk_factors(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _RISK_FACTORS_KEYS or not _RISK_FACTORS_KEYS[key](item):
            return False
    return (
        "autonomy" in value
        and "data" in value
        and "exposure" in value
        and "regulation" in value
        and "criticality" in value
    )


_RISK_KEYS = {
    "tier": _tier,
    "factors": _risk_factors,
}


def _risk(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _RISK_KEYS:
            if not _RISK_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "tier" in value and "factors" in value


def _models_item_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200 and value[:1] in _ANY_15 and not value.lstrip(_CHARS_16)


def _models_item_version(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and value[:1] in _ANY_15 and not value.lstrip(_CHARS_17)


def _models_item_digest_text(rest: str) -> bool:
    # ^sha256:[0-9a-f]{64}$
    if not rest.startswith("sha256:"):
        return False
    rest = rest[7:]
    after = rest.lstrip(_CHARS_18)
    if len(rest) - len(after) != 64:
        return False
    rest = after
    return not rest


def _models_item_digest(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 71 and _models_item_digest_text(value)


def _models_item_role(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_19


_MODELS_ITEM_KEYS = {
    "id": _models_item_id,
    "provider": _id,
    "name": _models_item_id,
    "version": _models_item_version,
    "digest": _models_item_digest,
    "role": _models_item_role,
}


def _models_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _MODELS_ITEM_KEYS:
            if not _MODELS_ITEM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "id" in value and "name" in value


def _models_item_2(value: Any) -> bool:
    if not _models_item(value):
        return False
    if "digest" not in value and "provider" not in value:
        return False
    return True


def _models(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 20 and all(map(_models_item_2, value))


def _prompt_path(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 300 and prompt_path(value)


def _variable(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and value[:1] in _ANY_20 and not value.lstrip(_CHARS_7)


def _prompts_item_untrusted(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 50 and all(map(_variable, value))


_PROMPTS_ITEM_KEYS = {
    "path": _prompt_path,
    "untrusted": _prompts_item_untrusted,
}


def _prompts_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _PROMPTS_ITEM_KEYS:
            if not _PROMPTS_ITEM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "path" in value


def _prompts(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 200 and all(map(_prompts_item, value))


def _name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and value[:1] in _ANY_15 and not value.lstrip(_CHARS_7)


def _data_sources_item_class(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_21


def _data_sources_item_retention_text(rest: str) -> bool:
    # ^(none|[1-9][0-9]{0,3} (hours?|days?|months?|years?))$
    if rest[:1] == "n":
        if not rest.startswith("none"):
            return False
        rest = rest[4:]
    elif rest and rest[0] in _CHARS_22:
        rest = rest[1:]
        after = rest.lstrip(_CHARS_23)
        if not 0 <= len(rest) - len(after) <= 3:
            return False
        rest = after
        if rest[:1] != " ":
            return False
        rest = rest[1:]
        if rest[:1] == "h":
            if not rest.startswith("hour"):
                return False
            rest = rest[4:]
            if rest[:1] == "s":
                rest = rest[1:]
        elif rest[:1] == "d":
            if not rest.startswith("day"):
                return False
            rest = rest[3:]
            if rest[:1] == "s":
                rest = rest[1:]
        elif rest[:1] == "m":
            if not rest.startswith("month"):
                return False
            rest = rest[5:]
            if rest[:1] == "s":
                rest = rest[1:]
        elif rest[:1] == "y":
            if not rest.startswith("year"):
                return False
            rest = rest[4:]
            if rest[:1] == "s":
                rest = rest[1:]
        else:
            return False
    else:
        return False
    return not rest


def _data_sources_item_retention(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 20 and _data_sources_item_retention_text(value)


_DATA_SOURCES_ITEM_KEYS = {
    "name": _name,
    "class": _data_sources_item_class,
    "contract": _line,
    "retention": _data_sources_item_retention,
}


def _data_sources_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _DATA_SOURCES_ITEM_KEYS:
            if not _DATA_SOURCES_ITEM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "name" in value and "class" in value


def _data_sources(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_data_sources_item, value))


def _tools_item_permissions(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 50 and all(map(_name, value))


_TOOLS_ITEM_KEYS = {
    "name": _name,
    "permissions": _tools_item_permissions,
    "needs_approval": boolean,
}


def _tools_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _TOOLS_ITEM_KEYS:
            if not _TOOLS_ITEM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "name" in value and "permissions" in value and "needs_approval" in value


def _tools(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_tools_item, value))


def _fallback_circuit_breaker_invalid_answers(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 1000


def _fallback_circuit_breaker_reset_seconds(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 86400


_FALLBACK_CIRCUIT_BREAKER_KEYS = {
    "invalid_answers": _fallback_circuit_breaker_invalid_answers,
    "reset_seconds": _fallback_circuit_breaker_reset_seconds,
}


def _fallback_circuit_breaker(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _FALLBACK_CIRCUIT_BREAKER_KEYS:
            if not _FALLBACK_CIRCUIT_BREAKER_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "invalid_answers" in value and "reset_seconds" in value


_FALLBACK_KEYS = {
    "to": _line,
    "circuit_breaker": _fallback_circuit_breaker,
}


def _fallback(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _FALLBACK_KEYS:
            if not _FALLBACK_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "to" in value


def _monitoring_item_group(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_24


def _owner_role(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_25


_MONITORING_ITEM_KEYS = {
    "name": _id,
    "group": _monitoring_item_group,
    "signal": _line,
    "alert": _line,
    "owner": _owner_role,
}


def _monitoring_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _MONITORING_ITEM_KEYS:
            if not _MONITORING_ITEM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "name" in value and "group" in value and "signal" in value and "alert" in value and "owner" in value


def _monitoring(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_monitoring_item, value))


def _rollout_strategy(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_26


def _rollout_stages_item_percent(value: Any) -> bool:
    return number(value) and value >= 0 and value <= 100


_ROLLOUT_STAGES_ITEM_KEYS = {
    "name": _id,
    "percent": _rollout_stages_item_percent,
    "success": _line,
}


def _rollout_stages_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _ROLLOUT_STAGES_ITEM_KEYS:
            if not _ROLLOUT_STAGES_ITEM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "name" in value and "percent" in value and "success" in value


def _rollout_stages(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 20 and all(map(_rollout_stages_item, value))


_ROLLOUT_KEYS = {
    "strategy": _rollout_strategy,
    "stages": _rollout_stages,
}


def _rollout(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _ROLLOUT_KEYS:
            if not _ROLLOUT_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "strategy" in value


def _rollout_if(value: Any) -> bool:
    return "strategy" in value and isinstance(value["strategy"], str) and value["strategy"] in _WORDS_27


def _rollout_2(value: Any) -> bool:
    if not _rollout(value):
        return False
    if _rollout_if(value) and "stages" not in value:
        return False
    return True


def _limitations(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 50 and all(map(_text, value))


def _failure_modes_item_tags(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 20 and all(map(_name, value))


def _failure_modes_item_cases_item_text(rest: str) -> bool:
    # ^[a-z0-9]+(-[a-z0-9]+)*(/[A-Za-z0-9][A-Za-z0-9._-]*)?$
    if not rest or rest[0] not in _CHARS_28:
        return False
    rest = rest.lstrip(_CHARS_28)
    while rest[:1] == "-":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_28:
            return False
        rest = rest.lstrip(_CHARS_28)
    if rest[:1] == "/":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_4:
            return False
        rest = rest.lstrip(_CHARS_7)
    return not rest


def _failure_modes_item_cases_item(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 170 and _failure_modes_item_cases_item_text(value)


def _failure_modes_item_cases(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 100 and all(map(_failure_modes_item_cases_item, value))


_FAILURE_MODES_ITEM_KEYS = {
    "id": _id,
    "description": _text,
    "tags": _failure_modes_item_tags,
    "cases": _failure_modes_item_cases,
}


def _failure_modes_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _FAILURE_MODES_ITEM_KEYS:
            if not _FAILURE_MODES_ITEM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "id" in value and "description" in value and "cases" in value


def _failure_modes(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_failure_modes_item, value))


def _human_oversight_max_response_minutes(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 100000


_HUMAN_OVERSIGHT_KEYS = {
    "who": _line,
    "how": _text,
    "max_response_minutes": _human_oversight_max_response_minutes,
}


def _human_oversight(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _HUMAN_OVERSIGHT_KEYS:
            if not _HUMAN_OVERSIGHT_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "who" in value and "how" in value and "max_response_minutes" in value


def _region(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= 40
        and value[:1] in _ANY_2
        and not value.lstrip(_CHARS_1)
        and value[-1] != "-"
        and "--" not in value
    )


def _residency_regions(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 50 and all(map(_region, value))


_RESIDENCY_KEYS = {
    "regions": _residency_regions,
}


def _residency(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _RESIDENCY_KEYS:
            if not _RESIDENCY_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "regions" in value


def _date(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 10 and date(value)


_FILE_KEYS = {
    "version": _version,
    "id": _id,
    "title": _line,
    "purpose": _text,
    "kind": _id,
    "lifecycle": _lifecycle,
    "owners": _owners_2,
    "risk": _risk,
    "models": _models,
    "prompts": _prompts,
    "data_sources": _data_sources,
    "tools": _tools,
    "fallback": _fallback,
    "monitoring": _monitoring,
    "rollout": _rollout_2,
    "limitations": _limitations,
    "failure_modes": _failure_modes,
    "human_oversight": _human_oversight,
    "residency": _residency,
    "cost_center": _name,
    "reviewed": _date,
    "review_by": _date,
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
    return (
        "version" in value
        and "id" in value
        and "title" in value
        and "purpose" in value
        and "kind" in value
        and "lifecycle" in value
        and "owners" in value
        and "risk" in value
        and "models" in value
        and "prompts" in value
    )


def conforms(value: Any) -> bool:
    """As system.schema.json asks for."""
    return _file(value)
