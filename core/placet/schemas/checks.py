"""What the generated modules in `compiled/` call: types as JSON Schema sees them, and texts that no short test covers.

Imports nothing at all, since a commit waits for it. Every function takes any value or text and answers, never raises.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_INFINITE = (float("inf"), float("-inf"))
_CONTROL = frozenset(map(chr, range(32)))
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ROLES = frozenset({"system", "user", "assistant"})


def integer(value: Any) -> bool:
    """`1.0` is one too; `true` isn't."""
    if type(value) is int:
        return True
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def number(value: Any) -> bool:
    """Not infinity and not `.nan`: no comparison of a schema would refuse that."""
    if isinstance(value, float):
        return value == value and value not in _INFINITE  # only `.nan` differs from itself
    return isinstance(value, int) and not isinstance(value, bool)


def text(value: Any) -> bool:
    return isinstance(value, str)


def boolean(value: Any) -> bool:
    return value is True or value is False


def nothing(value: Any) -> bool:
    return value is None


def finite(value: Any) -> bool:
    """Whether all numbers in `value` are, however deep."""
    if isinstance(value, str):
        return True
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending += item.values()
        elif isinstance(item, list):
            pending += item
        elif isinstance(item, float) and (item != item or item in _INFINITE):
            return False
    return True


def date(value: str) -> bool:
    """A day that exists, written YYYY-MM-DD."""
    digits = value[:4] + value[5:7] + value[8:]
    if len(value) != 10 or value[4] != "-" or value[7] != "-" or not (digits.isascii() and digits.isdigit()):
        return False
    year, month, day = int(value[:4]), int(value[5:7]), int(value[8:])
    if not (year and 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]):
        return False
    return month != 2 or day != 29 or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


def without_controls(value: str) -> bool:
    """No character below the space. Most text is printable, which Python knows quickly."""
    return value.isprintable() or _CONTROL.isdisjoint(value)


def visible(value: str) -> bool:
    """`^\\s*\\S[\\s\\S]*$`"""
    return value != "" and not value.isspace()


def json_path(value: str) -> bool:
    """`^\\$[^\\x00-\\x1f]*$`"""
    return value.startswith("$") and without_controls(value)


def line(value: str) -> bool:
    """`^ *[^\\x00-\\x20][^\\x00-\\x1f]*$`"""
    return value.lstrip(" ")[:1] > " " and without_controls(value)


def prompt_path(value: str) -> bool:
    """`^prompts/([^/.\\x00-\\x1f][^/\\x00-\\x1f]*/)*[^/.\\x00-\\x1f][^/\\x00-\\x1f]*\\.prompt\\.ya?ml$`"""
    return (
        value.startswith("prompts/")
        and value.endswith((".prompt.yml", ".prompt.yaml"))
        and "//" not in value
        and "/." not in value
        and without_controls(value)
    )


def cases_path(value: str) -> bool:
    """`^[^/\\x00-\\x1f][^\\x00-\\x1f]*\\.jsonl$`"""
    return len(value) > 6 and value.endswith(".jsonl") and value[0] != "/" and without_controls(value)


def role(value: str) -> bool:
    """One of three words in upper or lower case."""
    return value.isascii() and value.lower() in _ROLES


_EXPRESSIONS: dict[str, Any] = {}


def matches(pattern: str, value: str) -> bool:
    """For a pattern that isn't written out as Python: the whole of `value`, as the slow judge has it."""
    if pattern not in _EXPRESSIONS:
        import re

        _EXPRESSIONS[pattern] = re.compile(pattern)  # noqa: TID251 - the pattern is one of our own schemas'
    return _EXPRESSIONS[pattern].fullmatch(value) is not None
