"""Policy tests: what is given, what the policies make of it, and what is said when that isn't what was expected."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.governed import Files, added, base, edited, judged, places

from placet.parse.snapshot import read_snapshot
from placet.rules.catalogue import check_merge

PATH, SYSTEM = "policies/tests/tiers.yaml", "systems/notes/system.yaml"
OWN = """\
version: 1
rules:
  - {id: ACME001, title: T, severity: error, on: system, require: system.owners.size() > 1, message: M, help: H}
"""
APPROVAL = """\
version: 1
id: signed-off
title: Signed off
reason: Somebody answers for it.
phase: pr
met_by: {approval: risk}
"""


def with_test(given: str, expect: str, *, name: str = "it holds", files: Files | None = None) -> Files:
    text = f"version: 1\ntests:\n  - name: {name}\n    given: {given}\n    expect: {expect}\n"
    return added(files or base(), PATH, text)


def said(given: str, expect: str, files: Files | None = None) -> list[tuple[str, str]]:
    return [
        (one.rule, one.message.removeprefix("`it holds`: ")) for one in judged(with_test(given, expect, files=files))
    ]


def registration(**factors: str) -> str:
    pairs = ", ".join(f"{name}: {value}" for name, value in factors.items())
    return f"{{registration: {{risk: {{factors: {{{pairs}}}}}}}}}"


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        pytest.param("{registration: {}}", "{tier: low}", id="the lightest registration"),
        pytest.param(registration(autonomy="acts"), "{tier: critical}", id="one factor"),
        pytest.param(registration(regulation="[eu-ai-act-high-risk]"), "{tier: high}", id="a listed factor"),
        pytest.param(f"{{registration: {SYSTEM}}}", "{tier: low, controls: [owned]}", id="a registered one"),
        pytest.param(
            f"{{registration: {SYSTEM}, with: {{risk: {{factors: {{autonomy: acts}}}}}}}}",
            "{tier: critical, findings: [SYS021]}",
            id="a registered one with a change",
        ),
        pytest.param(registration(autonomy="advises"), "{controls: [owned, evaluation]}", id="controls add up"),
        pytest.param(registration(), "{without: {controls: [evaluation]}}", id="without a control"),
        pytest.param(registration(autonomy="acts"), "{approvals: {people: 3, roles: [risk]}}", id="approvals"),
        pytest.param(registration(), "{approvals: {people: 1}, without: {roles: [risk]}}", id="without a role"),
        pytest.param(
            "{registration: {risk: {tier: high}}}", "{tier: low, controls: [evaluation]}", id="declared higher"
        ),
        pytest.param(
            registration(autonomy="advises"), "{without: {findings: [SYS021]}}", id="declares what is computed"
        ),
        pytest.param(
            "{registration: {owners: {technical: ['@a']}}}", "{findings: [SYS002]}", id="an owner that is missing"
        ),
        pytest.param(
            "{registration: {owners: {business: ['@a']}}}", "{without: {findings: [SYS002]}}", id="one that is there"
        ),
        pytest.param(
            "{registration: {review_by: 2026-05-02}, today: 2026-05-03}", "{findings: [SYS015]}", id="on a day"
        ),
        pytest.param("{registration: {review_by: 2026-05-02}}", "{without: {findings: [SYS015]}}", id="on no day"),
    ],
)
def test_what_holds(given: str, expect: str) -> None:
    assert said(given, expect) == []


@pytest.mark.parametrize(
    ("given", "expect", "message"),
    [
        pytest.param(registration(autonomy="acts"), "{tier: high}", "expected tier high, found critical", id="a tier"),
        pytest.param(
            registration(), "{tier: high}", "expected tier high, found low", id="a tier that nothing computes"
        ),
        pytest.param(
            registration(),
            "{controls: [evaluation]}",
            "expected control evaluation, and it isn't there",
            id="a control",
        ),
        pytest.param(
            registration(),
            "{without: {controls: [owned]}}",
            "expected no control owned, and it is there",
            id="no control",
        ),
        pytest.param(registration(), "{approvals: {people: 2}}", "expected 2 to approve, found 1", id="people"),
        pytest.param(
            registration(), "{approvals: {roles: [risk]}}", "expected role risk, and it isn't there", id="a role"
        ),
        pytest.param(
            registration(), "{findings: [SYS021]}", "expected finding SYS021, and it isn't there", id="a finding"
        ),
        pytest.param(
            registration(), "{without: {findings: [SYS002]}}", "expected no finding SYS002, and it is there", id="none"
        ),
    ],
)
def test_what_does_not_hold_is_an_error(given: str, expect: str, message: str) -> None:
    assert said(given, expect) == [("TST001", message)]


def test_a_failure_stands_at_the_expectation_and_says_why() -> None:
    (one,) = judged(with_test(registration(autonomy="acts"), "{controls: [owned], tier: high}"))
    assert (one.path, one.position.line, one.position.column) == (PATH, 5, 39)
    assert one.note == "by acts-alone"


def test_a_control_that_an_approval_meets_asks_its_role() -> None:
    files = added(base(), "policies/controls/signed-off.yaml", APPROVAL)
    files = edited(files, "policies/tiers.yaml", ("controls: [owned]", "controls: [owned, signed-off]"))
    assert said(registration(), "{approvals: {people: 1, roles: [risk]}}", files) == []


@pytest.mark.parametrize(
    ("given", "expect", "message"),
    [
        pytest.param(
            "{registration: systems/ghost/system.yaml}",
            "{tier: low}",
            "there is no systems/ghost/system.yaml",
            id="path",
        ),
        pytest.param(
            registration(autonomy="act"),
            "{tier: low}",
            "this is no registration: `risk.factors.autonomy` must be one of informs, advises, acts-with-approval, "
            'acts, and is "act"',
            id="a factor",
        ),
        pytest.param(
            "{registration: {}, with: {ownres: {}}}",
            "{tier: low}",
            "this is no registration: unknown key `ownres`",
            id="key",
        ),
        pytest.param(registration(), "{without: {controls: [ownd]}}", "no control `ownd`", id="a control"),
        pytest.param(registration(), "{without: {roles: [riks]}}", "no role `riks`", id="a role"),
        pytest.param(registration(), "{without: {findings: [SYS999]}}", "no rule `SYS999`", id="a rule"),
        pytest.param(
            registration(), "{without: {findings: [POL001]}}", "no rule `POL001`", id="a rule about other files"
        ),
        pytest.param(registration(), "{without: {findings: [ACME001]}}", "no rule `ACME001`", id="an own rule"),
    ],
)
def test_what_does_not_exist_is_an_error_of_its_own(given: str, expect: str, message: str) -> None:
    assert said(given, expect) == [("TST002", message)]


def test_own_rules_can_be_expected() -> None:
    files = added(base(), "policies/rules/acme.yaml", OWN)
    assert said("{registration: {}}", "{findings: [ACME001]}", files) == []
    two = "{registration: {owners: {business: ['@a']}}}"
    assert said(two, "{without: {findings: [ACME001]}}", files) == []
    assert said(two, "{findings: [ACME001]}", files) == [("TST001", "expected finding ACME001, and it isn't there")]


def test_what_only_a_decision_needs_is_said_to_hold_nothing_and_the_rest_of_the_test_runs() -> None:
    given = "{registration: {}, evidence: {core.decision: fail}}"
    assert said(given, "{verdict: non placet}") == []
    assert said(given, "{tier: low}") == [
        ("TST003", "gives what only a decision needs, and expects none, so nothing holds it")
    ]
    assert [rule for rule, _ in said(given, "{tier: high}")] == ["TST003", "TST001"]
    assert [rule for rule, _ in said(given, "{tier: high, verdict: error}")] == ["TST001"]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("{registration: {}, controls: {ownde: met}}", id="how a control stands"),
        pytest.param("{registration: {}, waivers: {ownde: 2026-11-20}}", id="a waiver"),
    ],
)
def test_a_control_that_is_given_and_does_not_exist_is_an_error(given: str) -> None:
    assert said(given, "{verdict: placet}") == [("TST002", "no control `ownde`")]


def test_a_broken_registration_is_not_said_again_at_the_test() -> None:
    files = edited(base(), SYSTEM, ("lifecycle: production", "lifecycle: productive"))
    assert places(judged(with_test(f"{{registration: {SYSTEM}}}", "{tier: high}", files=files))) == [
        "FIL007 system.yaml:6"
    ]


@pytest.mark.parametrize("path", ["policies/tiers.yaml", "policies/classification.yaml", "policies/providers.yaml"])
def test_broken_policies_leave_tests_alone(path: str) -> None:
    files = with_test(registration(), "{tier: high}")
    assert {one.path for one in judged(edited(files, path, ("version: 1", "version: one")))} == {path}


def test_tests_hold_on_every_day() -> None:
    files = with_test(
        "{registration: {review_by: 2026-05-02, reviewed: 2026-01-02}}", "{without: {findings: [SYS015, SYS020]}}"
    )
    for today in (date(2020, 1, 1), date(2026, 11, 20), date(2099, 1, 1)):
        assert [one for one in judged(files, today) if one.path == PATH] == []


def test_the_tests_of_a_change_judge_its_own_policies() -> None:
    lowered = [("    tier: critical\n", "    tier: low\n")]
    tested = with_test(registration(autonomy="acts"), "{tier: critical}")
    merged = read_snapshot(edited(tested, "policies/classification.yaml", *lowered))
    found = check_merge(merged, read_snapshot(tested), date(2026, 11, 20))
    assert [one.rule for one in found if one.path == PATH] == ["TST001"]
    mended = check_merge(read_snapshot(tested), merged, date(2026, 11, 20))
    assert [one.rule for one in mended if one.path == PATH] == []


def test_a_name_that_stands_twice() -> None:
    more = "  - {name: it holds, given: {registration: {}}, expect: {tier: low}}\n"
    assert places(judged(added(with_test(registration(), "{tier: low}"), PATH, more))) == ["TST004 tiers.yaml:6"]


KEYS = st.sampled_from(["id", "risk", "factors", "tier", "owners", "models", "prompts", "reviewed", "x-a", "autonomy"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_whatever_is_given_a_test_ends_with_findings(value: dict[str, Any]) -> None:
    test = f"{{registration: {json.dumps(value)}}}"
    assert {one.path for one in judged(with_test(test, "{tier: low, without: {findings: [SYS021]}}"))} <= {PATH}
