"""A GitHub on 127.0.0.1 for one repository: pull requests, comments, check runs, and git itself over HTTP.

    with FakeGitHub(bare) as github:
        number = github.open_pull("topic", "main")
        ...run the bot against github.api and github.server...
    assert github.unknown == []

It keeps state, pages its lists, and is strict: a route it doesn't know is answered with 404 and recorded, a body that
GitHub would refuse is answered with 422, a request without the token with 401. Heads and bases are read from the bare
repository behind it, whose objects `git http-backend` serves to those who bring the token. It runs in a thread of its
own and ends with its `with` block, or by itself after `lifetime` seconds.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

REPOSITORY = "acme/governed"
TOKEN = "ghs_onlyForTests0123456789abcdef"
BOT = "github-actions[bot]"
_STATUSES = {"queued", "in_progress", "completed"}
_CONCLUSIONS = {"action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"}
_CHECK_KEYS = {
    "name", "head_sha", "details_url", "external_id", "status", "started_at", "conclusion", "completed_at", "output",
    "actions",
}  # fmt: skip
_NOTE_KEYS = {
    "path", "start_line", "end_line", "start_column", "end_column", "annotation_level", "message", "title",
    "raw_details",
}  # fmt: skip


@dataclass
class Fault:
    """What the next `times` requests of `method` whose path ends in `path` get instead of an answer."""

    method: str
    path: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"message": "Server Error"}'
    times: int = 1
    after: bool = False  # carried out all the same, and only the answer is lost


@dataclass
class Pull:
    number: int
    branch: str
    base: str
    author: str = "ari"
    title: str = "A change"
    open: bool = True


class RefusedError(Exception):
    """An answer that GitHub would give instead."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class FakeGitHub:
    def __init__(self, bare: Path, *, lifetime: float = 120.0) -> None:
        self.bare = bare
        self.rights = {"checks", "pull-requests", "contents"}
        self.pulls: dict[int, Pull] = {}
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.checks: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.unknown: list[str] = []
        self.requests: list[str] = []
        self.fetches = 0
        self.before: Callable[[str, str], None] = lambda method, path: None
        self._ids = iter(range(1000, 10**6))
        self._server = uvicorn.Server(_settings(self._application()))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._end = threading.Timer(lifetime, self._stop)
        self._port = 0

    # -- what a test says and asks --------------------------------------------------------------------------------

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/v3"

    @property
    def server(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def clone_url(self) -> str:
        return f"{self.server}/{REPOSITORY}.git"

    def open_pull(self, branch: str, base: str = "main") -> int:
        number = len(self.pulls) + 7
        self.pulls[number] = Pull(number, branch, base)
        self.comments[number] = []
        return number

    def add_comment(self, number: int, login: str, body: str) -> dict[str, Any]:
        id = next(self._ids)
        comment = {
            "id": id, "url": f"{self.api}/repos/{REPOSITORY}/issues/comments/{id}", "body": body,
            "user": {"login": login, "type": "Bot" if login.endswith("[bot]") else "User"},
        }  # fmt: skip
        self.comments[number].append(comment)
        return comment

    def head(self, number: int) -> str:
        return self._git("rev-parse", f"refs/heads/{self.pulls[number].branch}")

    def checks_on(self, head: str) -> list[dict[str, Any]]:
        return [check for check in self.checks if check["head_sha"] == head]

    def writes(self) -> list[str]:
        return [request for request in self.requests if not request.startswith("GET")]

    def event(self, number: int, action: str = "synchronize") -> dict[str, Any]:
        """The event that a workflow gets."""
        pull = self._pull(number)
        return {"action": action, "number": number, "pull_request": pull, "repository": {"full_name": REPOSITORY}}

    # -- its life -------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._thread.start()
        self._end.start()
        until = time.monotonic() + 20
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.005)
        self._port = self._server.servers[0].sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._end.cancel()
        self._stop()
        self._thread.join(timeout=20)

    def _stop(self) -> None:
        self._server.should_exit = True

    def _application(self) -> Starlette:
        repository = f"/api/v3/repos/{REPOSITORY}"
        routes = [
            ("GET", "/pulls/{number:int}", self._get_pull),
            ("GET", "/issues/{number:int}/comments", self._list_comments),
            ("POST", "/issues/{number:int}/comments", self._create_comment),
            ("PATCH", "/issues/comments/{id:int}", self._edit_comment),
            ("POST", "/check-runs", self._create_check),
            ("GET", "/commits/{sha}/check-runs", self._list_checks),
            ("PATCH", "/check-runs/{id:int}", self._edit_check),
        ]
        known = [Route(f"{repository}{path}", self._guarded(call), methods=[verb]) for verb, path, call in routes]
        git = Route(f"/{REPOSITORY}.git/{{path:path}}", self._serve_git, methods=["GET", "POST"])
        every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return Starlette(routes=[*known, git, Route("/{path:path}", self._no_route, methods=every)])

    def _guarded(self, call: Callable[[Request, Any], Response]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            self.requests.append(f"{request.method} {request.url.path.partition(REPOSITORY)[2]}")
            self.before(request.method, request.url.path)
            fault = self._fault(request)
            if fault and not fault.after:
                return Response(fault.body, fault.status, fault.headers, "application/json")
            try:
                if request.headers.get("authorization", "").partition(" ")[2] != TOKEN:
                    raise RefusedError(401, "Bad credentials")
                answered = call(request, json.loads(await request.body() or b"null"))
            except RefusedError as refused:
                return JSONResponse({"message": refused.message}, refused.status)
            return Response(fault.body, fault.status, fault.headers, "application/json") if fault else answered

        return answer

    def _fault(self, request: Request) -> Fault | None:
        for fault in self.faults:
            if fault.times and request.method == fault.method and request.url.path.endswith(fault.path):
                fault.times -= 1
                return fault
        return None

    async def _no_route(self, request: Request) -> Response:
        self.unknown.append(f"{request.method} {request.url.path}")
        return JSONResponse({"message": "Not Found"}, 404)

    def _allow(self, right: str) -> None:
        if right not in self.rights:
            raise RefusedError(403, "Resource not accessible by integration")

    # -- pull requests and comments -------------------------------------------------------------------------------

    def _pull(self, number: int) -> dict[str, Any]:
        if number not in self.pulls:
            raise RefusedError(404, "Not Found")
        pull = self.pulls[number]
        return {
            "url": f"{self.api}/repos/{REPOSITORY}/pulls/{number}", "number": number, "title": pull.title,
            "state": "open" if pull.open else "closed", "user": {"login": pull.author, "type": "User"},
            "head": {"ref": pull.branch, "sha": self.head(number)},
            "base": {"ref": pull.base, "sha": self._git("rev-parse", f"refs/heads/{pull.base}")},
        }  # fmt: skip

    def _get_pull(self, request: Request, body: Any) -> Response:
        return JSONResponse(self._pull(request.path_params["number"]))

    def _list_comments(self, request: Request, body: Any) -> Response:
        return _paged(request, self.comments[request.path_params["number"]])

    def _create_comment(self, request: Request, body: Any) -> Response:
        self._allow("pull-requests")
        _check_comment(body)
        return JSONResponse(self.add_comment(request.path_params["number"], BOT, body["body"]), 201)

    def _edit_comment(self, request: Request, body: Any) -> Response:
        self._allow("pull-requests")
        _check_comment(body)
        every = [comment for comments in self.comments.values() for comment in comments]
        found = [comment for comment in every if comment["id"] == request.path_params["id"]]
        if not found:
            raise RefusedError(404, "Not Found")
        if found[0]["user"]["login"] != BOT:
            raise RefusedError(403, "Resource not accessible by integration")
        found[0]["body"] = body["body"]
        return JSONResponse(found[0])

    # -- check runs -----------------------------------------------------------------------------------------------

    def _create_check(self, request: Request, body: Any) -> Response:
        self._allow("checks")
        _demand(isinstance(body, dict) and {"name", "head_sha"} <= set(body), "name and head_sha are required")
        _demand(self._is_commit(body["head_sha"]), f"No commit found for SHA: {body['head_sha']}")
        id = next(self._ids)
        check = {
            "id": id, "url": f"{self.api}/repos/{REPOSITORY}/check-runs/{id}", "status": "queued", "conclusion": None,
            "external_id": "", "app": {"id": 15368, "slug": "github-actions", "name": "GitHub Actions"},
            "annotations": [], "output": {"title": None, "summary": None}, "history": [],
        }  # fmt: skip
        self.checks.append(check)
        return JSONResponse(_edited(check, body), 201)

    def _edit_check(self, request: Request, body: Any) -> Response:
        self._allow("checks")
        found = [check for check in self.checks if check["id"] == request.path_params["id"]]
        if not found:
            raise RefusedError(404, "Not Found")
        return JSONResponse(_edited(found[0], body))

    def _list_checks(self, request: Request, body: Any) -> Response:
        name = request.query_params.get("check_name")
        found = [_shown(one) for one in self.checks_on(request.path_params["sha"]) if name in {None, one["name"]}]
        if request.query_params.get("filter", "latest") == "latest":
            found = list({one["name"]: one for one in found}.values())
        return _paged(request, found, "check_runs")

    # -- git ------------------------------------------------------------------------------------------------------

    async def _serve_git(self, request: Request) -> Response:
        self.fetches += 1
        login = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
        given = request.headers.getlist("authorization")
        if [value.lower() for value in given] != [f"basic {login}".lower()] or "contents" not in self.rights:
            return Response("no\n", 401, {"WWW-Authenticate": 'Basic realm="GitHub"'})
        return await run_in_threadpool(self._backend, request, await request.body())

    def _backend(self, request: Request, body: bytes) -> Response:
        environ = {
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(self.bare), "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{request.path_params['path']}", "REQUEST_METHOD": request.method,
            "QUERY_STRING": request.url.query, "CONTENT_TYPE": request.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(body)), "GIT_PROTOCOL": request.headers.get("git-protocol", ""),
            "HTTP_CONTENT_ENCODING": request.headers.get("content-encoding", ""), "GIT_CONFIG_NOSYSTEM": "1",
            "HOME": os.environ["HOME"],
        }  # fmt: skip
        done = subprocess.run(["git", "http-backend"], env=environ, input=body, capture_output=True, timeout=60)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
        status = int(headers.pop("Status", "200").split(" ")[0])
        return Response(content, status, headers)

    def _is_commit(self, sha: str) -> bool:
        command = ["git", "-C", str(self.bare), "cat-file", "-e", f"{sha}^{{commit}}"]
        return subprocess.run(command, capture_output=True).returncode == 0

    def _git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.bare), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _settings(application: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        application, host="127.0.0.1", port=0, log_level="error", lifespan="off", ws="none", http="h11",
        timeout_graceful_shutdown=1,
    )  # fmt: skip


