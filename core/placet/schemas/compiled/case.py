"""Made from case.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import boolean, finite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ANY_1 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CHARS_2 = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_ANY_3 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_CHARS_4 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def _name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and value[:1] in _ANY_1 and not value.lstrip(_CHARS_2)


def _payload(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200000


def _variable(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and value[:1] in _ANY_3 and not value.lstrip(_CHARS_2)


def _inputs(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not (isinstance(item, str) and len(item) <= 200000):
            return False
    return len(value) <= 50 and all(map(_variable, value))


def _expected_object(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not finite(item):
            return False
    return len(value) <= 50


def _expected(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 200000
    return _expected_object(value)


def _turns_item(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200000


def _turns(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 20 and all(map(_turns_item, value))


def _tool_results_key_text(rest: str) -> bool:
    # ^[A-Za-z0-9_-]+$
    if not rest or rest[0] not in _CHARS_4:
        return False
    rest = rest.lstrip(_CHARS_4)
    return not rest


def _tool_results_key(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 64 and _tool_results_key_text(value)


def _tool_results(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not finite(item):
            return False
    return len(value) <= 50 and all(map(_tool_results_key, value))


def _tags(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 20 and all(map(_name, value))


def _fields(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not (isinstance(item, str) and len(item) <= 200):
            return False
    return len(value) <= 50 and all(map(_variable, value))


_FILE_KEYS = {
    "id": _name,
    "payload": _payload,
    "inputs": _inputs,
    "expected": _expected,
    "critical": boolean,
    "forbidden": boolean,
    "turns": _turns,
    "tool_results": _tool_results,
    "tags": _tags,
    "fields": _fields,
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
    return "id" in value


def _file_2(value: Any) -> bool:
    if not _file(value):
        return False
    if "payload" not in value and "inputs" not in value:
        return False
    return True


def conforms(value: Any) -> bool:
    """As case.schema.json asks for."""
    return _file_2(value)
