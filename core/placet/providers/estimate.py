"""What a run will take, before any call: which requests are one call, how many, how dear, how long.

Counts only what is known. An unknown price or latency makes the whole estimate unknown, never 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from placet.cache import Cache, key_of
from placet.errors import PlacetError
from placet.model.policy import Provider
from placet.model.run import CallError, Request
from placet.providers.costs import expected_cost
from placet.providers.wire import Kind


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of the calls that no cache answers. Cost or time is None when it can't be known."""

    calls: int
    cost_usd: float | None
    seconds: float | None


def estimate(calls: Sequence[Request], providers: Mapping[str, Provider], cache: Cache | None = None) -> Estimate:
    """Holds one request at a time: together they may be larger than memory."""
    distinct = by_key(calls)
    known = cache.known(distinct.groups) if cache else set()
    due = [group for key, group in distinct.groups.items() if key not in known]
    costs = [expected_cost(calls[group.indexes[0]], providers[group.provider].price_of(group.model)) for group in due]
    models: dict[str, Counter[str]] = {}
    for group in due:
        models.setdefault(group.provider, Counter())[group.model] += 1
    times = [_seconds(providers[name], theirs, cache) for name, theirs in models.items()]
    return Estimate(len(due), _whole(costs, sum), _whole(times, max))


@dataclass(frozen=True, slots=True)
class Equal:
    """Requests that are one call."""

    provider: str
    model: str
    indexes: list[int]


@dataclass(frozen=True, slots=True)
class Distinct:
    """Equal requests under their key, in the given order; and what can't be sent at all."""

    groups: dict[str, Equal]
    unsendable: dict[int, CallError]
    models: set[tuple[str, str]]  # provider and model


def by_key(calls: Sequence[Request]) -> Distinct:
    found = Distinct({}, {}, set())
    for index, call in enumerate(calls):
        found.models.add((call.provider, call.model))
        try:
            key = key_of(call)
        except PlacetError as error:
            found.unsendable[index] = CallError(Kind.UNSENDABLE, error.what)
        else:
            found.groups.setdefault(key, Equal(call.provider, call.model, [])).indexes.append(index)
    return found


def _whole(parts: Sequence[float | None], how: Callable[[list[float]], float]) -> float | None:
    known = [part for part in parts if part is not None]
    return how([*known, 0.0]) if len(known) == len(parts) else None


def _seconds(provider: Provider, due: Counter[str], cache: Cache | None) -> float | None:
    """By what the kept answers of its models took, and not faster than its limit per minute allows."""
    latency = {model: cache.usual_latency(provider.id, model) if cache else None for model in due}
    busy = _whole([usual and usual * due[model] for model, usual in latency.items()], sum)
    minute = provider.requests_per_minute
    paced = 0.0 if minute is None else (due.total() - 1) // minute * 60.0
    return None if busy is None else max(busy / 1000 / provider.concurrency, paced)
