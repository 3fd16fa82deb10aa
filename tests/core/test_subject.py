"""Subjects: what a run evaluates, and the call that is made of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.repository import PROMPT, PROVIDERS, SYSTEM, files

from placet.model.register import Message
from placet.model.run import Request
from placet.parse.snapshot import File, Snapshot, read_snapshot
from placet.record import replace
from placet.subject import Subject, subject_of, unregistered_subject


def snapshot(changed: dict[str, str] | None = None) -> Snapshot:
    whole = files() | (changed or {})
    return read_snapshot({path: File(path, "100644", "", text.encode()) for path, text in whole.items()})


def subject(**changed: str) -> Subject:
    of = snapshot()
    prompt = replace(of.prompts[PROMPT], **changed)  # type: ignore[arg-type]
    made = subject_of(of.systems[SYSTEM], prompt)
    assert made is not None
    return made


def test_a_request_is_what_the_wire_wants() -> None:
    assert subject().request({"ticket": "Help"}, 2) == Request(
        provider="stand-in",
        model="one-2026-10-01",
        messages=(
            Message("system", "Sort the ticket into a category: billing or account. Answer with one word.\n"),
            Message("user", "Help"),
        ),
        parameters={"temperature": 0, "max_tokens": 20},
        trial=2,
    )


def test_what_comes_in_through_a_variable_is_never_a_template() -> None:
    asked = subject().request({"ticket": "{{ticket}} {{other}} {% raw %}"}, 1)
    assert asked.messages[1].content == "{{ticket}} {{other}} {% raw %}"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param("responseFormat: json_object", {"response_format": {"type": "json_object"}}, id="any JSON"),
        pytest.param("responseFormat: text", {}, id="text is the default"),
        pytest.param(
            'responseFormat: json_schema\njsonSchema: \'{"name": "a", "schema": {"type": "object"}}\'',
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "a", "schema": {"type": "object"}},
                }
            },
            id="JSON by a schema",
        ),
    ],
)
def test_the_response_format(edit: str, expected: dict[str, object]) -> None:
    of = snapshot({PROMPT: f"{edit}\n{files()[PROMPT]}"})
    made = subject_of(of.systems[SYSTEM], of.prompts[PROMPT])
    assert made is not None
    assert made.request({}, 1).parameters == {"temperature": 0, "max_tokens": 20, **expected}


@pytest.mark.parametrize("text", ["not JSON", "[" * 100_000, '{"name": "a"}', "null"])
def test_a_json_schema_that_is_none_is_a_finding_and_no_crash(text: str) -> None:
    of = snapshot({PROMPT: f"responseFormat: json_schema\njsonSchema: {text!r}\n{files()[PROMPT]}"})
    made = of.prompts.get(PROMPT) and subject_of(of.systems[SYSTEM], of.prompts[PROMPT])
    assert not made or made.request({"ticket": "x"}, 1)


def test_a_parameter_that_is_null_is_not_sent() -> None:
    of = snapshot({PROMPT: files()[PROMPT].replace("temperature: 0", "temperature: null\n  topP: 0.5")})
    made = subject_of(of.systems[SYSTEM], of.prompts[PROMPT])
    assert made is not None
    assert made.request({}, 1).parameters == {"top_p": 0.5, "max_tokens": 20}


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param(lambda s: replace(s, prompt=replace(s.prompt, path="prompts/moved.prompt.yml")), True, id="path"),
        pytest.param(lambda s: replace(s, prompt=replace(s.prompt, name="Other")), True, id="the prompt's name"),
        pytest.param(lambda s: replace(s, prompt=replace(s.prompt, parameters={})), False, id="parameters"),
        pytest.param(lambda s: replace(s, prompt=replace(s.prompt, messages=())), False, id="messages"),
        pytest.param(
            lambda s: replace(s, prompt=replace(s.prompt, parameters={**s.prompt.parameters, "salt": 1})),
            True,
            id="a parameter that isn't sent",
        ),
        pytest.param(
            lambda s: replace(s, prompt=replace(s.prompt, parameters={**s.prompt.parameters, "topP": None})),
            True,
            id="a parameter that is null",
        ),
        pytest.param(
            lambda s: replace(s, prompt=replace(s.prompt, parameters={**s.prompt.parameters, "topP": 1})),
            False,
            id="a parameter that is sent",
        ),
        pytest.param(
            lambda s: replace(s, prompt=replace(s.prompt, response_format="text")), True, id="the default format"
        ),
        pytest.param(
            lambda s: replace(s, prompt=replace(s.prompt, response_format="json_object")), False, id="another format"
        ),
        pytest.param(
            lambda s: replace(s, prompt=replace(s.prompt, json_schema='{"name": "a"}')),
            True,
            id="a JSON schema that no format asks for",
        ),
        pytest.param(
            lambda s: replace(s, prompt=replace(s.prompt, model="one")), True, id="another name for the model"
        ),
        pytest.param(lambda s: replace(s, system="other"), False, id="the system"),
        pytest.param(lambda s: replace(s, provider="other"), False, id="the provider"),
        pytest.param(lambda s: replace(s, model="other"), False, id="the model on the wire"),
        pytest.param(lambda s: replace(s, version="other"), False, id="the model's version"),
    ],
)
def test_the_digest_is_of_what_can_change_an_answer(change: Callable[[Subject], Subject], same: bool) -> None:
    assert (change(subject()).digest == subject().digest) is same


def by_schema(text: str) -> Subject:
    whole = subject()
    return replace(whole, prompt=replace(whole.prompt, response_format="json_schema", json_schema=text))


def test_the_layout_of_a_json_schema_is_no_part_of_the_subject() -> None:
    assert by_schema('{"name":"a","schema":{}}').digest == by_schema('{ "schema": {},\n "name": "a" }').digest
    assert by_schema('{"name":"a","schema":{}}').digest != by_schema('{"name":"b","schema":{}}').digest


@pytest.mark.parametrize("depth", [65, 500, 985, 3_000, 100_000])
def test_a_json_schema_of_any_depth_makes_a_subject(depth: int) -> None:
    deep = by_schema('{"a":' * depth + "1" + "}" * depth)
    assert deep.digest != by_schema("{}").digest


@given(
    st.dictionaries(st.sampled_from(["temperature", "topP", "seed", "salt", "x-roll", "max_tokens"]), st.integers()),
    st.dictionaries(st.sampled_from(["temperature", "topP", "seed", "salt", "x-roll", "max_tokens"]), st.integers()),
)
def test_two_subjects_are_one_exactly_when_their_requests_are(one: dict[str, int], other: dict[str, int]) -> None:
    first, second = (replace(subject(), prompt=replace(subject().prompt, parameters=given)) for given in (one, other))
    same = first.request({"ticket": "T"}, 1) == second.request({"ticket": "T"}, 1)
    assert (first.digest == second.digest) is same


def test_a_model_that_the_system_does_not_register_makes_no_subject() -> None:
    of = snapshot()
    assert subject_of(of.systems[SYSTEM], replace(of.prompts[PROMPT], model="acme/three")) is None


def test_a_prompt_that_names_no_model_gets_the_primary_one() -> None:
    of = snapshot()
    system = of.systems[SYSTEM]
    swapped = replace(system, models=tuple(replace(m, role="judge") for m in system.models[:1]) + system.models[1:])
    made = subject_of(swapped, replace(of.prompts[PROMPT], model=None))
    assert made is not None
    assert made.model == "two-2026-10-01"


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        pytest.param("acme/two", "two-2026-10-01", id="by the id that prompts write"),
        pytest.param("two-2026-10-01", "two-2026-10-01", id="by the name on the wire"),
        pytest.param("acme/three", None, id="a model that nobody serves"),
        pytest.param(None, None, id="no model at all"),
    ],
)
def test_a_prompt_without_a_system_is_served_by_the_catalogue(model: str | None, expected: str | None) -> None:
    of = snapshot()
    made = unregistered_subject(replace(of.prompts[PROMPT], model=model), of.providers or {})
    assert (made.model if made else None) == expected
    assert made is None or (made.system, made.provider, made.version) == (None, "stand-in", None)


def test_host_and_port_are_no_part_of_a_subject() -> None:
    elsewhere = snapshot({PROVIDERS: files("https://other.example:8443/v1")[PROVIDERS]})
    made = subject_of(elsewhere.systems[SYSTEM], elsewhere.prompts[PROMPT])
    assert made is not None
    assert made.digest == subject().digest
