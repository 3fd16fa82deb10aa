"""How fast one provider may be called: tries at once, tries and tokens per minute, and pauses that it asked for.

Both arms of a comparison go through the same limiter, so that neither is favoured. It never drops a try.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Self

MINUTE = 60.0
MOST_PAUSED = 300.0  # seconds in one run


class Tokens:
    """What was used in the last `window` seconds: estimates, each corrected once the answer says what it took."""

    def __init__(self, per_window: int, window: float) -> None:
        self._most, self._window = per_window, window
        self._uses: deque[list[float]] = deque()  # [when, how many], oldest first
        self._sum = 0.0

    def due(self, tokens: int, now: float) -> float:
        """When so many more fit. What alone is more than the limit fits once nothing else is in the window."""
        while self._uses and self._uses[0][0] + self._window <= now:
            self._sum -= self._uses.popleft()[1]
        left, due = self._sum, 0.0
        for when, used in self._uses:
            if left + tokens <= self._most:
                break
            left, due = left - used, when + self._window
        return due

    def take(self, tokens: int, now: float) -> list[float]:
        use = [now, float(tokens)]
        self._uses.append(use)
        self._sum += tokens
        return use

    def correct(self, use: list[float], tokens: int) -> None:
        """Put what an answer took in the place of its estimate; one that has left the window no longer counts."""
        if self._uses and use[0] >= self._uses[0][0]:
            self._sum += tokens - use[1]
        use[1] = float(tokens)


class Place:
    """One try's place, held within `async with`; `used` corrects the estimate of its tokens."""

    __slots__ = ("_begin", "_estimate", "_places", "_tokens", "_use")

    def __init__(self, limiter: Limiter, estimate: int) -> None:
        self._places, self._tokens, self._begin = limiter.places, limiter.tokens, limiter.begin
        self._estimate = estimate
        self._use: list[float] | None = None

    async def __aenter__(self) -> Self:
        await self._places.acquire()
        try:
            self._use = await self._begin(self._estimate)
        except BaseException:
            self._places.release()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self._places.release()

    def used(self, tokens: int | None) -> None:
        if self._tokens is not None and self._use is not None and tokens is not None:
            self._tokens.correct(self._use, tokens)


class Limiter:
    """`async with limiter.place():` waits for its turn. At most `per_minute` tries begin in any `window` seconds."""

    def __init__(
        self,
        concurrency: int,
        per_minute: int | None,
        tokens_per_minute: int | None = None,
        *,
        window: float = MINUTE,
        most_paused: float = MOST_PAUSED,
    ) -> None:
        self._concurrency = concurrency
        self._window = window
        self._starts: deque[float] | None = None if per_minute is None else deque(maxlen=per_minute)
        self.tokens = None if tokens_per_minute is None else Tokens(tokens_per_minute, window)
        self._paused_until = self._paused = 0.0
        self._most_paused = most_paused
        self.rejoin()

    @property
    def counts_tokens(self) -> bool:
        return self.tokens is not None

    def rejoin(self) -> None:
        """Serve the event loop that runs now; what was begun under an earlier one still counts."""
        self.places = asyncio.Semaphore(self._concurrency)
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

    def place(self, tokens: int = 0) -> Place:
        """A try that should take so many tokens."""
        return Place(self, tokens)

    async def begin(self, tokens: int) -> list[float] | None:
        """Wait until a try may begin that has a place, and note what it should take."""
        if self._starts is None and self.tokens is None and not self._paused_until:
            return None
        clock = asyncio.get_running_loop().time
        async with self._turn:  # first come, first served: the order of calls is the caller's
            while (wait := self._due(tokens, clock()) - clock()) > 0:  # noqa: ASYNC110 - may grow
                await asyncio.sleep(wait)
            if self._starts is not None:
                self._starts.append(clock())
            return self.tokens.take(tokens, clock()) if self.tokens else None

    def _due(self, tokens: int, now: float) -> float:
        starts = self._starts
        full = starts is not None and len(starts) == starts.maxlen
        free = self.tokens.due(tokens, now) if self.tokens else 0.0
        return max(self._paused_until, starts[0] + self._window if starts and full else 0.0, free)
