"""The schemas themselves: sound, closed, bounded, explained; and what they accept and refuse."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import re2
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry

from placet.codeowners.owners import parse as parse_codeowners

ROOT = Path(__file__).parents[2]
ROOMS = files("placet") / "schemas"
KINDS = sorted(path.name.removesuffix(".schema.json") for path in ROOMS.iterdir() if path.name.endswith(".schema.json"))
SCHEMAS = {kind: json.loads((ROOMS / f"{kind}.schema.json").read_text("utf-8")) for kind in KINDS}
WHERE = {
    "settings": "policies/placet.yaml",
    "tiers": "policies/tiers.yaml",
    "classification": "policies/classification.yaml",
    "providers": "policies/providers.yaml",
    "control": "policies/controls/*.yaml",
    "own-rules": "policies/rules/*.yaml",
    "policy-test": "policies/tests/*.yaml",
    "system": "systems/*/system.yaml",
    "suite": "systems/*/evals/*.yaml",
    "case": "systems/*/evals/cases/*.jsonl",
    "recorded": "systems/*/evals/recorded/*.jsonl",
    "waiver": "systems/*/waivers/*.yaml",
    "incident": "systems/*/incidents/*.yaml",
    "label": "systems/*/labels/*.jsonl",
    "document": "systems/*/documents/*.md",
    "prompt": "prompts/**/*.prompt.y*ml",
}
DIGEST = "sha256:" + "0" * 64


class Yaml(yaml.CSafeLoader):
    """YAML whose dates stay text, as they do in YAML 1.2."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(schema, registry=Registry(), format_checker=checker)


def errors(kind: str, instance: Any) -> list[tuple[str, str]]:
    """(path, keyword) of every error, in order."""
    found = validator(SCHEMAS[kind]).iter_errors(instance)
    return sorted((".".join(map(str, error.absolute_path)), str(error.validator)) for error in found)


