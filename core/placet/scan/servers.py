"""Model Context Protocol configuration: the servers whose tools an agent may call.

Of each server its name and the program or host are kept. Arguments, headers and environments, which may hold keys,
are never looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from placet.scan.signs import Sign, Sort

_NAMES = frozenset(
    {"mcp.json", ".mcp.json", "claude_desktop_config.json", "mcp_config.json", "cline_mcp_settings.json"}
)
#: The key of the servers, as the programs that read these files call it.
_KEYS = ("mcpServers", "servers", "context_servers")
_PLAIN = re.compile(r"[\w@./+-]{1,60}")  # noqa: TID251
_HOST = re.compile(r"https?://(?:[^/@\s]{0,200}@)?([A-Za-z0-9.-]{1,100})")  # noqa: TID251
_MOST = 50


def is_configuration(path: str) -> bool:
    return path.rpartition("/")[2] in _NAMES


def server_signs(path: str, text: str) -> tuple[Sign, ...]:
    """One sign for each server; one for the file when it can't be read."""
    try:
        value = json.loads(_without_comments(text))
    except (ValueError, RecursionError):
        return (Sign(path, 1, Sort.MCP, "configuration that isn't JSON", "mcp"),)
    servers: dict[str, Any] = next(
        (value[key] for key in _KEYS if isinstance(value, dict) and isinstance(value.get(key), dict)), {}
    )
    return tuple(_signs(path, text, servers))


def _signs(path: str, text: str, servers: dict[str, Any]) -> Iterator[Sign]:
    for name, server in list(servers.items())[:_MOST]:
        shown = name if _PLAIN.fullmatch(name) else "a server"
        by = _reached(server) if isinstance(server, dict) else ""
        yield Sign(path, _line_of(text, name), Sort.MCP, f"{shown} ({by})" if by else shown, "mcp")


def _reached(server: dict[str, Any]) -> str:
    """The program that is started, without its folder, or the host that is called."""
    address = _HOST.match(str(server.get("url") or server.get("serverUrl") or ""))
    if address:
        return address[1]
    command = str(server.get("command") or "").replace("\\", "/").rpartition("/")[2]
    return command if _PLAIN.fullmatch(command) else ""


def _line_of(text: str, name: str) -> int:
    at = text.find(json.dumps(name, ensure_ascii=False))
    return text.count("\n", 0, at) + 1 if at >= 0 else 1


def _without_comments(text: str) -> str:
    """Editors allow whole-line comments and a comma before a closing bracket in these files."""
    lines = (line for line in text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines())
    kept = "\n".join("" if line.lstrip().startswith("//") else line for line in lines)
    return _DANGLING.sub(r"\1", kept)


_DANGLING = re.compile(r",\s{0,200}([}\]])")  # noqa: TID251
