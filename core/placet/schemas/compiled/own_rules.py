"""Made from own-rules.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import finite, integer, line, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CHARS_2 = "0123456789"
_WORDS_3 = frozenset({"error", "warning"})
_WORDS_4 = frozenset({"system", "prompt", "suite", "document", "waiver", "incident"})


def _version(value: Any) -> bool:
    return value == 1 and value is not True


def _rules_item_id_text(rest: str) -> bool:
    # ^[A-Z]{4,12}[0-9]{3}$
    after = rest.lstrip(_CHARS_1)
    if not 4 <= len(rest) - len(after) <= 12:
        return False
    rest = after
    after = rest.lstrip(_CHARS_2)
    if len(rest) - len(after) != 3:
        return False
    rest = after
    return not rest


def _rules_item_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 15 and _rules_item_id_text(value)


def _line(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200 and line(value)


def _rules_item_severity(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_3


def _rules_item_on(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_4


def _expression(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 2000 and visible(value)


def _rules_item_message(value: Any) -> bool:
    return _line(value) and len(value) <= 500


def _rules_item_at_item(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 200
    if integer(value):
        return value >= 0 and value <= 10000
    return False


def _rules_item_at(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 10 and all(map(_rules_item_at_item, value))


_RULES_ITEM_KEYS = {
    "id": _rules_item_id,
    "title": _line,
    "severity": _rules_item_severity,
    "on": _rules_item_on,
    "when": _expression,
    "require": _expression,
    "message": _rules_item_message,
    "help": _rules_item_message,
    "at": _rules_item_at,
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
    return (
        "id" in value
        and "title" in value
        and "severity" in value
        and "on" in value
        and "require" in value
        and "message" in value
        and "help" in value
    )


def _rules(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_rules_item, value))


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
    """As own-rules.schema.json asks for."""
    return _file(value)
