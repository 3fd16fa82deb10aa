"""Rules about the policies themselves."""

from __future__ import annotations

from collections.abc import Iterator

from placet.findings import Position
from placet.model.policy import Means
from placet.rules.problem import Check, Problem, twice

_TIERS, _CLASSIFICATION = "policies/tiers.yaml", "policies/classification.yaml"
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
                advice = check.did_you_mean(id, known, f"write {path}")
                yield Problem(_TIERS, position, f"no control `{id}`", help=advice)


def control_ids(check: Check) -> Iterator[Problem]:
    for control in check.snapshot.controls.values():
        name = control.path.rpartition("/")[2].removesuffix(".yaml")
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
            advice = check.did_you_mean(role, held, otherwise)
            yield Problem(path, check.snapshot.at(path, *keys), f"nobody holds the role `{role}`", help=advice)


def _roles_named(check: Check) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    for tier, policy in check.snapshot.tiers.items():
        for index, role in enumerate(policy.approvals.roles):
            yield _TIERS, ("tiers", tier.label, "approvals", "roles", index), role
    for control in check.snapshot.controls.values():
        if control.means is Means.APPROVAL:
            yield control.path, ("met_by", "approval"), control.name


def rule_ids_unique(check: Check) -> Iterator[Problem]:
    for index, id in twice(rule.id for rule in check.snapshot.classification or ()):
        position = check.snapshot.at(_CLASSIFICATION, "rules", index, "id")
        advice = "findings name the rule that computed a tier: give each an id of its own"
        yield Problem(_CLASSIFICATION, position, f"a rule `{id}` stands above already", help=advice)
