"""conversation: a check on what the user reads in each turn of a conversation, in the last one, or in any of them."""

from __future__ import annotations

from collections.abc import Mapping

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import ScorerError, choice, flag, only, text
from placet.scorers.regex import MOST_WORK, Pattern, compile_pattern
from placet.scorers.shown import clip, shown
from placet.scorers.text import unsupplied
from placet.substitute import placeholders, substitute

TURNS = ("each", "last", "any")


@record
class _Conversation:
    turns: str
    value: str
    pattern: Pattern | None
    ignore_case: bool
    negated: bool

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        missing = None if self.pattern else unsupplied(placeholders(self.value), variables)
        if missing is not None:
            return missing
        value = self._folded(substitute(self.value, variables))
        if not self.pattern and not value:
            return Score(0.0, "the value is empty for this case, which every turn would hold")
        turns = output.turns or (output.text,)
        turns = turns[-1:] if self.turns == "last" else turns
        if self.pattern and sum(map(self.pattern.work, turns)) > MOST_WORK:
            return Score(0.0, "this conversation is too long to search with this pattern")
        return self._judged(turns, [self._found(turn, value) is not self.negated for turn in turns], value)

    def _found(self, turn: str, value: str) -> bool:
        return self.pattern.search(turn) if self.pattern else value in self._folded(turn)

    def _folded(self, text: str) -> str:
        return text.casefold() if self.ignore_case else text

    def _judged(self, turns: tuple[str, ...], passed: list[bool], value: str) -> Score:
        what = f"match of /{clip(self.pattern.source)}/" if self.pattern else shown(value)
        where = {"each": "in each turn", "last": "in the last turn", "any": "in some turn"}[self.turns]
        given = ("no " if self.negated else "a ") if self.pattern else ("not " if self.negated else "")
        expected = f"expected {given}{what} {where}"
        if any(passed) if self.turns == "any" else all(passed):
            return Score(1.0, expected)
        wrong = passed.index(False)
        return Score(0.0, f"{expected}; turn {wrong + 1} of {len(turns)} is {shown(turns[wrong])}")


def conversation(spec: ScorerSpec) -> Scorer:
    only(spec, "turns", "value", "pattern", "ignore_case", "not")
    given = [name for name in ("value", "pattern") if name in spec.parameters]
    if len(given) != 1:
        raise ScorerError("`conversation` needs a `value` or a `pattern`, and not both", "name what to look for")
    pattern = compile_pattern(text(spec, "pattern")) if given == ["pattern"] else None
    if pattern and "ignore_case" in spec.parameters:
        raise ScorerError("`ignore_case` goes with `value`", "begin the pattern with (?i)")
    value = "" if pattern else text(spec, "value")
    if not pattern and not value:
        raise ScorerError("`value` is empty, which every turn holds", "write the text to look for")
    return _Conversation(
        choice(spec, "turns", TURNS, TURNS[0]), value, pattern, flag(spec, "ignore_case"), flag(spec, "not")
    )
