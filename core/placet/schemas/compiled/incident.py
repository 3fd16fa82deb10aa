"""Made from incident.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import date, finite, line, prompt_path, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "-0123456789abcdefghijklmnopqrstuvwxyz"
_ANY_2 = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_WORDS_3 = frozenset({"minor", "major", "critical"})
_CHARS_4 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHARS_5 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_6 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_7 = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_8 = "%+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_9 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_WORDS_10 = frozenset({"business", "technical", "data", "security", "risk", "support"})
_CHARS_11 = "0123456789abcdef"
_CHARS_12 = "0123456789abcdefghijklmnopqrstuvwxyz"


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


def _title(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200 and line(value)


def _severity(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_3


def _text(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 4000 and visible(value)


def _what(value: Any) -> bool:
    return _text(value) and len(value) >= 20


def _date(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 10 and date(value)


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


_DETECTED_BY_KEYS = {
    "monitor": _id,
    "person": _owner,
}


def _detected_by(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _DETECTED_BY_KEYS or not _DETECTED_BY_KEYS[key](item):
            return False
    return len(value) == 1


def _owner_2(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_10


def _prompt(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 300 and prompt_path(value)


def _revision_text(rest: str) -> bool:
    # ^[0-9a-f]{7,64}$
    after = rest.lstrip(_CHARS_11)
    if not 7 <= len(rest) - len(after) <= 64:
        return False
    rest = after
    return not rest


def _revision(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 64 and _revision_text(value)


def _cases_item_text(rest: str) -> bool:
    # ^[a-z0-9]+(-[a-z0-9]+)*/[A-Za-z0-9][A-Za-z0-9._-]*$
    if not rest or rest[0] not in _CHARS_12:
        return False
    rest = rest.lstrip(_CHARS_12)
    while rest[:1] == "-":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_12:
            return False
        rest = rest.lstrip(_CHARS_12)
    if rest[:1] != "/":
        return False
    rest = rest[1:]
    if not rest or rest[0] not in _CHARS_4:
        return False
    rest = rest.lstrip(_CHARS_7)
    return not rest


def _cases_item(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 170 and _cases_item_text(value)


def _cases(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_cases_item, value))


_FILE_KEYS = {
    "version": _version,
    "id": _id,
    "system": _id,
    "title": _title,
    "severity": _severity,
    "what": _what,
    "cause": _text,
    "detected": _date,
    "detected_by": _detected_by,
    "resolved": _date,
    "owner": _owner_2,
    "prompt": _prompt,
    "revision": _revision,
    "failure_mode": _id,
    "cases": _cases,
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
        and "system" in value
        and "title" in value
        and "severity" in value
        and "what" in value
        and "detected" in value
        and "detected_by" in value
        and "owner" in value
    )


def conforms(value: Any) -> bool:
    """As incident.schema.json asks for."""
    return _file(value)
