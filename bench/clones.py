"""Made-up repositories on disk, each brought back before each run to the state that its measurement begins in."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bench.corpus.plan import WAIVED_CONTROL

SEED = 1
CONTROL = f"policies/controls/{WAIVED_CONTROL}.yaml"
_SQLITE = b"SQLite format 3\0"
_FRESH = count(1_000)


@dataclass(frozen=True, slots=True)
class Clone:
    """One repository. `check` is the command that judges what is staged, and learns."""

    path: Path
    check: Sequence[str] = field(repr=False, default=())

    def git(self, *arguments: str) -> str:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, env=environ, check=True, capture_output=True, text=True
        )
        return done.stdout

    def learn(self) -> None:
        """Whatever a check of this state leaves behind for the next one; findings are fine."""
        done = subprocess.run(self.check, cwd=self.path, capture_output=True, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{self.path}: {done.stderr.decode()}")

    def change(self, files: Sequence[str]) -> None:
        """Stage content of `files` that nobody has seen before."""
        for name in files:
            path = self.path / name
            lines = path.read_bytes().splitlines(keepends=True)
            lines = [b"cost_center: CC-%d\n" % next(_FRESH) if line[:12] == b"cost_center:" else line for line in lines]
            path.write_bytes(b"".join(lines))
        self.git("add", "--", *files)

    def delete_control(self) -> None:
        """Stage that the control is gone, in a repository whose last check saw it."""
        if not (self.path / CONTROL).exists():
            self.git("reset", "--quiet", "HEAD", "--", CONTROL)
            self.git("checkout", "--quiet", "--", CONTROL)
            self.learn()
        self.git("rm", "--quiet", "--", CONTROL)

    def index(self) -> Path | None:
        """The SQLite file that a check left under the git directory."""
        inside = [path for path in (self.path / ".git").rglob("*") if "placet" in str(path.relative_to(self.path))]
        return next((path for path in sorted(inside) if path.is_file() and _is_sqlite(path)), None)

    def forget(self) -> None:
        """As after a fresh clone: nothing has been learned."""
        index = self.index()
        for path in [] if index is None else index.parent.glob(f"{index.name}*"):
            path.unlink()

    def systems(self, wanted: int) -> list[str]:
        """Registrations that no document judges, from all over the repository, as editors write them today."""
        paths = sorted((self.path / "systems").glob("*/system.yaml"))
        plain = [path for path in paths if not (path.parent / "documents").exists() and _is_plain(path)]
        step = max(1, len(plain) // wanted)
        return [path.relative_to(self.path).as_posix() for path in plain[::step][:wanted]]


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _is_plain(path: Path) -> bool:
    data = path.read_bytes()
    return b"\r" not in data and data[:1] == b"#"


def corpus(folder: Path, systems: int) -> Path:
    """A clean repository, kept for the next time. Made in a process of its own: this one has to stay small."""
    path, made = folder / f"{systems}", folder / f"{systems}.made"
    if not made.exists() or made.read_text() != _sources():
        command = [sys.executable, "-m", "bench.corpus", str(path), "--systems", str(systems), "--seed", str(SEED)]
        subprocess.run(command, check=True)
        subprocess.run(["git", "repack", "-a", "-d", "--quiet"], cwd=path, check=True)  # as whoever clones it has it
        made.write_text(_sources())
    return path


def _sources() -> str:
    """What says whether a corpus would come out otherwise today."""
    files = sorted((Path(__file__).parent / "corpus").rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def clone(source: Path, path: Path, check: Sequence[str]) -> Clone:
    """A new clone with a working tree; objects are shared."""
    if path.exists():
        shutil.rmtree(path)
    subprocess.run(["git", "clone", "--quiet", "--local", "--shared", str(source), str(path)], check=True)
    made = Clone(path, check)
    made.git("config", "gc.auto", "0")
    return made
