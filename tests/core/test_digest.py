"""Digests: what can change behaviour changes them, and nothing else does."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from tests.repository import CASES, PROMPT, SUITE, SYSTEM, files

import placet
from placet.digest import (
    canonical,
    case_digest,
    digest,
    digest_of_text,
    material,
    prompt_content,
    registration_digest,
    scoring_digest,
    suite_digest,
)
from placet.judged import judged_digests
from placet.model.register import Prompt
from placet.parse.snapshot import File, Snapshot, read_snapshot
from placet.record import replace

SCHEMAS = Path(placet.__file__).parent / "schemas"
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None))
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)


def snapshot(**changed: str) -> Snapshot:
    whole = files() | changed
    return read_snapshot({path: File(path, "100644", "", text.encode()) for path, text in whole.items()})


def edited(path: str, old: str, new: str) -> Snapshot:
    text = files()[path]
    assert old in text
    return snapshot(**{path: text.replace(old, new)})


@given(JSON)
def test_anything_that_a_file_can_hold_has_a_digest(value: Any) -> None:
    assert digest(value).startswith("sha256:")
    assert digest(value) == digest(json.loads(json.dumps(value)))
    json.loads(canonical(value).decode())  # and its canonical form is JSON in UTF-8


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_the_order_of_keys_does_not_matter(value: dict[str, Any]) -> None:
    assert digest(value) == digest(dict(reversed(value.items())))


@given(JSON)
def test_what_json_can_carry_is_written_as_rfc_8785_says(value: Any) -> None:
    try:
        expected = rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        return
    assert canonical(value) == expected


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param({"b": 1, "a": [1.0, 0.1, 1e21, 1e-7, -0.0]}, '{"a":[1,0.1,1e+21,1e-7,0],"b":1}', id="numbers"),
        pytest.param(
            {"\u20ac": 1, "\r": 2, "\U0001f602": 3, "\ufb33": 4, "1": 5},
            '{"\\r":2,"1":5,"\u20ac":1,"\U0001f602":3,"\ufb33":4}',
            id="keys in the order of UTF-16",
        ),
        pytest.param('\x0f\n"\\/é', '"\\u000f\\n\\"\\\\/é"', id="text"),
    ],
)
def test_examples_of_rfc_8785(value: Any, written: str) -> None:
    assert canonical(value).decode() == written


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(math.nan, "nan", id="not a number, and its name"),
        pytest.param(math.inf, -math.inf, id="two infinities"),
        pytest.param(2**53, float(2**53), id="a whole number beyond what JSON is sure of"),
        pytest.param(2**64, 2**64 + 1, id="neighbours that a double can't tell apart"),
        pytest.param("\ud800", "\\ud800", id="half a surrogate pair, and its escape"),
        pytest.param({"\ud800": 1}, {"\udfff": 1}, id="keys that are halves"),
        pytest.param(True, 1, id="true and one"),
        pytest.param(None, "null", id="null and its name"),
        pytest.param([], {}, id="two kinds of nothing"),
    ],
)
def test_different_values_differ(one: Any, other: Any) -> None:
    assert digest(one) != digest(other)
    assert digest({"x": [one]}) != digest({"x": [other]})


def test_a_whole_number_is_the_same_however_it_is_written() -> None:
    assert digest({"temperature": 0}) == digest({"temperature": 0.0})


def test_text_with_half_a_character_has_a_digest() -> None:
    assert digest_of_text("\ud83d") != digest_of_text("?")


def test_material_leaves_out_what_cannot_change_behaviour_at_every_level() -> None:
    whole = {"title": "T", "x-note": 1, "a": {"description": "D", "b": [{"x-y": 1, "c": 2}]}}
    assert material(whole) == {"a": {"b": [{"c": 2}]}}


def by_name(schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where a kind of file has keys that are names: every mapping in which a note of one's own isn't allowed."""
    if not isinstance(schema, dict):
        return
    if path and schema.get("type") == "object" and schema.get("patternProperties", {}).get("^x-") != {}:
        yield path
    for key, inner in schema.get("properties", {}).items():
        yield from by_name(inner, (*path, key))
    yield from by_name(schema.get("items"), path)


#: Prompts, suites and cases have digests of their own, and any word of a document is material.
BY_CONTENT = ("settings", "tiers", "classification", "providers", "control", "system", "waiver")


