"""levenshtein and rouge: the figures, against plain definitions and against rouge-score's own."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.scoring import score

from placet.scorers.rouge import longest_common, rouge_figures, words
from placet.scorers.similarity import MOST_WORK, distance, similarity

VECTORS = json.loads((Path(__file__).parent / "vectors" / "rouge.json").read_text())["pairs"]
FEW_LETTERS = st.text(st.sampled_from("abñ"), max_size=12)


@pytest.mark.parametrize(
    ("type", "parameters", "text", "value"),
    [
        pytest.param("levenshtein", {"value": "kitten"}, "kitten", 1.0, id="levenshtein: the same"),
        pytest.param("levenshtein", {"value": "kitten"}, "sitting", 1 - 3 / 7, id="levenshtein: three edits of seven"),
        pytest.param("levenshtein", {"value": "abc"}, "", 0.0, id="levenshtein: no answer"),
        pytest.param("levenshtein", {"value": ""}, "", 1.0, id="levenshtein: nothing is wanted and nothing came"),
        pytest.param("levenshtein", {"value": "ABC"}, "abc", 0.0, id="levenshtein: case counts"),
        pytest.param("levenshtein", {"value": "ABC", "ignore_case": True}, "abc", 1.0, id="levenshtein: case ignored"),
        pytest.param("levenshtein", {"value": ["abc", "abd"]}, "abd", 1.0, id="levenshtein: the nearest of several"),
        pytest.param("levenshtein", {"value": "{{expected}}"}, "fur", 0.75, id="levenshtein: the case's expectation"),
        pytest.param("levenshtein", {"value": "{{unknown}}"}, "{{unknown}}", 0.0, id="levenshtein: no such variable"),
        pytest.param("levenshtein", {"value": "abcd", "at_least": 0.75}, "abce", 1.0, id="levenshtein: near enough"),
        pytest.param("levenshtein", {"value": "abcd", "at_least": 0.76}, "abce", 0.0, id="levenshtein: not enough"),
        pytest.param("levenshtein", {"value": "e\u0301"}, "\u00e9", 0.0, id="levenshtein: nothing is normalised"),
        pytest.param("rouge", {"value": "the cat sat"}, "The cat sat!", 1.0, id="rouge: signs and case mean nothing"),
        pytest.param("rouge", {"value": "a b c d"}, "a c", 2 / 3, id="rouge: rouge-l by itself"),
        pytest.param("rouge", {"value": "a b c d", "figure": "recall"}, "a c", 0.5, id="rouge: recall"),
        pytest.param("rouge", {"value": "a b c d", "figure": "precision"}, "a c", 1.0, id="rouge: precision"),
        pytest.param("rouge", {"value": "a b c", "variant": "rouge-2"}, "a b x", 0.5, id="rouge: pairs of words"),
        pytest.param("rouge", {"value": "a b c", "variant": "rouge-1"}, "c b a", 1.0, id="rouge: any order"),
        pytest.param("rouge", {"value": "a b c"}, "c b a", 1 / 3, id="rouge: the order counts in rouge-l"),
        pytest.param("rouge", {"value": "größe"}, "größe", 1.0, id="rouge: letters beyond a to z"),
        pytest.param("rouge", {"value": ["x", "a b"]}, "a b", 1.0, id="rouge: the best of several texts"),
        pytest.param("rouge", {"value": "a"}, "", 0.0, id="rouge: no answer"),
        pytest.param("rouge", {"value": "..."}, "...", 0.0, id="rouge: no words at all are no match"),
        pytest.param("rouge", {"value": "a b c d", "at_least": 0.7}, "a c", 0.0, id="rouge: not enough"),
    ],
)
def test_scores(type: str, parameters: dict[str, Any], text: str, value: float) -> None:  # noqa: A002
    assert score(type, parameters, text, expected="four").value == pytest.approx(value)


@cache
def by_definition(one: str, other: str) -> int:
    if not one or not other:
        return len(one) + len(other)
    put, out = by_definition(one, other[1:]) + 1, by_definition(one[1:], other) + 1
    return min(put, out, by_definition(one[1:], other[1:]) + (one[0] != other[0]))


@given(one=FEW_LETTERS, other=FEW_LETTERS)
def test_the_distance_is_that_of_the_definition(one: str, other: str) -> None:
    assert distance(one, other) == by_definition(one, other)


@given(one=st.text(), other=st.text())
def test_similarity_is_a_share_is_symmetric_and_is_1_for_the_same_text_alone(one: str, other: str) -> None:
    found = similarity(one, other)
    assert found is not None
    assert 0 <= found <= 1
    assert found == similarity(other, one)
    assert (found == 1) == (one == other)


@given(one=FEW_LETTERS, other=FEW_LETTERS)
def test_the_longest_common_subsequence_is_that_of_the_distance_without_replacing(one: str, other: str) -> None:
    rows = [0] * (len(other) + 1)
    for left in one:
        before = 0
        for place, right in enumerate(other, 1):
            rows[place], before = (before + 1 if left == right else max(rows[place], rows[place - 1])), rows[place]
    assert longest_common(one, other) == rows[-1]


@pytest.mark.parametrize("pair", VECTORS, ids=lambda pair: f"{pair['found'][:20]!r} {pair['wanted'][:20]!r}")
def test_rouge_is_what_rouge_score_says(pair: dict[str, Any]) -> None:
    for variant in ("rouge-1", "rouge-2", "rouge-l"):
        figures = rouge_figures(words(pair["found"]), words(pair["wanted"]), variant)
        assert figures == pytest.approx(pair[variant], abs=1e-9)


def test_texts_too_long_to_compare_score_0_and_say_so() -> None:
    text, value = "ab" * 10_000, "ba" * (MOST_WORK // 20_000)
    assert score("levenshtein", {"value": value}, f"x{text}").value == 0
    assert "20,001 characters are too many to compare" in score("levenshtein", {"value": value}, f"x{text}").why
    assert score("levenshtein", {"value": value}, value).value == 1, "the same text needs no comparing"


def test_reasons_say_the_share_and_what_is_asked() -> None:
    assert score("levenshtein", {"value": "abcd", "at_least": 0.9}, "abce").why == (
        '0.750, at least 0.9 is asked: expected to be like "abcd"; found "abce"'
    )
