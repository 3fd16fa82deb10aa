"""The unified difference of two texts, for people."""

from __future__ import annotations

from difflib import unified_diff


def unified(old: str, new: str, path: str) -> str:
    lines = unified_diff(old.splitlines(), new.splitlines(), f"a/{path}", f"b/{path}", lineterm="", n=3)
    return "\n".join(lines)
