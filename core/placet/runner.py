"""Makes the calls of a run: cache first, then in the given order, within concurrency and budget.

Every answer is cached and handed over in the turn of the event loop in which it comes, so that neither Ctrl-C nor a
crash loses what was paid for. It never scores, and it keeps no answer.
"""

from __future__ import annotations

import asyncio
import gc
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import islice

from placet.arrivals import Arrivals, Due
from placet.cache import Cache, key_of
from placet.errors import PlacetError
from placet.model.policy import Price
from placet.model.run import Answer, CallError, Request
from placet.providers.costs import INTERRUPTED, Budget, Purse, Stopped, expected_cost
from placet.providers.estimate import Distinct, by_key
from placet.providers.lag import Lag
from placet.providers.retry import Patience, persist
from placet.providers.silence import Silence
from placet.providers.wire import Failure, Kind, Wire
from placet.record import field, record, replace

_AT_ONCE = 100  # cached answers in memory
MOST_TEXT = 256 * 1024 * 1024  # characters of all answers of a run, which its caller may hold


@record
class Progress:
    """How far a run is. `calls` counts tries made; the other counts are of the caller's requests."""

    done: int
    total: int
    calls: int
    cached: int
    cost_usd: float | None  # None once the cost of an answer isn't known
    errors: int


@record
class Summary:
    """How a run ended. `kinds` counts its errors; `silent` names providers that were given up, and why.

    `lag` says how late the event loop was, where that is a part of the latencies that nobody should overlook.
    """

    progress: Progress
    stopped: Stopped | None
    kinds: Mapping[str, int]
    silent: Mapping[str, CallError]
    lag: str = ""


@record
class Watch:
    """Who hears of a run: `result` gets each request's index and what came of it at last, `progress` how far it is.

    `follow` is asked after each answer of a request for the next call that it leads to, if there is any: the result of
    a tool, another turn, a judge. It may go to another provider, and only when there is none comes the request's
    `result`; an error instead of a call is that result.
    """

    result: Callable[[int, Answer | CallError], None] = lambda index, outcome: None
    progress: Callable[[Progress], None] = lambda progress: None
    follow: Callable[[int, Answer], Request | CallError | None] = lambda index, answer: None


@record
class Terms:
    """What a run may use and spend."""

    cache: Cache | None = None
    budget: Budget = field(default_factory=Budget)
    patience: Patience = field(default_factory=Patience)
    most_text: int = MOST_TEXT
    seconds: float | None = None  # after which no call begins and none is waited for
    halt: Callable[[], Stopped | None] = lambda: None  # asked before each try


def run(calls: Sequence[Request], wires: Mapping[str, Wire], terms: Terms, watch: Watch) -> Summary:
    """Open the wires, make the calls, and end cleanly on Ctrl-C: `stopped` then says `interrupted`."""
    work = _Run(calls, wires, terms, watch)
    gc.freeze()  # what was read stays; looking through it again and again takes longer than the calls
    with asyncio.Runner() as runner:
        try:
            runner.run(_opened(work, wires))
        except KeyboardInterrupt:
            work.stop(Stopped(INTERRUPTED, "interrupted; finished calls are kept"))
    return work.summary()


async def run_calls(calls: Sequence[Request], wires: Mapping[str, Wire], terms: Terms, watch: Watch) -> Summary:
    """The same inside a running event loop, over wires that are open. Cancelling it keeps what has ended."""
    work = _Run(calls, wires, terms, watch)
    await work.go()
    return work.summary()


