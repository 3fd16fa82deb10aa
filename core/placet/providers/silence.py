"""When a provider is given up: so many calls in a row got no answer, and none of those in flight brings one.

The rest of a run's calls then end at once with the same error, instead of each waiting for the same dead end.
"""

from __future__ import annotations

import asyncio

from placet.model.run import Answer, CallError
from placet.providers.wire import Kind
from placet.record import replace

GIVE_UP_AFTER = 10
#: Errors that are about one request and say nothing about the provider.
_OF_THE_REQUEST = {Kind.CLIENT_ERROR, Kind.TOO_LARGE}


class Silence:
    """What one run has heard of one provider. `error` is set once it is given up."""

    def __init__(self, provider: str) -> None:
        self.error: CallError | None = None
        self._provider = provider
        self._answered = False
        self._unanswered = 0  # in a row
        self._in_flight = 0
        self._last: CallError | None = None
        self._heard = asyncio.Event()

    async def begin(self) -> CallError | None:
        """A call may begin (None), or the provider is given up. In doubt, the calls in flight decide."""
        while self._unanswered >= GIVE_UP_AFTER and self._last:
            if not self._in_flight:
                of = "the last " if self._answered else ""
                detail = f"not tried: {self._provider} answered none of {of}{self._unanswered} calls"
                self.error = self.error or replace(self._last, detail=f"{detail}, the last: {self._last.detail}")
                return self.error
            self._heard.clear()
            await self._heard.wait()
        self._in_flight += 1
        return None

    def end(self, outcome: Answer | CallError | None) -> None:
        """A call ended; None says that it was never made."""
        self._in_flight -= 1
        if isinstance(outcome, Answer):
            self._answered, self._unanswered = True, 0
        elif outcome is not None and outcome.kind not in _OF_THE_REQUEST:
            self._unanswered += 1
            self._last = outcome
        self._heard.set()
