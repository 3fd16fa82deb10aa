"""The rules of approval, a sentence each: who counts, what a yes is bound to, what ends a no, what is an error."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.core.approval_world import World, actor, approved, moment, rules_of, statuses, team, who

from placet.approval.verdict import as_json, decide, to_bytes
from placet.reasons import walk

Story = Callable[[], World]


def waiting(tier: str = "high", **more: Any) -> World:
    """Pushed, and approved by `cat` alone."""
    return World(tier, **more).push("ann", "s1").approve("cat")


def evidence(at: float, verdict: str = "pass", **more: Any) -> dict[str, Any]:
    return {"digest": "ev2", "at": moment(at), "verdict": verdict, **more}


EARLIER = [{"digest": "ev1", "at": moment(0.5), "verdict": "pass"}]


def retargeted(**bound: Any) -> World:
    world = World().push("ann", "s1").approve("bob", **bound).approve("cat", **bound)
    return world.event("retarget", "ann", base="release").event("retarget", "ann", base="main")


def by_side_branch(author: str) -> World:
    """`s2` merges `x1`, which lies behind its second parent."""
    world = World().push("ann", "s1").commit("x1", author, parents=["b0"])
    return world.push("ann", "s2", author="ann", parents=["s1", "x1"]).approve("bob").approve("cat")


def renamed() -> World:
    world = waiting().person("anna")
    del world.facts["people"]["ann"]
    return world.event("approve", "anna", head="s1", account="User").have(
        events=[*world.facts["events"][:-1], {**world.facts["events"][-1], "actor": {**actor("anna"), "id": 101}}]
    )


def back_again() -> World:
    world = approved().push("ann", "s2").event("push", "ann", head="s1")
    world.facts["commits"] = world.facts["commits"][:1]
    return world.within("pull_request", head={"sha": "s1"})


def rebased_away(recorded: str) -> World:
    world = World().event("push", "ann", head="s1")
    world.event("approve", "bob", head="s1", diff=recorded).event("approve", "cat", head="s1", diff=recorded)
    return world.push("ann", "s2")


def clean_update(times: int = 1, pusher: str = "web-flow") -> World:
    world = approved()
    for number in range(1, times + 1):
        head, base = f"s{number + 1}", f"b{number}"
        world.facts["pull_request"]["base"] |= {"sha": base, "merge_base": base}
        world.commit(head, "ann", "web-flow", parents=[f"s{number}", base]).event("push", pusher, head=head)
        world.diff(head, tree=f"t{number}", recomputed_tree=f"t{number}")
    return world.have(boundary=["b0", "b1"])


def side_commit() -> dict[str, Any]:
    """What `b1` would be, were it no commit of base."""
    return {"sha": "x1", "parents": ["b0"], "author": who("ann"), "committer": who("ann")}


def without_trees(*names: str) -> World:
    world = clean_update()
    for name in names:
        del world.facts["diffs"]["s2"][name]
    return world


def covered_peer_ends() -> World:
    """`eve` ends `bob`'s no; her own approval isn't needed."""
    world = World().push("ann", "s1").approve("cat").approve("zoe").veto("bob", id="no")
    world.facts["teams"]["@org/prompts"] = team("bob", "eve", "zoe")
    return world.event("veto_end", "eve", review="no", reason="it is fine")


def many_commits(count: int) -> World:
    world = World()
    for number in range(count):
        world.push("ann", f"s{number}")
    return world.diff(world.head, source="api").approve("bob").approve("cat")


def peer_ends(peer: str, reason: str) -> World:
    world = World().push("ann", "s1").approve("cat").approve("dan").approve("eve").veto("bob", id="no")
    return world.event("veto_end", peer, review="no", reason=reason)


COUNTED: list[Any] = [
    pytest.param(approved, "PASS", ["bob", "cat"], id="an owner and another independent person suffice"),
    pytest.param(lambda: approved().approve("bob"), "PASS", ["bob", "cat"], id="approving twice is one approval"),
    pytest.param(
        lambda: World().push("ann", "s1").approve("cat").approve("dan"),
        "BLOCK",
        ["cat", "dan"],
        id="two people who own nothing cover no owner set",
    ),
    pytest.param(
        lambda: World(sets=[["@org/prompts"], ["@org/risk"]]).push("ann", "s1").approve("eve").approve("cat"),
        "PASS",
        ["cat", "eve"],
        id="one person may cover two owner sets, if another person approves besides",
    ),
    pytest.param(lambda: World(people=0, sets=[]).push("ann", "s1"), "PASS", [], id="nothing asked is nothing due"),
    pytest.param(
        lambda: by_side_branch("bob"), "BLOCK", ["cat"], id="a commit behind a second parent counts like any other"
    ),
    pytest.param(
        lambda: by_side_branch("zoe"), "PASS", ["bob", "cat"], id="a merged commit of somebody else harms nobody"
    ),
    pytest.param(
        lambda: approved().within("pull_request", requester=actor("bob")),
        "BLOCK",
        ["cat"],
        id="whoever asked the agent isn't independent",
    ),
    pytest.param(
        lambda: waiting(author="robot[bot]").event("agent_request", "bob").approve("bob"),
        "BLOCK",
        ["cat"],
        id="a request to an agent in the conversation counts too",
    ),
    pytest.param(
        lambda: World().push("ann", "s1", co_authors=[who("bob")]).approve("bob").approve("cat"),
        "BLOCK",
        ["cat"],
        id="a named co-author doesn't count at high",
    ),
    pytest.param(
        lambda: World("medium").push("ann", "s1", co_authors=[who("bob")]).approve("bob").approve("cat"),
        "PASS",
        ["bob", "cat"],
        id="a named co-author counts at medium",
    ),
    pytest.param(
        lambda: World().push("ann", "s1", co_authors=[who(None)]).approve("bob").approve("cat"),
        "PASS",
        ["bob", "cat"],
        id="a co-author without an account accuses nobody",
    ),
    pytest.param(
        lambda: World("medium").push("ann", "s1", author=None).approve("bob").approve("cat"),
        "BLOCK",
        ["bob", "cat"],
        id="an unattributable commit asks for one more at medium",
    ),
    pytest.param(
        lambda: World("medium").push("ann", "s1", author=None).approve("bob").approve("cat").approve("dan"),
        "PASS",
        ["bob", "cat", "dan"],
        id="one more at medium makes up for an unattributable commit",
    ),
    pytest.param(
        lambda: World().push("ann", "s1", author="ann", committer=None).approve("bob").approve("cat"),
        "BLOCK",
        [],
        id="a committer without an account is unattributable too",
    ),
    pytest.param(
        lambda: World().push("ann", "s1", committer="web-flow").approve("bob").approve("cat"),
        "PASS",
        ["bob", "cat"],
        id="GitHub's own committer is exempt",
    ),
    pytest.param(
        lambda: World().push("ann", "s1", author="web-flow").approve("bob").approve("cat"),
        "BLOCK",
        [],
        id="GitHub's own account as the author of content is nobody",
    ),
    pytest.param(
        lambda: approved().event("push", "BOB", head="s1"),
        "BLOCK",
        ["cat"],
        id="logins are the same whatever their capitals",
    ),
    pytest.param(
        lambda: World().push("ann", "s1").event("approve", "Ann", head="s1").approve("bob"),
        "BLOCK",
        ["bob"],
        id="an author with other capitals stays the author",
    ),
    pytest.param(
        lambda: waiting().person("annie").event("approve", "annie", head="s1", account="User"),
        "BLOCK",
        ["annie", "cat"],
        id="another account is another person",
    ),
    pytest.param(renamed, "BLOCK", ["cat"], id="a renamed author stays the author"),
    pytest.param(
        lambda: approved().event("approve", "helper", head="s1", account="Mannequin"),
        "PASS",
        ["bob", "cat"],
        id="a mannequin is no person",
    ),
    pytest.param(
        lambda: waiting().person("bob", kind="Bot").approve("bob"),
        "BLOCK",
        ["cat"],
        id="it takes one fact to say that an account is a bot",
    ),
    pytest.param(
        lambda: (
            World()
            .push("ann", "s1", co_authors=[{"login": "BOB", "kind": "Bot"}])
            .approve("bob")
            .approve("cat")
            .have(tier={"base": "low", "head": "low"})
        ),
        "BLOCK",
        ["cat"],
        id="that fact may stand in a commit",
    ),
    pytest.param(
        lambda: approved().within("pull_request", same_head=[7]),
        "PASS",
        ["bob", "cat"],
        id="a pull request shares its head with itself",
    ),
    pytest.param(
        lambda: approved().person("bob", permission="triage"), "BLOCK", ["cat"], id="triage is no write access"
    ),
    pytest.param(lambda: approved().person("bob", suspended=True), "BLOCK", ["cat"], id="a suspended account is out"),
    pytest.param(
        lambda: approved().event("membership", "admin", team="@org/prompts", person="bob", change="removed"),
        "BLOCK",
        ["cat"],
        id="an approval lapses when its giver leaves the team that is asked",
    ),
    pytest.param(
        lambda: (
            approved()
            .event("membership", "admin", team="@org/prompts", person="bob", change="removed")
            .event("membership", "admin", team="@org/prompts", person="bob", change="added")
        ),
        "PASS",
        ["bob", "cat"],
        id="who was added again is a member again",
    ),
    pytest.param(
        lambda: approved().event("membership", "admin", team="@org/other", person="bob", change="removed"),
        "PASS",
        ["bob", "cat"],
        id="leaving a team that isn't asked changes nothing",
    ),
    pytest.param(
        lambda: (
            waiting().have(teams={"@org/prompts": team(children=["@org/eu"]), "@org/eu": team("dan")}).approve("dan")
        ),
        "PASS",
        ["cat", "dan"],
        id="members of child teams count",
    ),
    pytest.param(
        lambda: waiting(sets=[["@Org/Prompts"]]).approve("bob"), "PASS", ["bob", "cat"], id="teams have no capitals"
    ),
    pytest.param(
        lambda: waiting(sets=[["@dan", "@org/risk"]]).approve("dan"),
        "PASS",
        ["cat", "dan"],
        id="any one owner suffices",
    ),
    pytest.param(
        lambda: waiting(sets=[["Dan@acme.example"]]).person("dan", emails=["dan@acme.example"]).approve("dan"),
        "PASS",
        ["cat", "dan"],
        id="an owner may be an address",
    ),
    pytest.param(
        lambda: approved().role("risk", "@org/risk"), "BLOCK", ["bob", "cat"], id="a role needs one who holds it"
    ),
    pytest.param(
        lambda: approved().role("risk", "@org/risk").approve("fay"),
        "PASS",
        ["bob", "cat", "fay"],
        id="a role is given by one who holds it",
    ),
    pytest.param(
        lambda: approved().have(policies={"people": {"high": 3}}),
        "BLOCK",
        ["bob", "cat"],
        id="a plan can't ask for fewer than the tier",
    ),
    pytest.param(
        lambda: approved("low").have(
            tier={"base": None, "head": "low", "least": "high"}, policies={"people": {"high": 3}}
        ),
        "BLOCK",
        ["bob", "cat"],
        id="a new system is never below the tier of its factors",
    ),
    pytest.param(
        lambda: approved().have(tier={"base": "high", "head": None}),
        "PASS",
        ["bob", "cat"],
        id="removal is of base's tier",
    ),
    pytest.param(
        lambda: approved().within("pull_request", draft=True), "BLOCK", ["bob", "cat"], id="a draft isn't decided"
    ),
    pytest.param(
        lambda: approved().within("pull_request", same_head=[8]),
        "BLOCK",
        ["bob", "cat"],
        id="a head that two pull requests share gets no success",
    ),
]

BOUND: list[Any] = [
    pytest.param(
        lambda: approved().push("ann", "s2", digest="d-s1"), "PASS", ["bob", "cat"], id="the same diff keeps approvals"
    ),
    pytest.param(
        lambda: approved().push("ann", "s2", parents=["b0"], digest="d-s1"),
        "PASS",
        ["bob", "cat"],
        id="a rebase that changes nothing keeps approvals",
    ),
    pytest.param(lambda: approved().push("ann", "s2", digest="mode"), "BLOCK", [], id="any other diff ends approvals"),
    pytest.param(back_again, "PASS", ["bob", "cat"], id="an approval of content that comes back holds again"),
    pytest.param(
        lambda: approved().push("ann", "s2").approve("bob").approve("cat"),
        "PASS",
        ["bob", "cat"],
        id="approving the new content counts",
    ),
    pytest.param(
        lambda: rebased_away("d-s2"), "PASS", ["bob", "cat"], id="the recorded digest stands for a head that is gone"
    ),
    pytest.param(
        lambda: rebased_away("d-s1"), "BLOCK", [], id="a head that is gone with another digest proves nothing"
    ),
    pytest.param(clean_update, "PASS", ["bob", "cat"], id="a clean merge of base keeps approvals"),
    pytest.param(lambda: clean_update(2), "PASS", ["bob", "cat"], id="and so do two of them"),
    pytest.param(
        lambda: clean_update().have(policies={"keep_clean_updates": False}),
        "BLOCK",
        [],
        id="policy may let a clean merge end approvals",
    ),
    pytest.param(
        lambda: without_trees("recomputed_tree"), "BLOCK", [], id="a merge that nobody recomputed is no clean one"
    ),
    pytest.param(
        lambda: without_trees("tree", "recomputed_tree"), "BLOCK", [], id="two trees that are both unknown aren't equal"
    ),
    pytest.param(
        lambda: clean_update(pusher="bob"), "BLOCK", ["cat"], id="whoever presses the update button is a pusher"
    ),
    pytest.param(retargeted, "BLOCK", [], id="another base branch ends approvals"),
    pytest.param(
        lambda: retargeted(merge_base="b0"),
        "PASS",
        ["bob", "cat"],
        id="an approval recorded for this very merge base survives the change of branch",
    ),
    pytest.param(
        lambda: retargeted(merge_base="c0", diff="d-other"),
        "BLOCK",
        [],
        id="an approval recorded for another merge base doesn't",
    ),
    pytest.param(
        lambda: approved().have(evidence=evidence(30)), "BLOCK", [], id="at high, evidence comes before approvals"
    ),
    pytest.param(
        lambda: approved().have(evidence=evidence(1.5)), "PASS", ["bob", "cat"], id="approvals after the evidence count"
    ),
    pytest.param(
        lambda: (
            World()
            .push("ann", "s1")
            .approve("bob", evidence="ev1")
            .approve("cat", evidence="ev2")
            .have(evidence=evidence(1.5, earlier=EARLIER))
        ),
        "BLOCK",
        ["cat"],
        id="at high, an approval on other evidence doesn't count",
    ),
    pytest.param(
        lambda: approved("medium").have(evidence=evidence(30, "pass", earlier=EARLIER)),
        "PASS",
        ["bob", "cat"],
        id="below, evidence that is as good keeps approvals",
    ),
    pytest.param(
        lambda: approved("medium").have(evidence=evidence(30, "inconclusive", earlier=EARLIER)),
        "BLOCK",
        [],
        id="below, worse evidence makes approvals stale",
    ),
    pytest.param(
        lambda: approved("medium").have(evidence=evidence(30, "fail")),
        "BLOCK",
        [],
        id="below, whoever approved before any evidence relied on a good one",
    ),
    pytest.param(
        lambda: approved("medium").have(evidence=evidence(30, "fail")).approve("bob", at=31).approve("cat", at=32),
        "PASS",
        ["bob", "cat"],
        id="below, approving after the worse evidence counts",
    ),
    pytest.param(
        lambda: approved().have(now="2026-12-21T08:00:00Z", policies={"max_age_days": {"high": 30}}),
        "BLOCK",
        [],
        id="an approval beyond its age limit doesn't count",
    ),
    pytest.param(
        lambda: approved().have(now="2026-12-20T08:02:00Z", policies={"max_age_days": {"high": 30}}),
        "PASS",
        ["bob", "cat"],
        id="on the last day it does",
    ),
    pytest.param(
        lambda: approved().have(now="2027-12-20T08:02:00Z", policies={"max_age_days": {"critical": 30}}),
        "PASS",
        ["bob", "cat"],
        id="the limit of another tier is another tier's",
    ),
]

SAID: list[Any] = [
    pytest.param(lambda: approved().veto("bob"), "BLOCK", ["cat"], id="a request for changes cancels one's approval"),
    pytest.param(lambda: approved().veto("dan"), "BLOCK", ["bob", "cat"], id="a no outweighs any number of yeses"),
    pytest.param(
        lambda: approved().veto("dan").approve("dan"), "PASS", ["bob", "cat", "dan"], id="approving ends one's no"
    ),
    pytest.param(
        lambda: approved().veto("bob", id="no").event("dismiss", "cat", review="no", reason="we talked"),
        "BLOCK",
        ["cat"],
        id="somebody else's dismissal doesn't end a no",
    ),
    pytest.param(
        lambda: approved().veto("bob", id="no").event("dismiss", "bob", review="no"),
        "BLOCK",
        ["cat"],
        id="dismissing one's own no doesn't bring the older approval back",
    ),
    pytest.param(
        lambda: approved().event("dismiss", "zoe", review="by-bob"),
        "BLOCK",
        ["cat"],
        id="a dismissed approval is none",
    ),
    pytest.param(
        lambda: approved().event("dismiss", "ann", person="bob"),
        "BLOCK",
        ["cat"],
        id="a dismissal may name the person",
    ),
    pytest.param(
        lambda: approved().approve("bob", id="again").event("dismiss", "ann", review="by-bob"),
        "PASS",
        ["bob", "cat"],
        id="dismissing an older approval leaves the newer",
    ),
    pytest.param(
        lambda: approved().approve("bob", id="again").event("dismiss", "ann", review="again"),
        "BLOCK",
        ["cat"],
        id="dismissing the newer approval doesn't bring the older back",
    ),
    pytest.param(
        lambda: World().push("ann", "s1").push("ann", "s2").approve("bob").approve("bob", "s1").approve("cat"),
        "PASS",
        ["bob", "cat"],
        id="approving older content besides takes nothing back",
    ),
    pytest.param(
        lambda: peer_ends("eve", "the case was added"),
        "PASS",
        ["cat", "dan", "eve"],
        id="an independent member of the same owner set ends a no with a reason",
    ),
    pytest.param(lambda: peer_ends("eve", " \n"), "BLOCK", ["cat", "dan", "eve"], id="not without a reason"),
    pytest.param(
        lambda: peer_ends("fay", "I think so"), "BLOCK", ["cat", "dan", "eve"], id="not somebody of other owners"
    ),
    pytest.param(covered_peer_ends, "PASS", ["cat", "zoe"], id="a peer needn't have approved"),
    pytest.param(
        lambda: covered_peer_ends().event("push", "eve", head="s1"),
        "BLOCK",
        ["cat", "zoe"],
        id="a peer who has pushed ends nothing",
    ),
    pytest.param(
        lambda: covered_peer_ends().person("eve", permission="read"),
        "BLOCK",
        ["cat", "zoe"],
        id="a peer who may not write ends nothing",
    ),
    pytest.param(
        lambda: peer_ends("eve", "it is fine").event("push", "eve", head="s1"),
        "BLOCK",
        ["cat", "dan"],
        id="not a peer who turns out to have pushed",
    ),
    pytest.param(
        lambda: peer_ends("eve", "it is fine").person("eve", permission="read"),
        "BLOCK",
        ["cat", "dan"],
        id="not a peer who may no longer write",
    ),
    pytest.param(
        lambda: approved().veto("dan", id="no").event("veto_end", "dan", review="no"),
        "PASS",
        ["bob", "cat"],
        id="the owner of a no takes it back without a reason",
    ),
    pytest.param(
        lambda: peer_ends("eve", "it is fine").veto("bob"),
        "BLOCK",
        ["cat", "dan", "eve"],
        id="a no that was ended can be said again",
    ),
    pytest.param(lambda: approved().veto("out"), "PASS", ["bob", "cat"], id="whoever never had a say can't say no"),
    pytest.param(
        lambda: approved().veto("dan", permission="write").person("dan", permission="none"),
        "BLOCK",
        ["bob", "cat"],
        id="a no outlives its owner's access",
    ),
    pytest.param(
        lambda: approved().veto("dan").person("dan", permission="none", suspended=True),
        "BLOCK",
        ["bob", "cat"],
        id="suspending whoever said no doesn't end it",
    ),
    pytest.param(
        lambda: approved().veto("dan").push("ann", "s2", digest="d-s1"), "BLOCK", ["bob", "cat"], id="a push ends no no"
    ),
    pytest.param(
        lambda: approved().event("request_changes", "reviewer[bot]", head="s1"),
        "PASS",
        ["bob", "cat"],
        id="a bot's no counts as little as its yes",
    ),
    pytest.param(
        lambda: approved().veto("dan").person("dan", kind="Bot"),
        "BLOCK",
        ["bob", "cat"],
        id="calling somebody a bot doesn't end their no",
    ),
    pytest.param(
        lambda: waiting().event("command", "bob", text="/placet approve"),
        "BLOCK",
        ["cat"],
        id="a command approves nothing",
    ),
    pytest.param(
        lambda: waiting().event("comment", "bob", head="s1", text="LGTM :+1:"), "BLOCK", ["cat"], id="nor does a phrase"
    ),
    pytest.param(lambda: waiting().event("label", "bob", text="approved"), "BLOCK", ["cat"], id="nor does a label"),
    pytest.param(
        lambda: waiting().event("check", "bob", text="placet (main): success"), "BLOCK", ["cat"], id="nor does a check"
    ),
]


@pytest.mark.parametrize(("story", "decision", "counted"), [*COUNTED, *BOUND, *SAID])
def test_is_decided(story: Story, decision: str, counted: list[str]) -> None:
    found = story().decided()
    assert (found.decision, list(found.counted)) == (decision, counted), found.tree.text


class TestAMergeOfAnotherBranch:
    def test_is_no_update_even_with_equal_trees(self) -> None:
        world = clean_update()
        world.facts["commits"][-1]["parents"] = ["s1", "x1"]
        world.facts["commits"].append(side_commit())
        assert (world.decided().decision, world.decided().counted) == ("BLOCK", ())


ERRORS: list[Any] = [
    pytest.param(lambda: approved().have(teams={}), "teams.@org/prompts", id="a team that isn't there"),
    pytest.param(
        lambda: approved().have(teams={"@org/prompts": team("bob", readable=False)}),
        "teams.@org/prompts",
        id="a team that can't be read, even if the approver was in it",
    ),
    pytest.param(
        lambda: approved().have(teams={"@org/prompts": team("bob", children=["@org/x"])}),
        "teams.@org/x",
        id="a child team that isn't there",
    ),
    pytest.param(
        lambda: approved().have(
            teams={
                "@org/prompts": team("bob", children=["@org/x"]),
                "@org/x": team(children=["@org/y"]),
                "@org/y": team(children=["@org/x"]),
            }
        ),
        "contains itself: @org/x > @org/y > @org/x",
        id="teams in a circle, by their names",
    ),
    pytest.param(
        lambda: approved().have(teams={"@org/prompts": team("bob", children=["@org/prompts"])}),
        "contains itself",
        id="a team that is its own child",
    ),
    pytest.param(
        lambda: approved().have(teams={"@org/prompts": team("bob"), "@ORG/prompts": team("cat")}),
        "teams.@org/prompts",
        id="a team that stands there twice",
    ),
    pytest.param(lambda: waiting(sets=[["@ghost"]]), "people.ghost", id="an owner of whom nothing is known"),
    pytest.param(lambda: waiting(sets=[["x@acme.example"]]), "people.x@acme.example", id="an address of nobody"),
    pytest.param(lambda: waiting(sets=[[]]), "needs.owner_sets[0]", id="an owner set without owners"),
    pytest.param(lambda: approved().role("risk"), "needs.roles risk", id="a role that nobody holds"),
    pytest.param(
        lambda: waiting().event("approve", "newcomer", head="s1"), "people.newcomer", id="an unknown approver"
    ),
    pytest.param(lambda: approved().approve("dan", "s9"), "event e4, head", id="an approval of an unknown head"),
    pytest.param(lambda: approved().event("comment", "dan", head="s9"), "event e4, head", id="a comment on one"),
    pytest.param(lambda: approved().approve("dan", at=0.5), "event e4, at", id="an approval before its head was there"),
    pytest.param(lambda: approved().approve("dan", at=606), "event e4, at", id="an event in the future"),
    pytest.param(lambda: approved().have(evidence=evidence(700)), "evidence.at", id="evidence of the future"),
    pytest.param(lambda: approved().have(now="2026-02-30T00:00:00Z"), "now", id="a day that no calendar has"),
    pytest.param(lambda: approved().event("comment", "zoe", id="by-bob"), "event by-bob", id="two events under one id"),
    pytest.param(
        lambda: approved().approve("dan", diff="d-other"), "event e4, diff", id="two different diffs of one head"
    ),
    pytest.param(
        lambda: (
            World()
            .event("push", "ann", head="s1")
            .approve("bob", "s1", diff="x")
            .approve("cat", "s1", diff="y")
            .push("ann", "s2")
        ),
        "event e3, diff",
        id="two recorded diffs of a head that is gone",
    ),
    pytest.param(
        lambda: approved().event("dismiss", "ann", review="nothing"), "event e4, review", id="a dismissal of nothing"
    ),
    pytest.param(lambda: approved().event("dismiss", "ann"), "event e4, review", id="a dismissal that names nothing"),
    pytest.param(
        lambda: approved().event("dismiss", "ann", review="by-bob", at=1.5),
        "event e4, at",
        id="a dismissal before what it dismisses",
    ),
    pytest.param(
        lambda: approved().event("dismiss", "ann", review="by-bob", person="cat"),
        "event e4, person",
        id="a dismissal of another person's review",
    ),
    pytest.param(lambda: approved().have(diffs={}), "diffs.s1", id="no diff of the head"),
    pytest.param(lambda: approved().diff("s1", merge_base="b9"), "diffs.s1.merge_base", id="a diff from elsewhere"),
    pytest.param(lambda: approved().have(commits=[]), "commit s1", id="a head without a commit"),
    pytest.param(
        lambda: World().push("ann", "s1", parents=["x1"]).approve("bob").approve("cat"),
        "commit x1",
        id="a commit that is missing from the graph",
    ),
    pytest.param(
        lambda: World().push("ann", "s1", parents=["s1", "b0"]).approve("bob").approve("cat"),
        "commit s1: is its own ancestor",
        id="a commit that is its own ancestor",
    ),
    pytest.param(
        lambda: approved().commit("s1", "zoe", parents=["b0"]), "commit s1", id="a commit that says two things"
    ),
    pytest.param(lambda: approved().have(events=[]), "events", id="no push, and so no pusher"),
    pytest.param(
        lambda: approved().event("push", "ann", head="s0"), "pull_request.head.sha", id="a last push of another head"
    ),
    pytest.param(
        lambda: approved().event("retarget", "ann", base="release"),
        "pull_request.base.branch",
        id="a base branch that the events contradict",
    ),
    pytest.param(
        lambda: approved().have(codeowners={"state": "ok", "commit": "s1"}),
        "codeowners.commit",
        id="owners read from the head",
    ),
    pytest.param(lambda: approved().have(codeowners={"state": "missing"}), "codeowners", id="no CODEOWNERS at high"),
    pytest.param(
        lambda: approved("medium").have(codeowners={"state": "missing"}), "codeowners", id="no CODEOWNERS at medium"
    ),
    pytest.param(
        lambda: approved("low").have(codeowners={"state": "invalid", "errors": [{"line": 3, "message": "no owner"}]}),
        "codeowners line 3",
        id="a line that isn't loaded, at any tier",
    ),
    pytest.param(lambda: approved().have(codeowners={"state": "ok", "size": 3_000_000}), "codeowners", id="3 MB"),
    pytest.param(
        lambda: approved().have(codeowners={"state": "ok", "text": "# " + "x" * 2_999_999}, paths=["a"]),
        "codeowners",
        id="3 MB and one byte more, as text",
    ),
    pytest.param(
        lambda: approved().have(codeowners={"state": "ok", "text": "*.yml @org/prompts @@\n"}, paths=["a.yml"]),
        "codeowners line 1",
        id="an invalid line that touches a changed path",
    ),
    pytest.param(
        lambda: approved().have(codeowners={"state": "ok", "text": "/a @org/prompts\n"}, paths=["b"]),
        "path b",
        id="a path that nobody owns, at high",
    ),
    pytest.param(
        lambda: approved("low", sets=[]).have(
            codeowners={"state": "ok", "text": "/a @org/prompts\n"}, paths=["docs/CODEOWNERS"]
        ),
        "path docs/CODEOWNERS",
        id="a governance path that nobody owns, at any tier",
    ),
    pytest.param(
        lambda: approved("low", sets=[]).have(codeowners={"state": "missing"}, paths=[".pre-commit-config.yaml"]),
        "path .pre-commit-config.yaml",
        id="the configuration of the hooks, even without a CODEOWNERS",
    ),
    pytest.param(
        lambda: approved().have(codeowners={"state": "ok", "text": "* @org/prompts\n"}),
        "paths",
        id="owners of no paths",
    ),
    pytest.param(
        lambda: approved().diff("s1", source="api", files_count=3000), "files_count", id="a list of files that is cut"
    ),
    pytest.param(
        lambda: approved().diff("s1", source="api", commits_count=251),
        "commits_count",
        id="a list of commits that is cut",
    ),
    pytest.param(
        lambda: many_commits(250), "commits_count", id="as many commits as the API lists, of nobody knows how many"
    ),
    pytest.param(lambda: approved().person("Bob"), "people.Bob", id="one account under two spellings"),
    pytest.param(lambda: approved().person("bob", id=999), "names bob as account 999", id="one login of two accounts"),
]


@pytest.mark.parametrize(("story", "named"), ERRORS)
def test_is_an_error_that_names_the_fact(story: Story, named: str) -> None:
    found = story().decided()
    assert (found.decision, found.counted) == ("ERROR", ())
    assert named in " ".join(f"{node.id}: {node.text}" for node in walk(found.tree))


FINE: list[Any] = [
    pytest.param(lambda: approved("low").have(codeowners={"state": "missing"}), id="no CODEOWNERS at low"),
    pytest.param(lambda: approved().diff("s1", source="api", files_count=2999, commits_count=250), id="whole lists"),
    pytest.param(lambda: many_commits(249), id="fewer commits than the API lists"),
    pytest.param(lambda: approved().diff("s1", files_count=90_000), id="any number of files from git"),
    pytest.param(lambda: approved().approve("dan", at=604), id="a clock that is a little ahead"),
    pytest.param(
        lambda: approved().have(codeowners={"state": "ok", "text": "*.py @@\n*.yml @org/prompts\n"}, paths=["a.yml"]),
        id="an invalid line about other paths",
    ),
    pytest.param(
        lambda: approved("medium").have(codeowners={"state": "ok", "text": "/a @org/prompts\n"}, paths=["b"]),
        id="a path that nobody owns, at medium",
    ),
    pytest.param(
        lambda: approved().have(teams={"@org/prompts": team("bob"), "@org/secret": team(readable=False)}),
        id="an unreadable team that nobody asks",
    ),
    pytest.param(
        lambda: approved().have(
            codeowners={"state": "ok", "text": f"# {'x' * 2_999_000}\n* @org/prompts\n"}, paths=["a"]
        ),
        id="a CODEOWNERS just below 3 MB",
    ),
]


@pytest.mark.parametrize("story", FINE)
def test_is_no_error(story: Story) -> None:
    assert story().decided().decision == "PASS", story().decided().tree.text


REFUSED: list[Any] = [
    pytest.param(("events", 1, "actor", "login"), "b\u043eb", "which holds U+043E", id="a Cyrillic look-alike"),
    pytest.param(("events", 1, "actor", "login"), "bob\n", "events[1].actor.login", id="a login with a line break"),
    pytest.param(("events", 1, "actor", "id"), None, "events[1].actor.id", id="an actor without an account"),
    pytest.param(("events", 1, "kind"), "aprove", "events[1].kind", id="an unknown kind of event"),
    pytest.param(("events", 1, "id"), "by\0bob", "events[1].id: holds the character U+0000", id="NUL in an id"),
    pytest.param(("paths",), ["a\0b"], "paths[0]: holds the character U+0000", id="NUL in a path"),
    pytest.param(("paths",), ["a\u2028b"], "paths[0]: holds the character U+2028", id="a line separator in a path"),
    pytest.param(("paths",), ["a\u202eb"], "paths[0]: holds the character U+202E", id="writing turned round"),
    pytest.param(("paths",), ["a\ud800"], "paths[0]: holds the character U+D800", id="half a character"),
    pytest.param(("surprise",), 1, 'facts: has a key "surprise" that is unknown', id="an unknown key"),
    pytest.param(("evidence",), [], "evidence", id="another type"),
    pytest.param(("version",), 2, "version", id="another version"),
    pytest.param(("policies", "max_age_days"), {"high": float("nan")}, "max_age_days", id="no number"),
    pytest.param(("pull_request", "number"), 10**400, "pull_request.number", id="a number without bounds"),
]


@pytest.mark.parametrize(("keys", "value", "named"), REFUSED)
def test_is_refused_by_its_path(keys: tuple[Any, ...], value: Any, named: str) -> None:
    facts = approved().have(paths=["a"]).copy()
    inner: Any = facts
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    found = decide(facts)
    assert found.decision == "ERROR"
    assert named in found.tree.text
    assert json.loads(to_bytes(found)) == as_json(found)


@pytest.mark.parametrize("name", sorted(approved().facts))
def test_leaving_out_a_fact_is_an_error(name: str) -> None:
    facts = approved().copy()
    del facts[name]
    assert decide(facts).decision == "ERROR"
    assert f"{name}: is missing" in decide(facts).tree.text


class TestWaivers:
    def world(self, **waiver: Any) -> World:
        holding = {
            "control": "regulatory-review",
            "system": "triage",
            "reason": "Counsel is away until Monday.",
            "owner": "zoe",
            "approver": "fay",
            "until": "2026-11-20",
            **waiver,
        }
        world = approved().role("legal", "@org/risk", control="regulatory-review", system="triage")
        return world.have(waivers=[holding])

    def test_cover_the_role_of_their_control_and_are_shown(self) -> None:
        found = self.world().decided()
        assert found.decision == "PASS"
        assert statuses(found)["role legal triage"] == "waived"
        assert found.tree.status.label == "waived"

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"until": "2026-11-19"}, id="expired"),
            pytest.param({"system": "other"}, id="of another system"),
            pytest.param({"control": "bias-testing"}, id="of another control"),
            pytest.param({"author": "fay"}, id="accepted by whoever wrote it"),
            pytest.param({"contributors": ["FAY"]}, id="accepted by whoever had a hand in it"),
            pytest.param({"approver": "ann"}, id="accepted by the author of this change"),
        ],
    )
    def test_dont_hold(self, change: dict[str, Any]) -> None:
        found = self.world(**change).decided()
        assert (found.decision, statuses(found)["role legal triage"]) == ("BLOCK", "pending")

    def test_never_cover_what_policy_marks(self) -> None:
        world = self.world()
        world.facts["needs"]["roles"][0]["waivable"] = False
        assert world.decided().decision == "BLOCK"

    def test_never_cover_the_count_of_people(self) -> None:
        world = self.world()
        world.facts["events"] = world.facts["events"][:2]
        assert statuses(world.decided())["people"] == "pending"


class TestWhoDoesntCount:
    """Each is named with the rule that says so."""

    @pytest.mark.parametrize(
        ("story", "person", "rule"),
        [
            pytest.param(lambda: World().push("ann", "s1").approve("ann"), "ann", "author", id="author"),
            pytest.param(lambda: approved().event("push", "bob", head="s1"), "bob", "pusher", id="pusher"),
            pytest.param(lambda: by_side_branch("bob"), "bob", "commit-author", id="author of a commit"),
            pytest.param(lambda: waiting().approve("out"), "out", "no-write-access", id="no write access"),
            pytest.param(lambda: approved().push("ann", "s2"), "bob", "other-content", id="other content"),
            pytest.param(retargeted, "bob", "other-base", id="another base"),
            pytest.param(lambda: approved().have(evidence=evidence(30)), "bob", "before-evidence", id="evidence"),
            pytest.param(lambda: approved().veto("bob"), "bob", "vetoed", id="a later no"),
            pytest.param(lambda: approved().event("dismiss", "ann", person="bob"), "bob", "dismissed", id="dismissed"),
            pytest.param(
                lambda: approved().event("approve", "robot[bot]", head="s1"), "robot[bot]", "not-human", id="no person"
            ),
        ],
    )
    def test_by_this_rule(self, story: Story, person: str, rule: str) -> None:
        assert rules_of(story().decided())[person][0] == rule

    def test_by_every_rule_that_says_so(self) -> None:
        found = World().push("ann", "s1").approve("ann").push("ann", "s2").person("ann", permission="read").decided()
        assert rules_of(found)["ann"] == (
            "author",
            "commit-author",
            "committer",
            "pusher",
            "no-write-access",
            "other-content",
        )


class TestWhatWouldUnblock:
    @pytest.mark.parametrize(
        ("story", "step"),
        [
            pytest.param(waiting, "1 more independent person with write access must approve s1", id="one more person"),
            pytest.param(waiting, "bob or eve approves", id="an owner"),
            pytest.param(lambda: approved().push("ann", "s2"), "bob approves again", id="the same person again"),
            pytest.param(
                lambda: approved().veto("bob"),
                "bob approves, or takes the request for changes back, or eve ends it",
                id="a no",
            ),
            pytest.param(
                lambda: waiting(sets=[["@ann"]]), "give @ann another independent owner", id="an owner who can't approve"
            ),
            pytest.param(lambda: approved().within("pull_request", draft=True), "mark it as ready", id="a draft"),
        ],
    )
    def test_is_said(self, story: Story, step: str) -> None:
        assert any(step in one for one in story().decided().tree.unblock), story().decided().tree.unblock

    def test_nothing_when_all_is_met(self) -> None:
        assert approved().decided().tree.unblock == ()
