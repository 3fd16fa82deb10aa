"""`placet policy`: test what the policies make of registrations, evidence and approvals."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from placet.cli.colour import paint
from placet.cli.message import say
from placet.clock import now
from placet.errors import Exit, PlacetError, UsageError
from placet.git.repository import Repository
from placet.load import snapshot_of_worktree
from placet.parse.kinds import Kind, kind_of
from placet.parse.snapshot import Snapshot

if TYPE_CHECKING:
    from placet.model.policy import Policies
    from placet.policy_tests.coverage import Item
    from placet.policy_tests.run import Tried


@click.group()
def policy() -> None:
    """Work on the policies themselves."""


@policy.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--update", is_flag=True, help="Write the `reasons` that tests expect as they are found now.")
@click.option("--coverage", is_flag=True, help="Show what no test exercises; anything left makes the command fail.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True)
def test(paths: Sequence[str], update: bool, coverage: bool, format_: str) -> int:
    """Run the tests of policies/tests/, or those of the files and folders at PATHS.

    Needs no network, no model and no git history: a decision is made of what each test gives, by the function that
    decides pull requests.

    \b
    Examples:
      placet policy test
      placet policy test policies/tests/tiers.yaml --update
      placet policy test --coverage
      placet policy test --format junit > policies.xml
    """
    repository = Repository.at(Path.cwd())
    snapshot = snapshot_of_worktree(repository)
    tried = _run(repository, snapshot, paths)
    if update and _updated(repository, tried):
        snapshot = snapshot_of_worktree(repository)
        tried = _run(repository, snapshot, paths)
    items = _items(snapshot, tried) if coverage else None
    click.echo(_rendered(tried, items, format_))
    left = items is not None and any(not one.tests for one in items)
    return Exit.NOT_MET if left or any(not one.holds for one in tried) else Exit.FINE


def _run(repository: Repository, snapshot: Snapshot, paths: Sequence[str]) -> list[Tried]:
    from placet.policy_tests.run import run

    policies = _policies(snapshot)
    wanted = [_name(repository, path) for path in paths]
    broken = [
        path for path in snapshot.files if kind_of(path) is Kind.POLICY_TEST and path not in snapshot.policy_tests
    ]
    if broken:
        found = next(one for one in snapshot.findings if one.path in broken)
        place = f"{found.path}:{found.position.line}: {found.message}"
        raise PlacetError(place, help=found.help or "see it with: placet check", exit_code=Exit.NOT_MET)
    tried = run(snapshot, policies)
    chosen = [one for one in tried if not wanted or any(_within(one.test.path, path) for path in wanted)]
    if wanted and not chosen:
        raise UsageError(f"no policy test in {', '.join(paths)}", help="tests lie in policies/tests/*.yaml")
    return chosen


def _policies(snapshot: Snapshot) -> Policies:
    if snapshot.policies is None:
        raise PlacetError("the policies can't be read whole", help="see what is wrong with: placet check policies")
    return snapshot.policies


def _name(repository: Repository, path: str) -> str:
    try:
        return (Path.cwd() / path).resolve().relative_to(repository.root.resolve()).as_posix()
    except ValueError as error:
        raise UsageError(f"{path} lies outside this repository", help="name a file in policies/tests/") from error


def _within(path: str, folder: str) -> bool:
    return folder in {path, "."} or path.startswith(f"{folder}/")


def _updated(repository: Repository, tried: Sequence[Tried]) -> bool:
    """Whether any file was written."""
    from placet.cli.writing import Writer
    from placet.policy_tests.golden import updated

    writer, written = Writer(repository), False
    for path in dict.fromkeys(one.test.path for one in tried):
        old = writer.read(path)
        if old is None:
            continue
        try:
            new = updated(old, [one for one in tried if one.test.path == path])
        except ValueError as error:
            raise PlacetError(f"{path}: {error}", help="write the reasons by hand") from error
        if new != old:
            writer.replace(path, old, new)
            say(f"{path}: reasons written")
            written = True
    return written


def _items(snapshot: Snapshot, tried: Sequence[Tried]) -> Sequence[Item]:
    from placet.policy_tests.coverage import coverage

    return coverage(snapshot, _policies(snapshot), tried)


def _rendered(tried: Sequence[Tried], items: Sequence[Item] | None, format_: str) -> str:
    from placet.report import policy_tests as report

    if format_ == "json":
        return report.as_json(tried, items)
    return report.as_junit(tried, now()) if format_ == "junit" else report.as_text(tried, items, paint(sys.stdout))
