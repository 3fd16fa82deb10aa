"""What would meet a requirement that isn't met, as an order. Suggests; never promises that it will be enough.

Pure, and short: the review says more of each gate (`report/advice`).
"""

from __future__ import annotations

from placet.controls import ControlStatus, Standing
from placet.decision import PROMPT, Facts, Reason
from placet.gate.verdicts import Code, Verdict
from placet.model.policy import Means
from placet.reasons import Status

_STEPS = {
    (Means.DOCUMENT, Standing.STALE): "bring {path} up to date, then `placet stamp {path}`",
    (Means.SUITE, Standing.EMPTY): "give {path} a gate or a critical case",
}
_OF_MEANS = {
    Means.DOCUMENT: "write {path}",
    Means.SUITE: "write {path}",
    Means.FIELD: "fill in `{name}` in {path}",
    Means.MONITOR: "register a monitor `{name}` in {path}",
    Means.APPROVAL: "an approval of role `{name}`",
    Means.LABELS: "judge outputs with `placet label {name}`",
}


def unblock(reason: Reason, status: ControlStatus | None, facts: Facts) -> tuple[str, ...]:
    if reason.outcome in {Status.MET, Status.WAIVED}:
        return ()
    if reason.judged:
        return _of_gate(reason)
    if status:
        return _of_control(status)
    if reason.id.startswith(PROMPT):
        return (f"give {reason.id.removeprefix(PROMPT)} a suite that judges it",)
    if reason.id.startswith("code owners"):
        return ("mend .github/CODEOWNERS on base, in a pull request of its own",)
    return (
        ("mend what `placet check` shows",)
        if facts.findings and reason.id == "files valid"
        else ("`placet review`, until every call is answered",)
    )


def _of_gate(reason: Reason) -> tuple[str, ...]:
    name = reason.id.removeprefix("gate ")
    result = reason.judged.result if reason.judged else None
    if reason.outcome is Status.ERROR or result is None:
        return ("`placet review`, until every call is answered",)
    if any(one.code is Code.UNSIGNED_CLAIM for one in result.reasons):
        return (f"have what {name} rests on signed by a key in policies/keys of base",)
    more = f"about {result.cases_to_decide} more cases for {result.suite}" if result.cases_to_decide else ""
    if result.verdict is Verdict.INCONCLUSIVE and more:
        return (more,)
    return (f"fix or waive {result.id}",)


def _of_control(status: ControlStatus) -> tuple[str, ...]:
    control = status.control
    step = _STEPS.get((control.means, status.standing)) or _OF_MEANS[control.means]
    found = step.replace("{name}", control.name).replace("{path}", status.path or control.path)
    return (f"{found}, or waive {control.id}",) if control.waivable and not status.by_approval else (found,)
