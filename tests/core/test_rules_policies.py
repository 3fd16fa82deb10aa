"""Policies check themselves: bars that rise, controls that can be met, endpoints that keep keys, rules that count."""

from __future__ import annotations

import json
import re
from importlib.resources import files as resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.governed import ROOT, Files, added, base, edited, file, judged, lines

from placet.classification import least_tier
from placet.model.policy import Tier
from placet.model.register import Factors
from placet.parse.snapshot import read_snapshot
from placet.rules.classes import ORDER
from placet.rules.policies import FIELDS

TIERS, PROVIDERS, CLASSES = "policies/tiers.yaml", "policies/providers.yaml", "policies/classification.yaml"


def found(files: Files, rule: str) -> list[str]:
    """The findings of one rule: where, and what is said."""
    return [f"{one.position.line}:{one.position.column} {one.message}" for one in judged(files) if one.rule == rule]


def in_tier(tier: str, old: str, new: str) -> Files:
    """The base with one value of one tier replaced."""
    files = base()
    before, mark, after = files[TIERS].data.decode().partition(f"  {tier}:\n")
    assert old in after
    return {**files, TIERS: file(TIERS, before + mark + after.replace(old, new, 1))}


@pytest.mark.parametrize(
    ("tier", "old", "new", "expected"),
    [
        pytest.param(
            "medium", "people: 2", "people: 0",
            "20:25 tier medium has `people: 0`, and tier low, below it, has `people: 1`", id="fewer people",
        ),
        pytest.param(
            "high", "rollback_people: 1", "rollback_people: 0",
            "34:60 tier high has `rollback_people: 0`, and tier medium, below it, has `rollback_people: 1`",
            id="fewer people for a rollback",
        ),
        pytest.param(
            "critical", "roles: [risk]", "roles: []",
            "48:35 tier critical has `roles: []`, and tier high, below it, asks for `risk`", id="a missing role",
        ),
        pytest.param(
            "critical", "floor: interval", "floor: estimate",
            "50:14 tier critical has `floor: estimate`, and tier high, below it, has `floor: interval`",
            id="a floor for the estimate alone",
        ),
        pytest.param(
            "high", "margin: 0.02", "margin: 0.06",
            "37:15 tier high has `margin: 0.06`, and tier medium, below it, has `margin: 0.05`", id="a wider margin",
        ),
        pytest.param(
            "medium", "confidence: 0.9", "confidence: 0.8",
            "24:19 tier medium has `confidence: 0.8`, and tier low, below it, has `confidence: 0.9`",
            id="a lower confidence",
        ),
        pytest.param(
            "critical", "inconclusive: block", "inconclusive: warn",
            "53:21 tier critical has `inconclusive: warn`, and tier high, below it, has `inconclusive: risk-approves`",
            id="a milder answer to what is inconclusive",
        ),
        pytest.param(
            "medium", "error_budget: 0.02", "error_budget: 0.5",
            "26:21 tier medium has `error_budget: 0.5`, and tier low, below it, has `error_budget: 0.02`",
            id="a greater error budget",
        ),
        pytest.param(
            "critical", "known_failures: block", "known_failures: show",
            "55:23 tier critical has `known_failures: show`, and tier high, below it, has `known_failures: block`",
            id="known failures that are only shown",
        ),
        pytest.param(
            "low", "known_failures: show", "known_failures: show\n      max_cost_increase: 0.25",
            "22:5 tier medium has no `max_cost_increase`, and tier low, below it, has `max_cost_increase: 0.25`",
            id="a cost that gates nothing",
        ),
        pytest.param(
            "high", "least_cases: 2", "least_cases: 1",
            "42:27 tier high has `least_cases: 1`, and tier medium, below it, has `least_cases: 2`", id="fewer cases",
        ),
        pytest.param(
            "critical", "pinned: true", "pinned: false",
            "57:22 tier critical has `pinned: false`, and tier high, below it, has `pinned: true`",
            id="models that float",
        ),
        pytest.param(
            "critical", "max_age_days: 30", "max_age_days: 400",
            "58:30 tier critical has `max_age_days: 400`, and tier high, below it, has `max_age_days: 90`",
            id="older evidence",
        ),
    ],
)  # fmt: skip
def test_a_higher_tier_never_demands_less(tier: str, old: str, new: str, expected: str) -> None:
    assert found(in_tier(tier, old, new), "POL006")[0] == expected


def test_a_tier_is_held_against_the_strictest_below_and_all_that_are_too_low_are_said_at_once() -> None:
    files = in_tier("medium", "margin: 0.05", "margin: 0.2")
    assert len(found(files, "POL006")) == 1
    files = in_tier("low", "margin: 0.1", "margin: 0.01")
    assert [one.partition(" ")[2].split(" has")[0] for one in found(files, "POL006")] == [
        "tier medium", "tier high", "tier critical",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["policies/tiers.yaml", "docs/files.md"])
