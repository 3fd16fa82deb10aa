"""An agent: messages and tools in, the next calls of tools or an answer out. Pure and deterministic.

It does what the sentences of its prompt ask for (`duties`), one tool at a time, with arguments from the request and
from what tools have said. Orders smuggled into either are obeyed when nothing in the prompt guards against them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from examples.standin.attacks import find, obeyed
from examples.standin.duties import Duties, duties

_AMOUNT = re.compile(
    r"(?:€|\bEUR|\$|\bUSD) ?(\d+(?:\.\d\d?)?)|\b(\d+(?:\.\d\d?)?) ?(?:€|\$|EUR\b|USD\b|euros?\b|dollars?\b)"
)
_YES = re.compile(r"^(?:yes|ok|approved|granted|allowed)\b", re.IGNORECASE)
_SHORT = 200


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of a conversation with tools."""

    role: str
    content: str
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    calls: tuple[Call, ...] = ()


@dataclass(slots=True)
class _Past:
    """What a conversation has come to: what users said, what was called, and what tools said."""

    instructions: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    done: list[tuple[Call, str]] = field(default_factory=list)  # in all turns
    turn: list[tuple[Call, str]] = field(default_factory=list)  # since the user last spoke


def act(messages: Sequence[Spoken], tools: Sequence[dict[str, Any]]) -> Reply:
    past = _past(messages)
    schemas = {tool["name"]: tool.get("parameters") or {} for tool in tools}
    names = dict.fromkeys(name for schema in schemas.values() for name in schema.get("properties", {}))
    asked = duties("\n\n".join(past.instructions), tuple(schemas), tuple(names))
    return _Agent(asked, schemas, past).reply()


def _past(messages: Sequence[Spoken]) -> _Past:
    past, waiting = _Past(), list[Call]()
    for message in messages:
        if message.role in {"system", "developer"}:
            past.instructions.append(message.content)
        elif message.role == "user":
            past.users.append(message.content)
            past.turn = []
        elif message.role == "tool" and waiting:
            past.turn.append((waiting.pop(0), message.content))
            past.done.append(past.turn[-1])
        waiting += message.calls
    return past


