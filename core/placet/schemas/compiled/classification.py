"""Made from classification.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import finite, line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "-0123456789abcdefghijklmnopqrstuvwxyz"
_ANY_2 = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_WORDS_3 = frozenset({"informs", "advises", "acts-with-approval", "acts"})
_WORDS_4 = frozenset({"internal", "personal", "sensitive"})
_WORDS_5 = frozenset({"internal", "partners", "customers", "public"})
_WORDS_6 = frozenset({"low", "moderate", "high", "safety"})
_WORDS_7 = frozenset({"low", "medium", "high", "critical"})


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


def _rules_item_when_autonomy_item(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_3


def _rules_item_when_autonomy(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 20 and all(map(_rules_item_when_autonomy_item, value))


def _rules_item_when_data_item(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_4


def _rules_item_when_data(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 20 and all(map(_rules_item_when_data_item, value))


def _rules_item_when_exposure_item(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_5


def _rules_item_when_exposure(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 20 and all(map(_rules_item_when_exposure_item, value))


def _rules_item_when_regulation(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 20 and all(map(_id, value))


def _rules_item_when_criticality_item(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_6


def _rules_item_when_criticality(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 20 and all(map(_rules_item_when_criticality_item, value))


_RULES_ITEM_WHEN_KEYS = {
    "autonomy": _rules_item_when_autonomy,
    "data": _rules_item_when_data,
    "exposure": _rules_item_when_exposure,
    "regulation": _rules_item_when_regulation,
    "criticality": _rules_item_when_criticality,
}


def _rules_item_when(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _RULES_ITEM_WHEN_KEYS or not _RULES_ITEM_WHEN_KEYS[key](item):
            return False
    return 1 <= len(value) <= 5


def _tier(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_7


def _line(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200 and line(value)


_RULES_ITEM_KEYS = {
    "id": _id,
    "when": _rules_item_when,
    "tier": _tier,
    "because": _line,
}


def _rules_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _RULES_ITEM_KEYS:
            if not _RULES_ITEM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "id" in value and "when" in value and "tier" in value and "because" in value


def _rules(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 200 and all(map(_rules_item, value))


_FILE_KEYS = {
    "version": _version,
    "rules": _rules,
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
    return "version" in value and "rules" in value


def conforms(value: Any) -> bool:
    """As classification.schema.json asks for."""
    return _file(value)
