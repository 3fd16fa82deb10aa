"""Facts that contradict each other, or leave out what a decision rests on. Each is a `Trouble`, and any of them blocks.

Looks at the facts alone and never at who would profit: a gap is an error whichever way it would decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from placet.approval.document import Trouble
from placet.approval.facts import Commit, Event, Facts
from placet.approval.people import PUSHES, People

#: How far the clocks of two machines may be apart.
CLOCKS_DIFFER = timedelta(minutes=5)
#: GitHub's lists end here.
MOST_FILES, MOST_COMMITS = 3000, 250
OPINIONS = frozenset({"approve", "request_changes"})
_ABOUT_A_HEAD = OPINIONS | {"comment", "dismiss", "veto_end"}


def contradictions(facts: Facts, people: People) -> Iterator[Trouble]:
    yield from facts.troubles
    yield from _times(facts)
    yield from _graph(facts)
    yield from _circular(facts)
    yield from _heads(facts)
    yield from _base(facts)
    yield from _cut(facts)
    yield from _reviews(facts, people)
    yield from _unknown(facts, people)


def _times(facts: Facts) -> Iterator[Trouble]:
    latest = facts.now + CLOCKS_DIFFER if facts.now.year < 9999 else facts.now
    for event in facts.events:
        if event.at > latest:
            yield Trouble(f"event {event.id}, at", f"{event.at:%Y-%m-%d %H:%M} is in the future")
    for evidence in (facts.evidence, *facts.evidence.earlier) if facts.evidence else ():
        if evidence.at > latest:
            yield Trouble("evidence.at", f"{evidence.at:%Y-%m-%d %H:%M} is in the future")


def _graph(facts: Facts) -> Iterator[Trouble]:
    """Every parent has to be there, or be a commit of base; else somebody's commits are missing."""
    known: dict[str, Commit] = {}
    for commit in facts.commits:
        if known.setdefault(commit.sha, commit) != commit:
            yield Trouble(f"commit {commit.sha}", "is there twice and says two different things")
    if facts.head not in known and facts.head != facts.merge_base:
        yield Trouble(f"commit {facts.head}", "is the head, and isn't among the commits")
    for commit in facts.commits:
        for parent in commit.parents:
            if parent not in known and parent not in facts.boundary:
                text = f"is a parent of {commit.sha}, and is neither among the commits nor on the boundary"
                yield Trouble(f"commit {parent}", text)


def _circular(facts: Facts) -> Iterator[Trouble]:
    """Commits can't be their own ancestors: take away those without a child until none is left."""
    children: dict[str, int] = dict.fromkeys((commit.sha for commit in facts.commits), 0)
    parents = {commit.sha: [one for one in set(commit.parents) if one in children] for commit in facts.commits}
    for named in parents.values():
        for parent in named:
            children[parent] += 1
    free = [sha for sha, count in children.items() if not count]
    while free:
        sha = free.pop()
        del children[sha]
        for parent in parents[sha]:
            children[parent] -= 1
            if not children[parent]:
                free.append(parent)
    if children:
        yield Trouble(f"commit {min(children)}", "is its own ancestor")


def _heads(facts: Facts) -> Iterator[Trouble]:
    """Whoever pushed is known from pushes alone, and what nobody pushed can't be approved."""
    first: dict[str, Event] = {}
    last: Event | None = None
    for event in facts.events:
        if event.kind in PUSHES:
            first.setdefault(event.head, event)
            last = event
    if last is None:
        yield Trouble("events", "hold no push, and so nobody knows who pushed the head")
    elif last.head != facts.head:
        yield Trouble(
            "pull_request.head.sha", f"is {facts.head}, and the last push (event {last.id}) is of {last.head}"
        )
    for event in facts.events:
        if event.kind not in _ABOUT_A_HEAD or not event.head:
            continue
        pushed = first.get(event.head)
        if pushed is None:
            yield Trouble(f"event {event.id}, head", f"{event.head} is no head that was pushed")
        elif pushed.at > event.at:
            yield Trouble(f"event {event.id}, at", f"is before {event.head} was pushed (event {pushed.id})")


