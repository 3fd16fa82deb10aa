"""From the JSON Schema of a file kind to Python that answers one question quickly: does a value conform?

`conforms` says yes only where jsonschema finds nothing and no number is infinite; what is wrong is never its business.
`python -m placet.schemas.compiler` writes `compiled/`, one module a kind. Nothing here reads a governed file.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from placet.schemas import writing
from placet.schemas.keywords import NEVER, OF_TYPE, UnknownKeywordError, bare
from placet.schemas.regular import expression, statements

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_PYTHON = {"object": "dict", "array": "list", "string": "str"}
#: Schemas that a function of `checks` judges as they are.
_WHOLE = {"integer": "integer", "number": "number", "boolean": "boolean", "null": "nothing", "string": "text"}
_SHORT = 60
_DATE = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_SIGNS = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}
#: Patterns whose test in `checks` is written by hand, each held against its pattern by the tests.
BY_HAND = {
    r"^ *[^\x00-\x20][^\x00-\x1f]*$": "line",
    r"^\s*\S[\s\S]*$": "visible",
    r"^\$[^\x00-\x1f]*$": "json_path",
    r"^[^/\x00-\x1f][^\x00-\x1f]*\.jsonl$": "cases_path",
    r"^prompts/([^/.\x00-\x1f][^/\x00-\x1f]*/)*[^/.\x00-\x1f][^/\x00-\x1f]*\.prompt\.ya?ml$": "prompt_path",
    r"^([Ss][Yy][Ss][Tt][Ee][Mm]|[Uu][Ss][Ee][Rr]|[Aa][Ss][Ss][Ii][Ss][Tt][Aa][Nn][Tt])$": "role",
}


class RecursiveSchemaError(ValueError):
    """A definition refers to itself: its values would have no bounded depth."""


def compiled(schema: dict[str, Any], kind: str) -> str:
    """The source of a module with `conforms(value) -> bool`."""
    module = _Module(bare(schema))
    name = module.function(module.root, "", covering=True)
    last = writing.function("conforms", [f"{name}(value)"], about=f"As {kind}.schema.json asks for.")
    return module.sheet.written(kind, last)


class _Module:
    """Collects functions. One that is `covering` also sees to it that every number in the value is finite."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root
        self.sheet = writing.Sheet()
        self._open: list[str] = []  # definitions that are being read

    def function(self, schema: dict[str, Any], path: str, *, covering: bool) -> str:
        """The name of a function that tests a value."""
        tests = self.tests(schema, "value", None, path, covering=covering)
        if len(tests) == 1 and (call := re.fullmatch(r"(\w+)\(value\)", tests[0])):
            return call[1]
        return self.sheet.define(path, json.dumps(tests), lambda name: writing.function(name, tests))

    def tests(self, schema: dict[str, Any], v: str, known: str | None, path: str, *, covering: bool) -> list[str]:
        """Expressions over `v` that must all hold. `known` is a type that `v` is known to have."""
        types = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", [])
        found: list[str] = []
        if "$ref" in schema:
            definition = self._definition(schema["$ref"])
            found += self._referred(schema["$ref"], definition, v, covering)
            known = known or _type_of(definition)
        if len(types) > 1:
            found.append(f"{self._one_of(types, schema, path, covering)}({v})")
        elif types:
            known = _type_of(schema)
            found += self._of_type(types[0], schema, v, path, covering)
        else:
            found += self._of_any_type(schema, v, known, path)
        found += self._equal(schema, v)
        if covering and not ({"$ref", "enum", "const", "type"} & schema.keys()) and schema != NEVER:
            found.append(self.sheet.call("finite", v))
        return found + self._combined(schema, v, known, path)

    def _definition(self, ref: str) -> dict[str, Any]:
        found: dict[str, Any] = self.root["$defs"][ref.removeprefix("#/$defs/")]
        return found

    def _referred(self, ref: str, definition: dict[str, Any], v: str, covering: bool) -> list[str]:
        if ref in self._open:
            raise RecursiveSchemaError(f"{ref} refers to itself")
        if definition == NEVER:
            return ["False"]
        self._open.append(ref)
        made = self.function(definition, ref.removeprefix("#/$defs/"), covering=covering)
        self._open.pop()
        return [f"{made}({v})"]

    def _one_of(self, types: list[str], schema: dict[str, Any], path: str, covering: bool) -> str:
        """A function for a value that may have several types, each with keywords of its own."""
        whole = {name: self._of_type(name, schema, "value", f"{path}_{name}", covering) for name in types}
        identity = json.dumps(whole)
        return self.sheet.define(path, identity, lambda name: writing.either(name, list(whole.values())))

    def _of_type(self, name: str, schema: dict[str, Any], v: str, path: str, covering: bool) -> list[str]:
        if name == "object":
            return self._mapping(schema, v, path, covering)
        keywords = OF_TYPE.get("number" if name == "integer" else name, ())
        tests = self._keywords({key: schema[key] for key in keywords if key in schema}, v, path, covering)
        if name == "array" and covering and "items" not in schema:
            tests.append(self.sheet.call("finite", v))
        if name in _PYTHON and (name != "string" or tests):
            return [f"isinstance({v}, {_PYTHON[name]})", *tests]
        return [self.sheet.call(_WHOLE[name], v), *tests]

    def _of_any_type(self, schema: dict[str, Any], v: str, known: str | None, path: str) -> list[str]:
        """Without `type`, keywords judge values of their type alone. Somebody else covers those."""
        found = []
        for name, keywords in OF_TYPE.items():
            said = {key: schema[key] for key in keywords if key in schema}
            if not said:
                continue
            tests = self._keywords(said, v, path, covering=False)
            if known == name:
                found += tests
            elif known is None and tests:
                test = f"isinstance({v}, {_PYTHON[name]})" if name in _PYTHON else self.sheet.call("number", v)
                found.append(writing.either_of([writing.negated(test), writing.joined(tests)]))
        return found

    def _keywords(self, said: dict[str, Any], v: str, path: str, covering: bool) -> list[str]:
        """Tests for a value that has the type of all keywords in `said`."""
        tests = self._bounds(said, v)
        tests += [f"{v} {sign} {said[key]!r}" for key, sign in _SIGNS.items() if key in said]
        if "format" in said:
            tests.append(self.sheet.call("date", v))
        if "pattern" in said and not ("format" in said and said["pattern"] == _DATE):
            tests += self._text(said["pattern"], v, path)
        if said.get("items"):
            tests.append(f"all(map({self.function(said['items'], f'{path}_item', covering=covering)}, {v}))")
        elif "items" in said and covering:
            tests.append(self.sheet.call("finite", v))
        return tests + self._members(said, v, path)

    def _bounds(self, said: dict[str, Any], v: str) -> list[str]:
        found = []
        for unit in ("Length", "Items", "Properties"):
            least, most = said.get(f"min{unit}", 0), said.get(f"max{unit}")
            if least and most is not None:
                found.append(f"len({v}) == {least}" if least == most else f"{least} <= len({v}) <= {most}")
            elif most is not None:
                found.append(f"len({v}) <= {most}")
            elif least:
                found.append(f"len({v}) >= {least}")
        return found

    def _members(self, said: dict[str, Any], v: str, path: str) -> list[str]:
        """What a mapping must have; values are judged as they stand, and others are left to somebody else."""
        tests = [f"{self.sheet.literal(name)} in {v}" for name in said.get("required", ())]
        if "propertyNames" in said:
            tests.append(f"all(map({self.function(said['propertyNames'], f'{path}_key', covering=False)}, {v}))")
        if {"patternProperties", "additionalProperties"} & said.keys():
            raise UnknownKeywordError(f"{path}: a mapping that is closed needs `type: object`")
        for name, schema in said.get("properties", {}).items():
            key = self.sheet.literal(name)
            inner = self.tests(schema, f"{v}[{key}]", None, f"{path}_{name}", covering=False)
            if inner and name in said.get("required", ()):
                tests += inner
            elif inner:
                tests.append(writing.either_of([f"{key} not in {v}", writing.joined(inner)]))
        for name, schema in said.get("dependentSchemas", {}).items():
            inner = self.tests(schema, v, "object", f"{path}_with_{name}", covering=False)
            if inner:
                tests.append(writing.either_of([f"{self.sheet.literal(name)} not in {v}", writing.joined(inner)]))
        return tests

    def _mapping(self, schema: dict[str, Any], v: str, path: str, covering: bool) -> list[str]:
        """A function that goes through the keys of a mapping once."""
        other = schema.get("additionalProperties", {})
        known = {
            name: self.function(one, f"{path}_{name}", covering=covering)
            for name, one in schema.get("properties", {}).items()
        }
        cases = [
            (self._prefix(pattern, schema), self.tests(one, "item", None, f"{path}_x", covering=covering))
            for pattern, one in schema.get("patternProperties", {}).items()
            if one != NEVER or other != NEVER
        ]
        cases.append(("", self.tests(other, "item", None, f"{path}_other", covering=covering)))
        said = {key: schema[key] for key in OF_TYPE["object"] if key in schema and key not in _LOOPED}
        tests = self._keywords(said, "value", path, covering)
        if not known and cases == [("", ["False"])]:
            cases, tests = [("", [])], ["not value", *tests]
        identity = json.dumps([known, cases, tests])
        return [f"{self.sheet.define(path, identity, lambda name: writing.mapping(name, known, cases, tests))}({v})"]

    def _prefix(self, pattern: str, schema: dict[str, Any]) -> str:
        prefix = pattern.removeprefix("^")
        if prefix == pattern or not re.fullmatch(r"[a-z-]+", prefix):
            raise UnknownKeywordError(f"patternProperties: only `^` and a word is translated, not {pattern}")
        if any(name.startswith(prefix) for name in schema.get("properties", {})):
            raise UnknownKeywordError(f"patternProperties: {pattern} overlaps with properties")
        return f"key.startswith({self.sheet.literal(prefix)})"

    def _equal(self, schema: dict[str, Any], v: str) -> list[str]:
        found = self._is(v, schema["const"]) if "const" in schema else []
        if "enum" in schema:
            words = [one for one in schema["enum"] if isinstance(one, str)]
            wanted = [self._is(v, one) for one in schema["enum"] if not isinstance(one, str) or len(words) == 1]
            if len(words) > 1:
                wanted.append(
                    [f"isinstance({v}, str)", f"{v} in {self.sheet.constant('WORDS', writing.word_set(words))}"]
                )
            found += wanted[0] if len(wanted) == 1 else [writing.either_of([writing.joined(one) for one in wanted])]
        return found

    def _is(self, v: str, constant: str | int | None) -> list[str]:
        """`1` is `1.0`, and isn't `true`."""
        if isinstance(constant, str):
            return [f"{v} == {self.sheet.literal(constant)}"]
        if constant is None or isinstance(constant, bool):
            return [f"{v} is {constant}"]
        return [f"{v} == {constant}", *([f"{v} is not {bool(constant)}"] if constant in (0, 1) else [])]

    def _combined(self, schema: dict[str, Any], v: str, known: str | None, path: str) -> list[str]:
        found = []
        if "not" in schema:
            found.append(writing.negated(self._joined(schema["not"], v, known, f"{path}_not")))
        for index, one in enumerate(schema.get("allOf", ())):
            found += self.tests(one, v, known, f"{path}_all_{index}", covering=False)
        if "anyOf" in schema:
            any_of = schema["anyOf"]
            parts = [self._joined(one, v, known, f"{path}_any_{index}") for index, one in enumerate(any_of)]
            found.append(writing.either_of(parts))
        if "if" in schema and schema.get("then"):
            condition = self._short(schema["if"], v, known, f"{path}_if")
            then = self._short(schema["then"], v, known, f"{path}_then")
            found.append(writing.either_of([writing.negated(condition), then]))
        return found

    def _short(self, schema: dict[str, Any], v: str, known: str | None, path: str) -> str:
        """An expression that leaves room beside it on a line."""
        tests = self.tests(schema, v, known, path, covering=False)
        if len(writing.joined(tests)) <= _SHORT:
            return writing.joined(tests)
        tests = self.tests(schema, "value", known, path, covering=False)
        return f"{self.sheet.define(path, json.dumps(tests), lambda name: writing.function(name, tests))}({v})"

    def _joined(self, schema: dict[str, Any], v: str, known: str | None, path: str) -> str:
        return writing.joined(self.tests(schema, v, known, path, covering=False))

    def _text(self, pattern: str, v: str, path: str) -> list[str]:
        if pattern in BY_HAND:
            return [self.sheet.call(BY_HAND[pattern], v)]
        short = expression(pattern, v, self.sheet.chars, self.sheet.any_of)
        if short is not None:
            return short
        body = statements(pattern, self.sheet.chars)
        if body is None:
            return [self.sheet.call("matches", f"{self.sheet.constant('PATTERN', writing.quoted(pattern))}, {v}")]
        written = writing.text_function
        return [f"{self.sheet.define(f'{path}_text', pattern, lambda name: written(name, pattern, body))}({v})"]


