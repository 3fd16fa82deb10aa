"""Evaluating against a real server: what is called, what evidence saves, and what never becomes a pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.model_server import ModelServer, Reply
from tests.repository import CASES, PROMPT, PROVIDERS, SUITE, SYSTEM, TIERS, Repo, dumped, governed, sorter

from placet.clock import now
from placet.decision import Answer, Outcome
from placet.errors import PlacetError
from placet.gate.verdicts import Code, Verdict
from placet.providers.costs import Budget
from placet.results import Review

#: Thirty cases, two of them critical and so asked three times: the calls of one side.
SIDE = 28 + 2 * 3


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(sorter) as running:
        yield running


@pytest.fixture
def repo(server: ModelServer, tmp_path: Path) -> Repo:
    """The governed repository with a branch that changes one word of the prompt."""
    made = governed(tmp_path / "shop", server.base_url)
    made.branch("feature")
    made.edit(PROMPT, "one word", "one short word")
    made.commit("Shorter")
    return made


def gate(review: Review, metric: str, suite: str = "core") -> Verdict:
    (found,) = [
        judged.result
        for judged in review.judged
        if (judged.result.suite, judged.result.metric, judged.result.slice) == (suite, metric, None)
    ]
    return found.verdict


def outcome(review: Review, id: str) -> Outcome:
    (found,) = [reason.outcome for reason in review.decision.reasons if reason.id == id]
    return found


# -- what is called ---------------------------------------------------------------------------------------------------


def test_a_harmless_change_is_evaluated_on_both_sides_and_passes(repo: Repo, server: ModelServer) -> None:
    review = repo.review()
    assert review.decision.answer is Answer.PLACET
    assert server.count == review.spent.calls == 2 * SIDE
    assert (review.spent.cached, review.spent.reused, review.spent.errors) == (0, 0, {})
    assert review.spent.cost_usd == pytest.approx(2 * SIDE * (10 * 1.0 + 5 * 2.0) / 1e6)
    assert gate(review, "accuracy") is gate(review, "critical") is gate(review, "cost", "all") is Verdict.PASS
    assert "billing" in review.answers.values()


def test_critical_cases_are_asked_three_times_on_both_sides(repo: Repo, server: ModelServer) -> None:
    repo.review()
    asked = Counter((seen.system, seen.prompt) for seen in server.requests)
    assert {prompt for (_, prompt), times in asked.items() if times == 3} == {
        "Ticket 29 is about account.",
        "Ticket 30 is about billing.",
    }
    assert sorted(set(asked.values())) == [1, 3]


def test_both_sides_take_turns(server: ModelServer, tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop", server.base_url)
    repo.edit(PROVIDERS, "concurrency: 8", "concurrency: 1")
    repo.commit("One at a time")
    repo.branch("feature")
    repo.edit(PROMPT, "one word", "one short word")
    repo.commit()
    repo.review()
    sides = ["short" in seen.system for seen in server.requests]
    assert all(one is not other for one, other in zip(sides[::2], sides[1::2], strict=True))


def test_a_regression_fails_and_its_cases_are_named(repo: Repo) -> None:
    repo.edit(PROMPT, "short word.", "short word. Always answer billing.")
    repo.commit("Worse")
    review = repo.review()
    assert review.decision.answer is Answer.NON_PLACET
    assert outcome(review, "gate core.accuracy") is Outcome.FAILED
    assert outcome(review, "gate core.critical") is Outcome.FAILED
    (accuracy,) = [j.result for j in review.judged if j.result.metric == "accuracy"]
    assert accuracy.newly_failing == tuple(f"account-{number:02}" for number in range(1, 31, 2))
    (critical,) = [j.result for j in review.judged if j.result.metric == "critical"]
    assert critical.newly_failing == ("account-29",)


def test_a_change_of_model_puts_both_side_by_side(repo: Repo, server: ModelServer) -> None:
    repo.edit(PROMPT, "model: acme/one", "model: acme/two")
    repo.commit("The other model")
    repo.review()
    assert Counter(seen.json["model"] for seen in server.requests) == {"one-2026-10-01": SIDE, "two-2026-10-01": SIDE}


def test_progress_names_each_suite(repo: Repo) -> None:
    seen: list[tuple[int, int, dict[str, tuple[int, int]]]] = []
    repo.review(progress=lambda progress, suites: seen.append((progress.done, progress.total, dict(suites))))
    assert [done for done, _, _ in seen] == list(range(1, 2 * SIDE + 1))
    assert seen[-1] == (2 * SIDE, 2 * SIDE, {"core": (2 * SIDE, 2 * SIDE)})


# -- what evidence saves ----------------------------------------------------------------------------------------------


def test_a_second_review_calls_nobody_and_says_the_same(repo: Repo, server: ModelServer) -> None:
    first = repo.review()
    repo.forget_answers()
    server.close()
    second = repo.review()
    assert (second.spent.calls, second.spent.cached, second.spent.reused) == (0, 0, 2 * SIDE)
    assert second.spent.cost_usd == 0
    assert _verdicts(second) == _verdicts(first)
    assert set(second.evidence) == set(first.evidence)
    assert len(first.evidence) == 2
    assert second.answers == first.answers


def _verdicts(review: Review) -> list[tuple[str, str, Outcome]]:
    return [(reason.id, reason.text, reason.outcome) for reason in review.decision.reasons]


def test_one_new_case_costs_one_case(repo: Repo, server: ModelServer) -> None:
    repo.review()
    before = server.count
    with repo.rows(CASES) as rows:
        rows.append({"id": "billing-31", "inputs": {"ticket": "Ticket 31 is about billing."}, "expected": "billing"})
    repo.commit("One more")
    review = repo.review()
    assert [seen.prompt for seen in server.requests[before:]] == ["Ticket 31 is about billing."] * 2
    assert review.spent.reused == 2 * SIDE
    assert review.decision.answer is Answer.PLACET


def test_an_edited_case_is_asked_anew_only_where_it_counts(repo: Repo, server: ModelServer) -> None:
    """Base's case still judges, so head's version of it is no call at all."""
    repo.review()
    before = server.count
    with repo.rows(CASES) as rows:
        rows[4]["inputs"]["ticket"] = "Ticket 5 is about account, please."
    repo.commit("Easier")
    review = repo.review()
    assert server.count == before
    assert [weak.what for weak in review.plan.systems[0].weakenings] == ["case `account-05` edited"]


def test_after_the_merge_base_is_known(repo: Repo, server: ModelServer) -> None:
    repo.review()
    repo.merge("feature")
    repo.branch("next")
    repo.edit(PROMPT, "one short word", "one very short word")
    repo.commit()
    before = server.count
    assert repo.review().spent.reused == SIDE
    assert server.count == before + SIDE


def test_evidence_outlives_a_moved_endpoint(repo: Repo, server: ModelServer) -> None:
    repo.review()
    repo.forget_answers()
    repo.switch("main")
    repo.edit(PROVIDERS, server.base_url, "http://127.0.0.1:9/v1")
    repo.commit("Moved")
    assert repo.review(head="feature").spent.calls == 0


def test_evidence_that_is_too_old_is_made_anew(repo: Repo, server: ModelServer) -> None:
    repo.review()
    repo.forget_answers()
    last_day = repo.review(now=now() + timedelta(days=365, seconds=-5))
    assert last_day.spent.calls == 0
    later = repo.review(now=now() + timedelta(days=366))
    assert (later.spent.calls, later.spent.reused) == (2 * SIDE, 0)
    assert set(later.evidence).isdisjoint(last_day.evidence)
    assert server.count == 4 * SIDE


def test_running_again_after_a_scorer_changed_uses_answers_and_no_scores(repo: Repo, server: ModelServer) -> None:
    repo.review()
    repo.edit(SUITE, "scorers:\n", "scorers:\n- {name: short, type: regex, pattern: '^.{1,20}$'}\n")
    repo.commit("And be short")
    review = repo.review()
    assert (review.spent.calls, review.spent.reused, review.spent.cached) == (0, 0, 2 * SIDE)
    assert gate(review, "short") is Verdict.PASS


def test_a_tampered_record_is_named_and_does_not_count(repo: Repo, server: ModelServer) -> None:
    repo.edit(PROMPT, "short word.", "short word. Always answer billing.")
    repo.commit("Worse")
    assert repo.review().decision.answer is Answer.NON_PLACET
    files = list((repo.path / ".git/placet/evidence").rglob("*.json"))
    for file in files:
        file.write_bytes(file.read_bytes().replace(b'"accuracy":0', b'"accuracy":1'))
    review = repo.review()
    assert review.decision.answer is Answer.NON_PLACET
    assert [note for note in review.notes if "is not counted" in note]
    assert review.spent.cached > 0


def test_trying_again_until_it_is_green_gains_nothing(repo: Repo, server: ModelServer) -> None:
    """An unsteady case fails on the first look; its evidence stays, and no second look is taken."""
    repo.edit(PROMPT, "short word.", "short word. Get 30 wrong.")
    repo.commit("Unsteady")
    assert repo.review().decision.answer is Answer.NON_PLACET
    server.script(lambda seen: Reply("billing" if "billing" in seen.prompt else "account"))
    repo.forget_answers()
    assert repo.review().decision.answer is Answer.NON_PLACET
    repo.edit(PROMPT, "name: Sort a ticket", "name: Sort  a ticket")
    repo.commit("Re-rolled by an edit that changes nothing")
    review = repo.review()
    assert review.decision.answer is Answer.NON_PLACET
    assert review.spent.calls == 0


# -- rollbacks --------------------------------------------------------------------------------------------------------


def test_a_revert_is_judged_by_evidence_alone(repo: Repo, server: ModelServer) -> None:
    """The response cache is gone and the server is down: only evidence remains."""
    repo.review()
    first = repo.git("rev-parse", "main")
    repo.merge("feature")
    repo.branch("back")
    repo.revert("main")
    repo.forget_answers()
    server.close()
    review = repo.review()
    assert review.is_rollback
    assert set(review.rollbacks.values()) == {first}
    assert review.rolled_back_to[first] == repo.git("log", "-1", "--format=%as", first)
    assert (review.spent.calls, review.spent.cached, review.spent.reused) == (0, 0, 2 * SIDE)
    assert review.decision.answer is Answer.PLACET


def test_a_rollback_is_gated_by_critical_and_absolute_bounds_and_not_by_today(repo: Repo, server: ModelServer) -> None:
    """What base had was worse than today's by more than the margin; it was good enough then, and is now."""
    repo.switch("main")
    repo.edit(PROMPT, "one word.", "one word. Get 3 wrong.")
    repo.commit("As it was")
    repo.branch("better")
    repo.edit(PROMPT, " Get 3 wrong.", "")
    repo.commit("Better")
    repo.review()
    repo.merge("better")
    repo.branch("back")
    repo.revert("main")
    review = repo.review()
    (accuracy,) = [judged.result for judged in review.judged if judged.result.metric == "accuracy"]
    assert accuracy.difference is not None
    assert accuracy.difference.value == pytest.approx(-0.1)
    assert (accuracy.regression, accuracy.absolute) == (None, Verdict.PASS)
    assert Code.SHOWN_NOT_GATED in {reason.code for reason in accuracy.reasons}
    assert review.decision.answer is Answer.PLACET


