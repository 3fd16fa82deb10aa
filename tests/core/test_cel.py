"""Expressions are compiled and evaluated elsewhere, and whatever they do there, an answer comes in time or never."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from placet.cel import process
from placet.cel.process import Evaluation, Expressions, Fault, Late
from placet.errors import Exit, PlacetError

NAMES = ("system", "text", "many", "today")
#: Fewer than 10,000 elements each, and a minute of work or 19 GB.
ENDLESS = "many.all(a, many.all(b, !text.matches('a[ab]*c')))"
GREEDY = "many.map(a, many.map(b, text + text)) == []"


def rule(require: str, when: str | None = None) -> Expressions:
    return Expressions(when, require, NAMES)


def answers(values: dict[str, Any], *rules: Expressions) -> list[tuple[int, Any]]:
    with Evaluation(rules) as evaluation:
        return list(evaluation.judge(values, range(len(rules))))


def fault(*rules: Expressions) -> Fault:
    with Evaluation(rules) as evaluation:
        (found,) = evaluation.faults.values()
        return found


@pytest.mark.parametrize(
    ("require", "when", "answer"),
    [
        pytest.param("system.id == 'a'", None, True, id="true is met"),
        pytest.param("system.id == 'b'", None, False, id="false is not"),
        pytest.param("false", "system.n > 3", None, id="a rule that doesn't apply says nothing"),
        pytest.param("false", "system.n == 3", False, id="one that does is judged"),
        pytest.param("system.n == 3.0", None, True, id="numbers compare whatever their type"),
        pytest.param("system.gone == null", None, True, id="null is a value"),
        pytest.param("!has(system.nowhere)", None, True, id="has asks for a key"),
        pytest.param("system['x-team'] == 'core'", None, True, id="a key that is no name"),
        pytest.param("system.names.exists(n, n.matches('^b+$'))", None, True, id="macros and regular expressions"),
        pytest.param("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(a+)+$')", None, False, id="in linear time"),
        pytest.param("today < '2026-12-01'", None, True, id="dates compare as texts"),
        pytest.param(
            "timestamp(today + 'T00:00:00Z') + duration('24h') == timestamp('2026-11-21T00:00:00Z')",
            None,
            True,
            id="and count as times",
        ),
    ],
)
def test_an_expression_is_met_or_not(require: str, when: str | None, answer: bool | None) -> None:
    system = {"id": "a", "n": 3, "gone": None, "x-team": "core", "names": ["a", "bb"]}
    assert answers({"system": system, "today": "2026-11-20"}, rule(require, when)) == [(0, answer)]


@pytest.mark.parametrize(
    ("require", "message"),
    [
        pytest.param("system.owner == 'a'", 'Key not found in map : "owner"', id="a key that isn't there"),
        pytest.param("system.id > 3", "No matching overloads found : _>_(string, int64)", id="text and number"),
        pytest.param("system.id", "it is neither true nor false, but string", id="a value that is no condition"),
        pytest.param("1 / (system.n - 3) == 1", "divide by zero", id="a division by zero"),
        pytest.param("system.id.matches('(')", "invalid regular expression: missing ): (", id="a broken pattern"),
        pytest.param("many.all(a, many.all(b, true))", "Iteration budget exceeded", id="too many elements"),
        pytest.param("nothing.id == 'a'", "undeclared reference to 'nothing.id'", id="a name that isn't there"),
    ],
)
def test_what_cannot_be_evaluated_is_a_fault_and_never_met(require: str, message: str) -> None:
    values = {"system": {"id": "a", "n": 3}, "many": [0] * 200}
    with Evaluation([rule(require)]) as evaluation:
        found = dict(evaluation.judge(values, [0])).get(0, evaluation.faults.get(0))
    assert isinstance(found, Fault)
    assert found.message == message


@pytest.mark.parametrize(
    ("when", "require", "expected"),
    [
        pytest.param(None, "system.id ==", Fault("require", "Syntax error: it ends too early", 1, 13), id="an end"),
        pytest.param(None, "true &&\n  sytem.x", ("sytem", 2, 8), id="a name in the second line"),
        pytest.param("1 + 'a' == 2", "true", ("no matching overload", 1, 3), id="types that don't fit, in `when`"),
        pytest.param(None, "'a'", Fault("require", "it is neither true nor false, but string"), id="text"),
        pytest.param(None, "(" * 40 + "true" + ")" * 40, ("recursion limit", 0, 0), id="too deep"),
        pytest.param(None, "[1].map(", ("Syntax error", 1, 9), id="a macro that isn't closed"),
    ],
)
def test_a_compiler_says_what_is_wrong_and_where(when: str | None, require: str, expected: Any) -> None:
    found = fault(rule(require, when))
    if isinstance(expected, Fault):
        assert found == expected
    else:
        part, line, column = expected
        assert part in found.message
        assert (found.line, found.column) == (line, column)
    assert found.key == ("when" if when else "require")


def test_a_rule_with_a_fault_gives_no_answer_and_the_others_do() -> None:
    with Evaluation([rule("sytem.x"), rule("true")]) as evaluation:
        assert list(evaluation.faults) == [0]
        assert list(evaluation.judge({}, [0, 1])) == [(1, True)]


@pytest.mark.parametrize("require", [pytest.param(ENDLESS, id="time"), pytest.param(GREEDY, id="memory")])
def test_what_takes_too_much_is_ended_and_the_rest_goes_on(require: str) -> None:
    values = {"many": [0] * 99, "text": "a" * 1024 * 1024}
    with Evaluation([rule("true"), rule(require), rule("false")]) as evaluation:
        assert list(evaluation.judge(values, [0, 1, 2])) == [(0, True), (1, Late()), (2, False)]
        assert list(evaluation.judge(values, [0, 1, 2])) == [(0, True), (2, False)]


def test_two_that_take_too_long_end_it_all() -> None:
    values = {"many": [0] * 99, "text": "a" * 1024 * 1024}
    with Evaluation([rule(ENDLESS), rule(ENDLESS), rule(ENDLESS), rule("true")]) as evaluation:
        assert list(evaluation.judge(values, range(4))) == [(0, Late()), (1, Late(in_all=True))]
        assert list(evaluation.judge(values, range(4))) == []


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(10**30, id="a number beyond 64 bits"),
        pytest.param(float("inf"), id="an infinite one"),
        pytest.param("\x00\ud7ff\U0001f600", id="odd characters"),
        pytest.param({str(number): [number] for number in range(5_000)}, id="much of it"),
    ],
)
def test_any_value_of_a_file_can_be_asked_about(value: Any) -> None:
    ((_, answer),) = answers({"system": value}, rule("system == 1 || true"))
    assert answer is True or isinstance(answer, Fault)


def test_values_that_are_too_large_are_not_sent() -> None:
    ((_, answer),) = answers({"text": "a" * (process.LARGEST + 1)}, rule("true"))
    assert answer == Fault("require", "what it names is larger than 16 MiB")


def test_no_environment_reaches_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_KEY", "secret")
    before = _children()
    with Evaluation([rule("true")]):
        seen = [Path(f"/proc/{child}/environ").read_bytes() for child in _children() - before]
    assert [environment for environment in seen if b"secret" in environment] == []


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LIBRARY", "no_such_library")
    with pytest.raises(PlacetError) as raised, Evaluation([rule("true")]):
        pass
    assert raised.value.exit_code is Exit.CANNOT_DECIDE
    assert "pip install 'placet[cel]'" in raised.value.help


def test_nothing_of_it_is_left_running() -> None:
    before = _children()
    answers({}, rule("true"))
    assert _children() == before


def _children() -> set[str]:
    """The processes that this one started and that still run; known on Linux alone."""
    known = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(known.read_text().split()) if known.exists() else set()
