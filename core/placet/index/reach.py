"""How far a change reaches: which units have to be judged again, and what they have to be judged beside.

Pure. A unit is what rules judge as one: the folder of a system, a prompt, the policies, CODEOWNERS with the workflows.
A finding of a unit depends on its files and on what its references name, and on nothing else; rules keep to that.
"""

from __future__ import annotations

from placet.findings import Position
from placet.model.policy import Tier
from placet.parse.kinds import FOLDERS, Kind, kind_of, system_of
from placet.record import record, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from placet.model.policy import Policies
    from placet.parse.facts import Facts

#: The names of units that are folders end with a slash; others are the paths of files.
POLICIES, OTHERS = "policies/", ".github/"
_FOLDERS = frozenset(FOLDERS)
_FOLLOWED = tuple(f"{folder}/" for folder in FOLDERS)


@record(order=True)
class Ref:
    """That a unit speaks of something outside: `kind` is prompt, provider, tier, control or system."""

    kind: str
    target: str


def unit_of(path: str) -> str:
    """The unit that the file at `path` is part of."""
    parts = path.split("/", 2)
    if parts[0] == "systems" and len(parts) == 3:
        return f"systems/{parts[1]}/"
    if parts[0] == "policies" and len(parts) > 1:
        return POLICIES
    return path if parts[0] in ("systems", "prompts", "policies") else OTHERS


def system_in(unit: str) -> str | None:
    """The name of the system's folder that `unit` is."""
    return unit[8:-1] if unit.startswith("systems/") and unit.endswith("/") else None


def is_followed(path: str) -> bool:
    """Whether the index has something to say of the file at `path`: governed files, CODEOWNERS, workflows."""
    return path.startswith(_FOLLOWED) or path in _FOLDERS


def refs_of(unit: str, facts: Mapping[str, Facts]) -> set[Ref]:
    """Everything outside of `unit` that its files speak of. `facts` are those of its files, by path."""
    found: set[Ref] = set()
    for path, fact in facts.items():
        found |= {Ref("prompt", mentioned) for mentioned in fact.mentions}
        if fact.value is not None:
            found |= set(_REFS.get(kind_of(path) or Kind.CODEOWNERS, _none)(fact))
    return found - {Ref("system", system_in(unit) or "")}


def _of_system(fact: Facts) -> Iterable[Ref]:
    system = fact.value
    yield Ref("tier", system.tier.label)
    yield from (Ref("prompt", use.path) for use in system.prompts)
    yield from (Ref("provider", model.provider) for model in system.models)


def _of_suite(fact: Facts) -> Iterable[Ref]:
    if fact.value.prompt is not None:
        yield Ref("prompt", fact.value.prompt)


def _of_waiver(fact: Facts) -> Iterable[Ref]:
    yield Ref("control", fact.value.control)
    yield Ref("system", fact.value.system)


def _of_policy_test(fact: Facts) -> Iterable[Ref]:
    named = (test.given.registration for test in fact.value)
    return (Ref("system", system_of(path) or "") for path in named if isinstance(path, str))


def _none(_: Facts) -> Iterable[Ref]:
    return ()


_REFS = {
    Kind.SYSTEM: _of_system,
    Kind.SUITE: _of_suite,
    Kind.WAIVER: _of_waiver,
    Kind.POLICY_TEST: _of_policy_test,
}


def same_for_prompts(old: Facts | None, new: Facts | None) -> bool:
    """Whether what prompts are held against is the same in two states of a registration."""
    if old is None or new is None or old.value is None or new.value is None:
        return False
    before, after = old.value, new.value
    return (
        before.id == after.id
        and [model.id for model in before.models] == [model.id for model in after.models]
        and [use.path for use in before.prompts] == [use.path for use in after.prompts]
        and before.fields.get("tools") == after.fields.get("tools")
    )


def policy_reach(old: Policies | None, new: Policies | None, own_rules: bool) -> set[Ref] | None:
    """What of the policies changed, as references that systems may have to it; None when it may concern them all.

    With `own_rules` the organisation's own rules may ask for anything that a tier says.
    """
    if old is None or new is None or old.classification != new.classification:
        return None
    if old.settings.main_suite != new.settings.main_suite or old.settings.secrets != new.settings.secrets:
        return None
    tiers = {
        Ref("tier", tier.label) for tier in Tier if _demands(old, tier, own_rules) != _demands(new, tier, own_rules)
    }
    providers = {Ref("provider", name) for name in _differing(old.providers, new.providers)}
    controls = {Ref("control", id) for id in _differing(old.controls, new.controls)}
    return tiers | providers | controls


def _demands(policies: Policies, tier: Tier, own_rules: bool) -> object:
    """What a tier asks for: no places in the file. A document may have judged controls that are due later, too."""
    levels = [policies.tiers[level] for level in sorted(policies.tiers) if level <= tier]
    if own_rules:
        return [replace(level, position=Position()) for level in levels], policies.controls_of(tier)
    return [replace(level, position=Position(), controls=()) for level in levels], policies.controls_of(tier)


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> set[str]:
    return {name for name in {*old, *new} if old.get(name) != new.get(name)}


#: How soon a label is too old, or what met a waived control, stands in policies: another unit's.
_DAILY = frozenset({Kind.LABELS, Kind.WAIVER})


def next_change(facts: Mapping[str, Facts], today: str) -> str | None:
    """The first day after `today` (both ISO) on which a rule may say something else, by the dates in these files."""
    days = {near for path, fact in facts.items() for day in _days(path, fact) for near in _around(day)}
    if any(kind_of(path) in _DAILY for path in facts):
        days.add(_around(today)[-1])
    return min((day for day in days if day > today), default=None)


def _days(path: str, fact: Facts) -> Iterable[str]:
    kind, value = kind_of(path), fact.value
    if value is None:
        return
    if kind is Kind.SYSTEM:
        yield from (text for text in value.fields.values() if isinstance(text, str) and _is_day(text))
    elif kind is Kind.WAIVER:
        yield value.until.isoformat()
    elif kind is Kind.INCIDENT:
        yield from (day.isoformat() for day in (value.detected, value.resolved) if day is not None)
    elif kind is Kind.DOCUMENT:
        yield from (day for day in (value.dated.isoformat(), value.review_by) if day)
    elif kind in (Kind.SUITE, Kind.TIERS):
        agreed = [value] if kind is Kind.SUITE else value.values()
        yield from (one.thresholds.review_by for one in agreed if one.thresholds)


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit()


def _around(day: str) -> list[str]:
    """The day, and those before and after it: a rule may ask for before, on or after."""
    from datetime import date, timedelta

    try:
        middle = date.fromisoformat(day)
        return [(middle + timedelta(days=off)).isoformat() for off in (-1, 0, 1)]
    except (ValueError, OverflowError):
        return []
