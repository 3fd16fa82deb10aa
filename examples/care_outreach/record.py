"""Record what the model answers to every case, as the file that the suites of systems/care-outreach name.

The same artifact and cases give the same bytes on every machine: the day is the model's, and there is no randomness.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from examples.care_outreach.model import ARTIFACT, Model, load
from examples.care_outreach.rows import CASES, lines

MADE = "2026-11-20"
VERSION = "1"
_TRIALS_OF_CRITICAL = 3


def artifact_digest(path: Path = ARTIFACT) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def recorded(cases: Path, model: Model, digest: str) -> str:
    """The recorded file for the cases in one file."""
    front = {"made_by": digest, "made": MADE, "tool": {"name": "examples.care_outreach", "version": VERSION}}
    return lines([front, *_rows(cases, model)])


def _rows(cases: Path, model: Model) -> Iterator[dict[str, Any]]:
    for line in cases.read_text("utf-8").splitlines():
        case = json.loads(line)
        for trial in range(1, (_TRIALS_OF_CRITICAL if case.get("critical") else 1) + 1):
            yield {"id": case["id"], "trial": trial, "output": model.answer(case["inputs"])}


def record_all() -> None:
    model, digest = load(), artifact_digest()
    for cases in sorted(CASES.glob("*.jsonl")):
        (CASES.parent / "recorded" / cases.name).write_text(recorded(cases, model, digest), "utf-8")
