"""The scorers as a whole: building them, text, patterns, measures, and that no output makes one raise."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.core.scoring import HOSTILE, score, scorer

from placet.errors import PlacetError
from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.scorers import BUILDERS, MEASURES, Output, ScorerError, build, statistic

DOCS = Path(__file__).parents[2] / "docs"
#: They need the extra `text`: tests/core/test_scorers_bleu.py.
EXTRA = {"bleu", "chrf"}
OF_PROMPTS = {"github-string", "github-judge"}  # the evaluators of prompt files; suites don't know them
SUITE = json.loads((files("placet") / "schemas" / "suite.schema.json").read_text())
SCORER = Draft202012Validator({"$defs": SUITE["$defs"], **SUITE["$defs"]["scorer"]})
WHOLE = {
    "equals": {"value": "yes"},
    "contains": {"value": "yes", "not": True},
    "starts-with": {"value": "yes", "ignore_case": True},
    "ends-with": {"value": "{{expected}}"},
    "regex": {"pattern": r"(a+)+\d{2}$"},
    "is-json": {"fenced": True},
    "imported": {},
    "json-schema": {
        "schema": {
            "type": ["object", "array", "string", "number"],
            "uniqueItems": True,
            "multipleOf": 0.01,
            "pattern": "^[^x]",
            "patternProperties": {"^a": {"$ref": "#"}},
            "additionalProperties": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
        }
    },
    "json-path-equals": {"path": "$.a[0]", "value": "{{expected}}"},
    "json-path": {"path": "$..a[0:2]", "contains": "{{expected}}"},
    "json-subset": {"value": [{"a": "{{expected}}"}, 1], "lists": "any-order", "anywhere": True, "fenced": True},
    "levenshtein": {"value": "{{expected}}", "ignore_case": True},
    "rouge": {"value": ["{{expected}}", "yes"]},
    "classification": {"labels": ["yes", "no"], "value": "yes", "path": "$.a"},
    "fairness": {"labels": ["yes", "no"], "positive": "yes", "attribute": "sex", "ignore_case": True},
    "grounded": {"sources": ["{{expected}}", "yes"], "may_abstain": True},
    "citations": {"sources": "[1] yes"},
    "refusal": {"not": True, "patterns": "no+"},
    "pii": {"allow_inputs": True, "allow": "{{expected}}"},
    "canary": {"value": ["kestrel-7391", "pelican-4711"]},
    "tool-calls": {
        "expect": "{{expected}}",
        "order": "any",
        "forbid": ["dig"],
        "before": [{"first": "ask", "then": "pay", "granted": "{{expected}}", "same": ["id"]}],
        "at_most": 3,
    },
    "conversation": {"turns": "any", "pattern": "(a+)+b", "not": True},
    "judge": {"model": "acme/judge", "rubric": "The reply is polite."},
    "pairwise": {"model": "acme/judge", "rubric": "The reply is polite.", "reference": "{{expected}}"},
    "latency": {"statistic": "p95"},
    "cost": {},
    "github-string": {"contains": "{{expected}}"},
    "github-judge": {"uses": "github/similarity"},
}


@pytest.mark.parametrize(
    ("type", "parameters", "text", "value"),
    [
        pytest.param("equals", {"value": "yes"}, "yes", 1.0, id="equals: the same text"),
        pytest.param("equals", {"value": "yes"}, "yes\n", 0.0, id="equals: a line break more"),
        pytest.param("equals", {"value": "yes"}, "Yes", 0.0, id="equals: another case"),
        pytest.param("equals", {"value": "STRASSE", "ignore_case": True}, "straße", 1.0, id="equals: case folded"),
        pytest.param("equals", {"value": "no", "not": True}, "yes", 1.0, id="equals: negated"),
        pytest.param("equals", {"value": ""}, "", 1.0, id="equals: no answer is wanted and none came"),
        pytest.param("equals", {"value": "yes", "x-note": "why"}, "yes", 1.0, id="equals: a note beside it"),
        pytest.param("equals", {"value": "{{expected}}"}, "four", 1.0, id="equals: the case's expectation"),
        pytest.param("equals", {"value": "{{trap}}"}, "{{expected}}", 1.0, id="equals: a value is not expanded again"),
        pytest.param("contains", {"value": "es"}, "yes", 1.0, id="contains: in the middle"),
        pytest.param("contains", {"value": "ES"}, "yes", 0.0, id="contains: another case"),
        pytest.param("contains", {"value": "ES", "ignore_case": True}, "yes", 1.0, id="contains: case ignored"),
        pytest.param("contains", {"value": "no", "not": True}, "no way", 0.0, id="contains: what must not be there"),
        pytest.param("contains", {"value": "{{empty}}"}, "yes", 0.0, id="contains: an empty value is no pass"),
        pytest.param("contains", {"value": "{{empty}}", "not": True}, "yes", 0.0, id="contains: nor when negated"),
        pytest.param("contains", {"value": "{{unknown}}"}, "{{unknown}}", 0.0, id="contains: a missing variable fails"),
        pytest.param("contains", {"value": "{{unknown}}", "not": True}, "yes", 0.0, id="contains: also when negated"),
        pytest.param("starts-with", {"value": "ye"}, "yes", 1.0, id="starts-with: the beginning"),
        pytest.param("starts-with", {"value": "ye"}, " yes", 0.0, id="starts-with: white space counts"),
        pytest.param("starts-with", {"value": "Sorry", "not": True}, "Sure", 1.0, id="starts-with: negated"),
        pytest.param("ends-with", {"value": "s"}, "yes", 1.0, id="ends-with: the end"),
        pytest.param("ends-with", {"value": "S", "ignore_case": True}, "yes", 1.0, id="ends-with: case ignored"),
        pytest.param("ends-with", {"value": "s"}, "yes.", 0.0, id="ends-with: one more sign"),
        pytest.param("regex", {"pattern": "[0-9]+"}, "in 24 hours", 1.0, id="regex: anywhere"),
        pytest.param("regex", {"pattern": "^[a-z]+$"}, "yes\n", 0.0, id="regex: $ is the very end"),
        pytest.param("regex", {"pattern": "a.b"}, "a\nb", 0.0, id="regex: a dot is no line break"),
        pytest.param("regex", {"pattern": "(?s)a.b"}, "a\nb", 1.0, id="regex: unless the pattern says so"),
        pytest.param("regex", {"pattern": "YES"}, "yes", 0.0, id="regex: case counts"),
        pytest.param("regex", {"pattern": "(?i)YES"}, "yes", 1.0, id="regex: unless the pattern says so too"),
        pytest.param("regex", {"pattern": "no", "not": True}, "yes", 1.0, id="regex: negated"),
        pytest.param("regex", {"pattern": "{{expected}}"}, "four", 0.0, id="regex: the pattern is no template"),
        pytest.param("regex", {"pattern": "b"}, "\udc00b", 1.0, id="regex: half a surrogate pair is no obstacle"),
        pytest.param("regex", {"pattern": "é"}, "caf\u00e9", 1.0, id="regex: characters, not bytes"),
        pytest.param("regex", {"pattern": "(a+)+$"}, "a" * 50_000 + "b", 0.0, id="regex: a catastrophe elsewhere"),
    ],
)
def test_text(type: str, parameters: dict[str, Any], text: str, value: float) -> None:  # noqa: A002
    assert score(type, parameters, text, expected="four", empty="", trap="{{expected}}").value == value


@pytest.mark.parametrize(
    ("type", "parameters", "message"),
    [
        pytest.param("equal", {"value": "x"}, "no scorer of type `equal` / did you mean `equals`?", id="type misspelt"),
        pytest.param("zzz", {}, "no scorer of type `zzz` / the types are equals, contains", id="type unknown"),
        pytest.param("equals", {}, "`equals` needs the parameter `value`", id="value missing"),
        pytest.param(
            "equals", {"value": 5}, "`value` must be text, not a number / put it in quotes", id="value a number"
        ),
        pytest.param("equals", {"value": None}, "`value` must be text, not empty", id="value null"),
        pytest.param("equals", {"value": ["a"]}, "`value` must be text, not a list", id="value a list"),
        pytest.param(
            "equals",
            {"value": "x", "ignorecase": True},
            "`ignorecase` / did you mean `ignore_case`?",
            id="parameter misspelt",
        ),
        pytest.param(
            "regex", {"pattern": "x", "ignore_case": True}, "no parameter `ignore_case`", id="parameter of another type"
        ),
        pytest.param(
            "contains", {"value": "x", "not": "yes"}, "`not` must be true or false, not text", id="flag a text"
        ),
        pytest.param("contains", {"value": ""}, "`value` is empty", id="contains nothing"),
        pytest.param("starts-with", {"value": ""}, "`value` is empty", id="starts with nothing"),
        pytest.param("regex", {"pattern": "("}, "no regular expression of RE2: missing )", id="pattern broken"),
        pytest.param("regex", {"pattern": "(?=a)"}, "(?= / RE2 has no look-around", id="pattern with look-ahead"),
        pytest.param("regex", {"pattern": r"(a)\1"}, "invalid escape sequence", id="pattern with a back reference"),
        pytest.param(
            "regex", {"pattern": "(a{1000}){1000}"}, "invalid repetition size", id="pattern that would explode"
        ),
        pytest.param("regex", {"pattern": r"\pL{900}"}, "`pattern`", id="pattern beyond the memory allowed"),
        pytest.param("regex", {"pattern": "a" * 6_000}, "longer than 5,000 characters", id="pattern too long"),
        pytest.param("regex", {"pattern": "\ud800"}, "not valid Unicode", id="pattern of half a surrogate pair"),
        pytest.param("latency", {"statistic": "p99"}, "`statistic` must be mean or p95", id="statistic unknown"),
        pytest.param("latency", {"statistic": ["p95"]}, "`statistic` must be mean or p95", id="statistic a list"),
        pytest.param("cost", {"max": 1}, "`cost` has no parameter `max`", id="a bound that belongs to a gate"),
        pytest.param("is-json", {"fenced": 1}, "`fenced` must be true or false", id="fenced a number"),
        pytest.param("github-string", {}, "no criterion / give it one of equals", id="evaluator without criterion"),
        pytest.param("github-string", {"equals": ["a"]}, "`equals` must be text, not a list", id="criterion a list"),
    ],
)
def test_what_cannot_be_built_says_why(type: str, parameters: dict[str, Any], message: str) -> None:  # noqa: A002
    with pytest.raises(ScorerError) as caught:
        scorer(type, parameters)
    assert message in f"{caught.value.what} / {caught.value.help}"
    assert isinstance(caught.value, PlacetError)


@pytest.mark.parametrize(
    ("type", "output", "expected"),
    [
        pytest.param("latency", Output("", latency_ms=1234.5), Score(1234.5, "1,234 ms"), id="a latency"),
        pytest.param("latency", Output(""), Score(None, "the latency was not measured"), id="a replay has none"),
        pytest.param("cost", Output("", cost_usd=0.00012), Score(0.00012, "$0.000120"), id="a cost"),
        pytest.param("cost", Output("", cost_usd=0.0), Score(0.0, "$0.000000"), id="a model that costs nothing"),
        pytest.param("cost", Output(""), Score(None, "the cost is unknown: no price or no token count"), id="no price"),
        pytest.param(
            "cost",
            Output("", cost_usd=float("nan")),
            Score(None, "the cost is unknown: no price or no token count"),
            id="a cost that is no number",
        ),
        pytest.param("github-judge", Output("yes"), Score(None, "no verdict of the judge"), id="a judge"),
    ],
)
def test_measures(type: str, output: Output, expected: Score) -> None:  # noqa: A002
    assert scorer(type, {})(output, {}) == expected


def test_the_statistic_of_a_measure_has_a_default() -> None:
    assert sorted(MEASURES) == ["cost", "latency"]
    assert statistic(ScorerSpec("it", "latency", {})) == "p95"
    assert statistic(ScorerSpec("it", "cost", {})) == "mean"
    assert statistic(ScorerSpec("it", "cost", {"statistic": "p95"})) == "p95"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("no", 'expected to equal "yes"; found "no"', id="expected and found"),
        pytest.param("a\nb\u202e\ud800", r'found "a\nb\u202e\ud800"', id="what can't be printed is escaped"),
        pytest.param("z" * 500, f'found "{"z" * 120}…"', id="a long answer is cut"),
        pytest.param("\x00" * 500, "…", id="so is one that grows by escaping"),
    ],
)
def test_the_reason_is_one_short_line(text: str, why: str) -> None:
    reason = score("equals", {"value": "yes"}, text).why
    assert why in reason
    assert reason.isprintable()
    assert len(reason) < 200


def test_an_output_too_long_for_a_large_pattern_fails_and_says_so() -> None:
    found = score("regex", {"pattern": r"\pL{10}x"}, "1" * 200_000)
    assert found == Score(0.0, "200,000 characters are too many to search with this pattern")


def test_every_type_is_tried_below() -> None:
    assert sorted({*WHOLE, *EXTRA}) == sorted(BUILDERS)


JSON_LIKE = st.text(st.sampled_from(list('{}[]",:\\0123e-.a ')) | st.characters())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize("type", WHOLE)
@settings(deadline=None)
@given(text=st.text() | JSON_LIKE | VALUES.map(json.dumps), expected=st.text())
def test_no_output_makes_a_scorer_raise(type: str, text: str, expected: str) -> None:  # noqa: A002
    found = score(type, WHOLE[type], text, expected=expected)
    assert found.value is None or 0 <= found.value <= 1
    assert found.why.isprintable()
    assert len(found.why) < 500


#: They look for one text, or read no answer.
QUICK = {"equals", "contains", "starts-with", "ends-with", "conversation", "latency", "cost", "github-string"}
QUICK |= {"github-judge", "judge", "pairwise", "imported", "tool-calls"}


@pytest.mark.parametrize("type", sorted(WHOLE.keys() - QUICK))
@pytest.mark.parametrize("text", HOSTILE)
def test_a_megabyte_of_anything_is_judged(type: str, text: str) -> None:  # noqa: A002
    found = score(type, WHOLE[type], HOSTILE[text], expected="yes")
    assert found.value is None or 0 <= found.value <= 1
    assert len(found.why) < 500


@settings(deadline=None)
@given(pattern=st.text(), text=st.text())
def test_any_pattern_is_refused_or_searched_with(pattern: str, text: str) -> None:
    try:
        found = score("regex", {"pattern": pattern}, text)
    except ScorerError:
        return
    assert found.value in (0.0, 1.0)


PARAMETERS = sorted({name for each in WHOLE.values() for name in each} | {"equals", "exists", "at_least", "within"})


@settings(deadline=None)
@given(
    type=st.sampled_from(sorted(WHOLE)),
    parameters=st.dictionaries(st.sampled_from(PARAMETERS), VALUES | st.sampled_from(["$.a", ["a", "b"], "{{x}}"])),
)
def test_any_parameters_build_or_are_refused(type: str, parameters: dict[str, Any]) -> None:  # noqa: A002
    try:
        scorer(type, parameters)(Output("{}"), {})
    except ScorerError:
        return


def test_importing_scorers_imports_nothing_heavy() -> None:
    heavy = {"re2", "jsonpath", "jsonschema", "referencing", "sacrebleu", "numpy"}
    code = f"import sys, placet.scorers; print(*{heavy} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def _examples() -> list[dict[str, Any]]:
    pages = sorted((DOCS / "scorers").glob("*.md"))
    blocks = [block for page in pages for block in page.read_text().split("```yaml\n")[1:]]
    listed = [item for block in blocks for item in yaml.safe_load(block.split("```")[0])]
    return [item for item in listed if "type" in item]


EACH_EXAMPLE = pytest.mark.parametrize("example", _examples(), ids=lambda item: f"{item['name']} ({item['type']})")


@EACH_EXAMPLE
def test_the_examples_of_the_pages_build(example: dict[str, Any]) -> None:
    if example["type"] not in EXTRA:
        parameters = {key: value for key, value in example.items() if key not in {"name", "type"}}
        build(ScorerSpec(example["name"], example["type"], parameters))


@EACH_EXAMPLE
def test_the_schema_takes_the_examples_of_the_pages(example: dict[str, Any]) -> None:
    assert list(SCORER.iter_errors(example)) == []


@pytest.mark.parametrize("type", sorted(set(BUILDERS) - OF_PROMPTS))
def test_the_schema_and_the_scorer_take_the_same_parameters(type: str) -> None:  # noqa: A002
    """Whatever the schema lets through, the scorer knows by name; and what it knows, the schema lets through."""
    known = [name for name in SCORER.schema["properties"] if name not in {"name", "type"}]
    for name in known:
        found = SCORER.iter_errors({"name": "it", "type": type, name: None})
        taken = not any(error.validator == "not" and list(error.path) == [name] for error in found)
        assert taken == _takes(type, name), name


def _takes(type: str, name: str) -> bool:  # noqa: A002
    try:
        BUILDERS[type](ScorerSpec("it", type, {name: None}))
    except ScorerError as error:
        return f"has no parameter `{name}`" not in error.what
    return True


@pytest.mark.parametrize("type", BUILDERS)
def test_each_type_has_a_page_that_the_index_names(type: str) -> None:  # noqa: A002
    assert (DOCS / "scorers" / f"{type}.md").read_text().startswith(f"# {type}\n")
    assert f"[{type}](scorers/{type}.md)" in (DOCS / "scorers.md").read_text()