def test_the_tiers_that_this_repository_shows_rise(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    if path.endswith(".md"):
        shown = re.search(r"^## Tiers:.*?```yaml\n(.*?)```", text, re.DOTALL | re.MULTILINE)
        assert shown
        text = shown[1]
    assert found({**base(), TIERS: file(TIERS, text)}, "POL006") == []


def test_the_fields_that_a_control_may_name_are_those_of_the_schema() -> None:
    schema = json.loads((resources("placet") / "schemas/system.schema.json").read_text("utf-8"))
    assert set(schema["properties"]) == FIELDS


def test_a_field_that_nobody_can_have_is_said_once_and_not_in_every_system() -> None:
    files = edited(base(), "policies/controls/owned.yaml", ("field: owners", "field: owner"))
    assert lines(judged(files)) == [
        "policies/controls/owned.yaml:6:17: POL007 registrations have no key `owner`",
        "   help: did you mean `owners`?",
    ]


def test_a_control_whose_name_a_tier_misspells_is_not_called_idle_as_well() -> None:
    files = edited(base(), TIERS, ("controls: [evaluation]", "controls: [evaluaton]"))
    assert {one.rule for one in judged(files)} == {"POL002"}


def test_a_risk_approval_needs_somebody_who_holds_the_role() -> None:
    files = edited(base(), "policies/placet.yaml", ('risk: ["@acme/ai-risk"]', 'legal: ["@acme/legal"]'))
    files = {**files, TIERS: file(TIERS, files[TIERS].data.decode().replace("roles: [risk]", "roles: []"))}
    assert found(files, "POL004") == ["39:21 nobody holds the role `risk`"]


def calling(url: str, credential: str = "") -> Files:
    more = f"\n    credential: {credential}" if credential else ""
    return edited(base(), PROVIDERS, ("base_url: http://127.0.0.1:11434/v1", f"base_url: {url}{more}"))


@pytest.mark.parametrize(
    ("url", "credential", "rules"),
    [
        pytest.param("http://127.0.0.1:8000/v1", "KEY", [], id="this machine"),
        pytest.param("http://127.9.9.9/v1", "KEY", [], id="this machine by another of its addresses"),
        pytest.param("http://localhost:8000", "KEY", [], id="this machine by name"),
        pytest.param('"http://[::1]:8000/v1"', "KEY", [], id="this machine by its sixth version"),
        pytest.param("https://api.acme.example/v1", "KEY", [], id="encrypted"),
        pytest.param("http://api.acme.example/v1", "KEY", ["POL010"], id="a key in the clear"),
        pytest.param("http://api.acme.example/v1", "null", ["POL011"], id="prompts in the clear"),
        pytest.param("http://10.0.0.7:8000/v1", "", ["POL011"], id="an address inside"),
        pytest.param("http://localhost.acme.example/v1", "KEY", ["POL010"], id="a host that looks like this machine"),
        pytest.param("http://127.0.0.1.acme.example/v1", "KEY", ["POL010"], id="a host that begins like this machine"),
        pytest.param('"http://[2001:db8::1]:8000/v1"', "KEY", ["POL010"], id="an address of the sixth version"),
    ],
)
def test_what_leaves_this_machine_is_encrypted(url: str, credential: str, rules: list[str]) -> None:
    assert [one.rule for one in judged(calling(url, credential))] == rules


@pytest.mark.parametrize(
    ("credential", "rules"),
    [
        pytest.param("OPENAI_API_KEY", [], id="a name"),
        pytest.param("AZURE_OPENAI_KEY_EU_WEST_2", [], id="a name with a number"),
        pytest.param("INTERNATIONALISATIONSERVICE_KEY", [], id="a name with a long word"),
        pytest.param("AKIA3JXQ5TVM7WDLB2ZK", ["POL012"], id="a key of capital letters"),
        pytest.param("sk-proj-0123456789abcdef", ["FIL007"], id="a key of any letters"),
    ],
)
def test_a_credential_is_a_name_and_a_key_is_shown_nowhere(credential: str, rules: list[str]) -> None:
    findings = judged(calling("https://api.acme.example/v1", credential))
    assert [one.rule for one in findings] == rules
    assert [one.secret for one in findings] == [True] * len(rules)
    assert all(credential not in f"{one.message}{one.note}{one.help}" for one in findings)


def classified(*rules: str) -> Files:
    return {**base(), CLASSES: file(CLASSES, "version: 1\nrules:\n" + "".join(f"  - {rule}\n" for rule in rules))}


def a_rule(id: str, when: str, tier: str) -> str:
    return f"{{id: {id}, when: {{{when}}}, tier: {tier}, because: it is so}}"


TOP = (
    a_rule("acts", "autonomy: [acts, acts-with-approval]", "critical"),
    a_rule("safety", "criticality: [safety, high]", "critical"),
)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param([*TOP, a_rule("low", "exposure: [public]", "low")], ["low"], id="a rule that computes low"),
        pytest.param(
            [a_rule("a", "exposure: [public]", "high"), a_rule("b", "exposure: [public], data: [sensitive]", "high")],
            ["b"], id="a rule that another covers",
        ),
        pytest.param(
            [a_rule("a", "exposure: [public]", "high"), a_rule("b", "exposure: [public]", "high")],
            ["b"], id="of two equal rules the second",
        ),
        pytest.param(
            [a_rule("a", "exposure: [public]", "high"), a_rule("b", "exposure: [customers, public]", "high")],
            ["a"], id="a rule whose values another has and more",
        ),
        pytest.param(
            [a_rule("a", "data: [sensitive]", "high"), a_rule("b", "data: [sensitive], autonomy: [acts]", "critical")],
            [], id="a rule that computes more",
        ),
        pytest.param(
            [a_rule("a", "exposure: [public], data: [sensitive]", "high"), a_rule("b", "data: [sensitive]", "medium")],
            [], id="a rule that a narrower one is stricter than",
        ),
    ],
)  # fmt: skip
def test_each_classification_rule_changes_a_tier(rules: list[str], expected: list[str]) -> None:
    said = [one.partition("`")[2].partition("`")[0] for one in found(classified(*rules), "POL013")]
    assert said == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param([a_rule("a", "exposure: [customers]", "high")], ["customers"], id="nothing for the next"),
        pytest.param(
            [a_rule("a", "exposure: [customers]", "high"), a_rule("b", "exposure: [public]", "medium")],
            ["customers"], id="less for the next",
        ),
        pytest.param([a_rule("a", "exposure: [customers, public]", "high")], [], id="the next is in the rule"),
        pytest.param(
            [a_rule("a", "exposure: [customers]", "medium"), a_rule("b", "exposure: [public]", "high")],
            [], id="the next computes more",
        ),
        pytest.param(
            [
                a_rule("a", "exposure: [customers], data: [personal, sensitive]", "high"),
                a_rule("b", "exposure: [public], data: [personal, sensitive]", "high"),
            ],
            [], id="the same beside other factors",
        ),
        pytest.param(
            [
                a_rule("a", "exposure: [customers]", "high"),
                a_rule("b", "exposure: [public], criticality: [low, moderate, high, safety]", "high"),
            ],
            [], id="whatever the other factor is",
        ),
        pytest.param(
            [
                a_rule("a", "exposure: [customers]", "high"),
                a_rule("b", "exposure: [public], criticality: [high, safety]", "high"),
            ],
            ["customers"], id="only with another factor",
        ),
    ],
)  # fmt: skip
def test_more_risk_computes_no_lower_tier(rules: list[str], expected: list[str]) -> None:
    said = [one.split("exposure ")[1].split(" ")[0] for one in found(classified(*rules), "POL014")]
    assert said == expected


