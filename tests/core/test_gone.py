"""A model swap whose old model is no longer served: nothing to compare with, and still a way forward."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.model_server import ModelServer, Reply, Seen
from tests.repository import PROMPT, Repo, governed, sorter

from placet.decision import Answer, Outcome

OLD = "one-2026-10-01"


def _retired(seen: Seen) -> Reply:
    return Reply.error(404, "this model is retired") if seen.json["model"] == OLD else sorter(seen)


def _swapped(path: Path, base_url: str, *, tier: str = "medium") -> Repo:
    repo = governed(path / "shop", base_url, tier=tier)
    repo.branch("swap")
    repo.edit(PROMPT, "acme/one", "acme/two")
    repo.commit("Use the model that replaces the old one")
    return repo


def test_a_swap_from_a_retired_model_is_judged_by_absolute_gates_and_needs_one_more_approval(tmp_path: Path) -> None:
    with ModelServer(_retired) as server:
        done = _swapped(tmp_path, server.base_url).review()
    assert done.decision.answer is Answer.PLACET
    assert any("base's model is gone" in needed.why for needed in done.decision.approvals.owner_sets)


def test_a_worse_replacement_still_fails_its_floor(tmp_path: Path) -> None:
    with ModelServer(_retired) as server:
        repo = _swapped(tmp_path, server.base_url)
        repo.edit(PROMPT, "one word.", "one word. Always answer billing.")
        repo.commit("And a worse prompt")
        done = repo.review()
    assert done.decision.answer is Answer.NON_PLACET


@pytest.mark.parametrize("status", [401, 500])
def test_a_base_that_can_not_be_asked_for_another_reason_is_missing_evidence(tmp_path: Path, status: int) -> None:
    def script(seen: Seen) -> Reply:
        return Reply.error(status, "not now") if seen.json["model"] == OLD else sorter(seen)

    with ModelServer(script) as server:
        done = _swapped(tmp_path, server.base_url).review()
    assert done.decision.outcome is Outcome.ERROR
