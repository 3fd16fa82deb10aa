"""What calls cost, before and after, and when a run must stop. Pure but for the purse, which waits.

A price that isn't known is None and never 0.
"""

from __future__ import annotations

import asyncio
import json

from placet.model.policy import Price
from placet.model.run import Answer, Request
from placet.record import record

BYTES_PER_TOKEN = 4
INTERRUPTED = "interrupted"
USUAL_OUTPUT_TOKENS = 512  # assumed of a request that sets no `max_tokens`
_MILLION = 1_000_000


@record
class Budget:
    """What one run may spend. Tries count as calls, since providers may charge for each."""

    max_calls: int | None = None
    max_cost_usd: float | None = None


@record
class Stopped:
    """Why calls were left unmade: `max-calls`, `max-cost`, `max-text` or `INTERRUPTED`."""

    reason: str
    what: str


def cost_of(price: Price | None, input_tokens: int | None, output_tokens: int | None) -> float | None:
    """US dollars, or None when the price or a count isn't known."""
    if price is None or input_tokens is None or output_tokens is None:
        return None
    return (price.input * input_tokens + price.output * output_tokens) / _MILLION


def expected_tokens(request: Request) -> tuple[int, int]:
    """What a call should take at most: its input by length, its output by the limit it sets."""
    parameters = request.parameters
    limit = parameters.get("max_completion_tokens", parameters.get("max_tokens"))
    output = limit if isinstance(limit, int) else USUAL_OUTPUT_TOKENS
    size = sum(len(message.content.encode(errors="replace")) for message in request.messages)
    size += sum(len(call.name) + len(call.arguments) for message in request.messages for call in message.tool_calls)
    size += len(json.dumps(parameters["tools"], default=dict)) if "tools" in parameters else 0
    return -(-size // BYTES_PER_TOKEN), output


def expected_cost(request: Request, price: Price | None) -> float | None:
    """What a call should cost at most."""
    return cost_of(price, *expected_tokens(request)) if price else None


class Purse:
    """Money and calls of one run. Each try is reserved before it is made and settled when it ends."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.calls = 0
        self.cost_usd: float | None = 0.0  # by the tokens that answers state; None once one can't be known
        self._spent = 0.0  # what counts against the limit: also estimates of failed tries that may be billed
        self._reserved = 0.0
        self._in_flight = 0
        self._settled = asyncio.Event()

    async def reserve(self, cost: float) -> Stopped | None:
        """Take one try's place in the budget. Waits while tries in flight may end cheaper than estimated."""
        limit = self.budget.max_cost_usd
        while limit is not None and self._spent + self._reserved + cost > limit:
            if self._spent + cost > limit or not self._in_flight:
                return Stopped("max-cost", f"the next call could exceed the limit of ${limit:g}")
            self._settled.clear()
            await self._settled.wait()
        if self.budget.max_calls is not None and self.calls >= self.budget.max_calls:
            return Stopped("max-calls", f"the limit of {self.budget.max_calls} calls is reached")
        self.calls += 1
        self._in_flight += 1
        self._reserved += cost
        return None

    def settle(self, reserved: float, spent: float) -> None:
        """Replace a try's reservation by what counts as spent for it."""
        self._in_flight -= 1
        self._reserved = self._reserved - reserved if self._in_flight else 0.0  # no rounding is left over
        self._spent += spent
        self._settled.set()

    def book(self, answer: Answer, price: Price | None) -> float | None:
        """Add a new answer's cost to the total; the cost, or None when it can't be known."""
        cost = cost_of(price, answer.input_tokens, answer.output_tokens)
        self.cost_usd = None if cost is None or self.cost_usd is None else self.cost_usd + cost
        return cost
