"""Made from recorded.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import finite, integer, line, nothing, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "0123456789abcdef"
_CHARS_2 = "0123456789"
_CHARS_3 = "123456789"
_CHARS_4 = "012"
_CHARS_5 = "12"
_CHARS_6 = "01"
_ANY_7 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CHARS_8 = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_9 = "-0123456789abcdefghijklmnopqrstuvwxyz"
_ANY_10 = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")


def _digest_text(rest: str) -> bool:
    # ^sha256:[0-9a-f]{64}$
    if not rest.startswith("sha256:"):
        return False
    rest = rest[7:]
    after = rest.lstrip(_CHARS_1)
    if len(rest) - len(after) != 64:
        return False
    rest = after
    return not rest


def _digest(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 71 and _digest_text(value)


def _made_text(rest: str) -> bool:
    # ^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$
    after = rest.lstrip(_CHARS_2)
    if len(rest) - len(after) != 4:
        return False
    rest = after
    if rest[:1] != "-":
        return False
    rest = rest[1:]
    if rest[:1] == "0":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_3:
            return False
        rest = rest[1:]
    elif rest[:1] == "1":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_4:
            return False
        rest = rest[1:]
    else:
        return False
    if rest[:1] != "-":
        return False
    rest = rest[1:]
    if rest[:1] == "0":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_3:
            return False
        rest = rest[1:]
    elif rest and rest[0] in _CHARS_5:
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_2:
            return False
        rest = rest[1:]
    elif rest[:1] == "3":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_6:
            return False
        rest = rest[1:]
    else:
        return False
    return not rest


def _made(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 10 and _made_text(value)


def _line(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200 and line(value)


_TOOL_KEYS = {
    "name": _line,
    "version": _line,
}


def _tool(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _TOOL_KEYS:
            if not _TOOL_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "name" in value and "version" in value


_SOURCE_KEYS = {
    "name": _line,
    "digest": _digest,
}


def _source(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _SOURCE_KEYS:
            if not _SOURCE_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "name" in value and "digest" in value


def _id(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and value[:1] in _ANY_7 and not value.lstrip(_CHARS_8)


def _trial(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 1000


def _output(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200000


def _scores_other(value: Any) -> bool:
    if number(value):
        return value >= 0 and value <= 1
    return nothing(value)


def _id_2(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= 64
        and value[:1] in _ANY_10
        and not value.lstrip(_CHARS_9)
        and value[-1] != "-"
        and "--" not in value
    )


def _scores(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not _scores_other(item):
            return False
    return len(value) <= 50 and all(map(_id_2, value))


def _latency_ms(value: Any) -> bool:
    return number(value) and value >= 0 and value <= 1000000000


_FILE_KEYS = {
    "made_by": _digest,
    "made": _made,
    "tool": _tool,
    "source": _source,
    "id": _id,
    "trial": _trial,
    "output": _output,
    "scores": _scores,
    "error": _line,
    "latency_ms": _latency_ms,
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
    return True


def _all_0_then(value: Any) -> bool:
    return (
        "made" in value
        and "tool" in value
        and "id" not in value
        and "trial" not in value
        and "output" not in value
        and "scores" not in value
        and "error" not in value
        and "latency_ms" not in value
    )


def _all_1_then(value: Any) -> bool:
    return "id" in value and "made" not in value and "tool" not in value and "source" not in value


def _all_2_if(value: Any) -> bool:
    return "made_by" not in value and "scores" not in value and "error" not in value


def _file_2(value: Any) -> bool:
    if not _file(value):
        return False
    if "made_by" in value and not _all_0_then(value):
        return False
    if "made_by" not in value and not _all_1_then(value):
        return False
    if _all_2_if(value) and "output" not in value:
        return False
    return True


def conforms(value: Any) -> bool:
    """As recorded.schema.json asks for."""
    return _file_2(value)
