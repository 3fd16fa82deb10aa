"""How the demo shows itself: headings, sentences, and commands that really run, with the output they really have."""

from __future__ import annotations

import shlex
import subprocess
import sys
import textwrap
from pathlib import Path
from time import monotonic

from placet.cli.colour import wants_colour

_WIDTH = 100


class DemoError(Exception):
    """Something isn't as the demo says it is. The message says what, and what to look at."""


class Show:
    """Prints, and runs commands in `folder` until `seconds` are over."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self._folder = folder
        self._until = monotonic() + seconds
        self._bold, self._plain = ("\x1b[1m", "\x1b[0m") if wants_colour(sys.stdout) else ("", "")

    def heading(self, text: str) -> None:
        print(f"{self._bold}== {text}{self._plain}\n", flush=True)

    def say(self, text: str) -> None:
        print(textwrap.fill(text, _WIDTH, break_on_hyphens=False, break_long_words=False), end="\n\n", flush=True)

    def run(self, command: str, *, exits: int = 0, into: Path | None = None) -> None:
        """Show `command` and run it. Raises DemoError unless it exits as expected."""
        shown = command if into is None else f"{command} > {shlex.quote(str(into))}"
        print(f"{self._bold}$ {shown}{self._plain}", flush=True)
        code = self._code(command, into)
        if code != exits:
            raise DemoError(f"`{command}` ended with exit code {code}, and {exits} was expected")
        print(f"(exit code {code})\n" if exits else "", flush=True)

    def expect(self, command: str, *, exits: int, saying: str) -> None:
        """Run `command` unseen. Raises DemoError unless it exits and says as expected."""
        code, said = self._call(command, subprocess.PIPE)
        if code != exits or saying not in said:
            raise DemoError(f"`{command}` was expected to exit with {exits} and to say {saying}, not {code}:\n{said}")

    def _code(self, command: str, into: Path | None) -> int:
        if into is None:
            return self._call(command, None)[0]
        with into.open("wb") as file:
            return self._call(command, file.fileno())[0]

    def _call(self, command: str, stdout: int | None) -> tuple[int, str]:
        """The exit code, and what was said if `stdout` is a pipe."""
        words = shlex.split(command)
        left = max(1.0, self._until - monotonic())
        try:
            done = subprocess.run(
                words, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=stdout, timeout=left, check=False
            )
        except subprocess.TimeoutExpired:
            raise DemoError(f"`{command}` took too long; the machine may be busy, so try again") from None
        except FileNotFoundError:
            raise DemoError(f"{words[0]} is not installed; start the demo with: make demo") from None
        return done.returncode, (done.stdout or b"").decode(errors="replace")
