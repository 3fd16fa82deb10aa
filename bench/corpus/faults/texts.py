"""Faults of files as such: bytes, characters, YAML that isn't, and names that nothing reads."""

from __future__ import annotations

from bench.corpus.damage import Damage
from bench.corpus.faults.kind import Kind, anyone, edit, excused, prompt, simple, suited
from bench.corpus.files import BOM, Link
from bench.corpus.plan import Plan

_LEVELS = 63  # lists inside the mapping of the file; the next one is the 65th level


def _bom(damage: Damage, plan: Plan) -> None:
    """The mark counts as no column."""
    text = damage.text(plan.registration).removeprefix(BOM).partition("\n")[2]
    damage.put(plan.registration, BOM + text)
    damage.edit(plan.registration, "^(.?)version: 1$", r"\1version: ¦one", "FIL007")


def _crlf(damage: Damage, plan: Plan) -> None:
    damage.put(plan.registration, damage.text(plan.registration).replace("\r\n", "\n").replace("\n", "\r\n"))
    damage.edit(plan.registration, "minutes: .*$", 'minutes: ¦"60"', "FIL007")


def _link(damage: Damage, plan: Plan) -> None:
    damage.files[plan.registration] = Link("../elsewhere/system.yaml")
    damage.whole(plan.registration, "FIL005")


def _stray(name: str) -> Kind:
    def plant(damage: Damage, plan: Plan) -> None:
        path = name.format(system=plan.id)
        damage.put(path, "version: 1\n")
        damage.whole(path, "FIL009")

    return Kind(f"a file that nothing reads: {name}", plant, anyone)


def _stray_cases(damage: Damage, plan: Plan) -> None:
    path = f"systems/{plan.id}/evals/cases/old.jsonl"
    damage.put(path, '{"id": "a", "inputs": {}}\n')
    damage.whole(path, "FIL009")


def _stray_waiver(damage: Damage, plan: Plan) -> None:
    path = f"systems/{plan.id}/waivers/legacy-logging"
    damage.put(f"{path}.yml", damage.text(f"{path}.yaml"))
    damage.remove(f"{path}.yaml")
    damage.whole(f"{path}.yml", "FIL009")


def _empty(damage: Damage, plan: Plan) -> None:
    damage.put(plan.prompt, "")
    damage.whole(plan.prompt, "FIL007")


def _utf16(damage: Damage, plan: Plan) -> None:
    text = damage.text(plan.prompt).encode("utf-16-le").decode("utf-8", "surrogateescape")
    damage.put(plan.prompt, "\udcff\udcfe" + text)
    damage.whole(plan.prompt, "FIL004")


def _second(damage: Damage, plan: Plan) -> None:
    damage.append(plan.prompt, "¦---\nname: Another\n", "FIL001")


TEXTS: tuple[Kind, ...] = (
    Kind("a fault behind a byte order mark", _bom, anyone),
    Kind("a fault in a file with CRLF", _crlf, anyone),
    Kind("a NUL byte", edit("^title: (.)", "title: \\1¦\0", "FIL004"), anyone),
    Kind("a byte that is no UTF-8", edit("^title: (.)", "title: \\1¦\udcff", "FIL004"), anyone),
    Kind("a line separator that only some see", prompt("^name: (.)", "name: \\1¦\u2028", "FIL004"), anyone),
    Kind("a carriage return alone", prompt("^name: (.)", "name: \\1¦\r", "FIL004"), anyone),
    Kind("a file in UTF-16", _utf16, simple),
    Kind(
        "deeper than anybody writes",
        edit(r"^cost_center: .*$", f"x-deep: {'[' * _LEVELS}¦{'[' * 7}{']' * (_LEVELS + 7)}", "FIL003"),
        anyone,
    ),
    Kind("an alias without an anchor", edit(r"^cost_center: .*$", "cost_center: ¦*center", "FIL001"), anyone),
    Kind("a merge key", edit(r"^  circuit_breaker: \{", "  circuit_breaker: {¦<<: {a: 1}, ", "FIL001"), anyone),
    Kind("a key that is no text", edit(r"^(cost_center: .*)$", r"\1\n¦1: one", "FIL001"), anyone),
    Kind("a second document", _second, simple),
    Kind("an empty file", _empty, simple),
    Kind("a symbolic link", _link, simple),
    _stray("systems/{system}/sytem.yaml"),
    _stray("systems/{system}/notes.yaml"),
    _stray("systems/{system}/eval/core.yaml"),
    _stray("prompts/{system}/draft.yaml"),
    Kind("a case file that no suite names", _stray_cases, suited),
    Kind("a waiver with the wrong ending", _stray_waiver, excused),
)
