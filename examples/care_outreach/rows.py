"""Rows that no patient has: out of range, missing, malformed. Each is one change to a row that the model takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from examples.care_outreach.model import REFER, Model

CASES = Path(__file__).parents[2] / "systems" / "care-outreach" / "evals" / "cases"
_MALFORMED = {
    "text": "high",
    "unit": "32 kg/m2",
    "comma": "32,1",
    "range": "30-35",
    "infinite": "inf",
    "nan": "nan",
    "date": "2026-11-20",
    "two-numbers": "32.1 33.0",
    "long": "3" * 60,
}


def edge_cases(model: Model) -> Iterator[dict[str, Any]]:
    """Every one is critical: a patient that the model can't judge has to reach a person."""
    usual = {feature.name: f"{feature.mean:.4g}" for feature in model.features} | {"sex": "1"}
    for feature in model.features:
        span = feature.most - feature.least
        for where, value in (("below", feature.least - span / 10), ("above", feature.most + span / 10)):
            because = f"{feature.name} is outside {feature.least:g} to {feature.most:g}"
            yield _case(f"{feature.name}-{where}", {**usual, feature.name: f"{value:.4f}"}, because, "out-of-range")
        yield _case(f"{feature.name}-missing", {**usual, feature.name: ""}, f"{feature.name} is missing", "missing")
    for word, text in _MALFORMED.items():
        yield _case(f"bmi-{word}", {**usual, "bmi": text}, "bmi is not a number", "malformed")
    yield _case("nothing", dict.fromkeys(usual, ""), "age is missing", "missing")


def _case(id: str, inputs: Mapping[str, str], because: str, kind: str) -> dict[str, Any]:
    expected = {"outreach": REFER, "because": because}
    return {"id": id, "inputs": dict(inputs), "expected": expected, "critical": True, "fields": {"kind": kind}}


def lines(values: Iterable[Mapping[str, Any]]) -> str:
    return "".join(f"{json.dumps(value)}\n" for value in values)
