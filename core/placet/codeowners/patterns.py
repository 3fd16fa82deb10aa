"""What one CODEOWNERS pattern says: the names on the way down, and where any folders may stand between them.

Knows nothing of other patterns; `paths` holds many of them against a path at once.
"""

from __future__ import annotations

from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: Characters of a pattern: on most systems no path is longer.
LONGEST = 4096
#: Stands before and after a name, so that a piece of text can say that it is the beginning or the end.
EDGE = "/"
PIECE = 3


@record
class Chain:
    """A pattern as names to pass, one after the other. Before the items that `loops` numbers, any names may stand.

    The number after the last item is among them when the pattern owns what is below, too.
    """

    items: tuple[str, ...]
    loops: tuple[int, ...]


def chain(pattern: str) -> Chain:
    """Anchored when a slash stands anywhere but at the end; a last name owns what is below, unless it is `*`."""
    items: list[str] = []
    loops: list[int] = [] if "/" in pattern.removesuffix("/") else [0]
    *parts, last = pattern.removeprefix("/").split("/")
    for part in parts:
        if part != "**":
            items.append(part)
        elif loops[-1:] != [len(items)]:
            loops.append(len(items))
    items.append("*" if last in {"", "**"} else last)
    if last != "*":
        loops.append(len(items))
    return Chain(tuple(items), tuple(loops))


def literal_of(segment: str) -> str | None:
    """The one name that `segment` stands for; None when it is a glob."""
    if "*" not in segment and "?" not in segment and "\\" not in segment:
        return segment
    chunks = chunks_of(segment)
    return _text(chunks[0]) if len(chunks) == 1 else None


def chunks_of(segment: str) -> list[list[str | None]]:
    """What stands between the `*`: characters, with None for `?`. A backslash makes the next one literal."""
    chunks: list[list[str | None]] = [[]]
    chars = iter(segment)
    for char in chars:
        if char == "*":
            chunks.append([])
        else:
            chunks[-1].append(None if char == "?" else next(chars, "\\") if char == "\\" else char)
    # Neighbouring stars mean one; an empty chunk in the middle would only cost time.
    return [chunk for index, chunk in enumerate(chunks) if chunk or index in (0, len(chunks) - 1)]


class Glob:
    """One segment of a pattern that isn't a plain name: chunks in a row, with anything between them."""

    __slots__ = ("_head", "_least", "_middle", "_tail", "chunks", "is_simple")

    def __init__(self, segment: str) -> None:
        self.chunks = chunks_of(segment)
        texts = [_text(chunk) for chunk in self.chunks]
        #: Whether `matches` can tell. A `?` would have to be tried at every place.
        self.is_simple = len(texts) > 1 and None not in texts
        self._head, *self._middle, self._tail = [
            f"{EDGE}{texts[0]}",
            *(text or "" for text in texts[1:-1]),
            f"{texts[-1]}{EDGE}",
        ]
        # A name has at least one character, even where only stars stand.
        self._least = max(sum(map(len, self.chunks)), 1) + 2 * len(EDGE)

    def matches(self, text: str) -> bool:
        """Whether a name fits; it is given between two edges."""
        if len(text) < self._least or not text.startswith(self._head) or not text.endswith(self._tail):
            return False
        start, stop = len(self._head), len(text) - len(self._tail)
        for piece in self._middle:
            found = text.find(piece, start, stop)
            if found < 0:
                return False
            start = found + len(piece)
        return True

    def pieces(self) -> set[str]:
        """What every match holds: its beginning, its end, and each `PIECE` characters between."""
        ends = {end for end in (self._head, self._tail) if end != EDGE}
        return ends | {piece for text in self._middle for piece in pieces(text, PIECE)}


def pieces(text: str, width: int) -> Iterator[str]:
    return (text[at : at + width] for at in range(len(text) - width + 1))


def _text(chars: list[str | None]) -> str | None:
    texts = [char for char in chars if char is not None]
    return "".join(texts) if len(texts) == len(chars) else None
