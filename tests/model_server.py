"""A scriptable model server on 127.0.0.1: the OpenAI wire, and everything that can go wrong on it.

    with ModelServer(lambda seen: Reply("billing")) as server:
        ...call server.base_url...
    assert server.count == 1

A script is one `Reply` for every request, a sequence of them (the last one repeats), or a function of what was
seen. The server runs in a thread of its own, keeps what it saw, and ends with its `with` block, or by itself after
`lifetime` seconds. It speaks just enough HTTP/1.1 for a client that sends Content-Length.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from placet.model.policy import Price, Provider, ServedModel
from placet.model.register import Message
from placet.model.run import Request
from placet.record import replace


@dataclass(frozen=True)
class Seen:
    """One request as it came in. `number` counts from 0; `at` is monotonic."""

    number: int
    path: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    at: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def prompt(self) -> str:
        """The content of the last message."""
        return str(self.json["messages"][-1]["content"])

    @property
    def system(self) -> str:
        """The content of the first message."""
        return str(self.json["messages"][0]["content"])


@dataclass(frozen=True)
class Reply:
    """What one request gets. `body` replaces the completion, `raw` all of the HTTP response."""

    text: str | None = "ok"
    delay: float = 0.0  # before the first byte
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)  # replaces defaults; an empty value removes one
    usage: tuple[int, int] | None = (10, 5)  # prompt and completion tokens; None leaves usage out
    finish_reason: str | None = "stop"
    message: Mapping[str, Any] = field(default_factory=dict)  # laid over {"role", "content"}
    body: bytes | None = None
    raw: bytes | None = None
    reset_after: int | None = None  # bytes of the body, then the connection is reset
    drip: float = 0.0  # seconds between the bytes of the body
    hang: bool = False  # never answers

    @classmethod
    def error(cls, status: int, message: str = "no", **more: Any) -> Reply:
        return cls(status=status, body=json.dumps({"error": {"message": message}}).encode(), **more)

    @classmethod
    def html(cls, status: int = 200) -> Reply:
        page = b"<!doctype html><html><body><h1>Sign in</h1></body></html>"
        return cls(status=status, headers={"Content-Type": "text/html"}, body=page)


Script = Reply | Sequence[Reply] | Callable[[Seen], Reply]


class ModelServer:
    """Use as a context manager; `base_url` is what policies/providers.yaml would name."""

    def __init__(self, script: Script = Reply(), *, tls: ssl.SSLContext | None = None, lifetime: float = 120.0) -> None:
        self._script = script
        self._tls = tls
        self._lifetime = lifetime
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._open = 0
        self.port = 0
        self.requests: list[Seen] = []
        self.max_concurrent = 0
        self.max_connections = 0
        self._connections = 0

    @property
    def base_url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/v1"

    @property
    def count(self) -> int:
        return len(self.requests)

    def provider(self, **changes: Any) -> Provider:
        """A provider as policies/providers.yaml would describe this server."""
        return provider_at(self.base_url, **changes)

    def script(self, script: Script) -> None:
        """From now on answer so. A sequence begins with the request that comes next."""
        if isinstance(script, Sequence):
            replies, first = script, self.count
            script = lambda seen: replies[min(seen.number - first, len(replies) - 1)]  # noqa: E731
        self._script = script

    def close(self) -> None:
        if self._thread.is_alive() and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self) -> None:
        try:
            self._loop.run_until_complete(self._until_stopped())
        finally:
            self._loop.close()

    async def _until_stopped(self) -> None:
        self._stop = asyncio.Event()
        tasks: set[asyncio.Task[None]] = set()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await self._connection(reader, writer)
            except (OSError, EOFError, asyncio.CancelledError):
                pass  # the client left, or the server ends
            finally:
                tasks.discard(task)
                writer.transport.abort()

        server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=self._tls, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            async with asyncio.timeout(self._lifetime):
                await self._stop.wait()
        except TimeoutError:
            pass
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # lets aborted transports close their sockets

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        self.max_connections = max(self.max_connections, self._connections)
        try:
            while (seen := await self._read(reader, writer)) is not None:
                self._open += 1
                self.max_concurrent = max(self.max_concurrent, self._open)
                try:
                    if not await _send(writer, self._reply(seen)):
                        return
                finally:
                    self._open -= 1
        finally:
            self._connections -= 1

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Seen | None:
        try:
            first = await reader.readexactly(1)
            if not first.isalpha():  # not HTTP: TLS, for instance
                writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                await writer.drain()
                return None
            head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        except asyncio.IncompleteReadError:
            return None
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        seen = Seen(self.count, head[0].split(" ")[1], headers, body, time.monotonic())
        self.requests.append(seen)
        return seen

    def _reply(self, seen: Seen) -> Reply:
        script = self._script
        if isinstance(script, Reply):
            return script
        if isinstance(script, Sequence):
            return script[min(seen.number, len(script) - 1)]
        try:
            return script(seen)
        except Exception as error:  # noqa: BLE001 - the test reads it in the answer
            return Reply.error(500, f"the script failed: {error!r}")


def provider_at(base_url: str, **changes: Any) -> Provider:
    model = ServedModel("stand-in-1", ("acme/stand-in",), Price(input=1.0, output=2.0))
    settings: dict[str, Any] = {
        "id": "stand-in",
        "wire": "openai",
        "base_url": base_url,
        "credential": None,
        "regions": ("eu",),
        "models": (model,),
        "concurrency": 8,
        "requests_per_minute": None,
        "timeout_seconds": 20.0,
    }
    return Provider(**{**settings, **changes})


def ask(text: str = "hello", **changes: Any) -> Request:
    """A request to the provider above."""
    messages = (Message("system", "Answer."), Message("user", text))
    return replace(Request("stand-in", "stand-in-1", messages, {"temperature": 0.0}), **changes)


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> bool:
    """Send it; False when the connection is over."""
    if reply.hang:
        await asyncio.sleep(3600)
    if reply.delay:
        await asyncio.sleep(reply.delay)
    if reply.raw is not None:
        writer.write(reply.raw)
        await writer.drain()
        writer.close()
        return False
    body = _body(reply)
    writer.write(_head(reply, len(body)))
    if reply.reset_after is not None:
        writer.write(body[: reply.reset_after])
        await writer.drain()
        await asyncio.sleep(0.02)  # what was sent arrives before the reset does
        _reset(writer)
        return False
    for part in [body] if not reply.drip else [body[i : i + 1] for i in range(len(body))]:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(reply.drip)
    return True


def _body(reply: Reply) -> bytes:
    if reply.body is not None:
        return reply.body
    message = {"role": "assistant", "content": reply.text, **reply.message}
    choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason}
    whole: dict[str, Any] = {"id": "chatcmpl-0", "object": "chat.completion", "choices": [choice]}
    if reply.usage is not None:
        used, made = reply.usage
        whole["usage"] = {"prompt_tokens": used, "completion_tokens": made, "total_tokens": used + made}
    return json.dumps(whole).encode()


def _head(reply: Reply, length: int) -> bytes:
    headers = {"Content-Type": "application/json", "Content-Length": str(length), **reply.headers}
    lines = [f"{name}: {value}\r\n" for name, value in headers.items() if value]
    return f"HTTP/1.1 {reply.status} Reply\r\n{''.join(lines)}\r\n".encode("latin-1")


def _reset(writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
