"""What a wire is: one provider, one try at a call, and a named failure for everything that can go wrong.

A wire never retries, never caches and never follows a redirect; it holds the credential and never shows it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol, Self

from placet.model.policy import Provider
from placet.model.run import Answer, CallError, Request
from placet.record import record


class Kind(StrEnum):
    """Every way in which a call can end without an answer: the `kind` of a `CallError`."""

    REFUSED = "refused"
    TIMEOUT = "timeout"
    RESET = "reset"
    TLS = "tls"
    RATE_LIMITED = "rate-limited"
    SERVER_ERROR = "server-error"
    UNAUTHORIZED = "unauthorized"
    CLIENT_ERROR = "client-error"
    REDIRECT = "redirect"
    BAD_ANSWER = "bad-answer"
    TOO_LARGE = "too-large"
    UNSENDABLE = "unsendable"
    ENDLESS = "endless"


#: What to do about each kind, for whoever reads the message.
NEXT_STEP: dict[str, str] = {
    Kind.REFUSED: "start the server, or correct the provider's `base_url` in policies/providers.yaml",
    Kind.TIMEOUT: "raise the provider's `timeout_seconds` in policies/providers.yaml, or try again later",
    Kind.RESET: "the provider broke the connection; run again, finished calls are kept",
    Kind.TLS: "check `base_url`; for an authority of your own, point SSL_CERT_FILE at its certificate",
    Kind.RATE_LIMITED: "lower the provider's `limits` in policies/providers.yaml, or run again later",
    Kind.SERVER_ERROR: "the provider is in trouble; run again later, finished calls are kept",
    Kind.UNAUTHORIZED: "check the value of the provider's `credential`, and what its key may call",
    Kind.CLIENT_ERROR: "check the model's name and the prompt's parameters",
    Kind.REDIRECT: "redirects are never followed; put the final address into the provider's `base_url`",
    Kind.BAD_ANSWER: "check that `base_url` ends where the OpenAI-compatible API begins, often in /v1",
    Kind.TOO_LARGE: "limit the answer with the prompt's `modelParameters.maxTokens`",
    Kind.UNSENDABLE: "correct the case or prompt that made this request",
    Kind.ENDLESS: "read the case's transcript: the model uses tools without coming to an end",
}


@record
class Failure:
    """One try that gave no answer."""

    error: CallError
    again: bool = False  # another try may do better
    billed: bool = False  # the provider may have charged for it
    seconds: float = 0.0  # that it took on the socket


class Wire(Protocol):
    """A port to one provider, open between `async with`. Retries and budgets are its caller's."""

    @property
    def provider(self) -> Provider: ...

    async def attempt(self, request: Request, seconds: float) -> Answer | Failure:
        """One try, over after `seconds` on the socket. Waiting for its turn in the limiter isn't counted."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...
