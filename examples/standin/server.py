"""The OpenAI wire around `answer` and `act`. Checks requests, counts tokens, says what it is; decides no answer."""

from __future__ import annotations

import hashlib
import json
import re
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from examples.standin.agent import Call, Spoken, act
from examples.standin.answer import Message, answer

MODEL = "stand-in-2026-10-01"
WHAT = "placet stand-in: a rule-based text engine that follows plain instructions; not a language model"
LARGEST = 4_000_000
_TOKEN = re.compile(r"\w{1,6}|[^\w\s]")


class BadRequestError(Exception):
    """A request that the wire refuses, with the status and code a client of it expects."""

    def __init__(
        self, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST, code: str = "invalid_request"
    ) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def tokens(text: str) -> int:
    return len(_TOKEN.findall(text))


def complete(request: Any) -> dict[str, Any]:
    """One chat completion, as the wire wants it."""
    model, messages = _checked(request)
    text, calls = _answered(request, messages)
    text, reason = _cut(text, request.get("max_completion_tokens") or request.get("max_tokens"))
    written = "".join(f"{call.name} {call.arguments}" for message in messages for call in message.calls)
    prompt = sum(tokens(message.content) + 4 for message in messages) + tokens(written)
    said = tokens(text) + sum(tokens(f"{call.name} {call.arguments}") for call in calls)
    digest = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
    return {
        "id": f"chatcmpl-{digest[:24]}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "system_fingerprint": "placet-stand-in-rule-based",
        "choices": [
            {
                "index": 0,
                "message": _said(text, calls),
                "logprobs": None,
                "finish_reason": "tool_calls" if calls else reason,
            }
        ],
        "usage": {"prompt_tokens": prompt, "completion_tokens": said, "total_tokens": prompt + said},
    }


def _answered(request: Any, messages: list[Spoken]) -> tuple[str, tuple[Call, ...]]:
    """With tools it acts, without any it writes."""
    if request.get("tools"):
        reply = act(messages, [_tool(each) for each in request["tools"]])
        return reply.text, reply.calls
    wanted = request.get("response_format") or {}
    plain = [Message(message.role, message.content) for message in messages]
    return answer(plain, raw_json=wanted.get("type") in {"json_object", "json_schema"}), ()


def _tool(each: Any) -> dict[str, Any]:
    function = each.get("function") if isinstance(each, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise BadRequestError("each of `tools` needs a `function` with a `name`")
    return function


def _said(text: str, calls: tuple[Call, ...]) -> dict[str, Any]:
    if not calls:
        return {"role": "assistant", "content": text}
    wanted = [
        {"id": f"call_{number}", "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for number, call in enumerate(calls)
    ]
    return {"role": "assistant", "content": text or None, "tool_calls": wanted}


def _checked(request: Any) -> tuple[str, list[Spoken]]:
    if not isinstance(request, dict):
        raise BadRequestError("the body must be a JSON object")
    model, messages = request.get("model"), request.get("messages")
    if not isinstance(model, str) or not model.startswith("stand-in"):
        raise BadRequestError(f"no model {model!r} here; this is {MODEL}", HTTPStatus.NOT_FOUND, "model_not_found")
    if request.get("stream"):
        raise BadRequestError("the stand-in does not stream; leave `stream` out")
    if not isinstance(messages, list) or not messages:
        raise BadRequestError("`messages` must be a list with at least one message")
    return model, [_message(message) for message in messages]


def _message(message: Any) -> Spoken:
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        raise BadRequestError("each message needs a `role` and a `content`")
    content = message.get("content")
    if isinstance(content, list):
        content = "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    calls = tuple(_call(each) for each in message.get("tool_calls") or ())
    if content is None and calls:
        content = ""
    if not isinstance(content, str):
        raise BadRequestError("the `content` of a message must be text")
    return Spoken(message["role"], content, calls)


def _call(each: Any) -> Call:
    function = each.get("function") if isinstance(each, dict) else None
    if not isinstance(function, dict):
        raise BadRequestError("each tool call needs a `function`")
    return Call(str(function.get("name")), str(function.get("arguments")))


def _cut(text: str, most: Any) -> tuple[str, str]:
    if not isinstance(most, int) or tokens(text) <= most:
        return text, "stop"
    ends = [match.end() for match in _TOKEN.finditer(text)]
    return text[: ends[most - 1]] if most > 0 else "", "length"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "placet-stand-in"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    latency: ClassVar[float] = 0.0

    def do_GET(self) -> None:
        model = {"id": MODEL, "object": "model", "created": 0, "owned_by": "placet-stand-in"}
        known = {"/": {"what": WHAT, "model": MODEL}, "/v1/models": {"object": "list", "data": [model]}}
        path = self.path.partition("?")[0]
        if path in known:
            self._send(HTTPStatus.OK, known[path])
        else:
            self._refuse(BadRequestError(f"nothing at {path}", HTTPStatus.NOT_FOUND, "not_found"))

    def do_POST(self) -> None:
        try:
            body = self._body()
            if self.path.partition("?")[0] != "/v1/chat/completions":
                raise BadRequestError(f"nothing at {self.path}", HTTPStatus.NOT_FOUND, "not_found")
            completion = complete(body)
        except BadRequestError as refusal:
            self._refuse(refusal)
            return
        time.sleep(self.latency)
        self._send(HTTPStatus.OK, completion)

    def _body(self) -> Any:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST:
            self.close_connection = True
            raise BadRequestError(f"a Content-Length of at most {LARGEST} is needed")
        try:
            return json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError) as error:
            raise BadRequestError(f"the body is not JSON: {error}") from None

    def _refuse(self, refusal: BadRequestError) -> None:
        error = {
            "message": str(refusal),
            "type": "invalid_request_error",
            "param": None,
            "code": refusal.code,
        }
        self._send(refusal.status, {"error": error})

    def _send(self, status: HTTPStatus, body: Any) -> None:
        content = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Stand-In", WHAT)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Silent: prompts and texts have no business in a log."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def serve(port: int, latency_ms: float) -> Server:
    """Bound to loopback and ready; the caller runs it."""
    handler = type("Handler", (Handler,), {"latency": latency_ms / 1000})
    return Server(("127.0.0.1", port), handler)
