"""The text of a registration. What isn't known is the strictest that the tier allows, and says so beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from placet.model.policy import Tier
from placet.model.register import Factors
from placet.record import record
from placet.rules.models import dates_in
from placet.scaffold.additions import prompt_entry
from placet.scaffold.templates import quoted, scalar

_CHOICES = {
    "autonomy": "informs, advises, acts-with-approval or acts",
    "data": "of internal, personal, sensitive; empty for none",
    "exposure": "internal, partners, customers or public",
    "regulation": "names of rules that apply to it, such as gdpr; nobody has looked yet",
    "criticality": "low, moderate, high or safety",
}
_LISTS = frozenset({"data", "regulation"})


@record
class UsedModel:
    id: str
    provider: str
    name: str
    known: bool = True  # whether it was found or said, rather than assumed


@record
class UsedPrompt:
    path: str
    untrusted: tuple[str, ...] = ()


@record
class Registration:
    """A system to be registered. `assumed` are the factors that nobody has stated."""

    id: str
    title: str
    purpose: str
    kind: str
    owners: Mapping[str, Sequence[str]]
    tier: Tier
    factors: Factors
    models: Sequence[UsedModel]
    assumed: frozenset[str] = frozenset()
    prompts: Sequence[UsedPrompt] = ()
    sources: Sequence[str] = ()
    tools: Sequence[str] = ()
    plans: frozenset[str] = frozenset()  # of monitoring and rollout, which a plan can be written for beforehand


def registration_text(system: Registration) -> str:
    return "\n".join(_lines(system)) + "\n"


def _lines(system: Registration) -> Iterator[str]:
    yield "version: 1"
    yield f"id: {scalar(system.id)}"
    yield f"title: {quoted(system.title)}"
    yield f"purpose: {quoted(system.purpose)}"
    yield f"kind: {scalar(system.kind)}"
    yield "lifecycle: experiment  # may not be admitted to production; then staging, production, retired"
    yield "\nowners:"
    yield from (f"  {role}: [{', '.join(map(quoted, people))}]" for role, people in system.owners.items())
    yield from _risk(system)
    yield "\nmodels:"
    yield from (_model(model) for model in system.models)
    yield from _prompts(system)
    yield from _sources(system)
    yield from _tools(system)
    yield from _PLANS["monitoring"] if "monitoring" in system.plans else ()
    yield from _PLANS["rollout"] if "rollout" in system.plans else ()


def _risk(system: Registration) -> Iterator[str]:
    yield "\nrisk:"
    if system.assumed:
        yield "  # Nobody has stated what is marked as assumed: it is the strictest that this tier allows. Write what"
        yield "  # is true, and then the tier that policies/classification.yaml computes from it."
    yield f"  tier: {system.tier.label}"
    yield "  factors:"
    for name, choices in _CHOICES.items():
        values = getattr(system.factors, name)
        shown = f"[{', '.join(map(scalar, values))}]" if name in _LISTS else scalar(values[0])
        note = f"  # assumed; {choices}" if name in system.assumed else ""
        yield f"    {name}: {shown}{note}"


def _model(model: UsedModel) -> str:
    keys = [f"id: {quoted(model.id)}", f"provider: {scalar(model.provider)}", f"name: {quoted(model.name)}"]
    days = sorted(dates_in(model.name))
    if len(days) == 1:  # the name on the wire pins it
        keys.append(f'version: "{days[0][:4]}-{days[0][4:6]}-{days[0][6:]}"')
    return f"  - {{{', '.join([*keys, 'role: primary'])}}}" + (
        "" if model.known else "  # not known: name the model and its version"
    )


def _prompts(system: Registration) -> Iterator[str]:
    if not system.prompts:
        yield "\nprompts: []"
        return
    yield "\nprompts:"
    yield from (f"  - {prompt_entry(prompt.path, prompt.untrusted)}" for prompt in system.prompts)


def _sources(system: Registration) -> Iterator[str]:
    if system.sources:
        yield "\n# The code that belongs to this system, for `placet scan`. Patterns as in CODEOWNERS."
        yield "x-sources:"
        yield from (f"  - {quoted(pattern)}" for pattern in system.sources)


def _tools(system: Registration) -> Iterator[str]:
    if system.tools:
        yield "\ntools:  # what each may do, and whether a person confirms it, isn't known yet"
        yield from (f"  - {{name: {quoted(name)}, permissions: [], needs_approval: false}}" for name in system.tools)


_PLANS = {
    "monitoring": (
        "\nmonitoring:  # a beginning: say what you will really watch, and when somebody is called",
        "  - name: failed-calls",
        "    group: performance",
        "    signal: share of calls that fail, time out or give an answer that can't be used, per hour",
        "    alert: above 5 %",
        "    owner: technical",
    ),
    "rollout": (
        "\nrollout:  # a beginning: say who meets a change first",
        "  strategy: staged",
        "  stages:",
        "    - {name: canary, percent: 10, success: 24 hours without an alert}",
        "    - {name: everybody, percent: 100, success: 7 days without an alert}",
    ),
}
