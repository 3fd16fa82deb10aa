"""Rules about registrations: names, owners, models, and what they refer to."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from placet.model.policy import Policies, Provider
from placet.model.register import Model, Prompt, System, floating_key
from placet.model.suite import INLINE, Suite
from placet.rules.problem import Check, Problem, twice
from placet.shared import suites_for

#: Lists of a registration, and the key that names an entry.
_NAMED = {
    "prompts": "path",
    "data_sources": "name",
    "tools": "name",
    "monitoring": "name",
    "failure_modes": "id",
}
_LONGEST_ID = 64
_MOST_SUITES = 3


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
            form = "a name is made of lowercase words joined by hyphens"
            rename = f"rename the folder to {system.id}, or both to what no other system is called: {form}"
            yield Problem(system.path, position, message, help=f"write `id: {folder}`" if _is_id(folder) else rename)


def _is_id(name: str) -> bool:
    words = name.split("-")
    return len(name) <= _LONGEST_ID and all(
        word.isascii() and word.isalnum() and word == word.lower() for word in words
    )


def reviewed_in_time(check: Check) -> Iterator[Problem]:
    for system in check.snapshot.systems.values():
        until, made = system.fields.get("review_by"), system.fields.get("reviewed")
        if until and until > (made or "") and until < check.today.isoformat():  # else SYS019 says what is wrong
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
            if model.provider and model.provider not in policies.providers:
                known = policies.providers
                otherwise = f"policies/providers.yaml knows {', '.join(sorted(known)) or 'none'}"
                advice = check.did_you_mean(system.path, model.provider, known, otherwise)
                position = check.snapshot.at(system.path, "models", index, "provider")
                message = f"no provider `{model.provider}` in policies/providers.yaml"
                yield Problem(system.path, position, message, help=advice)


def models_pinned(check: Check) -> Iterator[Problem]:
    for system, policies in judged(check):
        for index, model in enumerate(system.models):
            key = model.floating if policies.tiers[system.tier].pinned_models else None
            if key is not None:
                position = check.snapshot.at(system.path, "models", index, key)
                note = f"tier {system.tier.label} demands a pinned model"
                yield Problem(system.path, position, *_unpinned(model, note))


def _unpinned(model: Model, note: str) -> tuple[str, str, str]:
    from placet.rules.models import dates_in

    for day in sorted(dates_in(model.name) if model.version is None else ()):
        version = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        if floating_key(model.name, version) is None:
            message = f"`version:` of model `{model.id}` is missing, though its name has a date"
            return message, note, f'add `version: "{version}"`'
    what = "floats" if model.version else "has no `version:`"
    message = f"model `{model.id}` {what}: its vendor can change it while nothing here does"
    return message, note, "name a dated version, or a digest, in `version:` and on the wire (`name:`)"


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
                advice = check.did_you_mean(
                    system.path, use.path, check.prompts_like(use.path), _without_prompt(check, system, use.path)
                )
                yield Problem(system.path, position, f"no prompt at {use.path}", help=advice)


def _without_prompt(check: Check, system: System, path: str) -> str:
    """What to do without a prompt, whether it is still to be written or was deleted on purpose."""
    left = any(use.path != path for use in system.prompts)
    suites = [suite.path for suite in check.snapshot.suites_of(system) if suite.prompt == path and suite.name != INLINE]
    shown = [f"{suite}:{check.snapshot.at(suite, 'prompt').line}" for suite in suites[:_MOST_SUITES]]
    shown += [f"{len(suites) - _MOST_SUITES} more"] * (len(suites) > _MOST_SUITES)
    last = "" if left else " (`prompts: []` if it was the last)"
    which = f" and the suites that name it: {', '.join(shown)}" if shown else ""
    return f"write the prompt, or correct the path; if it was deleted on purpose, remove this entry{last}{which}"


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
                    advice = check.did_you_mean(system.path, name, prompt.variables, f"the prompt has {known}")
                    yield Problem(system.path, position, f"{use.path} has no variable `{name}`", help=advice)


def _supplied(check: Check, system: System, prompt: Prompt) -> set[str]:
    """What the cases supply, if the prompt asks for something else: then it is the prompt that is wrong."""
    suites = [suite for suite in check.snapshot.suites_of(system) if suite.prompt == prompt.path]
    supplied = {name for suite in suites for case in suite.cases for name in case.inputs}
    return supplied if prompt.variables - supplied else set()


def failure_modes(check: Check) -> Iterator[Problem]:
    for system in check.snapshot.systems.values():
        suites = suites_for(system, check.snapshot)
        known = {name for suite in suites for name in (suite.name, *(f"{suite.name}/{one.id}" for one in suite.cases))}
        for named, places in _cases_named(system).items():
            if named not in known and not may_exist(check, system, named, suites):
                position = check.snapshot.at(system.path, "failure_modes", *places[0])
                more = f", which {len(places)} failure modes name" if len(places) > 1 else ""
                advice = check.did_you_mean(system.path, named, known, "name a suite, or SUITE/CASE-ID")
                yield Problem(system.path, position, f"no suite or case `{named}`{more}", help=advice)


def _cases_named(system: System) -> dict[str, list[tuple[int, str, int]]]:
    """What the failure modes name as their cases, each with its places below `failure_modes`."""
    found: dict[str, list[tuple[int, str, int]]] = {}
    for index, mode in enumerate(system.fields.get("failure_modes") or ()):
        for place, named in enumerate(mode["cases"]):
            found.setdefault(named, []).append((index, "cases", place))
    return found


def may_exist(check: Check, system: System, named: str, suites: Collection[Suite]) -> bool:
    """Whether `named`, a suite or SUITE/CASE-ID, couldn't be read, or another finding is about there being none."""
    name = named.partition("/")[0]
    found = [suite for suite in suites if suite.name == name]
    return any(map(check.has_broken_cases, found)) or (not found and check.says_why_missing(system, name))


def regulations_spelt(check: Check) -> Iterator[Problem]:
    """What no classification rule knows weighs nothing; a misspelling would lower the tier in silence."""
    for system, policies in judged(check):
        known = {value for rule in policies.classification for value in rule.when.get("regulation", ())}
        for index, name in enumerate(system.factors.regulation):
            close = None if name in known else check.closest(system.path, name, known, cutoff=0.8)
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
