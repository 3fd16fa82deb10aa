"""Why a review blocks, in sentences: one for each requirement that isn't met.

Numbers that a table shows are left to the table. Data stands in back ticks; `escape.prose` makes it code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from placet.decision import Outcome, Reason
from placet.gate.verdicts import Code, MetricResult, Verdict
from placet.judge import Judged
from placet.judge import Outcome as RunOutcome
from placet.model.run import Trial
from placet.model.suite import CRITICAL
from placet.report.doubts import doubt
from placet.report.escape import tick
from placet.report.failures import failing, outcome_of, tally
from placet.report.naming import INVALID, at, of_system, tier_of, told, unsigned, whole
from placet.report.numbers import count, listed, sides
from placet.results import Review

_TIERS = "policies/tiers.yaml"
_MOST_FINDINGS = 5
_PHRASES = {
    Code.BELOW_FLOOR: "is below its floor",
    Code.ABOVE_CEILING: "is above its ceiling",
    Code.WORSE_BEYOND_MARGIN: "loses more than its margin allows",
    Code.COSTS_MORE: "rises more than policy allows",
}
_BLOCKING = frozenset({*_PHRASES, Code.CRITICAL_FAILS, Code.FORBIDDEN_HAPPENS, Code.KNOWN_FAILURE})
_GAPS = frozenset({Code.NO_EVIDENCE, Code.ERRORS_OVER_BUDGET})


def blocking(review: Review) -> list[str]:
    """One sentence for each requirement that isn't met; slices of a metric that fails as a whole are named with it."""
    unmet = review.decision.unmet()
    ids = {(one.system, one.id) for one in unmet}
    missing = [one for one in unmet if one.judged and one.outcome is Outcome.ERROR]
    own = [
        one for one in unmet if one not in missing and (one.system, whole(one.id)) not in ids - {(one.system, one.id)}
    ]
    gates = [
        of_system(one, review) + _of_gate(one, one.judged, unmet, review) + _place(one)
        for one in own
        if one.judged and not unsigned(one)
    ]
    gates += _without_answers([*missing, *(one for one in own if unsigned(one))], review)
    if gates and (places := "; ".join(_tier_places(unmet, review))):
        gates[-1] += f". {places}"
    rest = [one for one in own if not one.judged]
    first = [text for one in rest if not one.system for text in _of_change(one, review)]
    return [*first, *gates, *(of_system(one, review) + _of_rule(one) for one in rest if one.system)]


def _of_change(reason: Reason, review: Review) -> list[str]:
    """What holds up the change as a whole; each invalid file by itself."""
    if reason.id != INVALID:
        return [_of_rule(reason)]
    shown = [
        f"a file is not valid: {tick(f'{one.path}:{one.position.line}')}: {one.rule} {one.message}"
        for one in review.findings[:_MOST_FINDINGS]
    ]
    more = len(review.findings) - len(shown)
    rest = [f"and {count(more, 'more finding')}"] if more > 0 else []
    return [*shown, *rest] or [f"a file is not valid: {reason.text}"]


def _of_rule(reason: Reason) -> str:
    name = reason.id if reason.id == "evidence" else tick(reason.id.removeprefix("control "))
    shown_elsewhere = reason.path.endswith(".md") or reason.path in reason.text
    return f"{name}: {reason.text}{'' if shown_elsewhere else at(reason.path)}"


def _of_gate(reason: Reason, judged: Judged, unmet: Iterable[Reason], review: Review) -> str:
    result, name = judged.result, tick(reason.id.removeprefix("gate "))
    if result.verdict is Verdict.INCONCLUSIVE:
        return told(judged, review, doubt(name, result))
    if result.total is not None and (outcome := outcome_of(judged, review)) is not None:
        return _of_critical(name, result, outcome)
    found = [known for known in result.reasons if known.code in _BLOCKING] or list(result.reasons)
    slices = [one.id for one in unmet if one.system == reason.system and one.id.startswith(f"{reason.id} [")]
    also = f", in {listed([tick(id.partition(' [')[2].removesuffix(']')) for id in slices])} too" if slices else ""
    if result.slice is None and all(known.code in _PHRASES for known in found):
        return f"{name} {' and '.join(_PHRASES[known.code] for known in found)}{also}"
    return told(judged, review, f"{name}: {'; '.join(known.text for known in found) or 'not met'}{also}")


