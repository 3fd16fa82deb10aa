"""A parsed file as a `Tree`, and where its values stand. Positions are worked out when somebody asks."""

from __future__ import annotations

from placet.findings import Position
from placet.parse import text as source
from placet.record import field, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Node:
    """The place of one value, as offsets into the text; a mapping keeps (place of key, place of value)."""

    __slots__ = ("children", "end", "start")

    def __init__(
        self, start: int, end: int, children: dict[str, tuple[Node, Node]] | list[Node] | None = None
    ) -> None:  # by hand: there is one for every value that is read
        self.start = start
        self.end = end
        self.children = children

    def child(self, key: str | int) -> tuple[Node, Node] | None:
        if isinstance(self.children, dict):
            return self.children.get(key) if isinstance(key, str) else None
        if isinstance(self.children, list) and isinstance(key, int) and 0 <= key < len(self.children):
            return self.children[key], self.children[key]
        return None


@record
class Tree:
    """A parsed file: plain values (dict, list, str, int, float, bool, None) and where each stands.

    A row of a JSON Lines file is a tree too: its `text` is the whole file's, `line` its own.
    """

    path: str
    text: str
    value: Any
    root: Node = field(default_factory=lambda: Node(0, 0), shown=False, compare=False)
    line: int | None = None
    locate: Callable[[], Node] | None = field(default=None, shown=False, compare=False)  # finds what `root` leaves out

    def at(self, *keys: str | int, key: bool = False) -> Position:
        """The place of the value (of its key with `key`), or of the nearest ancestor that exists."""
        name = value = self.root if self.locate is None or not keys else self.locate()
        for step in keys:
            found = value.child(step)
            if found is None:
                break
            name, value = found
        place = name if key else value
        return source.position(self.text, place.start, place.end, self.line)
