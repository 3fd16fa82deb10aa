"""Made from policy-test.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import boolean, date, finite, integer, line, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "0123456789abcdefghijklmnopqrstuvwxyz"
_WORDS_2 = frozenset({"met", "missing", "empty", "stale"})
_CHARS_3 = "-0123456789abcdefghijklmnopqrstuvwxyz"
_ANY_4 = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_CHARS_5 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHARS_6 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_WORDS_7 = frozenset({"admin", "maintain", "write", "triage", "read", "none"})
_WORDS_8 = frozenset({"low", "medium", "high", "critical"})
_CHARS_9 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CHARS_10 = "0123456789"
_WORDS_11 = frozenset({"placet", "non placet", "error"})
_WORDS_12 = frozenset({"met", "waived", "unsure", "pending", "failed", "error"})


def _version(value: Any) -> bool:
    return value == 1 and value is not True


def _line(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200 and line(value)


def _given_registration_string_text(rest: str) -> bool:
    # ^systems/[a-z0-9]+(-[a-z0-9]+)*/system\.yaml$
    if not rest.startswith("systems/"):
        return False
    rest = rest[8:]
    if not rest or rest[0] not in _CHARS_1:
        return False
    rest = rest.lstrip(_CHARS_1)
    while rest[:1] == "-":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_1:
            return False
        rest = rest.lstrip(_CHARS_1)
    if not rest.startswith("/system.yaml"):
        return False
    rest = rest[12:]
    return not rest


def _given_registration_object(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not finite(item):
            return False
    return len(value) <= 100


def _given_registration(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 100 and _given_registration_string_text(value)
    return _given_registration_object(value)


def _date(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 10 and date(value)


def _given_evidence_other_string_text(rest: str) -> bool:
    # ^(pass|fail|inconclusive|missing)$
    if rest[:1] == "p":
        if not rest.startswith("pass"):
            return False
        rest = rest[4:]
    elif rest[:1] == "f":
        if not rest.startswith("fail"):
            return False
        rest = rest[4:]
    elif rest[:1] == "i":
        if not rest.startswith("inconclusive"):
            return False
        rest = rest[12:]
    elif rest[:1] == "m":
        if not rest.startswith("missing"):
            return False
        rest = rest[7:]
    else:
        return False
    return not rest


def _given_evidence_other_object_cases(value: Any) -> bool:
    return integer(value) and value >= 0 and value <= 10000


def _given_evidence_other_object_min(value: Any) -> bool:
    return number(value) and value >= 0 and value <= 1


_GIVEN_EVIDENCE_OTHER_OBJECT_KEYS = {
    "cases": _given_evidence_other_object_cases,
    "failing": _given_evidence_other_object_cases,
    "newly_failing": _given_evidence_other_object_cases,
    "newly_passing": _given_evidence_other_object_cases,
    "errors": _given_evidence_other_object_cases,
    "min": _given_evidence_other_object_min,
    "max_regression": _given_evidence_other_object_min,
}


def _given_evidence_other_object(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _GIVEN_EVIDENCE_OTHER_OBJECT_KEYS or not _GIVEN_EVIDENCE_OTHER_OBJECT_KEYS[key](item):
            return False
    return "cases" in value


def _given_evidence_other(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 12 and _given_evidence_other_string_text(value)
    return _given_evidence_other_object(value)


def _given_evidence_key_text(rest: str) -> bool:
    # ^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$
    if not rest or rest[0] not in _CHARS_1:
        return False
    rest = rest.lstrip(_CHARS_1)
    while rest[:1] == "-":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_1:
            return False
        rest = rest.lstrip(_CHARS_1)
    if rest[:1] != ".":
        return False
    rest = rest[1:]
    if not rest or rest[0] not in _CHARS_1:
        return False
    rest = rest.lstrip(_CHARS_1)
    while rest[:1] == "-":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_1:
            return False
        rest = rest.lstrip(_CHARS_1)
    return not rest


def _given_evidence_key(value: Any) -> bool:
    if isinstance(value, str) and not _given_evidence_key_text(value):
        return False
    return True


def _given_evidence(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not _given_evidence_other(item):
            return False
    return len(value) <= 100 and all(map(_given_evidence_key, value))


def _id(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= 64
        and value[:1] in _ANY_4
        and not value.lstrip(_CHARS_3)
        and value[-1] != "-"
        and "--" not in value
    )


def _given_controls(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not (isinstance(item, str) and item in _WORDS_2):
            return False
    return len(value) <= 100 and all(map(_id, value))


def _given_waivers_key_text(rest: str) -> bool:
    # ^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?$
    if not rest or rest[0] not in _CHARS_1:
        return False
    rest = rest.lstrip(_CHARS_1)
    while rest[:1] == "-":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_1:
            return False
        rest = rest.lstrip(_CHARS_1)
    if rest[:1] == ".":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_1:
            return False
        rest = rest.lstrip(_CHARS_1)
        while rest[:1] == "-":
            rest = rest[1:]
            if not rest or rest[0] not in _CHARS_1:
                return False
            rest = rest.lstrip(_CHARS_1)
    return not rest


def _given_waivers_key(value: Any) -> bool:
    if isinstance(value, str) and not _given_waivers_key_text(value):
        return False
    return True


def _given_waivers(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not _date(item):
            return False
    return len(value) <= 100 and all(map(_given_waivers_key, value))


def _given_events_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not finite(item):
            return False
    return len(value) <= 20 and "kind" in value and "actor" in value


def _given_events(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 200 and all(map(_given_events_item, value))


def _logins_item_text(rest: str) -> bool:
    # ^[A-Za-z0-9][A-Za-z0-9_-]*(\[bot\])?$
    if not rest or rest[0] not in _CHARS_5:
        return False
    rest = rest.lstrip(_CHARS_6)
    if rest[:1] == "[":
        if not rest.startswith("[bot]"):
            return False
        rest = rest[5:]
    return not rest


def _logins_item(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and _logins_item_text(value)


def _logins(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 200 and all(map(_logins_item, value))


def _given_teams(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not _logins(item):
            return False
    return len(value) <= 100


def _given_people(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not (isinstance(item, str) and item in _WORDS_7):
            return False
    return len(value) <= 200


_GIVEN_KEYS = {
    "registration": _given_registration,
    "with": _given_registration_object,
    "today": _date,
    "evidence": _given_evidence,
    "before": _given_registration_object,
    "new": boolean,
    "controls": _given_controls,
    "waivers": _given_waivers,
    "events": _given_events,
    "teams": _given_teams,
    "people": _given_people,
    "facts": _given_registration_object,
}


def _given(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _GIVEN_KEYS:
            if not _GIVEN_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "registration" in value


def _expect_tier(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_8


def _controls(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_id, value))


def _expect_approvals_people(value: Any) -> bool:
    return integer(value) and value >= 0 and value <= 100


def _roles(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 20 and all(map(_id, value))


_EXPECT_APPROVALS_KEYS = {
    "people": _expect_approvals_people,
    "roles": _roles,
}


def _expect_approvals(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _EXPECT_APPROVALS_KEYS or not _EXPECT_APPROVALS_KEYS[key](item):
            return False
    return len(value) >= 1


def _findings_item_text(rest: str) -> bool:
    # ^[A-Z]{3,12}[0-9]{3}$
    after = rest.lstrip(_CHARS_9)
    if not 3 <= len(rest) - len(after) <= 12:
        return False
    rest = after
    after = rest.lstrip(_CHARS_10)
    if len(rest) - len(after) != 3:
        return False
    rest = after
    return not rest


def _findings_item(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 15 and _findings_item_text(value)


def _findings(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_findings_item, value))


_EXPECT_WITHOUT_KEYS = {
    "controls": _controls,
    "roles": _roles,
    "findings": _findings,
}


def _expect_without(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _EXPECT_WITHOUT_KEYS or not _EXPECT_WITHOUT_KEYS[key](item):
            return False
    return len(value) >= 1


def _expect_verdict(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_11


def _expect_reasons(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not (isinstance(item, str) and item in _WORDS_12):
            return False
    return len(value) <= 200


_EXPECT_KEYS = {
    "tier": _expect_tier,
    "controls": _controls,
    "approvals": _expect_approvals,
    "findings": _findings,
    "without": _expect_without,
    "verdict": _expect_verdict,
    "counted": _logins,
    "reasons": _expect_reasons,
}


def _expect(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _EXPECT_KEYS or not _EXPECT_KEYS[key](item):
            return False
    return len(value) >= 1


_TESTS_ITEM_KEYS = {
    "name": _line,
    "given": _given,
    "expect": _expect,
}


def _tests_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _TESTS_ITEM_KEYS:
            if not _TESTS_ITEM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "name" in value and "given" in value and "expect" in value


def _tests(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 200 and all(map(_tests_item, value))


_FILE_KEYS = {
    "version": _version,
    "tests": _tests,
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
    return "version" in value and "tests" in value


def conforms(value: Any) -> bool:
    """As policy-test.schema.json asks for."""
    return _file(value)
