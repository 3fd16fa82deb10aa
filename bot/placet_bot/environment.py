"""What GitHub Actions says about this run, read once from the environment. Talks to nobody."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from placet.errors import PlacetError, UsageError
from placet_bot.events import LARGEST, PullRequest, parse_event
from placet_bot.patience import Patience

_HERE = "this command runs inside GitHub Actions; docs/bot.md shows how to try it elsewhere"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Environment:
    """One run of the bot. `token` never leaves this value except in the header of a request to `api` or `server`."""

    pull: PullRequest
    api: str
    server: str
    workspace: Path
    summary: Path | None  # where this job's summary is written
    run: str  # tells the check runs of one workflow run from those of others
    token: str = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)
    patience: Patience = field(default_factory=Patience)


def environment_of(variables: Mapping[str, str], patience: Patience | None = None) -> Environment:
    """The run that `variables` describe. Raises PlacetError for what is missing or can't be meant."""
    needed = ("GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH", "GITHUB_REPOSITORY", "GITHUB_TOKEN", "GITHUB_WORKSPACE")
    missing = [name for name in needed if not variables.get(name)]
    if missing:
        raise UsageError(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set", help=_HERE)
    pull = parse_event(variables["GITHUB_EVENT_NAME"], _read(Path(variables["GITHUB_EVENT_PATH"])))
    if pull.repository.lower() != variables["GITHUB_REPOSITORY"].lower():
        raise PlacetError(
            "the event is about another repository than GITHUB_REPOSITORY",
            help="leave both as GitHub Actions sets them",
        )
    summary = variables.get("GITHUB_STEP_SUMMARY")
    attempt = (variables.get("GITHUB_RUN_ID", "0"), variables.get("GITHUB_RUN_ATTEMPT", "0"))
    return Environment(
        pull=pull,
        api=_address(variables, "GITHUB_API_URL", "https://api.github.com"),
        server=_address(variables, "GITHUB_SERVER_URL", "https://github.com"),
        workspace=Path(variables["GITHUB_WORKSPACE"]),
        summary=Path(summary) if summary else None,
        run=f"placet/{pull.number}/{'/'.join(attempt)}",
        token=variables["GITHUB_TOKEN"],
        variables=variables,
        patience=patience or Patience(),
    )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise PlacetError(f"the event can't be read: {os.strerror(error.errno or 0)}: {path}", help=_HERE) from None


def _address(variables: Mapping[str, str], name: str, default: str) -> str:
    """The address in `name`: the token goes there, so never in the clear, except to this machine."""
    address = variables.get(name) or default
    parts = urlsplit(address)
    plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not (parts.scheme == "https" or plain) or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise PlacetError(f"{name} is no https address", help="leave it as GitHub Actions sets it")
    return address.rstrip("/")
