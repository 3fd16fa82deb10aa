"""grounded: whether the sources of a case carry what the answer says.

By words, numbers, names and quotations (`claims`): it finds what was made up, not what was turned round.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers.citations import CITED
from placet.scorers.claims import Claim, Source, claims_of, support
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import flag, only, share
from placet.scorers.refusal import own_forms, plain
from placet.scorers.regex import Pattern, compile_pattern
from placet.scorers.shares import at_least, marked
from placet.scorers.shown import shown
from placet.scorers.sources import sources_of, templates

MOST_CHARACTERS = 200_000
MOST_WORK = 4_000_000  # claims times sources, and quotations times characters over a hundred
WORDS = 0.6
LONGEST_SENTENCE = 1_000

_ABSENT = (
    r"\b(?:do(?:es)? not|don't|doesn't|did not|didn't|can(?:no|')?t|no) "
    r"(?:say|mention|state|specify|contain|include|know|provide|cover|find|have|information|answer|tell|address)\b"
)


@record
class _Grounded:
    sources: tuple[str, ...]
    words: float
    least: float | None
    may_abstain: bool

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        given = sources_of(self.sources, variables)
        if isinstance(given, Score):
            return given
        if len(output.text) > MOST_CHARACTERS:
            return Score(0.0, f"{len(output.text):,} characters are more than the {MOST_CHARACTERS:,} that are read")
        claims = list(claims_of(CITED.sub(" ", output.text)))
        if self.may_abstain:
            claims = [claim for claim in claims if not _abstains(claim.text)]
            if not claims and _abstains(output.text):
                return Score(1.0, "the answer says that the sources don't tell")
        if not claims:
            return Score(0.0, f"the answer claims nothing that could be looked up; found {shown(output.text)}")
        return self._share(claims, [Source.of(text) for text in given.values()])

    def _share(self, claims: list[Claim], sources: list[Source]) -> Score:
        if _work(claims, sources) > MOST_WORK:
            return Score(0.0, f"{len(claims):,} sentences are too many to look up in {len(sources)} sources")
        bare = [claim for claim in claims if max(support(claim, source) for source in sources) < self.words]
        text = f"{len(claims) - len(bare)} of {len(claims)} sentences are covered by a source"
        why = f"{text}; not covered: {shown(bare[0].text)}" if bare else text
        return marked(1 - len(bare) / len(claims), self.least, why)


def grounded(spec: ScorerSpec) -> Scorer:
    only(spec, "sources", "words", "at_least", "may_abstain")
    return _Grounded(templates(spec), share(spec, "words", WORDS) or WORDS, at_least(spec), flag(spec, "may_abstain"))


def _work(claims: list[Claim], sources: list[Source]) -> int:
    quotes, size = sum(len(claim.quotes) for claim in claims), sum(len(source.running) for source in sources)
    return len(claims) * len(sources) + quotes * size // 100


@cache
def _absent() -> Pattern:
    return compile_pattern(_ABSENT)


def _abstains(text: str) -> bool:
    said = plain(text[:LONGEST_SENTENCE])
    return own_forms().search(said) or _absent().search(said)
