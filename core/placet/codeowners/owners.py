"""Who owns a path, by the CODEOWNERS file: GitHub's documented rules, and no guess where it documents none.

A line that GitHub wouldn't load is skipped, and reported with every path it speaks of. Whether an owner
exists, may write or is a member is a fact of GitHub's and not known here.
"""

from __future__ import annotations

from itertools import islice

from placet.codeowners import LOCATIONS
from placet.codeowners.lines import LineError, errors_of, words_of
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from placet.codeowners.paths import Paths

__all__ = ["LOCATIONS", "TOO_LARGE", "CodeOwners", "LineError", "Ownership", "Rule", "parse", "unread"]

#: GitHub loads a file only below 3 MB.
TOO_LARGE = 3_000_000
#: Lines beyond these aren't read, and then no path's owners are trusted.
MOST_RULES = 100_000
MOST_ERRORS = 1_000
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@record
class Rule:
    line: int
    pattern: str
    owners: tuple[str, ...]
    column: int = 1


@record
class Ownership:
    """The owners of one path, any one of whom suffices; none when `line` leaves them out or no line matches.

    `errors` are the lines that speak of the path and aren't loaded: with any, don't trust the owners.
    """

    owners: tuple[str, ...] = ()
    line: int | None = None
    errors: tuple[LineError, ...] = ()


@record(slots=False)
class CodeOwners:
    """What a CODEOWNERS file says. Asked about many paths, it is quickest in the order of git's lists."""

    rules: tuple[Rule, ...] = ()
    errors: tuple[LineError, ...] = ()

    def owners_of(self, path: str) -> Ownership:
        """By the last line that matches. The path is taken as git has it: case, bytes and all."""
        errors = self.errors_about(path) if self.errors else ()
        rule = self.rule_of(path)
        return Ownership((), None, errors) if rule is None else Ownership(rule.owners, rule.line, errors)

    def rule_of(self, path: str) -> Rule | None:
        """The line that decides about `path`."""
        last = self.paths.last(path)
        return None if last is None else self.rules[last]

    def errors_about(self, path: str) -> tuple[LineError, ...]:
        """The lines that speak of `path` and aren't loaded."""
        spoken = set(self._wrong.every(path))
        return tuple(error for at, error in enumerate(self.errors) if error.pattern is None or at in spoken)

    @property
    def paths(self) -> Paths:
        """The patterns of all rules, ready to be matched; made when they are first asked for."""
        known: Paths | None = self.__dict__.get("_paths")
        return known or self._keep("_paths", [rule.pattern for rule in self.rules])

    @property
    def _wrong(self) -> Paths:
        known: Paths | None = self.__dict__.get("_wrong_paths")
        return known or self._keep("_wrong_paths", [error.pattern or "" for error in self.errors])

    def _keep(self, name: str, patterns: list[str]) -> Paths:
        from placet.codeowners.paths import Paths

        made = self.__dict__[name] = Paths(patterns)
        return made


def parse(data: bytes) -> CodeOwners:
    """Every line as a rule or an error; a file that can't be read at all is one error about every path."""
    if len(data) >= TOO_LARGE:
        return unread(f"this file has {len(data):,} bytes; GitHub loads it only below 3 MB")
    try:
        text = data.decode("utf-8").removeprefix(_MARK)
    except UnicodeDecodeError as error:
        return CodeOwners((), (_not_utf8(data, error.start),))
    return _read(text)


def unread(why: str) -> CodeOwners:
    """What is known of a file that can't be read."""
    return CodeOwners((), (LineError(1, 1, why),))


def _read(text: str) -> CodeOwners:
    """Only LF ends a line: what Unicode also calls a line break must not end a comment."""
    rules: list[Rule] = []
    errors: list[LineError] = []
    valid: set[str] = set()
    for number, content in enumerate(text.split("\n"), start=1):
        words = words_of(content.removesuffix("\r"))
        if not words:
            continue
        if len(rules) >= MOST_RULES or len(errors) >= MOST_ERRORS:
            errors.append(LineError(number, 1, _too_many(len(errors))))
            break
        wrong = list(islice(errors_of(number, words, valid), MOST_ERRORS))
        errors += wrong
        if not wrong:
            rules.append(Rule(number, words[0][1], tuple([word for _, word in words[1:]]), words[0][0] + 1))
    return CodeOwners(tuple(rules), tuple(errors))


def _too_many(errors: int) -> str:
    most = f"{MOST_ERRORS:,} errors" if errors >= MOST_ERRORS else f"{MOST_RULES:,} rules"
    return f"this line and those after it aren't read: the file has more than {most}"


def _not_utf8(data: bytes, start: int) -> LineError:
    before = data[:start].decode("utf-8").removeprefix(_MARK)
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return LineError(line, column, f"this file is not UTF-8: byte 0x{data[start]:02X}")
