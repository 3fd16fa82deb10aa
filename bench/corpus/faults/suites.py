"""Faults of suites, cases and documents."""

from __future__ import annotations

from bench.corpus.damage import Damage
from bench.corpus.faults.kind import Kind, Plant, anyone, documented, file, judged, lone, suited
from bench.corpus.plan import SHARED_PROMPT, Plan

_SUITE, _CASES, _CARD = "evals/core.yaml", "evals/cases/core.jsonl", "documents/model-card.md"


def _too_few(damage: Damage, plan: Plan) -> None:
    damage.edit(f"systems/{plan.id}/{_CASES}", r"\A((?:.*\n){5})[\s\S]*", r"\1")
    damage.edit(f"systems/{plan.id}/{_SUITE}", "^cases: ", "cases: ¦", "SUI005")


def _orphan(name: str, text: str, rule: str) -> Plant:
    def plant(damage: Damage, plan: Plan) -> None:
        damage.put(f"systems/ghost-{plan.index:05d}/{name}", text, rule)

    return plant


_NO_SYSTEM_SUITE = (
    "version: 1\nname: ¦core\ntitle: Nobody runs this\ncases:\n  - {id: a, inputs: {}}\n"
    "scorers:\n  - {name: valid, type: is-json}\n"
)
_NO_SYSTEM_CARD = (
    '---\n¦kind: model-card\ntitle: A card\nauthor: "@dana"\ndate: 2026-10-01\n'
    f'judges: {{registration: "sha256:{"0" * 64}"}}\n---\nNobody reads this.\n'
)


def _floating_judge(damage: Damage, plan: Plan) -> None:
    damage.edit(plan.registration, r"judge-2026-09-15(.*\n? *.*)\"2026-09-15\"", r'judge-latest\1"latest"')
    damage.edit(f"systems/{plan.id}/{_SUITE}", "model: acme/judge", "model: ¦acme/judge", "SUI020")


def _judge_as_fallback(damage: Damage, plan: Plan) -> None:
    damage.edit(plan.registration, "role: judge", "role: fallback")
    damage.edit(f"systems/{plan.id}/{_SUITE}", "model: acme/judge", "model: ¦acme/judge", "SUI020")


SUITES: tuple[Kind, ...] = (
    Kind("a gate without a scorer", file(_SUITE, "^  accuracy:", "  ¦acuracy:", "SUI004"), suited),
    Kind("a floor for a measure", file(_SUITE, r"latency: \{max", "¦latency: {min", "SUI004"), suited),
    Kind("a case id twice", file(_CASES, r'^\{"id": "(\w+)-07"', r'¦{"id": "\1-03"', "SUI003"), suited),
    Kind("a case that isn't JSON", file(_CASES, r'-04", "inputs"', r'-04" ¦"inputs"', "FIL001"), suited),
    Kind("a key twice in a case", file(_CASES, r'-05", "inputs"', r'-05", ¦"id": "x", "inputs"', "FIL002"), suited),
    Kind("a required key of a case misspelt", file(_CASES, r'-06", "inputs"', r'-06", ¦"input"', "FIL008"), suited),
    Kind("a text instead of yes or no", file(_CASES, r'"critical": true', r'"critical": ¦"yes"', "FIL007"), suited),
    Kind(
        "an input that the prompt doesn't have",
        file(_CASES, r'^(\{"id": "\w+-02", "inputs": \{)', r'¦\1"extra": "x", ', "SUI006"),
        suited,
    ),
    Kind(
        "a suite for another system's prompt",
        file(_SUITE, "^prompt: .*$", f"prompt: ¦{SHARED_PROMPT}", "SUI001"),
        lone,
    ),
    Kind(
        "a suite for a prompt that isn't there",
        file(_SUITE, r"^prompt: (.*)\.prompt", r"prompt: ¦\1s.prompt", "SUI001"),
        lone,
    ),
    Kind("a case file that isn't there", file(_SUITE, "^cases: cases/core", "cases: ¦cases/cor", "SUI002"), suited),
    Kind("too few cases", _too_few, suited),
    Kind("a gate that is too loose", file(_SUITE, "max_regression: 0.02", "max_regression: ¦0.5", "SUI007"), suited),
    Kind(
        "a scorer's name twice",
        file(_SUITE, "^(  - {name: latency.*)$", r"\1\n  - {name: ¦latency, type: cost}", "SUI008"),
        suited,
    ),
    Kind("a suite with another name than its file", file(_SUITE, "^name: core", "name: ¦main", "SUI009"), lone),
    Kind("a slice that no case has", file(_SUITE, r"slices: \[language\]", "slices: [¦langauge]", "SUI010"), suited),
    Kind(
        "a scorer without what it compares with",
        file(_SUITE, r"- (\{name: accuracy.*?), value: [^}]*\}+\"\}", r"- ¦\1}", "FIL007"),
        suited,
    ),
    Kind("a scorer that there isn't", file(_SUITE, "type: is-json", "type: ¦isjson", "FIL007"), suited),
    Kind(
        "thresholds that nobody looked at again",
        file(_SUITE, "review_by: 2099", "review_by: ¦2025", "SUI021"),
        suited,
    ),
    Kind(
        "thresholds agreed with nobody",
        file(_SUITE, "agreed_with: technical", "agreed_with: ¦tecnical", "SUI022"),
        suited,
    ),
    Kind(
        "thresholds that one party agreed with itself",
        file(_SUITE, "agreed_with: technical", "agreed_with: ¦business", "SUI022"),
        suited,
    ),
    Kind("a judge that nobody registered", file(_SUITE, "model: acme/judge", "model: ¦acme/jugde", "SUI020"), judged),
    Kind("a judge that floats", _floating_judge, judged),
    Kind("a judge that stands in for the model", _judge_as_fallback, judged),
    Kind(
        "a result of a tool that isn't offered",
        file(_CASES, r'^(.*"tool_results": \{"\w+)_read"', r'¦\1_raed"', "PRM008"),
        lambda plan: suited(plan) and plan.agent,
    ),
    Kind(
        "a step with a tool that isn't offered",
        file(_SUITE, r"expect:([\s\S]*?)name: (\w+)_read", r"expect:\1name: ¦\2_raed", "PRM008"),
        lambda plan: suited(plan) and plan.agent,
    ),
    Kind("a suite without a system", _orphan(_SUITE, _NO_SYSTEM_SUITE, "SUI011"), anyone),
    Kind("a document without a system", _orphan(_CARD, _NO_SYSTEM_CARD, "DOC001"), anyone),
    Kind(
        "a document that judged something else",
        file(_CARD, r'registration: "sha256:.{8}', 'registration: ¦"sha256:00000000', "DOC002"),
        documented,
    ),
    Kind(
        "a document that nobody read again",
        file(_CARD, "^(date: .*)$", r"\1\nreview_by: ¦2025-01-31", "DOC003"),
        documented,
    ),
    Kind("a document of the future", file(_CARD, "^date: .*$", "date: ¦2098-12-04", "DOC004"), documented),
    Kind("a document without an author", file(_CARD, "^kind:", "¦kind:", "FIL007", (r"^author: .*\n", "")), documented),
    Kind("a document without front matter", file(_CARD, r"\A---\n", "¦# A card\n", "FIL001"), documented),
)
