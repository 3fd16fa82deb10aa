"""The rule that no governed file holds a secret, and what keeps a secret out of every report."""

from __future__ import annotations

from placet.findings import Finding, Position
from placet.record import replace
from placet.rules.problem import Check, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from placet.parse.snapshot import Snapshot

_BOM = b"\xef\xbb\xbf"
_SHORTEST = 6  # characters; what is shorter stands in other words as well
HIDDEN = "..."


def none_in_files(check: Check) -> Iterator[Problem]:
    """Asked for by policy: without what looks for secrets this ends the check, and never passes."""
    settings = check.snapshot.settings
    if settings is None or not settings.secrets:
        return
    from placet.secrets import secrets_in

    advice = "revoke it, since history keeps it, and name an environment variable instead; an invented one says EXAMPLE"
    for path, file in check.snapshot.files.items():
        data = file.data or b""
        for secret in secrets_in(data):
            position = _position(data, secret.start, secret.end)
            yield Problem(path, position, f"{secret.what} stands here", help=advice, secret=True)


def _position(data: bytes, start: int, end: int) -> Position:
    line_start = data.rfind(b"\n", 0, start) + 1
    before = data[line_start:start].removeprefix(_BOM if line_start == 0 else b"")
    first = data[start:end].partition(b"\n")[0].rstrip()
    return Position(data.count(b"\n", 0, start) + 1, _length(before) + 1, max(1, _length(first)))


def _length(data: bytes) -> int:
    return len(data.decode("utf-8", "replace"))


def without_secrets(findings: Iterable[Finding], snapshot: Snapshot) -> list[Finding]:
    """The same findings, none of which quotes what another one calls a secret."""
    every = list(findings)
    hidden = {text for finding in every if finding.secret for text in _texts(finding, snapshot)}
    return [_without(finding, hidden) for finding in every] if hidden else every


def _texts(finding: Finding, snapshot: Snapshot) -> Iterator[str]:
    file = snapshot.files.get(finding.path)
    lines = (file.data or b"").removeprefix(_BOM).split(b"\n") if file else []
    at = finding.position
    if at.line <= len(lines):
        text = lines[at.line - 1].decode("utf-8", "replace")[at.column - 1 : at.column - 1 + at.width]
        if len(text) >= _SHORTEST:
            yield text.strip("\"'")


def _without(finding: Finding, hidden: set[str]) -> Finding:
    """Other messages may quote the beginning of a long value: then its first piece is what gives it away."""
    message, note, help_ = finding.message, finding.note, finding.help
    for text in sorted(hidden, key=len, reverse=True):
        for piece in (text, text[:40]):
            message, note, help_ = (one.replace(piece, HIDDEN) for one in (message, note, help_))
    return replace(finding, message=message, note=note, help=help_)
