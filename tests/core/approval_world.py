"""A pull request as a story: who pushed, said and changed what, written down as a facts document.

Everything has a good value; a test changes the one thing it is about. Each event comes a minute after the one before.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from placet.approval.verdict import ApprovalDecision, decide

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NAMES = ("ann", "bob", "cat", "dan", "eve", "fay", "out", "ext", "admin", "triager", "zoe")
IDS = {name: 101 + index for index, name in enumerate(NAMES)}
PROMPT = "prompts/triage/classify.prompt.yml"


def moment(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def actor(login: str, kind: str = "") -> dict[str, Any]:
    kind = kind or ("Bot" if login.endswith("[bot]") else "User")
    return {"login": login, "kind": kind, "id": IDS.get(login.lower(), 900 + len(login))}


def who(login: str | None) -> dict[str, Any]:
    if login is None:
        return {"login": None}
    return {"login": login, "kind": "Bot" if login.endswith("[bot]") else "User"}


class World:
    """`bob` and `eve` are in `@org/prompts`, `eve` and `fay` in `@org/risk`; everybody but `out` may write."""

    def __init__(
        self,
        tier: str = "high",
        people: int = 2,
        sets: Sequence[Sequence[str]] = (("@org/prompts",),),
        author: str = "ann",
        **pull: Any,
    ) -> None:
        self.minute = 0
        self.facts: dict[str, Any] = {
            "version": 1,
            "now": moment(600),
            "pull_request": {
                "number": 7,
                "author": {**actor(author)},
                "requester": None,
                "base": {"branch": "main", "sha": "b0", "merge_base": "b0"},
                "head": {"sha": "b0"},
                "draft": False,
                "fork": False,
                **pull,
            },
            "tier": {"base": tier, "head": tier},
            "needs": {"people": people, "roles": [], "owner_sets": [{"owners": list(one)} for one in sets]},
            "codeowners": {"state": "ok"},
            "commits": [],
            "events": [],
            "diffs": {},
            "evidence": None,
            "teams": {"@org/prompts": team("bob", "eve"), "@org/risk": team("eve", "fay")},
            "people": {
                name: {"permission": "read" if name in ("out", "ext") else "write", "kind": "User"} for name in NAMES
            },
            "policies": {},
        }

    def event(self, kind: str, login: str, /, *, at: float | None = None, id: str = "", **more: Any) -> World:
        self.minute += 1
        events = self.facts["events"]
        minute = self.minute if at is None else at
        events.append(
            {
                "id": id or f"e{len(events) + 1}",
                "kind": kind,
                "actor": actor(login, more.pop("account", "")),
                "at": moment(minute),
                **more,
            }
        )
        return self

    def commit(self, sha: str, author: str | None, committer: str | None = "", **more: Any) -> World:
        parents = more.pop("parents", None) or [self.facts["pull_request"]["head"]["sha"]]
        self.facts["commits"].append(
            {
                "sha": sha,
                "parents": parents,
                "author": who(author),
                "committer": who(author if committer == "" else committer),
                **more,
            }
        )
        self.facts["pull_request"]["head"]["sha"] = sha
        return self

    def diff(self, head: str, digest: str = "", **more: Any) -> World:
        self.facts["diffs"][head] = {"digest": digest or f"d-{head}", "source": "git", "files_count": 1, **more}
        return self

    def push(self, login: str, head: str, *, author: str | None = "", committer: str | None = "", **more: Any) -> World:
        """A push of one commit, by default the pusher's own."""
        event = {name: more.pop(name) for name in ("at", "id") if name in more}
        digest = more.pop("digest", "")
        self.commit(head, login if author == "" else author, committer, **more).diff(head, digest)
        return self.event("push", login, head=head, **event)

    def approve(self, login: str, head: str = "", **more: Any) -> World:
        return self.event("approve", login, head=head or self.head, **more)

    def veto(self, login: str, head: str = "", **more: Any) -> World:
        return self.event("request_changes", login, head=head or self.head, **more)

    @property
    def head(self) -> str:
        return str(self.facts["pull_request"]["head"]["sha"])

    def have(self, **parts: Any) -> World:
        self.facts |= parts
        return self

    def within(self, name: str, **parts: Any) -> World:
        self.facts[name] = {**self.facts[name], **parts}
        return self

    def person(self, login: str, **parts: Any) -> World:
        self.facts["people"][login] = {
            **self.facts["people"].get(login, {"permission": "write", "kind": "User"}),
            **parts,
        }
        return self

    def role(self, name: str, *holders: str, **more: Any) -> World:
        self.facts["needs"]["roles"].append({"role": name, "holders": list(holders), **more})
        return self

    def copy(self) -> dict[str, Any]:
        return copy.deepcopy(self.facts)

    def decided(self) -> ApprovalDecision:
        return decide(self.facts)


def team(*members: str, children: Iterable[str] = (), readable: bool = True) -> dict[str, Any]:
    return {"members": list(members), "children": list(children), "readable": readable}


def approved(tier: str = "high", **more: Any) -> World:
    """Everything that is needed: `ann` pushed, `bob` of the owners and `cat` approved."""
    return World(tier, **more).push("ann", "s1").approve("bob", id="by-bob").approve("cat", id="by-cat")


def rules_of(decision: ApprovalDecision) -> Mapping[str, tuple[str, ...]]:
    """By person, the rules by which their word doesn't count."""
    found = next((node for node in decision.tree.children if node.id == "people"), None)
    return {one.person: (one.rule, *one.also) for one in found.excluded} if found else {}


def statuses(decision: ApprovalDecision) -> dict[str, str]:
    return {node.id: node.status.label for node in decision.tree.children}
