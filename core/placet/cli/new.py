"""`placet new`: a system, prompt, suite or waiver that is valid from the start, or says what is missing and why."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from placet.cli.creating import Here, answer, checked_id, checked_line, unknown
from placet.cli.guessing import checked_owner
from placet.cli.new_system import system
from placet.errors import Exit, UsageError
from placet.model.register import Prompt, System
from placet.model.suite import CRITICAL, INLINE, Case
from placet.parse.guesses import closest
from placet.parse.misplaced import PREFIX
from placet.scaffold import pieces
from placet.scaffold.additions import appended, prompt_entry
from placet.scaffold.start import Draft
from placet.shared import shared_suite, suites_for


@click.group()
def new() -> None:
    """Write a new system, prompt, suite or waiver.

    What is missing on the command line is asked for at a terminal. Nothing that is there is overwritten.

    \b
    Examples:
      placet new system support-triage --owner @acme/support --tier medium
      placet new suite support-triage/core --title "Everyday tickets get the right category"
    """


new.add_command(system)


# -- prompt ---------------------------------------------------------------------------------------------------------


@new.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--system", "system_id", metavar="ID", help="The system that uses it.  [default: the folder's name]")
@click.option("--title", help="What it is called.")
@click.option("--model", metavar="ID", help="A model of that system.  [default: its primary one]")
@click.option("--variable", "variables", multiple=True, metavar="NAME", help="What is put in.  [default: input]")
def prompt(path: Path, system_id: str | None, title: str | None, model: str | None, variables: Sequence[str]) -> int:
    """Write a prompt at PATH, and register it with the system that uses it.

    Its variables are registered as untrusted: they carry what comes from outside, until you say that one doesn't.

    \b
    Example:
      placet new prompt prompts/support-triage/reply.prompt.yml --variable ticket
    """
    here = Here.now()
    name = _prompt_path(here, path)
    if name in here.snapshot.files:
        raise UsageError(f"{name} is there already, and stays as it is", help="edit it, or choose another name")
    variables = [_variable(one) for one in variables or ("input",)]
    folder = name.split("/")[1]
    chosen = system_id or (folder if folder in here.snapshot.by_id else None)
    system = here.system(chosen) if chosen else None
    title = checked_line(title or Path(name).name.partition(".")[0].replace("-", " ").capitalize(), "--title")
    text = pieces.prompt_text(title, _model_of(system, model), variables)
    changed = _registered(here, system, name, variables) if system else None
    note = f"what {name} asks for; its system message is only its title yet"
    alone = f"{note}. No system uses it: add it to `prompts:` of a registration, or say which with --system"
    here.write([Draft(name, text)], changed, note if system else alone)
    return Exit.FINE


def _prompt_path(here: Here, path: Path) -> str:
    """PATH from the root of the repository. Raises UsageError for one that isn't governed, with one that is."""
    full = Path(os.path.normpath(Path.cwd().resolve() / path))
    root = here.repository.root.resolve()
    name = full.relative_to(root).as_posix() if full.is_relative_to(root) else ""
    plain = all(part and not part.startswith(".") and not any(ord(c) < 0x20 for c in part) for part in name.split("/"))
    if name.startswith("prompts/") and name.endswith((".prompt.yml", ".prompt.yaml")) and plain:
        return name
    stem = path.name.partition(".")[0] or "prompt"
    below = path.parent.as_posix().removeprefix("./").removeprefix("prompts").strip("./")
    likely = "/".join(part for part in ("prompts", below, f"{stem}.prompt.yml") if part)
    raise UsageError(f"{path} is no place for a prompt", help=f"did you mean {likely}?")


def _variable(name: str) -> str:
    if not name or len(name) > 100 or not all(c.isascii() and (c.isalnum() or c in "_.-") for c in name):
        raise UsageError(f"`{name}` is no name of a variable", help="letters, digits, dots, hyphens and underscores")
    return name


def _model_of(system: System | None, given: str | None) -> str | None:
    if system is None:
        return given
    known = [model.id for model in system.models]
    if given is not None and given not in known:
        raise unknown(f"model of {system.id}", given, known, "")
    primary = [model.id for model in system.models if model.role == "primary"]
    return given or next(iter([*primary, *known]))


def _registered(here: Here, system: System, path: str, variables: Sequence[str]) -> Draft:
    """The registration with the prompt in its list. Raises UsageError where a program can't add to it safely."""
    old = (here.snapshot.files[system.path].data or b"").decode()
    entry = prompt_entry(path, variables)
    text = appended(old, "prompts", entry)
    if text is None:
        raise UsageError(f"{system.path} can't be changed by a program", help=f"add `{entry}` to its prompts by hand")
    return Draft(system.path, text)


# -- suite ----------------------------------------------------------------------------------------------------------


@new.command()
@click.argument("name", metavar="SYSTEM/NAME")
@click.option("--prompt", "path", metavar="PATH", help="The prompt that it judges.  [default: the system's only one]")
@click.option("--title", help="What passing it means, as a sentence.")
def suite(name: str, path: str | None, title: str | None) -> int:
    """Write a suite for a system. The prompt's own test data, if there is any, becomes its first cases.

    \b
    Example:
      placet new suite support-triage/core --title "Everyday tickets get the right category"
    """
    here = Here.now()
    id, slash, short = name.partition("/")
    if not slash:
        main = here.policies.settings.main_suite
        raise UsageError(f"`{name}` names no suite", help=f"write SYSTEM/NAME, such as {name}/{main}")
    system = here.system(id)
    short = checked_id(short, "suite")
    if short == INLINE:
        raise UsageError("`inline` is the suite that a prompt carries itself", help="choose another name")
    if short.startswith(PREFIX):
        raise UsageError(f"`{PREFIX}` begins the names of shared suites where they run", help="choose another name")
    prompt = here.snapshot.prompts[_one_prompt(here, system, path)]
    text = pieces.suite_text(
        short,
        checked_line(title or f"Answers of {prompt.name} say what each case expects"[:200], "--title"),
        prompt.path,
        here.policies.tiers[system.tier].gates.margin,
    )
    folder = f"{system.folder}/evals"
    cases = Draft(f"{folder}/cases/{short}.jsonl", _cases(here, prompt))
    todo = f"cases in {cases.path}, from what users really send{_beside(here, system, short)}"
    here.write([cases, Draft(f"{folder}/{short}.yaml", text)], None, todo)
    return Exit.FINE


