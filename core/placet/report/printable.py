"""Text as a terminal may be given it: nothing in it acts. Light, since the last line of every check comes by here."""

from __future__ import annotations


def printable(text: str) -> str:
    """`text` with nothing in it that could drive a terminal or hide what it says."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter if _is_plain(letter) else _escaped(letter) for letter in text)


def _is_plain(letter: str) -> bool:
    import unicodedata

    return letter == "\u00a0" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _escaped(letter: str) -> str:
    return " " if letter in "\t\n" else f"\\u{ord(letter):04x}"


def columns(text: str) -> int:
    """How many terminal columns `text` takes; East Asian wide characters take two, combining ones none."""
    return sum(_width(letter) for letter in printable(text))


def _width(letter: str) -> int:
    import unicodedata

    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
