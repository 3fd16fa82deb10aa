"""Sources as they may be shown: what a finding calls a secret is covered, wherever in the file an excerpt is taken.

Everything else stays at its line and column, so that carets still point at it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from placet.findings import Finding

COVER = "*"
_KEY_ENDS = "-----END"
_LONGEST_KEY = 200  # lines
_SHORTEST = 6  # characters; what is shorter stands in other words as well


def masked(findings: Iterable[Finding], sources: Mapping[str, str]) -> Mapping[str, str]:
    """`sources` with the secrets of `findings` covered."""
    secret = [finding for finding in findings if finding.secret and finding.path in sources]
    if not secret:
        return sources
    shown = dict(sources)
    for path in {finding.path for finding in secret}:
        lines = shown[path].split("\n")
        pieces = {piece for finding in secret if finding.path == path for piece in _cover(lines, finding)}
        shown[path] = _without(pieces, "\n".join(lines))
    return shown


def _cover(lines: list[str], finding: Finding) -> Iterable[str]:
    """Cover it where it stands; and what stood there, since it may stand elsewhere too."""
    at = finding.position
    if not 1 <= at.line <= len(lines):
        return
    line, start = lines[at.line - 1], at.column - 1
    bom = 1 if at.line == 1 and line.startswith("\N{ZERO WIDTH NO-BREAK SPACE}") else 0
    start += bom
    piece = line[start : start + at.width]
    lines[at.line - 1] = line[:start] + COVER * len(piece) + line[start + at.width :]
    if "PRIVATE KEY" in line:  # which goes on below
        for number in range(at.line, min(at.line + _LONGEST_KEY, len(lines))):
            if _KEY_ENDS in lines[number]:
                break
            lines[number] = COVER * len(lines[number])
    yield piece


def _without(pieces: set[str], text: str) -> str:
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, COVER * len(piece)) if len(piece) >= _SHORTEST else text
    return text
