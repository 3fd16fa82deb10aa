"""Prompt files as people write them for GitHub Models: they load as they are, and mean what GitHub takes them for."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.governed import ROOT, TODAY, base, file

from placet.findings import Severity
from placet.model.register import Prompt
from placet.model.suite import ScorerSpec, Suite
from placet.parse.snapshot import Snapshot, read_snapshot
from placet.rules.catalogue import check

PUBLIC = ROOT / "tests/examples/public"
FILES = sorted(PUBLIC.glob("*.prompt.y*ml"))


def governed(path: Path) -> str:
    return f"prompts/public/{path.name}"


def loaded(name: str) -> tuple[Snapshot, Prompt, Suite | None]:
    path = f"prompts/public/{name}"
    snapshot = read_snapshot({**base(), path: file(path, (PUBLIC / name).read_bytes())})
    return snapshot, snapshot.prompts[path], snapshot.suites.get(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_loads_unchanged_and_without_an_error_in_a_governed_repository(path: Path) -> None:
    snapshot = read_snapshot({**base(), governed(path): file(governed(path), path.read_bytes())})
    findings = check(snapshot, TODAY)
    assert governed(path) in snapshot.prompts
    assert [finding for finding in findings if finding.severity is Severity.ERROR] == []
    assert {finding.rule for finding in findings} <= {"PRM003", "FIL008"}


def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 6


def test_what_github_does_not_know_is_a_warning_at_its_place() -> None:
    snapshot, _, _ = loaded("polite-reply.prompt.yml")
    unknown = [(finding.position.line, finding.message) for finding in snapshot.findings]
    assert unknown == [
        (10, "unknown key `version`"),
        (11, "unknown key `tags`"),
        (38, "unknown key `model`"),
        (43, "unknown key `modelParameters`"),
    ]


def test_roles_may_be_written_in_capitals() -> None:
    _, prompt, _ = loaded("extract-order.prompt.yml")
    assert [message.role for message in prompt.messages] == ["system", "user", "assistant"]


def test_parameters_of_any_kind_are_kept_and_empty_ones_are_not() -> None:
    assert loaded("issue-labels.prompt.yaml")[1].parameters == {"max_tokens": 2000, "stop": ["\n\n", "END"], "seed": 7}
    assert loaded("arithmetic.prompt.yml")[1].parameters == {"temperature": 0, "maxTokens": 5}


def test_scalars_are_the_text_that_is_written() -> None:
    _, prompt, suite = loaded("arithmetic.prompt.yml")
    assert prompt.name == "2026 arithmetic"
    assert suite is not None
    criteria = [dict(spec.parameters) for spec in suite.scorers]
    assert criteria == [{"equals": "42"}, {"contains": "4.20"}, {"startsWith": "true"}, {"endsWith": "{{expected}}"}]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        pytest.param("42", "42", id="a number"),
        pytest.param("1.0", "1.0", id="a number with its nought"),
        pytest.param("1e3", "1e3", id="a power of ten"),
        pytest.param("0x1F", "0x1F", id="another base"),
        pytest.param("TRUE", "TRUE", id="a truth value in capitals"),
        pytest.param("yes", "yes", id="a word that YAML 1.1 takes for a truth value"),
        pytest.param("'42'", "42", id="text in quotes"),
        pytest.param("!!int '42'", "42", id="a number by its tag"),
        pytest.param("", "", id="nothing"),
        pytest.param("~", "", id="null"),
    ],
)
def test_a_criterion_is_taken_as_it_is_written(written: str, text: str) -> None:
    spec = scorer(f"evaluators: [{{name: a, string: {{contains: b, equals: {written}}}}}]")
    assert spec.parameters == {"contains": "b", "equals": text}


def test_a_criterion_behind_an_alias_is_the_value_of_its_anchor() -> None:
    assert scorer("evaluators: [{name: &a 7, string: {equals: *a }}]").parameters == {"equals": "7"}


def scorer(evaluators: str) -> ScorerSpec:
    path = "prompts/a.prompt.yml"
    text = f"messages: [{{role: user, content: hello}}]\ntestData: [{{input: a}}]\n{evaluators}\n"
    (spec,) = read_snapshot({path: file(path, text)}).suites[path].scorers
    return spec


def test_evaluators_get_a_name_of_their_own_where_github_wants_none() -> None:
    _, _, suite = loaded("arithmetic.prompt.yml")
    assert suite is not None
    assert [spec.name for spec in suite.scorers] == ["is 42", "is 42 (2)", "evaluator 3", "critical (2)"]


def test_content_behind_an_alias_is_the_text_of_its_anchor() -> None:
    _, prompt, _ = loaded("translate.prompt.yml")
    assert [message.content for message in prompt.messages[:2]] == ["Keep the tone of the original."] * 2


def test_test_data_without_evaluators_or_expectation_still_makes_cases() -> None:
    _, prompt, suite = loaded("polite-reply.prompt.yml")
    assert suite is not None
    assert [sorted(case.inputs) for case in suite.cases] == [["order", "ticket"], ["ticket"]]
    assert prompt.variables == {"order", "ticket", " github.event.issue.title "}


def test_judges_are_gated_by_what_cannot_be_measured_yet() -> None:
    _, _, suite = loaded("polite-reply.prompt.yml")
    assert suite is not None
    assert [gate.metric for gate in suite.gates] == ["Is it polite?", "On a scale", "coherence", "relevance"]
