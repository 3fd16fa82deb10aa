"""The responses wire of OpenAI: what is sent as input items, and how the items of its output are read.

The body is untrusted: all it holds gives a value or a name. Nothing is stored at the provider (`store: false`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from placet.messages import wire_messages
from placet.model.run import Answer, Request
from placet.providers.body import BadAnswerError, count, document_of, mapping, message_of, one_line, sound
from placet.providers.completion import MOST_CALLS, call_of

_MOST_ITEMS = 1000
#: What chat completions call a parameter, and what it is here.
_RENAMED = {"max_tokens": "max_output_tokens", "max_completion_tokens": "max_output_tokens"}


class Responses:
    """POST {base_url}/responses."""

    path = "/responses"

    def body(self, request: Request) -> bytes:
        items = [item for message in wire_messages(request.messages) for item in _items(message)]
        whole = {**_parameters(request.parameters), "model": request.model, "input": items, "store": False}
        return json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=dict).encode()

    def answer(self, body: bytes, content_type: str | None, latency_ms: float, hide: Callable[[str], str]) -> Answer:
        document = mapping(document_of(body, content_type, hide), "the answer")
        output = document.get("output")
        if not isinstance(output, list):
            raise BadAnswerError(f"the answer has no output: {message_of(body, hide)}")
        if document.get("status") in {"failed", "cancelled", "queued", "in_progress"}:
            raise BadAnswerError(f"the answer is {document['status']}: {message_of(body, hide)}")
        items = [mapping(item, "an item of the output") for item in output[:_MOST_ITEMS]]
        calls = [item for item in items if item.get("type") == "function_call"]
        if len(calls) > MOST_CALLS:
            raise BadAnswerError(f"the answer holds more than {MOST_CALLS} tool calls")
        texts = list(_texts(items))
        if not texts and not calls and document.get("status") != "incomplete":
            raise BadAnswerError("the output has neither text nor tool calls")
        used = document.get("usage")
        used = used if isinstance(used, dict) else {}
        return Answer(
            text=hide(sound("".join(texts))),
            latency_ms=latency_ms,
            input_tokens=count(used.get("input_tokens")),
            output_tokens=count(used.get("output_tokens")),  # those of its reasoning included, as they are billed
            finish_reason=one_line(hide(_reason(document, bool(calls)))),
            tool_calls=tuple(call_of(call, hide) for call in calls),
        )


def _items(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A message as input items: what a tool answered, what was said, and the calls that were wished for."""
    if message["role"] == "tool":
        yield {"type": "function_call_output", "call_id": message["tool_call_id"], "output": message["content"]}
        return
    if message["content"] or not message.get("tool_calls"):
        yield {"role": message["role"], "content": message["content"] or ""}
    for call in message.get("tool_calls", ()):
        yield {"type": "function_call", "call_id": call["id"], **call["function"]}


def _parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters by the names that they have here."""
    parameters = {_RENAMED.get(name, name): value for name, value in given.items()}
    parameters.pop("messages", None)
    form, effort = parameters.pop("response_format", None), parameters.pop("reasoning_effort", None)
    if form is not None:
        parameters["text"] = {"format": _format(form)}
    if effort is not None:
        parameters["reasoning"] = {"effort": effort}
    if "tools" in parameters:
        tools = [tool["function"] for tool in parameters["tools"]]
        parameters["tools"] = [{"type": "function", "strict": False, **tool} for tool in tools]
    return parameters


def _format(form: Mapping[str, Any]) -> dict[str, Any]:
    inner = form.get("json_schema")
    return {"type": form.get("type"), **(inner if isinstance(inner, Mapping) else {})}


def _texts(items: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What was said to the user; for a model that refuses, its refusal. Summaries of reasoning are no answer."""
    for item in items:
        content = item.get("content")
        if item.get("type") == "message" and isinstance(content, list):
            for part in content:
                text = part.get("text", part.get("refusal")) if isinstance(part, dict) else None
                if isinstance(text, str):
                    yield text


def _reason(document: Mapping[str, Any], called: bool) -> str:
    """In the words of chat completions, which gates and reports know."""
    details = document.get("incomplete_details")
    why = details.get("reason") if isinstance(details, dict) else None
    if why is not None:
        return "length" if why == "max_output_tokens" else str(why)
    return "tool_calls" if called else "stop"
