"""Which of a few labels an answer predicts, and which one its case expects. Judges neither."""

from __future__ import annotations

from collections.abc import Mapping

from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers import json_paths, json_text
from placet.scorers.parameters import ScorerError, flag, kind, required, text
from placet.substitute import placeholders, substitute

MOST_LABELS = 200
#: The parameters that `labelled` reads.
PARAMETERS = ("labels", "value", "path", "ignore_case", "fenced")


@record
class Labels:
    """`names` as they are compared; `steps` lead to the label in a JSON answer, None when the whole answer is it."""

    names: tuple[str, ...]
    value: str | None
    steps: tuple[str | int, ...] | None
    ignore_case: bool
    fenced: bool

    def predicted(self, answer: str) -> int | None:
        """The index of the label that the answer gives, if it gives one."""
        if self.steps is None:
            return self._index(answer)
        try:
            found = json_paths.walk(json_text.read(answer, fenced=self.fenced), self.steps)
        except (json_text.NotJsonError, LookupError):
            return None
        return self._index(_as_text(found))

    def expected(self, variables: Mapping[str, str]) -> int | None:
        """The index of the label that the case expects; None when the case doesn't say, or names no label."""
        if self.value is None or not placeholders(self.value) <= variables.keys():
            return None
        return self._index(substitute(self.value, variables))

    def _index(self, word: str) -> int | None:
        folded = self.folded(word)
        return self.names.index(folded) if folded in self.names else None

    def folded(self, word: str) -> str:
        return word.strip().casefold() if self.ignore_case else word.strip()


def labelled(spec: ScorerSpec, *, needs_value: bool) -> Labels:
    ignore_case = flag(spec, "ignore_case")
    names = tuple(_label(each, ignore_case) for each in _listed(spec))
    if len(set(names)) < len(names):
        raise ScorerError("`labels` has a label twice", "name each label once")
    value = text(spec, "value") if needs_value or "value" in spec.parameters else None
    steps = json_paths.one_value(text(spec, "path")) if "path" in spec.parameters else None
    return Labels(names, value, steps, ignore_case, flag(spec, "fenced"))


def _listed(spec: ScorerSpec) -> list[object]:
    given = required(spec, "labels")
    if not isinstance(given, list | tuple):
        raise ScorerError(f"`labels` must be a list, not {kind(given)}", "like `labels: [billing, refund, other]`")
    if not 2 <= len(given) <= MOST_LABELS:
        raise ScorerError(f"`labels` has {len(given)} labels", f"name 2 to {MOST_LABELS}, all that there are")
    return list(given)


def _label(value: object, ignore_case: bool) -> str:
    if isinstance(value, Mapping | list | tuple) or value is None:
        raise ScorerError(f"`labels` holds {kind(value)}", "a label is a word, a number, true or false")
    name = _as_text(value).strip()
    if not name:
        raise ScorerError("`labels` holds an empty label", "name it, as the answer does")
    return name.casefold() if ignore_case else name


def _as_text(value: object) -> str:
    """A label that JSON writes as a number or a truth value is the text of it; a list or a map is no label."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else ""
