"""`placet new system`: a registration, and the documents that its tier asks for, to be filled in by a person."""

from __future__ import annotations

from collections.abc import Sequence

import click

from placet.classification import least_tier
from placet.cli.creating import Here, answer, checked_id, checked_line, unknown
from placet.cli.guessing import checked_owner, no_owner, owner_of
from placet.errors import Exit, UsageError
from placet.model.policy import Control, Means, Phase, Policies, Tier
from placet.model.register import Factors
from placet.scaffold import pieces
from placet.scaffold.factors import LEVELS, strictest
from placet.scaffold.registration import Registration, UsedModel, registration_text
from placet.scaffold.start import Draft, digest_of

_UNKNOWN = f"sha256:{'0' * 64}"
_TIERS = [tier.label for tier in Tier]
_PLANNED = frozenset({"monitoring", "rollout"})
_ROLES = ("business", "technical", "data", "security", "risk", "support")


@click.command()
@click.argument("id")
@click.option(
    "--owner", "owners", multiple=True, metavar="[ROLE=]OWNER", help="Who answers for it, in one role or in all."
)
@click.option("--title", help="What people call it.")
@click.option("--purpose", help="What it does, for whom, and what a person does with the answer.")
@click.option("--kind", default="llm", show_default=True, help="What sort it is: llm, rag, agent, classifier ...")
@click.option(
    "--tier", type=click.Choice(_TIERS), help="At most this tier; what isn't stated is assumed as strict as it allows."
)
@click.option("--model", metavar="ID", help="A model of policies/providers.yaml.")
@click.option("--autonomy", type=click.Choice([one[0] for one in LEVELS["autonomy"]]))
@click.option("--data", type=click.Choice(["none", "internal", "personal", "sensitive"]), multiple=True)
@click.option("--exposure", type=click.Choice([one[0] for one in LEVELS["exposure"]]))
@click.option("--criticality", type=click.Choice([one[0] for one in LEVELS["criticality"]]))
@click.option("--regulation", multiple=True, metavar="NAME", help="A rule that applies to it, such as gdpr.")
def system(id: str, owners: Sequence[str], title: str | None, purpose: str | None, kind: str, **rest: object) -> int:
    """Register a system: systems/ID/system.yaml, and the documents that its tier asks for, to be filled in.

    Risk factors that aren't stated are assumed to be the strictest that --tier allows, and are marked as assumed.

    \b
    Examples:
      placet new system support-triage --owner @acme/support --tier medium
      placet new system notes --owner @dana --autonomy informs --data internal --exposure internal --criticality low
    """
    here = Here.now()
    id = checked_id(id, "system")
    if f"systems/{id}/system.yaml" in here.snapshot.files:
        raise UsageError(f"systems/{id}/system.yaml is there already", help="edit it, or choose another id")
    tier, factors, assumed = _risk(here.policies, rest)
    title = checked_line(title or id.replace("-", " ").capitalize(), "--title")
    registration = Registration(
        id=id,
        title=title,
        purpose=answer(
            purpose, "--purpose", "What does it do, and for whom?", f"{title}: what it is for is not written down yet."
        ),
        kind=checked_id(kind, "kind of system"),
        owners=_owners(here, owners, here.policies.owner_roles_of(tier) or ("technical",)),
        tier=tier,
        factors=factors,
        models=[_model(here.policies, rest.get("model"))],
        assumed=assumed,
        plans=_PLANNED & {control.name for control in here.policies.controls_of(tier) if control.means is Means.FIELD},
    )
    file = Draft(f"systems/{id}/system.yaml", registration_text(registration))
    said = _tier_assumed(here.policies, registration) if assumed and not rest.get("tier") else ""
    here.write([*_documents(here, registration, file), file], assumed=said)
    return Exit.FINE


