"""A conversation as one text: what the ledger keeps, what its digest binds, and how people read it.

Pure. The kept text is canonical JSON of the messages after the prompt's own, as the wire has them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from placet.digest import canonical
from placet.messages import wire_messages
from placet.model.register import Message, Prompt
from placet.model.run import ToolCall
from placet.model.suite import Case
from placet.record import record, replace


@record
class Talk:
    """What a conversation came to: the last answer's text, the texts that the user reads, and the calls of tools."""

    text: str
    turns: tuple[str, ...]
    calls: tuple[ToolCall, ...]


def is_talk(prompt: Prompt, case: Case) -> bool:
    """Whether trials of the case are conversations, and kept as such; all others are one answer, kept as its text."""
    return bool(prompt.tools or case.turns)


def talk_of(messages: Sequence[Message]) -> Talk:
    """The n-th result of a tool belongs to the n-th call."""
    text, turns, calls, step, answered = "", [], list[ToolCall](), 0, 0
    for message in messages:
        if message.role == "assistant":
            step, text = step + 1, message.content
            calls += [replace(call, step=step) for call in message.tool_calls]
            turns += [text] if text or not message.tool_calls else []
        elif message.role == "tool" and answered < len(calls):
            calls[answered] = replace(calls[answered], result=message.content)
            answered += 1
    return Talk(text, tuple(turns), tuple(calls))


def to_text(messages: Sequence[Message]) -> str:
    return canonical(wire_messages(messages)).decode()


def kept_text(text: str) -> str:
    """How one answer is kept: as it is, unless it could be taken for a conversation; then as one of a single answer."""
    return text if from_text(text) is None else to_text([Message("assistant", text)])


def from_text(text: str) -> tuple[Message, ...] | None:
    """The messages that `to_text` wrote; None for any other text."""
    if not text.startswith("["):
        return None
    try:
        value = json.loads(text)
        messages = tuple(_message(each) for each in value)
        return messages if to_text(messages) == text else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _message(wire: Mapping[str, Any]) -> Message:
    calls = tuple(
        ToolCall(call["function"]["name"], call["function"]["arguments"]) for call in wire.get("tool_calls", ())
    )
    return Message(wire["role"], wire["content"] or "", calls)


def readable(text: str, longest: int | None = None) -> str:
    """A kept conversation for people, each thing said cut to `longest` characters; any other text as it is.

    Whatever a model or a tool says is indented from its second line on, so that it can't pass for another's words.
    """
    messages = from_text(text)
    return text if messages is None else "\n".join(_lines(messages, longest))


def _lines(messages: Sequence[Message], longest: int | None) -> Iterator[str]:
    names = [call.name for message in messages for call in message.tool_calls]
    results = iter(names)
    for message in messages:
        if message.role == "tool":
            yield _said(f"{next(results, 'a tool')} answers", message.content, longest)
        elif message.content or not message.tool_calls:
            yield _said(message.role, message.content, longest)
        for call in message.tool_calls:
            yield _said(f"{message.role} calls {_name(call.name)}", call.arguments, longest)


def _said(who: str, what: str, longest: int | None) -> str:
    shown = what if longest is None or len(what) <= longest else f"{what[:longest]}…"
    return f"{_name(who)}: {shown}".replace("\r", "\n").replace("\n", "\n    ").rstrip()


def _name(name: str) -> str:
    return " ".join(name.split())
