"""What agents do and say: tool-calls and conversation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.scoring import scorer

from placet.model.run import Score, ToolCall
from placet.scorers import Output, ScorerError
from placet.substitute import JsonText


def used(name: str, step: int, result: Any = None, **arguments: Any) -> ToolCall:
    said = result if isinstance(result, str | None) else json.dumps(result)
    return ToolCall(name, json.dumps(arguments), said, step)


LOOKUP = used("lookup", 1, {"amount": 40}, id="A-1")
ASKED = used("ask", 2, {"approved": True}, id="A-1", amount=40)
PAID = used("pay", 3, "paid", id="A-1", amount=40, account="acct-1")
TOLD = used("tell", 4, "sent", id="A-1", text="Done.")
WHOLE = (LOOKUP, ASKED, PAID, TOLD)


def judged(parameters: Mapping[str, Any], *calls: ToolCall, **variables: str) -> Score:
    return scorer("tool-calls", parameters)(Output("Done.", calls=calls), variables)


def named(*names: str) -> list[dict[str, Any]]:
    return [{"name": name} for name in names]


@pytest.mark.parametrize(
    ("parameters", "value"),
    [
        pytest.param({"expect": named("lookup", "pay")}, 1, id="in order, others between them"),
        pytest.param({"expect": named("pay", "lookup")}, 0, id="not in order"),
        pytest.param({"expect": named("pay", "lookup"), "order": "any"}, 1, id="in any order"),
        pytest.param({"expect": named("pay", "pay"), "order": "any"}, 0, id="each has a call of its own"),
        pytest.param({"expect": named("lookup", "ask", "pay", "tell"), "order": "exact"}, 1, id="exactly these"),
        pytest.param({"expect": named("lookup", "ask", "pay"), "order": "exact"}, 0, id="and no other"),
        pytest.param({"expect": [], "order": "exact"}, 0, id="none at all"),
        pytest.param({"expect": [{"name": "pay", "arguments": {"amount": 40.0}}]}, 1, id="the arguments that count"),
        pytest.param({"expect": [{"name": "pay", "arguments": {"amount": "40"}}]}, 0, id="a text is no number"),
        pytest.param({"expect": [{"name": "pay", "arguments": {"iban": None}}]}, 0, id="an argument that is missing"),
        pytest.param({"expect": [{"name": "pay", "arguments": {"id": "{{order}}"}}]}, 1, id="a variable"),
        pytest.param({"expect": [{"name": "pay", "arguments": {"amount": "{{n}}"}}]}, 1, id="a variable with a type"),
        pytest.param({"expect": [{"name": "pay", "arguments": {"id": "{{ordr}}"}}]}, 0, id="a misspelt variable"),
        pytest.param({"expect": "{{calls}}"}, 1, id="a list of the case"),
        pytest.param({"expect": "{{order}}"}, 0, id="a variable that holds no list"),
        pytest.param({"forbid": ["delete"]}, 1, id="nothing forbidden was done"),
        pytest.param({"forbid": ["pay"]}, 0, id="a forbidden tool"),
        pytest.param({"forbid": [{"name": "pay", "arguments": {"amount": 41}}]}, 1, id="other arguments"),
        pytest.param({"forbid": [{"name": "pay", "arguments": {"amount": 40}}]}, 0, id="forbidden arguments"),
        pytest.param({"forbid": "{{nowhere}}"}, 0, id="a case that doesn't say what is forbidden"),
        pytest.param({"at_most": 4}, 1, id="as many calls as allowed"),
        pytest.param({"at_most": 3}, 0, id="one too many"),
        pytest.param({"expect": named("pay"), "forbid": ["tell"]}, 0, id="all must hold"),
    ],
)
def test_calls(parameters: dict[str, Any], value: float) -> None:
    variables = {"order": "A-1", "n": JsonText("40"), "calls": JsonText(json.dumps(named("lookup", "tell")))}
    assert judged(parameters, *WHOLE, **variables).value == value


BEFORE = {"before": [{"first": "ask", "then": "pay", "same": ["id", "amount"]}]}


@pytest.mark.parametrize(
    ("calls", "value"),
    [
        pytest.param(WHOLE, 1, id="asked, granted, done"),
        pytest.param((LOOKUP, TOLD), 1, id="nothing was done"),
        pytest.param((LOOKUP, PAID), 0, id="never asked"),
        pytest.param((used("pay", 1, "paid", id="A-1", amount=40), ASKED), 0, id="asked afterwards"),
        pytest.param((used("ask", 2, {"approved": False}, id="A-1", amount=40), PAID), 0, id="refused"),
        pytest.param((used("ask", 2, {"approved": "true"}, id="A-1", amount=40), PAID), 0, id="no plain yes"),
        pytest.param((used("ask", 2, {"error": "busy"}, id="A-1", amount=40), PAID), 0, id="nobody answered"),
        pytest.param((used("ask", 2, "approved: true", id="A-1", amount=40), PAID), 0, id="words that look like a yes"),
        pytest.param((used("ask", 2, None, id="A-1", amount=40), PAID), 0, id="no result"),
        pytest.param((used("ask", 3, {"approved": True}, id="A-1", amount=40), PAID), 0, id="asked in the same breath"),
        pytest.param((used("ask", 2, {"approved": True}, id="A-2", amount=40), PAID), 0, id="a yes to something else"),
        pytest.param((used("ask", 2, {"approved": True}, id="A-1"), PAID), 0, id="a yes to no amount"),
        pytest.param((ASKED, PAID, used("pay", 4, "paid", id="A-1", amount=40)), 0, id="one yes, done twice"),
        pytest.param((ASKED, used("ask", 2, {"approved": True}, id="A-1", amount=40), PAID,
                      used("pay", 4, "paid", id="A-1", amount=40)), 1, id="two of each"),
        pytest.param((ASKED, ToolCall("pay", "{broken", "paid", 3)), 0, id="arguments that nobody can read"),
    ],
)  # fmt: skip
def test_asked_before_acting(calls: tuple[ToolCall, ...], value: float) -> None:
    assert judged(BEFORE, *calls).value == value


@pytest.mark.parametrize(
    ("granted", "result", "value"),
    [
        pytest.param({"decision": "yes"}, {"decision": "yes", "by": "@kim"}, 1, id="other words for a yes"),
        pytest.param("granted", "granted", 1, id="a text"),
        pytest.param("granted", "granted?", 0, id="not quite the text"),
        pytest.param(True, "true", 1, id="true alone"),
    ],
)
def test_what_grants(granted: Any, result: Any, value: float) -> None:
    rule = {"before": [{"first": "ask", "then": "pay", "granted": granted}]}
    assert judged(rule, used("ask", 1, result), used("pay", 2)).value == value


def test_a_forbidden_call_with_broken_arguments_is_forbidden_all_the_same() -> None:
    found = judged({"forbid": ["pay"]}, ToolCall("pay", "{broken"))
    assert found == Score(0.0, "pay({broken) is forbidden")


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=4), st.lists(st.sampled_from(["a", "b", "c"]), max_size=4))
def test_any_order_is_some_order(wanted: list[str], done: list[str]) -> None:
    calls = [used(name, number) for number, name in enumerate(done, 1)]
    anyhow = judged({"expect": named(*wanted), "order": "any"}, *calls).value
    assert anyhow == max(judged({"expect": named(*some)}, *calls).value or 0 for some in permutations(wanted))


@given(st.lists(st.sampled_from(["a", "b"]), max_size=5), st.lists(st.sampled_from(["a", "b"]), max_size=5))
def test_exact_is_narrower_than_in_order_and_that_than_any(wanted: list[str], done: list[str]) -> None:
    calls = [used(name, number) for number, name in enumerate(done, 1)]
    values = [
        judged({"expect": named(*wanted), "order": order}, *calls).value for order in ("exact", "in-order", "any")
    ]
    assert values == sorted(values, key=lambda value: value or 0)


@given(st.lists(st.builds(ToolCall, st.text(max_size=5), st.text(), st.none() | st.text(), st.integers(0, 5))))
def test_no_calls_make_it_raise(calls: list[ToolCall]) -> None:
    parameters = {"expect": named("a"), "forbid": ["b"], **BEFORE, "at_most": 9}
    found = judged(parameters, *calls)
    assert found.value in {0.0, 1.0}
    assert found.why.isprintable()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "checks nothing", id="no check"),
        pytest.param({"expect": "pay"}, "`expect` must be a list, not text", id="a text that is no variable"),
        pytest.param({"expect": [1]}, "`expect` holds a number", id="a number"),
        pytest.param({"expect": [{"name": "a", "args": {}}]}, "no use of a tool", id="a key that it doesn't have"),
        pytest.param({"expect": [{"name": "a", "arguments": []}]}, "`arguments` in `expect`", id="arguments as a list"),
        pytest.param({"forbid": ["a"] * 51}, "more than 50 entries", id="too many"),
        pytest.param({"before": [{"first": "a"}]}, "`first` and `then`", id="half a pair"),
        pytest.param({"before": [{"first": "a", "then": "b", "within": 2}]}, "`before` takes", id="a key too many"),
        pytest.param({"expect": [], "order": "sorted"}, "`order` must be", id="another order"),
        pytest.param({"at_most": -1}, "`at_most` must be", id="less than none"),
    ],
)
def test_tool_calls_that_cannot_be_built(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ScorerError) as caught:
        scorer("tool-calls", parameters)
    assert message in f"{caught.value.what} / {caught.value.help}"


# -- conversation -----------------------------------------------------------------------------------------------------

TURNS = ("Which order is it?", "Thank you, A-1 it is.", "It is paid.")


@pytest.mark.parametrize(
    ("parameters", "value"),
    [
        pytest.param({"value": "card", "not": True}, 1, id="in no turn"),
        pytest.param({"value": "order", "not": True}, 0, id="in one turn, where none may"),
        pytest.param({"value": "is"}, 1, id="in each"),
        pytest.param({"value": "A-1"}, 0, id="in one, where each must"),
        pytest.param({"value": "A-1", "turns": "any"}, 1, id="in any"),
        pytest.param({"value": "paid", "turns": "last"}, 1, id="in the last"),
        pytest.param({"value": "A-1", "turns": "last"}, 0, id="before the last"),
        pytest.param({"value": "THANK", "turns": "any"}, 0, id="in another case"),
        pytest.param({"value": "THANK", "turns": "any", "ignore_case": True}, 1, id="in any case"),
        pytest.param({"value": "{{order}}", "turns": "any"}, 1, id="a variable"),
        pytest.param({"value": "{{ordr}}", "not": True}, 0, id="a misspelt variable, negated"),
        pytest.param({"value": "{{empty}}", "not": True}, 0, id="an empty variable"),
        pytest.param({"pattern": r"A-\d", "turns": "any"}, 1, id="a pattern"),
        pytest.param({"pattern": r"(?i)password|\bcard\b", "not": True}, 1, id="a pattern in no turn"),
    ],
)
def test_conversation(parameters: dict[str, Any], value: float) -> None:
    found = scorer("conversation", parameters)(Output(TURNS[-1], turns=TURNS), {"order": "A-1", "empty": ""})
    assert found.value == value


def test_an_answer_alone_is_one_turn() -> None:
    assert scorer("conversation", {"value": "yes"})(Output("yes"), {}).value == 1


@given(st.lists(st.text(max_size=5), min_size=1, max_size=4), st.text(min_size=1, max_size=2))
def test_never_in_any_turn_is_not_in_some_turn(turns: list[str], value: str) -> None:
    output = Output(turns[-1], turns=tuple(turns))
    some = scorer("conversation", {"value": value, "turns": "any"})(output, {}).value
    none = scorer("conversation", {"value": value, "not": True})(output, {}).value
    assert {some, none} == {0.0, 1.0} or "{{" in value


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "needs a `value` or a `pattern`", id="neither"),
        pytest.param({"value": "a", "pattern": "b"}, "and not both", id="both"),
        pytest.param({"pattern": "a", "ignore_case": True}, "(?i)", id="a pattern that ignores case"),
        pytest.param({"value": ""}, "is empty", id="an empty value"),
        pytest.param({"value": "a", "turns": "first"}, "`turns` must be", id="another turn"),
    ],
)
def test_conversations_that_cannot_be_built(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ScorerError) as caught:
        scorer("conversation", parameters)
    assert message in f"{caught.value.what} / {caught.value.help}"
