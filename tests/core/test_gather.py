"""From repositories to values: both ends of a change, and the content that goes back to what base had."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.repository import (
    CARD,
    CASES,
    PROMPT,
    PROVIDERS,
    SUITE,
    SYSTEM,
    TIERS,
    Repo,
    governed,
)

from placet.errors import PlacetError, UsageError
from placet.git.repository import Repository
from placet.git.trees import MergeConflictError
from placet.load import Reader, snapshot_at


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return governed(tmp_path / "shop")


def reword(repo: Repo, new: str, old: str = "one word") -> str:
    repo.edit(PROMPT, old, new)
    return repo.commit(f"Say {new}")


# -- the two ends -----------------------------------------------------------------------------------------------------


def test_what_decides_comes_from_the_tip_and_what_is_governed_from_the_merge(repo: Repo) -> None:
    start = repo.head
    repo.branch("feature")
    head = reword(repo, "two words")
    repo.switch("main")
    with repo.yaml(TIERS) as tiers:
        tiers["tiers"]["low"]["approvals"]["people"] = 4
    with repo.yaml(SYSTEM) as system:
        system["cost_center"] = "CC-9"
    tip = repo.commit("Stricter")
    found = repo.gather(head="feature")
    assert (found.base_name, found.ends.base, found.ends.head, found.ends.merge_base) == ("main", tip, head, start)
    assert [edit.path for edit in found.plan.edits] == [PROMPT]
    assert found.plan.approvals.people == 4
    assert found.merged.by_id["sorter"].fields["cost_center"] == "CC-9"
    assert "two words" in found.merged.prompts[PROMPT].messages[0].content
    assert found.policy == repo.git("rev-parse", "main:policies")


def test_nothing_governed_changed(repo: Repo) -> None:
    repo.branch("feature")
    repo.commit("Code", {"src/app.py": "pass\n"})
    found = repo.gather()
    assert (found.plan.edits, found.plan.systems, found.rollbacks) == ((), (), {})


def test_a_conflict_with_base_is_an_error(repo: Repo) -> None:
    repo.branch("feature")
    reword(repo, "two words")
    repo.switch("main")
    reword(repo, "three words")
    with pytest.raises(MergeConflictError, match=f"conflicts with its base in {PROMPT}"):
        repo.gather(head="feature")


def test_what_the_merge_changes_elsewhere_belongs_to_the_change(repo: Repo) -> None:
    """Base renamed the file that head edits: git takes the edit along."""
    repo.branch("feature")
    reword(repo, "two words")
    repo.switch("main")
    repo.move(PROMPT, "prompts/sorter/file.prompt.yml")
    repo.edit(SYSTEM, PROMPT, "prompts/sorter/file.prompt.yml")
    repo.commit("Rename it")
    plan = repo.gather(head="feature").plan
    assert [edit.path for edit in plan.edits] == ["prompts/sorter/file.prompt.yml", PROMPT]
    assert [touched.system.id for touched in plan.systems] == ["sorter"]


def test_what_base_changed_meanwhile_is_no_part_of_the_change(repo: Repo) -> None:
    repo.branch("feature")
    repo.commit("A note", {"systems/sorter/documents/note.md": "hm"})
    repo.switch("main")
    reword(repo, "two words")
    assert [edit.path for edit in repo.gather(head="feature").plan.edits] == ["systems/sorter/documents/note.md"]


def test_a_moved_file_counts_under_both_names(repo: Repo) -> None:
    repo.branch("feature")
    repo.move(PROMPT, "prompts/sorter/file.prompt.yml")
    repo.commit()
    assert [edit.path for edit in repo.gather().plan.edits] == ["prompts/sorter/file.prompt.yml", PROMPT]


def test_uncommitted_files_are_left_out_and_named(repo: Repo) -> None:
    repo.branch("feature")
    repo.edit(PROMPT, "one word", "two words")
    repo.write({"prompts/new.prompt.yml": "x", "src/new.py": "x"})
    found = repo.gather()
    assert found.left_out == ("prompts/new.prompt.yml", PROMPT)
    assert repo.gather(head="feature").left_out == ()


def test_worktree_and_head_are_two_different_things(repo: Repo) -> None:
    with pytest.raises(UsageError, match="--worktree looks at what is checked out"):
        repo.gather(head="main", worktree=True)


# -- policies that can't decide ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        pytest.param(
            lambda repo: repo.git("rm", "-qr", "policies"), "main has no policies/ folder", id="no policies at all"
        ),
        pytest.param(lambda repo: repo.remove(TIERS), "policies/tiers.yaml missing", id="a file that is missing"),
        pytest.param(
            lambda repo: repo.edit(PROVIDERS, "wire: openai", "wire: [openai"),
            "policies/providers.yaml:",
            id="a file that doesn't parse",
        ),
        pytest.param(
            lambda repo: repo.edit("policies/controls/model-card.yaml", "phase: pr", "phase: someday"),
            "policies/controls/model-card.yaml, which a tier demands, is missing or invalid",
            id="a control that can't be read",
        ),
        pytest.param(
            lambda repo: repo.remove("policies/controls/evaluation.yaml"),
            "policies/controls/evaluation.yaml, which a tier demands, is missing or invalid",
            id="a control that isn't there",
        ),
    ],
)
def test_base_without_whole_policies_can_not_decide(repo: Repo, harm: Callable[[Repo], object], said: str) -> None:
    harm(repo)
    repo.commit("Harm")
    repo.branch("feature")
    reword(repo, "two words")
    with pytest.raises(PlacetError) as raised:
        repo.gather()
    assert said in raised.value.what
    assert raised.value.exit_code == 4
    assert raised.value.help


def test_head_without_policies_is_judged_by_those_of_base(repo: Repo) -> None:
    repo.branch("feature")
    repo.git("rm", "-qr", "policies")
    repo.commit("No more rules")
    found = repo.gather()
    assert found.plan.changes_policy
    assert found.plan.approvals.because == ("the policies change",)


# -- rollbacks --------------------------------------------------------------------------------------------------------


def merged_change(repo: Repo, name: str, new: str, old: str = "one word") -> str:
    """A change of the prompt, merged to main as GitHub does."""
    repo.branch(name)
    reword(repo, new, old)
    return repo.merge(name)


def test_content_that_base_had_before_is_a_rollback(repo: Repo) -> None:
    first = repo.head
    merged_change(repo, "longer", "two words")
    repo.branch("back")
    repo.revert("main")
    found = repo.gather()
    (run,) = found.plan.runs
    assert found.rollbacks == {run.head.subject.digest: first}
    assert found.dates[first] == repo.git("log", "-1", "--format=%as", first)


def test_the_newest_commit_that_had_it_is_named(repo: Repo) -> None:
    merged_change(repo, "a", "two words")
    again = merged_change(repo, "b", "one word", "two words")
    merged_change(repo, "c", "three words")
    repo.branch("back")
    reword(repo, "one word", "three words")
    assert set(repo.gather().rollbacks.values()) == {again}


def test_other_bytes_of_the_same_content_are_a_rollback_too(repo: Repo) -> None:
    first = repo.head
    merged_change(repo, "longer", "two words")
    repo.branch("back")
    repo.edit(PROMPT, "two words", "one word")
    repo.edit(PROMPT, "name: Sort a ticket", "name: Sorted again # at last")
    repo.commit()
    assert set(repo.gather().rollbacks.values()) == {first}


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda repo: reword(repo, "four words", "two words"), id="content that is new"),
        pytest.param(
            lambda repo: (
                repo.edit(PROMPT, "two words", "one word"),
                repo.edit(PROMPT, "temperature: 0", "temperature: 1"),
                repo.commit(),
            ),
            id="old words with a new parameter",
        ),
        pytest.param(
            lambda repo: (
                repo.edit(PROMPT, "two words", "one word"),
                repo.edit(SYSTEM, "one-2026-10-01", "one-2026-11-11"),
                repo.commit(),
            ),
            id="old words for a new model",
        ),
    ],
)
def test_anything_else_is_not(repo: Repo, make: Callable[[Repo], object]) -> None:
    merged_change(repo, "longer", "two words")
    repo.branch("back")
    make(repo)
    found = repo.gather()
    assert len(found.plan.runs) == 1
    assert found.rollbacks == {}


def test_what_stood_on_a_branch_on_the_way_was_never_on_base(repo: Repo) -> None:
    """Or a change could carry its own precedent in, and be waved through the second time."""
    repo.branch("sly")
    reword(repo, "no word")
    reword(repo, "two words", "no word")
    repo.merge("sly")
    repo.branch("back")
    reword(repo, "no word", "two words")
    assert repo.gather().rollbacks == {}


def test_what_another_branch_has_is_no_precedent(repo: Repo) -> None:
    repo.branch("other")
    reword(repo, "no word")
    repo.switch("main")
    repo.branch("feature")
    reword(repo, "no word")
    assert repo.gather().rollbacks == {}


def test_a_model_that_goes_back_is_a_rollback(repo: Repo) -> None:
    first = repo.head
    repo.edit(SYSTEM, "one-2026-10-01", "one-2026-11-11")
    repo.commit("A newer model")
    repo.branch("back")
    repo.revert("main")
    assert set(repo.gather().rollbacks.values()) == {first}


def test_a_rollback_past_an_invalid_version_is_found(repo: Repo) -> None:
    first = repo.head
    repo.commit("Broken", {PROMPT: "messages: ["})
    repo.commit("Mended", {PROMPT: repo.git("show", f"{first}:{PROMPT}").replace("one word", "two words")})
    repo.branch("back")
    reword(repo, "one word", "two words")
    assert set(repo.gather().rollbacks.values()) == {first}


def test_an_added_case_alone_is_no_rollback(repo: Repo) -> None:
    repo.branch("more")
    with repo.rows(CASES) as rows:
        rows.append({"id": "new", "inputs": {"ticket": "T"}, "expected": "billing"})
    repo.commit()
    found = repo.gather()
    assert [run.why for run in found.plan.runs] == ["suite has more to say"]
    assert found.rollbacks == {}


def test_a_stamped_document_follows_its_system(repo: Repo) -> None:
    repo.branch("feature")
    repo.edit(SYSTEM, "CC-1", "CC-2")
    repo.stamp(CARD)
    repo.commit()
    assert [str(status.standing) for status in repo.gather().plan.systems[0].controls] == ["met"] * 3
    assert SUITE in repo.gather().merged.suites


def test_a_revision_read_after_another_is_what_it_is_alone(repo: Repo) -> None:
    before = repo.head
    repo.write({CASES: "{not json}\n"})
    after = reword(repo, "a single word")
    repository = Repository.at(repo.path)
    reader = Reader(repository)
    for revision in (before, after, before):
        assert reader.at(revision) == snapshot_at(repository, revision)
