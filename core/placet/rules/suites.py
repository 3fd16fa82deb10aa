"""Rules about suites: their prompt, their cases and their names."""

from __future__ import annotations

from collections.abc import Iterator

from placet.findings import Position
from placet.model.policy import TierPolicy
from placet.model.register import System
from placet.model.suite import INLINE, Suite
from placet.parse.kinds import system_of
from placet.rules.problem import Check, Problem, twice
from placet.rules.systems import judged


def prompt_of_system(check: Check) -> Iterator[Problem]:
    for system, suite in _own_suites(check):
        used = [use.path for use in system.prompts]
        if suite.prompt is None or suite.prompt in used or _may_be_meant(check, system, suite.prompt):
            continue
        otherwise = f"{system.path} uses {', '.join(used)}"
        if not used:
            otherwise = f"add it to `prompts:` of {system.path}, which has none, or remove this suite"
        advice = check.did_you_mean(suite.path, suite.prompt, used, otherwise)
        message = f"system {system.id} doesn't use prompt {suite.prompt}"
        yield Problem(suite.path, check.snapshot.at(suite.path, "prompt"), message, help=advice)


def is_of_its_system(check: Check, suite: Suite) -> bool:
    """Whether the suite's system uses its prompt, as far as that can be read; else SUI001 is the fault."""
    registration = f"systems/{system_of(suite.path)}/system.yaml"
    system = check.snapshot.systems.get(registration)
    if system is None:
        return registration in check.snapshot.files
    return any(use.path == suite.prompt for use in system.prompts)


def _may_be_meant(check: Check, system: System, prompt: str) -> bool:
    """Whether the registration names a prompt that doesn't exist, and the suite one that does."""
    missing = any(use.path not in check.snapshot.files for use in system.prompts)
    return missing and prompt in check.snapshot.files


def case_ids_unique(check: Check) -> Iterator[Problem]:
    for suite in (*check.snapshot.suites.values(), *check.snapshot.shared.values()):
        seen: dict[str, Position] = {}
        for case in suite.cases:
            if case.id in seen:
                path = suite.cases_path or suite.path
                message = f"case id `{case.id}` stands twice, first at line {seen[case.id].line}"
                yield Problem(path, case.position, message, help="give each case an id of its own: history hangs on it")
            seen.setdefault(case.id, case.position)


def enough_cases(check: Check) -> Iterator[Problem]:
    for system, suite, policy in _main_suites(check):
        fewest = policy.least_cases
        if len(suite.cases) < fewest and not check.has_broken_cases(suite):
            count = f"{len(suite.cases)} case{'' if len(suite.cases) == 1 else 's'}"
            message = f"{count}; tier {system.tier.label} wants {fewest} or more in the main suite"
            advice = f"add {fewest - len(suite.cases)} more, from what users really send"
            yield Problem(suite.path, check.snapshot.at(suite.path, "cases"), message, help=advice)


def inputs_used(check: Check) -> Iterator[Problem]:
    for suite in with_files(check):
        prompt = check.snapshot.prompts.get(suite.prompt or "")
        if prompt is None or suite.claims or not is_of_its_system(check, suite):
            continue
        if any(prompt.variables - set(case.inputs) for case in suite.cases):
            continue  # a misspelt variable is reported once, as the one that gets no value
        first = {name: case for case in reversed(suite.cases) for name in case.inputs if name not in prompt.variables}
        for name, case in sorted(first.items(), key=lambda item: item[0]):
            message = f"{suite.prompt} has no variable `{name}`"
            advice = "remove the input, or use it in the prompt"
            yield Problem(suite.cases_path or suite.path, case.position, message, help=advice)


def slices_carried(check: Check) -> Iterator[Problem]:
    """A slice without cases is never measured, and a cluster that no case names makes every case count alone."""
    for suite in with_files(check):
        known = {name for case in suite.cases for name in case.fields or ()}
        for what, name, keys in _fields_named(suite):
            if name not in known and not check.has_broken_cases(suite):
                position = check.snapshot.at(suite.path, *keys)
                otherwise = f"add `{name}` to the `fields` of its cases, or remove the {what}"
                advice = check.did_you_mean(suite.path, name, known, otherwise)
                yield Problem(suite.path, position, f"no case has a field `{name}`", help=advice)


def _fields_named(suite: Suite) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    """What names a field, the field, and where: slices, the cluster, and what fairness groups cases by."""
    for index, name in enumerate(suite.slices):
        yield "slice", name, ("slices", index)
    if suite.cluster:
        yield "cluster", suite.cluster, ("cluster",)
    for index, spec in enumerate(suite.scorers):
        if spec.type == "fairness" and isinstance(spec.parameters.get("attribute"), str):
            yield "scorer", spec.parameters["attribute"], ("scorers", index, "attribute")


def suite_names(check: Check) -> Iterator[Problem]:
    """A name that is the file's is also the only one of its kind in the system."""
    for suite in with_files(check):
        name = suite.path.rpartition("/")[2].removesuffix(".yaml")
        if suite.name != name:
            position = check.snapshot.at(suite.path, "name")
            message = f"the name is `{suite.name}` and the file `{name}.yaml`"
            yield Problem(suite.path, position, message, help=f"write `name: {name}`, or rename the file")


def scorer_names(check: Check) -> Iterator[Problem]:
    for suite in with_files(check):
        for index, name in twice(spec.name for spec in suite.scorers):
            message = f"a scorer `{name}` stands above already"
            yield Problem(suite.path, suite.scorers[index].position, message, help="give it a name of its own")


def belongs(check: Check) -> Iterator[Problem]:
    """What no registration stands beside never runs."""
    for suite in with_files(check):
        if check.misses_registration(suite.path):
            registration = f"systems/{system_of(suite.path)}/system.yaml"
            position = check.snapshot.at(suite.path, "name")
            advice = "register the system, or remove its folder"
            yield Problem(suite.path, position, f"there is no {registration}", help=advice)


def with_files(check: Check) -> Iterator[Suite]:
    """Suites that are files of their own, shared ones among them."""
    yield from (suite for suite in check.snapshot.suites.values() if suite.name != INLINE)
    yield from check.snapshot.shared.values()


def _own_suites(check: Check) -> Iterator[tuple[System, Suite]]:
    for system in check.snapshot.systems.values():
        for suite in check.snapshot.suites_of(system):
            if suite.name != INLINE:
                yield system, suite


def _main_suites(check: Check) -> Iterator[tuple[System, Suite, TierPolicy]]:
    for system, policies in judged(check):
        for suite in check.snapshot.suites_of(system):
            if suite.name == policies.settings.main_suite:
                yield system, suite, policies.tiers[system.tier]
