"""Supplied results from end to end: a system without prompts whose outputs a committed file tells."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.repository import PROMPT, SUITE, SYSTEM, Repo, dumped, files, lines, plan_of, snapshot_of, waiver

from placet.decision import Answer, Outcome
from placet.gate.critical import TRIALS
from placet.gate.verdicts import Code, Verdict
from placet.judge import Judged
from placet.parse.facts import File, read_facts
from placet.report.case import as_case
from placet.report.json_report import as_json
from placet.report.markdown import as_markdown
from placet.report.paint import Paint
from placet.report.plan import as_json as plan_json
from placet.report.plan import as_text as plan_text
from placet.report.terminal import as_text
from placet.results import Review
from placet.rules.catalogue import check
from placet.rules.recordings import OF_CRITICAL
from placet.subject import subject_of

EVALS = "systems/sorter/evals"
RECORDED = f"{EVALS}/recorded/core.jsonl"
FIRST, SECOND = ("sha256:" + letter * 64 for letter in "ab")
Says = Callable[[int, str], str]


def right(number: int, expected: str) -> str:
    return expected


def wrong(count: int) -> Says:
    """The first `count` cases are answered wrongly."""
    return lambda number, expected: "neither" if number <= count else expected


def recorded(texts: dict[str, str], made_by: str, says: Says = right, **front: str) -> str:
    rows: list[dict[str, Any]] = [
        {"made_by": made_by, "made": "2026-11-18", "tool": {"name": "sorter", "version": "3"}, **front}
    ]
    cases = [json.loads(line) for line in texts["systems/sorter/evals/cases/core.jsonl"].splitlines()]
    rows += [
        {"id": case["id"], "trial": trial, "output": says(number, case["expected"])}
        for number, case in enumerate(cases, 1)
        for trial in range(1, (TRIALS if case.get("critical") else 1) + 1)
    ]
    return lines(rows)


def promptless(tier: str = "low", digest: str = FIRST, says: Says = right) -> dict[str, str]:
    """The sorter as a classifier of its own: no prompt, one model that its digest tells, and recorded outputs."""
    texts = files(tier=tier)
    del texts[PROMPT]
    system, suite = yaml.safe_load(texts[SYSTEM]), yaml.safe_load(texts[SUITE])
    system["models"] = [{"id": "acme/sorter", "name": "sorter", "version": "3", "digest": digest}]
    system["prompts"] = []
    suite |= {"source": "recorded", "recorded": "recorded/core.jsonl", "subject": "acme/sorter"}
    suite.pop("prompt", None)
    texts |= {SYSTEM: dumped(system), SUITE: dumped(suite)}
    return texts | {RECORDED: recorded(texts, digest, says)}


def governed(path: Path, texts: dict[str, str]) -> Repo:
    repo = Repo(path)
    repo.write(texts)
    repo.stamp()
    repo.commit("Govern the sorter")
    return repo


def retrained(repo: Repo, says: Says, digest: str = SECOND, made_by: str | None = None) -> None:
    """Another model, and what it answered."""
    with repo.yaml(SYSTEM) as system:
        system["models"][0]["digest"] = digest
    texts = {name: repo.read(name) for name in ("systems/sorter/evals/cases/core.jsonl",)}
    repo.write({RECORDED: recorded(texts, made_by or digest, says)})
    repo.stamp()
    repo.commit("Train it again")


def changed(tmp_path: Path, tier: str, says: Says, made_by: str | None = None) -> Review:
    repo = governed(tmp_path / "shop", promptless(tier))
    repo.branch("retrained")
    retrained(repo, says, made_by=made_by)
    return repo.review()


def result(review: Review, metric: str = "accuracy") -> Judged:
    (found,) = [one for one in review.judged if one.result.metric == metric and one.result.slice is None]
    return found


# -- what is judged ---------------------------------------------------------------------------------------------------


def test_each_side_is_its_own_file_and_no_model_is_called(tmp_path: Path) -> None:
    review = changed(tmp_path, "low", wrong(15))
    found = result(review).result
    assert (found.base and found.base.value, found.head and found.head.value) == (1.0, 0.5)
    assert found.verdict is Verdict.FAIL
    assert (review.spent.calls, review.spent.reused, review.spent.cost_usd) == (0, 0, 0.0)
    assert review.decision.answer is Answer.NON_PLACET


def test_the_evidence_names_the_files_that_the_trials_are_from(tmp_path: Path) -> None:
    review = changed(tmp_path, "low", right)
    (run,) = review.plan.runs
    assert run.base is not None
    files_ = [arm.recording.digest for arm in (run.head, run.base) if arm.recording]
    assert sorted(review.evidence) == sorted(files_)


def test_what_a_claim_leaves_open_no_call_can_settle(tmp_path: Path) -> None:
    review = changed(tmp_path, "low", wrong(3))
    assert result(review).result.verdict is Verdict.INCONCLUSIVE
    assert (review.spent.calls, sum(review.spent.errors.values())) == (0, 0)


def test_below_high_a_claim_counts(tmp_path: Path) -> None:
    review = changed(tmp_path, "low", right)
    assert {one.result.verdict for one in review.judged if one.gated} == {Verdict.PASS}
    assert review.decision.answer is Answer.PLACET


@pytest.mark.parametrize("says", [pytest.param(right, id="all right"), pytest.param(wrong(15), id="half of it wrong")])
@pytest.mark.parametrize("tier", ["high", "critical"])
def test_from_high_up_an_unsigned_claim_shows_its_numbers_and_decides_nothing(
    tmp_path: Path, tier: str, says: Says
) -> None:
    review = changed(tmp_path, tier, says)
    gated = [one for one in review.judged if one.gated]
    assert gated
    assert {one.result.verdict for one in gated} == {Verdict.INCONCLUSIVE}
    assert {one.result.reasons[0].code for one in gated} == {Code.UNSIGNED_CLAIM}
    assert result(review).result.head is not None
    own = [one for one in review.decision.reasons if one.judged]
    assert {one.outcome for one in own} == {Outcome.FAILED}


def test_a_waiver_on_base_lets_an_unsigned_claim_pass(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop", promptless("high"))
    repo.commit("Waive", {**waiver("core.accuracy"), **waiver("core.critical")})
    repo.branch("retrained")
    retrained(repo, right)
    outcomes = {one.outcome for one in repo.review().decision.reasons if one.judged}
    assert outcomes == {Outcome.WAIVED}


def test_outputs_of_another_model_are_a_finding_and_no_trials(tmp_path: Path) -> None:
    review = changed(tmp_path, "low", right, made_by=FIRST)
    assert [one.rule for one in review.findings] == ["REC003"]
    assert result(review).result.head is None
    assert {one.code for one in result(review).result.reasons} >= {Code.NO_EVIDENCE}
    assert review.decision.answer is Answer.ERROR


def test_a_case_without_a_row_is_missing_evidence(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop", promptless())
    repo.branch("shorter")
    retrained(repo, right)
    rows = repo.read(RECORDED).splitlines(keepends=True)
    repo.commit("Forget one", {RECORDED: "".join(rows[:5] + rows[6:])})
    review = repo.review()
    assert [one.rule for one in review.findings] == ["REC004"]
    assert Code.NO_EVIDENCE in {one.code for one in result(review).result.reasons}


def test_a_trial_that_got_no_answer_counts_against_the_error_budget_and_is_no_score(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop", promptless())
    repo.branch("silent")
    retrained(repo, right)
    with repo.rows(RECORDED) as rows:
        for row in rows[1:6]:
            del row["output"]
            row["error"] = "timeout"
    repo.commit("Five got no answer")
    found = result(repo.review()).result
    assert Code.ERRORS_OVER_BUDGET in {one.code for one in found.reasons}
    assert found.head is not None
    assert found.head.n == 25


def test_the_same_model_recorded_anew_is_compared_with_what_was_recorded_before(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop", promptless())
    repo.branch("again")
    retrained(repo, wrong(2), digest=FIRST)
    review = repo.review()
    (run,) = review.plan.runs
    assert run.why == "recorded anew"
    found = result(review).result
    assert found.regression is Verdict.INCONCLUSIVE
    assert (found.base and found.base.value, found.head and found.head.n) == (1.0, 30)


def test_an_older_model_is_recognised_as_a_rollback(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop", promptless())
    retrained(repo, wrong(12))
    repo.branch("back")
    retrained(repo, right, digest=FIRST)
    assert repo.review().is_rollback


def test_a_new_suite_has_no_base_to_show(tmp_path: Path) -> None:
    texts = promptless()
    repo = governed(tmp_path / "shop", {name: text for name, text in texts.items() if "/evals/" not in name})
    repo.branch("suite")
    repo.commit("Add a suite", {name: text for name, text in texts.items() if "/evals/" in name})
    found = result(repo.review()).result
    assert (found.base, found.head and found.head.value) == (None, 1.0)


# -- what the change itself does to the suite -------------------------------------------------------------------------


def test_recorded_outputs_never_take_the_place_of_calls(tmp_path: Path) -> None:
    before = files()
    suite = yaml.safe_load(before[SUITE]) | {"source": "recorded", "recorded": "recorded/core.jsonl"}
    after = before | {SUITE: dumped(suite), RECORDED: recorded(before, FIRST)}
    after[PROMPT] = after[PROMPT].replace("one word", "two words")
    plan = plan_of(before, after)
    assert [run.suite.source for run in plan.runs] == ["run"]
    assert "outputs recorded, no longer run" in [weak.what for weak in plan.systems[0].weakenings]


def test_calls_take_the_place_of_recorded_outputs_at_once() -> None:
    before = files()
    suite = yaml.safe_load(before[SUITE]) | {"source": "recorded", "recorded": "recorded/core.jsonl"}
    plan = plan_of(before | {SUITE: dumped(suite), RECORDED: recorded(before, FIRST)}, before)
    assert [run.suite.source for run in plan.runs] == ["run"]


def test_a_suite_follows_where_its_model_goes_and_says_what_it_leaves() -> None:
    before = promptless()
    system = yaml.safe_load(before[SYSTEM])
    system["models"].append({"id": "acme/other", "name": "other", "version": "1", "digest": SECOND})
    both = before | {SYSTEM: dumped(system)}
    turned = both | {SUITE: both[SUITE].replace("acme/sorter", "acme/other")}
    plan = plan_of(both, turned)
    assert [run.prompt for run in plan.runs] == []  # acme/sorter is what base's suite looks at, and it is unchanged
    assert "no longer evaluates acme/sorter" in [weak.what for weak in plan.systems[0].weakenings]
    system["models"].pop(0)
    gone = turned | {SYSTEM: dumped(system)}
    (run,) = plan_of(both, gone).runs
    assert (run.prompt, run.why) == ("acme/other", "model changed")


def test_a_new_model_that_nothing_evaluates_is_not_a_pass(tmp_path: Path) -> None:
    texts = promptless()
    kept = {name: text for name, text in texts.items() if "/evals/" not in name}
    repo = governed(tmp_path / "shop", kept)
    repo.branch("retrained")
    repo.edit(SYSTEM, FIRST, SECOND)
    repo.stamp()
    repo.commit("Train it again")
    (left,) = repo.gather().plan.systems[0].unevaluated
    assert (left.path, "acme/sorter" in left.why) == (SYSTEM, True)


def test_a_model_without_its_digest_leaves_its_suite_nothing_to_look_at() -> None:
    before = promptless()
    system = yaml.safe_load(before[SYSTEM])
    del system["models"][0]["digest"]
    system["models"][0]["provider"] = "stand-in"
    after = {name: text for name, text in before.items() if "/evals/" not in name} | {SYSTEM: dumped(system)}
    (touched,) = plan_of(before, after).systems
    assert [(left.lost, left.why) for left in touched.unevaluated] == [(True, "suite core has no model to look at")]


def test_a_prompt_may_have_recorded_outputs_of_its_own_digest(tmp_path: Path) -> None:
    texts = files()
    suite = yaml.safe_load(texts[SUITE]) | {"source": "recorded", "recorded": "recorded/core.jsonl"}
    repo = governed(tmp_path / "shop", texts | {SUITE: dumped(suite), RECORDED: recorded(texts, FIRST)})

    def made_by() -> str:
        snapshot = repo.snapshot()
        subject = subject_of(snapshot.by_id["sorter"], snapshot.prompts[PROMPT])
        assert subject is not None
        return subject.made_by

    repo.commit("Record it", {RECORDED: recorded(texts, made_by())})
    repo.branch("reworded")
    repo.edit(PROMPT, "one word", "two words")
    repo.commit("Say two words")
    assert [one.rule for one in repo.review().findings] == ["REC003"]
    repo.commit("Record it again", {RECORDED: recorded(texts, made_by(), wrong(1))})
    review = repo.review()
    found = result(review).result
    assert (found.base and found.base.value, found.head and round(found.head.value, 3)) == (1.0, 0.967)
    assert review.spent.calls == 0


# -- what people see --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def high(tmp_path_factory: pytest.TempPathFactory) -> Review:
    return changed(tmp_path_factory.mktemp("high"), "high", wrong(3))


def test_every_view_of_a_review_calls_it_a_claim(high: Review) -> None:
    word = "claims, recorded by sorter 3 on 2026-11-18"
    for view in (as_text(high, Paint(), 120), as_markdown(high)):
        flat = " ".join(view.split())
        assert "core (claimed)" in flat
        assert word in flat
        assert "has only unsigned claims for" in flat
        assert "only what a key in policies/keys has signed counts" in flat.replace("`", "")


def test_json_says_whose_word_each_number_is(high: Review) -> None:
    value = json.loads(as_json(high))
    (run,) = value["systems"][0]["runs"]
    assert (run["source"], run["prompt"], run["model"]) == ("recorded", None, "acme/sorter")
    assert run["claim"]["made_by"] == SECOND
    assert run["claim"]["signed"] is False
    assert {one["claimed"] for one in value["metrics"]} == {True}


def test_the_plan_calls_it_a_claim_and_expects_no_call(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop", promptless("high"))
    repo.branch("retrained")
    retrained(repo, right)
    plan = repo.gather().plan
    text = plan_text(plan, "main", None, (), Paint())
    assert "core (claimed): 30 cases" in text
    assert "not signed, so they don't count at tier high" in text
    assert json.loads(plan_json(plan, "main", None, ()))["systems"][0]["runs"][0]["claim"]["path"] == RECORDED


def test_one_case_is_shown_with_its_inputs_and_both_answers(high: Review) -> None:
    shown = as_case(high, "core", "account-01", Paint())
    assert shown.startswith("core (claimed) / account-01: acme/sorter")
    assert "input ticket" in shown
    assert "Ticket 1 is about account." in shown
    assert "neither" in shown


def test_what_a_commit_asks_of_a_critical_case_is_what_its_gate_asks() -> None:
    assert OF_CRITICAL == TRIALS


# -- what the files say by themselves ---------------------------------------------------------------------------------


def found(texts: dict[str, str]) -> list[str]:
    ours = [one for one in check(snapshot_of(texts), date(2026, 11, 20)) if one.rule.startswith(("REC", "FIL", "SYS"))]
    return [f"{one.rule} {one.message}" for one in ours]


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        pytest.param(
            SUITE,
            "recorded/core.jsonl",
            "cases/core.jsonl",
            f"REC002 {EVALS}/cases/core.jsonl is no recorded file: those lie in {EVALS}/recorded/",
            id="a case file as the recorded one",
        ),
        pytest.param(
            SUITE,
            "recorded/core.jsonl",
            "../../other/evals/recorded/core.jsonl",
            f"REC002 {EVALS}/../../other/evals/recorded/core.jsonl is no recorded file: those lie in {EVALS}/recorded/",
            id="a file of another system",
        ),
        pytest.param(
            SUITE,
            "acme/sorter",
            "acme/sorted",
            "REC006 systems/sorter/system.yaml has no model `acme/sorted`",
            id="a typo",
        ),
        pytest.param(
            SUITE,
            "subject: acme/sorter\n",
            "",
            "REC006 this says neither by `subject:` nor by `prompt:` whose outputs these are",
            id="no subject",
        ),
        pytest.param(
            RECORDED,
            '"id": "account-01", "trial": 1',
            '"id": "billing-02", "trial": 1',
            "REC001 trial 1 of case `billing-02` stands above already",
            id="a trial twice",
        ),
        pytest.param(
            RECORDED,
            '"id": "account-29", "trial": 3',
            '"id": "account-29", "trial": 7',
            "",
            id="trials with any numbers",
        ),
    ],
)
def test_each_fault_is_said_once(path: str, old: str, new: str, message: str) -> None:
    texts = promptless()
    assert old in texts[path]
    wrong_ = found(texts | {path: texts[path].replace(old, new)})
    unused = "FIL009 no suite names this recorded file"
    assert [one for one in wrong_ if one != unused] == ([message] if message else [])


def test_a_recorded_file_that_no_suite_names_is_a_finding() -> None:
    texts = promptless()
    assert found(texts) == []
    assert found(texts | {RECORDED.replace("core", "old"): texts[RECORDED]}) == [
        "FIL009 no suite names this recorded file"
    ]


def test_a_model_with_a_digest_needs_no_provider_and_does_not_float() -> None:
    texts = promptless("medium")
    assert not [one for one in found(texts) if one.startswith(("SYS003", "SYS004"))]


KEYS = st.sampled_from(["made_by", "made", "tool", "id", "trial", "output", "scores", "error", "name", "x-a", "b"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


@given(rows=st.lists(st.dictionaries(KEYS, ANYTHING, max_size=6) | ANYTHING, max_size=5), raw=st.binary(max_size=60))
def test_whatever_a_recorded_file_holds_reading_it_raises_nothing(rows: list[Any], raw: bytes) -> None:
    data = "".join(f"{json.dumps(row)}\n" for row in rows).encode("utf-8", "replace")
    for content in (data, raw, data + raw):
        facts = read_facts(File(RECORDED, "100644", "", content))
        assert (facts.value is None) == bool(facts.findings)
