"""JSONPath (RFC 9535) in a document: one value, or all that a path selects. Filters are refused: they run patterns.

Only the grammar is python-jsonpath's; its own search reads a string as JSON again and knows no limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from placet.record import record
from placet.scorers.parameters import ScorerError
from placet.scorers.shown import clip

LONGEST_PATH = 500
MOST_STEPS = 2_000_000  # values that one selection may come by

Step = str | int | slice | None  # a name, an index, some indexes, or everything below


class TooMuchError(Exception):
    """A selection came by more values than it may."""


@record
class Segment:
    steps: tuple[Step, ...]
    anywhere: bool  # `..`: also in whatever lies deeper


def one_value(path: str) -> tuple[str | int, ...]:
    """The names and indexes of a path that names one value."""
    query = _compiled(path, _ONE_HELP)
    if not query.singular_query():
        raise ScorerError("`path` may select several values", _ONE_HELP)
    steps = [step for segment in _segments(query) for step in segment.steps]
    return tuple(step for step in steps if isinstance(step, str | int))


def many_values(path: str) -> tuple[Segment, ...]:
    return tuple(_segments(_compiled(path, _MANY_HELP)))


def walk(document: Any, steps: tuple[str | int, ...]) -> Any:
    """The value at the end of the steps, or LookupError."""
    for step in steps:
        container: type[Any] = list if isinstance(step, int) else dict
        if not isinstance(document, container):
            raise LookupError(step)
        document = document[step]
    return document


def select(document: object, segments: tuple[Segment, ...]) -> list[Any]:
    """All values that the segments select, in the document's order. Raises `TooMuchError`."""
    values, left = [document], MOST_STEPS
    for segment in segments:
        found: list[Any] = []
        for value in _deeper(values) if segment.anywhere else values:
            for step in segment.steps:
                before = len(found)
                found += _below(value, step)
                left -= 1 + len(found) - before
                if left < 0:
                    raise TooMuchError
        values = found
    return values


_ONE_HELP = "name one value, like `$.category` or `$.items[0].id`: no wildcard, slice, filter or `..`"
_MANY_HELP = "use names, indexes, slices, `*` and `..`, like `$.items[*].id` or `$..price`: no filter"


def _compiled(path: str, help: str) -> Any:
    from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError

    if len(path) > LONGEST_PATH:
        raise ScorerError(f"`path` is longer than {LONGEST_PATH} characters", help)
    try:
        query = JSONPathEnvironment(strict=True).compile(path)
    except (JSONPathError, RecursionError) as error:
        # Not str(error): it shows an excerpt of several lines, and fails itself on an empty path.
        raise ScorerError(f"`path` is no JSONPath: {clip(str(error.args[0]))}", help) from None
    if not isinstance(query, JSONPath):
        raise ScorerError("`path` may select several values", help)
    return query


def _segments(query: Any) -> Iterator[Segment]:
    from jsonpath.segments import JSONPathRecursiveDescentSegment

    for segment in query.segments:
        steps = tuple(_step(selector) for selector in segment.selectors)
        yield Segment(steps, isinstance(segment, JSONPathRecursiveDescentSegment))


def _step(selector: Any) -> Step:
    from jsonpath.selectors import IndexSelector, NameSelector, SliceSelector, WildcardSelector

    if isinstance(selector, NameSelector):
        return str(selector.name)
    if isinstance(selector, IndexSelector):
        return int(selector.index)
    if isinstance(selector, SliceSelector):
        return selector.slice
    if isinstance(selector, WildcardSelector):
        return None
    raise ScorerError("`path` has a filter, which we don't run", _MANY_HELP)


def _below(value: Any, step: Step) -> list[Any]:
    if step is None:
        return list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, list) else []
    if isinstance(step, str):
        return [value[step]] if isinstance(value, dict) and step in value else []
    if not isinstance(value, list):
        return []
    if isinstance(step, slice):
        return [] if step.step == 0 else value[step]
    return [value[step]] if -len(value) <= step < len(value) else []


def _deeper(values: list[Any]) -> Iterator[Any]:
    """The values and everything in them, each value before what it holds."""
    todo = values[::-1]
    while todo:
        value = todo.pop()
        yield value
        todo += _below(value, None)[::-1]
