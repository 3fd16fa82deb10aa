"""Rules about registrations: names, owners, models, and what they refer to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from placet.model.policy import Policies, Provider
from placet.model.register import Prompt, System, floating_key
from placet.model.suite import Suite
from placet.rules.problem import Check, Problem, twice

#: Lists of a registration, and the key that names an entry.
_NAMED = {
    "prompts": "path",
    "data_sources": "name",
    "tools": "name",
    "monitoring": "name",
    "failure_modes": "id",
}
_LONGEST_ID = 64


def judged(check: Check) -> Iterator[tuple[System, Policies]]:
    """Every system, as long as there are policies to judge it by.

    The declared tier counts here: one that is too low is one finding (SYS021), which says what the right one asks for.
    """
    if check.policies is not None:
        for system in check.snapshot.systems.values():
            yield system, check.policies


def id_is_folder(check: Check) -> Iterator[Problem]:
    for system in check.snapshot.systems.values():
        folder = system.folder.rpartition("/")[2]
        if system.id != folder:
            position = check.snapshot.at(system.path, "id")
            message = f"the id is `{system.id}` and the folder `{folder}`"
            rename = f"rename the folder to {system.id}: a name is made of lowercase words joined by hyphens"
            yield Problem(system.path, position, message, help=f"write `id: {folder}`" if _is_id(folder) else rename)


def _is_id(name: str) -> bool:
    words = name.split("-")
    return len(name) <= _LONGEST_ID and all(
        word.isascii() and word.isalnum() and word == word.lower() for word in words
    )


def reviewed_in_time(check: Check) -> Iterator[Problem]:
    for system in check.snapshot.systems.values():
        until = system.fields.get("review_by")
        if until and date.fromisoformat(until) < check.today:
            position = check.snapshot.at(system.path, "review_by")
            message = f"the registration was to be reviewed by {until}"
            advice = "read it through, correct it, and write when that was as `reviewed:` and a new day as `review_by:`"
            yield Problem(system.path, position, message, help=advice)


def owner_roles(check: Check) -> Iterator[Problem]:
    for system, policies in judged(check):
        for role in policies.owner_roles_of(system.tier):
            if not system.owners.get(role):
                position = check.snapshot.at(system.path, "owners", key=True)
                message = f"no `{role}` owner, which tier {system.tier.label} demands"
                advice = f'add `{role}: ["@user"]` or a team, `["@org/team"]`'
                yield Problem(system.path, position, message, help=advice)


def provider_known(check: Check) -> Iterator[Problem]:
    for system, policies in judged(check):
        for index, model in enumerate(system.models):
            if model.provider not in policies.providers:
                known = policies.providers
                otherwise = f"policies/providers.yaml knows {', '.join(sorted(known)) or 'none'}"
                advice = check.did_you_mean(model.provider, known, otherwise)
                position = check.snapshot.at(system.path, "models", index, "provider")
                message = f"no provider `{model.provider}` in policies/providers.yaml"
                yield Problem(system.path, position, message, help=advice)


def models_pinned(check: Check) -> Iterator[Problem]:
    for system, policies in judged(check):
        for index, model in enumerate(system.models):
            key = floating_key(model.name, model.version) if policies.tiers[system.tier].pinned_models else None
            if key is not None:
                position = check.snapshot.at(system.path, "models", index, key)
                what = "floats" if model.version else "has no `version:`"
                message = f"model `{model.id}` {what}: its vendor can change it while nothing here does"
                note = f"tier {system.tier.label} demands a pinned model"
                advice = "name a dated version, or a digest, in `version:` and on the wire (`name:`)"
                yield Problem(system.path, position, message, note, advice)


def model_ids_unique(check: Check) -> Iterator[Problem]:
    for system in check.snapshot.systems.values():
        for index, id in twice(model.id for model in system.models):
            position = check.snapshot.at(system.path, "models", index, "id")
            advice = "remove one, or give it its own id"
            yield Problem(system.path, position, f"model `{id}` is registered twice", help=advice)


def names_unique(check: Check) -> Iterator[Problem]:
    for system in check.snapshot.systems.values():
        for field, key in _NAMED.items():
            for index, name in twice(entry[key] for entry in system.fields.get(field) or ()):
                position = check.snapshot.at(system.path, field, index, key)
                message = f"`{name}` stands twice in `{field}`"
                yield Problem(system.path, position, message, help=f"remove one, or give it a {key} of its own")


def prompts_exist(check: Check) -> Iterator[Problem]:
    for system in check.snapshot.systems.values():
        for index, use in enumerate(system.prompts):
            if use.path not in check.snapshot.files:
                position = check.snapshot.at(system.path, "prompts", index, "path")
                advice = check.did_you_mean(use.path, check.prompt_paths, "write the prompt, or correct the path")
                yield Problem(system.path, position, f"no prompt at {use.path}", help=advice)


def untrusted_variables(check: Check) -> Iterator[Problem]:
    for system in check.snapshot.systems.values():
        for index, use in enumerate(system.prompts):
            prompt = check.snapshot.prompts.get(use.path)
            if prompt is None:
                continue
            right = _supplied(check, system, prompt)
            for place, name in enumerate(use.untrusted):
                if name not in prompt.variables and name not in right:
                    position = check.snapshot.at(system.path, "prompts", index, "untrusted", place)
                    known = ", ".join(sorted(prompt.variables)) or "no variables"
                    advice = check.did_you_mean(name, prompt.variables, f"the prompt has {known}")
                    yield Problem(system.path, position, f"{use.path} has no variable `{name}`", help=advice)


def _supplied(check: Check, system: System, prompt: Prompt) -> set[str]:
    """What the cases supply, if the prompt asks for something else: then it is the prompt that is wrong."""
    suites = [suite for suite in check.snapshot.suites_of(system) if suite.prompt == prompt.path]
    supplied = {name for suite in suites for case in suite.cases for name in case.inputs}
    return supplied if prompt.variables - supplied else set()


def failure_modes(check: Check) -> Iterator[Problem]:
    for system in check.snapshot.systems.values():
        if check.has_unread_suites(system) or check.lacks_prompts(system):
            continue
        suites = {suite.name: suite for suite in check.snapshot.suites_of(system)}
        known = {*suites, *(f"{suite.name}/{case.id}" for suite in suites.values() for case in suite.cases)}
        for index, mode in enumerate(system.fields.get("failure_modes") or ()):
            for place, named in enumerate(mode["cases"]):
                if named not in known and not _may_exist(check, named, suites):
                    position = check.snapshot.at(system.path, "failure_modes", index, "cases", place)
                    advice = check.did_you_mean(named, known, "name a suite, or SUITE/CASE-ID")
                    yield Problem(system.path, position, f"no suite or case `{named}`", help=advice)


def _may_exist(check: Check, named: str, suites: dict[str, Suite]) -> bool:
    """Whether `named` may be a case that couldn't be read."""
    suite = suites.get(named.partition("/")[0])
    return suite is not None and check.has_broken_cases(suite)


