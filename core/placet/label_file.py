"""A file of labels on disk: read whole, and written one verdict at a time, so that nothing a person said is lost."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from placet.errors import PlacetError
from placet.model.label import Label
from placet.parse.facts import File, read_facts


class LabelFile:
    """`name` is the path from the root of the repository. Links are never followed."""

    def __init__(self, root: Path, name: str) -> None:
        self.name, self._path = name, root / name
        places = [self._path, *self._path.parents[: len(Path(name).parts) - 1]]
        if any(place.is_symlink() for place in places):
            raise PlacetError(f"{name} is a link, and labels aren't written through one", help="make it a regular file")

    def read(self) -> tuple[Label, ...]:
        """The labels in it. Raises PlacetError while a line is wrong: what is added to it would be lost with it."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise PlacetError(f"{self.name} can't be read: {error.strerror}", help="mend its permissions") from error
        facts = read_facts(File(self.name, "100644", "", data))
        for finding in facts.findings:
            place = f"{self.name}:{finding.position.line}"
            raise PlacetError(f"{place}: {finding.message}", help=finding.help or "mend the line, or remove it")
        return tuple(facts.value or ())

    def add(self, labels: Sequence[Label]) -> None:
        """Append `labels`, on disk before this returns."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o644)
            with os.fdopen(handle, "rb+") as file:
                size = file.seek(0, os.SEEK_END)
                begun = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
                text = "".join(f"{line_of(label)}\n" for label in labels)
                file.write(f"{chr(10) if begun else ''}{text}".encode())
                file.flush()
                os.fsync(handle)
        except OSError as error:
            raise self._unwritable(error) from error

    def take_back(self, labels: Sequence[Label]) -> None:
        """Remove `labels`, which were the last to be added."""
        try:
            lines = self._path.read_bytes().splitlines(keepends=True)
            last = [f"{line_of(label)}\n".encode() for label in labels]
            if lines[len(lines) - len(last) :] == last:
                os.truncate(self._path, sum(map(len, lines[: len(lines) - len(last)])))
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> PlacetError:
        return PlacetError(
            f"{self.name} can't be written: {error.strerror}",
            help="make room or mend the permissions; what was judged before is in the file",
        )


def line_of(label: Label) -> str:
    row = {
        "case": label.case,
        "subject": label.subject,
        "output": label.output,
        "verdict": label.verdict,
        "author": label.author,
        "at": label.at,
    }
    return json.dumps(row | ({"note": label.note} if label.note else {}), ensure_ascii=False)
