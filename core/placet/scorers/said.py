"""Everything that a system let out in one trial, and plain forms of text in which nothing hides. Judges nothing."""

from __future__ import annotations

import sys
import unicodedata

from placet.scorers.output import Output


def everything(output: Output) -> str:
    """The answers of all turns and the arguments of all tool calls: a leak in any of them is one."""
    turns = output.turns if output.text in output.turns else (*output.turns, output.text)
    return "\n".join((*turns, *(f"{call.name} {call.arguments}" for call in output.calls)))


def unmasked(text: str) -> str:
    """Without characters that show nothing; wide or styled letters, and digits of any script, as plain ones."""
    if text.isascii():
        return text
    for char in set(text):
        if unicodedata.category(char) == "Cf":
            text = text.replace(char, "")
        elif char.isdecimal() and not char.isascii():
            text = text.replace(char, str(unicodedata.decimal(char)))
    return unicodedata.normalize("NFKC", text)


def squeezed(text: str) -> str:
    """Letters and digits alone, upper and lower case alike: spaces, signs and invisible characters hide nothing."""
    return alphanumeric(unmasked(text))


def alphanumeric(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def unescaped(text: str) -> str:
    r"""`\u0041`, `\x41`, `&#65;` and `&#x41;` as the characters that they mean; everything else stays."""
    for mark, read in (("\\", _of_program), ("&#", _of_markup)):
        first, *parts = text.split(mark)
        text = first + "".join(read(part) or mark + part for part in parts)
    return text


def _of_program(part: str) -> str:
    size = {"u": 4, "x": 2}.get(part[:1], 0)
    digits = part[1 : 1 + size]
    return _character(digits, 16, part[1 + size :]) if size and len(digits) == size else ""


def _of_markup(part: str) -> str:
    base, start = (16, 1) if part[:1] in {"x", "X"} else (10, 0)
    end = start
    while end < len(part) and end - start < _LONGEST_ENTITY and part[end] in _DIGITS[base]:
        end += 1
    return _character(part[start:end], base, part[end:].removeprefix(";"))


_LONGEST_ENTITY = 8
_DIGITS = {10: frozenset("0123456789"), 16: frozenset("0123456789abcdefABCDEF")}


def _character(digits: str, base: int, rest: str) -> str:
    if not digits or not _DIGITS[base].issuperset(digits):
        return ""
    code = int(digits, base)
    return chr(code) + rest if code <= sys.maxunicode else ""