def test_a_rollback_to_what_misses_a_floor_is_refused(repo: Repo, server: ModelServer) -> None:
    repo.switch("main")
    repo.edit(PROMPT, "one word.", "one word. Get 9 wrong.")
    repo.commit("As it was")
    repo.branch("better")
    repo.edit(PROMPT, " Get 9 wrong.", "")
    repo.commit("Better")
    repo.review()
    repo.merge("better")
    repo.branch("back")
    repo.revert("main")
    review = repo.review()
    assert review.is_rollback
    assert review.decision.answer is Answer.NON_PLACET


def test_content_that_was_evaluated_but_never_on_base_is_no_rollback(repo: Repo, server: ModelServer) -> None:
    """Evidence alone could have been made for anything."""
    repo.edit(PROMPT, "short word.", "short word. Get 3 wrong.")
    repo.commit("Tried, and not merged")
    repo.review()
    repo.branch("again", "main")
    repo.edit(PROMPT, "one word.", "one short word. Get 3 wrong.")
    repo.commit("The same content once more")
    server.close()
    review = repo.review()
    assert (review.spent.calls, review.spent.reused) == (0, 2 * SIDE)
    assert (review.rollbacks, review.is_rollback) == ({}, False)
    (accuracy,) = [judged.result for judged in review.judged if judged.result.metric == "accuracy"]
    assert accuracy.regression is not None


