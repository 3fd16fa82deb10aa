"""What an organisation's rule may name: one governed file, the system that it belongs to, and that system's policy.

Never the whole register: what a rule finds in a file may hang only on what surrounds it. Values are plain, as CEL
takes them: mappings, lists, texts, numbers; dates are texts, which compare as dates do.
"""

from __future__ import annotations

from placet.model.suite import INLINE
from placet.parse.kinds import system_of
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from typing import Any

    from placet.model.incident import Incident
    from placet.model.policy import Policies
    from placet.model.register import Document, Prompt, System, Waiver
    from placet.model.suite import Suite
    from placet.rules.problem import Check

_SURROUNDINGS = ("system", "prompts", "suites", "documents", "waivers", "incidents", "tier", "policy", "today", "path")


def names_for(on: str) -> tuple[str, ...]:
    """What an expression on this kind of file may name: the file itself first."""
    return tuple(dict.fromkeys((on, *_SURROUNDINGS)))


@record
class Unit:
    """One file to judge. A prompt is judged once for each system that uses it, and by itself when none does."""

    on: str
    path: str
    system: System | None
    model: Any


def units(check: Check, kinds: Collection[str]) -> Iterator[Unit]:
    """Every file of `kinds` whose surroundings are known: what is broken is a finding already."""
    snapshot, clear = check.snapshot, _clear(check)
    if "system" in kinds:
        yield from (Unit("system", path, system, system) for path, system in snapshot.systems.items() if path in clear)
    if "prompt" in kinds:
        for path, prompt in snapshot.prompts.items():
            users = snapshot.systems_using(path)
            yield from (Unit("prompt", path, user, prompt) for user in users if user.path in clear)
            if not users:
                yield Unit("prompt", path, None, prompt)
    files: Mapping[str, Mapping[str, Any]] = {
        "suite": {path: suite for path, suite in snapshot.suites.items() if suite.name != INLINE},
        "document": snapshot.documents,
        "waiver": snapshot.waivers,
        "incident": snapshot.incidents,
    }
    for on, found in files.items():
        for path, model in found.items() if on in kinds else ():
            system = clear.get(f"systems/{system_of(path)}/system.yaml")
            if system is not None:
                yield Unit(on, path, system, model)


def _clear(check: Check) -> dict[str, System]:
    """The systems of whose files none is broken, by the path of their registration."""
    from placet.findings import Severity

    snapshot = check.snapshot
    broken = {finding.path for finding in snapshot.findings if finding.severity is Severity.ERROR}
    folders = {system_of(path) for path in broken}
    return {
        path: system
        for path, system in snapshot.systems.items()
        if system_of(path) not in folders
        and not check.lacks_prompts(system)
        and not any(use.path in broken for use in system.prompts)
    }


def values_of(check: Check, unit: Unit, wanted: Collection[str]) -> dict[str, Any]:
    """The values of the names in `wanted`; one that means nothing here is null."""
    found = {name: value(check, unit) for name, value in _SURROUND.items() if name in wanted}
    if unit.on in wanted and unit.on != "system":
        found[unit.on] = _prompt(unit.model, unit.system) if unit.on == "prompt" else _OF_KIND[unit.on](unit.model)
    return found


def _policy_here(check: Check, unit: Unit) -> dict[str, Any] | None:
    return _policy(unit.system, check.policies) if unit.system and check.policies else None


def _suites_here(check: Check, unit: Unit) -> list[dict[str, Any]]:
    return [_suite(suite) for suite in check.snapshot.suites_of(unit.system)] if unit.system else []


def _documents_here(check: Check, unit: Unit) -> list[dict[str, Any]]:
    return [_document(one) for one in check.snapshot.documents_of(unit.system)] if unit.system else []


def _waivers_here(check: Check, unit: Unit) -> list[dict[str, Any]]:
    return [_waiver(waiver) for waiver in _beside(unit, check.snapshot.waivers)]


def _incidents_here(check: Check, unit: Unit) -> list[dict[str, Any]]:
    return [_incident(incident) for incident in _beside(unit, check.snapshot.incidents)]


def _beside(unit: Unit, models: Mapping[str, Any]) -> Iterator[Any]:
    folder = f"{unit.system.folder}/" if unit.system else None
    return (model for path, model in models.items() if folder and path.startswith(folder))


