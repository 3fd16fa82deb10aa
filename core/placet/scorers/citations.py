"""citations: whether each source that the answer cites is one of the case's. What a source says is not looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import count, only
from placet.scorers.shown import clip, shown
from placet.scorers.sources import sources_of, templates

CITED = re.compile(r"\[([A-Za-z0-9][A-Za-z0-9_.:, -]{0,200})\]")  # noqa: TID251 - our own pattern, linear


@record
class _Citations:
    sources: tuple[str, ...]
    least: int

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        given = sources_of(self.sources, variables)
        if isinstance(given, Score):
            return given
        cited = dict.fromkeys(id.strip() for found in CITED.findall(output.text) for id in found.split(","))
        unknown = [id for id in cited if id not in given]
        if unknown:
            known = clip(", ".join(given), 60)
            return Score(0.0, f"cites [{clip(unknown[0], 60)}], which is no source of this case; they are {known}")
        if len(cited) < self.least:
            return Score(0.0, f"cites {len(cited)} sources, at least {self.least} asked; found {shown(output.text)}")
        return Score(1.0, f"cites {len(cited)} sources, and each exists")


def citations(spec: ScorerSpec) -> Scorer:
    only(spec, "sources", "at_least")
    return _Citations(templates(spec), count(spec, "at_least", 1, 100))
