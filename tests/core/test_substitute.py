"""Placeholders: one pass, by value, linear."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placet.model.suite import Case
from placet.substitute import placeholders, substitute, variables_of

NAMES = st.text(st.characters(exclude_characters='{}"\r\n', exclude_categories=["Cs"]), min_size=1, max_size=8)
VALUES = st.text(st.sampled_from(list("{}ab. ")) | st.characters(), max_size=20)


@pytest.mark.parametrize(
    ("template", "variables", "result"),
    [
        pytest.param("Hi {{name}}!", {"name": "Bo"}, "Hi Bo!", id="a known name gives way to its value"),
        pytest.param("{{a}}{{b}}{{a}}", {"a": "1", "b": "2"}, "121", id="every occurrence is replaced"),
        pytest.param("Hi {{name}}!", {}, "Hi {{name}}!", id="an unknown name stays as text"),
        pytest.param("{{ name }}", {"name": "Bo"}, "{{ name }}", id="a space inside the braces makes another name"),
        pytest.param("{{ name }}", {" name ": "Bo"}, "Bo", id="a name with spaces is a name like any other"),
        pytest.param("{name}", {"name": "Bo"}, "{name}", id="one brace is no placeholder"),
        pytest.param("{{{name}}}", {"name": "Bo"}, "{Bo}", id="of three braces the inner two count"),
        pytest.param("{{a{{b}}", {"b": "1", "a{{b": "no"}, "{{a1", id="an opened placeholder hides no later one"),
        pytest.param("\\{{a}}", {"a": "1"}, "\\1", id="there is no escaping"),
        pytest.param("{{#if a}}{{a|upper}}", {"a": "1"}, "{{#if a}}{{a|upper}}", id="there is no logic"),
        pytest.param("{{a}}", {"a": "{{b}}", "b": "no"}, "{{b}}", id="a value is not read as a template"),
        pytest.param("{{a}}", {"a": "{{a}}"}, "{{a}}", id="a value that names itself stays"),
        pytest.param("{{{a}}}", {"a": "{b}", "b": "no"}, "{{b}}", id="a placeholder made of text and value stays"),
        pytest.param("{{a}}", {"a": r"\1 \g<0>"}, r"\1 \g<0>", id="a value is no replacement pattern"),
        pytest.param("{{expected.x}}", {"expected.x": "1", "expected": "no"}, "1", id="a name may have dots"),
        pytest.param("{{Name}}", {"name": "Bo"}, "{{Name}}", id="case counts in names"),
        pytest.param("{{}}", {"": "no"}, "{{}}", id="a name has at least one character"),
    ],
)
def test_substitute(template: str, variables: dict[str, str], result: str) -> None:
    assert substitute(template, variables) == result


@pytest.mark.parametrize(
    ("template", "names"),
    [
        pytest.param("{{a}} and {{b.c}} and {{a}}", {"a", "b.c"}, id="each name once"),
        pytest.param("no names", set(), id="none in plain text"),
        pytest.param("{{ a }}", {" a "}, id="the name as written, so that a rule can point at the spaces"),
        pytest.param('{{"a": 1}}', set(), id="JSON in doubled braces asks for nothing"),
        pytest.param("{{\na\n}}", set(), id="a name ends with its line"),
    ],
)
def test_placeholders(template: str, names: set[str]) -> None:
    assert placeholders(template) == names


@settings(deadline=None)
@given(template=st.text(), variables=st.dictionaries(NAMES, VALUES))
def test_text_without_known_names_is_untouched(template: str, variables: dict[str, str]) -> None:
    if not placeholders(template) & variables.keys():
        assert substitute(template, variables) == template


@settings(deadline=None)
@given(before=VALUES, after=VALUES, name=NAMES, value=VALUES, trap=VALUES)
def test_a_value_is_never_expanded(before: str, after: str, name: str, value: str, trap: str) -> None:
    before, after = before.replace("{", ""), after.replace("}", "")
    variables = {name: value, **{inner: trap for inner in placeholders(value) if inner != name}}
    head, tail = before.replace("}", ""), after.replace("{", "")
    assert substitute(f"{head}{{{{{name}}}}}{tail}", variables) == f"{head}{value}{tail}"


@settings(deadline=None)
@given(
    template=st.text(st.sampled_from("{}ab")),
    variables=st.dictionaries(st.sampled_from(["a", "b", "ab"]), VALUES),
)
def test_all_that_is_asked_for_and_known_is_replaced(template: str, variables: dict[str, str]) -> None:
    marked = {name: f"<{name}>" for name in variables}
    assert placeholders(substitute(template, marked)) == placeholders(template) - variables.keys()


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("{" * 100_000, id="open braces"),
        pytest.param("{{" + "a" * 100_000, id="a name that never ends"),
        pytest.param("{{a" * 50_000, id="placeholders that never close"),
        pytest.param("{{a}" * 50_000, id="placeholders that half close"),
        pytest.param("}" * 100_000, id="closing braces"),
        pytest.param("{}" * 50_000, id="empty pairs"),
    ],
)
def test_hostile_templates_take_linear_time(template: str) -> None:
    assert substitute(template, {"b": "x"}) == template
    assert not placeholders(template)


@pytest.mark.parametrize(
    ("expected", "variables"),
    [
        pytest.param(None, {}, id="nothing expected"),
        pytest.param("yes", {"expected": "yes"}, id="a string is `expected`"),
        pytest.param({"a": "x y"}, {"expected.a": "x y"}, id="a string of a mapping stays as it is"),
        pytest.param(
            {"n": 1, "b": True, "z": None},
            {"expected.n": "1", "expected.b": "true", "expected.z": "null"},
            id="scalars as JSON",
        ),
        pytest.param({"a": ["é", {"b": 1}]}, {"expected.a": '["é",{"b":1}]'}, id="lists and mappings as compact JSON"),
        pytest.param({"a": MappingProxyType({"b": (1, 2)})}, {"expected.a": '{"b":[1,2]}'}, id="frozen containers too"),
        pytest.param({}, {}, id="an empty mapping names nothing"),
    ],
)
def test_variables_of(expected: object, variables: dict[str, str]) -> None:
    case = Case("one", {"ticket": "{{expected}}"}, expected)  # type: ignore[arg-type]
    assert variables_of(case) == {"ticket": "{{expected}}", **variables}


@settings(deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_what_is_no_string_comes_back_from_its_json(value: object) -> None:
    text = variables_of(Case("one", {}, {"v": value}))["expected.v"]
    assert text == value if isinstance(value, str) else json.loads(text) == value
