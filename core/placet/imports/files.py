"""The files that an import becomes: a recorded file, the cases that it has, and a suite that shows them. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from placet.imports.told import Imported, Told
from placet.record import record
from placet.scaffold.templates import quoted, scalar


@record
class Source:
    """The other tool's file, and whose results it holds: the digest that a recorded file names."""

    name: str
    digest: str
    made_by: str
    made: str


def recorded_text(imported: Imported, source: Source, *, outputs: bool) -> str:
    """The recorded file: what answered and where that is told, then one line a trial."""
    front = {
        "made_by": source.made_by,
        "made": source.made,
        "tool": {"name": imported.tool, "version": imported.version},
        "source": {"name": source.name, "digest": source.digest},
    }
    numbers: Counter[str] = Counter()
    rows = []
    for trial in imported.trials:
        numbers[trial.case] += 1
        rows.append(_row(trial, numbers[trial.case], outputs=outputs))
    return _lines([front, *rows])


def _row(trial: Told, number: int, *, outputs: bool) -> Mapping[str, Any]:
    row: dict[str, Any] = {"id": trial.case, "trial": number}
    if trial.error is not None:
        return {**row, "error": trial.error}
    row["scores"] = dict(trial.scores)
    if outputs and trial.output is not None:
        row["output"] = trial.output
    return row if trial.latency_ms is None else {**row, "latency_ms": trial.latency_ms}


def cases_text(imported: Imported) -> str:
    """Each case once, in the order of the file."""
    cases: dict[str, Mapping[str, Any]] = {}
    for trial in imported.trials:
        asked: dict[str, Any] = {"id": trial.case, "inputs": dict(trial.inputs)}
        cases.setdefault(trial.case, asked if trial.expected is None else {**asked, "expected": trial.expected})
    return _lines(cases.values())


def _lines(values: Iterable[Mapping[str, Any]]) -> str:
    """As ASCII: whatever stood in the other file, nothing here hides, and no line breaks where it shouldn't."""
    return "".join(f"{json.dumps(value)}\n".replace("\x7f", "\\u007f") for value in values)


@record
class Target:
    """Where it goes: the suite, and the prompt or the model that it judges."""

    name: str
    key: str  # prompt or subject
    value: str


def suite_text(imported: Imported, target: Target) -> str:
    """A suite with one scorer for each metric. What each must show is for its owner to say: it has no gate yet."""
    scorers = "".join(f"  - {{name: {scalar(metric)}, type: imported}}\n" for metric in imported.metrics)
    return (
        "version: 1\n"
        f"name: {scalar(target.name)}\n"
        f"title: {quoted(f'What {imported.tool} says of it')}\n"
        f"{target.key}: {quoted(target.value)}\n"
        "source: import\n"
        f"recorded: recorded/{target.name}.jsonl\n"
        f"cases: cases/{target.name}.jsonl\n"
        "scorers:\n"
        f"{scorers}"
    )
