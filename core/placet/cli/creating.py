"""What the commands of `placet new` share: the repository's policies, answers, writing, and what is left to do."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import click

from placet.cli.writing import Writer
from placet.clock import now
from placet.errors import PlacetError, UsageError
from placet.findings import Finding, Severity
from placet.git.repository import Repository
from placet.load import snapshot_of_worktree
from placet.model.policy import Policies
from placet.model.register import System
from placet.parse.guesses import closest
from placet.parse.snapshot import Snapshot
from placet.report.printable import printable
from placet.scaffold.start import Draft

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # noqa: TID251
_LONGEST_ID = 64
_MOST_LEFT = 20


@dataclass(frozen=True)
class Here:
    """The repository as it stands before anything is written."""

    repository: Repository
    snapshot: Snapshot
    today: date

    @classmethod
    def now(cls) -> Here:
        repository = Repository.at(Path.cwd())
        return cls(repository, snapshot_of_worktree(repository), now().date())

    @cached_property
    def policies(self) -> Policies:
        """Raises PlacetError where nothing could judge what is written."""
        policies = self.snapshot.policies
        if policies is None:
            raise PlacetError(
                "what is written is judged by policies, and they are missing here or broken",
                help="write them with: placet init; if they are there, see: placet check policies",
            )
        return policies

    def system(self, id: str) -> System:
        """The registered system. Raises UsageError, with the one that may be meant."""
        found = self.snapshot.by_id.get(id)
        if found is None:
            raise unknown("system", id, self.snapshot.by_id, "register it: placet new system")
        return found

    def write(self, drafts: Sequence[Draft], changed: Draft | None = None, note: str = "", assumed: str = "") -> None:
        """Write new files, then change one that is there, and say what is left: by `note`, for the check, `assumed`."""
        writer = Writer(self.repository)
        there = [draft.path for draft in drafts if writer.read(draft.path) is not None]
        if there:
            raise UsageError(f"{there[0]} is there already, and stays as it is", help="choose another name, or edit it")
        self.renew([*drafts, *([changed] if changed else [])], note, assumed)

    def renew(self, drafts: Sequence[Draft], note: str = "", assumed: str = "") -> None:
        """Write files, in place of those that are there, and say what is left."""
        writer = Writer(self.repository)
        before = set(_said(self._findings(self.snapshot)))
        for draft in drafts:
            old, new = writer.read(draft.path), draft.text.encode()
            if old is None:
                writer.create(draft.path, new)
            elif old != new:
                writer.replace(draft.path, old, new)
            what = "wrote" if old is None else "changed" if old != new else "unchanged:"
            click.echo(f"{what} {printable(draft.path)}")
        after = self._findings(snapshot_of_worktree(self.repository))
        _show_left([finding for finding in after if _key(finding) not in before], note)
        if assumed:
            click.echo(f"\n{printable(assumed)}")
        errors = sum(one.severity is Severity.ERROR for one in after if _key(one) not in before)
        if errors:
            which = "this finding is" if errors == 1 else f"these {errors} findings are"
            click.echo(f"\nIt can't be committed until {which} mended.")

    def _findings(self, snapshot: Snapshot) -> tuple[Finding, ...]:
        from placet.rules.catalogue import check

        return check(snapshot, self.today)


def _key(finding: Finding) -> tuple[str, str, str]:
    return (finding.rule, finding.path, finding.message)


def _said(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    return [_key(finding) for finding in findings]


def _show_left(findings: Sequence[Finding], note: str) -> None:
    if note:
        click.echo(f"\nYours to write: {printable(note)}")
    if not findings:
        click.echo("placet check has no new finding.")
        return
    click.echo("\nLeft to do, as placet check will say:")
    for finding in findings[:_MOST_LEFT]:
        level = "warning: " if finding.severity is Severity.WARNING else ""
        place = f"{finding.path}:{finding.position.line}"
        click.echo(f"  {printable(place)}: {finding.rule} {level}{printable(finding.message)}")
        if finding.help:
            click.echo(f"     {printable(finding.help)}")
    if len(findings) > _MOST_LEFT:
        click.echo(f"  ... and {len(findings) - _MOST_LEFT} more: placet check")


def answer(given: str | None, option: str, question: str, guess: str | None = None) -> str:
    """What was given, else what somebody at the terminal says, else the guess. Raises UsageError without any."""
    if given is not None and given.strip():
        return given.strip()
    if sys.stdin.isatty():
        said: str = click.prompt(question, default=guess, err=True)
        return said.strip()
    if guess is None:
        raise UsageError(f"this needs {option}", help=f"{question} Nobody is here to be asked, so give {option}")
    return guess


def is_id(text: str) -> bool:
    return len(text) <= _LONGEST_ID and _ID.fullmatch(text) is not None


def checked_id(text: str, what: str) -> str:
    """`text`, once it is an id. Raises UsageError, with one that it could be."""
    if is_id(text):
        return text
    from placet.scan.units import slug

    likely = slug(text)
    advice = f"did you mean {likely}? " if likely else ""
    raise UsageError(f"`{text}` is no name of a {what}", help=f"{advice}Names are lowercase words joined by hyphens")


def checked_line(text: str, option: str, most: int = 200) -> str:
    """`text`, once it fits on one line of a file. Raises UsageError."""
    if not text.strip() or len(text) > most or any(ord(char) < 0x20 for char in text):
        raise UsageError(f"{option} takes a text of one line and at most {most} characters", help="shorten it")
    return text.strip()


def unknown(what: str, name: str, known: Collection[str], otherwise: str) -> UsageError:
    """That nothing is called `name`, and what may be meant."""
    close = closest(name, list(known))
    listed = ", ".join(sorted(known)[:10])
    advice = (
        f"did you mean {close}?"
        if close
        else f"there {'are' if len(known) > 1 else 'is'} {listed}"
        if known
        else otherwise
    )
    return UsageError(f"no {what} `{name}`", help=advice)
