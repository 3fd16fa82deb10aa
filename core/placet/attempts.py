"""What was tried before: other versions of a prompt that were evaluated since base's version was, from evidence.

Reads the ledger and judges nothing. What came after the version at hand was first evaluated doesn't count, so that its
review says the same tomorrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from placet.counted import Attempt
from placet.digest import case_digest, scorer_digests, scoring_digest
from placet.evidence import RunRecord, fresh, pooled
from placet.ledger import Ledger
from placet.model.run import Trial
from placet.moments import moment, stamp
from placet.record import field, record, replace
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
    scoring, head = scoring_digest(planned.suite), planned.head.subject.digest
    last = min((record.started for record in history.runs(head) if record.scoring == scoring), default=stamp(now))
    scorers = scorer_digests(planned.suite)
    tried = []
    for subject in history.ledger.subjects(since=moment(first)):
        records = [one for one in history.runs(subject) if subject != head or one.scoring != scoring]
        if subject != planned.base.subject.digest and (own := _of_run(planned, records, first, last)):
            told = (_by_these(record, scoring, scorers) for record in fresh(own, now, days))
            tried.append(_attempt(planned, subject, [record for record in told if record.scorers]))
    return tuple(sorted((one for one in tried if one), key=lambda one: (one.day, one.subject)))


def _by_these(record: RunRecord, scoring: str, scorers: Mapping[str, str]) -> RunRecord:
    """`record` with the scores alone that today's scorers gave: one scorer more must not make it forgotten."""
    if record.scoring == scoring:
        return replace(record, scorers=tuple(scorers.items()))
    same = tuple((name, digest) for name, digest in record.scorers if scorers.get(name) == digest)
    names = tuple(name for name, _ in same)
    cases = (replace(case, trials=tuple(_only(trial, names) for trial in case.trials)) for case in record.cases)
    return replace(record, scorers=same, cases=tuple(cases))


def _only(trial: Trial, names: tuple[str, ...]) -> Trial:
    """Beside its score a scorer may keep further numbers, as `name.label`."""
    further = tuple(f"{name}." for name in names)
    kept = {name: score for name, score in trial.scores.items() if name in names or name.startswith(further)}
    return replace(trial, scores=kept)


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
    metrics = frozenset.intersection(*(frozenset(name for name, _ in record.scorers) for record in records))
    return Attempt(subject, records[0].finished[:10], same, trials, metrics)
