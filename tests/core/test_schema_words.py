"""What a person reads about a value that isn't what its schema asks for: at its place, in words, once."""

from __future__ import annotations

import pytest
from tests.governed import base, edited, file, judged, lines

SYSTEM, PROMPT = "systems/notes/system.yaml", "prompts/notes/summarise.prompt.yml"
CORE, CASES = "systems/notes/evals/core.yaml", "systems/notes/evals/cases/core.jsonl"
CONTROL, SETTINGS = "policies/controls/owned.yaml", "policies/placet.yaml"
SCORER, GATE = '{name: decision, type: contains, value: "{{expected}}"}', "{min: 0.9, max_regression: 0.02}"


def found(path: str, old: str, new: str) -> list[str]:
    """Every finding of one edit, without the path, and without its note."""
    printed = lines(judged(edited(base(), path, (old, new))))
    return [line.removeprefix(f"{path}:") for line in printed if not line.startswith("   note:")]


def case(path: str, old: str, new: str, *expected: str, id: str) -> object:
    return pytest.param(path, old, new, list(expected), id=id)


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        case(
            SYSTEM,
            "lifecycle: production",
            "lifecycle:",
            "6:11: FIL007 `lifecycle` must be one of experiment, staging, production, retired, and is null",
            '   help: for example: "experiment"',
            id="nothing is shown as null",
        ),
        case(
            SYSTEM,
            "kind: llm",
            "kind: true",
            "5:7: FIL007 `kind` must be text, and is true",
            '   help: put it in quotes: "true"',
            id="what YAML took for something else than text wants quotes",
        ),
        case(
            SYSTEM,
            'technical: ["@mira"]',
            'technical: "@mira"',
            '9:14: FIL007 `owners.technical` must be a list, and is "@mira"',
            '   help: write a list: ["@mira"]',
            id="one value instead of a list",
        ),
        case(
            SYSTEM,
            'technical: ["@mira"]',
            "technical: mira",
            '9:14: FIL007 `owners.technical` must be a list, and is "mira"',
            '   help: write a list: ["@mira"]',
            id="an owner lacks list and @",
        ),
        case(
            SYSTEM,
            'technical: ["@mira"]',
            "technical: Mira Miller",
            '9:14: FIL007 `owners.technical` must be a list, and is "Mira Miller"',
            '   help: for example: ["@acme/support-leads"]',
            id="a name that is no owner",
        ),
        case(
            SYSTEM,
            "prompts:\n  - path: prompts/notes/summarise.prompt.yml\n    untrusted: [transcript]\n",
            "",
            "1:1: FIL007 `prompts` is missing",
            '   help: add `prompts:`, for example: [{"path": "prompts/support-triage/classify.prompt.yml", '
            '"untrusted": ["ticket"]}], or `prompts: []` if it uses none',
            id="no prompts",
        ),
        case(
            SYSTEM,
            'technical: ["@mira"]',
            "technical: [mira]",
            "9:15: FIL007 `owners.technical.0` is not an owner written @user, @org/team or as an e-mail address: "
            '"mira"',
            '   help: write "@mira"',
            id="a title becomes the middle of a sentence",
        ),
        case(
            CORE,
            SCORER,
            "{name: decision, type: json-path-equals, path: a, value: 1}",
            '7:52: FIL007 `scorers.0.path` is not a JSONPath that begins with $: "a"',
            '   help: for example: "$.category"',
            id="an acronym keeps its capitals",
        ),
        case(
            SYSTEM,
            "id: notes\n",
            'id: "notes\\n"\n',
            '2:5: FIL007 `id` is not an id of lowercase words joined by hyphens: "notes\\n"',
            '   help: for example: "support-triage"',
            id="a line break at the end doesn't slip through a pattern",
        ),
        case(
            SYSTEM,
            "prompts:\n",
            'reviewed: "2026-02-30"\nprompts:\n',
            '23:11: FIL007 `reviewed` is not a date written YYYY-MM-DD: "2026-02-30"',
            '   help: for example: "2026-11-02"',
            id="a day that doesn't exist, with capitals inside its title",
        ),
        case(
            CORE,
            "name: core",
            "name: inline",
            "2:7: FIL007 `name` must not be `inline`",
            "   help: that word is taken: choose another",
            id="a word that is taken",
        ),
        case(
            CORE,
            SCORER,
            "{name: decision, type: is-json, value: 3}",
            "7:37: FIL007 `scorers.0.value` isn't allowed here",
            "   help: This type of scorer does not take this key.",
            id="a key that another key rules out",
        ),
        case(
            CORE,
            SCORER,
            "{name: decision, type: regex}",
            "7:5: FIL007 `pattern` is missing in `scorers.0`",
            '   help: add `pattern:`, for example: "[0-9]{16}"',
            id="a key that another key asks for",
        ),
        case(
            CORE,
            GATE,
            "{confidence: 0.95}",
            "9:13: FIL007 `min` is missing in `gates.decision`",
            "   help: add `min:`, for example: 0.9",
            id="one of several keys has to be there",
        ),
        case(
            CORE,
            GATE,
            "{min: .nan}",
            "9:19: FIL007 `gates.decision.min` must be a finite number, and is .nan",
            "   help: write it in digits; text needs quotes",
            id="not a number",
        ),
        case(
            CORE,
            GATE,
            "{min: -.inf}",
            "9:19: FIL007 `gates.decision.min` must be a finite number, and is -.inf",
            "   help: write it in digits; text needs quotes",
            id="an infinite number, once, though it is below the least as well",
        ),
        case(
            CORE,
            GATE,
            "{min: 1e999}",
            "9:19: FIL007 `gates.decision.min` must be a finite number, and is .inf",
            "   help: write it in digits; text needs quotes",
            id="a number that no computer can hold",
        ),
        case(
            CORE,
            GATE,
            "{min: 0.9, x-limits: [1, [.nan]]}",
            "9:39: FIL007 `gates.decision.x-limits.1.0` must be a finite number, and is .nan",
            "   help: write it in digits; text needs quotes",
            "9:24: FIL007 `gates.decision.x-limits` isn't allowed here",
            "   help: Every key here is a bound or the confidence. Put x- keys one level up.",
            id="not a number, deep in a key of one's own",
        ),
        case(
            CORE,
            GATE,
            "{min: -1, max_regression: 2}",
            "9:19: FIL007 `gates.decision.min` must be at least 0, and is -1",
            "   help: for example: 0.9",
            "9:39: FIL007 `gates.decision.max_regression` must be at most 1, and is 2",
            "   help: for example: 0.05",
            id="out of range",
        ),
        case(
            CORE,
            "  decision: {min",
            "  The decision: {min",
            '9:3: FIL007 the key is not an id of lowercase words joined by hyphens: "The decision"',
            '   help: for example: "support-triage"',
            id="the name of a key, at the key",
        ),
        case(
            CORE,
            "name: core\ntitle: The summary names the decision\n",
            "",
            "1:1: FIL007 `name` is missing",
            '   help: add `name:`, for example: "core"',
            "1:1: FIL007 `title` is missing",
            '   help: add `title:`, for example: "Everyday tickets get the right category"',
            id="each missing key once",
        ),
        case(
            CONTROL,
            "{field: owners}",
            "{field: owners, suite: core}",
            "6:9: FIL007 `met_by` has more than 1 key",
            '   help: for example: {"document": "model-card"}',
            id="too many keys",
        ),
        case(
            CONTROL,
            "{field: owners}",
            "{}",
            "6:9: FIL007 `met_by` must not be empty",
            '   help: for example: {"document": "model-card"}',
            id="too few",
        ),
        case(
            SETTINGS,
            "version: 1",
            "version: 0",
            "1:10: FIL007 `version` must be 1, and is 0",
            "   help: write `1`",
            id="one value alone is right",
        ),
        case(
            PROMPT,
            "role: system",
            "role: robot",
            '4:11: FIL007 `messages.0.role` is not a role: system, user or assistant: "robot"',
            '   help: for example: "system"',
            id="an unknown role",
        ),
        case(
            PROMPT,
            "content: Say in one sentence what was decided.",
            "content: [a]",
            '5:14: FIL007 `messages.0.content` must be text, and is ["a"]',
            '   help: for example: "Classify this ticket: {{ticket}}"',
            id="where any scalar is text, text is asked for",
        ),
        case(
            PROMPT,
            'role: user\n    content: "{{transcript}}"',
            'role: user\n    contnt: a\n    content: "{{transcript}}"',
            "7:5: FIL008 unknown key `contnt`",
            "   help: did you mean `content`?",
            id="an unknown key of a message",
        ),
        case(
            PROMPT,
            '- role: user\n    content: "{{transcript}}"',
            "- {role: user, content: Hello, you}",
            "6:34: FIL008 unknown key `you`",
            "   help: a comma ends an unquoted text inside {…}: put the text in quotes, or write it in block style",
            id="a message that is cut off at a comma",
        ),
        case(
            PROMPT,
            "messages:",
            "evaluators: [{name: a, string: {contains: yes, sir}}]\nmessages:",
            "3:48: FIL008 unknown key `sir`",
            "   help: a comma ends an unquoted text inside {…}: put the text in quotes, or write it in block style",
            id="an evaluator that is cut off at a comma",
        ),
        case(
            PROMPT,
            "messages:",
            "mesages: 1\nmessages:",
            "3:1: FIL008 warning: unknown key `mesages`",
            "   help: did you mean `messages`?",
            id="a key that GitHub ignores",
        ),
        case(
            CASES,
            '"transcript": "Ana: we buy the press."',
            '"transcript": 7',
            "1:43: FIL007 `inputs.transcript` must be text, and is 7",
            '   help: put it in quotes: "7"',
            id="a line of a case file",
        ),
        case(
            CASES,
            '"id": "budget"',
            '"id": "budget", "version": 2',
            "1:18: FIL008 unknown key `version`",
            "   help: known here: critical, expected, fields, forbidden, id, inputs, payload, "
            "tags, tool_results, turns",
            id="a version where the kind has none",
        ),
    ],
)
def test_says_what_is_wrong_and_what_to_do(path: str, old: str, new: str, expected: list[str]) -> None:
    assert sorted(found(path, old, new)) == sorted(expected)


