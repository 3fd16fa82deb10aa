"""The block of CODEOWNERS that says who must approve what is governed. What is there stays, and stays in force.

The last line that matches decides, so a block at the end could take paths away from owners that an earlier line names
on purpose. Where a line already speaks of a folder, the block leaves that folder out.
"""

from __future__ import annotations

from placet.codeowners import LOCATIONS
from placet.codeowners.owners import TOO_LARGE, parse
from placet.record import record
from placet.scaffold.answers import Answers

BEGIN = (
    "# >>> placet: who must approve changes to production AI. The last line that matches decides: keep this at the end."
)
END = "# <<< placet"
_EVERYTHING = frozenset({"*", "**", "/**", "/*", "**/*", "/**/*", "*/"})


@record
class Addition:
    """CODEOWNERS as it is to be, and the patterns that an earlier line speaks of already."""

    text: str
    spoken_for: tuple[str, ...] = ()


def lines_for(answers: Answers) -> tuple[tuple[str, str], ...]:
    """Each pattern with its owner, from the general to the special."""
    return (
        ("/prompts/", answers.owner),
        ("/systems/", answers.owner),
        ("/systems/*/waivers/", answers.risk),
        ("/policies/", answers.risk),
        ("/.github/workflows/", answers.owner),
        ("/.pre-commit-config.yaml", answers.owner),
        *((f"/{place}", answers.risk) for place in LOCATIONS),
    )


def with_block(data: bytes | None, answers: Answers) -> Addition | None:
    """The file with the block at its end, or as it is if it has one; None if it can't be read or would be too long."""
    if data is None:
        everything = f"{'*':<28}{answers.owner}"
        return Addition(_joined(["# Whatever no line below speaks of.", everything, "", *_block(lines_for(answers))]))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if BEGIN in text:
        return Addition(text)
    named = [rule.pattern for rule in parse(data).rules if rule.pattern not in _EVERYTHING]
    spoken_for = tuple(pattern for pattern, _ in lines_for(answers) if any(_speaks_of(one, pattern) for one in named))
    missing = tuple(line for line in lines_for(answers) if line[0] not in spoken_for)
    if not missing:
        return Addition(text, spoken_for)
    ending = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text or text.endswith("\n") else ending
    made = text + gap + (ending if text.strip() else "") + _joined(_block(missing), ending)
    return Addition(made, spoken_for) if len(made.encode()) < TOO_LARGE else None


def _block(lines: tuple[tuple[str, str], ...]) -> list[str]:
    return [BEGIN, *(f"{pattern:<28}{owner}" for pattern, owner in lines), END]


def _joined(lines: list[str], ending: str = "\n") -> str:
    return "".join(f"{line}{ending}" for line in lines)


def _speaks_of(pattern: str, ours: str) -> bool:
    """Whether a line that is there was written with our folder in mind: the folder, one above it or what is in it."""
    theirs, mine = pattern.strip("/").removeprefix("**/"), ours.strip("/")
    above = ours.endswith("/") and "*" not in ours and mine.startswith(f"{theirs}/")
    return theirs == mine or theirs.startswith(f"{mine}/") or above
