"""Policy tests, run: what hangs on files by the rules, and a decision by the function that decides pull requests.

Pure. A test fails for each expectation that isn't met; nothing here knows the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from placet.decided import Decided, decided
from placet.decision import decide
from placet.findings import Position
from placet.model.policy import Policies
from placet.model.policy_test import PolicyTest
from placet.parse.snapshot import Snapshot
from placet.policy_tests.case import case
from placet.policy_tests.request import document
from placet.reasons import Node, Status
from placet.record import record, replace
from placet.rules.policy_tests import not_held, unresolved
from placet.rules.problem import Check
from placet.voices import counted


@record
class Missed:
    """One expectation that isn't met, and where it stands."""

    position: Position
    text: str


@record
class Tried:
    """A test, run. `found` is the decision, where one was expected; `counted` whose approval counts."""

    test: PolicyTest
    missed: tuple[Missed, ...]
    found: Decided | None = None
    counted: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.missed


def run(snapshot: Snapshot, policies: Policies) -> tuple[Tried, ...]:
    """Every test of `snapshot`, in order of file and place."""
    check = Check(snapshot, date(2000, 1, 1))  # a test names its own day
    tests = (test for _, tests in sorted(snapshot.policy_tests.items()) for test in tests)
    return tuple(_tried(check, policies, test) for test in tests)


def _tried(check: Check, policies: Policies, test: PolicyTest) -> Tried:
    name = f"`{test.name}`: "
    problems = (*unresolved(check, test), *not_held(check, policies, test))
    missed = [Missed(one.position, _with_note(one.message.removeprefix(name), one.note)) for one in problems]
    made = decision_of(check, policies, test) if test.expected.decision else None
    if made is None:
        return Tried(test, tuple(missed))
    found, voices = made
    missed += [
        Missed(check.snapshot.at(test.path, "tests", test.index, "expect", *keys), text)
        for keys, text in _other(test, found, voices)
    ]
    return Tried(test, tuple(missed), found, voices)


def _with_note(text: str, note: str) -> str:
    return f"{text} ({note})" if note else text


def decision_of(check: Check, policies: Policies, test: PolicyTest) -> tuple[Decided, tuple[str, ...]] | None:
    """The decision on the change that the test gives, and whose approval counts for it."""
    made = case(check, policies, test)
    if made is None:
        return None
    plan, facts = made
    decision = decide(plan, facts)
    if test.given.facts is None:  # nobody is asked for a yes where a test says nothing of people
        found = decided(plan, facts, decision)
        return replace(found, requirements=found.requirements[: len(decision.reasons)]), ()
    voices = counted(document(test.given.facts, policies, facts.today), plan, decision.approvals)
    return decided(plan, facts, decision, voices.tree), voices.counted


def _other(test: PolicyTest, found: Decided, voices: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    wanted = test.expected
    if wanted.verdict is not None and wanted.verdict != found.answer.value:
        yield ("verdict",), f"expected {wanted.verdict}, found {found.answer.value}: {_why(found)}"
    if wanted.counted is not None and sorted(wanted.counted) != sorted(voices):
        yield ("counted",), f"expected {_names(wanted.counted)} to count, found {_names(voices)}{_left_out(found)}"
    if wanted.reasons is not None:
        yield from _reasons(dict(wanted.reasons), found)


def _reasons(wanted: dict[str, str], found: Decided) -> Iterator[tuple[tuple[str, ...], str]]:
    known = {one.id: one for one in found.requirements}
    for id, label in wanted.items():
        if id not in known:
            yield ("reasons", id), f"expected `{id}` to be {label}, and nothing of that name is asked"
        elif known[id].status.label != label:
            yield ("reasons", id), f"expected `{id}` to be {label}, found {known[id].status.label}: {known[id].text}"
    for id, one in known.items():
        if one.status is not Status.MET and id not in wanted:
            yield ("reasons",), f"`{id}` is {one.status.label}, and the test doesn't expect it: {one.text}"


def golden(found: Decided, kept: dict[str, str]) -> dict[str, str]:
    """What `reasons` would have to say: all that isn't met, and of the rest those that the author named."""
    known = {one.id: one.status for one in found.requirements}
    still = {id: known[id].label for id in kept if id in known}
    return still | {id: status.label for id, status in known.items() if status is not Status.MET}


def _why(found: Decided) -> str:
    unmet = found.unmet or [one for one in found.requirements if one.status is not Status.MET]
    return "; ".join(f"{one.id}: {one.text}" for one in unmet[:5]) or "everything is met"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(sorted(names)) or "nobody"


def _left_out(found: Decided) -> str:
    excluded = [one for node in found.requirements for one in _excluded(node)]
    return f" (not counted: {', '.join(dict.fromkeys(excluded))})" if excluded else ""


def _excluded(node: Node) -> Iterator[str]:
    yield from (f"{one.person}, {one.text}" for one in node.excluded)
    for child in node.children:
        yield from _excluded(child)
