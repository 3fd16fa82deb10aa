"""Colour only where a person looks: on a terminal, and not against their wish (NO_COLOR, TERM=dumb)."""

from __future__ import annotations

import os
from functools import partial
from typing import TextIO

import click

from placet.report.paint import Paint


def wants_colour(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def paint(stream: TextIO) -> Paint:
    """Red for bad, yellow for unsure, green for good, and dim for what can wait."""
    if not wants_colour(stream):
        return Paint()
    return Paint(
        bad=partial(click.style, fg="red", bold=True),
        unsure=partial(click.style, fg="yellow"),
        faint=partial(click.style, dim=True),
        good=partial(click.style, fg="green"),
    )