def subschemas(schema: Any, at: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema within a schema, with its pointer. `examples`, `const` and `enum` hold data."""
    if not isinstance(schema, dict):
        return
    yield at, schema
    for key in ("properties", "patternProperties", "$defs", "dependentSchemas"):
        for name, child in schema.get(key, {}).items():
            yield from subschemas(child, f"{at}/{key}/{name}")
    for key in ("items", "additionalProperties", "propertyNames", "not", "if", "then"):
        if key in schema:
            yield from subschemas(schema[key], f"{at}/{key}")
    for key in ("allOf", "anyOf", "oneOf"):
        for index, child in enumerate(schema.get(key, [])):
            yield from subschemas(child, f"{at}/{key}/{index}")


def places(kind: str) -> list[tuple[str, dict[str, Any]]]:
    """The places that describe what a file holds; conditions only add to what is said there."""
    conditional = re.compile(r"/(if|then|not|dependentSchemas|allOf|anyOf)(/|$)")
    return [(at, schema) for at, schema in subschemas(SCHEMAS[kind]) if not conditional.search(at)]


def resolved(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    target = SCHEMAS[kind]["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else {}
    return {**target, **schema}


@pytest.mark.parametrize("kind", KINDS)
class TestEachSchema:
    def test_is_a_schema_of_draft_2020_12(self, kind: str) -> None:
        assert SCHEMAS[kind]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        Draft202012Validator.check_schema(SCHEMAS[kind])

    def test_is_named_after_its_file(self, kind: str) -> None:
        assert SCHEMAS[kind]["$id"] == f"https://placet.dev/schemas/{kind}.schema.json"

    def test_refers_to_nothing_outside_itself(self, kind: str) -> None:
        refs = [schema["$ref"] for _, schema in subschemas(SCHEMAS[kind]) if "$ref" in schema]
        assert all(re.fullmatch(r"#/\$defs/\w+", ref) for ref in refs)
        assert {ref.rpartition("/")[2] for ref in refs} == set(SCHEMAS[kind].get("$defs", {}))

    def test_has_its_version_first_if_the_kind_is_ours_and_a_file(self, kind: str) -> None:
        names = list(SCHEMAS[kind]["properties"])
        assert ("version" in names) == (kind not in {"prompt", "case", "recorded", "label", "document"})
        if "version" in names:
            assert names[0] == SCHEMAS[kind]["required"][0] == "version"
            assert SCHEMAS[kind]["properties"]["version"]["const"] == 1

    def test_does_without_branches_whose_errors_nobody_can_read(self, kind: str) -> None:
        outside_conditions = [at for at, schema in subschemas(SCHEMAS[kind]) if {"oneOf", "anyOf"} & set(schema)]
        assert all("/if" in at for at in outside_conditions)


@pytest.mark.parametrize("kind", KINDS)
class TestEachPlace:
    """Each test lists the places of one schema that fall short."""

    def test_is_explained(self, kind: str) -> None:
        described = {at: resolved(kind, schema) for at, schema in places(kind) if "/patternProperties/" not in at}
        assert [at for at, whole in described.items() if not (whole.get("title") or whole.get("description"))] == []

    def test_has_a_title_a_description_and_an_example_of_every_key(self, kind: str) -> None:
        """Editors show all three; a key that refers to a definition may take its title and example from there."""
        keys = [(at, resolved(kind, schema)) for at, schema in places(kind) if re.search(r"/properties/[^/]+$", at)]
        wanted = ("title", "description", "examples")
        assert [
            (at, missing) for at, whole in keys if (missing := [name for name in wanted if not whole.get(name)])
        ] == []

    @pytest.mark.parametrize("keyword", ["examples", "default"])
    def test_shows_only_what_it_accepts(self, kind: str, keyword: str) -> None:
        shown = [
            (at, {**schema, "$defs": SCHEMAS[kind].get("$defs", {})}, value)
            for at, schema in places(kind)
            for value in (
                schema.get("examples", []) if keyword == "examples" else [schema[keyword]] if keyword in schema else []
            )
        ]
        assert [(at, value) for at, schema, value in shown if not validator(schema).is_valid(value)] == []

    def test_names_what_its_pattern_asks_for(self, kind: str) -> None:
        assert [at for at, schema in places(kind) if "pattern" in schema and not schema.get("title")] == []

    def test_is_closed_but_for_x(self, kind: str) -> None:
        records = [
            (at, schema)
            for at, schema in places(kind)
            if "properties" in schema and not at.endswith("/modelParameters")
        ]
        assert [at for at, schema in records if schema.get("additionalProperties") is not False] == []
        assert [at for at, schema in records if list(schema["patternProperties"]) != ["^x-"]] == []

    def test_is_bounded(self, kind: str) -> None:
        bounds = {"string": {"maxLength"}, "array": {"maxItems"}, "object": {"maxProperties", "properties"}}
        typed = [(at, schema, schema.get("type", [])) for at, schema in places(kind)]
        wanting = [
            (at, name)
            for at, schema, types in typed
            for name in ([types] if isinstance(types, str) else types)
            if name in bounds and not bounds[name] & set(schema)
        ]
        assert wanting == []

    def test_has_no_keyword_that_is_slow_on_hostile_input(self, kind: str) -> None:
        """jsonschema compares items that can't be sorted each with each, even beyond maxItems."""
        assert [at for at, schema in places(kind) if "uniqueItems" in schema] == []

    def test_has_patterns_that_any_engine_reads_and_that_cover_the_whole_text(self, kind: str) -> None:
        patterns = {schema["pattern"] for _, schema in places(kind) if "pattern" in schema}
        assert [pattern for pattern in patterns if not (pattern.isascii() and re2.compile(pattern))] == []
        assert [pattern for pattern in patterns if not (pattern.startswith("^") and pattern.endswith("$"))] == []


def governed() -> list[Any]:
    return [
        pytest.param(kind, path, id=str(path.relative_to(ROOT)))
        for kind, where in WHERE.items()
        for path in sorted(ROOT.glob(where))
    ]


def load(kind: str, path: Path) -> list[Any]:
    text = path.read_text("utf-8")
    if kind in {"case", "recorded", "label"}:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    if kind == "document":
        assert text.startswith("---\n")
        return [yaml.load(text[4:].partition("\n---\n")[0], Yaml)]
    return [yaml.load(text, Yaml)]


class TestTheFilesOfThisRepository:
    @pytest.mark.parametrize(("kind", "path"), governed())
    def test_fit_their_schemas(self, kind: str, path: Path) -> None:
        assert [error for value in load(kind, path) for error in errors(kind, value)] == []

    @pytest.mark.parametrize(
        ("kind", "path"),
        [case for case in governed() if case.values[0] not in {"case", "document", "label", "prompt", "recorded"}],
    )
    def test_name_their_schema_for_editors(self, kind: str, path: Path) -> None:
        first = path.read_text("utf-8").partition("\n")[0]
        named = first.removeprefix("# yaml-language-server: $schema=")
        assert named != first
        assert (path.parent / named).resolve() == ROOT / "core/placet/schemas" / f"{kind}.schema.json"

    @pytest.mark.parametrize("path", sorted(ROOT.glob("policies/controls/*.yaml")), ids=lambda path: path.stem)
    def test_controls_point_to_requirements_that_exist(self, path: Path) -> None:
        control = load("control", path)[0]
        assert control["id"] == path.stem
        for framework, ids in control["crosswalk"].items():
            assert set(ids) <= FRAMEWORKS[framework], f"{framework} has no such id"

    def test_tiers_attach_every_control_once(self) -> None:
        tiers = load("tiers", ROOT / "policies/tiers.yaml")[0]["tiers"]
        attached = [control for tier in tiers.values() for control in tier["controls"]]
        assert sorted(attached) == sorted(path.stem for path in ROOT.glob("policies/controls/*.yaml"))

    def test_no_tier_is_laxer_than_the_one_below(self) -> None:
        tiers = list(load("tiers", ROOT / "policies/tiers.yaml")[0]["tiers"].values())
        for lower, upper in pairwise(tiers):
            assert lower["gates"]["margin"] >= upper["gates"]["margin"]
            assert lower["gates"]["error_budget"] >= upper["gates"]["error_budget"]
            assert lower["gates"]["confidence"] <= upper["gates"]["confidence"]
            assert lower["approvals"]["people"] <= upper["approvals"]["people"]
            assert lower["suites"]["least_cases"] <= upper["suites"]["least_cases"]
            assert lower["evidence"]["max_age_days"] >= upper["evidence"]["max_age_days"]

    @pytest.mark.parametrize("path", sorted(ROOT.glob("systems/*/system.yaml")), ids=lambda path: path.parent.name)
    def test_failure_modes_name_suites_and_cases_that_exist(self, path: Path) -> None:
        known = {suite.stem for suite in path.parent.glob("evals/*.yaml")}
        for cases in path.parent.glob("evals/cases/*.jsonl"):
            known |= {f"{cases.stem}/{case['id']}" for case in load("case", cases)}
        named = {name for mode in load("system", path)[0]["failure_modes"] for name in mode["cases"]}
        assert named <= known


RISK, PLATFORM = ("@acme/ai-risk",), ("@acme/platform",)
TRIAGE = ("@acme/support-leads", "@dana")


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        pytest.param("policies/tiers.yaml", RISK, id="policies belong to AI risk"),
        pytest.param("policies/controls/owned.yaml", RISK, id="controls too"),
        pytest.param(
            "prompts/support-triage/classify.prompt.yml", TRIAGE, id="a prompt belongs to its system's owners"
        ),
        pytest.param("prompts/new/first.prompt.yml", RISK, id="AI risk sees a prompt that nobody owns yet"),
        pytest.param("systems/new/system.yaml", RISK, id="AI risk sees a system that nobody owns yet"),
        pytest.param("systems/support-triage/system.yaml", TRIAGE, id="a registration belongs to its owners"),
        pytest.param("systems/support-triage/evals/cases/core.jsonl", TRIAGE, id="cases too"),
        pytest.param("systems/support-triage/documents/model-card.md", TRIAGE, id="model cards too"),
        pytest.param(
            "systems/support-triage/documents/risk-assessment.md",
            RISK,
            id="but not their own risk assessment",
        ),
        pytest.param("systems/support-triage/waivers/core.yaml", RISK, id="nor their own waivers"),
        pytest.param(".github/CODEOWNERS", RISK, id="who approves what belongs to AI risk"),
        pytest.param("CODEOWNERS", RISK, id="wherever it would stand"),
        pytest.param(".github/workflows/placet.yml", PLATFORM, id="workflows belong to the platform"),
        pytest.param(".pre-commit-config.yaml", PLATFORM, id="hooks too"),
        pytest.param("core/placet/gate.py", PLATFORM, id="and the code"),
    ],
)
def test_who_owns_what_in_this_repository(path: str, owners: tuple[str, ...]) -> None:
    owned = parse_codeowners((ROOT / ".github/CODEOWNERS").read_bytes())
    assert owned.errors == ()
    assert owned.owners_of(path).owners == owners


