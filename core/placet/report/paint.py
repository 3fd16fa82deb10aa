"""How text stands out on a terminal. Knows what a colour means here, never whether there is a terminal."""

from __future__ import annotations

from collections.abc import Callable

from placet.record import record


@record
class Paint:
    """How to make text stand out; the default leaves it as it is."""

    bad: Callable[[str], str] = str
    unsure: Callable[[str], str] = str
    faint: Callable[[str], str] = str
    good: Callable[[str], str] = str
