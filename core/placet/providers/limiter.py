"""How fast one provider may be called: tries at once, tries per minute, and pauses that it asked for.

Both arms of a comparison go through the same limiter, so that neither is favoured. It never drops a try.
"""

from __future__ import annotations

import asyncio
from collections import deque

MINUTE = 60.0
MOST_PAUSED = 300.0  # seconds in one run


class Limiter:
    """`async with limiter:` waits for its turn. At most `per_minute` tries begin in any `window` seconds."""

    def __init__(
        self, concurrency: int, per_minute: int | None, *, window: float = MINUTE, most_paused: float = MOST_PAUSED
    ) -> None:
        self._concurrency = concurrency
        self._window = window
        self._starts: deque[float] | None = None if per_minute is None else deque(maxlen=per_minute)
        self._paused_until = self._paused = 0.0
        self._most_paused = most_paused
        self.rejoin()

    def rejoin(self) -> None:
        """Serve the event loop that runs now; what was begun under an earlier one still counts."""
        self._places = asyncio.Semaphore(self._concurrency)
        self._turn = asyncio.Lock()

    def pause(self, seconds: float) -> bool:
        """Let no try begin for so long. False, and no pause, once a run's pauses would be too long in all."""
        now = asyncio.get_running_loop().time()
        longer = max(0.0, now + seconds - max(now, self._paused_until))
        if self._paused + longer > self._most_paused:
            return False
        self._paused += longer
        self._paused_until = max(self._paused_until, now + seconds)
        return True

    async def __aenter__(self) -> None:
        await self._places.acquire()
        try:
            await self._begin()
        except BaseException:
            self._places.release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._places.release()

    async def _begin(self) -> None:
        if self._starts is None and not self._paused_until:
            return
        async with self._turn:  # first come, first served: the order of calls is the caller's
            while (wait := self._due() - asyncio.get_running_loop().time()) > 0:  # noqa: ASYNC110 - may grow
                await asyncio.sleep(wait)
            if self._starts is not None:
                self._starts.append(asyncio.get_running_loop().time())

    def _due(self) -> float:
        starts = self._starts
        full = starts is not None and len(starts) == starts.maxlen
        return max(self._paused_until, starts[0] + self._window if starts and full else 0.0)
