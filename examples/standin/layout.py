"""Splits a prompt into instructions: sentences, and headers with the list below them. Decides nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_SENTENCE = re.compile(r"(?<!e\.g\.)(?<!i\.e\.)(?<=[.!?;])\s+(?=[\"'“„`A-Z<])")
_HEADING = re.compile(r"^\s*#+\s+")


@dataclass(frozen=True, slots=True)
class Unit:
    """One instruction. `items` are the bullets under it, when it ends with a colon."""

    text: str
    items: tuple[str, ...] = ()


def units(prompt: str) -> tuple[Unit, ...]:
    found: list[Unit] = []
    lines = _spaced([line for line in prompt.splitlines() if not _HEADING.match(line)])
    for blank, block in groupby(lines, key=lambda line: not line.strip()):
        if not blank:
            found.extend(_merge(found, *_block(list(block))))
    return tuple(found)


def _spaced(lines: list[str]) -> list[str]:
    """A blank line where running text follows bullets without one."""
    spaced: list[str] = []
    listing = False
    for line in lines:
        if _BULLET.match(line):
            listing = True
        elif listing and not line.startswith(" "):
            listing = False
            spaced.append("")
        spaced.append(line)
    return spaced


def _block(lines: list[str]) -> tuple[str, list[str]]:
    """The running text and the bullets of a block; an indented line belongs to what stands above it."""
    prose: list[str] = []
    items: list[str] = []
    for line in lines:
        if _BULLET.match(line):
            items.append(_BULLET.sub("", line).strip())
        elif items and line.startswith(" "):
            items[-1] += " " + line.strip()
        else:
            prose.append(line.strip())
    return " ".join(prose), items


def _merge(found: list[Unit], prose: str, items: list[str]) -> list[Unit]:
    new = [Unit(text.strip()) for text in _SENTENCE.split(prose) if text.strip()]
    header = new.pop() if new else (found.pop() if found and found[-1].text.endswith(":") else None)
    if header is not None and items and header.text.endswith(":"):
        return [*new, Unit(header.text, tuple(items))]
    kept = [header] if header is not None else []
    return [*new, *kept, *(Unit(text.strip()) for item in items for text in _SENTENCE.split(item))]
