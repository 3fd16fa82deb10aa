"""A JSON value from a suite whose strings may name variables of a case."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from placet.model.run import Score
from placet.record import record
from placet.scorers.parameters import plain
from placet.scorers.text import unsupplied
from placet.substitute import JsonText, only_placeholder, placeholders, substitute


@record
class Wanted:
    """The value as the file writes it, and the variables that it names."""

    value: object
    names: frozenset[str]

    @classmethod
    def of(cls, value: object, name: str) -> Wanted:
        copy = plain(value, name)
        return cls(copy, frozenset(found for each in _strings(copy) for found in placeholders(each)))

    def missing(self, variables: Mapping[str, str]) -> Score | None:
        """A failed score when the case lacks a variable."""
        return unsupplied(self.names, variables)

    def filled(self, variables: Mapping[str, str]) -> object:
        return _filled(self.value, variables)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _filled(value: object, variables: Mapping[str, str]) -> object:
    """The value with its strings substituted. One placeholder alone keeps the type that the case gives it."""
    if isinstance(value, dict):
        return {key: _filled(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, variables) for item in value]
    if not isinstance(value, str):
        return value
    variable = variables.get(only_placeholder(value) or "")
    return json.loads(variable) if isinstance(variable, JsonText) else substitute(value, variables)
