"""The Python made from the schemas: up to date, light, and of one opinion with jsonschema whatever the value."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, validators

from placet.parse.front_matter import FrontMatter
from placet.parse.json_lines import read_json_lines
from placet.parse.kinds import Kind, kind_of
from placet.parse.node import Tree
from placet.parse.schema import conforms, violations
from placet.parse.tree import read_front_matter, read_yaml
from placet.schemas import checks
from placet.schemas.compiler import BY_HAND, RecursiveSchemaError, compiled
from placet.schemas.keywords import UnknownKeywordError, bare
from placet.schemas.regular import statements

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "core/placet/schemas"
SCHEMAS: dict[str, dict[str, Any]] = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text("utf-8"))
    for path in sorted(FOLDER.glob("*.schema.json"))
}
KINDS = [Kind(name) for name in SCHEMAS]


def fullmatch(validator: Any, pattern: str, value: Any, _: Any) -> Any:
    from jsonschema import ValidationError

    if isinstance(value, str) and not re.fullmatch(pattern, value):
        yield ValidationError("another text")


SLOW = validators.extend(Draft202012Validator, {"pattern": fullmatch})


def judge(schema: dict[str, Any]) -> Any:
    return SLOW(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


JUDGES = {kind: judge(schema) for kind, schema in SCHEMAS.items()}


def has_endless(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(has_endless, value.values()))
    if isinstance(value, list):
        return any(map(has_endless, value))
    return isinstance(value, float) and (value != value or value in (float("inf"), float("-inf")))


def expected(kind: str, value: Any) -> bool:
    return JUDGES[kind].is_valid(value) and not has_endless(value)


def run(schema: dict[str, Any]) -> Callable[[Any], bool]:
    """`conforms` of a schema that is made up here."""
    names: dict[str, Any] = {}
    exec(compiled(schema, "made-up"), names)
    judged: Callable[[Any], bool] = names["conforms"]
    return judged


class TestTheGeneratedFiles:
    @pytest.mark.parametrize("kind", list(SCHEMAS))
    def test_are_what_the_compiler_writes(self, kind: str) -> None:
        path = FOLDER / "compiled" / f"{kind.replace('-', '_')}.py"
        assert path.is_file(), f"{kind} has none: run `make schemas`"
        assert path.read_text("utf-8") == compiled(SCHEMAS[kind], kind), "out of date: run `make schemas`"

    def test_are_none_but_these(self) -> None:
        made = {path.stem for path in (FOLDER / "compiled").glob("*.py")}
        assert made == {"__init__", *(kind.replace("-", "_") for kind in SCHEMAS)}

    def test_are_formatted(self) -> None:
        ruff = [sys.executable, "-m", "ruff", "format", "--check", str(FOLDER / "compiled")]
        done = subprocess.run(ruff, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_import_nothing_but_their_helpers(self) -> None:
        names = [f"placet.schemas.compiled.{kind.replace('-', '_')}" for kind in SCHEMAS]
        script = (
            "import sys; before = set(sys.modules)\n"
            f"for name in {names}: __import__(name)\n"
            "print(*sorted(name for name in set(sys.modules) - before if not name.startswith('placet')))"
        )
        loaded = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
        assert loaded.stdout.split() == ["__future__"]

    @pytest.mark.parametrize("kind", sorted(set(SCHEMAS) - {"providers"}))
    def test_write_every_pattern_out(self, kind: str) -> None:
        assert "matches(" not in compiled(SCHEMAS[kind], kind)


class TestAFileThatConforms:
    def test_is_judged_without_jsonschema(self) -> None:
        script = (
            "import sys\n"
            "from placet.parse.kinds import Kind\n"
            "from placet.parse.schema import violations\n"
            "from placet.parse.node import Tree\n"
            "tree = Tree('prompts/a.prompt.yml', '', {'messages': [{'role': 'user', 'content': 'Hello'}]})\n"
            "print(violations(tree, Kind.PROMPT), {'jsonschema', 'json', 're', 'typing'} & set(sys.modules))"
        )
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path}\n{script}"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "[] set()\n"

    def test_of_a_newer_version_is_still_told_so(self) -> None:
        tree = Tree("policies/placet.yaml", "version: 2", {"version": 2})
        assert [finding.rule for finding in violations(tree, Kind.SETTINGS)] == ["FIL006"]


def trees(path: Path) -> list[Tree]:
    """What can be read of a governed file; a fault in its syntax is another test's business."""
    name, data = str(path), path.read_bytes()
    if path.suffix == ".jsonl":
        return list(read_json_lines(name, data).rows)
    if path.suffix == ".md":
        read = read_front_matter(name, data)
        return [read.tree] if isinstance(read, FrontMatter) else []
    tree = read_yaml(name, data)
    return [tree] if isinstance(tree, Tree) else []


