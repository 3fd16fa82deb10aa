"""What can be known about a repository without asking anybody: who owns it, and where Placet itself came from."""

from __future__ import annotations

import json
import os
from importlib.metadata import PackageNotFoundError, distribution

from placet.errors import UsageError
from placet.git.repository import Repository
from placet.parse.snapshot import Snapshot
from placet.scaffold.answers import guessed_owner, is_owner

_SETTINGS = ("user.email", "github.user", "remote.origin.url")


def owner_of(repository: Repository, snapshot: Snapshot, path: str = "systems/any/system.yaml") -> str | None:
    """The code owner of `path`, or else whoever git says works here."""
    owners = snapshot.codeowners
    existing = [*owners.owners_of(path).owners, *owners.owners_of("any").owners]
    settings = {key: _setting(repository, key) for key in _SETTINGS}
    settings["user.email"] = settings["user.email"] or os.environ.get("GIT_AUTHOR_EMAIL", "")
    return guessed_owner(existing, settings)


def risk_of(snapshot: Snapshot) -> str | None:
    """Who answers for risk by the policies that are there."""
    held = snapshot.settings.roles.get("risk", ()) if snapshot.settings else ()
    return next(iter(held), None) or next(iter(snapshot.codeowners.owners_of("policies/tiers.yaml").owners), None)


def checked_owner(given: str, option: str) -> str:
    """`given`, once it is an owner. Raises UsageError."""
    if not is_owner(given):
        raise UsageError(f"`{given}` is no owner", help=f"write {option} @user, @org/team or an e-mail address")
    return given


def no_owner(option: str = "--owner") -> UsageError:
    return UsageError(
        "nothing here says who owns this repository",
        help=f"name somebody: {option} @user, or a team, {option} @org/team",
    )


def own_source() -> tuple[str, str]:
    """The repository and commit that this Placet was installed from (PEP 610); empty when it wasn't from git."""
    try:
        said = json.loads(distribution("placet").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError, OSError):
        return "", ""
    commit, url = said.get("vcs_info", {}).get("commit_id", ""), said.get("url", "")
    return (url, commit) if commit and url.startswith("https://") else ("", "")


def _setting(repository: Repository, key: str) -> str:
    return repository.git.run("config", "--get", key, check=False).stdout.decode("utf-8", "replace").strip()
