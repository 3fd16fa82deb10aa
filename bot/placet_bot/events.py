"""What GitHub tells about: the bytes of an event, read as a value.

Pure. The bytes are untrusted: whoever opens a pull request writes much of them. Only what the bot needs is read, and
what isn't exactly of the shape it must have is refused. Titles, branch names of the head and texts are never read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from placet.errors import PlacetError, UsageError

#: GitHub sends no larger event.
LARGEST = 25 * 2**20
_LONGEST_REF = 255

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")  # noqa: TID251 - our own pattern
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")  # noqa: TID251 - our own pattern
#: What git's check-ref-format forbids inside a name; `:`, `*` and a leading `+` would also change a refspec's meaning.
_NOT_IN_A_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|$)")  # noqa: TID251 - our own pattern


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as an event tells of it. `base` is a branch's name; that branch may have moved since."""

    repository: str  # owner/name
    number: int
    head: str  # commit
    base: str


def parse_event(name: str, body: bytes) -> PullRequest:
    """The event `name` with the payload `body`. Raises PlacetError for what can't be one."""
    parser = _PARSERS.get(name)
    if parser is None:
        raise UsageError(
            f"the bot doesn't run on {name or 'no event'!r}",
            help=f"run it in a workflow that is triggered `on: {', '.join(_PARSERS)}`",
        )
    return parser(_object(body))


def _pull_request(payload: dict[str, Any]) -> PullRequest:
    pull = _part(payload, "pull_request")
    head, base = _part(pull, "head"), _part(pull, "base")
    number = pull.get("number")
    repository, commit, branch = _part(payload, "repository").get("full_name"), head.get("sha"), base.get("ref")
    if not (isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63):
        raise _malformed("pull_request.number is no positive whole number")
    if not is_repository(repository):
        raise _malformed("repository.full_name is not of the form owner/name")
    if not is_commit(commit):
        raise _malformed("pull_request.head.sha is no commit id")
    if not is_branch(branch):
        raise _malformed("pull_request.base.ref is no branch name")
    return PullRequest(str(repository), number, str(commit), str(branch))


#: A merge queue's `merge_group` will stand here too.
_PARSERS: dict[str, Callable[[dict[str, Any]], PullRequest]] = {"pull_request": _pull_request}


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > LARGEST:
        raise _malformed(f"it is larger than {LARGEST // 2**20} MB")
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        raise _malformed("it is no JSON") from None
    if not isinstance(payload, dict):
        raise _malformed("it is no JSON object")
    return payload


def _part(payload: dict[str, Any], key: str) -> dict[str, Any]:
    part = payload.get(key)
    if not isinstance(part, dict):
        raise _malformed(f"{key} is missing or no object")
    return part


def _malformed(what: str) -> PlacetError:
    return PlacetError(
        f"the event can't be read: {what}", help="the bot reads the file that GitHub Actions names in GITHUB_EVENT_PATH"
    )


def is_commit(value: object) -> bool:
    return isinstance(value, str) and _COMMIT.fullmatch(value) is not None


def is_repository(value: object) -> bool:
    return isinstance(value, str) and _REPOSITORY.fullmatch(value) is not None and not {".", ".."} & {*value.split("/")}


def is_branch(value: object) -> bool:
    """Whether git would take `value` as a branch's name, and a refspec as nothing but that."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_REF or _NOT_IN_A_REF.search(value):
        return False
    if value == "@" or value[0] in "-./+" or value[-1] in "./":
        return False
    return value.isprintable()
