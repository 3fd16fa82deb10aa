"""The fixes that a file's findings suggest: one word each, where it stands and what it should be.

Whether a fix may stand is not decided here: `placet.fixes` reads the result and compares.
"""

from __future__ import annotations

from placet.findings import Finding, Position
from placet.fixes_read import Reading, errors_of, unknown_keys
from placet.parse.kinds import system_of
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import Any

    from placet.fixes_read import Keys
    from placet.parse.node import Node, Tree

UNKNOWN_KEY, VIOLATION = "FIL008", "FIL007"
#: How alike a word must be to the one that it is taken for, and how much less to any other that is like it at all.
_ALIKE, _LESS, _UNLIKE = 0.7, 0.2, 0.6
_SWAPPED = 1.0  # how alike words of the same letters are
_LONGEST = 64  # characters of a word that is compared
_QUOTES = ('"', "'", "")
#: Rules by which a name has to be that of the file or folder, and the key that holds it.
_NAMED = {"SYS001": "id", "POL003": "id", "SUI009": "name"}


@record
class Candidate:
    """Replace `text[start:end]`. `keys` is where, with the old name last when a key is renamed to `renamed`."""

    finding: Finding
    row: int
    keys: Keys
    start: int
    end: int
    text: str
    what: str
    value: Any = None
    renamed: str | None = None

    def meant(self, whole: Any) -> Any:
        """What the tree should say afterwards."""
        return self._put(whole, self.keys)

    def _put(self, value: Any, keys: Keys) -> Any:
        if not keys:
            return self.value
        first, rest = keys[0], keys[1:]
        if isinstance(value, list):
            return [self._put(item, rest) if index == first else item for index, item in enumerate(value)]
        if not rest and self.renamed is not None:
            return {self.renamed if key == first else key: item for key, item in value.items()}
        if first not in value:
            return {first: self.value, **value}
        return {key: self._put(item, rest) if key == first else item for key, item in value.items()}

    def moved(self, keys: Keys) -> Keys:
        """The way to a place of the old file in the new one."""
        if self.renamed is None or keys[: len(self.keys)] != self.keys:
            return keys
        return (*self.keys[:-1], self.renamed, *keys[len(self.keys) :])

    def uncovers(self, keys: Keys, problem: str) -> bool:
        """Whether the fix may show that this is wrong there: a misspelt key hides what it holds."""
        inside = keys[: len(self.keys)] == self.moved(self.keys)
        return self.renamed is not None and inside and (len(keys) > len(self.keys) or problem == "enum")


def candidates(reading: Reading, findings: Sequence[Finding]) -> Iterator[Candidate]:
    wanted = {(finding.rule, finding.position): finding for finding in findings}
    rows = {position.line for _, position in wanted}
    for row, tree in enumerate(reading.trees):
        if tree.line is None or tree.line in rows:
            yield from _of_tree(reading, row, wanted)
    for (rule, position), finding in wanted.items():
        if rule in _NAMED and reading.trees[0].at(_NAMED[rule]) == position:
            name = _name_of(reading.path, rule)
            yield from _value(reading.trees[0], 0, (_NAMED[rule],), name, finding)


def _of_tree(reading: Reading, row: int, wanted: dict[tuple[str, Position], Finding]) -> Iterator[Candidate]:
    tree = reading.trees[row]
    for error in errors_of(reading, row):
        keys: Keys = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            for name, known in _renames(error).items():
                finding = wanted.get((UNKNOWN_KEY, tree.at(*keys, name, key=True)))
                if finding is not None:
                    yield from _rename(tree, row, (*keys, name), known, finding)
            continue
        finding = wanted.get((VIOLATION, tree.at(*keys)))
        if finding is not None and "propertyNames" not in error.absolute_schema_path:
            yield from _of_value(tree, row, error, finding)


def _of_value(tree: Tree, row: int, error: Any, finding: Finding) -> Iterator[Candidate]:
    keys: Keys = tuple(error.absolute_path)
    if error.validator == "enum" and isinstance(error.instance, str):
        meant = only_close(error.instance, [word for word in error.validator_value if isinstance(word, str)])
        if meant is not None:
            yield from _value(tree, row, keys, meant, finding)
    elif error.validator == "type" and error.validator_value in ("string", ["string", "null"]):
        yield from _quoted(tree, row, keys, error.instance, finding)
    elif error.validator == "required" and not keys and "version" in error.validator_value:
        yield from _version(tree, row, error.instance, finding)


