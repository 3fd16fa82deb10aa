"""An organisation's own rules: what they may see, where what they find stands, and that nothing is passed over."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.governed import TODAY, Files, added, base, edited, file, judged, lines, places

from placet.cel import process
from placet.errors import PlacetError
from placet.findings import Severity
from placet.parse.own_rules import place_in
from placet.parse.snapshot import read_snapshot
from placet.parse.tree import Tree, read_yaml
from placet.rules.catalogue import check_merge
from placet.rules.own import asks_for_the_day, judges_prompts
from placet.rules.own_values import names_for, units, values_of
from placet.rules.problem import Check

OWN = "policies/rules/acme.yaml"
SYSTEM, PROMPT = "systems/notes/system.yaml", "prompts/notes/summarise.prompt.yml"
CORE, CASES = "systems/notes/evals/core.yaml", "systems/notes/evals/cases/core.jsonl"
WAIVER = """\
version: 1
control: core.decision
system: notes
reason: Two cases are wrong themselves and are being corrected.
owner: "@mira"
approver: "@rana"
until: 2026-12-01
"""
INCIDENT = """\
version: 1
id: lost
system: notes
title: A decision was lost
severity: minor
what: Four summaries left out what was decided.
detected: 2026-10-14
detected_by: {person: "@mira"}
owner: technical
"""
CARD = """\
---
kind: model-card
title: Model card
author: "@mira"
date: 2026-11-02
judges: {data: "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}
---
# What it is for
"""


def rule(on: str, require: str, **more: str) -> str:
    keys = {"id": "ACME001", "title": "T", "severity": "error", "on": on, "message": '"M"', "help": '"H"', **more}
    block = f"    require: |-\n      {require}\n"
    return "  - " + "\n    ".join(f"{key}: {value}" for key, value in keys.items()) + f"\n{block}"


def with_rules(*rules: str, files: Files | None = None) -> Files:
    return added(files or everything(), OWN, "version: 1\nrules:\n" + "".join(rules))


def everything() -> Files:
    files = added(base(), "systems/notes/waivers/decision.yaml", WAIVER)
    files = added(files, "systems/notes/incidents/lost.yaml", INCIDENT)
    return added(files, "systems/notes/documents/card.md", CARD)


def own(files: Files) -> list[str]:
    return [line for line in lines(judged(files)) if "ACME" in line or "RUL" in line]


def found(on: str, require: str, **more: str) -> list[str]:
    """Where the rule finds something."""
    return [line.partition(" ")[0] for line in own(with_rules(rule(on, require, **more)))]


@pytest.mark.parametrize(
    ("on", "path"),
    [
        ("system", SYSTEM),
        ("prompt", PROMPT),
        ("suite", CORE),
        ("document", "systems/notes/documents/card.md"),
        ("waiver", "systems/notes/waivers/decision.yaml"),
        ("incident", "systems/notes/incidents/lost.yaml"),
    ],
)
def test_a_rule_judges_every_file_of_its_kind(on: str, path: str) -> None:
    assert found(on, "false") == [f"{path}:1:1:"]
    assert found(on, "true") == []


@pytest.mark.parametrize(
    ("on", "require"),
    [
        pytest.param(
            "system", 'system.risk.factors.data == ["internal"] && system.owners.technical == ["@mira"]', id="it"
        ),
        pytest.param("system", 'tier == "low" && policy.level == 0 && policy.people == 1', id="tier and policy"),
        pytest.param("system", 'policy.controls == ["owned"] && policy.owners == ["business"]', id="what is demanded"),
        pytest.param("system", 'prompts["prompts/notes/summarise.prompt.yml"].model == "acme/small"', id="prompts"),
        pytest.param("system", 'suites.map(s, s.name) == ["core"] && suites[0].cases.size() == 2', id="suites"),
        pytest.param("system", "suites[0].gates.decision.min == 0.9 && !has(suites[0].gates.decision.max)", id="gates"),
        pytest.param("system", 'documents.exists(d, d.kind == "model-card" && d.judges == ["data"])', id="documents"),
        pytest.param("system", "waivers.all(w, w.until > today)", id="waivers and the day"),
        pytest.param("system", "incidents.all(i, i.resolved == null && i.cases.size() == 0)", id="incidents"),
        pytest.param(
            "prompt", 'prompt.variables == ["transcript"] && prompt.untrusted == prompt.variables', id="prompt"
        ),
        pytest.param(
            "prompt", 'prompt.messages.exists(m, m.role == "user" && m.content.contains("{{"))', id="messages"
        ),
        pytest.param("prompt", 'system.id == "notes" && tier == "low" && path == prompt.path', id="a prompt's system"),
        pytest.param("suite", 'suite.scorers[0].type == "contains" && suite.prompt in prompts', id="suite"),
        pytest.param("document", 'document.author == "@mira" && document.date < today', id="document"),
        pytest.param("waiver", 'waiver.control == "core.decision" && waiver.approver != waiver.owner', id="waiver"),
        pytest.param("incident", 'incident.severity == "minor" && incident.detected < today', id="incident"),
    ],
)
def test_what_a_rule_may_name(on: str, require: str) -> None:
    assert own(with_rules(rule(on, require))) == []
    assert found(on, f"!({require})") != []


@pytest.mark.parametrize("on", ["system", "prompt", "suite", "document", "waiver", "incident"])
def test_every_name_that_a_rule_may_use_has_a_value(on: str) -> None:
    check = Check(read_snapshot(everything()), TODAY)
    (unit,) = units(check, {on})
    assert set(values_of(check, unit, names_for(on))) == set(names_for(on))


def test_a_finding_carries_what_the_rule_says() -> None:
    text = rule(
        "system",
        "system.owners.technical.size() >= 2",
        severity="warning",
        message='"only {{system.owners.technical}} can mend {{system.id}}, tier {{tier}}"',
        help='"name {{policy.people}} more"',
        at="[owners, technical]",
    )
    (one,) = [one for one in judged(with_rules(text)) if one.rule == "ACME001"]
    assert (one.severity, one.path) == (Severity.WARNING, SYSTEM)
    assert (one.position.line, one.position.column, one.position.width) == (9, 14, 9)
    assert one.message == "only @mira can mend notes, tier low"
    assert one.help == "name 1 more"
    assert one.note == f"{OWN}:3"


@pytest.mark.parametrize(
    ("placeholder", "shown"),
    [
        pytest.param("{{system.id}}", "notes", id="text"),
        pytest.param("{{system.risk.factors.regulation}}", "none", id="an empty list"),
        pytest.param("{{policy.pinned_models}}", "false", id="a truth value"),
        pytest.param("{{system.risk.tier}}{{policy.level}}", "low0", id="two of them"),
        pytest.param("{{system.nowhere}}", "{{system.nowhere}}", id="a key that isn't there stays as it is written"),
        pytest.param("{{system.purpose}}", "{{system.id}} \\x1b[31m", id="a value is never read as a template"),
    ],
)
def test_placeholders_are_replaced_by_value(placeholder: str, shown: str) -> None:
    purpose = "purpose: Summarises a meeting for the people who were there."
    files = edited(everything(), SYSTEM, (purpose, 'purpose: "{{system.id}} \\e[31m"'))
    (one,) = judged(with_rules(rule("system", "false", message=f'"{placeholder}"'), files=files))
    assert one.message == shown


@pytest.mark.parametrize(
    ("require", "why"),
    [
        pytest.param("system.fallback.to != ''", "`require` reads the key `fallback`, which isn't there", id="no key"),
        pytest.param("system.id > 1", "`require` fails: No matching overloads found : _>_(string, int64)", id="types"),
        pytest.param("system.id", "`require` fails: it is neither true nor false, but string", id="no condition"),
        pytest.param(
            "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22].all(a, "
            "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22].all(b, "
            "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22].all(c, true)))",
            "`require` goes through more than 10,000 elements",
            id="too many elements",
        ),
    ],
)
def test_what_cannot_be_judged_is_an_error_at_the_file(require: str, why: str) -> None:
    (one,) = [one for one in judged(with_rules(rule("system", require, severity="warning"))) if "ACME" in one.message]
    assert (one.rule, one.severity, one.path) == ("RUL002", Severity.ERROR, SYSTEM)
    assert one.message == f"ACME001 can't be judged here: {why}"
    assert one.note == f"{OWN}:3"


def test_a_prompt_that_no_system_uses_is_judged_by_itself() -> None:
    text = (base()[PROMPT].data or b"").decode()
    files = added(everything(), "prompts/notes/spare.prompt.yml", text)
    asks = [one for one in judged(with_rules(rule("prompt", "system.id != ''"), files=files)) if one.rule == "RUL002"]
    assert places(asks) == ["RUL002 spare.prompt.yml:1"]
    assert "system == null ||" in asks[0].help
    assert own(with_rules(rule("prompt", "system == null || system.id != ''"), files=files)) == []


def test_a_prompt_is_judged_for_each_system_that_uses_it() -> None:
    text = (
        (base()[SYSTEM].data or b"").decode().replace("id: notes", "id: minutes").replace("tier: low", "tier: medium")
    )
    files = added(base(), "systems/minutes/system.yaml", text)
    found = [
        one.message
        for one in judged(with_rules(rule("prompt", "false", message='"{{system.id}} {{tier}}"'), files=files))
        if one.rule == "ACME001"
    ]
    assert found == ["minutes medium", "notes low"]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        pytest.param(SYSTEM, "lifecycle: production", "lifecycle: productive", id="the registration"),
        pytest.param(CORE, "title:", "titel:", id="a suite"),
        pytest.param(CASES, '"id": "budget", "inputs"', '"id": "budget", "input"', id="a case"),
        pytest.param(PROMPT, "messages:", "mesages:", id="a prompt"),
        pytest.param("systems/notes/incidents/lost.yaml", "severity: minor", "severity: odd", id="an incident"),
    ],
)
def test_a_system_with_a_broken_file_waits_until_it_is_mended(path: str, old: str, new: str) -> None:
    files = edited(with_rules(rule("system", "false"), rule("suite", "false", id="ACME002")), path, (old, new))
    found = judged(files)
    assert [one for one in found if one.rule.startswith("ACME")] == []
    assert any(one.severity is Severity.ERROR for one in found)


def test_a_rule_that_does_not_compile_is_one_finding_and_the_others_are_judged() -> None:
    files = with_rules(rule("system", "sistem.id == 'a'"), rule("system", "false", id="ACME002"))
    assert lines(judged(files)) == [
        f"{OWN}:10:13: RUL001 `require` of ACME001 doesn't compile: undeclared reference to 'sistem.id'",
        "   help: did you mean `system`?",
        f"{SYSTEM}:1:1: ACME002 M",
        f"   note: {OWN}:11",
        "   help: H",
    ]


def test_without_policies_nothing_is_judged_and_rules_still_compile() -> None:
    files = with_rules(rule("system", "false"), rule("system", "1 +", id="ACME002"))
    files = edited(files, "policies/providers.yaml", ("version: 1", "version: one"))
    assert [one.rule for one in judged(files)] == ["FIL007", "RUL001"]


def test_a_rule_on_one_kind_cannot_name_the_file_of_another() -> None:
    assert "undeclared reference to 'prompt.path'" in own(with_rules(rule("system", "prompt.path != ''")))[0]


def test_the_rules_of_base_judge_a_change_whatever_it_does_to_them() -> None:
    before = read_snapshot(with_rules(rule("system", "system.id != 'notes'")))
    lifted = read_snapshot(everything())
    assert [one.rule for one in check_merge(lifted, before, TODAY)] == ["ACME001"]
    assert check_merge(before, lifted, TODAY) == ()


def test_a_rule_of_base_that_fails_on_what_a_change_brings_blocks_it_even_if_the_change_removes_the_rule() -> None:
    before = read_snapshot(with_rules(rule("system", "system.cost_center != ''")))
    assert [one.rule for one in check_merge(read_snapshot(everything()), before, TODAY)] == ["RUL002"]


def test_a_rule_that_a_change_breaks_is_found_in_the_change() -> None:
    merged = read_snapshot(with_rules(rule("system", "system.id ==")))
    assert [one.rule for one in check_merge(merged, read_snapshot(everything()), TODAY)] == ["RUL001"]


def test_without_the_library_nothing_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LIBRARY", "no_such_library")
    assert judged(everything()) == ()
    with pytest.raises(PlacetError, match="isn't installed"):
        judged(with_rules(rule("system", "true")))


@pytest.mark.parametrize(
    ("id", "ok"),
    [
        ("ACME001", True),
        ("SYS001", False),
        ("SYS900", False),
        ("acme001", False),
        ("ACME1", False),
        ("ACME0001", False),
    ],
)
def test_an_id_is_never_one_that_placet_has_or_may_have(id: str, ok: bool) -> None:
    found = judged(with_rules(rule("system", "true", id=id)))
    assert [one.rule for one in found] == ([] if ok else ["FIL007"])


@pytest.mark.parametrize(
    ("text", "day", "prompts"),
    [
        pytest.param(rule("system", "true"), False, False, id="neither"),
        pytest.param(rule("waiver", "waiver.until > today"), True, False, id="the day"),
        pytest.param(rule("system", "true", message='"{{today}}"'), True, False, id="the day in its message"),
        pytest.param(rule("prompt", "true"), False, True, id="prompts"),
    ],
)
def test_what_rules_hang_on_beside_files(text: str, day: bool, prompts: bool) -> None:
    rules = read_snapshot(with_rules(text)).own_rules
    assert (asks_for_the_day(rules), judges_prompts(rules)) == (day, prompts)


STYLES = {
    "plain": "{0}",
    "single": "'{1}'",
    "double": '"{2}"',
    "literal": "|\n        {3}",
    "folded": ">-\n        {3}",
}
PIECES = st.lists(st.sampled_from(["ab", "é", "'x'", '"y"', "(", ")", "&&", "1", "\\\\"]), min_size=1, max_size=8)


@given(PIECES, st.sampled_from(sorted(STYLES)), st.data())
def test_a_character_of_an_expression_is_found_where_it_is_written(pieces: list[str], style: str, data: Any) -> None:
    expression = "a " + " ".join(pieces)
    written = STYLES[style].format(
        expression,
        expression.replace("'", "''"),
        expression.replace("\\", "\\\\").replace('"', '\\"'),
        expression.replace(" ", "\n        ") if style == "folded" else expression,
    )
    text = f"version: 1\nrules:\n  - id: ACME001\n    require: {written}\n"
    tree = read_yaml(OWN, text.encode())
    assert isinstance(tree, Tree)
    assert tree.value["rules"][0]["require"].strip() == expression
    at = data.draw(st.sampled_from([place for place, char in enumerate(expression) if char != " "]))
    place = place_in(tree, 0, "require", 1, at + 1)
    found = text.split("\n")[place.line - 1][place.column - 1 :]
    assert found.lstrip("\\").startswith(expression[at].lstrip("\\"))


def test_a_place_beyond_the_expression_is_its_last_character() -> None:
    text = "version: 1\nrules:\n  - require: system.id ==   # soon\n"
    tree = read_yaml(OWN, text.encode())
    assert isinstance(tree, Tree)
    place = place_in(tree, 0, "require", 1, 13)
    assert (place.line, place.column) == (3, 25)


@given(st.text(max_size=60))
def test_whatever_an_expression_is_a_check_ends_with_findings(text: str) -> None:
    value = file(OWN, f"version: 1\nrules:\n{rule('system', 'true')}".replace("|-\n      true", json.dumps(text)))
    found = judged({**base(), OWN: value})
    assert all(one.path in (OWN, SYSTEM) for one in found)
