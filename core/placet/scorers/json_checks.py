"""is-json, json-path-equals and json-path: whether the answer is JSON, and what stands at a place in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers import json_paths, json_text
from placet.scorers.json_values import Wanted
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import ScorerError, count, flag, only, required, text
from placet.scorers.shown import clip, shown, verdict

FORMS = ("exists", "equals", "contains", "at_least")
MOST_VALUES = 100_000


@record
class _IsJson:
    fenced: bool

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        try:
            json_text.read(output.text, fenced=self.fenced)
        except json_text.NotJsonError as reason:
            return not_json(reason, output)
        return Score(1.0, "is JSON")


@record
class _PathEquals:
    path: str
    steps: tuple[str | int, ...]
    value: Wanted
    fenced: bool

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        missing = self.value.missing(variables)
        if missing is not None:
            return missing
        try:
            document = json_text.read(output.text, fenced=self.fenced)
        except json_text.NotJsonError as reason:
            return not_json(reason, output)
        return self._compare(self.value.filled(variables), document)

    def _compare(self, expected: object, document: object) -> Score:
        where = f"expected {shown(expected)} at {clip(self.path)}"
        try:
            found = json_paths.walk(document, self.steps)
        except LookupError:
            return Score(0.0, f"{where}; found nothing there")
        return verdict(json_text.same(found, expected), f"{where}; found {shown(found)}")


#: Judges the values that a path selects by what was asked; the words are for the reason.
Judge = Callable[[list[Any], Any], bool]


@record
class _JsonPath:
    path: str
    segments: tuple[json_paths.Segment, ...]
    form: str
    value: Wanted
    fenced: bool

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        missing = self.value.missing(variables)
        if missing is not None:
            return missing
        try:
            found = json_paths.select(json_text.read(output.text, fenced=self.fenced), self.segments)
        except json_text.NotJsonError as reason:
            return not_json(reason, output)
        except json_paths.TooMuchError:
            return Score(0.0, f"{clip(self.path)} selects too much of this output")
        wanted = self.value.filled(variables)
        passed = _JUDGES[self.form](found, wanted)
        why = f"expected {self.form} {shown(wanted)} at {clip(self.path)}; found {_counted(found)}"
        return verdict(passed, why)


def is_json(spec: ScorerSpec) -> Scorer:
    only(spec, "fenced")
    return _IsJson(flag(spec, "fenced"))


def json_path_equals(spec: ScorerSpec) -> Scorer:
    only(spec, "path", "value", "fenced")
    path, value = text(spec, "path"), Wanted.of(required(spec, "value"), "value")
    return _PathEquals(path, json_paths.one_value(path), value, flag(spec, "fenced"))


def json_path(spec: ScorerSpec) -> Scorer:
    only(spec, "path", "fenced", *FORMS)
    forms = [form for form in FORMS if form in spec.parameters]
    if len(forms) != 1:
        had = f"has {' and '.join(f'`{form}`' for form in forms)}" if forms else "says nothing of what to find"
        raise ScorerError(f"`json-path` {had}", f"give it exactly one of {', '.join(FORMS)}")
    form, path = forms[0], text(spec, "path")
    if form == "exists":
        flag(spec, "exists")
    if form == "at_least" and count(spec, "at_least", 1, MOST_VALUES) == 0:
        raise ScorerError("`at_least: 0` is true of any JSON", "write `exists: false` if there must be none")
    value = Wanted.of(spec.parameters[form], form)
    return _JsonPath(path, json_paths.many_values(path), form, value, flag(spec, "fenced"))


def not_json(reason: json_text.NotJsonError, output: Output) -> Score:
    return Score(0.0, f"expected JSON: {reason}; found {shown(output.text)}")


def _equals(found: list[Any], wanted: object) -> bool:
    return bool(found) and all(json_text.same(value, wanted) for value in found)


def _contains(found: list[Any], wanted: object) -> bool:
    return any(_holds(value, wanted) for value in found)


def _holds(value: object, wanted: object) -> bool:
    if isinstance(value, str):
        return isinstance(wanted, str) and bool(wanted) and wanted in value
    if isinstance(value, list):
        return any(json_text.same(item, wanted) for item in value)
    return json_text.same(value, wanted)


_JUDGES: Mapping[str, Judge] = {
    "exists": lambda found, wanted: bool(found) is wanted,
    "equals": _equals,
    "contains": _contains,
    "at_least": lambda found, wanted: len(found) >= wanted,
}


def _counted(found: list[Any]) -> str:
    if not found:
        return "nothing there"
    more = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
    return f"{shown(found[0])}{more}"
