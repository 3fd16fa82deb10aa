"""Reads the body of a chat completion. Pure; the body is untrusted: all it holds gives a value or a name.

Never guesses: an answer without a text is no answer, and a token count that isn't a count is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn

from placet.model.run import Answer

LONGEST_DETAIL = 300
_LARGEST_COUNT = 2**53


class BadAnswerError(ValueError):
    """The body isn't a chat completion; the message says why."""


def answer_of(body: bytes, content_type: str | None, latency_ms: float, hide: Callable[[str], str]) -> Answer:
    """The answer in `body`, with `hide` applied to its text."""
    kind = hide(content_type or "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise BadAnswerError(f"{one_line(kind)} instead of JSON: {message_of(body, hide)}")
    document = _mapping(_json(body, hide), "the answer")
    choices = document.get("choices")
    if not isinstance(choices, list) or not choices:
        raise BadAnswerError(f"the answer has no choices: {message_of(body, hide)}")
    choice = _mapping(choices[0], "the first choice")
    usage = document.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    reason = choice.get("finish_reason")
    return Answer(
        text=hide(_sound(_text_of(_mapping(choice.get("message"), "the message")))),
        latency_ms=latency_ms,
        input_tokens=_count(usage.get("prompt_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
        finish_reason=one_line(hide(reason)) if isinstance(reason, str) else None,
    )


def message_of(body: bytes, hide: Callable[[str], str]) -> str:
    """What a body that is no answer says about itself: its error message, else how it begins."""
    try:
        document = json.loads(body.decode())
        error = document.get("error", document)
        said = error.get("message") if isinstance(error, dict) else error
    except (ValueError, AttributeError, RecursionError):
        said = None
    whole = said if isinstance(said, str) else body.decode(errors="replace")
    return one_line(hide(whole))  # before it is cut: half a credential wouldn't be recognised


def one_line(text: str) -> str:
    """Text of a server as part of a message: one line, no control characters, not long."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * LONGEST_DETAIL]).split())
    return clean if len(clean) <= LONGEST_DETAIL else clean[: LONGEST_DETAIL - 1] + "…"


def _json(body: bytes, hide: Callable[[str], str]) -> Any:
    try:
        return json.loads(body.decode(), parse_constant=_not_a_number)
    except UnicodeDecodeError:
        raise BadAnswerError("the answer is not valid UTF-8") from None
    except RecursionError:
        raise BadAnswerError("the answer is nested too deeply") from None
    except ValueError:
        raise BadAnswerError(f"the answer is not JSON: {message_of(body, hide) or 'it is empty'}") from None


def _not_a_number(text: str) -> NoReturn:
    raise ValueError(text)


def _mapping(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadAnswerError(f"{what} is not a JSON object")
    return value


def _text_of(message: dict[str, Any]) -> str:
    """The content; for a model that refuses, the text of its refusal."""
    content, refusal = message.get("content"), message.get("refusal")
    if isinstance(content, list):  # some endpoints answer in parts
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = "".join(part for part in parts if isinstance(part, str)) if parts else None
    for text in (content, refusal):
        if isinstance(text, str):
            return text
    raise BadAnswerError("the message has no text" + (", but tool calls" if message.get("tool_calls") else ""))


def _sound(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadAnswerError("the text holds half of a surrogate pair, which is not a character") from None
    return text


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < _LARGEST_COUNT else None
