"""The ledger: whole records or none, whatever becomes of the writer, the disk or the files."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from placet.digest import digest_of_text
from placet.errors import PlacetError
from placet.evidence import CaseRun, RunRecord, to_bytes
from placet.ledger import Ledger
from placet.model.run import Trial
from placet.record import replace

ANSWER = "Billing, says Łukasz \U0001f422 \ud83d"
TRIAL = Trial({"accuracy": 1.0}, None, 12.5, 10, 5, 0.00002, digest_of_text(ANSWER))
RECORD = RunRecord(
    system="sorter",
    prompt="prompts/sorter/sort.prompt.yml",
    subject="sha256:" + "5" * 64,
    provider="stand-in",
    model="one",
    version=None,
    suite="core",
    scoring="sha256:scoring",
    started="2026-11-20T08:59:00Z",
    finished="2026-11-20T09:00:00Z",
    tool="placet 0.1",
    cases=(CaseRun("one", "sha256:1", (TRIAL,)),),
)
OUTPUTS = {("one", 1): ANSWER}

#: What a process of its own does with the ledger.
WRITER = """
import resource, sys
from pathlib import Path
sys.path[:0] = {path!r}
from placet.errors import PlacetError
from placet.ledger import Ledger
from tests.core.test_ledger import OUTPUTS, RECORD
ledger = Ledger(Path(sys.argv[1]))
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "placet")


def record_file(ledger: Ledger) -> Path:
    (found,) = (ledger.folder / "evidence").rglob("*.json")
    return found


def start(ledger: Ledger, script: str) -> subprocess.Popen[str]:
    path = [str(Path(__file__).parents[2])]
    whole = WRITER.format(path=path) + script
    command = [sys.executable, "-c", whole, str(ledger.folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_an_empty_ledger_knows_nothing(ledger: Ledger) -> None:
    assert ledger.runs(RECORD.subject) == []
    assert ledger.outputs([RECORD]) == {}
    assert not ledger.folder.exists()


def test_a_record_is_kept_under_its_digest_and_read_back(ledger: Ledger) -> None:
    assert ledger.add(RECORD, OUTPUTS) == RECORD.id
    assert ledger.runs(RECORD.subject) == [RECORD]
    assert record_file(ledger).read_bytes() == to_bytes(RECORD)
    assert f"sha256:{record_file(ledger).stem}" == RECORD.id
    assert Ledger(ledger.folder).runs("sha256:other") == []


def test_what_a_model_said_is_kept_apart_from_the_record(ledger: Ledger) -> None:
    ledger.add(RECORD, OUTPUTS)
    assert ledger.outputs([RECORD]) == {digest_of_text(ANSWER): ANSWER}
    said = [path for path in ledger.folder.rglob("*") if path.is_file() and "Billing" in path.read_text()]
    assert [path.relative_to(ledger.folder).parts[0] for path in said] == ["outputs"]


def test_outputs_can_be_erased_and_the_record_stays(ledger: Ledger) -> None:
    ledger.add(RECORD, OUTPUTS)
    for path in (ledger.folder / "outputs").iterdir():
        path.unlink()
    assert ledger.outputs([RECORD]) == {}
    assert ledger.runs(RECORD.subject) == [RECORD]
    assert ledger.problems == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"case": "one", "trial": 1, "output": "Nice words"}\n', id="other words"),
        pytest.param("not JSON\n", id="no JSON"),
        pytest.param('{"case": "one"}\n', id="a row without words"),
        pytest.param("[]\n", id="a row that is a list"),
        pytest.param("\udcff", id="no text"),
    ],
)
def test_altered_outputs_are_as_good_as_erased(ledger: Ledger, text: str) -> None:
    ledger.add(RECORD, OUTPUTS)
    (file,) = (ledger.folder / "outputs").iterdir()
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert ledger.outputs([RECORD]) == {}


@pytest.mark.parametrize("at", [0, 1, 57, 200, 333, -2, -1])
def test_a_record_with_a_flipped_bit_is_not_counted_and_named(ledger: Ledger, at: int) -> None:
    ledger.add(RECORD, OUTPUTS)
    other = replace(RECORD, finished="2026-11-20T10:00:00Z")
    file = record_file(ledger)
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(bytes(data))
    ledger.add(other, OUTPUTS)
    assert ledger.runs(RECORD.subject) == [other]
    (problem,) = ledger.problems
    assert problem.startswith(f"evidence {file.stem[:12]} is not counted: ")


