"""When a failed try is made again: capped exponential back-off with full jitter, inside one deadline.

Decides only about waiting. Which failures deserve another try is the wire's word, in `Failure.again`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime

from placet.model.run import Answer, CallError
from placet.providers.wire import Failure
from placet.record import record, replace


@record
class Patience:
    """How often a call is tried, and how long it waits in between (seconds)."""

    tries: int = 4
    first: float = 0.5
    longest: float = 8.0

    def wait(self, tried: int, share: float) -> float:
        """Before the next try, after `tried` of them; `share` of the whole wait is the jitter, 0 to 1."""
        return share * min(self.longest, self.first * 2.0 ** (tried - 1))


def jitter() -> float:
    """A share from 0 to 1 that no two processes agree on. Nothing but a wait depends on it."""
    return int.from_bytes(os.urandom(4)) / 2**32


def asked_wait(retry_after: str | None, date: str | None) -> float | None:
    """Seconds that a Retry-After asks for. A date in it is read against the server's own `Date`."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, (parsedate_to_datetime(text) - parsedate_to_datetime(date or "")).total_seconds())
    except (ValueError, TypeError):  # not a date, or one with and one without a zone
        return None


async def persist(
    attempt: Callable[[float], Awaitable[Answer | Failure | None]], seconds: float, patience: Patience
) -> Answer | CallError | None:
    """Try until an answer, a final failure, the last try or the deadline. `attempt` may give up: None.

    Tries and the waits between them share `seconds`. A pause that the provider asked for is served in its
    limiter, by all calls, and isn't this call's time.
    """
    left, tried, error = seconds, 0, None
    while isinstance(result := await attempt(left), Failure):
        tried += 1
        error = result.error if tried == 1 else replace(result.error, detail=f"{result.error.detail} ({tried} tries)")
        wait = patience.wait(tried, jitter())
        left -= result.seconds + wait
        if not result.again or tried >= patience.tries or left <= 0:
            return error
        await asyncio.sleep(wait)
    return error if result is None else result
