"""The answer that nearly every commit gets, with nothing imported that it doesn't need: no findings.

Everything else is for `placet check --staged` to say, which judges in the same way and knows how to show it.
"""

from __future__ import annotations

import os
from time import perf_counter

from placet.clock import now
from placet.errors import PlacetError
from placet.index.staged import check_staged
from placet.index.store import NoIndexError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def nothing_found() -> tuple[str, Callable[[], None]] | None:
    """What to print, and what to do once that is out; None when there is more to say than that nothing was found."""
    started = perf_counter()
    try:
        staged = check_staged(os.getcwd(), now().date())
    except (NoIndexError, PlacetError):
        return None
    if staged.findings:
        return None
    from placet.report.findings import Checked, as_text

    took = round(1000 * (perf_counter() - started))
    return as_text((), {}, Checked(staged.changed, staged.files, took, waived=staged.waived)), staged.afterwards
