"""Which scorer types there are, and how one is built from what a file says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from placet.model.suite import ScorerSpec
from placet.scorers import github, json_checks, json_schema, measures, regex, text
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
    "latency": measures.latency,
    "cost": measures.cost,
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