def _of_critical(name: str, result: MetricResult, outcome: RunOutcome) -> str:
    """How many pass, by which scorers the others fail, and which they are."""
    lost = failing(outcome, CRITICAL, outcome.head)
    worst_first = sorted(tally(outcome), key=lambda one: one[1])
    scores = [f"{tick(scorer)} {passed}/{total}" for scorer, passed, total in worst_first]
    forbidden = [id for id in lost if (case := outcome.run.suite.case(id)) and case.forbidden]
    known = sum(found.code is Code.KNOWN_FAILURE for found in result.reasons)
    fail = "fails" if len(lost) == 1 else "fail"
    plain = f"{_few(lost)} {fail}"
    parts = [
        f"{name} {sides(result)[1]}",
        *((f"{plain} {tick(worst_first[0][0])}",) if len(scores) == 1 else (", ".join(scores), plain)),
        f"what is forbidden happens in {_few(forbidden)}" if forbidden else "",
        f"{known} of them {'fails' if known == 1 else 'fail'} on base too" if known else "",
    ]
    return "; ".join(part for part in parts if part).replace("; ", ": ", 1)


def _few(ids: Sequence[str]) -> str:
    return listed([tick(id) for id in ids], 3)


def _without_answers(reasons: Iterable[Reason], review: Review) -> list[str]:
    """Results that lack evidence for the same reason, in one sentence."""
    names: dict[tuple[str, str], list[str]] = {}
    for reason in reasons:
        key = (of_system(reason, review), _gap(reason.judged, review) if reason.judged else reason.text)
        names.setdefault(key, []).append(reason.id.removeprefix("gate "))
    return [f"{system}{listed([tick(name) for name in named], 8)}: {text}" for (system, text), named in names.items()]


def _gap(judged: Judged, review: Review) -> str:
    """What is missing, and what came instead of answers."""
    reasons = judged.result.reasons
    if reasons and reasons[0].code is Code.UNSIGNED_CLAIM:
        return reasons[0].text
    if _nothing_came(judged, review):
        return "no case got an answer"
    few = sum(one.code is Code.TOO_FEW_TRIALS for one in reasons)
    said = [one.text for one in reasons if one.code in _GAPS]
    if few:
        total = count(judged.result.total or few, "critical case")
        said.append(f"{few} of {total} {'has' if few == 1 else 'have'} too few answers that can be scored")
    text = "; ".join(said or [one.text for one in reasons]) or "no answer came"
    return told(judged, review, text) + (_instead(judged, review) if few else "")


def _nothing_came(judged: Judged, review: Review) -> bool:
    """Whether every call for it failed: the same of many gates, so that numbers of each would say it over and over."""
    if judged.result.total is None:
        over = any(one.code is Code.ERRORS_OVER_BUDGET for one in judged.result.reasons)
        return over and judged.result.head is None
    trials = _critical_trials(judged, review)
    return bool(trials) and all(trial.error is not None for trial in trials)


def _critical_trials(judged: Judged, review: Review) -> list[Trial]:
    outcome = outcome_of(judged, review)
    critical = {case.id for case in outcome.run.suite.cases if case.critical or case.forbidden} if outcome else set()
    return [trial for id, known in outcome.head.items() if id in critical for trial in known] if outcome else []


def _instead(judged: Judged, review: Review) -> str:
    trials = _critical_trials(judged, review)
    errors = Counter(trial.error for trial in trials if trial.error is not None)
    if not trials:
        return ", since they did not run"
    return f" ({', '.join(f'{times} times {kind}' for kind, times in sorted(errors.items()))})" if errors else ""


def _place(reason: Reason) -> str:
    """Where the gate stands."""
    place = _gate_of(reason)
    return f" ({place})" if place else ""


def _gate_of(reason: Reason) -> str:
    run = reason.judged.run if reason.judged else None
    if run is None or reason.judged is None:
        return ""
    metric = reason.judged.result.metric
    line = next((gate.position.line for gate in run.suite.gates if gate.metric == metric), None)
    return tick(run.suite.path if line is None else f"{run.suite.path}:{line}")


def _tier_places(reasons: Sequence[Reason], review: Review) -> list[str]:
    """Where the policies say what each tier asks; once, however many gates it decided."""
    tiers = {tier for one in reasons if one.judged and (tier := tier_of(review, one.system)) is not None}
    return [
        f"Thresholds of tier {tier.label}: {tick(f'{_TIERS}:{review.tiers[tier].position.line}')}"
        for tier in sorted(tiers)
        if tier in review.tiers
    ]
