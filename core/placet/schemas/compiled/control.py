"""Made from control.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import boolean, finite, integer, line, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "-0123456789abcdefghijklmnopqrstuvwxyz"
_ANY_2 = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_WORDS_3 = frozenset({"inventory", "documentation", "evaluation", "oversight", "release", "monitoring", "audit"})
_WORDS_4 = frozenset({"commit", "pr", "release", "production"})
_ANY_5 = frozenset("abcdefghijklmnopqrstuvwxyz")
_CHARS_6 = "0123456789_abcdefghijklmnopqrstuvwxyz"
_CHARS_7 = "123456789"
_CHARS_8 = "0123456789"
_CHARS_9 = "IVX"
_CHARS_10 = "123456"
_CHARS_11 = "23456789"


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


def _line(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200 and line(value)


def _kind(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_3


def _text(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 4000 and visible(value)


def _phase(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_4


def _met_by_field(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 64 and value[:1] in _ANY_5 and not value.lstrip(_CHARS_6)


def _met_by_labels_least(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 10000


def _met_by_labels_max_age_days(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 3650


_MET_BY_LABELS_KEYS = {
    "suite": _id,
    "least": _met_by_labels_least,
    "max_age_days": _met_by_labels_max_age_days,
}


def _met_by_labels(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _MET_BY_LABELS_KEYS:
            if not _MET_BY_LABELS_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "suite" in value and "least" in value and "max_age_days" in value


_MET_BY_KEYS = {
    "suite": _id,
    "document": _id,
    "field": _met_by_field,
    "approval": _id,
    "monitor": _id,
    "labels": _met_by_labels,
}


def _met_by(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _MET_BY_KEYS or not _MET_BY_KEYS[key](item):
            return False
    return len(value) == 1


def _crosswalk_eu_ai_act_item_text(rest: str) -> bool:
    # ^(Art\. [1-9][0-9]{0,2}|Annex [IVX]{1,4}(\.[1-9])?)$
    if rest[:1] == "A":
        rest = rest[1:]
        if rest[:1] == "r":
            if not rest.startswith("rt. "):
                return False
            rest = rest[4:]
            if not rest or rest[0] not in _CHARS_7:
                return False
            rest = rest[1:]
            after = rest.lstrip(_CHARS_8)
            if not 0 <= len(rest) - len(after) <= 2:
                return False
            rest = after
        elif rest[:1] == "n":
            if not rest.startswith("nnex "):
                return False
            rest = rest[5:]
            after = rest.lstrip(_CHARS_9)
            if not 1 <= len(rest) - len(after) <= 4:
                return False
            rest = after
            if rest[:1] == ".":
                rest = rest[1:]
                if not rest or rest[0] not in _CHARS_7:
                    return False
                rest = rest[1:]
        else:
            return False
    else:
        return False
    return not rest


def _crosswalk_eu_ai_act_item(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 40 and _crosswalk_eu_ai_act_item_text(value)


def _crosswalk_eu_ai_act(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 40 and all(map(_crosswalk_eu_ai_act_item, value))


def _crosswalk_nist_ai_rmf_item_text(rest: str) -> bool:
    # ^(GOVERN|MAP|MEASURE|MANAGE) [1-6]\.[1-9][0-9]?$
    if rest[:1] == "G":
        if not rest.startswith("GOVERN"):
            return False
        rest = rest[6:]
    elif rest[:1] == "M":
        rest = rest[1:]
        if rest[:1] == "A":
            rest = rest[1:]
            if rest[:1] == "P":
                rest = rest[1:]
            elif rest[:1] == "N":
                if not rest.startswith("NAGE"):
                    return False
                rest = rest[4:]
            else:
                return False
        elif rest[:1] == "E":
            if not rest.startswith("EASURE"):
                return False
            rest = rest[6:]
        else:
            return False
    else:
        return False
    if rest[:1] != " ":
        return False
    rest = rest[1:]
    if not rest or rest[0] not in _CHARS_10:
        return False
    rest = rest[1:]
    if rest[:1] != ".":
        return False
    rest = rest[1:]
    if not rest or rest[0] not in _CHARS_7:
        return False
    rest = rest[1:]
    if rest and rest[0] in _CHARS_8:
        rest = rest[1:]
    return not rest


def _crosswalk_nist_ai_rmf_item(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 40 and _crosswalk_nist_ai_rmf_item_text(value)


def _crosswalk_nist_ai_rmf(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 40 and all(map(_crosswalk_nist_ai_rmf_item, value))


def _crosswalk_iso_42001_item_text(rest: str) -> bool:
    # ^A\.([2-9]|10)(\.[1-9]){1,2}$
    if not rest.startswith("A."):
        return False
    rest = rest[2:]
    if rest and rest[0] in _CHARS_11:
        rest = rest[1:]
    elif rest[:1] == "1":
        if not rest.startswith("10"):
            return False
        rest = rest[2:]
    else:
        return False
    if rest[:1] != ".":
        return False
    rest = rest[1:]
    if not rest or rest[0] not in _CHARS_7:
        return False
    rest = rest[1:]
    if rest[:1] == ".":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_7:
            return False
        rest = rest[1:]
    return not rest


def _crosswalk_iso_42001_item(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 40 and _crosswalk_iso_42001_item_text(value)


def _crosswalk_iso_42001(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 40 and all(map(_crosswalk_iso_42001_item, value))


_CROSSWALK_KEYS = {
    "eu-ai-act": _crosswalk_eu_ai_act,
    "nist-ai-rmf": _crosswalk_nist_ai_rmf,
    "iso-42001": _crosswalk_iso_42001,
}


def _crosswalk(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _CROSSWALK_KEYS or not _CROSSWALK_KEYS[key](item):
            return False
    return True


_FILE_KEYS = {
    "version": _version,
    "id": _id,
    "title": _line,
    "kind": _kind,
    "reason": _text,
    "phase": _phase,
    "met_by": _met_by,
    "own": boolean,
    "waivable": boolean,
    "crosswalk": _crosswalk,
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
    return (
        "version" in value
        and "id" in value
        and "title" in value
        and "reason" in value
        and "phase" in value
        and "met_by" in value
    )


def conforms(value: Any) -> bool:
    """As control.schema.json asks for."""
    return _file(value)
