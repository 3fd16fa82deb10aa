"""The facts document of a policy test: what it says of a pull request, and the plainest that can be said of the rest.

Pure. One commit by the author, pushed at eight and evaluated at nine; events follow from ten on, a minute apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from placet.model.policy import Policies, Tier
from placet.policy_tests.case import ENDS

AUTHOR = "author"
_DIFF, _EVIDENCE = "sha256:diff", "sha256:evidence"
_SHORT = ("events", "teams", "people")
#: An event about a head carries what was recorded when it arrived.
_ABOUT = {"head": ENDS.head, "diff": _DIFF, "evidence": _EVIDENCE}
_WITH_HEAD = frozenset({"approve", "request_changes"})
_PUSHES = frozenset({"opened", "push"})


def document(said: Mapping[str, Any], policies: Policies, today: date) -> dict[str, Any]:
    """`said` over what is filled in. Tier and needs are those of the plan, and are put in by whoever counts."""
    rest = {key: value for key, value in said.items() if key not in _SHORT}
    author = _author(rest)
    told = said.get("events", [])
    events = [*_pushed(author, today), *_events(told if isinstance(told, list) else [told], today)]
    made = over(_plainest(author, policies, today), rest)
    made["events"] = events
    teams = said.get("teams", {})
    made["teams"] = {name: _team(members) for name, members in teams.items()} if isinstance(teams, dict) else teams
    made["people"] = _people(said, events)
    return made


def _author(rest: Mapping[str, Any]) -> dict[str, Any]:
    request = rest.get("pull_request")
    author = request.get("author") if isinstance(request, dict) else None
    return author if isinstance(author, dict) else actor(AUTHOR)


def _plainest(author: Mapping[str, Any], policies: Policies, today: date) -> dict[str, Any]:
    who = {"login": author.get("login"), "kind": author.get("kind", "User")}
    ages: dict[str, int] = {}
    return {
        "version": 1,
        "now": f"{today}T23:00:00Z",
        "pull_request": {
            "number": 1,
            "author": dict(author),
            "requester": None,
            "base": {"branch": "main", "sha": ENDS.base, "merge_base": ENDS.merge_base},
            "head": {"sha": ENDS.head},
            "draft": False,
            "fork": False,
        },
        "tier": {"base": "low", "head": "low"},
        "codeowners": {"state": "ok"},
        "commits": [{"sha": ENDS.head, "parents": [ENDS.base], "author": who, "committer": who}],
        "boundary": [ENDS.base],
        "diffs": {ENDS.head: {"digest": _DIFF, "merge_base": ENDS.merge_base, "source": "git", "files_count": 1}},
        "evidence": {"digest": _EVIDENCE, "at": f"{today}T09:00:00Z", "verdict": "pass"},
        "policies": {
            "people": {tier.label: policies.tiers[tier].approvals.people for tier in Tier},
            **({"max_age_days": ages} if ages else {}),
        },
    }


def actor(login: str, kind: str = "") -> dict[str, Any]:
    """An account by its login; one that ends in [bot] is a bot."""
    return {"login": login, "kind": kind or ("Bot" if login.endswith("[bot]") else "User"), "id": _id(login)}


def _id(login: str) -> int:
    return int.from_bytes(login.casefold().encode()[:6], "big") or 1


def _pushed(author: Mapping[str, Any], today: date) -> list[dict[str, Any]]:
    who = {**actor(str(author.get("login"))), **author}
    return [{"id": "opened", "kind": "opened", "actor": who, "at": f"{today}T08:00:00Z", "head": ENDS.head}]


def _events(said: Iterable[Any], today: date) -> list[dict[str, Any]]:
    return [_event(one, number, today) for number, one in enumerate(said)]


def _event(said: Any, number: int, today: date) -> Any:
    if not isinstance(said, dict):
        return said
    kind, who = said.get("kind"), said.get("actor")
    at = f"{today}T{10 + number // 60:02}:{number % 60:02}:00Z"
    about = _ABOUT if kind in _WITH_HEAD else {"head": ENDS.head} if kind in _PUSHES else {}
    made = {"id": f"event-{number + 1}", "at": at, **about, **said}
    return {
        **made,
        "actor": actor(who) if isinstance(who, str) else {**actor(str((who or {}).get("login"))), **(who or {})},
    }


def _team(said: Any) -> Any:
    return {"members": said, "children": [], "readable": True} if isinstance(said, list) else said


def _people(said: Mapping[str, Any], events: Iterable[Any]) -> Any:
    """Whoever acted, is in a team or is named: each may write, unless it is said otherwise."""
    named = said.get("people", {})
    if not isinstance(named, dict):
        return named
    acting = {str(one["actor"]["login"]): one["actor"] for one in events if isinstance(one, dict)}
    teams = said.get("teams", {})
    lists = [team for team in teams.values() if isinstance(team, list)] if isinstance(teams, dict) else []
    members = [login for team in lists for login in team if isinstance(login, str)]
    everybody = dict.fromkeys([*acting, *members, *named])
    return {login: _account(acting.get(login) or actor(login), named.get(login, "write")) for login in everybody}


def _account(who: Mapping[str, Any], said: Any) -> Any:
    """A permission is short for an account that has it."""
    return said if isinstance(said, dict) else {"permission": said, "kind": who["kind"], "id": who["id"]}


def over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`below` with the keys of `above` put over it, mapping by mapping; a list or text is replaced."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged
