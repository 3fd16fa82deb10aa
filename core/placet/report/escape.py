"""Text from files, prompts, cases and models, made harmless where it is shown: on a terminal or in GitHub's Markdown.

Everything here is data until it went through one of these functions. What they promise in Markdown: data stays inside
code, or is plain words; it can't mention a person, refer to an issue, load an image, link, or start any structure.
"""

from __future__ import annotations

import re
from itertools import groupby

from placet.report.printable import printable

#: Characters that start Markdown inside a line. Words with stranger ones are shown as code.
_MARKS = re.compile(r"([*_\[\]~|])")  # noqa: TID251 - our own pattern
# Mentions, references, addresses, entities, HTML, mathematics, emoji names, escapes and commits.
_RISKY = re.compile(  # noqa: TID251 - our own pattern
    r"[@#$&<>\\^]|:(?=[\w+/-])|www\.|\b(?:gh|ghsa|cve)-|\b[0-9a-f]{7,64}\b", re.IGNORECASE
)
_MONEY = re.compile(r"\$\d[\d.,]*[;:)]*")  # noqa: TID251 - our own pattern
_NAME = re.compile(r"\w[\w .,=()%+-]{0,80}")  # noqa: TID251 - our own pattern
_OPENS_BLOCK = re.compile(r"[-+=*_>]+|\d+[.)]|\||:?-+:?")  # noqa: TID251 - our own pattern
_PARTS = re.compile(r"`([^`]*)`|(`)|([^\s`]+)|(\s+)")  # noqa: TID251 - our own pattern


class Safe(str):
    """Markdown that may be put out as it is: made here, or by us from nothing but constants."""

    __slots__ = ()


def clipped(text: str, longest: int) -> str:
    """The beginning of `text`, and how much more there is."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]}… ({len(text) - longest:,} more characters)"


def tick(text: str) -> str:
    """`text` in back ticks, for a sentence that `prose` or a terminal will show."""
    shown = printable(text).replace("`", "'")
    return f"`{shown}`"


def plain(sentence: str) -> str:
    """A sentence for a terminal: without the ticks that only Markdown needs."""
    return printable(sentence).replace("`", "")


def code(text: str) -> Safe:
    """A code span that `text` can't leave. Fit for a table cell too, where a pipe would part the cell."""
    shown = printable(text).replace("|", "¦").strip() or " "
    if not shown.strip():
        return Safe("(empty)")
    ticks = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return Safe(f"{ticks}{pad}{shown}{pad}{ticks}")


def prose(text: str) -> Safe:
    """A sentence: what stands in back ticks becomes code, and so does each word that Markdown could read as more."""
    parts = [part for match in _PARTS.finditer(printable(text).strip() or "(empty)") for part in _parts(match)]
    if not parts[0][0] and _OPENS_BLOCK.fullmatch(parts[0][1]):
        parts[0] = (True, parts[0][1])
    return Safe("".join(_shown(is_code, [part for _, part in run]) for is_code, run in groupby(parts, lambda p: p[0])))


def _parts(match: re.Match[str]) -> list[tuple[bool, str]]:
    """Whether it is shown as code, and the text; what ends a clause stays outside of the code."""
    quoted, tick_, word, space = match.groups()
    if quoted is not None:
        return [(True, quoted)]
    if word is None:
        return [(False, "'" if tick_ else space or "")]
    if not _RISKY.search(word) or _MONEY.fullmatch(word):
        return [(False, word)]
    kept = word.rstrip(",.;:")
    return [(True, kept), (False, word[len(kept) :])]


def _shown(is_code: bool, run: list[str]) -> str:
    """Neighbours that are code are one code span: two would touch, and read as something else."""
    text = "".join(run)
    return code(text) if is_code else _MARKS.sub(r"\\\1", text)


def name(text: str) -> Safe:
    """A name in a table: as it is if it is letters, digits and a little more, else code."""
    if not _NAME.fullmatch(text) or _RISKY.search(text):
        return code(text)
    return Safe(_MARKS.sub(r"\\\1", text))


def fence(text: str, language: str = "text") -> Safe:
    """A fenced block that `text` can't leave. Its lines stay lines."""
    shown = "\n".join(printable(line) for line in text.splitlines()) or " "
    ticks = "`" * max(3, _longest_run(shown) + 1)
    return Safe(f"{ticks}{language}\n{shown}\n{ticks}")


def html_code(text: str) -> Safe:
    """Code inside a line of HTML, such as the summary of a fold, where Markdown isn't read."""
    import html

    return Safe(f"<code>{html.escape(printable(text))}</code>")


def _longest_run(text: str) -> int:
    return max((len(list(run)) for letter, run in groupby(text) if letter == "`"), default=0)
