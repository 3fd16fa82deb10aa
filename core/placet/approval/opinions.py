"""What each person says now: the latest opinion rules, and a no ends only by its owner or by a peer with a reason.

A comment changes nothing, and neither does anything that isn't a review. A dismissal takes an approval away and never
brings an older one back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from placet.approval.facts import Event, Facts
from placet.approval.people import People, Rule
from placet.record import record

#: Events that decide nothing, however they look.
OVERRIDES = frozenset(
    {
        *("comment", "edit", "check", "label", "command", "review_request"),
        *("enqueue", "dequeue", "merge_group", "ready", "draft", "close", "reopen"),
    }
)


@record
class Veto:
    """Somebody's no. `ended` says who ended it; `refused` are attempts that didn't."""

    key: str
    event: Event
    ended: str = ""
    refused: tuple[Rule, ...] = ()


@record
class Opinions:
    """By person: the approvals that stand, oldest first, or why none does; and every no, in order of time."""

    approvals: Mapping[str, tuple[Event, ...]]
    lost: Mapping[str, Rule]
    vetoes: tuple[Veto, ...]


@dataclass
class _Said:
    """What is known of one person while the events are gone through."""

    approvals: list[Event] = field(default_factory=list)
    veto: Event | None = None
    lost: Rule | None = None
    refused: list[Rule] = field(default_factory=list)


#: Whether one person, by key, may end another's no; the rule that forbids it otherwise.
MayEnd = Callable[[Event, str], Rule | None]


def opinions(facts: Facts, people: People, may_end: MayEnd) -> Opinions:
    """Go through the events once. `may_end` judges by what holds at the time of the decision."""
    said: dict[str, _Said] = {}
    reviews: dict[str, Event] = {}
    ended: list[Veto] = []
    for event in facts.events:
        if event.kind in ("approve", "request_changes"):
            reviews[event.id] = event
            _say(event, people.key(event.actor), said, ended)
        elif event.kind in ("dismiss", "veto_end"):
            review = reviews.get(event.review)
            key = people.key(review.actor) if review else people.key_of(event.person)
            if key in said:
                _take_back(event, review, key, _Ending(said[key], ended, people, may_end))
    vetoes = [Veto(key, one.veto, "", tuple(one.refused)) for key, one in said.items() if one.veto]
    return Opinions(
        {key: tuple(one.approvals) for key, one in said.items() if one.approvals},
        {key: one.lost for key, one in said.items() if one.lost},
        tuple(sorted([*ended, *vetoes], key=lambda veto: veto.event.order)),
    )


def _say(event: Event, key: str, said: dict[str, _Said], ended: list[Veto]) -> None:
    one = said.setdefault(key, _Said())
    if event.kind == "approve":
        if one.veto:
            ended.append(Veto(key, one.veto, f"{event.actor.login} approved afterwards", tuple(one.refused)))
        said[key] = _Said([*one.approvals, event])
    else:
        rule = Rule("vetoed", "asked for changes afterwards") if one.approvals else one.lost
        said[key] = _Said(veto=event, lost=rule, refused=one.refused)


@record
class _Ending:
    said: _Said
    ended: list[Veto]
    people: People
    may_end: MayEnd


def _take_back(event: Event, review: Event | None, key: str, at: _Ending) -> None:
    """A dismissal, or the end of a no. One that is about an opinion that no longer stands does nothing."""
    said = at.said
    if event.kind == "dismiss" and said.approvals and (review is None or review.kind == "approve"):
        last = review.order if review else event.order
        said.approvals = [approval for approval in said.approvals if approval.order > last]
        said.lost = Rule("dismissed", f"was dismissed by {event.actor.login}")
    elif said.veto and review in (None, said.veto):
        refusal = None if at.people.key(event.actor) == key else at.may_end(event, key)
        if refusal:
            said.refused.append(refusal)
            return
        at.ended.append(Veto(key, said.veto, _told(event), tuple(said.refused)))
        said.veto, said.refused = None, []


def _told(event: Event) -> str:
    reason = " ".join(event.reason.split())[:200]
    return f"{event.actor.login} ended it" + (f": {reason}" if reason else "")
