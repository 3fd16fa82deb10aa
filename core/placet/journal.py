"""What a run has found so far, a line of JSON per finished trial, so that a killed run goes on where it was.

One journal is of one subject, one suite and its scoring, and of one process while that lives: it holds a lock on its
file, and only journals whose process is gone are taken over. Texts lie beside the lines and are read one at a time. It
never counts as evidence; once the record of the run is written, it is removed.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from json.encoder import encode_basestring_ascii
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from placet.digest import digest_of_text
from placet.evidence import CLOCKS_DIFFER, trial_of
from placet.model.run import Trial
from placet.moments import moment, stamp
from placet.record import record

FORMAT = 1
LASTS = timedelta(days=1)  # after which the answers alone, in the response cache, are used again
LARGEST = 1024**3  # bytes of a file that is read
_OF_SUM = ',"sum":"'


@record
class Of:
    """What the trials of a journal are of: digests of the subject and of the scoring, and the name of the suite."""

    subject: str
    suite: str
    scoring: str


@record
class Place:
    """Where the text of a trial stands."""

    file: int
    at: int
    size: int


class Journal:
    """Open until `close`. `known` holds what earlier runs left, by (digest of the case, number of the trial)."""

    def __init__(self, folder: Path, of: Of, now: datetime) -> None:
        self.known: dict[tuple[str, int], tuple[Trial, Place]] = {}
        self.trouble = ""
        self._files: list[_File] = []
        self._header = {
            "kind": "journal",
            "format": FORMAT,
            "subject": of.subject,
            "suite": of.suite,
            "scoring": of.scoring,
        }
        self._folder, self._now = folder, now
        self._prefix = f"{_sum(json.dumps(self._header))}-"
        self._new: _File | None = None
        with suppress(OSError):
            self._take_over()

    def add(self, case: str, number: int, trial: Trial, text: str) -> Place | None:
        """Keep one trial of the case with the digest `case`; None, and `trouble` says why, when it can't be kept."""
        if self.trouble:
            return None
        try:
            new = self._new or self._begin()
            place = new.keep_text(text)
            new.keep_line(_line(case, number, trial, place))
        except OSError as error:
            self.trouble = f"{self._folder} can't be written ({error.strerror})"
            return None
        return place

    def text(self, place: Place) -> str:
        """The text at `place`; empty once its file is damaged."""
        return self._files[place.file].read(place.at, place.size).decode("utf-8", "replace")

    def finish(self) -> None:
        """The record is written: nothing of this is needed again."""
        for file in self._files:
            file.remove()
        self.close()

    def close(self) -> None:
        for file in self._files:
            file.close()
        self._files, self._new = [], None

    def _begin(self) -> _File:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = mkstemp(dir=self._folder, prefix=self._prefix, suffix=".jsonl")
        file = _File(Path(name), handle, len(self._files))
        self._files.append(file)
        if not file.lock():
            raise OSError(0, "a new file is locked")
        file.keep_line(json.dumps({**self._header, "started": stamp(self._now)}))
        self._new = file
        return file

    def _take_over(self) -> None:
        for path in sorted(self._folder.glob(f"{self._prefix}*.jsonl")):
            handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
            file = _File(path, handle, len(self._files))
            if not file.lock() or not self._fits(file):
                file.close()
                continue
            self._files.append(file)
            for row in file.rows():
                self._take(file, row)

    def _fits(self, file: _File) -> bool:
        header = next(file.rows(), {})
        try:
            age = self._now - moment(str(header.pop("started")))
        except (KeyError, ValueError):
            return False
        if age > LASTS:
            file.remove()
        return header == self._header and -CLOCKS_DIFFER <= age <= LASTS

    def _take(self, file: _File, row: Mapping[str, Any]) -> None:
        """A line counts when it is whole, and its text is what its digest says."""
        try:
            trial, (at, size) = trial_of(row["result"]), row["at"]
            place = Place(file.number, int(at), int(size))
            if trial.error is None and digest_of_text(file.read(place.at, place.size).decode()) == trial.output:
                self.known[str(row["case"]), int(row["trial"])] = (trial, place)
        except (KeyError, TypeError, ValueError, AttributeError):
            return


