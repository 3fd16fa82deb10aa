"""Patterns of a CODEOWNERS file, all of them matched at once against a path.

A pattern becomes a chain in a tree of segments: a look-up follows the path and meets only the patterns that
still can match. No regular expression and no backtracking, so hostile patterns cost what honest ones do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

GRAM = 3
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """What stands between two `*`: characters, with None for `?`."""

    chars: tuple[str | None, ...]
    literal: str | None  # the same as text, when there is no `?`

    def first(self, text: str, start: int, stop: int) -> int:
        """The first place in `text[start:stop]` where the chunk fits, or -1."""
        if self.literal is not None:
            return text.find(self.literal, start, stop)
        return next((at for at in range(start, stop - len(self.chars) + 1) if self.fits(text, at)), -1)

    def fits(self, text: str, at: int) -> bool:
        if self.literal is not None:
            return text.startswith(self.literal, at)
        return all(char is None or char == text[at + index] for index, char in enumerate(self.chars))


@dataclass(frozen=True, slots=True)
class Glob:
    """One segment of a pattern: chunks that must follow one another, with anything between them."""

    chunks: tuple[Chunk, ...]
    least: int

    def matches(self, text: str) -> bool:
        if len(text) < self.least:
            return False
        first, *middle = self.chunks
        if not middle:
            return len(text) == self.least and first.fits(text, 0)
        last = middle.pop()
        start, stop = len(first.chars), len(text) - len(last.chars)
        if not (first.fits(text, 0) and last.fits(text, stop)):
            return False
        for chunk in middle:
            found = chunk.first(text, start, stop)
            if found < 0:
                return False
            start = found + len(chunk.chars)
        return True

    def grams(self) -> set[str]:
        """Pieces of text that every match holds: as long as can be, at most `GRAM` characters."""
        runs = {run for chunk in self.chunks for run in _runs(chunk)}
        longest = min(max(map(len, runs), default=0), GRAM)
        return {gram for run in runs for gram in _pieces(run, longest)} if longest else set()


def glob(segment: str) -> Glob:
    """`*` is any text, `?` one character, a backslash makes the next one literal; brackets are literal."""
    chunks: list[list[str | None]] = [[]]
    chars = iter(segment)
    for char in chars:
        if char == "*":
            chunks.append([])
        else:
            chunks[-1].append(None if char == "?" else next(chars, "\\") if char == "\\" else char)
    # Neighbouring stars mean one; an empty chunk in the middle would only cost time.
    kept = [chunk for index, chunk in enumerate(chunks) if chunk or index in (0, len(chunks) - 1)]
    least = max(sum(map(len, kept)), 1)
    return Glob(tuple(Chunk(tuple(chunk), _literal(chunk)) for chunk in kept), least)


def segments(pattern: str) -> list[str]:
    """The pattern from the root down; `**` stands for any number of segments, at the end for one or more."""
    parts = pattern.removeprefix("/").split("/")
    if "/" not in pattern.removesuffix("/"):
        parts.insert(0, "**")
    if parts[-1] == "":
        parts[-1] = "**"
    return [part for index, part in enumerate(parts) if part != "**" or parts[index - 1 : index] != ["**"]]


@dataclass(slots=True, eq=False)
class _State:
    """A place in the tree. `here` are the lines that match a path ending here, `below` one that goes on."""

    here: tuple[int, ...] = ()
    below: tuple[int, ...] = ()
    named: dict[str, _State] | None = None
    globs: _Globs | None = None
    anything: _State | None = None  # behind a `**`
    loops: bool = False

    def follow(self, segment: str) -> _State:
        """The state behind `segment`, made when it isn't there yet."""
        if segment == "**":
            self.anything = self.anything or _State(loops=True)
            return self.anything
        made = glob(segment)
        if len(made.chunks) == 1 and made.chunks[0].literal is not None:
            self.named = {} if self.named is None else self.named
            return self.named.setdefault(made.chunks[0].literal, _State())
        self.globs = self.globs or _Globs()
        return self.globs.follow(segment, made)

    def after(self, segment: str) -> Iterator[_State]:
        if self.loops:
            yield self
        if self.named is not None and segment in self.named:
            yield self.named[segment]
        if self.globs is not None:
            yield from self.globs.after(segment)


@dataclass(slots=True, eq=False)
class _Globs:
    """The globs behind a state, each filed under the piece of its text that the fewest others share."""

    states: dict[str, _State] = field(default_factory=dict)
    by_gram: dict[str, list[tuple[Glob, _State]]] = field(default_factory=dict)
    widths: set[int] = field(default_factory=set)

    def follow(self, segment: str, made: Glob) -> _State:
        if segment not in self.states:
            self.states[segment] = _State()
            rarest = min(made.grams(), key=lambda gram: (len(self.by_gram.get(gram, ())), gram), default="")
            self.by_gram.setdefault(rarest, []).append((made, self.states[segment]))
            self.widths.add(len(rarest))
        return self.states[segment]

    def after(self, segment: str) -> Iterator[_State]:
        grams = {gram for width in self.widths for gram in _pieces(segment, width)}
        for gram in self.by_gram.keys() & grams:
            for made, state in self.by_gram[gram]:
                if made.matches(segment):
                    yield state


@dataclass(slots=True, eq=False)
class PatternTree:
    """Lines by their pattern; `matching` gives the lines whose pattern matches a path."""

    _root: _State = field(default_factory=_State)
    _folders: dict[str, tuple[list[_State], list[int]]] = field(default_factory=dict)

    def add(self, pattern: str, line: int) -> None:
        *parents, last = segments(pattern)
        state = self._root
        for part in parents:
            state = state.follow(part)
        if last == "**":
            state.below += (line,)
            return
        state = state.follow(last)
        state.here += (line,)
        if last != "*":
            state.below += (line,)

    def matching(self, path: str) -> list[int]:
        folder, _, name = path.rpartition("/")
        states, lines = self._enter(folder if "/" in path else None)
        return lines + [line for state in _step(states, name) for line in state.here]

    def _enter(self, folder: str | None) -> tuple[list[_State], list[int]]:
        """The states after `folder`, and the lines that own all that is in it. Neighbours share the work."""
        if folder is None:
            return self._start()
        if folder not in self._folders:
            states, lines = self._start()
            for segment in folder.split("/"):
                states = _step(states, segment)
                lines = lines + [line for state in states for line in state.below]
            if len(self._folders) >= _REMEMBERED:
                self._folders.clear()
            self._folders[folder] = (states, lines)
        return self._folders[folder]

    def _start(self) -> tuple[list[_State], list[int]]:
        states = _with_anything([self._root])
        return states, [line for state in states for line in state.below]


def _step(states: Iterable[_State], segment: str) -> list[_State]:
    return _with_anything(after for state in states for after in state.after(segment))


def _with_anything(states: Iterable[_State]) -> list[_State]:
    """Each state once, and with it the one behind its `**`, which may stand for nothing at all."""
    found: dict[_State, None] = {}
    for state in states:
        found[state] = None
        if state.anything is not None:
            found[state.anything] = None
    return list(found)


def _literal(chars: list[str | None]) -> str | None:
    texts = [char for char in chars if char is not None]
    return "".join(texts) if len(texts) == len(chars) else None


def _runs(chunk: Chunk) -> Iterator[str]:
    if chunk.literal is not None:
        yield chunk.literal
        return
    run = ""
    for char in chunk.chars:
        if char is None:
            yield run
        run = "" if char is None else run + char
    yield run


def _pieces(text: str, width: int) -> Iterator[str]:
    return (text[at : at + width] for at in range(len(text) - width + 1))
