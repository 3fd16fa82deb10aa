"""What can be mended in a governed file without asking: a misspelling that can mean one thing only, and little else.

Pure: bytes and findings in, bytes out. Each fix replaces one word where it stands and leaves every other byte as it is.
The result is read again and counts only if it says exactly what was meant, and nothing worse. Whatever isn't
understood, such as an anchor, an escape or a file that doesn't parse, is left to a person.
"""

from __future__ import annotations

from placet.findings import Finding
from placet.fixes_candidates import Candidate, candidates
from placet.fixes_read import Reading, problems_of, reading_of
from placet.parse.kinds import Kind, kind_of, limit_of
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

#: Not ours to mend: formats of others, what people said, and what tools measured.
_OTHERS = {Kind.PROMPT, Kind.WORKFLOW, Kind.CODEOWNERS, Kind.KEY, Kind.PRICES, Kind.RECORDED, Kind.LABELS}
FIXABLE = frozenset(Kind) - _OTHERS
_BOM = b"\xef\xbb\xbf"


@record
class Fix:
    """That a finding is mended, and how, as a piece of a sentence."""

    finding: Finding
    what: str


@record
class Mended:
    data: bytes
    fixes: tuple[Fix, ...]


def fixed(path: str, data: bytes, findings: Sequence[Finding]) -> bytes | None:
    """The file with what is safe to mend mended; None when there is nothing of that."""
    mended = mend(path, data, findings)
    return mended.data if mended else None


def mend(path: str, data: bytes, findings: Sequence[Finding]) -> Mended | None:
    """The same, with what was done. Mends only what `findings` name; nothing new that a fix uncovers."""
    kind = kind_of(path)
    own = [finding for finding in findings if finding.path == path]
    if kind not in FIXABLE or not own or len(data) > limit_of(path):
        return None
    reading = reading_of(path, kind, data)
    if reading is None:
        return None
    done: list[Fix] = []
    # From the end to the beginning, so that the places above stay what they are.
    for candidate in sorted(candidates(reading, own), key=lambda one: (one.start, one.end), reverse=True):
        after = _applied(reading, candidate)
        if after is not None:
            reading = after
            done.append(Fix(candidate.finding, candidate.what))
    bom = _BOM if data.startswith(_BOM) else b""
    return Mended(bom + reading.text.encode("utf-8"), tuple(reversed(done))) if done else None


def _applied(reading: Reading, candidate: Candidate) -> Reading | None:
    """The file with one fix, or None if it then doesn't say what was meant."""
    text = reading.text[: candidate.start] + candidate.text + reading.text[candidate.end :]
    after = reading_of(reading.path, reading.kind, text.encode("utf-8"))
    meant = [
        candidate.meant(tree.value) if row == candidate.row else tree.value for row, tree in enumerate(reading.trees)
    ]
    if after is None or repr([tree.value for tree in after.trees]) != repr(meant) or after.broken != reading.broken:
        return None
    before = {(candidate.moved(keys), problem) for keys, problem in problems_of(reading, candidate.row)}
    new = [one for one in problems_of(after, candidate.row) if one not in before]
    return after if all(candidate.uncovers(*one) for one in new) else None
