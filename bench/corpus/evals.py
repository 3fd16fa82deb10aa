"""Suites, cases, documents and waivers of the systems that have them."""

from __future__ import annotations

import json
from typing import Any

from bench.corpus.digests import of_value
from bench.corpus.emit import document
from bench.corpus.plan import WAIVED_CONTROL, Plan
from bench.corpus.policies import JUDGE
from bench.corpus.words import LABELS, NAMES, SAYINGS

CASES = 18
INCIDENT = "2026-05-04-late-answer"
_LANGUAGES = ("en", "de", "fr")


def suite_files(plan: Plan, seed: int) -> dict[str, str]:
    rng = plan.rng(seed, "suite")
    folder = f"systems/{plan.id}/evals"
    rows = [
        {
            "id": f"{plan.variable}-{number:02d}",
            "inputs": {plan.variable: f"{rng.choice(SAYINGS)} ({number})."},
            "expected": {"label": rng.choice(LABELS)},
            **({"critical": True, "tags": ["LLM02"]} if number < 2 else {}),
            **({"tool_results": {f"{plan.domain}_read": "nothing yet"}} if plan.agent and number == 4 else {}),
            "fields": {"language": _LANGUAGES[number % 3]},
        }
        for number in range(CASES)
    ]
    suite = {
        "version": 1,
        "name": "core",
        "title": f"Everyday {plan.variable}s get the right label",
        "prompt": plan.prompt,
        "cases": "cases/core.jsonl",
        "trials": 1,
        "scorers": [
            {"name": "valid-json", "type": "is-json"},
            {"name": "accuracy", "type": "json-path-equals", "path": "$.label", "value": "{{expected.label}}"},
            {"name": "latency", "type": "latency", "statistic": "p95"},
            *_more_scorers(plan),
        ],
        "gates": {
            "accuracy": {"min": 0.9, "max_regression": 0.02},
            "valid-json": {"min": 0.98},
            "latency": {"max": 4000},
        },
        "thresholds": {"owner": "business", "agreed_with": "technical", "review_by": "2099-06-30"},
        "slices": ["language"],
    }
    return {
        f"{folder}/core.yaml": document(
            suite, "# yaml-language-server: $schema=https://placet.dev/schemas/suite.schema.json"
        ),
        f"{folder}/cases/core.jsonl": "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows),
    }


def _more_scorers(plan: Plan) -> list[dict[str, Any]]:
    steps = {"name": "steps", "type": "tool-calls", "expect": [{"name": f"{plan.domain}_read"}]}
    rubric = "It is plain and promises nothing."
    tone = {"name": "tone", "type": "judge", "model": JUDGE[0], "rubric": rubric}
    return [steps] * plan.agent + [tone] * plan.judged


def document_files(plan: Plan, registered: dict[str, Any], seed: int) -> dict[str, str]:
    kinds = ["model-card"] if plan.waives_document or plan.tier != "critical" else ["model-card", "risk-assessment"]
    return {f"systems/{plan.id}/documents/{kind}.md": _document(plan, kind, registered, seed) for kind in kinds}


def _document(plan: Plan, kind: str, registered: dict[str, Any], seed: int) -> str:
    rng = plan.rng(seed, kind)
    front = {
        "kind": kind,
        "title": f"{kind.replace('-', ' ').capitalize()} of {plan.id}",
        "author": f"@{rng.choice(NAMES)}",
        "date": f"2026-{rng.randrange(1, 11):02d}-{rng.randrange(1, 29):02d}",
    }
    body = (
        f"# {front['title']}\n\n"
        f"The {plan.domain} team gets about {rng.randrange(50, 3000)} {plan.variable}s a day and wants each of them\n"
        f"to be looked at within the hour. It does the first step: {plan.task}. A person sees every answer before\n"
        "anything happens, and changes one in twelve of them. It was tried on last spring's post, which two people\n"
        "of the team had labelled on their own, and on letters that were written to mislead it.\n\n"
        "It fails on handwriting, on letters about two things, and on irony.\n"
    )
    judged = f"judges:\n  registration: {json.dumps(of_value(_material(registered)))}\n"
    return f"---\n{document(front)}{judged}---\n{body}"


def _material(value: Any) -> Any:
    """What behaviour hangs on: all but titles and descriptions."""
    if isinstance(value, dict):
        return {key: _material(item) for key, item in value.items() if key not in ("title", "description")}
    return [_material(item) for item in value] if isinstance(value, list) else value


def waiver_files(plan: Plan, seed: int) -> dict[str, str]:
    controls = [WAIVED_CONTROL] * plan.waives_logging + ["risk-assessment"] * plan.waives_document
    return {f"systems/{plan.id}/waivers/{control}.yaml": _waiver(plan, control, seed) for control in controls}


def _waiver(plan: Plan, control: str, seed: int) -> str:
    rng = plan.rng(seed, control)
    return document(
        {
            "version": 1,
            "control": control,
            "system": plan.id,
            "reason": f"The {plan.domain} desk moves to new machines, and until then nobody there can do it.",
            "owner": f"@{rng.choice(NAMES)}",
            "approver": "@rana",
            "until": "2099-12-31",
        },
        "# yaml-language-server: $schema=https://placet.dev/schemas/waiver.schema.json",
    )


def incident_files(plan: Plan, seed: int) -> dict[str, str]:
    """One that is still open: nothing is asked of it yet."""
    rng = plan.rng(seed, "incident")
    text = document(
        {
            "version": 1,
            "id": INCIDENT,
            "system": plan.id,
            "title": f"Answers to {plan.domain} came a day late",
            "severity": rng.choice(("minor", "major")),
            "what": f"For {rng.randrange(2, 9)} days {rng.randrange(20, 400)} {plan.variable}s waited too long.",
            "detected": "2026-05-04",
            "detected_by": {"monitor": "cost-per-answer"},
            "owner": "technical",
        },
        "# yaml-language-server: $schema=https://placet.dev/schemas/incident.schema.json",
    )
    return {f"systems/{plan.id}/incidents/{INCIDENT}.yaml": text}
