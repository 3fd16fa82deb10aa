"""`placet prices`: the committed table of prices, shown and refreshed. Never fetches anything."""

from __future__ import annotations

import json
import zipfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from placet.cli.writing import Writer
from placet.clock import now
from placet.errors import Exit, PlacetError
from placet.git.repository import Repository
from placet.prices import EMPTY, LARGEST, PATH, Table, differences, from_bytes, of_genai, of_module, to_bytes, wanted

_MODULE = "genai_prices/data.py"


@click.group()
def prices() -> None:
    """Show or refresh policies/prices.json, the table that models with `priced_as` take their prices from.

    \b
    Examples:
      placet prices show
      placet prices refresh --model openai/gpt-4o --dry-run
    """


@prices.command()
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(format_: str) -> int:
    """Show the table, its hash, and which models of policies/providers.yaml have no price.

    \b
    Examples:
      placet prices show
      placet prices show --format json
    """
    root = Repository.at(Path.cwd()).root
    table = _table(root)
    names = _wanted(root)
    missing = sorted(names - set(table.models))
    if format_ == "json":
        models = {name: {"input": price.input, "output": price.output} for name, price in sorted(table.models.items())}
        whole = {"digest": table.digest, "source": table.source, "taken": table.taken, "models": models}
        click.echo(json.dumps({**whole, "unknown": missing}, indent=2))
        return Exit.FINE
    click.echo(f"{PATH}: {len(table.models)} models, {table.source or 'no source'}, taken {table.taken or 'never'}")
    click.echo(f"{table.digest}\n")
    for name, price in sorted(table.models.items()):
        click.echo(f"  {name:<44} ${price.input:g} in  ${price.output:g} out  (a million tokens)")
    for name in missing:
        click.echo(f"  {name:<44} unknown")
    return Exit.FINE


@prices.command()
@click.option("--from", "source", type=click.Path(path_type=Path), help="A wheel of genai-prices, or its data.json.")
@click.option("--model", "models", multiple=True, metavar="VENDOR/MODEL", help="Add this model. May be repeated.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
def refresh(source: Path | None, models: tuple[str, ...], dry_run: bool) -> int:
    """Take today's prices from genai-prices, show what changes, and write the table.

    Covers the models that the table has, those that policies/providers.yaml names, and those given here. Without
    --from, the installed package is read. Nothing is downloaded, and no code of the package runs.

    \b
    Examples:
      pip download --no-deps genai-prices
      placet prices refresh --from genai_prices-0.2.3-py3-none-any.whl --dry-run
      placet prices refresh --model openai/gpt-4o
    """
    root = Repository.at(Path.cwd()).root
    old, day = _table(root), now().date().isoformat()
    providers, name = _given(source) if source else _installed()
    known = of_genai(providers, day)
    names = {*old.models, *models, *_wanted(root)}
    new = Table(name, day, {each: known[each] for each in sorted(names) if each in known})
    lost = sorted(names - set(known))
    for line in differences(old, new):
        click.echo(line)
    for each in lost:
        click.echo(f"{each}: not in {name}, so its price is unknown", err=True)
    if old.models == new.models:
        click.echo("no price changes")
    if not dry_run and (old.models != new.models or old.source != new.source):
        writer = Writer(Repository.at(root))  # never through a link, which a branch may have put there
        before = writer.read(PATH)
        if before is None:
            writer.create(PATH, to_bytes(new))
        else:
            writer.replace(PATH, before, to_bytes(new))
        click.echo(f"wrote {PATH}: {len(new.models)} models, {new.digest}")
    return Exit.CANNOT_DECIDE if any(each in models for each in lost) else Exit.FINE


def _table(root: Path) -> Table:
    path = root / PATH
    return from_bytes(path.read_bytes()) if path.is_file() else EMPTY


def _wanted(root: Path) -> set[str]:
    from placet.load import snapshot_of_worktree

    return wanted((snapshot_of_worktree(Repository.at(root)).providers or {}).values())


def _given(path: Path) -> tuple[list[dict[str, Any]], str]:
    """The data in a file, and what it is called in the table."""
    if not path.is_file():
        raise PlacetError(f"there is no file {path}", help="get one with: pip download --no-deps genai-prices")
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as wheel:
                entry = wheel.getinfo(_MODULE)
                if entry.file_size > LARGEST:
                    raise PlacetError(f"{path} holds more than {LARGEST // 2**20} MiB of data", help="is it the wheel?")
                return of_module(wheel.read(entry).decode()), "-".join(path.stem.split("-")[:2]).replace("_", "-")
        if path.stat().st_size > LARGEST:
            raise PlacetError(f"{path} is larger than {LARGEST // 2**20} MiB", help="give data.json of genai-prices")
        data = json.loads(path.read_bytes())
    except (OSError, KeyError, ValueError, RecursionError, zipfile.BadZipFile) as error:
        raise PlacetError(
            f"{path} is neither a wheel of genai-prices nor its data.json: {str(error)[:200]}",
            help="get one with: pip download --no-deps genai-prices",
        ) from error
    found = data.get("providers", []) if isinstance(data, dict) else data
    return [each for each in found if isinstance(each, dict)], f"genai-prices {path.name}"


def _installed() -> tuple[list[dict[str, Any]], str]:
    spec = find_spec("genai_prices")
    try:
        if spec is None or not spec.origin:
            raise PackageNotFoundError
        return of_module(
            Path(spec.origin).with_name("data.py").read_text("utf-8")
        ), f"genai-prices-{version('genai-prices')}"
    except (PackageNotFoundError, OSError) as error:
        raise PlacetError(
            "genai-prices is not installed", help="pip download --no-deps genai-prices, and give the file with --from"
        ) from error
