"""JUnit XML, as test runners write it: each test is a case, and whether it passed its only score.

Pure. A document type is refused before anything is expanded, so that no entity can be. A skipped test has no score.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from placet.imports import told
from placet.imports.told import Imported, Told, refused

MOST_ELEMENTS = 500_000
DEEPEST = 64
_OUTCOMES = frozenset({"failure", "error", "skipped"})
_METRIC = "pass"


def read(data: bytes) -> Imported:
    """Raises PlacetError for what isn't JUnit XML."""
    if len(data) > told.LARGEST:
        raise refused(f"this file has {len(data):,} bytes, and at most {told.LARGEST:,} are read", "import it in parts")
    reader = _Reader()
    try:
        reader.parse(data)
    except expat.ExpatError as error:
        raise refused(
            f"this isn't XML: line {error.lineno}, column {error.offset + 1}: {expat.ErrorString(error.code)}"
        ) from None
    except (ValueError, LookupError):
        raise refused("this isn't XML in an encoding that is read", "write it in UTF-8") from None
    if not reader.is_junit:
        raise refused("this isn't JUnit XML", "its first element is <testsuites> or <testsuite>")
    made = next((day for day in map(told.day_of, reader.stamps) if day), "")
    tool = told.line(next(iter(reader.suites), ""), "JUnit")
    return told.whole(Imported(tool, "unknown", made, "", tuple(reader.trials)))


@dataclass
class _Reader:
    """Collects test cases while expat walks through the file."""

    trials: list[Told] = field(default_factory=list)
    suites: list[str] = field(default_factory=list)
    stamps: list[str] = field(default_factory=list)
    is_junit: bool = False
    _depth: int = 0
    _elements: int = 0
    _case: dict[str, str] | None = None
    _outcome: str = ""

    def parse(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.EntityDeclHandler = _no_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.Parse(data, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > DEEPEST or self._elements > MOST_ELEMENTS:
            raise refused("this file nests deeper, or has more elements, than are read", "import it in parts")
        name = name.rpartition("}")[2].rpartition(":")[2]
        self.is_junit = self.is_junit or (self._depth == 1 and name in ("testsuites", "testsuite"))
        if name == "testsuite":
            self.suites.append(attributes.get("name", ""))
            self.stamps.append(attributes.get("timestamp", ""))
        elif name == "testcase":
            self._case, self._outcome = attributes, ""
        elif name in _OUTCOMES and self._case is not None:
            self._outcome = name if self._outcome != "error" else self._outcome

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name.rpartition("}")[2].rpartition(":")[2] == "testcase" and self._case is not None:
            self.trials.append(_trial(self._case, self._outcome))
            self._case = None


def _no_doctype(*_: object) -> None:
    raise refused("this file declares a document type, and entities with it; neither is read", "remove its <!DOCTYPE>")


def _trial(case: dict[str, str], outcome: str) -> Told:
    inputs = {name: case[name] for name in ("classname", "name") if case.get(name)}
    name = told.case_name(".".join(inputs.values()))
    try:
        taken = told.milliseconds(float(case.get("time", "")), 1000)
    except ValueError:
        taken = None
    if outcome == "error":
        return Told(name, inputs, error="the test ended in an error", latency_ms=taken)
    score = {"": 1.0, "failure": 0.0}.get(outcome)
    return Told(name, inputs, scores={_METRIC: score}, latency_ms=taken)
