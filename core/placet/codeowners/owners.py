"""Who owns a path, by the CODEOWNERS file: GitHub's documented rules, and no guess where it documents none.

A line that GitHub wouldn't load is skipped, and reported with every path it speaks of. Whether an owner
exists, may write or is a member is a fact of GitHub's and not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from placet.codeowners.patterns import PatternTree

#: In this order; only the first that exists counts.
LOCATIONS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
#: GitHub loads a file only below 3 MB.
TOO_LARGE = 3_000_000

_OWNER = re.compile(  # noqa: TID251
    r"@[A-Za-z0-9][A-Za-z0-9_-]*"
    r"|@[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9_][A-Za-z0-9_.-]*"
    r"|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)
_TOKEN = re.compile(r"(?:\\.|[^ \t\\]|\\\Z)+", re.DOTALL)  # noqa: TID251
_SECTION = re.compile(r"\^?\[[^\]]*\](?:\[[0-9]*\])?")  # noqa: TID251
_STARS = re.compile(r"\*{3,}")  # noqa: TID251


@dataclass(frozen=True, slots=True)
class Rule:
    line: int
    pattern: str
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineError:
    """Why a line isn't loaded. `pattern` is what it speaks of; None when that may be any path."""

    line: int
    column: int
    message: str
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Ownership:
    """The owners of one path, any one of whom suffices; none when `line` leaves them out or no line matches.

    `errors` are the lines that speak of the path and aren't loaded: with any, don't trust the owners.
    """

    owners: tuple[str, ...] = ()
    line: int | None = None
    errors: tuple[LineError, ...] = ()


@dataclass(frozen=True)
class CodeOwners:
    rules: tuple[Rule, ...] = ()
    errors: tuple[LineError, ...] = ()

    def owners_of(self, path: str) -> Ownership:
        """By the last line that matches. The path is taken as git has it: case, bytes and all."""
        wrong = set(self._wrong.matching(path)) if self.errors else set()
        errors = (
            tuple(error for error in self.errors if error.pattern is None or error.line in wrong) if self.errors else ()
        )
        line = max(self._index.matching(path), default=None)
        return Ownership(self._owners[line] if line is not None else (), line, errors)

    @cached_property
    def _owners(self) -> dict[int, tuple[str, ...]]:
        return {rule.line: rule.owners for rule in self.rules}

    @cached_property
    def _index(self) -> PatternTree:
        tree = PatternTree()
        for pattern, line in {rule.pattern: rule.line for rule in self.rules}.items():
            tree.add(pattern, line)
        return tree

    @cached_property
    def _wrong(self) -> PatternTree:
        tree = PatternTree()
        for error in self.errors:
            if error.pattern is not None:
                tree.add(error.pattern, error.line)
        return tree


def parse(data: bytes) -> CodeOwners:
    """Every line as a rule or an error; a file that can't be read at all is one error about every path."""
    if len(data) >= TOO_LARGE:
        return CodeOwners((), (LineError(1, 1, f"this file has {len(data):,} bytes; GitHub loads it only below 3 MB"),))
    try:
        text = data.decode("utf-8").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    except UnicodeDecodeError as error:
        return CodeOwners((), (_not_utf8(data, error.start),))
    read = list(_lines(text))
    rules = tuple(item for item in read if isinstance(item, Rule))
    return CodeOwners(rules, tuple(item for item in read if isinstance(item, LineError)))


def _lines(text: str) -> Iterator[Rule | LineError]:
    """Only LF ends a line: what Unicode also calls a line break must not end a comment."""
    for number, content in enumerate(text.split("\n"), start=1):
        tokens = list(_tokens(content.removesuffix("\r")))
        errors = list(_errors(number, tokens))
        yield from errors
        if tokens and not errors:
            pattern, *owners = (token[0] for token in tokens)
            yield Rule(number, pattern, tuple(owners))


def _tokens(content: str) -> Iterator[re.Match[str]]:
    """The words of the line, up to its comment."""
    for match in _TOKEN.finditer(content):
        if match[0].startswith("#"):
            return
        yield match


def _errors(number: int, tokens: list[re.Match[str]]) -> Iterator[LineError]:
    if not tokens:
        return
    pattern = tokens[0][0]
    trouble = _pattern_trouble(pattern, alone=len(tokens) == 1)
    meant = pattern if trouble is None else trouble[1]
    if trouble is not None:
        yield LineError(number, tokens[0].start() + 1, trouble[0], meant)
    for token in tokens[1:]:
        if _OWNER.fullmatch(token[0]) is None:
            message = f"`{token[0][:60]}` is no owner: write @user, @org/team or an e-mail address"
            yield LineError(number, token.start() + 1, message, meant)


def _pattern_trouble(pattern: str, *, alone: bool) -> tuple[str, str | None] | None:
    """What GitHub doesn't support or doesn't document about the pattern, and the pattern it was meant as."""
    if pattern.startswith("!"):
        return "CODEOWNERS has no negation with `!`", _meant(pattern[1:])
    if pattern.startswith("\\#"):
        return "CODEOWNERS has no escape for `#`", _meant(pattern)
    if _STARS.search(pattern):
        return "a pattern has at most two `*` in a row", _meant(pattern)
    if _dangling(pattern):
        return "a backslash before `/` or at the end of a pattern escapes nothing", None
    if pattern == "/" or "//" in pattern:
        return "a pattern needs a name between its slashes", _meant(pattern)
    if alone and _SECTION.fullmatch(pattern):
        return "sections are GitLab's; GitHub has none", pattern
    return None


def _meant(pattern: str) -> str | None:
    """A pattern that can be matched, read as widely as the wrong one could be; None when there is none."""
    wide = re.sub(r"/{2,}", "/", _STARS.sub("**", pattern.removeprefix("!")))
    return None if wide.strip("/") == "" or _dangling(wide) else wide


def _dangling(pattern: str) -> bool:
    return any((len(part) - len(part.rstrip("\\"))) % 2 == 1 for part in pattern.split("/"))


def _not_utf8(data: bytes, start: int) -> LineError:
    before = data[:start].decode("utf-8").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return LineError(line, column, f"this file is not UTF-8: byte 0x{data[start]:02X}")
