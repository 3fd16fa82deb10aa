"""Rules about prompts and what they must agree with: the register's models, and the cases' inputs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from placet.digest import PARAMETERS
from placet.findings import Position
from placet.model.register import Prompt
from placet.model.suite import INLINE, Case, Suite
from placet.parse.foreign import place_of
from placet.parse.kinds import Kind
from placet.parse.suites import STRING_EVALUATOR
from placet.rules.problem import Check, Problem

_CRITERIA = ("equals", "contains", "startsWith", "endsWith")
#: How alike a name has to be to be a misspelling: providers have parameters of their own, such as `stop` beside `topP`.
_ALIKE = 0.85


def model_registered(check: Check) -> Iterator[Problem]:
    for prompt in check.snapshot.prompts.values():
        for system in check.snapshot.systems_using(prompt.path):
            if prompt.model is None or system.model_of(prompt.model):
                continue
            known = [model.id for model in system.models]
            advice = check.did_you_mean(prompt.model, known, f"{system.path} registers {', '.join(known)}")
            message = f"system {system.id} doesn't register model `{prompt.model}`"
            yield Problem(prompt.path, check.snapshot.at(prompt.path, "model"), message, help=advice)


def variables_supplied(check: Check) -> Iterator[Problem]:
    """Without a value a variable would reach the model as `{{name}}`.

    GitHub sends it so, which may be meant in a prompt that no system uses.
    """
    for prompt, suites in _with_suites(check):
        for name in sorted(prompt.variables):
            lacking = [suite for suite in suites if all(name not in case.inputs for case in suite.cases)]
            if lacking:
                yield _nowhere_supplied(check, prompt, name, lacking)
            for suite in suites:
                without = [case for case in suite.cases if name not in case.inputs]
                if without and suite not in lacking:
                    yield _unsupplied(check, suite, prompt, name, without)


def _with_suites(check: Check) -> Iterator[tuple[Prompt, list[Suite]]]:
    """Each prompt with the suites that have cases for it."""
    suites: dict[str, list[Suite]] = {}
    for suite in check.snapshot.suites.values():
        prompt = suite.prompt or ""
        if suite.cases and (suite.name != INLINE or check.snapshot.systems_using(prompt)):
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
        advice = _renaming(check, name, unused) or advice
    return Problem(prompt.path, _place(check, prompt, name), message, help=advice)


def _renaming(check: Check, name: str, unused: set[str]) -> str | None:
    """Whether the prompt or the cases are to be corrected is for the author to say."""
    close = check.guesses.closest(name, unused, _ALIKE)
    if close:
        return f"did you mean `{close}`? If you renamed it, rename it in the cases too"
    close = min(unused) if len(unused) == 1 else check.guesses.closest(name, unused)
    return f"the cases have `{close}`: renamed? then rename it there too" if close else None


def _place(check: Check, prompt: Prompt, name: str) -> Position:
    written = f"{{{{{name}}}}}"
    index = next(index for index, message in enumerate(prompt.messages) if written in message.content)
    return place_of(check.snapshot.trees[prompt.path], written, "messages", index, "content")


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
    close = check.guesses.closest(name, unused)
    where = "each row" if suite.name == INLINE else "the `inputs` of each case"
    return f"did you mean `{close}`?" if close else f"add `{name}` to {where}"


def used(check: Check) -> Iterator[Problem]:
    if check.misses_prompts or check.has_unread(Kind.SYSTEM):
        return
    for prompt in check.snapshot.prompts.values():
        if not check.snapshot.systems_using(prompt.path):
            position = check.snapshot.at(prompt.path, "model", key=True)
            advice = "register it: add its path to `prompts:` of a systems/<id>/system.yaml"
            yield Problem(prompt.path, position, "no system uses this prompt, so nothing gates it", help=advice)


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
            close = None if name in PARAMETERS else _parameter_like(check, name)
            if close:
                position = check.snapshot.at(prompt.path, "modelParameters", name, key=True)
                message = f"no model parameter is called `{name}`, and so it isn't sent"
                yield Problem(prompt.path, position, message, help=f"did you mean `{close}`?")


def _parameter_like(check: Check, name: str) -> str | None:
    same = next((known for known in PARAMETERS if known.lower() == name.lower()), None)
    return same or check.guesses.closest(name, PARAMETERS, _ALIKE)
