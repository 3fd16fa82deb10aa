"""Tables drawn with box characters, as wide as their content and no wider than asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from placet.report.printable import columns, printable

_LEAST = 12  # columns of the first cell, however narrow the terminal is


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int, paint_row: Callable[[int, str], str]) -> str:
    """Where room is short, cells of several words are wrapped; names are cut last, since people copy them.

    `paint_row` gets each row's number and its last cell.
    """
    clean = [[printable(cell) for cell in row] for row in (heads, *rows)]
    widths = _widths(clean, width)
    lines = [_wrapped(row, widths) for row in clean]
    painted = [line for number, row in enumerate(lines[1:]) for line in _painted(row, number, paint_row)]
    return "\n".join(
        [
            _rule(("┌", "┬", "┐"), widths),
            *map(_joined, lines[0]),
            _rule(("├", "┼", "┤"), widths),
            *painted,
            _rule(("└", "┴", "┘"), widths),
        ]
    )


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The width of each column: its widest cell, or less where the table would be wider than `width`."""
    cells = list(zip(*rows, strict=True))
    widths = [max(map(columns, column)) for column in cells]
    least = [max(columns(word) for cell in column for word in (cell.split() or [""])) for column in cells]
    while (over := sum(widths) + 3 * len(widths) + 1 - width) > 0:
        spare = [have - need for have, need in zip(widths, least, strict=True)]
        if not any(spare):
            widths[0] = max(min(widths[0], _LEAST), widths[0] - over)
            break
        widths[spare.index(max(spare))] -= 1
    return widths


def _wrapped(row: Sequence[str], widths: Sequence[int]) -> list[list[str]]:
    """The lines of one row, each with a cell for every column."""
    cells = [_pieces(cell, width) for cell, width in zip(row, widths, strict=True)]
    return [[padded(piece, width) for piece, width in zip(line, widths, strict=True)] for line in _even(cells)]


def _even(cells: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    return zip_longest(*cells, fillvalue="")


def _pieces(text: str, width: int) -> list[str]:
    """`text` broken at its spaces into pieces of `width` columns; a longer word stays whole."""
    pieces = [""]
    for word in text.split(" "):
        longer = f"{pieces[-1]} {word}" if pieces[-1] else word
        if columns(longer) <= width or not pieces[-1]:
            pieces[-1] = longer
        else:
            pieces.append(word)
    return pieces


def _painted(lines: Sequence[Sequence[str]], number: int, paint_row: Callable[[int, str], str]) -> Iterator[str]:
    for cells in lines:
        yield _joined([*cells[:-1], paint_row(number, cells[-1])])


def _joined(cells: Sequence[str]) -> str:
    return f"│ {' │ '.join(cells)} │"


def _rule(corners: tuple[str, str, str], widths: Sequence[int]) -> str:
    left, middle, right = corners
    return f"{left}{middle.join('─' * (width + 2) for width in widths)}{right}"


def padded(text: str, width: int) -> str:
    """`text` filled up with spaces, or cut with an ellipsis."""
    if columns(text) <= width:
        return text + " " * (width - columns(text))
    kept = text
    while columns(kept) > width - 1:
        kept = kept[:-1]
    return padded(f"{kept}…", width)
