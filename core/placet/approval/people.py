"""Who is who, and who had a hand in the change.

One person has one key, whatever the spelling of the login and however often it was renamed. What commits and events
say of people can only take independence away, never give it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from placet.approval.document import Trouble
from placet.approval.facts import Account, Actor, Commit, Facts
from placet.record import record, replace

WRITERS = frozenset({"admin", "maintain", "write"})
PUSHES = frozenset({"opened", "push"})
#: GitHub's own account commits what is done on its pages, in the name of whoever did it.
WEB_FLOW = "web-flow"
#: Accounts that stand for somebody who isn't known.
_STAND_INS = frozenset({"Mannequin"})


@record
class Rule:
    """Why somebody's word doesn't count: the rule's name, and what it found."""

    id: str
    text: str


@record
class People:
    """`keys` maps each login, in small letters, to the key of its person."""

    keys: Mapping[str, str]
    accounts: Mapping[str, Account]  # by key
    names: Mapping[str, str]  # by key, as `people` writes it
    by_email: Mapping[str, str]
    kinds: Mapping[str, str]  # by key, of those whom any fact calls something else than a User

    def key(self, actor: Actor) -> str:
        """Empty for nobody that is known."""
        return self.key_of(actor.login) if actor.login else ""

    def key_of(self, login: str) -> str:
        return self.keys.get(login.lower(), login.lower())

    def name(self, key: str) -> str:
        return self.names.get(key, key)


def identify(facts: Facts) -> tuple[People, tuple[Trouble, ...]]:
    """The people of `facts`. A login that two accounts claim says nothing certain any more."""
    ids: dict[str, int] = {}
    troubles: dict[str, Trouble] = {}
    for path, login, id in _mentions(facts):
        known = ids.setdefault(login.lower(), id)
        if known != id:
            text = f"names {login} as account {id}, and another fact as {known}"
            troubles.setdefault(login.lower(), Trouble(path, text))
    keys = {login: f"#{id}" for login, id in ids.items()}
    accounts: dict[str, Account] = {}
    names: dict[str, str] = {}
    for account in facts.people:
        key = keys.get(account.login.lower(), account.login.lower())
        if accounts.setdefault(key, account) is not account:
            text = f"is the same account as `{accounts[key].login}`, and only one of them can be"
            troubles.setdefault(key, Trouble(f"people.{account.login}", text))
        names.setdefault(key, account.login)
    for event in facts.events:
        login = event.actor.login or ""
        names.setdefault(keys.get(login.lower(), login.lower()), login)
    by_email = {email: key for key, account in accounts.items() for email in account.emails}
    found = People(keys, accounts, names, by_email, {})
    return replace(found, kinds=_kinds(facts, found)), tuple(troubles.values())


def _kinds(facts: Facts, people: People) -> Mapping[str, str]:
    found = {key: account.kind for key, account in people.accounts.items() if account.kind != "User"}
    for _, actor in _named(facts):
        if actor.kind != "User" and actor.login:
            found.setdefault(people.key(actor), actor.kind)
    return found


def _named(facts: Facts) -> Iterator[tuple[str, Actor]]:
    yield "pull_request.author", facts.author
    if facts.requester is not None:
        yield "pull_request.requester", facts.requester
    for event in facts.events:
        yield f"event {event.id}, actor", event.actor
    for commit in facts.commits:
        for one in (commit.author, commit.committer, *commit.co_authors):
            yield f"commit {commit.sha}", one


def _mentions(facts: Facts) -> Iterator[tuple[str, str, int]]:
    for path, actor in _named(facts):
        if actor.login and actor.id is not None:
            yield path, actor.login, actor.id
    for account in facts.people:
        if account.id is not None:
            yield f"people.{account.login}", account.login, account.id


def unattributed(commits: Iterable[Commit]) -> tuple[Commit, ...]:
    """Commits of which somebody can't be told. Web-flow stands for nobody, and makes no change but a merge."""
    return tuple(
        commit
        for commit in commits
        if _is_nobody(commit.committer)
        or _is_nobody(commit.author)
        or (_is_web_flow(commit.author) and len(commit.parents) < 2)
    )


def _is_nobody(actor: Actor) -> bool:
    return not actor.login or actor.kind in _STAND_INS


def _is_web_flow(actor: Actor) -> bool:
    return (actor.login or "").lower() == WEB_FLOW


def contributors(facts: Facts, people: People) -> Mapping[str, tuple[Rule, ...]]:
    """By key, everybody who had a hand in the change, and in which ways."""
    found: dict[str, dict[str, Rule]] = {}
    for actor, rule in _hands(facts):
        key = people.key(actor)
        if key and key != people.key_of(WEB_FLOW):
            found.setdefault(key, {}).setdefault(rule.id, rule)
    return {key: tuple(rules.values()) for key, rules in found.items()}


def _hands(facts: Facts) -> Iterator[tuple[Actor, Rule]]:
    yield facts.author, Rule("author", "opened the pull request")
    if facts.requester is not None:
        yield facts.requester, Rule("requester", "asked the agent that wrote the change")
    for commit in facts.commits:
        yield commit.author, Rule("commit-author", f"wrote commit {commit.sha[:12]}")
        yield commit.committer, Rule("committer", f"committed {commit.sha[:12]}")
        if facts.is_strict:
            for one in commit.co_authors:
                yield one, Rule("co-author", f"is named as a co-author of {commit.sha[:12]}")
    for event in facts.events:
        if event.kind in PUSHES:
            yield event.actor, Rule("pusher", f"pushed {event.head[:12]}")
        elif event.kind == "agent_request":
            yield event.actor, Rule("requester", "asked an agent to work on the change")


def not_human(actor: Actor, people: People) -> Rule | None:
    """Only people count. It takes one fact that says otherwise."""
    kind = _kind_of(actor)
    kind = people.kinds.get(people.key(actor), kind) if kind == "User" else kind
    return Rule("not-human", f"is a {kind}, and only people count") if kind != "User" else None


def is_machine(actor: Actor) -> bool:
    """By its own word: what others say of it doesn't silence anybody."""
    return _kind_of(actor) != "User"


def _kind_of(actor: Actor) -> str:
    return "Bot" if actor.kind == "User" and (actor.login or "").endswith("[bot]") else actor.kind
