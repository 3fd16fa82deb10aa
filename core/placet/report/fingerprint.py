"""What makes a finding the same one after an edit elsewhere: its rule, file, message and line of text, not its number.

Pure. Tells apart what a range of commits brought from what was there, and gives code scanning its key.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from placet.report.findings import lines_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from placet.findings import Finding


def fingerprints(findings: Sequence[Finding], sources: Mapping[str, str]) -> Iterator[str]:
    """A digest for each finding, with its number among equal ones behind a colon."""
    seen: Counter[str] = Counter()
    for path, group in groupby(findings, lambda finding: finding.path):
        lines = lines_of(sources.get(path, ""))
        for finding in group:
            one = _digest(finding, lines)
            seen[one] += 1
            yield f"{one}:{seen[one]}"


def _digest(finding: Finding, lines: Sequence[str]) -> str:
    from hashlib import sha256
    from re import sub

    line = finding.position.line
    text = " ".join(lines[line - 1].split()) if 1 <= line <= len(lines) else ""
    message = sub(r"\bline \d+", "line", finding.message)  # "first at line 3"
    one = sha256()
    for part in (finding.rule, finding.path, message, text):
        one.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return one.hexdigest()[:16]
