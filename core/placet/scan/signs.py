"""A sign that something here uses a model: where it stands, what was recognised, and whose model it points to.

`what` is one of our own words, or text of a few harmless characters: never the rest of the line, which may hold a key.
"""

from __future__ import annotations

from enum import StrEnum

from placet.record import record


class Sort(StrEnum):
    """What sort of sign it is, in the order in which they are shown."""

    PROMPT = "prompt"  # a file that holds a prompt
    IMPORT = "import"  # an SDK that a source file brings in
    CALL = "call"  # a request in the shape that model endpoints take
    ENDPOINT = "endpoint"  # an address of a model endpoint
    MODEL = "model"  # the name of a model, in quotes
    VARIABLE = "variable"  # the name of an environment variable, never its value
    DEPENDENCY = "dependency"  # an SDK in a manifest
    MCP = "mcp"  # a server that an agent may call
    CI = "ci"  # a workflow step that runs a model
    INSTRUCTIONS = "instructions"  # what tells a coding agent how to work; for information


#: Read by the agents of those who write code, and part of no system that runs.
FOR_INFORMATION = frozenset({Sort.INSTRUCTIONS})


@record
class Sign:
    """One thing that was recognised in one file, where it stands first, and how many times in all."""

    path: str
    line: int
    sort: Sort
    what: str
    vendor: str = ""  # whose model or which framework; empty when it can't be told
    times: int = 1


@record
class Found:
    """What one file shows. `references` are the names of prompt files that it mentions."""

    signs: tuple[Sign, ...] = ()
    references: tuple[str, ...] = ()