def regulations_spelt(check: Check) -> Iterator[Problem]:
    """What no classification rule knows weighs nothing; a misspelling would lower the tier in silence."""
    for system, policies in judged(check):
        known = {value for rule in policies.classification for value in rule.when.get("regulation", ())}
        for index, name in enumerate(system.factors.regulation):
            close = None if name in known else check.guesses.closest(name, known, cutoff=0.8)
            if close:
                position = check.snapshot.at(system.path, "risk", "factors", "regulation", index)
                message = f"no classification rule knows `{name}`, and so it doesn't raise the tier"
                yield Problem(system.path, position, message, help=f"did you mean `{close}`?")


def data_stays(check: Check) -> Iterator[Problem]:
    for system, policies in judged(check):
        allowed = set((system.fields.get("residency") or {}).get("regions") or ())
        for index, model in enumerate(system.models):
            provider = policies.providers.get(model.provider)
            message = _sends_away(provider, allowed) if provider and allowed else ""
            if message:
                position = check.snapshot.at(system.path, "models", index, "provider")
                advice = "use a provider in these regions, or change what its regions are where that is decided"
                yield Problem(system.path, position, message, f"residency allows {', '.join(sorted(allowed))}", advice)


def _sends_away(provider: Provider, allowed: set[str]) -> str:
    if not provider.regions:
        return f"policies/providers.yaml doesn't say where `{provider.id}` processes data"
    outside = [region for region in provider.regions if region not in allowed]
    return f"`{provider.id}` processes data in {', '.join(outside)}" if outside else ""
