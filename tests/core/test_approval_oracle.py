"""The rules read a second time, slowly and person by person, and held against the engine on made-up stories."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, event, given, settings
from tests.core.test_approval_properties import stories

from placet.approval.verdict import decide

RANK = {"pass": 0, "inconclusive": 1, "fail": 2, "error": 3}
Facts = dict[str, Any]
Event = dict[str, Any]


def login(actor: Event) -> str:
    return str(actor["login"] or "").lower()


def is_strict(facts: Facts) -> bool:
    return facts["tier"]["base"] in ("high", "critical")


def hands(facts: Facts) -> set[str]:
    found = {login(facts["pull_request"]["author"])}
    for commit in facts["commits"]:
        found |= {login(commit["author"]), login(commit["committer"])}
    return found | {login(one["actor"]) for one in facts["events"] if one["kind"] == "push"}


def has_unknown(facts: Facts) -> bool:
    return any(not commit[side]["login"] for commit in facts["commits"] for side in ("author", "committer"))


def may_write(person: str, facts: Facts) -> bool:
    return bool(facts["people"].get(person, {}).get("permission") == "write")


def last_change(person: str, facts: Facts) -> tuple[int, str]:
    changes = [
        (index, one["change"])
        for index, one in enumerate(facts["events"])
        if one["kind"] == "membership" and one["person"].lower() == person
    ]
    return changes[-1] if changes else (-1, "added")


def members(owners: list[str], facts: Facts) -> set[str]:
    found = set()
    for owner in owners:
        if "/" not in owner:
            found.add(owner[1:])
            continue
        for member in facts["teams"][owner]["members"]:
            if owner != "@org/prompts" or last_change(member, facts)[1] == "added":
                found.add(member)
    return found


def standing(person: str, facts: Facts) -> list[tuple[int, Event]]:
    """Approvals after the last no, and after the last one that was dismissed."""
    events = facts["events"]
    order = {one["id"]: index for index, one in enumerate(events)}
    mine = [(index, one) for index, one in enumerate(events) if login(one["actor"]) == person]
    after = max((index for index, one in mine if one["kind"] == "request_changes"), default=-1)
    for one in events:
        if one["kind"] == "dismiss" and any(
            said["id"] == one["review"] and said["kind"] == "approve" for _, said in mine
        ):
            after = max(after, order[one["review"]])
    return [(index, one) for index, one in mine if one["kind"] == "approve" and index > after]


def holds(index: int, approval: Event, person: str, facts: Facts) -> bool:
    diffs, head, evidence = facts["diffs"], facts["pull_request"]["head"]["sha"], facts["evidence"]
    if diffs[approval["head"]]["digest"] != diffs[head]["digest"]:
        return False
    if evidence and approval["at"] <= evidence["at"] and (is_strict(facts) or evidence["verdict"] != "pass"):
        return False
    at, change = last_change(person, facts)
    asked = any("@org/prompts" in one["owners"] for one in facts["needs"]["owner_sets"])
    return not (asked and change == "removed" and at > index)


def counted(facts: Facts) -> set[str]:
    if is_strict(facts) and has_unknown(facts):
        return set()
    return {
        person
        for person in facts["people"]
        if may_write(person, facts)
        and person not in hands(facts)
        and any(holds(index, one, person, facts) for index, one in standing(person, facts))
    }


def peers(person: str, other: str, facts: Facts) -> bool:
    circles = [members(one["owners"], facts) for one in facts["needs"]["owner_sets"]]
    return any(person in circle and other in circle for circle in circles)


def is_vetoed(person: str, facts: Facts) -> bool:
    mine = [
        (index, one)
        for index, one in enumerate(facts["events"])
        if login(one["actor"]) == person and one["kind"] in ("approve", "request_changes")
    ]
    if not mine or mine[-1][1]["kind"] == "approve":
        return False
    has_say = may_write(person, facts) or peers(person, person, facts)
    has_say = has_say or (last_change(person, facts)[1] == "removed" and last_change(person, facts)[0] > mine[-1][0])
    return has_say and not any(ends(one, mine[-1][1], person, facts) for one in facts["events"][mine[-1][0] :])


def ends(one: Event, veto: Event, person: str, facts: Facts) -> bool:
    if one["kind"] not in ("dismiss", "veto_end") or one["review"] != veto["id"]:
        return False
    ender = login(one["actor"])
    independent = may_write(ender, facts) and ender not in hands(facts)
    independent = independent and not (is_strict(facts) and has_unknown(facts))
    return ender == person or (independent and peers(ender, person, facts))


def decision(facts: Facts) -> str:
    yes = counted(facts)
    needed = facts["needs"]["people"] + (1 if has_unknown(facts) else 0)
    met = len(yes) >= needed and all(members(one["owners"], facts) & yes for one in facts["needs"]["owner_sets"])
    met = met and not (is_strict(facts) and has_unknown(facts))
    return "PASS" if met and not any(is_vetoed(person, facts) for person in facts["people"]) else "BLOCK"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stories())
def test_the_engine_reads_the_rules_alike(facts: Facts) -> None:
    found = decide(facts)
    event(found.decision)
    assert (found.decision, set(found.counted)) == (decision(facts), counted(facts))
