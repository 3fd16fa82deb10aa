"""The real command line: `placet` as a process of its own, as a user starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

#: A start of `placet` in which some modules aren't installed.
_WITHOUT = """\
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
from placet.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "placet", *arguments]


def placet(folder: Path, *arguments: str, environ: Mapping[str, str] | None = None) -> Done:
    """`placet ARGUMENTS` in `folder`, with nobody at a terminal."""
    return _done(command(*arguments), folder, environ or {})


def placet_without(modules: Sequence[str], folder: Path, *arguments: str) -> Done:
    """The same where `modules` aren't installed."""
    return _done([sys.executable, "-c", _WITHOUT.format(names=set(modules)), *arguments], folder, {})


def _done(words: Sequence[str], folder: Path, environ: Mapping[str, str]) -> Done:
    done = subprocess.run(
        words,
        cwd=folder,
        env=os.environ | environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def judged(done: Done) -> Done:
    """`done`, once it is clear that no traceback and no bug of ours is in it."""
    assert "Traceback" not in done.said, done.said
    assert "this is a bug of ours" not in done.said, done.said
    return done
