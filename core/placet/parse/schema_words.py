"""What to tell a person about one deviation from a schema: in our words, never with a whole structure or a pattern.

Takes jsonschema's errors and gives texts; judges nothing and knows no place in a file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from placet.parse.guesses import Guesses

_MOST_SHOWN = 60
_LONGEST_EXAMPLE = 100
_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
_UNITS = {"L": ("character", "characters"), "I": ("entry", "entries"), "P": ("key", "keys")}
_BOUNDS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
}


def place(keys: Iterable[str | int]) -> str:
    return ".".join(map(str, keys))


def message(error: Any) -> str:
    """What is wrong with the value; the sentence begins with its name."""
    wanted, found = error.validator_value, shown(error.instance)
    match error.validator:
        case "type" if error.instance is None and not error.absolute_path:
            return "is empty"
        case "type":
            return f"must be {_either(wanted)}, and is {found}"
        case "enum":
            return f"must be one of {', '.join(map(bare, wanted))}, and is {found}"
        case "const":
            return f"must be {bare(wanted)}, and is {found}"
        case "not":
            return f"must not be `{bare(wanted['const'])}`" if "const" in wanted else "isn't allowed here"
        case "minLength" | "minItems" | "minProperties":
            return "must not be empty" if wanted == 1 else f"has fewer than {_counted(error)}"
        case "maxLength" | "maxItems" | "maxProperties":
            return f"has more than {_counted(error)}"
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            return f"must be {_BOUNDS[error.validator]} {wanted}, and is {found}"
        case "pattern" | "format":
            return f"is not {lowered(error.schema.get('title', 'in the form asked for'))}: {found}"
        case _:
            return f"isn't allowed: {error.message[:200]}"


def advice(error: Any, guesses: Guesses) -> str:
    """What to write instead."""
    schema, value = error.schema, error.instance
    if error.validator == "enum" and isinstance(value, str):
        close = guesses.closest(value, [str(item) for item in error.validator_value])
        if close:
            return f"did you mean `{close}`?"
    if error.validator == "type" and "string" in _listed(error.validator_value) and isinstance(value, int | float):
        return f"put it in quotes: {json.dumps(shown(value))}"
    if error.validator == "type" and "array" in _listed(error.validator_value) and isinstance(value, str):
        listed = _with_at(value) if _is_owner(schema.get("items", {})) and "@" not in value else value
        return f"write a list: [{shown(listed)}]" if listed else _example(schema)
    if error.validator == "pattern" and _is_owner(schema) and _with_at(value):
        return f"write {shown(_with_at(value))}"
    if error.validator == "const":
        return f"write `{bare(error.validator_value)}`"
    described = str(schema.get("description", ""))
    if error.validator == "not":
        return "that word is taken: choose another" if "const" in error.validator_value else described
    return _example(schema) or described


def addition(name: str, schema: Any) -> str:
    """How to add the missing key `name`."""
    example = _example(schema)
    otherwise = ", or `prompts: []` if it uses none" if name == "prompts" else ""
    return f"add `{name}:`{', ' if example else ''}{example}{otherwise}"


def _is_owner(schema: Any) -> bool:
    return str(schema.get("$ref", "")).endswith("/owner") or str(schema.get("title", "")).startswith("An owner ")


def _with_at(name: str) -> str:
    """An owner as it is written, from its bare name; empty for what isn't one."""
    bare_name = name.replace("-", "").replace("_", "").replace("/", "", 1)
    return f"@{name}" if bare_name.isascii() and bare_name.isalnum() and name[0].isalnum() else ""


def stamp(path: str) -> str:
    """How a document comes to say what its author looked at; nobody writes digests by hand."""
    return f"read what it speaks of, and record that with: placet stamp {path}"


def _example(schema: Any) -> str:
    examples = schema.get("examples") or ([schema["const"]] if "const" in schema else schema.get("enum"))
    text = json.dumps(examples[0], ensure_ascii=False) if examples else ""
    return f"for example: {text}" if text and len(text) <= _LONGEST_EXAMPLE else ""


def _counted(error: Any) -> str:
    """How many of what: `minLength` counts characters, `maxItems` entries."""
    one, many = _UNITS[error.validator[3]]
    return f"{error.validator_value} {one if error.validator_value == 1 else many}"


def _either(types: str | list[str]) -> str:
    """What a person should write: null is never that, and where any scalar is read as text it is text."""
    wanted = [name for name in _listed(types) if name != "null"]
    wanted = ["string"] if {"string", "number", "boolean"} == set(wanted) else wanted
    return " or ".join(_TYPES[name] for name in wanted)


def _listed(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else types


def lowered(title: str) -> str:
    """As the middle of a sentence: `A date` loses its capital, `JSON` keeps all of them."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def bare(value: Any) -> str:
    """As a person would write it in YAML: text without quotes."""
    return value if isinstance(value, str) else shown(value)


def shown(value: Any) -> str:
    """As it may stand in a message: short, and `null`, `true` or `.nan` as YAML has them."""
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else f"{'-' if value < 0 else ''}.inf"
    text = json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, dict | list) and len(text) > _MOST_SHOWN:
        return "a mapping" if isinstance(value, dict) else "a list"
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."
