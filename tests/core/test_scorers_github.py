"""The evaluators of .prompt.yml files: what `gh models eval` would say."""

from __future__ import annotations

from typing import Any

import pytest

from placet.model.suite import ScorerSpec
from placet.scorers import Output, build


@pytest.mark.parametrize(
    ("parameters", "text", "passes"),
    [
        pytest.param({"equals": "Yes"}, "Yes", True, id="equals: the same"),
        pytest.param({"equals": "Yes"}, "yes", False, id="equals: case counts"),
        pytest.param({"equals": "Yes"}, "\n Yes\t\u00a0\u3000", True, id="equals: the answer is trimmed"),
        pytest.param({"equals": " Yes"}, " Yes", False, id="equals: the value is not trimmed"),
        pytest.param({"equals": "Yes"}, "Yes\x1f", False, id="equals: a unit separator is no space in Go"),
        pytest.param({"contains": "HELLO"}, "well, hello there", True, id="contains: case is ignored"),
        pytest.param({"contains": "hello"}, "goodbye", False, id="contains: not there"),
        pytest.param({"startsWith": "well"}, "  WELL, hello", True, id="startsWith: after trimming, case ignored"),
        pytest.param({"startsWith": "hello"}, "well, hello", False, id="startsWith: only the beginning"),
        pytest.param({"endsWith": "There"}, "hello there \n", True, id="endsWith: before trailing space"),
        pytest.param({"endsWith": "hello"}, "hello there", False, id="endsWith: only the end"),
        pytest.param(
            {"endsWith": "b", "startsWith": "a", "contains": "x", "equals": "q"}, "q", True, id="equals comes first"
        ),
        pytest.param({"endsWith": "b", "startsWith": "a", "contains": "x"}, "x", True, id="then contains"),
        pytest.param({"endsWith": "b", "startsWith": "a"}, "ax", True, id="then startsWith"),
        pytest.param({"equals": "", "contains": "x"}, "axb", True, id="an empty criterion is as good as none"),
        pytest.param({"equals": None, "contains": "x"}, "axb", True, id="so is a null one"),
        pytest.param({"contains": "{{expected}}"}, "Paris it is", True, id="the value is templated"),
        pytest.param({"contains": "{{ expected }}"}, "Paris it is", False, id="but not with spaces inside the braces"),
        pytest.param({"contains": "{{unknown}}"}, "it says {{unknown}}", True, id="an unknown variable stays as text"),
        pytest.param({"contains": "{{nothing}}"}, "whatever", True, id="an empty variable is contained in anything"),
        pytest.param({"equals": "{{trap}}"}, "{{expected}}", True, id="a value is not templated again"),
        pytest.param({"contains": "ΟΔΟΣ"}, "οδοσ", True, id="a sigma at the end is lowered like any other"),
        pytest.param({"contains": "ΟΔΟΣ"}, "οδος", False, id="and so differs from a final sigma"),
        pytest.param({"equals": 42}, "42", True, id="a number in the file is text"),
        pytest.param({"contains": True}, "true", True, id="a boolean in the file is text"),
        pytest.param({"contains": "x", "extra": 1}, "x", True, id="unknown keys are ignored"),
    ],
)
def test_string_evaluator(parameters: dict[str, Any], text: str, passes: bool) -> None:
    scorer = build(ScorerSpec("it", "github-string", parameters))
    variables = {"expected": "paris", "trap": "{{expected}}", "nothing": ""}
    assert scorer(Output(text), variables).value == float(passes)


def test_lowering_is_that_of_go_for_every_character() -> None:
    """Go maps each character to one; Python does so too except for U+0130, and for a sigma at the end of a word."""
    longer = [char for char in map(chr, range(0x110000)) if len(char.lower()) != 1]
    assert longer == ["\u0130"]
    dotted = build(ScorerSpec("it", "github-string", {"equals": "i", "contains": ""}))
    assert dotted(Output("i"), {}).value == 1.0
    assert build(ScorerSpec("it", "github-string", {"endsWith": "I"}))(Output("\u0130"), {}).value == 1.0


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param({"uses": "github/similarity"}, id="a built-in judge"),
        pytest.param({"modelId": "acme/judge", "prompt": "{{completion}}", "choices": []}, id="a judge of one's own"),
    ],
)
def test_a_judge_that_was_not_asked_gives_no_score(parameters: dict[str, Any]) -> None:
    found = build(ScorerSpec("it", "github-judge", parameters))(Output("perfect"), {})
    assert found.value is None
    assert "no verdict" in found.why or "no part of Placet" in found.why
