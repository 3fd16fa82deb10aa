"""Rules about the models of a registration: which of them answers, what it is pinned to, and what it costs."""

from __future__ import annotations

from placet.model.register import floating_key
from placet.rules.problem import Check, Problem
from placet.rules.systems import judged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from placet.model.policy import TierPolicy
    from placet.model.register import System

_PRIMARY = "primary"


def primary_is_clear(check: Check) -> Iterator[Problem]:
    """A prompt that names no model is answered by the primary one."""
    for system in check.snapshot.systems.values():
        primaries = [index for index, model in enumerate(system.models) if model.role == _PRIMARY]
        if not primaries:
            position = check.snapshot.at(system.path, "models", key=True)
            advice = "write `role: primary` for the model that answers; a fallback or a judge doesn't"
            yield Problem(system.path, position, "none of the models is the primary one", help=advice)
        elif len(primaries) > 1:
            nameless = [use.path for use in system.prompts if _names_no_model(check, use.path)]
            if nameless:
                position = check.snapshot.at(system.path, "models", primaries[1], "id")
                message = f"{len(primaries)} models are primary, and {nameless[0]} doesn't say which of them answers it"
                advice = "write `model:` in the prompt, or another `role:` here"
                yield Problem(system.path, position, message, help=advice)


def _names_no_model(check: Check, path: str) -> bool:
    prompt = check.snapshot.prompts.get(path)
    return prompt is not None and prompt.model is None


def stand_ins_differ(check: Check) -> Iterator[Problem]:
    """What fails together is no fallback, and who judges the own answers likes them."""
    whys = {"fallback": "it fails when the other does", "judge": "models prefer their own answers"}
    for system in check.snapshot.systems.values():
        primaries = {(model.provider, model.name): model.id for model in system.models if model.role == _PRIMARY}
        for index, model in enumerate(system.models):
            same = primaries.get((model.provider, model.name))
            if model.role in whys and same is not None:
                position = check.snapshot.at(system.path, "models", index, "name")
                message = f"the {model.role} `{model.id}` is the primary model `{same}` itself"
                advice = f"name another model: {whys[model.role]}"
                yield Problem(system.path, position, message, help=advice)


def version_is_the_name_s(check: Check) -> Iterator[Problem]:
    """What is asked for is the name. A version that says otherwise pins nothing."""
    for system in check.snapshot.systems.values():
        for index, model in enumerate(system.models):
            named, written = dates_in(model.name), dates_in(model.version or "")
            if named and written and not named & written:
                position = check.snapshot.at(system.path, "models", index, "version")
                message = f"the name on the wire asks for {_shown(named)}, and the version is {_shown(written)}"
                yield Problem(system.path, position, message, help="correct the one that is wrong: `name:` decides")


def dates_in(text: str) -> set[str]:
    """The days that a model's name speaks of, as YYYYMMDD: `gpt-4o-2024-08-06`, `claude-3-5-sonnet-20241022`."""
    for mark in ":@/_.+":
        text = text.replace(mark, "-")
    words = text.split("-")
    pieces = {*words, *("".join(words[at : at + 3]) for at in range(len(words)) if len(words[at]) == 4)}
    return {piece for piece in pieces if len(piece) == 8 and piece.isdecimal() and _is_day(piece)}


def _is_day(digits: str) -> bool:
    return "1990" <= digits[:4] <= "2199" and 1 <= int(digits[4:6]) <= 12 and 1 <= int(digits[6:]) <= 31


def _shown(days: set[str]) -> str:
    return " and ".join(f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in sorted(days))


def cost_is_known(check: Check) -> Iterator[Problem]:
    """Where a tier gates cost, an unknown price is an inconclusive gate, and never nothing."""
    for system, policies in judged(check):
        policy = policies.tiers[system.tier]
        if policy.gates.max_cost_increase is not None:
            yield from _unpriced(check, system, policy)


def _unpriced(check: Check, system: System, policy: TierPolicy) -> Iterator[Problem]:
    providers = check.snapshot.providers or {}
    note = f"tier {system.tier.label} allows {policy.gates.max_cost_increase:.0%} more cost per request"
    for index, model in enumerate(system.models):
        if policy.pinned_models and floating_key(model.name, model.name) is not None:
            continue  # SYS004 asks for another name, which may have a price
        provider = providers.get(model.provider)
        if provider is not None and model.role == _PRIMARY and provider.price_of(model.name) is None:
            position = check.snapshot.at(system.path, "models", index, "name")
            message = f"policies/providers.yaml doesn't say what `{model.name}` costs, so its cost can't be gated"
            advice = f"add it to `models:` of `{provider.id}` there, with its `price:`; 0 if it costs nothing"
            yield Problem(system.path, position, message, note, advice)
