"""5,000 rules of a CODEOWNERS file against 20,000 paths, honest and hostile, as ratios to the least there is to do.

The floor reads the same two files and looks up each folder above each path in a dictionary: what a matcher that knew no
globs would do. git's check-ignore reads the same patterns with nearly the same meaning, in C, for the mixes that don't
take it minutes.
"""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from string import ascii_lowercase

from bench.targets import at_most
from bench.timing import Lane, in_turn, median, ratio

RULES, PATHS = 5_000, 20_000
RUNS = 3
_ASK = "import sys; from bench.owners import ask; ask(*sys.argv[1:])"
_FLOOR = "import sys; from bench.owners import floor; floor(*sys.argv[1:])"

Mix = tuple[list[str], list[str]]
Draw = random.Random


def _word(draw: Draw, length: int, letters: str = ascii_lowercase) -> str:
    return "".join(draw.choice(letters) for _ in range(length))


def register(draw: Draw) -> Mix:
    """A line for each system and each prompt folder, as a large register has them."""
    rules = ["*", *(f"/systems/s{n}/" for n in range(RULES // 2)), *(f"/prompts/s{n}/" for n in range(RULES // 2 - 4))]
    files = ("system.yaml", "evals/core.yaml", "documents/model-card.md", "waivers/w.yaml")
    paths = [f"systems/s{n}/{name}" for n in range(PATHS // 4) for name in files]
    return [*rules, "/systems/*/waivers/", "/policies/", "/.github/"], paths


def endings(draw: Draw) -> Mix:
    """`*.something`, all of them different."""
    return [f"*.ext{n}" for n in range(RULES)], [f"src/d{n % 99}/f{n}.ext{draw.randrange(9_999)}" for n in range(PATHS)]


def pieces(draw: Draw) -> Mix:
    """`*abc*def*`, and names that hold many of these pieces."""
    rules = [f"*{_word(draw, 3)}*{_word(draw, 3)}*" for _ in range(RULES)]
    return rules, [f"d/{''.join(draw.choice(rules).replace('*', '') for _ in range(5))}{n}" for n in range(PATHS)]


def letters(draw: Draw) -> Mix:
    """`*a*b*c*d*e*f*g*h*` against names in which every letter stands."""
    rules = ["*" + "*".join(draw.sample(ascii_lowercase, 8)) + "*" for _ in range(RULES)]
    return rules, ["d/" + "".join(draw.sample(ascii_lowercase, 26)) for _ in range(PATHS)]


def questions(draw: Draw) -> Mix:
    """`???a??b????c???`, of one length."""
    rules = []
    for _ in range(RULES):
        row = ["?"] * 15
        for at in draw.sample(range(15), 3):
            row[at] = draw.choice("abc")
        rules.append("".join(row))
    return rules, [f"d/{_word(draw, 15, 'abcd')}" for _ in range(PATHS)]


def gaps(draw: Draw) -> Mix:
    """`*a??????b*`: question marks that could stand anywhere."""
    rules = [f"*{a}{'?' * n}{b}*" for n in range(8) for a, b in itertools.product(ascii_lowercase, repeat=2)]
    return rules[:RULES], [f"d/{_word(draw, 20)}" for _ in range(PATHS)]


def folders(draw: Draw) -> Mix:
    """`**/a/**/b/**/a/.../z` over two names, and paths of those names 24 deep."""
    rules: dict[str, None] = {}
    while len(rules) < RULES:
        rules["**/" + "/**/".join(_word(draw, 13, "ab")) + "/z"] = None
    return list(rules), ["/".join(_word(draw, 24, "ab")) + f"/f{n}" for n in range(PATHS)]


def lattice(draw: Draw) -> Mix:
    """Every row of six out of five globs that all fit the same names, which are all different."""
    rows = list(itertools.product(["a*", "*a", "*a*", "*", "?*"], repeat=6))
    rules = ["/" + "/".join(row) + "/z" for row in draw.sample(rows, RULES)]
    deep = ["/".join(f"a{draw.randrange(10**6)}a" for _ in range(6)) for _ in range(PATHS)]
    return rules, [f"{path}/f" for path in deep]


def everything(draw: Draw) -> Mix:
    """Thousands of rules that match every path."""
    words = ("".join(word) for word in itertools.product("ab", repeat=5))
    globs = ["*" + "*".join(word) + "*" for word in words]
    rules = [f"**/{a}/**/{b}" for a, b in itertools.product(globs, repeat=2)] + [f"**/{a}/" for a in globs]
    return (rules * 5)[:RULES], [f"{'ab' * 9}/{n}{'ab' * 9}" for n in range(PATHS)]


def one_long(draw: Draw) -> Mix:
    """Two endless patterns among thousands of short ones, and names of 250 letters."""
    hostile = ["*" + "?" * 200 + "a*b", "**/" + "a/**/" * 200 + "b"]
    return [*hostile, *(f"/s{n}/" for n in range(RULES - 2))], [
        f"{_word(draw, 250, 'cd')}/{'a/' * 5}{n}" for n in range(PATHS)
    ]


def deep(draw: Draw) -> Mix:
    """Twelve folders down, few of them different."""
    rules = ["/" + "/".join(f"d{(n + at) % 7}" for at in range(12)) + f"/x{n}" for n in range(RULES)]
    return rules, ["/".join(f"d{draw.randrange(7)}" for _ in range(12)) + f"/x{n}" for n in range(PATHS)]


MIXES: tuple[Callable[[Draw], Mix], ...] = (
    register, endings, pieces, letters, questions, gaps, folders, lattice, everything, one_long, deep,
)  # fmt: skip
_FOR_GIT = (register, endings, deep)


def main() -> None:
    print(f"CODEOWNERS: {RULES:,} rules x {PATHS:,} paths, whole processes, paths in the order of git")
    print(f"  {'':<12}{'wall s':>9}{'cpu s':>9}{'MiB':>7}{'x floor':>9}{'x git':>9}")
    worst = 0.0
    for mix in MIXES:
        with tempfile.TemporaryDirectory() as folder:
            worst = max(worst, _measured(mix, Path(folder)))
    target = at_most("the slowest mix, CPU", 2, worst, "s")
    print(f"  {target.what}: {worst:.2f} s, wanted {target.wanted}: {'met' if target.met else 'MISSED'}")


def _measured(mix: Callable[[Draw], Mix], folder: Path) -> float:
    rules, paths = mix(random.Random(1))
    owners, asked = folder / "CODEOWNERS", folder / "paths"
    owners.write_text("".join(f"{pattern} @org/team-{n % 50}\n" for n, pattern in enumerate(rules)))
    asked.write_text("\n".join(sorted(paths)))
    lanes: dict[str, Lane] = {
        "floor": Lane([sys.executable, "-c", _FLOOR, str(owners), str(asked)]),
        "ours": Lane([sys.executable, "-c", _ASK, str(owners), str(asked)]),
    }
    if mix in _FOR_GIT:
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        (folder / ".git/info/exclude").write_text("".join(f"{pattern}\n" for pattern in rules))
        command = f"git check-ignore --no-index --stdin < {asked}"
        lanes["git"] = Lane(["sh", "-c", command], cwd=folder, exits=frozenset({0, 1}))
    found = in_turn(lanes, RUNS)
    ours = found["ours"]
    against = f"{ratio(ours, found['git']):>9.2f}" if "git" in found else ""
    wall, cpu, peak = (median(ours, what) for what in ("wall", "cpu", "peak"))
    print(f"  {mix.__name__:<12}{wall:>9.2f}{cpu:>9.2f}{peak:>7.0f}{ratio(ours, found['floor']):>9.1f}{against}")
    return cpu


def ask(owners: str, asked: str) -> None:
    """Ours, whole: read, parse, look up."""
    from placet.codeowners.owners import parse

    found = parse(Path(owners).read_bytes())
    assert not found.errors, found.errors[:1]
    for path in Path(asked).read_text().split("\n"):
        found.rule_of(path)


def floor(owners: str, asked: str) -> None:
    """The least: every path, every folder above it, one dictionary."""
    lines = Path(owners).read_text().split("\n")
    known = {line.split(" ")[0].strip("/"): number for number, line in enumerate(lines)}
    for path in Path(asked).read_text().split("\n"):
        end = len(path)
        while end > 0:
            known.get(path[:end])
            end = path.rfind("/", 0, end)


if __name__ == "__main__":
    main()
