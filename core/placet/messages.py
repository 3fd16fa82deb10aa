"""Messages and tools as the OpenAI wire has them: one form for what is sent, what cache keys cover and digests bind.

Pure. Calls of tools get their ids by position, so that the same conversation is the same request, whatever ids a
provider made up.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from placet.model.register import Message, Tool


def wire_messages(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """A plain message is its role and content. The n-th result of a tool answers the n-th call."""
    calls = answered = 0
    wire: list[dict[str, Any]] = []
    for message in messages:
        one: dict[str, Any] = {"role": message.role, "content": message.content}
        if message.tool_calls:
            one["content"] = message.content or None
            one["tool_calls"] = [
                _call(number, call.name, call.arguments) for number, call in enumerate(message.tool_calls, calls + 1)
            ]
            calls += len(message.tool_calls)
        if message.role == "tool":
            answered += 1
            one["tool_call_id"] = _id(answered)
        wire.append(one)
    return wire


def wire_tools(tools: Iterable[Tool]) -> list[dict[str, Any]]:
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
        }
        for tool in tools
    ]


def _call(number: int, name: str, arguments: str) -> dict[str, Any]:
    return {"id": _id(number), "type": "function", "function": {"name": name, "arguments": arguments}}


def _id(number: int) -> str:
    """Nine letters and digits: the only form that every provider takes."""
    return f"call{number:05d}"
