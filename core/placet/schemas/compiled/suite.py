"""Made from suite.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import (
    boolean,
    cases_path,
    date,
    finite,
    integer,
    json_path,
    line,
    nothing,
    number,
    prompt_path,
    text,
    visible,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "-0123456789abcdefghijklmnopqrstuvwxyz"
_ANY_2 = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_ANY_3 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CHARS_4 = "+-./0123456789:@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_WORDS_5 = frozenset({"run", "recorded", "import"})
_CHARS_6 = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_ANY_7 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_CHARS_8 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_WORDS_9 = frozenset(
    {
        "equals",
        "contains",
        "starts-with",
        "ends-with",
        "regex",
        "is-json",
        "json-schema",
        "json-path-equals",
        "json-path",
        "json-subset",
        "levenshtein",
        "rouge",
        "bleu",
        "chrf",
        "classification",
        "fairness",
        "grounded",
        "citations",
        "refusal",
        "pii",
        "canary",
        "imported",
        "latency",
        "cost",
        "judge",
        "pairwise",
        "tool-calls",
        "conversation",
    }
)
_WORDS_10 = frozenset({"mean", "p95", "accuracy", "macro-f1", "demographic-parity", "equalized-odds"})
_CHARS_11 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_WORDS_12 = frozenset({"in-order", "exact", "any"})
_WORDS_13 = frozenset({"each", "last", "any"})
_WORDS_14 = frozenset({"rouge-1", "rouge-2", "rouge-l"})
_WORDS_15 = frozenset({"f1", "precision", "recall"})
_WORDS_16 = frozenset({"13a", "intl", "char", "zh", "none"})
_WORDS_17 = frozenset({"in-order", "any-order", "exact"})
_WORDS_18 = frozenset({"email", "phone", "iban", "card", "national-id", "ip"})
_WORDS_19 = frozenset({"equals", "contains", "starts-with", "ends-with"})
_WORDS_20 = frozenset({"judge", "pairwise"})
_WORDS_21 = frozenset({"rouge", "bleu", "chrf"})
_WORDS_22 = frozenset({"accuracy", "macro-f1"})
_WORDS_23 = frozenset({"demographic-parity", "equalized-odds"})
_WORDS_24 = frozenset({"levenshtein", "rouge", "bleu", "chrf", "json-path", "grounded", "citations"})
_WORDS_25 = frozenset({"classification", "fairness"})
_WORDS_26 = frozenset({"grounded", "citations"})
_WORDS_27 = frozenset({"latency", "cost"})
_WORDS_28 = frozenset({"mean", "p95"})
_WORDS_29 = frozenset({"replace", "append", "prepend"})
_WORDS_30 = frozenset({"recorded", "import"})


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


def _subject(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200 and value[:1] in _ANY_3 and not value.lstrip(_CHARS_4)


def _source(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_5


def _recorded(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 300 and cases_path(value)


def _name_2(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and value[:1] in _ANY_3 and not value.lstrip(_CHARS_6)


def _case_payload(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200000


def _variable(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and value[:1] in _ANY_7 and not value.lstrip(_CHARS_6)


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


def _case_turns_item(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200000


def _case_turns(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 20 and all(map(_case_turns_item, value))


def _case_tool_results_key_text(rest: str) -> bool:
    # ^[A-Za-z0-9_-]+$
    if not rest or rest[0] not in _CHARS_8:
        return False
    rest = rest.lstrip(_CHARS_8)
    return not rest


def _case_tool_results_key(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 64 and _case_tool_results_key_text(value)


def _case_tool_results(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not finite(item):
            return False
    return len(value) <= 50 and all(map(_case_tool_results_key, value))


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
    "payload": _case_payload,
    "inputs": _case_inputs,
    "expected": _case_expected,
    "critical": boolean,
    "forbidden": boolean,
    "turns": _case_turns,
    "tool_results": _case_tool_results,
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
    return "id" in value


def _case_2(value: Any) -> bool:
    if not _case(value):
        return False
    if "payload" not in value and "inputs" not in value:
        return False
    return True


def _cases(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 300 and cases_path(value)
    if isinstance(value, list):
        return 1 <= len(value) <= 2000 and all(map(_case_2, value))
    return False


def _trials(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 10


def _scorer_name(value: Any) -> bool:
    return _id(value) and value != "critical"


def _scorer_type(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_9


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
    return isinstance(value, str) and value in _WORDS_10


def _scorer_expect_array_item_object_name(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 64


def _scorer_expect_array_item_object_arguments(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not finite(item):
            return False
    return len(value) <= 100


_SCORER_EXPECT_ARRAY_ITEM_OBJECT_KEYS = {
    "name": _scorer_expect_array_item_object_name,
    "arguments": _scorer_expect_array_item_object_arguments,
}


def _scorer_expect_array_item_object(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _SCORER_EXPECT_ARRAY_ITEM_OBJECT_KEYS or not _SCORER_EXPECT_ARRAY_ITEM_OBJECT_KEYS[key](item):
            return False
    return "name" in value


def _scorer_expect_array_item(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 64
    return _scorer_expect_array_item_object(value)


def _scorer_expect_string_text(rest: str) -> bool:
    # ^\{\{[A-Za-z_][A-Za-z0-9_.-]*\}\}$
    if not rest.startswith("{{"):
        return False
    rest = rest[2:]
    if not rest or rest[0] not in _CHARS_11:
        return False
    rest = rest.lstrip(_CHARS_6)
    if not rest.startswith("}}"):
        return False
    rest = rest[2:]
    return not rest


def _scorer_expect(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= 50 and all(map(_scorer_expect_array_item, value))
    if isinstance(value, str):
        return len(value) <= 200 and _scorer_expect_string_text(value)
    return False


def _scorer_order(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_12


def _scorer_before_item_granted(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 2000
    return _case_expected_object(value) or boolean(value)


def _scorer_before_item_same_item(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 100


def _scorer_before_item_same(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 50 and all(map(_scorer_before_item_same_item, value))


_SCORER_BEFORE_ITEM_KEYS = {
    "first": _scorer_expect_array_item_object_name,
    "then": _scorer_expect_array_item_object_name,
    "granted": _scorer_before_item_granted,
    "same": _scorer_before_item_same,
}


def _scorer_before_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _SCORER_BEFORE_ITEM_KEYS or not _SCORER_BEFORE_ITEM_KEYS[key](item):
            return False
    return "first" in value and "then" in value


def _scorer_before(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 50 and all(map(_scorer_before_item, value))


def _scorer_at_most(value: Any) -> bool:
    return integer(value) and value >= 0 and value <= 3000


def _scorer_turns(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_13


def _scorer_rubric(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 20000 and visible(value)


def _scorer_scale(value: Any) -> bool:
    return integer(value) and value >= 2 and value <= 10


def _scorer_reference(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 20000


def _scorer_variant(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_14


def _scorer_figure(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_15


def _scorer_tokenize(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_16


def _scorer_word_order(value: Any) -> bool:
    return integer(value) and value >= 0 and value <= 2


def _scorer_at_least(value: Any) -> bool:
    return number(value) and value >= 0 and value <= 100000


def _scorer_lists(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_17


def _scorer_labels_item(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 200
    return number(value) or boolean(value)


def _scorer_labels(value: Any) -> bool:
    return isinstance(value, list) and 2 <= len(value) <= 200 and all(map(_scorer_labels_item, value))


def _scorer_sources_array_item(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 20000


def _scorer_sources(value: Any) -> bool:
    if isinstance(value, str):
        return 1 <= len(value) <= 20000
    if isinstance(value, list):
        return 1 <= len(value) <= 200 and all(map(_scorer_sources_array_item, value))
    return False


def _scorer_words(value: Any) -> bool:
    return number(value) and value >= 0.01 and value <= 1


def _scorer_patterns_array_item(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 5000


def _scorer_patterns(value: Any) -> bool:
    if isinstance(value, str):
        return 1 <= len(value) <= 5000
    if isinstance(value, list):
        return 1 <= len(value) <= 50 and all(map(_scorer_patterns_array_item, value))
    return False


def _scorer_within(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 20000


def _scorer_kinds_item(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_18


def _scorer_kinds(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 6 and all(map(_scorer_kinds_item, value))


def _scorer_allow(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 20000
    if isinstance(value, list):
        return 1 <= len(value) <= 1000 and all(map(_scorer_sources_array_item, value))
    return False


def _scorer_allow_inputs(value: Any) -> bool:
    if isinstance(value, list):
        return 1 <= len(value) <= 50 and all(map(_variable, value))
    return boolean(value)


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
    "expect": _scorer_expect,
    "order": _scorer_order,
    "forbid": _scorer_expect,
    "before": _scorer_before,
    "at_most": _scorer_at_most,
    "turns": _scorer_turns,
    "model": _subject,
    "rubric": _scorer_rubric,
    "scale": _scorer_scale,
    "reference": _scorer_reference,
    "variant": _scorer_variant,
    "figure": _scorer_figure,
    "tokenize": _scorer_tokenize,
    "word_order": _scorer_word_order,
    "at_least": _scorer_at_least,
    "exists": boolean,
    "equals": _scorer_value,
    "contains": _scorer_value,
    "lists": _scorer_lists,
    "anywhere": boolean,
    "labels": _scorer_labels,
    "attribute": _scorer_before_item_same_item,
    "positive": _scorer_labels_item,
    "sources": _scorer_sources,
    "words": _scorer_words,
    "may_abstain": boolean,
    "patterns": _scorer_patterns,
    "within": _scorer_within,
    "kinds": _scorer_kinds,
    "allow": _scorer_allow,
    "allow_inputs": _scorer_allow_inputs,
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
    return "type" in value and isinstance(value["type"], str) and value["type"] in _WORDS_19


def _scorer_all_0_then(value: Any) -> bool:
    return (
        "value" in value
        and text(value["value"])
        and "pattern" not in value
        and "schema" not in value
        and "path" not in value
        and "fenced" not in value
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


def _scorer_all_5_then(value: Any) -> bool:
    return (
        "value" not in value
        and "ignore_case" not in value
        and "not" not in value
        and "pattern" not in value
        and "schema" not in value
        and "path" not in value
        and "statistic" not in value
        and "fenced" not in value
    )


def _scorer_all_6_then(value: Any) -> bool:
    return (
        "expect" not in value
        and "order" not in value
        and "forbid" not in value
        and "before" not in value
        and "at_most" not in value
    )


def _scorer_all_7_then(value: Any) -> bool:
    if "value" in value and not text(value["value"]):
        return False
    return "schema" not in value and "path" not in value and "statistic" not in value and "fenced" not in value


def _scorer_all_9_then(value: Any) -> bool:
    return (
        "model" in value
        and "rubric" in value
        and "value" not in value
        and "ignore_case" not in value
        and "not" not in value
        and "pattern" not in value
        and "schema" not in value
        and "path" not in value
        and "fenced" not in value
        and "statistic" not in value
        and "reference" not in value
    )


def _scorer_all_10_then(value: Any) -> bool:
    return (
        "model" in value
        and "rubric" in value
        and "reference" in value
        and "value" not in value
        and "ignore_case" not in value
        and "not" not in value
        and "pattern" not in value
        and "schema" not in value
        and "path" not in value
        and "fenced" not in value
        and "statistic" not in value
        and "scale" not in value
    )


def _scorer_all_11_if(value: Any) -> bool:
    return not ("type" in value and isinstance(value["type"], str) and value["type"] in _WORDS_20)


def _scorer_all_11_then(value: Any) -> bool:
    return "model" not in value and "rubric" not in value and "scale" not in value and "reference" not in value


def _scorer_all_12_then(value: Any) -> bool:
    return (
        "value" not in value
        and "ignore_case" not in value
        and "not" not in value
        and "pattern" not in value
        and "schema" not in value
        and "path" not in value
        and "fenced" not in value
        and "statistic" not in value
    )


def _scorer_all_13_then_value(value: Any) -> bool:
    return text(value) or isinstance(value, list)


def _scorer_all_13_then(value: Any) -> bool:
    if "value" not in value:
        return False
    if not _scorer_all_13_then_value(value["value"]):
        return False
    if "not" in value:
        return False
    if "pattern" in value:
        return False
    if "schema" in value:
        return False
    if "path" in value:
        return False
    if "statistic" in value:
        return False
    if "fenced" in value:
        return False
    if "at_least" in value and number(value["at_least"]) and not value["at_least"] <= 1:
        return False
    return True


def _scorer_all_14_if(value: Any) -> bool:
    return "type" in value and isinstance(value["type"], str) and value["type"] in _WORDS_21


def _scorer_all_14_then(value: Any) -> bool:
    if "value" not in value:
        return False
    if not _scorer_all_13_then_value(value["value"]):
        return False
    if "ignore_case" in value:
        return False
    if "not" in value:
        return False
    if "pattern" in value:
        return False
    if "schema" in value:
        return False
    if "path" in value:
        return False
    if "statistic" in value:
        return False
    if "fenced" in value:
        return False
    if "at_least" in value and number(value["at_least"]) and not value["at_least"] <= 1:
        return False
    return True


def _scorer_all_15_then(value: Any) -> bool:
    return (
        "value" in value
        and _scorer_all_13_then_value(value["value"])
        and "ignore_case" not in value
        and "not" not in value
        and "pattern" not in value
        and "schema" not in value
        and "path" not in value
        and "statistic" not in value
        and "fenced" not in value
    )


def _scorer_all_16_then(value: Any) -> bool:
    if "path" not in value:
        return False
    if "value" in value:
        return False
    if "ignore_case" in value:
        return False
    if "not" in value:
        return False
    if "pattern" in value:
        return False
    if "schema" in value:
        return False
    if "statistic" in value:
        return False
    if "at_least" in value and not integer(value["at_least"]):
        return False
    return True


def _scorer_all_17_then(value: Any) -> bool:
    return (
        "value" in value
        and "ignore_case" not in value
        and "not" not in value
        and "pattern" not in value
        and "schema" not in value
        and "path" not in value
        and "statistic" not in value
    )


def _scorer_all_18_then(value: Any) -> bool:
    if "labels" not in value:
        return False
    if "value" not in value:
        return False
    if not text(value["value"]):
        return False
    if "not" in value:
        return False
    if "pattern" in value:
        return False
    if "schema" in value:
        return False
    if "statistic" in value and not (isinstance(value["statistic"], str) and value["statistic"] in _WORDS_22):
        return False
    return True


def _scorer_all_19_then(value: Any) -> bool:
    if "attribute" not in value:
        return False
    if "labels" not in value:
        return False
    if "positive" not in value:
        return False
    if "value" in value and not text(value["value"]):
        return False
    if "not" in value:
        return False
    if "pattern" in value:
        return False
    if "schema" in value:
        return False
    if "statistic" in value and not (isinstance(value["statistic"], str) and value["statistic"] in _WORDS_23):
        return False
    return True


def _scorer_all_20_then(value: Any) -> bool:
    if "sources" not in value:
        return False
    if "value" in value:
        return False
    if "ignore_case" in value:
        return False
    if "not" in value:
        return False
    if "pattern" in value:
        return False
    if "schema" in value:
        return False
    if "path" in value:
        return False
    if "statistic" in value:
        return False
    if "fenced" in value:
        return False
    if "at_least" in value and number(value["at_least"]) and not value["at_least"] <= 1:
        return False
    return True


def _scorer_all_21_then(value: Any) -> bool:
    if "sources" not in value:
        return False
    if "value" in value:
        return False
    if "ignore_case" in value:
        return False
    if "not" in value:
        return False
    if "pattern" in value:
        return False
    if "schema" in value:
        return False
    if "path" in value:
        return False
    if "statistic" in value:
        return False
    if "fenced" in value:
        return False
    if "at_least" in value and not integer(value["at_least"]):
        return False
    return True


def _scorer_all_22_then(value: Any) -> bool:
    return (
        "value" not in value
        and "ignore_case" not in value
        and "pattern" not in value
        and "schema" not in value
        and "path" not in value
        and "statistic" not in value
        and "fenced" not in value
    )


def _scorer_all_24_if(value: Any) -> bool:
    return not ("type" in value and isinstance(value["type"], str) and value["type"] in _WORDS_24)


def _scorer_all_28_then(value: Any) -> bool:
    return "exists" not in value and "equals" not in value and "contains" not in value


def _scorer_all_31_if(value: Any) -> bool:
    return not ("type" in value and isinstance(value["type"], str) and value["type"] in _WORDS_25)


def _scorer_all_34_if(value: Any) -> bool:
    return not ("type" in value and isinstance(value["type"], str) and value["type"] in _WORDS_26)


def _scorer_all_38_then(value: Any) -> bool:
    return "kinds" not in value and "allow" not in value and "allow_inputs" not in value


def _scorer_all_39_if(value: Any) -> bool:
    return "type" in value and isinstance(value["type"], str) and value["type"] in _WORDS_27


def _scorer_all_39_then(value: Any) -> bool:
    if "value" in value:
        return False
    if "ignore_case" in value:
        return False
    if "not" in value:
        return False
    if "pattern" in value:
        return False
    if "schema" in value:
        return False
    if "path" in value:
        return False
    if "fenced" in value:
        return False
    if "statistic" in value and not (isinstance(value["statistic"], str) and value["statistic"] in _WORDS_28):
        return False
    return True


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
    if "type" in value and value["type"] == "tool-calls" and not _scorer_all_5_then(value):
        return False
    if not ("type" in value and value["type"] == "tool-calls") and not _scorer_all_6_then(value):
        return False
    if "type" in value and value["type"] == "conversation" and not _scorer_all_7_then(value):
        return False
    if not ("type" in value and value["type"] == "conversation") and "turns" in value:
        return False
    if "type" in value and value["type"] == "judge" and not _scorer_all_9_then(value):
        return False
    if "type" in value and value["type"] == "pairwise" and not _scorer_all_10_then(value):
        return False
    if _scorer_all_11_if(value) and not _scorer_all_11_then(value):
        return False
    if "type" in value and value["type"] == "imported" and not _scorer_all_12_then(value):
        return False
    if "type" in value and value["type"] == "levenshtein" and not _scorer_all_13_then(value):
        return False
    if _scorer_all_14_if(value) and not _scorer_all_14_then(value):
        return False
    if "type" in value and value["type"] == "canary" and not _scorer_all_15_then(value):
        return False
    if "type" in value and value["type"] == "json-path" and not _scorer_all_16_then(value):
        return False
    if "type" in value and value["type"] == "json-subset" and not _scorer_all_17_then(value):
        return False
    if "type" in value and value["type"] == "classification" and not _scorer_all_18_then(value):
        return False
    if "type" in value and value["type"] == "fairness" and not _scorer_all_19_then(value):
        return False
    if "type" in value and value["type"] == "grounded" and not _scorer_all_20_then(value):
        return False
    if "type" in value and value["type"] == "citations" and not _scorer_all_21_then(value):
        return False
    if "type" in value and value["type"] == "refusal" and not _scorer_all_22_then(value):
        return False
    if "type" in value and value["type"] == "pii" and not _scorer_all_5_then(value):
        return False
    if _scorer_all_24_if(value) and "at_least" in value:
        return False
    if not ("type" in value and value["type"] == "rouge") and not ("variant" not in value and "figure" not in value):
        return False
    if not ("type" in value and value["type"] == "bleu") and "tokenize" in value:
        return False
    if not ("type" in value and value["type"] == "chrf") and "word_order" in value:
        return False
    if not ("type" in value and value["type"] == "json-path") and not _scorer_all_28_then(value):
        return False
    if not ("type" in value and value["type"] == "json-subset") and "lists" in value:
        return False
    if not ("type" in value and value["type"] == "json-subset") and "anywhere" in value:
        return False
    if _scorer_all_31_if(value) and "labels" in value:
        return False
    if not ("type" in value and value["type"] == "fairness") and "attribute" in value:
        return False
    if not ("type" in value and value["type"] == "fairness") and "positive" in value:
        return False
    if _scorer_all_34_if(value) and "sources" in value:
        return False
    if not ("type" in value and value["type"] == "grounded") and "words" in value:
        return False
    if not ("type" in value and value["type"] == "grounded") and "may_abstain" in value:
        return False
    if not ("type" in value and value["type"] == "refusal") and not ("patterns" not in value and "within" not in value):
        return False
    if not ("type" in value and value["type"] == "pii") and not _scorer_all_38_then(value):
        return False
    if _scorer_all_39_if(value) and not _scorer_all_39_then(value):
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


def _date(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 10 and date(value)


_THRESHOLDS_KEYS = {
    "owner": _id,
    "agreed_with": _id,
    "review_by": _date,
}


def _thresholds(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _THRESHOLDS_KEYS:
            if not _THRESHOLDS_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "owner" in value and "agreed_with" in value and "review_by" in value


def _carrier(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_29


def _slices(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 20 and all(map(_variable, value))


_FILE_KEYS = {
    "version": _version,
    "name": _name,
    "title": _line,
    "prompt": _prompt_path,
    "subject": _subject,
    "source": _source,
    "recorded": _recorded,
    "cases": _cases,
    "trials": _trials,
    "scorers": _scorers,
    "gates": _gates,
    "thresholds": _thresholds,
    "carrier": _carrier,
    "as_main": boolean,
    "filler": _scorer_sources_array_item,
    "cluster": _variable,
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


def _all_0_if(value: Any) -> bool:
    return "source" in value and isinstance(value["source"], str) and value["source"] in _WORDS_30


def _all_1_if(value: Any) -> bool:
    return not ("source" in value and isinstance(value["source"], str) and value["source"] in _WORDS_30)


def _file_2(value: Any) -> bool:
    if not _file(value):
        return False
    if _all_0_if(value) and "recorded" not in value:
        return False
    if _all_1_if(value) and not ("recorded" not in value and "subject" not in value):
        return False
    return True


def conforms(value: Any) -> bool:
    """As suite.schema.json asks for."""
    return _file_2(value)
