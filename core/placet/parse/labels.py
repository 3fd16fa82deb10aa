"""From schema-valid rows of `systems/<id>/labels/` to typed labels."""

from __future__ import annotations

from placet.model.label import Label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from placet.parse.node import Tree


def label(row: Tree) -> Label:
    value = row.value
    return Label(
        case=value["case"],
        subject=value["subject"],
        output=value["output"],
        verdict=value["verdict"],
        author=value["author"],
        at=value["at"],
        note=value.get("note", ""),
        position=row.at(),
    )
