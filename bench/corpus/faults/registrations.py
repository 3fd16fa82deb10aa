"""Faults of registrations, as people make them."""

from __future__ import annotations

from bench.corpus.damage import Damage
from bench.corpus.faults.kind import Kind, agent, anyone, demanding, edit, lone, modest, simple, strict, suited
from bench.corpus.plan import Plan


def _prompt_gone(damage: Damage, plan: Plan) -> None:
    damage.remove(plan.prompt)
    damage.edit(plan.registration, "path: prompts/", "path: ¦prompts/", "SYS008")


def _suite_gone(damage: Damage, plan: Plan) -> None:
    damage.remove(f"systems/{plan.id}/evals/core.yaml")
    damage.remove(f"systems/{plan.id}/evals/cases/core.jsonl")
    damage.edit(plan.registration, "^  tier: ", "  tier: ¦", "SYS010")


def _ungated(damage: Damage, plan: Plan) -> None:
    """Both failure modes hang on the suite; what is wrong is one thing."""
    suite, cases = (f"systems/{plan.id}/evals/{name}" for name in ("core.yaml", "cases/core.jsonl"))
    damage.edit(suite, r"\ngates:\n(  .*\n)+", "\n")
    damage.files[cases] = damage.text(cases).replace('"critical": true, ', "")
    damage.edit(plan.registration, r"cases: \[core\]", "cases: ¦[core]", "SYS025")


def _untagged(damage: Damage, plan: Plan) -> None:
    cases = f"systems/{plan.id}/evals/cases/core.jsonl"
    damage.files[cases] = damage.text(cases).replace('"tags": ["LLM02"], ', "")
    damage.edit(plan.registration, "^  tier: ", "  tier: ¦", "SYS029")


def _registration_gone(damage: Damage, plan: Plan) -> None:
    """A suite, cases and perhaps a document are left, and a prompt that nobody uses now: one fault."""
    damage.remove(plan.registration)
    if plan.documented:
        damage.edit(f"systems/{plan.id}/documents/model-card.md", "^kind: ", "¦kind: ", "DOC001")
    else:
        damage.edit(f"systems/{plan.id}/evals/core.yaml", "^name: ", "name: ¦", "SUI011")


def _undemanded_suite_gone(damage: Damage, plan: Plan) -> None:
    """Both failure modes name it."""
    damage.remove(f"systems/{plan.id}/evals/core.yaml")
    damage.remove(f"systems/{plan.id}/evals/cases/core.jsonl")
    damage.edit(plan.registration, r"cases: \[core\]", "cases: [¦core]", "SYS011")


def _document_gone(damage: Damage, plan: Plan) -> None:
    damage.remove(f"systems/{plan.id}/documents/model-card.md")
    damage.edit(plan.registration, "^  tier: ", "  tier: ¦", "SYS006")


def _document_empty(damage: Damage, plan: Plan) -> None:
    path = f"systems/{plan.id}/documents/model-card.md"
    damage.edit(path, "^kind: ", "kind: ¦", "SYS006")
    damage.edit(path, r"\n---\n[\s\S]*", "\n---\n# Model card\n\n<what it is for>\n")


def _owner_gone(damage: Damage, plan: Plan) -> None:
    damage.edit(plan.registration, r"^  data: .*\n", "")
    damage.edit(plan.registration, "^owners:", "¦owners:", "SYS002")


def _field_gone(damage: Damage, plan: Plan) -> None:
    damage.edit(plan.registration, r"^residency: .*\n", "")
    damage.edit(plan.registration, "^  tier: ", "  tier: ¦", "SYS007")


def _monitor_gone(damage: Damage, plan: Plan) -> None:
    damage.edit(plan.registration, "group: performance", "group: data")
    damage.edit(plan.registration, "^monitoring:", "¦monitoring:", "SYS007")


