"""Which suite the label and judge commands are about: found by name, with its judges resolved, in a gathered change."""

from __future__ import annotations

from placet.errors import UsageError
from placet.gather import Gathered
from placet.labels import subjects_of
from placet.model.register import System
from placet.model.suite import Suite
from placet.parse.misplaced import PREFIX
from placet.record import record, replace
from placet.scorers.judge import bound, judge_among


@record
class Chosen:
    """A suite of a system as it is after the merge, and the digests of the subjects on both sides."""

    system: System
    suite: Suite
    subjects: tuple[str, ...]
    suites: int = 1  # of that name, where prompts carry theirs inline


def chosen(gathered: Gathered, name: str, system: str | None) -> Chosen:
    """The suite `name` of `system`; of the only system that has it, where none is named. Raises UsageError.

    `name` may name the system as well: SYSTEM/NAME.
    """
    merged = gathered.merged
    owner, _, bare = name.rpartition("/")
    if owner in merged.by_id:
        name, system = bare, system or owner
    if name.startswith(PREFIX):
        raise UsageError(
            f"{name} is a shared suite, and those can't be labelled yet", help="label a system's own suite"
        )
    found: dict[str, tuple[System, list[Suite]]] = {}
    for one in merged.systems.values():
        suites = [suite for suite in merged.suites_of(one) if suite.name == name]
        if suites and system in (None, one.id):
            found[one.id] = (one, suites)
    if not found:
        among = [one for one in merged.systems.values() if system in (None, one.id)] or list(merged.systems.values())
        names = sorted({f"{one.id}/{suite.name}" for one in among for suite in merged.suites_of(one)})
        where = f"{system} has no suite" if system else "no system has a suite"
        raise UsageError(f"{where} `{name}`", help=f"there are {', '.join(names)}" if names else "write one first")
    if len(found) > 1:
        several = f"{len(found)} systems have a suite `{name}`"
        raise UsageError(several, help=f"name one: {', '.join(f'{id}/{name}' for id in sorted(found))}")
    after, named = next(iter(found.values()))
    before = gathered.base.by_id.get(after.id)
    sides = [subjects_of(after, merged), subjects_of(before, gathered.base) if before else frozenset()]
    judges = judge_among(before.models if before else (), after.models)
    return Chosen(after, bound(_whole(named), judges), tuple(sorted(frozenset().union(*sides))), len(named))


def _whole(suites: list[Suite]) -> Suite:
    """Prompts of one system carry suites of one name; their rows are judged together."""
    return suites[0] if len(suites) == 1 else replace(suites[0], cases=tuple(c for each in suites for c in each.cases))
