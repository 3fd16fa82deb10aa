"""Scorers in a whole review: what trials keep, what critical cases ask, and what is said when one can't be built."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.command import placet_without
from tests.model_server import ModelServer
from tests.repository import CASES, PROMPT, SUITE, Repo, governed, sorter

from placet.decision import Answer
from placet.errors import Exit

LABELS = ["billing", "account", "shipping", "other"]
SCORERS: list[dict[str, Any]] = [
    {"name": "accuracy", "type": "equals", "value": "{{expected}}"},
    {
        "name": "category",
        "type": "classification",
        "labels": LABELS,
        "value": "{{expected}}",
        "statistic": "macro-f1",
    },
    {"name": "parity", "type": "fairness", "labels": LABELS, "positive": "billing", "attribute": "language"},
    {"name": "near", "type": "levenshtein", "value": "{{expected}} please"},
    {"name": "private", "type": "pii"},
    {"name": "kept", "type": "canary", "value": "kestrel-7391"},
    {"name": "helps", "type": "refusal", "not": True},
]


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer(sorter) as running:
        yield running


@pytest.fixture
def repo(server: ModelServer, tmp_path: Path) -> Repo:
    """On a branch whose prompt is another one, its suite with many scorers and a critical case."""
    made = governed(tmp_path / "shop", server.base_url)
    with made.rows(CASES) as rows:
        for number, row in enumerate(rows):
            row["fields"] = {"language": ("en", "de")[number % 2]}
            row["critical"] = number == 0
    score_with(made, SCORERS)
    made.stamp()
    made.commit("Score more")
    made.branch("edit")
    made.edit(PROMPT, "one word", "one single word")
    made.commit("Another prompt")
    return made


def score_with(repo: Repo, scorers: list[dict[str, Any]]) -> None:
    with repo.yaml(SUITE) as suite:
        suite["scorers"] = scorers
        suite["gates"] = {scorers[0]["name"]: {"min": 0.5}}


def test_a_trial_keeps_labels_by_number_and_no_text(repo: Repo) -> None:
    review = repo.review()
    trials = [trial for each in review.outcomes for given in each.head.values() for trial in given]
    assert trials
    for trial in trials:
        assert set(trial.scores) == {spec["name"] for spec in SCORERS} | {"category.label", "category.expected"}
        label, expected = trial.scores["category.label"], trial.scores["category.expected"]
        assert label == expected
        assert trial.scores["parity"] == float(label == LABELS.index("billing"))
        assert {trial.scores[name] for name in ("category", "private", "kept", "helps")} == {1.0}
        assert 0 < (trial.scores["near"] or 0) < 1


def test_a_critical_case_asks_checks_only(repo: Repo) -> None:
    review = repo.review()
    assert review.decision.answer is not Answer.NON_PLACET, [str(reason) for reason in review.decision.unmet()]
    critical = [judged.result for judged in review.judged if judged.result.metric == "critical"]
    assert [result.verdict.value for result in critical] == ["pass"]


def test_a_scorer_whose_extra_is_missing_decides_nothing_and_names_the_line_to_install_it(repo: Repo) -> None:
    repo.switch("main")
    score_with(repo, [{"name": "near", "type": "chrf", "value": "{{expected}}"}])
    repo.stamp()
    repo.commit("Translate")
    repo.branch("later")
    repo.edit(PROMPT, "one word", "one short word")
    repo.commit("Another prompt")
    done = placet_without(["sacrebleu"], repo.path, "review", "--base", "main")
    assert done.code == Exit.CANNOT_DECIDE
    assert "`bleu` and `chrf` need sacrebleu, which is not installed" in done.said
    assert "pip install 'placet[text]'" in done.said
