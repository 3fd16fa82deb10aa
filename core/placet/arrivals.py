"""Answers that come in one turn of the event loop: written to the cache together, then handed over one by one.

One transaction for all of them takes a fraction of what one each would. Nothing is handed over that isn't kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from placet.cache import Cache
from placet.model.run import Answer, Request
from placet.record import record


@record
class Due:
    """One call that the cache doesn't know, for every index that it is the next one of."""

    key: str
    request: Request
    indexes: Sequence[int]


class Arrivals:
    """`go_on` takes an answer for all indexes that wait for it, and says which calls follow."""

    def __init__(self, cache: Cache, go_on: Callable[[Sequence[int], Answer], list[Due]]) -> None:
        self._cache, self._go_on = cache, go_on
        self._came: list[tuple[Due, Answer, asyncio.Future[list[Due]]]] = []

    def add(self, due: Due, answer: Answer) -> asyncio.Future[list[Due]]:
        """What `go_on` says, once this turn of the loop is over."""
        loop = asyncio.get_running_loop()
        if not self._came:
            loop.call_soon(self.take_in)
        self._cache.hold(due.key, due.request, answer)
        following: asyncio.Future[list[Due]] = loop.create_future()
        self._came.append((due, answer, following))
        return following

    def take_in(self) -> None:
        """Keep and hand over what has come. A call that was cancelled meanwhile has an answer all the same."""
        came, self._came = self._came, []
        if came:
            self._cache.flush()
        for due, answer, following in came:
            try:
                left = self._go_on(due.indexes, answer)
            except Exception as error:
                if following.done():
                    raise
                following.set_exception(error)
            else:
                if not following.done():
                    following.set_result(left)
