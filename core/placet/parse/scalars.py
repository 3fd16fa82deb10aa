"""The core schema of YAML 1.2: which value a scalar is. `no` is text, `010` is ten, a date stays text."""

from __future__ import annotations

import re

from placet.parse import text as source
from placet.record import record

Scalar = str | int | float | bool | None

LONGEST_NUMBER = 100
CORE = "tag:yaml.org,2002:"

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")  # noqa: TID251
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")  # noqa: TID251
_BASES = {"0o": 8, "0x": 16}
_TYPES: dict[str, tuple[type, ...]] = {
    CORE + "null": (type(None),),
    CORE + "bool": (bool,),
    CORE + "int": (int,),
    CORE + "float": (int, float),
}


@record
class Refused:
    """Why a scalar has no value here."""

    rule: str
    message: str
    help: str = ""


def plain(text: str) -> Scalar | Refused:
    """The value of a scalar without quotes and without a tag."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INT.fullmatch(text):
        if len(text) > LONGEST_NUMBER:
            return Refused("FIL003", f"a number has more than {LONGEST_NUMBER} digits", "is it text? then quote it")
        return int(text[2:], _BASES[text[:2]]) if text[:2] in _BASES else int(text)
    if len(text) <= LONGEST_NUMBER and _FLOAT.fullmatch(text):
        return float(text)
    return text


def tagged(tag: str, text: str) -> Scalar | Refused:
    """The value of a scalar whose tag is written out."""
    if tag in ("!", CORE + "str"):
        return text
    if tag not in _TYPES:
        return Refused("FIL001", f"the tag `{shown(tag)}` is not allowed", "only YAML's own plain types are read")
    value = plain(text)
    if isinstance(value, Refused):
        return value
    fits = isinstance(value, _TYPES[tag]) and (tag == CORE + "bool" or not isinstance(value, bool))
    if not fits:
        return Refused("FIL001", f"`{source.shown(text, 40)}` is no value of the tag `{shown(tag)}`")
    return float(value) if tag == CORE + "float" and isinstance(value, int) else value


def shown(tag: str) -> str:
    return source.shown("!!" + tag.removeprefix(CORE) if tag.startswith(CORE) else tag)
