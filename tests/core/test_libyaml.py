"""The parser without the rest of PyYAML reads, refuses and complains as it does with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from placet.parse import libyaml
from placet.parse.tree import Tree, read_yaml

ROOT = Path(__file__).parents[2]
TEXTS = [
    "a: 1\nb: [x, 'y', {c: 2.5}]\n",
    "a: &x [1, 2]\nb: *x\n",
    "a: [1, 2\nb: 3\n",
    "a: 'unclosed\n",
    "a: b: c\n",
    "\ta: 1\n",
    "a: !!python/object:os.system x\n",
    "a: \x00\n",
    "a: \ufffe\n",
    'a: "\\ud800"\n',
    'a: "\\xzz"\n',
    "- 1\n- 2\n",
    "%YAML 1.2\n---\na: 1\n",
    "a: 1\n---\nb: 2\n",
    "",
    "? a\n: b\n",
    "{a: 1, b: [}",
    "@a: 1\n",
]
#: Reads texts in a process of its own and prints what came of them.
READER = """
import json, sys
from placet.parse.tree import Tree, read_yaml
assert "yaml.constructor" not in sys.modules, "all of PyYAML is loaded"
def shown(read):
    return ["tree", repr(read.value)] if isinstance(read, Tree) else ["findings", repr(read)]
answers = [shown(read_yaml("a.yaml", text.encode("utf-8", "surrogatepass"))) for text in json.load(sys.stdin)]
{afterwards}
print(json.dumps(answers))
"""


def lean(texts: list[str], afterwards: str = "") -> list[list[str]]:
    code = READER.replace("{afterwards}", afterwards)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    answers: list[list[str]] = json.loads(done.stdout)
    return answers


def whole(text: str) -> list[str]:
    assert yaml.safe_load("a: 1") == {"a": 1}  # all of PyYAML is loaded here
    read = read_yaml("a.yaml", text.encode("utf-8", "surrogatepass"))
    return ["tree", repr(read.value)] if isinstance(read, Tree) else ["findings", repr(read)]


def test_reads_and_complains_alike() -> None:
    answers = lean(TEXTS)
    assert answers == [whole(text) for text in TEXTS]
    assert {kind for kind, _ in answers} == {"tree", "findings"}


def test_reads_every_governed_file_of_this_repository_alike() -> None:
    files = [path for folder in ("policies", "prompts", "systems") for path in (ROOT / folder).rglob("*.y*ml")]
    texts = [path.read_text("utf-8") for path in files]
    assert lean(texts) == [whole(text) for text in texts]


def test_gives_all_of_pyyaml_to_whoever_asks_for_it_later() -> None:
    afterwards = """
import yaml
assert yaml.safe_load("a: [1]") == {"a": [1]}
assert yaml.load("a: [1]", Loader=yaml.CSafeLoader) == {"a": [1]}
assert yaml.safe_dump({"a": 1}) == "a: 1\\n"
assert yaml.nodes.ScalarNode and yaml.scanner.ScannerError and yaml.__with_libyaml__
try:
    yaml.safe_load("a: [")
except yaml.YAMLError:
    pass
else:
    raise AssertionError
from yaml import SafeLoader, dump
import yaml.resolver
"""
    assert lean(["a: 1\n"], afterwards)[0][0] == "tree"


def test_falls_back_to_all_of_it_when_it_is_another_pyyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    def other() -> None:
        raise AttributeError("a PyYAML that asks for more")

    for name in [name for name in sys.modules if name == "yaml" or name.startswith("yaml.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(libyaml, "_lean", other)
    parser, error = libyaml.load()
    assert hasattr(parser, "get_event")
    assert issubclass(error, Exception)
