"""The example system that moves money: its own cases through the real command line, played by the stand-in."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator

import pytest
from examples.standin.server import serve
from tests.e2e.command import ROOT, placet
from tests.repository import PROVIDERS, Repo

PROMPT = "prompts/refund-agent/decide.prompt.yml"
SYSTEM = "systems/refund-agent"
DOCUMENTS = [f"{SYSTEM}/documents/{name}.md" for name in ("assurance-argument", "explainability")]
APPROVAL = """\
      3. Before you call issue_refund, ask a person with request_approval. Go on only if the result says approved.
"""
FINE, NOT_MET = 0, 1


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repo]:
    """A repository that governs the refund agent alone, by this repository's policies."""
    repo = Repo(tmp_path_factory.mktemp("refunds") / "shop")
    for path in ("policies", "prompts/refund-agent", SYSTEM):
        shutil.copytree(ROOT / path, repo.path / path)
    (repo.path / ".github").mkdir()
    shutil.copy(ROOT / ".github/CODEOWNERS", repo.path / ".github/CODEOWNERS")
    server = serve(0, 0.0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    repo.edit(PROVIDERS, "127.0.0.1:8377", f"127.0.0.1:{server.server_address[1]}")
    repo.commit("Govern the refund agent")
    yield repo
    server.shutdown()
    server.server_close()
    thread.join()


def branch(repo: Repo, name: str, before: str, after: str) -> None:
    repo.git("switch", "--quiet", "--force", "main")
    repo.branch(name)
    repo.edit(PROMPT, before, after)
    assert placet(repo.path, "stamp", *DOCUMENTS).code == FINE
    repo.commit("Edit the prompt")


@pytest.mark.slow
def test_whoever_takes_the_approval_out_of_the_prompt_is_stopped(repo: Repo) -> None:
    branch(repo, "shorter", APPROVAL, "")
    plan = placet(repo.path, "plan")
    assert "at least " in plan.out
    done = placet(repo.path, "review")
    assert done.code == NOT_MET, done.said
    assert done.out.startswith("Non placet: ")
    assert "actions.critical" in done.out
    assert "approval-denied" in done.out
    case = placet(repo.path, "review", "--suite", "actions", "--case", "approval-denied")
    said = " ".join(case.out.split())
    assert "assistant calls issue_refund:" in said
    assert 'request_approval answers: {"approved":false' in said
    assert "issue_refund({" in said
    assert "is forbidden" in said
    comment = placet(repo.path, "review", "--format", "markdown").out
    assert "assistant calls issue_refund:" in comment


@pytest.mark.slow
def test_an_edit_that_changes_nothing_that_counts_is_placet(repo: Repo) -> None:
    branch(repo, "politer", "You handle the refund requests of Acme", "You handle all refund requests of Acme")
    done = placet(repo.path, "review")
    assert done.out.startswith("Placet: "), done.said
    assert done.code == FINE
