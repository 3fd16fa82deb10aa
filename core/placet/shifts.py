"""What a change to the policies does to every system: its status under base's policies, and under those it would merge.

Pure. A change is judged by base's policies alone; this shows what comes after it. Only differences are kept, and every
system is asked twice, the same questions of the same files: nothing is carried over from one answer to the other.
"""

from __future__ import annotations

from enum import StrEnum

from placet.classification import least_tier
from placet.controls import Standing, status_of
from placet.digest import suite_digest
from placet.model.policy import Means, Phase
from placet.record import as_dict, record, replace
from placet.rules.gates import too_loose
from placet.shared import demanded, suites_for, tags_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from placet.controls import ControlStatus
    from placet.model.policy import Policies, Tier
    from placet.model.register import System
    from placet.parse.snapshot import Snapshot


class Sort(StrEnum):
    """What a difference is about."""

    STATUS = "status"
    EVIDENCE = "evidence"  # what has to be shown
    APPROVAL = "approval"  # whose yes a change to the system needs
    GATE = "gate"  # how its metrics are judged


@record
class Asked:
    """One thing that policies ask of a system. `met` is None where nothing in the files can tell."""

    sort: Sort
    text: str
    met: bool | None = None
    number: int | None = None  # the greater, the more is asked
    measured: bool = False  # whatever is new in it has to be measured


@record
class Shift:
    """One such thing that changes. Empty text on a side: that side asks nothing of the kind."""

    what: str
    sort: Sort
    before: str
    after: str
    due: bool  # asked anew and not there yet; of people and of runs, more than before


@record
class Shifted:
    """A system that the change to the policies touches. `before` and `after` count what is met."""

    system: str
    before: str
    after: str
    shifts: tuple[Shift, ...]

    def of(self, sort: Sort) -> tuple[Shift, ...]:
        return tuple(shift for shift in self.shifts if shift.sort is sort)


def shifts(base: Snapshot, merged: Snapshot, today: date) -> tuple[Shifted, ...]:
    """Per system of `merged` what base's policies and merged's ask of it, where that differs."""
    if not _differ(base, merged):
        return ()
    old = replace(
        merged,
        settings=base.settings,
        tiers=base.tiers,
        classification=base.classification,
        providers=base.providers,
        controls=base.controls,
        shared=base.shared,
    )
    found = (
        shifted(id, asked(system, old, today), asked(system, merged, today))
        for id, system in sorted(merged.by_id.items())
    )
    return tuple(one for one in found if one.shifts)


def _differ(base: Snapshot, merged: Snapshot) -> bool:
    """Whether there are two readable sets of policies, and they aren't the same."""
    if base.policies is None or merged.policies is None:
        return False
    return (base.policies, base.shared) != (merged.policies, merged.shared)


