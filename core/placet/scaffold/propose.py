"""What to write for a part of the repository that uses models and isn't registered: a registration, and its prompts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from placet.model.policy import Policies, Tier
from placet.parse.snapshot import Snapshot
from placet.scaffold.answers import ENDPOINTS, is_model
from placet.scaffold.convert import converted
from placet.scaffold.factors import LEVELS, strictest
from placet.scaffold.registration import Registration, UsedModel, UsedPrompt, registration_text
from placet.scaffold.start import Draft
from placet.scan.signs import Sign, Sort
from placet.scan.survey import Group, is_governed_prompt, patterns_for

#: Frameworks whose point is that the model acts.
_AGENTS = frozenset({"mcp", "crewai", "autogen", "smolagents"})
_MOST_MODELS = 10


@dataclass(frozen=True, slots=True)
class Proposal:
    """Files to write for one group, and what a person has to do that no file can."""

    id: str
    drafts: tuple[Draft, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a proposal may rest on: the snapshot with its policies, contents of prompts by path, who answers for it."""

    snapshot: Snapshot
    policies: Policies
    prompts: Mapping[str, bytes]
    owner: str
    tier: Tier


def proposal(group: Group, known: Known) -> Proposal | None:
    """None when the repository's rules allow no system of this tier."""
    factors = strictest({}, known.tier, known.policies.classification)
    if factors is None:
        return None
    prompts = prompts_of(group, group.id, known.snapshot, known.prompts)
    where = f"{group.folder}/" if group.folder else "the root of this repository"
    whose = f", where it uses {', '.join(group.vendors[:5])}" if group.vendors else ""
    roles = known.policies.owner_roles_of(known.tier)
    registration = Registration(
        id=group.id,
        title=group.id.replace("-", " ").capitalize(),
        purpose=f"Found by `placet scan` in {where}{whose}. What it is for, and for whom, is not written down yet.",
        kind="agent" if _acts(group) else "llm",
        owners={role: [known.owner] for role in roles} or {"technical": [known.owner]},
        tier=known.tier,
        factors=factors,
        models=tuple(_models(group, known, prompts.models)),
        assumed=frozenset({*LEVELS, "regulation"}),
        prompts=prompts.used,
        sources=patterns_for(group),
        tools=tuple(dict.fromkeys(sign.what.partition(" ")[0] for sign in group.signs if _is_server(sign))),
    )
    file = Draft(f"systems/{group.id}/system.yaml", registration_text(registration))
    return Proposal(group.id, (*prompts.drafts, file), tuple(prompts.notes))


def _acts(group: Group) -> bool:
    return any(sign.sort is Sort.MCP or sign.vendor in _AGENTS for sign in group.signs)


def _is_server(sign: Sign) -> bool:
    """Whether the sign names a server by a name that a tool may have."""
    name = sign.what.partition(" ")[0]
    plain = all(char.isascii() and (char.isalnum() or char in "._-") for char in name)
    return sign.sort is Sort.MCP and sign.what.endswith(")") and plain and name[:1].isalnum()


def _models(group: Group, known: Known, named: Sequence[str]) -> Iterator[UsedModel]:
    """The models that prompts and code name; else one that says that it isn't known."""
    signs = {sign.what: sign.vendor for sign in group.signs if sign.sort is Sort.MODEL}
    every = [name for name in dict.fromkeys([*named, *signs]) if is_model(name)]
    for id in every[:_MOST_MODELS]:
        vendor, _, rest = id.rpartition("/")
        provider = _provider(signs.get(id) or vendor, group, known)
        yield UsedModel(id, provider, rest if vendor == provider else id)
    if not every:
        yield UsedModel("unknown", _provider("", group, known), "unknown", known=False)


def _provider(vendor: str, group: Group, known: Known) -> str:
    """The provider of the policies that reaches the vendor; the vendor's own name when policy doesn't allow it yet."""
    providers = known.policies.providers
    vendors = [vendor] if vendor else [one for one in group.vendors if one in ENDPOINTS]
    for one in vendors:
        endpoint = ENDPOINTS.get(one)
        same = (id for id, p in providers.items() if endpoint and p.base_url.rstrip("/") == endpoint.base_url)
        found = one if one in providers else next(same, None)
        if found:
            return found
    return vendors[0] if vendors else next(iter(sorted(providers)), "unknown")


@dataclass(slots=True)
class Prompts:
    """The prompts that can be registered, files for those in another format or place, what is left, their models."""

    used: list[UsedPrompt] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)


def prompts_of(group: Group, id: str, snapshot: Snapshot, contents: Mapping[str, bytes]) -> Prompts:
    """The prompts of the group for the system `id`; those that aren't governed are copied to prompts/<id>/."""
    found = Prompts()
    for path in dict.fromkeys(sign.path for sign in group.shadow if sign.sort is Sort.PROMPT):
        prompt = snapshot.prompts.get(path)
        if prompt is not None:
            found.used.append(UsedPrompt(path, tuple(sorted(prompt.variables))))
            found.models += [prompt.model] if prompt.model else []
        elif is_governed_prompt(path):
            found.used.append(UsedPrompt(path))  # it is broken, and `placet check` says how
        else:
            target = f"prompts/{id}/{_stem(path)}.prompt.yml"
            _put_converted(found, path, target, contents.get(path, b""), there=target in snapshot.files)
    return found


def _put_converted(found: Prompts, path: str, target: str, data: bytes, *, there: bool) -> None:
    made = converted(path, data)
    if isinstance(made, str):
        found.notes.append(f"{path} isn't converted: {made}")
        return
    if there or any(draft.path == target for draft in found.drafts):
        found.notes.append(f"{path} isn't converted: there is a {target} already")
        return
    found.drafts.append(Draft(target, made.text))
    found.used.append(UsedPrompt(target, made.variables))
    found.models += [made.model] if made.model else []
    found.notes.append(f"{target} is a copy of {path}: let the code read it, and then delete the other")


def _stem(path: str) -> str:
    name = path.rpartition("/")[2].lower()
    stem = name.partition(".prompt")[0]
    return "".join(char if char.isascii() and (char.isalnum() or char in "_-") else "-" for char in stem) or "prompt"
