"""The record of a run: which content was evaluated, by which suite, with what outcome per trial.

Pure. A record is canonical JSON (RFC 8785) and holds digests, scores and verdicts; what a model said is kept apart.
The same bytes later become the predicate of a signed statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from placet.digest import canonical, digest, digest_of_bytes
from placet.model.run import Trial
from placet.moments import moment
from placet.record import record

FORMAT = 1
#: How far the clocks of two machines may be apart. A record from further ahead would never grow old.
CLOCKS_DIFFER = timedelta(minutes=5)


@record
class CaseRun:
    """All trials of one case in one run. `digest` is that of the case's content."""

    id: str
    digest: str
    trials: tuple[Trial, ...]


@record(slots=False)  # without slots: what it is as bytes is worked out once
class RunRecord:
    """One suite against one subject. `scoring` is the digest of the scorers, `subject` that of what was evaluated."""

    system: str | None
    prompt: str
    subject: str
    provider: str
    model: str
    version: str | None
    suite: str
    scoring: str
    started: str
    finished: str
    tool: str
    cases: tuple[CaseRun, ...]
    scorers: tuple[tuple[str, str], ...] = ()  # name and digest of each, by name; records of before have none
    kin: str = ""  # the digest of the subject without white space, seed and version; records of before have none

    @cached_property
    def key(self) -> str:
        """The digest of everything that can change the run's result."""
        trials = {case.id: [case.digest, len(case.trials)] for case in self.cases}
        return digest({"subject": self.subject, "scoring": self.scoring, "cases": trials})

    @cached_property
    def id(self) -> str:
        """The digest of the record itself."""
        return digest_of_bytes(self.data)

    @cached_property
    def data(self) -> bytes:
        """The record as canonical JSON; case by case, since all of it at once would take the most memory of a run."""
        cases = b",".join(canonical(_case_json(case)) for case in self.cases)
        return b'{"cases":[' + cases + b"]," + canonical(_rest_json(self))[1:]  # no other key comes before that one


def to_json(record: RunRecord) -> dict[str, Any]:
    return {**_rest_json(record), "cases": [_case_json(case) for case in record.cases]}


def _case_json(case: CaseRun) -> dict[str, Any]:
    return {"id": case.id, "digest": case.digest, "trials": [trial_json(trial) for trial in case.trials]}


def _rest_json(record: RunRecord) -> dict[str, Any]:
    return {
        "kind": "run",
        "format": FORMAT,
        "key": record.key,
        "system": record.system,
        "prompt": record.prompt,
        "subject": {
            "digest": record.subject,
            "provider": record.provider,
            "model": record.model,
            "version": record.version,
            **({"kin": record.kin} if record.kin else {}),
        },
        "suite": {
            "name": record.suite,
            "scoring": record.scoring,
            **({"scorers": dict(record.scorers)} if record.scorers else {}),
        },
        "started": record.started,
        "finished": record.finished,
        "tool": record.tool,
    }


def to_bytes(record: RunRecord) -> bytes:
    return record.data


def trial_json(trial: Trial) -> dict[str, Any]:
    """A trial as records write it."""
    return {
        "scores": dict(trial.scores),
        "error": trial.error,
        "latency_ms": trial.latency_ms,
        "input_tokens": trial.input_tokens,
        "output_tokens": trial.output_tokens,
        "cost_usd": trial.cost_usd,
        "output": trial.output,
    }


def from_bytes(data: bytes) -> RunRecord:
    """The record in `data`. Raises ValueError when it isn't one, or its key isn't that of its content."""
    try:
        value = json.loads(data)
        if value["kind"] != "run" or value["format"] != FORMAT:
            msg = f"not a run record of format {FORMAT}"
            raise ValueError(msg)
        record = _record(value)
        whole = record.key == value["key"] and to_bytes(record) == data
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        msg = f"not a run record: {error!r}"
        raise ValueError(msg) from error
    if not whole:
        msg = "the record isn't what its key says"
        raise ValueError(msg)
    return record


def _record(value: Mapping[str, Any]) -> RunRecord:
    subject, suite = value["subject"], value["suite"]
    moment(value["started"]), moment(value["finished"])
    return RunRecord(
        system=value["system"],
        prompt=value["prompt"],
        subject=subject["digest"],
        provider=subject["provider"],
        model=subject["model"],
        version=subject["version"],
        suite=suite["name"],
        scoring=suite["scoring"],
        started=value["started"],
        finished=value["finished"],
        tool=value["tool"],
        cases=tuple(
            CaseRun(case["id"], case["digest"], tuple(trial_of(trial) for trial in case["trials"]))
            for case in value["cases"]
        ),
        scorers=tuple(sorted(suite.get("scorers", {}).items())),
        kin=subject.get("kin", ""),
    )


def trial_of(value: Mapping[str, Any]) -> Trial:
    """The trial that was written so. Raises TypeError or AttributeError for anything else."""
    trial = Trial(**value)
    numbers = (*trial.scores.values(), trial.latency_ms, trial.input_tokens, trial.output_tokens, trial.cost_usd)
    texts = (trial.error, trial.output)
    if not all(_is_number(number) for number in numbers) or not all(isinstance(text, str | None) for text in texts):
        msg = "a trial holds something else than scores"
        raise TypeError(msg)
    return trial


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def pooled(records: Iterable[RunRecord]) -> dict[str, tuple[Trial, ...]]:
    """Per case digest, every scored trial of `records`, in their order. Never a choice of them.

    A trial that ended in an error says nothing about its case and isn't part of the pool.
    """
    pool: dict[str, list[Trial]] = {}
    for run in records:
        for case in run.cases:
            pool.setdefault(case.digest, []).extend(trial for trial in case.trials if trial.error is None)
    return {case: tuple(trials) for case, trials in pool.items()}


def made(records: Iterable[RunRecord]) -> dict[str, int]:
    """Per case digest, how many trials were made, those without an answer included: the next one has another number."""
    counts: dict[str, int] = {}
    for run in records:
        for case in run.cases:
            counts[case.digest] = counts.get(case.digest, 0) + len(case.trials)
    return counts


def counting(records: Iterable[RunRecord], scoring: str, newest: datetime, max_age_days: int) -> list[RunRecord]:
    """The records by the same scorers that aren't too old at `newest`, nor from after it; oldest first."""
    return fresh((record for record in records if record.scoring == scoring), newest, max_age_days)


def fresh(records: Iterable[RunRecord], newest: datetime, max_age_days: int) -> list[RunRecord]:
    """The same, whoever scored them.

    Of one second, those of more cases come first: what was asked again of a few followed the whole round.
    """
    oldest, last = newest - timedelta(days=max_age_days), newest + CLOCKS_DIFFER
    found = (record for record in records if oldest <= moment(record.finished) <= last)
    return sorted(found, key=lambda record: (record.finished, -len(record.cases), record.id))
