"""Edit files of a corpus and remember where the finding must be.

`¦` in a replacement stands right before the place that the finding must name. Places are worked out when all edits are
done, so that two faults of one file don't move each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.corpus.files import BOM, Files, Link

MARK = "¦"
_FIRST = 0xE000  # of the characters that nobody uses


@dataclass(frozen=True, slots=True, order=True)
class Answer:
    """Where which rule must find something; `kind` says which fault was planted there."""

    path: str
    line: int
    column: int
    rule: str
    kind: str = field(compare=False, default="")


@dataclass(slots=True)
class Damage:
    files: Files
    kind: str = ""
    _marks: list[tuple[str, str, str]] = field(default_factory=list)  # path, rule, kind
    _whole: list[Answer] = field(default_factory=list)

    def text(self, path: str) -> str:
        content = self.files[path]
        if isinstance(content, Link):
            raise TypeError(f"{path} is a link already")
        return content

    def edit(self, path: str, pattern: str, replacement: str, rule: str = "") -> None:
        """Replace the first match of `pattern` (lines as `^` and `$`). `rule` goes with the mark in it."""
        text = self.text(path)
        crlf = "\r\n" in text
        new, count = re.subn(
            pattern, self._marked(path, replacement, rule), text.replace("\r\n", "\n"), count=1, flags=re.MULTILINE
        )
        if not count:
            raise LookupError(f"{self.kind}: {pattern!r} isn't in {path}")
        self.files[path] = new.replace("\n", "\r\n") if crlf else new

    def put(self, path: str, text: str, rule: str = "") -> None:
        """A new file, or all of an old one."""
        self.files[path] = self._marked(path, text, rule)

    def append(self, path: str, text: str, rule: str = "") -> None:
        self.files[path] = self.text(path) + self._marked(path, text, rule)

    def remove(self, path: str) -> None:
        del self.files[path]

    def whole(self, path: str, rule: str) -> None:
        """A finding about the file as such."""
        self._whole.append(Answer(path, 1, 1, rule, self.kind))

    def _marked(self, path: str, text: str, rule: str) -> str:
        if (MARK in text) != bool(rule):
            raise ValueError(f"{self.kind}: a mark and a rule go together")
        if not rule:
            return text
        self._marks.append((path, rule, self.kind))
        return text.replace(MARK, chr(_FIRST + len(self._marks) - 1))

    def answers(self) -> list[Answer]:
        """Every answer in order. Takes the marks out of the files; nothing may be edited after that."""
        found = list(self._whole)
        for path in sorted({path for path, _, _ in self._marks}):
            found += self._unmarked(path)
        return sorted(found)

    def _unmarked(self, path: str) -> Iterator[Answer]:
        pieces = re.split(f"([{chr(_FIRST)}-{chr(_FIRST + max(len(self._marks) - 1, 0))}])", self.text(path))
        text = ""
        for piece in pieces:
            if len(piece) == 1 and _FIRST <= ord(piece) < _FIRST + len(self._marks):
                _, rule, kind = self._marks[ord(piece) - _FIRST]
                line = text.removeprefix(BOM).rpartition("\n")[2]
                yield Answer(path, text.count("\n") + 1, len(line) + 1, rule, kind)
            else:
                text += piece
        self.files[path] = text
