"""YAML events to values and places, in one pass that keeps count. Never expands an alias, never recurses.

Everything a hostile file could inflate is bounded while it is read: depth, aliases, and the number of values
it would have with every alias written out.
"""

from __future__ import annotations

from placet.findings import Finding
from placet.parse import text as source
from placet.parse.node import Node
from placet.parse.scalars import CORE, NUMERIC, WORDS, Refused, plain, shown, tagged
from placet.record import field, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

DEEPEST = 64
MOST_ALIASES = 50
MOST_NODES = 20_000


@record(frozen=False, eq=False)
class _List:
    """A sequence whose end hasn't come yet."""

    node: Node
    anchor: str | None
    before: int  # values counted when it began
    value: list[Any] = field(default_factory=list)
    places: list[Node] = field(default_factory=list)
    height: int = 1


@record(frozen=False, eq=False)
class _Map:
    """A mapping whose end hasn't come yet. `key` waits for its value; a text of None drops it."""

    node: Node
    anchor: str | None
    before: int
    value: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[Node, Node]] = field(default_factory=dict)
    height: int = 1
    key: tuple[str | None, Node] | None = None


@record
class _Anchored:
    value: Any
    node: Node
    size: int
    height: int


@record(frozen=False, eq=False)
class Composer:
    """Takes events one by one; afterwards `value`, `node` and `findings` say what the document was."""

    path: str
    text: str
    value: Any = None
    node: Node = field(default_factory=lambda: Node(0, 0))
    findings: list[Finding] = field(default_factory=list)
    stopped: bool = False
    _stack: list[_List | _Map] = field(default_factory=list)
    _anchors: dict[str, _Anchored | None] = field(default_factory=dict)  # None while still open
    _nodes: int = 0
    _aliases: int = 0
    _documents: int = 0
    _has_question_mark: bool = True

    def __post_init__(self) -> None:
        self._has_question_mark = "?" in self.text

    def read(self, next_event: Callable[[], Any]) -> None:
        """Take every event until there are no more, or one says that the rest isn't read."""
        while not self.stopped:
            event = next_event()
            if event is None:
                return
            kind = type(event).__name__
            if kind == "ScalarEvent":
                if not self._ordinary(event):
                    self._scalar(event)
            elif kind in _HANDLERS:
                _HANDLERS[kind](self, event)

    def _ordinary(self, event: Any) -> bool:
        """What `_scalar` does, for all but a few of the scalars that stand in files; False leaves it to that."""
        start, end, text = event.start_mark.index, event.end_mark.index, event.value
        is_plain: bool = event.implicit[0]
        if start == end or event.tag is not None or event.anchor is not None or not text.isascii():
            return False
        if is_plain and (text[:1] in NUMERIC or text in WORDS):
            return False
        if not self._stack or self._nodes >= MOST_NODES or len(self._stack) > DEEPEST:
            return False
        self._nodes += 1
        node, holder = Node(start, end), self._stack[-1]
        if type(holder) is _List:
            holder.value.append(text)
            holder.places.append(node)
        elif type(holder) is _Map:
            if holder.key is None:
                odd = self._has_question_mark or text == "<<" or text in holder.places
                holder.key = (self._key(holder, text, node) if odd else text, node)
            else:
                key, key_node = holder.key
                if key is not None:
                    holder.value[key] = text
                    holder.places[key] = (key_node, node)
                holder.key = None
        return True

    def _document(self, event: Any) -> None:
        self._documents += 1
        place = _place(event)
        if self._documents > 1:
            self._stop("FIL001", place, "a second document starts here", "keep one document per file")
        elif event.version not in (None, (1, 2)):
            self._stop("FIL001", place, "only YAML 1.2 is read", "remove the `%YAML` line")

    def _scalar(self, event: Any) -> None:
        place = self._scalar_place(event)
        if event.tag is not None:
            value = tagged(event.tag, event.value)
        else:
            value = plain(event.value) if event.implicit[0] else event.value
        if isinstance(value, Refused):
            self._report(value.rule, place, value.message, value.help)
            value = ""
        elif isinstance(value, str) and not _whole(value):
            self._report("FIL001", place, "an escape names half a character", "write the character itself")
        if not self._count(1, 0, place):
            return
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, place, 1, 0)
        self._put(value, place)

    def _scalar_place(self, event: Any) -> Node:
        place = _place(event)
        while place.start == place.end and self.text[place.start - 1 : place.start] in (" ", "\t"):
            place.start = place.end = place.start - 1  # the parsers differ in where a missing value stands
        return place

    def _open(self, event: Any) -> None:
        kind, tag = (_Map, "map") if type(event).__name__ == "MappingStartEvent" else (_List, "seq")
        place = _place(event)
        if event.tag not in (None, "!", CORE + tag):
            message = f"the tag `{shown(event.tag)}` is not allowed"
            self._report("FIL001", place, message, "only YAML's own plain types are read")
        if not self._count(1, 1, place):
            return
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        opened = kind(place, event.anchor, self._nodes - 1)
        place.children = opened.places
        self._stack.append(opened)

    def _close(self, event: Any) -> None:
        done, start, end = self._stack.pop(), event.start_mark.index, event.end_mark.index
        if end > start:  # a closing bracket; the end of a block has no width
            done.node.end = end
        if done.anchor is not None:
            size = self._nodes - done.before
            self._anchors[done.anchor] = _Anchored(done.value, done.node, size, done.height)
        self._raise_parent(done.height)
        self._put(done.value, done.node)

    def _alias(self, event: Any) -> None:
        place, name = _place(event), source.shown(str(event.anchor))
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            self._stop("FIL003", place, f"this file uses more than {MOST_ALIASES} aliases", "write the values out")
            return
        if event.anchor not in self._anchors:
            self._report("FIL001", place, f"no anchor `&{name}` stands above this alias", "write the value out")
            self._put("", place)
            return
        target = self._anchors[event.anchor]
        if target is None:
            self._stop(
                "FIL003", place, f"`*{name}` stands inside its own anchor: it would never end", "write the value out"
            )
        elif self._count(target.size, target.height, place):
            self._raise_parent(target.height)
            self._put(target.value, Node(place.start, place.end, target.node.children))

    def _put(self, value: Any, node: Node) -> None:
        """Hand a finished value to what holds it: the document, a sequence, or a mapping as key or value."""
        if not self._stack:
            self.value, self.node = value, node
            return
        holder = self._stack[-1]
        if isinstance(holder, _List):
            holder.value.append(value)
            holder.places.append(node)
        elif holder.key is None:
            holder.key = (self._key(holder, value, node), node)
        else:
            key, key_node = holder.key
            if key is not None:
                holder.value[key] = value
                holder.places[key] = (key_node, node)
            holder.key = None

    def _key(self, holder: _Map, key: Any, node: Node) -> str | None:
        """The key, or None when it can't be used and its value is dropped."""
        if (
            self._has_question_mark
            and self.text[max(node.start - 1, 0) : node.start] == "?"
            and self.text[node.start : node.start + 1].strip()
        ):
            # Inside brackets these parsers take any `?` for the mark of a key; in YAML 1.2 it begins a text.
            self._report("FIL001", node, "inside brackets a text can't begin with `?`", "put it in quotes")
        elif not isinstance(key, str):
            piece = source.shown(self.text[node.start : node.end].partition("\n")[0].strip(), 40)
            advice = "text with {{...}} in it needs quotes" if piece.startswith("{") else "put the key in quotes"
            message = f"a key must be text, and `{piece}` is not" if piece else "a key is missing here"
            self._report("FIL001", node, message, advice)
        elif key == "<<" and self.text.startswith("<<", node.start):
            self._report("FIL001", node, "merge keys (`<<`) are not part of YAML 1.2", "write the keys out")
        elif key in holder.places:
            line = source.position(self.text, holder.places[key][0].start).line
            message = f"duplicate key `{source.shown(key)}`, first at line {line}"
            self._report("FIL002", node, message, "keep one of them")
        else:
            return key
        return None

    def _count(self, size: int, height: int, place: Node) -> bool:
        self._nodes += size
        if self._nodes > MOST_NODES:
            message = f"this file holds more than {MOST_NODES:,} values, aliases counted in full"
            self._stop("FIL003", place, message, "split it into several files")
        elif len(self._stack) + height > DEEPEST:
            self._stop("FIL003", place, f"this file nests deeper than {DEEPEST} levels", "flatten it")
        return not self.stopped

    def _raise_parent(self, height: int) -> None:
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, height + 1)

    def _report(self, rule: str, place: Node, message: str, help: str = "") -> None:
        where = source.position(self.text, place.start, place.end)
        self.findings.append(source.finding(rule, self.path, where, message, help))

    def _stop(self, rule: str, place: Node, message: str, help: str = "") -> None:
        self._report(rule, place, message, help)
        self.stopped = True


def _whole(text: str) -> bool:
    """False for half of a surrogate pair, which the pure parser lets an escape make."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _place(event: Any) -> Node:
    return Node(event.start_mark.index, event.end_mark.index)


_HANDLERS: Mapping[str, Callable[[Composer, Any], None]] = {
    "MappingStartEvent": Composer._open,
    "SequenceStartEvent": Composer._open,
    "MappingEndEvent": Composer._close,
    "SequenceEndEvent": Composer._close,
    "AliasEvent": Composer._alias,
    "DocumentStartEvent": Composer._document,
}
