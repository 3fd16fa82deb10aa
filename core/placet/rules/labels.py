"""Rules about labels: they are of a suite and its cases, a person judges an output once, none is from the future."""

from __future__ import annotations

from placet.findings import Position
from placet.labels import suites_named
from placet.parse.kinds import Kind, system_of
from placet.rules.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from placet.model.register import System
    from placet.model.suite import Suite
    from placet.rules.problem import Check


def belong(check: Check) -> Iterator[Problem]:
    for path in check.snapshot.labels:
        name, registration = _suite(path), f"systems/{system_of(path)}/system.yaml"
        system = check.snapshot.systems.get(registration)
        if check.misses_registration(path):
            advice = "register the system, or remove its folder"
            yield Problem(path, _first(check, path), f"there is no {registration}", help=advice)
        elif system is not None and not suites_named(system, name, check.snapshot) and not _may_exist(check, system):
            names = {suite.name for suite in check.snapshot.suites_of(system)}
            advice = check.did_you_mean(path, name, names, "name the file as the suite whose outputs were judged")
            yield Problem(path, _first(check, path), f"{registration} has no suite `{name}`", help=advice)


def _may_exist(check: Check, system: System) -> bool:
    """Whether a suite or prompt of the system can't be read; it may be the one."""
    return check.has_unread(Kind.SUITE, system.path) or check.lacks_prompts(system)


def cases_exist(check: Check) -> Iterator[Problem]:
    for path, labels in check.snapshot.labels.items():
        suites = _suites(check, path)
        if not suites or any(check.has_broken_cases(suite) for suite in suites):
            continue
        known = {case.id for suite in suites for case in suite.cases}
        for label in labels:
            if label.case not in known:
                advice = check.did_you_mean(path, label.case, known, "remove the label, or bring the case back")
                message = f"suite `{_suite(path)}` has no case `{label.case}`: this label counts for nothing"
                yield Problem(path, label.position, message, help=advice)


def given_once(check: Check) -> Iterator[Problem]:
    for path, labels in check.snapshot.labels.items():
        seen: dict[tuple[str, ...], int] = {}
        for label in labels:
            key = (label.case, label.subject, label.output, label.author.lower())
            if key in seen:
                message = f"{label.author} judged this output of `{label.case}` already, at line {seen[key]}"
                advice = "one person has one verdict on an output: keep the one that holds"
                yield Problem(path, label.position, message, help=advice)
            seen.setdefault(key, label.position.line)


def given_before(check: Check) -> Iterator[Problem]:
    today = check.today.isoformat()
    for path, labels in check.snapshot.labels.items():
        for label in labels:
            if label.at[:10] > today:
                message = f"it was given at {label.at}, which is still to come"
                yield Problem(path, label.position, message, help="write when it was given, in UTC")
            elif not _is_day(label.at[:10]):
                message = f"no calendar has the day {label.at[:10]}"
                yield Problem(path, label.position, message, help="write when it was given, in UTC")


def _is_day(text: str) -> bool:
    from datetime import date

    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _suite(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".jsonl")


def _suites(check: Check, path: str) -> tuple[Suite, ...]:
    system = check.snapshot.systems.get(f"systems/{system_of(path)}/system.yaml")
    return suites_named(system, _suite(path), check.snapshot) if system is not None else ()


def _first(check: Check, path: str) -> Position:
    labels = check.snapshot.labels[path]
    return labels[0].position if labels else Position()
