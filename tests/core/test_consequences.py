"""One fault is one finding: what only follows from it isn't said again, and it hides no other fault."""

from __future__ import annotations

import pytest
from tests.governed import EXAMPLES, TODAY, Files, added, base, edited, file, judged, lines, places, read

from placet.findings import Severity
from placet.parse.snapshot import read_snapshot
from placet.rules.catalogue import found
from placet.waived import parted

SYSTEM, PROMPT = "systems/notes/system.yaml", "prompts/notes/summarise.prompt.yml"
CORE, CASES = "systems/notes/evals/core.yaml", "systems/notes/evals/cases/core.jsonl"
TIERS, PROVIDERS = "policies/tiers.yaml", "policies/providers.yaml"
WAIVER = """\
version: 1
control: {}
system: notes
reason: Two cases are wrong themselves and are being corrected.
owner: "@mira"
approver: "@rana"
until: {}
"""
INCIDENT = """\
version: 1
id: 2026-10-14-lost
system: notes
title: A decision was lost
severity: minor
what: The summary of a meeting left a decision out.
detected: 2026-10-14
detected_by: {person: "@mira"}
owner: technical
cases: [core/budget]
"""


def with_modes(files: Files, *cases: str) -> Files:
    modes = "".join(f"  - {{id: mode-{at}, description: Lost., cases: [{one}]}}\n" for at, one in enumerate(cases))
    return added(files, SYSTEM, f"failure_modes:\n{modes}")


def with_waiver(files: Files, control: str, until: str = "2026-12-01", name: str = "a") -> Files:
    return added(files, f"systems/notes/waivers/{name}.yaml", WAIVER.format(control, until))


def medium(files: Files) -> Files:
    """In a tier that demands the suite `core`."""
    return edited(files, SYSTEM, ("tier: low", "tier: medium"))


def without(files: Files, *paths: str) -> Files:
    return {path: one for path, one in files.items() if path not in paths}


class TestAMisspeltKey:
    @pytest.mark.parametrize(
        ("path", "old", "new", "place"),
        [
            pytest.param(SYSTEM, "purpose:", "purpos:", "FIL008 system.yaml:4", id="of a registration"),
            pytest.param(SYSTEM, "    criticality:", "    criticalty:", "FIL008 system.yaml:17", id="further in"),
            pytest.param(CASES, '{"id": "budget",', '{"ids": "budget",', "FIL008 core.jsonl:1", id="of a case"),
            pytest.param(
                CORE, "type: contains, value:", "type: contains, valu:", "FIL008 core.yaml:7", id="by its type"
            ),
            pytest.param(PROMPT, "messages:", "mesages:", "FIL008 summarise.prompt.yml:3", id="of a prompt"),
            pytest.param(PROMPT, "role: user", "rol: user", "FIL008 summarise.prompt.yml:6", id="of a message"),
        ],
    )
    def test_that_is_required_is_not_missing_besides(self, path: str, old: str, new: str, place: str) -> None:
        (finding,) = judged(edited(base(), path, (old, new)))
        assert places([finding]) == [place]
        assert finding.severity is Severity.ERROR
        assert finding.help.startswith("did you mean `")

    def test_of_a_tier_is_not_missing_besides(self) -> None:
        text = base()[TIERS].data.decode().replace("error_budget", "eror_budget", 1)
        assert places(judged({**base(), TIERS: file(TIERS, text)})) == ["FIL008 tiers.yaml:12"]

    def test_leaves_what_else_is_missing(self) -> None:
        files = edited(base(), SYSTEM, ("purpose:", "purpos:"), ("kind: llm\n", ""))
        (missing,) = [finding for finding in judged(files) if finding.rule == "FIL007"]
        assert missing.message == "`kind` is missing"

    def test_that_is_like_no_other_leaves_the_required_one_missing(self) -> None:
        findings = judged(edited(base(), SYSTEM, ("purpose:", "aim:")))
        assert [finding.message for finding in findings] == ["`purpose` is missing", "unknown key `aim`"]

    def test_of_a_prompt_that_may_be_left_out_is_a_warning(self) -> None:
        (finding,) = judged(edited(base(), PROMPT, ("name:", "nam:")))
        assert (finding.rule, finding.severity) == ("FIL008", Severity.WARNING)

    @pytest.mark.parametrize(("form", "severity"), [("json_schema", Severity.ERROR), ("text", Severity.WARNING)])
    def test_that_another_key_demands_is_an_error(self, form: str, severity: Severity) -> None:
        keys = f'responseFormat: {form}\njsonSchem: \'{{"name": "a", "schema": {{}}}}\'\nmessages:'
        (finding,) = judged(edited(base(), PROMPT, ("messages:", keys)))
        assert (finding.rule, finding.severity) == ("FIL008", severity)


