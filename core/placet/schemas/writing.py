"""How the generated Python looks: functions, expressions and constants, laid out as the formatter would."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

_WIDTH = 120
_OPPOSITES = ((" not in ", " in "), (" in ", " not in "), (" is not ", " is "), (" is ", " is not "), (" == ", " != "))
_HEAD = '''\
"""Made from {kind}.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations
'''
_TYPING = "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from typing import Any\n"


class Sheet:
    """A module in the making: its functions, what they import, and constants, each written once."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._constants: dict[str, str] = {}  # source -> name
        self._blocks: list[str] = []
        self._made: dict[str, str] = {}  # what a function tests -> its name
        self._names: set[str] = set()

    def written(self, kind: str, last: str) -> str:
        named = "".join(f"{name} = {source}\n" for source, name in self._constants.items())
        imports = [_imported(sorted(self._used))] if self._used else []
        top = "\n".join([_HEAD.format(kind=kind), *imports, _TYPING, *([named] if named else [])])
        return "\n\n".join([top, *(f"{block}\n" for block in (*self._blocks, last))])

    def define(self, path: str, identity: str, write: Callable[[str], str]) -> str:
        if identity not in self._made:
            name = self._name(path)
            self._blocks.append(write(name))
            self._made[identity] = name
        return self._made[identity]

    def _name(self, path: str) -> str:
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", path.strip("_")).lower()
        name = wanted = "_" + (re.sub(r"\W", "_", words) or "file")
        number = 1
        while name in self._names:
            number += 1
            name = f"{wanted}_{number}"
        self._names.add(name)
        return name

    def call(self, helper: str, v: str) -> str:
        self._used.add(helper)
        return f"{helper}({v})"

    def constant(self, sort: str, source: str) -> str:
        if source not in self._constants:
            self._constants[source] = f"_{sort}_{len(self._constants) + 1}"
        return self._constants[source]

    def chars(self, text: str) -> str:
        return self.constant("CHARS", quoted(text))

    def any_of(self, text: str) -> str:
        return self.constant("ANY", f"frozenset({quoted(text)})")

    def literal(self, text: str) -> str:
        """A text in an expression. One that could be taken for a piece of Python gets a name."""
        plain = re.fullmatch(r"[\w$./:@-]*", text, re.ASCII)
        return quoted(text) if plain else self.constant("TEXT", quoted(text))


def function(name: str, tests: list[str], about: str = "") -> str:
    lines = [f'    """{about}"""'] if about else []
    return "\n".join([f"def {name}(value: Any) -> bool:", *lines, *_body(tests)])


def _body(tests: list[str]) -> list[str]:
    """In their order, since a later test takes for granted what an earlier one found. An either-or is a statement."""
    last = max((index for index, test in enumerate(tests) if " or " in test), default=-1)
    guards = [line for test in tests[: last + 1] for line in (f"    if {negated(test)}:", "        return False")]
    return [*guards, *_returned(tests[last + 1 :] or ["True"], 4)]


def either(name: str, whole: list[list[str]]) -> str:
    """A function for values of several types; the first test of each tells whether the value has it."""
    lines = [f"def {name}(value: Any) -> bool:"]
    for first, *tests in whole:
        if tests:
            lines += [f"    if {first}:", *_returned(tests, 8)]
    short = [tests[0] for tests in whole if len(tests) == 1]
    return "\n".join([*lines, *_returned(short or ["False"], 4, "or")])


def text_function(name: str, pattern: str, body: list[str]) -> str:
    about = f"    # {pattern}"
    return "\n".join([f"def {name}(rest: str) -> bool:", about, *(f"    {line}" for line in body)])


def mapping(name: str, known: dict[str, str], cases: list[tuple[str, list[str]]], tests: list[str]) -> str:
    """A function for a mapping: `known` keys by their function, the others by the first case that fits their name."""
    table = f"{name.upper()}_KEYS"
    lines, word = [], "if"
    if known:
        lines = [
            f"        if key in {table}:",
            f"            if not {table}[key](item):",
            "                return False",
        ]
        word = "elif"
    for condition, wanted in cases:
        failing = negated(joined(wanted))
        if condition:
            lines += [f"        {word} {condition}:"]
            lines += [f"            if {failing}:", "                return False"] if wanted else ["            pass"]
            word = "elif"
        elif wanted == ["False"] and known and len(cases) == 1:
            lines = [f"        if key not in {table} or not {table}[key](item):", "            return False"]
        elif wanted == ["False"]:
            lines += ["        else:", "            return False"]
        elif wanted:
            lines += [f"        {word} {failing}:", "            return False"]
    head = [f"def {name}(value: Any) -> bool:", "    if not isinstance(value, dict):", "        return False"]
    loop = ["    for key, item in value.items():" if known or cases[:-1] else "    for item in value.values():", *lines]
    whole = "\n".join([*head, *(loop if lines else []), *_body(tests)])
    return f"{_table(table, known)}\n\n\n{whole}" if known else whole


def joined(tests: list[str]) -> str:
    if len(tests) == 1:
        return tests[0]
    return " and ".join(_grouped(test) if " or " in test else test for test in tests) or "True"


class Either(str):
    """An expression that holds when one of its parts does."""

    __slots__ = ("parts",)
    parts: list[str]


def either_of(tests: list[str]) -> str:
    parts = [test for test in tests if test != "False"]
    if "True" in parts or not parts:
        return str("True" in parts)
    if len(parts) == 1:
        return parts[0]
    made = Either(" or ".join(_grouped(test) if " and " in test else test for test in parts))
    made.parts = parts
    return made


def negated(test: str) -> str:
    if isinstance(test, Either):
        return joined([negated(part) for part in test.parts])
    if test in ("True", "False"):
        return str(test == "False")
    if test.startswith("not ") and _is_grouped(test[4:]):
        return test[4:].removeprefix("(").removesuffix(")") if test[4] == "(" else test[4:]
    if " and " in test or " or " in test:
        return f"not {_grouped(test)}"
    for sign, other in _OPPOSITES:
        if test.count(sign) == 1:
            return test.replace(sign, other)
    return f"not {test}"


def _grouped(test: str) -> str:
    return test if _is_grouped(test) else f"({test})"


def _is_grouped(test: str) -> bool:
    """Whether nothing stands outside of one pair of brackets but the name of what is called."""
    if not re.match(r"[\w.]*\(", test):
        return re.fullmatch(r"\w+", test) is not None
    depth = 0
    for index, char in enumerate(test):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth == 0 and char == ")":
            return index == len(test) - 1
    return False


def word_set(words: list[str]) -> str:
    line = f"frozenset({{{', '.join(map(quoted, words))}}})"
    return (
        line
        if len(line) < _WIDTH - 15
        else "\n".join(["frozenset(", "    {", *(f"        {quoted(word)}," for word in words), "    }", ")"])
    )


def quoted(text: str) -> str:
    """As the formatter writes it: in double quotes unless that needs more backslashes."""
    inside = json.dumps(text)[1:-1]
    if '"' in text and "'" not in text:
        return "'" + inside.replace('\\"', '"') + "'"
    return f'"{inside}"'


def _imported(names: list[str]) -> str:
    line = f"from placet.schemas.checks import {', '.join(names)}\n"
    if len(line) <= _WIDTH + 1:
        return line
    return "\n".join(["from placet.schemas.checks import (", *(f"    {name}," for name in names), ")", ""])


def _table(name: str, known: dict[str, str]) -> str:
    return "\n".join([f"{name} = {{", *(f"    {quoted(key)}: {value}," for key, value in known.items()), "}"])


def _returned(tests: list[str], indent: int, word: str = "and") -> list[str]:
    space = " " * indent
    line = f"{space}return {f' {word} '.join(tests)}"
    if len(line) <= _WIDTH:
        return [line]
    first, *others = tests
    return [f"{space}return (", f"{space}    {first}", *(f"{space}    {word} {one}" for one in others), f"{space})"]
