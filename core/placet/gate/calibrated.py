"""Whether a judge's metric may gate: only where people were seen to agree with the judge beyond chance.

Pure. How often they agreed comes in; what a tier makes of an inconclusive gate is not decided here.
"""

from __future__ import annotations

from typing import Any

from placet.gate.verdicts import Code, MetricResult, Reason, Verdict
from placet.record import record, replace
from placet.stats.agreement import Agreement

#: Outputs that both a person and the judge decided. With fewer, an interval of kappa says nothing.
LEAST_LABELS = 20


@record
class Calibration:
    """How a judge's verdicts compare with people's. `table` counts outputs as people and judge found them.

    `agreement` is None where it can't be computed: no outputs, or everybody found the same of all of them.
    """

    table: tuple[int, int, int, int]  # both pass; people pass, judge fails; people fail, judge passes; both fail
    agreement: Agreement | None
    unjudged: int = 0  # labelled outputs of which no verdict of the judge is known

    @property
    def labels(self) -> int:
        return sum(self.table)


def why_not(found: Calibration | None) -> str:
    """Why the judge's metric may not gate; empty when it may."""
    if found is None or found.labels == 0:
        return "its agreement with people was never measured"
    if found.labels < LEAST_LABELS:
        return f"its agreement with people was measured on {found.labels} outputs; it takes {LEAST_LABELS}"
    if found.agreement is None:
        return f"people and judge found the same of all {found.labels} outputs: that shows no agreement beyond chance"
    if found.agreement.low <= 0:
        shown = f"kappa {found.agreement.kappa:.2f} ({found.agreement.low:.2f} … {found.agreement.high:.2f})"
        return f"it agrees with people no better than chance might: {shown} on {found.labels} outputs"
    return ""


def primary(result: MetricResult, found: Calibration | None) -> MetricResult:
    """`result` if the judge may be believed, else without a verdict."""
    reason = why_not(found)
    if not reason:
        return result
    parts: dict[str, Any] = {
        name: Verdict.INCONCLUSIVE for name in ("absolute", "regression") if getattr(result, name) is not None
    }
    reasons = (Reason(Code.NOT_CALIBRATED, f"a judge's opinion, and {reason}"), *result.reasons)
    return replace(
        result,
        verdict=Verdict.INCONCLUSIVE,
        reasons=reasons,
        p_worse=None,
        cases_planned=None,
        cases_to_decide=None,
        **parts,
    )
