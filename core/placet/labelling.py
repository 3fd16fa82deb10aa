"""What is put before a person to judge: outputs of a suite, case by case, without a word about which side gave them.

Pure. Order and letters come from digests, so that they say nothing about the sides, and are the same after a break.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from placet.digest import case_digest, digest
from placet.evidence import RunRecord
from placet.model.label import Label
from placet.model.suite import Case, Suite


@dataclass(frozen=True, slots=True)
class Shown:
    """One output of a case. `subjects` are all that gave it: an equal answer is judged once, for each of them."""

    case: Case
    output: str  # the digest of the text
    text: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The outputs of one case that are judged together, in the order of their letters."""

    case: Case
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """What is left to judge, and what can't be: outputs whose text isn't kept here."""

    sheets: tuple[Sheet, ...]
    erased: int = 0

    @property
    def outputs(self) -> int:
        return sum(len(sheet.shown) for sheet in self.sheets)


def work(suite: Suite, records: Iterable[RunRecord], texts: Mapping[str, str], done: Collection[Label]) -> Work:
    """The outputs in `records` of the cases as `suite` asks them, without those that `done` has a verdict on."""
    by_digest = {case_digest(case): case for case in suite.cases}
    given: dict[tuple[str, str], set[str]] = {}
    for record in records:
        for run in record.cases:
            if run.digest in by_digest:
                for trial in run.trials:
                    if trial.output is not None:
                        given.setdefault((run.digest, trial.output), set()).add(record.subject)
    judged = {(label.case, label.output, label.subject) for label in done}
    sheets: dict[str, list[Shown]] = {}
    erased = 0
    for (id, output), subjects in given.items():
        case = by_digest[id]
        left = tuple(sorted(each for each in subjects if (case.id, output, each) not in judged))
        erased += bool(left) and output not in texts
        if left and output in texts:
            sheets.setdefault(id, []).append(Shown(case, output, texts[output], left))
    ordered = sorted(sheets, key=lambda id: digest(["sheet", id]))
    return Work(tuple(_sheet(by_digest[id], sheets[id]) for id in ordered), erased)


def _sheet(case: Case, shown: Iterable[Shown]) -> Sheet:
    """The letters go by a digest of what is shown; the subjects have no say in it."""
    return Sheet(case, tuple(sorted(shown, key=lambda one: digest([case_digest(case), one.output]))))


def letter(index: int) -> str:
    """A, B, ... Z, AA, AB ..."""
    before, last = divmod(index, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + last)


def rows(shown: Shown, verdict: str, author: str, at: str, note: str) -> tuple[Label, ...]:
    """The labels that one verdict makes: one for each subject that gave the output."""
    return tuple(Label(shown.case.id, subject, shown.output, verdict, author, at, note) for subject in shown.subjects)
