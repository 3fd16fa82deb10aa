"""The second look: where an inconclusive gate may ask for more trials, and which cases disagree with themselves.

Pure. Whether a second look is possible is known before anything is measured, from policy and suite alone; then both
looks share the chance of error, and the first decides by a wider interval. There is never a third.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from placet.counted import Outcome, checks_of, clusters_of, flaky, groups_of
from placet.gate.metric import bounds_of
from placet.gate.samples import LEAST_GROUP, Terms
from placet.gate.verdicts import Bounds, Code, MetricResult, Verdict
from placet.model.policy import Floor, GatePolicy
from placet.model.suite import Gate, Suite
from placet.record import replace
from placet.runs import PlannedRun
from placet.scorers.measures import MEASURES
from placet.stats.estimates import least_n_that_can_pass, wilson

#: Trials of every case at the second look, on both sides.
EXTENDED = 3
#: Trials of a case that disagrees with itself, on both sides.
UNSTEADY = 5
#: If more of the cases than this disagree with themselves, the suite does, and single cases tell nothing more.
MOST_UNSTEADY = 0.10
#: What more trials may settle. Everything else is missing, broken or too little.
_MAY_TELL = frozenset({Code.LOSS_NOT_EXCLUDED, Code.FLOOR_NOT_SHOWN, Code.CEILING_NOT_SHOWN, Code.CHANCE_OVER_ALL})


def gate_of(gate: Gate, run: PlannedRun) -> Gate | None:
    """The gate as this run can judge it: against itself, a subject can't regress. What was supplied anew can."""
    kept = replace(gate, max_regression=None) if run.same_answers else gate
    bounds = (kept.min, kept.max, kept.max_regression)
    return kept if any(bound is not None for bound in bounds) else None


def extensible(run: PlannedRun, policy: GatePolicy, *, rollback: bool = False) -> bool:
    """Whether an inconclusive gate of this run may get a second look.

    Only where the tier says so, where there is a model to ask, and where sharing the chance of error keeps no gate and
    no slice from passing that could pass at one look.
    """
    suite = run.suite
    if not policy.extension or rollback or run.system is None or suite.claims or suite.trials >= EXTENDED:
        return False
    asked = [(gate, size) for gate in _gates(run) for size in _sizes(suite)]
    once = [one for one in asked if _can_pass(*one, Terms(policy), run)]
    return bool(once) and all(_can_pass(*one, Terms(policy, looks=2), run) for one in once)


def _gates(run: PlannedRun) -> Iterator[Gate]:
    measures = {spec.name for spec in run.suite.scorers if spec.type in MEASURES}
    kept = (gate_of(gate, run) for gate in run.suite.gates if gate.metric not in measures)
    return (gate for gate in kept if gate is not None)


def _sizes(suite: Suite) -> Iterator[int]:
    """Independent cases of the suite, and of each slice that is large enough to be judged."""
    clusters = clusters_of(suite) or {}
    groups = [[case.id for case in suite.cases]]
    groups += [ids for name in suite.slices for ids in groups_of(suite, name).values() if len(ids) >= LEAST_GROUP]
    return (len({clusters.get(id, id) for id in ids}) for ids in groups)


def _can_pass(gate: Gate, size: int, terms: Terms, run: PlannedRun) -> bool:
    """Whether the gate asks for something that takes certainty, and so many faultless cases would show it."""
    bounds, _ = bounds_of(gate, terms)
    shown = list(_shown(bounds, size, terms.policy, compared=run.base is not None))
    return bool(shown) and all(shown)


def _shown(bounds: Bounds, size: int, policy: GatePolicy, *, compared: bool) -> Iterator[bool]:
    if compared and bounds.margin is not None:
        yield bounds.margin > 0 and size >= least_n_that_can_pass(bounds.margin, (1 - bounds.confidence) / 2)
    if policy.floor is Floor.INTERVAL and bounds.floor is not None:
        yield wilson(size, size, bounds.confidence).low >= bounds.floor
    if policy.floor is Floor.INTERVAL and bounds.ceiling is not None:
        yield wilson(0, size, bounds.confidence).high <= bounds.ceiling


def undecided(results: Iterable[MetricResult]) -> bool:
    """Whether more trials may settle any of a run's gated results."""
    return any(result.verdict is Verdict.INCONCLUSIVE and _may_tell(result) and _enough(result) for result in results)


def _may_tell(result: MetricResult) -> bool:
    blocked = {Code.NO_EVIDENCE, Code.ERRORS_OVER_BUDGET, Code.NOT_MEASURABLE, Code.NOT_COMPARABLE}
    codes = {reason.code for reason in result.reasons}
    return bool(codes & _MAY_TELL) and not codes & blocked


def _enough(result: MetricResult) -> bool:
    return Code.TOO_FEW_CASES not in {reason.code for reason in result.reasons}


def unsteady(outcome: Outcome) -> tuple[str, ...]:
    """The cases to ask more often on both sides; none where so many disagree that it is the suite that does."""
    suite = outcome.run.suite
    found = flaky(outcome, [spec.name for spec in checks_of(suite)])
    listed = {case.id for case in suite.cases if case.critical or case.forbidden}
    most = max(MOST_UNSTEADY * len(suite.cases), 1)
    return found if len(found) <= most else tuple(id for id in found if id in listed)
