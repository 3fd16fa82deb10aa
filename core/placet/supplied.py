"""The trials that a recorded file tells of: its outputs scored by the suite, or another tool's scores as they stand.

Pure. A file that is missing, or that another subject made, tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from placet.claims import belongs
from placet.digest import digest_of_text
from placet.model.recording import Recording, Row
from placet.model.run import Score, Trial
from placet.model.suite import IMPORTED, Case, Suite
from placet.scorers import Output, Scorer, build
from placet.subject import Subject
from placet.substitute import variables_of

#: How a trial ends that the file tells as an error. Its words are somebody's, and stay there.
ERROR = "recorded-error"


def trials_of(suite: Suite, recording: Recording | None, subject: Subject) -> dict[str, tuple[Trial, ...]]:
    """The trials of each case of `suite`. Raises ScorerError for a scorer that can't be built."""
    if recording is None or not belongs(recording, subject):
        return {case.id: () for case in suite.cases}
    rows: dict[str, list[Row]] = {}
    for row in sorted(recording.rows, key=lambda row: row.trial):
        rows.setdefault(row.id, []).append(row)
    scorers = {spec.name: None if spec.type == IMPORTED else build(spec) for spec in suite.scorers}
    return {case.id: tuple(_trial(row, case, scorers) for row in rows.get(case.id, ())) for case in suite.cases}


def _trial(row: Row, case: Case, scorers: Mapping[str, Scorer | None]) -> Trial:
    if row.error is not None:
        return Trial(error=ERROR, latency_ms=row.latency_ms)
    given, variables = row.scores or {}, variables_of(case)
    output = None if row.output is None else Output(row.output, row.latency_ms)
    scores: dict[str, Score] = {}
    for name, scorer in scorers.items():
        if scorer is None:
            scores[name] = Score(given.get(name))
        else:
            scores[name] = scorer(output, variables) if output else Score(None)
    said = None if row.output is None else digest_of_text(row.output)
    return Trial(kept(scores), latency_ms=row.latency_ms, output=said)


def kept(scores: Mapping[str, Score]) -> dict[str, float | None]:
    """What a trial keeps of its scores: the numbers."""
    extra = {f"{name}.{key}": number for name, score in scores.items() for key, number in score.extra.items()}
    return {**{name: score.value for name, score in scores.items()}, **extra}


def texts_of(recording: Recording) -> dict[str, str]:
    """What was answered, by the digest of the text."""
    return {digest_of_text(row.output): row.output for row in recording.rows if row.output is not None}
