"""Changes: which edits are material, and what changed in a few words."""

from __future__ import annotations

import pytest
from tests.repository import (
    CARD,
    CASES,
    OWNERS,
    PROMPT,
    PROVIDERS,
    SUITE,
    SYSTEM,
    TIERS,
    files,
    plan_of,
    snapshot_of,
)

from placet.change import Edit, Status, describe
from placet.model.register import Message
from placet.record import replace

BASE = files()
CONTROL, SETTINGS = "policies/controls/owned.yaml", "policies/placet.yaml"
INLINE = BASE[PROMPT] + "testData:\n- {ticket: Ticket 1 is about billing., expected: billing}\n"
EVALUATORS = "evaluators:\n- name: right\n  string: {equals: '{{expected}}'}\n"


def edit(path: str, old: str, new: str, base: dict[str, str] | None = None) -> Edit:
    before = base or BASE
    assert old in before[path]
    (found,) = plan_of(before, before | {path: before[path].replace(old, new)}).edits
    return found


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        pytest.param(PROMPT, "name: Sort", "# hm\nname: Sort", id="a comment"),
        pytest.param(PROMPT, "name: Sort a ticket", "name: Other", id="the name of a prompt"),
        pytest.param(SYSTEM, "title: Ticket sorter", "title: Sorter", id="the title of a system"),
        pytest.param(SYSTEM, "cost_center: CC-1", "x-team: {a: [b]}\ncost_center: CC-1", id="an x- key"),
        pytest.param(SUITE, "title: Tickets get", "title: They get", id="the title of a suite"),
        pytest.param(CASES, '", "inputs"', '","inputs"', id="the layout of cases"),
        pytest.param(TIERS, "version: 1", "version: 1 # one", id="a comment in a policy"),
        pytest.param(CONTROL, "id: owned\ntitle: Owned", "title: Owned\nid: owned", id="the order of keys in a policy"),
    ],
)
def test_what_cannot_change_behaviour_is_immaterial_and_runs_nothing(path: str, old: str, new: str) -> None:
    found = edit(path, old, new)
    assert (found.status, found.material, found.what) == (Status.EDITED, False, "")
    plan = plan_of(BASE, BASE | {path: BASE[path].replace(old, new)})
    assert plan.runs == ()
    assert not plan.changes_policy
    assert plan.approvals.because == ()


@pytest.mark.parametrize(
    ("path", "old", "new", "what"),
    [
        pytest.param(PROMPT, "one word", "two words", "system message, 1 line", id="a word"),
        pytest.param(PROMPT, "temperature: 0", "temperature: 1", "temperature 0 → 1", id="a parameter"),
        pytest.param(PROMPT, "  maxTokens: 20\n", "", "maxTokens 20 → unset", id="a parameter taken away"),
        pytest.param(PROMPT, "model: acme/one", "model: acme/two", "model acme/one → acme/two", id="the model"),
        pytest.param(PROMPT, "name: Sort", "responseFormat: json_object\nname: Sort", "response format", id="a format"),
        pytest.param(PROMPT, "role: user", "role: system", "user message is now the system's", id="a role"),
        pytest.param(
            PROMPT,
            "- role: user",
            "- role: user\n  content: Hello\n- role: user",
            "user message, 1 line; user message added",
            id="a message before another",
        ),
        pytest.param(SYSTEM, "to: the ticket", "to: a ticket", "", id="a registration"),
        pytest.param(SUITE, "min: 0.9", "min: 0.8", "", id="a gate"),
        pytest.param(CASES, "Ticket 5 is", "Ticket 5 was", "", id="a case"),
        pytest.param(CARD, "It reads the tickets", "It sees the tickets", "", id="the words of a document"),
        pytest.param(OWNERS, "@acme/desk", "@acme/other", "", id="code owners"),
        pytest.param(PROVIDERS, "127.0.0.1:9", "127.0.0.1:10", "", id="an endpoint"),
        pytest.param(TIERS, "people: 2", "people: 1", "", id="a policy"),
        pytest.param(CONTROL, "title: Owned", "title: Has owners", "", id="the title of a control"),
        pytest.param(SETTINGS, "roles:", "roles:\n  title: ['@mallory']", "", id="a role that is called title"),
        pytest.param(PROVIDERS, "stand-in:", "x-stand-in:", "", id="a provider that is called x-something"),
        pytest.param(TIERS, "pinned: true", "pinned: 1", "", id="a value that Python takes for the same"),
        pytest.param(SYSTEM, "kind: classifier", "kind: [", "", id="a file that no longer parses"),
    ],
)
def test_everything_else_is_material(path: str, old: str, new: str, what: str) -> None:
    found = edit(path, old, new)
    assert (found.material, found.what) == (True, what)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("expected: billing", "expected: account", id="a row of test data"),
        pytest.param("equals:", "contains:", id="an evaluator"),
        pytest.param("evaluators:", "x-none: {}\nx-evaluators:", id="all evaluators"),
    ],
)
def test_what_a_prompt_is_tested_by_is_material_though_no_model_sees_it(old: str, new: str) -> None:
    found = edit(PROMPT, old, new, BASE | {PROMPT: INLINE + EVALUATORS})
    assert (found.material, found.what) == (True, "")


@pytest.mark.parametrize("path", [PROMPT, SYSTEM, SUITE, CASES, CARD, TIERS])
def test_an_added_and_a_removed_file_are_material(path: str) -> None:
    other = {name: text for name, text in BASE.items() if name != path}
    added = path.replace("sort", "file")
    new = BASE | {added: BASE[path]}
    if path != TIERS:  # without tiers nothing can be planned from base
        assert [(e.path, e.status, e.material) for e in plan_of(BASE, new).edits] == [(added, Status.ADDED, True)]
    assert [(e.path, e.status, e.material) for e in plan_of(BASE, other).edits] == [(path, Status.REMOVED, True)]


def test_a_line_is_counted_as_changed_when_only_its_end_is() -> None:
    before = snapshot_of(BASE).prompts[PROMPT]
    after = snapshot_of(BASE | {PROMPT: BASE[PROMPT].replace("with one word.\n", "with one word.")}).prompts[PROMPT]
    assert describe(before, before) == ""
    assert before == after or describe(before, after) == "system message, 1 line"


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        pytest.param(["a", "b", "c"], ["a", "x", "c"], 1, id="one in the middle"),
        pytest.param(["a", "a"], ["a", "a", "a"], 1, id="one more of the same"),
        pytest.param(["a"] * 300_000, [*["b"] * 300_000, "a"], 300_000, id="all of very many"),
        pytest.param(["a", *["b"] * 300_000, "c"], ["a", *["b"] * 300_000, "d"], 1, id="one of very many"),
        pytest.param([*["a"] * 200, "b"], ["b", *["a"] * 200], 1, id="very many in another order"),
    ],
)
def test_changed_lines_are_counted_however_many_there_are(old: list[str], new: list[str], lines: int) -> None:
    before = snapshot_of(BASE).prompts[PROMPT]
    first, second = (
        replace(before, messages=(Message("system", "".join(f"{text}\n" for text in texts)), *before.messages[1:]))
        for texts in (old, new)
    )
    assert describe(first, second) == f"system message, {lines} line{'' if lines == 1 else 's'}"


def test_edits_come_by_path() -> None:
    head = BASE | {path: BASE[path] + "# x\n" for path in (SYSTEM, PROMPT, OWNERS)}
    assert [found.path for found in plan_of(BASE, head).edits] == [OWNERS, PROMPT, SYSTEM]
