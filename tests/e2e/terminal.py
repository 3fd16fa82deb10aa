"""Somebody at a terminal: `placet` in a pseudo-terminal, with answers typed as they are asked for."""

from __future__ import annotations

import os
import pty
import select
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.e2e.command import Done, command

_PATIENCE = 60.0


def typed(folder: Path, arguments: Sequence[str], answers: Sequence[tuple[str, str]]) -> Done:
    """Run `placet ARGUMENTS`, and type each answer once its question has come. The terminal shows both streams."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        command(*arguments), cwd=folder, stdin=slave, stdout=slave, stderr=slave, env=os.environ | {"TERM": "dumb"}
    )
    os.close(slave)
    left, said, seen = list(answers), "", 0
    while part := _read(master):
        said += part
        while left and left[0][0] in said[seen:]:
            question, answer = left.pop(0)
            seen = said.index(question, seen) + len(question)
            os.write(master, f"{answer}\n".encode())
    code = process.wait(timeout=_PATIENCE)
    os.close(master)
    assert not left, (left, said)
    return Done(code, said.replace("\r\n", "\n"), "")


def _read(master: int) -> str:
    """What comes next; empty at the end."""
    ready, _, _ = select.select([master], [], [], _PATIENCE)
    assert ready, "nothing was said for a minute"
    try:
        return os.read(master, 65536).decode("utf-8", "replace")
    except OSError:  # the other end has closed
        return ""
