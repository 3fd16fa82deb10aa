"""One try over HTTP: a body goes out, an answer or a named failure comes back. What bodies hold is a dialect's word.

It never follows a redirect (the credential would travel), never reads more than `LARGEST`
bytes, takes no proxy, cookie or netrc from the environment, and shows its credential to the provider alone.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, Self

from yarl import URL

from placet import __version__
from placet.errors import PlacetError
from placet.model.policy import Provider
from placet.model.run import Answer, CallError, Request
from placet.providers.body import BadAnswerError, message_of, one_line
from placet.providers.costs import expected_tokens
from placet.providers.credentials import PROVIDERS
from placet.providers.limiter import Limiter
from placet.providers.retry import asked_wait
from placet.providers.tls import aiohttp, context
from placet.providers.wire import Failure, Kind

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter

LARGEST = 4 * 1024 * 1024  # bytes of a body, with all that stands around the text
LONGEST = 256 * 1024  # characters of the text; a run holds all of its answers
LONGEST_CONNECT = 10.0
LEAST_SECRET = 8
#: Headers that carry keys or steer the connection: no constant of policy.
_OURS = frozenset(
    {
        *("accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect"),
        *("host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "user-agent"),
        *("api-key", "authorization", "cookie", "proxy-authorization", "x-api-key", "x-goog-api-key"),
    }
)

#: What a broken exchange is called, first match first; may another try help; may it be billed.
_BROKEN: tuple[tuple[type[BaseException], Kind, bool, bool], ...] = (
    (aiohttp.ConnectionTimeoutError, Kind.TIMEOUT, True, False),
    (TimeoutError, Kind.TIMEOUT, False, True),
    (ssl.SSLError, Kind.TLS, False, False),
    (aiohttp.ClientConnectorError, Kind.REFUSED, True, False),
    (aiohttp.InvalidURL, Kind.REFUSED, False, False),
    (aiohttp.ClientResponseError, Kind.BAD_ANSWER, False, True),
    (aiohttp.ClientPayloadError, Kind.RESET, True, True),
    (aiohttp.ClientConnectionError, Kind.RESET, True, True),
    (OSError, Kind.RESET, True, True),
    (aiohttp.ClientError, Kind.BAD_ANSWER, False, True),
)


class Dialect(Protocol):
    """What is posted where, and how an answer is read."""

    path: str  # after base_url

    def body(self, request: Request) -> bytes: ...

    def answer(self, body: bytes, content_type: str | None, latency_ms: float, hide: Callable[[str], str]) -> Answer:
        """Raises BadAnswerError for a body that holds none."""
        ...


class HttpWire:
    """A provider behind POST {base_url}{path}; open between `async with`."""

    def __init__(
        self, provider: Provider, credential: str | None, dialect: Dialect, limiter: Limiter | None = None
    ) -> None:
        self._provider = provider
        self._dialect = dialect
        self._url = _endpoint(provider, dialect.path)
        self._credential = credential
        self._headers = _headers(provider, credential)
        self._limiter = limiter or Limiter(
            provider.concurrency, provider.requests_per_minute, provider.tokens_per_minute
        )
        self._session: aiohttp.ClientSession | None = None

    @property
    def provider(self) -> Provider:
        return self._provider

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=_connector(self._url),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=self._headers,
            auto_decompress=False,
        )
        self._limiter.rejoin()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def attempt(self, request: Request, seconds: float) -> Answer | Failure:
        body = self._dialect.body(request)
        clock = asyncio.get_running_loop()
        tokens = sum(expected_tokens(request)) if self._limiter.counts_tokens else 0
        async with self._limiter.place(tokens) as place:
            begun = clock.time()
            try:
                result = await self._post(body, seconds)
            except (aiohttp.ClientError, OSError) as error:  # ssl.SSLError and TimeoutError are OSErrors
                return self._broken(error, clock.time() - begun)
            if isinstance(result, Answer) and result.input_tokens is not None and result.output_tokens is not None:
                place.used(result.input_tokens + result.output_tokens)
            return result

    async def _post(self, body: bytes, seconds: float) -> Answer | Failure:
        if self._session is None:
            raise RuntimeError("the wire is not open")
        clock = asyncio.get_running_loop()
        sent = _Sent(body)
        async with self._session.post(
            self._url, data=sent, allow_redirects=False, timeout=_limits(seconds)
        ) as response:
            content = await _read(response)
            took = clock.time() - sent.at
            status, headers = response.status, response.headers
        if content is None:
            return _too_large(f"{LARGEST // 1024**2} MB", took)
        if status // 100 != 2:
            return self._rejected(status, headers, content, took)
        try:
            if headers.get("Content-Encoding", "identity") != "identity":
                raise BadAnswerError("the answer is compressed, which was not asked for")
            answer = self._dialect.answer(content, headers.get("Content-Type"), took * 1000, self._hide)
            return answer if answer.size <= LONGEST else _too_large(f"{LONGEST:,} characters", took)
        except BadAnswerError as error:
            return Failure(CallError(Kind.BAD_ANSWER, one_line(str(error))), billed=True, seconds=took)

    def _rejected(self, status: int, headers: Mapping[str, str], content: bytes, took: float) -> Failure:
        said = message_of(content, self._hide)
        detail = f"HTTP {status}{': ' if said else ''}{said}"
        again = status in {408, 429} or status >= 500
        after = asked_wait(headers.get("Retry-After"), headers.get("Date")) if again else None
        if after is not None and after > self._provider.timeout_seconds:
            again, detail = False, f"{detail} (asks to wait {after:g} s, more than `timeout_seconds`)"
        elif after and not self._limiter.pause(after):
            again, detail = False, f"{detail} (asks to wait {after:g} s, more than this run still waits)"
        return Failure(CallError(_kind_of(status), detail), again=again, seconds=took)

    def _broken(self, error: Exception, took: float) -> Failure:
        kind, again, billed = next(row[1:] for row in _BROKEN if isinstance(error, row[0]))
        where = f"{self._url.host}:{self._url.port}"
        detail = f"no answer from {where} in time" if kind is Kind.TIMEOUT else f"{where}: {_why(error)}"
        return Failure(CallError(kind, one_line(self._hide(detail))), again=again, billed=billed, seconds=took)

    def _hide(self, text: str) -> str:
        """A server may echo what it was sent. A word like EMPTY, which a local server takes, is no secret."""
        secret = self._credential or ""
        return text.replace(secret, "***") if len(secret) >= LEAST_SECRET else text


def _connector(url: URL) -> aiohttp.TCPConnector:
    """Without a limit of its own: the limiter decides how many."""
    return aiohttp.TCPConnector(limit=0, ttl_dns_cache=300, ssl=context() if url.scheme == "https" else True)


def _endpoint(provider: Provider, path: str) -> URL:
    hint = f"correct `base_url` of {provider.id} in {PROVIDERS} on the base branch"
    try:
        url = URL(provider.base_url.rstrip("/") + path)
    except ValueError as error:
        raise PlacetError(f"the `base_url` of the provider {provider.id} is not a URL", help=hint) from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise PlacetError(f"the `base_url` of the provider {provider.id} is not an http or https URL", help=hint)
    if url.user or url.password or url.query_string or url.fragment:
        what = f"the `base_url` of the provider {provider.id} holds more than scheme, host, port and path"
        raise PlacetError(what, help="a credential is named by `credential` and read from the environment")
    return url


def _headers(provider: Provider, credential: str | None) -> dict[str, str]:
    """The constants of policy, under what this wire says itself; the credential in the header that it names."""
    for name in provider.headers:
        if name.lower() in _OURS or name.lower() == provider.credential_header.lower():
            raise PlacetError(
                f"the provider {provider.id} sets the header {name}, which is not a constant that policy may set",
                help="name the variable that holds a key in `credential`, and its header in `credential_header`",
            )
    headers = {
        **provider.headers,
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",  # what is read is what was sent: no decompression bomb
        "User-Agent": f"placet/{__version__}",
    }
    if credential is not None:
        bearer = provider.credential_header.lower() == "authorization"
        headers[provider.credential_header] = f"Bearer {credential}" if bearer else credential
    return headers


def _too_large(limit: str, took: float) -> Failure:
    return Failure(CallError(Kind.TOO_LARGE, f"the answer is larger than {limit}"), billed=True, seconds=took)


class _Sent(aiohttp.BytesPayload):
    """A body that knows when it went to the socket: once the connection stood, together with the headers.

    aiohttp's own way of telling, a trace, takes as long as all the rest of a request.
    """

    at = 0.0

    async def write(self, writer: AbstractStreamWriter) -> None:
        self.at = asyncio.get_running_loop().time()
        await writer.write(self._value)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        await self.write(writer)


@lru_cache(maxsize=4)
def _limits(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, sock_connect=min(LONGEST_CONNECT, seconds))


async def _read(response: aiohttp.ClientResponse) -> bytes | None:
    """The whole body, or None as soon as it is larger than `LARGEST`."""
    chunks, size = [], 0
    while chunk := await response.content.readany():
        size += len(chunk)
        if size > LARGEST:
            response.close()
            return None
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _kind_of(status: int) -> Kind:
    if status == 429:
        return Kind.RATE_LIMITED
    if status in {401, 403}:
        return Kind.UNAUTHORIZED
    if status == 408:
        return Kind.TIMEOUT
    if status >= 500:
        return Kind.SERVER_ERROR
    return Kind.CLIENT_ERROR if status >= 400 else Kind.REDIRECT


def _why(error: Exception) -> str:
    """A short reason. Library messages repeat the host and may repeat what was sent."""
    inner = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(inner, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {inner.verify_message}"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the host's name does not resolve"
    if isinstance(inner, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError):
        return "the connection ended before the answer did"
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    return f"not HTTP ({type(error).__name__})"
