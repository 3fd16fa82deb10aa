"""What evidence knows of a system as it is: for each suite that would judge it, which cases have been measured.

Pure: records come in. It says nothing of gates, and an old record counts no longer than its tier allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from placet.classification import least_tier
from placet.counted import wanted
from placet.digest import case_digest, scoring_digest
from placet.evidence import RunRecord, counting, pooled
from placet.judges import judged
from placet.model.policy import Policies, Tier
from placet.model.register import System
from placet.moves import SystemChange
from placet.parse.snapshot import Snapshot
from placet.record import record
from placet.runs import PlannedRun, runs_of
from placet.shared_runs import shared_runs

#: Days for which what was measured of a model that its vendor can change counts.
FLOATING_DAYS = 1


@record
class Measured:
    """What evidence of this place knows of one suite on today's content."""

    suite: str
    prompt: str
    cases: int
    known: int  # cases with all their trials
    since: str  # the day of the oldest record that counts
    claim: bool  # supplied by somebody, and no call of ours

    @property
    def whole(self) -> bool:
        return self.known == self.cases


def runs_for(system: System, snapshot: Snapshot) -> tuple[PlannedRun, ...]:
    """Every run that would judge the system as it is, as if it were new."""
    policies = snapshot.policies
    if policies is None:
        msg = "what would judge a system is known from whole policies alone"
        raise ValueError(msg)
    change = SystemChange(None, system, snapshot, snapshot)
    return judged((*runs_of(change), *shared_runs(change, tier_of(system, policies), policies)), system)


def tier_of(system: System, policies: Policies) -> Tier:
    """The declared tier, and never less than what the risk factors compute."""
    return max(system.tier, least_tier(system.factors, policies.classification))


def measured_of(
    run: PlannedRun, max_age_days: int, known: Mapping[str, Sequence[RunRecord]], now: datetime
) -> Measured:
    """What `known`, records by digest of subject, holds of one run at `now`."""
    arm = run.head
    told = {row.id for row in arm.recording.rows} if arm.recording else set()
    if arm.suite.claims:
        found = sum(case.id in told for case in arm.suite.cases)
        since = arm.recording.made[:10] if arm.recording else ""
        return Measured(run.suite.name, run.prompt, len(arm.suite.cases), found, since, claim=True)
    days = min(max_age_days, FLOATING_DAYS) if arm.subject.floats else max_age_days
    records = counting(known.get(arm.subject.digest, ()), scoring_digest(arm.suite), now, days)
    pool = pooled(records)
    full = [case for case in arm.suite.cases if len(pool.get(case_digest(case), ())) >= wanted(case, arm.suite)]
    asked = {case_digest(case) for case in full}
    used = [one.finished[:10] for one in records if any(case.digest in asked for case in one.cases)]
    return Measured(run.suite.name, run.prompt, len(arm.suite.cases), len(full), min(used, default=""), claim=False)
