"""How late the event loop is: time that our own process adds to latencies, said where it is a part worth knowing."""

from __future__ import annotations

import asyncio
from collections import deque
from statistics import median

_EVERY = 0.02  # seconds
_KEPT = 2_000  # samples, the newest
_LEAST = 3
SHARE = 0.05  # of the median latency


class Lag:
    """Samples how much later than asked for the loop wakes us, beside the latencies of the same run."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=_KEPT)  # milliseconds
        self._latencies: deque[float] = deque(maxlen=_KEPT)

    async def sample(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + _EVERY
            await asyncio.sleep(_EVERY)
            self._late.append(max(0.0, clock() - due) * 1000)

    def heard(self, latency_ms: float) -> None:
        self._latencies.append(latency_ms)

    def note(self) -> str:
        """Empty where the lag doesn't matter, or too little was seen of it."""
        if len(self._late) < _LEAST or not self._latencies:
            return ""
        late, latency = _usual(self._late), median(self._latencies)
        if late <= SHARE * latency:
            return ""
        return (
            f"this process was late by {late:.0f} ms (median) while calls took {latency:.0f} ms: latencies are partly "
            "our own; lower the provider's `concurrency`, or score with less work"
        )


def _usual(late: deque[float]) -> float:
    """The median over time and not over samples: a loop that is blocked is sampled seldom."""
    half, passed = sum(each + _EVERY * 1000 for each in late) / 2, 0.0
    for each in sorted(late):
        passed += each + _EVERY * 1000
        if passed >= half:
            return each
    return 0.0
