"""The sources that a case gives an answer to stand on: by id, from text or from a list or map of the case."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.scorers.parameters import ScorerError, texts
from placet.scorers.text import unsupplied
from placet.substitute import JsonText, only_placeholder, placeholders, substitute

MOST_SOURCES = 200
MOST_CHARACTERS = 1_000_000

#: `[id]` at the beginning of a line starts a source of that id.
_MARK = re.compile(r"^[ \t]*\[([A-Za-z0-9][A-Za-z0-9_.:-]{0,63})\]", re.MULTILINE)  # noqa: TID251 - our own


def templates(spec: ScorerSpec) -> tuple[str, ...]:
    """What `sources` says in a suite."""
    given = texts(spec, "sources")
    if not all(each.strip() for each in given):
        raise ScorerError("`sources` holds an empty text", 'name what holds them: `sources: "{{context}}"`')
    return given


def sources_of(given: tuple[str, ...], variables: Mapping[str, str]) -> dict[str, str] | Score:
    """Texts by id. A failed score when the case lacks a variable, has no source, or more than can be read."""
    missing = unsupplied(frozenset(name for each in given for name in placeholders(each)), variables)
    if missing is not None:
        return missing
    found: dict[str, str] = {}
    for template in given:
        for id, text in _of_template(template, variables):
            id = id or str(len(found) + 1)
            found[id] = f"{found[id]}\n{text}" if id in found else text
    found = {id: text for id, text in found.items() if text.strip()}
    if not found:
        return Score(0.0, "this case gives no source")
    if len(found) > MOST_SOURCES or sum(map(len, found.values())) > MOST_CHARACTERS:
        return Score(0.0, f"the sources are more than {MOST_SOURCES} or {MOST_CHARACTERS:,} characters")
    return found


def _of_template(template: str, variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(id, text) of each source; the id is empty where nothing names it."""
    variable = variables.get(only_placeholder(template) or "")
    value = json.loads(variable) if isinstance(variable, JsonText) else substitute(template, variables)
    if isinstance(value, dict):
        yield from ((str(id), _as_text(text)) for id, text in value.items())
    elif isinstance(value, list):
        yield from (("", _as_text(text)) for text in value)
    else:
        yield from _marked(_as_text(value))


def _marked(text: str) -> Iterator[tuple[str, str]]:
    """A text is cut at its `[id]` marks; without any it is one source."""
    marks = list(_MARK.finditer(text))
    if not marks:
        yield "", text
    elif text[: marks[0].start()].strip():
        yield f"before [{marks[0][1]}]", text[: marks[0].start()]
    for place, mark in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(text)
        yield mark[1], text[mark.end() : end]


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