def test_a_rollback_without_evidence_asks_for_head_and_never_for_base(repo: Repo, server: ModelServer) -> None:
    repo.merge("feature")
    repo.branch("back")
    repo.revert("main")
    review = repo.review()
    assert review.is_rollback
    assert server.count == SIDE
    assert {("short" in seen.system) for seen in server.requests} == {False}


# -- what never becomes a pass ----------------------------------------------------------------------------------------


def at_tier(repo: Repo, tier: str) -> Repo:
    repo.switch("main")
    repo.edit(SYSTEM, "tier: low", f"tier: {tier}")
    repo.stamp()
    repo.commit(f"Tier {tier}")
    repo.branch("strict")
    repo.edit(PROMPT, "one word", "one short word")
    repo.commit()
    return repo


@pytest.mark.parametrize("tier", ["low", "medium", "critical"])
def test_a_provider_that_is_down_decides_nothing(repo: Repo, server: ModelServer, tier: str) -> None:
    at_tier(repo, tier)
    server.close()
    review = repo.review()
    assert review.decision.answer is Answer.ERROR
    assert review.decision.answer != Answer.PLACET
    (why,) = [reason.text for reason in review.decision.reasons if reason.id == "evidence"]
    assert why.startswith("provider stand-in doesn't answer: refused:")


