"""From a document that its schema has passed to the facts as values.

Nothing is looked up, completed or judged here; a time that no calendar knows is a `Trouble`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from placet.approval.document import Trouble
from placet.approval.facts import (
    Account,
    Actor,
    Commit,
    Diff,
    Event,
    Evidence,
    Facts,
    LineTrouble,
    Owners,
    OwnerSet,
    Role,
    Team,
    Waiver,
)
from placet.model.policy import Tier
from placet.record import replace


def facts_of(value: Mapping[str, Any]) -> Facts:
    """`value` conforms to the schema."""
    moments = _Moments()
    pull, needs, tier = value["pull_request"], value["needs"], _tier(value["tier"])
    base, policies = pull["base"], value["policies"]
    least = policies.get("people", {}).get(tier.label, 0)
    found = Facts(
        now=moments.read(value["now"], "now"),
        number=int(pull["number"]),
        author=_actor(pull["author"]),
        requester=_actor(pull["requester"]) if pull["requester"] else None,
        branch=base["branch"],
        base=base["sha"],
        merge_base=base.get("merge_base", base["sha"]),
        head=pull["head"]["sha"],
        draft=pull["draft"],
        same_head=tuple(int(number) for number in pull.get("same_head", ()) if number != pull["number"]),
        tier=tier,
        people_needed=int(max(needs["people"], least)),
        roles=tuple(map(_role, needs["roles"])),
        owner_sets=tuple(_owner_set(one) for one in needs["owner_sets"]),
        unowned=tuple(needs.get("unowned", ())),
        paths=tuple(dict.fromkeys(value["paths"])) if "paths" in value else None,
        codeowners=_owners(value["codeowners"]),
        commits=tuple(sorted(map(_commit, value["commits"]), key=lambda commit: commit.sha)),
        boundary=frozenset([*value.get("boundary", ()), base["sha"], base.get("merge_base", base["sha"])]),
        events=_events(value["events"], moments),
        diffs={head: _diff(one) for head, one in value["diffs"].items()},
        evidence=_evidence(value["evidence"], moments),
        teams=tuple(_team(name, one) for name, one in value["teams"].items()),
        people=tuple(_account(login, one) for login, one in value["people"].items()),
        max_age_days=policies.get("max_age_days", {}).get(tier.label),
        keeps_clean_updates=policies.get("keep_clean_updates", True),
        waivers=tuple(_waivers(value.get("waivers", ()), moments)),
    )
    return _with(found, moments.troubles)


def _with(facts: Facts, troubles: list[Trouble]) -> Facts:
    return replace(facts, troubles=tuple(troubles)) if troubles else facts


class _Moments:
    """Reads times, and keeps what is no time."""

    def __init__(self) -> None:
        self.troubles: list[Trouble] = []

    def read(self, text: str, path: str) -> datetime:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            self.troubles.append(Trouble(path, f"is no time: {text}"))
            return datetime(1, 1, 1, tzinfo=UTC)


def _tier(value: Mapping[str, str | None]) -> Tier:
    """The strictest of those that are said. A change that touches no system is of the lowest tier."""
    return max((Tier.of(label) for label in value.values() if label), default=Tier.LOW)


def _actor(value: Mapping[str, Any]) -> Actor:
    id = value.get("id")
    return Actor(value["login"], value.get("kind", "User"), None if id is None else int(id))


_TEXTS = (
    "head",
    "diff",
    "merge_base",
    "evidence",
    "review",
    "person",
    "reason",
    "base",
    "team",
    "change",
    "permission",
)


def _events(values: list[Mapping[str, Any]], moments: _Moments) -> tuple[Event, ...]:
    """In order of time. What was delivered twice counts once; what differs under one id is a contradiction."""
    by_id: dict[str, Mapping[str, Any]] = {}
    for value in values:
        known = by_id.setdefault(value["id"], value)
        if known is not value and known != value:
            moments.troubles.append(Trouble(f"event {value['id']}", "is there twice and says two different things"))
    once = sorted(by_id.values(), key=lambda value: str(value["at"]))
    return tuple(_event(value, order, moments) for order, value in enumerate(once))


def _event(value: Mapping[str, Any], order: int, moments: _Moments) -> Event:
    at = moments.read(value["at"], f"event {value['id']}, at")
    texts = {name: value[name] for name in _TEXTS if name in value}
    return Event(value["id"], value["kind"], _actor(value["actor"]), at, order, **texts)


def _commit(value: Mapping[str, Any]) -> Commit:
    co_authors = tuple(map(_actor, value.get("co_authors", ())))
    return Commit(
        value["sha"], tuple(value["parents"]), _actor(value["author"]), _actor(value["committer"]), co_authors
    )


def _diff(value: Mapping[str, Any]) -> Diff:
    commits = value.get("commits_count")
    return Diff(
        digest=value["digest"],
        merge_base=value.get("merge_base", ""),
        tree=value.get("tree", ""),
        recomputed_tree=value.get("recomputed_tree", ""),
        source=value["source"],
        files=int(value["files_count"]),
        commits=None if commits is None else int(commits),
    )


def _evidence(value: Mapping[str, Any] | None, moments: _Moments) -> Evidence | None:
    if value is None:
        return None
    earlier = [
        _seen(one, moments, f"evidence.earlier[{index}].at") for index, one in enumerate(value.get("earlier", ()))
    ]
    last = _seen(value, moments, "evidence.at")
    return Evidence(last.digest, last.at, last.verdict, tuple(sorted(earlier, key=lambda one: one.at)))


def _seen(value: Mapping[str, Any], moments: _Moments, path: str) -> Evidence:
    return Evidence(value["digest"], moments.read(value["at"], path), value["verdict"])


def _team(name: str, value: Mapping[str, Any]) -> Team:
    children = tuple(child.lower() for child in value["children"])
    return Team(name.lower(), tuple(member.lower() for member in value["members"]), children, value["readable"])


def _account(login: str, value: Mapping[str, Any]) -> Account:
    id = value.get("id")
    emails = tuple(email.lower() for email in value.get("emails", ()))
    suspended = value.get("suspended", False)
    return Account(login, value["permission"], value["kind"], suspended, None if id is None else int(id), emails)


def _owner_set(value: Mapping[str, Any]) -> OwnerSet:
    return OwnerSet(tuple(value["owners"]), tuple(value.get("paths", ())), value.get("why", ""))


def _role(value: Mapping[str, Any]) -> Role:
    return Role(
        name=value["role"],
        holders=tuple(value["holders"]),
        why=value.get("why", ""),
        control=value.get("control", ""),
        system=value.get("system", ""),
        waivable=value.get("waivable", True),
    )


def _owners(value: Mapping[str, Any]) -> Owners:
    errors = tuple(
        LineTrouble(int(one["line"]), one["message"], one.get("path", "")) for one in value.get("errors", ())
    )
    commit, location = value.get("commit", ""), value.get("location", "CODEOWNERS")
    return Owners(value["state"], commit, location, int(value.get("size", 0)), value.get("text"), errors)


def _waivers(values: Iterable[Mapping[str, Any]], moments: _Moments) -> Iterator[Waiver]:
    for index, value in enumerate(values):
        hands = (*([value["author"]] if "author" in value else []), *value.get("contributors", ()))
        until = moments.read(f"{value['until']}T00:00:00Z", f"waivers[{index}].until").date()
        yield Waiver(value["control"], value["system"], value["reason"], value["approver"], until, hands)
