"""Who counts, and by which rule somebody doesn't.

Every rule can only take a voice away. The order of the rules is the order in which a person would mend things.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from placet.approval.binding import Same, same_content, why_lapsed
from placet.approval.facts import Commit, Event, Facts
from placet.approval.opinions import Opinions, Veto, opinions
from placet.approval.owners import Asked
from placet.approval.people import WRITERS, People, Rule, contributors, is_machine, not_human, unattributed
from placet.approval.teams import Circles, ended_memberships
from placet.reasons import Excluded
from placet.record import record


@record
class Count:
    """What became of everybody's word. `counted` are keys, in order of their approvals."""

    counted: tuple[str, ...]
    excluded: tuple[Excluded, ...]
    vetoes: tuple[Veto, ...]  # of those who may say no
    powerless: tuple[Veto, ...]  # of others
    unattributed: tuple[Commit, ...]


@record(slots=False)
class Room:
    """Everything that is known of the people around a change. Needs whole facts."""

    facts: Facts
    people: People
    asked: Asked
    circles: Circles

    @cached_property
    def contributors(self) -> Mapping[str, tuple[Rule, ...]]:
        return contributors(self.facts, self.people)

    @cached_property
    def unattributed(self) -> tuple[Commit, ...]:
        return unattributed(self.facts.commits)

    @cached_property
    def same(self) -> Same:
        return same_content(self.facts)

    @cached_property
    def ended(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        return ended_memberships(self.facts, self.people)

    @cached_property
    def sets(self) -> tuple[frozenset[str], ...]:
        """The people of each owner set and of each role."""
        owners: Iterable[tuple[str, ...]] = (one.owners for one in self.asked.sets)
        holders = (role.holders for role in self.asked.roles)
        return tuple(self.circles.of(names) for names in (*owners, *holders))

    @cached_property
    def sets_of(self) -> Mapping[str, frozenset[int]]:
        """By person, the places in `sets` where they are."""
        found: dict[str, set[int]] = {}
        for index, circle in enumerate(self.sets):
            for key in circle:
                found.setdefault(key, set()).add(index)
        return {key: frozenset(indices) for key, indices in found.items()}

    @cached_property
    def needed_teams(self) -> frozenset[str]:
        """Teams that are asked, and those below them."""
        below = {team.name: team.children for team in self.facts.teams}
        pending = [owner.lower() for owner in self.asked.owners if "/" in owner]
        seen = set(pending)
        while pending:
            new = [child for child in below.get(pending.pop(), ()) if child not in seen]
            seen.update(new)
            pending += new
        return frozenset(seen)


def count(room: Room) -> Count:
    """Who counts now."""
    said = opinions(room.facts, room.people, lambda event, key: _may_end(event, key, room))
    counted: list[tuple[int, str]] = []
    excluded: list[Excluded] = []
    for key, approval, rules in _voices(said, room):
        if rules:
            first, *others = rules
            also = tuple(dict.fromkeys(rule.id for rule in others))
            excluded.append(Excluded(_shown(key, room), first.id, first.text, also))
        elif approval:
            counted.append((approval.order, key))
    mighty: list[Veto] = []
    powerless: list[Veto] = []
    for veto in said.vetoes:
        (mighty if _may_veto(veto, room) else powerless).append(veto)
    return Count(
        counted=tuple(key for _, key in sorted(counted)),
        excluded=tuple(sorted(excluded, key=lambda one: one.person.lower())),
        vetoes=tuple(mighty),
        powerless=tuple(powerless),
        unattributed=room.unattributed,
    )


def _shown(key: str, room: Room) -> str:
    return room.people.name(key)


def _voices(said: Opinions, room: Room) -> Iterator[tuple[str, Event | None, list[Rule]]]:
    """Everybody who ever said yes, and the rules by which that doesn't count. Saying it again takes nothing back."""
    for key in dict.fromkeys((*said.approvals, *said.lost)):
        approvals = said.approvals.get(key, ())
        if approvals:
            yield key, *_best(approvals, key, room)
        else:
            yield key, None, [*_of_the_person(key, None, room), said.lost[key]]


def _best(approvals: tuple[Event, ...], key: str, room: Room) -> tuple[Event, list[Rule]]:
    """The newest approval that counts; else the newest, and why it doesn't."""
    found: list[tuple[Event, list[Rule]]] = []
    for approval in reversed(approvals):
        rules = [*_of_the_person(key, approval, room), *why_lapsed(approval, room.same, room.facts)]
        if not rules:
            return approval, rules
        found.append((approval, rules))
    return found[0]


def _of_the_person(key: str, approval: Event | None, room: Room) -> Iterator[Rule]:
    if approval is not None and (rule := not_human(approval.actor, room.people)):
        yield rule
    yield from room.contributors.get(key, ())
    if room.facts.is_strict and room.unattributed:
        first = room.unattributed[0].sha[:12]
        yield Rule("unattributed", f"can't be shown to be independent: nobody knows who made commit {first}")
    yield from _may_not(key, room)
    for team, order in room.ended.get(key, ()):
        if approval is not None and order > approval.order and team in room.needed_teams:
            yield Rule("left-team", f"has left {team} since")


def _may_not(key: str, room: Room) -> Iterator[Rule]:
    """Eligibility, as it is when it is decided."""
    account = room.people.accounts.get(key)
    if account is None or account.permission not in WRITERS:
        found = account.permission if account else "none"
        yield Rule("no-write-access", f"may not write to the repository (permission: {found})")
    if account is not None and account.suspended:
        yield Rule("suspended", "is suspended")


def _may_veto(veto: Veto, room: Room) -> bool:
    """People who may write, or are asked; and who could then: losing access doesn't end a no."""
    account = room.people.accounts.get(veto.key)
    if is_machine(veto.event.actor):
        return False
    if account is None or account.permission in WRITERS or account.suspended or veto.event.permission in WRITERS:
        return True
    left = any(order > veto.event.order for _, order in room.ended.get(veto.key, ()))
    return left or veto.key in room.sets_of


def _may_end(event: Event, key: str, room: Room) -> Rule | None:
    """Why `event` doesn't end the no of `key`; None when it does."""
    ender, name = room.people.key(event.actor), event.actor.login or "somebody"
    if not_human(event.actor, room.people):
        return Rule("not-human", f"{name} is no person")
    hands = room.contributors.get(ender)
    if hands or (room.facts.is_strict and room.unattributed):
        why = hands[0].text if hands else "a commit is of unknown people"
        return Rule("not-independent", f"{name} can't end it: {why}")
    if any(_may_not(ender, room)):
        return Rule("no-write-access", f"{name} can't end it without write access")
    if not room.sets_of.get(key, frozenset()) & room.sets_of.get(ender, frozenset()):
        return Rule("other-owners", f"{name} can't end it: they share no owner set with {_shown(key, room)}")
    if not event.reason.strip():
        return Rule("no-reason", f"{name} gave no reason for ending it")
    return None
