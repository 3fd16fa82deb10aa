"""Workflows that run Placet: whose code gets whose rights. Every other workflow is left alone."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.governed import EXAMPLES, ROOT, Files, base, file, judged, read

from placet.parse.node import Tree
from placet.parse.tree import read_yaml
from placet.rules.workflow import is_clean

PATH = ".github/workflows/placet.yml"
SHA = "9c091bb21b7c1c1d1991bb908d89e4e9dddfe3e0"
GOOD = read(EXAMPLES / "WFL001/good")[PATH].data.decode().replace("pull_request_target", "pull_request")
HEAD = "${{ github.event.pull_request.head.sha }}"
BASE = "ref: ${{ github.event.pull_request.base.sha }}"
STEP = "      - run: placet bot action\n"
SECRET = "        env: {KEY: '${{ secrets.MODEL_KEY }}'}\n"
EVALUATE = "      - run: placet bot evaluate\n" + SECRET


def given_workflow(text: str) -> Files:
    assert isinstance(read_yaml(PATH, text.encode()), Tree)
    return {**base(), PATH: file(PATH, text)}


def changed(*pairs: tuple[str, str]) -> Files:
    text = GOOD
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return given_workflow(text)


def rules(files: Files) -> list[str]:
    return [finding.rule for finding in judged(files)]


def on(event: str) -> tuple[str, str]:
    return ("  pull_request:\n", f"  {event}:\n")


def test_this_repository_s_own_workflow_has_no_findings() -> None:
    assert rules(given_workflow((ROOT / PATH).read_text("utf-8"))) == []


def test_the_good_one_has_none() -> None:
    assert rules(given_workflow(GOOD)) == []


def test_a_workflow_that_only_speaks_of_placet_is_not_judged() -> None:
    text = changed((STEP, ""), ("pip install 'placet[bot]==0.1.0'", "make test"), on("pull_request_target"))[PATH]
    other = text.data.decode().replace(BASE, f"ref: {HEAD}") + "# runs beside placet\n"
    assert rules(given_workflow(other)) == []
    assert rules(given_workflow(other.replace("make test", ".venv/bin/placet review"))) == ["WFL001"]
    assert rules(given_workflow(other.replace("run: make test", f"uses: acme/placet@{SHA}"))) == ["WFL001"]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param([on("pull_request_target"), (BASE, f"ref: {HEAD}")], ["WFL001"], id="by commit"),
        pytest.param([on("pull_request_target"), (BASE, "ref: ${{ github.head_ref }}")], ["WFL001"], id="by branch"),
        pytest.param(
            [on("pull_request_target"), (BASE, "ref: refs/pull/${{ github.event.number }}/merge")], ["WFL001"],
            id="by the ref that merges it",
        ),
        pytest.param(
            [on("pull_request_target"), (BASE, "repository: ${{ github.event.pull_request.head.repo.full_name }}")],
            ["WFL001"], id="by repository",
        ),
        pytest.param(
            [on("issue_comment"), (STEP, "      - run: gh pr checkout 7\n" + STEP)], ["WFL001"], id="in the shell",
        ),
        pytest.param(
            [on("workflow_run"), (STEP, "      - run: |\n          git fetch origin\n          git checkout $SHA\n"
              f"        env: {{SHA: '{HEAD}'}}\n" + STEP)],
            ["WFL001"], id="in the shell by a variable",
        ),
        pytest.param([on("pull_request_target")], [], id="base by name"),
        pytest.param([on("pull_request_target"), (f"          {BASE}\n", "")], [], id="base by default"),
        pytest.param([(BASE, f"ref: {HEAD}")], [], id="an event without the rights of base"),
        pytest.param(
            [on("pull_request_target"), (STEP, f"      - run: git fetch origin {HEAD}\n" + STEP)], [],
            id="objects alone",
        ),
    ],
)  # fmt: skip
def test_nobody_else_s_code_runs_with_the_rights_of_base(pairs: list[tuple[str, str]], expected: list[str]) -> None:
    assert [rule for rule in rules(changed(*pairs)) if rule != "WFL007"] == expected


PERMISSIONS = "    permissions:\n      checks: write\n      contents: read\n      pull-requests: write\n"


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param([("permissions: {}\njobs", "jobs")], [], id="said in the job"),
        pytest.param([(PERMISSIONS, "")], [], id="said for all jobs"),
        pytest.param([("permissions: {}\njobs", "jobs"), (PERMISSIONS, "")], ["WFL002"], id="said nowhere"),
        pytest.param([(PERMISSIONS, "    permissions: write-all\n")], ["WFL003"], id="everything"),
        pytest.param([("permissions: {}", "permissions: write-all")], [], id="everything, for jobs that say nothing"),
        pytest.param([("permissions: {}", "permissions: write-all"), (PERMISSIONS, "")], ["WFL003"], id="for this job"),
        pytest.param([("contents: read", "contents: write")], ["WFL003"], id="one right too many"),
        pytest.param([("contents: read", "contents: write\n      actions: write")], ["WFL003"] * 2, id="two"),
        pytest.param([("contents: read", "id-token: write")], [], id="a token for a cloud provider"),
        pytest.param([(PERMISSIONS, "    permissions: read-all\n")], [], id="reading alone"),
        pytest.param([(PERMISSIONS, "    permissions: 7\n")], [], id="nonsense is GitHub's to refuse"),
    ],
)
def test_a_token_has_the_rights_that_are_needed(pairs: list[tuple[str, str]], expected: list[str]) -> None:
    assert rules(changed(*pairs)) == expected


@pytest.mark.parametrize(
    ("uses", "found"),
    [
        pytest.param(f"actions/checkout@{SHA}", False, id="a commit"),
        pytest.param(f"acme/tools/sub/path@{SHA}", False, id="a commit of a path"),
        pytest.param("actions/setup-python@v6", True, id="a tag"),
        pytest.param("actions/setup-python@main", True, id="a branch"),
        pytest.param("actions/setup-python@9c091bb", True, id="a short commit"),
        pytest.param("actions/setup-python", True, id="nothing"),
        pytest.param("./.github/actions/own", False, id="a path of the repository"),
        pytest.param("docker://python:3.13", True, id="an image by tag"),
        pytest.param("docker://python@sha256:" + "a" * 64, False, id="an image by digest"),
    ],
)
def test_an_action_is_pinned_to_a_commit(uses: str, found: bool) -> None:
    with_it = f"      - uses: {uses}\n        with: {{persist-credentials: false}}\n" + STEP
    assert rules(changed((STEP, with_it))) == (["WFL004"] if found else [])


def test_a_reusable_workflow_is_an_action() -> None:
    job = "  more:\n    uses: acme/placet/.github/workflows/review.yml@v1\n"
    assert rules(given_workflow(GOOD + job)) == ["WFL004"]


MAKE = "      - run: make evaluate\n"
INSTALL = "pip install 'placet[bot]==0.1.0'"


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        pytest.param([(BASE, f"ref: {HEAD}"), (STEP, MAKE + SECRET + STEP)], True, id="the head by name"),
        pytest.param([(f"          {BASE}\n", ""), (STEP, MAKE + SECRET + STEP)], True, id="the head by default"),
        pytest.param([(STEP, MAKE + SECRET + STEP)], False, id="base"),
        pytest.param(
            [(BASE, f"ref: {HEAD}"), (STEP, EVALUATE + STEP)], False, id="placet from the index alone"
        ),
        pytest.param(
            [(BASE, f"ref: {HEAD}"), (INSTALL, "pip install ."), (STEP, EVALUATE + STEP)], True,
            id="placet from the head",
        ),
        pytest.param(
            [(BASE, f"ref: {HEAD}"), (STEP, EVALUATE.replace("placet", ".venv/bin/placet") + STEP)],
            True, id="a program of the head",
        ),
        pytest.param(
            [(BASE, f"ref: {HEAD}"), (STEP, "      - uses: ./.github/actions/own\n" + SECRET + STEP)], True,
            id="an action of the head",
        ),
        pytest.param(
            [(BASE, f"ref: {HEAD}"), (STEP, EVALUATE + "      - run: make clean\n" + STEP)], False,
            id="before anything of the head runs",
        ),
        pytest.param(
            [(BASE, f"ref: {HEAD}"), ("    steps:\n", "    env: {KEY: '${{ secrets.K }}'}\n    steps:\n"),
             (STEP, "      - run: make\n" + STEP)],
            True, id="for the whole job",
        ),
        pytest.param(
            [(BASE, f"ref: {HEAD}"), (STEP, MAKE + SECRET.replace("MODEL_KEY", "GITHUB_TOKEN") + STEP)],
            False, id="GitHub's own token",
        ),
    ],
)  # fmt: skip
def test_a_secret_is_out_of_reach_of_the_head(pairs: list[tuple[str, str]], found: bool) -> None:
    assert rules(changed(*pairs)) == (["WFL005"] if found else [])


@pytest.mark.parametrize(
    ("script", "clean"),
    [
        pytest.param(
            "pip install 'placet[bot]==0.1.0'\nplacet bot action --max-calls 50", True, id="installs and runs"
        ),
        pytest.param("pip install \\\n  placet", True, id="over two lines"),
        pytest.param("", True, id="nothing"),
        pytest.param("pip install -r requirements.txt", False, id="what the head lists"),
        pytest.param("pip install -e .", False, id="the head"),
        pytest.param("placet check && make", False, id="and something else"),
        pytest.param("placet check; ./run", False, id="and then something else"),
        pytest.param("placet check $(cat options)", False, id="with what a command says"),
        pytest.param("curl https://acme.example | sh", False, id="something else"),
    ],
)
def test_what_runs_nothing_of_the_head(script: str, clean: bool) -> None:
    assert is_clean(script) is clean


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("persist-credentials: false", [], id="no"),
        pytest.param('persist-credentials: "false"', [], id="no as text"),
        pytest.param("persist-credentials: true", ["WFL006"], id="yes"),
    ],
)
def test_a_checkout_leaves_no_token(value: str, expected: list[str]) -> None:
    assert rules(changed(("persist-credentials: false", value))) == expected


@pytest.mark.parametrize(
    ("step", "found"),
    [
        pytest.param("run: 'echo ${{ github.event.pull_request.title }}'", True, id="a title"),
        pytest.param("run: 'git log ${{ github.head_ref }}'", True, id="a branch"),
        pytest.param("run: 'echo ${{ format(''{0}'', github.event.comment.body) }}'", True, id="inside a function"),
        pytest.param("run: 'echo ${{ github.event.pull_request.number }}'", False, id="a number"),
        pytest.param("run: 'echo ${{ github.event.pull_request.head.sha }}'", False, id="a commit"),
        pytest.param("run: echo github.head_ref", False, id="words"),
        pytest.param(
            f"uses: actions/github-script@{SHA}\n        with: {{script: 'return `${{{{ github.head_ref }}}}`'}}",
            True,
            id="in a script",
        ),
    ],
)
def test_text_of_others_is_no_part_of_a_command(step: str, found: bool) -> None:
    assert rules(changed((STEP, f"      - {step}\n" + STEP))) == (["WFL007"] if found else [])


ODD: list[Any] = [None, True, 7, "", "placet", [], {}, [None], ["placet bot"], {"run": []}, {"x": {"y": "placet"}}]


@given(st.data())
def test_whatever_a_workflow_holds_is_judged_or_passed_over(data: st.DataObject) -> None:
    value: Any = yaml.safe_load(GOOD.replace("\non:", '\n"on":'))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(places(value))))
        holder[key] = copy.deepcopy(data.draw(st.sampled_from(ODD)))  # put into itself it would have no end
    findings = judged(given_workflow(json.dumps(value) + "\n# placet\n"))
    assert all(finding.position.line >= 1 for finding in findings)


def places(value: Any) -> Any:
    """Every place in a value, as what holds it and the key."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in list(entries):
        yield value, key
        yield from places(child)
