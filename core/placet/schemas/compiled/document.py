"""Made from document.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import date, finite, line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "-0123456789abcdefghijklmnopqrstuvwxyz"
_ANY_2 = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_CHARS_3 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHARS_4 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_5 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_6 = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_7 = "%+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_8 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHARS_9 = "0123456789abcdef"


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


def _owner_text(rest: str) -> bool:
    # ^(@[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)$
    if rest[:1] == "@":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_3:
            return False
        rest = rest.lstrip(_CHARS_4)
        if rest[:1] == "/":
            rest = rest[1:]
            if not rest or rest[0] not in _CHARS_5:
                return False
            rest = rest.lstrip(_CHARS_6)
    elif rest and rest[0] in _CHARS_7:
        rest = rest.lstrip(_CHARS_7)
        if rest[:1] != "@":
            return False
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_8:
            return False
        rest = rest.lstrip(_CHARS_8)
        if rest[:1] != ".":
            return False
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_8:
            return False
        rest = rest.lstrip(_CHARS_8)
        while rest[:1] == ".":
            rest = rest[1:]
            if not rest or rest[0] not in _CHARS_8:
                return False
            rest = rest.lstrip(_CHARS_8)
    else:
        return False
    return not rest


def _owner(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 254 and _owner_text(value)


def _date(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 10 and date(value)


def _digest_text(rest: str) -> bool:
    # ^sha256:[0-9a-f]{64}$
    if not rest.startswith("sha256:"):
        return False
    rest = rest[7:]
    after = rest.lstrip(_CHARS_9)
    if len(rest) - len(after) != 64:
        return False
    rest = after
    return not rest


def _digest(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 71 and _digest_text(value)


_JUDGES_KEYS = {
    "registration": _digest,
    "prompts": _digest,
    "data": _digest,
    "suites": _digest,
    "controls": _digest,
}


def _judges(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _JUDGES_KEYS or not _JUDGES_KEYS[key](item):
            return False
    return 1 <= len(value) <= 5


_FILE_KEYS = {
    "kind": _id,
    "title": _line,
    "author": _owner,
    "date": _date,
    "review_by": _date,
    "judges": _judges,
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
    return "kind" in value and "title" in value and "author" in value and "date" in value and "judges" in value


def conforms(value: Any) -> bool:
    """As document.schema.json asks for."""
    return _file(value)
