"""Looking again, against a real server: a second look, unsteady cases, and trying until it is green."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.model_server import ModelServer, Reply, Seen
from tests.repository import CASES, PROMPT, PROVIDERS, SUITE, SYSTEM, TIERS, Repo, governed, sorter

from placet.clock import now
from placet.gate.verdicts import MetricResult, Verdict
from placet.providers.costs import Budget
from placet.results import Review
from placet.review import Wishes, expected_of, tools_for

COUNT = 60


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(sorter) as running:
        yield running


@pytest.fixture
def repo(server: ModelServer, tmp_path: Path) -> Repo:
    """Sixty cases, none critical, a margin of ten points, and a tier that looks again."""
    made = governed(tmp_path / "shop", server.base_url)
    with made.rows(CASES) as rows:
        kinds = ("billing", "account")
        rows[:] = [
            {"id": f"c-{i:02}", "inputs": {"ticket": f"Ticket {i} is about {kinds[i % 2]}."}, "expected": kinds[i % 2]}
            for i in range(1, COUNT + 1)
        ]
    with made.yaml(SUITE) as suite:
        suite["gates"] = {"accuracy": {"max_regression": 0.1}}
    with made.yaml(TIERS) as tiers:
        tiers["tiers"]["low"]["gates"]["extension"] = True
    made.commit("Sixty")
    made.branch("feature")
    made.edit(PROMPT, "one word", "one short word")
    made.commit("Shorter")
    return made


def wrong_at(*trials: int, tickets: int = 4) -> Callable[[Seen], Reply]:
    """Head gets the first tickets wrong the n-th times that they are asked; base never does."""
    asked: Counter[tuple[str, str]] = Counter()

    def reply(seen: Seen) -> Reply:
        asked[seen.system, seen.prompt] += 1
        number = int(seen.prompt.split()[1])
        bad = "short" in seen.system and number <= tickets and asked[seen.system, seen.prompt] in trials
        return Reply("neither") if bad else sorter(seen)

    return reply


def accuracy(review: Review) -> MetricResult:
    (found,) = [one.result for one in review.judged if one.result.metric == "accuracy" and one.result.slice is None]
    return found


def said(review: Review, what: str) -> list[str]:
    return [note for note in review.notes if what in note]


# -- the second look --------------------------------------------------------------------------------------------------


def test_a_gate_that_can_not_tell_looks_once_more_on_both_sides(repo: Repo, server: ModelServer) -> None:
    server.script(wrong_at(1))
    review = repo.review()
    assert accuracy(review).verdict is Verdict.PASS
    asked = Counter((seen.system, seen.prompt) for seen in server.requests)
    assert review.spent.calls == server.count
    assert sorted(set(asked.values())) in ([3], [3, 5])  # four cases disagree with themselves by now
    assert said(review, "core of sorter was looked at twice: 3 trials of every case")


def test_a_second_review_finds_both_looks_and_takes_no_third(repo: Repo, server: ModelServer) -> None:
    server.script(wrong_at(1, 2, 3))
    first = repo.review()
    assert accuracy(first).verdict is Verdict.INCONCLUSIVE
    assert server.count == 2 * 3 * COUNT
    repo.forget_answers()
    server.close()
    second = repo.review()
    assert (second.spent.calls, second.spent.reused) == (0, 2 * 3 * COUNT)
    assert accuracy(second) == accuracy(first)
    assert said(second, "looked at twice")


@pytest.mark.parametrize(
    "wrong",
    [pytest.param(0, id="a pass"), pytest.param(40, id="a failure")],
)
def test_what_the_first_look_tells_is_told(repo: Repo, server: ModelServer, wrong: int) -> None:
    server.script(wrong_at(1, 2, 3, tickets=wrong))
    review = repo.review()
    assert accuracy(review).verdict is (Verdict.FAIL if wrong else Verdict.PASS)
    assert server.count == 2 * COUNT
    assert not said(review, "looked at twice")


def test_a_second_look_that_the_budget_does_not_allow_is_not_begun(repo: Repo, server: ModelServer) -> None:
    server.script(wrong_at(1, 2, 3))
    review = repo.review(budget=Budget(max_calls=2 * COUNT + 10))
    assert server.count == 2 * COUNT
    assert accuracy(review).verdict is Verdict.INCONCLUSIVE
    assert said(review, "a second look would take 240 more calls, which the budget doesn't allow")
    assert accuracy(repo.review()).verdict is Verdict.INCONCLUSIVE
    assert server.count == 2 * 3 * COUNT


def test_somebody_who_says_no_keeps_the_first_look(repo: Repo, server: ModelServer) -> None:
    server.script(wrong_at(1))
    asked: list[int] = []

    def only_once(estimate: object) -> bool:
        asked.append(estimate.calls)  # type: ignore[attr-defined]
        return len(asked) == 1

    review = repo.review(confirm=only_once)
    assert asked == [2 * COUNT, 4 * COUNT]
    assert (accuracy(review).verdict, server.count) == (Verdict.INCONCLUSIVE, 2 * COUNT)


def test_a_second_look_that_breaks_off_counts_for_nothing_until_it_is_whole(repo: Repo, server: ModelServer) -> None:
    normal = wrong_at(1, 2, 3)
    server.script(lambda seen: normal(seen) if server.count <= 2 * COUNT + 50 else Reply.error(400))
    review = repo.review()
    assert accuracy(review).verdict is Verdict.INCONCLUSIVE
    server.script(normal)
    again = repo.review()
    assert accuracy(again).verdict is Verdict.INCONCLUSIVE
    assert said(again, "looked at twice")


def test_without_the_tiers_leave_there_is_one_look(repo: Repo, server: ModelServer) -> None:
    repo.switch("main")
    with repo.yaml(TIERS) as tiers:
        del tiers["tiers"]["low"]["gates"]["extension"]
    repo.commit("One look")
    server.script(wrong_at(1))
    review = repo.review(head="feature")
    assert (server.count, accuracy(review).bounds.confidence) == (2 * COUNT, 0.90)


# -- cases that disagree with themselves ------------------------------------------------------------------------------


def test_an_unsteady_case_is_asked_more_often_on_both_sides(repo: Repo, server: ModelServer) -> None:
    repo.switch("main")
    with repo.yaml(SUITE) as suite:
        suite["trials"] = 3
    repo.commit("Three trials")
    server.script(wrong_at(2, tickets=1))
    review = repo.review(head="feature")
    asked = Counter((seen.system, seen.prompt) for seen in server.requests)
    often = {(("short" in system), prompt.split()[1]) for (system, prompt), times in asked.items() if times == 5}
    assert often == {(True, "1"), (False, "1")}
    result = accuracy(review)
    assert (result.flaky, result.verdict) == (("c-01",), Verdict.PASS)
    assert result.difference is not None
    assert result.difference.value == pytest.approx(-1 / 3 / COUNT)
    repo.forget_answers()
    again = repo.review(head="feature")
    assert (again.spent.calls, accuracy(again)) == (0, result)


# -- trying again -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda repo: repo.edit(PROMPT, "one short word", "one  short word"), id="a space"),
        pytest.param(
            lambda repo: repo.edit(SYSTEM, "version: '2026-10-01'", "version: '2026-10-01b'"), id="a model's version"
        ),
    ],
)
def test_the_same_content_under_another_digest_gains_nothing(
    repo: Repo, server: ModelServer, edit: Callable[[Repo], object]
) -> None:
    server.script(wrong_at(1, 2, 3, tickets=40))
    assert accuracy(repo.review()).verdict is Verdict.FAIL
    server.script(sorter)
    edit(repo)
    repo.stamp()
    repo.commit("Again")
    repo.forget_answers()
    review = repo.review()
    assert accuracy(review).verdict is not Verdict.PASS
    (note,) = said(review, "1 other version of prompts/sorter/sort.prompt.yml for sorter tried since")
    assert "1 fail" in note
    assert "white space, a seed, a name or scorers alone" in note


def test_other_attempts_are_counted_and_shown(repo: Repo, server: ModelServer) -> None:
    repo.edit(PROMPT, "one short word.", "one short word. Always answer billing.")
    repo.commit("Bad")
    assert accuracy(repo.review()).verdict is Verdict.FAIL
    repo.edit(PROMPT, " Always answer billing.", " Be brief.")
    repo.commit("Better")
    review = repo.review()
    assert accuracy(review).verdict is Verdict.PASS
    (note,) = said(review, "tried since")
    assert note.endswith(": 1 fail")
    assert said(repo.review(), "tried since") == said(review, "tried since")


def test_a_first_attempt_has_none_before_it(repo: Repo) -> None:
    assert not said(repo.review(), "tried since")


def test_all_completed_runs_are_pooled_and_none_is_chosen(repo: Repo, server: ModelServer, tmp_path: Path) -> None:
    """Two people review the same change; one of them was lucky."""
    other = repo.clone(tmp_path / "other", "--no-local")
    other.git("branch", "main", "origin/main")
    lucky = repo.review(base="main", head="feature")
    server.script(wrong_at(1, 2, 3, tickets=30))
    unlucky = other.review(base="main", head="feature")
    assert (accuracy(lucky).verdict, accuracy(unlucky).verdict) == (Verdict.PASS, Verdict.FAIL)
    shutil.copytree(other.path / ".git/placet/evidence", repo.path / ".git/placet/evidence", dirs_exist_ok=True)
    repo.forget_answers()
    both = repo.review(base="main", head="feature")
    assert both.spent.calls == 0
    found = accuracy(both)
    assert found.verdict is Verdict.FAIL
    assert found.difference is not None
    assert found.difference.value == pytest.approx(-30 / COUNT / 2)


# -- what evidence is good for ----------------------------------------------------------------------------------------


def test_what_a_vendor_may_change_is_known_for_a_day(repo: Repo, server: ModelServer) -> None:
    repo.switch("main")
    repo.edit(SYSTEM, "name: one-2026-10-01", "name: one-latest")
    repo.edit(SYSTEM, "version: '2026-10-01'", "version: latest")
    repo.edit(PROVIDERS, "one-2026-10-01", "one-latest")
    repo.stamp()
    repo.commit("Whatever is newest")
    repo.review(head="feature")
    made = server.count
    repo.forget_answers()
    assert repo.review(head="feature", now=now() + timedelta(hours=23)).spent.calls == 0
    repo.forget_answers()
    assert repo.review(head="feature", now=now() + timedelta(hours=25)).spent.calls == made


def test_a_trial_that_got_no_answer_is_made_anew_and_no_answer_counts_twice(repo: Repo, server: ModelServer) -> None:
    """The first of three trials fails in transport. What is asked later is a further trial, never a cached one."""
    repo.switch("main")
    with repo.yaml(SUITE) as suite:
        suite["trials"] = 3
    repo.commit("Three trials")
    asked: Counter[str] = Counter()

    def once_down(seen: Seen) -> Reply:
        asked[seen.system + seen.prompt] += 1
        down = "short" in seen.system and seen.prompt.startswith("Ticket 7 ") and asked[seen.system + seen.prompt] == 1
        return Reply.error(400) if down else sorter(seen)

    server.script(once_down)
    repo.review(head="feature")
    before = server.count
    again = repo.review(head="feature")
    assert (server.count - before, again.spent.calls, again.spent.cached) == (1, 1, 0)
    (outcome,) = again.outcomes
    assert len(outcome.head["c-07"]) == 3


def test_the_plan_says_what_second_looks_may_add(repo: Repo, server: ModelServer) -> None:
    gathered = repo.gather()
    found = expected_of(gathered, tools_for(repo.repository, gathered, Wishes(environ={})))
    assert (found.calls, found.second_looks) == (2 * COUNT, 4 * COUNT)
    server.script(wrong_at(1, 2, 3))
    repo.review()
    found = expected_of(gathered, tools_for(repo.repository, gathered, Wishes(environ={})))
    assert (found.calls, found.known, found.second_looks) == (0, 6 * COUNT, 0)