class TestASharedPrompt:
    @staticmethod
    def shared(*models: str) -> Files:
        """The prompt of the base, used by one more system for each of `models`, which is all that it registers."""
        files, registration = base(), base()[SYSTEM].data.decode()
        for at, model in enumerate(models):
            text = registration.replace("id: notes", f"id: more-{at}").replace("acme/small", model)
            files = added(files, f"systems/more-{at}/system.yaml", text)
        return files

    def test_with_a_model_that_nobody_registers_is_one_finding(self) -> None:
        files = edited(self.shared("acme/small", "acme/small"), PROMPT, ("acme/small", "acme/smal"))
        assert lines(judged(files)) == [
            f"{PROMPT}:2:8: PRM001 system more-0 and 2 more don't register model `acme/smal`",
            "   help: did you mean `acme/small`?",
        ]

    def test_is_not_to_get_a_model_that_only_some_register(self) -> None:
        files = edited(self.shared("acme/smart"), PROMPT, ("acme/small", "acme/smaller"))
        assert lines(judged(files)) == [
            f"{PROMPT}:2:8: PRM001 system more-0 and 1 more don't register model `acme/smaller`",
            "   help: systems/more-0/system.yaml registers acme/smart",
        ]

    def test_names_the_one_system_that_lacks_its_model(self) -> None:
        (finding,) = judged(self.shared("acme/small", "acme/other"))
        assert finding.message == "system more-1 doesn't register model `acme/small`"


class TestASuiteForAnotherPrompt:
    FILES = added(
        base(), "prompts/notes/other.prompt.yml", "model: acme/small\nmessages: [{role: user, content: '{{a}}'}]\n"
    )

    def test_is_not_held_against_that_prompt(self) -> None:
        other = base()[SYSTEM].data.decode().replace("id: notes", "id: more").replace("summarise", "other")
        files = added(self.FILES, "systems/more/system.yaml", other.replace("[transcript]", "[a]"))
        files = edited(files, CORE, ("prompts/notes/summarise.", "prompts/notes/other."))
        assert places(judged(files)) == ["SUI001 core.yaml:4"]

    def test_is_not_held_against_a_prompt_without_variables_either(self) -> None:
        plain = edited(self.FILES, "prompts/notes/other.prompt.yml", ("{{a}}", "Hi"))
        other = base()[SYSTEM].data.decode().replace("id: notes", "id: more").replace("summarise", "other")
        files = added(plain, "systems/more/system.yaml", other.replace("[transcript]", "[]"))
        files = edited(files, CORE, ("prompts/notes/summarise.", "prompts/notes/other."))
        assert places(judged(files)) == ["SUI001 core.yaml:4"]

    def test_of_its_own_system_is_held_against_it(self) -> None:
        use = "  - path: prompts/notes/other.prompt.yml\n"
        files = edited(added(self.FILES, SYSTEM, use), CORE, ("prompts/notes/summarise.", "prompts/notes/other."))
        assert places(judged(files)) == ["PRM002 other.prompt.yml:2"]


class TestASuiteThatIsGone:
    @pytest.mark.parametrize("named", ["core", "core/budget"])
    def test_is_missed_by_the_tier_alone(self, named: str) -> None:
        files = with_waiver(with_modes(medium(base()), "core", named), "core.decision")
        files = added(files, "systems/notes/incidents/2026-10-14-lost.yaml", INCIDENT)
        assert places(judged(without(files, CORE, CASES))) == ["SYS010 system.yaml:11"]

    def test_that_no_tier_demands_is_missed_once_by_those_who_name_it(self) -> None:
        (finding,) = judged(without(with_modes(base(), "core", "core"), CORE, CASES))
        assert places([finding]) == ["SYS011 system.yaml:27"]
        assert finding.message == "no suite or case `core`, which 2 failure modes name"

    @pytest.mark.parametrize("files", [base(), medium(base())], ids=["demanded by none", "demanded"])
    def test_or_has_another_name_than_its_file_is_misnamed_alone(self, files: Files) -> None:
        files = with_waiver(with_modes(files, "core", "core/budget"), "core.decision")
        assert places(judged(edited(files, CORE, ("name: core", "name: main")))) == ["SUI009 core.yaml:2"]

    def test_or_broken_hides_no_other_name(self) -> None:
        files = with_waiver(with_modes(base(), "core/budget", "cor"), "registred")
        files = edited(files, CORE, ("title:", "titel:"))
        assert places(judged(files)) == ["FIL008 core.yaml:3", "SYS011 system.yaml:28", "WAI002 a.yaml:2"]

    def test_or_without_gates_is_one_finding_for_all_who_hang_on_it(self) -> None:
        files = edited(
            with_modes(base(), "core", "core"), CORE, ("gates:\n  decision: {min: 0.9, max_regression: 0.02}\n", "")
        )
        (finding,) = judged(files)
        assert (places([finding]), finding.message) == (
            ["SYS025 system.yaml:27"],
            "nothing that would show `mode-0` or `mode-1` can block: no gate judges it",
        )


