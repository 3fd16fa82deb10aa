"""One line of a CODEOWNERS file: its words, and why GitHub wouldn't load it."""

from __future__ import annotations

from placet.codeowners.patterns import LONGEST
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DIGITS = "0123456789"
_ALNUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" + _DIGITS
_LOGIN = _ALNUM + "_-"
_TEAM = _LOGIN + "."
_MAILBOX = _ALNUM + "._%+-"
_DOMAIN = _ALNUM + "-"
_SHOWN = 60  # characters of a wrong word


@record
class LineError:
    """Why a line isn't loaded. `pattern` is what it speaks of; None when that may be any path."""

    line: int
    column: int
    message: str
    pattern: str | None = None
    width: int = 1


#: A word of a line, and how many characters stand before it.
Word = tuple[int, str]


def words_of(content: str) -> list[Word]:
    """What spaces and tabs separate, up to the comment. A backslash keeps the next character in the word."""
    if "\\" in content:
        return list(_before_comment(_escaping(content)))
    return list(_before_comment(_plain(content)))


def _before_comment(words: Iterator[Word]) -> Iterator[Word]:
    for word in words:
        if word[1][0] == "#":
            return
        yield word


def _plain(content: str) -> Iterator[Word]:
    start = 0
    for word in content.replace("\t", " ").split(" "):
        if word:
            yield start, word
        start += len(word) + 1


def _escaping(content: str) -> Iterator[Word]:
    start, at, end = 0, 0, len(content)
    while at < end:
        if content[at] in " \t":
            if start < at:
                yield start, content[start:at]
            start = at + 1
        at += 2 if content[at] == "\\" else 1
    if start < end:
        yield start, content[start:]


def errors_of(number: int, words: Sequence[Word], valid: set[str]) -> Iterator[LineError]:
    """What is wrong with line `number`. `valid` keeps the owners that are known to be well written."""
    before, pattern = words[0]
    trouble = _trouble(pattern, alone=len(words) == 1)
    wrong = [word for word in words[1:] if word[1] not in valid]
    if trouble is None and not wrong:
        return
    meant = pattern if trouble is None else trouble[1]
    if trouble is not None:
        yield LineError(number, before + 1, trouble[0], meant, len(pattern))
    for before, word in wrong:
        if is_owner(word):
            valid.add(word)
        else:
            message = f"`{word[:_SHOWN]}` is no owner: write @user, @org/team or an e-mail address"
            yield LineError(number, before + 1, message, meant, len(word))


def is_owner(word: str) -> bool:
    """Whether `word` is written like @user, @org/team or an e-mail address."""
    if not word.startswith("@"):
        mailbox, at, domain = word.partition("@")
        labels = domain.split(".")
        return (
            bool(at)
            and _made_of(mailbox, _MAILBOX)
            and len(labels) > 1
            and all(_made_of(one, _DOMAIN) for one in labels)
        )
    login, slash, team = word[1:].partition("/")
    if not _made_of(login, _LOGIN) or login[0] in "_-":
        return False
    return not slash or (_made_of(team, _TEAM) and team[0] not in ".-")


def _made_of(text: str, letters: str) -> bool:
    return bool(text) and not text.strip(letters)


def _trouble(pattern: str, *, alone: bool) -> tuple[str, str | None] | None:
    """What GitHub doesn't support or doesn't document about the pattern, and the pattern it was meant as."""
    if len(pattern) > LONGEST:
        return f"a pattern of {len(pattern):,} characters; at most {LONGEST:,} are read", None
    if pattern[0] == "!":
        return "CODEOWNERS has no negation with `!`", _meant(pattern[1:])
    if "***" in pattern:
        return "a pattern has at most two `*` in a row", _meant(pattern)
    if "\\" in pattern and (trouble := _escape_trouble(pattern)) is not None:
        return trouble
    if pattern == "/" or "//" in pattern:
        return "a pattern needs a name between its slashes", _meant(pattern)
    if alone and pattern[-1] == "]" and _is_section(pattern):
        return "sections are GitLab's; GitHub has none", pattern
    return None


def _escape_trouble(pattern: str) -> tuple[str, str | None] | None:
    if pattern.startswith("\\#"):
        return "CODEOWNERS has no escape for `#`", _meant(pattern)
    if _dangling(pattern):
        return "a backslash before `/` or at the end of a pattern escapes nothing", None
    return None


def _is_section(pattern: str) -> bool:
    """`[name]`, `^[name]`, `[name][2]`: as GitLab writes them, with no owner behind."""
    inner = pattern.removeprefix("^")
    if not inner.startswith("["):
        return False
    name, count = inner[1:-1].partition("][")[::2]
    return "]" not in name and not count.strip(_DIGITS)


def _meant(pattern: str) -> str | None:
    """A pattern that can be matched, read as widely as the wrong one could be; None when there is none."""
    wide = pattern.removeprefix("!")
    while "***" in wide:
        wide = wide.replace("***", "**")
    while "//" in wide:
        wide = wide.replace("//", "/")
    return None if wide.strip("/") == "" or _dangling(wide) else wide


def _dangling(pattern: str) -> bool:
    return "\\" in pattern and any((len(part) - len(part.rstrip("\\"))) % 2 == 1 for part in pattern.split("/"))
