"""The cases of vectors/approval_cases.json as facts documents, by their ids. Their events were written for people."""

from __future__ import annotations

from collections.abc import Callable

from tests.core.approval_world import World, team

PROMPTS_AND_RISK = (("@org/prompts",), ("@org/risk",))


def a06() -> World:
    world = World().push("ann", "s1").push("bob", "s2", author="robot[bot]")
    world.facts["teams"]["@org/prompts"] = team("bob", "cat")
    return world.approve("bob").approve("cat")


def a08() -> World:
    world = World(sets=PROMPTS_AND_RISK).push("ann", "s1").approve("bob")
    world.facts["teams"]["@org/risk"] = team("bob", "fay")
    return world


def a11() -> World:
    world = World().push("ann", "s1").approve("out").approve("bob")
    world.event("membership", "admin", team="@org/prompts", person="bob", change="removed")
    world.facts["teams"]["@org/prompts"] = team("eve")
    return world


def update(tree: str) -> World:
    """`s2` merges base into `s1`, and our own merge of the two gives tree t2."""
    world = World().push("ann", "s1").approve("bob").approve("cat")
    world.within("policies", keep_clean_updates=True)
    world.facts["pull_request"]["base"] |= {"sha": "b1", "merge_base": "b1"}
    world.have(boundary=["b0", "b1"])
    return world.commit("s2", "ann", "web-flow", parents=["s1", "b1"]).diff("s2", tree=tree, recomputed_tree="t2")


def b04() -> World:
    return update("t2").event("push", "web-flow", head="s2")


def b05() -> World:
    return update("by-hand").event("push", "ann", head="s2")


def b07() -> World:
    world = World().push("ann", "s1").approve("bob").event("check", "robot[bot]", text="placet (low-branch): success")
    return world.event("retarget", "ann", base="main")


def c01() -> World:
    world = World().push("ann", "s1").have(paths=["prompts/a.prompt.yml", ".github/CODEOWNERS"])
    world.facts["teams"]["@org/prompts"] = team("bob")
    return world.approve("eve").approve("cat")


def c02() -> World:
    world = World(people=3, sets=PROMPTS_AND_RISK).push("ann", "s1").approve("bob")
    return world.have(tier={"base": "critical", "head": "low"})


def c05() -> World:
    return World().push("ann", "s1").approve("bob").approve("cat").have(codeowners={"state": "invalid"})


def c06() -> World:
    world = World().push("ann", "s1").approve("bob").approve("cat")
    world.facts["diffs"]["s1"] |= {"files_count": 3400, "source": "api"}
    return world


def d04() -> World:
    world = World().push("ann", "s1").approve("bob").approve("cat").event("enqueue", "ann")
    return world.veto("bob").event("merge_group", "github-merge-queue[bot]", head="q1")


def d06() -> World:
    world = World().push("ann", "s1").event("comment", "admin", head="s1", text="do not use Codeowners Bypass")
    world.event("label", "triager", text="approved")
    waiver = {
        "control": "approvals",
        "system": "triage",
        "reason": "In a hurry.",
        "owner": "admin",
        "approver": "zoe",
        "until": "2026-11-19",
    }
    return world.have(waivers=[waiver])


def d08() -> World:
    world = World(author="ext", fork=True).push("ext", "s1").push("bob", "s2")
    world.facts["teams"]["@org/prompts"] = team("bob", "cat")
    return world.approve("bob").approve("cat")


CASES: dict[str, Callable[[], World]] = {
    "A01": lambda: World().push("ann", "s1").approve("ann").approve("bob"),
    "A02": lambda: (
        World()
        .push("ann", "s1", author="cat", committer="ann")
        .push("ann", "s2", author="ann", committer="dan")
        .approve("cat")
        .approve("dan")
    ),
    "A04": lambda: World().push("ann", "s1", author=None, committer=None).approve("bob").approve("eve"),
    "A06": a06,
    "A08": a08,
    "A09": lambda: World().push("ann", "s1").approve("github-actions[bot]").approve("bob"),
    "A11": a11,
    "B01": lambda: World().push("ann", "s1").approve("bob").approve("cat").push("ann", "s2"),
    "B02": lambda: World().push("ann", "s1").push("ann", "s2", at=10).approve("bob", "s1", at=20).approve("cat", at=21),
    "B04": b04,
    "B05": b05,
    "B07": b07,
    "B08": lambda: (
        World().push("ann", "s1").approve("bob").veto("bob").event("comment", "bob", head="s1").approve("cat")
    ),
    "B11": lambda: World().push("ann", "s1").approve("bob").event("comment", "bob", head="s1").approve("cat"),
    "C01": c01,
    "C02": c02,
    "C05": c05,
    "C06": c06,
    "D01": lambda: World().push("ann", "s1").event("check", "github-actions[bot]", text="approvals: success"),
    "D02": lambda: World().push("ann", "s1"),
    "D04": d04,
    "D06": d06,
    "D08": d08,
}
