"""Bytes of a file to text: UTF-8, no control characters, within a size. Knows lines and columns, no format.

A line ends at LF or CRLF and nowhere else, as git, editors and GitHub count. Never repairs what it reads.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache, lru_cache

from placet.findings import Finding, Position, Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

MIB = 1024 * 1024
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"

#: What stands in most files, as bytes: these need no closer look.
_ORDINARY = bytes([9, 10, 13, *range(0x20, 0x7F)])
# YAML's printable set without U+0085, which some readers take for a line break.
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_VERSION = r"%YAML[ \t]+[0-9]{1,3}\.[0-9]{1,3}[ \t]*(?:#.*)?\r?"
_OTHER_BREAK = "\r(?!\n)|[\u2028\u2029]"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Most files need none of them, and importing `re` takes longer than reading five files."""
    import re

    return re.compile(pattern)  # noqa: TID251


def finding(rule: str, path: str, position: Position, message: str, help: str = "") -> Finding:
    return Finding(rule, Severity.ERROR, path, position, message, help=help)


def shown(text: str, most: int = 80) -> str:
    """A piece of a file for a message: one line, not too long, nothing that could steer a terminal."""
    cut = text if len(text) <= most else text[: most - 3] + "..."
    return cut if cut.isprintable() else "".join(char if char.isprintable() else ascii(char)[1:-1] for char in cut)


def position(text: str, start: int, end: int = 0, line: int | None = None) -> Position:
    """Where `text[start:end]` stands; the width ends with its first line. Who knows the line may say it."""
    line_start = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start, max(start, end))
    width = len(text[start : end if stop < 0 else stop].rstrip())
    number = bisect_right(_line_starts(text), start) if line is None else line
    return Position(number, start - line_start + 1, max(1, width))


@lru_cache(maxsize=4)
def _line_starts(text: str) -> list[int]:
    starts, end = [0], text.find("\n")
    while end >= 0:
        starts.append(end + 1)
        end = text.find("\n", end + 1)
    return starts


def decode(path: str, data: bytes, most: int) -> str | tuple[Finding, ...]:
    """The text without its byte order mark, or what keeps it from being read."""
    if len(data) > most:
        message = f"this file has {len(data):,} bytes; at most {most // MIB} MiB is read"
        return (finding("FIL003", path, Position(), message, "split it into several files"),)
    try:
        text = data.decode("utf-8").removeprefix(BOM)
    except UnicodeDecodeError as error:
        return (_not_utf8(path, data, error.start),)
    if not data.translate(None, _ORDINARY):
        return text
    bad = _compiled(_UNPRINTABLE).search(text)
    if bad is None:
        return text
    message = f"this file holds the control character U+{ord(bad[0]):04X}"
    return (finding("FIL004", path, _first(text, bad.start()), message, "remove it, or write it as an escape"),)


def other_breaks(path: str, text: str) -> tuple[Finding, ...]:
    """YAML parsers disagree about these, and so a line could hide in a comment."""
    if "\r" not in text and "\u2028" not in text and "\u2029" not in text:
        return ()
    bad = _compiled(_OTHER_BREAK).search(text)
    if bad is None:
        return ()
    message = f"U+{ord(bad[0]):04X} may end a line or not, depending on who reads it"
    help_ = "end lines with LF or CRLF; inside a value write the escape in double quotes"
    return (finding("FIL004", path, position(text, bad.start()), message, help_),)


def directives(path: str, text: str) -> tuple[Finding, ...]:
    """YAML parsers take quadratic time for many of them, and nothing but the version has a meaning here."""
    if not text.startswith("%") and "\n%" not in text:
        return ()
    allowed = True  # at the beginning, and behind the `...` that ends a document
    start = known = 0
    for line in text.split("\n"):
        if allowed and line.startswith("%"):
            known += 1
            if known > 1 or not _compiled(_VERSION).fullmatch(line):
                where = position(text, start, start + len(line))
                return (finding("FIL001", path, where, "YAML directives aren't read", "remove this line"),)
        elif line.startswith("..."):
            allowed = True
        elif line.strip() and not line.lstrip().startswith("#"):
            allowed = False
        start += len(line) + 1
    return ()


def _first(text: str, start: int) -> Position:
    return position(text, start, line=text.count("\n", 0, start) + 1)


def _not_utf8(path: str, data: bytes, start: int) -> Finding:
    before = data[:start].decode("utf-8").removeprefix(BOM)
    message = f"this file is not UTF-8: byte 0x{data[start]:02X} cannot stand here"
    return finding("FIL004", path, _first(before, len(before)), message, "save it as UTF-8")
