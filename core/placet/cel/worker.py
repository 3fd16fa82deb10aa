"""What runs in the process that `placet.cel.process` starts: compiles CEL expressions and evaluates them.

It gets messages on its input, each a length and a marshalled tuple, and answers with lines. It opens no file, has no
environment, and may use only so much memory. It knows nothing of Placet and imports nothing of it.
"""

import marshal
import sys
from typing import Any

MOST_MEMORY = 1024 * 1024 * 1024  # bytes of address space, where the system can bound them
#: Whether a rule applies and is met; or what is wrong with an expression, and with which of the two.
MET, UNMET, SKIPPED, COMPILED, READY, ERROR, BROKEN = "MUSCRE!"
_Rule = tuple[frozenset[str], Any, Any]  # the names it may use, and its two compiled expressions


class _FaultError(Exception):
    """What is wrong with an expression."""


class Worker:
    def __init__(self, cel: Any) -> None:
        self.cel = cel
        self.environments: dict[frozenset[str], Any] = {}
        self.rules: dict[int, _Rule] = {}

    def compile(self, index: int, names: list[str], when: str | None, require: str) -> str:
        known = frozenset(names)
        if known not in self.environments:
            dynamic, text = self.cel.Type.DYN, self.cel.Type.STRING
            types = {name: text if name in ("path", "today") else dynamic for name in names}
            self.environments[known] = self.cel.NewEnv(variables=types)
        compiled: dict[str, Any] = {"when": None}
        for key, source in (("when", when), ("require", require)):
            if source is not None:
                try:
                    compiled[key] = self.environments[known].compile(source)
                    self._is_condition(compiled[key])
                except (RuntimeError, ValueError, _FaultError) as fault:
                    return _error(key, fault)
        self.rules[index] = (known, compiled["when"], compiled["require"])
        return COMPILED

    def _is_condition(self, expression: Any) -> None:
        returned = expression.return_type()
        if returned not in (self.cel.Type.BOOL, self.cel.Type.DYN):
            raise _FaultError(f"it is neither true nor false, but {returned.name().lower()}")

    def judge(self, values: dict[str, Any], index: int) -> str:
        names, when, require = self.rules[index]
        own = {name: value for name, value in values.items() if name in names}
        key = "when"
        try:
            if when is not None and not self._is_true(when, own):
                return SKIPPED
            key = "require"
            return MET if self._is_true(require, own) else UNMET
        except (RuntimeError, ValueError, TypeError, OverflowError, _FaultError) as fault:
            return _error(key, fault)

    def _is_true(self, expression: Any, values: dict[str, Any]) -> bool:
        result = expression.eval(data=values)
        if result.type() == self.cel.Type.ERROR:
            raise _FaultError(result.value())
        if result.type() != self.cel.Type.BOOL:
            raise _FaultError(f"it is neither true nor false, but {result.type().name().lower()}")
        return bool(result.plain_value())


def _error(key: str, fault: Exception) -> str:
    return f"{ERROR}{key} {str(fault)[:2000]!a}"


def _bound_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # Windows has no such bound; the time is bounded everywhere


def main(folder: str) -> None:
    """`folder` is where the library is installed; nothing else of that place is imported."""
    _bound_memory()
    sys.path.append(folder)
    read, out = sys.stdin.buffer.read, sys.stdout

    def answer(line: str) -> None:
        out.write(f"{line}\n")
        out.flush()

    try:
        from cel_expr_python import cel
    except ImportError as error:
        answer(f"{BROKEN}{str(error)!a}")
        return
    worker = Worker(cel)
    answer(READY)
    while head := read(4):
        kind, *parts = marshal.loads(read(int.from_bytes(head, "big")))  # noqa: S302 - our own process wrote it
        if kind == "compile":
            answer(worker.compile(*parts))
        else:
            values, indexes = parts
            for index in indexes:
                answer(worker.judge(values, index))


if __name__ == "__main__":
    main(sys.argv[1])
