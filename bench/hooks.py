"""How fast the commit door is: against a floor, against its peers, and as the repository grows a hundredfold.

python -m bench.hooks [--sizes 100,1000,10000] [--runs 9] [--peers DIR | --no-peers] [--json FILE]

Every figure is a ratio of runs that took turns on the same machine. What is measured is always a whole process.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.clones import Clone, clone, corpus
from bench.corpus.score import found_in, read_key, score
from bench.peers import Peers, copies, installed
from bench.targets import Target, costs, judged, shown
from bench.timing import Lane, Spent, in_turn, table

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build/bench"
SCHEMA = ROOT / "core/placet/schemas/system.schema.json"
SCRIPT = Path(sys.executable).parent / "placet-hook"
COLD = [sys.executable, "-m", "placet", "check", "--staged", "--no-index"]
CHANGED, MANY = 5, 300
FLOOR, WHOLE = "floor", "floor, index read whole"
NATIVE, CONSOLE, SAME = "native hook, 5 changed", "placet-hook, 5 changed", "native hook, nothing changed"
#: The hook judges, and may find something.
JUDGED = frozenset({0, 1})


def native() -> list[str]:
    """As `placet install` starts it: no `site`, and the folders to import from by name."""
    ask = "from placet.cli.native import folders; print(folders())"
    folders = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True).stdout.strip()
    code = f"import sys; sys.path += {folders}; from placet_hooks.placet import run; run()"
    return [sys.executable, "-I", "-S", "-X", "utf8", "-c", code]


@dataclass(slots=True)
class Bench:
    """What is measured with, and what has been found so far: lane by lane, by its size."""

    sizes: list[int]
    runs: int
    peers: Peers | None
    hook: list[str] = field(default_factory=native)
    found: dict[int, dict[str, list[Spent]]] = field(default_factory=dict)
    files: dict[int, int] = field(default_factory=dict)
    many: int = 0  # files that peers were given at once

    @property
    def largest(self) -> int:
        return max(self.sizes)

    def clone(self, systems: int, name: str) -> Clone:
        source = corpus(BUILD / "corpora", systems)
        made = clone(source, BUILD / "clones" / f"{name}-{systems}", self.hook)
        self.files[systems] = len(made.git("ls-files").splitlines())
        return made

    def take(self, lanes: dict[tuple[int, str], Lane], runs: int) -> None:
        """Measure `lanes` in turn, whatever their sizes, and print what was found."""
        done = in_turn({f"{name} ({size:,})": lane for (size, name), lane in lanes.items()}, runs)
        for (size, name), spent in zip(lanes, done.values(), strict=True):
            self.found.setdefault(size, {})[name] = spent


def warm(bench: Bench) -> None:
    """What a commit costs: five registrations changed, or nothing; the floors beside them, the peers at full size."""
    lanes: dict[tuple[int, str], Lane] = {}
    for size in bench.sizes:
        changed, same = bench.clone(size, "changed"), bench.clone(size, "same")
        names = changed.systems(CHANGED)
        for one in (changed, same):
            one.learn()
        lanes |= _warm(bench, size, (changed, same), names)
        if bench.peers is not None and size == bench.largest:
            lanes |= _beside(bench.peers, size, changed, names)
    bench.take(lanes, bench.runs)
    for size in bench.sizes:
        print(f"{size:,} systems and {size:,} prompts, {bench.files[size]:,} files; what is staged is judged")
        print(table(bench.found[size], FLOOR), end="\n\n")


def _warm(bench: Bench, size: int, clones: tuple[Clone, Clone], names: list[str]) -> dict[tuple[int, str], Lane]:
    changed, same = clones

    def fresh() -> None:
        changed.change(names)

    git, index = shutil.which("git") or "git", str(changed.index() or "-")
    floor = [sys.executable, "-I", "-S", str(ROOT / "bench/floors.py"), git, index]
    return {
        (size, FLOOR): Lane([*floor, "meta"], changed.path, prepare=fresh),
        (size, WHOLE): Lane([*floor, "bytes"], changed.path, prepare=fresh),
        (size, NATIVE): Lane(bench.hook, changed.path, prepare=fresh),
        (size, CONSOLE): Lane([str(SCRIPT)], changed.path, prepare=fresh),
        (size, SAME): Lane(bench.hook, same.path),
    }


def _beside(peers: Peers, size: int, changed: Clone, names: list[str]) -> dict[tuple[int, str], Lane]:
    """The peers on the same five files, and the runners with nothing to run and with our hook."""

    def fresh() -> None:
        changed.change(names)

    files = copies([changed.path / name for name in names], peers.scratch / "five")
    lanes = {
        (size, "check-jsonschema, 5 files"): peers.check_jsonschema(SCHEMA, files),
        (size, "ajv-cli, 5 files"): peers.ajv(SCHEMA, files),
    }
    for runner in ("pre-commit", "prek"):
        for what, hook in (("a hook that does nothing", "true"), ("placet-hook", str(SCRIPT))):
            lanes[(size, f"{runner} with {what}")] = Lane(*peers.runner(runner, hook, changed.path), prepare=fresh)
    return lanes


def rare(bench: Bench) -> None:
    """What happens seldom, and may take longer: a deletion that hundreds of files feel, and everything anew."""
    size, least = bench.largest, min(bench.sizes)
    lanes: dict[tuple[int, str], Lane] = {}
    gone = bench.clone(size, "gone")
    gone.learn()
    lanes[(size, "a control deleted that 4 % have waived")] = Lane(
        bench.hook, gone.path, prepare=gone.delete_control, exits=JUDGED
    )
    for systems in {least: None, size: None}:
        cold, first = bench.clone(systems, "cold"), bench.clone(systems, "first")
        lanes[(systems, "cold, without an index")] = Lane(COLD, cold.path)
        lanes[(systems, "the first run, which builds the index")] = Lane(bench.hook, first.path, prepare=first.forget)
        if bench.peers is not None and systems == size:
            files = copies([cold.path / name for name in cold.systems(MANY)], bench.peers.scratch / "many")
            bench.many = len(files)
            lanes |= _throughput(bench.peers, size, files)
    bench.take(lanes, max(3, bench.runs // 3))
    names = {name for _, name in lanes}
    for systems in {least: None, size: None}:
        print(f"{systems:,} systems: what is seldom")
        rows = {name: spent for name, spent in bench.found[systems].items() if name in names}
        print(table(rows, "cold, without an index"), end="\n\n")
    gone.delete_control()
    print(f"The deleted control leaves {len(found_in(gone.path, '--staged')):,} findings\n")


def _throughput(peers: Peers, size: int, files: Sequence[Path]) -> dict[tuple[int, str], Lane]:
    few = files[:CHANGED]
    return {
        (size, f"check-jsonschema, {len(files)} files"): peers.check_jsonschema(SCHEMA, files),
        (size, "check-jsonschema, 5 of them"): peers.check_jsonschema(SCHEMA, few),
        (size, f"ajv-cli, {len(files)} files"): peers.ajv(SCHEMA, files),
        (size, "ajv-cli, 5 of them"): peers.ajv(SCHEMA, few),
    }


def here(bench: Bench) -> None:
    """`placet check` on this repository, against importing what it is made of."""
    lanes = {
        (0, "import click, ruamel.yaml, jsonschema"): Lane(
            [sys.executable, "-c", "import click, ruamel.yaml, jsonschema"]
        ),
        (0, "placet check"): Lane([sys.executable, "-m", "placet", "check"], ROOT, exits=JUDGED),
    }
    bench.take(lanes, bench.runs)
    print("This repository")
    print(table(bench.found[0], "import click, ruamel.yaml, jsonschema"), end="\n\n")


def faults() -> tuple[int, int, int]:
    """(planted, found at their exact place, false) of a register with faults, judged with an index and without."""
    out = BUILD / "corpora/faults"
    command = [sys.executable, "-m", "bench.corpus", str(out), "--systems", "1000", "--seed", "99", "--faults", "300"]
    subprocess.run(command, check=True)
    key = read_key(out)
    results = {said: score(key, found_in(out, *said.split())) for said in ("--staged", "--staged --no-index")}
    for said, result in results.items():
        print(f"Planted faults, {said}: {result.as_text()}")
    return len(key), min(len(one.exact) for one in results.values()), max(len(one.false) for one in results.values())


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args([] if argv is None else argv)
    peers = None if given.no_peers else installed(given.peers, BUILD / "scratch")
    bench = Bench([int(size) for size in given.sizes.split(",")], given.runs, peers)
    for part in (warm, rare, here):
        part(bench)
    targets = judged(bench, faults())
    print(costs(bench), shown(targets), sep="\n\n")
    if given.json:
        given.json.write_text(_as_json(bench, targets))
    return 0 if all(target.met is not False for target in targets) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.hooks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="100,1000,10000", help="systems, and as many prompts (default: %(default)s)")
    parser.add_argument(
        "--runs", type=int, default=9, help="of each quick lane; slow ones run a third (default: %(default)s)"
    )
    parser.add_argument(
        "--peers", type=Path, default=BUILD / "peers", metavar="DIR", help="where they are or get installed"
    )
    parser.add_argument("--no-peers", action="store_true", help="measure ours alone")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


def _as_json(bench: Bench, targets: Sequence[Target]) -> str:
    runs = {
        str(size): {name: [asdict(one) for one in spent] for name, spent in lanes.items()}
        for size, lanes in bench.found.items()
    }
    return json.dumps({"files": bench.files, "targets": [asdict(target) for target in targets], "runs": runs}, indent=1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
