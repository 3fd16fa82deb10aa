"""Hold a parsed file against the JSON Schema of its kind, and say every deviation at its place.

Python made from the schema says quickly that a file conforms. jsonschema, which takes longer to import than a commit
may take, is asked only about the others: it finds the words.
"""

from __future__ import annotations

from placet.findings import Finding, Position, Severity
from placet.parse.guesses import Guesses
from placet.parse.kinds import Kind
from placet.parse.node import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

TOO_MANY, VERSION = "FIL003", "FIL006"
#: So many deviations of a file are shown; whoever made more of them mends these first.
MOST = 100
#: The newest `version` of our own file kinds that this Placet reads.
NEWEST = 1
#: Kinds without a `version`: not ours, or parts of another file.
_WITHOUT_VERSION = frozenset({Kind.PROMPT, Kind.CASES, Kind.RECORDED, Kind.LABELS, Kind.DOCUMENT})
_judges: dict[Kind, Callable[[Any], bool]] = {}


def violations(tree: Tree, kind: Kind, guesses: Guesses | None = None) -> list[Finding]:
    """In what `tree` isn't what the schema of `kind` asks for, up to `MOST` of each severity; empty when it is."""
    unknown = _unknown_version(tree) if kind not in _WITHOUT_VERSION else None
    if unknown:
        return [unknown]
    return [] if conforms(tree.value, kind) else _listed(tree, kind, guesses or Guesses())


def conforms(value: Any, kind: Kind) -> bool:
    """Whether `value` is all that the schema of `kind` asks for, with finite numbers and without unknown keys."""
    if kind not in _judges:
        name = f"placet.schemas.compiled.{kind.value.replace('-', '_')}"
        _judges[kind] = __import__(name, fromlist=["conforms"]).conforms
    return _judges[kind](value)


def _listed(tree: Tree, kind: Kind, guesses: Guesses) -> list[Finding]:
    from placet.parse.deviations import deviations

    found: dict[Finding, None] = {}
    shown = dict.fromkeys(Severity, 0)
    for finding in deviations(tree, kind, guesses):
        full = shown[finding.severity] == MOST
        if full and finding.severity is Severity.ERROR and finding not in found:
            return [*found, too_many(tree.path, finding.position)]
        if not full and finding not in found:
            shown[finding.severity] += 1
            found[finding] = None
    return list(found)


def too_many(path: str, position: Position) -> Finding:
    message = f"more than {MOST} findings; the rest of this file is not judged"
    return Finding(TOO_MANY, Severity.ERROR, path, position, message, help="mend those above first")


def _unknown_version(tree: Tree) -> Finding | None:
    version = tree.value.get("version") if isinstance(tree.value, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version <= NEWEST:
        return None
    return Finding(
        VERSION,
        Severity.ERROR,
        tree.path,
        tree.at("version"),
        f"version {version} of this file kind is unknown; this Placet reads up to {NEWEST}",
        help="update placet, or write `version: 1`",
    )
