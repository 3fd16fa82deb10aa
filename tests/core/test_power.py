"""How many cases and trials a suite needs, what today's can show, and what evidence says of flips."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.factories import ACCURACY, LATENCY, POLICIES, case, suite
from tests.governed import ROOT
from tests.model_server import ModelServer
from tests.repository import NOWHERE, PROMPT, governed, sorter

from placet.cli.main import main
from placet.digest import case_digest, scoring_digest
from placet.evidence import CaseRun, RunRecord
from placet.model.policy import Floor, Tier
from placet.model.run import Trial
from placet.model.suite import Gate, Suite
from placet.power import Given, Power, comparisons, power
from placet.record import replace
from placet.report.paint import Paint
from placet.report.power import advice, as_json, as_text
from placet.stats.estimates import least_n_that_can_pass, paired_binary, wilson
from placet.stats.planning import (
    Demand,
    Noise,
    chances,
    least_pairs,
    loss_found,
    pairs_needed,
    share_that_clears,
    trials_needed,
)

POLICY = POLICIES.tiers[Tier.MEDIUM].gates


def counted(n: int, flips: float, loss: float, test: Demand) -> tuple[float, float]:
    """Pass and fail by adding up every outcome of n pairs."""
    down, up = flips / 2 + loss, flips / 2
    passing = failing = 0.0
    for worse in range(n + 1):
        for better in range(n - worse + 1):
            ways = math.comb(n, worse) * math.comb(n - worse, better)
            chance = ways * down**worse * up**better * (1 - down - up) ** (n - worse - better)
            found = paired_binary(n, worse, better).interval(test.alpha)
            passing += chance * (found.low > -test.margin)
            failing += chance * (found.low <= -test.margin and found.high < 0)
    return passing, failing


@given(st.integers(1, 24), st.floats(0, 0.5), st.floats(0, 0.5), st.sampled_from([0.02, 0.1, 0.3]))
@settings(max_examples=40, deadline=None)
def test_chances_are_those_of_every_outcome_added_up(n: int, flips: float, loss: float, margin: float) -> None:
    test = Demand(margin)
    assert chances(n, flips, loss, test) == pytest.approx(counted(n, flips, loss, test), abs=1e-6)


@given(st.floats(0.005, 0.3), st.sampled_from([0.02, 0.03, 0.05, 0.1, 0.2]))
@settings(max_examples=25, deadline=None)
def test_as_many_cases_as_are_asked_for_have_the_power_that_is_promised(flips: float, margin: float) -> None:
    found = pairs_needed(Noise(flips), Demand(margin))
    assert found is not None
    assert chances(found, flips, 0.0, Demand(margin))[0] >= 0.80
    assert found >= least_n_that_can_pass(margin)


@given(st.floats(0.005, 0.5), st.floats(0.01, 0.2))
@settings(deadline=None)
def test_the_least_number_of_cases_is_that_of_the_gate(margin: float, alpha: float) -> None:
    assert least_pairs(Noise(0.3), Demand(margin, alpha=alpha)) == pytest.approx(
        least_n_that_can_pass(margin, alpha), abs=1
    )


@pytest.mark.parametrize(
    ("flips", "margin", "cases"),
    [
        pytest.param(0.0, 0.10, 22, id="nothing flips, 10 points"),
        pytest.param(0.0, 0.05, 45, id="nothing flips, 5 points"),
        pytest.param(0.0, 0.02, 115, id="nothing flips, 2 points"),
        pytest.param(0.02, 0.05, 84, id="2 % flip: the normal formula says 50, which pass 61 % of the time"),
        pytest.param(0.10, 0.05, 258, id="10 % flip: the normal formula says 248"),
        pytest.param(0.20, 0.10, 128, id="20 % flip: the normal formula says 124"),
    ],
)
def test_cases_needed(flips: float, margin: float, cases: int) -> None:
    assert pairs_needed(Noise(flips), Demand(margin)) == cases


def test_no_number_of_cases_shows_that_nothing_at_all_is_lost() -> None:
    assert pairs_needed(Noise(0.1), Demand(0.0)) is None


def test_trials_help_only_where_answers_waver() -> None:
    wavering, settled = Noise(0.10, 0.10), Noise(0.10, 0.0)
    assert trials_needed(100, wavering, Demand(0.05)) == 4
    assert trials_needed(100, settled, Demand(0.05)) is None
    assert trials_needed(44, wavering, Demand(0.05)) is None


def test_a_loss_has_to_be_larger_beside_more_comparisons_and_in_fewer_cases() -> None:
    alone, beside = (loss_found(100, Noise(0.1), Demand(0.05, comparisons=m)) for m in (1, 8))
    more = loss_found(400, Noise(0.1), Demand(0.05))
    assert alone is not None
    assert beside is not None
    assert more is not None
    assert more < alone < beside
    assert chances(100, 0.1, alone, Demand(0.05))[1] >= 0.80 > chances(100, 0.1, alone - 0.005, Demand(0.05))[1]
    assert loss_found(2, Noise(0.1), Demand(0.05, comparisons=99)) is None


@given(st.integers(1, 300), st.floats(0.1, 0.95))
@settings(deadline=None)
def test_a_share_that_clears_a_floor_is_never_below_it(cases: int, floor: float) -> None:
    points, whole = share_that_clears(cases, floor, None), share_that_clears(cases, floor, 0.90)
    assert points is not None
    assert points >= floor - 0.001
    assert (whole is None) == (wilson(cases, cases, 0.90).low < floor - 1e-9)
    assert whole is None or whole >= points


# -- a suite ------------------------------------------------------------------------------------------------------

ONE = suite(cases=60, scorers=(ACCURACY,), gates=(Gate("accuracy", min=0.90, max_regression=0.05),))


def record(subject: str, of: Suite, scores: list[list[float]], **changes: object) -> RunRecord:
    """A run of the first cases of a suite: per case the scores of its trials."""
    made = RunRecord(
        system="support-triage",
        prompt="p",
        subject=f"sha256:{subject}",
        provider="p",
        model="m",
        version=None,
        suite=of.name,
        scoring=scoring_digest(of),
        started="2026-11-01T00:00:00Z",
        finished=f"2026-11-01T00:00:0{subject}Z",
        tool="placet",
        cases=tuple(
            CaseRun(one.id, case_digest(one), tuple(Trial({"accuracy": score}) for score in trials))
            for one, trials in zip(of.cases, scores, strict=False)
        ),
    )
    return replace(made, **changes)


def shown(of: Suite = ONE, *records: RunRecord, **changes: object) -> Power:
    policy = replace(POLICY, **changes)
    return power(Given(of, "support-triage", "medium", policy, tuple(records), comparisons([of], policy)))


def test_without_evidence_it_plans_for_assumed_shares_of_flips() -> None:
    (row,) = shown().rows
    assert [outlook.seen.noise.variance for outlook in row.outlooks] == [0.02, 0.05, 0.10, 0.20]
    assert [outlook.needed for outlook in row.outlooks] == [84, 144, 258, 499]
    assert (row.least, row.cases, shown().comparisons) == (45, 60, 2)
    assert "nothing was measured yet" in advice(shown())


def test_flips_between_two_subjects_are_what_it_plans_with() -> None:
    before, after = [[1.0]] * 60, [[0.0]] * 3 + [[1.0]] * 57
    found = shown(ONE, record("1", ONE, before), record("2", ONE, after))
    (outlook,) = found.rows[0].outlooks
    assert (outlook.seen.noise.variance, outlook.seen.pairs) == (0.05, 60)
    assert (outlook.needed, outlook.enough) == (144, False)
    assert advice(found) == (
        "With 60 cases, core.accuracy often can't tell a harmless change from a loss of 5 pp: "
        f"add 84 cases or set `trials: {outlook.trials}`."
    )


def test_trials_that_disagree_say_how_unsteady_one_subject_is() -> None:
    """Six of 60 cases fail every other time: two answers of such a case differ half of the time."""
    found = shown(ONE, record("1", ONE, [[1.0, 0.0]] * 6 + [[1.0, 1.0]] * 54))
    (outlook,) = found.rows[0].outlooks
    assert outlook.seen.noise.variance == pytest.approx(2 * 0.5 * 6 / 60)
    assert outlook.seen.noise.shrinks == outlook.seen.noise.variance


def test_what_trials_averaged_away_counts_again_for_a_single_answer() -> None:
    steady = [[1.0, 1.0]] * 48
    one = record("1", ONE, [[1.0, 0.0]] * 12 + steady)
    other = record("2", ONE, [[1.0, 0.0]] * 12 + steady)
    (outlook,) = shown(ONE, one, other).rows[0].outlooks
    assert outlook.seen.noise.variance == pytest.approx(0.1)


OTHERS = tuple(CaseRun("x", "sha256:x", (Trial({"accuracy": 1.0}),) * 2) for _ in range(60))
LOST = tuple(CaseRun(one.id, case_digest(one), (Trial(error="timeout"),) * 2) for one in ONE.cases)


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param((), id="no case of the suite"),
        pytest.param(OTHERS, id="other cases"),
        pytest.param(LOST, id="errors"),
    ],
)
def test_evidence_of_something_else_is_no_evidence(cases: tuple[CaseRun, ...]) -> None:
    assert shown(ONE, replace(record("1", ONE, []), cases=cases)).assumed


def test_every_slice_has_a_row_of_its_own() -> None:
    cases = [case(number, fields={"language": "de" if number < 20 else "en"}) for number in range(60)]
    found = shown(replace(ONE, cases=tuple(cases), slices=("language",)))
    assert [(row.slice, row.cases) for row in found.rows] == [(None, 60), ("language=de", 20), ("language=en", 40)]
    assert found.comparisons == 4
    assert not any(outlook.enough for row in found.rows[1:] for outlook in row.outlooks)


def test_cases_of_one_cluster_count_as_the_few_independent_ones_that_they_are() -> None:
    cases = [case(number, fields={"page": str(number // 5)}) for number in range(60)]
    alone, clustered = (shown(replace(ONE, cases=tuple(cases), cluster=name)).rows[0] for name in (None, "page"))
    assert (alone.least, clustered.least) == (45, 223)  # 44.6 clusters of five


def test_a_second_look_counts_on_the_trials_that_it_makes() -> None:
    """Both looks share alpha, so that more cases can pass at all, and three trials decide."""
    once, twice = shown(), shown(extension=True)
    assert (once.looks, once.trials, once.rows[0].least) == (1, 1, 45)
    assert (twice.looks, twice.trials, twice.rows[0].least) == (2, 3, 54)
    (found,) = [outlook.needed for outlook in twice.rows[0].outlooks if outlook.seen.noise.variance == 0.10]
    assert found == 134


def test_a_floor_that_the_whole_interval_has_to_clear_takes_more_cases() -> None:
    (estimate,), (interval,) = shown().rows, shown(floor=Floor.INTERVAL, margin=0.1).rows
    assert (estimate.safe, interval.safe) == (0.944, 0.987)
    alone = replace(ONE, gates=(Gate("accuracy", min=0.90),))
    assert [row.least for row in shown(alone, floor=Floor.INTERVAL).rows] == [25]
    assert advice(shown(alone)).startswith("No gate of this suite compares head with base")


def test_a_latency_needs_answers_enough_for_a_percentile() -> None:
    (row,) = shown(replace(ONE, scorers=(LATENCY,), gates=(Gate("latency", max=500),))).rows
    assert (row.least, row.outlooks) == (20, ())


def test_a_suite_with_cases_enough_says_so() -> None:
    assert advice(shown(replace(ONE, cases=tuple(case(number) for number in range(260))))).startswith(
        "There are cases enough"
    )


def test_text_and_json_say_the_same() -> None:
    found = shown(ONE, record("1", ONE, [[1.0]] * 60), record("2", ONE, [[0.0]] * 3 + [[1.0]] * 57))
    text, value = as_text(found, Paint(), 140), json.loads(as_json(found))
    (gate,) = value["gates"]
    assert (gate["least_cases"], gate["outlooks"][0]["cases_needed"]) == (45, 144)
    assert "│ accuracy │ 60    │ 45    │ 94.4 %          │ 5 pp   │ 5 % of 60 │ 144" in text
    assert value["advice"] in text.replace("\n", " ")


# -- the command --------------------------------------------------------------------------------------------------


def called(
    repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *given: str
) -> tuple[int, str]:
    monkeypatch.chdir(repo)
    code = main(["power", *given])
    said = capsys.readouterr()
    return code, said.out + said.err


@pytest.mark.parametrize("name", ["sorter/core", "systems/sorter/evals/core.yaml", "./systems/sorter/evals/core.yaml"])
def test_a_suite_is_named_by_its_path_or_its_system(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = governed(tmp_path / "shop", NOWHERE)
    code, said = called(repo.path, monkeypatch, capsys, name)
    assert code == 0, said
    assert said.startswith("sorter/core (low): 30 cases")


def test_a_suite_that_is_not_there_names_those_that_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = governed(tmp_path / "shop", NOWHERE)
    code, said = called(repo.path, monkeypatch, capsys, "sorter/cor")
    assert code == 2
    assert "there is no suite sorter/cor" in said
    assert "sorter/core" in said


def test_a_revision_is_read_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = governed(tmp_path / "shop", NOWHERE)
    repo.remove("systems/sorter/evals/core.yaml")
    assert called(repo.path, monkeypatch, capsys, "sorter/core")[0] == 2
    code, said = called(repo.path, monkeypatch, capsys, "sorter/core", "--rev", "HEAD", "--format", "json")
    assert (code, json.loads(said)["cases"]) == (0, 30)


def test_what_a_review_measured_is_what_it_plans_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ModelServer(sorter) as server:
        repo = governed(tmp_path / "shop", server.base_url)
        repo.branch("worse")
        repo.edit(PROMPT, "one word", "one word. Get 3 wrong")
        repo.commit()
        repo.review()
    value = json.loads(called(repo.path, monkeypatch, capsys, "sorter/core", "--format", "json")[1])
    (outlook,) = next(gate for gate in value["gates"] if gate["metric"] == "accuracy")["outlooks"]
    assert (outlook["flips"], outlook["seen_on"]) == (pytest.approx(0.1, abs=0.01), 30)


# -- the page -----------------------------------------------------------------------------------------------------

PAGE = (ROOT / "docs/statistics.md").read_text()


@pytest.mark.parametrize(("part", "trials"), [("Cases needed, one trial each", 1), ("The same with three trials", 3)])
def test_the_page_states_the_cases_that_are_planned(part: str, trials: int) -> None:
    rows = re.findall(
        r"^\| (\d+) pp \|([ \d|]+)\|$", PAGE.partition(part)[2].partition("\n\n|")[2][:600], re.MULTILINE
    )[:3]
    for margin, cells in rows:
        for flips, stated in zip((0.0, 0.02, 0.05, 0.10, 0.20), cells.split("|"), strict=True):
            assert pairs_needed(Noise(flips, flips), Demand(int(margin) / 100, trials)) == int(stated)
    assert len(rows) == 3


def test_the_page_states_what_the_gate_then_does() -> None:
    rows = re.findall(r"^\| (\d+) \| (none|\d+ pp) \| (\d+) % \| (\d+) % \| (\d+) % \|$", PAGE, re.MULTILINE)
    assert len(rows) == 5
    for cases, loss, *stated in rows:
        true = 0.0 if loss == "none" else int(loss.removesuffix(" pp")) / 100
        passes, fails = chances(int(cases), 0.10, true, Demand(0.05))
        assert [round(100 * share) for share in (passes, fails, 1 - passes - fails)] == [int(text) for text in stated]
