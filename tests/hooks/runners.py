"""The runners that people have: pre-commit and prek, with our manifest and the environment of these tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.repository import Repo, dumped

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
COMMANDS = {"pre-commit": [sys.executable, "-m", "pre_commit"], "prek": [str(BIN / "prek")]}
STAGES = ("pre-commit", "pre-merge-commit", "commit-msg", "pre-push")


class Runner:
    """A runner with a cache of its own. Its hooks come from a repository, and run in this environment: no network."""

    def __init__(self, name: str, home: Path) -> None:
        self.name = name
        self._environ = {
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "PREK_HOME": str(home / "prek"),
            "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]),
        }
        self._package = Repo(home / "package")
        shutil.copyfile(ROOT / ".pre-commit-hooks.yaml", self._package.path / ".pre-commit-hooks.yaml")
        self._package.commit("The manifest")

    def configure(self, repo: Repo, ids: Sequence[str]) -> None:
        """Commit a configuration with these hooks of the manifest, and have git call them."""
        hooks = [{"id": id, "language": "system"} for id in ids]
        ours = {"repo": str(self._package.path), "rev": self._package.head, "hooks": hooks}
        repo.commit("Configure", {".pre-commit-config.yaml": dumped({"repos": [ours]})})
        done = self.run(repo, "install", *(f"--hook-type={stage}" for stage in STAGES))
        assert done[0] == 0, done

    def run(self, repo: Repo, *arguments: str) -> tuple[int, str]:
        return self._done([*COMMANDS[self.name], *arguments], repo)

    def git(self, repo: Repo, *arguments: str) -> tuple[int, str]:
        return self._done(["git", *arguments], repo)

    def _done(self, command: list[str], repo: Repo) -> tuple[int, str]:
        """Its exit code, and all that was said."""
        done = subprocess.run(
            command,
            cwd=repo.path,
            env=os.environ | self._environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        said = done.stdout.decode(errors="replace")
        assert "Traceback" not in said
        return done.returncode, said
