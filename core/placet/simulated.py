"""Tools that a case simulates: what each answers to a call. Pure; nothing is ever run.

What a case has no result for gets an error for an answer, which the model and the scorers both see.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from placet.model.run import ToolCall
from placet.scorers import json_text

_CHOSEN = frozenset({"when", "result"})


class Simulated:
    """The tools of one trial. It counts the calls of each, since a list of results is given out in their order."""

    def __init__(self, offered: Sequence[str], results: Mapping[str, Any] | None) -> None:
        self._offered, self._results = frozenset(offered), results or {}
        self._used: Counter[str] = Counter()

    def __call__(self, call: ToolCall) -> str:
        """What the tool answers: text as it is, any other value as JSON."""
        if call.name not in self._offered:
            return _error(f"there is no tool called {call.name[:100]}")
        if call.name not in self._results:
            return _error(f"{call.name} is not available")
        self._used[call.name] += 1
        found = _chosen(self._results[call.name], call, self._used[call.name])
        return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _chosen(given: Any, call: ToolCall, number: int) -> Any:
    """`number` is that of the call among those of its tool, from 1."""
    if not isinstance(given, list | tuple):
        return given
    try:
        arguments = json_text.read(call.arguments or "{}")
    except json_text.NotJsonError as error:
        return {"error": f"the arguments are not JSON: {error}"}
    if any(_by_arguments(item) for item in given):
        fitting = (item["result"] for item in given if _by_arguments(item) and holds(item["when"], arguments))
        return next(fitting, {"error": f"{call.name} knows nothing of these arguments"})
    return given[number - 1] if number <= len(given) else {"error": f"{call.name} is not available any more"}


def _by_arguments(item: Any) -> bool:
    return isinstance(item, Mapping) and item.keys() == _CHOSEN


def holds(wanted: Any, given: Any) -> bool:
    """Whether `given` has all that `wanted` asks for: maps by their keys, at any depth; any other value is the same."""
    if isinstance(wanted, Mapping):
        return isinstance(given, Mapping) and all(key in given and holds(wanted[key], given[key]) for key in wanted)
    return json_text.same(_plain(wanted), given)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _error(message: str) -> str:
    return json.dumps({"error": message}, ensure_ascii=False, separators=(",", ":"))
