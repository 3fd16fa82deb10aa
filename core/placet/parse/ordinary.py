"""The quick way through a small, ordinary document: libyaml builds its nodes, and values are read off them.

Nine files of ten hold nothing but texts, numbers, lists and mappings with keys of text. For these it takes half the
time of `placet.parse.compose`, which stays the authority: whatever it would report, count or read in another way is
left to it by answering None. `tests/core/test_yaml.py` holds the two against each other.
"""

from __future__ import annotations

from placet.parse.compose import DEEPEST, MOST_NODES
from placet.parse.node import Node
from placet.parse.scalars import NUMERIC, WORDS, Refused, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST = 65_536
#: libyaml builds its nodes by recursion, 300 bytes of stack for a level: more of these than this could be too deep.
MOST_OPENED = 500
_OPENS = ("[", "{", "- ", "-\t", "? ", "?\t")


class _OddError(Exception):
    """Something that `compose` has to look at."""


def parser_of(events: Any) -> Callable[[str], Any] | None:
    """What makes a parser of nodes, given libyaml's parser of events; None for any other."""
    if not hasattr(events, "raw_parse"):  # PyYAML's own parser in Python, which is slower at this
        return None
    # libyaml's wrapper asks these three for every node. None of their answers matters but `resolve`'s, which keeps
    # whether a scalar stands there without quotes; built-in types answer without the cost of a call into Python.
    names = {"resolve": slice, "descend_resolver": slice, "ascend_resolver": dict}
    made: Callable[[str], Any] = type("Nodes", (events,), names)
    return made


def read(nodes: Callable[[str], Any], text: str) -> tuple[Any, Node] | None:
    """The value of the document and its place, or None when it isn't ordinary. Raises libyaml's errors."""
    if len(text) > LONGEST or "&" in text or text.startswith("%") or "\n%" in text:
        return None
    if sum(map(text.count, _OPENS)) > MOST_OPENED:
        return None
    parser = nodes(text)
    try:
        root = parser.get_single_node()
    finally:
        parser.dispose()
    if root is None or type(root).__name__ == "ScalarNode":
        return None
    reader = _Reader(text)
    try:
        value = reader.value(root, 1)
    except _OddError:
        return None
    return value, _Place(root, text)


class _Reader:
    """Takes the values off nodes, and counts them. Written flat: it runs for every value of every file."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._count = 1
        self._has_question_mark = "?" in text

    def value(self, node: Any, depth: int) -> Any:
        """What a list or a mapping holds. Recurses at most `DEEPEST` levels."""
        inner = node.value
        is_mapping = type(node).__name__ == "MappingNode"
        self._count += 2 * len(inner) if is_mapping else len(inner)
        if type(node.tag) is str or not node.tag.step or depth > DEEPEST or self._count > MOST_NODES:
            raise _OddError
        return self._mapping(inner, depth) if is_mapping else self._list(inner, depth)

    def _mapping(self, inner: list[tuple[Any, Any]], depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, item in inner:
            name, text = key.value, item.value
            if type(name) is not str or name == "<<" or _is_plain_value(key, name) or self._is_marked(key):
                raise _OddError
            if type(text) is not str:
                text = self.value(item, depth + 1)
            elif text[:1] in NUMERIC or text in WORDS or type(item.tag) is str:
                text = self._scalar(item)
            values[name] = text
        if len(values) != len(inner):
            raise _OddError
        return values

    def _list(self, inner: list[Any], depth: int) -> list[Any]:
        values = []
        for item in inner:
            text = item.value
            if type(text) is not str:
                text = self.value(item, depth + 1)
            elif text[:1] in NUMERIC or text in WORDS or type(item.tag) is str:
                text = self._scalar(item)
            values.append(text)
        return values

    def _scalar(self, node: Any) -> Any:
        if type(node.tag) is str or self._text.startswith("!", node.start_mark.index):  # a lone `!` is no tag here
            raise _OddError
        value = plain(node.value) if node.tag.step[0] else node.value
        if isinstance(value, Refused):
            raise _OddError
        return value

    def _is_marked(self, key: Any) -> bool:
        """Whether `?` stands before a key, where it is the mark of one or a text that only looks like it."""
        return self._has_question_mark and self._text[max(key.start_mark.index - 1, 0)] == "?"


def _is_plain_value(key: Any, name: str) -> bool:
    """Whether a key is no text."""
    return type(key.tag) is str or ((name[:1] in NUMERIC or name in WORDS) and key.tag.step[0])


class _Place(Node):
    """The place of a node of libyaml; those below it are worked out when somebody asks."""

    __slots__ = ("_children", "_node", "_text")

    def __init__(self, node: Any, text: str) -> None:
        self.start, self.end = node.start_mark.index, node.end_mark.index
        if type(node.value) is not str:
            if text[self.start : self.start + 1] not in ("[", "{"):
                self.end = self.start  # the end of a block has no width
        else:
            while self.start == self.end and text[self.start - 1 : self.start] in (" ", "\t"):
                self.start = self.end = self.start - 1  # as `compose` does where a value is missing
        self._node, self._text = node, text
        self._children: Any = None

    @property
    def children(self) -> Any:  # type: ignore[override]
        if self._children is None and type(self._node.value) is not str:
            inner, text = self._node.value, self._text
            if type(self._node).__name__ == "MappingNode":
                self._children = {key.value: (_Place(key, text), _Place(value, text)) for key, value in inner}
            else:
                self._children = [_Place(item, text) for item in inner]
        return self._children
