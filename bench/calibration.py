"""Whether the gate keeps what it states: thousands of simulated changes through the code that `placet review` runs.

    python -m bench.calibration                 all of it, on every core
    python -m bench.calibration --quick         some 20 s
    python -m bench.calibration --only covers   what begins with that
    python -m bench.calibration --format markdown   the table of docs/statistics.md

The same seed gives the same figures, on any number of cores.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from random import Random

from bench.calibration_aims import Aim, Experiment, experiments

SEED = 2026
DRAWS, QUICK = 2_000, 80
_CHUNK = 50
_SURE = 2.6  # standard errors beyond the target that chance explains: one figure of 200 on target is further off


@dataclass(frozen=True, slots=True)
class Found:
    """How often something happened. `error` is the Monte-Carlo error: one standard error of a share on target."""

    what: str
    wanted: str
    target: float
    found: float
    error: float
    draws: int
    met: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the draws of one experiment."""

    experiment: str
    seed: int
    start: int
    count: int


def measured(draws: int, seed: int = SEED, only: str = "", processes: int = 1) -> list[Found]:
    known = {one.name: one for one in experiments() if one.name.startswith(only)}
    parts = [part for one in known.values() for part in _parts(one, draws, seed)]
    counted: dict[str, Counter[str]] = {name: Counter() for name in known}
    for part, counts in _each(parts, processes):
        counted[part.experiment] += counts
        counted[part.experiment]["draws"] += part.count
    return [judged(aim, counted[name]) for name, one in known.items() for aim in one.aims]


def _parts(one: Experiment, draws: int, seed: int) -> Iterator[Part]:
    count = max(draws // one.weight, 1)
    for start in range(0, count, _CHUNK):
        yield Part(one.name, seed, start, min(_CHUNK, count - start))


def _each(parts: Sequence[Part], processes: int) -> Iterator[tuple[Part, Counter[str]]]:
    if processes == 1:
        yield from ((part, drawn(part)) for part in parts)
        return
    with get_context("fork").Pool(processes) as pool:
        for number, found in enumerate(pool.imap_unordered(_drawn, parts), 1):
            _say(f"{number} of {len(parts)}")
            yield found
    _say("")


def _drawn(part: Part) -> tuple[Part, Counter[str]]:
    return part, drawn(part)


_KNOWN: dict[str, Experiment] = {}


def drawn(part: Part) -> Counter[str]:
    """Every draw has a seed of its own, so that no split into parts changes a figure."""
    if part.experiment not in _KNOWN:
        _KNOWN.update({one.name: one for one in experiments()})
    counts: Counter[str] = Counter()
    for number in range(part.start, part.start + part.count):
        events = _KNOWN[part.experiment].draw(Random(f"{part.seed} {part.experiment} {number}"))
        counts.update(name for name, happened in events.items() if happened)
    return counts


def judged(aim: Aim, counts: Counter[str]) -> Found:
    draws = counts["draws"]
    found, error = counts[aim.event] / draws, math.sqrt(aim.figure * (1 - aim.figure) / draws)
    beyond = found - aim.figure if aim.most else aim.figure - found
    wanted = f"at {'most' if aim.most else 'least'} {aim.figure:.1%}"
    return Found(aim.what, wanted, aim.figure, found, error, draws, beyond <= _SURE * error)


def shown(rows: Iterable[Found]) -> str:
    lines = [f"  {'target':<72}{'wanted':>16}{'found':>8}{'error':>8}{'draws':>8}"]
    for row in rows:
        verdict = "met" if row.met else "NOT MET"
        lines.append(
            f"  {row.what:<72}{row.wanted:>16}{row.found:>8.1%}{f'±{row.error:.1%}':>8}{row.draws:>8,}  {verdict}"
        )
    return "\n".join(lines)


def as_markdown(rows: Iterable[Found]) -> str:
    """The table of docs/statistics.md."""
    lines = ["| what | wanted | found | draws |", "| --- | --- | --- | --- |"]
    for row in rows:
        missed = "" if row.met else " **(not met)**"
        lines.append(f"| {row.what} | {row.wanted} | {row.found:.1%} ± {row.error:.1%}{missed} | {row.draws:,} |")
    return "\n".join(lines).replace("%", " %")


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r  {text[:76]:<76}\r", end="", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] = ()) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.calibration", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} draws each instead of {DRAWS:,}")
    parser.add_argument("--draws", type=int, default=None, help="how many draws each")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default="", help="experiments whose name begins so")
    parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")
    options = parser.parse_args(list(arguments))
    draws = options.draws or (QUICK if options.quick else DRAWS)
    rows = measured(draws, options.seed, options.only, os.cpu_count() or 1)
    if options.format == "json":
        print(json.dumps({"version": 1, "seed": options.seed, "rows": [asdict(row) for row in rows]}, indent=2))
    elif options.format == "markdown":
        print(as_markdown(rows))
    else:
        print(f"calibration of the gate: simulated changes, judged and decided; seed {options.seed}")
        print(shown(rows))
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
