"""What sentences call a requirement, and where it stands. Decides nothing."""

from __future__ import annotations

from placet.decision import Reason
from placet.gate.verdicts import Code
from placet.judge import Judged
from placet.model.policy import Tier
from placet.report.escape import tick
from placet.results import Review

#: The id of the reason that is about findings in governed files.
INVALID = "files valid"
#: Notes that stand beside a result without deciding it.
ASIDE = frozenset({Code.MARGIN_CLAMPED, Code.CONFIDENCE_RAISED, Code.SHOWN_NOT_GATED, Code.NEW_SUBJECT})


def told(judged: Judged, review: Review, text: str) -> str:
    """`text` of a result as a reader knows its cases: over all suites they are numbered by the run they belong to."""
    if judged.run is not None:
        return text
    runs = [one.run for one in review.outcomes if one.run.system == judged.system and not one.run.same_subject]
    for index, run in enumerate(runs):
        text = text.replace(f" {index}/", f" {run.suite.name}/")
    return text


def of_system(reason: Reason, review: Review) -> str:
    return f"{tick(reason.system)}: " if reason.system and len(review.plan.systems) > 1 else ""


def unsigned(reason: Reason) -> bool:
    """Whether the requirement isn't met because what is claimed doesn't count."""
    return reason.judged is not None and any(one.code is Code.UNSIGNED_CLAIM for one in reason.judged.result.reasons)


def whole(id: str) -> str:
    return id.partition(" [")[0]


def at(path: str) -> str:
    return f" ({tick(path)})" if path else ""


def tier_of(review: Review, system: str) -> Tier | None:
    return next((touched.tier for touched in review.plan.systems if touched.system.id == system), None)