class _File:
    """One file of lines, and the file of texts beside it."""

    def __init__(self, path: Path, handle: int, number: int) -> None:
        self.number = number
        self._path, self._handle = path, handle
        self._beside = path.with_suffix(".texts")
        self._texts = os.open(self._beside, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        self._end = os.fstat(self._texts).st_size
        self._lines = os.fstat(handle).st_size

    def lock(self) -> bool:
        """Whether this is ours alone now; the system takes the lock from a process that ends in whatever way."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return os.fstat(self._handle).st_nlink > 0  # not removed while we came

    def keep_text(self, text: str) -> Place:
        data = text.encode("utf-8", "surrogatepass")
        place = Place(self.number, self._end, len(data))
        _write(self._texts, data, self._end)
        self._end += len(data)
        return place

    def keep_line(self, text: str) -> None:
        """A JSON object."""
        data = f'{text[:-1]}{_OF_SUM}{_sum(text)}"}}\n'.encode()
        _write(self._handle, data, self._lines)
        self._lines += len(data)

    def rows(self) -> Iterator[dict[str, Any]]:
        """The whole lines; one that was half written, or altered, is left out."""
        with open(os.dup(self._handle), "rb") as file:  # noqa: PTH123 - a descriptor has no path
            file.seek(0)
            for line in file if os.fstat(self._handle).st_size <= LARGEST else ():
                row = _row(line)
                if row is not None:
                    yield row

    def read(self, at: int, size: int) -> bytes:
        with suppress(OSError, ValueError, OverflowError):
            return os.pread(self._texts, min(size, LARGEST), at)
        return b""

    def remove(self) -> None:
        for path in (self._path, self._beside):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        for handle in (self._texts, self._handle):
            with suppress(OSError):
                os.close(handle)


def _line(case: str, number: int, trial: Trial, place: Place) -> str:
    """As JSON. By hand, since every answer waits for it."""
    scores = ",".join(f"{_text(name)}:{_number(value)}" for name, value in trial.scores.items())
    counts = f'"input_tokens":{_number(trial.input_tokens)},"output_tokens":{_number(trial.output_tokens)}'
    numbers = f'"latency_ms":{_number(trial.latency_ms)},{counts},"cost_usd":{_number(trial.cost_usd)}'
    texts = f'"error":{_text(trial.error)},"output":{_text(trial.output)}'
    result = f'{{"scores":{{{scores}}},{numbers},{texts}}}'
    return f'{{"case":{_text(case)},"trial":{number},"result":{result},"at":[{place.at},{place.size}]}}'


def _text(value: str | None) -> str:
    return "null" if value is None else encode_basestring_ascii(value)


def _number(value: float | None) -> str:
    return "null" if value is None else repr(value)  # no JSON for what is no number: such a line is left out


def _write(handle: int, data: bytes, at: int) -> None:
    """All of it, or none: what a full disk cut short is taken back."""
    done = 0
    try:
        while done < len(data):
            done += os.pwrite(handle, data[done:], at + done)
    except OSError:
        with suppress(OSError):
            os.ftruncate(handle, at)
        raise


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        text, _, rest = line.decode("ascii").rpartition(_OF_SUM)
        whole = f"{text}}}"
        if rest != f'{_sum(whole)}"}}\n':
            return None
        row = json.loads(whole)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _sum(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


class Texts(Mapping[tuple[str, int], str]):
    """Texts by (case id, position), each read from its journal when it is asked for."""

    def __init__(self, journal: Journal | None, kept: Mapping[tuple[str, int], str | Place]) -> None:
        self._journal, self._kept = journal, kept

    def __getitem__(self, key: tuple[str, int]) -> str:
        kept = self._kept[key]
        if isinstance(kept, str):
            return kept
        return self._journal.text(kept) if self._journal else ""

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)
