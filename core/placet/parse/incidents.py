"""From a schema-valid tree of `systems/<id>/incidents/` to a typed incident."""

from __future__ import annotations

from placet.model.incident import Incident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from placet.parse.node import Tree


def incident(tree: Tree) -> Incident:
    from datetime import date

    value = tree.value
    return Incident(
        path=tree.path,
        id=value["id"],
        system=value["system"],
        title=value["title"],
        severity=value["severity"],
        detected=date.fromisoformat(value["detected"]),
        monitor=value["detected_by"].get("monitor"),
        person=value["detected_by"].get("person"),
        resolved=date.fromisoformat(value["resolved"]) if "resolved" in value else None,
        owner=value["owner"],
        prompt=value.get("prompt"),
        revision=value.get("revision"),
        failure_mode=value.get("failure_mode"),
        cases=tuple(value.get("cases", ())),
    )
