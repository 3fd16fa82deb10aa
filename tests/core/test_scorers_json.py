"""is-json, json-path-equals, json-schema: strict JSON, exact values, and schemas that can't be expensive."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from placet.model.run import Score
from placet.model.suite import Case, ScorerSpec
from placet.scorers import Output, ScorerError, build
from placet.substitute import variables_of


def score(type: str, parameters: dict[str, Any], text: str, expected: Any = None) -> Score:  # noqa: A002
    variables = variables_of(Case("one", {"ticket": "hi"}, expected))
    return build(ScorerSpec("it", type, parameters))(Output(text), variables)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param('{"a": [1, 2.5, null, true]}', None, id="an object"),
        pytest.param(' "text"\n', None, id="a string alone, white space around"),
        pytest.param("0", None, id="a number alone"),
        pytest.param("[" * 64 + "1" + "]" * 64, None, id="as deep as is allowed"),
        pytest.param("9" * 300, None, id="as many digits as are allowed"),
        pytest.param("", "Expecting value at line 1, column 1", id="nothing"),
        pytest.param("Sure! {}", "Expecting value", id="text around"),
        pytest.param("{} {}", "Extra data", id="two documents"),
        pytest.param("{'a': 1}", "property name", id="single quotes"),
        pytest.param('{"a": 1,}', "line 1", id="a trailing comma"),
        pytest.param('"a\nb"', "Invalid control character", id="a raw line break in a string"),
        pytest.param("NaN", "NaN is not JSON", id="NaN"),
        pytest.param("[-Infinity]", "-Infinity is not JSON", id="infinity"),
        pytest.param("1e999", "out of range", id="a number that overflows"),
        pytest.param("1" * 5_000, "more than 300 digits", id="a huge integer"),
        pytest.param('{"a": 1, "a": 1}', "a key twice", id="a key twice"),
        pytest.param('{"b": {"a": 1, "\\u0061": 2}}', "a key twice", id="a key twice, once escaped"),
        pytest.param("[" * 65 + "]" * 65, "deeper than 64", id="one level too deep"),
        pytest.param("[" * 100_000, "deeper than 64", id="far too deep"),
        pytest.param('{"a":' * 100_000, "deeper than 64", id="objects far too deep"),
        pytest.param("\ufeff{}", "Expecting value", id="a byte order mark"),
        pytest.param("\udc00", "Expecting value", id="half a surrogate pair"),
        pytest.param('"' + "a" * 1_000_000 + '"', "longer than 1,000,000", id="too long"),
        pytest.param("```json\n{}\n```", "Expecting value", id="a fence that nobody allowed"),
    ],
)
def test_is_json(text: str, problem: str | None) -> None:
    found = score("is-json", {}, text)
    assert found.value == float(problem is None)
    assert (problem or "is JSON") in found.why


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        pytest.param("{}", True, id="no fence is fine"),
        pytest.param("```json\n{}\n```", True, id="one fence"),
        pytest.param("\n```JSON  \r\n{}\n```\n", True, id="capitals and white space"),
        pytest.param("```\n{}\n```", True, id="a fence without a language"),
        pytest.param("Here:\n```json\n{}\n```", False, id="text before"),
        pytest.param("```json\n{}\n```\nDone.", False, id="text after"),
        pytest.param("```json\n{}", False, id="a fence left open"),
        pytest.param("```json\n{}\n```\n```json\n{}\n```", False, id="two fences"),
        pytest.param("```python\n{}\n```", False, id="another language"),
        pytest.param("```json```", False, id="nothing inside"),
    ],
)
def test_a_fence_is_allowed_on_request(text: str, passes: bool) -> None:
    assert score("is-json", {"fenced": True}, text).value == float(passes)
    assert score("json-schema", {"schema": {}, "fenced": True}, text).value == float(passes)
    assert score("json-path-equals", {"path": "$", "value": {}, "fenced": True}, text).value == float(passes)


@pytest.mark.parametrize(
    ("path", "value", "text", "passes"),
    [
        pytest.param("$.category", "billing", '{"category": "billing"}', True, id="the value"),
        pytest.param("$.category", "billing", '{"category": "Billing"}', False, id="another case"),
        pytest.param("$.category", "billing", '{"label": "billing"}', False, id="another place"),
        pytest.param("$.category", "billing", '"billing"', False, id="no object at all"),
        pytest.param("$.category", "billing", "billing", False, id="no JSON at all"),
        pytest.param("$.a[1]['b c']", 1, '{"a": [0, {"b c": 1}]}', True, id="indexes and quoted names"),
        pytest.param("$[-1]", 3, "[1, 2, 3]", True, id="an index from the end"),
        pytest.param("$[3]", 3, "[1, 2, 3]", False, id="an index beyond the end"),
        pytest.param("$.0", 1, '{"0": 1}', None, id="a name that is no name"),
        pytest.param("$['0']", 1, "[1]", False, id="a name is no index"),
        pytest.param("$[0]", 1, '{"0": 1}', False, id="an index is no name"),
        pytest.param("$", {"a": [1]}, '{"a": [1]}', True, id="the whole document"),
        pytest.param("$", '{"a":1}', '"{\\"a\\":1}"', True, id="a string is not read as JSON again"),
        pytest.param("$.a", "x", '"{\\"a\\":\\"x\\"}"', False, id="nor walked into"),
        pytest.param("$.a", 1, '{"a": 1.0}', True, id="1 and 1.0 are one number"),
        pytest.param("$.a", 1, '{"a": true}', False, id="true is no number"),
        pytest.param("$.a", 1, '{"a": "1"}', False, id="text is no number"),
        pytest.param("$.a", None, '{"a": null}', True, id="null"),
        pytest.param("$.a", None, "{}", False, id="null is not absence"),
        pytest.param("$.a", [1, 2], '{"a": [2, 1]}', False, id="the order of a list counts"),
        pytest.param("$.a", {"x": 1, "y": 2}, '{"a": {"y": 2, "x": 1}}', True, id="the order of keys doesn't"),
        pytest.param("$.a", MappingProxyType({"x": (1,)}), '{"a": {"x": [1]}}', True, id="a frozen value"),
        pytest.param("$.a", "{{expected.s}}", '{"a": "5"}', True, id="an expected string"),
        pytest.param("$.a", "{{expected.s}}", '{"a": 5}', False, id="an expected string is no number"),
        pytest.param("$.a", "{{expected.n}}", '{"a": 5}', True, id="an expected number"),
        pytest.param("$.a", "{{expected.n}}", '{"a": "5"}', False, id="an expected number is no string"),
        pytest.param("$.a", "{{expected.l}}", '{"a": [1, "x"]}', True, id="an expected list"),
        pytest.param("$.a", "no. {{expected.n}}", '{"a": "no. 5"}', True, id="a number within text"),
        pytest.param(
            "$.a",
            {"b": ["{{expected.s}}", "{{ticket}}"]},
            '{"a": {"b": ["5", "hi"]}}',
            True,
            id="strings inside a value",
        ),
        pytest.param("$.a", "{{expected.other}}", '{"a": "{{expected.other}}"}', False, id="a missing variable fails"),
        pytest.param("$.a", ["{{expected.other}}"], '{"a": ["{{expected.other}}"]}', False, id="inside a value too"),
    ],
)
def test_json_path_equals(path: str, value: object, text: str, passes: bool | None) -> None:
    if passes is None:
        with pytest.raises(ScorerError):
            score("json-path-equals", {"path": path, "value": value}, text)
        return
    found = score("json-path-equals", {"path": path, "value": value}, text, {"s": "5", "n": 5, "l": [1, "x"]})
    assert found.value == float(passes)


def test_the_reason_names_place_expected_and_found() -> None:
    parameters = {"path": "$.category", "value": "{{expected.category}}"}
    expected = {"category": "billing"}
    found = score("json-path-equals", parameters, '{"category": "refund"}', expected)
    assert found.why == 'expected "billing" at $.category; found "refund"'
    nothing = score("json-path-equals", parameters, "{}", expected)
    assert nothing.why == 'expected "billing" at $.category; found nothing there'
    lacking = score("json-path-equals", parameters, "{}")
    assert lacking.why == 'the value names "{{expected.category}}", which this case doesn\'t supply'


@pytest.mark.parametrize(
    ("path", "message"),
    [
        pytest.param("$..a", "may select several values", id="descendants"),
        pytest.param("$.*", "may select several values", id="a wildcard"),
        pytest.param("$[*]", "may select several values", id="a wildcard in brackets"),
        pytest.param("$[0:2]", "may select several values", id="a slice"),
        pytest.param("$['a','b']", "may select several values", id="two names"),
        pytest.param("$[?@.a == 1]", "may select several values", id="a filter"),
        pytest.param("$[?match(@.a, '(a+)+$')]", "may select several values", id="a filter with a pattern"),
        pytest.param("$.a | $.b", "no JSONPath", id="a union, which the standard doesn't have"),
        pytest.param("a.b", "no JSONPath", id="no root"),
        pytest.param("", "no JSONPath", id="nothing"),
        pytest.param("$.", "no JSONPath", id="half a step"),
        pytest.param("$[99999999999999999999]", "no JSONPath", id="an index beyond the standard"),
        pytest.param("$" + "[" * 400, "no JSONPath", id="brackets without end"),
        pytest.param("$" + ".a" * 300, "longer than 500", id="a path without end"),
        pytest.param(["$"], "must be text", id="a list"),
    ],
)
def test_a_path_that_names_no_single_value_is_refused(path: object, message: str) -> None:
    with pytest.raises(ScorerError, match=message):
        score("json-path-equals", {"path": path, "value": 1}, "{}")


@settings(deadline=None)
@given(path=st.text() | st.text(st.sampled_from(list("$.[]'\"?@*:,()&|!=<>ab01 _~^#"))).map(lambda rest: f"${rest}"))
def test_any_path_is_refused_or_walked(path: str) -> None:
    try:
        found = score("json-path-equals", {"path": path, "value": 1}, '{"a": [1]}')
    except ScorerError:
        return
    assert found.value in (0.0, 1.0)


LABELS = {
    "type": "object",
    "properties": {
        "category": {"enum": ["billing", "refund"]},
        "note": {"type": "string", "pattern": "^[a-z ]*$"},
    },
    "required": ["category"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("schema", "text", "why"),
    [
        pytest.param(LABELS, '{"category": "billing"}', "", id="what the schema allows"),
        pytest.param(LABELS, '{"category": "spam"}', "at $.category: 'spam' is not one of", id="a wrong label"),
        pytest.param(LABELS, "{}", "at $: 'category' is a required property", id="a missing property"),
        pytest.param(LABELS, '{"category": "refund", "x": 1}', "the property 'x' is not allowed", id="one too many"),
        pytest.param(LABELS, '{"category": "refund", "note": "NO"}', "at $.note: 'NO' does not match", id="a pattern"),
        pytest.param(LABELS, "refund", "expected JSON", id="no JSON"),
        pytest.param({"format": "email"}, '"nobody"', "", id="a format asserts nothing"),
        pytest.param(
            {"$ref": "#/$defs/n", "$defs": {"n": {"minimum": 3}}}, "2", "less than the minimum", id="a reference"
        ),
        pytest.param({"$ref": "#n", "$defs": {"n": {"$anchor": "n", "minimum": 3}}}, "2", "less than", id="an anchor"),
        pytest.param({"$ref": "#/$defs/any", "$defs": {"any": True}}, "2", "", id="a reference to what allows all"),
        pytest.param(
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "properties": {"a": {"$ref": "#"}},
                "pattern": "^x",
            },
            '{"a": "y"}',
            "at $.a",
            id="the draft named, and itself",
        ),
        pytest.param(
            {"properties": {"$schema": {"type": "null"}}},
            '{"$schema": 1}',
            "at $['$schema']",
            id="a property of that name",
        ),
        pytest.param(
            {"patternProperties": {"^n": {"type": "number"}}, "additionalProperties": {"type": "string"}},
            '{"n1": 1, "x": "y"}',
            "",
            id="properties by pattern",
        ),
        pytest.param(
            {"patternProperties": {"^n": {"type": "number"}}}, '{"n1": "1"}', "at $.n1", id="a wrong one by pattern"
        ),
        pytest.param({"uniqueItems": True}, '[1, true, "1", [1], {"a": 1}]', "", id="different items"),
        pytest.param(
            {"uniqueItems": True},
            '[{"a": 1, "b": 2}, {"b": 2, "a": 1.0}]',
            "non-unique",
            id="items that differ in form only",
        ),
        pytest.param({"multipleOf": 0.1}, "9" * 300, "", id="a huge number and a small divisor"),
        pytest.param(MappingProxyType({"required": ("a",)}), "{}", "'a' is a required property", id="a frozen schema"),
    ],
)
def test_json_schema(schema: Any, text: str, why: str) -> None:
    found = score("json-schema", {"schema": schema}, text)
    assert found.value == float(not why)
    assert why in found.why


def doubling(levels: int, keyword: str = "allOf") -> dict[str, Any]:
    """$defs in which each schema refers to the next one twice."""
    chain = {f"d{n}": {keyword: [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(levels)}
    return {**chain, f"d{levels}": {}}


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        pytest.param("{}", "`schema` must be a mapping, not text", id="text"),
        pytest.param(True, "`schema` must be a mapping, not true or false", id="a boolean"),
        pytest.param({"type": "strin"}, "no valid JSON Schema at $.type", id="an unknown type"),
        pytest.param({"properties": {"a": 1}}, "no valid JSON Schema at $.properties.a", id="a number for a schema"),
        pytest.param({"pattern": "(?=a)"}, "no regular expression of RE2", id="a pattern with look-ahead"),
        pytest.param({"patternProperties": {"(": {}}}, "no regular expression of RE2", id="a broken property pattern"),
        pytest.param(
            {"properties": {f"p{n}": {"pattern": f"{n}"} for n in range(60)}},
            "more than 50 patterns",
            id="patterns without end",
        ),
        pytest.param({"$schema": "http://json-schema.org/draft-07/schema#"}, "another draft", id="another draft"),
        pytest.param(
            {"properties": {"a": {"$schema": "http://json-schema.org/draft-07/schema#"}}},
            "`$schema`",
            id="another draft inside",
        ),
        pytest.param(
            {"$ref": "https://example.com/schema"}, "which is no schema inside it", id="a reference to the network"
        ),
        pytest.param(
            {"$ref": "https://json-schema.org/draft/2020-12/schema"},
            "no schema inside it",
            id="a reference to the draft",
        ),
        pytest.param({"items": {"$ref": "file:///etc/passwd"}}, "no schema inside it", id="a reference to a file"),
        pytest.param({"$ref": "#/$defs/lost"}, "no schema inside it", id="a reference to nothing"),
        pytest.param({"$ref": "#/required", "required": ["a"]}, "no schema inside it", id="a reference to a list"),
        pytest.param({"$ref": "#/allOf/x", "allOf": [{}]}, "no schema inside it", id="a reference to no index"),
        pytest.param(
            {"$ref": "#/examples/0", "examples": [{"type": 5}]}, "no schema inside it", id="a reference to data"
        ),
        pytest.param({"$ref": "#"}, "never comes to an end", id="a reference to itself"),
        pytest.param(
            {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
            "never comes to an end",
            id="a ring of references",
        ),
        pytest.param(
            {"$defs": doubling(40), "$ref": "#/$defs/d0"}, "never comes to an end", id="references that double"
        ),
        pytest.param(
            {"$defs": doubling(40, "oneOf"), "not": {"$ref": "#/$defs/d0"}},
            "never comes to an end",
            id="doubled under not",
        ),
        pytest.param({"unevaluatedProperties": False}, "use `additionalProperties`", id="unevaluated properties"),
        pytest.param({"allOf": [{"unevaluatedItems": False}]}, "use `items`", id="unevaluated items"),
        pytest.param({"$dynamicRef": "#x"}, "use `$ref`", id="a dynamic reference"),
        pytest.param({"enum": list(range(3_000))}, "larger than 2,000 nodes", id="too many nodes"),
        pytest.param({"const": "x" * 200_000}, "100,000 characters", id="too much text"),
        pytest.param(json.loads('{"not":' * 40 + "{}" + "}" * 40), "deeper than 32 levels", id="too deep"),
        pytest.param({"maximum": float("nan")}, "a value that JSON doesn't have", id="a number that is none"),
        pytest.param({"maximum": 10**400}, "a value that JSON doesn't have", id="a number beyond arithmetic"),
        pytest.param({"enum": [{1: 2}]}, "a key that is not text", id="a key that is a number"),
    ],
)
def test_a_schema_that_cannot_be_run_is_refused(schema: Any, message: str) -> None:
    with pytest.raises(ScorerError) as caught:
        score("json-schema", {"schema": schema}, "{}")
    assert message in f"{caught.value.what} / {caught.value.help}"


RECURSIVE = {"properties": {"a": {"$ref": "#"}}, "additionalProperties": False}
BOMB = "takes more work than is allowed"


@pytest.mark.parametrize(
    ("schema", "document", "why"),
    [
        pytest.param(
            {"$defs": doubling(40), "properties": {"a": {"$ref": "#/$defs/d0"}}},
            {"a": 1},
            BOMB,
            id="references that double below a property",
        ),
        pytest.param(
            {"anyOf": [{"minItems": 10**6 + n} for n in range(600)]},
            list(range(100_000)),
            BOMB,
            id="many choices, each with a message of the whole",
        ),
        pytest.param(
            {"anyOf": [False] * 1_500}, list(range(100_000)), BOMB, id="many choices that allow nothing, for much"
        ),
        pytest.param(
            {"items": {"anyOf": [*({"minimum": 10**6 + n} for n in range(600)), {}]}},
            list(range(100_000)),
            BOMB,
            id="many choices for many items",
        ),
        pytest.param(
            {"patternProperties": {f"{n}$": False for n in range(50)}},
            {f"{n}x": 1 for n in range(50_000)},
            BOMB,
            id="many patterns for many properties",
        ),
        pytest.param(
            {"uniqueItems": True}, [{"a": n} for n in range(50_000)], None, id="many items that can't be sorted"
        ),
        pytest.param(
            {"pattern": "(a+)+$"}, "a" * 100_000 + "b", "does not match", id="a pattern that backtracks elsewhere"
        ),
        pytest.param(
            {"patternProperties": {"(a+)+$": False}, "additionalProperties": False},
            {"a" * 10_000 + "b": 1},
            "is not allowed",
            id="the same for names of properties",
        ),
        pytest.param({"multipleOf": 1e-300}, 10**299, "is not a multiple", id="a quotient beyond floats"),
    ],
)
def test_no_schema_and_output_together_are_expensive(schema: Any, document: Any, why: str | None) -> None:
    found = score("json-schema", {"schema": schema}, json.dumps(document))
    assert found.value == float(why is None)
    assert (why or "is JSON that the schema allows") in found.why


def test_a_recursive_schema_follows_an_output_as_deep_as_json_may_be() -> None:
    good, bad = '{"a":' * 63 + "{}" + "}" * 63, '{"a":' * 63 + '{"b":1}' + "}" * 63
    assert score("json-schema", {"schema": RECURSIVE}, good).value == 1.0
    assert score("json-schema", {"schema": RECURSIVE}, bad).value == 0.0


def test_one_output_never_uses_up_the_budget_of_the_next() -> None:
    scorer = build(ScorerSpec("it", "json-schema", {"schema": {"items": {"anyOf": [{"type": "string"}] * 400}}}))
    many, one = Output(json.dumps([1] * 5_000)), Output("[]")
    assert [scorer(each, {}).value for each in (one, many, one, one)] == [1.0, 0.0, 1.0, 1.0]


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | st.text("ab1", max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab1", max_size=2), inner, max_size=4),
    max_leaves=8,
)


def _schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names, patterns = st.text("ab1", max_size=2), st.sampled_from(["^a", "b$", "[0-9]", "a.b", ""])
    several = st.lists(inner, min_size=1, max_size=3)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array", "string", "number", "integer", "boolean", "null"]),
            "properties": st.dictionaries(names, inner, max_size=3),
            "patternProperties": st.dictionaries(patterns, inner, max_size=2),
            "additionalProperties": inner,
            "required": st.lists(names, max_size=2, unique=True),
            "propertyNames": inner,
            "items": inner,
            "prefixItems": several,
            "contains": inner,
            "uniqueItems": st.booleans(),
            "pattern": patterns,
            "minimum": st.integers(-2, 2),
            "multipleOf": st.sampled_from([1, 2, 0.5]),
            "enum": st.lists(DOCUMENTS, min_size=1, max_size=3),
            "const": DOCUMENTS,
            "anyOf": several,
            "oneOf": several,
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
        },
    )


@settings(deadline=None)
@given(schema=_schemas(st.recursive(st.booleans(), _schemas, max_leaves=6)), document=DOCUMENTS)
def test_our_keywords_judge_as_jsonschema_does(schema: dict[str, Any], document: Any) -> None:
    ours = score("json-schema", {"schema": schema}, json.dumps(document))
    assert ours.value == float(Draft202012Validator(schema).is_valid(document))
