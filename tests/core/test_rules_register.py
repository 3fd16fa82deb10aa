"""What a registration says of its models, data, tools, monitors, rollout and reviews agrees with itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.governed import TODAY, Files, added, base, edited, file, judged

from placet.rules.models import dates_in

SYSTEM, PROMPT = "systems/notes/system.yaml", "prompts/notes/summarise.prompt.yml"
TIERS, PROVIDERS, CORE = "policies/tiers.yaml", "policies/providers.yaml", "systems/notes/evals/core.yaml"


def rules(files: Files) -> list[str]:
    return [finding.rule for finding in judged(files)]


def model(role: str, name: str = "other-2026-10-01", provider: str = "local") -> str:
    return f'  - {{id: acme/{role}, provider: {provider}, name: {name}, version: "2026-10-01", role: {role}}}\n'


def with_models(*more: str) -> Files:
    return edited(base(), SYSTEM, ("prompts:\n", "".join(more) + "prompts:\n"))


NAMELESS = {PROMPT: file(PROMPT, base()[PROMPT].data.decode().replace("model: acme/small\n", ""))}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(base(), [], id="a model without a role is the primary one"),
        pytest.param({**base(), **NAMELESS}, [], id="one primary and a prompt that names none"),
        pytest.param(with_models(model("primary")), [], id="two, and every prompt names its own"),
        pytest.param({**with_models(model("primary")), **NAMELESS}, ["SYS016"], id="two, and a prompt that names none"),
        pytest.param({**with_models(model("judge")), **NAMELESS}, [], id="one, a judge, and a prompt that names none"),
    ],
)
def test_which_model_answers_is_clear(files: Files, expected: list[str]) -> None:
    assert rules(files) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param(model("fallback"), [], id="another name"),
        pytest.param(model("fallback", "small-2026-10-01"), ["SYS017"], id="the same"),
        pytest.param(model("judge", "small-2026-10-01"), ["SYS017"], id="the same as a judge"),
        pytest.param(model("primary", "small-2026-10-01"), [], id="the same under two ids, both primary"),
    ],
)
def test_a_stand_in_is_another_model(more: str, expected: list[str]) -> None:
    assert rules(with_models(more)) == expected


def test_the_same_name_at_another_provider_is_another_model() -> None:
    files = with_models(model("fallback", "small-2026-10-01", "spare"))
    spare = "  spare: {wire: openai, base_url: https://spare.acme.example/v1}\n"
    assert rules(added(files, PROVIDERS, spare)) == []


@pytest.mark.parametrize(
    ("name", "days"),
    [
        pytest.param("gpt-4o-2024-08-06", {"20240806"}, id="with hyphens"),
        pytest.param("claude-3-5-sonnet-20241022", {"20241022"}, id="without"),
        pytest.param("bedrock/anthropic.claude@20241022", {"20241022"}, id="behind other marks"),
        pytest.param("2026.10.01", {"20261001"}, id="with dots"),
        pytest.param("small-2026-10", set(), id="a month is no day"),
        pytest.param("build-20241399", set(), id="a number that is no day"),
        pytest.param("sha256:20241022aa", set(), id="a piece of a digest"),
        pytest.param("qwen3:8b", set(), id="none"),
    ],
)
def test_the_day_that_a_model_s_name_speaks_of(name: str, days: set[str]) -> None:
    assert dates_in(name) == days


@given(st.text(max_size=40))
def test_any_name_has_days_or_none(name: str) -> None:
    assert all(len(day) == 8 for day in dates_in(name))


def test_a_version_of_another_kind_than_the_name_s_is_no_contradiction() -> None:
    assert rules(edited(base(), SYSTEM, ('version: "2026-10-01"', 'version: "sha256:aa"'))) == []
    assert rules(edited(base(), SYSTEM, ("name: small-2026-10-01", "name: small"))) == []


def gating_cost() -> Files:
    files = base()
    text = files[TIERS].data.decode()
    for said in ("show", "block"):
        text = text.replace(f"known_failures: {said}\n", f"known_failures: {said}\n      max_cost_increase: 0.25\n")
    return {**files, TIERS: file(TIERS, text)}


PRICED = "    models:\n      - {{name: {}, price: {{input: 0, output: 0}}}}\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(gating_cost(), ["SYS027"], id="a provider that lists no models"),
        pytest.param(added(gating_cost(), PROVIDERS, PRICED.format("small-2026-10-01")), [], id="nothing is a price"),
        pytest.param(added(gating_cost(), PROVIDERS, PRICED.format("large")), ["SYS027"], id="another model's price"),
        pytest.param(
            added(gating_cost(), PROVIDERS, "    models: [{name: small-2026-10-01}]\n"), ["SYS027"], id="no price"
        ),
    ],
)
def test_where_cost_gates_it_is_known(files: Files, expected: list[str]) -> None:
    assert rules(files) == expected


def rollout(strategy: str, *percents: float) -> Files:
    stages = "".join(f"    - {{name: s{at}, percent: {one}, success: it holds}}\n" for at, one in enumerate(percents))
    return added(base(), SYSTEM, f"rollout:\n  strategy: {strategy}\n  stages:\n{stages}")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(rollout("staged", 1, 10, 50, 100), [], id="ever more"),
        pytest.param(rollout("staged", 0, 10, 10), [], id="a shadow, then as many again"),
        pytest.param(rollout("staged", 10, 5, 50), ["SYS018"], id="fewer"),
        pytest.param(rollout("staged", 50, 10, 5), ["SYS018", "SYS018"], id="each stage that goes back"),
        pytest.param(rollout("ab", 50, 50), [], id="arms that share all"),
        pytest.param(rollout("ab", 90, 5), [], id="arms that leave some out"),
        pytest.param(rollout("ab", 33.4, 33.3, 33.3), [], id="arms of thirds"),
        pytest.param(rollout("ab", 80, 30), ["SYS018"], id="arms of more than all"),
        pytest.param(added(base(), SYSTEM, "rollout: {strategy: all-at-once}\n"), [], id="no stages"),
    ],
)
def test_stages_add_up(files: Files, expected: list[str]) -> None:
    assert rules(files) == expected


def reviewed(made: str, due: str) -> Files:
    return added(base(), SYSTEM, f"reviewed: {made}\nreview_by: {due}\n")


@pytest.mark.parametrize(
    ("made", "due", "expected"),
    [
        pytest.param("2026-11-01", "2027-05-01", [], id="past and to come"),
        pytest.param("2026-11-01", "2026-11-10", ["SYS015"], id="overdue"),
        pytest.param("2026-11-01", "2026-10-01", ["SYS019"], id="due before it was made is said once"),
        pytest.param("2026-11-01", "2026-11-01", ["SYS019"], id="due on the day itself"),
        pytest.param(f"{TODAY + timedelta(days=1)}", "2027-05-01", [], id="tomorrow, which it is elsewhere"),
        pytest.param(f"{TODAY + timedelta(days=2)}", "2027-05-01", ["SYS020"], id="the day after"),
    ],
)
def test_the_days_of_a_review_can_be(made: str, due: str, expected: list[str]) -> None:
    assert rules(reviewed(made, due)) == expected


def test_a_role_that_the_tier_demands_is_asked_for_once() -> None:
    monitor = "monitoring:\n  - {name: kept, group: quality, signal: kept, alert: few, owner: business}\n"
    files = added(base(), SYSTEM, monitor)
    files = edited(files, SYSTEM, ('  business: ["@acme/workplace"]\n', ""))
    assert rules(files) == ["SYS002"]


def tool(permissions: str, approval: bool, autonomy: str = "informs") -> Files:
    tools = f"tools:\n  - {{name: t, permissions: [{permissions}], needs_approval: {str(approval).lower()}}}\n"
    return edited(added(base(), SYSTEM, tools), SYSTEM, ("autonomy: informs", f"autonomy: {autonomy}"))


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param(tool("calendar.read", approval=False), False, id="reads unasked"),
        pytest.param(tool("calendar.write", approval=False), True, id="writes unasked"),
        pytest.param(tool("calendar.read, mail-send", approval=False), True, id="one of its rights changes something"),
        pytest.param(tool("refunds.create", approval=True), False, id="asks"),
        pytest.param(tool("refunds.create", approval=False, autonomy="acts-with-approval"), True, id="should ask"),
        pytest.param(tool("refunds.create", approval=False, autonomy="acts"), False, id="is known to act"),
        pytest.param(tool("rewriter.read, creator.list", approval=False), False, id="a word inside another"),
        pytest.param(tool("", approval=False), False, id="may do nothing"),
    ],
)
def test_a_tool_that_changes_something_asks(files: Files, found: bool) -> None:
    assert ("SYS023" in rules(files)) is found


@pytest.mark.parametrize(
    ("said", "source", "found"),
    [
        pytest.param("internal", "public", False, id="less than said"),
        pytest.param("internal", "internal", False, id="as said"),
        pytest.param("internal", "personal", True, id="more than said"),
        pytest.param("sensitive", "personal", False, id="covered by what is worse"),
        pytest.param("", "internal", True, id="none said"),
        pytest.param("", "public", False, id="none said, and public"),
    ],
)
def test_the_factors_say_what_the_sources_hold(said: str, source: str, found: bool) -> None:
    files = added(base(), SYSTEM, f"data_sources:\n  - {{name: d, class: {source}}}\n")
    files = edited(files, SYSTEM, ("data: [internal]", f"data: [{said}]"))
    assert ("SYS024" in rules(files)) is found


MODE = "failure_modes:\n  - {{id: m, description: It fails., cases: [{}]}}\n"
GATES = "gates:\n  decision: {min: 0.9, max_regression: 0.02}\n"


@pytest.mark.parametrize(
    ("edits", "case", "expected"),
    [
        pytest.param([], "core", [], id="a suite with a gate"),
        pytest.param([(CORE, GATES, "")], "core", ["SYS025"], id="a suite without one"),
        pytest.param([(CORE, GATES, "")], "core/{first}", ["SYS025"], id="a case of a suite without one"),
        pytest.param([(CORE, GATES, ""), ("cases", "", "critical")], "core/{first}", [], id="a critical case"),
        pytest.param([(CORE, GATES, ""), ("cases", "", "critical")], "core/{second}", ["SYS025"], id="another case"),
        pytest.param([], "cores", ["SYS011"], id="a suite that doesn't exist is said once"),
    ],
)
def test_something_can_block_on_a_failure_mode(
    edits: list[tuple[str, str, str]], case: str, expected: list[str]
) -> None:
    cases, files = "systems/notes/evals/cases/core.jsonl", base()
    ids = [row.partition('"id": "')[2].partition('"')[0] for row in files[cases].data.decode().splitlines()]
    for path, old, new in edits:
        if path == "cases":
            files = edited(files, cases, (f'"id": "{ids[0]}"', f'"id": "{ids[0]}", "{new}": true'))
        else:
            files = edited(files, path, (old, new))
    named = case.format(first=ids[0], second=ids[1])
    assert rules(added(files, SYSTEM, MODE.format(named))) == expected


def test_of_two_primary_models_the_second_is_where_it_stops_being_clear() -> None:
    (found,) = judged({**with_models(model("primary")), **NAMELESS})
    assert (found.position.line, found.position.column) == (23, 10)
    assert PROMPT in found.message
