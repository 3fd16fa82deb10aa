"""Rules about CODEOWNERS. Who exists and may approve is GitHub's to say; here only what GitHub would load is judged."""

from __future__ import annotations

from collections.abc import Iterator

from placet.codeowners.owners import LOCATIONS
from placet.findings import Position
from placet.rules.problem import Check, Problem


def lines_load(check: Check) -> Iterator[Problem]:
    """GitHub skips such a line in silence, and its paths fall to the owners of an earlier line, or to nobody."""
    path = next((place for place in LOCATIONS if place in check.snapshot.files), "")
    if path and check.snapshot.files[path].data is None:
        return  # said already
    for error in check.snapshot.codeowners.errors:
        advice = "correct the line: GitHub leaves it out, and a change to the paths that it speaks of can't be decided"
        yield Problem(path, Position(error.line, error.column), error.message, help=advice)
