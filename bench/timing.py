"""Time whole processes in turn (A B A B ...), so that a machine that slows down slows both."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of one whole process: on the clock, and of the processor."""

    wall: float
    cpu: float


def once(command: Sequence[str], environ: Mapping[str, str] | None = None) -> Spent:
    """Run `command` to its end. Raises CalledProcessError when it fails."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **(environ or {})}
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Spent(perf_counter() - started, cpu)


def in_turn(commands: Mapping[str, Sequence[str]], runs: int) -> dict[str, list[Spent]]:
    """Every command `runs` times after one that isn't counted, in turn."""
    for command in commands.values():
        once(command)
    found: dict[str, list[Spent]] = {name: [] for name in commands}
    for number in range(runs):
        for name, command in commands.items():
            found[name].append(once(command))
            print(f"\r  {number + 1}/{runs} {name:<24}", end="", file=sys.stderr, flush=True)
    print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    return found


def table(found: Mapping[str, Sequence[Spent]], floor: str) -> str:
    """Medians, and the ratio to `floor` as the median of the ratios run by run."""
    lines = [f"  {'':<34}{'wall s':>9}{'cpu s':>9}{'x floor':>9}"]
    for name, spent in found.items():
        ratio = statistics.median(one.wall / other.wall for one, other in zip(spent, found[floor], strict=True))
        wall, cpu = (statistics.median(getattr(one, what) for one in spent) for what in ("wall", "cpu"))
        lines.append(f"  {name:<34}{wall:>9.3f}{cpu:>9.3f}{ratio:>9.2f}")
    return "\n".join(lines)