@pytest.mark.parametrize(
    "keep",
    [
        pytest.param(slice(28, 30), id="critical cases alone"),
        pytest.param(slice(0, 3), id="a few cases"),
    ],
)
def test_a_small_suite_on_a_dead_provider_is_an_error_too(repo: Repo, server: ModelServer, keep: slice) -> None:
    """Too few calls to give the provider up; missing evidence is still no pass, also where a doubt only warns."""
    repo.switch("main")
    with repo.rows(CASES) as rows:
        rows[:] = rows[keep]
    with repo.yaml(TIERS) as tiers:
        tiers["tiers"]["low"]["suites"]["least_cases"] = 1
    repo.commit("Small")
    repo.branch("small")
    repo.edit(PROMPT, "one word", "one short word")
    repo.commit()
    server.script(Reply.error(400))
    review = repo.review()
    assert review.decision.answer is Answer.ERROR


@pytest.mark.parametrize(
    ("case", "answer"),
    [
        pytest.param("Ticket 30 ", Answer.ERROR, id="a critical case without an answer"),
        pytest.param("Ticket 7 ", Answer.ERROR, id="more lost than the budget for errors allows"),
    ],
)
def test_one_case_without_an_answer(repo: Repo, server: ModelServer, case: str, answer: Answer) -> None:
    server.script(lambda seen: Reply.error(400) if case in seen.prompt and "short" in seen.system else sorter(seen))
    review = repo.review()
    assert review.decision.answer is answer
    assert dict(review.spent.errors) == {"client-error": 3 if "30" in case else 1}
    server.script(sorter)
    again = repo.review()
    assert again.decision.answer is Answer.PLACET
    assert again.spent.calls == (3 if "30" in case else 1)