def _base(facts: Facts) -> Iterator[Trouble]:
    retargets = [event for event in facts.events if event.kind == "retarget"]
    if retargets and retargets[-1].base != facts.branch:
        text = f"is {facts.branch}, and the last change of it (event {retargets[-1].id}) made it {retargets[-1].base}"
        yield Trouble("pull_request.base.branch", text)
    if facts.codeowners.commit and facts.codeowners.commit != facts.base:
        yield Trouble("codeowners.commit", f"is {facts.codeowners.commit}; only the tip of base decides: {facts.base}")
    diff = facts.diffs.get(facts.head)
    if diff is None:
        yield Trouble(f"diffs.{facts.head}", "is missing: what the head changes isn't known")
    elif diff.merge_base and diff.merge_base != facts.merge_base:
        yield Trouble(
            f"diffs.{facts.head}.merge_base", f"is {diff.merge_base}, and the merge base is {facts.merge_base}"
        )


def _cut(facts: Facts) -> Iterator[Trouble]:
    """Lists of the API that may have been cut. Git has all of it."""
    diff = facts.diffs.get(facts.head)
    if diff is None or diff.source != "api":
        return
    where = f"diffs.{facts.head}"
    if diff.files >= MOST_FILES:
        text = f"{diff.files:,} files come from the API, which lists fewer than {MOST_FILES:,}: take them from git"
        yield Trouble(f"{where}.files_count", text)
    listed = len(facts.commits)
    if (diff.commits if diff.commits is not None else listed + 1) > MOST_COMMITS or listed > MOST_COMMITS:
        text = f"{diff.commits or listed:,} commits come from the API, which lists {MOST_COMMITS}: take them from git"
        yield Trouble(f"{where}.commits_count", text)


def _reviews(facts: Facts, people: People) -> Iterator[Trouble]:
    """Two diffs of one head, and dismissals of what isn't there."""
    said = {event.id: event for event in facts.events if event.kind in OPINIONS}
    moved = max((event.order for event in facts.events if event.kind == "retarget"), default=-1)
    recorded: dict[tuple[str, str], str] = {}
    for event in facts.events:
        if event.kind in OPINIONS and event.diff and (event.merge_base or event.order > moved):
            yield from _two_diffs(event, facts, recorded)
        if event.kind in ("dismiss", "veto_end"):
            review = said.get(event.review)
            if review is None and (event.review or not event.person):
                yield Trouble(f"event {event.id}, review", f"`{event.review}` is no approval or veto that is there")
            elif review and review.order > event.order:
                yield Trouble(f"event {event.id}, at", f"is before event {review.id}, which it is about")
            elif review and event.person and people.key_of(event.person) != people.key(review.actor):
                yield Trouble(f"event {event.id}, person", f"is {event.person}, and event {review.id} isn't theirs")


def _two_diffs(event: Event, facts: Facts, recorded: dict[tuple[str, str], str]) -> Iterator[Trouble]:
    known = facts.diffs.get(event.head)
    base = event.merge_base or (known.merge_base if known else "") or facts.merge_base
    if known and base == (known.merge_base or facts.merge_base):
        recorded.setdefault((event.head, base), known.digest)
    first = recorded.setdefault((event.head, base), event.diff)
    if first != event.diff:
        yield Trouble(f"event {event.id}, diff", f"is {event.diff}, and {event.head} has the diff {first}")


def _unknown(facts: Facts, people: People) -> Iterator[Trouble]:
    """Of whoever says yes or no it has to be known what they may do."""
    missing: dict[str, Event] = {}
    for event in facts.events:
        if event.kind in OPINIONS and event.actor.kind == "User" and people.key(event.actor) not in people.accounts:
            missing.setdefault(people.key(event.actor), event)
    for event in missing.values():
        verb = "approved" if event.kind == "approve" else "asked for changes"
        yield Trouble(f"people.{event.actor.login}", f"is missing: {event.actor.login} {verb} (event {event.id})")
