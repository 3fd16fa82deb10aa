"""`placet cache`: what the response cache holds, why an answer isn't in it, and how to share or shrink it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from placet.cache import Cache
from placet.cache.survey import Miss, Pruning, explain, held, prune
from placet.cli.change import change_options
from placet.errors import Exit, PlacetError, UsageError
from placet.git.repository import Repository
from placet.record import as_dict

_UNITS = {"K": 1024, "M": 1024**2, "G": 1024**3}
_SHOWN = 20


@click.group()
def cache() -> None:
    """Show, explain, prune or share the answers that earlier calls brought.

    An answer is kept under everything that can change it: provider, model, parameters, messages and the number of its
    trial. The file lies in the git directory and belongs to nobody but you.

    \b
    Examples:
      placet cache show
      placet cache explain --worktree
    """


def _path() -> Path:
    return Repository.at(Path.cwd()).common_dir / "placet" / "cache.sqlite"


@cache.command()
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(format_: str) -> int:
    """Show how many answers are kept, by provider and model, and how many the last run could use.

    \b
    Examples:
      placet cache show
      placet cache show --format json
    """
    found = held(_path())
    if format_ == "json":
        last = dict(zip(("ended", "asked", "known"), found.last, strict=True)) if found.last else None
        groups = [as_dict(group) for group in found.groups]
        click.echo(
            json.dumps({"path": str(found.path), "bytes": found.size, "models": groups, "last_run": last}, indent=2)
        )
        return Exit.FINE
    total = sum(group.answers for group in found.groups)
    click.echo(f"{found.path}: {total:,} answers, {found.size / 1024:,.0f} KB")
    for group in found.groups:
        imported = f", {group.imported:,} imported" if group.imported else ""
        days, size = f"{group.oldest[:10]} to {group.newest[:10]}", f"{group.size / 1024:,.0f} KB"
        click.echo(f"  {group.provider}/{group.model}: {group.answers:,} answers, {size}, {days}{imported}")
    if found.last:
        ended, asked, known = found.last
        click.echo(f"the last run ended {ended} UTC: it asked for {asked:,} answers, and {known:,} were kept")
    return Exit.FINE


@cache.command("explain")
@change_options
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def why(base: str | None, head: str | None, worktree: bool, format_: str) -> int:
    """Say which calls of a change the cache can't answer, and in what the nearest kept request differs.

    \b
    Examples:
      placet cache explain
      placet cache explain --worktree --format json
    """
    from placet.gather import gather
    from placet.review import Wishes, max_ages, tools_for
    from placet.tasks import prepare, schedule

    repository = Repository.at(Path.cwd())
    gathered = gather(repository, base, head, worktree=worktree)
    tools = tools_for(repository, gathered, Wishes())
    try:
        turns = schedule(prepare(gathered.plan.runs, tools, max_ages(gathered), gathered.rollbacks))
    finally:
        tools.close()
    misses: list[tuple[str, Miss]] = []
    known = 0
    for turn in turns:
        if len(misses) >= _SHOWN:
            break
        miss = explain(_path(), turn.request)
        known += miss is None
        misses += [(f"{turn.task.arm.suite.name} {turn.case.id} trial {turn.trial}", miss)] if miss else []
    click.echo(_explained(len(turns), known, misses, format_))
    return Exit.FINE


def _explained(due: int, known: int, misses: list[tuple[str, Miss]], format_: str) -> str:
    if format_ == "json":
        rows = [
            {"call": what, "key": miss.key, "differs": list(miss.differs), "nearest": miss.created or None}
            for what, miss in misses
        ]
        return json.dumps({"due": due, "misses": rows, "more": known + len(misses) < due}, indent=2)
    if not misses:
        return f"{due:,} calls are due, and the cache answers all of them" if due else "no call is due"
    lines = [f"{due:,} calls are due; of the first {known + len(misses):,} the cache answers {known:,}"]
    for what, miss in misses:
        lines.append(f"  {what}: {'; '.join(miss.differs) or 'nothing is kept'}")
    return "\n".join(lines)


@cache.command("prune")
@click.option("--older-than", type=click.IntRange(min=0), metavar="DAYS", help="Answers older than this.")
@click.option("--provider", metavar="ID", help="Answers of this provider alone.")
@click.option("--max-size", metavar="SIZE", help="The oldest, until so much is left: 500K, 200M, 1G.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and take nothing away.")
def prune_(older_than: int | None, provider: str | None, max_size: str | None, dry_run: bool) -> int:
    """Take answers out of the cache. Evidence stays: it doesn't need them.

    \b
    Examples:
      placet cache prune --older-than 30
      placet cache prune --max-size 200M --dry-run
      placet cache prune --provider openai --older-than 0
    """
    if older_than is None and provider is None and max_size is None:
        raise UsageError("nothing says which answers go", help="give --older-than, --provider or --max-size")
    wish = Pruning(older_than, provider, _bytes(max_size) if max_size is not None else None)
    count, size = prune(_path(), wish, dry_run=dry_run)
    click.echo(f"{'would take' if dry_run else 'took'} {count:,} answers away, about {size / 1024:,.0f} KB")
    return Exit.FINE


def _bytes(text: str) -> int:
    number, unit = (text[:-1], _UNITS[text[-1].upper()]) if text[-1:].upper() in _UNITS else (text, 1)
    if not (number.isascii() and number.isdigit() and len(number) < 12):
        raise UsageError(f"{text!r} is no size", help="for example: --max-size 200M")
    return int(number) * unit


@cache.command()
@click.argument("file", type=click.Path(path_type=Path))
def export(file: Path) -> int:
    """Write every kept answer to one file, for another machine or a later CI run.

    The file holds what models answered, which may be personal data: treat it as you treat the prompts.

    \b
    Examples:
      placet cache export answers.jsonl
    """
    from placet.cache.shared import write

    click.echo(f"wrote {write(_path(), file):,} answers to {file}")
    return Exit.FINE


@cache.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_(file: Path) -> int:
    """Add the answers of an exported file. What is kept already stays as it is.

    Only import what a run that you trust has written: a forged file is forged answers. Evidence that is made with
    imported answers says so.

    \b
    Examples:
      placet cache import answers.jsonl
    """
    from placet.cache.shared import take

    path = _path()
    with Cache(path) as made:  # lays the file out where there is none
        if made.notes:
            raise PlacetError(made.notes[0], help="see: placet cache show")
    taken = take(path, file)
    refused = f"; {taken.refused:,} lines are no answers and were left out" if taken.refused else ""
    click.echo(f"took {taken.new:,} answers; {taken.there:,} were there already{refused}")
    return Exit.FINE