def _named(kind: str) -> list[tuple[str, ...]]:
    return list(by_name(json.loads((SCHEMAS / f"{kind}.schema.json").read_text())))


NAMED = [pytest.param(path, id=f"{'.'.join(path)} of {kind}") for kind in BY_CONTENT for path in _named(kind)]


def test_there_are_mappings_by_name() -> None:
    assert {path[-1] for kind in BY_CONTENT for path in _named(kind)} >= {
        "providers",
        "roles",
        "tiers",
        "when",
        "owners",
        "factors",
    }


@pytest.mark.parametrize("path", NAMED)
@pytest.mark.parametrize("name", ["title", "description", "x-ray"])
def test_a_name_that_somebody_gave_is_material_whatever_it_is(path: tuple[str, ...], name: str) -> None:
    def file(names: dict[str, Any]) -> Any:
        for key in reversed(path):
            names = {key: names}
        return names

    assert digest(material(file({name: "@mallory"}))) != digest(material(file({})))
    assert digest(material(file({name: {"x-note": 1, "regions": []}}))) == digest(
        material(file({name: {"regions": []}}))
    )


@given(st.dictionaries(st.text(), JSON, max_size=4), st.sampled_from(["title", "description", "x-note", "x-"]), JSON)
def test_a_note_at_the_top_of_a_file_is_never_material(value: dict[str, Any], key: str, note: Any) -> None:
    assert digest(material(value | {key: note})) == digest(material({k: v for k, v in value.items() if k != key}))


@given(st.dictionaries(st.text(), SCALARS, max_size=4), st.dictionaries(st.text(), SCALARS, max_size=4))
def test_two_mappings_by_name_are_the_same_only_if_they_are_equal(one: dict[str, Any], other: dict[str, Any]) -> None:
    same = digest({"roles": one}) == digest({"roles": other})
    assert (digest(material({"roles": one})) == digest(material({"roles": other}))) is same


IMMATERIAL = [
    pytest.param(PROMPT, "temperature: 0\n", "temperature: 0\n  salt: 1\n", id="a parameter that is never sent"),
    pytest.param(PROMPT, "name: Sort a ticket", "name: Sort it", id="the name of a prompt"),
    pytest.param(PROMPT, "description: One of two", "description: Two", id="the description of a prompt"),
    pytest.param(PROMPT, "name: Sort", "# why\nx-owner: dana\nname: Sort", id="a comment and an x- key"),
    pytest.param(PROMPT, "temperature: 0\n  maxTokens: 20", "maxTokens: 20\n  temperature: 0", id="key order"),
    pytest.param(PROMPT, "temperature: 0\n", "temperature: 0.0\n", id="the spelling of a number"),
    pytest.param(SYSTEM, "title: Ticket sorter", "title: Sorter", id="the title of a system"),
    pytest.param(SYSTEM, "cost_center: CC-1", "x-note: {a: 1}\ncost_center: CC-1", id="an x- key of a system"),
    pytest.param(SUITE, "title: Tickets get", "title: They get", id="the title of a suite"),
    pytest.param(CASES, '"expected": "billing", ', '"expected":"billing",', id="the layout of a case"),
]


@pytest.mark.parametrize(("path", "old", "new"), IMMATERIAL)
def test_an_edit_that_cannot_change_behaviour_changes_no_digest(path: str, old: str, new: str) -> None:
    assert _digests(edited(path, old, new)) == _digests(snapshot())


MATERIAL = [
    pytest.param(PROMPT, "one word", "two words", "prompt", id="a word of a message"),
    pytest.param(PROMPT, "temperature: 0", "temperature: 0.1", "prompt", id="a parameter"),
    pytest.param(PROMPT, "model: acme/one", "model: acme/two", "prompt", id="the model"),
    pytest.param(PROMPT, "role: user", "role: assistant", "prompt", id="a role"),
    pytest.param(SYSTEM, "exposure: internal", "exposure: partners", "system", id="a risk factor"),
    pytest.param(SYSTEM, "to: the ticket stays", "to: it stays", "system", id="a fallback"),
    pytest.param(SYSTEM, "percent: 10", "percent: 20", "system", id="a stage of the rollout"),
    pytest.param(CASES, "Ticket 7 is", "Ticket 7 was", "suite", id="an input"),
    pytest.param(CASES, '"critical": true', '"forbidden": true', "suite", id="a mark"),
    pytest.param(CASES, '"language": "de"', '"language": "fr"', "suite", id="a field that slices use"),
    pytest.param(SUITE, "min: 0.9", "min: 0.8", "suite", id="a bound"),
    pytest.param(SUITE, "trials: 1", "trials: 2", "suite", id="the number of trials"),
    pytest.param(SUITE, "type: equals", "type: contains", "suite", id="the type of a scorer"),
    pytest.param(SUITE, "type: equals", "type: equals\n  ignore_case: true", "suite", id="a parameter of a scorer"),
]


