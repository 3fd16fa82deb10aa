"""Rules about shared suites: that they can fail, are demanded, reach the systems that need them, and cover the tags."""

from __future__ import annotations

from collections.abc import Iterator

from placet.model.policy import Means, Phase, Policies
from placet.model.register import System
from placet.parse.kinds import Kind
from placet.rules.problem import Check, Problem
from placet.rules.systems import judged
from placet.shared import can_fail, demanded, reached, suites_for, tags_of

_TIERS = "policies/tiers.yaml"
#: Who may send text that its sender chose to a system: everybody but the organisation's own people.
_OUTSIDE = frozenset({"partners", "customers", "public"})


def suites_can_fail(check: Check) -> Iterator[Problem]:
    for suite in check.snapshot.shared.values():
        if not can_fail(suite) and not check.has_broken_cases(suite):
            position = check.snapshot.at(suite.path, "name")
            advice = "give it a gate, or mark cases `critical: true`"
            yield Problem(suite.path, position, "it has neither a gate nor a critical case", help=advice)


def suites_demanded(check: Check) -> Iterator[Problem]:
    """A suite that no control of a tier asks for is never run."""
    snapshot = check.snapshot
    if not snapshot.tiers or check.has_unread(Kind.CONTROL):
        return
    ids = {id for tier in snapshot.tiers.values() for id in tier.controls}
    asked = {one.name for one in snapshot.controls.values() if one.means is Means.SUITE and one.id in ids}
    for suite in snapshot.shared.values():
        if suite.name not in asked:
            message = f"no tier has a control with `met_by: {{suite: {suite.name}}}`, so nothing runs it"
            advice = f"write such a control, and name it in {_TIERS}"
            yield Problem(suite.path, check.snapshot.at(suite.path, "name"), message, help=advice)


def something_marked(check: Check) -> Iterator[Problem]:
    """A system that strangers write to, or that acts, with nothing marked: its shared suites would never run."""
    for system, _ in judged(check):
        suites = demanded(system, system.tier, check.snapshot, check.snapshot)
        if not suites or not _is_exposed(system) or any(use.untrusted for use in system.prompts):
            continue
        prompts = [check.snapshot.prompts[use.path] for use in system.prompts if use.path in check.snapshot.prompts]
        open_ones = [prompt for prompt in prompts if prompt.variables]
        if open_ones:
            names = ", ".join(f"`{suite.name}`" for suite in suites)
            message = f"no variable of its prompts is marked as untrusted, so {names} can't run"
            example = ", ".join(sorted(open_ones[0].variables))
            advice = f"add those that carry what others write: `untrusted: [{example}]` beside {open_ones[0].path}"
            yield Problem(system.path, check.snapshot.at(system.path, "prompts", key=True), message, help=advice)


def _is_exposed(system: System) -> bool:
    return system.fields.get("kind") == "agent" or not _OUTSIDE.isdisjoint(system.factors.exposure)


def tags_covered(check: Check) -> Iterator[Problem]:
    for system, policies in judged(check):
        wanted = policies.tags_of(system.tier) if system.prompts else ()  # what a model says asks for them
        if not wanted or _may_be_covered(check, system, policies):
            continue
        covered = set(tags_of(suites_for(system, check.snapshot)))
        missing = [tag for tag in wanted if tag not in covered]
        if missing:
            position = check.snapshot.at(system.path, "risk", "tier")
            names = ", ".join(missing)
            message = f"no case that can fail is tagged {names}, which tier {system.tier.label} wants covered"
            advice = f"add `tags: [{missing[0]}]` to the cases that show it, or write such cases"
            yield Problem(system.path, position, message, help=advice)


def _may_be_covered(check: Check, system: System, policies: Policies) -> bool:
    """Whether a suite of the system can't be read, or is missing and said to be (SYS010)."""
    if check.has_unread(Kind.SUITE, f"{system.folder}/evals/"):
        return True
    own = {suite.name for suite in suites_for(system, check.snapshot)}
    shared = {suite.name for suite in check.snapshot.shared.values()}
    asked = (one for one in policies.controls_of(system.tier) if one.means is Means.SUITE and one.phase <= Phase.PR)
    missing = any(one.name not in own and one.name not in shared for one in asked)
    broken = any(map(check.has_broken_cases, check.snapshot.suites_of(system)))
    return missing or broken or (not reached(system, check.snapshot.prompts) and check.lacks_prompts(system))
