"""Time whole processes in turn (A B A B ...), so that a machine that slows down slows both."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

#: What is installed has its bytecode beside it; the run that isn't counted writes it.
_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}
# No child is seen as smaller than the process that starts it (Linux keeps its parent's peak): this one stays small.


@dataclass(frozen=True, slots=True)
class Spent:
    """What one whole process took with all that it started: seconds on the clock, of the processor, and peak MiB."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One process to time. `prepare` runs before each run and isn't counted; other exit codes are failures."""

    command: Sequence[str]
    cwd: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] | None = None
    exits: frozenset[int] = frozenset({0})


def once(lane: Lane | Sequence[str]) -> Spent:
    """Run it to its end. Raises SystemExit, with what it said, when it fails."""
    lane = lane if isinstance(lane, Lane) else Lane(lane)
    if lane.prepare is not None:
        lane.prepare()
    with tempfile.TemporaryFile() as said:
        started = perf_counter()
        process = subprocess.Popen(
            lane.command, stdout=said, stderr=said, cwd=lane.cwd, env={**os.environ, **_INSTALLED, **lane.environ}
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in lane.exits:
            said.seek(0)
            text = said.read().decode(errors="replace")
            raise SystemExit(f"exit code {process.returncode} of {' '.join(map(str, lane.command))}\n{text[-2_000:]}")
    return Spent(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(lanes: Mapping[str, Lane | Sequence[str]], runs: int) -> dict[str, list[Spent]]:
    """Every lane `runs` times after one that isn't counted, in turn."""
    for name, lane in lanes.items():
        _say(f"warming up {name}")
        once(lane)
    found: dict[str, list[Spent]] = {name: [] for name in lanes}
    for number in range(runs):
        for name, lane in lanes.items():
            _say(f"{number + 1}/{runs} {name}")
            found[name].append(once(lane))
    _say("")
    return found


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r  {text[:76]:<76}\r", end="", file=sys.stderr, flush=True)


def median(spent: Sequence[Spent], what: str = "wall") -> float:
    return float(statistics.median(getattr(one, what) for one in spent))


def ratio(spent: Sequence[Spent], other: Sequence[Spent], what: str = "wall") -> float:
    """The ratio of the medians. The runs took turns: what slowed the one slowed the other."""
    return median(spent, what) / median(other, what)


def table(found: Mapping[str, Sequence[Spent]], floor: str) -> str:
    """Medians, the quickest run, and the ratio of medians to `floor`."""
    lines = [f"  {'':<44}{'wall s':>9}{'least':>9}{'cpu s':>9}{'MiB':>7}{'x floor':>9}"]
    for name, spent in found.items():
        wall, cpu, peak = (median(spent, what) for what in ("wall", "cpu", "peak"))
        least = min(one.wall for one in spent)
        lines.append(f"  {name:<44}{wall:>9.3f}{least:>9.3f}{cpu:>9.3f}{peak:>7.0f}{ratio(spent, found[floor]):>9.2f}")
    return "\n".join(lines)