@pytest.mark.parametrize(("path", "old", "new", "what"), MATERIAL)
def test_any_other_edit_changes_the_digest_of_what_it_is_in(path: str, old: str, new: str, what: str) -> None:
    before, after = _digests(snapshot()), _digests(edited(path, old, new))
    assert {name for name in before if before[name] != after[name]} == {what}


def _digests(of: Snapshot) -> dict[str, str]:
    return {
        "system": registration_digest(of.systems[SYSTEM]),
        "prompt": digest(prompt_content(of.prompts[PROMPT])),
        "suite": suite_digest(of.suites[SUITE]),
    }


@pytest.mark.parametrize(
    ("path", "old", "new", "scopes"),
    [
        pytest.param(PROMPT, "one word", "two words", {"prompts"}, id="a prompt"),
        pytest.param(SYSTEM, "retention: 7 days", "retention: 8 days", {"registration", "data"}, id="a data source"),
        pytest.param(SYSTEM, "cost_center: CC-1", "cost_center: CC-2", {"registration"}, id="the registration alone"),
        pytest.param(PROMPT, "name: Sort", "name: File", set(), id="a name"),
    ],
)
def test_a_document_is_outdated_by_what_it_judged_alone(path: str, old: str, new: str, scopes: set[str]) -> None:
    before, after = _scopes(snapshot()), _scopes(edited(path, old, new))
    assert {scope for scope in before if before[scope] != after[scope]} == scopes


def _scopes(of: Snapshot) -> dict[str, str]:
    return judged_digests(of.systems[SYSTEM], of)


def test_a_registered_prompt_that_is_missing_or_oddly_named_still_has_a_digest() -> None:
    system = snapshot().systems[SYSTEM]
    odd = replace(system, prompts=(replace(system.prompts[0], path="prompts/\udcff.prompt.yml"),))
    nothing = replace(snapshot(), prompts={})
    assert judged_digests(odd, nothing)["prompts"] != judged_digests(system, nothing)["prompts"]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param(lambda case: replace(case, critical=True, tags=("LLM01",)), True, id="marks are the gate's"),
        pytest.param(lambda case: replace(case, id="other"), False, id="the id is how evidence finds it"),
        pytest.param(lambda case: replace(case, inputs={"ticket": "x"}), False, id="inputs"),
        pytest.param(lambda case: replace(case, expected="x"), False, id="expectations"),
    ],
)
def test_the_digest_of_a_case(change: Callable[[Any], Any], same: bool) -> None:
    case = snapshot().suites[SUITE].cases[0]
    assert (case_digest(change(case)) == case_digest(case)) is same


def test_the_digest_of_scoring_is_of_the_scorers_alone() -> None:
    suite = snapshot().suites[SUITE]
    assert scoring_digest(replace(suite, trials=9, gates=(), cases=())) == scoring_digest(suite)
    assert scoring_digest(replace(suite, scorers=())) != scoring_digest(suite)


def test_a_parameter_that_is_never_sent_is_no_part_of_the_prompt() -> None:
    prompt: Prompt = snapshot().prompts[PROMPT]
    odd = replace(prompt, parameters={**prompt.parameters, "salt": math.nan, "y": 10**400})
    assert digest(prompt_content(odd)) == digest(prompt_content(prompt))
    large = replace(prompt, parameters={**prompt.parameters, "seed": 10**400, "topP": math.nan})
    assert digest(prompt_content(large)) != digest(prompt_content(prompt))


_PLAIN = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text()
_KEYS = st.text() | st.text(st.characters(max_codepoint=127))
_JSON = st.recursive(
    _PLAIN | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(_KEYS, inner),
    max_leaves=12,
)


@given(_JSON)
def test_the_quick_way_to_canonical_text_is_the_library_s(value: Any) -> None:
    try:
        expected = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:
        return
    assert canonical(value) == expected
