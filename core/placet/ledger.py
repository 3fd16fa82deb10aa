"""Where evidence lives: records of runs, and, apart from them, what models answered.

First version: a folder under the git directory. A record is one file named by its own digest; nothing is ever
changed in place, so that a killed writer leaves either a whole record or none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from json.encoder import encode_basestring_ascii as _json
from pathlib import Path
from tempfile import mkstemp

from placet.digest import digest_of_text
from placet.errors import PlacetError
from placet.evidence import RunRecord, from_bytes, to_bytes

#: What a model answered, by (case id, number of the trial, from 1).
Outputs = Mapping[tuple[str, int], str]


class Ledger:
    """Evidence in and out of a folder. `problems` names records that can't be trusted; they count as absent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []
        self._added: dict[str, RunRecord] = {}  # by the name of its file: what we wrote needn't be parsed

    def runs(self, subject: str) -> list[RunRecord]:
        """Every sound record of runs of `subject`, oldest first."""
        found = [self._read(path) for path in sorted(self._subject_folder(subject).glob("*.json"))]
        records = [record for record in found if record is not None and record.subject == subject]
        return sorted(records, key=lambda record: (record.finished, record.id))

    def subjects(self, since: datetime | None = None) -> list[str]:
        """The digest of every subject that was ever measured; with `since`, leaving out what has no newer record."""
        least = since.timestamp() if since else 0.0
        folders = (self.folder / "evidence" / "runs").glob("*")
        return sorted(f"sha256:{path.name}" for path in folders if path.stat().st_mtime >= least)

    def add(self, record: RunRecord, outputs: Outputs) -> str:
        """Keep `record` and, beside it, what the model answered. Returns the record's id."""
        rows = (
            f'{{"case": {_json(case)}, "trial": {trial}, "output": {_json(outputs[case, trial])}}}\n'.encode()
            for case, trial in sorted(outputs)
        )
        self._write(self._outputs_file(record), rows)
        self._write(self._subject_folder(record.subject) / f"{_hex(record.id)}.json", [to_bytes(record)])
        record.__dict__.pop("data", None)  # its bytes lie on disk now
        self._added[_hex(record.id)] = record
        return record.id

    def outputs(self, records: Iterable[RunRecord]) -> Mapping[str, str]:
        """What models answered in `records`, by the digest of the answer; those erased or altered are missing.

        Read when the first of them is asked for: most reviews show few, or none.
        """
        return _Read(self, records)

    def read_outputs(self, records: Iterable[RunRecord]) -> dict[str, str]:
        """The same at once."""
        texts: dict[str, str] = {}
        for record in records:
            wanted = {trial.output for case in record.cases for trial in case.trials}
            said = {digest_of_text(text): text for text in self._texts(record)}
            texts |= {digest: text for digest, text in said.items() if digest in wanted}
        return texts

    def _texts(self, record: RunRecord) -> list[str]:
        try:
            rows = self._outputs_file(record).read_bytes().splitlines()
            return [str(json.loads(row)["output"]) for row in rows]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return []

    def _read(self, path: Path) -> RunRecord | None:
        try:
            data = path.read_bytes()
            if sha256(data).hexdigest() != path.stem:
                msg = "its content isn't what its name says"
                raise ValueError(msg)
            return self._added.get(path.stem) or from_bytes(data)
        except (ValueError, OSError) as error:
            self.problems.append(f"evidence {path.stem[:12]} is not counted: {error}")
            return None

    def _subject_folder(self, subject: str) -> Path:
        return self.folder / "evidence" / "runs" / _hex(subject)

    def _outputs_file(self, record: RunRecord) -> Path:
        return self.folder / "outputs" / f"{_hex(record.id)}.jsonl"

    def _write(self, path: Path, parts: Iterable[bytes]) -> None:
        """Whole or not at all, and on disk before this returns."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _replace(path, parts)
        except OSError as error:
            raise PlacetError(
                f"evidence can't be written to {path.parent}: {error.strerror}",
                help="make room or mend the permissions; the answers already paid for are in the response cache",
            ) from error


class _Read(Mapping[str, str]):
    """Outputs of records, from the first look on."""

    def __init__(self, ledger: Ledger, records: Iterable[RunRecord]) -> None:
        self._ledger, self._records = ledger, records

    @cached_property
    def _texts(self) -> dict[str, str]:
        return self._ledger.read_outputs(self._records)

    def __getitem__(self, digest: str) -> str:
        return self._texts[digest]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def _replace(path: Path, parts: Iterable[bytes]) -> None:
    handle, name = mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name is on disk as well
    finally:
        os.close(folder)


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:")
