"""Faults that only an extra finds, which isn't installed everywhere: planted alone, and never among the others."""

from __future__ import annotations

from bench.corpus.damage import Damage
from bench.corpus.emit import document
from bench.corpus.faults.kind import Kind, Plant, anyone, modest, simple
from bench.corpus.plan import SHARED_PROMPT, Plan

_OWN = "policies/rules/acme.yaml"
_RULE = {
    "id": "ACME001",
    "title": "What runs alone answers within a day",
    "severity": "error",
    "on": "system",
    "require": "system.human_oversight.max_response_minutes <= 1440",
    "message": "{{system.id}} waits longer than a day",
    "help": "name somebody who is there every day",
    "at": ["human_oversight", "max_response_minutes"],
}


def _edited(pattern: str, new: str, rule: str) -> Plant:
    """A rule of one's own with one edit."""

    def plant(damage: Damage, _: Plan) -> None:
        damage.put(_OWN, _file())
        damage.edit(_OWN, pattern, new, rule)

    return plant


def _file(**changes: object) -> str:
    return document({"version": 1, "rules": [_RULE | changes]})


def _refused(damage: Damage, plan: Plan) -> None:
    damage.put(_OWN, _file())
    damage.edit(plan.registration, "minutes: .*$", "minutes: ¦9999", "ACME001")


def _twice(damage: Damage, _: Plan) -> None:
    damage.put(_OWN, _file())
    damage.put("policies/rules/more.yaml", _file())
    damage.edit("policies/rules/more.yaml", "id: ", "id: ¦", "RUL003")


def _unjudged(damage: Damage, plan: Plan) -> None:
    """A key that all have but one, and the rule doesn't ask whether it is there."""
    damage.put(_OWN, _file(at=["title"]))
    damage.edit(plan.registration, r"^human_oversight:.*\n(  .*\n)+", "")
    damage.edit(plan.registration, "^title: ", "title: ¦", "RUL002")


def _secret(damage: Damage, _: Plan) -> None:
    begin = "sk-ant"  # a whole one would be found in this file too
    damage.edit("policies/placet.yaml", "^version: 1$", "version: 1\nsecrets: true")
    damage.edit(
        SHARED_PROMPT, "Use only what the input says.", f"¦{begin}-api03-Qm7xT2vKp9LzR4wB8nYcD3fGh6Js1a", "SEC001"
    )


EXTRAS: tuple[Kind, ...] = (
    Kind("a system that a rule of one's own refuses", _refused, simple, once=True),
    Kind(
        "a rule of one's own that doesn't compile",
        _edited(r"system\.human_oversight\.max_response_minutes <= 1440", "system.id == ¦nobody", "RUL001"),
        anyone,
        once=True,
    ),
    Kind("a rule of one's own that can't be judged", _unjudged, modest, once=True),
    Kind("the id of a rule of one's own twice", _twice, anyone, once=True),
    Kind(
        "a rule of one's own that shows what there isn't",
        _edited(r'^( +message: )"\{\{system\.id\}\}', r'\1¦"{{nobody.id}}', "RUL004"),
        anyone,
        once=True,
    ),
    Kind("a secret in a prompt", _secret, anyone, once=True),
)
