"""classification and fairness: labels, what a trial keeps of them, and which scorers are checks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.scoring import score, scorer
from tests.governed import base, file, judged

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.scorers import ScorerError, is_check, statistic

LABELS = ["billing", "refund", "other"]
SORTED = {"labels": LABELS, "value": "{{expected}}"}
GRANTED = {"labels": ["grant", "deny"], "positive": "grant", "attribute": "sex"}
TRUE = {**GRANTED, "value": "{{expected}}", "statistic": "equalized-odds"}


@pytest.mark.parametrize(
    ("parameters", "text", "expected", "value", "extra"),
    [
        pytest.param({}, "refund", "refund", 1.0, {"label": 1, "expected": 1}, id="right"),
        pytest.param({}, " refund\n", "refund", 1.0, {"label": 1, "expected": 1}, id="white space around it"),
        pytest.param({}, "billing", "refund", 0.0, {"label": 0, "expected": 1}, id="wrong"),
        pytest.param({}, "It is a refund", "refund", 0.0, {"label": -1, "expected": 1}, id="no label alone"),
        pytest.param({}, "", "refund", 0.0, {"label": -1, "expected": 1}, id="no answer"),
        pytest.param({}, "Refund", "refund", 0.0, {"label": -1, "expected": 1}, id="case counts"),
        pytest.param({"ignore_case": True}, "Refund", "refund", 1.0, {"label": 1, "expected": 1}, id="case ignored"),
        pytest.param({}, "refund", "refunds", None, {}, id="the case expects no label"),
        pytest.param({"value": "{{unknown}}"}, "refund", "refund", None, {}, id="no such variable"),
        pytest.param({"path": "$.c"}, '{"c": "other"}', "other", 1.0, {"label": 2, "expected": 2}, id="in JSON"),
        pytest.param({"path": "$.c"}, "other", "other", 0.0, {"label": -1, "expected": 2}, id="no JSON"),
        pytest.param({"path": "$.c"}, '{"d": 1}', "other", 0.0, {"label": -1, "expected": 2}, id="nothing there"),
        pytest.param({"path": "$.c"}, '{"c": ["other"]}', "other", 0.0, {"label": -1, "expected": 2}, id="a list"),
        pytest.param(
            {"path": "$.c", "labels": [True, False]}, '{"c": true}', "true", 1.0, {"label": 0, "expected": 0}, id="true"
        ),
        pytest.param(
            {"path": "$.c", "labels": [1, 2]}, '{"c": 2}', "2", 1.0, {"label": 1, "expected": 1}, id="a number"
        ),
    ],
)
def test_classification(
    parameters: dict[str, Any], text: str, expected: str, value: float | None, extra: dict[str, float]
) -> None:
    found = score("classification", {**SORTED, **parameters}, text, expected=expected)
    assert (found.value, dict(found.extra)) == (value, extra)


@pytest.mark.parametrize(
    ("parameters", "text", "expected", "value", "extra"),
    [
        pytest.param(GRANTED, "grant", "", 1.0, {}, id="favourable"),
        pytest.param(GRANTED, "deny", "", 0.0, {}, id="unfavourable"),
        pytest.param(GRANTED, "perhaps", "", None, {}, id="neither can't be told"),
        pytest.param(TRUE, "grant", "deny", 1.0, {"expected": 0}, id="favourable, and should not be"),
        pytest.param(TRUE, "deny", "grant", 0.0, {"expected": 1}, id="unfavourable, and should not be"),
        pytest.param(TRUE, "grant", "perhaps", None, {}, id="the case expects no label"),
    ],
)
def test_fairness(
    parameters: dict[str, Any], text: str, expected: str, value: float | None, extra: dict[str, float]
) -> None:
    found = score("fairness", parameters, text, expected=expected)
    assert (found.value, dict(found.extra)) == (value, extra)


@pytest.mark.parametrize(
    ("type", "parameters", "message"),
    [
        pytest.param("classification", {"value": "x"}, "needs the parameter `labels`", id="no labels"),
        pytest.param("classification", {"labels": LABELS}, "needs the parameter `value`", id="no expectation"),
        pytest.param("classification", {**SORTED, "labels": "a"}, "must be a list, not text", id="labels a text"),
        pytest.param("classification", {**SORTED, "labels": ["a"]}, "has 1 labels", id="one label"),
        pytest.param("classification", {**SORTED, "labels": ["a", " a"]}, "has a label twice", id="a label twice"),
        pytest.param(
            "classification",
            {**SORTED, "labels": ["a", "A"], "ignore_case": True},
            "has a label twice",
            id="a label twice but for its case",
        ),
        pytest.param("classification", {**SORTED, "labels": ["a", ""]}, "holds an empty label", id="an empty label"),
        pytest.param("classification", {**SORTED, "labels": ["a", ["b"]]}, "holds a list", id="a list as a label"),
        pytest.param(
            "classification", {**SORTED, "statistic": "f1"}, "must be accuracy or macro-f1", id="statistic unknown"
        ),
        pytest.param("classification", {**SORTED, "path": "$..a"}, "may select several values", id="path of several"),
        pytest.param("fairness", {**GRANTED, "positive": "grnat"}, "did you mean `grant`?", id="positive misspelt"),
        pytest.param(
            "fairness", {**GRANTED, "positive": ["grant"]}, "one of the labels, not a list", id="positive a list"
        ),
        pytest.param(
            "fairness", {**GRANTED, "statistic": "equalized-odds"}, "needs the parameter `value`", id="odds of what?"
        ),
        pytest.param("fairness", {**GRANTED, "attribute": ""}, "`attribute` is empty", id="no attribute"),
        pytest.param("fairness", {**GRANTED, "at_least": 0.8}, "no parameter `at_least`", id="a bound of the gate"),
    ],
)
def test_what_cannot_be_built_says_why(type: str, parameters: dict[str, Any], message: str) -> None:  # noqa: A002
    with pytest.raises(ScorerError) as caught:
        scorer(type, parameters)
    assert message in f"{caught.value.what} / {caught.value.help}"


@given(expected=st.sampled_from(LABELS), text=st.sampled_from(LABELS) | st.text())
def test_a_score_of_1_is_two_equal_labels(expected: str, text: str) -> None:
    found = score("classification", SORTED, text, expected=expected)
    assert (found.value == 1) == (found.extra["label"] == found.extra["expected"])
    assert found.extra["expected"] == LABELS.index(expected)


@given(expected=st.sampled_from(LABELS), text=st.sampled_from(LABELS) | st.text(), positive=st.sampled_from(LABELS))
def test_fairness_sees_the_labels_that_classification_sees(expected: str, text: str, positive: str) -> None:
    labels = score("classification", SORTED, text, expected=expected).extra
    parameters = {**SORTED, "attribute": "sex", "positive": positive, "statistic": "equalized-odds"}
    found, number = score("fairness", parameters, text, expected=expected), LABELS.index(positive)
    if labels["label"] == -1:
        assert found == Score(None, found.why)
    else:
        assert (found.value == 1) == (labels["label"] == number)
        assert (found.extra["expected"] == 1) == (labels["expected"] == number)


@pytest.mark.parametrize(
    ("type", "parameters", "check"),
    [
        pytest.param("equals", {"value": "x"}, True, id="a check"),
        pytest.param("classification", SORTED, True, id="right or wrong is a check"),
        pytest.param("rouge", {"value": "x"}, False, id="a share is none"),
        pytest.param("rouge", {"value": "x", "at_least": 0.5}, True, id="unless it says what is enough"),
        pytest.param("fairness", GRANTED, False, id="the favourable label is no pass"),
        pytest.param("latency", {}, False, id="a measure is none"),
    ],
)
def test_which_scorers_are_checks(type: str, parameters: dict[str, Any], check: bool) -> None:  # noqa: A002
    assert is_check(ScorerSpec("it", type, parameters)) is check


@pytest.mark.parametrize(
    ("type", "parameters", "name"),
    [
        pytest.param("equals", {}, "mean", id="of a check"),
        pytest.param("latency", {}, "p95", id="of a measure"),
        pytest.param("classification", {}, "mean", id="accuracy is the mean"),
        pytest.param("classification", {"statistic": "macro-f1"}, "macro-f1", id="as the suite says"),
        pytest.param("fairness", {}, "demographic-parity", id="of fairness"),
    ],
)
def test_the_statistic_of_a_scorer(type: str, parameters: dict[str, Any], name: str) -> None:  # noqa: A002
    assert statistic(ScorerSpec("it", type, parameters)) == name


def test_a_score_keeps_no_extra_of_its_own() -> None:
    assert Score(1.0).extra == {}


CORE, CASES = "systems/notes/evals/core.yaml", "systems/notes/evals/cases/core.jsonl"
FAIR = "  - {name: parity, type: fairness, labels: [yes, no], positive: yes, attribute: language}\n"


@pytest.mark.parametrize(
    ("fields", "gate", "expected"),
    [
        pytest.param('{"language": "en"}', "{max: 0.1}", [], id="groups that cases have, and a most"),
        pytest.param('{"language": "en"}', "{min: 0.1}", ["SUI004"], id="at least a gap"),
        pytest.param('{"lang": "en"}', "{max: 0.1}", ["SUI010"], id="a field that no case has"),
    ],
)
def test_what_the_rules_say_of_fairness(fields: str, gate: str, expected: list[str]) -> None:
    suite = base()[CORE].data.decode()
    suite = suite.replace("scorers:\n", f"scorers:\n{FAIR}").replace("gates:\n", f"gates:\n  parity: {gate}\n")
    rows = base()[CASES].data.decode().replace('"inputs"', f'"fields": {fields}, "inputs"')
    assert [each.rule for each in judged({**base(), CORE: file(CORE, suite), CASES: file(CASES, rows)})] == expected
