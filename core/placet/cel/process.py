"""The only door to a CEL library: expressions go to a process of their own, and answers come back in time or never.

cel-expr-python bounds how deep an expression nests (32) and how many elements it goes through (10,000), but neither
the time nor the memory that this takes; what hangs in native code can only be ended from outside. Decides nothing.
"""

from __future__ import annotations

from placet.cel.worker import BROKEN, COMPILED, ERROR, MET, SKIPPED, UNMET
from placet.errors import PlacetError
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from queue import SimpleQueue
    from subprocess import Popen
    from types import TracebackType
    from typing import Any, Self

LIBRARY = "cel_expr_python"
START_SECONDS = 20.0  # our own code: slow is only the machine
LONGEST_SECONDS = 0.8  # for one answer
IN_ALL_SECONDS = 1.5  # for all of them, and besides
EACH_SECONDS = 0.002  # for each answer
LARGEST = 16 * 1024 * 1024  # bytes of values about one file
_KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@record
class Expressions:
    """The two expressions of a rule, and what they may name."""

    when: str | None
    require: str
    names: tuple[str, ...]


@record
class Fault:
    """What is wrong with the expression at `key`; line and column count from 1, 0 where they aren't known."""

    key: str
    message: str
    line: int = 0
    column: int = 0


@record
class Late:
    """No answer came in time. `in_all`: none is waited for any more."""

    in_all: bool = False


#: True: met. False: not met. None: the rule doesn't apply.
Answer = bool | None | Fault | Late


class Evaluation:
    """Compiles the expressions of some rules and evaluates them on one set of values after the other."""

    def __init__(self, rules: Sequence[Expressions]) -> None:
        self.faults: dict[int, Fault] = {}  # by the place of the rule
        self._rules = rules
        self._stopped: set[int] = set()
        self._allowed = IN_ALL_SECONDS
        self._spent = 0.0
        self._process: Popen[bytes] | None = None
        self._lines: SimpleQueue[str] | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._end()

    def judge(self, values: Mapping[str, Any], rules: Sequence[int]) -> Iterator[tuple[int, Answer]]:
        """What each of `rules` makes of `values`. A rule with a fault, or one that was late before, gives no answer."""
        from marshal import dumps

        asked = [index for index in rules if index not in self.faults and index not in self._stopped]
        data = dumps(dict(values)) if asked else b""
        if len(data) > LARGEST:
            yield from ((index, Fault("require", _TOO_LARGE)) for index in asked)
            return
        while asked and self._spent < self._allowed:
            self._send(("judge", dict(values), asked))
            for place, index in enumerate(asked):
                answer = self._answer()
                yield index, answer
                if isinstance(answer, Late):
                    self._stopped.add(index)
                    self._start_again()
                    asked = asked[place + 1 :]
                    break
            else:
                return

    def _answer(self) -> Answer:
        line = self._line(LONGEST_SECONDS)
        self._allowed += EACH_SECONDS
        if line is None:
            return Late(self._spent >= self._allowed)
        if line[0] == ERROR:
            return _fault(line[1:])
        return {MET: True, UNMET: False, SKIPPED: None}[line[0]]

    def _start(self) -> None:
        self._launch()
        for index, rule in enumerate(self._rules):
            if index in self.faults or index in self._stopped:
                continue
            self._send(("compile", index, list(rule.names), rule.when, rule.require))
            line = self._line(LONGEST_SECONDS)
            if line is None:
                self.faults[index] = Fault("require", "it takes too long to compile")
                self._start_again()
                return
            if line[0] != COMPILED:
                self.faults[index] = _fault(line[1:])

    def _start_again(self) -> None:
        self._end()
        if self._spent < self._allowed:
            self._start()

    def _launch(self) -> None:
        from queue import SimpleQueue
        from subprocess import DEVNULL, PIPE, Popen
        from sys import executable
        from threading import Thread

        from placet.cel import worker

        command = [executable, "-I", "-S", str(worker.__file__), _folder()]
        self._process = Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_environment())
        self._lines = SimpleQueue()
        Thread(target=_read, args=(self._process, self._lines), daemon=True).start()
        spent = self._spent
        line = self._line(START_SECONDS) or f"{BROKEN}'its process ends at once'"
        self._spent = spent
        if line[0] == BROKEN:
            self._end()
            why = line[1:].strip("'\"")
            raise PlacetError(
                f"{_NEEDED}, and the CEL library can't be started: {why}",
                help="install it anew: pip install --force-reinstall 'placet[cel]'",
            )

    def _send(self, message: tuple[Any, ...]) -> None:
        from marshal import dumps

        data = dumps(message)
        if self._process is not None and self._process.stdin is not None:
            try:
                self._process.stdin.write(len(data).to_bytes(4, "big") + data)
                self._process.stdin.flush()
            except OSError:
                pass  # it has ended; that no answer comes says so

    def _line(self, seconds: float) -> str | None:
        """The next line of the worker; None when none comes in time, or when it has ended."""
        from queue import Empty
        from time import monotonic

        started = monotonic()
        try:
            line = self._lines.get(timeout=seconds) if self._lines is not None else ""
        except Empty:
            line = ""
        self._spent += monotonic() - started
        return line or None

    def _end(self) -> None:
        process, self._process, self._lines = self._process, None, None
        if process is None:
            return
        from contextlib import suppress

        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):  # what was not sent yet reaches nobody
                    stream.close()


_NEEDED = "policies/rules/ has rules of your own"
_TOO_LARGE = f"what it names is larger than {LARGEST // 2**20} MiB"


def _read(process: Popen[bytes], lines: SimpleQueue[str]) -> None:
    """Until the process ends; the empty line says so."""
    try:
        for line in process.stdout or ():
            lines.put(line.decode("ascii", "replace").rstrip("\n"))
    except (OSError, ValueError):
        pass  # closed by the other thread
    lines.put("")


def _folder() -> str:
    """Where the library is installed. Raises PlacetError when it isn't: a rule is never passed over in silence."""
    from importlib.util import find_spec

    found = find_spec(LIBRARY)
    places = list(found.submodule_search_locations or ()) if found else []
    if not places:
        raise PlacetError(
            f"{_NEEDED}, and evaluating them needs cel-expr-python, which isn't installed",
            help="pip install 'placet[cel]'; in pre-commit give the hook additional_dependencies: [cel-expr-python]",
        )
    return places[0].removesuffix(LIBRARY)


def _environment() -> dict[str, str]:
    """No credential and no setting of Python's reaches the worker, only what a system needs to start a process."""
    from os import environ

    return {name: environ[name] for name in _KEPT if name in environ}


def _fault(line: str) -> Fault:
    """`key 'message'`, as the worker wrote it; a compiler's message begins with a place."""
    from ast import literal_eval

    key, _, written = line.partition(" ")
    message = str(literal_eval(written))
    mark, _, rest = message.partition("ERROR: <input>:")
    if not rest:
        return Fault(key, _plain(message))
    place, _, said = rest.partition(": ")
    row, _, column = place.partition(":")
    first = said.partition("\n")[0].partition(" expecting ")[0].removesuffix("(in container '')").strip()
    first = first.replace("mismatched input '<EOF>'", "it ends too early")
    if mark and row.isdecimal() and column.isdecimal():
        return Fault(key, first, int(row), int(column))
    return Fault(key, first)


def _plain(message: str) -> str:
    """Without the name of a status before it, and the one in brackets behind."""
    head, _, rest = message.partition(": ")
    said = rest if rest and head.isupper() else message
    tail = said.rfind(" [")
    return said[:tail] if tail > 0 and said.endswith("]") and said[tail + 2 : -1].isupper() else said
