"""A decision as canonical JSON and back: what a ledger keeps, a script reads and a replay compares.

Pure. `schemas/records/decision.schema.json` says what may stand there; keys are added, never renamed, while `version`
stays 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from placet.decided import Decided
from placet.decision import Answer
from placet.digest import canonical
from placet.reasons import Node, Status, from_json, to_json

VERSION = 1
#: A larger file is no decision.
LARGEST = 16 * 1024 * 1024


def as_value(found: Decided) -> dict[str, Any]:
    return {
        "version": VERSION,
        "kind": "decision",
        "answer": found.answer.value,
        "status": found.status.label,
        "approvals": "counted" if found.counted else "not counted",
        "day": found.day,
        "inputs": dict(found.inputs),
        "evidence": list(found.evidence),
        "requirements": [to_json(node) for node in found.requirements],
    }


def to_bytes(found: Decided) -> bytes:
    return canonical(as_value(found))


def from_bytes(data: bytes) -> Decided:
    """The decision in `data`. Raises ValueError when it isn't one."""
    if len(data) > LARGEST:
        msg = f"a decision has at most {LARGEST:,} bytes"
        raise ValueError(msg)
    try:
        return _decided(json.loads(data))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        msg = f"not a decision: {error!r}"
        raise ValueError(msg) from error


def _decided(value: Mapping[str, Any]) -> Decided:
    if value["kind"] != "decision" or value["version"] != VERSION:
        msg = f"not a decision of version {VERSION}"
        raise ValueError(msg)
    found = Decided(
        answer=Answer(value["answer"]),
        counted={"counted": True, "not counted": False}[value["approvals"]],
        day=value["day"],
        requirements=tuple(from_json(node) for node in value["requirements"]),
        inputs=dict(value["inputs"]),
        evidence=tuple(value["evidence"]),
    )
    if found.status is not Status.of(value["status"]):
        msg = f"its status is {value['status']}, and its requirements come to {found.status.label}"
        raise ValueError(msg)
    return found


def differences(old: Decided, new: Decided) -> Iterator[str]:
    """Why a recorded decision no longer holds, in words; nothing when it does."""
    if old.answer is not new.answer:
        yield f"the answer was {old.answer.value} and is {new.answer.value}"
    before, after = ({(one.system, one.id): one for one in side.requirements} for side in (old, new))
    for key, one in before.items():
        if key not in after:
            yield f"{one.id} is no longer asked"
    for key, one in after.items():
        known = before.get(key)
        if known is None:
            yield f"{one.id} is asked anew, and is {one.status.label}"
        elif known.status is not one.status:
            yield f"{one.id} was {known.status.label} and is {one.status.label}"
        elif _said(known) != _said(one):
            yield f"{one.id} is {one.status.label} as before, for other reasons"
    changed = [name for name in new.inputs if old.inputs.get(name) != new.inputs[name]]
    if changed:
        yield f"made of other inputs: {', '.join(changed)}"


def _said(node: Node) -> dict[str, Any]:
    return to_json(node)
