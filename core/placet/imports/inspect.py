"""Inspect's logs: `.eval` files, which are zip files of JSON, and the JSON that `inspect log dump` writes.

Pure. Each scorer is a metric; of one that gives several values, each value. C is 1, P is a half, I and N are 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from placet.imports import told
from placet.imports.archive import Archive
from placet.imports.told import Imported, Told, mapping, refused

_GRADES = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
_ZIP = b"PK\x03\x04"


def read(data: bytes) -> Imported:
    """Raises PlacetError for what isn't an Inspect log."""
    header, trials = _of_zip(data) if data.startswith(_ZIP) else _of_json(data)
    about = mapping(header.get("eval"))
    if not about:
        raise refused("this isn't a log of Inspect", "its logs end in .eval; `inspect log dump` writes one as JSON")
    packages = mapping(about.get("packages"))
    status = told.line(header.get("status"), "unknown")
    notes = () if status == "success" else (f"Inspect says that this run ended as {status}",)
    return told.whole(
        Imported(
            "Inspect",
            told.line(packages.get("inspect_ai"), "unknown"),
            told.day_of(about.get("created")),
            told.line(about.get("model"), ""),
            tuple(trials),
            notes,
        )
    )


def _of_zip(data: bytes) -> tuple[Mapping[str, Any], Iterator[Told]]:
    archive = Archive(data)
    names = sorted(name for name in archive.names if name.startswith("samples/") and name.endswith(".json"))
    if "header.json" not in archive.names:
        why = "it has no header.json, which Inspect writes last" if names else "it has no header.json and no samples"
        raise refused(f"this isn't a finished log of Inspect: {why}", "wait for the run to end, and import it then")
    if len(names) > told.MOST_ROWS:
        raise refused(f"this log holds {len(names):,} samples, and at most {told.MOST_ROWS:,} fit in a recorded file")
    header = mapping(told.read_json(archive.read("header.json"), "header.json"))
    return header, (_of_member(archive, name) for name in names)


def _of_member(archive: Archive, name: str) -> Told:
    """One sample, of which nothing but texts and numbers is kept: all of them together may be larger than memory."""
    return _trial(mapping(told.read_json(archive.read(name), name)))


def _of_json(data: bytes) -> tuple[Mapping[str, Any], Iterator[Told]]:
    value = mapping(told.read_json(data, "Inspect's log"))
    return value, (_trial(mapping(sample)) for sample in told.rows(value.get("samples")))


def _trial(sample: Mapping[str, Any]) -> Told:
    name = told.case_name(str(sample.get("id") if sample.get("id") is not None else ""))
    inputs = {"input": told.text_of(sample.get("input")) or ""}
    expected = told.text_of(sample.get("target"))
    taken = told.milliseconds(sample.get("working_time") or sample.get("total_time"), 1000)
    if sample.get("error"):
        return Told(name, inputs, expected, error="no answer", latency_ms=taken)
    scores: dict[str, float | None] = {}
    for scorer, given in mapping(sample.get("scores")).items():
        scores |= _scores(told.metric_name(scorer), mapping(given).get("value"))
    return Told(
        name,
        inputs,
        expected,
        scores or {"score": None},
        told.text_of(mapping(sample.get("output")).get("completion")),
        latency_ms=taken,
    )


def _scores(metric: str, value: object) -> dict[str, float | None]:
    if isinstance(value, dict):
        return {told.metric_name(f"{metric}-{key}"): _score(each) for key, each in value.items()}
    return {metric: _score(value)}


def _score(value: object) -> float | None:
    return _GRADES.get(value) if isinstance(value, str) else told.score_of(value)
