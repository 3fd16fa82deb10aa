"""Make a governed repository of N systems and N prompts, with K planted faults and their key; or score a check of it.

python -m bench.corpus OUT --systems N --seed S [--faults K | --only KIND] [--no-git]
python -m bench.corpus OUT --score [--staged]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.corpus.faults.planting import EVERY, KINDS, plant
from bench.corpus.files import commit, files_of, write
from bench.corpus.plan import plans
from bench.corpus.score import found_in, read_key, score, write_key


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.corpus", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--systems", type=int, default=100, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--faults", type=int, default=0, metavar="K")
    parser.add_argument("--only", action="append", choices=EVERY, metavar="KIND", default=[])
    parser.add_argument("--no-git", action="store_true")
    parser.add_argument("--score", action="store_true", help="check OUT and hold the findings against its key")
    given, options = parser.parse_known_args(argv)
    if given.score:
        result = score(read_key(given.out), found_in(given.out, *options))
        print(result.as_text())
        return 0 if result.perfect else 1
    if options:
        parser.error(f"unknown: {' '.join(options)}")
    make(given.out, given.systems, given.seed, given.faults, given.only, git=not given.no_git)
    return 0


def make(
    out: Path, systems: int, seed: int, faults: int = 0, only: list[str] | None = None, *, git: bool = True
) -> None:
    """The repository and its answer key."""
    planned = plans(systems, seed)
    files = files_of(planned, seed)
    kinds = [EVERY[name] for name in only or []] or KINDS
    answers = plant(files, planned, kinds, faults or len(only or []), seed)
    write(out, files)
    write_key(out, answers)
    if git:
        commit(out)


if __name__ == "__main__":
    sys.exit(main())
