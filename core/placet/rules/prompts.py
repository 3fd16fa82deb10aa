"""Rules about prompts and what they must agree with: the register's models, and the cases' inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from placet.digest import PARAMETERS
from placet.findings import Position
from placet.model.register import Prompt, System
from placet.model.suite import INLINE, Case, Suite
from placet.parse.foreign import place_of
from placet.parse.kinds import Kind
from placet.parse.suites import STRING_EVALUATOR
from placet.rules.problem import Check, Problem
from placet.rules.suites import is_of_its_system

#: So many variables of one prompt are looked for: each may be missing in every case of every suite.
_MOST_VARIABLES = 200
_CRITERIA = ("equals", "contains", "startsWith", "endsWith")
#: How alike a name has to be to be a misspelling: providers have parameters of their own, such as `stop` beside `topP`.
_ALIKE = 0.85


def model_registered(check: Check) -> Iterator[Problem]:
    for prompt in check.snapshot.prompts.values():
        users = check.snapshot.systems_using(prompt.path) if prompt.model is not None else ()
        without = [system for system in users if not system.model_of(prompt.model or "")]
        if without:
            yield _unregistered(check, prompt, without)


def _unregistered(check: Check, prompt: Prompt, systems: Sequence[System]) -> Problem:
    """However many systems share the prompt, it names its model once."""
    first, wrong = systems[0], prompt.model or ""
    known = [model.id for model in first.models if all(system.model_of(model.id) for system in systems)]
    registers = f"{first.path} registers {', '.join(model.id for model in first.models)}"
    who = f"system {first.id} doesn't"
    if len(systems) > 1:
        who = f"system {first.id} and {len(systems) - 1:,} more don't"
    advice = check.did_you_mean(prompt.path, wrong, known, registers)
    return Problem(prompt.path, check.snapshot.at(prompt.path, "model"), f"{who} register model `{wrong}`", help=advice)


def variables_supplied(check: Check) -> Iterator[Problem]:
    """Without a value a variable would reach the model as `{{name}}`.

    GitHub sends it so, which may be meant in a prompt that no system uses.
    """
    for prompt, suites in _with_suites(check):
        for name in sorted(prompt.variables)[:_MOST_VARIABLES]:
            lacking = [suite for suite in suites if all(name not in case.inputs for case in suite.cases)]
            if lacking:
                yield _nowhere_supplied(check, prompt, name, lacking)
            for suite in suites:
                without = [case for case in suite.cases if name not in case.inputs]
                if without and suite not in lacking:
                    yield _unsupplied(check, suite, prompt, name, without)


def _with_suites(check: Check) -> Iterator[tuple[Prompt, list[Suite]]]:
    """Each prompt with the suites that have cases for it, and that its systems have for it."""
    suites: dict[str, list[Suite]] = {}
    for suite in check.snapshot.suites.values():
        prompt = suite.prompt or ""
        if suite.claims:
            continue  # nothing is put into its prompt
        used = bool(check.snapshot.systems_using(prompt)) if suite.name == INLINE else is_of_its_system(check, suite)
        if suite.cases and used:
            suites.setdefault(prompt, []).append(suite)
    return ((check.snapshot.prompts[path], found) for path, found in suites.items() if path in check.snapshot.prompts)


def _nowhere_supplied(check: Check, prompt: Prompt, name: str, suites: Sequence[Suite]) -> Problem:
    """Where all cases go without, the prompt is what changed: one finding, however many suites it has."""
    unused = {key for suite in suites for case in suite.cases for key in case.inputs} - prompt.variables
    named = [f"`{suite}`" for suite in dict.fromkeys(suite.name for suite in suites)]
    which = f"suite {named[0]}" if len(named) == 1 else f"suites {', '.join(named[:-1])} and {named[-1]}"
    message = f"no case of {which} has a value for {{{{{name}}}}}"
    advice = _respelling(check, name, unused, suites[0])
    if name.strip() == name and unused:
        advice = _renaming(check, prompt, name, unused) or advice
    return Problem(prompt.path, _place(check, prompt, name), message, help=advice)


def _renaming(check: Check, prompt: Prompt, name: str, unused: set[str]) -> str | None:
    """Whether the prompt or the cases are to be corrected is for the author to say."""
    close = check.closest(prompt.path, name, unused, _ALIKE)
    if close:
        return f"did you mean `{close}`? If you renamed it, rename it in the cases too"
    close = min(unused) if len(unused) == 1 else check.closest(prompt.path, name, unused)
    return f"the cases have `{close}`: renamed? then rename it there too" if close else None


def _place(check: Check, prompt: Prompt, name: str) -> Position:
    written = f"{{{{{name}}}}}"
    index = next(index for index, message in enumerate(prompt.messages) if written in message.content)
    tree = check.snapshot.tree(prompt.path)
    return place_of(tree, written, "messages", index, "content") if tree else Position()


def _unsupplied(check: Check, suite: Suite, prompt: Prompt, name: str, without: Sequence[Case]) -> Problem:
    """Where some cases go without, they are what is wrong."""
    unused = {key for case in suite.cases for key in case.inputs} - prompt.variables
    more = f" and {len(without) - 1} more" if len(without) > 1 else ""
    message = f"case `{without[0].id}`{more} of suite `{suite.name}` has no value for {{{{{name}}}}} of {prompt.path}"
    path = suite.cases_path or suite.path
    return Problem(path, without[0].position, message, help=_respelling(check, name, unused, suite))


def _respelling(check: Check, name: str, unused: set[str], suite: Suite) -> str:
    if name.strip() != name:
        return f"write {{{{{name.strip()}}}}}: there are no spaces inside the braces"
    close = check.closest(suite.path, name, unused)
    where = "each row" if suite.name == INLINE else "the `inputs` of each case"
    return f"did you mean `{close}`?" if close else f"add `{name}` to {where}"


def used(check: Check) -> Iterator[Problem]:
    for prompt in check.snapshot.prompts.values():
        if not check.snapshot.systems_using(prompt.path) and not _may_be_used(check, prompt.path):
            position = check.snapshot.at(prompt.path, "model", key=True)
            advice = "register it: add its path to `prompts:` of a systems/<id>/system.yaml"
            yield Problem(prompt.path, position, "no system uses this prompt, so nothing gates it", help=advice)


def _may_be_used(check: Check, path: str) -> bool:
    """Whether the fault is another file's: one that can't be read, that names a prompt beside this one, or is gone."""
    folder, name = path.rpartition("/")[0], path.split("/")[1]
    unread = check.has_unread(Kind.SYSTEM, f"systems/{name}/")
    return unread or path in check.snapshot.mentions or folder in check.folders_missed or path in check.prompts_left


def json_schema(check: Check) -> Iterator[Problem]:
    """GitHub refuses such a prompt when it runs; here it is refused when it is committed."""
    for prompt in check.snapshot.prompts.values():
        message = _schema_trouble(prompt)
        if message:
            position = check.snapshot.at(prompt.path, "jsonSchema")
            advice = 'write a text of JSON: {"name": ..., "schema": {...}}'
            yield Problem(prompt.path, position, message, help=advice)


def _schema_trouble(prompt: Prompt) -> str:
    """What GitHub's reader wouldn't take. That `json_schema` comes with a text is for the schema of the file to say."""
    if prompt.json_schema is None:
        return ""
    import json

    try:
        value = json.loads(prompt.json_schema)
    except (ValueError, RecursionError) as error:
        return f"`jsonSchema` isn't JSON: {error}"
    if not isinstance(value, dict):
        return "`jsonSchema` must hold a JSON object"
    missing = [name for name in ("name", "schema") if name not in value]
    if prompt.response_format == "json_schema" and missing:
        return f"`jsonSchema` has no `{missing[0]}`"
    return ""


def evaluators_compare(check: Check) -> Iterator[Problem]:
    """GitHub stops at such an evaluator when it runs, and so every row after it goes unjudged."""
    for suite in check.snapshot.suites.values():
        for spec in suite.scorers if suite.name == INLINE else ():
            if spec.type == STRING_EVALUATOR and not any(spec.parameters.get(name) for name in _CRITERIA):
                advice = f"give it one of {', '.join(_CRITERIA)}, with a text that isn't empty"
                yield Problem(suite.path, spec.position, f"evaluator `{spec.name}` compares with nothing", help=advice)


def parameters_spelt(check: Check) -> Iterator[Problem]:
    """GitHub ignores a parameter that it doesn't know, and so the value that was meant isn't in force."""
    for prompt in check.snapshot.prompts.values():
        for name in prompt.parameters:
            close = None if name in PARAMETERS else _parameter_like(check, prompt, name)
            if close:
                position = check.snapshot.at(prompt.path, "modelParameters", name, key=True)
                message = f"no model parameter is called `{name}`, and so it isn't sent"
                yield Problem(prompt.path, position, message, help=f"did you mean `{close}`?")


def _parameter_like(check: Check, prompt: Prompt, name: str) -> str | None:
    same = next((known for known in PARAMETERS if known.lower() == name.lower()), None)
    return same or check.closest(prompt.path, name, PARAMETERS, _ALIKE)
