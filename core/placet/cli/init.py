"""`placet init`: turn a git repository into a governed one, without taking anything from it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from placet.cli.colour import paint
from placet.cli.guessing import checked_owner, no_owner, own_source, owner_of, risk_of
from placet.cli.scan import look
from placet.cli.writing import Writer
from placet.clock import now
from placet.codeowners import LOCATIONS
from placet.errors import Exit, UsageError
from placet.git.repository import Repository
from placet.load import snapshot_of_worktree
from placet.parse.snapshot import Snapshot
from placet.report.printable import printable
from placet.scaffold import hooks, owners, start
from placet.scaffold.actions import Action, Done, by_folder, judged
from placet.scaffold.answers import (
    ENDPOINTS,
    Answers,
    Endpoint,
    endpoint_of,
    guessed_endpoint,
    is_model,
    is_variable,
    price_of,
)
from placet.scaffold.steps import next_steps
from placet.scan.survey import Survey


@click.command()
@click.option("--owner", metavar="OWNER", help="Who owns prompts and systems: @user, @org/team or an address.")
@click.option(
    "--risk", metavar="OWNER", help="Who answers for risk, and so for policies and waivers.  [default: --owner]"
)
@click.option("--provider", metavar="NAME|URL", help=f"Where models are called: an address, or {', '.join(ENDPOINTS)}.")
@click.option("--credential", metavar="NAME", help="The environment variable that holds the key; never the key itself.")
@click.option("--model", metavar="NAME", help="The model's name at that provider.")
@click.option(
    "--price", metavar="IN/OUT", help="US dollars for a million tokens that go in and come out, as 0.15/0.60."
)
@click.option("--yes", is_flag=True, help="Ask nothing: write what is missing and leave alone what differs.")
@click.option("--dry-run", is_flag=True, help="Write nothing, and show what would be written.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def init(format_: str, yes: bool, dry_run: bool, **given: str | None) -> int:
    """Turn this git repository into a governed one.

    Writes policies, a small example system, CODEOWNERS, the hook's configuration and the workflow. What is there
    already stays: CODEOWNERS and the hook's configuration are added to, and any other file that differs is shown and
    kept, unless you say otherwise when asked. Running it again changes nothing.

    \b
    Examples:
      placet init
      placet init --yes --owner @acme/platform --risk @acme/ai-risk
      placet init --dry-run
    """
    repository = Repository.at(Path.cwd())
    if repository.bare:
        raise UsageError("this repository is bare: it has no working tree", help="run this inside a clone of it")
    asks = sys.stdin.isatty() and not (yes or dry_run or format_ == "json")
    if not (asks or yes or dry_run):
        raise UsageError("nobody is here to be asked", help="placet init --yes asks nothing; --dry-run writes nothing")
    snapshot = snapshot_of_worktree(repository)
    survey, _ = look(repository, snapshot)
    answers = _answers(repository, snapshot, survey, given, asks=asks)
    writer = Writer(repository)
    planned = _planned(writer, repository, answers)
    done = [_carried_out(writer, action, asks=asks, dry_run=dry_run, quiet=format_ == "json") for action in planned]
    _report(done, next_steps(answers, survey, done, _ignored(repository, done)), format_, dry_run=dry_run)
    return Exit.FINE


# -- what it needs to know ------------------------------------------------------------------------------------------


def _answers(
    repository: Repository, snapshot: Snapshot, survey: Survey, given: dict[str, str | None], *, asks: bool
) -> Answers:
    """What was given, else what can be guessed; somebody at a terminal may say otherwise."""
    guessed = owner_of(repository, snapshot)
    owner = given["owner"] or (
        _asked("Who owns prompts and systems (@user or @org/team)?", guessed) if asks else guessed
    )
    if not owner:
        raise no_owner()
    owner = checked_owner(owner, "--owner")
    likely = risk_of(snapshot) or owner
    risk = given["risk"] or (_asked("Who answers for risk?", likely) if asks and not risk_of(snapshot) else likely)
    endpoint = _endpoint(survey, given, asks=asks and "policies/providers.yaml" not in snapshot.files)
    return Answers(owner, checked_owner(risk, "--risk"), endpoint, *own_source())


def _endpoint(survey: Survey, given: dict[str, str | None], *, asks: bool) -> Endpoint:
    guessed = guessed_endpoint(vendor for group in survey.groups for vendor in group.vendors)
    said = given["provider"] or (
        _asked("Where are models called (a name or an address)?", guessed.id) if asks else guessed.id
    )
    endpoint = endpoint_of(said)
    if endpoint is None:
        raise UsageError(
            f"`{said}` is neither a known provider nor an address",
            help=f"write one of {', '.join(ENDPOINTS)}, or an address of a chat completions API such as http://host/v1",
        )
    model = given["model"] or (_asked("Which model?", endpoint.model) if asks else endpoint.model)
    credential = given["credential"] or endpoint.credential
    if credential is not None and not is_variable(credential):
        raise UsageError(
            "--credential takes the name of an environment variable", help="such as ACME_KEY; never the key itself"
        )
    if not is_model(model):
        raise UsageError(f"`{model}` is no name of a model", help="write it as the provider does, without spaces")
    price = price_of(given["price"]) if given["price"] else endpoint.price if model == endpoint.model else None
    if given["price"] and price is None:
        raise UsageError("--price takes two amounts", help="write it as 0.15/0.60, in US dollars for a million tokens")
    return Endpoint(endpoint.id, endpoint.base_url, credential, model, price or ((0, 0) if endpoint.is_local else None))


def _asked(question: str, guess: str | None) -> str:
    answer: str = click.prompt(question, default=guess, err=True)
    return answer.strip()


# -- what is to be done ---------------------------------------------------------------------------------------------


def _planned(writer: Writer, repository: Repository, answers: Answers) -> list[Action]:
    """Everything is read before anything is written, so that a link or a foreign file stops it at once."""
    drafts = [*start.policies(answers), *_example(writer, repository, answers), start.workflow(answers)]
    planned = [judged(draft, writer.read(draft.path)) for draft in drafts]
    return [*planned, _codeowners(writer, answers), _hook(writer, answers)]


def _example(writer: Writer, repository: Repository, answers: Answers) -> Sequence[start.Draft]:
    """The example, unless somebody has registered a system of their own. Its card judges what will stand there."""
    writer.read(f"systems/{start.EXAMPLE}/system.yaml")  # whatever is in the way is said, also if nothing is written
    others = [
        path for path in repository.worktree_paths(["systems"]) if not path.startswith(f"systems/{start.EXAMPLE}/")
    ]
    if others:
        return ()
    *drafts, card = start.example(answers, now().date())
    there = {draft.path: writer.read(draft.path) for draft in drafts}
    texts = {draft.path: there[draft.path] or draft.text.encode() for draft in drafts}
    digest = start.digest_for_card(texts)
    return (*drafts, start.stamped(card, digest)) if digest else drafts


def _codeowners(writer: Writer, answers: Answers) -> Action:
    found = {place: writer.read(place) for place in LOCATIONS}
    path = next((place for place in LOCATIONS if found[place] is not None), LOCATIONS[0])
    addition = owners.with_block(found[path], answers)
    if addition is None:
        return Action(path, Done.LEFT, why="it isn't UTF-8, or would be longer than GitHub reads")
    note = f"it speaks of {', '.join(addition.spoken_for)} already" if addition.spoken_for else ""
    return Action.adding(path, found[path], addition.text, note)


def _hook(writer: Writer, answers: Answers) -> Action:
    old = writer.read(hooks.CONFIG)
    text = old.decode("utf-8", "replace") if old is not None else None
    new = hooks.with_hook(text, answers.repository, answers.commit)
    if new is None or "\ufffd" in new:
        why = "its `repos` can't be added to by a program: add the hook by hand (docs/init.md)"
        return Action(hooks.CONFIG, Done.LEFT, why=why)
    return Action.adding(hooks.CONFIG, old, new)


def _ignored(repository: Repository, done: Sequence[Action]) -> list[str]:
    """Written files that git is told to leave out."""
    paths = "\0".join(action.path for action in done)
    found = repository.git.run("check-ignore", "-z", "--stdin", input=paths.encode(), check=False).stdout
    return [path for path in found.decode("utf-8", "replace").split("\0") if path]


# -- doing and telling ----------------------------------------------------------------------------------------------


def _carried_out(writer: Writer, action: Action, *, asks: bool, dry_run: bool, quiet: bool) -> Action:
    """What came of it. A file that differs is shown first; nothing of it is replaced without a yes."""
    if action.difference and not quiet and (asks or dry_run or action.done is Done.CHANGED):
        click.echo(_coloured(action.difference) + "\n")
    if action.done is Done.DIFFERS and asks and click.confirm(f"Replace {action.path}?", default=False, err=True):
        action = action.with_consent()
    elif (
        action.done is Done.CHANGED
        and asks
        and not click.confirm(f"Add this to {action.path}?", default=True, err=True)
    ):
        return action.declined()
    if dry_run or action.new is None or action.done not in (Done.CREATED, Done.CHANGED):
        return action
    if action.old is None:
        writer.create(action.path, action.new)
    else:
        writer.replace(action.path, action.old, action.new)
    return action


def _coloured(difference: str) -> str:
    colours = paint(sys.stdout)
    lines = [printable(line) for line in difference.split("\n")]
    shown = [
        colours.good(line) if line.startswith("+") else colours.bad(line) if line.startswith("-") else line
        for line in lines
    ]
    return "\n".join(shown)


def _report(done: Sequence[Action], steps: Sequence[str], format_: str, *, dry_run: bool) -> None:
    if format_ == "json":
        value = {"version": 1, "dry_run": dry_run, "files": [action.plain() for action in done], "next": list(steps)}
        click.echo(json.dumps(value, indent=2, ensure_ascii=True))
        return
    created = [action.path for action in done if action.done is Done.CREATED]
    for line in by_folder(created):
        click.echo(f"{_said(Done.CREATED, dry_run)} {printable(line)}")
    for action in done:
        if action.done not in (Done.SAME, Done.CREATED):
            why = f": {action.why}" if action.why else ""
            click.echo(f"{_said(action.done, dry_run)} {printable(action.path)}{printable(why)}")
    same = sum(action.done is Done.SAME for action in done)
    if same:
        click.echo(
            f"{same} {'file is' if same == 1 else 'files are'} there already and as they should be."
            if same != len(done)
            else "Everything is there already. Nothing was changed."
        )
    if steps:
        click.echo(
            "\nNext:\n" + "\n".join(f"  {number}. {printable(step)}" for number, step in enumerate(steps, start=1))
        )


def _said(done: Done, dry_run: bool) -> str:
    words = {Done.CREATED: ("wrote", "would write"), Done.CHANGED: ("added to", "would add to")}
    return words[done][dry_run] if done in words else "left alone"