@pytest.mark.parametrize(
    ("budget", "calls"),
    [
        pytest.param(Budget(max_calls=10), 10, id="calls"),
        pytest.param(Budget(max_calls=0), 0, id="no calls at all"),
        pytest.param(Budget(max_cost_usd=0.0005), None, id="money"),
    ],
)
def test_a_spent_budget_stops_without_a_verdict_and_loses_nothing(
    repo: Repo, server: ModelServer, budget: Budget, calls: int | None
) -> None:
    review = repo.review(budget=budget)
    assert review.decision.answer is Answer.ERROR
    assert "limit" in next(reason.text for reason in review.decision.reasons if reason.id == "evidence")
    assert review.spent.calls == server.count
    assert calls is None or server.count == calls
    assert budget.max_cost_usd is None or (review.spent.cost_usd or 0) <= budget.max_cost_usd
    assert review.evidence == ()
    made = server.count
    assert made < 2 * SIDE
    rest = repo.review()
    assert rest.decision.answer is Answer.PLACET
    assert (rest.spent.calls, rest.spent.cached) == (2 * SIDE - made, made)


@pytest.mark.parametrize(
    ("garbage", "answer", "kind"),
    [
        pytest.param(Reply("<script>alert(1)</script>"), Answer.NON_PLACET, None, id="words that are no category"),
        pytest.param(Reply(""), Answer.NON_PLACET, None, id="an empty answer"),
        pytest.param(Reply("\ud83d"), Answer.ERROR, "bad-answer", id="half a character"),
        pytest.param(Reply.html(), Answer.ERROR, "bad-answer", id="a sign-in page"),
        pytest.param(Reply(body=b"{"), Answer.ERROR, "bad-answer", id="half of a JSON object"),
        pytest.param(Reply.error(404, "no such model"), Answer.ERROR, "client-error", id="a model that is gone"),
    ],
)
def test_garbage_fails_or_errs_case_by_case(
    repo: Repo, server: ModelServer, garbage: Reply, answer: Answer, kind: str | None
) -> None:
    server.script(lambda seen: garbage if "short" in seen.system else sorter(seen))
    review = repo.review()
    assert review.decision.answer is answer
    assert dict(review.spent.errors) == ({kind: SIDE} if kind else {})
    (accuracy,) = [judged.result for judged in review.judged if judged.result.metric == "accuracy"]
    assert len(accuracy.newly_failing) == (0 if kind else 30)
    assert accuracy.dropped == (30 if kind else 0)


def test_a_judge_is_never_passed_before_it_can_be_measured(repo: Repo) -> None:
    inline = {
        "testData": [{"ticket": "Ticket 1 is about billing."}],
        "evaluators": [{"name": "kind", "uses": "github/coherence"}],
    }
    repo.write({PROMPT: repo.read(PROMPT) + dumped(inline)})
    repo.commit("Ask a judge")
    review = repo.review()
    (judge,) = [judged for judged in review.judged if judged.result.metric == "kind"]
    assert judge.result.verdict is not Verdict.PASS
    assert judge.result.head is None


# -- what is refused before any call ----------------------------------------------------------------------------------


def test_saying_no_to_a_paid_run_calls_nobody(repo: Repo, server: ModelServer) -> None:
    asked: list[int] = []

    def no(estimate: object) -> bool:
        asked.append(estimate.calls)  # type: ignore[attr-defined]
        return False

    with pytest.raises(PlacetError, match="not run"):
        repo.review(confirm=no)
    assert (asked, server.count) == ([2 * SIDE], 0)


def test_a_missing_credential_is_named_before_any_call(repo: Repo, server: ModelServer) -> None:
    repo.switch("main")
    repo.edit(PROVIDERS, "credential: null", "credential: SHOP_KEY")
    repo.commit("A key")
    with pytest.raises(PlacetError, match="needs the environment variable SHOP_KEY, which is not set"):
        repo.review(head="feature")
    assert server.count == 0
    repo.review(head="feature", environ={"SHOP_KEY": "sk-123456789"})
    assert {seen.headers["authorization"] for seen in server.requests} == {"Bearer sk-123456789"}


