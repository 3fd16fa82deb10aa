"""From what a policy test gives to a plan and the facts of a decision, as a change to that one registration would have.

Pure. The plan is made by `plan` from two snapshots, so that a test judges what runs; only what files and models would
have to show is taken from the test: how controls stand and how gates were judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from placet.change import Status
from placet.classification import least_tier
from placet.controls import ControlStatus, Standing
from placet.decision import Facts
from placet.gate.metric import hold_over_all, judge_metric
from placet.gate.samples import Pair, Samples, Side, Terms
from placet.gate.verdicts import Code, MetricResult, Reason, Verdict
from placet.judge import Judged
from placet.model.policy import Policies
from placet.model.policy_test import Given, PolicyTest
from placet.model.register import System, Waiver
from placet.model.suite import Gate
from placet.parse.snapshot import Snapshot
from placet.plan import Ends, Plan, Touched, plan
from placet.record import replace
from placet.rules.policy_tests import alone, as_before, day_of, given
from placet.rules.problem import Check

#: Both ends of the change that every test is about.
ENDS = Ends(base="b" * 40, head="a" * 40, merge_base="b" * 40)


def case(check: Check, policies: Policies, test: PolicyTest) -> tuple[Plan, Facts] | None:
    """The change and what is known of it; None where the registration can't be read, which is said elsewhere."""
    after, _ = given(check, test)
    before, _ = given(check, as_before(test))
    if after is None or before is None:
        return None
    today = day_of(test, after)
    return _plan(check.snapshot, test.given, before, after), _facts(policies, test.given, after, today)


def _plan(snapshot: Snapshot, said: Given, before: System, after: System) -> Plan:
    """Code owners don't count: the registration of a test lies nowhere."""
    merged = alone(snapshot, after, {})
    base = replace(merged, systems={}, files={}) if said.new else alone(snapshot, before, {})
    made = plan(ENDS, {after.path: Status.ADDED if said.new else Status.EDITED}, base, merged)
    systems = tuple(replace(one, controls=_controls(one, said), runs=(), unevaluated=()) for one in made.systems)
    return replace(made, systems=systems, approvals=replace(made.approvals, unowned=(), errors=()), notes=())


def _controls(touched: Touched, said: Given) -> tuple[ControlStatus, ...]:
    return tuple(_status(one, said.controls) for one in touched.controls)


def _status(status: ControlStatus, said: Mapping[str, str]) -> ControlStatus:
    if status.by_approval:
        return status
    standing = Standing(said.get(status.control.id, Standing.MET.value))
    return replace(status, standing=standing, text=f"given as {standing.value}", until="")


def _facts(policies: Policies, said: Given, system: System, today: date) -> Facts:
    return Facts(
        findings=(),
        judged=judged(system, said.evidence, policies),
        waivers=tuple(_waiver(system, control, until) for control, until in said.waivers.items()),
        policies=policies,
        today=today,
        rollbacks={},
    )


_JUDGED: Mapping[str, tuple[Verdict, tuple[Reason, ...]]] = {
    "pass": (Verdict.PASS, ()),
    "fail": (Verdict.FAIL, (Reason(Code.BELOW_FLOOR, "given as failed"),)),
    "inconclusive": (Verdict.INCONCLUSIVE, (Reason(Code.TOO_FEW_CASES, "given as inconclusive"),)),
    "missing": (Verdict.INCONCLUSIVE, (Reason(Code.NO_EVIDENCE, "given as missing"),)),
}


def judged(system: System, said: Mapping[str, str | Mapping[str, float]], policies: Policies) -> tuple[Judged, ...]:
    """The gates as the tier's policy judges them, all together; where a verdict was given, that."""
    tier = max(system.tier, least_tier(system.factors, policies.classification))
    terms = Terms(policies.tiers[tier].gates, seed="policy test")
    results = [_given(name, how) if isinstance(how, str) else _counted(name, how, terms) for name, how in said.items()]
    return tuple(Judged(system.id, None, result, gated=True) for result in hold_over_all(results))


def _given(name: str, how: str) -> MetricResult:
    suite, _, metric = name.partition(".")
    verdict, reasons = _JUDGED[how]
    return MetricResult(suite, metric, verdict, reasons)


def _counted(name: str, said: Mapping[str, float], terms: Terms) -> MetricResult:
    """Each case once on both sides: first those that fail somewhere, then those without an answer; the rest pass."""
    suite, _, metric = name.partition(".")
    kinds = [
        *[(0.0, 0.0)] * int(said.get("failing", 0)),
        *[(1.0, 0.0)] * int(said.get("newly_failing", 0)),
        *[(0.0, 1.0)] * int(said.get("newly_passing", 0)),
        *[(1.0, None)] * int(said.get("errors", 0)),
    ]
    cases = [*kinds, *[(1.0, 1.0)] * (int(said["cases"]) - len(kinds))]
    pairs = {f"{number}": Pair(_side(base), _side(head)) for number, (base, head) in enumerate(cases)}
    gate = Gate(metric, min=said.get("min"), max_regression=said.get("max_regression"))
    return judge_metric(Samples(suite, metric, pairs), gate, terms)


def _side(score: float | None) -> Side:
    return Side((), 1) if score is None else Side((score,))


def _waiver(system: System, control: str, until: date) -> Waiver:
    path = f"{system.folder}/waivers/{control.replace('.', '-')}.yaml"
    return Waiver(path, system.id, control, "given by a policy test", "@owner", "@approver", until)
