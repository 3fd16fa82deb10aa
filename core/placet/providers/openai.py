"""The OpenAI wire: chat completions, as OpenAI and every compatible endpoint serve them."""

from __future__ import annotations

import json
from collections.abc import Callable

from placet.messages import wire_messages
from placet.model.policy import Provider
from placet.model.run import Answer, Request
from placet.providers.completion import answer_of
from placet.providers.exchange import HttpWire
from placet.providers.limiter import Limiter

_encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=dict).encode


class Chat:
    """POST {base_url}/chat/completions."""

    path = "/chat/completions"

    def body(self, request: Request) -> bytes:
        whole = {**request.parameters, "model": request.model, "messages": wire_messages(request.messages)}
        return _encoded(whole).encode()

    def answer(self, body: bytes, content_type: str | None, latency_ms: float, hide: Callable[[str], str]) -> Answer:
        return answer_of(body, content_type, latency_ms, hide)


class OpenAIWire(HttpWire):
    """A provider that speaks chat completions; open between `async with`."""

    def __init__(self, provider: Provider, credential: str | None, limiter: Limiter | None = None) -> None:
        super().__init__(provider, credential, Chat(), limiter)