def _paged(request: Request, items: list[dict[str, Any]], key: str = "") -> Response:
    size, page = int(request.query_params.get("per_page", "30")), int(request.query_params.get("page", "1"))
    _demand(1 <= size <= 100, "per_page")
    part, headers = items[(page - 1) * size : page * size], {}
    if page * size < len(items):
        query = urlencode({**request.query_params, "page": page + 1})
        headers["Link"] = f'<{request.url.replace(query=query)}>; rel="next"'
    return JSONResponse({"total_count": len(items), key: part} if key else part, headers=headers)


def _check_comment(body: Any) -> None:
    _demand(isinstance(body, dict) and set(body) == {"body"} and isinstance(body["body"], str), "body")
    _demand(body["body"].strip() != "", "body can't be blank")
    _demand(len(body["body"]) <= 65_536, "body is too long (maximum is 65536 characters)")


def _edited(check: dict[str, Any], body: Any) -> dict[str, Any]:
    """Lay `body` over the check as GitHub does: annotations are appended, a conclusion completes."""
    _demand(isinstance(body, dict) and set(body) <= _CHECK_KEYS, "unknown keys")
    _demand(body.get("status", "queued") in _STATUSES, "status")
    _demand(body.get("status") != "completed" or "conclusion" in body, "conclusion is required when completed")
    _demand("conclusion" not in body or body["conclusion"] in _CONCLUSIONS, "conclusion")
    notes = _check_output(body["output"]) if "output" in body else []
    changes = {key: value for key, value in body.items() if key != "output"}
    if "conclusion" in body:
        changes["status"] = "completed"
    check.update(changes)
    check["history"].append(check["status"])
    if "output" in body:
        check["output"] = {"title": body["output"]["title"], "summary": body["output"]["summary"]}
    check["annotations"] += notes
    return _shown(check)


