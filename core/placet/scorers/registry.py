"""Which scorer types there are, and how one is built from what a file says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from placet.model.suite import ScorerSpec
from placet.scorers import (
    bleu,
    canary,
    citations,
    classification,
    conversation,
    fairness,
    github,
    grounded,
    imported,
    json_checks,
    json_schema,
    json_subset,
    judge,
    measures,
    pii,
    refusal,
    regex,
    rouge,
    similarity,
    text,
    tool_calls,
)
from placet.scorers.output import Scorer
from placet.scorers.parameters import ScorerError, suggestion

BUILDERS: Mapping[str, Callable[[ScorerSpec], Scorer]] = {
    "equals": text.equals,
    "contains": text.contains,
    "starts-with": text.starts_with,
    "ends-with": text.ends_with,
    "regex": regex.regex,
    "is-json": json_checks.is_json,
    "json-schema": json_schema.json_schema,
    "json-path-equals": json_checks.json_path_equals,
    "json-path": json_checks.json_path,
    "json-subset": json_subset.json_subset,
    "levenshtein": similarity.levenshtein,
    "rouge": rouge.rouge,
    "bleu": bleu.bleu,
    "chrf": bleu.chrf,
    "classification": classification.classification,
    "fairness": fairness.fairness,
    "grounded": grounded.grounded,
    "citations": citations.citations,
    "refusal": refusal.refusal,
    "pii": pii.pii,
    "canary": canary.canary,
    "imported": imported.imported,
    "latency": measures.latency,
    "cost": measures.cost,
    "tool-calls": tool_calls.tool_calls,
    "conversation": conversation.conversation,
    "judge": judge.rubric,
    "pairwise": judge.pairwise,
    "github-string": github.github_string,
    "github-judge": github.github_judge,
}


def build(spec: ScorerSpec) -> Scorer:
    """The scorer that a file asks for, compiled once; `ScorerError` if it can't be built as written."""
    builder = BUILDERS.get(spec.type)
    if builder is None:
        known = tuple(name for name in BUILDERS if not name.startswith("github-"))
        help = suggestion(spec.type, known) or f"the types are {', '.join(known)}"
        raise ScorerError(f"there is no scorer of type `{spec.type}`", help)
    return builder(spec)
