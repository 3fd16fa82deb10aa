"""The examples of our schemas, as a person would write them in YAML. Read only when a finding shows one."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from placet.parse.kinds import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

#: What needs quotes somewhere in a flow value, and the words that YAML takes for something else than text.
_MARKS = frozenset("\"'`#,:[]{}&*!|>%@\\")
_NO_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off"})


@cache
def examples_of(kind: Kind, key: str) -> Sequence[Any]:
    """What may stand behind `key` at the top of a file of `kind`."""
    schema = json.loads(files("placet.schemas").joinpath(f"{kind}.schema.json").read_text("utf-8"))
    found: Sequence[Any] = schema["properties"].get(key, {}).get("examples", ())
    return found


def written(value: Any) -> str:
    """`value` in flow style on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, str) and _is_plain(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    """Whether it stays text without quotes. In doubt it gets them."""
    return text[:1].isalpha() and not _MARKS & set(text) and text == text.strip() and text.lower() not in _NO_TEXT
