"""Rules about recorded files: that they are there, that today's subject made them, and that they tell of every case."""

from __future__ import annotations

from collections.abc import Iterator

from placet.findings import Position
from placet.model.recording import Recording
from placet.model.register import System
from placet.model.suite import INLINE, Case, Suite
from placet.parse.kinds import Kind, kind_of
from placet.rules.problem import Check, Problem

#: Trials that a gate asks of a critical case (`gate.critical`, whose module is too much for a commit to import).
OF_CRITICAL = 3
_NAMED = 3


def there(check: Check) -> Iterator[Problem]:
    for _, suite in _claiming(check):
        folder = f"{suite.path.rpartition('/')[0]}/recorded/"
        if kind_of(suite.recorded or "") is not Kind.RECORDED:
            message = f"{suite.recorded} is no recorded file: those lie in {folder}"
            advice = f"move it there, and write `recorded: recorded/{suite.name}.jsonl`"
            yield Problem(suite.path, check.snapshot.at(suite.path, "recorded"), message, help=advice)
        elif suite.recorded not in check.snapshot.files:
            message = f"no recorded file at {suite.recorded}"
            advice = "commit it there: its first line says what answered, each other one is a trial (docs/recorded.md)"
            yield Problem(suite.path, check.snapshot.at(suite.path, "recorded"), message, help=advice)


def subject_known(check: Check) -> Iterator[Problem]:
    """What a suite of supplied results judges has to be one model, or one prompt."""
    for system, suite in _claiming(check):
        model = system.model_of(suite.subject) if suite.subject else None
        position = check.snapshot.at(suite.path, "subject" if suite.subject else "name")
        if suite.subject and model is None:
            known = [model.id for model in system.models if model.digest]
            otherwise = f"{system.path} registers {', '.join(model.id for model in system.models)}"
            advice = check.did_you_mean(suite.path, suite.subject, known, otherwise)
            yield Problem(suite.path, position, f"{system.path} has no model `{suite.subject}`", help=advice)
        elif model and model.digest is None:
            message = f"model `{model.id}` has no digest, so nothing tells whose outputs these are"
            advice = f"add `digest: sha256:...` of the model's file to it in {system.path}"
            yield Problem(suite.path, position, message, help=advice)
        elif not suite.subject and not suite.prompt and len(system.prompts) != 1:
            message = "this says neither by `subject:` nor by `prompt:` whose outputs these are"
            advice = "name the model that answers without a prompt as `subject:`, or the prompt as `prompt:`"
            yield Problem(suite.path, position, message, help=advice)


def made_by_subject(check: Check) -> Iterator[Problem]:
    """Outputs of another model, or of an earlier prompt, say nothing of today's."""
    for system, suite, recording in _read(check):
        wanted = _digest(check, system, suite)
        if wanted is not None and recording.made_by != wanted:
            what = f"model {suite.subject}" if suite.subject else f"prompt {_prompt(system, suite)}"
            message = f"this was made by {_short(recording.made_by)}, and {what} is {_short(wanted)} today"
            advice = f'record the outputs again, and name {wanted} as `"made_by"`; until then they don\'t count'
            yield Problem(recording.path, recording.position, message, f"suite {suite.name}", advice)


def cases_told(check: Check) -> Iterator[Problem]:
    """A case without its trials is missing evidence, which no gate takes for a pass."""
    for _, suite, recording in _read(check):
        told: dict[str, int] = {}
        for row in recording.rows:
            told[row.id] = told.get(row.id, 0) + 1
        lacking = [case for case in suite.cases if told.get(case.id, 0) < _wanted(case, suite)]
        if lacking and not check.has_broken_cases(suite):
            first = lacking[0]
            message = f"{_some([case.id for case in lacking])} {'has' if len(lacking) == 1 else 'have'} too few trials"
            note = f"`{first.id}` has {told.get(first.id, 0)} of {_wanted(first, suite)}, as suite {suite.name} asks"
            advice = "record them too: a critical or forbidden case three times, every other as often as `trials:` says"
            yield Problem(recording.path, Position(), message, note, advice)


def rows_used(check: Check) -> Iterator[Problem]:
    """A row of no case is a misspelt id, or what is left of a case that is gone."""
    known: dict[str, set[str]] = {}
    for _, suite, recording in _read(check):
        known.setdefault(recording.path, set()).update(case.id for case in suite.cases)
    for path, ids in known.items():
        row = next((row for row in check.snapshot.recordings[path].rows if row.id not in ids), None)
        if row is not None:
            otherwise = "remove the row, or add the case to a suite that names this file"
            advice = check.did_you_mean(path, row.id, ids, otherwise)
            yield Problem(path, row.position, f"no suite that names this file has a case `{row.id}`", help=advice)


def _wanted(case: Case, suite: Suite) -> int:
    return max(suite.trials, OF_CRITICAL if case.critical or case.forbidden else 1)


def _claiming(check: Check) -> Iterator[tuple[System, Suite]]:
    for system in check.snapshot.systems.values():
        for suite in check.snapshot.suites_of(system):
            if suite.name != INLINE and suite.claims:
                yield system, suite


def _read(check: Check) -> Iterator[tuple[System, Suite, Recording]]:
    for system, suite in _claiming(check):
        recording = check.snapshot.recordings.get(suite.recorded or "")
        if recording is not None:
            yield system, suite, recording


def _prompt(system: System, suite: Suite) -> str:
    return suite.prompt or (system.prompts[0].path if len(system.prompts) == 1 else "")


def _digest(check: Check, system: System, suite: Suite) -> str | None:
    """What a file made by today's subject names; None when that can't be told, which is said elsewhere."""
    if suite.subject:
        model = system.model_of(suite.subject)
        return model.digest if model else None
    prompt = check.snapshot.prompts.get(_prompt(system, suite))
    if prompt is None or prompt.path not in {use.path for use in system.prompts}:
        return None
    from placet.subject import subject_of

    subject = subject_of(system, prompt)
    return subject.made_by if subject else None


def _short(digest: str) -> str:
    return digest[:19]


def _some(ids: list[str]) -> str:
    more = len(ids) - _NAMED
    return ", ".join(f"`{id}`" for id in ids[:_NAMED]) + (f" and {more} more" if more > 0 else "")