def _beside(here: Here, system: System, name: str) -> str:
    """What the policies' own suite of that name has to do with it, if there is one and it judges the system."""
    for control in here.policies.controls_of(system.tier):
        shared = shared_suite(control, here.snapshot)
        if shared is not None and shared.name == name:
            return f"; {shared.path} {'then stands back' if control.own else 'judges this system too'}"
    return ""


def _one_prompt(here: Here, system: System, given: str | None) -> str:
    paths = [use.path for use in system.prompts if use.path in here.snapshot.prompts]
    if given is not None and given not in paths:
        raise unknown(f"prompt of {system.id}", given, paths, "write one: placet new prompt")
    if given is None and not paths:
        raise UsageError(
            f"{system.id} uses no prompt that could be judged",
            help=f"write one: placet new prompt prompts/{system.id}/NAME.prompt.yml --system {system.id}",
        )
    return given or answer(
        None, "--prompt", f"Which prompt: {', '.join(paths)}?", paths[0] if len(paths) == 1 else None
    )


def _cases(here: Here, prompt: Prompt) -> str:
    inline = here.snapshot.suites.get(prompt.path)
    rows = [case for case in (inline.cases if inline else ()) if prompt.variables <= set(case.inputs)]
    cases = [
        Case(f"row-{number:02}", {name: case.inputs[name] for name in sorted(prompt.variables)}, case.expected)
        for number, case in enumerate((row for row in rows if isinstance(row.expected, str)), start=1)
    ]
    return pieces.cases_text(cases) if cases else pieces.blank_case(sorted(prompt.variables))


# -- waiver ---------------------------------------------------------------------------------------------------------


@new.command()
@click.argument("system_id", metavar="SYSTEM")
@click.argument("control", metavar="CONTROL")
@click.option("--until", metavar="YYYY-MM-DD", help="The last day on which it holds (UTC).")
@click.option("--reason", help="Why the risk is acceptable until then, in at least a sentence.")
@click.option("--owner", metavar="OWNER", help="Who owns the risk meanwhile.")
@click.option("--approver", metavar="OWNER", help="Who accepts it.  [default: the first who holds the role risk]")
def waiver(system_id: str, control: str, **given: str | None) -> int:
    """Write an exception to one control (its id, or SUITE.METRIC) of one system, until a day, owned by a person.

    It counts once it is on the base branch, so it is a pull request of its own.

    \b
    Example:
      placet new waiver support-triage core.expected --until 2026-12-01 --owner @dana \\
        --reason "The new category has too few cases yet; 40 more are being labelled this week."
    """
    here = Here.now()
    system = here.system(system_id)
    _waivable(here, system, control)
    day = _day(answer(given["until"], "--until", "Until which day (YYYY-MM-DD)?"), here.today)
    why = answer(given["reason"], "--reason", "Why is the risk acceptable until then?")
    if not 20 <= len(why) <= 4000:
        raise UsageError(
            "--reason takes at least a sentence, of 20 characters or more", help="say what makes it acceptable"
        )
    owning = checked_owner(answer(given["owner"], "--owner", "Who owns the risk meanwhile?"), "--owner")
    likely = next((one for one in here.policies.settings.roles.get("risk", ()) if one != owning), None)
    accepting = checked_owner(answer(given["approver"], "--approver", "Who accepts it?", likely), "--approver")
    if owning == accepting:
        raise UsageError(f"{owning} can't accept a risk that is their own", help="name somebody else with --approver")
    path = f"{system.folder}/waivers/{control.replace('.', '-')}.yaml"
    here.write([Draft(path, pieces.waiver_text(control, system.id, why, (owning, accepting), day))])
    return Exit.FINE


def _waivable(here: Here, system: System, control: str) -> None:
    """Raises UsageError for what doesn't exist, or can't be waived."""
    controls = here.policies.controls
    suites = suites_for(system, here.snapshot)
    gates = {suite.name: sorted({gate.metric for gate in suite.gates} - {CRITICAL}) for suite in suites}
    named, _, metric = control.partition(".")
    if control not in controls and metric not in {*gates.get(named, ()), *([CRITICAL] if named in gates else ())}:
        if gates.get(named):
            close = closest(metric, gates[named])
            listed = ", ".join(f"{named}.{one}" for one in gates[named])
            advice = f"did you mean {named}.{close}?" if close else f"the gates of suite {named}: {listed}"
            raise UsageError(f"no control or gate `{control}`", help=advice)
        every = {*controls, *(f"{suite}.{one}" for suite, metrics in gates.items() for one in metrics)}
        raise unknown("control or gate", control, every, "")
    if control in controls and not controls[control].waivable:
        raise UsageError(f"control `{control}` can't be waived", help=f"meet it: {controls[control].reason}")


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"`{text}` is no day", help="write it as 2026-12-01") from None
    if day < today:
        raise UsageError(f"{day} is over", help="a waiver is for the time to come")
    return day
