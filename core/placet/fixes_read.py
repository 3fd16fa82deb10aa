"""A file as fixes see it: its text, the trees in it, and in what it isn't what its schema asks for."""

from __future__ import annotations

from placet.parse.kinds import Kind
from placet.parse.node import Tree
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Keys = tuple[str | int, ...]

#: More deviations of one tree aren't looked at: such a file needs a person.
MOST = 200


@record
class Reading:
    """`trees` is one for a YAML file or the front matter of a document, and one for each row of cases.

    `broken` counts the rows that can't be read.
    """

    path: str
    kind: Kind
    text: str
    trees: tuple[Tree, ...]
    broken: int = 0


def reading_of(path: str, kind: Kind, data: bytes) -> Reading | None:
    """None for a file that doesn't parse."""
    from placet.parse import text as source
    from placet.parse.kinds import limit_of

    text = source.decode(path, data, limit_of(path))
    if not isinstance(text, str):
        return None
    if kind in (Kind.CASES, Kind.RECORDED):
        from placet.parse.json_lines import read_json_lines

        lines = read_json_lines(path, data)
        return Reading(path, kind, text, lines.rows, len(lines.findings))
    tree = _tree(path, kind, data)
    return None if tree is None else Reading(path, kind, text, (tree,))


def _tree(path: str, kind: Kind, data: bytes) -> Tree | None:
    if kind is Kind.DOCUMENT:
        from placet.parse.front_matter import FrontMatter
        from placet.parse.tree import read_front_matter

        read = read_front_matter(path, data)
        return read.tree if isinstance(read, FrontMatter) else None
    from placet.parse.tree import read_yaml

    tree = read_yaml(path, data)
    return tree if isinstance(tree, Tree) else None


def errors_of(reading: Reading, row: int) -> list[Any]:
    """jsonschema's errors in one tree, up to `MOST`."""
    from itertools import islice

    from placet.parse.deviations import validator

    return list(islice(validator(reading.kind).iter_errors(reading.trees[row].value), MOST))


def unknown_keys(error: Any) -> list[str]:
    """The keys that an error of `additionalProperties` is about."""
    known = error.schema.get("properties", {})
    return [name for name in error.instance if name not in known and not name.startswith("x-")]


def problems_of(reading: Reading, row: int) -> Iterator[tuple[Keys, str]]:
    """What is wrong where, one entry for each key and value."""
    for error in errors_of(reading, row):
        keys: Keys = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            yield from (((*keys, name), "unknown") for name in unknown_keys(error))
        elif error.validator == "required":
            yield from (((*keys, name), "missing") for name in error.validator_value if name not in error.instance)
        else:
            yield keys, str(error.validator)
