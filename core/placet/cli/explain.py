"""`placet explain`: how a change was decided, and every input of one requirement. Calls no model."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from placet.cli.change import change_options
from placet.cli.colour import paint
from placet.decided import Decided, decided, of
from placet.decided_record import LARGEST, as_value, differences, from_bytes
from placet.errors import Exit, PlacetError, UsageError
from placet.gather import gather
from placet.git.repository import Repository
from placet.reasons import Node
from placet.record import replace


@click.command()
@click.argument("requirement", required=False)
@change_options
@click.option("--facts", metavar="FILE", help="Count approvals as well, by this facts document (docs/approvals.md).")
@click.option("--recorded", metavar="FILE", help="A decision of before, as JSON: say whether it still holds.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def explain(
    requirement: str | None,
    base: str | None,
    head: str | None,
    worktree: bool,
    facts: str | None,
    recorded: str | None,
    format_: str,
) -> int:
    """Show how a change is decided: every requirement, how it stands, and what would unblock it.

    Evidence alone answers: no model is called. What evidence lacks is said; `placet review` finds it out. REQUIREMENT
    names one requirement, or a part of its name, and shows every input that led to it.

    \b
    Examples:
      placet explain
      placet explain core.accuracy
      placet explain people --facts facts.json
      placet explain --format json > decision.json
      placet explain --recorded decision.json
    """
    if recorded and (requirement or format_ != "text"):
        raise UsageError("--recorded compares a whole decision, as text", help="leave out REQUIREMENT and --format")
    repository = Repository.at(Path.cwd())
    found = _found(repository, (base, head), facts, worktree=worktree)
    if recorded:
        return _still_holds(found, recorded)
    click.echo(_rendered(found, _wanted(found, requirement), format_))
    return Exit.FINE


def _found(
    repository: Repository, ends: tuple[str | None, str | None], facts: str | None, *, worktree: bool
) -> Decided:
    from placet.known import known
    from placet.review import Wishes, tools_for

    gathered = gather(repository, *ends, worktree=worktree)
    last = known(gathered, tools_for(repository, gathered, Wishes()))
    if facts is None:
        return replace(decided(gathered.plan, last.facts, last.decision), evidence=last.evidence)
    from placet.voices import counted

    voices = counted(_document(facts), gathered.plan, last.decision.approvals)
    found = decided(gathered.plan, last.facts, last.decision, voices.tree)
    return replace(found, inputs={**found.inputs, "facts": voices.facts}, evidence=last.evidence)


def _document(path: str) -> Any:
    """The JSON of a facts document, or nothing that could be one."""
    from placet.approval.document import LARGEST as LARGEST_FACTS
    from placet.approval.document import read

    value, trouble = read(_bytes(path, LARGEST_FACTS, "a facts document"))
    if trouble:
        raise PlacetError(f"{path}: {trouble.path} {trouble.text}", help="name a facts document (docs/approvals.md)")
    return value


def _bytes(path: str, largest: int, what: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(largest + 1)
    except OSError as error:
        raise PlacetError(f"{path} can't be read: {error.strerror}", help=f"name {what}") from error


def _wanted(found: Decided, requirement: str | None) -> list[Node] | None:
    if requirement is None:
        return None
    nodes = of(found.requirements, requirement)
    if not nodes:
        known = ", ".join(node.id for node in found.requirements)
        raise UsageError(f"this change has no requirement `{requirement}`", help=f"it has: {known}")
    return nodes


def _rendered(found: Decided, nodes: Sequence[Node] | None, format_: str) -> str:
    from placet.report.explained import as_markdown, as_text
    from placet.report.in_depth import in_depth
    from placet.report.json_report import dumped

    if format_ == "json":
        chosen = found if nodes is None else replace(found, requirements=tuple(nodes))
        return dumped(as_value(chosen))
    if format_ == "markdown":
        return as_markdown(found, nodes)
    return as_text(found, paint(sys.stdout)) if nodes is None else in_depth(nodes, paint(sys.stdout))


def _still_holds(found: Decided, path: str) -> int:
    from placet.report.escape import plain

    data = _bytes(path, LARGEST, "a file that `placet explain --format json` wrote")
    try:
        old = from_bytes(data)
    except ValueError as error:
        raise PlacetError(f"{path}: {error}", help="name a file that `placet explain --format json` wrote") from error
    changed = list(differences(old, found))
    if not changed:
        click.echo(f"it still holds: {found.answer.value}, decided from the same inputs")
        return Exit.FINE
    click.echo(f"it no longer holds as it was on {plain(old.day)}:")
    for text in changed:
        click.echo(f"  {plain(text)}")
    return Exit.NOT_MET
