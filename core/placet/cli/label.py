"""`placet label`: a person judges outputs of a suite, without knowing which side gave them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from placet.cli.change import change_options
from placet.cli.colour import paint
from placet.clock import now
from placet.errors import Exit, PlacetError, UsageError
from placet.gather import gather
from placet.git.repository import Repository
from placet.model.label import FAIL, PASS, UNSURE, Label
from placet.moments import stamp
from placet.report.paint import Paint
from placet.report.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from placet.label_file import LabelFile
    from placet.labelling import Sheet, Shown, Work

_VERDICTS = {"p": PASS, "f": FAIL, "u": UNSURE}
_KEYS = "p pass, f fail, u unsure, n note, e expected, s skip, b back, q quit"
_LONGEST_NOTE = 2000


@click.command()
@click.argument("suite")
@change_options
@click.option("--system", "system", metavar="ID", help="The system, where several have a suite of that name.")
@click.option("--author", metavar="WHO", help="Who judges: @user or an e-mail address.  [default: git's user.email]")
def label(
    suite: str, base: str | None, head: str | None, worktree: bool, system: str | None, author: str | None
) -> int:
    """Judge outputs of SUITE, one after the other: pass, fail or unsure, and why.

    Shows each case with what was answered on base and on head, in an order that doesn't say which is which. Outputs
    come from evidence: run `placet review` first. Each verdict is written at once, and the next time goes on where you
    left off. What was expected is shown when you ask for it, and once a case is judged. SUITE is NAME or SYSTEM/NAME.

    One key each at a terminal; elsewhere one line each, in which a note may follow the key: `f promises a refund`.

    \b
    Examples:
      placet label core
      placet label core --head shorter-answers
      placet label support-triage/core --author @dana
    """
    from placet.cli.labelled import chosen
    from placet.label_file import LabelFile
    from placet.labelling import work
    from placet.labels import path_of
    from placet.ledger import Ledger

    repository = Repository.at(Path.cwd())
    person = _person(repository, author)
    found = chosen(gather(repository, base, head, worktree=worktree), suite, system)
    suite = found.suite.name
    file = LabelFile(repository.root, path_of(found.system, suite))
    ledger = Ledger(repository.common_dir / "placet")
    records = [record for subject in found.subjects for record in ledger.runs(subject)]
    mine = [one for one in file.read() if one.author.lower() == person.lower()]
    left = work(found.suite, records, ledger.outputs(records), mine)
    if not left.sheets:
        _nothing(suite, left, bool(mine))
        return Exit.FINE
    _Session(file, person, paint(sys.stdout)).judge(suite, left)
    return Exit.FINE


def _person(repository: Repository, author: str | None) -> str:
    """Who judges. Raises UsageError when that isn't a person's name."""
    from placet.parse.kinds import Kind
    from placet.parse.schema import conforms

    given = author or repository.git.run("config", "user.email", check=False).stdout.decode("utf-8", "replace").strip()
    nothing = f"sha256:{'0' * 64}"
    row = {"case": "a", "subject": nothing, "output": nothing, "verdict": PASS, "at": "2026-01-01T00:00:00Z"}
    if not conforms({**row, "author": given}, Kind.LABELS):
        what = f"{given!r} is no person's name" if given else "nobody knows who judges"
        raise UsageError(printable(what), help="say so: --author @user, or --author you@company.example")
    return given


def _nothing(suite: str, left: Work, begun: bool) -> None:
    if left.erased:
        raise PlacetError(
            f"{left.erased} outputs of {suite} are known by their digest alone: their texts aren't kept here",
            help="run `placet review` in this clone, or judge where the texts are",
        )
    if not begun:
        raise PlacetError(
            f"there are no outputs of {suite} to judge",
            help="make some: placet review. Outputs of other content, or of edited cases, don't count",
        )
    click.echo(f"You have judged every output of {printable(suite)} that is here.")


class _Session:
    """One person at work. Every verdict is in the file before the next output is shown."""

    def __init__(self, file: LabelFile, person: str, paint: Paint) -> None:
        self._file, self._person, self._paint = file, person, paint
        self._said: list[tuple[int, tuple[Label, ...]]] = []  # each with its place
        self._at_terminal = sys.stdin.isatty() and sys.stdout.isatty()

    def judge(self, suite: str, left: Work) -> None:
        click.echo(f"{left.outputs} outputs of {printable(suite)} to judge. {_KEYS}.")
        queue = [(sheet, index) for sheet in left.sheets for index in range(len(sheet.shown))]
        at, shown = 0, None
        while at < len(queue):
            sheet, index = queue[at]
            if sheet is not shown:
                click.echo("\n" + "\n".join(_sheet(sheet, (at + 1, len(queue)), self._paint)))
                shown = sheet
            goes_on = self._one(sheet, index, at)
            if goes_on is None:
                break
            at, shown = goes_on, shown if goes_on > at else None
        self._end(len(queue))

    def _one(self, sheet: Sheet, index: int, at: int) -> int | None:
        """Where to go on, once something was said of the output at place `at`; None to stop."""
        from placet.labelling import letter

        name = f"{letter(index)}: " if len(sheet.shown) > 1 else ""
        note = ""
        while True:
            key, more = self._key(f"{name}verdict")
            note = more or note
            if key in _VERDICTS:
                self._write(sheet.shown[index], _VERDICTS[key], note, at)
                if index == len(sheet.shown) - 1:  # it would colour the verdict on the other answer
                    self._expected(sheet, asked=False)
                return at + 1
            if key == "n" and not more:
                note = self._line("note")
            elif key == "e":
                self._expected(sheet, asked=True)
            elif key == "s":
                return at + 1
            elif key == "b" and self._said:
                before, labels = self._said.pop()
                self._file.take_back(labels)
                return before
            elif key in ("q", ""):
                return None
            elif key not in "n\r\n":
                click.echo(_KEYS)

    def _write(self, shown: Shown, verdict: str, note: str, at: int) -> None:
        from placet.labelling import rows

        labels = rows(shown, verdict, self._person, stamp(now()), note[:_LONGEST_NOTE])
        self._file.add(labels)
        self._said.append((at, labels))

    def _expected(self, sheet: Sheet, *, asked: bool) -> None:
        from placet.report.flips import shown_expected

        text = shown_expected(sheet.case)
        if text or asked:
            click.echo(self._paint.faint(printable(f"  expected: {text or 'nothing is written'}")))

    def _key(self, question: str) -> tuple[str, str]:
        """The key that was pressed and what was written behind it; an empty key at the end of the input."""
        click.echo(f"{question} [p f u n e s b q] ", nl=False)
        if self._at_terminal:
            from placet.cli.keys import read_key

            key = read_key()
            click.echo(key if key.isprintable() else "")
            return key, ""
        line = self._next()
        return (line.strip()[:1].lower() or "?", line.strip()[1:].strip()) if line is not None else ("", "")

    def _line(self, question: str) -> str:
        click.echo(f"{question}: ", nl=False)
        return (self._next() or "").strip()

    def _next(self) -> str | None:
        line = sys.stdin.readline()
        if not self._at_terminal:
            click.echo("")
        return line or None

    def _end(self, total: int) -> None:
        counts = [sum(labels[0].verdict == one for _, labels in self._said) for one in (PASS, FAIL, UNSURE)]
        click.echo(f"\nJudged {len(self._said)} of {total}: {counts[0]} pass, {counts[1]} fail, {counts[2]} unsure.")
        if self._said:
            click.echo(f"They are in {printable(self._file.name)}: commit it, and they count.")


def _sheet(sheet: Sheet, place: tuple[int, int], paint: Paint) -> Iterator[str]:
    from placet.labelling import letter
    from placet.transcript import readable

    yield paint.good(f"{printable(sheet.case.id)}") + paint.faint(f"  output {place[0]} of {place[1]}")
    for name, text in sheet.case.inputs.items():
        yield from _block(name, text, paint)
    for turn in sheet.case.turns:
        yield from _block("and then", turn, paint)
    for index, shown in enumerate(sheet.shown):
        name = f"answer {letter(index)}" if len(sheet.shown) > 1 else "answer"
        yield from _block(name, readable(shown.text), paint)


def _block(label: str, text: str, paint: Paint) -> Iterator[str]:
    yield paint.faint(f"  {printable(label)}")
    yield from (f"    {printable(line)}".rstrip() for line in text.splitlines() or [""])