class TestAnEndedWaiver:
    @staticmethod
    def demanded() -> Files:
        """A system that lacks the model card which its tier demands."""
        card = "systems/notes/documents/model-card.md"
        return without(read(EXAMPLES / "base", EXAMPLES / "SYS006" / "good"), card)

    def test_is_the_one_finding_about_what_it_covered(self) -> None:
        assert [one.rule for one in judged(self.demanded())] == ["SYS006"]
        assert judged(with_waiver(self.demanded(), "model-card")) == ()
        assert places(judged(with_waiver(self.demanded(), "model-card", "2026-11-19"))) == ["WAI001 a.yaml:7"]

    def test_that_still_holds_is_counted_with_what_it_covers(self) -> None:
        snapshot = read_snapshot(with_waiver(self.demanded(), "model-card"))
        (waived,) = parted(found(snapshot, TODAY), snapshot, TODAY)[1]
        assert waived.finding.rule == "SYS006"

    def test_beside_one_that_holds_covers_nothing(self) -> None:
        files = with_waiver(with_waiver(self.demanded(), "model-card", "2026-11-19"), "model-card", name="b")
        assert places(judged(files)) == ["WAI001 a.yaml:7"]

    def test_of_what_cannot_be_waived_leaves_that_unmet(self) -> None:
        files = with_waiver(self.demanded(), "model-card", "2026-11-19")
        files = added(files, "policies/controls/model-card.yaml", "waivable: false\n")
        assert sorted(one.rule for one in judged(files)) == ["SYS006", "WAI001", "WAI003"]

    def test_in_another_systems_folder_covers_nothing(self) -> None:
        files = self.demanded()
        text = WAIVER.format("model-card", "2026-11-19")
        files = added(files, "systems/more/waivers/a.yaml", text)
        assert "SYS006" in {one.rule for one in judged(files)}


class TestABrokenControl:
    CONTROL = "policies/controls/evaluation.yaml"
    BROKEN = edited(base(), CONTROL, ("phase: pr", "phase: soon"))

    def test_hides_no_waiver_of_what_there_isnt(self) -> None:
        files = with_waiver(with_waiver(self.BROKEN, "evalution"), "core.decisions", name="b")
        assert places(judged(files)) == ["FIL007 evaluation.yaml:5", "WAI002 a.yaml:2", "WAI002 b.yaml:2"]

    def test_is_known_to_its_waivers(self) -> None:
        assert places(judged(with_waiver(self.BROKEN, "evaluation"))) == ["FIL007 evaluation.yaml:5"]

    def test_with_another_id_than_its_file_is_known_by_both(self) -> None:
        files = edited(base(), self.CONTROL, ("id: evaluation", "id: evaluated"))
        files = with_waiver(with_waiver(files, "evaluation"), "evaluated", name="b")
        assert places(judged(files)) == ["POL003 evaluation.yaml:2"]


def test_a_floating_name_needs_no_price_besides() -> None:
    files = edited(medium(base()), SYSTEM, ("name: small-2026-10-01", "name: small-latest"))
    files = edited(files, TIERS, ("margin: 0.05\n", "margin: 0.05\n      max_cost_increase: 0.1\n"))
    assert [one.rule for one in judged(files) if one.path == SYSTEM] == ["SYS004"]


class TestADeletedRegistration:
    DOCUMENTED = without(read(EXAMPLES / "base", EXAMPLES / "SYS006" / "good"), SYSTEM)

    def test_is_one_finding_in_its_folder(self) -> None:
        files = with_waiver(self.DOCUMENTED, "model-card")
        files = added(files, "systems/notes/incidents/2026-10-14-lost.yaml", INCIDENT)
        assert places(judged(files)) == ["DOC001 model-card.md:2"]

    def test_without_documents_is_found_at_the_suite(self) -> None:
        assert places(judged(with_waiver(without(base(), SYSTEM), "evaluation"))) == ["SUI011 core.yaml:2"]

    def test_of_which_only_a_waiver_is_left(self) -> None:
        files = with_waiver(without(base(), SYSTEM, CORE, CASES, PROMPT), "evaluation")
        assert places(judged(files)) == ["WAI002 a.yaml:3"]

    def test_leaves_another_prompt_unused(self) -> None:
        files = added(
            without(base(), SYSTEM), "prompts/notes/idle.prompt.yml", "messages: [{role: user, content: Hi}]\n"
        )
        assert places(judged(files)) == ["PRM003 idle.prompt.yml:1", "SUI011 core.yaml:2"]
