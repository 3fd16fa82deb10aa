"""What a run will take, before any call: which requests are one call, how many, how dear, how long.

Counts only what is known. An unknown price or latency makes the whole estimate unknown, never 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from placet.cache import Cache, key_of
from placet.errors import PlacetError
from placet.model.policy import Price, Provider
from placet.model.run import CallError, Request
from placet.providers.costs import expected_cost
from placet.providers.wire import Kind
from placet.record import record, replace


@record
class Estimate:
    """Of the calls that no cache answers. Cost or time is None when it can't be known.

    With `at_least` it may become more: how often a model uses tools is known once it has.
    """

    calls: int
    cost_usd: float | None
    seconds: float | None
    at_least: bool = False


def estimate(
    calls: Sequence[Request],
    providers: Mapping[str, Provider],
    cache: Cache | None = None,
    further: Callable[[int], int] = lambda index: 0,
) -> Estimate:
    """Holds one request at a time: together they may be larger than memory.

    `further` says how many calls more a request leads to at least, each as dear and slow as the first.
    """
    costs_of = _Costs(providers)
    distinct = by_key(calls, costs_of.add)
    known = cache.known(distinct.groups) if cache else set()
    due = [group for key, group in distinct.groups.items() if key not in known]
    each = [1 + further(group.indexes[0]) for group in due]
    costs = [costs_of(group, calls) for group in due]
    costs = [cost and cost * times for cost, times in zip(costs, each, strict=True)]
    models: dict[str, Counter[str]] = {}
    for group, times in zip(due, each, strict=True):
        models.setdefault(group.provider, Counter())[group.model] += times
    seconds = [_seconds(providers[name], theirs, cache) for name, theirs in models.items()]
    return Estimate(sum(each), _whole(costs, sum), _whole(seconds, max))


@record
class Equal:
    """Requests that are one call."""

    provider: str
    model: str
    indexes: Sequence[int]  # a list from the second on: most have one, and there may be very many


@record
class Distinct:
    """Equal requests under their key, in the given order; and what can't be sent at all."""

    groups: dict[str, Equal]
    unsendable: dict[int, CallError]
    models: set[tuple[str, str]]  # provider and model


class _Costs:
    """What calls should cost, by the index of each; reckoned while their requests are built anyway."""

    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self._providers = providers
        self._prices: dict[tuple[str, str], Price | None] = {}
        self._found: dict[int, float | None] = {}

    def add(self, index: int, call: Request) -> None:
        model = (call.provider, call.model)
        if model not in self._prices:
            provider = self._providers.get(call.provider)
            self._prices[model] = provider.price_of(call.model) if provider else None
        self._found[index] = expected_cost(call, self._prices[model])

    def __call__(self, group: Equal, calls: Sequence[Request]) -> float | None:
        index = group.indexes[0]
        if index not in self._found:
            self.add(index, calls[index])
        return self._found[index]


def by_key(calls: Sequence[Request], heard: Callable[[int, Request], None] = lambda index, call: None) -> Distinct:
    """Worked out once for a sequence that has a place to keep it: `distinct`. `heard` gets the first of equal ones."""
    kept: Distinct | None = getattr(calls, "distinct", None)
    if kept is not None:
        return kept
    found = Distinct({}, {}, set())
    if hasattr(calls, "distinct"):
        calls.distinct = found
    for index, call in enumerate(calls):
        found.models.add((call.provider, call.model))
        try:
            key = key_of(call)
        except PlacetError as error:
            found.unsendable[index] = CallError(Kind.UNSENDABLE, error.what)
        else:
            equal = found.groups.get(key)
            if equal is None:
                heard(index, call)
                found.groups[key] = Equal(call.provider, call.model, (index,))
            elif isinstance(equal.indexes, list):
                equal.indexes.append(index)
            else:
                found.groups[key] = replace(equal, indexes=[*equal.indexes, index])
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
