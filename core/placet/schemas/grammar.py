"""Reads regular expressions: literals, classes that aren't negated, groups, `|` and quantifiers, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

_SPECIAL = set(".^$*+?{}[]()|\\")


class UnfitError(ValueError):
    """The expression isn't of the kind that is translated."""


@dataclass(frozen=True)
class Chars:
    """One character of these."""

    chars: frozenset[str]


@dataclass(frozen=True)
class Row:
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Choice:
    branches: tuple[Row, ...]


@dataclass(frozen=True)
class Repeat:
    part: Part
    least: int
    most: int | None


Part = Chars | Row | Choice | Repeat


def read(pattern: str) -> Row:
    """What `pattern` says of a whole text; `^` and `$` around it add nothing to that."""
    return _Reader(pattern.removeprefix("^").removesuffix("$")).whole()


def first(part: Part) -> tuple[frozenset[str], bool]:
    """The characters that `part` may begin with, and whether it may be empty."""
    match part:
        case Chars(chars):
            return chars, False
        case Choice(branches):
            firsts = [first(branch) for branch in branches]
            return frozenset().union(*(chars for chars, _ in firsts)), any(empty for _, empty in firsts)
        case Repeat(inner, least, _):
            chars, empty = first(inner)
            return chars, empty or least == 0
        case Row(parts):
            found: frozenset[str] = frozenset()
            for inner in parts:
                chars, empty = first(inner)
                found |= chars
                if not empty:
                    return found, False
            return found, True


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._left = pattern

    def whole(self) -> Row:
        row = self._choice()
        if self._left:
            raise UnfitError(self._left)
        return row

    def _next(self, wanted: str = "") -> str:
        if not self._left or (wanted and self._left[0] != wanted):
            raise UnfitError(self._left)
        first, self._left = self._left[0], self._left[1:]
        return first

    def _choice(self) -> Row:
        branches = [self._row()]
        while self._left[:1] == "|":
            self._next()
            branches.append(self._row())
        return branches[0] if len(branches) == 1 else Row((Choice(_factored(branches)),))

    def _row(self) -> Row:
        parts: list[Part] = []
        while self._left and self._left[0] not in "|)":
            parts.append(self._quantified(self._one()))
        return Row(tuple(parts))

    def _one(self) -> Part:
        first = self._next()
        if first == "(":
            inner = self._choice()
            self._next(")")
            return inner
        if first == "[":
            return Chars(self._class())
        return Chars(frozenset(self._character(first)))

    def _character(self, first: str) -> str:
        if first == "\\":
            escaped = self._next()
            if escaped.isalnum():
                raise UnfitError(escaped)
            return escaped
        if first in _SPECIAL or not first.isascii():
            raise UnfitError(first)
        return first

    def _class(self) -> frozenset[str]:
        chars: set[str] = set()
        if self._left[:1] == "^":
            raise UnfitError(self._left)
        while self._left[:1] != "]":
            first = self._next()
            first = self._character(first) if first == "\\" else first
            if self._left[:1] == "-" and self._left[1:2] not in ("]", ""):
                self._next()
                chars |= set(map(chr, range(ord(first), ord(self._next()) + 1)))
            else:
                chars.add(first)
        self._next("]")
        return frozenset(chars)

    def _quantified(self, part: Part) -> Part:
        ranges = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        sign = self._left[:1]
        if sign in ranges and sign:
            self._next()
            return Repeat(part, *ranges[sign])
        if sign != "{":
            return part
        inside, self._left = self._left[1:].split("}", 1)
        least, comma, most = inside.partition(",")
        return Repeat(part, int(least), int(most or least) if most or not comma else None)


def _factored(branches: list[Row]) -> tuple[Row, ...]:
    """Branches that begin alike become one, so that a character tells which to take."""
    groups: dict[Part | None, list[Row]] = {}
    for branch in branches:
        groups.setdefault(branch.parts[0] if branch.parts else None, []).append(branch)
    done: list[Row] = []
    for first, members in groups.items():
        if first is None or len(members) == 1:
            done += members
        else:
            rests = _factored([Row(member.parts[1:]) for member in members])
            done.append(Row((first, Choice(rests))))
    return tuple(done)
