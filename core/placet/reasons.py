"""The reasons of a decision as a tree: each requirement with its status, who counts and who not, what would unblock.

Pure values. One shape serves files, gates, controls and approvals, so that whoever explains, records or compares a
decision does it in one way. Judges nothing: whoever makes a node says how it stands.
"""

from __future__ import annotations

from enum import IntEnum

from placet.record import field, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any


class Status(IntEnum):
    """How a requirement stands. Ordered: the worst one decides."""

    MET = 0
    WAIVED = 1  # not met, but a waiver on base covers it; never shown as met
    UNSURE = 2  # can't be told; the tier lets it pass with a warning or one more approval, which stands by itself
    PENDING = 3  # somebody's word is missing
    FAILED = 4
    ERROR = 5  # evidence or facts are incomplete or contradict each other, or the configuration is broken

    @property
    def label(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, label: str) -> Status:
        return cls[label.upper()]


@record
class Excluded:
    """Somebody whose word doesn't count, and the name of the rule that says so."""

    person: str
    rule: str
    text: str
    also: tuple[str, ...] = ()  # further rules that say so too


@record
class Node:
    """One requirement. `id` is stable (`people`, `role risk`); `text` says how it stands."""

    id: str
    status: Status
    text: str
    rule: str = ""
    counts: tuple[str, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    unblock: tuple[str, ...] = ()
    children: tuple[Node, ...] = ()
    system: str = ""
    places: tuple[str, ...] = ()  # what demands it, then what shows it: a path, or a path and a line
    numbers: Mapping[str, Any] = field(default_factory=dict)  # of a gate: plain JSON

    @property
    def is_met(self) -> bool:
        return self.status <= Status.WAIVED


def worst(nodes: Iterable[Node]) -> Status:
    return max((node.status for node in nodes), default=Status.MET)


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything below it, each before its children."""
    pending = [node]
    while pending:
        one = pending.pop()
        yield one
        pending += reversed(one.children)


def to_json(node: Node) -> dict[str, Any]:
    """Only what there is to say: empty parts are left out."""
    found: dict[str, Any] = {"id": node.id, "status": node.status.label, "text": node.text}
    if node.rule:
        found["rule"] = node.rule
    if node.counts:
        found["counts"] = list(node.counts)
    if node.excluded:
        found["excluded"] = [_excluded(one) for one in node.excluded]
    if node.unblock:
        found["unblock"] = list(node.unblock)
    if node.system:
        found["system"] = node.system
    if node.places:
        found["places"] = list(node.places)
    if node.numbers:
        found["numbers"] = dict(node.numbers)
    if node.children:
        found["children"] = [to_json(child) for child in node.children]
    return found


def _excluded(one: Excluded) -> dict[str, Any]:
    found: dict[str, Any] = {"person": one.person, "rule": one.rule, "text": one.text}
    return found | ({"also": list(one.also)} if one.also else {})


def from_json(value: Mapping[str, Any]) -> Node:
    """The node that was written so. Raises KeyError, TypeError or AttributeError for anything else."""
    return Node(
        id=value["id"],
        status=Status.of(value["status"]),
        text=value["text"],
        rule=value.get("rule", ""),
        counts=tuple(value.get("counts", ())),
        excluded=tuple(
            Excluded(one["person"], one["rule"], one["text"], tuple(one.get("also", ())))
            for one in value.get("excluded", ())
        ),
        unblock=tuple(value.get("unblock", ())),
        children=tuple(from_json(child) for child in value.get("children", ())),
        system=value.get("system", ""),
        places=tuple(value.get("places", ())),
        numbers=value.get("numbers", {}),
    )
