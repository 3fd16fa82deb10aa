"""What the commit door promises, and whether a measurement keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.timing import Spent, median, ratio

if TYPE_CHECKING:
    from bench.hooks import Bench


@dataclass(frozen=True, slots=True)
class Target:
    """`figure` is None where nothing was measured to compare with."""

    what: str
    wanted: str
    figure: float | None
    met: bool | None
    unit: str = "x"


def at_most(what: str, most: float, figure: float | None, unit: str = "x") -> Target:
    return Target(what, f"at most {most:g}{_spaced(unit)}", figure, None if figure is None else figure <= most, unit)


def at_least(what: str, least: float, figure: float | None, unit: str = "x") -> Target:
    return Target(what, f"at least {least:g}{_spaced(unit)}", figure, None if figure is None else figure >= least, unit)


def told(what: str, figure: float | None, unit: str = "x") -> Target:
    """Nothing was promised of it."""
    return Target(what, "", figure, None, unit)


def judged(bench: Bench, faults: tuple[int, int, int]) -> list[Target]:
    large, small = bench.found[bench.largest], bench.found[min(bench.sizes)]
    hook, cold = large["native hook, 5 changed"], large["cold, without an index"]
    peer = large.get("check-jsonschema, 5 files")
    planted, exact, false = faults
    check = bench.found[0]
    return [
        at_most("warm, 5 files changed, against the floor", 1.7, ratio(hook, large["floor"])),
        told("the same in CPU", ratio(hook, large["floor"], "cpu")),
        at_least("check-jsonschema on the same 5 files, against warm", 5, ratio(peer, hook) if peer else None),
        at_most(
            "warm in the largest repository, against the smallest", 1.5, ratio(hook, small["native hook, 5 changed"])
        ),
        at_least("check-jsonschema per file, against cold", 20, _against(bench, "check-jsonschema", "wall")),
        told("the same in CPU", _against(bench, "check-jsonschema", "cpu")),
        at_least("ajv-cli per file, against cold, CPU", 1, _against(bench, "ajv-cli", "cpu")),
        at_most("memory warm", 40, max(one.peak for one in hook), "MiB"),
        at_most("memory cold", 400, max(one.peak for one in cold), "MiB"),
        at_most("placet check here, against its imports", 1.5, ratio(*_pair(check))),
        at_least(f"faults found at their exact place, of {planted}", planted, exact, ""),
        at_most("false findings", 0, false, ""),
    ]


def _pair(check: dict[str, list[Spent]]) -> tuple[list[Spent], list[Spent]]:
    return check["placet check"], check["import click, ruamel.yaml, jsonschema"]


def per_file(bench: Bench, what: str) -> dict[str, float]:
    """Milliseconds (`wall` or `cpu`) for one more file: a longer run less a shorter one, so that no start-up counts."""
    large, size, least = bench.found[bench.largest], bench.largest, min(bench.sizes)
    found = {}
    if size > least:
        more = median(large["cold, without an index"], what) - median(
            bench.found[least]["cold, without an index"], what
        )
        found["placet"] = 1_000 * more / (bench.files[size] - bench.files[least])
    for name in ("check-jsonschema", "ajv-cli"):
        few = large.get(f"{name}, 5 of them")
        many = large.get(f"{name}, {bench.many} files")
        if few and many:
            found[name] = 1_000 * (median(many, what) - median(few, what)) / (bench.many - 5)
    return found


def _against(bench: Bench, peer: str, what: str) -> float | None:
    costs = per_file(bench, what)
    return costs[peer] / costs["placet"] if peer in costs and "placet" in costs else None


def costs(bench: Bench) -> str:
    """What one more file costs each tool, and what it does for that."""
    does = {
        "placet": "schema, every reference, every rule; every kind of file",
        "check-jsonschema": "schema; registrations",
        "ajv-cli": "schema; registrations",
    }
    wall, cpu = per_file(bench, "wall"), per_file(bench, "cpu")
    lines = [f"  {'one more file':<24}{'ms':>8}{'CPU ms':>8}"]
    return "\n".join(lines + [f"  {name:<24}{wall[name]:>8.2f}{cpu[name]:>8.2f}  {does[name]}" for name in cpu])


def shown(targets: list[Target]) -> str:
    lines = [f"  {'target':<56}{'wanted':>16}{'found':>12}"]
    for target in targets:
        figure = "not measured" if target.figure is None else f"{target.figure:.4g}{_spaced(target.unit)}"
        verdict = "" if target.met is None else "met" if target.met else "NOT MET"
        lines.append(f"  {target.what:<56}{target.wanted:>16}{figure:>12}  {verdict}")
    return "\n".join(lines)


def _spaced(unit: str) -> str:
    return unit if unit in ("", "x") else f" {unit}"
