"""Add to a YAML list so that everything else stays as it is: comments, quotes, order and layout.

The lines are put where they belong and the result is read back: only when it is what was there plus the new entry does
it count. Where a list isn't written as a block, ruamel's round trip writes it, under the same proof.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from placet.scaffold.templates import quoted

_WIDTH = 4096


def appended(text: str, key: str, entry: str) -> str | None:
    """`text` with `entry`, a YAML text, as the last item of the list `key`; None when that can't be done safely."""
    old, new = _plain(text), _plain(entry)
    if not isinstance(old, dict) or not isinstance(old.get(key, []), list | None):
        return None
    wanted = old | {key: [*(old.get(key) or []), new]}
    for way in (_in_text, _by_round_trip):
        made = way(text, key, entry)
        if made is not None and _plain(made) == wanted:
            return made
    return None


def _plain(text: str) -> Any:
    """The values alone, dates as text; None for what doesn't parse."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    reader = YAML(typ="safe", pure=True)
    try:
        return reader.load(text)
    except (YAMLError, ValueError, RecursionError):
        return None


def _in_text(text: str, key: str, entry: str) -> str | None:
    """The entry below the last item, as far in as the others are."""
    from ruamel.yaml import YAML

    items = YAML().load(text).get(key)
    if not items or items.fa.flow_style():
        return None
    column, lines = items.lc.col, text.splitlines(keepends=True)
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    last = _last_line(lines, items.lc.item(len(items) - 1)[0], column)
    if not lines[last].endswith("\n"):
        lines[last] += ending
    first, *more = entry.rstrip("\n").split("\n")
    added = [f"{' ' * column}- {first}", *(f"{' ' * (column + 2)}{line}" if line else "" for line in more)]
    return "".join([*lines[: last + 1], *(f"{line}{ending}" for line in added), *lines[last + 1 :]])


def _last_line(lines: Sequence[str], start: int, column: int) -> int:
    """The last line of the item that begins at `start`: everything below that is further in than its dash."""
    last = start
    for number in range(start + 1, len(lines)):
        line = lines[number].rstrip()
        inner = len(line) - len(line.lstrip(" "))
        if line and inner <= column:
            break
        if line:
            last = number
    return last


def _by_round_trip(text: str, key: str, entry: str) -> str | None:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    zero = any(line.startswith("- ") for line in text.splitlines())
    yaml.indent(mapping=2, sequence=2 if zero else 4, offset=0 if zero else 2)
    value = yaml.load(text)
    if value.get(key) is None:
        value[key] = []
    value[key].append(yaml.load(entry))
    out = io.StringIO()
    yaml.dump(value, out)
    return out.getvalue()


def prompt_entry(path: str, untrusted: Sequence[str]) -> str:
    """A prompt as a registration lists it."""
    inputs = f", untrusted: [{', '.join(quoted_plain(name) for name in untrusted)}]" if untrusted else ""
    return f"{{path: {quoted_plain(path)}{inputs}}}"


def quoted_plain(text: str) -> str:
    """A scalar inside brackets: quoted unless it is made of harmless characters."""
    harmless = all(char.isascii() and (char.isalnum() or char in "_-./") for char in text) and text[:1].isalpha()
    return (
        text if harmless and text.lower() not in {"null", "true", "false", "yes", "no", "on", "off"} else quoted(text)
    )
