"""Made from facts.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import boolean, date, finite, integer, nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHARS_1 = "0123456789"
_CHARS_2 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHARS_3 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_WORDS_4 = frozenset({"User", "Bot", "App", "Organization", "Mannequin", "EnterpriseUserAccount"})
_WORDS_5 = frozenset({"low", "medium", "high", "critical"})
_CHARS_6 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_7 = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_8 = "%+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARS_9 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_WORDS_10 = frozenset({"ok", "missing", "invalid", "too-large", "unreadable"})
_WORDS_11 = frozenset(
    {
        "opened",
        "push",
        "approve",
        "request_changes",
        "comment",
        "dismiss",
        "veto_end",
        "retarget",
        "agent_request",
        "membership",
        "check",
        "label",
        "command",
        "enqueue",
        "dequeue",
        "merge_group",
        "ready",
        "draft",
        "edit",
        "review_request",
        "close",
        "reopen",
    }
)
_CHARS_12 = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
_WORDS_13 = frozenset({"added", "removed"})
_WORDS_14 = frozenset({"admin", "maintain", "write", "triage", "read", "none"})
_WORDS_15 = frozenset({"opened", "push", "approve", "request_changes"})
_WORDS_16 = frozenset({"git", "api"})
_WORDS_17 = frozenset({"pass", "inconclusive", "fail", "error"})
_WORDS_18 = frozenset({"PASS", "BLOCK", "ERROR"})


def _version(value: Any) -> bool:
    return value == 1 and value is not True


def _moment_text(rest: str) -> bool:
    # ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$
    after = rest.lstrip(_CHARS_1)
    if len(rest) - len(after) != 4:
        return False
    rest = after
    if rest[:1] != "-":
        return False
    rest = rest[1:]
    after = rest.lstrip(_CHARS_1)
    if len(rest) - len(after) != 2:
        return False
    rest = after
    if rest[:1] != "-":
        return False
    rest = rest[1:]
    after = rest.lstrip(_CHARS_1)
    if len(rest) - len(after) != 2:
        return False
    rest = after
    if rest[:1] != "T":
        return False
    rest = rest[1:]
    after = rest.lstrip(_CHARS_1)
    if len(rest) - len(after) != 2:
        return False
    rest = after
    if rest[:1] != ":":
        return False
    rest = rest[1:]
    after = rest.lstrip(_CHARS_1)
    if len(rest) - len(after) != 2:
        return False
    rest = after
    if rest[:1] != ":":
        return False
    rest = rest[1:]
    after = rest.lstrip(_CHARS_1)
    if len(rest) - len(after) != 2:
        return False
    rest = after
    if rest[:1] != "Z":
        return False
    rest = rest[1:]
    return not rest


def _moment(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 20 and _moment_text(value)


def _pull_request_number(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 9007199254740991


def _login_text(rest: str) -> bool:
    # ^[A-Za-z0-9][A-Za-z0-9_-]*(\[bot\])?$
    if not rest or rest[0] not in _CHARS_2:
        return False
    rest = rest.lstrip(_CHARS_3)
    if rest[:1] == "[":
        if not rest.startswith("[bot]"):
            return False
        rest = rest[5:]
    return not rest


def _login(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 100 and _login_text(value)


def _kind(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_4


_PERSON_KEYS = {
    "login": _login,
    "kind": _kind,
    "id": _pull_request_number,
}


def _person(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _PERSON_KEYS or not _PERSON_KEYS[key](item):
            return False
    return "login" in value and "kind" in value


def _asker(value: Any) -> bool:
    return _person(value) or nothing(value)


def _branch(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 255


def _sha_text(rest: str) -> bool:
    # ^[0-9A-Za-z]+$
    if not rest or rest[0] not in _CHARS_2:
        return False
    rest = rest.lstrip(_CHARS_2)
    return not rest


def _sha(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 64 and _sha_text(value)


_PULL_REQUEST_BASE_KEYS = {
    "branch": _branch,
    "sha": _sha,
    "merge_base": _sha,
}


def _pull_request_base(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _PULL_REQUEST_BASE_KEYS or not _PULL_REQUEST_BASE_KEYS[key](item):
            return False
    return "branch" in value and "sha" in value


_PULL_REQUEST_HEAD_KEYS = {
    "sha": _sha,
}


def _pull_request_head(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _PULL_REQUEST_HEAD_KEYS or not _PULL_REQUEST_HEAD_KEYS[key](item):
            return False
    return "sha" in value


def _pull_request_same_head(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_pull_request_number, value))


_PULL_REQUEST_KEYS = {
    "number": _pull_request_number,
    "author": _person,
    "requester": _asker,
    "base": _pull_request_base,
    "head": _pull_request_head,
    "draft": boolean,
    "fork": boolean,
    "same_head": _pull_request_same_head,
}


def _pull_request(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _PULL_REQUEST_KEYS or not _PULL_REQUEST_KEYS[key](item):
            return False
    return (
        "number" in value
        and "author" in value
        and "requester" in value
        and "base" in value
        and "head" in value
        and "draft" in value
        and "fork" in value
    )


def _tier(value: Any) -> bool:
    if value is not None and not (isinstance(value, str) and value in _WORDS_5):
        return False
    return True


_TIER_2_KEYS = {
    "base": _tier,
    "head": _tier,
    "least": _tier,
}


def _tier_2(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _TIER_2_KEYS or not _TIER_2_KEYS[key](item):
            return False
    return "base" in value and "head" in value


def _people(value: Any) -> bool:
    return integer(value) and value >= 0 and value <= 100


def _word(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200


def _owner_text(rest: str) -> bool:
    # ^(@[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)$
    if rest[:1] == "@":
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_2:
            return False
        rest = rest.lstrip(_CHARS_3)
        if rest[:1] == "/":
            rest = rest[1:]
            if not rest or rest[0] not in _CHARS_6:
                return False
            rest = rest.lstrip(_CHARS_7)
    elif rest and rest[0] in _CHARS_8:
        rest = rest.lstrip(_CHARS_8)
        if rest[:1] != "@":
            return False
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_9:
            return False
        rest = rest.lstrip(_CHARS_9)
        if rest[:1] != ".":
            return False
        rest = rest[1:]
        if not rest or rest[0] not in _CHARS_9:
            return False
        rest = rest.lstrip(_CHARS_9)
        while rest[:1] == ".":
            rest = rest[1:]
            if not rest or rest[0] not in _CHARS_9:
                return False
            rest = rest.lstrip(_CHARS_9)
    else:
        return False
    return not rest


def _owner(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 254 and _owner_text(value)


def _owners(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_owner, value))


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 4000


def _needs_roles_item_control(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 130


_NEEDS_ROLES_ITEM_KEYS = {
    "role": _word,
    "holders": _owners,
    "why": _text,
    "control": _needs_roles_item_control,
    "system": _needs_roles_item_control,
    "waivable": boolean,
}


def _needs_roles_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _NEEDS_ROLES_ITEM_KEYS or not _NEEDS_ROLES_ITEM_KEYS[key](item):
            return False
    return "role" in value and "holders" in value


def _needs_roles(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_needs_roles_item, value))


def _path(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 4096


def _paths(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100000 and all(map(_path, value))


_NEEDS_OWNER_SETS_ITEM_KEYS = {
    "owners": _owners,
    "paths": _paths,
    "why": _text,
}


def _needs_owner_sets_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _NEEDS_OWNER_SETS_ITEM_KEYS or not _NEEDS_OWNER_SETS_ITEM_KEYS[key](item):
            return False
    return "owners" in value


def _needs_owner_sets(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 2000 and all(map(_needs_owner_sets_item, value))


_NEEDS_KEYS = {
    "people": _people,
    "roles": _needs_roles,
    "owner_sets": _needs_owner_sets,
    "unowned": _paths,
}


def _needs(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _NEEDS_KEYS or not _NEEDS_KEYS[key](item):
            return False
    return "people" in value and "roles" in value and "owner_sets" in value


def _codeowners_state(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_10


def _codeowners_size(value: Any) -> bool:
    return integer(value) and value >= 0 and value <= 9007199254740991


def _codeowners_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 8000000


def _codeowners_errors_item_line(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 10000000


_CODEOWNERS_ERRORS_ITEM_KEYS = {
    "line": _codeowners_errors_item_line,
    "message": _text,
    "path": _path,
}


def _codeowners_errors_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _CODEOWNERS_ERRORS_ITEM_KEYS or not _CODEOWNERS_ERRORS_ITEM_KEYS[key](item):
            return False
    return "line" in value and "message" in value


def _codeowners_errors(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 1000 and all(map(_codeowners_errors_item, value))


_CODEOWNERS_KEYS = {
    "state": _codeowners_state,
    "commit": _sha,
    "location": _path,
    "size": _codeowners_size,
    "text": _codeowners_text,
    "errors": _codeowners_errors,
}


def _codeowners(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _CODEOWNERS_KEYS or not _CODEOWNERS_KEYS[key](item):
            return False
    return "state" in value


def _commits_item_parents(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_sha, value))


def _who_login(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 100 and _login_text(value)
    return nothing(value)


_WHO_KEYS = {
    "login": _who_login,
    "kind": _kind,
    "id": _pull_request_number,
}


def _who(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _WHO_KEYS or not _WHO_KEYS[key](item):
            return False
    return "login" in value


def _commits_item_co_authors(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_who, value))


_COMMITS_ITEM_KEYS = {
    "sha": _sha,
    "parents": _commits_item_parents,
    "author": _who,
    "committer": _who,
    "co_authors": _commits_item_co_authors,
}


def _commits_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _COMMITS_ITEM_KEYS or not _COMMITS_ITEM_KEYS[key](item):
            return False
    return "sha" in value and "parents" in value and "author" in value and "committer" in value


def _commits(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 20000 and all(map(_commits_item, value))


def _boundary(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 20000 and all(map(_sha, value))


def _events_item_kind(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_11


_ACTOR_KEYS = {
    "login": _login,
    "kind": _kind,
    "id": _pull_request_number,
}


def _actor(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _ACTOR_KEYS or not _ACTOR_KEYS[key](item):
            return False
    return "login" in value and "kind" in value and "id" in value


def _digest_text(rest: str) -> bool:
    # ^[!-~]+$
    if not rest or rest[0] not in _CHARS_12:
        return False
    rest = rest.lstrip(_CHARS_12)
    return not rest


def _digest(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200 and _digest_text(value)


def _team_text(rest: str) -> bool:
    # ^@[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9_][A-Za-z0-9_.-]*$
    if rest[:1] != "@":
        return False
    rest = rest[1:]
    if not rest or rest[0] not in _CHARS_2:
        return False
    rest = rest.lstrip(_CHARS_3)
    if rest[:1] != "/":
        return False
    rest = rest[1:]
    if not rest or rest[0] not in _CHARS_6:
        return False
    rest = rest.lstrip(_CHARS_7)
    return not rest


def _team(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 254 and _team_text(value)


def _events_item_change(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_13


def _permission(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_14


def _events_item_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 70000


_EVENTS_ITEM_KEYS = {
    "id": _word,
    "kind": _events_item_kind,
    "actor": _actor,
    "at": _moment,
    "head": _sha,
    "diff": _digest,
    "merge_base": _sha,
    "evidence": _digest,
    "review": _word,
    "person": _login,
    "reason": _text,
    "base": _branch,
    "team": _team,
    "change": _events_item_change,
    "permission": _permission,
    "text": _events_item_text,
}


def _events_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _EVENTS_ITEM_KEYS or not _EVENTS_ITEM_KEYS[key](item):
            return False
    return "id" in value and "kind" in value and "actor" in value and "at" in value


def _events_item_all_0_if(value: Any) -> bool:
    return "kind" in value and isinstance(value["kind"], str) and value["kind"] in _WORDS_15


def _events_item_2(value: Any) -> bool:
    if not _events_item(value):
        return False
    if _events_item_all_0_if(value) and "head" not in value:
        return False
    if "kind" in value and value["kind"] == "retarget" and "base" not in value:
        return False
    if "kind" in value and value["kind"] == "membership" and not ("team" in value and "person" in value):
        return False
    if "kind" in value and value["kind"] == "membership" and "change" not in value:
        return False
    return True


def _events(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 50000 and all(map(_events_item_2, value))


def _diffs_other_source(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_16


_DIFFS_OTHER_KEYS = {
    "digest": _digest,
    "merge_base": _sha,
    "tree": _digest,
    "recomputed_tree": _digest,
    "source": _diffs_other_source,
    "files_count": _codeowners_size,
    "commits_count": _codeowners_size,
}


def _diffs_other(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _DIFFS_OTHER_KEYS or not _DIFFS_OTHER_KEYS[key](item):
            return False
    return "digest" in value and "source" in value and "files_count" in value


def _diffs(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not _diffs_other(item):
            return False
    return len(value) <= 20000 and all(map(_sha, value))


def _verdict(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_17


_EVIDENCE_OBJECT_EARLIER_ITEM_KEYS = {
    "digest": _digest,
    "at": _moment,
    "verdict": _verdict,
}


def _evidence_object_earlier_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _EVIDENCE_OBJECT_EARLIER_ITEM_KEYS or not _EVIDENCE_OBJECT_EARLIER_ITEM_KEYS[key](item):
            return False
    return "digest" in value and "at" in value and "verdict" in value


def _evidence_object_earlier(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_evidence_object_earlier_item, value))


_EVIDENCE_OBJECT_KEYS = {
    "digest": _digest,
    "at": _moment,
    "verdict": _verdict,
    "earlier": _evidence_object_earlier,
}


def _evidence_object(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _EVIDENCE_OBJECT_KEYS or not _EVIDENCE_OBJECT_KEYS[key](item):
            return False
    return "digest" in value and "at" in value and "verdict" in value


def _evidence(value: Any) -> bool:
    return _evidence_object(value) or nothing(value)


def _teams_other_members(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 10000 and all(map(_login, value))


def _teams_other_children(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 1000 and all(map(_team, value))


_TEAMS_OTHER_KEYS = {
    "members": _teams_other_members,
    "children": _teams_other_children,
    "readable": boolean,
}


def _teams_other(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _TEAMS_OTHER_KEYS or not _TEAMS_OTHER_KEYS[key](item):
            return False
    return "members" in value and "children" in value and "readable" in value


def _teams(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not _teams_other(item):
            return False
    return len(value) <= 2000 and all(map(_team, value))


def _people_other_emails_item(value: Any) -> bool:
    return isinstance(value, str) and 3 <= len(value) <= 254


def _people_other_emails(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 20 and all(map(_people_other_emails_item, value))


_PEOPLE_OTHER_KEYS = {
    "permission": _permission,
    "kind": _kind,
    "suspended": boolean,
    "id": _pull_request_number,
    "emails": _people_other_emails,
}


def _people_other(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _PEOPLE_OTHER_KEYS or not _PEOPLE_OTHER_KEYS[key](item):
            return False
    return "permission" in value and "kind" in value


def _people_2(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not _people_other(item):
            return False
    return len(value) <= 20000 and all(map(_login, value))


_POLICIES_PEOPLE_KEYS = {
    "low": _people,
    "medium": _people,
    "high": _people,
    "critical": _people,
}


def _policies_people(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _POLICIES_PEOPLE_KEYS or not _POLICIES_PEOPLE_KEYS[key](item):
            return False
    return True


def _days(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 3650


_POLICIES_MAX_AGE_DAYS_KEYS = {
    "low": _days,
    "medium": _days,
    "high": _days,
    "critical": _days,
}


def _policies_max_age_days(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _POLICIES_MAX_AGE_DAYS_KEYS or not _POLICIES_MAX_AGE_DAYS_KEYS[key](item):
            return False
    return True


_POLICIES_KEYS = {
    "people": _policies_people,
    "max_age_days": _policies_max_age_days,
    "keep_clean_updates": boolean,
}


def _policies(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _POLICIES_KEYS or not _POLICIES_KEYS[key](item):
            return False
    return True


def _waivers_item_until(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 10 and date(value)


def _waivers_item_contributors(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_login, value))


_WAIVERS_ITEM_KEYS = {
    "control": _needs_roles_item_control,
    "system": _needs_roles_item_control,
    "reason": _text,
    "owner": _login,
    "approver": _login,
    "until": _waivers_item_until,
    "author": _login,
    "contributors": _waivers_item_contributors,
}


def _waivers_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _WAIVERS_ITEM_KEYS or not _WAIVERS_ITEM_KEYS[key](item):
            return False
    return (
        "control" in value
        and "system" in value
        and "reason" in value
        and "owner" in value
        and "approver" in value
        and "until" in value
    )


def _waivers(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 1000 and all(map(_waivers_item, value))


def _decision_kind(value: Any) -> bool:
    return value == "approval-decision"


def _decision_decision(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_18


def _decision_number(value: Any) -> bool:
    return integer(value) or nothing(value)


def _decision_head(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 64
    return nothing(value)


def _decision_requirements(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not finite(item):
            return False
    return len(value) <= 20


def _decision_ignored(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 1000 and finite(value)


_DECISION_KEYS = {
    "version": _version,
    "kind": _decision_kind,
    "decision": _decision_decision,
    "counted_approvers": _teams_other_members,
    "facts": _digest,
    "number": _decision_number,
    "head": _decision_head,
    "tier": _tier,
    "requirements": _decision_requirements,
    "ignored": _decision_ignored,
}


def _decision(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _DECISION_KEYS or not _DECISION_KEYS[key](item):
            return False
    return "decision" in value


_FILE_KEYS = {
    "version": _version,
    "now": _moment,
    "pull_request": _pull_request,
    "tier": _tier_2,
    "needs": _needs,
    "paths": _paths,
    "codeowners": _codeowners,
    "commits": _commits,
    "boundary": _boundary,
    "events": _events,
    "diffs": _diffs,
    "evidence": _evidence,
    "teams": _teams,
    "people": _people_2,
    "policies": _policies,
    "waivers": _waivers,
    "decision": _decision,
}


def _file(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key not in _FILE_KEYS or not _FILE_KEYS[key](item):
            return False
    return (
        "version" in value
        and "now" in value
        and "pull_request" in value
        and "tier" in value
        and "needs" in value
        and "codeowners" in value
        and "commits" in value
        and "events" in value
        and "diffs" in value
        and "evidence" in value
        and "teams" in value
        and "people" in value
        and "policies" in value
    )


def conforms(value: Any) -> bool:
    """As facts.schema.json asks for."""
    return _file(value)
