"""What was tried before: other versions of a prompt that were evaluated since base's version was, from evidence.

Reads the ledger and judges nothing. What came after the version at hand was first evaluated doesn't count, so that its
review says the same tomorrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from placet.counted import Attempt
from placet.digest import case_digest, scoring_digest
from placet.evidence import RunRecord, counting, pooled
from placet.ledger import Ledger
from placet.moments import moment, stamp
from placet.record import field, record
from placet.runs import PlannedRun


@record
class History:
    """The ledger, of which each subject is read once for all runs of a change."""

    ledger: Ledger
    known: dict[str, list[RunRecord]] = field(default_factory=dict)

    def runs(self, subject: str) -> list[RunRecord]:
        if subject not in self.known:
            self.known[subject] = self.ledger.runs(subject)
        return self.known[subject]


def attempts_of(planned: PlannedRun, history: History, now: datetime, days: int) -> tuple[Attempt, ...]:
    """Oldest first. Nothing is known of attempts against a base that was never evaluated itself."""
    if planned.base is None or planned.same_subject:
        return ()
    first = min((record.started for record in history.runs(planned.base.subject.digest)), default="")
    if not first:
        return ()
    last = min((record.started for record in history.runs(planned.head.subject.digest)), default=stamp(now))
    sides = {planned.base.subject.digest, planned.head.subject.digest}
    others = (subject for subject in history.ledger.subjects(since=moment(first)) if subject not in sides)
    found = [(_of_run(planned, history.runs(subject), first, last), subject) for subject in others]
    scoring = scoring_digest(planned.suite)
    tried = [_attempt(planned, subject, counting(own, scoring, now, days)) for own, subject in found if own]
    return tuple(sorted((one for one in tried if one), key=lambda one: (one.day, one.subject)))


def _of_run(planned: PlannedRun, records: Sequence[RunRecord], first: str, last: str) -> list[RunRecord]:
    """Those by the same suite in that time, of the same prompt or, wherever it lay, of the same content."""
    kin = planned.head.subject.kin
    return [
        record
        for record in records
        if (record.system, record.suite) == (planned.system, planned.suite.name)
        and (record.prompt == planned.prompt or record.kin == kin)
        and first <= record.finished
        and record.finished <= last
    ]


def _attempt(planned: PlannedRun, subject: str, records: Sequence[RunRecord]) -> Attempt | None:
    if not records:
        return None
    pool = pooled(records)
    trials = {case.id: pool.get(case_digest(case), ()) for case in planned.head.suite.cases}
    same = any(record.kin == planned.head.subject.kin for record in records)
    return Attempt(subject, records[0].finished[:10], same, trials)
