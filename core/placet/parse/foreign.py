"""GitHub's prompt files as they are written. Its reader takes any scalar where text belongs, just as it stands there.

So `equals: 1.0` asks for "1.0" and `equals: yes` for "yes", whatever a YAML parser makes of them.
"""

from __future__ import annotations

from placet.findings import Position
from placet.parse import text as source
from placet.parse.node import Node
from placet.parse.scalars import Scalar, plain
from placet.parse.tree import Tree


def text_of(tree: Tree, value: Scalar, *keys: str | int) -> str:
    """`value`, which stands at `keys`, as GitHub's reader would take it. Null is no text at all."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    written = _written(tree, *keys)
    read = plain(written)
    same = type(read) is type(value) and read == value  # else a tag or an alias stands there
    if same:
        return written
    import json

    return json.dumps(value)


def is_flow(tree: Tree, *keys: str | int) -> bool:
    """Whether the mapping at `keys` is written in braces."""
    return _written(tree, *keys).startswith("{")


def place_of(tree: Tree, piece: str, *keys: str | int) -> Position:
    """Where `piece` first stands in the text at `keys`; that text's own place when it is written otherwise there."""
    node = _node(tree, *keys)
    start = tree.text.find(piece, node.start, node.end) if node else -1
    return tree.at(*keys) if start < 0 else source.position(tree.text, start, start + len(piece))


def _written(tree: Tree, *keys: str | int) -> str:
    node = _node(tree, *keys)
    return tree.text[node.start : node.end] if node else ""


def _node(tree: Tree, *keys: str | int) -> Node | None:
    node = tree.root
    for key in keys:
        found = node.child(key)
        if found is None:
            return None
        node = found[1]
    return node