WHENS = st.dictionaries(
    st.sampled_from(sorted(ORDER)), st.none(), min_size=1, max_size=2
).flatmap(
    lambda names: st.fixed_dictionaries(
        {name: st.lists(st.sampled_from(ORDER[name]), min_size=1, max_size=3, unique=True) for name in names}
    )
)  # fmt: skip


@given(st.lists(st.tuples(WHENS, st.sampled_from(["medium", "high", "critical"])), min_size=1, max_size=4), st.data())
def test_where_nothing_is_found_no_single_step_up_lowers_a_tier(
    rules: list[tuple[dict, str]], data: st.DataObject
) -> None:
    written = [
        a_rule(f"r{index}", ", ".join(f"{name}: [{', '.join(values)}]" for name, values in when.items()), tier)
        for index, (when, tier) in enumerate(rules)
    ]
    files = classified(*written)
    classification = read_snapshot(files).classification
    assert classification is not None
    values = {name: data.draw(st.sampled_from(order)) for name, order in ORDER.items()}
    name = data.draw(st.sampled_from(sorted(ORDER)))
    order = ORDER[name]
    riskier = {**values, name: order[min(order.index(values[name]) + 1, len(order) - 1)]}
    before, after = (least_tier(factors(one), classification) for one in (values, riskier))
    if after < before:
        assert found(files, "POL014")
    if not found(files, "POL014"):
        assert after >= before


def factors(values: dict[str, str]) -> Factors:
    return Factors(**{name: (value,) for name, value in values.items()}, regulation=())


def test_a_tier_beside_low_is_what_a_rule_is_for() -> None:
    assert Tier.LOW < Tier.MEDIUM
    assert found(added(base(), CLASSES, ""), "POL013") == []
