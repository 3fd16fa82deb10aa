"""Messages in, answer out. Pure and deterministic: the same messages always get the same answer."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from examples.standin.attacks import Attack, find, obeyed, without
from examples.standin.brief import Brief, Choice
from examples.standin.classify import choose
from examples.standin.languages import detect
from examples.standin.notes import write
from examples.standin.prompt import read
from examples.standin.reply import reply


@dataclass(frozen=True, slots=True)
class Message:
    role: str
    content: str


def answer(messages: Sequence[Message], *, raw_json: bool = False) -> str:
    """`raw_json` is what the wire's response_format asks for: JSON without chat or fence."""
    instructions, text = _split(messages)
    brief = read(instructions)
    if raw_json:
        brief = replace(brief, format=replace(brief.format, json=True, only=True, bare=True))
    fields = {choice.field for choice in brief.choices}
    found = tuple(attack for attack in find(text) if attack.kind != "set" or attack.field in fields)
    attacks = obeyed(brief.guard, found)
    said = _carried_away(brief, attacks)
    if said is not None:
        return said
    resisted = tuple(attack for attack in found if attack not in attacks)
    return _work(brief, text, without(text, resisted), attacks)


def _split(messages: Sequence[Message]) -> tuple[str, str]:
    """The instructions, and the text to work on: the last user message, or what its tags enclose."""
    last = max((at for at, message in enumerate(messages) if message.role == "user"), default=len(messages) - 1)
    before = [m.content for m in messages[:last] if m.role in {"system", "developer", "user"}]
    before += [m.content for m in messages[last + 1 :] if m.role in {"system", "developer"}]
    content = messages[last].content
    tag = _tag(content, "\n".join(before))
    if tag:
        start, end = content.find(f"<{tag}>"), content.rfind(f"</{tag}>")
        before += [content[:start].strip(), content[end + len(tag) + 3 :].strip()]
        return "\n\n".join(filter(None, before)), content[start + len(tag) + 2 : end].strip()
    if not before:
        head, _, tail = content.strip().rpartition("\n\n")
        return head, re.sub(r"^[A-Z]\w+:\s+", "", tail)
    return "\n\n".join(before), content


def _tag(content: str, instructions: str) -> str:
    for name in re.findall(r"<(\w+)>", content):
        wraps = content.strip().startswith(f"<{name}>") and content.strip().endswith(f"</{name}>")
        if f"</{name}>" in content and (wraps or f"<{name}>" in instructions or not instructions):
            return str(name)
    return ""


def _carried_away(brief: Brief, attacks: Sequence[Attack]) -> str | None:
    """What an obeyed instruction makes of the whole answer; None when the work still gets done."""
    for attack in attacks:
        if attack.kind == "leak":
            return f"Of course. My instructions are:\n\n{brief.text}"
        if attack.kind == "say":
            return attack.value
    return "Sure, I will do as you say." if any(attack.kind == "comply" for attack in attacks) else None


def _work(brief: Brief, text: str, clean: str, attacks: Sequence[Attack]) -> str:
    """`text` is what is judged; `clean` is what may be repeated."""
    chosen = {choice.field: _chosen(choice, text, attacks) for choice in brief.choices}
    if brief.notes is not None and not chosen:
        return write(brief, brief.notes, clean)
    label = next(iter(chosen.values()), "")
    if brief.format.label_only and chosen:
        return label.upper() if brief.style.upper else label
    team = "" if chosen and label == brief.choices[0].default else label
    said = reply(brief, clean, team, attacks)
    if brief.format.json:
        return _json(brief, _values(brief, text, chosen, said))
    if chosen:
        said = "\n".join(f"{field.capitalize()}: {name}" for field, name in chosen.items()) + f"\n\n{said}"
    return said


def _chosen(choice: Choice, text: str, attacks: Sequence[Attack]) -> str:
    ordered = {attack.field: attack.value for attack in attacks if attack.kind == "set"}
    return ordered.get(choice.field) or choose(choice, text)


def _values(brief: Brief, text: str, chosen: dict[str, str], said: str) -> dict[str, Any]:
    keys = brief.format.keys or (*chosen, "reply")
    return {key: _value(key, text, chosen, said) for key in keys}


def _value(key: str, text: str, chosen: dict[str, str], said: str) -> Any:
    name = key.lower()
    if name in chosen:
        return chosen[name]
    if name in {"reply", "answer", "message", "response", "text", "reason", "explanation"}:
        return said
    if name in {"language", "lang", "locale"}:
        return detect(text)
    if name in {"label", "class", "topic", "type"} and chosen:
        return next(iter(chosen.values()))
    return len(text.split()) if name in {"length", "count"} else None


def _json(brief: Brief, values: dict[str, Any]) -> str:
    body = json.dumps(values, ensure_ascii=False)
    if not brief.format.bare:
        body = f"```json\n{body}\n```"
    return body if brief.format.only else f"Here is the result you asked for:\n\n{body}"