def test_a_provider_that_head_brings_is_never_called(repo: Repo, server: ModelServer) -> None:
    with ModelServer(sorter) as trap:
        repo.edit(PROVIDERS, server.base_url, trap.base_url)
        repo.edit(PROVIDERS, "credential: null", "credential: SHOP_KEY")
        repo.commit("My own endpoint")
        repo.review(environ={"SHOP_KEY": "sk-123456789"})
        assert trap.count == 0
    assert not any("authorization" in seen.headers for seen in server.requests)


@pytest.mark.parametrize("edit", [("provider: stand-in", "provider: elsewhere")])
def test_a_model_of_a_provider_that_base_does_not_know_takes_two_changes(
    repo: Repo, server: ModelServer, edit: tuple[str, str]
) -> None:
    repo.edit(SYSTEM, *edit)
    repo.commit("Elsewhere")
    with pytest.raises(PlacetError, match="provider"):
        repo.review()
    assert server.count == 0


# -- prompts that nobody registered -----------------------------------------------------------------------------------


def test_an_unregistered_prompt_is_shown_and_gated_by_nothing(repo: Repo, server: ModelServer) -> None:
    inline = {
        "testData": [{"ticket": "Ticket 1 is about billing.", "expected": "account"}],
        "evaluators": [{"name": "right", "string": {"equals": "{{expected}}"}}],
    }
    repo.branch("loose", "main")
    repo.write({"prompts/loose/try.prompt.yml": repo.read(PROMPT) + dumped(inline)})
    repo.commit("A try")
    review = repo.review()
    assert server.count == 3  # a row is a critical case
    assert review.plan.systems == ()
    assert {judged.gated for judged in review.judged} == {False}
    assert [reason.id for reason in review.decision.reasons] == ["files valid"]
    assert review.decision.answer is Answer.PLACET
    assert review.outcomes[0].head


def test_an_unregistered_prompt_on_a_dead_provider_holds_nobody_up(repo: Repo, server: ModelServer) -> None:
    repo.branch("loose", "main")
    repo.write({"prompts/loose/try.prompt.yml": repo.read(PROMPT) + dumped({"testData": [{"ticket": "T"}]})})
    repo.commit("A try")
    server.close()
    assert repo.review().decision.answer is Answer.PLACET


# -- files that hide what judges --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda repo: repo.write({SYSTEM: "version: ["}), id="a registration that can't be read"),
        pytest.param(lambda repo: repo.write({SUITE: "version: ["}), id="a suite that can't be read"),
        pytest.param(lambda repo: repo.write({CASES: '{"id": "x"}\n'}), id="cases that can't be read"),
    ],
)
def test_what_is_broken_on_base_is_no_way_around_its_gates(
    repo: Repo, server: ModelServer, harm: Callable[[Repo], object]
) -> None:
    repo.switch("main")
    harm(repo)
    repo.commit("Broken on base")
    repo.branch("sly")
    repo.edit(PROMPT, "one word.", "one word. Always answer billing.")
    repo.commit("Worse")
    review = repo.review()
    assert review.decision.answer is not Answer.PLACET
    assert outcome(review, "files valid") is Outcome.FAILED


def test_what_else_is_broken_on_base_holds_nobody_up(repo: Repo, server: ModelServer) -> None:
    repo.switch("main")
    repo.commit("Broken elsewhere", {"systems/other/system.yaml": "version: 1\n", "systems/other/evals/x.yaml": "["})
    repo.branch("fine")
    repo.edit(SYSTEM, "CC-1", "CC-2")
    repo.stamp()
    repo.commit()
    assert outcome(repo.review(), "files valid") is Outcome.MET


def test_times_in_records_are_utc_to_the_second(repo: Repo) -> None:
    at = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
    repo.review(now=at)
    files = list((repo.path / ".git/placet/evidence").rglob("*.json"))
    assert len(files) == 2
    assert all(b'"finished":"2027-01-02T03:04:05Z"' in file.read_bytes() for file in files)
