"""The texts that are shipped, with `@@name@@` where an answer goes. Every answer is put in as data, never as YAML."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

_MARK = re.compile(r"@@([a-z_]{1,30})@@")  # noqa: TID251
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]{0,200}")  # noqa: TID251
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan"})


@cache
def template(name: str) -> str:
    return files("placet.scaffold").joinpath("templates", *name.split("/")).read_text("utf-8")


def template_names(folder: str) -> tuple[str, ...]:
    """The files of a folder of templates, by name."""
    found = files("placet.scaffold").joinpath("templates", *folder.split("/")).iterdir()
    return tuple(sorted(f"{folder}/{entry.name}" for entry in found if entry.is_file()))


def filled(text: str, **values: str) -> str:
    """`text` with each mark replaced; a mark without a value is a mistake of ours."""
    return _MARK.sub(lambda match: values[match[1]], text)


def scalar(text: str) -> str:
    """`text` as a YAML scalar: plain where nothing could read it otherwise, else in double quotes, which are JSON's."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """A JSON string, which YAML 1.2 reads alike, with no character in it that YAML would refuse."""
    shown = json.dumps(text, ensure_ascii=False)
    return "".join(char if _is_printable(char) else json.dumps(char)[1:-1] for char in shown)


def _is_printable(char: str) -> bool:
    return " " <= char <= "~" or (char.isprintable() and char != "\N{ZERO WIDTH NO-BREAK SPACE}") or ord(char) > 0xFFFF
