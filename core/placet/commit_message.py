"""Whether a commit message gives the reason that a change to policies needs: a trailer, `Reason: why`.

Trailers are read as `git interpret-trailers --no-divider` reads them with its own settings, so that
`git log --format='%(trailers:key=Reason)'` shows every reason later. Pure: the message, the changed paths and what
history says come in as values.
"""

from __future__ import annotations

from placet.codeowners.owners import LOCATIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KEY = "Reason"
#: A change below one of these needs a reason.
GOVERNED = ("policies", *LOCATIONS)

_SCISSORS = "------------------------ >8 ------------------------"
_GENERATED = ("Signed-off-by: ", "(cherry picked from commit ")
_FOLDED = ("fixup! ", "squash! ")
_PREFIXES = (*_FOLDED, "amend! ")
_SPACE = " \t\r\n"
_SHOWN = 5
#: What git tries for `core.commentChar=auto`.
_CANDIDATES = "#;@!$%^&|:"


def reason(message: str, comment: str = "#") -> str:
    """The message's reason in one line, or nothing. A value without a letter is none."""
    values = (value for key, value in trailers(message, comment) if key.lower() == KEY.lower())
    return next((value for value in values if any(letter.isalpha() for letter in value)), "")


def trailers(message: str, comment: str = "#") -> list[tuple[str, str]]:
    """Every key and its value, unfolded, in order."""
    lines = _without_tail(_above_scissors(message, comment), comment)
    found: list[tuple[str, str]] = []
    continues = False
    for line in lines[_start_of_trailers(lines, comment) :]:
        if continues and line[:1] in tuple(_SPACE):
            key, value = found[-1]
            found[-1] = (key, f"{value} {line.strip(_SPACE)}".strip(_SPACE))
            continue
        end = _separator(line)
        continues = end >= 1
        if continues:
            found.append((line[:end].strip(_SPACE), line[end + 1 :].strip(_SPACE)))
    return found


def misplaced(message: str, comment: str = "#") -> int:
    """The first line that starts like a reason, counted from 1; 0 when there is none."""
    start = f"{KEY.lower()}:"
    lines = _above_scissors(message, comment)
    return next((number for number, line in enumerate(lines, 1) if line.lower().startswith(start)), 0)


def is_empty(message: str, comment: str = "#") -> bool:
    """Whether nothing is left without comments: git gives such a commit up by itself."""
    return not _subject(message, comment)


def folds_into(message: str, comment: str = "#") -> str:
    """The subject of the commit that a `fixup!` or `squash!` names; nothing for any other message."""
    subject = _subject(message, comment)
    if not subject.startswith(_FOLDED):
        return ""
    while subject.startswith(_PREFIXES):
        subject = subject.partition(" ")[2].lstrip(_SPACE)
    return subject


def reason_of_target(target: str, history: Iterable[tuple[str, str]]) -> str:
    """The reason of the first commit, as (id, message), that `target` names as `git rebase --autosquash` reads it."""
    by_id = len(target) >= 7 and not set(target) - set("0123456789abcdef")
    for id, message in history:
        subject = _subject(message, "\0")
        if subject.startswith(_PREFIXES):
            continue
        if subject.startswith(target) or (by_id and id.startswith(target)):
            return reason(message, "\0")
    return ""


def restores(message: str) -> str:
    """The revision whose content a revert says that it brings back, from git's own words; nothing if it isn't one."""
    from re import search

    id = r"([0-9a-f]{40}|[0-9a-f]{64})"
    merge = search(rf"(?m)^This reverts commit {id}, reversing\s+changes made to {id}\.", message)
    if merge:
        return merge[2]
    plain = search(rf"(?m)^This reverts commit {id}\.", message)
    return f"{plain[1]}^" if plain else ""


