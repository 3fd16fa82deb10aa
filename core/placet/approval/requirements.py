"""Each requirement as a node of the tree of reasons: how it stands, who counts for it, and what would unblock it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from placet.approval.counting import Count, Room
from placet.approval.document import Trouble
from placet.approval.facts import Facts, OwnerSet, Role, Waiver
from placet.approval.opinions import Veto
from placet.approval.people import WRITERS
from placet.reasons import Node, Status, worst

ROOT = "approvals"
MOST = 12  # names in a sentence, and troubles in a node


def incomplete(troubles: Iterable[Trouble], found: str = "facts") -> Node:
    """The facts themselves: with anything wrong in them nothing is decided."""
    each = list(dict.fromkeys(troubles))
    children = tuple(Node(f"fact {one.path}", Status.ERROR, one.text) for one in each)
    if not children:
        text = "base says who owns what changes" if found == "owners" else "the facts are complete, and agree"
        return Node(found, Status.MET, text)
    more = f", and {len(children) - 1} more" if len(children) > 1 else ""
    unblock = ("mend or complete the facts named here, and decide again",)
    return Node(
        found, Status.ERROR, f"{each[0].path}: {each[0].text}{more}", unblock=unblock, children=children[: 2 * MOST]
    )


def whole(children: tuple[Node, ...]) -> Node:
    """The root. What would unblock it is what would unblock its parts."""
    status = worst(children)
    unmet = [child for child in children if child.status is status and not child.is_met]
    text = "every requirement is met" if not unmet else "; ".join(child.text for child in unmet[:MOST])
    if status is Status.WAIVED:
        text = "every requirement is met or waived"
    unblock = tuple(dict.fromkeys(step for child in children for step in child.unblock))
    return Node(ROOT, status, text, unblock=unblock[: 4 * MOST], children=children)


def requirements(room: Room, count: Count) -> Iterator[Node]:
    facts = room.facts
    yield incomplete(())
    yield incomplete((), "owners")
    yield _ready(facts)
    yield _alone(facts)
    yield _attributed(facts, count)
    yield _vetoes(room, count)
    yield _people(room, count)
    for one, circle in zip(room.asked.sets, room.sets, strict=False):
        yield _owner_set(one, circle, room, count)
    for role, circle in zip(room.asked.roles, room.sets[len(room.asked.sets) :], strict=True):
        yield _waived(_role(role, circle, room, count), role, room)


def _ready(facts: Facts) -> Node:
    if facts.draft:
        return Node("ready", Status.PENDING, "the pull request is a draft", unblock=("mark it as ready for review",))
    return Node("ready", Status.MET, "the pull request is no draft")


def _alone(facts: Facts) -> Node:
    if not facts.same_head:
        return Node("own head", Status.MET, "no other open pull request has this head")
    others = _listed(f"#{number}" for number in facts.same_head)
    text = f"{others} has the same head {facts.head[:12]}, and a success would count for both"
    return Node("own head", Status.FAILED, text, "shared-head", unblock=("close one of them, or push a commit to it",))


def _attributed(facts: Facts, count: Count) -> Node:
    if not count.unattributed:
        return Node("attributed", Status.MET, "every commit is by accounts that are known")
    named = _listed(commit.sha[:12] for commit in count.unattributed)
    text = f"nobody knows who made {named}"
    if facts.is_strict:
        step = "write the commits named here again, with an address that belongs to an account"
        text = f"{text}, and so nobody can be shown to be independent of it"
        return Node("attributed", Status.FAILED, text, "unattributed", unblock=(step,))
    return Node("attributed", Status.MET, f"{text}: one more person has to approve", "unattributed")


def _vetoes(room: Room, count: Count) -> Node:
    children = tuple(_veto(veto, room) for veto in count.vetoes[-4 * MOST :])
    children += tuple(
        Node(f"veto {veto.event.id}", Status.MET, f"{veto.event.actor.login} asked for changes, and has no say here")
        for veto in count.powerless[-MOST:]
    )
    standing = [veto for veto in count.vetoes if not veto.ended]
    if not standing:
        return Node("vetoes", Status.MET, "nobody's request for changes stands", children=children)
    names = _listed(veto.event.actor.login or "" for veto in standing)
    steps = tuple(_how_to_end(veto, room) for veto in standing[:MOST])
    return Node("vetoes", Status.FAILED, f"{names} asked for changes", "veto", unblock=steps, children=children)


def _veto(veto: Veto, room: Room) -> Node:
    name = veto.event.actor.login
    refused = "".join(f"; {rule.text}" for rule in veto.refused[:MOST])
    if veto.ended:
        return Node(f"veto {veto.event.id}", Status.MET, f"{name} asked for changes; {veto.ended}{refused}")
    text = f"{name} asked for changes{refused}"
    return Node(f"veto {veto.event.id}", Status.FAILED, text, "veto", unblock=(_how_to_end(veto, room),))


def _how_to_end(veto: Veto, room: Room) -> str:
    """Only its owner, or a peer."""
    name = veto.event.actor.login
    indices = room.sets_of.get(veto.key, frozenset())
    peers = {key for index in indices for key in room.sets[index]} - {veto.key}
    could = _could(peers, room, ())
    others = f", or {_one_of(could)} ends it with a reason" if could else ""
    return f"{name} approves, or takes the request for changes back{others}"


def _people(room: Room, count: Count) -> Node:
    facts = room.facts
    extra = 1 if count.unattributed and not facts.is_strict else 0
    needed, there = facts.people_needed + extra, len(count.counted)
    names = tuple(room.people.name(key) for key in count.counted)
    by = f": {_listed(names)}" if names else ""
    text = f"{there} of {needed} distinct, independent people approve{by}"
    if there >= needed:
        return Node("people", Status.MET, text, counts=names, excluded=count.excluded)
    missing = needed - there
    step = f"{missing} more independent {'person' if missing == 1 else 'people'} with write access must approve "
    step += facts.head[:12]
    could = _could(set(room.people.accounts), room, count.counted)
    step += f", such as {_one_of(could)}" if could else ""
    again = tuple(_again(one.person) for one in count.excluded if one.rule in _CURABLE)
    return Node("people", Status.PENDING, text, "", names, count.excluded, (step, *again[:MOST]))


#: Rules that end when the same person approves again.
_CURABLE = frozenset(
    {
        "other-content",
        "other-base",
        "too-old",
        "before-evidence",
        "other-evidence",
        "worse-evidence",
        "dismissed",
        "left-team",
    }
)


def _again(person: str) -> str:
    return f"{person} approves again, having seen what would be merged now"


def _owner_set(one: OwnerSet, circle: frozenset[str], room: Room, count: Count) -> Node:
    about = f" ({_listed(one.paths)})" if one.paths else ""
    id = f"owners {' '.join(sorted(one.owners))}"
    return _covered(id, f"{_listed(one.owners, ' or ')}{about}", circle, room, count)


def _role(role: Role, circle: frozenset[str], room: Room, count: Count) -> Node:
    why = f", since {role.why}" if role.why else ""
    of = f" {role.system}" if role.system else ""
    return _covered(f"role {role.name}{of}", f"the {role.name} role{why}", circle, room, count)


def _covered(id: str, what: str, circle: frozenset[str], room: Room, count: Count) -> Node:
    names = tuple(room.people.name(key) for key in count.counted if key in circle)
    if names:
        return Node(id, Status.MET, f"{_listed(names)} approves for {what}", counts=names)
    could = _could(set(circle), room, count.counted)
    if could:
        return Node(id, Status.PENDING, f"nobody approves yet for {what}", unblock=(f"{_one_of(could)} approves",))
    text = f"nobody can approve for {what}: no independent member may write"
    step = f"give {what} another independent owner, in a change of its own, or have somebody else write this one"
    return Node(id, Status.FAILED, text, "nobody-independent", unblock=(step,))


def _could(keys: set[str], room: Room, counted: Iterable[str]) -> list[str]:
    """Of `keys` those who may still approve, as far as is known, by name."""
    found = []
    for key in keys - set(counted) - room.contributors.keys():
        account = room.people.accounts.get(key)
        if account is None or (account.permission in WRITERS and account.kind == "User" and not account.suspended):
            found.append(room.people.name(key))
    return sorted(found, key=str.lower)


def _waived(node: Node, role: Role, room: Room) -> Node:
    """The same as waived, where a waiver on base covers the control that asks. An error is never waived away."""
    if node.status not in (Status.PENDING, Status.FAILED) or not role.control or not role.waivable:
        return node
    waiver = next((one for one in room.facts.waivers if _holds(one, role, room)), None)
    if waiver is None:
        return node
    text = f"{node.text}; waived until {waiver.until} by {waiver.approver}: {' '.join(waiver.reason.split())[:200]}"
    return Node(node.id, Status.WAIVED, text, "waiver")


def _holds(waiver: Waiver, role: Role, room: Room) -> bool:
    """Until its last day, inclusive; accepted by somebody with no hand in it or in this change."""
    key = room.people.key_of(waiver.approver)
    hands = {room.people.key_of(login) for login in waiver.hands} | room.contributors.keys()
    is_about = (waiver.control, waiver.system) == (role.control, role.system)
    return is_about and room.facts.now.date() <= waiver.until and key not in hands


def _listed(names: Iterable[str], last: str = " and ") -> str:
    """`a, b and c`, and how many more."""
    shown = list(names)
    if len(shown) > MOST:
        return f"{', '.join(shown[:MOST])} and {len(shown) - MOST} more"
    return last.join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def _one_of(names: list[str]) -> str:
    return _listed(names[:MOST], " or ") if len(names) <= MOST else f"{', '.join(names[:MOST])} or somebody else"
