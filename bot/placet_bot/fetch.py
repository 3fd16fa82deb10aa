"""Brings the two ends of a pull request into the clone, as git objects and nothing else.

Nothing of the head is checked out or run. The token reaches git in its environment, for GitHub's own address only: it
stands in no command line, no remote's address and no file, so that `actions/checkout` needs no `persist-credentials`.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from placet.errors import PlacetError
from placet.git.repository import Repository
from placet.report.escape import clipped
from placet.report.printable import printable
from placet_bot.environment import Environment

BASE, HEAD = "refs/placet/base", "refs/placet/head"

#: No hook and no transport program of the clone's configuration may run, and nobody is there to type a password.
_QUIET = ("-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", "-c", "credential.helper=")
_ONLY_OBJECTS = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance")
_LONGEST = 900.0  # seconds


@dataclass(frozen=True, slots=True)
class Fetched:
    """A clone that has the tip of the base branch and the head, as commits."""

    repository: Repository
    base: str
    head: str


def fetch_base(environment: Environment) -> tuple[Repository, str]:
    """The clone, and the tip of the base branch as it is on GitHub now."""
    repository = Repository.at(environment.workspace)
    _fetch(repository, environment, f"+refs/heads/{environment.pull.base}:{BASE}")
    return repository, repository.commit(BASE)


def fetch(environment: Environment) -> Fetched:
    """Both ends. The head is the event's commit, whatever the branch shows by now."""
    repository, base = fetch_base(environment)
    whole = ("--unshallow",) if (repository.common_dir / "shallow").exists() else ()
    _fetch(repository, environment, f"+{environment.pull.head}:{HEAD}", *whole)
    return Fetched(repository, base, repository.commit(HEAD))


def _fetch(repository: Repository, environment: Environment, refspec: str, *options: str) -> None:
    from git import Git, GitCommandError

    command = ["git", *_QUIET, "fetch", *_ONLY_OBJECTS, *options, "--", "origin", refspec]
    try:
        Git(repository.root).execute(command, env=_variables(environment), kill_after_timeout=_LONGEST)
    except GitCommandError as error:
        said = printable(str(error.stderr)).strip()
        raise PlacetError(
            f"git can't fetch {refspec.partition(':')[0].lstrip('+')} from origin: {clipped(said, 300)}",
            help="the token needs `contents: read`, and the workflow a checkout of this repository",
        ) from None


def _variables(environment: Environment) -> dict[str, str]:
    """Settings for one git command. The empty header drops one that a checkout may have left: two would be refused."""
    before = environment.variables.get("GIT_CONFIG_COUNT", "")
    first = int(before) if before.isdigit() else 0
    login = b64encode(f"x-access-token:{environment.token}".encode()).decode()
    settings = {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_COUNT": str(first + 2)}
    for number, value in enumerate(("", f"AUTHORIZATION: basic {login}"), start=first):
        settings[f"GIT_CONFIG_KEY_{number}"] = f"http.{environment.server}/.extraheader"
        settings[f"GIT_CONFIG_VALUE_{number}"] = value
    return settings
