"""What a gate answers: one result per metric, with every reason as data. Judges nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from placet.record import record
from placet.stats.estimates import Estimate


class Verdict(StrEnum):
    """Three, never two: what can't be told is neither good nor bad."""

    PASS = "pass"  # noqa: S105
    INCONCLUSIVE = "inconclusive"
    FAIL = "fail"


def worst(verdicts: Iterable[Verdict | None]) -> Verdict:
    """The worst of those that were judged. None was not judged; nothing judged is a pass."""
    order = list(Verdict)
    return max((verdict for verdict in verdicts if verdict), key=order.index, default=Verdict.PASS)


class Code(StrEnum):
    """Why. An interface: reports, policy tests and the ledger name these."""

    BELOW_FLOOR = "below-floor"
    ABOVE_CEILING = "above-ceiling"
    FLOOR_NOT_SHOWN = "floor-not-shown"
    CEILING_NOT_SHOWN = "ceiling-not-shown"
    WORSE_BEYOND_MARGIN = "worse-beyond-margin"
    WORSE_WITHIN_MARGIN = "worse-within-margin"
    LOSS_NOT_EXCLUDED = "loss-not-excluded"
    TOO_FEW_CASES = "too-few-cases"
    ERRORS_OVER_BUDGET = "errors-over-budget"
    NO_EVIDENCE = "no-evidence"
    NOT_MEASURABLE = "not-measurable"
    NOT_COMPARABLE = "not-comparable"
    NEW_SUBJECT = "new-subject"
    SHOWN_NOT_GATED = "shown-not-gated"
    MARGIN_CLAMPED = "margin-clamped"
    CONFIDENCE_RAISED = "confidence-raised"
    CHANCE_OVER_ALL = "chance-over-all"
    CRITICAL_FAILS = "critical-case-fails"
    FORBIDDEN_HAPPENS = "forbidden-happens"
    KNOWN_FAILURE = "known-failure"
    TOO_FEW_TRIALS = "too-few-trials"
    COSTS_MORE = "costs-more"
    COSTS_MORE_WITHIN_BOUND = "costs-more-within-bound"
    COST_NOT_EXCLUDED = "cost-not-excluded"
    UNKNOWN_PRICE = "unknown-price"
    NOT_CALIBRATED = "not-calibrated"
    UNSTEADY = "unsteady"
    BASE_CASES = "base-cases-decide"
    EARLIER_ATTEMPTS = "earlier-attempts"
    UNSIGNED_CLAIM = "unsigned-claim"


@record
class Reason:
    code: Code
    text: str


class Unit(StrEnum):
    """What a metric counts in."""

    SHARE = "share"  # scores in 0..1
    MILLISECONDS = "ms"
    DOLLARS = "usd"


@record
class Bounds:
    """What was asked, as it was judged: after policy clamped the margin and raised the confidence."""

    floor: float | None = None
    ceiling: float | None = None
    margin: float | None = None
    max_increase: float | None = None  # of cost, as a share of base's
    confidence: float = 0.90  # two-sided, of every interval in the result


@record
class Part:
    """The absolute or the regression half of a gate. No verdict: that half does not gate."""

    verdict: Verdict | None
    reasons: tuple[Reason, ...] = ()
    planned: int | None = None  # cases with which it would pass, if the change is harmless


@record
class Figure:
    """What the cases of one class or group gave, by name: precision, recall and F1, or a rate."""

    name: str
    cases: int
    base: tuple[tuple[str, float], ...] = ()  # empty: not measured
    head: tuple[tuple[str, float], ...] = ()


@record
class MetricResult:
    """One metric of one suite, judged. `absolute` and `regression` are None where that part did not gate."""

    suite: str
    metric: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    unit: Unit = Unit.SHARE
    bounds: Bounds = Bounds()
    base: Estimate | None = None
    head: Estimate | None = None
    difference: Estimate | None = None  # head - base per case, the sign turned so that positive is better
    ratio: Estimate | None = None  # of cost: head / base
    absolute: Verdict | None = None
    regression: Verdict | None = None
    p_worse: float | None = None  # one-sided: head is worse than base
    mcnemar: float | None = None  # exact, two-sided; binary scores only
    newly_failing: tuple[str, ...] = ()
    newly_passing: tuple[str, ...] = ()
    pairs: int = 0
    dropped: int = 0  # pairs lost to errors on either side
    cases_planned: int | None = None  # cases with which a harmless change passes, with a power of 80 %
    cases_to_decide: int | None = None  # of them, how many more than there are; None unless inconclusive
    passed: int | None = None  # of critical cases
    total: int | None = None
    slice: str | None = None  # "language=en"
    looks: int = 1  # how often the evidence may be looked at; the intervals are as much wider
    flaky: tuple[str, ...] = ()  # cases whose answers on one side disagree with each other
    figures: tuple[Figure, ...] = ()  # per class or group, where the metric is a figure of the whole set

    @property
    def id(self) -> str:
        """What a waiver names."""
        return f"{self.suite}.{self.metric}"


def with_more_cases(planned: int | None, verdict: Verdict, have: int) -> int | None:
    """How many more cases would decide. None when there are enough already, or nothing is left to decide."""
    if verdict is not Verdict.INCONCLUSIVE or planned is None or planned <= have:
        return None
    return planned - have
