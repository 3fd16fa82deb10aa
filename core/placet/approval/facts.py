"""The facts of a decision as values: what they are called, and nothing of what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from placet.approval.document import Trouble
from placet.model.policy import Tier
from placet.record import field, record


@record
class Actor:
    """An account as one fact names it. `login` is None where git's e-mail address has no account."""

    login: str | None
    kind: str = "User"
    id: int | None = None


@record
class Event:
    """`order` is its place in time: by its moment, and within a second by its place in the document."""

    id: str
    kind: str
    actor: Actor
    at: datetime
    order: int
    head: str = ""
    diff: str = ""
    merge_base: str = ""
    evidence: str = ""
    review: str = ""
    person: str = ""
    reason: str = ""
    base: str = ""
    team: str = ""
    change: str = ""
    permission: str = ""


@record
class Commit:
    sha: str
    parents: tuple[str, ...]
    author: Actor
    committer: Actor
    co_authors: tuple[Actor, ...]


@record
class Diff:
    digest: str
    merge_base: str
    tree: str
    recomputed_tree: str
    source: str
    files: int
    commits: int | None


@record
class Evidence:
    digest: str
    at: datetime
    verdict: str
    earlier: tuple[Evidence, ...] = ()  # in order of time


@record
class Team:
    name: str
    members: tuple[str, ...]
    children: tuple[str, ...]
    readable: bool


@record
class Account:
    login: str
    permission: str
    kind: str
    suspended: bool
    id: int | None
    emails: tuple[str, ...]


@record
class OwnerSet:
    """Any one of `owners` covers it. Without `paths` it is about the whole change."""

    owners: tuple[str, ...]
    paths: tuple[str, ...] = ()
    why: str = ""


@record
class Role:
    name: str
    holders: tuple[str, ...]
    why: str = ""
    control: str = ""
    system: str = ""
    waivable: bool = True


@record
class LineTrouble:
    line: int
    message: str
    path: str


@record
class Owners:
    """What is known of base's CODEOWNERS."""

    state: str
    commit: str
    location: str
    size: int
    text: str | None
    errors: tuple[LineTrouble, ...]


@record
class Waiver:
    control: str
    system: str
    reason: str
    approver: str
    until: date
    hands: tuple[str, ...]  # who wrote the pull request that added it


@record
class Facts:
    now: datetime
    number: int
    author: Actor
    requester: Actor | None
    branch: str
    base: str
    merge_base: str
    head: str
    draft: bool
    same_head: tuple[int, ...]
    tier: Tier
    people_needed: int
    roles: tuple[Role, ...]
    owner_sets: tuple[OwnerSet, ...]
    unowned: tuple[str, ...]
    paths: tuple[str, ...] | None
    codeowners: Owners
    commits: tuple[Commit, ...]  # in order of their ids
    boundary: frozenset[str]
    events: tuple[Event, ...]  # in order of time, each once
    diffs: Mapping[str, Diff]
    evidence: Evidence | None
    teams: tuple[Team, ...]
    people: tuple[Account, ...]
    max_age_days: int | None
    keeps_clean_updates: bool
    waivers: tuple[Waiver, ...] = ()
    troubles: tuple[Trouble, ...] = field(default=())  # met while reading

    @property
    def is_strict(self) -> bool:
        """Whether the tier is one at which independence has to be proved."""
        return self.tier >= Tier.HIGH