def _tool_unasked(damage: Damage, plan: Plan) -> None:
    """An agent has tools; others get one."""
    tool = "tools:\n  - {name: mail, permissions: [mail.send], needs_approval: ¦false}\n"
    if "\ntools:" in damage.text(plan.registration).replace("\r", ""):
        damage.edit(plan.registration, "needs_approval: true", "needs_approval: ¦false", "SYS023")
    else:
        damage.edit(plan.registration, "^fallback:", f"{tool}\nfallback:", "SYS023")


_ONE_OR_MORE_LINES = r"(?:, |\n    )"
_FIRST = _ONE_OR_MORE_LINES.join(
    (r"^models:\n(  - \{?id: [^,\n]+", "provider: ([^,\n]+)", "name: ([^,\n]+)", 'version: ("[^"]+"))')
)
_SAME = r"models:\n  - {id: acme/twin, provider: \2, name: ¦\3, version: \4, role: fallback}\n\1"
_MODEL = r"^models:\n  - (\{?)id: ([^,\n}]+)"
_TWIN = (
    r'models:\n  - {id: \2, provider: stand-in, name: x-2026-01-01, version: "2026-01-01", role: judge}\n  - \1id: ¦\2'
)

REGISTRATIONS: tuple[Kind, ...] = (
    Kind("a colon in a text without quotes", edit("^title: .*$", "title: Refunds¦: again", "FIL001"), anyone),
    Kind("a bracket that is never closed", edit("^review_by: ", "review_by: ¦[", "FIL001"), anyone),
    Kind("a tab as indentation", edit("^  tier: ", "¦\ttier: ", "FIL001"), anyone),
    Kind("a key twice", edit("^(lifecycle: .*)$", r"\1\n¦lifecycle: retired", "FIL002"), anyone),
    Kind("an inner key twice", edit("^(  tier: .*)$", r"\1\n  ¦tier: critical", "FIL002"), anyone),
    Kind("an optional key misspelt", edit("^cost_center:", "¦cost_centre:", "FIL008"), anyone),
    Kind("a required key misspelt", edit("^purpose:", "¦purpos:", "FIL008"), anyone),
    Kind("a word that isn't one of the list", edit("^lifecycle: .*$", "lifecycle: ¦prod", "FIL007"), anyone),
    Kind("an inner word that isn't one of the list", edit(r"autonomy: [\w-]+", "autonomy: ¦decides", "FIL007"), anyone),
    Kind("a required key left out", edit("^version: 1$", "¦version: 1", "FIL007", (r"^kind: .*\n", "")), anyone),
    Kind(
        "an inner required key left out",
        edit("^  who:", "  ¦who:", "FIL007", (r"^  max_response_minutes: .*\n", "")),
        anyone,
    ),
    Kind("a text instead of a number", edit("minutes: .*$", "minutes: ¦soon", "FIL007"), anyone),
    Kind("a text instead of a list", edit(r"^limitations:.*\n(  - .*\n)*", "limitations: ¦None.\n", "FIL007"), anyone),
    Kind("an owner without @", edit(r'technical: \["@(\w+)"\]', r"technical: [¦\1]", "FIL007"), anyone),
    Kind("a day that no month has", edit("^reviewed: .*$", "reviewed: ¦2026-02-30", "FIL007"), anyone),
    Kind("a version of the future", edit("^version: 1$", "version: ¦2", "FIL006"), anyone),
    Kind("a prompt that isn't there", edit(r"path: (.*?)\.prompt", r"path: ¦\1s.prompt", "SYS008"), simple),
    Kind("a prompt that was deleted", _prompt_gone, anyone),
    Kind("a model id twice", edit(_MODEL, _TWIN, "SYS005"), simple),
    Kind("a provider that nobody knows", edit(r"provider: [\w-]+", "provider: ¦gatway", "SYS003"), simple),
    Kind("a model name that floats", edit(r"name: ([a-z]+)-20[\d-]+", r"name: ¦\1-latest", "SYS004"), demanding),
    Kind("a version that floats", edit(r'version: "20[\d-]+"', 'version: ¦"latest"', "SYS004"), demanding),
    Kind("a tier that is too low", edit("^  tier: .*$", "  tier: ¦low", "SYS021"), demanding),
    Kind("an id that isn't the folder's", edit("^id: (.*)$", r"id: ¦\1-b", "SYS001"), simple),
    Kind("an untrusted variable misspelt", edit(r"untrusted: \[(\w+)", r"untrusted: [¦\1s", "SYS009"), simple),
    Kind("an owner role left out", _owner_gone, demanding),
    Kind("a field left out", _field_gone, demanding),
    Kind("a field left empty", edit(r"^limitations:.*\n(  - .*\n)*", "¦limitations: []\n", "SYS007"), simple),
    Kind("a monitor left out", _monitor_gone, demanding),
    Kind("a provider in the wrong region", edit(r"provider: [\w-]+", "provider: ¦overseas", "SYS013"), simple),
    Kind("a monitor's name twice", edit("name: valid-answers", "name: ¦cost-per-answer", "SYS014"), simple),
    Kind(
        "an overdue review",
        edit("^review_by: .*$", "review_by: ¦2024-05-31", "SYS015", ("^reviewed: .*$", "reviewed: 2023-05-31")),
        simple,
    ),
    Kind(
        "a regulation misspelt",
        edit(r"regulation: \[[^\]]*\]", "regulation: [¦eu-ai-act-highrisk]", "SYS012"),
        simple,
    ),
    Kind(
        "a failure mode without a suite",
        edit(r"cases: \[inline\]", "cases: [¦security]", "SYS011"),
        lambda plan: simple(plan) and not plan.suited,
    ),
    Kind("no primary model", edit("^models:", "¦models:", "SYS016", ("role: primary", "role: judge")), simple),
    Kind("a fallback that is the primary model", edit(_FIRST, _SAME, "SYS017"), simple),
    Kind(
        "arms of more than all traffic",
        edit(r"name: others, percent: \d+", "name: others, percent: ¦100", "SYS018", ("strategy: .*$", "strategy: ab")),
        simple,
    ),
    Kind(
        "a review due before the last one",
        edit(r"^reviewed: .*\nreview_by: .*$", "reviewed: 2025-05-01\nreview_by: ¦2025-03-01", "SYS019"),
        simple,
    ),
    Kind("a review of the future", edit("^reviewed: .*$", "reviewed: ¦2098-01-01", "SYS020"), simple),
    Kind("a monitor that calls nobody", edit("owner: business", "owner: ¦risk", "SYS022"), modest),
    Kind("a tool that acts unasked", _tool_unasked, simple),
    Kind("a data source that the factors leave out", edit("class: [a-z]+", "class: ¦sensitive", "SYS024"), simple),
    Kind("a version that isn't the name's", edit(r'version: "20[\d-]+"', 'version: ¦"2025-01-01"', "SYS026"), simple),
    Kind("a model without a price", edit(r"name: ([a-z]+)-(20[\d-]+)", r"name: ¦\1x-\2", "SYS027"), simple),
    Kind("a demanded suite that was deleted", _suite_gone, lambda plan: strict(plan) and lone(plan)),
    Kind("a suite that was deleted", _undemanded_suite_gone, lambda plan: lone(plan) and not plan.documented),
    Kind("a suite without a gate", _ungated, lambda plan: suited(plan) and plan.tier in ("low", "medium")),
    Kind("a registration that was deleted", _registration_gone, lone),
    Kind("a demanded document that was deleted", _document_gone, strict),
    Kind("a demanded document without content", _document_empty, strict),
    Kind(
        "a failure mode of a case that isn't there",
        edit(r"cases: \[core\]", "cases: [¦core/no-such-case]", "SYS011"),
        lambda plan: suited(plan) and not plan.documented,
    ),
    Kind(
        "an agent that marks nothing as untrusted",
        edit(r"^prompts:([\s\S]*?untrusted: \[)[^\]]*\]", r"¦prompts:\1]", "SYS028"),
        lambda plan: agent(plan) and plan.tier == "medium",
    ),
    Kind("a tag that no case has any more", _untagged, strict),
)
