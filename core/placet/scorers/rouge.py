"""rouge: how many words (rouge-1), pairs of words (rouge-2) or words in order (rouge-l) an answer shares with a text.

The figures of Google's rouge-score without its stemmer. There a letter beyond a to z ends a word; here it is part of
one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import choice, only, texts
from placet.scorers.references import filled
from placet.scorers.shares import at_least, marked
from placet.scorers.shown import shown

VARIANTS = ("rouge-1", "rouge-2", "rouge-l")
FIGURES = ("f1", "precision", "recall")
MOST_WORK = 400_000_000  # pairs of words

_WORD = re.compile(r"[^\W_]+")  # noqa: TID251 - our own pattern, linear


@record
class _Rouge:
    values: tuple[str, ...]
    variant: str
    figure: str
    least: float | None

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        values = filled(self.values, variables)
        if isinstance(values, Score):
            return values
        found = words(output.text)
        return max((self._score(found, value, output) for value in values), key=lambda score: score.value or 0.0)

    def _score(self, found: list[str], value: str, output: Output) -> Score:
        wanted = words(value)
        if self.variant == "rouge-l" and len(found) * len(wanted) > MOST_WORK:
            return Score(0.0, f"{len(found):,} words are too many to compare with {shown(value)}")
        figures = dict(zip(FIGURES, rouge_figures(found, wanted, self.variant), strict=True))
        why = f"{self.figure} of {self.variant} against {shown(value)}; found {shown(output.text)}"
        return marked(figures[self.figure], self.least, why)


def rouge(spec: ScorerSpec) -> Scorer:
    only(spec, "value", "variant", "figure", "at_least")
    variant, figure = choice(spec, "variant", VARIANTS, "rouge-l"), choice(spec, "figure", FIGURES, "f1")
    return _Rouge(texts(spec, "value"), variant, figure, at_least(spec))


def words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def rouge_figures(found: Sequence[str], wanted: Sequence[str], variant: str) -> tuple[float, float, float]:
    """F1, precision and recall; 0 where there is nothing to count."""
    if variant == "rouge-l":
        return _figures(longest_common(found, wanted), len(found), len(wanted))
    size = int(variant[-1])
    ours, theirs = _grams(found, size), _grams(wanted, size)
    return _figures((ours & theirs).total(), ours.total(), theirs.total())


def longest_common(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """The length of the longest common subsequence, by Hyyrö's bit vectors in whole numbers."""
    short, long = sorted((one, other), key=len)
    places: dict[Hashable, int] = {}
    for index, item in enumerate(short):
        places[item] = places.get(item, 0) | 1 << index
    full = row = (1 << len(short)) - 1
    for item in long:
        match = row & places.get(item, 0)
        row = ((row + match) | (row - match)) & full
    return len(short) - row.bit_count()


def _grams(listed: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(listed[start:] for start in range(size)), strict=False))


def _figures(shared: int, found: int, wanted: int) -> tuple[float, float, float]:
    precision, recall = shared / found if found else 0.0, shared / wanted if wanted else 0.0
    together = precision + recall
    return 2 * precision * recall / together if together else 0.0, precision, recall