def test_a_record_under_another_name_is_not_counted(ledger: Ledger) -> None:
    """A file is named by its content; a copy would count twice."""
    ledger.add(RECORD, OUTPUTS)
    record_file(ledger).rename(record_file(ledger).with_stem("0" * 64))
    assert ledger.runs(RECORD.subject) == []
    assert "0" * 12 in ledger.problems[0]


def test_a_record_in_another_subjects_folder_is_not_counted(ledger: Ledger) -> None:
    ledger.add(RECORD, OUTPUTS)
    other = "sha256:" + "6" * 64
    record_file(ledger).parent.rename(record_file(ledger).parent.with_name("6" * 64))
    assert ledger.runs(other) == []


def test_a_folder_where_a_record_should_be_is_named(ledger: Ledger) -> None:
    ledger.add(RECORD, OUTPUTS)
    file = record_file(ledger)
    file.unlink()
    file.mkdir()
    assert ledger.runs(RECORD.subject) == []
    assert "is not counted" in ledger.problems[0]


def test_records_come_oldest_first(ledger: Ledger) -> None:
    later, earlier = (replace(RECORD, finished=f"2026-11-20T{hour}:00:00Z") for hour in ("12", "07"))
    for record in (later, RECORD, earlier):
        ledger.add(record, OUTPUTS)
    assert ledger.runs(RECORD.subject) == [earlier, RECORD, later]


def test_adding_a_record_twice_keeps_one_and_mends_a_damaged_one(ledger: Ledger) -> None:
    ledger.add(RECORD, OUTPUTS)
    record_file(ledger).write_bytes(b"damaged")
    ledger.add(RECORD, OUTPUTS)
    assert ledger.runs(RECORD.subject) == [RECORD]


def test_what_is_kept_is_the_owners_alone(ledger: Ledger) -> None:
    ledger.add(RECORD, OUTPUTS)
    files = [path for path in ledger.folder.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_killed_writer_leaves_no_half_record(ledger: Ledger) -> None:
    writer = start(
        ledger,
        "import os, time\n"
        "def wait(*_):\n"
        "    print('written', flush=True)\n"
        "    time.sleep(60)\n"
        "Path.replace = wait\n"  # between the write and the rename
        "ledger.add(RECORD, OUTPUTS)\n",
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "written\n"
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    assert ledger.runs(RECORD.subject) == []
    assert ledger.outputs([RECORD]) == {}
    assert ledger.problems == []
    ledger.add(RECORD, OUTPUTS)
    assert ledger.runs(RECORD.subject) == [RECORD]


def test_a_full_disk_is_an_error_with_a_next_step_and_leaves_nothing(ledger: Ledger) -> None:
    """A limit on the size of files is how a full disk looks to one process."""
    writer = start(
        ledger,
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "try:\n"
        "    ledger.add(RECORD, OUTPUTS)\n"
        "except PlacetError as error:\n"
        "    print(error.what, '|', error.help, '|', int(error.exit_code))\n",
    )
    said, _ = writer.communicate(timeout=60)
    assert "evidence can't be written to" in said
    assert said.strip().endswith(
        "make room or mend the permissions; the answers already paid for are in the response cache | 4"
    )
    assert [path for path in ledger.folder.rglob("*") if path.is_file() and path.suffix != ".jsonl"] == []
    assert ledger.runs(RECORD.subject) == []


def test_a_place_where_nothing_can_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "placet").write_text("in the way")
    with pytest.raises(PlacetError, match="evidence can't be written"):
        Ledger(tmp_path / "placet").add(RECORD, OUTPUTS)


def test_processes_that_add_the_same_record_leave_one(ledger: Ledger) -> None:
    script = (
        "go = Path(sys.argv[1]).parent / 'go'\n"
        "print('ready', flush=True)\n"
        "while not go.exists(): pass\n"
        "for _ in range(20): ledger.add(RECORD, OUTPUTS)\n"
        "assert ledger.runs(RECORD.subject) == [RECORD]\n"
    )
    writers = [start(ledger, script) for _ in range(3)]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    (ledger.folder.parent / "go").touch()
    assert [writer.communicate(timeout=60)[0] for writer in writers] == [""] * 3
    assert ledger.runs(RECORD.subject) == [RECORD]
    assert ledger.outputs([RECORD]) == {digest_of_text(ANSWER): ANSWER}
    assert ledger.problems == []
    assert len([path for path in ledger.folder.rglob("*") if path.is_file()]) == 2


def test_outputs_are_one_json_object_a_line(ledger: Ledger) -> None:
    ledger.add(RECORD, OUTPUTS)
    (file,) = (ledger.folder / "outputs").iterdir()
    assert [json.loads(line) for line in file.read_text().splitlines()] == [
        {"case": "one", "trial": 1, "output": ANSWER}
    ]