def governed_files() -> list[Any]:
    """Those of this repository and those of its examples: everything whose path below some folder is governed."""
    found = []
    for folder in ("policies", "systems", "prompts", "tests/examples", "examples"):
        for path in sorted((ROOT / folder).rglob("*")):
            parts = path.relative_to(ROOT).parts
            kinds = (kind_of("/".join(parts[start:])) for start in range(len(parts)))
            kind = next((kind for kind in kinds if kind and kind.value in SCHEMAS), None)
            if kind and path.is_file():
                found.append((kind, path))
    return found


def test_there_are_files_to_compare() -> None:
    assert len(governed_files()) > 100


@pytest.mark.parametrize("kind", KINDS)
def test_agrees_on_every_governed_file_and_example(kind: Kind) -> None:
    told = [
        (str(path), conforms(tree.value, kind), expected(kind.value, tree.value), not violations(tree, kind))
        for found, path in governed_files()
        if found is kind
        for tree in trees(path)
    ]
    assert [row for row in told if not row[1] == row[2] == row[3]] == []


#: What somebody may have put where something else belongs.
JUNK: list[Any] = [
    None, True, False, 0, 1, -1, 1.0, 0.0, 1.5, 10**400, 1e308, float("inf"), float("-inf"), float("nan"), "", " ",
    "\n", "a", "A", "1", "x-a", "\u00e9", "\U0001f600" * 64, "2026-02-29", "2028-02-29",
    "0000-01-01", "2026-11-02\n", [], {}, [None], [{}], [1, True, 1.0],
    {"a": 1}, {"x-a": float("nan")}, [[float("inf")]], "a" * 64, "a" * 65,
]  # fmt: skip
LETTERS = "\n\x00\t\x1f -_./:@$[](){}*+?|^aZ09~\x7f\x85\u2028\u00df\u0130\u212a\u0660\U0001d7ce"


def everything(schema: dict[str, Any], root: dict[str, Any], text: Callable[[str], str]) -> Any:
    """A value with every key that the schema knows; conditions may still refuse it."""
    if "$ref" in schema:
        schema = {**root["$defs"][schema["$ref"].rpartition("/")[2]], **schema}
    if "const" in schema:
        return schema["const"]
    if "properties" in schema:
        return {name: everything(one, root, text) for name, one in schema["properties"].items()}
    if schema.get("type") == "array" and "items" in schema:
        return [everything(schema["items"], root, text)]
    for keyword in ("examples", "enum"):
        if keyword in schema:
            return schema[keyword][0]
    if "pattern" in schema:
        return text(schema["pattern"])
    types = schema.get("type", "null")
    plain = {"string": "text", "integer": 1, "number": 0.5, "boolean": True, "array": [], "object": {}, "null": None}
    return plain[types if isinstance(types, str) else types[0]]


def seeds(kind: Kind) -> list[Any]:
    """Values to begin with: files that conform, and one that has every key."""
    whole = everything(SCHEMAS[kind.value], SCHEMAS[kind.value], lambda pattern: pattern)
    named = [tree.value for found, path in governed_files() if found is kind for tree in trees(path)[:20]]
    return [whole, *[value for value in named if expected(kind.value, value)][:30]]


