"""Made from suite.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import (
    boolean,
    cases_path,
    finite,
    integer,
    json_path,
    line,
    nothing,
    number,
    prompt_path,
    text,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "-0123456789abcdefghijklmnopqrstuvwxyz"
_ANY_2 = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_ANY_3 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CHARS_4 = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_ANY_5 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_WORDS_6 = frozenset(
    {
        "equals",
        "contains",
        "starts-with",
        "ends-with",
        "regex",
        "is-json",
        "json-schema",
        "json-path-equals",
        "latency",
        "cost",
    }
)
_WORDS_7 = frozenset({"mean", "p95"})
_WORDS_8 = frozenset({"equals", "contains", "starts-with", "ends-with"})
_WORDS_9 = frozenset({"latency", "cost"})


def _version(value: Any) -> bool:
    return value == 1 and value is not True


def _id(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= 64
        and value[:1] in _ANY_2
        and not value.lstrip(_CHARS_1)
        and value[-1] != "-"
        and "--" not in value
    )


def _name(value: Any) -> bool:
    return _id(value) and value != "inline"


def _line(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200 and line(value)


def _prompt_path(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 300 and prompt_path(value)


def _name_2(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and value[:1] in _ANY_3 and not value.lstrip(_CHARS_4)


def _variable(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and value[:1] in _ANY_5 and not value.lstrip(_CHARS_4)


def _case_inputs(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not (isinstance(item, str) and len(item) <= 200000):
            return False
    return len(value) <= 50 and all(map(_variable, value))


def _case_expected_object(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not finite(item):
            return False
    return len(value) <= 50


def _case_expected(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 200000
    return _case_expected_object(value)


def _case_tags(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 20 and all(map(_name_2, value))


def _case_fields(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not (isinstance(item, str) and len(item) <= 200):
            return False
    return len(value) <= 50 and all(map(_variable, value))


_CASE_KEYS = {
    "id": _name_2,
    "inputs": _case_inputs,
    "expected": _case_expected,
    "critical": boolean,
    "forbidden": boolean,
    "tags": _case_tags,
    "fields": _case_fields,
}


def _case(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _CASE_KEYS:
            if not _CASE_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "id" in value and "inputs" in value


def _cases(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 300 and cases_path(value)
    if isinstance(value, list):
        return 1 <= len(value) <= 2000 and all(map(_case, value))
    return False


def _trials(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 10


def _scorer_name(value: Any) -> bool:
    return _id(value) and value != "critical"


def _scorer_type(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_6


def _scorer_value_object(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not finite(item):
            return False
    return len(value) <= 1000


def _scorer_value(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 20000
    if isinstance(value, list):
        return len(value) <= 1000 and finite(value)
    return number(value) or boolean(value) or nothing(value) or _scorer_value_object(value)


def _scorer_pattern(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 2000


def _scorer_path(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 500 and json_path(value)


def _scorer_statistic(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_7


_SCORER_KEYS = {
    "name": _scorer_name,
    "type": _scorer_type,
    "value": _scorer_value,
    "ignore_case": boolean,
    "not": boolean,
    "pattern": _scorer_pattern,
    "schema": _scorer_value_object,
    "path": _scorer_path,
    "statistic": _scorer_statistic,
    "fenced": boolean,
}


def _scorer(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _SCORER_KEYS:
            if not _SCORER_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "name" in value and "type" in value


def _scorer_all_0_if(value: Any) -> bool:
    return "type" in value and isinstance(value["type"], str) and value["type"] in _WORDS_8


def _scorer_all_0_then(value: Any) -> bool:
    return (
        "value" in value
        and text(value["value"])
        and "pattern" not in value
        and "schema" not in value
        and "path" not in value
        and "statistic" not in value
    )


def _scorer_all_1_then(value: Any) -> bool:
    return (
        "pattern" in value
        and "value" not in value
        and "ignore_case" not in value
        and "schema" not in value
        and "path" not in value
        and "fenced" not in value
        and "statistic" not in value
    )


def _scorer_all_2_then(value: Any) -> bool:
    return (
        "value" not in value
        and "ignore_case" not in value
        and "not" not in value
        and "pattern" not in value
        and "schema" not in value
        and "path" not in value
        and "statistic" not in value
    )


def _scorer_all_3_then(value: Any) -> bool:
    return (
        "schema" in value
        and "value" not in value
        and "ignore_case" not in value
        and "not" not in value
        and "pattern" not in value
        and "path" not in value
        and "statistic" not in value
    )


def _scorer_all_4_then(value: Any) -> bool:
    return (
        "path" in value
        and "value" in value
        and "ignore_case" not in value
        and "not" not in value
        and "pattern" not in value
        and "schema" not in value
        and "statistic" not in value
    )


def _scorer_all_5_if(value: Any) -> bool:
    return "type" in value and isinstance(value["type"], str) and value["type"] in _WORDS_9


def _scorer_all_5_then(value: Any) -> bool:
    return (
        "value" not in value
        and "ignore_case" not in value
        and "not" not in value
        and "pattern" not in value
        and "schema" not in value
        and "path" not in value
        and "fenced" not in value
    )


def _scorer_2(value: Any) -> bool:
    if not _scorer(value):
        return False
    if _scorer_all_0_if(value) and not _scorer_all_0_then(value):
        return False
    if "type" in value and value["type"] == "regex" and not _scorer_all_1_then(value):
        return False
    if "type" in value and value["type"] == "is-json" and not _scorer_all_2_then(value):
        return False
    if "type" in value and value["type"] == "json-schema" and not _scorer_all_3_then(value):
        return False
    if "type" in value and value["type"] == "json-path-equals" and not _scorer_all_4_then(value):
        return False
    if _scorer_all_5_if(value) and not _scorer_all_5_then(value):
        return False
    return True


def _scorers(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 50 and all(map(_scorer_2, value))


def _gate_min(value: Any) -> bool:
    return number(value) and value >= 0 and value <= 1000000000


def _share(value: Any) -> bool:
    return number(value) and value >= 0 and value <= 1


def _gate_confidence(value: Any) -> bool:
    return number(value) and value >= 0.5 and value <= 0.999


_GATE_KEYS = {
    "min": _gate_min,
    "max": _gate_min,
    "max_regression": _share,
    "confidence": _gate_confidence,
}


def _gate(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _GATE_KEYS or not _GATE_KEYS[key](item):
            return False
    return True


def _gate_if(value: Any) -> bool:
    return "min" not in value and "max" not in value and "max_regression" not in value


def _gate_2(value: Any) -> bool:
    if not _gate(value):
        return False
    if _gate_if(value) and "min" not in value:
        return False
    return True


def _gates(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not _gate_2(item):
            return False
    return len(value) <= 50 and all(map(_id, value))


def _slices(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 20 and all(map(_variable, value))


_FILE_KEYS = {
    "version": _version,
    "name": _name,
    "title": _line,
    "prompt": _prompt_path,
    "cases": _cases,
    "trials": _trials,
    "scorers": _scorers,
    "gates": _gates,
    "slices": _slices,
}


def _file(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _FILE_KEYS:
            if not _FILE_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "version" in value and "name" in value and "title" in value and "cases" in value and "scorers" in value


def conforms(value: Any) -> bool:
    """As suite.schema.json asks for."""
    return _file(value)