def _system(system: System) -> dict[str, Any]:
    """The registration as it is written."""
    return {**system.fields, "path": system.path}


def _policy(system: System, policies: Policies) -> dict[str, Any]:
    """What the policies ask of the system's tier, with what they ask of those below it."""
    tier = policies.tiers[system.tier]
    gates = tier.gates
    return {
        "level": int(tier.tier),
        "controls": [control.id for control in policies.controls_of(system.tier)],
        "owners": list(policies.owner_roles_of(system.tier)),
        "people": tier.approvals.people,
        "roles": list(tier.approvals.roles),
        "rollback_people": tier.approvals.rollback_people,
        "least_cases": tier.least_cases,
        "pinned_models": tier.pinned_models,
        "max_age_days": tier.max_age_days,
        "margin": gates.margin,
        "confidence": gates.confidence,
        "error_budget": gates.error_budget,
        "inconclusive": gates.inconclusive.value,
    }


def _prompts(check: Check, system: System) -> dict[str, Any]:
    prompts = check.snapshot.prompts
    return {use.path: _prompt(prompts[use.path], system) for use in system.prompts if use.path in prompts}


def _prompt(prompt: Prompt, system: System | None) -> dict[str, Any]:
    uses = system.prompts if system else ()
    return {
        "path": prompt.path,
        "name": prompt.name,
        "model": prompt.model,
        "parameters": dict(prompt.parameters),
        "messages": [{"role": message.role, "content": message.content} for message in prompt.messages],
        "response_format": prompt.response_format,
        "variables": sorted(prompt.variables),
        "untrusted": [name for use in uses if use.path == prompt.path for name in use.untrusted],
    }


def _suite(suite: Suite) -> dict[str, Any]:
    """Without what cases ask and expect: that can be much, and personal."""
    bounds = ("min", "max", "max_regression", "confidence")
    return {
        "path": suite.path,
        "name": suite.name,
        "title": suite.title,
        "prompt": suite.prompt,
        "subject": suite.subject,
        "source": suite.source,
        "trials": suite.trials,
        "slices": list(suite.slices),
        "scorers": [{"name": spec.name, "type": spec.type} for spec in suite.scorers],
        "gates": {
            gate.metric: {name: getattr(gate, name) for name in bounds if getattr(gate, name) is not None}
            for gate in suite.gates
        },
        "cases": [
            {
                "id": case.id,
                "critical": case.critical,
                "forbidden": case.forbidden,
                "tags": list(case.tags),
                "fields": dict(case.fields or {}),
            }
            for case in suite.cases
        ],
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "path": document.path,
        "kind": document.kind,
        "title": document.title,
        "author": document.author,
        "date": document.dated.isoformat(),
        "judges": sorted(document.judged),
        "words": document.words,
    }


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "path": waiver.path,
        "control": waiver.control,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "approver": waiver.approver,
        "until": waiver.until.isoformat(),
    }


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "path": incident.path,
        "id": incident.id,
        "title": incident.title,
        "severity": incident.severity,
        "detected": incident.detected.isoformat(),
        "resolved": incident.resolved.isoformat() if incident.resolved else None,
        "monitor": incident.monitor,
        "person": incident.person,
        "owner": incident.owner,
        "prompt": incident.prompt,
        "revision": incident.revision,
        "failure_mode": incident.failure_mode,
        "cases": list(incident.cases),
    }


_SURROUND: Mapping[str, Callable[[Check, Unit], Any]] = {
    "today": lambda check, _: check.today.isoformat(),
    "path": lambda _, unit: unit.path,
    "tier": lambda _, unit: unit.system.tier.label if unit.system else None,
    "policy": _policy_here,
    "system": lambda _, unit: _system(unit.system) if unit.system else None,
    "prompts": lambda check, unit: _prompts(check, unit.system) if unit.system else {},
    "suites": _suites_here,
    "documents": _documents_here,
    "waivers": _waivers_here,
    "incidents": _incidents_here,
}
_OF_KIND: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "suite": _suite,
    "document": _document,
    "waiver": _waiver,
    "incident": _incident,
}