class _Run:
    """One run's state. An answer is handed over whatever becomes of its call meanwhile: what was paid for stays."""

    def __init__(self, calls: Sequence[Request], wires: Mapping[str, Wire], terms: Terms, watch: Watch) -> None:
        self._calls, self._wires, self._terms, self._watch = calls, wires, terms, watch
        self._purse = Purse(terms.budget)
        self._done = self._cached = 0
        self._kinds: Counter[str] = Counter()
        self._stopped: Stopped | None = None
        self._silence = {name: Silence(name) for name in wires}
        self._prices: dict[tuple[str, str], Price | None] = {}
        self._dearest: dict[tuple[str, str], float] = {}  # the highest cost seen, where estimates are too low
        self._text = 0  # characters of answers
        self._lag = Lag()
        self._arrivals = Arrivals(terms.cache, self._go_on) if terms.cache else None
        self._distinct = by_key(calls)
        _check(self._distinct, wires, terms.budget)

    async def go(self) -> None:
        queues = self._queues()
        watching = asyncio.ensure_future(self._lag.sample())
        try:
            async with asyncio.timeout(self._terms.seconds) as limit, asyncio.TaskGroup() as group:
                for name, queue in queues.items():
                    for _ in range(min(self._wires[name].provider.concurrency, len(queue))):
                        group.create_task(self._work(queue))
        except TimeoutError:
            if not limit.expired():
                raise
            seconds = self._terms.seconds
            self.stop(Stopped("deadline", f"the deadline of {seconds:g} s is reached; finished calls are kept"))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            watching.cancel()
            if self._arrivals:
                self._arrivals.take_in()

    def stop(self, stopped: Stopped) -> None:
        self._stopped = self._stopped or stopped

    def summary(self) -> Summary:
        silent = {name: silence.error for name, silence in self._silence.items() if silence.error}
        return Summary(self._progress(), self._stopped, dict(self._kinds), silent, self._lag.note())

    def _queues(self) -> dict[str, deque[str | Due]]:
        """Hand over what is known already; the rest by provider. What begins with a key is built when it is sent."""
        for index, error in self._distinct.unsendable.items():
            self._hand_over([index], error)
        queues: dict[str, deque[str | Due]] = {name: deque() for name in self._wires}
        rest = iter(self._distinct.groups.items())
        while not self._stopped and (some := list(islice(rest, _AT_ONCE))):
            known = self._known(key for key, _ in some)
            for key, group in some:
                if key not in known:
                    queues[group.provider].append(key)
                    continue
                for due in self._go_on(group.indexes, known[key]):
                    queues.get(due.request.provider, queues[group.provider]).append(due)
        return queues

    def _known(self, keys: Iterable[str]) -> Mapping[str, Answer]:
        return self._terms.cache.get(keys) if self._terms.cache else {}

    async def _work(self, queue: deque[str | Due]) -> None:
        while queue:
            first = queue.popleft()
            left = [self._due(first) if isinstance(first, str) else first]
            while left:
                due = left.pop()
                outcome = await self._ask(due)
                if outcome is None:
                    return
                if self._arrivals and isinstance(outcome, Answer):
                    left += await self._arrivals.add(due, outcome)
                else:
                    left += self._go_on(due.indexes, outcome)

    def _due(self, key: str) -> Due:
        indexes = self._distinct.groups.pop(key).indexes  # nobody asks for it again
        return Due(key, self._calls[indexes[0]], indexes)

    async def _ask(self, due: Due) -> Answer | CallError | None:
        """What comes of one call; None when the budget doesn't allow it."""
        wire = self._wires.get(due.request.provider)
        if wire is None:
            return _unknown(due.request)
        silence = self._silence[wire.provider.id]
        outcome: Answer | CallError | None = await silence.begin()
        if outcome is None:
            outcome = await self._call(wire, due.request)
            silence.end(outcome)
        if isinstance(outcome, Answer):
            self._lag.heard(outcome.latency_ms)
        return outcome

    def _go_on(self, indexes: Sequence[int], outcome: Answer | CallError) -> list[Due]:
        """Hand over what has ended; the calls that the others want next."""
        if isinstance(outcome, CallError):
            self._hand_over(indexes, outcome)
            return []
        wanted: dict[str, Due] = {}
        for number, index in enumerate(indexes):
            if number == 1 and not outcome.cached:
                outcome = replace(outcome, cached=True)  # equal requests share one call
            following = self._advance(index, outcome)
            if following:
                same = wanted.get(following.key)
                wanted[following.key] = replace(following, indexes=[*same.indexes, index]) if same else following
        return list(wanted.values())

    def _advance(self, index: int, answer: Answer) -> Due | None:
        """Follow one request through what the cache knows, up to the next call that it wants, or to its end."""
        self._weigh(answer)
        while (request := self._watch.follow(index, answer)) is not None:
            if isinstance(request, CallError):
                self._hand_over([index], request)
                return None
            try:
                key = key_of(request)
            except PlacetError as error:
                self._hand_over([index], CallError(Kind.UNSENDABLE, error.what))
                return None
            known = self._known([key])
            if key not in known:
                return Due(key, request, [index])
            answer = known[key]
            self._weigh(answer)
        self._hand_over([index], answer)
        return None

    async def _call(self, wire: Wire, request: Request) -> Answer | CallError | None:
        """One call with its retries; None when the budget doesn't allow even its first try."""
        model = (request.provider, request.model)
        if model not in self._prices:
            self._prices[model] = wire.provider.price_of(request.model)
        price = self._prices[model]
        limited = self._terms.budget.max_cost_usd is not None  # elsewhere nothing depends on an estimate
        expected = (expected_cost(request, price) or 0.0) if limited else 0.0

        async def attempt(seconds: float) -> Answer | Failure | None:
            reserved = max(expected, self._dearest.get(model, 0.0))
            stopped = self._stopped or self._terms.halt() or await self._purse.reserve(reserved)
            if stopped:
                self.stop(stopped)
                return None
            result = await wire.attempt(request, seconds)
            if isinstance(result, Failure):
                self._purse.settle(reserved, reserved if result.billed else 0.0)
            else:
                cost = self._purse.book(result, price)
                self._dearest[model] = max(cost or 0.0, self._dearest.get(model, 0.0))
                self._purse.settle(reserved, reserved if cost is None else cost)
            return result

        return await persist(attempt, wire.provider.timeout_seconds, self._terms.patience)

    def _hand_over(self, indexes: Sequence[int], outcome: Answer | CallError) -> None:
        for index in indexes:
            self._done += 1
            if isinstance(outcome, CallError):
                self._kinds[outcome.kind] += 1
            elif outcome.cached:
                self._cached += 1
            self._watch.result(index, outcome)
            self._watch.progress(self._progress())

    def _weigh(self, answer: Answer) -> None:
        """Stop before the answers outgrow the memory of whoever takes them."""
        self._text += answer.size
        if self._text > self._terms.most_text:
            most = self._terms.most_text
            self.stop(Stopped("max-text", f"the answers hold more than {most:,} characters; limit them with maxTokens"))

    def _progress(self) -> Progress:
        purse, errors = self._purse, self._kinds.total() if self._kinds else 0
        return Progress(self._done, len(self._calls), purse.calls, self._cached, purse.cost_usd, errors)


async def _opened(work: _Run, wires: Mapping[str, Wire]) -> None:
    async with AsyncExitStack() as stack:
        for wire in wires.values():
            await stack.enter_async_context(wire)
        await work.go()


def _unknown(request: Request) -> CallError:
    return CallError(Kind.UNSENDABLE, f"no provider is called {request.provider}")


def _check(distinct: Distinct, wires: Mapping[str, Wire], budget: Budget) -> None:
    """What would make a run pointless is said before its first call."""
    for name, model in sorted(distinct.models):
        if name not in wires:
            raise PlacetError(
                f"no provider is called {name}", help="add it to policies/providers.yaml on the base branch"
            )
        if budget.max_cost_usd is not None and wires[name].provider.price_of(model) is None:
            raise PlacetError(
                f"the price of {model} at {name} is not known, so a limit on cost can't be kept",
                help=f"give {model} a price in policies/providers.yaml, or limit calls instead",
            )
