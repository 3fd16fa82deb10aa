"""Policy tests, run: given a registration, whether the policies make of it what its author expects.

Here run what hangs on files alone: tier, controls, approvals and findings. A decision runs in `placet policy test`.
"""

from __future__ import annotations

from functools import lru_cache

from placet.model.policy import Means, Phase, Tier
from placet.record import record, replace
from placet.rules.problem import Problem, twice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date
    from typing import Any

    from placet.model.own_rules import OwnRule
    from placet.model.policy import Policies
    from placet.model.policy_test import PolicyTest
    from placet.model.register import System
    from placet.parse.facts import Facts
    from placet.parse.snapshot import Snapshot
    from placet.rules.problem import Check

#: What a registration says that a test leaves out: the lightest that can be said.
_LEAST: Mapping[str, Any] = {
    "version": 1,
    "id": "example",
    "title": "Example",
    "purpose": "Stands in a policy test.",
    "kind": "llm",
    "lifecycle": "production",
    "owners": {"support": ["@example"]},
    "risk": {
        "tier": "low",
        "factors": {
            "autonomy": "informs",
            "data": [],
            "exposure": "internal",
            "regulation": [],
            "criticality": "low",
        },
    },
    "prompts": [],
}
_ADVICE = "mend the policy; or the test, if what it expects is no longer wanted"
#: Families of rules that never find anything in a registration.
_NEVER_THERE = ("FIL", "PRM", "SUI", "POL", "RUL", "TST", "KEY", "OWN", "DOC", "WAI", "INC", "LAB", "WFL", "SEC")
#: What a test counts of the cases of a gate; the rest pass on both sides.
_KINDS = ("failing", "newly_failing", "newly_passing", "errors")
_Keys = tuple[str | int, ...]


@record
class _Outcome:
    """What the policies make of the registration of a test."""

    least: Tier
    because: str
    tier: Tier
    controls: tuple[str, ...]
    people: int
    roles: tuple[str, ...]
    findings: frozenset[str]


def hold(check: Check) -> Iterator[Problem]:
    if check.policies is None:
        return
    for test in _tests(check):
        yield from not_held(check, check.policies, test)


def not_held(check: Check, policies: Policies, test: PolicyTest) -> Iterator[Problem]:
    """Each expectation of `test` that hangs on files alone and isn't met."""
    system, _ = given(check, test)
    if system is not None:
        unknown = {keys for keys, _, name, known in _names(check, test) if name not in known}
        outcome = _outcome(check, policies, test, system)
        for keys, text, note in _missed(test, outcome):
            if keys in unknown:
                continue
            position = check.snapshot.at(test.path, "tests", test.index, "expect", *keys)
            yield Problem(test.path, position, f"`{test.name}`: {text}", note, _ADVICE)


def resolve(check: Check) -> Iterator[Problem]:
    """A test that names what doesn't exist would hold or fail for no reason."""
    for test in _tests(check):
        yield from unresolved(check, test)


def unresolved(check: Check, test: PolicyTest) -> Iterator[Problem]:
    for wrong in dict.fromkeys((given(check, test)[1], given(check, as_before(test))[1])):
        if wrong:
            position = check.snapshot.at(test.path, "tests", test.index, "given", "registration")
            yield Problem(test.path, position, wrong, help="name a registration, or write keys that it may have")
    for keys, what, name, known in _names(check, test):
        if name not in known:
            position = check.snapshot.at(test.path, "tests", test.index, "expect", *keys)
            advice = check.did_you_mean(test.path, name, known, f"correct the {what}, or add it to the policies")
            yield Problem(test.path, position, f"no {what} `{name}`", help=advice)
    for gate, counts in test.given.evidence.items():
        if not isinstance(counts, str) and (kinds := sum(int(counts.get(key, 0)) for key in _KINDS)) > counts["cases"]:
            position = check.snapshot.at(test.path, "tests", test.index, "given", "evidence", gate, key=True)
            message = f"{kinds} cases fail or get no answer, and there are {counts['cases']}"
            yield Problem(test.path, position, message, help="count each case once; the rest pass on both sides")
    known_controls = {control.id for control in check.snapshot.controls.values()}
    for key in ("controls", "waivers"):
        names = (name for name in getattr(test.given, key) if "." not in name and name not in known_controls)
        for name in names:
            position = check.snapshot.at(test.path, "tests", test.index, "given", key, name, key=True)
            advice = check.did_you_mean(test.path, name, known_controls, "correct the control, or add it")
            yield Problem(test.path, position, f"no control `{name}`", help=advice)