def numbered(prefix: str, counts: list[int], first: int = 1) -> set[str]:
    return {f"{prefix}{group}.{item}" for group, count in enumerate(counts, first) for item in range(1, count + 1)}


#: The published ids. ISO/IEC 42001 Annex A begins its controls at .2, since .1 is the objective.
NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV")
FRAMEWORKS = {
    "eu-ai-act": {f"Art. {number}" for number in range(1, 114)}
    | {f"Annex {numeral}" for numeral in NUMERALS}
    | {f"Annex IV.{heading}" for heading in range(1, 10)},
    "nist-ai-rmf": numbered("GOVERN ", [7, 3, 2, 3, 2, 2])
    | numbered("MAP ", [6, 3, 5, 2, 2])
    | numbered("MEASURE ", [3, 13, 3, 3])
    | numbered("MANAGE ", [4, 4, 2, 3]),
    "iso-42001": {
        f"A.{group}.{item}"
        for group, last in (
            ("2", 4),
            ("3", 3),
            ("4", 6),
            ("5", 5),
            ("6.1", 3),
            ("6.2", 8),
            ("7", 6),
            ("8", 5),
            ("9", 4),
            ("10", 4),
        )
        for item in range(2, last + 1)
    },
}

GOOD: dict[str, Any] = {
    "recorded": {"id": "billing-01", "trial": 1, "output": "billing"},
    "label": {
        "case": "billing-01",
        "subject": DIGEST,
        "output": DIGEST,
        "verdict": "pass",
        "author": "@dana",
        "at": "2026-11-02T09:30:00Z",
    },
    "settings": {
        "version": 1,
        "ledger": {"branch": "placet/evidence"},
        "check": {"name": "placet"},
        "suites": {"main": "core"},
        "roles": {"risk": ["@acme/ai-risk"]},
    },
    "tiers": load("tiers", ROOT / "policies/tiers.yaml")[0],
    "classification": {
        "version": 1,
        "rules": [
            {
                "id": "acts-alone",
                "when": {"autonomy": ["acts"]},
                "tier": "critical",
                "because": "nobody looks",
            }
        ],
    },
    "providers": {
        "version": 1,
        "providers": {"ollama": {"wire": "openai", "base_url": "http://127.0.0.1:11434/v1"}},
    },
    "control": {
        "version": 1,
        "id": "model-card",
        "title": "Model card",
        "reason": "People must be able to read what it is for.",
        "phase": "pr",
        "met_by": {"document": "model-card"},
    },
    "system": {
        "version": 1,
        "id": "notes",
        "title": "Notes",
        "purpose": "Summarises meetings.",
        "kind": "llm",
        "lifecycle": "experiment",
        "owners": {"business": ["@acme/workplace"], "technical": ["mira@acme.example"]},
        "risk": {
            "tier": "low",
            "factors": {
                "autonomy": "informs",
                "data": [],
                "exposure": "internal",
                "regulation": [],
                "criticality": "low",
            },
        },
        "models": [{"id": "acme/stand-in", "provider": "stand-in", "name": "stand-in-2026-10-01"}],
        "prompts": [{"path": "prompts/notes/summarise.prompt.yml"}],
    },
    "prompt": {"messages": [{"role": "user", "content": "Hello {{name}}"}]},
    "suite": {
        "version": 1,
        "name": "core",
        "title": "It works",
        "cases": [{"id": "one", "inputs": {"ticket": "Hello"}}],
        "scorers": [{"name": "accuracy", "type": "equals", "value": "{{expected}}"}],
        "gates": {"accuracy": {"min": 0.9}},
    },
    "case": {"id": "one", "inputs": {"ticket": "Hello"}},
    "waiver": {
        "version": 1,
        "control": "core.accuracy",
        "system": "notes",
        "reason": "The new cases are being labelled.",
        "owner": "@dana",
        "approver": "@rana",
        "until": "2026-12-01",
    },
    "incident": {
        "version": 1,
        "id": "2026-10-14-misrouted",
        "system": "notes",
        "title": "Refunds landed among bugs",
        "severity": "major",
        "what": "For two days refunds were sorted as bugs.",
        "detected": "2026-10-14",
        "detected_by": {"monitor": "valid-json"},
        "owner": "technical",
    },
    "own-rules": {
        "version": 1,
        "rules": [
            {
                "id": "ACME001",
                "title": "A second owner",
                "severity": "error",
                "on": "system",
                "require": "system.owners.technical.size() >= 2",
                "message": "only one",
                "help": "name a second",
            }
        ],
    },
    "policy-test": {
        "version": 1,
        "tests": [
            {
                "name": "What acts alone is critical",
                "given": {"registration": {"risk": {"factors": {"autonomy": "acts"}}}},
                "expect": {"tier": "critical"},
            }
        ],
    },
    "document": {
        "kind": "model-card",
        "title": "Card",
        "author": "@dana",
        "date": "2026-11-02",
        "judges": {"prompts": DIGEST},
    },
}
GONE = object()


