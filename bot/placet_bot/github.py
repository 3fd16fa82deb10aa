"""The only door to GitHub: pull requests, comments and check runs, as values, through PyGithub.

Decides nothing. Waits and retries are bounded, the token goes nowhere but into the header of a request, and whatever
GitHub or the network does wrong comes out as a PlacetError without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import requests
from github import (
    Auth,
    BadAttributeException,
    BadCredentialsException,
    Github,
    GithubException,
    RateLimitExceededException,
)
from github.CheckRun import CheckRun
from github.GithubApp import GithubApp
from github.IssueComment import IssueComment

from placet.errors import PlacetError
from placet.report.escape import clipped
from placet.report.printable import printable
from placet_bot.environment import Environment
from placet_bot.events import is_branch, is_commit
from placet_bot.retry import retry_of

_ACTIONS = "github-actions"
_T = TypeVar("_T")


class DeniedError(PlacetError):
    """The token may not do this: it can only read, as on a pull request from a fork, or lacks a right."""


class UnsureError(PlacetError):
    """GitHub failed in a way that leaves open whether it did what it was asked to."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request as it is now."""

    head: str
    base: str
    open: bool


@dataclass(frozen=True, slots=True)
class Check:
    """A check run that exists. `author` is the user that comments of the same App have."""

    id: int
    author: str
    completed: bool


class GitHub:
    """One repository on GitHub, for one thread."""

    def __init__(self, environment: Environment) -> None:
        patience = environment.patience
        self._client = Github(
            auth=Auth.Token(environment.token),
            base_url=environment.api,
            user_agent="placet",
            per_page=100,
            timeout=patience.timeout_seconds,
            retry=retry_of(patience),
            seconds_between_requests=patience.between_requests,
            seconds_between_writes=patience.between_writes,
            lazy=True,  # naming an object costs no request
        )
        self._repository = self._client.get_repo(environment.pull.repository)

    def close(self) -> None:
        self._client.close()

    def pull(self, number: int) -> Pull:
        with _asking("read the pull request"):
            found = self._repository.get_pull(number)
            pull = Pull(found.head.sha, found.base.ref, found.state == "open")
        if not (is_commit(pull.head) and is_branch(pull.base)):
            raise _unreadable("read the pull request")
        return pull

    # -- check runs -----------------------------------------------------------------------------------------------

    def check(self, name: str, head: str, run: str) -> Check | None:
        """The check run that this workflow run has started on `head`, if it has."""
        with _asking("read the check runs"):
            for found in self._repository.get_commit(head).get_check_runs(check_name=name, filter="all"):
                if found.name == name and found.external_id == run:
                    return _check(found)
        return None

    def start_check(self, name: str, head: str, run: str, output: Mapping[str, str]) -> Check:
        """A new check run in progress. Raises DeniedError when the token may not."""

        def make() -> Check:
            with _asking("start the check"):
                return _check(
                    self._repository.create_check_run(
                        name, head, external_id=run, status="in_progress", output=dict(output)
                    )
                )

        return _once(make, lambda: self.check(name, head, run))

    def add_to_check(self, check: Check, output: Mapping[str, Any]) -> None:
        """Set title and summary, and append annotations: at most 50 in one request."""
        with _asking("write the check"):
            self._check_run(check).edit(output=dict(output))

    def complete_check(self, check: Check, conclusion: str, output: Mapping[str, Any]) -> None:
        with _asking("complete the check"):
            self._check_run(check).edit(status="completed", conclusion=conclusion, output=dict(output))

    def _check_run(self, check: Check) -> CheckRun:
        return self._repository.get_check_run(check.id)

    # -- comments -------------------------------------------------------------------------------------------------

    def comment(self, number: int, author: str, marker: str, body: str, *, opens: bool) -> bool:
        """Edit the comment of `author` that begins with `marker`; if there is none, and it `opens` one, make it.

        Whether anything was written. Anybody can write the marker: only `author`'s comment is ours.
        """
        known = self._comment(number, author, marker)
        if known is not None:
            if known.body != body:
                with _asking("edit the comment"):
                    known.edit(body)
            return True
        if opens:
            _once(lambda: self._new_comment(number, body), lambda: self._comment(number, author, marker))
        return opens

    def _new_comment(self, number: int, body: str) -> IssueComment:
        with _asking("write the comment"):
            return self._repository.get_issue(number).create_comment(body)

    def _comment(self, number: int, author: str, marker: str) -> IssueComment | None:
        with _asking("read the comments"):
            for comment in self._repository.get_issue(number).get_comments():
                user = comment.user
                if user is not None and user.login == author and (comment.body or "").startswith(marker):
                    return comment
        return None


def _check(found: CheckRun) -> Check:
    app: GithubApp | None = found.app  # GitHub's description allows null
    slug = (app.slug if app else None) or _ACTIONS
    if not isinstance(found.id, int):
        raise _unreadable("read the check run")
    return Check(found.id, f"{slug}[bot]", found.status == "completed")


def _once(make: Callable[[], _T], find: Callable[[], _T | None]) -> _T:
    """What `make` makes. When it is open whether it did, look before trying again, so that there are never two."""
    try:
        return make()
    except UnsureError:
        return find() or make()


@contextmanager
def _asking(what: str) -> Iterator[None]:
    """Everything that PyGithub, requests or a strange answer can raise, as a PlacetError. It chains none of them."""
    try:
        yield
    except GithubException as error:
        raise _refused(what, error) from None
    except requests.exceptions.RetryError:
        raise UnsureError(f"GitHub keeps failing: can't {what}", help="run the job again") from None
    except requests.RequestException as error:
        kind = type(error).__name__
        raise UnsureError(f"can't {what}: GitHub can't be reached ({kind})", help="run the job again") from None
    except (BadAttributeException, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        raise _unreadable(what) from None


def _refused(what: str, error: GithubException) -> PlacetError:
    said = error.data.get("message") if isinstance(error.data, dict) else None
    why = f"GitHub answers {error.status}" + (f": {clipped(printable(str(said)), 200)}" if said else "")
    if isinstance(error, RateLimitExceededException):
        return PlacetError(f"can't {what}: GitHub wants the bot to wait too long", help="run the job again later")
    if isinstance(error, BadCredentialsException) or error.status == 401:
        return DeniedError(f"can't {what}: GitHub refuses the token", help="pass the job's own token in GITHUB_TOKEN")
    if error.status in {403, 404}:
        return DeniedError(f"can't {what}: {why}", help="grant the job `checks: write` and `pull-requests: write`")
    if error.status >= 500:
        return UnsureError(f"can't {what}: {why}", help="run the job again")
    return PlacetError(f"can't {what}: {why}")


def _unreadable(what: str) -> PlacetError:
    return PlacetError(f"can't {what}: GitHub's answer can't be read", help="run the job again; check GITHUB_API_URL")
