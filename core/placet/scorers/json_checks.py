"""is-json and json-path-equals: whether the answer is JSON, and what stands at one place in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.scorers import json_text
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import ScorerError, flag, only, plain, required, text
from placet.scorers.shown import clip, shown, verdict
from placet.scorers.text import unsupplied
from placet.substitute import JsonText, only_placeholder, placeholders, substitute

LONGEST_PATH = 500


@dataclass(frozen=True, slots=True)
class _IsJson:
    fenced: bool

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        try:
            json_text.read(output.text, fenced=self.fenced)
        except json_text.NotJsonError as reason:
            return not_json(reason, output)
        return Score(1.0, "is JSON")


@dataclass(frozen=True, slots=True)
class _PathEquals:
    path: str
    steps: tuple[str | int, ...]
    value: object
    names: frozenset[str]
    fenced: bool

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        missing = unsupplied(self.names, variables)
        if missing is not None:
            return missing
        try:
            document = json_text.read(output.text, fenced=self.fenced)
        except json_text.NotJsonError as reason:
            return not_json(reason, output)
        return self._compare(_filled(self.value, variables), document)

    def _compare(self, expected: object, document: object) -> Score:
        where = f"expected {shown(expected)} at {clip(self.path)}"
        try:
            found = _walk(document, self.steps)
        except LookupError:
            return Score(0.0, f"{where}; found nothing there")
        return verdict(json_text.same(found, expected), f"{where}; found {shown(found)}")


def is_json(spec: ScorerSpec) -> Scorer:
    only(spec, "fenced")
    return _IsJson(flag(spec, "fenced"))


def json_path_equals(spec: ScorerSpec) -> Scorer:
    only(spec, "path", "value", "fenced")
    path, value = text(spec, "path"), plain(required(spec, "value"), "value")
    names = frozenset(name for each in _strings(value) for name in placeholders(each))
    return _PathEquals(path, _steps(path), value, names, flag(spec, "fenced"))


def not_json(reason: json_text.NotJsonError, output: Output) -> Score:
    return Score(0.0, f"expected JSON: {reason}; found {shown(output.text)}")


def _steps(path: str) -> tuple[str | int, ...]:
    """The names and indexes of a singular query, RFC 9535 to the letter."""
    from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError
    from jsonpath.selectors import IndexSelector, NameSelector

    if len(path) > LONGEST_PATH:
        raise ScorerError(f"`path` is longer than {LONGEST_PATH} characters", _PATH_HELP)
    try:
        query = JSONPathEnvironment(strict=True).compile(path)
    except (JSONPathError, RecursionError) as error:
        # Not str(error): it shows an excerpt of several lines, and fails itself on an empty path.
        raise ScorerError(f"`path` is no JSONPath: {clip(str(error.args[0]))}", _PATH_HELP) from None
    if not isinstance(query, JSONPath) or not query.singular_query():
        raise ScorerError("`path` may select several values", _PATH_HELP)
    selectors = [selector for segment in query.segments for selector in segment.selectors]
    names = [each.name if isinstance(each, NameSelector) else each for each in selectors]
    return tuple(each.index if isinstance(each, IndexSelector) else str(each) for each in names)


_PATH_HELP = "name one value, like `$.category` or `$.items[0].id`: no wildcard, slice, filter or `..`"


def _walk(document: Any, steps: tuple[str | int, ...]) -> Any:
    """The value at the end of the steps, or LookupError. jsonpath itself reads a string as JSON again."""
    for step in steps:
        container: type[Any] = list if isinstance(step, int) else dict
        if not isinstance(document, container):
            raise LookupError(step)
        document = document[step]
    return document


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