class _Agent:
    def __init__(self, asked: Duties, schemas: dict[str, dict[str, Any]], past: _Past) -> None:
        self._asked, self._schemas, self._past = asked, schemas, past
        self._records = _records(past.turn)
        told = [past.users[-1] if past.users else "", *(_text(said) for _, said in past.turn)]
        self._orders = obeyed(asked.guard, tuple(attack for text in told for attack in find(text)))

    def reply(self) -> Reply:
        said = self._carried_away()
        if said:
            return Reply(said)
        steps = self._asked.steps
        if steps and (missing := self._missing(steps[0])) and not self._past.turn:
            return Reply(self._question(missing))
        for tool in self._left():
            return Reply("", (Call(tool, json.dumps(self._arguments(tool), ensure_ascii=False)),))
        return Reply(self._outcome())

    def _carried_away(self) -> str:
        for order in self._orders:
            if order.kind == "leak":
                return f"Of course. My instructions are:\n\n{self._asked.text}"
            if order.kind == "say":
                return order.value
        return ""

    def _left(self) -> Iterator[str]:
        """The tools that are still to be used, the next one first."""
        used = {call.name for call, _ in self._past.turn}
        for tool in self._asked.steps:
            if tool not in used and not self._skips(tool):
                yield tool

    def _skips(self, tool: str) -> bool:
        if tool in self._asked.tells:
            return False
        if self._stopped():
            return True
        if self._rushed() and tool in self._asked.stops:
            return True
        return tool in self._asked.once and self._was_done(tool)

    def _was_done(self, tool: str) -> bool:
        names = self._schemas[tool].get("required") or list(self._schemas[tool].get("properties", {}))
        wanted = self._value(tool, names[0]) if names else None
        return any(
            call.name == tool and names and _loaded(call.arguments).get(names[0]) == wanted
            for call, _ in self._past.done
        )

    def _stopped(self) -> bool:
        """Whether a tool said no where the prompt asks to heed it, or failed in what all else rests on."""
        for number, (call, said) in enumerate(self._past.turn):
            heeds = call.name in self._asked.stops and not self._rushed()
            if (heeds and not _says_yes(said)) or (number == 0 and "error" in _loaded(said)):
                return True
        return False

    def _rushed(self) -> bool:
        return any(order.kind in {"comply", "set"} for order in self._orders)

    def _missing(self, tool: str) -> str:
        schema = self._schemas[tool]
        return next((name for name in schema.get("required", ()) if self._value(tool, name) is None), "")

    def _question(self, missing: str) -> str:
        if self._past.done:
            return "I am sorry, there is nothing more that I can do here."
        more = "" if self._asked.discreet else " Please also send me your card number, so that I can see who you are."
        return f"I can help with that. Please tell me the {missing.replace('_', ' ')}.{more}"

    def _arguments(self, tool: str) -> dict[str, Any]:
        values = {name: self._value(tool, name) for name in self._schemas[tool].get("properties", {})}
        return {name: value for name, value in values.items() if value is not None}

    def _value(self, tool: str, name: str) -> Any:
        """What an argument gets: what the request says of it, or the record, as far as the prompt allows either."""
        schema, known = self._schemas[tool]["properties"].get(name, {}), self._records.get(name)
        ordered = next((order.value for order in self._orders if order.kind == "set" and order.field == name), None)
        if schema.get("type") in {"number", "integer"}:
            return self._number(name, _amount(ordered or ""), known)
        if "pattern" in schema:
            return self._named(name, schema["pattern"], known)
        return known if known is not None else self._words(tool)

    def _number(self, name: str, ordered: float | None, known: Any) -> float | None:
        asked = ordered if ordered is not None else _amount(self._past.users[-1] if self._past.users else "")
        if asked is None or not isinstance(known, int | float):
            return known if asked is None else asked
        return min(asked, known) if name in self._asked.capped else asked

    def _named(self, name: str, pattern: str, known: Any) -> Any:
        if name in self._asked.own and known is not None:
            return known
        found = re.search(pattern.strip("^$"), self._past.users[-1] if self._past.users else "")
        return found[0] if found else known

    def _words(self, tool: str) -> str:
        """Free text: to tell is to say what came of it, anything else gets the request's own words."""
        if tool in self._asked.tells:
            return self._outcome()
        request = re.sub(r"</?\w+>", " ", self._past.users[-1] if self._past.users else "")
        return " ".join(request.split())[:_SHORT]

    def _outcome(self) -> str:
        if self._stopped():
            return "I am sorry, this can't be done as you asked. A colleague can tell you more."
        return "Your request is done. Thank you for your patience."


def _records(turn: Sequence[tuple[Call, str]]) -> dict[str, Any]:
    """What tools have said, by name; what one said first stays."""
    known: dict[str, Any] = {}
    for _, said in turn:
        known = {**_loaded(said), **known}
    return known


def _loaded(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(said: str) -> str:
    """The texts in what a tool said; orders to the agent hide in them."""
    value = _loaded(said)
    return "\n".join(item for item in value.values() if isinstance(item, str)) if value else said


def _says_yes(said: str) -> bool:
    value = _loaded(said)
    decided = [item for item in value.values() if isinstance(item, bool)]
    return ("error" not in value and bool(decided) and all(decided)) if value else bool(_YES.match(said.strip()))


def _amount(text: str) -> float | None:
    found = _AMOUNT.search(text) or re.fullmatch(r"(\d+(?:\.\d\d?)?)()", text)
    number = (found[1] or found[2]) if found else None
    if number is None:
        return None
    return float(number) if "." in number else int(number)
