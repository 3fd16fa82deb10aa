"""What a review can't tell, in sentences: how it looks, what would settle it, and what the tier makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from placet.decision import Outcome, Reason
from placet.gate.amounts import points
from placet.gate.samples import LEAST_GROUP
from placet.gate.verdicts import Code, MetricResult, Verdict
from placet.model.policy import Inconclusive
from placet.report.escape import tick
from placet.report.naming import ASIDE, of_system, tier_of, told
from placet.report.numbers import count, difference, listed
from placet.results import Review

_CONSEQUENCE = {
    Inconclusive.WARN: "this is a warning only",
    Inconclusive.OWNER_APPROVES: "one more approval, by an owner",
    Inconclusive.RISK_APPROVES: "one more approval, by the risk role",
    Inconclusive.BLOCK: "what cannot be told blocks",
}


def doubts(review: Review) -> list[str]:
    """What can't be told, with what would settle it, and what the tier makes of it."""
    unsure = [reason for reason in review.decision.reasons if reason.outcome is Outcome.UNSURE and reason.judged]
    sentences = [of_system(reason, review) + _unsure(reason, review) for reason in unsure if not _too_small(reason)]
    sentences += _small_slices([reason for reason in unsure if _too_small(reason)], review)
    consequence = _consequences(unsure, review)
    return [*sentences[:-1], f"{sentences[-1]}. {consequence}"] if sentences and consequence else sentences


def _unsure(reason: Reason, review: Review) -> str:
    if reason.judged is None:
        return ""
    return told(reason.judged, review, doubt(tick(reason.id.removeprefix("gate ")), reason.judged.result))


def doubt(name: str, result: MetricResult) -> str:
    dull = {*ASIDE, Code.LOSS_NOT_EXCLUDED, *({Code.TOO_FEW_CASES} if result.cases_to_decide else ())}
    said = [reason.text for reason in result.reasons if reason.code not in dull]
    if result.regression is Verdict.INCONCLUSIVE and result.difference is not None and result.bounds.margin is not None:
        value, interval = difference(result)
        shown = f"{value} ({interval})" if interval else value
        said.insert(
            0, f"{shown}, margin {points(result.bounds.margin)}: inconclusive with {count(result.pairs, 'case')}"
        )
    if result.cases_to_decide:
        more = count(result.cases_to_decide, "more case")
        said.append(f"about {more} would decide if the change is harmless (80 % power)")
    return f"{name}: {'; '.join(said) or 'the data can tell neither way'}"


def _too_small(reason: Reason) -> bool:
    result = reason.judged.result if reason.judged else None
    return result is not None and result.slice is not None and result.reasons[0].code is Code.NOT_MEASURABLE


def _small_slices(reasons: Iterable[Reason], review: Review) -> Iterator[str]:
    """One sentence a suite, however many metrics it has."""
    by_suite: dict[tuple[str, str], dict[str, None]] = {}
    for reason in reasons:
        if reason.judged:
            key = (of_system(reason, review), reason.judged.result.suite)
            by_suite.setdefault(key, {})[reason.judged.result.slice or ""] = None
    for (system, suite), slices in by_suite.items():
        names = listed([tick(name) for name in slices], 8)
        few = f"fewer than {LEAST_GROUP} cases, too few to judge"
        yield f"{system}{tick(suite)}: {names} {'has' if len(slices) == 1 else 'have'} {few}"


def _consequences(unsure: Iterable[Reason], review: Review) -> str:
    tiers = [tier for reason in unsure if reason.judged and (tier := tier_of(review, reason.system)) is not None]
    said = [
        f"Tier {tier.label}: {_CONSEQUENCE[review.tiers[tier].gates.inconclusive]}"
        for tier in sorted(set(tiers))
        if tier in review.tiers
    ]
    return "; ".join(said)
