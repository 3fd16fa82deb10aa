"""What was answered once: labels that people gave to outputs, and suites whose outputs are recorded."""

from __future__ import annotations

import json
from typing import Any

from bench.corpus.digests import of_subject, of_text
from bench.corpus.emit import document
from bench.corpus.plan import Plan
from bench.corpus.words import LABELS, NAMES, SAYINGS

LABELLED = 3
_CASES = 4


def label_files(plan: Plan, registered: dict[str, Any], prompt: dict[str, Any], seed: int) -> dict[str, str]:
    rng, subject = plan.rng(seed, "labels"), of_subject(registered, prompt)
    rows = [
        {
            "case": f"{plan.variable}-{number:02d}",
            "subject": subject,
            "output": of_text(f"{plan.id} {number}"),
            "verdict": rng.choice(("pass", "pass", "fail")),
            "author": f"@{rng.choice(NAMES)}",
            "at": f"2026-{rng.randrange(1, 11):02d}-{rng.randrange(1, 29):02d}T09:30:00Z",
        }
        for number in range(LABELLED)
    ]
    return {f"systems/{plan.id}/labels/core.jsonl": _lines(rows)}


def recorded_files(plan: Plan, registered: dict[str, Any], prompt: dict[str, Any], seed: int) -> dict[str, str]:
    """A second suite, whose outputs nobody asks Placet to make."""
    rng, folder = plan.rng(seed, "recorded"), f"systems/{plan.id}/evals"
    model, by_model = registered["models"][0], plan.recorded == "model"
    cases = [
        {"id": f"old-{number}", "inputs": {plan.variable: f"{rng.choice(SAYINGS)}."}, "expected": rng.choice(LABELS)}
        for number in range(_CASES)
    ]
    suite = {
        "version": 1,
        "name": "supplied",
        "title": "What was answered last spring is still right",
        **({"subject": model["id"]} if by_model else {"prompt": plan.prompt}),
        "source": "recorded",
        "recorded": "recorded/supplied.jsonl",
        "cases": cases,
        "scorers": [{"name": "right", "type": "contains", "value": "{{expected}}"}],
        "gates": {"right": {"min": 0.8}},
    }
    made_by = model["digest"] if by_model else of_subject(registered, prompt)
    head = {"made_by": made_by, "made": "2026-05-11", "tool": {"name": "replay", "version": "3.1"}}
    rows = [{"id": case["id"], "trial": 1, "output": f"It is {case['expected']}."} for case in cases]
    return {
        f"{folder}/supplied.yaml": document(suite),
        f"{folder}/recorded/supplied.jsonl": _lines([head, *rows]),
    }


def _lines(rows: list[dict[str, Any]]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
