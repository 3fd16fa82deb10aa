"""When a request to GitHub is sent again. Decides nothing about what is asked."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from github import RateLimitExceededExceedsMaxWait
from github.GithubRetry import GithubRetry
from urllib3 import Retry
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import ConnectTimeoutError, InvalidHeader, NewConnectionError
from urllib3.response import BaseHTTPResponse

from placet_bot.patience import Patience


class BoundedRetry(GithubRetry):
    """Like PyGithub's, with two differences.

    It never waits longer than `max_rate_limit_wait`, whatever `Retry-After` says. And it doesn't repeat a POST that
    GitHub may have carried out, since that would make a second comment: whoever asked looks first whether it is there.
    """

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        if method == "POST" and status_code >= 500:
            return False
        return super().is_retry(method, status_code, has_retry_after)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        if error is not None and method == "POST" and not isinstance(error, (ConnectTimeoutError, NewConnectionError)):
            raise error
        if response is not None and self._asks_too_much(response):
            response.close()  # urllib3 gives a connection back only after its own exceptions
            raise RateLimitExceededExceedsMaxWait(response.status, None, dict(response.headers), wait=0)
        arguments: Any = (method, url, response, error, _pool, _stacktrace)
        again: Any = super().increment(*arguments)
        return again  # type: ignore[no-any-return]

    def _asks_too_much(self, response: BaseHTTPResponse) -> bool:
        try:
            wait = self.get_retry_after(response)
        except InvalidHeader:
            return True
        return wait is not None and self.max_rate_limit_wait is not None and wait > self.max_rate_limit_wait


def retry_of(patience: Patience) -> BoundedRetry:
    return BoundedRetry(
        total=patience.tries_again,
        backoff_factor=patience.backoff_seconds,
        backoff_max=patience.longest_wait,
        max_rate_limit_wait=patience.longest_wait,
        secondary_rate_wait=min(60.0, patience.longest_wait),
        allowed_methods=Retry.DEFAULT_ALLOWED_METHODS | {"POST", "PATCH"},
    )
