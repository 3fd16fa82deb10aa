"""What another tool's file tells, in Placet's words: cases, trials and scores. Nothing of it is checked or believed.

Pure. Names become ids, numbers outside 0 to 1 become "can't be told", and what is too long is left out and counted.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from placet.errors import PlacetError
from placet.record import field, record

#: Bytes of one file, and rows of one recorded file.
LARGEST = 64 * 1024 * 1024
MOST_ROWS = 9_999
MOST_VALUES = 4_000_000  # objects and lists in one file: each takes twenty times the memory of its two brackets
LONGEST_TEXT = 200_000
_LONGEST_ID, _LONGEST_NAME, _LONGEST_LINE = 64, 100, 200
_MOST_METRICS, _MOST_INPUTS = 50, 50
_LONGEST_MS = 1e9


@record
class Told:
    """One trial: of which case, what went in and came out, and what the tool made of it."""

    case: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    expected: str | None = None
    scores: Mapping[str, float | None] = field(default_factory=dict)
    output: str | None = None
    error: str | None = None
    latency_ms: float | None = None


@record
class Imported:
    """One file, read. `made` is a day (ISO), empty where the file doesn't say; `model` is what the tool calls it."""

    tool: str
    version: str
    made: str
    model: str
    trials: tuple[Told, ...]
    notes: tuple[str, ...] = ()

    @property
    def metrics(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(metric for trial in self.trials for metric in trial.scores))


def refused(what: str, help: str = "") -> PlacetError:
    return PlacetError(what, help=help or "see docs/imports.md for what is read of which tool's file")


def read_json(data: bytes, what: str) -> Any:
    """The JSON value in `data`. Raises PlacetError."""
    if len(data) > LARGEST:
        raise refused(f"{what} has {len(data):,} bytes, and at most {LARGEST:,} are read", "import it in parts")
    if data.count(b"[") + data.count(b"{") > MOST_VALUES:
        raise refused(
            f"{what} holds more than the {MOST_VALUES:,} objects and lists that are read", "import it in parts"
        )
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise refused(f"{what} isn't UTF-8 text: byte {error.start} is {data[error.start]:#04x}") from None
    except json.JSONDecodeError as error:
        raise refused(f"{what} isn't JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise refused(f"{what} nests too deep, or holds a number that is too long, to be read") from None


def mapping(value: Any) -> Mapping[str, Any]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def line(value: object, otherwise: str) -> str:
    """`value` as text on one line, cut to what a file may hold."""
    given = str(value or "")[: 4 * _LONGEST_LINE].encode("utf-8", "replace").decode()
    text = " ".join("".join(max(letter, " ") for letter in given).split())
    return text[:_LONGEST_LINE] or otherwise


def text_of(value: object) -> str | None:
    """`value` as the text that it is, or as JSON; None for nothing, and for what is too long to keep."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text.encode("utf-8", "replace").decode()  # half a surrogate pair is no text
    return text if len(text) <= LONGEST_TEXT else None


def inputs_of(value: object) -> dict[str, str]:
    """Variables by name; what isn't text is written as JSON."""
    given = mapping(value)
    named = {_plain(str(name), "_.-", "_", _LONGEST_NAME): text_of(text) for name, text in given.items()}
    return {name: text or "" for name, text in list(named.items())[:_MOST_INPUTS] if name}


def score_of(value: object) -> float | None:
    """A score from 0 to 1; None for anything else, which no gate will take for a pass."""
    if isinstance(value, bool):
        return float(value)
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)


def milliseconds(value: object, factor: float = 1.0) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        return None
    return round(min(min(value, _LONGEST_MS) * factor, _LONGEST_MS), 1)


def day_of(value: object) -> str:
    """The day of an ISO moment; empty when it is none."""
    text = str(value or "")[:10]
    digits = text.replace("-", "")
    return text if len(text) == 10 and text[4] == text[7] == "-" and digits.isascii() and digits.isdigit() else ""


def metric_name(text: str) -> str:
    """The id of a metric: lowercase words joined by hyphens; `critical` is taken."""
    words = _plain(text.lower(), "", "-", _LONGEST_ID).strip("-")
    name = "-".join(part for part in words.split("-") if part)
    return {"": "score", "critical": "critical-score"}.get(name, name)


def case_name(text: str) -> str:
    """The id of a case: letters, digits, dots, hyphens and underscores."""
    name = _plain(text.strip(), "._-", "-", _LONGEST_NAME).strip("._-")
    return "-".join(part for part in name.split("-") if part)


def short(value: object) -> str:
    """A few letters that stand for `value` and for nothing else."""
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:8]


def _plain(text: str, also: str, instead: str, longest: int) -> str:
    kept = (letter if letter.isascii() and (letter.isalnum() or letter in also) else instead for letter in text)
    return "".join(kept)[:longest]


def whole(imported: Imported) -> Imported:
    """The same with case ids that are each one case's. Raises PlacetError for what no suite can hold."""
    if not imported.trials:
        raise refused("this file holds no result", "run the other tool again, and export after it has finished")
    if len(imported.trials) > MOST_ROWS:
        raise refused(
            f"this file holds {len(imported.trials):,} results, and at most {MOST_ROWS:,} fit in a recorded file"
        )
    if len(imported.metrics) > _MOST_METRICS:
        raise refused(f"this file has {len(imported.metrics)} metrics, and a suite has at most {_MOST_METRICS}")
    seen: dict[str, set[str]] = {}
    for trial in imported.trials:
        seen.setdefault(trial.case.lower(), set()).add(short([trial.case, trial.inputs, trial.expected]))
    trials = tuple(_told_apart(trial, len(seen[trial.case.lower()]) > 1) for trial in imported.trials)
    lost = Counter(metric for trial in trials for metric, score in trial.scores.items() if score is None)
    notes = [f"{count} of {len(trials)} trials have no score of {metric} from 0 to 1" for metric, count in lost.items()]
    return Imported(imported.tool, imported.version, imported.made, imported.model, trials, (*imported.notes, *notes))


def _told_apart(trial: Told, several: bool) -> Told:
    if not several and trial.case:
        return trial
    mark = short([trial.case, trial.inputs, trial.expected])
    name = f"{trial.case[: _LONGEST_NAME - 9]}-{mark}" if trial.case else f"case-{mark}"
    return Told(name, trial.inputs, trial.expected, trial.scores, trial.output, trial.error, trial.latency_ms)
