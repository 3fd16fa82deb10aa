"""The suite that judges a change: base's, with what head adds; and what head would take away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.digest import suite_digest
from placet.effective import adapted, effective, weakenings
from placet.model.suite import Case, Gate, ScorerSpec, Suite
from placet.record import replace

ONE = Case("one", {"ticket": "1"}, "a", critical=True, fields={"language": "en"})
TWO = Case("two", {"ticket": "2"}, "b", forbidden=True)
EXACT = ScorerSpec("accuracy", "equals", {"value": "{{expected}}"})
FLOOR = Gate("accuracy", min=0.9, max=None, max_regression=0.05, confidence=0.95)
SUITE = Suite(
    name="core",
    title="Core",
    path="systems/s/evals/core.yaml",
    prompt="prompts/p.prompt.yml",
    cases=(ONE, TWO),
    trials=2,
    scorers=(EXACT,),
    gates=(FLOOR,),
    slices=("language",),
)
Change = Callable[[Suite], Suite]


def with_case(case: Case) -> Change:
    return lambda suite: replace(suite, cases=tuple(case if c.id == case.id else c for c in suite.cases))


def with_gate(**bounds: float | None) -> Change:
    return lambda suite: replace(suite, gates=(replace(FLOOR, **bounds),))  # type: ignore[arg-type]


WEAKER = [
    pytest.param(lambda s: replace(s, cases=(ONE,)), ["case `two` removed"], id="a removed case"),
    pytest.param(with_case(replace(ONE, inputs={"ticket": "x"})), ["case `one` edited"], id="an edited input"),
    pytest.param(with_case(replace(ONE, expected="x")), ["case `one` edited"], id="an edited expectation"),
    pytest.param(with_case(replace(ONE, critical=False)), ["case `one` no longer critical"], id="a critical mark"),
    pytest.param(with_case(replace(TWO, forbidden=False)), ["case `two` no longer forbidden"], id="a forbidden mark"),
    pytest.param(
        with_case(replace(TWO, forbidden=False, critical=True)),
        ["case `two` no longer forbidden"],
        id="critical is less than forbidden",
    ),
    pytest.param(
        with_case(replace(ONE, expected="x", critical=False)),
        ["case `one` edited", "case `one` no longer critical"],
        id="an edited case that loses its mark as well",
    ),
    pytest.param(
        with_case(replace(ONE, fields={"language": "de"})), ["case `one` in other slices"], id="a case in another slice"
    ),
    pytest.param(with_case(replace(ONE, fields=None)), ["case `one` in other slices"], id="a case in no slice"),
    pytest.param(lambda s: replace(s, scorers=()), ["scorer `accuracy` removed"], id="a removed scorer"),
    pytest.param(
        lambda s: replace(s, scorers=(replace(EXACT, type="contains"),)), ["scorer `accuracy` edited"], id="a scorer"
    ),
    pytest.param(
        lambda s: replace(s, scorers=(replace(EXACT, parameters={}),)), ["scorer `accuracy` edited"], id="a parameter"
    ),
    pytest.param(lambda s: replace(s, gates=()), ["gate `accuracy` removed"], id="a removed gate"),
    pytest.param(with_gate(min=0.8), ["gate `accuracy` loosened"], id="a lower floor"),
    pytest.param(with_gate(min=None), ["gate `accuracy` loosened"], id="no floor"),
    pytest.param(with_gate(max_regression=0.1), ["gate `accuracy` loosened"], id="a wider margin"),
    pytest.param(with_gate(max_regression=None), ["gate `accuracy` loosened"], id="no margin"),
    pytest.param(with_gate(confidence=0.9), ["gate `accuracy` loosened"], id="a lower confidence"),
    pytest.param(with_gate(confidence=None), ["gate `accuracy` loosened"], id="no confidence of its own"),
    pytest.param(lambda s: replace(s, trials=1), ["trials 2 → 1"], id="fewer trials"),
    pytest.param(lambda s: replace(s, slices=()), ["slice `language` removed"], id="a removed slice"),
]


@pytest.mark.parametrize(("change", "expected"), WEAKER)
def test_what_asks_less_is_shown_and_does_not_count(change: Change, expected: list[str]) -> None:
    head = change(SUITE)
    assert [weak.what for weak in weakenings(SUITE, head)] == expected
    assert suite_digest(effective(SUITE, head)) == suite_digest(SUITE)


def test_a_removed_suite_is_shown_and_still_judges() -> None:
    (weak,) = weakenings(SUITE, None)
    assert (weak.path, weak.suite, weak.what) == (SUITE.path, "core", "suite removed")
    assert effective(SUITE, None) == SUITE


NEW_CASE = Case("three", {"ticket": "3"}, "c", critical=True)
NEW_SCORER = ScorerSpec("short", "regex", {"pattern": "^.{1,80}$"})


@pytest.mark.parametrize(
    ("change", "part"),
    [
        pytest.param(lambda s: replace(s, cases=(NEW_CASE, *s.cases)), "cases", id="a case"),
        pytest.param(lambda s: replace(s, scorers=(NEW_SCORER, *s.scorers)), "scorers", id="a scorer"),
        pytest.param(lambda s: replace(s, gates=(*s.gates, Gate("short", min=1.0))), "gates", id="a gate"),
        pytest.param(lambda s: replace(s, slices=(*s.slices, "country")), "slices", id="a slice"),
        pytest.param(lambda s: replace(s, trials=3), "trials", id="more trials"),
    ],
)
def test_what_head_adds_counts_at_once(change: Change, part: str) -> None:
    head = change(SUITE)
    made = effective(SUITE, head)
    assert weakenings(SUITE, head) == ()
    got, asked = getattr(made, part), getattr(head, part)
    assert got == asked or set(map(repr, got)) == set(map(repr, asked))
    assert suite_digest(made) != suite_digest(SUITE)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(with_gate(min=0.95), id="a higher floor"),
        pytest.param(with_gate(max_regression=0.01), id="a narrower margin"),
        pytest.param(with_gate(max=0.99), id="a new ceiling"),
        pytest.param(with_case(replace(TWO, critical=True)), id="another mark"),
        pytest.param(with_case(replace(TWO, fields={"language": "de"})), id="a field where there was none"),
        pytest.param(lambda s: replace(s, title="Other"), id="a title"),
    ],
)
def test_what_asks_more_is_no_weakening(change: Change) -> None:
    assert weakenings(SUITE, change(SUITE)) == ()


def test_a_new_suite_judges_as_it_is() -> None:
    assert effective(None, SUITE) == SUITE


def test_a_case_keeps_bases_marks_when_head_edits_it() -> None:
    edited = replace(ONE, critical=False, inputs={"ticket": "easy"}, expected="a")
    assert effective(SUITE, with_case(edited)(SUITE)).case("one") == ONE


@pytest.mark.parametrize(
    ("variables", "inputs", "expected"),
    [
        pytest.param({"ticket"}, {"ticket": "x"}, {"ticket": "1"}, id="base's inputs serve"),
        pytest.param({"text"}, {"text": "x"}, {"text": "x", "ticket": "1"}, id="a renamed variable"),
        pytest.param(
            {"ticket", "tone"},
            {"ticket": "x", "tone": "y"},
            {"ticket": "1", "tone": "y"},
            id="a new one, beside base's",
        ),
        pytest.param({"text"}, {"other": "x"}, {"ticket": "1"}, id="head's inputs don't serve either"),
    ],
)
def test_head_runs_on_the_inputs_that_its_prompt_needs(
    variables: set[str], inputs: dict[str, str], expected: dict[str, str]
) -> None:
    head = with_case(replace(ONE, inputs=inputs))(SUITE)
    made = adapted(effective(SUITE, head), head, frozenset(variables)).case("one")
    assert made is not None
    assert made.inputs == expected
    assert made.critical


@given(st.permutations(range(len(WEAKER))), st.integers(1, 4))
def test_any_mix_of_weakenings_leaves_bases_suite_in_force(order: list[int], count: int) -> None:
    head = SUITE
    for index in order[:count]:
        change = WEAKER[index].values[0]
        head = change(head)  # type: ignore[operator]
    made = effective(SUITE, head)
    assert set(map(suite_digest, [made])) == {suite_digest(SUITE)}
    assert weakenings(SUITE, head)
