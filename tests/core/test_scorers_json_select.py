"""json-path and json-subset: what a path selects, and what an answer holds at least."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonpath import JSONPathEnvironment
from tests.core.scoring import score, scorer

from placet.model.run import Score
from placet.model.suite import Case
from placet.scorers import Output, ScorerError, json_paths
from placet.substitute import variables_of

ORDER = {
    "id": 7,
    "note": "paid by card",
    "total": None,
    "items": [{"sku": "a", "price": 5}, {"sku": "b", "price": 5.0}, {"sku": "c"}],
    "tags": ["new", "eu"],
}


def found(type: str, parameters: Mapping[str, Any], document: object = ORDER, **variables: str) -> Score:  # noqa: A002
    return score(type, parameters, document if isinstance(document, str) else json.dumps(document), **variables)


@pytest.mark.parametrize(
    ("parameters", "value"),
    [
        pytest.param({"path": "$.id", "exists": True}, 1, id="exists: it does"),
        pytest.param({"path": "$.total", "exists": True}, 1, id="exists: null is there"),
        pytest.param({"path": "$.owner", "exists": True}, 0, id="exists: it doesn't"),
        pytest.param({"path": "$.owner", "exists": False}, 1, id="exists: it must not, and doesn't"),
        pytest.param({"path": "$..sku", "exists": False}, 0, id="exists: it must not, and does somewhere"),
        pytest.param({"path": "$.items[*].price", "equals": 5}, 1, id="equals: each value"),
        pytest.param({"path": "$.items[*].sku", "equals": "a"}, 0, id="equals: the first alone isn't each"),
        pytest.param({"path": "$.owner", "equals": None}, 0, id="equals: nothing there is not null"),
        pytest.param({"path": "$.id", "equals": "7"}, 0, id="equals: text is no number"),
        pytest.param({"path": "$.note", "equals": "paid by {{expected}}"}, 1, id="equals: a variable in the text"),
        pytest.param({"path": "$.note", "equals": "{{unknown}}"}, 0, id="equals: no such variable"),
        pytest.param({"path": "$.note", "contains": "card"}, 1, id="contains: part of a text"),
        pytest.param({"path": "$.note", "contains": ""}, 0, id="contains: no text at all is no part"),
        pytest.param({"path": "$.tags", "contains": "eu"}, 1, id="contains: an item of a list"),
        pytest.param({"path": "$.tags", "contains": "e"}, 0, id="contains: a part of an item is no item"),
        pytest.param({"path": "$.items[*].sku", "contains": "c"}, 1, id="contains: one of the values"),
        pytest.param({"path": "$.items", "contains": {"sku": "c"}}, 1, id="contains: a whole object"),
        pytest.param({"path": "$.items[*]", "at_least": 3}, 1, id="at least: as many"),
        pytest.param({"path": "$.items[*]", "at_least": 4}, 0, id="at least: too few"),
        pytest.param({"path": "$.items[-1:].sku", "equals": "c"}, 1, id="a slice"),
        pytest.param({"path": "$['items'][0,2].sku", "at_least": 2}, 1, id="two indexes"),
        pytest.param({"path": "$..price", "at_least": 2}, 1, id="wherever it lies"),
        pytest.param({"path": "$", "exists": True}, 1, id="the whole document"),
    ],
)
def test_json_path(parameters: dict[str, Any], value: int) -> None:
    assert found("json-path", parameters, expected="card").value == value


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"path": "$.a"}, "says nothing of what to find / give it exactly one of exists", id="no form"),
        pytest.param({"path": "$.a", "exists": True, "equals": 1}, "has `exists` and `equals`", id="two forms"),
        pytest.param({"path": "$.a", "at_least": 0}, "`at_least: 0` is true of any JSON", id="at least none"),
        pytest.param({"path": "$.a", "at_least": 1.5}, "`at_least` must be a whole number", id="at least a half"),
        pytest.param({"path": "$.a", "exists": "yes"}, "`exists` must be true or false", id="exists a text"),
        pytest.param({"path": "$[?@.a == 1]", "exists": True}, "has a filter, which we don't run", id="a filter"),
        pytest.param({"path": "a", "exists": True}, "is no JSONPath", id="no path"),
        pytest.param({"exists": True}, "needs the parameter `path`", id="no path at all"),
        pytest.param({"path": "$.a", "equal": 1}, "did you mean `equals`?", id="a form misspelt"),
    ],
)
def test_json_path_that_cannot_be_built_says_why(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ScorerError) as caught:
        scorer("json-path", parameters)
    assert message in f"{caught.value.what} / {caught.value.help}"


def json_of(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        max_leaves=8,
    )


NUMBERS = json_of(st.none() | st.booleans() | st.integers(0, 3))  # python-jsonpath cuts slices out of texts, too
JSON = json_of(st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["x", "y"]))
STEPS = st.sampled_from([".a", "['b']", "[0]", "[-1]", "[*]", "..a", "..*", "[0:2]", "[::-1]", "[0,'a']"])


@settings(deadline=None)
@given(document=NUMBERS, steps=st.lists(STEPS, max_size=4))
def test_a_path_selects_what_the_reference_selects(document: Any, steps: list[str]) -> None:
    path = "$" + "".join(steps)
    ours = json_paths.select(document, json_paths.many_values(path))
    theirs = JSONPathEnvironment(strict=True).findall(path, document)
    assert sorted(map(json.dumps, ours)) == sorted(map(json.dumps, theirs))


def test_a_path_that_selects_without_end_scores_0() -> None:
    answer = "[" * 60 + "1" + "]" * 60
    listed = "[" + ",".join([answer] * 40) + "]"
    assert found("json-path", {"path": "$..*..*..*", "exists": True}, listed) == Score(
        0.0, "$..*..*..* selects too much of this output"
    )


@pytest.mark.parametrize(
    ("parameters", "document", "value"),
    [
        pytest.param({"value": {"id": 7}}, ORDER, 1, id="keys beyond are allowed"),
        pytest.param({"value": {"id": 8}}, ORDER, 0, id="another value"),
        pytest.param({"value": {"owner": None}}, ORDER, 0, id="a missing key is not null"),
        pytest.param({"value": {}}, ORDER, 1, id="an object at all"),
        pytest.param({"value": {}}, [], 0, id="a list is no object"),
        pytest.param({"value": {"items": [{"sku": "a"}, {"sku": "c"}]}}, ORDER, 1, id="items in their order"),
        pytest.param({"value": {"items": [{"sku": "c"}, {"sku": "a"}]}}, ORDER, 0, id="not in their order"),
        pytest.param(
            {"value": {"items": [{"sku": "c"}, {"sku": "a"}]}, "lists": "any-order"}, ORDER, 1, id="in any order"
        ),
        pytest.param({"value": [1, 1], "lists": "any-order"}, [1, 2], 0, id="each needs an item of its own"),
        pytest.param(
            {"value": [{"a": 1}, {"a": 1, "b": 2}], "lists": "any-order"},
            [{"a": 1, "b": 2}, {"a": 1}],
            1,
            id="the first must leave an item to the second",
        ),
        pytest.param({"value": [1, 2], "lists": "exact"}, [1, 2], 1, id="exactly these items"),
        pytest.param({"value": [1, 2], "lists": "exact"}, [1, 2, 3], 0, id="an item more is not exact"),
        pytest.param({"value": {"sku": "b"}}, ORDER, 0, id="not at the top"),
        pytest.param({"value": {"sku": "b"}, "anywhere": True}, ORDER, 1, id="anywhere"),
        pytest.param({"value": {"price": 5, "sku": "b"}, "anywhere": True}, ORDER, 1, id="5 is 5.0"),
        pytest.param({"value": {"id": True}}, {"id": 1}, 0, id="true is no number"),
        pytest.param({"value": "paid by card", "anywhere": True}, ORDER, 1, id="a text, anywhere"),
        pytest.param({"value": {"id": "{{unknown}}"}}, ORDER, 0, id="no such variable"),
        pytest.param({"value": {"id": 7}, "fenced": True}, '```json\n{"id": 7}\n```', 1, id="fenced"),
        pytest.param({"value": {"id": 7}}, "not JSON", 0, id="no JSON"),
    ],
)
def test_json_subset(parameters: dict[str, Any], document: object, value: int) -> None:
    assert found("json-subset", parameters, document).value == value


def test_the_expectation_of_the_case_keeps_its_type() -> None:
    case = Case("one", {}, {"items": [{"sku": "c"}]})
    answer = Output(json.dumps(ORDER))
    assert scorer("json-subset", {"value": {"items": "{{expected.items}}"}})(answer, variables_of(case)).value == 1


@settings(deadline=None)
@given(document=JSON, lists=st.sampled_from(["in-order", "any-order", "exact"]))
def test_every_value_is_a_subset_of_itself(document: Any, lists: str) -> None:
    assert found("json-subset", {"value": document, "lists": lists}, json.dumps(document)).value == 1


@settings(deadline=None)
@given(document=st.lists(JSON), data=st.data())
def test_items_left_out_or_put_in_another_order_are_a_subset(document: list[Any], data: st.DataObject) -> None:
    kept = [item for item in document if data.draw(st.booleans())]
    assert found("json-subset", {"value": kept}, json.dumps(document)).value == 1
    mixed = data.draw(st.permutations(kept))
    assert found("json-subset", {"value": mixed, "lists": "any-order"}, json.dumps(document)).value == 1


@settings(deadline=None)
@given(value=JSON, lists=st.sampled_from(["in-order", "any-order", "exact"]), other=JSON)
def test_what_is_expected_anywhere_is_found_however_deep(value: Any, lists: str, other: Any) -> None:
    document = json.dumps({"x": [other, {"y": [value]}]})
    assert found("json-subset", {"value": value, "lists": lists, "anywhere": True}, document).value == 1


def test_items_that_fit_everywhere_take_bounded_work() -> None:
    found_ = found("json-subset", {"value": [{"a": 1}] * 500, "lists": "any-order"}, json.dumps([{"a": 1}] * 5_000))
    assert found_ == Score(0.0, "looking for what is expected in this output takes more work than is allowed")
