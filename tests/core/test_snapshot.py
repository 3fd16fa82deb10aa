"""Snapshots: governed files read whole, whatever they hold, each fault found once."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.repository import (
    CARD,
    CASES,
    OWNERS,
    PROMPT,
    PROVIDERS,
    SUITE,
    SYSTEM,
    TIERS,
    files,
    snapshot_of,
    waiver,
)

from placet.model.policy import Tier
from placet.parse.kinds import Kind, is_governed, kind_of, system_of
from placet.parse.snapshot import File, Snapshot, read_snapshot
from placet.rules.catalogue import check

BASE = files()


def found(of: Snapshot) -> list[tuple[str, str, int]]:
    return [(finding.rule, finding.path, finding.position.line) for finding in of.findings]


def test_a_governed_repository_reads_without_a_finding() -> None:
    of = snapshot_of(BASE | waiver("core.accuracy"))
    assert of.findings == ()
    assert of.policies is not None
    system = of.by_id["sorter"]
    assert [suite.name for suite in of.suites_of(system)] == ["core"]
    assert [document.path for document in of.documents_of(system)] == [CARD]
    assert [given.control for given in of.waivers_of(system)] == ["core.accuracy"]
    assert of.systems_using(PROMPT) == (system,)
    assert [control.id for control in of.policies.controls_of(Tier.CRITICAL)] == [
        "registered",
        "owned",
        "model-card",
        "evaluation",
    ]


def test_the_policies_of_a_governed_repository_stand_the_rules() -> None:
    problems = check(snapshot_of(BASE), date(2026, 11, 20))
    assert {problem.rule for problem in problems} == {"DOC002"}  # nobody has stamped its model card


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(PROMPT, "messages: [", ("FIL001", 1), id="YAML that does not parse"),
        pytest.param(PROMPT, "messages:\n\t- role: user\n", ("FIL001", 2), id="a tab"),
        pytest.param(SYSTEM, "version: 1\nid: a\nid: b\n", ("FIL002", 3), id="a key that stands twice"),
        pytest.param(SYSTEM, BASE[SYSTEM].replace("version: 1", "version: 99"), ("FIL006", 1), id="a newer version"),
        pytest.param(SYSTEM, "surprise: 1\n" + BASE[SYSTEM], ("FIL008", 1), id="an unknown key"),
        pytest.param(
            SYSTEM, BASE[SYSTEM].replace("lifecycle: production", "lifecycle: old"), ("FIL007", 7), id="a bad value"
        ),
        pytest.param(CASES, BASE[CASES] + "{broken\n", ("FIL001", 31), id="a broken line of cases"),
        pytest.param(CARD, "no front matter\n", ("FIL001", 1), id="a document without front matter"),
        pytest.param(
            SUITE, BASE[SUITE].replace("cases/core", "cases/none"), ("SUI002", 5), id="cases that are missing"
        ),
        pytest.param(
            SUITE, BASE[SUITE].replace("cases/core", "../../../../etc/core"), ("SUI002", 5), id="cases outside"
        ),
        pytest.param(SUITE, BASE[SUITE].replace("cases/core", "/etc/core"), ("FIL007", 5), id="an absolute path"),
    ],
)
def test_a_fault_is_found_where_it_is(path: str, text: str, expected: tuple[str, int]) -> None:
    rule, line = expected
    assert (rule, path) in {(finding.rule, finding.path) for finding in snapshot_of(BASE | {path: text}).findings}
    lines = [at for code, where, at in found(snapshot_of(BASE | {path: text})) if (code, where) == (rule, path)]
    assert lines == [line]


def test_bytes_that_are_no_text_are_a_finding() -> None:
    of = read_snapshot({PROMPT: File(PROMPT, "100644", "", b"\xff\xfe\x00")})
    assert [(finding.rule, finding.path) for finding in of.findings] == [("FIL004", PROMPT)]


def test_a_yaml_bomb_is_a_finding() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(12)
    )
    of = snapshot_of(BASE | {SYSTEM: bomb})
    assert {finding.path for finding in of.findings} == {SYSTEM}
    assert not of.systems


def test_a_file_beyond_the_limit_is_a_finding_and_not_read() -> None:
    of = read_snapshot({PROMPT: File(PROMPT, "100644", "", None)})
    (finding,) = of.findings
    assert (finding.rule, finding.path) == ("FIL003", PROMPT)
    assert "1 MiB" in finding.message


@pytest.mark.parametrize(
    ("mode", "what"), [("120000", "a symbolic link"), ("160000", "a submodule"), ("040000", "of mode 040000")]
)
def test_what_is_no_regular_file_is_a_finding_wherever_it_is(mode: str, what: str) -> None:
    places = (PROMPT, SYSTEM, CASES, "prompts", "systems/alias", OWNERS)
    of = read_snapshot({path: File(path, mode, "", None) for path in places})
    assert sorted(finding.path for finding in of.findings) == sorted(places)
    assert all(finding.rule == "FIL005" and what in finding.message for finding in of.findings)


@pytest.mark.parametrize("name", ["tiers", "classification", "providers"])
def test_without_one_of_the_three_files_that_decide_there_are_no_policies(name: str) -> None:
    path = f"policies/{name}.yaml"
    assert snapshot_of({key: text for key, text in BASE.items() if key != path}).policies is None
    assert snapshot_of(BASE | {path: "version: ["}).policies is None


def test_settings_that_are_absent_have_defaults_and_broken_ones_do_not() -> None:
    path = "policies/placet.yaml"
    absent = snapshot_of({key: text for key, text in BASE.items() if key != path}).policies
    assert absent is not None
    assert absent.settings.roles == {}  # a role that nobody holds: what needs it can't be given
    assert snapshot_of(BASE | {path: "version: ["}).policies is None


def test_a_tier_that_is_missing_leaves_no_policies() -> None:
    assert snapshot_of(BASE | {TIERS: BASE[TIERS].split("  critical:")[0]}).policies is None


def test_a_broken_case_is_left_out_and_the_others_stay() -> None:
    of = snapshot_of(BASE | {CASES: BASE[CASES] + '{"id": "no-inputs"}\n'})
    assert len(of.suites[SUITE].cases) == 30
    assert [finding.path for finding in of.findings] == [CASES]


def test_a_suite_takes_no_cases_of_another_system() -> None:
    """Whoever owns that system could change them without asking the owners of this one."""
    theirs = "systems/other/evals/cases/core.jsonl"
    stolen = BASE[SUITE].replace("cases/core.jsonl", "../../other/evals/cases/core.jsonl")
    of = snapshot_of(BASE | {theirs: BASE[CASES], SUITE: stolen})
    assert SUITE not in of.suites
    assert [finding.rule for finding in of.findings if finding.path == SUITE] == ["SUI002"]


def test_cases_in_the_suite_itself_are_cases() -> None:
    inline = BASE[SUITE].replace("cases: cases/core.jsonl", "cases:\n- {id: one, inputs: {ticket: T}, critical: true}")
    suite = snapshot_of(BASE | {SUITE: inline}).suites[SUITE]
    assert [(case.id, case.critical, case.position.line) for case in suite.cases] == [("one", True, 6)]
    assert suite.cases_path is None


@pytest.mark.parametrize(
    ("present", "owner"),
    [
        pytest.param([".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"], "@first", id="the hidden folder first"),
        pytest.param(["CODEOWNERS", "docs/CODEOWNERS"], "@second", id="then the top"),
        pytest.param(["docs/CODEOWNERS"], "@third", id="then the documentation"),
        pytest.param([], None, id="or none"),
    ],
)
def test_of_three_places_for_code_owners_the_first_counts(present: list[str], owner: str | None) -> None:
    texts = {".github/CODEOWNERS": "* @first", "CODEOWNERS": "* @second", "docs/CODEOWNERS": "* @third"}
    of = snapshot_of({place: texts[place] for place in present})
    assert of.codeowners.owners_of(PROMPT).owners == ((owner,) if owner else ())


def test_an_empty_owners_file_hides_the_one_behind_it() -> None:
    of = snapshot_of({".github/CODEOWNERS": "", "CODEOWNERS": "* @second"})
    assert of.codeowners.owners_of(PROMPT).owners == ()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (PROMPT, Kind.PROMPT),
        ("prompts/a/b/c.prompt.yaml", Kind.PROMPT),
        ("prompts/readme.md", None),
        ("prompts/a.prompt.yml/x", None),
        (SYSTEM, Kind.SYSTEM),
        ("systems/a/b/system.yaml", None),
        (SUITE, Kind.SUITE),
        (CASES, Kind.CASES),
        (CARD, Kind.DOCUMENT),
        ("systems/a/waivers/x.yaml", Kind.WAIVER),
        (PROVIDERS, Kind.PROVIDERS),
        ("policies/controls/owned.yaml", Kind.CONTROL),
        ("policies/controls/deep/owned.yaml", None),
        (OWNERS, Kind.CODEOWNERS),
        ("src/CODEOWNERS", None),
    ],
)
def test_the_kind_of_a_file_is_in_its_name(path: str, kind: Kind | None) -> None:
    assert kind_of(path) is kind


def test_anything_below_a_governed_folder_is_governed() -> None:
    assert all(
        map(
            is_governed, ["prompts/x", "systems/a/notes.txt", "policies/keys/a.pub", OWNERS, ".github/workflows/ci.yml"]
        )
    )
    assert not any(map(is_governed, ["src/prompts/x", "prompts", "promptsx/y", "ci.yml"]))
    assert (system_of(SYSTEM), system_of("systems/x"), system_of(PROMPT)) == ("sorter", None, None)


@given(st.sampled_from(sorted(BASE)), st.binary(max_size=200), st.integers(0, 500))
def test_no_file_content_is_beyond_it(path: str, junk: bytes, at: int) -> None:
    whole = {name: File(name, "100644", "", text.encode()) for name, text in BASE.items()}
    text = BASE[path].encode()
    whole[path] = File(path, "100644", "", text[:at] + junk + text[at:])
    of = read_snapshot(whole)
    check(of, date(2026, 11, 20))
    assert {finding.path for finding in of.findings} <= {path, SUITE}
