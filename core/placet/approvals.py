"""Whose yes a change needs. Who has given it is decided on the pull request.

Pure. Two tests, kept apart: every owner set is covered by somebody, and so many distinct independent people approve.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from placet.codeowners.owners import CodeOwners
from placet.record import record


@record
class OwnerSet:
    """Any one of `owners` covers it. `why` names what they own."""

    owners: tuple[str, ...]
    why: str
    paths: tuple[str, ...] = ()


@record
class ApprovalNeeds:
    """`people` distinct, independent humans, who between them cover every owner set."""

    people: int
    owner_sets: tuple[OwnerSet, ...]
    because: tuple[str, ...] = ()
    unowned: tuple[str, ...] = ()  # changed paths that nobody owns
    errors: tuple[str, ...] = ()  # lines of CODEOWNERS that can't be read and touch a changed path


def code_owner_sets(paths: Iterable[str], owners: CodeOwners) -> tuple[OwnerSet, ...]:
    """The distinct owner sets of `paths`, each with the paths it owns."""
    by_owners: dict[tuple[str, ...], list[str]] = {}
    for path in paths:
        found = owners.owners_of(path).owners
        if found:
            by_owners.setdefault(found, []).append(path)
    return tuple(OwnerSet(set_, "code owner", tuple(owned)) for set_, owned in by_owners.items())


def unowned(paths: Iterable[str], owners: CodeOwners) -> tuple[str, ...]:
    return tuple(path for path in paths if not owners.owners_of(path).owners)


def unreadable(paths: Iterable[str], owners: CodeOwners) -> tuple[str, ...]:
    """What is wrong with the CODEOWNERS lines that would have owned one of `paths`."""
    errors = [f"line {error.line}: {error.message}" for path in paths for error in owners.owners_of(path).errors]
    return tuple(dict.fromkeys(errors))


def role_sets(roles: Iterable[str], holders: Mapping[str, tuple[str, ...]], why: str) -> tuple[OwnerSet, ...]:
    return tuple(OwnerSet(holders.get(role, ()), f"{role} role: {why}") for role in roles)
