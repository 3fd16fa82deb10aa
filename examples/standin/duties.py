"""Reads what a prompt asks of an agent: which tools in which order, what must be asked first, and where to stop.

Each sentence is read on its own, so that dropping one shows. What no sentence asks for isn't done.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from examples.standin.brief import Guard
from examples.standin.layout import units
from examples.standin.limits import NOT, guard

_STOP = re.compile(r"\bonly (?:if|when|once|after)\b", re.IGNORECASE)
_BEFORE = re.compile(r"\bbefore\b(?P<what>[^,.;]*)", re.IGNORECASE)
_MORE = re.compile(rf"\b{NOT}\b.*\b(?:more|higher|greater|beyond|above|over)\b|\bat most\b", re.IGNORECASE)
_OWN = re.compile(rf"\b{NOT}\b.*\b(?:another|other|different|else)\b|\bonly (?:to|with|from|for)\b", re.IGNORECASE)
_TELL = re.compile(r"\b(?:tell|inform|notify|write|let \w+ know)\b", re.IGNORECASE)
_SECRET = re.compile(rf"\b{NOT}\b[^.]*\bask\b[^.]*\b(?:cards?|passwords?|codes?|pins?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Duties:
    """What an agent does for one request."""

    steps: tuple[str, ...]  # tools, in their order
    stops: frozenset[str]  # tools after whose no nothing is done any more
    tells: frozenset[str]  # tools that are used at the end, whatever came of it
    once: frozenset[str]  # tools that are used once for the same thing
    capped: frozenset[str]  # arguments that may not be more than the record says
    own: frozenset[str]  # arguments that are taken from the record alone
    discreet: bool  # asks for no card number
    guard: Guard
    text: str


@dataclass(slots=True)
class _Found:
    steps: list[str] = field(default_factory=list)
    stops: set[str] = field(default_factory=set)
    tells: set[str] = field(default_factory=set)
    once: set[str] = field(default_factory=set)
    last: str = ""


@lru_cache(maxsize=256)
def duties(prompt: str, tools: tuple[str, ...], arguments: tuple[str, ...]) -> Duties:
    texts = [text for unit in units(prompt) for text in (unit.text, *unit.items)]
    found = _Found()
    for text in texts:
        _read(text, tools, found)
    return Duties(
        steps=tuple(found.steps),
        stops=frozenset(found.stops),
        tells=frozenset(found.tells),
        once=frozenset(found.once),
        capped=_about(texts, _MORE, arguments),
        own=_about(texts, _OWN, arguments),
        discreet=any(_SECRET.search(text) for text in texts),
        guard=guard(texts),
        text=prompt,
    )


def _read(text: str, tools: tuple[str, ...], found: _Found) -> None:
    """A tool that stands after `before` is named for the order alone."""
    later = _BEFORE.search(text)
    named = [tool for _, tool in sorted((text.find(tool), tool) for tool in tools if _names(text, tool))]
    wanted = [tool for tool in named if not (later and _names(later["what"], tool)) and not _refused(text, tool)]
    for tool in wanted:
        if tool not in found.steps:
            found.steps.append(tool)
        if _TELL.search(text):
            found.tells.add(tool)
        if re.search(r"\bonce\b(?! \w+ (?:says|is|has))", text, re.IGNORECASE):
            found.once.add(tool)
        found.last = tool
    if _STOP.search(text) and found.last:
        found.stops.add(found.last)


def _names(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _refused(text: str, tool: str) -> bool:
    return re.search(rf"\b{NOT}\b[^.,;]*(?<!\w){re.escape(tool)}(?!\w)", text, re.IGNORECASE) is not None


def _about(texts: Sequence[str], pattern: re.Pattern[str], arguments: Sequence[str]) -> frozenset[str]:
    fitting = [text for text in texts if pattern.search(text)]
    return frozenset(name for name in arguments if any(_names(text, name.replace("_", " ")) for text in fitting))