def _risk(policies: Policies, given: dict[str, object]) -> tuple[Tier, Factors, frozenset[str]]:
    """The tier, the factors, and which of them nobody has stated. Raises UsageError if what is stated demands more."""
    known: dict[str, tuple[str, ...]] = {
        name: (str(given[name]),) for name in ("autonomy", "exposure", "criticality") if given.get(name)
    }
    data, regulation = _texts(given.get("data")), _texts(given.get("regulation"))
    if data:
        known["data"] = tuple(name for name in data if name != "none")
    if regulation:
        known["regulation"] = tuple(checked_id(name, "regulation") for name in regulation)
    limit = Tier.of(str(given["tier"])) if given.get("tier") else Tier.CRITICAL
    factors = strictest(known, limit, policies.classification)
    if factors is None:
        stated = " ".join(f"{name}={','.join(values) or 'none'}" for name, values in known.items()) or "any factors"
        raise UsageError(
            f"no system with {stated} is as low as {limit.label}",
            help="leave out --tier, and the tier that policies/classification.yaml computes is written",
        )
    assumed = frozenset(name for name in LEVELS if name not in known)
    computed = least_tier(factors, policies.classification)
    return (limit if given.get("tier") else computed), factors, assumed


def _tier_assumed(policies: Policies, system: Registration) -> str:
    """That nobody has stated the tier, and what the lowest that isn't excluded would change."""
    said = f"Tier {system.tier.label} is assumed, since neither --tier nor all risk factors were given."
    stated = {name: getattr(system.factors, name) for name in (*LEVELS, "regulation") if name not in system.assumed}
    lower = (tier for tier in sorted(policies.tiers) if tier < system.tier)
    least = next((tier for tier in lower if strictest(stated, tier, policies.classification)), None)
    if least is None:
        return said
    few, many = ((len(_due(policies, tier)), len(policies.controls_of(tier))) for tier in (least, system.tier))
    return (
        f"{said} It asks for {many[1]} controls, {many[0]} of them documents to write now; "
        f"--tier {least.label} would ask for {few[1]}, {few[0]} of them documents. If nothing about it is above that: "
        f"delete systems/{system.id}/, and run this again with --tier {least.label}."
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, tuple | list) else ()


def _owners(here: Here, given: Sequence[str], roles: Sequence[str]) -> dict[str, list[str]]:
    """Owners by role: those of a role that was named, else whoever was named without one."""
    everybody = [checked_owner(one, "--owner") for one in given if "=" not in one]
    named: dict[str, list[str]] = {}
    for one in given:
        role, mark, owner = one.partition("=")
        if mark:
            if role not in _ROLES:
                raise unknown("owner role", role, _ROLES, "")
            named.setdefault(role, []).append(checked_owner(owner, f"--owner {role}="))
    if not everybody and any(role not in named for role in roles):
        guess = owner_of(here.repository, here.snapshot)
        said = answer(None, "--owner", "Who answers for it (@user or @org/team)?", guess) if guess else None
        if said is None:
            raise no_owner()
        everybody = [checked_owner(said, "--owner")]
    return {role: named.get(role) or everybody for role in dict.fromkeys([*roles, *named])}


def _model(policies: Policies, given: object) -> UsedModel:
    """A model that policy serves, by the id that prompts use, its name, or provider/name."""
    served = {
        id: UsedModel(id, provider.id, model.name)
        for provider in policies.providers.values()
        for model in provider.models
        for id in (*model.ids, f"{provider.id}/{model.name}")
    }
    if given is None and not served:
        provider = next(iter(policies.providers), "unknown")
        return UsedModel("unknown", provider, "unknown", known=False)
    if given is None:
        return next(iter(served.values()))
    if str(given) not in served:
        raise unknown("model", str(given), served, "policies/providers.yaml lists none")
    return served[str(given)]


def _documents(here: Here, system: Registration, registration: Draft) -> list[Draft]:
    """The documents that are due by the pull request, to be written by a person."""
    author = next(iter(system.owners.get("technical") or next(iter(system.owners.values()))))
    digest = digest_of({registration.path: registration.text.encode()}, registration.path)
    return [
        Draft(
            f"systems/{system.id}/documents/{control.name}.md",
            pieces.document_text(
                pieces.Document(
                    control.name, f"{control.title} of {system.id}", author, digest or _UNKNOWN, control.reason
                ),
                here.today,
            ),
        )
        for control in _due(here.policies, system.tier)
    ]


def _due(policies: Policies, tier: Tier) -> list[Control]:
    """The controls of the tier that a document meets, by the pull request."""
    return [one for one in policies.controls_of(tier) if one.means is Means.DOCUMENT and one.phase <= Phase.PR]
