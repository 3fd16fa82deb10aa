"""Faults of prompts."""

from __future__ import annotations

from bench.corpus.damage import Damage
from bench.corpus.faults.kind import Kind, agent, anyone, prompt, simple
from bench.corpus.plan import SHARED_PROMPT, Plan


def _unused(damage: Damage, plan: Plan) -> None:
    path = f"prompts/idle-{plan.index:05d}/idle.prompt.yml"
    damage.put(path, "name: Idle\n¦model: acme/small\nmessages:\n  - {role: user, content: Hello.}\n", "PRM003")


def _shared(damage: Damage, _: Plan) -> None:
    """Many systems use it; the fault is one."""
    damage.edit(SHARED_PROMPT, "^model: .*$", "model: ¦acme/unheard-of", "PRM001")


def _unregistered(damage: Damage, plan: Plan) -> None:
    damage.edit(plan.registration, r"^(  - \{?name: \w+)_read", r"\1_look")
    damage.edit(plan.prompt, r"^(tools:[\s\S]*?name: )(\w+_read)", r"\1¦\2", "PRM007")


_FORMAT = r"model: \1\nresponseFormat: json_schema\n"

PROMPTS: tuple[Kind, ...] = (
    Kind("a prompt's key misspelt", prompt("^description:", "¦descripton:", "FIL008"), simple),
    Kind("a role that there isn't", prompt("role: system", "role: ¦sytem", "FIL007"), simple),
    Kind("a placeholder without quotes", prompt("^description: .*$", "description: {¦{draft}}", "FIL001"), simple),
    Kind("a parameter misspelt", prompt("maxTokens", "¦maxTokns", "PRM006"), simple),
    Kind("a parameter that is no number", prompt("temperature: 0", "temperature: ¦cold", "FIL007"), simple),
    Kind(
        "a model that the system doesn't register", prompt("^model: .*$", "model: ¦acme/unheard-of", "PRM001"), anyone
    ),
    Kind("a schema that isn't JSON", prompt("^model: (.*)$", _FORMAT + "jsonSchema: ¦'{\"name\": '", "PRM004"), simple),
    Kind("a schema that was forgotten", prompt("^name:", "¦name:", "FIL007", ("^model: (.*)$", _FORMAT)), simple),
    Kind(
        "an evaluator that compares with nothing",
        prompt("name: is an object", "name: ¦is an object", "PRM005", (r'startsWith: "\{"', 'startsWith: ""')),
        anyone,
    ),
    Kind("a variable renamed in the prompt alone", prompt(r"^( *)\{\{(\w+)\}\}$", r"\1¦{{\2s}}", "PRM002"), anyone),
    Kind("a row without the variable", prompt(r"^testData:\n  - \{", r"testData:\n  - ¦{x", "PRM002"), anyone),
    Kind(
        "a tool that the system doesn't register",
        prompt(r"^(tools:[\s\S]*?name: )(\w+)_create", r"\1¦\2_delete", "PRM007"),
        agent,
    ),
    Kind("a tool that left the register", _unregistered, agent),
    Kind("a prompt that no system uses", _unused, anyone),
    Kind("a model that none of many systems registers", _shared, anyone, once=True),
)
