"""`placet decide`: decide a facts document about approvals, and say whether a recorded decision still holds."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from placet.approval.document import LARGEST, read
from placet.approval.replay import differences
from placet.approval.verdict import BLOCK, ERROR, ApprovalDecision, as_json, decide, unreadable
from placet.cli.colour import paint
from placet.errors import Exit, UsageError


@click.command("decide")
@click.option("--facts", metavar="FILE", required=True, help="The facts document; `-` reads standard input.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def decide_(facts: str, format_: str) -> int:
    """Decide whose approvals count and whether they are enough, from FILE alone.

    Reads nothing else: no repository, no network, no clock. The same facts always lead to the same decision, and so a
    document with the `decision` that was made of it is a replay.

    Exits with 0 when the decision is PASS, 1 when it is BLOCK, 4 when it is ERROR. With a recorded decision: 0 when it
    still holds, 1 when it doesn't, 4 when that can't be told any more.

    \b
    Examples:
      placet decide --facts facts.json
      placet decide --facts facts.json --format json > decision.json
      placet decide --facts - < facts.json
    """
    value, found = _decided(_data(facts))
    recorded = value.get("decision") if isinstance(value, dict) and found.facts else None
    changed = differences(recorded, found) if recorded else None
    if format_ == "json":
        held = {} if changed is None else {"replay": {"holds": not changed, "differences": list(changed)}}
        click.echo(json.dumps({**as_json(found), **held}, indent=2, ensure_ascii=True))
    else:
        from placet.report.approval import as_text

        click.echo(as_text(found, paint(sys.stdout), changed))
    return _exit(found, changed)


def _decided(data: bytes) -> tuple[Any, ApprovalDecision]:
    value, trouble = read(data)
    return (value, decide(value)) if trouble is None else (None, unreadable((trouble,)))


def _data(path: str) -> bytes:
    """At most one byte more than is read."""
    if path == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        with Path(path).open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"{path} can't be read: {error.strerror}", help="name a facts document: docs/approvals.md"
        ) from None


def _exit(found: ApprovalDecision, changed: tuple[str, ...] | None) -> Exit:
    if changed is not None and not changed:
        return Exit.FINE
    if found.decision == ERROR:
        return Exit.CANNOT_DECIDE
    return Exit.NOT_MET if changed or found.decision == BLOCK else Exit.FINE
