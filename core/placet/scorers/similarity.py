"""levenshtein: how near the answer is to a text, as the share of characters that need no edit.

Exact edit distance over code points, by Myers' bit vectors in whole numbers: one pass over the longer text.
"""

from __future__ import annotations

from collections.abc import Mapping

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import flag, only, texts
from placet.scorers.references import filled
from placet.scorers.shares import at_least, marked
from placet.scorers.shown import shown

#: Pairs of characters that may be compared: 10,000 by 10,000 takes about a twentieth of a second.
MOST_WORK = 200_000_000


@record
class _Levenshtein:
    values: tuple[str, ...]
    ignore_case: bool
    least: float | None

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        values = filled(self.values, variables)
        if isinstance(values, Score):
            return values
        return max((self._near(output.text, value) for value in values), key=lambda score: score.value or 0.0)

    def _near(self, text: str, value: str) -> Score:
        one, other = (each.casefold() if self.ignore_case else each for each in (text, value))
        near = similarity(one, other)
        if near is None:
            return Score(0.0, f"{len(text):,} characters are too many to compare with {shown(value)}")
        return marked(near, self.least, f"expected to be like {shown(value)}; found {shown(text)}")


def levenshtein(spec: ScorerSpec) -> Scorer:
    only(spec, "value", "at_least", "ignore_case")
    return _Levenshtein(texts(spec, "value"), flag(spec, "ignore_case"), at_least(spec))


def similarity(one: str, other: str) -> float | None:
    """1 minus the edit distance by the longer length; None when that takes more work than is allowed."""
    longest = max(len(one), len(other))
    one, other = _stripped(one, other)
    if len(one) * len(other) > MOST_WORK:
        return None
    return 1.0 - distance(one, other) / longest if longest else 1.0


def distance(one: str, other: str) -> int:
    """How many characters must be put in, taken out or replaced to make one text the other."""
    short, long = sorted((one, other), key=len)
    if not short:
        return len(long)
    places: dict[str, int] = {}
    for index, char in enumerate(short):
        places[char] = places.get(char, 0) | 1 << index
    full, last, result = (1 << len(short)) - 1, 1 << len(short) - 1, len(short)
    up, down = full, 0  # where a column of the matrix grows by one, and where it falls
    for char in long:
        match = places.get(char, 0)
        diagonal = (((match & up) + up) ^ up) | match | down
        right, left = down | ~(diagonal | up) & full, up & diagonal
        result += bool(right & last) - bool(left & last)
        right, left = (right << 1 | 1) & full, left << 1 & full
        up, down = left | ~(diagonal | right) & full, right & diagonal
    return result


def _stripped(one: str, other: str) -> tuple[str, str]:
    """Both without their common beginning and end, which cost nothing."""
    start = _common(one, other)
    one, other = one[start:], other[start:]
    end = _common(one[::-1], other[::-1])
    return one[: len(one) - end], other[: len(other) - end]


def _common(one: str, other: str) -> int:
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))
