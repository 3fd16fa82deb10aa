"""From schema-valid trees to suites: a system's own, and the one that a prompt file carries in itself."""

from __future__ import annotations

from collections.abc import Iterable

from placet.findings import Position
from placet.model.recording import Recording, Row
from placet.model.suite import CRITICAL, INLINE, RUN, Case, Gate, ScorerSpec, Suite
from placet.parse.foreign import text_of
from placet.parse.policies import thresholds
from placet.parse.tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Keys that a scorer has of its own; the others are parameters of its type.
_SCORER_KEYS = frozenset({"name", "type"})
_UNKNOWN = "unknown"  # the version of a tool whose file doesn't tell it
STRING_EVALUATOR, JUDGE_EVALUATOR = "github-string", "github-judge"


def suite(tree: Tree, cases: Iterable[Case], cases_path: str | None) -> Suite:
    value = tree.value
    return Suite(
        name=value["name"],
        title=value["title"],
        path=tree.path,
        prompt=value.get("prompt"),
        cases=tuple(cases),
        trials=value.get("trials", 1),
        scorers=tuple(_scorer(tree, index, spec) for index, spec in enumerate(value["scorers"])),
        gates=tuple(_gate(tree, metric, bounds) for metric, bounds in (value.get("gates") or {}).items()),
        slices=tuple(value.get("slices", ())),
        cases_path=cases_path,
        carrier=value.get("carrier"),
        as_main=value.get("as_main", False),
        filler=value.get("filler"),
        source=value.get("source", RUN),
        recorded=f"{tree.path.rpartition('/')[0]}/{value['recorded']}" if "recorded" in value else None,
        subject=value.get("subject"),
        cluster=value.get("cluster"),
        thresholds=thresholds(value),
    )


def _scorer(tree: Tree, index: int, spec: dict[str, Any]) -> ScorerSpec:
    parameters = {key: value for key, value in spec.items() if key not in _SCORER_KEYS and not key.startswith("x-")}
    return ScorerSpec(spec["name"], spec["type"], parameters, tree.at("scorers", index, "name"))


def _gate(tree: Tree, metric: str, bounds: dict[str, float]) -> Gate:
    return Gate(metric=metric, position=tree.at("gates", metric, key=True), **bounds)


def case(value: dict[str, Any], position: Position) -> Case:
    return Case(
        id=value["id"],
        inputs=value.get("inputs", {}),
        expected=value.get("expected"),
        critical=value.get("critical", False),
        forbidden=value.get("forbidden", False),
        tags=tuple(value.get("tags", ())),
        fields=value.get("fields"),
        position=position,
        payload=value.get("payload"),
        turns=tuple(value.get("turns", ())),
        tool_results=value.get("tool_results"),
    )


def recording(path: str, data: bytes, front: Tree, rows: Iterable[Row]) -> Recording:
    from placet.hashing import hex_digest

    value = front.value
    tool, source = value["tool"], value.get("source") or {}
    return Recording(
        path=path,
        digest=f"sha256:{hex_digest('sha256', data)}",
        made_by=value["made_by"],
        made=value["made"],
        tool=tool["name"] if tool["version"] == _UNKNOWN else f"{tool['name']} {tool['version']}",
        rows=tuple(rows),
        source=source.get("name"),
        source_digest=source.get("digest"),
        position=front.at("made_by"),
    )


def row(value: dict[str, Any], position: Position) -> Row:
    return Row(
        id=value["id"],
        trial=value.get("trial", 1),
        output=value.get("output"),
        scores=value.get("scores"),
        error=value.get("error"),
        latency_ms=value.get("latency_ms"),
        position=position,
    )


def inline_suite(tree: Tree) -> Suite | None:
    """The suite in a prompt file's `testData` and `evaluators`; None when it has no test data.

    A row has no id of its own, so its content gives it one: an edited row is a removed and an added case. A handful of
    rows is too few for statistics, so each is a critical case to the string evaluators. A judge can't be measured yet;
    its gate says so.
    """
    value = tree.value
    rows, evaluators = value.get("testData") or [], value.get("evaluators") or []
    if not rows:
        return None
    names = _names(tree, evaluators)
    scorers = tuple(_evaluator(tree, index, spec, names[index]) for index, spec in enumerate(evaluators))
    return Suite(
        name=INLINE,
        title=f"Test data in {tree.path.rpartition('/')[2]}",
        path=tree.path,
        prompt=tree.path,
        cases=tuple(_rows(tree, rows, critical=any(spec.type == STRING_EVALUATOR for spec in scorers))),
        trials=1,
        scorers=scorers,
        gates=tuple(
            Gate(spec.name, min=1.0, position=spec.position) for spec in scorers if spec.type == JUDGE_EVALUATOR
        ),
        slices=(),
    )


def _rows(tree: Tree, rows: list[dict[str, Any]], *, critical: bool) -> Iterable[Case]:
    import json
    from hashlib import sha256

    seen: dict[str, int] = {}
    for index, row in enumerate(rows):
        inputs = {
            key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for key, value in row.items()
        }
        id = sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:8]
        seen[id] = seen.get(id, 0) + 1
        copy = f"-{seen[id]}" if seen[id] > 1 else ""
        yield Case(
            f"row-{id}{copy}", inputs, inputs.get("expected"), critical=critical, position=tree.at("testData", index)
        )


def _names(tree: Tree, evaluators: list[dict[str, Any]]) -> list[str]:
    """GitHub allows evaluators without a name, and two of one name. A metric needs a name that is its own."""
    names: list[str] = []
    for index, spec in enumerate(evaluators):
        wanted = text_of(tree, spec.get("name"), "evaluators", index, "name") or f"evaluator {index + 1}"
        taken = {CRITICAL, *names}
        copies = (f"{wanted} ({number})" for number in range(2, len(evaluators) + 3))
        names.append(next(name for name in (wanted, *copies) if name not in taken))
    return names


def _evaluator(tree: Tree, index: int, spec: dict[str, Any], name: str) -> ScorerSpec:
    position = tree.at("evaluators", index, "name")
    if "string" in spec:
        criteria = {
            key: text_of(tree, value, "evaluators", index, "string", key) if _is_scalar(value) else value
            for key, value in spec["string"].items()
        }
        return ScorerSpec(name, STRING_EVALUATOR, criteria, position)
    kind = {"uses": spec["uses"]} if "uses" in spec else dict(spec["llm"])
    return ScorerSpec(name, JUDGE_EVALUATOR, kind, position)


def _is_scalar(value: object) -> bool:
    """An unknown key may hold anything; it stays as it is."""
    return not isinstance(value, dict | list)
