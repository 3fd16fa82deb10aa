"""Which model is the judge of a planned run: resolved once, so that records, calls and cache mean the same one.

Pure. Base's registration decides before head's: a change never swaps the judge that judges it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from placet.model.policy import Provider
from placet.model.register import Model, System
from placet.record import replace
from placet.runs import PlannedRun
from placet.scorers.judge import ROLE, bound, judge_among


def judged(runs: Iterable[PlannedRun], *systems: System | None) -> tuple[PlannedRun, ...]:
    """The runs with their judges as the first of `systems` registers them that has them."""
    return _bound(runs, judge_among(*(system.models for system in systems if system is not None)))


def judged_by_catalogue(runs: Iterable[PlannedRun], providers: Mapping[str, Provider]) -> tuple[PlannedRun, ...]:
    """The same for prompts without a system: the first provider that lists the judge's model serves it."""
    return _bound(runs, lambda id: _served(id, providers))


def _bound(runs: Iterable[PlannedRun], find: Callable[[str], Model | None]) -> tuple[PlannedRun, ...]:
    return tuple(_one(run, find) for run in runs)


def _one(run: PlannedRun, find: Callable[[str], Model | None]) -> PlannedRun:
    suite = bound(run.suite, find)
    if suite is run.suite:
        return run
    head = replace(run.head, suite=bound(run.head.suite, find))
    base = replace(run.base, suite=bound(run.base.suite, find)) if run.base else None
    return replace(run, suite=suite, head=head, base=base)


def _served(id: str, providers: Mapping[str, Provider]) -> Model | None:
    for provider in providers.values():
        for model in provider.models:
            if id in (*model.ids, model.name):
                return Model(id, provider.id, model.name, None, ROLE)
    return None
