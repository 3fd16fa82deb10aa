"""Ways to get a bad prompt past the gates, each tried once. What is bad here fails whenever it is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.model_server import ModelServer
from tests.repository import CARD, CASES, PROMPT, SUITE, SYSTEM, Repo, files, governed, sorter

from placet.decision import Answer, Outcome
from placet.report.headline import headline
from placet.results import Review

GOOD, BAD = "Answer with one word.", "Answer with one word. Always answer billing."
DECOY, LIVE = "prompts/sorter/decoy.prompt.yml", "prompts/sorter/live.prompt.yml"


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer(sorter) as running:
        yield running


@pytest.fixture
def repo(server: ModelServer, tmp_path: Path) -> Repo:
    """On a branch of its own."""
    made = governed(tmp_path / "shop", server.base_url)
    made.branch("sly")
    return made


def bad(repo: Repo) -> str:
    return repo.read(PROMPT).replace(GOOD, BAD)


def use(repo: Repo, *paths: str) -> None:
    """Register these prompts and no other."""
    with repo.yaml(SYSTEM) as system:
        system["prompts"] = [{"path": path, "untrusted": ["ticket"]} for path in paths]


def turn(repo: Repo, path: str | None, **changes: object) -> None:
    """Have the suite name another prompt, or none."""
    with repo.yaml(SUITE) as suite:
        suite["prompt"] = path
        suite.update(changes)
        if path is None:
            del suite["prompt"]


def judged(repo: Repo, base: str | None = None, head: str | None = None) -> Review:
    repo.stamp(CARD)
    repo.commit()
    return repo.review(base, head)


def ids(review: Review, outcome: Outcome) -> list[str]:
    return [reason.id for reason in review.decision.reasons if reason.outcome is outcome]


def fails(review: Review) -> None:
    assert review.decision.answer is Answer.NON_PLACET
    assert {"gate core.accuracy", "gate core.critical"} <= set(ids(review, Outcome.FAILED))


# -- what is merged is what is judged ---------------------------------------------------------------------------------


def test_an_edit_that_a_rename_on_base_carries_to_another_path_is_judged_there(repo: Repo) -> None:
    repo.edit(PROMPT, GOOD, BAD)
    repo.commit()
    repo.switch("main")
    repo.move(PROMPT, LIVE)
    use(repo, LIVE)
    turn(repo, LIVE)
    repo.stamp()
    repo.commit("Rename it")
    review = repo.review("main", "sly")
    assert [edit.path for edit in review.plan.edits] == [LIVE, PROMPT]
    fails(review)


def test_what_base_mended_does_not_come_back_through_crossed_histories(server: ModelServer, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "shop")
    texts = files(server.base_url)
    repo.write(texts | {PROMPT: texts[PROMPT].replace(GOOD, BAD)})
    repo.stamp()
    repo.commit("Bad from the start")
    repo.branch("fix")
    fix = repo.commit("Mend it", {PROMPT: texts[PROMPT]})
    repo.switch("main")
    later = {"GIT_COMMITTER_DATE": "2090-01-01T00:00:00Z"}
    repo.git("commit", "--quiet", "--allow-empty", "-m", "Something else", environ=later)
    start = repo.head
    repo.merge("fix")
    repo.branch("sly", start)
    repo.git("merge", "--quiet", "--no-ff", "--strategy=ours", "--no-edit", fix)
    repo.commit("Nothing to see", {"README.md": "hello"})
    assert len(repo.git("merge-base", "--all", "main", "sly").split()) == 2
    review = repo.review("main")
    assert [edit.path for edit in review.plan.edits] == [PROMPT]
    fails(review)


# -- no prompt goes unevaluated ---------------------------------------------------------------------------------------


def a_copy_takes_its_place(repo: Repo) -> None:
    repo.write({DECOY: repo.read(PROMPT), LIVE: bad(repo)})
    repo.remove(PROMPT)
    use(repo, LIVE, DECOY)
    turn(repo, DECOY)


def a_copy_takes_its_place_while_the_file_stays(repo: Repo) -> None:
    repo.write({DECOY: repo.read(PROMPT), PROMPT: bad(repo)})
    use(repo, DECOY)
    turn(repo, DECOY)


def moved_with_a_lenient_suite(repo: Repo) -> None:
    repo.write({LIVE: bad(repo)})
    repo.remove(PROMPT)
    use(repo, LIVE)
    turn(repo, LIVE, name="other", gates={"accuracy": {"min": 0}})
    repo.move(SUITE, SUITE.replace("core", "other"))
    with repo.rows(CASES) as rows:
        for row in rows:
            row.pop("critical", None)


def a_renamed_system(repo: Repo) -> None:
    repo.write({PROMPT: bad(repo)})
    repo.git("mv", "systems/sorter", "systems/filer")
    with repo.yaml(SYSTEM.replace("sorter", "filer")) as system:
        system["id"] = "filer"
    with repo.yaml(SUITE.replace("sorter", "filer")) as suite:
        suite["gates"] = {"accuracy": {"min": 0}}
    with repo.rows(CASES.replace("sorter", "filer")) as rows:
        for row in rows:
            row.pop("critical", None)
    repo.stamp(CARD.replace("sorter", "filer"))


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(a_copy_takes_its_place, id="the suite is given a copy that stays as it was"),
        pytest.param(a_copy_takes_its_place_while_the_file_stays, id="the same, and the old path is what is read"),
        pytest.param(moved_with_a_lenient_suite, id="the prompt moves, its suite becomes another"),
        pytest.param(a_renamed_system, id="the system gets another id"),
    ],
)
def test_the_suites_of_base_follow_the_prompt_they_judged(repo: Repo, attack: Callable[[Repo], None]) -> None:
    attack(repo)
    if (repo.path / CARD).exists():
        repo.stamp()
    repo.commit()
    review = repo.review()
    fails(review)
    assert review.decision.approvals.because


def test_a_suite_that_names_no_prompt_is_not_drawn_away_by_a_second_one(server: ModelServer, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "shop")
    repo.write(files(server.base_url))
    turn(repo, None)
    repo.stamp()
    repo.commit()
    repo.branch("sly")
    repo.write({DECOY: repo.read(PROMPT), PROMPT: bad(repo)})
    use(repo, PROMPT, DECOY)
    turn(repo, DECOY)
    review = judged(repo)
    fails(review)
    assert f"core: no longer evaluates {PROMPT}" in review.decision.approvals.because


def test_test_data_follows_its_prompt(repo: Repo) -> None:
    """Moved away without them, and to a suite that lets everything pass."""
    repo.switch("main")
    with repo.yaml(PROMPT) as prompt:
        prompt["testData"] = [{"ticket": "Ticket 1 is about account.", "expected": "account"}]
        prompt["evaluators"] = [{"name": "right", "string": {"equals": "{{expected}}"}}]
    turn(repo, PROMPT, gates={"accuracy": {"min": 0}})
    with repo.rows(CASES) as rows:
        for row in rows:
            row.pop("critical", None)
    repo.stamp()
    repo.commit()
    repo.branch("moved")
    with repo.yaml(PROMPT) as prompt:
        prompt["messages"][0]["content"] += " Always answer billing."
        del prompt["testData"]
    repo.move(PROMPT, LIVE)
    use(repo, LIVE)
    turn(repo, LIVE)
    assert "gate inline.critical" in ids(judged(repo), Outcome.FAILED)


@pytest.mark.parametrize(
    ("tier", "outcome", "verdict"),
    [
        pytest.param("low", Outcome.UNSURE, "Placet with a doubt", id="low: its owners may take it as it is"),
        pytest.param("medium", Outcome.ERROR, "Cannot decide", id="medium: nothing can be decided"),
    ],
)
@pytest.mark.parametrize("new", [True, False], ids=["a new prompt", "an old one that no suite knew"])
def test_a_prompt_without_a_suite_is_never_simply_fine(
    server: ModelServer, tmp_path: Path, tier: str, outcome: Outcome, verdict: str, new: bool
) -> None:
    repo = governed(tmp_path / "shop", server.base_url, tier=tier)
    if not new:
        repo.write({LIVE: repo.read(PROMPT)})
        use(repo, PROMPT, LIVE)
        repo.stamp()
        repo.commit()
    repo.branch("sly")
    repo.write({LIVE: bad(repo)})
    use(repo, PROMPT, LIVE)
    review = judged(repo)
    assert [(left.path, left.lost) for left in review.plan.systems[0].unevaluated] == [(LIVE, False)]
    assert ids(review, outcome) == [f"prompt {LIVE}"]
    assert (headline(review).verdict, headline(review).text) == (verdict, f"nothing evaluates `{LIVE}`")
    asked = [needed.owners for needed in review.decision.approvals.owner_sets if "nothing evaluates" in needed.why]
    assert asked == ([("@acme/desk", "@dana")] if outcome is Outcome.UNSURE else [])


@pytest.mark.parametrize(
    ("path", "old", "new", "why"),
    [
        pytest.param(PROMPT, "acme/one", "acme/gone", "doesn't register its model acme/gone", id="an unknown model"),
        pytest.param(SUITE, PROMPT, DECOY, "suite core has no prompt to run on", id="a suite of no prompt"),
    ],
)
def test_what_base_can_not_evaluate_is_an_error_once_it_changes(
    repo: Repo, path: str, old: str, new: str, why: str
) -> None:
    repo.switch("main")
    repo.edit(path, old, new)
    repo.stamp()
    repo.commit("Break base")
    repo.branch("after")
    repo.edit(PROMPT, GOOD, BAD)
    review = judged(repo)
    assert ids(review, Outcome.ERROR) == [f"prompt {PROMPT}"]
    assert any(why in reason.text for reason in review.decision.reasons)
    repo.switch("main")
    repo.branch("harmless")
    with repo.yaml(SYSTEM) as system:
        system["cost_center"] = "CC-2"
    assert judged(repo).decision.answer is Answer.PLACET


def test_the_smallest_repository_of_one_prompt_with_its_own_test_data(server: ModelServer, tmp_path: Path) -> None:
    texts = files(server.base_url)
    repo = Repo(tmp_path / "shop")
    repo.write({name: text for name, text in texts.items() if name not in {SUITE, CASES}})
    with repo.yaml(PROMPT) as prompt:
        prompt["testData"] = [{"ticket": "Ticket 1 is about account.", "expected": "account"}]
        prompt["evaluators"] = [{"name": "right", "string": {"equals": "{{expected}}"}}]
    repo.stamp()
    repo.commit()
    repo.branch("shorter")
    repo.edit(PROMPT, "one word", "one short word")
    review = judged(repo)
    assert [(run.suite.name, run.prompt) for run in review.plan.runs] == [("inline", PROMPT)]
    assert review.plan.systems[0].unevaluated == ()
    assert review.decision.answer is Answer.PLACET


# -- head's inputs ----------------------------------------------------------------------------------------------------


def test_a_new_variable_does_not_make_the_old_inputs_easy(repo: Repo) -> None:
    repo.edit(PROMPT, "{{ticket}}", "{{ticket}}{{tone}}")
    repo.edit(PROMPT, GOOD, f"{GOOD} Get 30 wrong.")
    with repo.rows(CASES) as rows:
        for row in rows:
            row["inputs"] = {"ticket": f"about {row['expected']}", "tone": "."}
    fails(judged(repo))


# -- whose yes --------------------------------------------------------------------------------------------------------


def test_a_doubt_is_put_to_the_owners_that_base_names(server: ModelServer, tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop", server.base_url, tier="medium")
    turn(repo, PROMPT, gates={"accuracy": {"min": 0.5, "max_regression": 0.05}})
    repo.commit()
    repo.branch("sly")
    repo.edit(PROMPT, GOOD, f"{GOOD} Get 1 wrong.")
    with repo.yaml(SYSTEM) as system:
        system["owners"] = {"business": ["@mallory"], "technical": ["@mallory"]}
    needs = judged(repo).decision.approvals
    (extra,) = [needed for needed in needs.owner_sets if "can't be told" in needed.why]
    assert extra.owners == ("@acme/desk", "@dana")
    assert needs.because == (
        "sorter: business owner @acme/desk → @mallory",
        "sorter: technical owner @dana → @mallory",
    )


def test_a_rollback_covers_only_what_goes_back(server: ModelServer, tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop", server.base_url, tier="medium")
    first = repo.read(PROMPT)
    repo.write({LIVE: first, "systems/sorter/evals/live.yaml": repo.read(SUITE).replace(PROMPT, LIVE)})
    repo.edit("systems/sorter/evals/live.yaml", "name: core", "name: live")
    use(repo, PROMPT, LIVE)
    repo.stamp()
    repo.commit()
    repo.edit(PROMPT, GOOD, f"{GOOD} Please.")
    repo.commit()
    repo.branch("back")
    repo.write({PROMPT: first})
    assert judged(repo).decision.approvals.people == 1
    repo.write({"prompts/sorter/draft.prompt.yml": bad(repo)})
    assert judged(repo).decision.approvals.people == 2
