"""`placet rules`: every rule there is, or the page of one."""

from __future__ import annotations

import click

from placet.errors import Exit, UsageError
from placet.findings import Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from placet.rules.catalogue import Rule


@click.command()
@click.argument("id", required=False)
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def rules(id: str | None, format_: str) -> int:
    """List every rule, or show the page of the rule ID: what it finds, why, and how to fix it.

    \b
    Examples:
      placet rules
      placet rules SYS021
      placet rules --format json
    """
    from placet.rules.catalogue import RULES

    if id is None:
        _echo(_all(RULES, format_), format_)
    else:
        _echo(_one(_named(id, RULES), format_), format_)
    return Exit.FINE


def _named(id: str, known: tuple[Rule, ...]) -> Rule:
    from placet.parse.guesses import closest

    by_id = {rule.id: rule for rule in known}
    if id.upper() in by_id:
        return by_id[id.upper()]
    close = closest(id.upper(), by_id, cutoff=0.7)
    advice = f"did you mean {close} ({by_id[close].title})?" if close else "see them all: placet rules"
    if id[:4].isalpha():
        advice = "ids of four letters or more are of this organisation's own rules, in policies/rules/"
    raise UsageError(f"there is no rule {id}", help=advice)


def _all(known: tuple[Rule, ...], format_: str) -> str:
    if format_ == "json":
        return _json([_plain(rule) for rule in known])
    if format_ == "markdown":
        rows = [f"| {rule.id} | {rule.title} | {rule.severity.label} |" for rule in known]
        return "\n".join(["| rule | finds | severity |", "| --- | --- | --- |", *rows])
    lines = []
    for before, rule in zip((None, *known), known, strict=False):
        gap = "\n" if before is not None and before.id[:3] != rule.id[:3] else ""
        level = "  (warning)" if rule.severity is Severity.WARNING else ""
        lines.append(f"{gap}{rule.id}  {rule.title}{level}")
    return "\n".join([*lines, "", f"{len(known)} rules. The page of one: placet rules {known[-1].id}"])


def _one(rule: Rule, format_: str) -> str:
    from placet.pages import page_of

    page = page_of(rule.id)
    if format_ == "json":
        return _json(_plain(rule) | {"page": page})
    if page is None:
        page = f"# {rule.id}: {rule.title}\n\nSeverity: {rule.severity.label}\n"
    return page.rstrip("\n") if format_ == "markdown" else _for_a_terminal(page)


def _for_a_terminal(page: str) -> str:
    """The page without what only Markdown needs: blocks of code are set in."""
    lines, code = [], False
    for line in page.rstrip("\n").split("\n"):
        if line.startswith("```"):
            code = not code
        elif code:
            lines.append(f"    {line}".rstrip())
        elif line.startswith("#"):
            lines.append(line.lstrip("# "))
        else:
            lines.append(line)
    return "\n".join(lines)


def _plain(rule: Rule) -> dict[str, Any]:
    return {"id": rule.id, "severity": rule.severity.label, "title": rule.title}


def _json(value: object) -> str:
    from json import dumps

    return dumps(value, indent=2, ensure_ascii=True)


def _echo(text: str, format_: str) -> None:
    click.echo(text.encode() if format_ != "text" else text)
