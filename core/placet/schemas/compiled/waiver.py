"""Made from waiver.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import date, finite, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "0123456789abcdefghijklmnopqrstuvwxyz"
_CHARS_2 = "-0123456789abcdefghijklmnopqrstuvwxyz"
_ANY_3 = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_CHARS_4 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHARS_5 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_6 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_7 = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_8 = "%+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_9 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _version(value: Any) -> bool:
    return value == 1 and value is not True


def _control_text(rest: str) -> bool:
    # ^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?$
    if not rest or rest[0] not in _CHARS_1:
        return False
    rest = rest.lstrip(_CHARS_1)
    while rest[:1] == "-":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_1:
            return False
        rest = rest.lstrip(_CHARS_1)
    if rest[:1] == ".":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_1:
            return False
        rest = rest.lstrip(_CHARS_1)
        while rest[:1] == "-":
            rest = rest[1:]
            if not rest or rest[0] not in _CHARS_1:
                return False
            rest = rest.lstrip(_CHARS_1)
    return not rest


def _control(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 130 and _control_text(value)


def _id(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= 64
        and value[:1] in _ANY_3
        and not value.lstrip(_CHARS_2)
        and value[-1] != "-"
        and "--" not in value
    )


def _reason(value: Any) -> bool:
    return isinstance(value, str) and 20 <= len(value) <= 4000 and visible(value)


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


def _date(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 10 and date(value)


_FILE_KEYS = {
    "version": _version,
    "control": _control,
    "system": _id,
    "reason": _reason,
    "owner": _owner,
    "approver": _owner,
    "until": _date,
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
        and "control" in value
        and "system" in value
        and "reason" in value
        and "owner" in value
        and "approver" in value
        and "until" in value
    )


def conforms(value: Any) -> bool:
    """As waiver.schema.json asks for."""
    return _file(value)
