"""Scorers that say something impossible: a pattern that is none, a tool that nobody offers, a share above 1."""

from __future__ import annotations

import pytest
from tests.governed import base, file, judged

from placet.parse.snapshot import read_snapshot
from placet.unbuilt import unbuilt

CORE, PROMPT = "systems/notes/evals/core.yaml", "prompts/notes/summarise.prompt.yml"
BROKEN = '  - {name: polite, type: regex, pattern: "(please"}\n'


def with_scorer(scorer: str) -> str:
    return base()[CORE].data.decode().replace("scorers:\n", f"scorers:\n{scorer}")


def test_a_scorer_that_a_change_brings_and_that_cannot_be_built_is_a_finding() -> None:
    head = {**base(), CORE: file(CORE, with_scorer(BROKEN))}
    (found,) = unbuilt(read_snapshot(base()), read_snapshot(head))
    assert (found.rule, found.path) == ("FIL007", CORE)
    assert "`pattern` is no regular expression" in found.message
    assert found.position.line == base()[CORE].data.decode().splitlines().index("scorers:") + 2
    assert "RE2" in found.help


def test_one_that_base_has_already_holds_up_no_other_change() -> None:
    broken = {**base(), CORE: file(CORE, with_scorer(BROKEN))}
    assert list(unbuilt(read_snapshot(broken), read_snapshot(broken))) == []


def test_a_judge_is_no_trouble_before_its_model_is_known() -> None:
    judge = "  - {name: nice, type: judge, model: acme/judge, rubric: It is nice.}\n"
    head = {**base(), CORE: file(CORE, with_scorer(judge))}
    assert list(unbuilt(read_snapshot(base()), read_snapshot(head))) == []


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        pytest.param("before: [{first: ask, then: pya}]", ["pya"], id="a grant for what is never called"),
        pytest.param("expect: [{name: lokup}]", ["lokup"], id="a call that can't come"),
        pytest.param("forbid: [pya]", ["pya"], id="a forbidden tool that looks misspelt"),
        pytest.param("forbid: [delete_account]", [], id="a forbidden tool that nobody offers"),
        pytest.param('forbid: "{{expected.never}}"', [], id="a list that the case has"),
        pytest.param("before: [{first: ask, then: pay}]", [], id="tools that are offered"),
    ],
)
def test_tools_that_a_scorer_names_are_offered(parameters: str, names: list[str]) -> None:
    tools = "tools: [{name: lookup}, {name: ask}, {name: pay}]\n"
    files = {**base(), PROMPT: file(PROMPT, base()[PROMPT].data.decode() + tools)}
    files[CORE] = file(CORE, with_scorer(f"  - {{name: steps, type: tool-calls, {parameters}}}\n"))
    said = [each.message for each in judged(files) if each.rule == "PRM008"]
    assert said == [f"scorer `steps` names tool `{name}`, which {PROMPT} doesn't offer" for name in names]


@pytest.mark.parametrize(
    ("gate", "rules"),
    [pytest.param("{min: 98}", ["SUI004"], id="per cent"), pytest.param("{min: 0.98}", [], id="a share")],
)
def test_a_share_is_no_percentage(gate: str, rules: list[str]) -> None:
    text = with_scorer("  - {name: bare, type: is-json}\n").replace("gates:\n", f"gates:\n  bare: {gate}\n")
    assert [each.rule for each in judged({**base(), CORE: file(CORE, text)})] == rules
