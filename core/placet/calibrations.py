"""What is known of a suite's judges: people's labels in files, held against the judges' verdicts in the ledger.

Reads the ledger and keeps verdicts beside it, and calls nobody: `placet judge calibrate` does that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from placet.calibrate import calibration, outputs_in, scores_in
from placet.digest import case_digest
from placet.evidence import RunRecord
from placet.gate.calibrated import Calibration
from placet.labels import Output
from placet.ledger import Ledger
from placet.model.label import Label
from placet.model.run import Request
from placet.model.suite import ScorerSpec, Suite
from placet.scorers import Output as JudgedOutput
from placet.scorers import build
from placet.scorers.judge import JUDGES, judge_digest, questions
from placet.substitute import variables_of
from placet.transcript import readable
from placet.verdicts import Verdicts

#: So many subjects of one file of labels are looked up.
_MOST_SUBJECTS = 200


def calibrations(suite: Suite, labels: Sequence[Label], ledger: Ledger) -> dict[str, Calibration]:
    """By scorer, how far people agree with each judge of `suite`; its judges have to be resolved (`judge.bound`)."""
    judges = [spec for spec in suite.scorers if spec.type in JUDGES]
    if not judges or not labels:
        return {}
    records = labelled_runs(labels, ledger)
    return {spec.name: calibration(labels, known_scores(suite, spec, records, ledger)) for spec in judges}


def known_scores(suite: Suite, spec: ScorerSpec, records: Sequence[RunRecord], ledger: Ledger) -> dict[Output, float]:
    """The verdicts of one judge, from runs and from calibrating it."""
    ids = {case_digest(case): case.id for case in suite.cases}
    kept = Verdicts(ledger.folder).of(judge_digest(spec))
    asked = {(ids[case], output): score for (case, output), score in kept.items() if case in ids}
    return {**scores_in(records, suite, spec), **asked}


def labelled_runs(labels: Sequence[Label], ledger: Ledger) -> list[RunRecord]:
    """The runs in which the labelled outputs were given."""
    subjects = sorted({label.subject for label in labels})[:_MOST_SUBJECTS]
    return [record for subject in subjects for record in ledger.runs(subject)]


def due(suite: Suite, spec: ScorerSpec, labels: Sequence[Label], ledger: Ledger) -> dict[Output, dict[str, Request]]:
    """The questions about labelled outputs of which no verdict of the judge is known, by output."""
    records = labelled_runs(labels, ledger)
    texts, known = ledger.outputs(records), known_scores(suite, spec, records, ledger)
    asked = {case.id: case for case in suite.cases}
    given = outputs_in(records, suite)
    found: dict[Output, dict[str, Request]] = {}
    for label in labels:
        key = (label.case, label.output)
        if label.decided and key in given and key not in known and label.output in texts:
            said = readable(texts[label.output])
            found[key] = questions(spec, variables_of(asked[label.case]), said, trial=1)
    return found


def keep(suite: Suite, spec: ScorerSpec, said: Mapping[Output, Mapping[str, str]], ledger: Ledger) -> None:
    """Score what a judge said, and keep the scores; what is no verdict is none."""
    scorer, asked = build(spec), {case.id: case for case in suite.cases}
    found: dict[Output, float] = {}
    for (id, output), verdicts in said.items():
        score = scorer(JudgedOutput("", verdicts=verdicts), variables_of(asked[id])).value
        if score is not None:
            found[case_digest(asked[id]), output] = score
    Verdicts(ledger.folder).add(judge_digest(spec), found)
