"""promptfoo's results, as `promptfoo eval -o results.json` and `promptfoo export eval` write them (formats 2 and 3).

Pure. Each assertion with a `metric` is a metric here; `pass` is whether all of them held, `score` their weighted mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from placet.imports import told
from placet.imports.told import Imported, Told, mapping, refused

_ERROR = 2  # of `failureReason`: no answer came; 1 is an assertion that failed
_VERSIONS = (2, 3)


def read(data: bytes) -> Imported:
    """Raises PlacetError for what isn't promptfoo's, or is of several prompts or models."""
    value = mapping(told.read_json(data, "promptfoo's file"))
    results = mapping(value.get("results"))
    if not isinstance(results.get("results"), list):
        raise refused("this isn't a file of promptfoo's results", "write one: promptfoo eval -o results.json")
    if results.get("version") not in _VERSIONS:
        raise refused(f"promptfoo's format {told.line(results.get('version'), 'unnamed')} is unknown; 2 and 3 are read")
    found = [mapping(row) for row in results["results"]]
    model = _one_model(found)
    about = mapping(value.get("metadata"))
    return told.whole(
        Imported(
            "promptfoo",
            told.line(about.get("promptfooVersion"), "unknown"),
            told.day_of(about.get("evaluationCreatedAt") or results.get("timestamp")),
            model,
            tuple(_trial(row) for row in found),
        )
    )


def _one_model(found: list[Mapping[str, Any]]) -> str:
    """What all results are of: a suite judges one prompt with one model."""
    subjects = {(told.line(_provider(row), ""), told.line(row.get("promptIdx"), "0")) for row in found}
    if len(subjects) > 1:
        shown = ", ".join(sorted({f"{provider} with prompt {prompt}" for provider, prompt in subjects})[:4])
        raise refused(
            f"this file holds results of {len(subjects)} subjects: {shown}",
            "run promptfoo once for each: --filter-providers and --filter-prompts choose",
        )
    return next(iter(subjects), ("", ""))[0]


def _provider(row: Mapping[str, Any]) -> object:
    given = row.get("provider")
    return mapping(given).get("id") if isinstance(given, dict) else given


def _trial(row: Mapping[str, Any]) -> Told:
    test, response = mapping(row.get("testCase")), mapping(row.get("response"))
    inputs = told.inputs_of(row.get("vars") or test.get("vars"))
    name = told.case_name(str(test.get("description") or mapping(test.get("metadata")).get("id") or ""))
    if row.get("failureReason") == _ERROR or (row.get("error") and response.get("output") is None):
        return Told(name, inputs, error="no answer", latency_ms=told.milliseconds(row.get("latencyMs")))
    scores = {"pass": told.score_of(row.get("success")), "score": told.score_of(row.get("score"))}
    named = mapping(row.get("namedScores")).items()
    return Told(
        name,
        inputs,
        scores={**scores, **{told.metric_name(metric): told.score_of(score) for metric, score in named}},
        output=told.text_of(response.get("output")),
        latency_ms=told.milliseconds(row.get("latencyMs")),
    )
