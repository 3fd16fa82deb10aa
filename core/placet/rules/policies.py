"""Rules about the policies themselves."""

from __future__ import annotations

from collections.abc import Iterator

from placet.findings import Position
from placet.model.policy import Control, Inconclusive, Means
from placet.rules.problem import Check, Problem, twice

_TIERS, _CLASSIFICATION = "policies/tiers.yaml", "policies/classification.yaml"
#: The keys of a registration: what a control that a field meets may ask for.
FIELDS = frozenset({
    "version", "id", "title", "purpose", "kind", "lifecycle", "owners", "risk", "models", "prompts",
    "data_sources", "tools", "fallback", "monitoring", "rollout", "limitations", "failure_modes",
    "human_oversight", "residency", "cost_center", "reviewed", "review_by"
})  # fmt: skip
GROUPS = ("performance", "quality", "cost", "data", "safety")  # of monitors
#: How alike a monitor's name has to be to a group to be a misspelling of it.
_ALIKE = 0.8
_NEEDED = {
    _TIERS: "the four tiers and what each demands",
    _CLASSIFICATION: "the rules that compute the least tier",
    "policies/providers.yaml": "the model endpoints that may be called",
}


def whole(check: Check) -> Iterator[Problem]:
    for path, holds in _NEEDED.items():
        if path not in check.snapshot.files:
            advice = "write it, or restore it from the base branch: no change can be decided without it"
            yield Problem(path, Position(), f"{path} is missing: {holds}", help=advice)


def controls_exist(check: Check) -> Iterator[Problem]:
    known = {control.id for control in check.snapshot.controls.values()}
    for tier, policy in check.snapshot.tiers.items():
        for index, id in enumerate(policy.controls):
            path = f"policies/controls/{id}.yaml"
            if id not in known and path not in check.snapshot.files:
                position = check.snapshot.at(_TIERS, "tiers", tier.label, "controls", index)
                advice = check.did_you_mean(_TIERS, id, known, f"write {path}")
                yield Problem(_TIERS, position, f"no control `{id}`", help=advice)


def control_ids(check: Check) -> Iterator[Problem]:
    for control in check.snapshot.controls.values():
        name = _name(control)
        if control.id != name:
            position = check.snapshot.at(control.path, "id")
            message = f"the id is `{control.id}` and the file `{name}.yaml`"
            yield Problem(control.path, position, message, help=f"write `id: {name}`")


def roles_held(check: Check) -> Iterator[Problem]:
    """An approval of a role that nobody holds can never be given."""
    if check.snapshot.settings is None:
        return
    held = check.snapshot.settings.roles
    for path, keys, role in _roles_named(check):
        if role not in held:
            otherwise = f"say who holds it: `{role}:` under `roles:` of policies/placet.yaml"
            advice = check.did_you_mean(path, role, held, otherwise)
            yield Problem(path, check.snapshot.at(path, *keys), f"nobody holds the role `{role}`", help=advice)


def _roles_named(check: Check) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    for tier, policy in check.snapshot.tiers.items():
        for index, role in enumerate(policy.approvals.roles):
            yield _TIERS, ("tiers", tier.label, "approvals", "roles", index), role
        if policy.gates.inconclusive is Inconclusive.RISK_APPROVES and "risk" not in policy.approvals.roles:
            yield _TIERS, ("tiers", tier.label, "gates", "inconclusive"), "risk"
    for control in check.snapshot.controls.values():
        if control.means is Means.APPROVAL:
            yield control.path, ("met_by", "approval"), control.name


def rule_ids_unique(check: Check) -> Iterator[Problem]:
    for index, id in twice(rule.id for rule in check.snapshot.classification or ()):
        position = check.snapshot.at(_CLASSIFICATION, "rules", index, "id")
        advice = "findings name the rule that computed a tier: give each an id of its own"
        yield Problem(_CLASSIFICATION, position, f"a rule `{id}` stands above already", help=advice)


def controls_can_be_met(check: Check) -> Iterator[Problem]:
    """What asks for a key that no registration can have is never met, and blocks every system of its tier."""
    for control in check.snapshot.controls.values():
        if control.means is Means.FIELD and control.name not in FIELDS:
            position = check.snapshot.at(control.path, "met_by", "field")
            advice = check.did_you_mean(control.path, control.name, FIELDS, "docs/files.md lists the keys")
            yield Problem(control.path, position, f"registrations have no key `{control.name}`", help=advice)


def monitors_spelt(check: Check) -> Iterator[Problem]:
    """A name of its own is fine here; one that is nearly a group's makes every system name a monitor so."""
    for control in check.snapshot.controls.values():
        if control.means is Means.MONITOR and control.name not in GROUPS:
            close = check.closest(control.path, control.name, GROUPS, _ALIKE)
            if close:
                position = check.snapshot.at(control.path, "met_by", "monitor")
                message = f"no group of monitors is called `{control.name}`, and so a monitor needs this very name"
                yield Problem(control.path, position, message, help=f"did you mean `{close}`?")


def controls_demanded(check: Check) -> Iterator[Problem]:
    """A control that no tier names is believed to be in force."""
    demanded = {id for policy in check.snapshot.tiers.values() for id in policy.controls}
    if not check.snapshot.tiers:
        return  # broken or missing, which is said
    known = {control.id for control in check.snapshot.controls.values()}
    misspelt = {check.closest(_TIERS, id, known) for id in sorted(demanded - known)}  # POL002 says so
    for control in check.snapshot.controls.values():
        if not {control.id, _name(control)} & (demanded | misspelt):
            position = check.snapshot.at(control.path, "id")
            advice = (
                "add it to `controls:` of the lowest tier that needs it in policies/tiers.yaml, or remove this file"
            )
            yield Problem(control.path, position, f"no tier demands control `{control.id}`", help=advice)


def _name(control: Control) -> str:
    return control.path.rpartition("/")[2].removesuffix(".yaml")
