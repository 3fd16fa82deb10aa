"""Text and values as a reason shows them: quoted, short, on one line that model output can't break."""

from __future__ import annotations

import json

from placet.model.run import Score

LONGEST = 120


def shown(value: object) -> str:
    """A JSON value, quoted if it is a string, cut to about `LONGEST` characters."""
    if isinstance(value, str):
        return f'"{clip(value)}"'
    return clip(json.dumps(value, ensure_ascii=False, default=str))


def clip(text: str, longest: int = LONGEST) -> str:
    """The beginning of a text; what can't be printed is escaped, half surrogates and direction marks too."""
    visible = text[: longest + 1]
    if not visible.isprintable():
        visible = "".join(char if char.isprintable() else _escaped(char) for char in visible)
    return visible if len(visible) <= longest else f"{visible[:longest]}…"


def verdict(passed: bool, why: str) -> Score:
    return Score(1.0 if passed else 0.0, why)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
