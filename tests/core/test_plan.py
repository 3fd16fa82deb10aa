"""Plans: what a change touches, and what that requires."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from tests.repository import (
    CARD,
    CASES,
    OWNERS,
    PROMPT,
    PROVIDERS,
    SUITE,
    SYSTEM,
    TIERS,
    dumped,
    files,
    plan_of,
    waiver,
)

from placet.controls import Standing
from placet.model.policy import Tier
from placet.plan import Plan

BASE = files()
OTHER = "systems/other/system.yaml"
JUDGES_PROMPTS = BASE | {CARD: BASE[CARD].replace("judges: {", 'judges: {prompts: "sha256:' + 64 * "0" + '", ')}
EASY = "prompts/sorter/easy.prompt.yml"
Files = dict[str, str]


def yaml_edit(texts: Files, path: str, change: Callable[[Any], object]) -> Files:
    value = yaml.safe_load(texts[path])
    change(value)
    return texts | {path: dumped(value)}


def worded(texts: Files, old: str = "one word", new: str = "two words") -> Files:
    """The same with another prompt."""
    assert old in texts[PROMPT]
    return texts | {PROMPT: texts[PROMPT].replace(old, new)}


def with_other(texts: Files, *, tier: str = "low", prompt: str = PROMPT) -> Files:
    """The same with a second system that uses `prompt` as well."""
    copied = {name.replace("sorter", "other"): text for name, text in texts.items() if name.startswith("systems/")}
    copied[OTHER] = copied[OTHER].replace("id: sorter", "id: other").replace("tier: low", f"tier: {tier}")
    copied[OTHER] = copied[OTHER].replace(PROMPT, prompt)
    return texts | copied


def without(texts: Files, start: str) -> Files:
    return {name: text for name, text in texts.items() if not name.startswith(start)}


def at_tier(tier: str, texts: Files = BASE) -> Files:
    return yaml_edit(texts, SYSTEM, lambda system: system["risk"].update(tier=tier))


def factor(name: str, value: object, texts: Files = BASE) -> Files:
    return yaml_edit(texts, SYSTEM, lambda system: system["risk"]["factors"].update({name: value}))


def tiers(plan: Plan) -> dict[str, str]:
    return {touched.system.id: touched.tier.label for touched in plan.systems}


# -- what is touched --------------------------------------------------------------------------------------------------


def test_nothing_changed_requires_nothing() -> None:
    plan = plan_of(BASE, BASE)
    assert (plan.edits, plan.systems, plan.runs, plan.approvals.people, plan.tier) == ((), (), (), 0, None)


def test_a_shared_prompt_touches_every_system_that_uses_it() -> None:
    base = with_other(BASE, tier="high")
    plan = plan_of(base, worded(base))
    assert tiers(plan) == {"other": "high", "sorter": "low"}
    assert [(run.system, run.suite.name) for run in plan.runs] == [("other", "core"), ("sorter", "core")]
    assert plan.tier is Tier.HIGH
    assert plan.approvals.people == 2
    assert plan.systems[0].why == (f"{PROMPT} (system message, 1 line)",)


def test_a_prompt_touches_the_system_that_used_it_before() -> None:
    base = with_other(BASE)
    head = with_other(worded(BASE), prompt=EASY) | {EASY: BASE[PROMPT]}
    assert tiers(plan_of(base, head)) == {"other": "low", "sorter": "low"}


def test_another_systems_files_are_no_business_of_this_one() -> None:
    base = with_other(BASE)
    head = yaml_edit(base, OTHER, lambda system: system.update(cost_center="CC-2"))
    assert tiers(plan_of(base, head)) == {"other": "low"}


def test_a_policy_touches_no_system_even_one_called_none() -> None:
    copied = {name.replace("sorter", "None"): text for name, text in BASE.items() if name.startswith("systems/")}
    base = BASE | {name: text.replace("id: sorter", "id: none") for name, text in copied.items()}
    assert plan_of(base, base | {TIERS: base[TIERS].replace("people: 2", "people: 1")}).systems == ()


# -- tiers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "head", "tier", "base_tier", "head_tier"),
    [
        pytest.param("low", "high", "high", "low", "high", id="raised: what it becomes"),
        pytest.param("high", "medium", "high", "high", "medium", id="lowered: what it was"),
        pytest.param("medium", "medium", "medium", "medium", "medium", id="the same"),
    ],
)
def test_the_stricter_tier_of_base_and_head_counts(
    base: str, head: str, tier: str, base_tier: str, head_tier: str
) -> None:
    (touched,) = plan_of(at_tier(base), worded(at_tier(head))).systems
    assert (touched.tier.label, touched.base_tier, touched.head_tier) == (tier, Tier.of(base_tier), Tier.of(head_tier))


def test_a_new_system_counts_at_its_own_tier() -> None:
    plan = plan_of(BASE, with_other(BASE, tier="high"))
    (touched,) = plan.systems
    assert (touched.tier, touched.base_tier, touched.head_tier) == (Tier.HIGH, None, Tier.HIGH)
    assert [(run.suite.name, run.base, run.why) for run in touched.runs] == [("core", None, "new subject")]


def test_a_tier_is_never_below_what_the_factors_compute() -> None:
    """Neither for a new system, nor for one that base let through."""
    sensitive = factor("data", ["sensitive"])
    (new,) = plan_of(without(BASE, "systems/"), sensitive).systems
    assert (new.tier, new.head_tier) == (Tier.HIGH, Tier.HIGH)
    (lowered,) = plan_of(sensitive, BASE).systems
    assert (lowered.tier, lowered.base_tier, lowered.head_tier) == (Tier.HIGH, Tier.HIGH, Tier.LOW)


def test_a_deleted_registration_counts_at_the_tier_that_base_gave_it() -> None:
    plan = plan_of(at_tier("critical"), without(BASE, "systems/"))
    (touched,) = plan.systems
    assert (touched.tier, touched.head_tier, touched.runs, touched.controls) == (Tier.CRITICAL, None, (), ())
    assert touched.relaxed == ("the system is no longer registered",)
    assert plan.approvals.people == 3
    assert risk_role(plan)


def test_a_registration_that_no_longer_parses_is_as_good_as_deleted() -> None:
    (touched,) = plan_of(at_tier("high"), BASE | {SYSTEM: "version: ["}).systems
    assert touched.relaxed == ("the system is no longer registered",)
    assert touched.tier is Tier.HIGH


def test_controls_are_those_of_the_tier_due_by_the_merge() -> None:
    released = BASE | {
        "policies/controls/owned.yaml": BASE["policies/controls/owned.yaml"].replace("phase: pr", "phase: release")
    }
    (low,) = plan_of(BASE, worded(BASE)).systems
    (medium,) = plan_of(released, worded(at_tier("medium", released))).systems
    assert [status.control.id for status in low.controls] == ["registered", "owned", "model-card"]
    assert [status.control.id for status in medium.controls] == ["registered", "model-card", "evaluation"]
    assert [status.standing for status in low.controls] == [Standing.MET, Standing.MET, Standing.STALE]


# -- what lowers the bar ----------------------------------------------------------------------------------------------


def risk_role(plan: Plan) -> bool:
    return any(
        "risk role" in needed.why and needed.owners == ("@acme/ai-risk",) for needed in plan.approvals.owner_sets
    )


@pytest.mark.parametrize(
    ("base", "head", "what"),
    [
        pytest.param(at_tier("high"), at_tier("medium"), "tier high → medium", id="a lower tier"),
        pytest.param(
            BASE,
            yaml_edit(BASE, SYSTEM, lambda system: system.update(lifecycle="retired")),
            "the system is retired",
            id="a retired system",
        ),
        pytest.param(
            factor("exposure", "customers"),
            factor("exposure", "partners"),
            "risk factor exposure customers → partners",
            id="a lower factor",
        ),
        pytest.param(
            factor("data", ["internal", "personal"]),
            factor("data", ["internal"]),
            "risk factor data without personal",
            id="a kind of data less",
        ),
        pytest.param(
            factor("regulation", ["gdpr"]),
            factor("regulation", []),
            "risk factor regulation without gdpr",
            id="a regulation less",
        ),
        pytest.param(
            BASE,
            yaml_edit(BASE, SYSTEM, lambda system: system["prompts"][0].pop("untrusted")),
            f"ticket of {PROMPT} no longer marked as untrusted",
            id="an untrusted variable unmarked",
        ),
        pytest.param(
            BASE,
            yaml_edit(without(BASE, PROMPT), SYSTEM, lambda system: system.update(prompts=[{"path": EASY}]))
            | {EASY: BASE[PROMPT]},
            f"ticket of {PROMPT} no longer marked as untrusted",
            id="an untrusted variable unmarked by moving the prompt",
        ),
        pytest.param(
            BASE,
            yaml_edit(BASE, SYSTEM, lambda system: system["owners"].update(technical=["@dana", "@mallory"])),
            "technical owner @dana → @dana, @mallory",
            id="an owner more, who alone is enough",
        ),
        pytest.param(
            JUDGES_PROMPTS,
            JUDGES_PROMPTS | {CARD: BASE[CARD]},
            f"document {CARD} no longer judges prompts",
            id="a document that judges less",
        ),
        pytest.param(
            JUDGES_PROMPTS,
            JUDGES_PROMPTS | {CARD.replace("card", "new"): BASE[CARD].replace("2026-11-02", "2026-11-03")},
            f"document {CARD.replace('card', 'new')} no longer judges prompts",
            id="a newer document that judges less",
        ),
        pytest.param(
            BASE,
            yaml_edit(BASE, SYSTEM, lambda system: system["prompts"][0].update(path=EASY)) | {EASY: BASE[PROMPT]},
            f"{PROMPT} is still there and no longer registered",
            id="a prompt that is left where it was",
        ),
    ],
)
def test_what_lowers_the_bar_needs_the_risk_role(base: Files, head: Files, what: str) -> None:
    plan = plan_of(base, head)
    assert plan.systems[0].relaxed == (what,)
    assert plan.approvals.because == (f"sorter: {what}", *plan.approvals.because[1:])
    assert risk_role(plan)


@pytest.mark.parametrize(
    ("base", "head"),
    [
        pytest.param(at_tier("low"), at_tier("medium"), id="a higher tier"),
        pytest.param(factor("autonomy", "informs"), factor("autonomy", "advises"), id="a higher factor"),
        pytest.param(factor("data", []), factor("data", ["internal"]), id="a kind of data more"),
        pytest.param(
            BASE,
            yaml_edit(BASE, SYSTEM, lambda system: system.update(lifecycle="staging")),
            id="another lifecycle that isn't retired",
        ),
        pytest.param(
            BASE,
            yaml_edit(
                without(BASE, PROMPT),
                SYSTEM,
                lambda system: system.update(prompts=[{"path": EASY, "untrusted": ["ticket"]}]),
            )
            | {EASY: BASE[PROMPT], SUITE: BASE[SUITE].replace(PROMPT, EASY)},
            id="a moved prompt that keeps its mark",
        ),
    ],
)
def test_what_does_not_needs_nobody_more(base: Files, head: Files) -> None:
    plan = plan_of(base, head)
    assert plan.systems[0].relaxed == ()
    assert plan.approvals.because == ()
    assert not risk_role(plan)


# -- runs -------------------------------------------------------------------------------------------------------------


def test_a_changed_prompt_runs_head_against_base() -> None:
    (run,) = plan_of(BASE, worded(BASE)).runs
    assert (run.why, run.suite.name, run.prompt) == ("prompt changed", "core", PROMPT)
    assert run.base is not None
    assert run.base.subject.prompt.messages != run.head.subject.prompt.messages
    assert run.base.suite == run.head.suite == run.suite


def test_a_changed_model_is_said_so() -> None:
    (run,) = plan_of(BASE, worded(BASE, "acme/one", "acme/two")).runs
    assert run.why == "model changed"
    assert (run.base and run.base.subject.model, run.head.subject.model) == ("one-2026-10-01", "two-2026-10-01")


def case_edit(change: Callable[[list[dict[str, Any]]], object], texts: Files = BASE) -> Files:
    rows = [json.loads(line) for line in texts[CASES].splitlines()]
    change(rows)
    return texts | {CASES: "".join(f"{json.dumps(row)}\n" for row in rows)}


INLINE = dumped(
    {
        **yaml.safe_load(BASE[PROMPT]),
        "testData": [
            {"ticket": "Ticket 90 is about billing.", "expected": "billing"},
            {"ticket": "T", "expected": "t"},
        ],
        "evaluators": [{"name": "right", "string": {"contains": "{{expected}}"}}],
    }
)
SLICED = yaml_edit(BASE, SUITE, lambda suite: suite.update(slices=["language"], trials=2))
PROVEN = SLICED | {PROMPT: INLINE}


@pytest.mark.parametrize(
    ("head", "what"),
    [
        pytest.param(case_edit(lambda rows: rows.pop(4), PROVEN), "case `account-05` removed", id="a removed case"),
        pytest.param(
            case_edit(lambda rows: rows[4].update(expected="x"), PROVEN),
            "case `account-05` edited",
            id="an edited case",
        ),
        pytest.param(
            case_edit(lambda rows: rows[29].pop("critical"), PROVEN),
            "case `billing-30` no longer critical",
            id="a critical mark",
        ),
        pytest.param(
            yaml_edit(PROVEN, SUITE, lambda suite: suite["gates"]["accuracy"].update(min=0.5)),
            "gate `accuracy` loosened",
            id="a loosened gate",
        ),
        pytest.param(
            yaml_edit(PROVEN, SUITE, lambda suite: suite.update(scorers=[{"name": "x", "type": "is-json"}], gates={})),
            "scorer `accuracy` removed",
            id="a removed scorer",
        ),
        pytest.param(yaml_edit(PROVEN, SUITE, lambda suite: suite.update(trials=1)), "trials 2 → 1", id="trials"),
        pytest.param(
            yaml_edit(PROVEN, SUITE, lambda suite: suite.pop("slices")), "slice `language` removed", id="a slice"
        ),
        pytest.param(without(PROVEN, SUITE), "suite removed", id="a suite"),
        pytest.param(PROVEN | {SUITE: "version: ["}, "suite removed", id="a suite that no longer parses"),
        pytest.param(
            PROVEN | {PROMPT: INLINE.replace("expected: t\n", "expected: T\n")},
            "case `row-",
            id="a row of inline test data",
        ),
        pytest.param(
            PROVEN | {PROMPT: INLINE.replace("contains:", "startsWith:")}, "scorer `right` edited", id="an evaluator"
        ),
        pytest.param(PROVEN | {PROMPT: BASE[PROMPT]}, "suite removed", id="all inline test data"),
    ],
)
def test_head_never_lowers_its_own_bar_unseen(head: Files, what: str) -> None:
    plan = plan_of(PROVEN, worded(head))
    found = [weak.what for touched in plan.systems for weak in touched.weakenings]
    assert any(what in weak for weak in found)
    assert risk_role(plan)
    core = next(run for run in plan.runs if run.suite.name == "core")
    inline = next(run for run in plan.runs if run.suite.name == "inline")
    assert (core.suite.trials, core.suite.slices, core.suite.gates[0].min) == (2, ("language",), 0.9)
    assert {case.id for case in core.suite.cases} >= {"account-05", "billing-30"}
    assert core.suite.case("billing-30").critical  # type: ignore[union-attr]
    assert "accuracy" in {spec.name for spec in core.suite.scorers}
    assert len(inline.suite.cases) >= 2
    assert inline.suite.scorers[0].parameters == {"contains": "{{expected}}"}


def test_what_head_adds_to_a_suite_runs_on_both_sides_though_the_prompt_is_the_same() -> None:
    head = case_edit(lambda rows: rows.append({"id": "new", "inputs": {"ticket": "T"}, "expected": "billing"}))
    (run,) = plan_of(BASE, head).runs
    assert (run.why, run.same_subject) == ("suite has more to say", True)
    assert run.suite.case("new")
    assert plan_of(BASE, head).systems[0].weakenings == ()


def test_a_change_that_only_takes_away_runs_nothing_and_is_shown() -> None:
    plan = plan_of(BASE, case_edit(lambda rows: rows.pop()))
    assert plan.runs == ()
    assert [weak.what for weak in plan.systems[0].weakenings] == ["case `billing-30` removed"]
    assert risk_role(plan)


def test_a_new_suite_runs_against_base_as_well() -> None:
    path = SUITE.replace("core", "extra")
    head = BASE | {path: BASE[SUITE].replace("name: core", "name: extra")}
    (run,) = plan_of(BASE, head).runs
    assert (run.why, run.suite.name) == ("new suite", "extra")
    assert run.same_subject


def test_a_suite_keeps_evaluating_its_prompt_when_head_turns_it_to_an_easier_one() -> None:
    base = yaml_edit(BASE, SYSTEM, lambda system: system["prompts"].append({"path": EASY})) | {EASY: BASE[PROMPT]}
    plan = plan_of(base, worded(base | {SUITE: base[SUITE].replace(PROMPT, EASY)}))
    assert [(run.suite.name, run.prompt, run.why) for run in plan.runs] == [("core", PROMPT, "prompt changed")]
    assert [weak.what for weak in plan.systems[0].weakenings] == [f"no longer evaluates {PROMPT}"]
    assert risk_role(plan)


def test_a_moved_prompt_is_compared_with_itself() -> None:
    head = yaml_edit(without(BASE, PROMPT), SYSTEM, lambda system: system["prompts"][0].update(path=EASY))
    head |= {EASY: BASE[PROMPT].replace("one word", "two words"), SUITE: BASE[SUITE].replace(PROMPT, EASY)}
    plan = plan_of(BASE, head)
    (run,) = plan.runs
    assert (run.prompt, run.why) == (EASY, "prompt changed")
    assert run.base is not None
    assert run.base.subject.prompt.path == PROMPT
    assert plan.systems[0].weakenings == ()


def moved(texts: Files, *pairs: tuple[str, str]) -> Files:
    """The same with prompts at other paths."""
    for old, new in pairs:
        texts = {name.replace(old, new): text.replace(old, new) for name, text in texts.items()}
    return texts


def pair(texts: Files = BASE) -> Files:
    """Two prompts of one system, each with its suite."""
    path = SUITE.replace("core", "easy")
    texts = yaml_edit(texts, SYSTEM, lambda system: system["prompts"].append({"path": EASY}))
    suite = {path: BASE[SUITE].replace(PROMPT, EASY).replace("name: core", "name: easy")}
    return texts | suite | {EASY: BASE[PROMPT].replace("one word", "one easy word")}


def test_two_prompts_that_move_stay_apart() -> None:
    plan = plan_of(pair(), moved(pair(), (PROMPT, "prompts/a.prompt.yml"), (EASY, "prompts/b.prompt.yml")))
    assert (plan.runs, plan.systems[0].weakenings, plan.systems[0].unevaluated) == ((), (), ())


def test_what_is_new_beside_a_moved_prompt_is_judged_by_its_suite_too() -> None:
    """Which of the two is in use, no file can tell."""
    head = moved(BASE, (PROMPT, "prompts/a.prompt.yml")) | {EASY: worded(BASE)[PROMPT]}
    head = yaml_edit(head, SYSTEM, lambda system: system["prompts"].append({"path": EASY}))
    plan = plan_of(BASE, head)
    assert [(run.suite.name, run.prompt) for run in plan.runs] == [("core", EASY)]
    assert [weak.what for weak in plan.systems[0].weakenings] == [f"no longer evaluates {PROMPT}"]


def test_a_prompt_is_given_up_with_its_suite() -> None:
    head = yaml_edit(without(pair(), EASY), SYSTEM, lambda system: system["prompts"].pop())
    plan = plan_of(pair(), without(head, SUITE.replace("core", "easy")))
    assert (plan.runs, plan.systems[0].unevaluated) == ((), ())
    assert [weak.what for weak in plan.systems[0].weakenings] == ["suite removed"]
    assert risk_role(plan)


def test_test_data_that_move_with_their_prompt_stay_its_own() -> None:
    base = BASE | {PROMPT: INLINE}
    plan = plan_of(base, moved(worded(base), (PROMPT, EASY)))
    assert [(run.suite.name, run.prompt, run.why) for run in plan.runs] == [
        ("core", EASY, "prompt changed"),
        ("inline", EASY, "prompt changed"),
    ]
    assert plan.systems[0].weakenings == ()


@pytest.mark.parametrize(
    ("base", "head", "left"),
    [
        pytest.param(BASE, worded(BASE), [], id="a changed prompt with a suite"),
        pytest.param(without(BASE, "systems/"), BASE, [], id="a new system"),
        pytest.param(without(BASE, "systems/"), without(BASE, SUITE), [PROMPT], id="a new system without a suite"),
        pytest.param(without(BASE, SUITE), worded(without(BASE, SUITE)), [PROMPT], id="a changed prompt without one"),
        pytest.param(
            without(BASE, SUITE), without(BASE, SUITE) | {PROMPT: f"# hm\n{BASE[PROMPT]}"}, [], id="a comment in it"
        ),
        pytest.param(
            without(BASE, SUITE), moved(without(BASE, SUITE), (PROMPT, EASY)), [], id="the same prompt elsewhere"
        ),
        pytest.param(
            without(BASE, SUITE),
            yaml_edit(without(BASE, SUITE), SYSTEM, lambda system: system["models"][0].update(name="x-1")),
            [PROMPT],
            id="another model",
        ),
        pytest.param(
            yaml_edit(BASE, SUITE, lambda suite: suite.pop("gates"))
            | {CASES: BASE[CASES].replace('"critical"', '"x"')},
            yaml_edit(worded(BASE), SUITE, lambda suite: suite.pop("gates"))
            | {CASES: BASE[CASES].replace('"critical"', '"x"')},
            [PROMPT],
            id="a suite that gates nothing",
        ),
        pytest.param(BASE, BASE | {PROMPT: "messages: ["}, [PROMPT], id="a prompt that no longer parses"),
    ],
)
def test_a_new_or_changed_prompt_that_nothing_evaluates_is_listed(base: Files, head: Files, left: list[str]) -> None:
    (touched,) = plan_of(base, head).systems
    assert [one.path for one in touched.unevaluated] == left


def test_a_renamed_system_is_compared_with_what_it_was() -> None:
    base = at_tier("high")
    head = {name.replace("systems/sorter", "systems/filer"): text for name, text in base.items()}
    path = SYSTEM.replace("sorter", "filer")
    head[path] = head[path].replace("id: sorter", "id: filer").replace("tier: high", "tier: low")
    filer, sorter = plan_of(base, head).systems
    assert (filer.system.id, filer.tier, filer.base_tier) == ("filer", Tier.HIGH, Tier.HIGH)
    assert filer.relaxed == ("the system was sorter", "tier high → low")
    assert [(run.why, run.base is not None) for run in filer.runs] == [("system renamed", True)]
    assert sorter.relaxed == ("the system is no longer registered",)


def test_moving_a_prompt_alone_runs_nothing() -> None:
    head = yaml_edit(without(BASE, PROMPT), SYSTEM, lambda system: system["prompts"][0].update(path=EASY))
    head |= {EASY: BASE[PROMPT], SUITE: BASE[SUITE].replace(PROMPT, EASY)}
    assert plan_of(BASE, head).runs == ()


def test_a_renamed_variable_runs_on_heads_inputs() -> None:
    rows = "".join(line.replace('"ticket"', '"text"') + "\n" for line in BASE[CASES].splitlines())
    head = {name: text.replace("{{ticket}}", "{{text}}") for name, text in BASE.items()} | {CASES: rows}
    plan = plan_of(BASE, yaml_edit(head, SYSTEM, lambda system: system["prompts"][0].update(untrusted=["text"])))
    (run,) = plan.runs
    assert run.base is not None
    assert set(run.base.suite.cases[0].inputs) == {"ticket"}
    assert set(run.head.suite.cases[0].inputs) == {"text", "ticket"}
    assert risk_role(plan)


def test_a_prompt_that_nobody_uses_is_run_by_its_own_test_data_and_gated_by_nothing() -> None:
    loose = {EASY: INLINE}
    plan = plan_of(BASE | loose, BASE | {EASY: INLINE.replace("one word", "two words")})
    assert plan.systems == ()
    (run,) = plan.unregistered
    assert (run.system, run.prompt, run.suite.name) == (None, EASY, "inline")
    assert run.base is not None
    assert plan_of(BASE, BASE | loose).unregistered[0].base is None
    assert plan_of(BASE | loose, BASE).unregistered == ()


# -- what decides -----------------------------------------------------------------------------------------------------


def test_policies_of_head_never_decide() -> None:
    laxer = {
        TIERS: BASE[TIERS].replace("people: 2", "people: 1").replace("roles:\n      - risk", "roles: []"),
        "policies/classification.yaml": "version: 1\nrules: []\n",
        OWNERS: "* @mallory\n",
        "policies/placet.yaml": BASE["policies/placet.yaml"].replace("@acme/ai-risk", "@mallory"),
    }
    base = at_tier("high", factor("data", ["sensitive"]))
    plan = plan_of(base, worded(base) | laxer)
    assert plan.tier is Tier.HIGH
    assert plan.approvals.people == 2
    assert not any("@mallory" in needed.owners for needed in plan.approvals.owner_sets)
    assert risk_role(plan)


def test_deleting_the_controls_changes_nothing_about_this_change() -> None:
    (touched,) = plan_of(BASE, worded(without(BASE, "policies/controls/"))).systems
    assert [status.control.id for status in touched.controls] == ["registered", "owned", "model-card"]


def test_a_provider_of_head_is_never_used() -> None:
    swapped = BASE[PROVIDERS].replace("stand-in:", "mine:").replace("127.0.0.1:9", "attacker.example")
    head = worded(BASE | {PROVIDERS: swapped}) | {EASY: INLINE}
    plan = plan_of(BASE, head)
    assert {run.head.subject.provider for run in plan.runs} == {"stand-in"}


def test_a_policy_change_needs_what_the_strictest_system_needs_and_the_risk_role() -> None:
    base = with_other(BASE, tier="critical")
    plan = plan_of(base, base | {TIERS: base[TIERS].replace("people: 2", "people: 1")})
    assert plan.changes_policy
    assert plan.approvals.people == 3
    assert plan.approvals.because == ("the policies change",)
    assert risk_role(plan)


@pytest.mark.parametrize(
    "path",
    [
        ".github/CODEOWNERS",
        "CODEOWNERS",
        "docs/CODEOWNERS",
        ".github/workflows/placet.yml",
        ".pre-commit-config.yaml",
    ],
)
def test_who_must_approve_is_changed_only_as_the_strictest_system_demands(path: str) -> None:
    base = with_other(BASE, tier="critical")
    plan = plan_of(base, base | {path: "* @mallory\n"})
    assert [edit.path for edit in plan.edits] == [path]
    assert plan.approvals.people == 3


# -- approvals --------------------------------------------------------------------------------------------------------


def owners(plan: Plan) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {needed.owners: needed.paths for needed in plan.approvals.owner_sets}


def test_every_changed_path_has_its_owners_asked() -> None:
    head = yaml_edit(worded(BASE), SYSTEM, lambda system: system.update(cost_center="CC-2"))
    assert owners(plan_of(BASE, head)) == {("@acme/authors",): (PROMPT,), ("@acme/desk",): (SYSTEM,)}


def test_a_moved_file_is_owned_under_both_names() -> None:
    base = BASE | {OWNERS: BASE[OWNERS] + f"/{EASY} @easy\n"}
    head = without(base, PROMPT) | {EASY: BASE[PROMPT]}
    assert owners(plan_of(base, head)) == {("@easy",): (EASY,), ("@acme/authors",): (PROMPT,)}


def test_a_path_without_owner_is_named() -> None:
    base = BASE | {OWNERS: "/systems/ @acme/desk\n/prompts/sorter/sort* \n"}
    assert plan_of(base, worded(base)).approvals.unowned == (PROMPT,)


def test_a_line_that_can_not_be_read_and_touches_a_changed_path_is_an_error() -> None:
    base = BASE | {OWNERS: f"* @acme/platform\n/{PROMPT} !!\n/policies/ !!\n"}
    (error,) = plan_of(base, worded(base)).approvals.errors
    assert error.startswith("line 2: ")


def test_a_control_that_an_approval_meets_asks_for_it() -> None:
    path = "policies/controls/owned.yaml"
    base = BASE | {path: BASE[path].replace("field: owners", "approval: legal")}
    base = yaml_edit(base, "policies/placet.yaml", lambda value: value["roles"].update(legal=["@acme/legal"]))
    plan = plan_of(base, worded(base))
    assert ("@acme/legal",) in owners(plan)
    assert [status.standing for status in plan.systems[0].controls][1] is Standing.LATER


def test_the_same_people_are_asked_once() -> None:
    base = at_tier("high", BASE | {OWNERS: "* @acme/ai-risk\n"})
    plan = plan_of(base, worded(base))
    (needed,) = plan.approvals.owner_sets
    assert needed.why == "code owner; risk role: tier high"


def test_a_waiver_touches_its_system() -> None:
    plan = plan_of(at_tier("high"), at_tier("high") | waiver("core.accuracy"))
    assert tiers(plan) == {"sorter": "high"}
    assert plan.runs == ()
