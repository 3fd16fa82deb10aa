"""equals, contains, starts-with, ends-with: the answer's text against a value that may name variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import ScorerError, flag, only, text
from placet.scorers.shown import shown, verdict
from placet.substitute import placeholders, substitute

Compare = Callable[[str, str], bool]


@record
class _TextScorer:
    value: str
    compare: Compare
    verb: str
    ignore_case: bool
    negated: bool
    may_be_empty: bool

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        missing = unsupplied(placeholders(self.value), variables)
        if missing is not None:
            return missing
        value = substitute(self.value, variables)
        if not value and not self.may_be_empty:
            return Score(0.0, "the value is empty for this case, which every output would match")
        found = self.compare(self._folded(output.text), self._folded(value))
        expected = f"expected {'not ' if self.negated else ''}{self.verb} {shown(value)}"
        return verdict(found is not self.negated, f"{expected}; found {shown(output.text)}")

    def _folded(self, each: str) -> str:
        return each.casefold() if self.ignore_case else each


def unsupplied(names: frozenset[str], variables: Mapping[str, str]) -> Score | None:
    """A failed score when the case lacks a variable that is named: left as text, `not` passes on a typo."""
    missing = sorted(names - variables.keys())
    if not missing:
        return None
    return Score(0.0, f"the value names {shown('{{' + missing[0] + '}}')}, which this case doesn't supply")


def equals(spec: ScorerSpec) -> Scorer:
    return _scorer(spec, str.__eq__, "to equal", may_be_empty=True)


def contains(spec: ScorerSpec) -> Scorer:
    return _scorer(spec, str.__contains__, "to contain")


def starts_with(spec: ScorerSpec) -> Scorer:
    return _scorer(spec, str.startswith, "to start with")


def ends_with(spec: ScorerSpec) -> Scorer:
    return _scorer(spec, str.endswith, "to end with")


def _scorer(spec: ScorerSpec, compare: Compare, verb: str, *, may_be_empty: bool = False) -> Scorer:
    only(spec, "value", "ignore_case", "not")
    value = text(spec, "value")
    if not value and not may_be_empty:
        raise ScorerError("`value` is empty, which every output matches", "write the text to look for")
    return _TextScorer(value, compare, verb, flag(spec, "ignore_case"), flag(spec, "not"), may_be_empty)
