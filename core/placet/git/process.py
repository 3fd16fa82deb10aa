"""Run git: a clean environment, no program of the repository's choosing, and its answers taken apart by NUL bytes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from placet.errors import PlacetError
from placet.git.environment import NO_PROGRAMS, environment

_OFF = "PLACET_GIT_OFF"
_UNFETCHED = re.compile(rb"could not fetch ([0-9a-f]{40,64}) from promisor remote")  # noqa: TID251

_Done = subprocess.CompletedProcess[bytes]


class Git:
    """Git in one folder. Raises PlacetError when a command fails, unless the caller wants to see for itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environ = environment()

    def run(
        self, *arguments: str, input: bytes = b"", environ: Mapping[str, str] | None = None, check: bool = True
    ) -> _Done:
        try:
            done = subprocess.run(
                ["git", *NO_PROGRAMS, *arguments],
                cwd=self._folder,
                env=self._environ | dict(environ or {}),
                input=input,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            raise PlacetError("git isn't installed, or isn't on PATH", help="install git 2.38 or later") from None
        if check and done.returncode:
            raise _failed(arguments, done.stderr)
        return done

    def text(self, *arguments: str) -> str:
        return path_of(self.run(*arguments).stdout).strip()

    def run_without(self, keys: str, value: str, *arguments: str, check: bool = True) -> _Done:
        """Run with each configured key that matches `keys` set to `value`, whatever its name: it may hold an `=`."""
        found = self.run("config", "--name-only", "-z", "--get-regexp", keys, check=False).stdout
        options = [f"--config-env={path_of(name)}={_OFF}" for name in dict.fromkeys(records(found))]
        return self.run(*options, *arguments, environ={_OFF: value}, check=check)


def records(out: bytes) -> list[bytes]:
    """What `-z` separates."""
    return [record for record in out.split(b"\0") if record]


def path_of(record: bytes) -> str:
    """A path as git has it; bytes that aren't UTF-8 survive the round trip."""
    return record.decode("utf-8", "surrogateescape")


def missing(id: str) -> PlacetError:
    """What to say when this clone lacks an object."""
    return PlacetError(f"object {id[:12]} is missing from this clone", help="fetch it: git fetch --refetch")


def _failed(arguments: tuple[str, ...], stderr: bytes) -> PlacetError:
    unfetched = _UNFETCHED.search(stderr)
    if unfetched:
        return missing(unfetched[1].decode())
    name = next((word for word in arguments if not word.startswith("-")), "")
    return PlacetError(f"git {name} failed: {first_line(stderr)}")


def first_line(stderr: bytes) -> str:
    """What went wrong, in git's words; warnings and advice around it left out."""
    lines = [line for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("fatal: ", "error: "))] or lines
    return told[0].removeprefix("fatal: ").removeprefix("error: ") if told else "no message"
