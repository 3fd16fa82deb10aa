"""The `http` wire: an endpoint of any kind, spoken to by a JSON template and read by JSONPath.

Values are put into the template by value: what a case says is never read as a template or as JSON again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from placet.errors import PlacetError
from placet.messages import wire_messages
from placet.model.policy import Provider
from placet.model.run import Answer, Request
from placet.providers.body import BadAnswerError, count, document_of, one_line, sound
from placet.scorers.json_paths import one_value, walk
from placet.scorers.parameters import ScorerError
from placet.substitute import only_placeholder, substitute


class Template:
    """POST {base_url}, with a body and an answer of the shape that policy says."""

    path = ""

    def __init__(self, provider: Provider) -> None:
        if provider.request is None or "text" not in provider.response:
            raise PlacetError(
                f"the provider {provider.id} speaks http, and its `request` or `response.text` is missing",
                help="give it `request`, a JSON template, and `response: {text: $.path.to.the.text}`",
            )
        self._request = provider.request
        self._paths = {name: _steps(provider.id, name, path) for name, path in provider.response.items()}

    def body(self, request: Request) -> bytes:
        filled = _filled(self._request, _values(request), request)
        return json.dumps(filled, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=dict).encode()

    def answer(self, body: bytes, content_type: str | None, latency_ms: float, hide: Callable[[str], str]) -> Answer:
        document = document_of(body, content_type, hide)
        found = {name: _at(document, steps) for name, steps in self._paths.items()}
        text, reason = found["text"], found.get("finish_reason")
        if text is None:
            raise BadAnswerError("there is nothing where `response.text` points")
        return Answer(
            text=hide(sound(text if isinstance(text, str) else _json(text))),
            latency_ms=latency_ms,
            input_tokens=count(found.get("input_tokens")),
            output_tokens=count(found.get("output_tokens")),
            finish_reason=one_line(hide(reason)) if isinstance(reason, str) else None,
        )


def _steps(provider: str, name: str, path: str) -> tuple[str | int, ...]:
    try:
        return one_value(path)
    except ScorerError as error:
        raise PlacetError(f"`response.{name}` of the provider {provider}: {error.what}", help=error.help) from error


def _at(document: Any, steps: tuple[str | int, ...]) -> Any:
    try:
        return walk(document, steps)
    except LookupError:
        return None


def _values(request: Request) -> dict[str, str]:
    """What placeholders may name; `{{messages}}` alone in a string is the list itself."""
    values = {f"input.{name}": value for name, value in request.inputs.items()}
    last = next((message.content for message in reversed(request.messages)), "")
    messages = _json(wire_messages(request.messages))
    return {**values, "trial": str(request.trial), "last": last, "model": request.model, "messages": messages}


def _filled(template: Any, values: Mapping[str, str], request: Request) -> Any:
    if isinstance(template, Mapping):
        return {key: _filled(value, values, request) for key, value in template.items()}
    if isinstance(template, list | tuple):
        return [_filled(value, values, request) for value in template]
    if not isinstance(template, str):
        return template
    if only_placeholder(template) == "messages":
        return wire_messages(request.messages)
    if only_placeholder(template) == "parameters":
        return dict(request.parameters)
    return substitute(template, values)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict)