def shifted(id: str, before: Mapping[str, Asked], after: Mapping[str, Asked]) -> Shifted:
    names = [*before, *(name for name in after if name not in before)]
    changed = tuple(
        _shift(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    )
    return Shifted(id, _sum(before), _sum(after), changed)


def _shift(name: str, before: Asked | None, after: Asked | None) -> Shift:
    one = after or before
    if one is None:
        msg = f"{name} is on neither side"
        raise ValueError(msg)
    texts = (before.text if before else "", after.text if after else "")
    return Shift(name, one.sort, *texts, after is not None and _is_due(before, after))


def _is_due(before: Asked | None, after: Asked) -> bool:
    """Whether `after` asks for something that is missing: of people, whatever is asked beyond what was."""
    if after.met is False:
        return before is None or before.met is not False
    if after.measured:
        return True
    if before is None:
        return after.sort is Sort.APPROVAL
    return after.number is not None and before.number is not None and after.number > before.number


def _sum(found: Mapping[str, Asked]) -> str:
    known = [one.met for one in found.values() if one.met is not None]
    return f"{found['tier'].text}, {sum(known)} of {len(known)} met"


def asked(system: System, snapshot: Snapshot, today: date) -> dict[str, Asked]:
    """Everything that the policies of `snapshot` ask of `system`, by a stable name."""
    policies = snapshot.policies
    if policies is None:
        msg = "nothing is asked without policies"
        raise ValueError(msg)
    tier = max(system.tier, least_tier(system.factors, policies.classification))
    return {
        "tier": Asked(Sort.STATUS, tier.label),
        **dict(_controls(system, snapshot, tier, today)),
        **dict(_registration(system, policies, tier)),
        **dict(_evidence(system, snapshot, tier)),
        **dict(_approvals(policies, tier)),
        **dict(_gates(policies, tier)),
    }


def _controls(system: System, snapshot: Snapshot, tier: Tier, today: date) -> Iterator[tuple[str, Asked]]:
    for control in snapshot.policies.controls_of(tier) if snapshot.policies else ():
        if control.phase > Phase.PR or control.means is Means.APPROVAL:
            continue
        status = status_of(control, system, snapshot).on(today)
        met = status.standing in {Standing.MET, Standing.UNREACHED}
        waived = not met and control.waivable and _waived(status, system, snapshot, today)
        sort = Sort.EVIDENCE if control.means in {Means.SUITE, Means.DOCUMENT, Means.LABELS} else Sort.STATUS
        text = (
            f"waived ({status.text})" if waived else status.text if met else f"{status.standing.value}: {status.text}"
        )
        yield f"control {control.id}", Asked(sort, text, met or waived)


def _waived(status: ControlStatus, system: System, snapshot: Snapshot, today: date) -> bool:
    home = f"{system.folder}/waivers/"
    return any(
        waiver.control == status.control.id and waiver.path.startswith(home) and waiver.holds_on(today)
        for waiver in snapshot.waivers_of(system)
    )


def _registration(system: System, policies: Policies, tier: Tier) -> Iterator[tuple[str, Asked]]:
    for role in policies.owner_roles_of(tier):
        names = system.owners.get(role, ())
        yield f"owner {role}", Asked(Sort.STATUS, ", ".join(names) or "nobody", bool(names))
    for name in dict.fromkeys(model.provider for model in system.models):
        known = name in policies.providers
        yield f"provider {name}", Asked(Sort.STATUS, "may be called" if known else "may not be called", known)
    if policies.tiers[tier].pinned_models:
        loose = [model.id for model in system.models if model.floating]
        yield "pinned models", Asked(Sort.STATUS, f"not pinned: {', '.join(loose)}" if loose else "pinned", not loose)


def _evidence(system: System, snapshot: Snapshot, tier: Tier) -> Iterator[tuple[str, Asked]]:
    policies = snapshot.policies
    if policies is None:
        return
    for suite in demanded(system, tier, snapshot, snapshot):
        yield (
            f"suite {suite.name}",
            Asked(Sort.EVIDENCE, f"{len(suite.cases)} cases, {suite_digest(suite)[7:15]}", measured=True),
        )
    policy, main = policies.tiers[tier], policies.settings.main_suite
    cases = sum(len(suite.cases) for suite in snapshot.suites_of(system) if suite.name == main)
    fewest = policy.least_cases
    yield f"cases of {main}", Asked(Sort.EVIDENCE, f"{cases}, at least {fewest} wanted", cases >= fewest)
    shown = set(tags_of(suites_for(system, snapshot)))
    for tag in policies.tags_of(tier):
        yield f"tag {tag}", Asked(Sort.EVIDENCE, "a case has it" if tag in shown else "no case has it", tag in shown)
    for suite in snapshot.suites_of(system):
        for gate in suite.gates:
            loose = "; ".join(message for _, message, _ in too_loose(gate, policy.gates))
            yield f"gate {suite.name}.{gate.metric}", Asked(Sort.GATE, loose or "as strict as asked", not loose)
    days = policy.max_age_days
    yield "age of evidence", Asked(Sort.EVIDENCE, f"at most {days} days", number=-days)


def _approvals(policies: Policies, tier: Tier) -> Iterator[tuple[str, Asked]]:
    policy = policies.tiers[tier].approvals
    yield "people", Asked(Sort.APPROVAL, f"{policy.people}", number=policy.people)
    yield "people for a rollback", Asked(Sort.APPROVAL, f"{policy.rollback_people}", number=policy.rollback_people)
    due = (control for control in policies.controls_of(tier) if control.phase <= Phase.PR)
    by_control = [control.name for control in due if control.means is Means.APPROVAL]
    for role in dict.fromkeys((*policy.roles, *by_control)):
        holders = policies.settings.roles.get(role, ())
        yield f"role {role}", Asked(Sort.APPROVAL, ", ".join(holders) or "nobody", bool(holders))


_WORDS = {
    "floor": "what must clear a floor",
    "margin": "margin",
    "confidence": "confidence",
    "inconclusive": "what inconclusive means",
    "error_budget": "error budget",
    "known_failures_block": "known failures block",
    "max_cost_increase": "cost may rise by",
    "extension": "second look",
}


def _gates(policies: Policies, tier: Tier) -> Iterator[tuple[str, Asked]]:
    for name, value in as_dict(policies.tiers[tier].gates).items():
        yield _WORDS.get(name, name), Asked(Sort.GATE, _said(value))


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else "without limit" if value is None else str(value)
