"""json-subset: whether the answer is JSON that holds at least what is expected, keys and items beyond it allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers import json_text
from placet.scorers.json_checks import not_json
from placet.scorers.json_values import Wanted
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import choice, flag, only, required
from placet.scorers.shown import shown, verdict

LISTS = ("in-order", "any-order", "exact")
MOST_COMPARISONS = 300_000


class TooMuchError(Exception):
    """Matching takes more comparisons than are allowed."""


@record
class _JsonSubset:
    value: Wanted
    lists: str
    anywhere: bool
    fenced: bool

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        missing = self.value.missing(variables)
        if missing is not None:
            return missing
        try:
            document = json_text.read(output.text, fenced=self.fenced)
        except json_text.NotJsonError as reason:
            return not_json(reason, output)
        wanted, matcher = self.value.filled(variables), _Matcher(self.lists)
        try:
            passed = any(matcher.within(wanted, each) for each in (_all(document) if self.anywhere else (document,)))
        except TooMuchError:
            return Score(0.0, "looking for what is expected in this output takes more work than is allowed")
        return verdict(passed, f"expected at least {shown(wanted)}; found {shown(document)}")


def json_subset(spec: ScorerSpec) -> Scorer:
    only(spec, "value", "lists", "anywhere", "fenced")
    value, lists = Wanted.of(required(spec, "value"), "value"), choice(spec, "lists", LISTS, "in-order")
    return _JsonSubset(value, lists, flag(spec, "anywhere"), flag(spec, "fenced"))


@record(frozen=False, eq=False)
class _Matcher:
    """Compares under one budget; how deep it goes is bounded, since both values are."""

    lists: str
    left: int = MOST_COMPARISONS

    def within(self, wanted: Any, found: Any) -> bool:
        self.left -= 1
        if self.left < 0:
            raise TooMuchError
        if isinstance(wanted, dict) and isinstance(found, dict):
            return all(key in found and self.within(item, found[key]) for key, item in wanted.items())
        if isinstance(wanted, list) and isinstance(found, list):
            return self._listed(wanted, found)
        if isinstance(wanted, dict | list) or isinstance(found, dict | list):
            return False
        return json_text.same(wanted, found)

    def _listed(self, wanted: list[Any], found: list[Any]) -> bool:
        if len(wanted) > len(found):
            return False
        if self.lists == "exact":
            return len(wanted) == len(found) and all(map(self.within, wanted, found))
        if self.lists == "in-order":
            rest = iter(found)
            return all(any(self.within(item, other) for other in rest) for item in wanted)
        return self._assigned(wanted, found)

    def _assigned(self, wanted: list[Any], found: list[Any]) -> bool:
        """Whether each wanted item gets an item of its own: what the first takes may be all that suits the second."""
        suits = [[at for at, other in enumerate(found) if self.within(item, other)] for item in wanted]
        owner: dict[int, int] = {}
        return all(self._placed(index, suits, owner) for index in range(len(wanted)))

    def _placed(self, index: int, suits: list[list[int]], owner: dict[int, int]) -> bool:
        """Find a place for one more item along a shortest path of moves; nothing recurses."""
        came: dict[int, tuple[int, int | None]] = {}  # place -> the item that wants it, and the place it leaves
        todo: list[tuple[int, int | None]] = [(index, None)]
        for item, leaves in todo:
            for place in suits[item]:
                self.left -= 1
                if self.left < 0:
                    raise TooMuchError
                if place in came:
                    continue
                came[place] = (item, leaves)
                if place not in owner:
                    _move(place, came, owner)
                    return True
                todo.append((owner[place], place))
        return False


def _move(place: int | None, came: Mapping[int, tuple[int, int | None]], owner: dict[int, int]) -> None:
    while place is not None:
        item, leaves = came[place]
        owner[place] = item
        place = leaves


def _all(value: Any) -> Iterator[Any]:
    todo = [value]
    while todo:
        each = todo.pop()
        yield each
        if isinstance(each, dict | list):
            todo += each.values() if isinstance(each, dict) else each
