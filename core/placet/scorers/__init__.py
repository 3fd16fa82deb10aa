"""Scorers: one output in, one score out. Pure, and none of them raises on any output.

A check scores 1 or 0, a measure its number, and what can't be measured scores None, which is never a pass. Whoever
changes what any of them answers raises `placet.digest.SCORING_VERSION`.
"""

from placet.scorers.kinds import is_check, statistic
from placet.scorers.measures import MEASURES
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import ScorerError
from placet.scorers.registry import BUILDERS, build

__all__ = ["BUILDERS", "MEASURES", "Output", "Scorer", "ScorerError", "build", "is_check", "statistic"]