def comment_of(configured: str, message: str) -> str:
    """What starts a comment. For `auto` git doesn't say what it took: it is what its last lines begin with."""
    if configured != "auto":
        return configured or "#"
    lines = [line for line in message.splitlines() if line.strip()]
    cut = next((line[0] for line in lines if line[1:] == f" {_SCISSORS}"), "")
    last = lines[-1][0] if lines else "#"
    return cut or (last if last in _CANDIDATES else "#")


def complaint(message: str, paths: Sequence[str], comment: str = "#") -> tuple[str, str]:
    """What is wrong with a message that gives no reason for changing `paths`, and what to do."""
    shown = "".join(f"\n    {path}" for path in paths[:_SHOWN])
    more = f"\n    and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    line = misplaced(message, comment)
    what = f"a change to policies needs a reason, and this message gives none{shown}{more}"
    if not line:
        return what, f"end the message with an empty line and then the reason, like this:{_EXAMPLE}"
    return what, f"line {line} starts like a reason and isn't one as git reads it: {_WHERE}{_EXAMPLE}"


_WHERE = "it has to say something, and\n  to stand in the last paragraph, among nothing but lines of its kind:"
_EXAMPLE = f"""

    Ask for more of tier medium

    {KEY}: the audit of October found wrong answers that 0.10 lets through
"""


# -- as git reads a message -------------------------------------------------------------------------------------------


def _above_scissors(message: str, comment: str) -> list[str]:
    """The message's lines, without the diff that `git commit --verbose` puts below."""
    text = f"\n{message}".partition(f"\n{comment} {_SCISSORS}\n")[0]
    lines = text.split("\n")[1:]
    return lines[:-1] if lines and not lines[-1] else lines


def _subject(message: str, comment: str) -> str:
    """The first paragraph in one line."""
    words: list[str] = []
    for line in _above_scissors(message, comment):
        if line.startswith(comment):
            continue
        if not line.strip(_SPACE):
            if words:
                break
            continue
        words.append(line.strip(_SPACE))
    return " ".join(words)


def _without_tail(lines: list[str], comment: str) -> list[str]:
    """Without the comments, empty lines and old list of conflicts that the message ends with."""
    end, conflicts = 0, False
    for number, line in enumerate(lines):
        if not line or line.startswith(comment):
            end = end or number
        elif line == "Conflicts:":
            end, conflicts = end or number, True
        elif not (conflicts and line.startswith("\t")):
            end, conflicts = 0, False
    return lines[:end] if end else lines


def _start_of_trailers(lines: list[str], comment: str) -> int:
    """Where the last paragraph starts if it is one of trailers, else the end. Never the first paragraph."""
    count = _Count()
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if line.startswith(comment):
            count.other()
        elif not _blank(line):
            count.line(line)
        elif count.seen:
            count.other()
            return at + 1 if count.are_trailers() else len(lines)
    return len(lines)


class _Count:
    """What a paragraph is made of, counted from its end."""

    def __init__(self) -> None:
        self.seen = False
        self._generated = False
        self._trailers = self._others = self._indented = 0

    def line(self, line: str) -> None:
        self.seen = True
        if line.startswith(_GENERATED):
            self._generated = True
            self._trailer()
        elif line[0] in _SPACE:
            self._indented += 1
        elif _separator(line) >= 1:
            self._trailer()
        else:
            self._others += 1
            self.other()

    def other(self) -> None:
        """Lines that seemed to continue a trailer continue none."""
        self._others += self._indented
        self._indented = 0

    def _trailer(self) -> None:
        self._trailers += 1
        self._indented = 0

    def are_trailers(self) -> bool:
        """All of them, or a quarter where git itself wrote one."""
        if self._generated and self._trailers * 3 >= self._others:
            return True
        return self._trailers > 0 and not self._others


def _blank(line: str) -> bool:
    return not line.strip(_SPACE)


def _separator(line: str) -> int:
    """Where the colon after a key stands, or -1."""
    space = False
    for at, letter in enumerate(line):
        if letter == ":":
            return at
        if not space and letter.isascii() and (letter.isalnum() or letter == "-"):
            continue
        if not at or letter not in " \t":
            return -1
        space = True
    return -1