SEEDS = {kind: seeds(kind) for kind in KINDS}


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (holder, key) in a value."""
    found: list[tuple[Any, Any]] = []
    pending = [value]
    while pending:
        item = pending.pop()
        keys = list(item) if isinstance(item, dict) else range(len(item)) if isinstance(item, list) else ()
        found += [(item, key) for key in keys]
        pending += [item[key] for key in keys]
    return found


def misspelt(draw: Any, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    letter = draw(st.sampled_from(LETTERS))
    before, after = text[:at], text[at:]
    return draw(
        st.sampled_from([before + letter + after, before + letter + after[1:], before + after[1:], text[:9] * 40])
    )


def bent(draw: Any, value: Any) -> Any:
    """A near miss, or something else altogether."""
    near: list[Any] = []
    if isinstance(value, str):
        near = [misspelt(draw, value), misspelt(draw, value)]
    elif isinstance(value, bool):
        near = [int(value), str(value).lower()]
    elif isinstance(value, int | float):
        near = [value + 1, value - 1, -value, bool(value), "1", *([float(value)] if abs(value) < 2**60 else [])]
    elif isinstance(value, list):
        near = [value * 2, value[:1] * 21, value[:-1], dict.fromkeys(map(str, range(len(value))), 1)]
    elif isinstance(value, dict):
        near = [{**value, "x-note": draw(st.sampled_from(JUNK))}, {**value, "unknown": 1}, list(value)]
    return copy.deepcopy(draw(st.sampled_from(near if near and draw(st.booleans()) else JUNK)))


@st.composite
def mutated(draw: Any, kind: Kind) -> Any:
    value = {"whole": copy.deepcopy(draw(st.sampled_from(SEEDS[kind])))}
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        all_places = places(value)
        if not all_places:
            break
        holder, key = draw(st.sampled_from(all_places))
        action = draw(st.sampled_from(["bend", "bend", "bend", "drop", "rename"]))
        if action == "drop" and holder is not value:
            del holder[key]
        elif action == "rename" and isinstance(holder, dict) and holder is not value:
            holder[draw(st.sampled_from([key + "s", "x-" + key, key.upper(), ""]))] = holder.pop(key)
        else:
            holder[key] = bent(draw, holder[key])
    return value["whole"]


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_value_to_bend_that_conforms(kind: Kind) -> None:
    assert any(conforms(seed, kind) for seed in SEEDS[kind])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_agrees_with_jsonschema_on_valid_files_that_were_bent(kind: Kind, data: st.DataObject) -> None:
    value = data.draw(mutated(kind))
    assert conforms(value, kind) is expected(kind.value, value)


def patterns() -> list[str]:
    found: set[str] = set()

    def collect(schema: Any) -> None:
        if isinstance(schema, dict):
            if isinstance(schema.get("pattern"), str):
                found.add(schema["pattern"])
            for one in schema.values():
                collect(one)
        elif isinstance(schema, list):
            for one in schema:
                collect(one)

    collect(list(SCHEMAS.values()))
    return sorted(found)


@st.composite
def nearly(draw: Any, pattern: str) -> str:
    text = draw(st.from_regex(pattern, fullmatch=True) | st.text(alphabet=LETTERS, max_size=12))
    for _ in range(draw(st.integers(0, 2))):
        text = misspelt(draw, text)
    return text


@pytest.mark.parametrize(
    "pattern", [*patterns(), "^(a|ab)c{2,3}$", "^a*[^b]$", "^(ab?)+(x(yz){2,4})?$", "^[a-c]{3}(d|)$"]
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_pattern_covers_the_same_texts(pattern: str, data: st.DataObject) -> None:
    text = data.draw(nearly(pattern))
    assert _pattern_judge(pattern)(text) is (re.fullmatch(pattern, text) is not None)


_MADE: dict[str, Callable[[Any], bool]] = {}


def _pattern_judge(pattern: str) -> Callable[[Any], bool]:
    return _MADE.setdefault(pattern, _MADE.get(pattern) or run({"type": "string", "pattern": pattern}))


HARD_TEXTS = [
    "", " ", "\n", "a", " a", "a\n", "\na", "\ta", "  \x00", " \x1f", "a\x1f", "a\x7f", "\u00a0", "\x85", "\u2028",
    "prompts/a.prompt.yml", "prompts/a/b.prompt.yaml", "prompts/.prompt.yml", "prompts/a/.prompt.yml",
    "prompts/.a/b.prompt.yml", "prompts/a/.b.prompt.yml", "prompts//a.prompt.yml", "prompts/a//b.prompt.yml",
    "prompts/a\n.prompt.yml", "prompts/a.prompt.yml\n", "prompts/../a.prompt.yml", "prompts/a.prompt.yamll",
    "prompts/a./b.prompt.yml", "prompts/ .prompt.yml", "/prompts/a.prompt.yml", "prompts.prompt.yml",
    ".jsonl", "a.jsonl", "/a.jsonl", "a/b.jsonl", "\na.jsonl", "a\x00.jsonl", "a.jsonl\n", ". .jsonl", "..jsonl",
    "$", "$.a", "$\n", "$.\u2028", "a$", "system", "SYSTEM", "uSer", "\u017fystem", "a\u017f\u017fistant", "users",
    "user\n", "\u200b",
]  # fmt: skip


@pytest.mark.parametrize("pattern", list(BY_HAND))
@pytest.mark.parametrize("text", HARD_TEXTS)
def test_a_test_by_hand_agrees_on_hard_texts(pattern: str, text: str) -> None:
    assert _pattern_judge(pattern)(text) is (re.fullmatch(pattern, text) is not None)


@pytest.mark.parametrize("pattern", list(BY_HAND))
def test_a_test_by_hand_stands_for_a_pattern_that_is_used(pattern: str) -> None:
    assert pattern in patterns()


@pytest.mark.parametrize(
    "pattern", ["^a*a$", "^(ab|ac?)c$", "^.$", "^[^a]$", "^\\d$", "^(a?)*$", "^(a*)+b$", "^a{2,}$"]
)
def test_a_pattern_that_needs_a_step_back_is_left_to_re(pattern: str) -> None:
    assert statements(pattern, repr) is None


@given(st.dates().map(str) | st.text(alphabet="0123456789-", min_size=8, max_size=11) | st.text(max_size=12))
def test_a_date_is_a_day_that_exists(text: str) -> None:
    assert checks.date(text) is judge({"format": "date"}).is_valid(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_finite_looks_everywhere(value: Any) -> None:
    assert checks.finite(value) is not has_endless(value)


@pytest.mark.parametrize(
    "text",
    [
        *(f"{year:04d}-{month:02d}-{day:02d}" for year in (0, 1, 1900, 2000, 2026, 2028, 9999)
          for month in (0, 1, 2, 4, 12, 13) for day in (0, 1, 28, 29, 30, 31, 32)),
        "2026-1-01", "2026-11-2", "20261102", "2026-W01-1", "2026-11-02T00:00", "2026/11/02", "2026-11-02\n", "",
        "-026-11-02", "\u0662026-11-02", "2026-11-0\u0662", "2026-11-0\u00b2", "+026-01-01", "2026-11-02 ",
    ],
)  # fmt: skip
def test_a_date_is_judged_as_the_calendar_has_it(text: str) -> None:
    assert checks.date(text) is judge({"format": "date"}).is_valid(text)


def test_finite_ends_on_deep_values() -> None:
    value: Any = float("inf")
    for _ in range(100_000):
        value = [value]
    assert checks.finite(value) is False


TYPES = st.sampled_from(["string", "number", "integer", "boolean", "null", "array", "object"])
WORDS = ["", "a", "b", " or ", "x is not y", "not (a and b)", "it's", '"', ")", "\\", "\n", "{", "\u00e9"]
CONSTANTS = st.sampled_from([None, True, False, 0, 1, 2, -3, *WORDS])
KEYS = st.sampled_from(["a", "b", "c", ' or "', "x in y)", "is not"])


VALUES = st.recursive(
    CONSTANTS | st.sampled_from([1.0, 0.5, 0.0, float("nan"), float("inf"), 10**30, "aa-b", "aa", "x-a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.just("x-a"), inner, max_size=3),
    max_leaves=6,
)


def widened(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas that hold others; closed mappings say `type`, as ours do."""
    plain = {
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
        "enum": st.lists(CONSTANTS, min_size=1, max_size=3),
        "const": CONSTANTS,
        "minLength": st.integers(0, 2),
        "maxLength": st.integers(0, 2),
        "pattern": st.sampled_from(["^a$", "^[ab]*$", "^a+(-b+)?$", "[^a]"]),
        "minimum": st.integers(-1, 2),
        "exclusiveMaximum": st.integers(-1, 2),
        "minItems": st.integers(0, 2),
        "maxItems": st.integers(0, 2),
        "items": inner,
        "required": st.lists(KEYS, max_size=2, unique=True),
        "minProperties": st.integers(0, 2),
        "maxProperties": st.integers(0, 2),
        "propertyNames": inner,
        "properties": st.dictionaries(KEYS, inner, max_size=3),
        "dependentSchemas": st.dictionaries(KEYS, inner, max_size=2),
        "not": inner,
        "allOf": st.lists(inner, min_size=1, max_size=2),
        "anyOf": st.lists(inner, min_size=1, max_size=2),
        "if": inner,
    }
    open_ = st.fixed_dictionaries({}, optional={**plain})
    conditional = st.fixed_dictionaries({"then": inner, "if": plain.pop("if")}, optional=plain)
    closed = st.fixed_dictionaries(
        {"type": st.just("object"), "additionalProperties": inner | st.booleans()},
        optional={
            **{key: one for key, one in plain.items() if key != "type"},
            "patternProperties": st.fixed_dictionaries({"^x-": inner}),
        },
    )
    return open_ | conditional | closed | st.just({"$ref": "#/$defs/a"})