def changed(kind: str, path: str, value: Any) -> Any:
    """The good instance of `kind` with one thing changed; a missing mapping on the way is made."""
    instance: Any = copy.deepcopy(GOOD[kind])
    place: Any = instance
    steps: list[Any] = [int(step) if step.isdigit() else step for step in path.split(".")]
    *parents, last = steps
    for step in parents:
        place = place[step] if isinstance(place, list) else place.setdefault(step, {})
    if value is GONE:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return instance


@pytest.mark.parametrize("kind", KINDS)
def test_the_good_instances_are_good(kind: str) -> None:
    assert errors(kind, GOOD[kind]) == []


REQUIRED = [
    pytest.param(kind, name, id=f"{kind} without {name}") for kind in KINDS for name in SCHEMAS[kind]["required"]
]


@pytest.mark.parametrize(("kind", "name"), REQUIRED)
def test_a_required_key_is_missed(kind: str, name: str) -> None:
    assert errors(kind, changed(kind, name, GONE)) == [("", "required")]


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_key_is_the_only_thing_said_about_it(kind: str) -> None:
    assert errors(kind, {**GOOD[kind], "colour": "red"}) == [("", "additionalProperties")]


@pytest.mark.parametrize("kind", KINDS)
def test_keys_of_ones_own_start_with_x(kind: str) -> None:
    assert errors(kind, {**GOOD[kind], "x-ticket": {"any": ["thing"]}}) == []