_LOOPED = ("properties", "patternProperties", "additionalProperties")


def _type_of(schema: dict[str, Any]) -> str | None:
    """The type that every value of `schema` has, as keywords tell types apart."""
    name = schema.get("type")
    name = name[0] if isinstance(name, list) and len(name) == 1 else name
    return "number" if name == "integer" else name if isinstance(name, str) else None


#: Records that hold thousands of entries, and are judged often enough to be worth the Python.
_RECORDS = ("facts",)


def write() -> None:
    """Write `compiled/` beside the schemas, of governed files and of records."""
    from pathlib import Path

    here = Path(__file__).parent
    _write(here, [path.name.removesuffix(".schema.json") for path in sorted(here.glob("*.schema.json"))])
    _write(here / "records", _RECORDS)


def _write(folder: Path, kinds: Sequence[str]) -> None:
    """All of it or, where a schema is refused, nothing."""
    made: dict[str, str] = {}
    for kind in kinds:
        schema = json.loads((folder / f"{kind}.schema.json").read_text("utf-8"))
        made[f"{kind.replace('-', '_')}.py"] = compiled(schema, kind)
    for old in (folder / "compiled").glob("[a-z]*.py"):
        old.unlink()
    for name, source in made.items():
        (folder / "compiled" / name).write_text(source, "utf-8")


if __name__ == "__main__":
    write()
