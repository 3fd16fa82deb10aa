"""Rules about files as such."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from placet.findings import Position
from placet.parse.guesses import closest
from placet.parse.kinds import Kind, kind_of, system_of
from placet.rules.problem import Check, Problem

_READ_BY_PEOPLE = (".md", ".txt", ".png", ".svg", ".pdf", ".gitkeep")
_POLICIES = (
    "placet.yaml",
    "tiers.yaml",
    "classification.yaml",
    "providers.yaml",
    "prices.json",
    "controls",
    "rules",
    "suites",
    "tests",
    "keys",
)
_OF_A_SYSTEM = ("system.yaml", "evals", "documents", "waivers", "incidents", "labels")
_closest = lru_cache(maxsize=1_000)(closest)  # thousands of files may stand in one folder


def not_read(check: Check) -> Iterator[Problem]:
    """A registration or suite with the wrong name would otherwise be believed to be in force."""
    suites = (*check.snapshot.suites.values(), *check.snapshot.shared.values())
    used = {suite.cases_path for suite in suites}
    recorded = {suite.recorded for suite in check.snapshot.suites.values()}
    for path in check.snapshot.files:
        kind = kind_of(path)
        if kind is None and not _for_people(path):
            yield Problem(path, Position(), "nothing reads this file", help=_advice(path))
        elif kind is Kind.RECORDED and path not in recorded and not _may_be_named(check, path):
            advice = "name it in a suite's `recorded:`, or remove it"
            yield Problem(path, Position(), "no suite names this recorded file", help=advice)
        elif kind is Kind.CASES and path not in used and not _may_be_named(check, path):
            advice = "name it in a suite's `cases:`, or remove it"
            yield Problem(path, Position(), "no suite names this case file", help=advice)


def _for_people(path: str) -> bool:
    """Whether nobody expects a machine to read the file; a document in `document/` was meant to be."""
    meant = _respelt(path, cutoff=0.8)
    return path.endswith(_READ_BY_PEOPLE) and (meant is None or kind_of(meant) is None)


def _may_be_named(check: Check, path: str) -> bool:
    """Whether a suite beside the case file is broken; it may be the one that names it."""
    return check.has_unread(Kind.SUITE, f"{path.partition('/evals/')[0]}/")


def _advice(path: str) -> str:
    folder, _, name = path.rpartition("/")
    if name.endswith((".yml", ".yaml")) and path.startswith("prompts/"):
        return f"name a prompt *.prompt.yml: {folder}/{name.rpartition('.')[0]}.prompt.yml"
    likely = path.removesuffix(".yml") + ".yaml" if path.endswith(".yml") else path
    meant = likely if kind_of(likely) else _respelt(likely)
    if meant and kind_of(meant):
        return f"rename it to {meant}"
    return "see docs/files.md for the files that are read, and where they belong"


def _respelt(path: str, cutoff: float = 0.6) -> str | None:
    """The path with the one name that Placet gives, rather than its author, spelt right."""
    system, parts = system_of(path), path.split("/")
    place, names = (2, _OF_A_SYSTEM) if system else (1, _POLICIES)
    close = _closest(parts[place], names, cutoff) if len(parts) > place else None
    return "/".join([*parts[:place], close, *parts[place + 1 :]]) if close else None