def bad(kind: str, path: str, value: Any, expected: str, sentence: str) -> Any:
    return pytest.param(kind, path, value, expected, id=f"{kind}: {sentence}")


BAD = [
    bad("recorded", "trial", 0, "trial", "a trial before the first"),
    bad("recorded", "output", {"category": "billing"}, "output", "an output that is no text"),
    bad("recorded", "scores", {"accuracy": 1.5}, "scores.accuracy", "a score above one"),
    bad("recorded", "scores", {"Accuracy": 1}, "scores", "a metric that is no id"),
    bad("recorded", "output", GONE, "", "a trial without an output, scores or an error"),
    bad("suite", "source", "made-up", "source", "outputs from nowhere"),
    bad("suite", "recorded", "recorded/core.jsonl", "recorded", "a recorded file beside calls"),
    bad("suite", "subject", "acme/outreach", "subject", "a model without a prompt, and calls"),
    bad("suite", "source", "recorded", "", "recorded outputs without their file"),
    bad("system", "models.0.digest", "sha256:abc", "models.0.digest", "half a digest of a model"),
    bad("system", "models.0.provider", GONE, "models.0", "a model that nobody serves and no digest tells"),
    bad("label", "verdict", "good", "verdict", "a verdict of one's own"),
    bad("label", "author", "@acme/support-leads", "author", "a team as a person"),
    bad("label", "at", "2026-11-02", "at", "a day without a time"),
    bad("label", "at", "2026-11-02T09:30:00+01:00", "at", "a time that isn't UTC"),
    bad("label", "output", "sha256:abc", "output", "half a digest"),
    bad("control", "met_by", {"labels": "core"}, "met_by.labels", "labels without a number"),
    bad(
        "control",
        "met_by",
        {"labels": {"suite": "core", "least": 0, "max_age_days": 9}},
        "met_by.labels.least",
        "no labels at all",
    ),
    bad("settings", "version", 2, "version", "a later version"),
    bad("settings", "version", "1", "version", "a version as text"),
    bad("settings", "ledger.branch", "../main", "ledger.branch", "a branch that climbs"),
    bad("settings", "check.name", "a\u0007b", "check.name", "a control character"),
    bad("settings", "roles.risk", [], "roles.risk", "a role that nobody holds"),
    bad("settings", "roles.risk", ["ai-risk"], "roles.risk.0", "a holder without an at sign"),
    bad("settings", "roles.risk", ["@acme/ai/risk"], "roles.risk.0", "a team in a team"),
    bad("settings", "roles.Risk Board", ["@acme/ai-risk"], "roles", "a role name with a space"),
    bad("tiers", "tiers.low", GONE, "tiers", "a missing tier"),
    bad("tiers", "tiers.extreme", {}, "tiers", "a fifth tier"),
    bad("tiers", "tiers.low.gates.margin", 5, "tiers.low.gates.margin", "a margin in per cent"),
    bad("tiers", "tiers.low.gates.confidence", 1, "tiers.low.gates.confidence", "certainty"),
    bad("tiers", "tiers.high.gates.floor", "mean", "tiers.high.gates.floor", "an unknown floor"),
    bad(
        "tiers",
        "tiers.high.gates.inconclusive",
        "pass",
        "tiers.high.gates.inconclusive",
        "a pass when nobody knows",
    ),
    bad("tiers", "tiers.low.approvals.people", -1, "tiers.low.approvals.people", "fewer than no people"),
    bad(
        "tiers",
        "tiers.low.approvals.people",
        True,
        "tiers.low.approvals.people",
        "a truth value for a number",
    ),
    bad("tiers", "tiers.low.owners", ["boss"], "tiers.low.owners.0", "an owner role that no registration has"),
    bad(
        "tiers",
        "tiers.low.evidence.max_age_days",
        0,
        "tiers.low.evidence.max_age_days",
        "evidence that is born stale",
    ),
    bad("classification", "rules.0.when", {}, "rules.0.when", "a rule that always matches"),
    bad("classification", "rules.0.when.autonomy", "acts", "rules.0.when.autonomy", "a value without its list"),
    bad(
        "classification",
        "rules.0.when.autonomy",
        ["always"],
        "rules.0.when.autonomy.0",
        "an unknown autonomy",
    ),
    bad(
        "classification",
        "rules.0.when.autonomy",
        [],
        "rules.0.when.autonomy",
        "a factor that nothing matches",
    ),
    bad("classification", "rules.0.when.mood", ["bad"], "rules.0.when", "a sixth factor"),
    bad("classification", "rules.0.when.x-note", "why", "rules.0.when.x-note", "a note among the factors"),
    bad("classification", "rules.0.tier", "extreme", "rules.0.tier", "an unknown tier"),
    bad("classification", "rules.0.because", "  ", "rules.0.because", "a blank reason"),
    bad(
        "providers",
        "providers.ollama.base_url",
        "ftp://host",
        "providers.ollama.base_url",
        "another protocol",
    ),
    bad(
        "providers",
        "providers.ollama.base_url",
        "https://me:pw@host",
        "providers.ollama.base_url",
        "a password in it",
    ),
    bad(
        "providers",
        "providers.ollama.base_url",
        "https://h/v1?key=1",
        "providers.ollama.base_url",
        "a key in the query",
    ),
    bad("providers", "providers.ollama.credential", "sk-proj-123", "providers.ollama.credential", "a secret"),
    bad("providers", "providers.ollama.wire", "telnet", "providers.ollama.wire", "an unknown wire"),
    bad(
        "providers",
        "providers.ollama.limits.concurrency",
        0,
        "providers.ollama.limits.concurrency",
        "no calls at all",
    ),
    bad("providers", "providers.ollama.models", [{}], "providers.ollama.models.0", "a model without a name"),
    bad(
        "providers",
        "providers.ollama.models",
        [{"name": "m", "price": {"input": 1}}],
        "providers.ollama.models.0.price",
        "half a price",
    ),
    bad(
        "providers",
        "providers.Ollama",
        {"wire": "openai", "base_url": "http://a"},
        "providers",
        "an id in capitals",
    ),
    bad("control", "met_by", {}, "met_by", "nothing that meets it"),
    bad("control", "met_by.suite", "core", "met_by", "two things that meet it"),
    bad("control", "met_by", {"prayer": "daily"}, "met_by", "an unknown means"),
    bad("control", "phase", "someday", "phase", "an unknown phase"),
    bad("control", "waivable", "no", "waivable", "text for a truth value"),
    bad(
        "control",
        "crosswalk.eu-ai-act",
        ["Article 11"],
        "crosswalk.eu-ai-act.0",
        "an article not as we write it",
    ),
    bad(
        "control",
        "crosswalk.nist-ai-rmf",
        ["MAP 9.1"],
        "crosswalk.nist-ai-rmf.0",
        "a category that NIST does not have",
    ),
    bad("control", "crosswalk.sox", ["404"], "crosswalk", "an unknown framework"),
    bad("system", "id", "Meeting Notes", "id", "an id with a space"),
    bad("system", "id", "a" * 65, "id", "an endless id"),
    bad("system", "lifecycle", "live", "lifecycle", "an unknown lifecycle"),
    bad("system", "owners", {}, "owners", "nobody who owns it"),
    bad("system", "owners.business", "@dana", "owners.business", "an owner without a list"),
    bad("system", "owners.boss", ["@dana"], "owners", "an unknown owner role"),
    bad("system", "owners.business", ["@-dana"], "owners.business.0", "a handle that GitHub does not give"),
    bad(
        "system",
        "owners.business",
        ["dana@localhost"],
        "owners.business.0",
        "an e-mail address without a domain",
    ),
    bad("system", "risk.factors.autonomy", GONE, "risk.factors", "a factor left out"),
    bad("system", "risk.factors.autonomy", ["acts"], "risk.factors.autonomy", "a list for one value"),
    bad("system", "risk.factors.data", ["secret"], "risk.factors.data.0", "an unknown class of data"),
    bad("system", "risk.factors.x-why", "so", "risk.factors.x-why", "a note among the factors"),
    bad("system", "risk.tier", "none", "risk.tier", "an unknown tier"),
    bad("system", "models", [], "models", "no model"),
    bad("system", "models.0.role", "star", "models.0.role", "an unknown role of a model"),
    bad("system", "models.0.version", 20261001, "models.0.version", "a version that YAML reads as a number"),
    bad("system", "prompts.0.path", "../secret.prompt.yml", "prompts.0.path", "a path that climbs"),
    bad("system", "prompts.0.path", "prompts/../x.prompt.yml", "prompts.0.path", "a path that climbs later"),
    bad(
        "system",
        "prompts.0.path",
        "/prompts/x.prompt.yml",
        "prompts.0.path",
        "a path from the root of the machine",
    ),
    bad("system", "prompts.0.path", "prompts/x.yml", "prompts.0.path", "a path that is no prompt's"),
    bad("system", "prompts.0.untrusted", "ticket", "prompts.0.untrusted", "a variable without its list"),
    bad("system", "reviewed", "2 November", "reviewed", "a date in words"),
    bad("system", "reviewed", "2026-02-30", "reviewed", "a day that does not exist"),
    bad("system", "rollout", {"strategy": "staged"}, "rollout", "a staged rollout without stages"),
    bad("system", "rollout", {"strategy": "hope"}, "rollout.strategy", "an unknown strategy"),
    bad(
        "system",
        "failure_modes",
        [{"id": "a", "description": "b", "cases": []}],
        "failure_modes.0.cases",
        "a failure mode that nothing shows",
    ),
    bad(
        "system",
        "failure_modes",
        [{"id": "a", "description": "b", "cases": ["core/a/b"]}],
        "failure_modes.0.cases.0",
        "a case in a case",
    ),
    bad("system", "monitoring", [{"name": "a"}], "monitoring.0", "a monitor without anything else"),
    bad(
        "system",
        "data_sources",
        [{"name": "a", "class": "internal", "retention": "long"}],
        "data_sources.0.retention",
        "a retention without a number",
    ),
    bad("system", "fallback", {"x-note": "none"}, "fallback", "a fallback to nothing"),
    bad("system", "residency.regions", [], "residency.regions", "nowhere"),
    bad("system", "limitations", ["\n"], "limitations.0", "a blank limitation"),
    bad("prompt", "messages", [], "messages", "no message"),
    bad("prompt", "messages.0.role", "robot", "messages.0.role", "an unknown speaker"),
    bad("prompt", "messages.0.content", ["Hello"], "messages.0.content", "content that is no text"),
    bad("prompt", "modelParameters", {"temperature": "0"}, "modelParameters.temperature", "a number as text"),
    bad("prompt", "responseFormat", "yaml", "responseFormat", "an unknown format"),
    bad("prompt", "responseFormat", "json_schema", "", "a promise of a schema that is missing"),
    bad("prompt", "jsonSchema", {"name": "a", "schema": {}}, "jsonSchema", "a schema as a mapping"),
    bad("prompt", "testData", {"input": "a"}, "testData", "test data without a list"),
    bad("prompt", "evaluators", [{"name": "a"}], "evaluators.0", "an evaluator that asks nothing"),
    bad(
        "prompt",
        "evaluators",
        [{"name": "a", "string": {}}],
        "evaluators.0.string",
        "a comparison with nothing",
    ),
    bad(
        "prompt",
        "evaluators",
        [{"name": "a", "string": {"equals": "b"}, "uses": "c"}],
        "evaluators.0.uses",
        "an evaluator of two sorts",
    ),
    bad(
        "prompt",
        "evaluators",
        [{"name": "a", "llm": {"modelId": "m", "prompt": "p"}}],
        "evaluators.0.llm",
        "a judge without choices",
    ),
    bad("suite", "name", "inline", "name", "the name of a prompt's own suite"),
    bad("suite", "cases", "/etc/cases.jsonl", "cases", "cases from the root of the machine"),
    bad("suite", "cases", "cases/core.yaml", "cases", "cases in another format"),
    bad("suite", "cases", [], "cases", "no cases"),
    bad("suite", "cases.0.inputs.ticket", 7, "cases.0.inputs.ticket", "an input that is no text"),
    bad("suite", "trials", 0, "trials", "no trial"),
    bad("suite", "trials", 1000, "trials", "a fortune in trials"),
    bad("suite", "scorers", [], "scorers", "no scorer"),
    bad("suite", "scorers.0.name", "critical", "scorers.0.name", "the name that is taken"),
    bad("suite", "scorers.0.type", "vibes", "scorers.0.type", "an unknown type"),
    bad("suite", "scorers.0.type", "github-judge", "scorers.0.type", "a type that only prompt files make"),
    bad("suite", "scorers.0.value", GONE, "scorers.0", "equals what"),
    bad("suite", "scorers.0.value", 7, "scorers.0.value", "text compared with a number"),
    bad("suite", "scorers.0.pattern", "a+", "scorers.0.pattern", "a pattern for equals"),
    bad("suite", "scorers.0", {"name": "a", "type": "regex"}, "scorers.0", "regex without a pattern"),
    bad("suite", "scorers.0", {"name": "a", "type": "is-json", "not": True}, "scorers.0.not", "not JSON"),
    bad(
        "suite",
        "scorers.0",
        {"name": "a", "type": "json-schema", "schema": "{}"},
        "scorers.0.schema",
        "a schema as text",
    ),
    bad(
        "suite",
        "scorers.0",
        {"name": "a", "type": "json-path-equals", "path": "$.a"},
        "scorers.0",
        "a path without a value",
    ),
    bad(
        "suite",
        "scorers.0",
        {"name": "a", "type": "json-path-equals", "path": "a", "value": 1},
        "scorers.0.path",
        "a path without its root",
    ),
    bad(
        "suite",
        "scorers.0",
        {"name": "a", "type": "latency", "statistic": "median"},
        "scorers.0.statistic",
        "a statistic nobody computes",
    ),
    bad(
        "suite",
        "scorers.0",
        {"name": "a", "type": "cost", "statistic": "median"},
        "scorers.0.statistic",
        "an unknown statistic",
    ),
    bad("suite", "gates.accuracy", {}, "gates.accuracy", "a gate without a bound"),
    bad("suite", "gates.accuracy", {"confidence": 0.9}, "gates.accuracy", "confidence in nothing"),
    bad("suite", "gates.accuracy", {"min": "90 %"}, "gates.accuracy.min", "a bound as text"),
    bad(
        "suite",
        "gates.accuracy",
        {"max_regression": 5},
        "gates.accuracy.max_regression",
        "a margin in per cent",
    ),
    bad("suite", "gates.accuracy", {"min": 1, "x-why": 1}, "gates.accuracy.x-why", "a note among the bounds"),
    bad("suite", "slices", ["two words"], "slices.0", "a slice that is no key"),
    bad("case", "id", "a b", "id", "an id with a space"),
    bad("case", "inputs.ticket", None, "inputs.ticket", "an input that is nothing"),
    bad("case", "inputs.{{x}}", "a", "inputs", "a variable that is a placeholder"),
    bad("case", "expected", 7, "expected", "a number expected"),
    bad("case", "critical", "yes", "critical", "text for a truth value"),
    bad("case", "fields", {"language": 1}, "fields.language", "a field that is no text"),
    bad("case", "tags", "LLM01", "tags", "a tag without its list"),
    bad("waiver", "control", "core.accuracy.en", "control", "a gate in a gate"),
    bad("waiver", "reason", "because", "reason", "a reason that gives none"),
    bad("waiver", "approver", "Rana", "approver", "a person without a handle"),
    bad("waiver", "until", "2026-13-01", "until", "a thirteenth month"),
    bad("waiver", "until", "forever", "until", "no end"),
    bad("document", "judges", {}, "judges", "nothing judged"),
    bad("document", "judges", {"prompts": "sha256:abc"}, "judges.prompts", "half a digest"),
    bad("document", "judges", {"weather": DIGEST}, "judges", "an unknown scope"),
    bad("document", "author", "dana", "author", "an author without a handle"),
    bad("document", "date", "02.11.2026", "date", "a date written otherwise"),
]


