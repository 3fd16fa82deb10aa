"""Reads the body of a chat completion. Pure; the body is untrusted: all it holds gives a value or a name.

Never guesses: an answer with neither text nor tool calls is no answer, and a token count that isn't a count is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from placet.model.run import Answer, ToolCall
from placet.providers.body import BadAnswerError, count, document_of, mapping, message_of, one_line, sound

MOST_CALLS = 100  # of tools, in one answer
LONGEST_NAME = 200


def answer_of(body: bytes, content_type: str | None, latency_ms: float, hide: Callable[[str], str]) -> Answer:
    """The answer in `body`, with `hide` applied to its text."""
    document = mapping(document_of(body, content_type, hide), "the answer")
    choices = document.get("choices")
    if not isinstance(choices, list) or not choices:
        raise BadAnswerError(f"the answer has no choices: {message_of(body, hide)}")
    choice = mapping(choices[0], "the first choice")
    usage = document.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    reason = choice.get("finish_reason")
    message = mapping(choice.get("message"), "the message")
    calls = calls_of(message.get("tool_calls"), hide)
    return Answer(
        text=hide(sound(_text_of(message, needed=not calls))),
        latency_ms=latency_ms,
        input_tokens=count(usage.get("prompt_tokens")),
        output_tokens=count(usage.get("completion_tokens")),
        finish_reason=one_line(hide(reason)) if isinstance(reason, str) else None,
        tool_calls=calls,
    )


def calls_of(given: Any, hide: Callable[[str], str]) -> tuple[ToolCall, ...]:
    """The tools that the model wants used. Arguments stay the text that it wrote, sound JSON or not."""
    if not isinstance(given, list | None):
        raise BadAnswerError("the tool calls are not a list")
    if given and len(given) > MOST_CALLS:
        raise BadAnswerError(f"the answer holds more than {MOST_CALLS} tool calls")
    wished = [mapping(mapping(each, "a tool call").get("function"), "a tool call") for each in given or ()]
    return tuple(call_of(function, hide) for function in wished)


def call_of(function: dict[str, Any], hide: Callable[[str], str]) -> ToolCall:
    """One wish: the tool's name, and its arguments as text."""
    name, arguments = function.get("name"), function.get("arguments")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise BadAnswerError(f"a tool call names no tool, or one of more than {LONGEST_NAME} characters")
    if isinstance(arguments, dict):  # some endpoints answer with the value
        arguments = json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))
    if not isinstance(arguments, str | None):
        raise BadAnswerError("the arguments of a tool call are not a text")
    return ToolCall(hide(sound(name)), hide(sound(arguments or "")))


def _text_of(message: dict[str, Any], *, needed: bool) -> str:
    """The content; for a model that refuses, the text of its refusal; nothing beside tool calls."""
    content, refusal = message.get("content"), message.get("refusal")
    if isinstance(content, list):  # some endpoints answer in parts
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = "".join(part for part in parts if isinstance(part, str)) if parts else None
    for text in (content, refusal):
        if isinstance(text, str):
            return text
    if needed:
        raise BadAnswerError("the message has neither text nor tool calls")
    return ""
