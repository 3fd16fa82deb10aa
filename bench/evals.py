"""How fast evals run: against a bare loop over the same calls, and against promptfoo and Inspect.

python -m bench.evals [--sizes 20,1000,5000] [--runs 5] [--peers DIR | --no-peers] [--large 50000] [--json FILE]

Whole processes, in turn, against one model on loopback that answers after 50 ms, 50 calls at once. `placet review`
reads a git repository, plans, calls, scores, keeps evidence and decides; the bare loop does nothing but call.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from bench.harnesses import Harnesses, installed
from bench.model import AT_ONCE, LATENCY, asked, first, server
from bench.reviewed import lane, repository
from bench.targets import Target, at_least, at_most, shown, told
from bench.timing import Lane, Spent, in_turn, median, once, ratio, table

BUILD = Path(__file__).parents[1] / "build/bench"
BARE, RUNNER, REVIEW, BOTH = "bare aiohttp loop", "placet's runner, scored", "placet review", "the same, head and base"
PROMPTFOO, INSPECT = "promptfoo", "Inspect"
#: Against the bare loop, by the number of calls.
WALL = {20: 1.5, 1_000: 1.3, 5_000: 1.2}
CPU, TWO_SIDES = 1.5, 2.2
COMPARED = 1_000  # calls for which peers are measured

Found = Mapping[str, list[Spent]]


def main(arguments: Sequence[str] = ()) -> int:
    given = _parser().parse_args(arguments)
    sizes = [int(size) for size in given.sizes.split(",")]
    peers = None if given.no_peers else installed(given.peers, BUILD / "scratch")
    targets, runs = [], {}
    with server() as url:
        for calls in sizes:
            found = _measured(url, calls, given.runs, peers if calls == COMPARED else None)
            print(f"\n{calls:,} calls of {LATENCY * 1000:.0f} ms, {AT_ONCE} at once\n{table(found, BARE)}", flush=True)
            targets += _judged(calls, found)
            runs[calls] = {name: [asdict(one) for one in spent] for name, spent in found.items()}
        if given.large:
            large = once(lane(repository(BUILD / "evals/large", url, given.large, both=False)))
            targets.append(at_most(f"memory of placet review, {given.large:,} calls", 130, large.peak, "MiB"))
        targets += [_one_of_fifty(url), _first_call(url, given.runs)]
    print(f"\n{shown(targets)}")
    if given.json:
        given.json.write_text(json.dumps({"targets": [asdict(one) for one in targets], "runs": runs}, indent=1))
    return 0 if all(target.met is not False for target in targets) else 1


def _measured(url: str, calls: int, runs: int, peers: Harnesses | None) -> Found:
    one = repository(BUILD / f"evals/one-{calls}", url, calls, both=False)
    two = repository(BUILD / f"evals/two-{calls}", url, calls, both=True)
    command = [sys.executable, "-m", "bench.model"]
    lanes: dict[str, Lane | Sequence[str]] = {
        BARE: [*command, "bare", url, str(calls)],
        RUNNER: [*command, "ours", url, str(calls)],
        REVIEW: lane(one),
        BOTH: lane(two),
    }
    before = asked(url)
    found = in_turn(lanes, runs)
    _all_made(asked(url) - before, (runs + 1) * calls * 5)
    if peers is None:
        return found
    before, times = asked(url), max(1, runs // 3)
    slow = {PROMPTFOO: peers.promptfoo(url, calls), INSPECT: peers.inspect(url, calls)}
    found |= {name: [once(each) for _ in range(times)] for name, each in slow.items()}  # too slow to warm up
    _all_made(asked(url) - before, times * calls * 2)
    return found


def _all_made(made: int, expected: int) -> None:
    """A harness that fails quickly would look fast."""
    if made != expected:
        raise SystemExit(f"{made:,} calls were made, and {expected:,} should have been")


def _judged(calls: int, found: Found) -> list[Target]:
    bare, review = found[BARE], found[REVIEW]
    targets = [
        at_most(f"placet review against the bare loop, {calls:,} calls", WALL.get(calls, 1.5), ratio(review, bare)),
        at_most("the same in CPU", CPU, ratio(review, bare, "cpu")),
        told("placet's runner alone", ratio(found[RUNNER], bare)),
        told("the same in CPU", ratio(found[RUNNER], bare, "cpu")),
        at_most("head and base together against one side", TWO_SIDES, ratio(found[BOTH], review)),
    ]
    if calls >= max(WALL):
        targets.append(at_most(f"memory of placet review, {calls:,} calls", 100, max(o.peak for o in review), "MiB"))
    if PROMPTFOO in found:
        targets.append(
            at_least(f"promptfoo against placet review, {calls:,} calls", 12, ratio(found[PROMPTFOO], review))
        )
        targets.append(at_least(f"Inspect against placet review, {calls:,} calls", 25, ratio(found[INSPECT], review)))
        targets += [told(f"promptfoo, seconds of {calls:,} calls", median(found[PROMPTFOO]), "s")]
    return targets


def _one_of_fifty(url: str) -> Target:
    """A pull request that touches one prompt of fifty makes calls for that prompt alone."""
    cases = 10
    repo = repository(BUILD / "evals/fifty", url, cases, both=True, systems=50)
    before = asked(url)
    once(lane(repo))
    return at_most("calls when one prompt of fifty changes, of 20 due", 2 * cases, asked(url) - before, "")


def _first_call(url: str, runs: int) -> Target:
    """From the start of a process to the first call that the model sees, without what Python itself takes."""
    repo = repository(BUILD / "evals/first", url, 20, both=False)
    python = Lane([sys.executable, "-c", "pass"])
    waits = []
    for _ in range(runs + 1):
        review = lane(repo)
        if review.prepare:
            review.prepare()
        first(url)
        started = time.time()
        once(replace(review, prepare=None))
        waits.append(first(url) - started - once(python).wall)
    return at_most("seconds to the first model call, beside Python's start", 0.5, statistics.median(waits[1:]), "s")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.evals", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="20,1000,5000", help="calls (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="of each lane; peers run a third (default: %(default)s)")
    parser.add_argument(
        "--large", type=int, default=50_000, help="calls for which memory alone is measured; 0 for none"
    )
    parser.add_argument(
        "--peers", type=Path, default=BUILD / "harnesses", metavar="DIR", help="where they get installed"
    )
    parser.add_argument("--no-peers", action="store_true", help="measure ours alone")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
