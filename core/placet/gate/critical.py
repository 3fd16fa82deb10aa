"""Judge the critical and forbidden cases of a suite. No statistics: each case stands for itself.

A critical case runs three times on head and fails when it fails two; a forbidden one fails at its first
failure. What base did decides only whether a failure is news.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from placet.gate.samples import Pair, Side, Terms
from placet.gate.verdicts import Bounds, Code, MetricResult, Reason, Verdict, worst
from placet.model.suite import CRITICAL, Case

TRIALS = 3


class _Stands(Enum):
    PASSES = "passes"
    FAILS = "fails"
    UNKNOWN = "unknown"


def judge_critical(suite: str, listed: Sequence[Case], pairs: Mapping[str, Pair], terms: Terms) -> MetricResult:
    """`listed` are the suite's critical and forbidden cases; one without a pair is missing evidence."""
    stands = {case.id: _stands(case, pairs[case.id].head if case.id in pairs else Side()) for case in listed}
    before = {case.id: _before(case, pairs, terms) for case in listed}
    judged = [_judge(case, stands[case.id], before[case.id], terms) for case in listed]
    if not judged:
        judged = [(Verdict.INCONCLUSIVE, Reason(Code.NO_EVIDENCE, "the suite has no critical case"))]
    verdict = worst(verdict for verdict, _ in judged)
    return MetricResult(
        suite,
        CRITICAL,
        verdict,
        tuple(reason for _, reason in judged if reason),
        bounds=Bounds(),
        absolute=verdict,
        newly_failing=_changed(before, stands, _Stands.FAILS),
        newly_passing=_changed(before, stands, _Stands.PASSES),
        pairs=sum(stand is not _Stands.UNKNOWN for stand in before.values()),
        passed=sum(stand is _Stands.PASSES for stand in stands.values()),
        total=len(listed),
    )


def _stands(case: Case, side: Side) -> _Stands:
    """Half or more of the trials failing is a failure, so that running again gains nothing."""
    known = [score for score in side.scores if score is not None and 0 <= score <= 1]
    failed = sum(score < 1 for score in known)
    if failed >= (1 if case.forbidden else max(2, len(known) / 2)):
        return _Stands.FAILS
    enough = len(known) >= TRIALS and len(known) == len(side.scores)
    return _Stands.PASSES if enough else _Stands.UNKNOWN


def _before(case: Case, pairs: Mapping[str, Pair], terms: Terms) -> _Stands:
    if not terms.has_base or case.id not in pairs:
        return _Stands.UNKNOWN
    return _stands(case, pairs[case.id].base)


def _changed(before: Mapping[str, _Stands], after: Mapping[str, _Stands], to: _Stands) -> tuple[str, ...]:
    known = {_Stands.PASSES, _Stands.FAILS}
    return tuple(sorted(case for case in after if after[case] is to and before[case] in known - {to}))


def _judge(case: Case, now: _Stands, before: _Stands, terms: Terms) -> tuple[Verdict, Reason | None]:
    if now is _Stands.PASSES:
        return Verdict.PASS, None
    if now is _Stands.UNKNOWN:
        text = f"{case.id} has no result of {TRIALS} trials that can be measured"
        return Verdict.INCONCLUSIVE, Reason(Code.TOO_FEW_TRIALS, text)
    what = "forbidden" if case.forbidden else "critical"
    if before is _Stands.FAILS:
        blocks = terms.policy.known_failures_block and not terms.rollback
        text = f"{what} case {case.id} fails, and fails on base too" + (" (known failures block)" if blocks else "")
        return (Verdict.FAIL if blocks else Verdict.PASS), Reason(Code.KNOWN_FAILURE, text)
    code = Code.FORBIDDEN_HAPPENS if case.forbidden else Code.CRITICAL_FAILS
    return Verdict.FAIL, Reason(code, f"{what} case {case.id} fails")
