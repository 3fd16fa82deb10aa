"""Whether the ids in a control's crosswalk are ones that the frameworks have. Looks at the control's file alone."""

from __future__ import annotations

from placet.findings import Finding, Severity
from placet.parse.guesses import Guesses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from placet.parse.tree import Tree

UNKNOWN = "POL017"


def unknown_ids(tree: Tree) -> tuple[Finding, ...]:
    """A finding for each id of a schema-valid control that its framework doesn't have."""
    crosswalk = tree.value.get("crosswalk")
    return tuple(_unknown(tree, crosswalk)) if crosswalk else ()


def _unknown(tree: Tree, crosswalk: dict[str, list[str]]) -> Iterator[Finding]:
    from placet.frameworks import framework  # here: most commits change no control

    guesses = Guesses()
    for name, ids in crosswalk.items():
        known = framework(name)
        for index, id in enumerate(ids):
            if id not in known.ids:
                close = guesses.closest(id, known.ids)
                advice = f"did you mean `{close}`?" if close else "docs/frameworks.md lists the ids"
                position = tree.at("crosswalk", name, index)
                message = f"{known.title} has no `{id}`"
                yield Finding(UNKNOWN, Severity.ERROR, tree.path, position, message, help=advice)
