"""What to do about each requirement that isn't met, in sentences. Suggests; never promises that it will be enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from placet.controls import ControlStatus, Standing
from placet.decision import Outcome, Reason
from placet.gate.verdicts import Verdict
from placet.model.policy import Means
from placet.report.commands import one_whole
from placet.report.escape import tick
from placet.report.flips import Flip, Flips, flips
from placet.report.losses import losses
from placet.report.naming import INVALID, unsigned
from placet.report.numbers import count
from placet.report.scored import why_of
from placet.results import Review

_STEPS = {
    (Means.DOCUMENT, Standing.STALE): "`placet stamp {plain}`, once it says what is true today",
    (Means.DOCUMENT, Standing.MISSING): "write {path}",
    (Means.SUITE, Standing.EMPTY): "give {path} a gate or a critical case",
}
_STEPS_OF_MEANS = {
    Means.DOCUMENT: "fill in {path}",
    Means.SUITE: "write {path}",
    Means.FIELD: "fill in {name} in {path}",
    Means.MONITOR: "register a monitor {name} in {path}",
    Means.APPROVAL: "ask role {name} for an approval",
    Means.LABELS: "judge outputs with `placet label {plain_name}`",
}


def advice(review: Review) -> list[str]:
    """The next steps, each once: files that are not valid first, then gates, then the other requirements."""
    unmet = review.decision.unmet()
    invalid = [reason for reason in unmet if reason.id == INVALID]
    rest = [reason for reason in unmet if reason.id != INVALID]
    first = [*(_step(reason, review) for reason in invalid), *_of_gates(review)]
    if not invalid:
        first += _waivers(review, bool(first))
    return list(dict.fromkeys([*first, *(step for reason in rest if (step := _step(reason, review)))]))


def _step(reason: Reason, review: Review) -> str:
    if reason.id == INVALID:
        return "`placet check` shows each finding with its place and what to do"
    if reason.outcome is Outcome.ERROR and (reason.judged or reason.id == "evidence"):
        return "run it again when every call can be answered: answers that came are kept and not asked for twice"
    if reason.id.startswith("code owners"):
        return f"mend {tick('.github/CODEOWNERS')} on base, in a pull request of its own"
    if unsigned(reason):
        return "have what is claimed signed by a key in `policies/keys` of base; this version can't read signatures yet"
    if reason.judged:
        return _of_doubt(reason)
    status = _status(reason, review)
    return _of_control(status) if status else ""


def _of_doubt(reason: Reason) -> str:
    result = reason.judged.result if reason.judged else None
    if result is None or result.verdict is not Verdict.INCONCLUSIVE or not result.cases_to_decide:
        return ""
    return f"add about {count(result.cases_to_decide, 'case')} to {tick(result.suite)}"


def _status(reason: Reason, review: Review) -> ControlStatus | None:
    found = (
        status
        for touched in review.plan.systems
        if touched.system.id == reason.system
        for status in touched.controls
        if reason.id == f"control {status.control.id}"
    )
    return next(found, None)


def _of_control(status: ControlStatus) -> str:
    step = _STEPS.get((status.control.means, status.standing)) or _STEPS_OF_MEANS[status.control.means]
    step = step.replace("{plain_name}", tick(status.control.name)[1:-1])
    named = step.replace("{name}", tick(status.control.name))
    return named.replace("{plain}", tick(status.path)[1:-1]).replace("{path}", tick(status.path))


def _of_gates(review: Review) -> Iterator[str]:
    """Where to look: at what newly fails, or at what fails where there is nothing to compare with."""
    named = {(one.system, one.judged.result.id) for one in _failed(review) if one.judged and not unsigned(one)}
    for found in flips(review):
        metrics = [name for name in found.metrics if (found.outcome.run.system, f"{found.suite}.{name}") in named]
        if metrics and found.failing:
            reasons = [_first_why(found, flip) for flip in found.failing if metrics[0] in flip.failing]
            whole = one_whole(review, found.suite, found.failing[0].case.id)
            yield _look(reasons, f"newly failing cases of {tick(found.suite)}", whole)
    for lost in losses(review):
        if any(system == lost.outcome.run.system and id.startswith(f"{lost.suite}.") for system, id in named):
            whole = one_whole(review, lost.suite, lost.first[0].case.id)
            yield _look([loss.why for loss in lost.cases], f"failing cases of {tick(lost.suite)}", whole)


def _failed(review: Review) -> list[Reason]:
    return [reason for reason in review.decision.unmet() if reason.judged and reason.outcome is Outcome.FAILED]


def _waivers(review: Review, otherwise: bool) -> Iterator[str]:
    """The way out for whoever owns the risk; a system that base doesn't know has none, since waivers stand on base."""
    known = {touched.system.id for touched in review.plan.systems if touched.base_tier is not None}
    named: dict[str, set[str]] = {}
    for reason in _failed(review):
        if reason.judged and reason.system in known:
            named.setdefault(reason.system, set()).add(reason.judged.result.id)
    for system, ids in named.items():
        what = f"a waiver for {', '.join(map(tick, sorted(ids)))} in {tick(f'systems/{system}/waivers/')}"
        yield f"{'or ' if otherwise else ''}accept it: {what}, merged to base first in a pull request of its own"


def _first_why(found: Flips, flip: Flip) -> str:
    return why_of(found.outcome, flip.case, flip.kept, flip.fails[0]) if flip.fails else ""


def _look(whys: Sequence[str], which: str, whole: str) -> str:
    """What most of the cases have in common, and how to see one whole."""
    reasons = [why for why in whys if why]
    common, times = Counter(reasons).most_common(1)[0] if reasons else ("", 0)
    if times < 2 or 2 * times <= len(reasons):
        return f"look at the {which}: {whole} shows one whole"
    return f"{times} of {len(reasons)} {which} say the same: {tick(common)}; {whole} shows one whole"
