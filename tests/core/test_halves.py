"""Reading with a copy of this process: the same snapshot, whatever becomes of the copy."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: In a process of its own, since a test runner has threads, and then nothing is copied.
SCRIPT = """
import os, signal, sys
from tests.governed import EXAMPLES, file, read
from placet import halves
from placet.parse.snapshot import read_snapshot

files = read(EXAMPLES / "base", *sorted(path / "bad" for path in EXAMPLES.iterdir() if (path / "bad").is_dir()))
whole = next(one.data.decode() for path, one in files.items() if path.endswith("/system.yaml"))
for number in range(200):
    path = f"systems/more-{number}/system.yaml"
    files[path] = file(path, whole if number % 3 else whole.replace("id:", "di:"))
forks, real = [], os.fork

def fork():
    child = real()
    if child == 0 and sys.argv[1] == "dies at once":
        os.kill(os.getpid(), signal.SIGKILL)
    forks.append(child)
    return child

os.fork = fork
if sys.argv[1] == "dies half-way":
    said, write = [], os.write
    def dying(end, data):
        if len(said) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        said.append(write(end, data[:100] if said else data))
        return said[-1]
    os.write = dying
if sys.argv[1] == "sends nonsense":
    halves.to_bytes = lambda value: b"nonsense"
found = halves.read(files, least=2)
os.write = write if sys.argv[1] == "dies half-way" else os.write
alone = read_snapshot(files)
assert len(forks) == (0 if sys.argv[1] == "has one processor" else 1), forks
for name in type(alone).__match_args__:
    assert getattr(found, name) == getattr(alone, name), name
assert len(found.findings) > 60, len(found.findings)
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("equal,", len(files), "files")
"""


@pytest.mark.parametrize("copy", ["works", "dies at once", "dies half-way", "sends nonsense"])
def test_the_snapshot_is_that_of_one_process(copy):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, copy], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.startswith("equal,"), done.stderr
