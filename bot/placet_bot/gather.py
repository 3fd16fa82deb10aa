"""The facts of a pull request, from git: what decides is read from the tip of base, the head is data."""

from __future__ import annotations

from dataclasses import dataclass

from placet.errors import PlacetError
from placet.gather import Gathered
from placet.gather import gather as gather_change
from placet.git.repository import Repository
from placet.load import snapshot_at
from placet.record import replace
from placet_bot.environment import Environment
from placet_bot.fetch import BASE, HEAD, fetch, fetch_base

_CHECK = "placet"


@dataclass(frozen=True, slots=True)
class Facts:
    """A pull request's change, and the clone that holds it."""

    environment: Environment
    repository: Repository
    gathered: Gathered
    check: str  # the check's name


def gather(environment: Environment) -> Facts:
    """Fetch both ends and plan. Raises PlacetError when what the change is can't be told."""
    fetched = fetch(environment)
    gathered = _change(fetched.repository, environment.pull.base)
    name = gathered.base.policies.settings.check_name if gathered.base.policies else _CHECK
    return Facts(environment, fetched.repository, gathered, _named(name, environment))


def _change(repository: Repository, base: str) -> Gathered:
    """The change, with the branch under the name that people know it by."""
    try:
        return replace(gather_change(repository, BASE, HEAD), base_name=base)
    except PlacetError as error:
        raise PlacetError(error.what.replace(BASE, base), help=error.help, exit_code=error.exit_code) from None


def check_name(environment: Environment) -> str:
    """The check's name as base's settings have it. It carries the base branch, since a head may go to several."""
    repository, base = fetch_base(environment)
    policies = snapshot_at(repository, base).policies
    return _named(policies.settings.check_name if policies else _CHECK, environment)


def default_name(environment: Environment) -> str:
    """The check's name when base can't be read."""
    return _named(_CHECK, environment)


def _named(name: str, environment: Environment) -> str:
    return f"{name} ({environment.pull.base})"