@pytest.mark.parametrize(("kind", "path", "value", "expected"), BAD)
def test_is_refused_at_its_place_and_nowhere_else(kind: str, path: str, value: Any, expected: str) -> None:
    assert {place for place, _ in errors(kind, changed(kind, path, value))} == {expected}


def good(kind: str, path: str, value: Any, sentence: str) -> Any:
    return pytest.param(kind, path, value, id=f"{kind}: {sentence}")


ACCEPTED = [
    good("settings", "roles", {}, "no roles"),
    good("providers", "providers.ollama.base_url", "http://[::1]:8000/v1/", "an IPv6 address"),
    good("providers", "providers.ollama.credential", None, "no credential"),
    good("providers", "providers.ollama.models", [{"name": "qwen3:8b"}], "a model with a tag and no price"),
    good("system", "prompts", [], "a system without prompts"),
    good("system", "prompts.0.path", "prompts/Größe & Farbe/[a].prompt.yaml", "a path with any characters"),
    good(
        "system",
        "owners.business",
        ["@dana_acme", "ai@risk.acme.example"],
        "a managed user and an e-mail address",
    ),
    good("system", "rollout", {"strategy": "all-at-once"}, "a rollout without stages"),
    good(
        "system",
        "failure_modes",
        [{"id": "a", "description": "b", "cases": ["core", "core/a.1"]}],
        "a suite and a case",
    ),
    good("prompt", "testData", None, "an empty key, as people leave it"),
    good("prompt", "testData", [{"input": 7, "expected": {"a": [1]}}], "test data of any form"),
    good("prompt", "modelParameters", {"frequencyPenalty": -0.5}, "a parameter that GitHub does not read"),
    good("prompt", "evaluators", [{"name": "Polite?", "uses": "github/similarity"}], "a built-in judge"),
    good(
        "prompt",
        "evaluators",
        [{"name": "a", "string": {"equals": "", "contains": "b"}}],
        "two comparisons of which one is empty",
    ),
    good(
        "prompt",
        "evaluators",
        [{"name": "a", "llm": {"modelId": "m", "prompt": "p", "choices": [{"choice": 1, "score": 0.5}]}}],
        "a judge whose choices are numbers",
    ),
    good("suite", "cases", "cases/core.jsonl", "cases in a file"),
    good(
        "suite",
        "scorers.0",
        {"name": "a", "type": "regex", "pattern": "[0-9]{16}", "not": True},
        "a pattern that must not match",
    ),
    good(
        "suite",
        "scorers.0",
        {"name": "a", "type": "json-path-equals", "path": "$.a", "value": None},
        "a value that is null",
    ),
    good("suite", "gates", {}, "no gates"),
    good("case", "expected", {"category": "billing", "tags": ["a"]}, "expected values of any form"),
    good("waiver", "control", "model-card", "a whole control"),
]


@pytest.mark.parametrize(("kind", "path", "value"), ACCEPTED)
def test_is_accepted(kind: str, path: str, value: Any) -> None:
    assert errors(kind, changed(kind, path, value)) == []
