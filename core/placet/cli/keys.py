"""One key at a time from a terminal: what is typed ahead is kept, and keys that send several bytes are no letters."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty

_ESCAPE = 0x1B
#: How long the rest of an arrow key's bytes may take, in seconds.
_REST = 0.05


def read_key() -> str:
    """The key that is pressed next, in lower case; empty at the end of the input, `?` for what is no letter."""
    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    try:
        tty.setcbreak(handle, termios.TCSADRAIN)
        data = os.read(handle, 1)
        if not data or data[0] == 0x04:
            return ""
        if data[0] == _ESCAPE or data[0] > 0x7E:
            while select.select([handle], [], [], _REST)[0] and os.read(handle, 32):
                pass
            return "?"
        return data.decode("ascii").lower()
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
