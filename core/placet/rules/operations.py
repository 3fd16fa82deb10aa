"""Rules about how a system is run: what its registration says of data, tools, monitors, rollout and reviews agrees."""

from __future__ import annotations

from placet.rules.problem import Check, Problem
from placet.shared import suites_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from placet.findings import Position
    from placet.model.register import System
    from placet.model.suite import Suite

#: From least to most protection.
_CLASSES = ("public", "internal", "personal", "sensitive")
#: Words of a permission that let a tool change something.
_ACTING = frozenset({
    "write", "create", "update", "delete", "remove", "send", "execute", "exec", "run", "admin",
    "approve", "pay", "charge", "refund", "post", "publish", "manage", "cancel", "edit", "modify",
    "grant", "all", "full"
})  # fmt: skip
_MOST_PERCENT = 100 + 1e-6


def _list(system: System, key: str) -> Sequence[Any]:
    return system.fields.get(key) or ()


def stages_add_up(check: Check) -> Iterator[Problem]:
    for system in check.snapshot.systems.values():
        rollout = system.fields.get("rollout") or {}
        stages = rollout.get("stages") or ()
        if rollout.get("strategy") == "staged":
            yield from _descending(check, system, stages)
        elif rollout.get("strategy") == "ab" and sum(stage["percent"] for stage in stages) > _MOST_PERCENT:
            position = check.snapshot.at(system.path, "rollout", "stages", len(stages) - 1, "percent")
            message = f"the arms get {sum(stage['percent'] for stage in stages):g} % of the traffic together"
            yield Problem(system.path, position, message, help="let them share 100 %")


def _descending(check: Check, system: System, stages: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    for index in range(1, len(stages)):
        before, stage = stages[index - 1], stages[index]
        if stage["percent"] < before["percent"]:
            position = check.snapshot.at(system.path, "rollout", "stages", index, "percent")
            message = (
                f"stage `{stage['name']}` gets {stage['percent']:g} %, "
                f"after {before['percent']:g} % in stage `{before['name']}`"
            )
            advice = "put the stages in order: each reaches at least as many as the one before it"
            yield Problem(system.path, position, message, help=advice)


def due_after_review(check: Check) -> Iterator[Problem]:
    for system in check.snapshot.systems.values():
        made, due = system.fields.get("reviewed"), system.fields.get("review_by")
        if made and due and due <= made:
            position = check.snapshot.at(system.path, "review_by")
            message = f"the next review is due on {due}, and the last one was on {made}"
            advice = "write the day of the next review: after `reviewed:`"
            yield Problem(system.path, position, message, help=advice)


def review_is_past(check: Check) -> Iterator[Problem]:
    """Nobody has read it through tomorrow. A day of grace, since it is another day elsewhere on the earth."""
    latest = check.today.fromordinal(check.today.toordinal() + 1).isoformat()
    for system in check.snapshot.systems.values():
        made = system.fields.get("reviewed")
        if made and made > latest:
            position = check.snapshot.at(system.path, "reviewed")
            advice = "write the day on which its owners read it through"
            yield Problem(system.path, position, f"{made} is still to come", help=advice)


def monitors_owned(check: Check) -> Iterator[Problem]:
    for system in check.snapshot.systems.values():
        demanded = check.policies.owner_roles_of(system.tier) if check.policies else ()  # SYS002 says so
        for index, monitor in enumerate(_list(system, "monitoring")):
            role = monitor["owner"]
            if role not in system.owners and role not in demanded:
                position = check.snapshot.at(system.path, "monitoring", index, "owner")
                message = f"monitor `{monitor['name']}` calls the `{role}` owner, and nobody is"
                advice = f"add `{role}:` to `owners:`, or name one of {', '.join(system.owners)}"
                yield Problem(system.path, position, message, help=advice)


def tools_ask(check: Check) -> Iterator[Problem]:
    """A tool that changes things unasked makes the system one that acts, whatever its factors say."""
    for system in check.snapshot.systems.values():
        autonomy = system.factors.autonomy[0]
        for index, tool in enumerate(_list(system, "tools") if autonomy != "acts" else ()):
            acting = [name for name in tool["permissions"] if _acts(name)]
            if acting and not tool["needs_approval"]:
                position = check.snapshot.at(system.path, "tools", index, "needs_approval")
                message = f"tool `{tool['name']}` may {acting[0]} without being approved, and `autonomy` is {autonomy}"
                advice = "write `needs_approval: true`, or `autonomy: acts` if nobody confirms each use"
                yield Problem(system.path, position, message, help=advice)


def _acts(permission: str) -> bool:
    for mark in ".-":
        permission = permission.replace(mark, "_")
    return bool(_ACTING & set(permission.lower().split("_")))


def sources_are_factors(check: Check) -> Iterator[Problem]:
    """The tier is computed from the factors; a source that they leave out lowers it in silence."""
    for system in check.snapshot.systems.values():
        said = max((_CLASSES.index(name) for name in system.factors.data), default=0)
        for index, source in enumerate(_list(system, "data_sources")):
            if _CLASSES.index(source["class"]) > said:
                position = check.snapshot.at(system.path, "data_sources", index, "class")
                has = ", ".join(system.factors.data)
                message = f"`{source['name']}` holds {source['class']} data, and the risk factors say `data: [{has}]`"
                advice = f"add `{source['class']}` to `data` in `risk.factors`, or correct the class"
                yield Problem(system.path, position, message, help=advice)


def failure_modes_gate(check: Check) -> Iterator[Problem]:
    for system in check.snapshot.systems.values():
        suites = {suite.name: suite for suite in suites_for(system, check.snapshot)}
        for shown_by, places in _by_cases(system).items():
            named = [(suites.get(name.partition("/")[0]), name.partition("/")[2]) for name in shown_by]
            if not any(suite is None or check.has_broken_cases(suite) or _gates(suite, case) for suite, case in named):
                yield _ungated(system, places, check.snapshot.at(system.path, "failure_modes", places[0], "cases"))


def _by_cases(system: System) -> dict[tuple[str, ...], list[int]]:
    """The places of the failure modes that the same suites and cases would show: all are gated, or none is."""
    found: dict[tuple[str, ...], list[int]] = {}
    for index, mode in enumerate(_list(system, "failure_modes")):
        found.setdefault(tuple(mode["cases"]), []).append(index)
    return found


def _ungated(system: System, places: Sequence[int], position: Position) -> Problem:
    names = [f"`{_list(system, 'failure_modes')[place]['id']}`" for place in places]
    which = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    message = f"nothing that would show {which} can block: no gate judges it"
    advice = "give its suite a gate, or mark its cases `critical: true`"
    return Problem(system.path, position, message, help=advice)


def _gates(suite: Suite, id: str) -> bool:
    """Whether the suite's gates, or its critical cases, would block on the case; on any of them without an `id`."""
    return bool(suite.gates) or any(case.critical or case.forbidden for case in suite.cases if not id or case.id == id)
