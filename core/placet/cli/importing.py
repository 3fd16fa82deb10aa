"""`placet import`: another tool's results become a suite's recorded file, as claims about a system's subject."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from placet.cli.creating import Here, checked_id, unknown
from placet.errors import Exit, PlacetError, UsageError
from placet.imports import inspect, junit, promptfoo
from placet.imports.files import Source, Target, cases_text, recorded_text, suite_text
from placet.imports.told import LARGEST, Imported, line
from placet.model.register import System
from placet.model.suite import IMPORT, IMPORTED, INLINE
from placet.report.printable import printable
from placet.scaffold.start import Draft
from placet.subject import Subject, model_subject, subject_of

READERS = {"promptfoo": promptfoo.read, "inspect": inspect.read, "junit": junit.read}


@click.command("import")
@click.argument("tool", type=click.Choice(list(READERS)))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--system", "system_id", metavar="ID", required=True, help="The system that the results are about.")
@click.option("--suite", "name", metavar="NAME", required=True, help="The suite that they become, or renew.")
@click.option("--prompt", metavar="PATH", help="The prompt that was evaluated.  [default: the system's only one]")
@click.option("--subject", metavar="MODEL", help="The model that was evaluated, of a system without prompts.")
@click.option("--no-outputs", is_flag=True, help="Leave out what was answered; scores are enough to judge.")
def import_(tool: str, file: Path, **given: str | bool | None) -> int:
    """Take the results of another tool into a suite, as claims.

    Writes systems/ID/evals/recorded/NAME.jsonl with every case and trial that FILE tells of, their scores, the tool and
    the digest of FILE, and a suite beside it when there is none. It says that today's content of the prompt or model
    made them: import again after each change. From tier high up claims count only when they are signed.

    \b
    Examples:
      promptfoo eval -o results.json && placet import promptfoo results.json --system support-triage --suite quality
      placet import inspect logs/2026-11-20_triage.eval --system support-triage --suite quality
      placet import junit report.xml --system support-triage --suite contract --no-outputs
    """
    here = Here.now()
    system = here.system(str(given["system_id"]))
    name = checked_id(str(given["name"]), "suite")
    if name == INLINE:
        raise UsageError("`inline` is the suite that a prompt carries itself", help="choose another name")
    key, subject = _subject(here, system, given["prompt"], given["subject"])
    data = _read(file)
    imported = READERS[tool](data)
    made = imported.made or here.today.isoformat()
    source = Source(line(file.name, "file"), f"sha256:{hashlib.sha256(data).hexdigest()}", subject.made_by, made)
    drafts = [
        Draft(f"{system.folder}/evals/cases/{name}.jsonl", cases_text(imported)),
        Draft(
            f"{system.folder}/evals/recorded/{name}.jsonl",
            recorded_text(imported, source, outputs=not given["no_outputs"]),
        ),
        *_suite(here, system, imported, Target(name, key, subject.prompt.path)),
    ]
    lacking = _lacking(here, system, imported, name)
    here.renew(drafts, f"gates in {system.folder}/evals/{name}.yaml, which has none yet" if len(drafts) > 2 else "")
    _say(imported, subject, lacking)
    return Exit.FINE


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise PlacetError(f"{printable(str(file))} can't be read: {error.strerror}", help="look at its path") from None
    if len(data) > LARGEST:
        raise PlacetError(
            f"{printable(str(file))} is larger than the {LARGEST // 2**20} MiB that are read", help="import it in parts"
        )
    return data


def _subject(here: Here, system: System, prompt: object, model: object) -> tuple[str, Subject]:
    """Whose results these are. Raises UsageError where that isn't clear."""
    if prompt and model:
        raise UsageError("--prompt and --subject name two subjects", help="give the one that was evaluated")
    paths = [use.path for use in system.prompts if use.path in here.snapshot.prompts]
    models = [one.id for one in system.models if one.digest]
    if model or (not prompt and not system.prompts):
        chosen = str(model) if model else _only(models, "--subject", f"a model with a digest in {system.path}")
        found = model_subject(system, chosen)
        if found is None:
            raise unknown(f"model with a digest of {system.id}", chosen, models, f"add its `digest:` to {system.path}")
        return "subject", found
    path = str(prompt) if prompt else _only(paths, "--prompt", f"a prompt of {system.id}")
    if path not in paths:
        raise unknown(f"prompt of {system.id}", path, paths, "write one: placet new prompt")
    subject = subject_of(system, here.snapshot.prompts[path])
    if subject is None:
        raise UsageError(f"{system.id} doesn't register the model of {path}", help="see it with: placet check")
    return "prompt", subject


def _only(known: list[str], option: str, what: str) -> str:
    if len(known) == 1:
        return known[0]
    shown = ", ".join(known)
    raise UsageError(f"this needs {option}: {what}", help=f"one of {shown}" if known else f"there is no {what[2:]} yet")


def _suite(here: Here, system: System, imported: Imported, target: Target) -> list[Draft]:
    """A new suite; nothing where one of imported results is there already, whose gates stay as they are."""
    path = f"{system.folder}/evals/{target.name}.yaml"
    if path not in here.snapshot.files:
        return [Draft(path, suite_text(imported, target))]
    suite = here.snapshot.suites.get(path)
    if suite is None:
        raise UsageError(f"{path} is there and can't be read", help=f"see why with: placet check {path}")
    wanted = f"{system.folder}/evals/recorded/{target.name}.jsonl"
    if suite.source != IMPORT or suite.recorded != wanted:
        raise UsageError(
            f"{path} is no suite of these imported results, and stays as it is", help="choose another name with --suite"
        )
    return []


def _lacking(here: Here, system: System, imported: Imported, name: str) -> list[str]:
    """Scorers of the suite as it stands that this file has no scores for: they can't be judged."""
    suite = here.snapshot.suites.get(f"{system.folder}/evals/{name}.yaml")
    specs = suite.scorers if suite else ()
    return [spec.name for spec in specs if spec.type == IMPORTED and spec.name not in imported.metrics]


def _say(imported: Imported, subject: Subject, lacking: list[str]) -> None:
    cases = len({trial.case for trial in imported.trials})
    errors = sum(trial.error is not None for trial in imported.trials)
    told = f"{len(imported.trials)} trials of {cases} cases by {imported.tool} {imported.version}"
    click.echo(f"\nClaimed: {printable(told)}{f', {errors} without an answer' if errors else ''}.")
    if imported.model and subject.model not in imported.model:
        note = f"they are of {imported.model}, and {subject.prompt.path} is asked of {subject.model}: is that the same?"
        click.echo(f"note: {printable(note)}")
    if lacking:
        click.echo(f"note: the suite has scorers that this file gives no score for: {printable(', '.join(lacking))}")
    for note in imported.notes:
        click.echo(f"note: {printable(note)}")
