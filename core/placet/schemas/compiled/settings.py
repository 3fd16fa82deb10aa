"""Made from settings.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import boolean, finite, integer, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHARS_2 = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_ANY_3 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CHARS_4 = " -.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_5 = "-0123456789abcdefghijklmnopqrstuvwxyz"
_ANY_6 = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_CHARS_7 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_8 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_9 = "%+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_10 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _version(value: Any) -> bool:
    return value == 1 and value is not True


def _ledger_branch_text(rest: str) -> bool:
    # ^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$
    if not rest or rest[0] not in _CHARS_1:
        return False
    rest = rest.lstrip(_CHARS_2)
    while rest[:1] == "/":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_1:
            return False
        rest = rest.lstrip(_CHARS_2)
    return not rest


def _ledger_branch(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200 and _ledger_branch_text(value)


_LEDGER_KEYS = {
    "branch": _ledger_branch,
}


def _ledger(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _LEDGER_KEYS:
            if not _LEDGER_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "branch" in value


def _check_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 60 and value[:1] in _ANY_3 and not value.lstrip(_CHARS_4)


_CHECK_KEYS = {
    "name": _check_name,
}


def _check(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _CHECK_KEYS:
            if not _CHECK_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "name" in value


def _id(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= 64
        and value[:1] in _ANY_6
        and not value.lstrip(_CHARS_5)
        and value[-1] != "-"
        and "--" not in value
    )


_SUITES_KEYS = {
    "main": _id,
}


def _suites(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _SUITES_KEYS:
            if not _SUITES_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "main" in value


def _owner_text(rest: str) -> bool:
    # ^(@[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)$
    if rest[:1] == "@":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_1:
            return False
        rest = rest.lstrip(_CHARS_7)
        if rest[:1] == "/":
            rest = rest[1:]
            if not rest or rest[0] not in _CHARS_8:
                return False
            rest = rest.lstrip(_CHARS_2)
    elif rest and rest[0] in _CHARS_9:
        rest = rest.lstrip(_CHARS_9)
        if rest[:1] != "@":
            return False
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_10:
            return False
        rest = rest.lstrip(_CHARS_10)
        if rest[:1] != ".":
            return False
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_10:
            return False
        rest = rest.lstrip(_CHARS_10)
        while rest[:1] == ".":
            rest = rest[1:]
            if not rest or rest[0] not in _CHARS_10:
                return False
            rest = rest.lstrip(_CHARS_10)
    else:
        return False
    return not rest


def _owner(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 254 and _owner_text(value)


def _owners(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 20 and all(map(_owner, value))


def _roles(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not _owners(item):
            return False
    return len(value) <= 50 and all(map(_id, value))


def _budget_max_calls(value: Any) -> bool:
    return integer(value) and value >= 0 and value <= 10000000


def _budget_max_cost_usd(value: Any) -> bool:
    return number(value) and value >= 0 and value <= 1000000


def _budget_max_minutes(value: Any) -> bool:
    return number(value) and value > 0 and value <= 1440


_BUDGET_KEYS = {
    "max_calls": _budget_max_calls,
    "max_cost_usd": _budget_max_cost_usd,
    "max_minutes": _budget_max_minutes,
}


def _budget(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _BUDGET_KEYS:
            if not _BUDGET_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return True


_FILE_KEYS = {
    "version": _version,
    "ledger": _ledger,
    "check": _check,
    "suites": _suites,
    "roles": _roles,
    "budget": _budget,
    "secrets": boolean,
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
    return "version" in value and "ledger" in value and "check" in value and "suites" in value and "roles" in value


def conforms(value: Any) -> bool:
    """As settings.schema.json asks for."""
    return _file(value)