def _shown(check: dict[str, Any]) -> dict[str, Any]:
    count = {"annotations_count": len(check["annotations"])}
    private = {"annotations", "history"}
    return {key: value for key, value in check.items() if key not in private} | {"output": check["output"] | count}


def _check_output(output: Any) -> list[dict[str, Any]]:
    _demand(isinstance(output, dict) and {"title", "summary"} <= set(output), "output needs title and summary")
    _demand(set(output) <= {"title", "summary", "text", "annotations", "images"}, "unknown keys in output")
    _demand(all(isinstance(output[key], str) and output[key] for key in ("title", "summary")), "output is no text")
    _demand(len(output["summary"]) <= 65_535, "summary is too long")
    notes: list[dict[str, Any]] = output.get("annotations", [])
    _demand(len(notes) <= 50, "no more than 50 annotations")
    for note in notes:
        _check_note(note)
    return notes


def _check_note(note: dict[str, Any]) -> None:
    needed = {"path", "start_line", "end_line", "annotation_level", "message"}
    _demand(needed <= set(note) <= _NOTE_KEYS, "annotation keys")
    _demand(note["annotation_level"] in {"notice", "warning", "failure"}, "annotation_level")
    _demand(1 <= note["start_line"] <= note["end_line"], "lines")
    columns = note.get("start_column"), note.get("end_column")
    _demand(columns == (None, None) or note["start_line"] == note["end_line"], "columns need one line")
    _demand(columns == (None, None) or 1 <= columns[0] <= columns[1], "columns")
    _demand(0 < len(note["message"].encode()) <= 65_536 and len(note.get("title", "")) <= 255, "message or title")
    _demand(note["path"] != "" and not note["path"].startswith("/"), "path")


def _demand(holds: bool, message: str) -> None:
    if not holds:
        raise RefusedError(422, f"Invalid request. {message}")
