"""bleu and chrf: how near an answer is to reference translations, as sacrebleu measures it (extra `text`).

Each answer by itself, as a share between 0 and 1. sacrebleu is imported when a scorer is built; without it none is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import ScorerError, choice, count, only, texts
from placet.scorers.references import filled
from placet.scorers.shares import at_least, marked
from placet.scorers.shown import clip, shown

MOST_CHARACTERS = 100_000
#: Those of sacrebleu that need no model, dictionary or download.
TOKENIZERS = ("13a", "intl", "char", "zh", "none")

Measure = Callable[[str, list[str]], float]


@record
class _Reference:
    name: str
    measure: Measure
    values: tuple[str, ...]
    least: float | None

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        values = filled(self.values, variables)
        if isinstance(values, Score):
            return values
        longest = max(map(len, (output.text, *values)))
        if longest > MOST_CHARACTERS:
            return Score(0.0, f"{longest:,} characters are more than the {MOST_CHARACTERS:,} that {self.name} reads")
        why = f"{self.name} against {shown(values[0])}; found {shown(output.text)}"
        return marked(self.measure(output.text, list(values)), self.least, why)


def bleu(spec: ScorerSpec) -> Scorer:
    only(spec, "value", "tokenize", "at_least")
    values, tokenize = texts(spec, "value"), choice(spec, "tokenize", TOKENIZERS, "13a")
    metric = _metrics().BLEU(tokenize=tokenize, effective_order=True)
    return _Reference("BLEU", _share(metric, metric.tokenizer), values, at_least(spec))


def chrf(spec: ScorerSpec) -> Scorer:
    only(spec, "value", "word_order", "at_least")
    values, order = texts(spec, "value"), count(spec, "word_order", 0, 2)
    return _Reference("chrF", _share(_metrics().CHRF(word_order=order)), values, at_least(spec))


def _metrics() -> Any:
    try:
        from sacrebleu import metrics
    except ImportError as error:
        what = f"`bleu` and `chrf` need {clip(error.name or 'sacrebleu')}, which is not installed"
        raise ScorerError(what, "pip install 'placet[text]'") from None
    return metrics


def _share(metric: Any, tokenizer: Any = None) -> Measure:
    def measure(text: str, references: list[str]) -> float:
        score = metric.sentence_score(text, references).score / 100
        _forget(tokenizer)
        return min(max(float(score), 0.0), 1.0)

    return measure


def _forget(tokenizer: Any) -> None:
    """sacrebleu keeps the last 65,536 texts that it split; a run's memory must not grow with its answers."""
    for each in (tokenizer, getattr(tokenizer, "_post_tokenizer", None)):
        kept: Any = vars(type(each)).get("__call__")
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()
