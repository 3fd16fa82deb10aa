"""What judges found of labelled outputs, kept beside the evidence: scores by digests of case and text, never a text.

A folder with one file a judge, named by the judge's digest, one line a verdict, appended. A line that isn't whole, as
a killed writer leaves it, is no verdict.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

from placet.errors import PlacetError
from placet.labels import Output


class Verdicts:
    def __init__(self, folder: Path) -> None:
        self._folder = folder / "verdicts"

    def of(self, judge: str) -> dict[Output, float]:
        """What the judge with this digest found, by output."""
        try:
            lines = self._path(judge).read_bytes().splitlines()
        except OSError:
            return {}
        return dict(row for row in map(_row, lines) if row is not None)

    def add(self, judge: str, scores: Mapping[Output, float]) -> None:
        rows = (
            json.dumps({"case": case, "output": output, "score": score})
            for (case, output), score in sorted(scores.items())
        )
        path = self._path(judge)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with path.open("a", encoding="utf-8") as file:
                file.writelines(f"\n{row}\n" for row in rows)  # a line of its own, whatever a killed writer left
        except OSError as error:
            raise PlacetError(
                f"verdicts can't be written to {path.parent}: {error.strerror}",
                help="make room or mend the permissions; the answers already paid for are in the response cache",
            ) from error

    def _path(self, judge: str) -> Path:
        return self._folder / f"{judge.removeprefix('sha256:')}.jsonl"


def _row(line: bytes) -> tuple[Output, float] | None:
    try:
        value = json.loads(line)
        case, output, score = value["case"], value["output"], value["score"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    sound = isinstance(case, str) and isinstance(output, str) and isinstance(score, int | float)
    return ((case, output), float(score)) if sound and math.isfinite(score) and 0 <= score <= 1 else None