def as_before(test: PolicyTest) -> PolicyTest:
    """The same test with the registration that base has."""
    return replace(test, given=replace(test.given, changes=_over(test.given.changes, test.given.before)))


def given_used(check: Check) -> Iterator[Problem]:
    """What only a decision needs says nothing where none is expected."""
    for test in _tests(check):
        if test.given.decides and not test.expected.decision:
            position = check.snapshot.at(test.path, "tests", test.index, "given", key=True)
            message = f"`{test.name}`: gives what only a decision needs, and expects none, so nothing holds it"
            advice = "expect a `verdict`, `counted` or `reasons` (`placet policy test` runs them), or give less"
            yield Problem(test.path, position, message, help=advice)


def names_unique(check: Check) -> Iterator[Problem]:
    for path, tests in check.snapshot.policy_tests.items():
        for index, name in twice(test.name for test in tests):
            position = check.snapshot.at(path, "tests", index, "name")
            advice = "findings name the test that fails: give each a name of its own"
            yield Problem(path, position, f"a test `{name}` stands above already", help=advice)


def _tests(check: Check) -> Iterator[PolicyTest]:
    return (test for tests in check.snapshot.policy_tests.values() for test in tests)


def given(check: Check, test: PolicyTest) -> tuple[System | None, str]:
    """The registration of the test; or none, and what is wrong. A broken file is said at its own path."""
    written_as = test.given.registration
    value: Mapping[str, Any] = {**_LEAST, "models": [_model(check)]}
    if isinstance(written_as, str):
        known = check.snapshot.systems.get(written_as)
        if known is None:
            return None, "" if written_as in check.snapshot.files else f"there is no {written_as}"
        value = known.fields
    changes = test.given.changes
    written = _over(_over(value, written_as), changes) if not isinstance(written_as, str) else _over(value, changes)
    declared = [part for part in (written_as, changes) if isinstance(part, dict) and "tier" in _risk(part)]
    return _read(check, written, isinstance(written_as, str) or bool(declared))


def _model(check: Check) -> dict[str, str]:
    provider = min(check.snapshot.providers or ("example",))
    return {"id": "example/model", "provider": provider, "name": "example-2026-01-01", "version": "2026-01-01"}


def _risk(value: Mapping[str, Any]) -> Mapping[str, Any]:
    risk = value.get("risk")
    return risk if isinstance(risk, dict) else {}


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`below` with the keys of `above` put over it, mapping by mapping; a list or text is replaced."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _read(check: Check, value: Mapping[str, Any], declared: bool) -> tuple[System | None, str]:
    """`value` as a registration file would be read. One that declares no tier declares what is computed."""
    from json import dumps

    from placet.classification import least_tier

    id = value.get("id")
    folder = id if isinstance(id, str) and id and "/" not in id else "example"  # the schema says what is wrong with it
    facts = _registration(f"systems/{folder}/system.yaml", dumps(value).encode())
    if facts.value is None:
        return None, f"this is no registration: {facts.findings[0].message}"
    system: System = facts.value
    if not declared:
        system = replace(system, tier=least_tier(system.factors, check.snapshot.classification or ()))
    return system, ""


@lru_cache(maxsize=128)
def _registration(path: str, data: bytes) -> Facts:
    """Several rules look at each test, and most tests give much the same."""
    from placet.parse.facts import File, read_facts

    return read_facts(File(path, "100644", "", data))


def _outcome(check: Check, policies: Policies, test: PolicyTest, system: System) -> _Outcome:
    from placet.classification import least_tier, matching

    least = least_tier(system.factors, policies.classification)
    rules = [rule.id for rule in matching(system.factors, policies.classification) if rule.tier is least]
    tier = max(system.tier, least)
    controls = policies.controls_of(tier)
    asked = [control.name for control in controls if control.means is Means.APPROVAL and control.phase <= Phase.PR]
    approvals = policies.tiers[tier].approvals
    wanted = test.expected.findings or test.expected.without_findings
    return _Outcome(
        least=least,
        because=f"by {', '.join(rules)}" if rules else "no classification rule matches",
        tier=tier,
        controls=tuple(control.id for control in controls),
        people=approvals.people,
        roles=tuple(dict.fromkeys((*approvals.roles, *asked))),
        findings=_found(check, test, system) if wanted else frozenset(),
    )


