"""Train the model on two thirds of scikit-learn's diabetes data, and set the last third apart as cases.

The data are 442 patients with ten numbers each and a measure of how far diabetes progressed in a year (Efron, Hastie,
Johnstone and Tibshirani, Least Angle Regression, 2004). Above the median it counts as progression. Which sex is 1 and
which is 2, the data set doesn't say.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from examples.care_outreach.model import ARTIFACT, CALL, ROUTINE
from examples.care_outreach.rows import CASES, lines

SEED = 20261120
HELD_OUT = 180
_MEDIAN = 140.5
_DIGITS = 6  # that the artifact keeps: other processors differ in the last ones


def train() -> None:
    """Write the artifact and the held-out cases."""
    data = import_module("sklearn.datasets").load_diabetes(scaled=False)
    names = ["age", "sex", "bmi", "bp", *data.feature_names[4:]]
    order = import_module("numpy").random.RandomState(SEED).permutation(len(data.data))
    held_out, rest = order[:HELD_OUT], order[HELD_OUT:]
    ARTIFACT.write_text(_artifact(names, data.data[rest], data.target[rest] > _MEDIAN), "utf-8")
    cases = [_case(index, names, data.data[index], data.target[index] > _MEDIAN) for index in held_out]
    (CASES / "held-out.jsonl").write_text(lines(cases), "utf-8")


def _artifact(names: Sequence[str], rows: Any, progressed: Any) -> str:
    scaler = import_module("sklearn.preprocessing").StandardScaler().fit(rows)
    found = import_module("sklearn.linear_model").LogisticRegression(C=0.3, max_iter=1000, tol=1e-10)
    found.fit(scaler.transform(rows), progressed)
    columns = zip(names, scaler.mean_, scaler.scale_, found.coef_[0], rows.min(axis=0), rows.max(axis=0), strict=True)
    features = [
        {
            "name": name,
            "mean": round(float(mean), _DIGITS),
            "scale": round(float(scale), _DIGITS),
            "weight": round(float(weight), _DIGITS),
            "least": float(least),
            "most": float(most),
        }
        for name, mean, scale, weight, least, most in columns
    ]
    whole = {"features": features, "intercept": round(float(found.intercept_[0]), _DIGITS), "threshold": 0.5}
    return json.dumps(whole, indent=1) + "\n"


def _case(index: int, names: Sequence[str], row: Sequence[float], progressed: bool) -> dict[str, Any]:
    inputs = {name: f"{value:g}" for name, value in zip(names, row, strict=True)}
    fields = {"sex": inputs["sex"], "age": _age_group(row[0])}
    expected = {"outreach": CALL if progressed else ROUTINE}
    return {"id": f"patient-{index:03}", "inputs": inputs, "expected": expected, "fields": fields}


def _age_group(age: float) -> str:
    return "under 40" if age < 40 else "40 to 59" if age < 60 else "60 and over"
