"""How far a judge agrees with people: its verdicts on the outputs that people labelled, pair by pair.

Pure. Labels, records and verdicts come in as values. A judge is compared as it is now: another model, rubric or wording
of the question is another judge, and what it found before says nothing about this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from placet.digest import case_digest, scoring_digest
from placet.evidence import RunRecord
from placet.gate.calibrated import Calibration
from placet.labels import Output, verdicts
from placet.model.label import Label
from placet.model.run import Trial
from placet.model.suite import ScorerSpec, Suite
from placet.stats.agreement import cohens_kappa

#: A judge's score beyond this is a pass: on a scale, its upper half.
_MIDDLE = 0.5


def calibration(labels: Iterable[Label], scores: Mapping[Output, float]) -> Calibration:
    """People's verdicts against a judge's scores. An output about which people are split counts on neither side."""
    settled = {key: passed for key, passed in verdicts(labels).items() if passed is not None}
    pairs = [(passed, scores[key] > _MIDDLE) for key, passed in sorted(settled.items()) if key in scores]
    table = tuple(pairs.count(cell) for cell in ((True, True), (True, False), (False, True), (False, False)))
    return Calibration((table[0], table[1], table[2], table[3]), cohens_kappa(pairs), len(settled) - len(pairs))


def scores_in(records: Iterable[RunRecord], suite: Suite, spec: ScorerSpec) -> dict[Output, float]:
    """What the judge `spec` of `suite` found in runs; of an output that it saw several times, the mean."""
    scoring = scoring_digest(suite)
    found: dict[Output, list[float]] = {}
    for key, trial in _trials((record for record in records if record.scoring == scoring), suite):
        score = trial.scores.get(spec.name)
        if score is not None:
            found.setdefault(key, []).append(score)
    return {key: sum(each) / len(each) for key, each in found.items()}


def outputs_in(records: Iterable[RunRecord], suite: Suite) -> frozenset[Output]:
    """The outputs that answer a case as `suite` asks it today."""
    return frozenset(key for key, _ in _trials(records, suite))


def _trials(records: Iterable[RunRecord], suite: Suite) -> Iterator[tuple[Output, Trial]]:
    ids = {case_digest(case): case.id for case in suite.cases}
    for record in records:
        for case in record.cases:
            for trial in case.trials if case.digest in ids else ():
                if trial.output is not None:
                    yield (ids[case.digest], trial.output), trial
