"""Made from label.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import finite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ANY_1 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CHARS_2 = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_3 = "0123456789abcdef"
_WORDS_4 = frozenset({"pass", "fail", "unsure"})
_CHARS_5 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHARS_6 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_7 = "%+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_8 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHARS_9 = "0123456789"
_CHARS_10 = "123456789"
_CHARS_11 = "012"
_CHARS_12 = "12"
_CHARS_13 = "01"
_CHARS_14 = "0123"
_CHARS_15 = "012345"


def _case(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and value[:1] in _ANY_1 and not value.lstrip(_CHARS_2)


def _digest_text(rest: str) -> bool:
    # ^sha256:[0-9a-f]{64}$
    if not rest.startswith("sha256:"):
        return False
    rest = rest[7:]
    after = rest.lstrip(_CHARS_3)
    if len(rest) - len(after) != 64:
        return False
    rest = after
    return not rest


def _digest(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 71 and _digest_text(value)


def _verdict(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_4


def _author_text(rest: str) -> bool:
    # ^(@[A-Za-z0-9][A-Za-z0-9_-]*|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)$
    if rest[:1] == "@":
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


def _author(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 254 and _author_text(value)


def _at_text(rest: str) -> bool:
    # ^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$
    after = rest.lstrip(_CHARS_9)
    if len(rest) - len(after) != 4:
        return False
    rest = after
    if rest[:1] != "-":
        return False
    rest = rest[1:]
    if rest[:1] == "0":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_10:
            return False
        rest = rest[1:]
    elif rest[:1] == "1":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_11:
            return False
        rest = rest[1:]
    else:
        return False
    if rest[:1] != "-":
        return False
    rest = rest[1:]
    if rest[:1] == "0":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_10:
            return False
        rest = rest[1:]
    elif rest and rest[0] in _CHARS_12:
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_9:
            return False
        rest = rest[1:]
    elif rest[:1] == "3":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_13:
            return False
        rest = rest[1:]
    else:
        return False
    if rest[:1] != "T":
        return False
    rest = rest[1:]
    if rest and rest[0] in _CHARS_13:
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_9:
            return False
        rest = rest[1:]
    elif rest[:1] == "2":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_14:
            return False
        rest = rest[1:]
    else:
        return False
    if rest[:1] != ":":
        return False
    rest = rest[1:]
    if not rest or rest[0] not in _CHARS_15:
        return False
    rest = rest[1:]
    if not rest or rest[0] not in _CHARS_9:
        return False
    rest = rest[1:]
    if rest[:1] != ":":
        return False
    rest = rest[1:]
    if not rest or rest[0] not in _CHARS_15:
        return False
    rest = rest[1:]
    if not rest or rest[0] not in _CHARS_9:
        return False
    rest = rest[1:]
    if rest[:1] != "Z":
        return False
    rest = rest[1:]
    return not rest


def _at(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 20 and _at_text(value)


def _note(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 2000


_FILE_KEYS = {
    "case": _case,
    "subject": _digest,
    "output": _digest,
    "verdict": _verdict,
    "author": _author,
    "at": _at,
    "note": _note,
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
        "case" in value
        and "subject" in value
        and "output" in value
        and "verdict" in value
        and "author" in value
        and "at" in value
    )


def conforms(value: Any) -> bool:
    """As label.schema.json asks for."""
    return _file(value)
