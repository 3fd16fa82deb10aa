"""Hold what a check finds against the answer key."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.corpus.damage import Answer

_MOST = 20  # false findings that are shown one by one


@dataclass(frozen=True, slots=True)
class Score:
    """`elsewhere`: found by its rule in its file, at another place. `false`: nobody planted it."""

    exact: tuple[Answer, ...]
    elsewhere: tuple[tuple[Answer, Answer], ...]
    missed: tuple[Answer, ...]
    false: tuple[Answer, ...]

    @property
    def perfect(self) -> bool:
        return not (self.elsewhere or self.missed or self.false)

    def as_text(self) -> str:
        planted = len(self.exact) + len(self.elsewhere) + len(self.missed)
        lines = [f"{len(self.exact)} of {planted} faults found at their exact place, {len(self.false)} false findings"]
        lines += [f"  missed     {_shown(one)}  ({one.kind})" for one in self.missed]
        lines += [
            f"  elsewhere  {_shown(one)}  found at {at.line}:{at.column}  ({one.kind})" for one, at in self.elsewhere
        ]
        lines += [f"  false      {_shown(one)}  {one.kind}" for one in self.false[:_MOST]]
        rest = Counter(one.rule for one in self.false[_MOST:])
        lines += [f"  false      {count:,} more of {rule}" for rule, count in sorted(rest.items())]
        return "\n".join(lines)


def _shown(answer: Answer) -> str:
    return f"{answer.path}:{answer.line}:{answer.column}: {answer.rule}"


def score(key: Sequence[Answer], found: Iterable[Answer]) -> Score:
    """Each finding counts once: one that is said twice is false the second time."""
    left = Counter(found)
    messages = {one: one for one in left}
    exact = tuple(one for one in key if _take(left, one))
    missed, elsewhere = [], []
    for one in (one for one in key if one not in exact):
        near = next((other for other in left.elements() if (other.path, other.rule) == (one.path, one.rule)), None)
        if near is None:
            missed.append(one)
        else:
            _take(left, near)
            elsewhere.append((one, messages[near]))
    return Score(exact, tuple(elsewhere), tuple(missed), tuple(sorted(left.elements())))


def _take(left: Counter[Answer], one: Answer) -> bool:
    if left[one] == 0:
        return False
    left[one] -= 1
    return True


def key_path(out: Path) -> Path:
    return out.with_name(f"{out.name}.answers.json")


def write_key(out: Path, answers: Sequence[Answer]) -> None:
    key_path(out).write_text(json.dumps([asdict(answer) for answer in answers], indent=1) + "\n")


def read_key(out: Path) -> list[Answer]:
    path = key_path(out)
    return [Answer(**answer) for answer in json.loads(path.read_text())] if path.exists() else []


def found_in(out: Path, *options: str) -> list[Answer]:
    """What `placet check` finds there. Raises CalledProcessError when it can't judge."""
    command = [sys.executable, "-m", "placet", "check", "--format", "json", *options]
    done = subprocess.run(command, check=False, cwd=out, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return [
        Answer(path, one["line"], one["column"], one["rule"], one["message"])
        for path, findings in json.loads(done.stdout)["findings"].items()
        for one in findings
    ]
