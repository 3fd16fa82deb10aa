"""A case as lines of plain text: labels on the left, texts wrapped beside them. Escapes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from placet.report.escape import clipped
from placet.report.flips import Flip
from placet.report.losses import Loss
from placet.report.printable import printable

_LABEL = 10
_MOST_LINES = 12


def flip_lines(flip: Flip, longest: int, width: int = 96) -> str:
    """Input, expected, before and after, each cut to `longest` characters."""
    parts = (("input", flip.input), ("expected", flip.expected), ("before", flip.before), ("after", flip.after))
    return _lines(parts, longest, width)


def loss_lines(loss: Loss, longest: int, width: int = 96) -> str:
    """Input, expected and the answer, each cut to `longest` characters."""
    return _lines((("input", loss.input), ("expected", loss.expected), ("answer", loss.answer)), longest, width)


def _lines(parts: Iterable[tuple[str, str]], longest: int, width: int) -> str:
    return "\n".join(line for label, text in parts if text for line in labelled(label, clipped(text, longest), width))


def labelled(label: str, text: str, width: int) -> Iterator[str]:
    lines = [part for line in text.splitlines() for part in wrapped(printable(line), width - _LABEL)] or [""]
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], f"… ({len(lines) - _MOST_LINES + 1} more lines)"]
    for number, line in enumerate(lines):
        yield f"{'' if number else label:<{_LABEL}}{line}".rstrip()


def wrapped(line: str, width: int) -> list[str]:
    """`line` in pieces of at most `width` characters, parted at spaces where there are some."""
    pieces = []
    while len(line) > width:
        at = line.rfind(" ", width // 2, width + 1)
        pieces.append(line[: at if at > 0 else width].rstrip())
        line = line[at if at > 0 else width :].lstrip()
    return [*pieces, line]
