"""The model at work: a row of a patient's numbers in, advice as JSON out. Needs nothing but Python.

It refuses what it wasn't trained on: a value that is missing, no number, or beyond what the training data holds. Such a
patient is referred to a person, and the answer says why.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CALL, ROUTINE, REFER = "call", "routine", "refer"
ARTIFACT = Path(__file__).with_name("model.json")


@dataclass(frozen=True)
class Feature:
    """One input: how it is scaled and weighed, and the range that the training data covers."""

    name: str
    mean: float
    scale: float
    weight: float
    least: float
    most: float


@dataclass(frozen=True)
class Model:
    features: tuple[Feature, ...]
    intercept: float
    threshold: float

    def answer(self, row: Mapping[str, str]) -> str:
        """The advice for one patient, as the JSON text that the outreach desk reads."""
        total = self.intercept
        for feature in self.features:
            value = _number(row.get(feature.name, ""))
            why = _fault(feature, row.get(feature.name, ""), value)
            if why or value is None:
                return _written(REFER, None, why)
            total += feature.weight * (value - feature.mean) / feature.scale
        score = 1 / (1 + math.exp(-total))
        return _written(CALL if score >= self.threshold else ROUTINE, score, "")


def _number(text: str) -> float | None:
    try:
        value = float(text) if len(text) < 40 else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _fault(feature: Feature, text: str, value: float | None) -> str:
    if not text.strip():
        return f"{feature.name} is missing"
    if value is None:
        return f"{feature.name} is not a number"
    if not feature.least <= value <= feature.most:
        return f"{feature.name} is outside {feature.least:g} to {feature.most:g}"
    return ""


def _written(outreach: str, score: float | None, because: str) -> str:
    shown: dict[str, Any] = {"outreach": outreach}
    if score is not None:
        shown["score"] = round(score, 4)
    if because:
        shown["because"] = because
    return json.dumps(shown)


def load(path: Path = ARTIFACT) -> Model:
    value = json.loads(path.read_text("utf-8"))
    return Model(tuple(Feature(**each) for each in value["features"]), value["intercept"], value["threshold"])
