"""What holds of every decision about approvals, whatever happened: checked on stories that hypothesis makes up."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.approval_world import World, actor, approved, moment, team, who

from placet.approval.document import read
from placet.approval.verdict import ApprovalDecision, as_json, decide, to_bytes
from placet.reasons import walk

LOGINS = ("ann", "bob", "cat", "dan", "eve", "fay", "out", "BOB")
HEADS = ("s1", "s2", "s3")
SAYINGS = ("approve", "request_changes", "comment")
many = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def stories(draw: st.DrawFn) -> dict[str, Any]:
    """A pull request that is whole: heads are pushed before anybody speaks of them."""
    world = World(
        draw(st.sampled_from(["low", "medium", "high", "critical"])),
        draw(st.integers(0, 3)),
        draw(st.sampled_from([[], [["@org/prompts"]], [["@org/prompts"], ["@org/risk"]], [["@dan"]]])),
    )
    for head in HEADS[: draw(st.integers(1, 3))]:
        same = draw(st.booleans())
        author = draw(st.sampled_from(["ann", "ann", "cat", None]))
        world.push("ann", head, author=author, digest="same" if same else "")
    pushed = [event["head"] for event in world.facts["events"]]
    for _ in range(draw(st.integers(0, 8))):
        say(world, draw, pushed)
    if draw(st.booleans()):
        at = moment(draw(st.integers(0, 15)))
        verdict = draw(st.sampled_from(["pass", "fail"]))
        world.have(evidence={"digest": "ev", "at": at, "verdict": verdict})
    return world.facts


def say(world: World, draw: st.DrawFn, pushed: list[str]) -> None:
    login = draw(st.sampled_from(LOGINS))
    said = [event["id"] for event in world.facts["events"] if event["kind"] in ("approve", "request_changes")]
    kind = draw(st.sampled_from([*SAYINGS, *(["dismiss", "veto_end"] if said else []), "approve", "membership"]))
    if kind in SAYINGS:
        world.event(kind, login, head=draw(st.sampled_from(pushed)))
    elif kind == "membership":
        change = draw(st.sampled_from(["added", "removed"]))
        world.event(kind, "zoe", team="@org/prompts", person=login, change=change)
    else:
        world.event(kind, login, review=draw(st.sampled_from(said)), reason="it is fine")


def add(facts: dict[str, Any], kind: str, login: str, **more: Any) -> dict[str, Any]:
    """The same with one more event at the end."""
    changed = copy.deepcopy(facts)
    event = {"id": "added", "kind": kind, "actor": actor(login), "at": moment(300), **more}
    changed["events"].append(event)
    return changed


def head_of(facts: dict[str, Any]) -> str:
    return str(facts["pull_request"]["head"]["sha"])


def judgement(found: ApprovalDecision) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    return found.decision, found.counted, as_json(found)["requirements"]


class TestAHandInTheChange:
    """Whoever turns out to have had one can only be missing afterwards."""

    @many
    @given(stories(), st.sampled_from(LOGINS), st.sampled_from(["author", "committer", "co_authors"]))
    def test_adding_somebody_to_a_commit_never_adds_an_approver(
        self, facts: dict[str, Any], login: str, role: str
    ) -> None:
        changed = copy.deepcopy(facts)
        changed["commits"][0][role] = [who(login)] if role == "co_authors" else who(login)
        if facts["commits"][0]["author"]["login"] is None or facts["commits"][0]["committer"]["login"] is None:
            changed["commits"][0] |= {"author": {"login": None}}  # or it would become attributable
        assert set(decide(changed).counted) <= set(decide(facts).counted)

    @many
    @given(stories(), st.sampled_from(LOGINS))
    def test_adding_a_commit_never_adds_an_approver(self, facts: dict[str, Any], login: str) -> None:
        changed = copy.deepcopy(facts)
        side = {"sha": "side", "parents": ["b0"], "author": who(login), "committer": who("web-flow")}
        changed["commits"].append(side)
        assert set(decide(changed).counted) <= set(decide(facts).counted)

    @many
    @given(stories(), st.sampled_from(LOGINS), st.sampled_from(["push", "agent_request"]))
    def test_adding_a_pusher_or_asker_never_adds_an_approver(
        self, facts: dict[str, Any], login: str, kind: str
    ) -> None:
        changed = add(facts, kind, login, head=head_of(facts))
        assert set(decide(changed).counted) <= set(decide(facts).counted)
        assert decide(facts).decision != "BLOCK" or decide(changed).decision != "PASS"


class TestOpinions:
    @many
    @given(stories(), st.data())
    def test_removing_an_approval_never_turns_block_into_pass(self, facts: dict[str, Any], data: st.DataObject) -> None:
        given_ = [index for index, event in enumerate(facts["events"]) if event["kind"] == "approve"]
        if given_:
            changed = copy.deepcopy(facts)
            del changed["events"][data.draw(st.sampled_from(given_))]
            assert decide(facts).decision != "BLOCK" or decide(changed).decision != "PASS"

    @many
    @given(stories(), st.sampled_from(LOGINS))
    def test_adding_a_veto_never_turns_block_into_pass(self, facts: dict[str, Any], login: str) -> None:
        changed = add(facts, "request_changes", login, head=head_of(facts))
        assert decide(facts).decision != "BLOCK" or decide(changed).decision != "PASS"
        assert set(decide(changed).counted) <= set(decide(facts).counted)

    @many
    @given(stories(), st.sampled_from(["comment", "label", "command", "check", "enqueue", "merge_group"]))
    def test_what_never_counts_changes_nothing(self, facts: dict[str, Any], kind: str) -> None:
        changed = add(facts, kind, "bob", text="/placet approve")
        assert judgement(decide(changed)) == judgement(decide(facts))

    @many
    @given(stories())
    def test_asking_for_more_people_never_helps(self, facts: dict[str, Any]) -> None:
        changed = copy.deepcopy(facts)
        changed["needs"]["people"] += 1
        assert decide(facts).decision != "BLOCK" or decide(changed).decision == "BLOCK"
        assert decide(facts).counted == decide(changed).counted


class TestTheDocument:
    @many
    @given(stories(), st.randoms(use_true_random=False))
    def test_the_order_in_which_events_are_listed_is_irrelevant(self, facts: dict[str, Any], random: Any) -> None:
        changed = copy.deepcopy(facts)
        random.shuffle(changed["events"])
        random.shuffle(changed["commits"])
        assert judgement(decide(changed)) == judgement(decide(facts))

    @many
    @given(stories(), st.data())
    def test_an_event_that_is_delivered_twice_changes_nothing(self, facts: dict[str, Any], data: st.DataObject) -> None:
        changed = copy.deepcopy(facts)
        events = changed["events"]
        again = copy.deepcopy(data.draw(st.sampled_from(events)))
        events.insert(data.draw(st.integers(0, len(events))), again)
        assert judgement(decide(changed)) == judgement(decide(facts))

    @many
    @given(stories())
    def test_json_and_back_decides_the_same(self, facts: dict[str, Any]) -> None:
        again, trouble = read(json.dumps(facts).encode())
        assert trouble is None
        assert to_bytes(decide(again)) == to_bytes(decide(facts))

    @many
    @given(stories())
    def test_a_decision_that_is_recorded_in_it_changes_nothing(self, facts: dict[str, Any]) -> None:
        found = as_json(decide(facts))
        assert as_json(decide({**facts, "decision": found})) == found

    @many
    @given(stories())
    def test_a_decision_says_what_its_tree_says(self, facts: dict[str, Any]) -> None:
        found = decide(facts)
        status = found.tree.status.label
        assert (
            status in {"PASS": ("met", "waived"), "BLOCK": ("pending", "failed"), "ERROR": ("error",)}[found.decision]
        )
        assert bool(found.tree.unblock) == (found.decision != "PASS")


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=20), inner, max_size=5),
    max_leaves=30,
)


def paths_of(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in `value`."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, item in inner for path in paths_of(item, (*at, key)))]


RICH = approved(sets=[["@org/prompts"], ["x@acme.example"]]).veto("dan").event("dismiss", "dan", person="dan")
RICH.person("fay", emails=["x@acme.example"]).role("risk", "@org/risk", control="c", system="s")
RICH.event("membership", "zoe", team="@org/risk", person="fay", change="added")
RICH.have(
    paths=["a"],
    codeowners={"state": "ok", "text": "* @org/prompts\n", "commit": "b0", "errors": []},
    evidence={"digest": "e", "at": moment(0), "verdict": "pass", "earlier": []},
    waivers=[{"control": "c", "system": "s", "reason": "r", "owner": "ann", "approver": "zoe", "until": "2026-12-01"}],
)
EVERYWHERE = paths_of(RICH.facts)[1:]


class TestAnyJson:
    @many
    @given(JSON)
    def test_is_answered(self, value: Any) -> None:
        assert decide(value).decision == "ERROR"
        json.loads(to_bytes(decide(value)))

    @settings(max_examples=300, deadline=None)
    @given(st.sampled_from(EVERYWHERE), JSON)
    def test_is_answered_wherever_it_stands(self, path: tuple[Any, ...], value: Any) -> None:
        facts = RICH.copy()
        inner: Any = facts
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        found = decide(facts)
        assert found.decision in {"PASS", "BLOCK", "ERROR"}
        json.loads(to_bytes(found))

    @many
    @given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
    def test_or_any_bytes_are_read_or_refused(self, data: bytes) -> None:
        value, trouble = read(data)
        assert trouble is not None or decide(value).decision == "ERROR"

    @pytest.mark.parametrize("depth", [500, 900, 100_000])
    def test_is_answered_however_deep(self, depth: int) -> None:
        value: Any = []
        for _ in range(depth):
            value = [value]
        assert decide({**approved().facts, "decision": {"decision": "PASS", "requirements": {"x": value}}}).decision
        assert decide(value).decision == "ERROR"
        data = b"[" * depth + b"]" * depth
        assert read(data)[0] is None or decide(read(data)[0]).decision == "ERROR"

    @pytest.mark.parametrize(
        ("data", "named"),
        [
            pytest.param(b'{"diffs": {"s1": 1, "s1": 2}}', "s1: stands twice", id="a key twice"),
            pytest.param(b'{"a": NaN}', "no JSON", id="no number"),
            pytest.param(b'{"a": 1e999}', "no JSON", id="an endless number"),
            pytest.param(b'{"a": ' + b"9" * 5000 + b"}", "no JSON", id="a number of 5,000 digits"),
            pytest.param(b"\xff", "not UTF-8: byte 0", id="no text"),
            pytest.param(b"", "no JSON", id="nothing"),
        ],
    )
    def test_is_read_or_refused(self, data: bytes, named: str) -> None:
        value, trouble = read(data)
        assert value is None
        assert trouble
        assert named in f"{trouble.path}: {trouble.text}"


class TestTenThousandEvents:
    """They are decided in a fraction of a second; here only that they are decided rightly."""

    def test_of_one_quarrel(self) -> None:
        world = World().push("ann", "s1").approve("bob")
        for number in range(5000):
            at = 5 + number / 60
            world.veto("cat", at=at).event("veto_end", "zoe", review=f"e{2 * number + 3}", reason="no", at=at)
        assert len(world.facts["events"]) > 10_000
        assert decide(world.facts).decision == "BLOCK"
        assert decide(world.approve("cat", at=300).facts).decision == "PASS"

    def test_of_ten_thousand_people(self) -> None:
        world = World().push("ann", "s1").approve("bob")
        for number in range(10_000):
            login = f"user-{number}"
            world.person(login)
            event = {"id": login, "kind": "approve", "actor": {"login": login, "kind": "User", "id": 10_000 + number}}
            world.facts["events"].append({**event, "at": moment(5), "head": "s1"})
        world.facts["teams"]["@org/prompts"] = team(*(f"user-{number}" for number in range(10_000)))
        found = decide(world.facts)
        assert (found.decision, len(found.counted)) == ("PASS", 10_001)

    def test_beside_twenty_thousand_paths_and_hostile_patterns(self) -> None:
        lines = [f"/{'*a' * 40}{number} @org/prompts" for number in range(500)]
        lines += [f"/no{number}/** @@" for number in range(500)]
        paths = [f"prompts/{number}/{'a' * 60}.prompt.yml" for number in range(20_000)]
        world = approved(sets=[]).have(
            codeowners={"state": "ok", "text": "\n".join(["* @org/prompts", *lines])}, paths=paths
        )
        assert decide(world.facts).decision == "PASS"
        world.facts["paths"] = [*paths, "no7/x"]
        assert "fact codeowners line 509" in [node.id for node in walk(decide(world.facts).tree)]

    def test_of_pushes(self) -> None:
        world = World()
        for number in range(10_000):
            world.push("ann", f"s{number}", digest="same", at=number / 60)
        found = decide(world.approve("bob", "s0", at=300).approve("cat", "s9999", at=301).facts)
        assert (found.decision, found.counted) == ("PASS", ("bob", "cat"))