@example({"type": ["string"], "anyOf": [{"propertyNames": False}]}, {}, [None, "a", {"a": 1}])  # one branch of an or
@example({"type": "object", "additionalProperties": False}, {}, [[], {}, {"a": 1}])
@example({"anyOf": [{"enum": ["a", 1]}], "maxLength": 0}, {}, ["a", "", 1, True, 1.0])
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.recursive(st.fixed_dictionaries({"type": TYPES}) | st.booleans() | st.just({}), widened, max_leaves=6),
    st.fixed_dictionaries(
        {}, optional={"type": TYPES, "enum": st.lists(CONSTANTS, min_size=1, max_size=2), "maxLength": st.just(1)}
    ),
    st.lists(VALUES, min_size=1, max_size=8),
)
def test_agrees_on_schemas_that_nobody_would_write(schema: Any, definition: Any, values: list[Any]) -> None:
    whole = {"allOf": [schema]} if isinstance(schema, bool) else {**schema}
    whole["$defs"] = {"a": definition}
    quick, slow = run(whole), judge(whole)
    for value in values:
        assert quick(value) is (slow.is_valid(value) and not has_endless(value))


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"uniqueItems": True}, id="a keyword that isn't translated"),
        pytest.param({"properties": {"a": {"items": {"contains": {}}}}}, id="one deep inside"),
        pytest.param({"$defs": {"a": {"oneOf": []}}}, id="one in a definition that nobody uses"),
        pytest.param({"if": {}, "else": {}}, id="else"),
        pytest.param({"then": {}}, id="then without if"),
        pytest.param({"format": "email"}, id="a format other than date"),
        pytest.param({"$ref": "https://example.org/a.json"}, id="a reference to elsewhere"),
        pytest.param({"const": 0.5}, id="a constant that is a fraction"),
        pytest.param({"enum": ["a", ["b"]]}, id="a constant that is a list"),
    ],
)
def test_what_is_not_translated_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(UnknownKeywordError):
        compiled(schema, "made-up")


