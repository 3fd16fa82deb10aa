"""The core schema of YAML 1.2: which value a scalar is. `no` is text, `010` is ten, a date stays text."""

from __future__ import annotations

from placet.parse import text as source
from placet.record import record

Scalar = str | int | float | bool | None

LONGEST_NUMBER = 100
CORE = "tag:yaml.org,2002:"

#: Plain scalars that are no text, besides numbers.
WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
#: What a number begins with.
NUMERIC = frozenset("+-.0123456789")
_DIGITS = {"0o": (8, "01234567"), "0x": (16, "0123456789abcdefABCDEF")}
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
    if text in WORDS:
        return WORDS[text]
    if text[0] not in NUMERIC:
        return text
    base, digits = _DIGITS.get(text[:2], (0, ""))
    whole = len(text) > 2 and not text[2:].strip(digits) if base else _are_digits(_unsigned(text))
    if whole and len(text) > LONGEST_NUMBER:
        return Refused("FIL003", f"a number has more than {LONGEST_NUMBER} digits", "is it text? then quote it")
    if whole:
        return int(text[2:], base) if base else int(text)
    return float(text) if len(text) <= LONGEST_NUMBER and _is_float(text) else text


def _is_float(text: str) -> bool:
    """`[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?`, without the 5 ms that importing `re` takes."""
    mantissa, exponent, power = _unsigned(text).replace("E", "e").partition("e")
    whole, point, part = mantissa.partition(".")
    if exponent and not _are_digits(_unsigned(power)):
        return False
    return (_are_digits(whole) and (not part or _are_digits(part))) or (not whole and bool(point) and _are_digits(part))


def _unsigned(text: str) -> str:
    return text[1:] if text[:1] in ("+", "-") else text


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


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