CARD = """\
---
kind: model-card
title: Model card
author: "@mira"
date: 2026-11-02
{}---
Text.
"""


@pytest.mark.parametrize(
    ("judges", "said"),
    [
        pytest.param("", "2:1: FIL007 `judges` is missing", id="no judges"),
        pytest.param("judges: {}\n", "6:9: FIL007 `judges` names nothing that was judged", id="an empty one"),
        pytest.param("judges:\n", "6:8: FIL007 `judges` names nothing that was judged", id="nothing behind it"),
    ],
)
def test_a_document_that_does_not_say_what_it_judges_is_to_be_stamped(judges: str, said: str) -> None:
    path = "systems/notes/documents/card.md"
    (found,) = judged({**base(), path: file(path, CARD.format(judges))})
    assert lines([found])[0] == f"{path}:{said}"
    assert found.help == f"read what it speaks of, and record that with: placet stamp {path}"


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_an_empty_file_is_empty(text: str) -> None:
    (found,) = [found for found in judged({**base(), CONTROL: file(CONTROL, text)}) if found.path == CONTROL]
    assert found.message == "this file is empty"
    assert found.help


def test_a_long_example_is_not_shown_cut_off() -> None:
    control = lines(judged(edited(base(), SYSTEM, ("  factors:\n", "  weights:\n"))))
    assert [line for line in control if "help: add" in line] == ["   help: add `factors:`"]