EXPLAINING = {"$schema", "$id", "$comment", "title", "description", "examples", "default"}
KNOWN_WORDS = EXPLAINING | {word for schema in SCHEMAS.values() for word in json.dumps(bare(schema)).split('"')}


@given(st.text(alphabet="abcdefgimnortuxIP$", min_size=1).filter(lambda word: word not in KNOWN_WORDS))
def test_no_word_is_passed_over(word: str) -> None:
    with pytest.raises(UnknownKeywordError):
        compiled({"type": "object", "properties": {"a": {word: True}}}, "made-up")


@pytest.mark.parametrize(
    "pattern", [pytest.param("x-", id="without a start"), pytest.param("^x.", id="more than a word")]
)
def test_keys_are_told_apart_by_how_they_begin_alone(pattern: str) -> None:
    with pytest.raises(UnknownKeywordError):
        compiled({"type": "object", "patternProperties": {pattern: {}}}, "made-up")


def test_a_schema_that_never_ends_is_refused() -> None:
    with pytest.raises(RecursiveSchemaError):
        compiled({"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}, "type": "array"}}}, "made-up")


def test_every_module_answers_by_one_name() -> None:
    for kind in SCHEMAS:
        assert import_module(f"placet.schemas.compiled.{kind.replace('-', '_')}").conforms(None) is False
