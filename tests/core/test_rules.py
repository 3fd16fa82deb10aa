"""Every rule has a page, a bad example that it alone finds, and a good one in which nothing is found."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.governed import EXAMPLES, ROOT, Files, added, base, edited, file, judged, lines, link, places, read

from placet.controls import Standing, status_of
from placet.parse.kinds import is_governed
from placet.parse.snapshot import read_snapshot
from placet.rules.catalogue import RULES

PAGES = ROOT / "docs/rules"
EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
#: A fenced block that shows a piece of an example, with the file that it is from.
SHOWN = re.compile(r"In `([^`]+)`:\n\n```\w+\n(.*?)\n```", re.DOTALL)


def bad(rule: Any) -> Files:
    return read(EXAMPLES / "base", EXAMPLES / rule.id / "bad")


def good(rule: Any) -> Files:
    return read(EXAMPLES / "base", EXAMPLES / rule.id / "good")


def section(page: str, title: str) -> str:
    return page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_ids_are_unique_and_in_order_of_their_family() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Z]{3}[0-9]{3}", id) for id in ids)
    for family in {id[:3] for id in ids}:
        own = [id for id in ids if id.startswith(family)]
        assert own == sorted(own)


def test_every_rule_has_a_page_and_examples_and_nothing_else_has() -> None:
    ids = {rule.id for rule in RULES}
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == ids
    assert {path.name for path in EXAMPLES.iterdir()} - {"base"} == ids


def test_the_overview_lists_every_rule_as_the_catalogue_has_it() -> None:
    rows = [line for line in (PAGES / "README.md").read_text().splitlines() if line.startswith("| [")]
    assert sorted(rows) == sorted(
        f"| [{rule.id}]({rule.id}.md) | {rule.title} | {rule.severity.label} |" for rule in RULES
    )


def test_the_base_of_all_examples_is_without_findings() -> None:
    assert lines(judged(base())) == []


@EVERY_RULE
class TestEachRule:
    def test_finds_the_bad_example_and_no_other_rule_does(self, rule: Any) -> None:
        findings = judged(bad(rule))
        assert lines(findings) == (EXAMPLES / rule.id / "expected.txt").read_text().splitlines()
        assert {finding.rule for finding in findings} == {rule.id}

    def test_has_the_severity_that_the_catalogue_says(self, rule: Any) -> None:
        assert {finding.severity for finding in judged(bad(rule))} == {rule.severity}

    def test_finds_nothing_in_the_good_example(self, rule: Any) -> None:
        assert lines(judged(good(rule))) == []

    def test_says_what_to_do(self, rule: Any) -> None:
        assert all(finding.help for finding in judged(bad(rule)))

    def test_has_a_page_that_says_all_of_it(self, rule: Any) -> None:
        page = (PAGES / f"{rule.id}.md").read_text()
        assert page.startswith(f"# {rule.id}: {rule.title}\n\nSeverity: {rule.severity.label}\n\n")
        titles = re.findall(r"^## (.*)$", page, re.MULTILINE)
        assert titles == ["Why it matters", "Bad", "Good", "How to fix"]
        assert all(len(section(page, title).strip()) > 20 for title in titles)

    def test_has_a_page_that_shows_its_examples_and_what_is_printed(self, rule: Any) -> None:
        page = (PAGES / f"{rule.id}.md").read_text()
        for title, tree in (("Bad", bad(rule)), ("Good", good(rule))):
            for path, shown in SHOWN.findall(section(page, title)):
                assert f"{shown}\n" in tree[path].data.decode(), f"{path} reads otherwise"
        assert f"```text\n{(EXAMPLES / rule.id / 'expected.txt').read_text()}```" in section(page, "Bad")


SYSTEM, PROMPT = "systems/notes/system.yaml", "prompts/notes/summarise.prompt.yml"
CORE, CASES = "systems/notes/evals/core.yaml", "systems/notes/evals/cases/core.jsonl"
TIERS, CARD = "policies/tiers.yaml", "systems/notes/documents/model-card.md"
MODE = "failure_modes:\n  - {{id: a, description: b, cases: [{}]}}\n"
WAIVER = """\
version: 1
control: core.decision
system: notes
reason: Two cases are wrong themselves and are being corrected.
owner: "@mira"
approver: "@rana"
until: 2026-12-01
"""


def with_card_demanded(files: Files) -> Files:
    demanded = read(EXAMPLES / "base", EXAMPLES / "SYS006" / "good")
    policies = {path: demanded[path] for path in (TIERS, "policies/controls/model-card.yaml", CARD)}
    return {**files, **policies}


def test_one_missing_prompt_is_one_finding() -> None:
    files = edited(base(), SYSTEM, ("path: prompts/notes/summarise.", "path: prompts/notes/summarize."))
    assert places(judged(files)) == ["SYS008 system.yaml:24"]


def test_a_deleted_prompt_is_one_finding_though_suite_document_and_failure_mode_hang_on_it() -> None:
    files = added(base(), SYSTEM, MODE.format("inline"))
    del files[PROMPT]
    files = edited(with_card_demanded(files), CARD, ("judges: {data:", "judges: {prompts:"))
    assert places(judged(files)) == ["SYS008 system.yaml:24"]


def test_a_broken_prompt_is_one_finding() -> None:
    files = edited(added(base(), SYSTEM, MODE.format("inline")), PROMPT, ("messages:", "mesages:"))
    files = edited(with_card_demanded(files), CARD, ("judges: {data:", "judges: {prompts:"))
    assert {finding.path for finding in judged(files)} == {PROMPT}


def test_a_broken_registration_is_one_finding() -> None:
    files = edited(base(), SYSTEM, ("lifecycle: production", "lifecycle: productive"))
    files = added(files, "systems/notes/waivers/a.yaml", WAIVER)
    assert places(judged(with_card_demanded(files))) == ["FIL007 system.yaml:6"]


def test_a_registration_with_the_wrong_id_is_one_finding() -> None:
    files = added(edited(base(), SYSTEM, ("id: notes", "id: note")), "systems/notes/waivers/a.yaml", WAIVER)
    assert places(judged(files)) == ["SYS001 system.yaml:2"]


def test_a_broken_suite_is_one_finding() -> None:
    files = added(edited(base(), SYSTEM, ("tier: low", "tier: medium")), SYSTEM, MODE.format("core/budget"))
    files = added(edited(files, CORE, ("title:", "titel:")), "systems/notes/waivers/a.yaml", WAIVER)
    assert places(judged(files)) == ["FIL008 core.yaml:3"]


def test_a_suite_without_its_case_file_is_one_finding() -> None:
    files = added(edited(base(), SYSTEM, ("tier: low", "tier: medium")), SYSTEM, MODE.format("core/budget"))
    del files[CASES]
    assert places(judged(files)) == ["SUI002 core.yaml:5"]


def test_a_broken_case_is_one_finding_though_count_slice_and_failure_mode_hang_on_it() -> None:
    files = added(added(base(), SYSTEM, MODE.format("core/budget")), CORE, "slices: [language]\n")
    files = edited(files, CASES, ('"id": "budget", "inputs"', '"id": "budget", "input"'))
    assert places(judged(files)) == ["FIL008 core.jsonl:1"]


def test_a_critical_case_that_is_broken_does_not_leave_the_suite_without_a_gate() -> None:
    files = edited(base(), SYSTEM, ("tier: low", "tier: medium"))
    files = edited(files, CORE, ("gates:\n  decision: {min: 0.9, max_regression: 0.02}\n", ""))
    files = edited(files, CASES, ('{"id": "budget",', '{"critical": "yes", "id": "budget",'))
    assert places(judged(files)) == ["FIL007 core.jsonl:1"]


def test_a_misspelt_variable_is_one_finding() -> None:
    files = edited(base(), PROMPT, ("{{transcript}}", "{{transcrpt}}"))
    assert lines(judged(files)) == [
        "prompts/notes/summarise.prompt.yml:7:15: PRM002 no case of suite `core` has a value for {{transcrpt}}",
        "   help: did you mean `transcript`? If you renamed it, rename it in the cases too",
    ]


def test_a_renamed_variable_is_one_finding_where_it_stands_however_many_suites_it_has() -> None:
    files = edited(
        base(), PROMPT, ('content: "{{transcript}}"', "content: |\n      Minutes:\n      as {{spoken}}, {{spoken}}")
    )
    other = (base()[CORE].data or b"").decode().replace("name: core", "name: other")
    (found,) = judged(added(files, CORE.replace("core", "other"), other))
    assert places([found]) == ["PRM002 summarise.prompt.yml:9"]
    assert (found.position.column, found.position.width) == (10, 10)
    assert found.message == "no case of suites `core` and `other` has a value for {{spoken}}"
    assert found.help == "the cases have `transcript`: renamed? then rename it there too"


@pytest.mark.parametrize(
    ("content", "column"),
    [
        pytest.param('"{{tr\\u0061nscrpt}}"', 14, id="written with an escape: the text"),
        pytest.param("'It''s {{transcrpt}}'", 21, id="in single quotes"),
    ],
)
def test_a_variable_is_found_as_it_is_written(content: str, column: int) -> None:
    (found,) = judged(edited(base(), PROMPT, ('"{{transcript}}"', content)))
    assert (found.rule, found.position.line, found.position.column) == ("PRM002", 7, column)


def test_a_document_that_meets_another_control_is_not_to_be_relabelled() -> None:
    control = "version: 1\nid: {0}\ntitle: T\nreason: R.\nphase: pr\nmet_by: {{document: {0}}}\n"
    files = with_card_demanded(base())
    files = added(files, "policies/controls/model-cards.yaml", control.format("model-cards"))
    files = edited(files, TIERS, ("controls: [owned, model-card]", "controls: [owned, model-card, model-cards]"))
    helps = [finding.help for finding in judged(files) if finding.rule == "SYS006"]
    assert helps == ["write systems/notes/documents/model-cards.md: R."]
    files = edited(files, CARD, ("kind: model-card", "kind: model-crds"))
    helps = [finding.help for finding in judged(files) if finding.rule == "SYS006"]
    assert helps == [
        f"write `kind: {kind}` in the document of kind `model-crds`" for kind in ("model-card", "model-cards")
    ]


def test_what_the_right_tier_asks_for_stands_in_the_one_finding_about_the_tier() -> None:
    files = edited(base(), SYSTEM, ("autonomy: informs", "autonomy: advises"))
    files = edited(files, SYSTEM, ('    version: "2026-10-01"\n', ""), ('  technical: ["@mira"]\n', ""))
    (found,) = judged(files)
    assert (found.rule, found.note) == (
        "SYS021",
        "policy computes medium: autonomy=advises (policies/classification.yaml:15)",
    )
    assert found.help == (
        "set `tier: medium`, or lower `autonomy` to informs if nobody acts on what it says, and keep `tier: low`. "
        "Tier medium then asks for owners technical and pinned models"
    )


def test_a_model_without_a_version_is_not_pinned() -> None:
    files = edited(base(), SYSTEM, ("tier: low", "tier: medium"), ('    version: "2026-10-01"\n', ""))
    (model,) = [found for found in judged(files) if found.rule == "SYS004"]
    assert model.message == "`version:` of model `acme/small` is missing, though its name has a date"


@pytest.mark.parametrize(
    ("name", "help"),
    [
        pytest.param("gpt-4.1-2025-04-14", 'add `version: "2025-04-14"`', id="a day in three words"),
        pytest.param("claude-x-20250414", 'add `version: "2025-04-14"`', id="a day in one word"),
        pytest.param(
            "gpt-4.1", "name a dated version, or a digest, in `version:` and on the wire (`name:`)", id="no day"
        ),
    ],
)
def test_a_version_that_the_name_carries_is_the_one_to_add(name: str, help: str) -> None:
    files = edited(base(), SYSTEM, ("tier: low", "tier: medium"), ('    version: "2026-10-01"\n', ""))
    files = edited(files, SYSTEM, ("name: small-2026-10-01", f"name: {name}"))
    assert [found.help for found in judged(files) if found.rule == "SYS004"] == [help]


def test_more_cases_and_tighter_gates_of_the_right_tier_are_named_with_it() -> None:
    medium = "controls: [evaluation]\n    owners: [technical]"
    files = edited(base(), TIERS, (medium, f"{medium} # medium"))
    text = (files[TIERS].data or b"").decode()
    before, after = text.split("# medium")
    after = after.replace("least_cases: 2", "least_cases: 9", 1).replace("margin: 0.05", "margin: 0.01", 1)
    files = {**files, TIERS: file(TIERS, before + after)}
    files = edited(files, SYSTEM, ("autonomy: informs", "autonomy: advises"))
    (found,) = (one for one in judged(files) if one.rule == "SYS021")
    assert found.help.endswith(
        ". Tier medium then asks for 9 cases in suite core (now 2) and tighter bounds at core.decision"
    )


def test_a_prompt_that_was_deleted_on_purpose_leaves_what_is_to_be_removed() -> None:
    files = {path: found for path, found in base().items() if path != PROMPT}
    (found,) = judged(files)
    assert found.help == (
        "write the prompt, or correct the path; if it was deleted on purpose, remove this entry (`prompts: []` if it "
        "was the last) and the suites that name it: systems/notes/evals/core.yaml:4"
    )


def test_a_suite_of_a_system_without_prompts_has_a_next_step() -> None:
    old = "prompts:\n  - path: prompts/notes/summarise.prompt.yml\n    untrusted: [transcript]\n"
    helps = [one.help for one in judged(edited(base(), SYSTEM, (old, "prompts: []\n"))) if one.rule == "SUI001"]
    assert helps == ["add it to `prompts:` of systems/notes/system.yaml, which has none, or remove this suite"]


@pytest.mark.parametrize(
    ("met_by", "more", "help"),
    [
        pytest.param(
            "{monitor: cost}",
            "",
            "add `monitoring:`, for example: "
            '[{name: "...", group: cost, signal: "...", alert: "...", owner: technical}]. R.',
            id="a monitor of a group",
        ),
        pytest.param(
            "{monitor: drift}",
            "monitoring: [{name: a, group: cost, signal: S, alert: A, owner: technical}]\n",
            "add a monitor to `monitoring:`, for example: "
            '[{name: drift, group: quality, signal: "...", alert: "...", owner: technical}]. R.',
            id="a monitor beside others",
        ),
        pytest.param(
            "{field: rollout}",
            "rollout: {strategy: all-at-once}\n",
            "fill in `rollout:`, for example: {strategy: staged, stages: "
            '[{name: canary, percent: 10, success: "24 hours without an alert"}]}. R.',
            id="a rollout that would meet it",
        ),
    ],
)
def test_a_field_that_the_tier_demands_comes_with_an_example(met_by: str, more: str, help: str) -> None:
    control = f"version: 1\nid: asked\ntitle: T\nreason: R.\nphase: pr\nmet_by: {met_by}\n"
    files = added(added(base(), SYSTEM, more), "policies/controls/asked.yaml", control)
    files = edited(files, TIERS, ("controls: [owned]", "controls: [owned, asked]"))
    assert [one.help for one in judged(files) if one.rule == "SYS007"] == [help]


def stale_card() -> Files:
    """A system whose card judged data of another day, and nothing else is wrong."""
    return read(EXAMPLES / "base", EXAMPLES / "DOC002" / "bad")


def test_a_template_is_to_be_written_before_anybody_stamps_it() -> None:
    files = with_card_demanded(base())
    text = (files[CARD].data or b"").decode()
    empty = text[: text.index("---\n", 4) + 4].replace("sha256:", "sha256:0", 1)
    stale = re.sub("sha256:0([0-9a-f]{63})[0-9a-f]", r"sha256:0\1", empty)
    assert [one.rule for one in judged({**files, CARD: file(CARD, stale)})] == ["SYS006"]


@pytest.mark.parametrize(
    ("path", "edit", "asked"),
    [
        pytest.param(SYSTEM, ("kind: llm", "kind: agent"), True, id="nothing else is wrong"),
        pytest.param(SYSTEM, ("provider: local", "provider: locl"), False, id="a typo in the registration"),
        pytest.param(SYSTEM, ("kind: llm", "knd: llm"), False, id="a registration that can't be read"),
        pytest.param(CORE, ("title:", "titel:"), False, id="a suite that can't be read"),
        pytest.param(CORE, ("max_regression: 0.02", "max_regression: 0.9"), True, id="an error elsewhere"),
    ],
)
def test_a_document_is_judged_again_after_the_errors_are_mended(path: str, edit: tuple[str, str], asked: bool) -> None:
    assert ("DOC002" in {one.rule for one in judged(edited(stale_card(), path, edit))}) is asked


def test_a_folder_whose_name_is_no_id_is_to_be_renamed() -> None:
    moved = {path.replace("systems/notes/", "systems/My_Notes/"): found.data or b"" for path, found in base().items()}
    files = {path: file(path, data) for path, data in moved.items()}
    form = "a name is made of lowercase words joined by hyphens"
    assert [(found.rule, found.help) for found in judged(files)] == [
        (
            "SYS001",
            f"rename the folder to notes, or both to what no other system is called: {form}",
        )
    ]


@pytest.mark.parametrize(
    ("name", "like"),
    [
        pytest.param("maxToken", "maxTokens", id="a letter too few"),
        pytest.param("topp", "topP", id="small letters"),
        pytest.param("stop", None, id="a parameter of its own, though it looks like one"),
        pytest.param("temperature", None, id="a known one"),
    ],
)
def test_a_model_parameter_that_looks_like_a_known_one(name: str, like: str | None) -> None:
    files = edited(base(), PROMPT, ("messages:", f"modelParameters: {{{name}: 1}}\nmessages:"))
    assert [(found.rule, found.help) for found in judged(files)] == (
        [("PRM006", f"did you mean `{like}`?")] if like else []
    )


@pytest.mark.parametrize(("until", "late"), [("2026-11-19", True), ("2026-11-20", False)])
def test_a_review_is_due_by_the_end_of_its_day(until: str, late: bool) -> None:
    assert places(judged(added(base(), SYSTEM, f"review_by: {until}\n"))) == (["SYS015 system.yaml:26"] if late else [])


def test_a_broken_document_is_one_finding() -> None:
    files = edited(with_card_demanded(base()), CARD, ("date: 2026-11-02", "date: November"))
    assert places(judged(files)) == ["FIL007 model-card.md:5"]


def test_a_broken_control_is_one_finding() -> None:
    files = edited(base(), "policies/controls/evaluation.yaml", ("phase: pr", "phase: soon"))
    files = added(files, "systems/notes/waivers/a.yaml", WAIVER.replace("core.decision", "evaluation"))
    assert places(judged(files)) == ["FIL007 evaluation.yaml:5"]


@pytest.mark.parametrize("path", ["policies/tiers.yaml", "policies/classification.yaml", "policies/providers.yaml"])
def test_broken_policies_leave_registrations_alone(path: str) -> None:
    files = edited(base(), path, ("version: 1", "version: one"))
    assert {finding.path for finding in judged(files)} == {path}


def test_a_link_in_place_of_a_registration_is_one_finding() -> None:
    assert places(judged({**base(), SYSTEM: link(SYSTEM)})) == ["FIL005 system.yaml:1"]


@pytest.mark.parametrize(
    ("path", "old", "new", "help"),
    [
        pytest.param(SYSTEM, "business:", "busines:", "did you mean `business`?", id="an owner role"),
        pytest.param(SYSTEM, "informs", "inform", "did you mean `informs`?", id="a factor"),
        pytest.param(SYSTEM, "provider: local", "provider: lokal", "did you mean `local`?", id="a provider"),
        pytest.param(PROMPT, "acme/small", "acme/smoll", "did you mean `acme/small`?", id="a model"),
        pytest.param(CORE, "type: contains", "type: contain", "did you mean `contains`?", id="a type of scorer"),
        pytest.param(CORE, "  decision: {", "  decison: {", "did you mean `decision`?", id="a metric"),
        pytest.param(TIERS, "[evaluation]", "[evalution]", "did you mean `evaluation`?", id="a control"),
        pytest.param(TIERS, "warn", "warm", "did you mean `warn`?", id="a word of a tier"),
    ],
)
def test_what_is_misspelt_comes_with_what_was_meant(path: str, old: str, new: str, help: str) -> None:
    helps = [finding.help for finding in judged(edited(base(), path, (old, new)))]
    assert help in helps


@pytest.mark.parametrize(
    ("path", "help"),
    [
        pytest.param("policies/tier.yaml", "rename it to policies/tiers.yaml", id="a policy"),
        pytest.param("policies/control/a.yaml", "rename it to policies/controls/a.yaml", id="the folder of controls"),
        pytest.param("systems/notes/System.yml", "rename it to systems/notes/system.yaml", id="a registration"),
        pytest.param(
            "systems/notes/document/card.md", "rename it to systems/notes/documents/card.md", id="a folder of documents"
        ),
        pytest.param("systems/notes/evals/x.yml", "rename it to systems/notes/evals/x.yaml", id="a suite"),
        pytest.param(
            "prompts/notes/x.yaml", "name a prompt *.prompt.yml: prompts/notes/x.prompt.yml", id="a prompt's ending"
        ),
        pytest.param(
            "systems/notes/prices.csv",
            "see docs/files.md for the files that are read, and where they belong",
            id="a file that is like none",
        ),
    ],
)
def test_a_file_that_is_not_read_comes_with_the_name_that_is(path: str, help: str) -> None:
    found = [finding for finding in judged({**base(), path: file(path, "a\n")}) if finding.rule == "FIL009"]
    assert [finding.help for finding in found] == [help]


@pytest.mark.parametrize(
    "path", ["README.md", "systems/notes/README.md", "systems/notes/docs/plan.md", "prompts/notes/look.png"]
)
def test_a_file_for_people_may_lie_anywhere(path: str) -> None:
    assert lines(judged({**base(), path: file(path, "a\n")})) == []


REGULATED = ("regulation: []", "regulation: [eu-ai-act-high-risk]")


@pytest.mark.parametrize(
    ("edits", "note", "help"),
    [
        pytest.param(
            [("autonomy: informs", "autonomy: acts")],
            "policy computes critical: autonomy=acts (policies/classification.yaml:3)",
            "set `tier: critical`, or lower `autonomy` to acts-with-approval if a person confirms each action, "
            "and then set `tier: high`",
            id="one factor: its next lower value",
        ),
        pytest.param(
            [("autonomy: informs", "autonomy: acts-with-approval")],
            "policy computes high: autonomy=acts-with-approval (policies/classification.yaml:7)",
            "set `tier: high`, or lower `autonomy` to advises if a person decides and acts, "
            "and then set `tier: medium`",
            id="the smallest step that lowers it",
        ),
        pytest.param(
            [("autonomy: informs", "autonomy: advises")],
            "policy computes medium: autonomy=advises (policies/classification.yaml:15)",
            "set `tier: medium`, or lower `autonomy` to informs if nobody acts on what it says, and keep `tier: low`",
            id="down to low",
        ),
        pytest.param(
            [REGULATED],
            "policy computes high: regulation=eu-ai-act-high-risk (policies/classification.yaml:11)",
            "set `tier: high`, or take `eu-ai-act-high-risk` out of `regulation` if it doesn't apply, "
            "and keep `tier: low`",
            id="a list: without the value",
        ),
        pytest.param(
            [("autonomy: informs", "autonomy: acts-with-approval"), REGULATED],
            "policy computes high: autonomy=acts-with-approval (policies/classification.yaml:7); "
            "regulation=eu-ai-act-high-risk (policies/classification.yaml:11)",
            "set `tier: high`; no change of a single factor lowers what is computed",
            id="two rules: no single change does",
        ),
        pytest.param(
            [("autonomy: informs", "autonomy: acts"), REGULATED],
            "policy computes critical: autonomy=acts (policies/classification.yaml:3)",
            "set `tier: critical`, or lower `autonomy` to acts-with-approval if a person confirms each action, "
            "and then set `tier: high`",
            id="only the rules that compute it are named",
        ),
    ],
)
def test_a_tier_that_is_too_low_comes_with_the_factor_that_makes_it_so(
    edits: list[tuple[str, str]], note: str, help: str
) -> None:
    found = [finding for finding in judged(edited(base(), SYSTEM, *edits)) if finding.rule == "SYS021"]
    assert [(finding.note, finding.help) for finding in found] == [(note, help)]
    assert [(at.line, at.column, at.width) for at in [finding.position for finding in found]] == [(11, 9, 3)]


def test_two_factors_of_one_rule_are_two_ways_to_a_lower_tier() -> None:
    rule = "  - {id: open, when: {exposure: [public], data: [internal]}, tier: high, because: anybody may ask}\n"
    files = edited(
        added(base(), "policies/classification.yaml", rule), SYSTEM, ("exposure: internal", "exposure: public")
    )
    (found,) = (finding for finding in judged(files) if finding.rule == "SYS021")
    assert found.note == "policy computes high: exposure=public and data=internal (policies/classification.yaml:19)"
    assert found.help == (
        "set `tier: high`, or lower `exposure` to customers if only customers see what it says, and keep `tier: low`"
        ", or take `internal` out of `data` if it sees no such data, and keep `tier: low`"
    )


@pytest.mark.parametrize(
    ("rollout", "standing"),
    [
        pytest.param("", Standing.MISSING, id="no rollout"),
        pytest.param("rollout: {strategy: all-at-once}\n", Standing.EMPTY, id="all at once is no stage"),
        pytest.param(
            "rollout: {strategy: staged, stages: [{name: a, percent: 10, success: no alert}]}\n",
            Standing.MET,
            id="stages",
        ),
    ],
)
def test_a_control_that_asks_for_a_rollout_wants_stages(rollout: str, standing: Standing) -> None:
    control = "version: 1\nid: staged\ntitle: T\nreason: R.\nphase: pr\nmet_by: {field: rollout}\n"
    files = added(added(base(), SYSTEM, rollout), "policies/controls/staged.yaml", control)
    files = edited(files, TIERS, ("controls: [owned]", "controls: [owned, staged]"))
    snapshot = read_snapshot(files)
    status = status_of(snapshot.controls["policies/controls/staged.yaml"], snapshot.systems[SYSTEM], snapshot)
    assert status.standing is standing
    rules = [finding.rule for finding in judged(files)]
    assert rules == ([] if standing is Standing.MET else ["SYS007"])


@pytest.mark.parametrize(
    ("name", "version", "pinned"),
    [
        pytest.param("small-2026-10-01", '"2026-10-01"', True, id="a dated version"),
        pytest.param("gemini-2.5-pro-preview-05-06", "05-06", True, id="a dated preview"),
        pytest.param("qwen3:8b", "sha256:0f1e", True, id="a digest"),
        pytest.param("small-latest", '"2026-10-01"', False, id="an alias on the wire"),
        pytest.param("qwen3:latest", "sha256:0f1e", False, id="a tag that moves"),
        pytest.param("small", "latest", False, id="an alias as version"),
        pytest.param("large-preview", "x", False, id="a preview without a date"),
        pytest.param("contemporary-latestat", "v1", True, id="a word that only contains one"),
    ],
)
def test_a_pinned_model_has_a_version_that_stays(name: str, version: str, pinned: bool) -> None:
    files = edited(base(), SYSTEM, ("tier: low", "tier: medium"), ("name: small-2026-10-01", f"name: {name}"))
    files = edited(files, SYSTEM, ('version: "2026-10-01"', f"version: {version}"))
    assert [finding.rule for finding in judged(files)] == ([] if pinned else ["SYS004"])


@pytest.mark.parametrize(
    ("rules", "system"),
    [
        pytest.param(["FIL007"], "path: ../secret.prompt.yml", id="climbs"),
        pytest.param(["FIL007"], "path: prompts/../../x.prompt.yml", id="climbs later"),
        pytest.param(["FIL007"], "path: /prompts/notes/summarise.prompt.yml", id="is absolute"),
        pytest.param(["FIL007"], "path: C:\\prompts\\x.prompt.yml", id="is absolute on another system"),
    ],
)
@pytest.mark.parametrize("where", ["registration", "suite"])
def test_a_prompt_path_that_leaves_the_repository_is_refused(where: str, rules: list[str], system: str) -> None:
    if where == "registration":
        files = edited(base(), SYSTEM, ("path: prompts/notes/summarise.prompt.yml", system))
    else:
        files = edited(base(), CORE, ("prompt: prompts/notes/summarise.prompt.yml", system.replace("path", "prompt")))
    (found,) = judged(files)
    assert [found.rule] == rules
    assert "is not the path of a prompt file below prompts/, from the root of the repository" in found.message


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param("../../../etc/passwd.jsonl", id="climbs out of the repository"),
        pytest.param("../../other/evals/cases/core.jsonl", id="climbs into another system"),
        pytest.param("cases/../../x.jsonl", id="climbs later"),
    ],
)
def test_a_case_path_that_leaves_its_folder_is_refused(cases: str) -> None:
    files = edited(base(), CORE, ("cases: cases/core.jsonl", f"cases: {cases}"))
    del files[CASES]
    (found,) = judged(files)
    assert found.rule == "SUI002"
    assert "is outside systems/notes/evals/" in found.message


def test_the_examples_are_no_governed_files_of_this_repository() -> None:
    paths = [path.relative_to(ROOT).as_posix() for path in EXAMPLES.rglob("*")]
    assert [path for path in paths if is_governed(path)] == []
