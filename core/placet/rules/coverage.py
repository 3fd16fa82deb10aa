"""How CODEOWNERS covers a repository: what nobody owns, which lines decide nothing, and who guards governance.

Pure: which files there are is a fact that the caller brings. Unlike the rules it may look at all of them at once.
"""

from __future__ import annotations

from placet.codeowners import LOCATIONS
from placet.codeowners.governance import POLICIES, is_governance, twin
from placet.codeowners.owners import CodeOwners
from placet.findings import Position, Severity
from placet.parse.kinds import is_governed
from placet.record import record
from placet.rules import owners as rules
from placet.rules.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from placet.codeowners.owners import Rule

#: In the order in which they are reported.
SEVERITIES = {
    "invalid": Severity.ERROR,
    "governance": Severity.ERROR,
    "general": Severity.WARNING,
    "unowned": Severity.WARNING,
    "misspelt": Severity.WARNING,
    "shadowed": Severity.WARNING,
    "unused": Severity.WARNING,
    "ignored": Severity.WARNING,
}
#: Places that a line may guard before anything is there.
_RESERVED = (
    *LOCATIONS,
    *POLICIES,
    ".github/workflows/new.yml",
    "systems/new/waivers/new.yaml",
    ".pre-commit-config.yaml",
)
_NAMED = 3  # files that a message names


@record
class Remark:
    """One thing to say, of a `kind` that `SEVERITIES` knows."""

    kind: str
    problem: Problem

    @property
    def severity(self) -> Severity:
        return SEVERITIES[self.kind]


@record
class Given:
    """All that a survey looks at: the owners file at `place`, all files, and of them the workflows that run the bot."""

    owners: CodeOwners
    place: str
    data: bytes
    files: tuple[str, ...]
    workflows: frozenset[str] = frozenset()


@record
class Survey:
    """`files` counts those that are governed, `owned` those of them that somebody owns."""

    place: str
    files: int
    owned: int
    remarks: tuple[Remark, ...]

    @property
    def errors(self) -> int:
        return sum(remark.severity is Severity.ERROR for remark in self.remarks)


def survey(given: Given) -> Survey:
    """Everything there is to say, errors first."""
    owners, place = given.owners, given.place
    governed = [path for path in sorted(given.files) if is_governed(path)]
    remarks = [
        *_of("invalid", rules.wrong_lines(place, owners)),
        *_of("governance", rules.open_governance(place, owners) if owners.rules else _empty(given)),
        *_unowned(given, governed),
        *_of("general", _general(given, governed)),
        *_of("misspelt", rules.misspelt_owners(place, given.data, owners)),
        *_idle(given),
        *_of("ignored", _ignored(given)),
    ]
    order = list(SEVERITIES)
    remarks.sort(key=lambda remark: (order.index(remark.kind), remark.problem.path, remark.problem.position))
    owned = sum(bool((rule := owners.rule_of(path)) and rule.owners) for path in governed)
    return Survey(place, len(governed), owned, tuple(remarks))


def _of(kind: str, problems: Iterable[Problem]) -> Iterator[Remark]:
    return (Remark(kind, problem) for problem in problems)


def _unowned(given: Given, governed: Sequence[str]) -> Iterator[Remark]:
    for path in governed:
        problem = rules.unowned(path, given.owners)
        if problem:
            yield Remark("governance" if _governs(path, given) else "unowned", problem)


def _empty(given: Given) -> Iterator[Problem]:
    if not given.owners.errors:
        advice = "begin with the owners of policies/: `/policies/ @org/risk-team`"
        yield Problem(given.place, Position(), "this file has no rule, so nobody owns anything", help=advice)


def _governs(path: str, given: Given) -> bool:
    return path not in _behind(given.place) and is_governance(path, runs_the_bot=path in given.workflows)


def _behind(place: str) -> Sequence[str]:
    """Where GitHub doesn't look any more."""
    return LOCATIONS[LOCATIONS.index(place) + 1 :]


def _general(given: Given, governed: Sequence[str]) -> Iterator[Problem]:
    """Files of governance that fall to a line that wasn't written for them."""
    fallen: dict[int, list[str]] = {}
    paths = given.owners.paths
    for path in governed:
        last = paths.last(path) if _governs(path, given) else None
        if last is not None and given.owners.rules[last].owners and last in paths.every(twin(path)):
            fallen.setdefault(last, []).append(path)
    for last, found in fallen.items():
        rule = given.owners.rules[last]
        message = f"`{rule.pattern}` is about more than governance, and decides about {_some(found)}"
        advice = "give them a line of their own below it, owned by those who answer for risk"
        yield Problem(given.place, rules.at(rule), message, help=advice)


def _idle(given: Given) -> Iterator[Remark]:
    """Lines that decide about no file here."""
    owners, place = given.owners, given.place
    dead = {problem.position.line: problem for problem in rules.dead_lines(place, owners)}
    yield from _of("shadowed", dead.values())
    met = owners.paths.nothing_met()
    deciding = {owners.paths.meet(path, met) for path in sorted(given.files)}
    reserved = {number for path in _RESERVED for number in owners.paths.every(path)}
    idle = {number for number, rule in enumerate(owners.rules) if number not in deciding and rule.line not in dead}
    shadowed = idle & owners.paths.numbers(met)
    later = _later(given, shadowed)
    for number in sorted(shadowed):
        if all(owners.paths.is_within(other, number) for other in later[number]):
            continue  # exceptions below a line that decides about whatever is new
        yield Remark(
            "shadowed", _shadowed(place, owners.rules[number], [owners.rules[at] for at in sorted(later[number])])
        )
    for number in sorted(idle - shadowed - reserved):
        yield Remark("unused", _unused(place, owners.rules[number]))


def _later(given: Given, shadowed: set[int]) -> dict[int, set[int]]:
    """For each of these lines, those that decide about the files that it matches."""
    later: dict[int, set[int]] = {number: set() for number in shadowed}
    paths = given.owners.paths
    for path in sorted(given.files) if shadowed else ():
        found = paths.every(path)
        for number in shadowed.intersection(found):
            later[number].add(max(found))
    return later


def _shadowed(place: str, rule: Rule, later: Sequence[Rule]) -> Problem:
    lines = _some([f"line {other.line} (`{other.pattern}`)" for other in later])
    message = f"`{rule.pattern}` matches files and decides about none of them: {lines} stands below it"
    advice = "move it below if it is the exception, or delete it: the last line that matches decides"
    return Problem(place, rules.at(rule), message, help=advice)


def _unused(place: str, rule: Rule) -> Problem:
    message = f"`{rule.pattern}` matches no file"
    advice = "correct the path, which is case-sensitive, or delete the line"
    return Problem(place, rules.at(rule), message, help=advice)


def _ignored(given: Given) -> Iterator[Problem]:
    for path in _behind(given.place):
        if path in given.files:
            message = f"GitHub doesn't read this file: {given.place} comes first"
            yield Problem(path, Position(), message, help=f"delete it, or move its lines to {given.place}")


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
