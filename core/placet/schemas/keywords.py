"""The keywords of JSON Schema that our schemas may use: what only explains is left out, what is unknown refused."""

from __future__ import annotations

from typing import Any

#: What no value fits; `false` is written so.
NEVER: dict[str, Any] = {"not": {}}
#: Keywords that judge values of one type and let others pass.
OF_TYPE = {
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"),
    "array": ("minItems", "maxItems", "items"),
    "object": (
        "required",
        "minProperties",
        "maxProperties",
        "propertyNames",
        "properties",
        "patternProperties",
        "additionalProperties",
        "dependentSchemas",
    ),
}
_EXPLAINING = frozenset({"$schema", "$id", "$comment", "title", "description", "examples", "default", "writeOnly"})
_ONE = frozenset({"items", "additionalProperties", "propertyNames", "not", "if", "then"})
_LISTS = frozenset({"allOf", "anyOf"})
_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
_PLAIN = frozenset({"type", "enum", "const", "$ref", *(name for names in OF_TYPE.values() for name in names)})


class UnknownKeywordError(ValueError):
    """A schema says something that can't be translated."""


def bare(schema: Any, at: str = "#") -> dict[str, Any]:
    """`schema` without what only explains, its `true` and `false` written as mappings."""
    if isinstance(schema, bool):
        return {} if schema else NEVER
    found: dict[str, Any] = {}
    for keyword, value in schema.items():
        here = f"{at}/{keyword}"
        if keyword in _EXPLAINING:
            continue
        if keyword in _ONE:
            found[keyword] = bare(value, here)
        elif keyword in _LISTS:
            found[keyword] = [bare(one, f"{here}/{index}") for index, one in enumerate(value)]
        elif keyword in _NAMED:
            found[keyword] = {name: bare(one, f"{here}/{name}") for name, one in value.items()}
        elif keyword in _PLAIN:
            _hold(keyword, value, here)
            found[keyword] = value
        else:
            raise UnknownKeywordError(f"{here}: this keyword isn't translated")
    if "then" in found and "if" not in found:
        raise UnknownKeywordError(f"{at}: `then` without `if`")
    return found


def _hold(keyword: str, value: Any, at: str) -> None:
    """Refuse what a known keyword may say elsewhere and not here."""
    if keyword == "format" and value != "date":
        raise UnknownKeywordError(f"{at}: only the format `date` is translated")
    if keyword == "$ref" and not (isinstance(value, str) and value.startswith("#/$defs/")):
        raise UnknownKeywordError(f"{at}: only a reference to `#/$defs/...` is translated")
    constants = {"enum": value, "const": [value]}.get(keyword, ())
    if not all(one is None or isinstance(one, str | int) for one in constants):
        raise UnknownKeywordError(f"{at}: only text, whole numbers, true, false and null are compared with")
