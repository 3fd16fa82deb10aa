"""What a change to the policies does to each system: equal to planning every system anew, under both policies."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.golden.scenarios import SCENARIOS
from tests.repository import CASES, PROMPT, SYSTEM, TIERS, add_system, dumped, files, governed, snapshot_of, waiver

from placet.change import Status
from placet.controls import Standing
from placet.parse.snapshot import Snapshot
from placet.plan import Ends, on_day, plan
from placet.record import replace
from placet.shifts import Shifted, Sort, shifts

TODAY = date(2026, 11, 20)
CLASSIFICATION = "policies/classification.yaml"
Files = dict[str, str]


def changed(texts: Files, path: str, change: Any) -> Files:
    value = yaml.safe_load(texts[path])
    change(value)
    return {**texts, path: dumped(value)}


def of(base: Files, merged: Files) -> dict[str, Shifted]:
    return {one.system: one for one in shifts(snapshot_of(base), snapshot_of(merged), TODAY)}


def rows(base: Files, merged: Files) -> dict[str, tuple[str, str, bool]]:
    found = of(base, merged)
    return {one.what: (one.before, one.after, one.due) for one in found["sorter"].shifts} if found else {}


# -- examples ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            lambda tiers: tiers["low"]["approvals"].update(people=2, roles=["risk"]),
            {"people": ("1", "2", True), "role risk": ("", "@acme/ai-risk", True)},
            id="one more person, of the risk role",
        ),
        pytest.param(
            lambda tiers: tiers["low"]["approvals"].update(roles=["legal"]),
            {"role legal": ("", "nobody", True)},
            id="a role that nobody holds is due",
        ),
        pytest.param(
            lambda tiers: tiers["low"]["owners"].append("security"),
            {"owner security": ("", "nobody", True)},
            id="an owner that no registration names yet is due",
        ),
        pytest.param(
            lambda tiers: tiers["low"]["suites"].update(least_cases=31),
            {"cases of core": ("30, at least 20 wanted", "30, at least 31 wanted", True)},
            id="more cases than there are",
        ),
        pytest.param(
            lambda tiers: tiers["low"]["gates"].update(margin=0.05),
            {
                "gate core.accuracy": (
                    "as strict as asked",
                    "a loss of 0.1 is more than the 0.05 that the tier allows",
                    True,
                ),
                "margin": ("0.1", "0.05", False),
            },
            id="a margin below that of a gate",
        ),
        pytest.param(
            lambda tiers: tiers["low"]["suites"].update(tags=["LLM01"]),
            {"tag LLM01": ("", "no case has it", True)},
            id="a tag that no case has",
        ),
        pytest.param(
            lambda tiers: tiers["low"]["controls"].remove("model-card"),
            {"control model-card": ("judged today's registration", "", False)},
            id="a control less, which was met",
        ),
        pytest.param(
            lambda tiers: tiers["low"]["evidence"].update(max_age_days=30),
            {"age of evidence": ("at most 365 days", "at most 30 days", True)},
            id="evidence that grows old sooner has to be renewed",
        ),
        pytest.param(
            lambda tiers: tiers["low"]["approvals"].update(people=0, rollback_people=0),
            {"people": ("1", "0", False), "people for a rollback": ("1", "0", False)},
            id="what is asked less is shown as well, and nothing is due",
        ),
        pytest.param(lambda tiers: tiers["high"]["approvals"].update(people=9), {}, id="a tier of no system"),
    ],
)
def test_only_what_differs_is_shown_and_what_is_newly_due_says_so(change: Any, expected: dict[str, Any]) -> None:
    # The card of these files judges nothing: it is stale, and with a system that is stamped it would be met.
    base = files()
    merged = changed(base, TIERS, lambda value: change(value["tiers"]))
    found = rows(base, merged)
    if "control model-card" in expected:
        assert found.keys() == {"control model-card"}
        assert found["control model-card"][1:] == ("", False)
        assert found["control model-card"][0].startswith("stale")
    else:
        assert found == expected


def test_a_classification_rule_moves_a_system_to_another_tier_and_all_that_hangs_on_it() -> None:
    base = files()
    rule = {"id": "internal", "when": {"data": ["internal"]}, "tier": "high", "because": "we say so"}
    found = of(base, changed(base, CLASSIFICATION, lambda value: value["rules"].append(rule)))["sorter"]
    told = {one.what: (one.before, one.after) for one in found.shifts}
    assert told["tier"] == ("low", "high")
    assert told["control evaluation"] == ("", "suite `core`, 30 cases")
    assert (told["people"], told["what inconclusive means"]) == (("1", "2"), ("warn", "risk-approves"))
    assert (found.before, found.after) == ("low, 7 of 8 met", "high, 9 of 11 met")


def test_a_waiver_counts_until_policy_takes_its_control_out_of_reach() -> None:
    base = {**files(), **waiver("model-card")}
    path = "policies/controls/model-card.yaml"
    found = rows(base, changed(base, path, lambda value: value.update(waivable=False)))
    assert found["control model-card"][0].startswith("waived (")
    assert found["control model-card"][1].startswith("stale: ")
    assert found["control model-card"][2]


def test_the_same_policies_and_unreadable_ones_show_nothing() -> None:
    base = files()
    assert of(base, base) == {}
    assert of(base, {**base, TIERS: "version: 1\n"}) == {}
    assert of(base, changed(base, SYSTEM, lambda value: value.update(cost_center="CC-2"))) == {}


def test_a_plan_and_its_json_show_it(tmp_path: Path) -> None:
    from placet.report import plan as report
    from placet.report.paint import Paint

    repo = governed(tmp_path / "shop")
    add_system(repo, "second")
    repo.commit("A second system")
    repo.branch("stricter")
    with repo.yaml(TIERS) as tiers:
        tiers["tiers"]["low"]["approvals"]["people"] = 3
        tiers["tiers"]["low"]["owners"].append("security")
    repo.commit("Stricter")
    found = repo.gather()
    assert [one.system for one in found.plan.shifted] == ["second", "sorter"]
    text = report.as_text(found.plan, "main", None, (), Paint())
    assert "once these policies are merged: 2 systems judged otherwise" in text
    assert "✗ owner security: not asked → nobody" in text
    assert "✗ people: 1 → 3" in text
    comment = report.as_markdown(found.plan, "main", None, ())
    assert "**Once these policies are merged:**" in comment
    assert "owner security: not asked → nobody" in comment
    assert '"shifted": [' in report.as_json(found.plan, "main", None, ())


def test_a_review_shows_it_as_the_plan_does() -> None:
    from placet.report.json_report import as_json
    from placet.report.markdown import as_markdown
    from placet.report.paint import Paint
    from placet.report.terminal import as_text

    base = files()
    merged = changed(base, TIERS, lambda value: value["tiers"]["low"]["approvals"].update(people=2))
    review = SCENARIOS["good"]()
    shown = replace(review, plan=replace(review.plan, shifted=tuple(of(base, merged).values())))
    line = "low, 7 of 8 met. Newly due: people: 1 → 2"
    assert f"`sorter`: {line}" in as_markdown(shown)
    assert f"sorter: {line}" in as_text(shown, Paint(), 200)
    assert json.loads(as_json(shown))["shifted"][0]["shifts"] == [
        {"what": "people", "sort": "approval", "before": "1", "after": "2", "due": True}
    ]
    assert "shifted" not in json.loads(as_json(review))


def test_a_change_elsewhere_shows_none(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    repo.branch("shorter")
    repo.edit(PROMPT, "one word", "one short word")
    repo.commit("Shorter")
    assert repo.gather().plan.shifted == ()


# -- equal to a full recomputation ------------------------------------------------------------------------------------

ROLES = ("risk", "legal")
CONTROLS = ("registered", "owned", "model-card", "evaluation")


@st.composite
def policies(draw: st.DrawFn) -> Files:
    """Any policies: which control is demanded where and can be waived, whose yes, and what computes which tier."""
    texts = files()
    value = yaml.safe_load(texts[TIERS])
    for tier in value["tiers"].values():
        tier["controls"] = draw(st.lists(st.sampled_from(CONTROLS), unique=True, max_size=3))
        people = draw(st.integers(0, 4))
        tier["approvals"] = {
            "people": people,
            "roles": draw(st.lists(st.sampled_from(ROLES), unique=True)),
            "rollback_people": draw(st.integers(0, people)),
        }
        tier["gates"]["margin"] = draw(st.sampled_from([0.02, 0.1]))
    rules = yaml.safe_load(texts[CLASSIFICATION])
    for rule in rules["rules"]:
        rule["tier"] = draw(st.sampled_from(["low", "medium", "high", "critical"]))
    texts |= {TIERS: dumped(value), CLASSIFICATION: dumped(rules)}
    for control in CONTROLS:
        phase = draw(st.sampled_from(["commit", "pr", "production"]))
        means = draw(st.sampled_from([None, {"approval": "legal"}, {"document": "dpia"}]))
        path = f"policies/controls/{control}.yaml"
        texts = changed(texts, path, lambda one, p=phase, m=means: one.update(phase=p, **({"met_by": m} if m else {})))
    return texts


@st.composite
def registers(draw: st.DrawFn) -> Files:
    """One or two systems of any factors, some with a suite."""
    texts = {path: text for path, text in files().items() if path.startswith(("systems/", "prompts/"))}
    for id in draw(st.sampled_from([["sorter"], ["sorter", "other"]])):
        value = yaml.safe_load(files()[SYSTEM])
        value["id"] = id
        value["risk"]["tier"] = draw(st.sampled_from(["low", "medium", "high"]))
        value["risk"]["factors"]["autonomy"] = draw(st.sampled_from(["informs", "acts"]))
        value["risk"]["factors"]["data"] = draw(st.sampled_from([[], ["personal"], ["sensitive"]]))
        texts[f"systems/{id}/system.yaml"] = dumped(value)
    if draw(st.booleans()):
        del texts[CASES]
    return texts


def recomputed(snapshot: Snapshot, path: str) -> dict[str, Any]:
    """What a change to that one registration requires: the whole plan, made from nothing."""
    touched = on_day(plan(Ends("b", "h", "b"), {path: Status.EDITED}, snapshot, snapshot), TODAY)
    one = touched.systems[0]
    due = {
        f"control {status.control.id}": (status.standing in {Standing.MET, Standing.UNREACHED}, status.text)
        for status in one.controls
        if not status.by_approval
    }
    asked = [owners.why.partition(" role:")[0] for owners in touched.approvals.owner_sets]
    roles = {f"role {role}": True for owners in touched.approvals.owner_sets for role in ROLES if role in owners.why}
    assert asked or not roles
    return {"tier": one.tier.label, "people": touched.approvals.people, **due, **roles}


def told(one: Shifted | None) -> dict[str, bool]:
    """Of the differences those that a plan knows as well: which they are."""
    names = ("tier", "people", "control ", "role ")
    shown = one.shifts if one else ()
    return {
        shift.what: True for shift in shown if shift.what.startswith(names) and shift.what != "people for a rollback"
    }


@settings(max_examples=60, deadline=None)
@given(old=policies(), new=policies(), register=registers())
def test_it_equals_planning_every_system_anew(old: Files, new: Files, register: Files) -> None:
    before, after = ({**side, **register} for side in (old, new))
    base, merged = snapshot_of({**before, ".github/CODEOWNERS": ""}), snapshot_of({**after, ".github/CODEOWNERS": ""})
    found = {one.system: one for one in shifts(base, merged, TODAY)}
    for path, system in merged.systems.items():
        one, two = recomputed(base, path), recomputed(merged, path)
        different = {name: True for name in {*one, *two} if one.get(name) != two.get(name)}
        assert told(found.get(system.id)) == different
        due = {shift.what for shift in found[system.id].of(Sort.EVIDENCE) if shift.due} if system.id in found else set()
        for name in (name for name in two if name.startswith("control ") and name in due):
            assert two[name][0] is False
            assert name not in one or one[name][0] is True


@settings(max_examples=30, deadline=None)
@given(old=policies(), new=policies(), register=registers())
def test_there_and_back_are_each_others_mirror(old: Files, new: Files, register: Files) -> None:
    there, back = ({**old, **register}, {**new, **register}), ({**new, **register}, {**old, **register})
    one, two = of(*there), of(*back)
    assert one.keys() == two.keys()
    for id, found in one.items():
        ways = {(shift.what, shift.before, shift.after) for shift in found.shifts}
        assert ways == {(shift.what, shift.after, shift.before) for shift in two[id].shifts}
