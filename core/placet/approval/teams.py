"""Who belongs to an owner: a user, a team with its child teams, or an address.

A team that can't be read, isn't there or contains itself is a `Trouble` and never an empty team.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from placet.approval.document import Trouble
from placet.approval.facts import Facts, Team
from placet.approval.people import People
from placet.record import record

MOST_SHOWN = 10


@record
class Circles:
    """The keys of everybody who belongs to each owner, the owners in small letters."""

    of_owner: Mapping[str, frozenset[str]]

    def of(self, owners: Iterable[str]) -> frozenset[str]:
        return frozenset[str]().union(*(self.of_owner.get(owner.lower(), frozenset()) for owner in owners))


def circles(owners: Iterable[str], facts: Facts, people: People) -> tuple[Circles, tuple[Trouble, ...]]:
    """The people behind `owners`, and what can't be told of them."""
    wanted = dict.fromkeys(owner.lower() for owner in owners)
    teams, troubles = _by_name(facts.teams)
    needed = _needed([owner for owner in wanted if "/" in owner], teams)
    troubles += _unreadable(needed, teams)
    troubles += _cycle(needed, teams)
    if troubles:
        return Circles({}), tuple(troubles)
    left = _last_removals(facts, people)
    found: dict[str, frozenset[str]] = {}
    for owner in wanted:
        if "/" in owner:
            found[owner] = frozenset(_members(owner, teams, people, left))
        else:
            keys, trouble = _alone(owner, people)
            troubles += trouble
            found[owner] = keys
    return Circles(found), tuple(troubles)


def _by_name(teams: Iterable[Team]) -> tuple[dict[str, Team], list[Trouble]]:
    found: dict[str, Team] = {}
    twice = [
        Trouble(f"teams.{team.name}", "stands there twice")
        for team in teams
        if found.setdefault(team.name, team) is not team
    ]
    return found, twice


def _needed(roots: list[str], teams: Mapping[str, Team]) -> list[str]:
    """`roots` and every team below one of them."""
    pending, seen = list(roots), dict.fromkeys(roots)
    while pending:
        team = teams.get(pending.pop())
        for child in team.children if team else ():
            if child not in seen:
                seen[child] = None
                pending.append(child)
    return list(seen)


def _unreadable(needed: Iterable[str], teams: Mapping[str, Team]) -> list[Trouble]:
    found = []
    for name in needed:
        team = teams.get(name)
        if team is None or not team.readable:
            why = "isn't there" if team is None else "couldn't be read"
            found.append(Trouble(f"teams.{name}", f"{why}, and so nobody knows who its members are"))
    return found


def _cycle(needed: Iterable[str], teams: Mapping[str, Team]) -> list[Trouble]:
    """Take away teams without a child until none is left; what stays goes in circles, or leads into one."""
    parents: dict[str, list[str]] = {}
    children: dict[str, int] = {}
    for name in needed:
        inner = set(teams[name].children) if name in teams else set()
        children[name] = len(inner)
        for child in inner:
            parents.setdefault(child, []).append(name)
    free = [name for name, count in children.items() if not count]
    while free:
        name = free.pop()
        del children[name]
        for parent in parents.get(name, ()):
            children[parent] -= 1
            if not children[parent]:
                free.append(parent)
    if not children:
        return []
    circle = _around(min(children), teams, children)
    return [Trouble(f"teams.{circle[0]}", f"contains itself: {' > '.join([*circle[:MOST_SHOWN], circle[0]])}")]


def _around(start: str, teams: Mapping[str, Team], left: Mapping[str, int]) -> list[str]:
    """The teams of one circle that `start` leads into."""
    trail: dict[str, None] = {}
    name = start
    while name not in trail:
        trail[name] = None
        name = min(child for child in teams[name].children if child in left)
    names = list(trail)
    return names[names.index(name) :]


def _members(
    owner: str, teams: Mapping[str, Team], people: People, left: Mapping[tuple[str, str], int]
) -> Iterator[str]:
    for name in _needed([owner], teams):
        for member in teams[name].members:
            key = people.key_of(member)
            if (key, name) not in left:
                yield key


def _last_removals(facts: Facts, people: People) -> dict[tuple[str, str], int]:
    """Memberships that ended and didn't begin again. A list of members that was read before may still have them."""
    found: dict[tuple[str, str], int] = {}
    for event in facts.events:
        if event.kind == "membership":
            membership = (people.key_of(event.person), event.team.lower())
            found.pop(membership, None)
            if event.change == "removed":
                found[membership] = event.order
    return found


def ended_memberships(facts: Facts, people: People) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """By person: the teams that they were taken out of, and when."""
    found: dict[str, list[tuple[str, int]]] = {}
    for (key, team), order in _last_removals(facts, people).items():
        found.setdefault(key, []).append((team, order))
    return {key: tuple(ended) for key, ended in found.items()}


def _alone(owner: str, people: People) -> tuple[frozenset[str], list[Trouble]]:
    """The one person behind a login or an address."""
    if owner.startswith("@"):
        key = people.key_of(owner[1:])
        known = key in people.accounts
    else:
        key = people.by_email.get(owner, "")
        known = bool(key)
    if not known:
        return frozenset(), [Trouble(f"people.{owner.removeprefix('@')}", "is an owner, and nothing is known of it")]
    return frozenset({key}), []