def _found(check: Check, test: PolicyTest, system: System) -> frozenset[str]:
    """The rules that find something in the registration, when no file stands beside it."""
    from placet.rules.catalogue import found

    wanted = (*test.expected.findings, *test.expected.without_findings)
    own_rules = check.snapshot.own_rules if any(_is_own(id) for id in wanted) else {}
    findings = found(alone(check.snapshot, system, own_rules), day_of(test, system), leave_out=_NEVER_THERE)
    return frozenset(one.rule for one in findings if one.path == system.path)


def alone(snapshot: Snapshot, system: System, own_rules: Mapping[str, tuple[OwnRule, ...]]) -> Snapshot:
    """The policies with this one system, which uses no prompt: there is none here to look at."""
    from placet.parse.facts import File

    lonely = replace(system, prompts=(), fields={**system.fields, "prompts": []})
    return replace(
        snapshot,
        files={system.path: File(system.path, "100644", "", b"")},
        systems={system.path: lonely},
        prompts={},
        suites={},
        documents={},
        waivers={},
        incidents={},
        labels={},
        own_rules=own_rules,
        policy_tests={},
        findings=(),
        mentions=frozenset(),
    )


def day_of(test: PolicyTest, system: System) -> date:
    """The day of the test. One that names none must hold on every day, and so today is none of its business."""
    from datetime import date

    reviewed = system.fields.get("reviewed")
    return test.given.today or (date.fromisoformat(reviewed) if reviewed else date(2000, 1, 1))


def _is_own(rule: str) -> bool:
    """Ids of three letters are Placet's."""
    return not rule[3:4].isdigit()


def _missed(test: PolicyTest, outcome: _Outcome) -> Iterator[tuple[_Keys, str, str]]:
    """Each expectation that isn't met: where it stands, what was expected and found, and why."""
    wanted = test.expected
    if wanted.tier is not None and wanted.tier is not outcome.least:
        text = f"expected tier {wanted.tier.label}, found {outcome.least.label}"
        yield ("tier",), text, outcome.because
    if wanted.people is not None and wanted.people != outcome.people:
        text = f"expected {wanted.people} to approve, found {outcome.people}"
        yield ("approvals", "people"), text, f"tier {outcome.tier.label}"
    lists: tuple[tuple[_Keys, str, Collection[str], Collection[str], Collection[str]], ...] = (
        (("controls",), "control", wanted.controls, wanted.without_controls, outcome.controls),
        (("approvals", "roles"), "role", wanted.roles, wanted.without_roles, outcome.roles),
        (("findings",), "finding", wanted.findings, wanted.without_findings, sorted(outcome.findings)),
    )
    for keys, what, present, absent, found in lists:
        note = f"found {', '.join(found) or 'none'} (tier {outcome.tier.label})"
        for index, name in enumerate(present):
            if name not in found:
                yield (*keys, index), f"expected {what} {name}, and it isn't there", note
        for index, name in enumerate(absent):
            if name in found:
                yield ("without", keys[-1], index), f"expected no {what} {name}, and it is there", note


def _names(check: Check, test: PolicyTest) -> Iterator[tuple[_Keys, str, str, Collection[str]]]:
    """Every name that a test gives, where it stands, what it is of, and which there are."""
    from placet.rules.catalogue import RULES

    wanted = test.expected
    controls = {control.id for control in check.snapshot.controls.values()}
    own = {rule.id for rules in check.snapshot.own_rules.values() for rule in rules}
    rules = {*own, *(rule.id for rule in RULES if not rule.id.startswith(_NEVER_THERE))}
    roles = set(check.snapshot.settings.roles) if check.snapshot.settings else {*wanted.roles, *wanted.without_roles}
    for keys, what, present, absent, known in (
        (("controls",), "control", wanted.controls, wanted.without_controls, controls),
        (("approvals", "roles"), "role", wanted.roles, wanted.without_roles, roles),
        (("findings",), "rule", wanted.findings, wanted.without_findings, rules),
    ):
        yield from (((*keys, index), what, name, known) for index, name in enumerate(present))
        yield from ((("without", keys[-1], index), what, name, known) for index, name in enumerate(absent))
