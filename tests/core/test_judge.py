"""From trials to results, over all runs of one change."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest
import yaml
from tests.repository import (
    CASES,
    PROMPT,
    SUITE,
    dumped,
    files,
    lines,
    plan_of,
    snapshot_of,
)

from placet.gate.verdicts import Code, Unit, Verdict
from placet.judge import ALL, Judged, Outcome, judge
from placet.model.policy import Tier
from placet.model.run import Trial
from placet.plan import Plan
from placet.record import replace
from placet.runs import PlannedRun

BASE = files()
WORDED = BASE | {PROMPT: BASE[PROMPT].replace("one word", "two words")}
POLICIES = snapshot_of(BASE).policies
assert POLICIES is not None
TIERS: Mapping[str | None, Tier] = {"sorter": Tier.LOW}
Score = Callable[[int, str], float]


def right(number: int, side: str) -> float:
    return 1.0


def first(count: int) -> Score:
    """Head gets the first `count` cases wrong."""
    return lambda number, side: float(side == "base" or number > count)


def trial(scores: Mapping[str, float | None], cost: float | None = 0.001, latency: float = 100.0) -> Trial:
    return Trial(scores, None, latency, 10, 5, cost, "sha256:x")


def outcome(run: PlannedRun, score: Score = right, *, cost: Mapping[str, float | None] | None = None) -> Outcome:
    """Every case with the trials that it is due."""
    costs = cost or {}
    names = [spec.name for spec in run.suite.scorers]

    def side(name: str) -> dict[str, tuple[Trial, ...]]:
        return {
            case.id: (trial({n: score(number, name) for n in names}, costs.get(name, 0.001)),)
            * (3 if case.critical or case.forbidden else 1)
            for number, case in enumerate(run.suite.cases, 1)
        }

    return Outcome(run, side("base") if run.base else {}, side("head"))


def run_of(plan: Plan) -> PlannedRun:
    (found,) = plan.runs
    return found


RUN = run_of(plan_of(BASE, WORDED))


def judged(*outcomes: Outcome, tiers: Mapping[str | None, Tier] = TIERS) -> dict[tuple[str, str, str | None], Judged]:
    assert POLICIES is not None
    found = judge(outcomes, POLICIES, tiers, frozenset())
    return {(j.result.suite, j.result.metric, j.result.slice): j for j in found}


@pytest.mark.parametrize(
    ("score", "accuracy", "critical"),
    [
        pytest.param(right, Verdict.PASS, Verdict.PASS, id="all right"),
        pytest.param(first(3), Verdict.INCONCLUSIVE, Verdict.PASS, id="three wrong: a loss can't be excluded"),
        pytest.param(first(12), Verdict.FAIL, Verdict.PASS, id="twelve wrong"),
        pytest.param(
            lambda number, side: float(number < 30 or side == "base"),
            Verdict.INCONCLUSIVE,
            Verdict.FAIL,
            id="one wrong, a critical one",
        ),
    ],
)
def test_each_metric_is_judged_and_critical_cases_by_themselves(
    score: Score, accuracy: Verdict, critical: Verdict
) -> None:
    found = judged(outcome(RUN, score))
    assert set(found) == {("core", "accuracy", None), ("core", "critical", None), (ALL, "cost", None)}
    assert found["core", "accuracy", None].result.verdict is accuracy
    assert found["core", "critical", None].result.verdict is critical
    assert all(judged.gated for judged in found.values())


def test_a_critical_case_has_to_pass_every_check_and_no_measure() -> None:
    scorers = [
        {"name": "accuracy", "type": "equals", "value": "{{expected}}"},
        {"name": "short", "type": "regex", "pattern": "^.{1,9}$"},
        {"name": "latency", "type": "latency", "statistic": "p95"},
    ]
    suite = BASE[SUITE].split("scorers:")[0] + dumped({"scorers": scorers, "gates": {"accuracy": {"min": 0.9}}})
    run = run_of(plan_of(BASE | {SUITE: suite}, WORDED | {SUITE: suite}))
    good = outcome(run)
    long = {"accuracy": 1.0, "short": 0.0, "latency": 250.0}
    bad = {**good.head, "billing-30": (trial(long),) * 3}
    found = judged(replace(good, head=bad))
    assert found["core", "critical", None].result.newly_failing == ("billing-30",)
    assert found["core", "short", None].gated is False
    assert found["core", "latency", None].result.unit is Unit.MILLISECONDS


def test_against_itself_a_subject_can_not_regress() -> None:
    rows = BASE[CASES] + '{"id": "new", "inputs": {"ticket": "T"}, "expected": "billing"}\n'
    run = run_of(plan_of(BASE, BASE | {CASES: rows}))
    found = judged(replace(outcome(run), base=outcome(run).head))
    assert found["core", "accuracy", None].result.regression is None
    assert found["core", "accuracy", None].result.absolute is Verdict.PASS
    assert (ALL, "cost", None) not in found


def test_a_gate_of_a_margin_alone_is_shown_when_nothing_can_regress() -> None:
    only = BASE[SUITE].replace("    min: 0.9\n", "")
    rows = BASE[CASES] + '{"id": "new", "inputs": {"ticket": "T"}, "expected": "billing"}\n'
    run = run_of(plan_of(BASE | {SUITE: only}, BASE | {SUITE: only, CASES: rows}))
    assert judged(outcome(run))["core", "accuracy", None].gated is False


def test_slices_are_judged_by_the_same_gate() -> None:
    sliced = BASE | {SUITE: BASE[SUITE] + "slices: [language]\n"}
    run = run_of(plan_of(sliced, sliced | {PROMPT: WORDED[PROMPT]}))
    found = judged(outcome(run, lambda number, side: float(side == "base" or number % 3 != 0)))
    german, english = (found["core", "accuracy", f"language={name}"] for name in ("de", "en"))
    assert (german.gated, english.gated) == (True, True)
    assert (german.result.verdict, english.result.verdict) == (Verdict.FAIL, Verdict.INCONCLUSIVE)
    assert (german.result.pairs, english.result.pairs) == (10, 20)


def test_all_comparisons_of_one_change_share_one_chance_of_a_false_alarm() -> None:
    """Alone it is worse; among ten systems it may be chance (Holm)."""
    alone = RUN.suite
    lenient = replace(RUN, suite=replace(alone, gates=(replace(alone.gates[0], min=None),)))
    worse = outcome(lenient, first(5))
    assert judged(worse)["core", "accuracy", None].result.verdict is Verdict.FAIL
    same = [replace(outcome(replace(lenient, system=f"s{number}")), interleaved=False) for number in range(9)]
    found = judge([worse, *same], POLICIES, {}, frozenset())  # type: ignore[arg-type]
    (hit,) = [j.result for j in found if j.system == "sorter" and j.result.metric == "accuracy"]
    assert hit.verdict is Verdict.INCONCLUSIVE
    assert Code.CHANCE_OVER_ALL in {reason.code for reason in hit.reasons}


TIDY = [{"name": f"tidy-{number}", "type": "regex", "pattern": "."} for number in range(45)]
EASY = [
    {"id": f"easy-{number}", "inputs": {"ticket": "T"}, "expected": "x", "fields": {"language": f"l{number // 10}"}}
    for number in range(300)
]
MARGIN_ALONE = BASE | {SUITE: BASE[SUITE].replace("    min: 0.9\n", "")}
SLICED = MARGIN_ALONE | {SUITE: MARGIN_ALONE[SUITE] + "slices: [language]\n"}
HALVES = {f"half_{number}": number for number in range(20)}
#: Cases that could be sliced in many ways, in each of which the lost ones are spread evenly.
MANY_FIELDS = MARGIN_ALONE | {
    CASES: lines(
        [
            row | {"fields": {name: str((index + shift) % 2) for name, shift in HALVES.items()}}
            for index, row in enumerate(map(json.loads, MARGIN_ALONE[CASES].splitlines()))
        ]
    )
}


def suite_with(text: str, **changes: object) -> str:
    return dumped(yaml.safe_load(text) | changes)


def adds_gates(base: Mapping[str, str]) -> dict[str, str]:
    own = yaml.safe_load(base[SUITE])
    gates = own["gates"] | {scorer["name"]: {"max_regression": 0.05} for scorer in TIDY}
    return {SUITE: suite_with(base[SUITE], scorers=own["scorers"] + TIDY, gates=gates)}


def adds_suites(base: Mapping[str, str]) -> dict[str, str]:
    whole = adds_gates(base)[SUITE]
    return {SUITE.replace("core", name): suite_with(whole, name=name) for name in ("extra", "more")}


def adds_slices(base: Mapping[str, str]) -> dict[str, str]:
    return {SUITE: suite_with(base[SUITE], slices=list(HALVES))}


def adds_groups(base: Mapping[str, str]) -> dict[str, str]:
    return {CASES: base[CASES] + lines(EASY)}


@pytest.mark.parametrize(
    ("base", "adds", "slice_"),
    [
        pytest.param(MARGIN_ALONE, lambda base: {}, None, id="nothing"),
        pytest.param(MARGIN_ALONE, adds_gates, None, id="gates that nothing can fail"),
        pytest.param(MARGIN_ALONE, adds_suites, None, id="suites of such gates"),
        pytest.param(MANY_FIELDS, adds_slices, None, id="slices"),
        pytest.param(SLICED, adds_groups, "language=de", id="cases of groups that base doesn't have"),
    ],
)
def test_no_addition_of_head_makes_its_own_regression_chance(
    base: Mapping[str, str], adds: Callable[[Mapping[str, str]], dict[str, str]], slice_: str | None
) -> None:
    found = plan_of(base, {**base, **adds(base), PROMPT: WORDED[PROMPT]})

    def german_ones(number: int, side: str) -> float:
        return float(side == "base" or number not in {3, 6, 9, 12, 15})

    assert POLICIES is not None
    results = judge(
        [outcome(run, german_ones if run.suite.name == "core" else right) for run in found.runs],
        POLICIES,
        TIERS,
        frozenset(),
        snapshot_of(base).suites,
    )
    (hit,) = [j.result for j in results if (j.result.id, j.result.slice) == ("core.accuracy", slice_)]
    assert hit.regression is Verdict.FAIL


def test_what_head_adds_is_judged_and_shares_a_chance_of_its_own() -> None:
    changed = MARGIN_ALONE | adds_gates(MARGIN_ALONE) | {PROMPT: WORDED[PROMPT]}
    run = run_of(plan_of(MARGIN_ALONE, changed))

    def verdict(lost: int) -> Verdict:
        good = outcome(run)
        scores = [dict.fromkeys((spec.name for spec in run.suite.scorers), 1.0) for _ in run.suite.cases]
        for row in scores[:lost]:
            row["tidy-7"] = 0.0
        head = {case.id: (trial(row),) * 3 for case, row in zip(run.suite.cases, scores, strict=True)}
        before = snapshot_of(MARGIN_ALONE).suites
        assert POLICIES is not None
        found = judge([replace(good, head=head)], POLICIES, TIERS, frozenset(), before)
        return next(j.result.verdict for j in found if j.result.metric == "tidy-7" and j.gated)

    assert [verdict(5), verdict(15)] == [Verdict.INCONCLUSIVE, Verdict.FAIL]


@pytest.mark.parametrize(
    ("head", "verdict"),
    [
        pytest.param(0.001, Verdict.PASS, id="the same"),
        pytest.param(0.0011, Verdict.PASS, id="a tenth more"),
        pytest.param(0.002, Verdict.FAIL, id="twice as much"),
        pytest.param(None, Verdict.INCONCLUSIVE, id="a price that nobody knows"),
    ],
)
def test_the_cost_of_a_request_is_judged_over_all_suites_of_a_system(head: float | None, verdict: Verdict) -> None:
    other = replace(RUN, suite=replace(RUN.suite, name="extra"))
    costs = {"base": 0.001, "head": head}
    found = judged(outcome(RUN, cost=costs), outcome(other, cost=costs))[ALL, "cost", None]
    assert (found.run, found.gated, found.result.verdict) == (None, True, verdict)
    assert found.result.pairs == (60 if head else 0)


def test_a_new_prompt_beside_an_old_one_does_not_hide_what_the_old_one_costs() -> None:
    new = replace(outcome(RUN), run=replace(RUN, base=None), base={})
    dearer = outcome(RUN, cost={"base": 0.001, "head": 0.002})
    for order in ([new, dearer], [dearer, new]):
        cost = judged(*order)[ALL, "cost", None]
        assert (cost.gated, cost.result.verdict) == (True, Verdict.FAIL)


def test_a_rollback_costs_what_it_costs() -> None:
    back = replace(outcome(RUN, first(3), cost={"base": 0.001, "head": 0.002}), rollback=True)
    found = judged(back)
    assert found[ALL, "cost", None].result.verdict is Verdict.PASS
    assert found["core", "accuracy", None].result.verdict is Verdict.PASS


def test_a_prompt_without_a_system_is_gated_by_nothing() -> None:
    loose = replace(RUN, system=None)
    found = judged(outcome(loose, first(30)))
    assert set(found) == {("core", "accuracy", None), ("core", "critical", None)}
    assert not any(judged.gated for judged in found.values())


@pytest.mark.parametrize(
    ("new", "code"),
    [
        pytest.param(frozenset({"sorter"}), Code.NEW_SUBJECT, id="a new system"),
        pytest.param(frozenset(), Code.NOT_COMPARABLE, id="a system whose base has nothing to compare with"),
    ],
)
def test_without_a_base_only_absolute_bounds_are_judged(new: frozenset[str], code: Code) -> None:
    alone = replace(outcome(RUN), run=replace(RUN, base=None), base={})
    assert POLICIES is not None
    found = {j.result.metric: j for j in judge([alone], POLICIES, TIERS, new)}
    assert found["accuracy"].result.verdict is Verdict.PASS
    assert code in {reason.code for reason in found["accuracy"].result.reasons}
    assert found["cost"].gated is False


def test_a_stricter_tier_judges_stricter() -> None:
    low = judged(outcome(RUN, first(1)))["core", "accuracy", None].result
    critical = judged(outcome(RUN, first(1)), tiers={"sorter": Tier.CRITICAL})["core", "accuracy", None].result
    assert (low.absolute, critical.absolute) == (Verdict.PASS, Verdict.INCONCLUSIVE)
    assert critical.bounds.margin == 0.02


def test_the_same_trials_are_judged_the_same_in_any_order() -> None:
    sides = outcome(RUN, first(3))
    turned = replace(sides, head=dict(reversed(sides.head.items())), base=dict(reversed(sides.base.items())))
    assert judged(turned) == {key: replace(j, run=j.run) for key, j in judged(sides).items()}
