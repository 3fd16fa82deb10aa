"""Faults of incidents, keys and policy tests."""

from __future__ import annotations

from bench.corpus.damage import Damage
from bench.corpus.evals import INCIDENT, incident_files
from bench.corpus.faults.kind import Kind, Needs, Plant, anyone, file, policy, simple, strict
from bench.corpus.plan import Plan
from bench.corpus.policies import TESTS

_INCIDENT = f"incidents/{INCIDENT}.yaml"
_PEM = "PUBLIC KEY-----\n"


def _has_one(*tiers: str) -> Needs:
    return lambda plan: simple(plan) and plan.incident and plan.tier in tiers


_ANY = _has_one("low", "medium")


def _shown_by_nothing(damage: Damage, plan: Plan) -> None:
    """Where the tier demands that a case would show it again."""
    ((path, text),) = incident_files(plan, 1).items()
    damage.put(path, text)
    damage.append(path, "¦resolved: 2026-06-01\n", "INC006")


def _key(damage: Damage, _: Plan) -> None:
    damage.put("policies/keys/ci.pub", f"¦-----BEGIN {_PEM}bm8ga2V5IGF0IGFsbA==\n-----END {_PEM}", "KEY001")


def _private(damage: Damage, _: Plan) -> None:
    begin, end = (f"-----{word} PRIVATE KEY-----" for word in ("BEGIN", "END"))
    damage.put("policies/keys/release.pem", f"¦{begin}\nthis one holds nothing\n{end}\n", "KEY002")


def _test(name: str, expected: str, rule: str) -> Plant:
    def plant(damage: Damage, _: Plan) -> None:
        given = "{registration: {risk: {factors: {autonomy: informs}}}}"
        damage.append(TESTS, f"  - name: {name}\n    given: {given}\n    expect: {{{expected}}}\n", rule)

    return plant


def _idle_test(damage: Damage, _: Plan) -> None:
    """What fails is given, and nobody says what becomes of it."""
    given = "{registration: {risk: {factors: {autonomy: informs}}}, evidence: {core.accuracy: fail}}"
    damage.append(TESTS, f"  - name: What fails\n    ¦given: {given}\n    expect: {{tier: low}}\n", "TST003")


OTHERS: tuple[Kind, ...] = (
    Kind("an incident of another system", file(_INCIDENT, "^system: .*$", "system: ¦nobody", "INC001"), _ANY),
    Kind("an incident with another id than its file", file(_INCIDENT, "^id: .*$", "id: ¦late", "INC002"), _ANY),
    Kind("an incident of a case that isn't there", file(_INCIDENT, r"\Z", "cases: [¦core/late]\n", "INC003"), _ANY),
    Kind("an incident of an unknown failure mode", file(_INCIDENT, r"\Z", "failure_mode: ¦late\n", "INC004"), _ANY),
    Kind(
        "an incident that was over before it began",
        file(_INCIDENT, r"\Z", "resolved: ¦2026-01-01\n", "INC005"),
        _has_one("low"),
    ),
    Kind(
        "an incident that nothing would show again",
        file(_INCIDENT, r"\Z", "¦resolved: 2026-06-01\n", "INC007"),
        _has_one("medium"),
    ),
    Kind("an incident of a high tier that nothing would show again", _shown_by_nothing, strict),
    Kind("a public key that is none", _key, anyone, once=True),
    Kind("a private key", _private, anyone, once=True),
    Kind(
        "a policy test that fails",
        policy(TESTS, "tier: critical", "tier: ¦high", "TST001"),
        anyone,
        once=True,
    ),
    Kind(
        "a policy test of a control that isn't there",
        policy(TESTS, r"controls: \[owned", "controls: [¦owners", "TST002"),
        anyone,
        once=True,
    ),
    Kind("a policy test that gives what decides nothing", _idle_test, anyone, once=True),
    Kind("a policy test's name twice", _test("¦Everybody names an owner", "tier: low", "TST004"), anyone, once=True),
)
