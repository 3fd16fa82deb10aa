"""Rules about who agreed on a threshold: two different parties, who look at it again by a day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from placet.model.policy import Thresholds
from placet.parse.kinds import is_shared, system_of
from placet.record import record
from placet.rules.problem import Check, Problem

_TIERS = "policies/tiers.yaml"


@record
class _Agreed:
    """Thresholds and where they stand. `parties` are the people by role; None while nobody knows them."""

    said: Thresholds
    path: str
    keys: tuple[str, ...]
    parties: Mapping[str, tuple[str, ...]] | None
    named_in: str


def tiers_reviewed(check: Check) -> Iterator[Problem]:
    return _overdue(check, _of_tiers(check))


def suites_reviewed(check: Check) -> Iterator[Problem]:
    return _overdue(check, _of_suites(check))


def tiers_agreed(check: Check) -> Iterator[Problem]:
    return _not_agreed(check, _of_tiers(check))


def suites_agreed(check: Check) -> Iterator[Problem]:
    return _not_agreed(check, _of_suites(check))


def _of_tiers(check: Check) -> Iterator[_Agreed]:
    settings = check.snapshot.settings
    for tier, policy in sorted(check.snapshot.tiers.items()):
        if policy.thresholds:
            roles = settings.roles if settings else None
            yield _Agreed(policy.thresholds, _TIERS, ("tiers", tier.label), roles, "`roles:` of policies/placet.yaml")


def _of_suites(check: Check) -> Iterator[_Agreed]:
    settings = check.snapshot.settings
    roles = settings.roles if settings else None
    for path, suite in (*check.snapshot.suites.items(), *check.snapshot.shared.items()):
        if suite.thresholds and is_shared(path):
            yield _Agreed(suite.thresholds, path, (), roles, "`roles:` of policies/placet.yaml")
        elif suite.thresholds:
            registration = f"systems/{system_of(path)}/system.yaml"
            system = check.snapshot.systems.get(registration)
            yield _Agreed(suite.thresholds, path, (), system.owners if system else None, f"`owners:` of {registration}")


def _overdue(check: Check, found: Iterator[_Agreed]) -> Iterator[Problem]:
    for agreed in found:
        if agreed.said.review_by < check.today.isoformat():
            position = check.snapshot.at(agreed.path, *agreed.keys, "thresholds", "review_by")
            owner, other = agreed.said.parties
            message = f"{owner} and {other} were to look at these numbers again by {agreed.said.review_by}"
            advice = "look at what they let pass and what they stopped, correct them, and write a new day"
            yield Problem(agreed.path, position, message, help=advice)


def _not_agreed(check: Check, found: Iterator[_Agreed]) -> Iterator[Problem]:
    for agreed in found:
        if agreed.parties is not None:
            yield from _parties(check, agreed, agreed.parties)


def _parties(check: Check, agreed: _Agreed, known: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """A role that nobody is can never approve; one party that agrees with itself has agreed with nobody."""
    said = agreed.said
    missing = [key for key in ("owner", "agreed_with") if not known.get(getattr(said, key))]
    for key in missing:
        role = getattr(said, key)
        position = check.snapshot.at(agreed.path, *agreed.keys, "thresholds", key)
        advice = check.did_you_mean(agreed.path, role, _held(known), f"add `{role}:` to {agreed.named_in}")
        yield Problem(agreed.path, position, f"nobody is `{role}`", help=advice)
    if not missing and set(known[said.owner]) == set(known[said.agreed_with]):
        position = check.snapshot.at(agreed.path, *agreed.keys, "thresholds", "agreed_with")
        message = f"`{said.owner}` and `{said.agreed_with}` are the same people, who would agree with themselves"
        yield Problem(agreed.path, position, message, help="name somebody else: a change needs both")


def _held(known: Mapping[str, tuple[str, ...]]) -> Collection[str]:
    return [role for role, people in known.items() if people]
