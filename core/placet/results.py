"""What a review found, as values for whoever shows or posts it. Holds no file, no socket and no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from placet.decision import Decision
from placet.findings import Finding
from placet.judge import Judged, Outcome
from placet.model.policy import Tier, TierPolicy
from placet.model.register import Waiver
from placet.plan import Plan
from placet.record import field, record


@record
class Expected:
    """What a review would take. Cost or time is None when it can't be known; `known` trials come from evidence."""

    calls: int
    known: int
    cost_usd: float | None
    seconds: float | None
    at_least: bool = False  # how often a model uses tools is known once it has
    second_looks: int = 0  # calls more, if no gate that may look twice can tell at its first look


@record
class Spent:
    """What a review took. `cached` answers and `reused` trials of evidence were calls saved."""

    calls: int
    cached: int
    reused: int
    cost_usd: float | None
    errors: Mapping[str, int]  # kind of trouble -> how often


@record
class Review:
    """A decided change with all that the decision rests on."""

    base_name: str
    plan: Plan
    outcomes: tuple[Outcome, ...]  # the trials of each run, as they were judged
    judged: tuple[Judged, ...]
    decision: Decision
    spent: Spent
    rollbacks: Mapping[str, str]  # digest of a subject that base had before -> the commit that had it
    rolled_back_to: Mapping[str, str]  # that commit -> when it was made (a date)
    evidence: tuple[str, ...]  # ids of the records that hold the trials
    answers: Mapping[str, str]  # what models said, by the digest of the text; what was erased is missing
    policy: str  # git's id of base's policies
    left_out: tuple[str, ...]  # uncommitted paths that don't count
    notes: tuple[str, ...]
    at: datetime
    tiers: Mapping[Tier, TierPolicy] = field(default_factory=dict)  # base's, to name what decided and where it stands
    waivers: tuple[Waiver, ...] = ()  # of the touched systems, those that hold today
    findings: tuple[Finding, ...] = ()  # errors that hold the change up
    flags: str = ""  # the options that named the change, quoted for a shell: what repeats this review
    prices: str = ""  # digest of the table of prices that costs were reckoned with
    measured: str = ""  # the day on which the oldest of the reused trials was measured

    @property
    def is_rollback(self) -> bool:
        """Whether every changed subject is content that base had before."""
        changed = [outcome for outcome in self.outcomes if not outcome.run.same_subject and outcome.run.base]
        return bool(changed) and all(outcome.rollback for outcome in changed)