def _renames(error: Any) -> dict[str, str]:
    """The unknown keys that can each mean one known key that isn't there."""
    known = list(error.schema.get("properties", {}))
    close = {name: only_close(name, known) for name in unknown_keys(error)}
    meant = list(close.values())
    return {
        name: word
        for name, word in close.items()
        if word is not None and word not in error.instance and meant.count(word) == 1
    }


def only_close(wrong: str, known: Collection[str]) -> str | None:
    """The one known word that `wrong` looks like; None when it may be another one as well."""
    if len(wrong) > _LONGEST:
        return None
    alike = sorted(((_alike(wrong.lower(), word.lower()), word) for word in known), reverse=True)
    if not alike or alike[0][0] < _ALIKE:
        return None
    other = alike[1][0] if len(alike) > 1 else 0.0
    return alike[0][1] if other < _UNLIKE or other <= alike[0][0] - _LESS else None


def _alike(wrong: str, word: str) -> float:
    from difflib import SequenceMatcher

    return _SWAPPED if sorted(wrong) == sorted(word) else SequenceMatcher(None, wrong[:_LONGEST], word).ratio()


def _rename(tree: Tree, row: int, keys: Keys, name: str, finding: Finding) -> Iterator[Candidate]:
    found = node_at(tree, keys)
    place = _word(tree, found[0], str(keys[-1])) if found else None
    if place is not None:
        what = f"`{keys[-1]}` is now `{name}`"
        yield Candidate(finding, row, keys, *place, name, what, renamed=name)


def _value(tree: Tree, row: int, keys: Keys, value: str, finding: Finding) -> Iterator[Candidate]:
    found = node_at(tree, keys)
    old = _at(tree.value, keys)
    place = _word(tree, found[1], old) if found and isinstance(old, str) else None
    if place is not None and old != value:
        yield Candidate(finding, row, keys, *place, value, f"`{_shown(keys)}: {old}` is now `{value}`", value)


def _quoted(tree: Tree, row: int, keys: Keys, value: Any, finding: Finding) -> Iterator[Candidate]:
    """A number is put in quotes as it is written there."""
    found = node_at(tree, keys)
    if found is None or isinstance(value, bool) or not isinstance(value, int | float):
        return
    start, end = found[1].start, found[1].end
    written = tree.text[start:end]
    if written and all(char.isalnum() or char in "+-._" for char in written):
        yield Candidate(finding, row, keys, start, end, f'"{written}"', f"`{_shown(keys)}` is now text", written)


def _version(tree: Tree, row: int, value: Any, finding: Finding) -> Iterator[Candidate]:
    start = tree.root.start
    is_block = isinstance(value, dict) and bool(value) and tree.at().column == 1 and tree.text[start] not in "{&!*"
    meant = is_block and any(_alike(name, "version") >= _UNLIKE for name in value)  # misspelt: it isn't missing
    if "version" not in value and is_block and not meant and tree.line is None:
        end = "\r\n" if "\r\n" in tree.text.partition("\n")[0] + "\n" else "\n"
        yield Candidate(finding, row, ("version",), start, start, f"version: 1{end}", "`version: 1` is added", 1)


def node_at(tree: Tree, keys: Keys) -> tuple[Node, Node] | None:
    """Where the key and the value at `keys` stand."""
    node = tree.root if tree.locate is None else tree.locate()
    found: tuple[Node, Node] | None = (node, node)
    for key in keys:
        found = node.child(key)
        if found is None:
            return None
        node = found[1]
    return found


def _word(tree: Tree, node: Node, word: str) -> tuple[int, int] | None:
    """Where `word` itself stands, quotes left out; None where it is written in any other way."""
    written = tree.text[node.start : node.end].rstrip()
    for quote in _QUOTES:
        if written == f"{quote}{word}{quote}":
            return node.start + len(quote), node.start + len(quote) + len(word)
    return None


def _at(value: Any, keys: Keys) -> Any:
    for key in keys:
        value = value[key]
    return value


def _name_of(path: str, rule: str) -> str:
    stem = path.rpartition("/")[2].removesuffix(".yaml")
    return (system_of(path) or "") if rule == "SYS001" else stem


def _shown(keys: Keys) -> str:
    return ".".join(map(str, keys))
