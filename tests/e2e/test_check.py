"""`placet check` and `placet rules` through the real command line: what is judged, what is shown, in which format."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath

import click
import pytest
from tests.e2e.command import ROOT, Done, judged, placet
from tests.repository import CARD, PROMPT, PROVIDERS, SUITE, SYSTEM, TIERS, Repo, add_system, governed, waiver

from placet.cli.check import check as check_command
from placet.cli.selection import folder_of, relative
from placet.errors import UsageError
from placet.pages import pointers

FINE, NOT_MET, USAGE, CANNOT_DECIDE = 0, 1, 2, 4
FORMATS = ["json", "jsonl", "github", "sarif"]


def check(repo: Repo, *arguments: str) -> Done:
    return judged(placet(repo.path, "check", *arguments))


def found(done: Done) -> list[str]:
    """Rule and path of each finding that is shown as text."""
    heads = [line.split(": ") for line in done.out.splitlines() if line[:1] not in ("", " ") and ": " in line]
    return [f"{what[1].split()[0]} {what[0].partition(':')[0]}" for what in heads]


def unversioned(repo: Repo, path: str = SYSTEM) -> None:
    repo.edit(path, "version: 1", "version: 2")


def refused(done: Done, saying: str, help: str) -> None:
    assert (done.code, done.out) == (USAGE, ""), done.said
    assert f"placet: {saying}\n" in done.err
    assert f"  help: {help}\n" in done.err


# -- what is judged ---------------------------------------------------------------------------------------------------


def test_a_commit_is_judged_with_its_own_sources(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    unversioned(repo)
    repo.commit("Wrong")
    wrong = repo.head
    repo.edit(SYSTEM, "version: 2", "version: 1")
    repo.commit("Right")
    done = check(repo, "--rev", wrong)
    assert done.code == NOT_MET
    assert found(done) == [f"FIL006 {SYSTEM}"]
    assert "1 | version: 2" in done.out
    assert check(repo, "--rev", "main").code == FINE
    assert check(repo).code == FINE


def test_a_commit_without_governed_files(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("Empty", {"README": "x"})
    done = check(repo, "--rev", "HEAD")
    assert done.code == CANNOT_DECIDE
    assert "nothing governed here" in done.err


def test_an_unknown_commit(tmp_path: Path) -> None:
    done = check(governed(tmp_path / "shop"), "--rev", "mian")
    refused(done, "no commit is named 'mian'", "list branches with: git branch --all")


def test_a_path_that_the_commit_does_not_have(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    before = repo.head
    add_system(repo, "router")
    repo.commit("Another")
    assert check(repo, "--rev", "HEAD", "systems/router").code == FINE
    done = check(repo, "--rev", before, "systems/router/evals")
    refused(done, f"there is nothing at systems/router/evals in {before[:7]}", "did you mean systems/sorter/evals?")


class TestARange:
    """Three systems; the start is broken in one, the range breaks another directly and the third by consequence."""

    @pytest.fixture
    def repo(self, tmp_path: Path) -> Repo:
        repo = governed(tmp_path / "shop")
        add_system(repo, "old")
        add_system(repo, "new")
        repo.edit("systems/old/system.yaml", "lifecycle: production", "lifecycle: productive")
        repo.commit("One is broken already")
        repo.git("tag", "start")
        return repo

    def test_shows_what_it_touched_and_counts_the_rest(self, repo: Repo) -> None:
        unversioned(repo, "systems/new/system.yaml")
        repo.commit("Break one more")
        done = check(repo, "--from-ref", "start", "--to-ref", "HEAD")
        assert done.code == NOT_MET
        assert found(done) == ["FIL006 systems/new/system.yaml"]
        assert "Checked 1 changed file and every reference to it in " in done.out
        assert done.out.endswith(" 1 finding elsewhere from before this range.\n")

    def test_is_fine_when_it_brought_nothing(self, repo: Repo) -> None:
        repo.commit("A word", {"README.md": "x"})
        done = check(repo, "--from-ref", "start", "--to-ref", "HEAD")
        assert done.code == FINE
        assert done.out.startswith("No new findings. Checked 1 changed file")
        assert done.out.endswith(" 1 finding elsewhere from before this range.\n")

    def test_ends_at_head_unless_said_otherwise(self, repo: Repo) -> None:
        unversioned(repo, "systems/new/system.yaml")
        repo.commit("Break one more")
        assert check(repo, "--from-ref", "start").code == NOT_MET
        assert check(repo, "--from-ref", "start", "--to-ref", "start").code == FINE

    def test_shows_consequences_elsewhere(self, repo: Repo) -> None:
        repo.remove(PROMPT)
        repo.commit("Delete a prompt that three systems use")
        done = check(repo, "--from-ref", "start", "--to-ref", "HEAD")
        assert done.code == NOT_MET
        assert {f"SYS008 {SYSTEM}", "SYS008 systems/new/system.yaml"} <= {*found(done)}
        assert "systems/old/system.yaml" not in done.out

    def test_a_finding_that_stays_is_not_new_though_the_policy_it_names_has_moved(self, repo: Repo) -> None:
        repo.edit("systems/new/system.yaml", "autonomy: informs", "autonomy: acts")
        repo.commit("A tier that is too low")
        start, rules = repo.head, "policies/classification.yaml"
        repo.write({rules: f"# Agreed with the board.\n{repo.read(rules)}"})
        repo.commit("Only a comment in a policy")
        assert f"({rules}:4)" in check(repo).out
        done = check(repo, "--from-ref", start, "--to-ref", "HEAD")
        assert (done.code, found(done)) == (FINE, [])

    def test_all_findings_of_a_touched_file_are_shown(self, repo: Repo) -> None:
        unversioned(repo, "systems/new/system.yaml")
        repo.commit("Another is broken already")
        start = repo.head
        repo.edit("systems/old/system.yaml", "title: Ticket sorter", "title: Sorter")
        repo.commit("Touch one of the two")
        done = check(repo, "--from-ref", start, "--to-ref", "HEAD")
        assert (done.code, found(done)) == (NOT_MET, ["FIL007 systems/old/system.yaml"])

    def test_starts_where_it_left_a_branch_that_moved_on(self, repo: Repo) -> None:
        repo.branch("topic")
        repo.commit("A word", {"README.md": "x"})
        repo.switch("main")
        unversioned(repo)
        repo.commit("Break main, in a file of its own")
        done = check(repo, "--from-ref", "main", "--to-ref", "topic")
        assert (done.code, found(done)) == (FINE, [])
        assert "Checked 1 changed file" in done.out

    def test_of_a_branch_that_is_new_to_github_is_everything(self, repo: Repo) -> None:
        done = check(repo, "--from-ref", "0" * 40, "--to-ref", "HEAD")
        assert found(done) == ["FIL007 systems/old/system.yaml"]
        assert " governed files in " in done.out

    def test_between_branches_without_a_common_past(self, repo: Repo) -> None:
        repo.git("switch", "--quiet", "--orphan", "fresh")
        repo.git("checkout", "main", "--", ".")
        unversioned(repo)
        repo.commit("Another beginning")
        done = check(repo, "--from-ref", "main", "--to-ref", "fresh")
        assert found(done) == [f"FIL006 {SYSTEM}"]

    def test_of_a_clone_that_ends_before_its_start(self, repo: Repo, tmp_path: Path) -> None:
        start = repo.head
        repo.commit("A word", {"README.md": "x"})
        shallow = repo.clone(tmp_path / "shallow", "--depth=1")
        done = check(shallow, "--from-ref", start, "--to-ref", "HEAD")
        assert done.code == CANNOT_DECIDE
        assert "this clone is shallow" in done.err
        assert "fetch-depth: 0" in done.err

    def test_counts_in_every_format(self, repo: Repo) -> None:
        repo.commit("A word", {"README.md": "x"})
        summary = check(repo, "--from-ref", "start", "--format", "json").json["summary"]
        assert (summary["errors"], summary["known"], summary["outside"]) == (0, 1, 0)
        last = json.loads(check(repo, "--from-ref", "start", "--format", "jsonl").out.splitlines()[-1])
        assert last["known"] == 1

    def test_is_not_read_from_the_environment(self, repo: Repo) -> None:
        names = {"PRE_COMMIT_FROM_REF": "start", "PRE_COMMIT_TO_REF": "HEAD", "PLACET_FROM_REF": "start"}
        done = placet(repo.path, "check", environ=names)
        assert found(done) == ["FIL007 systems/old/system.yaml"]


@pytest.mark.parametrize(
    ("options", "saying", "help"),
    [
        pytest.param(
            ["--staged", "--rev", "HEAD"],
            "--staged judges the index and --rev judges one commit: give one of them",
            "none of them judges the files as they stand on disk",
            id="the index and a commit",
        ),
        pytest.param(
            ["--rev", "HEAD", "--from-ref", "HEAD", "--to-ref", "HEAD"],
            "--rev judges one commit and --from-ref judges a range of commits: give one of them",
            "none of them judges the files as they stand on disk",
            id="a commit and a range",
        ),
        pytest.param(
            ["--to-ref", "topic"],
            "--to-ref says where a range of commits ends, and nothing says where it starts",
            "name where the range starts with --from-ref, or judge that commit alone: --rev topic",
            id="a range without a start",
        ),
    ],
)
def test_options_that_exclude_each_other(tmp_path: Path, options: list[str], saying: str, help: str) -> None:
    refused(check(governed(tmp_path / "shop"), *options), saying, help)


# -- what is shown ----------------------------------------------------------------------------------------------------


def test_only_some_folders(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    for path in (SYSTEM, SUITE, TIERS):
        unversioned(repo, path)
    repo.edit(PROMPT, "model: acme/one", "modell: acme/one")
    rules = {"systems": SYSTEM, "suites": SUITE, "policies": TIERS, "prompts": PROMPT}
    for only, path in rules.items():
        done = check(repo, "--only", only)
        assert {line.split(" ")[1] for line in found(done)} == {path}
        assert " outside these paths.\n" in done.out
    both = check(repo, "--only", "systems", "--only", "suites")
    assert {line.split(" ")[1] for line in found(both)} == {SYSTEM, SUITE}
    assert found(check(repo, "--only", "systems", "policies")) == []


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        pytest.param("systems/a/system.yaml", "systems", id="a registration"),
        pytest.param("systems/a/documents/card.md", "systems", id="a document"),
        pytest.param("systems/a/evals/core.yaml", "suites", id="a suite"),
        pytest.param("systems/a/evals/cases/core.jsonl", "suites", id="its cases"),
        pytest.param("prompts/a/b.prompt.yml", "prompts", id="a prompt"),
        pytest.param("policies/tiers.yaml", "policies", id="a policy"),
        pytest.param(".github/CODEOWNERS", "policies", id="the owners"),
        pytest.param("systems/evals", "systems", id="a file that is called evals"),
    ],
)
def test_every_path_counts_for_one_folder(path: str, folder: str) -> None:
    assert folder_of(path) == folder


@pytest.mark.parametrize(
    ("full", "root", "name"),
    [
        pytest.param(
            PureWindowsPath("C:\\shop\\systems\\x\\system.yaml"),
            PureWindowsPath("c:\\Shop"),
            "systems/x/system.yaml",
            id="with back slashes, on Windows",
        ),
        pytest.param(PurePosixPath("/shop/systems/x"), PurePosixPath("/shop"), "systems/x", id="with slashes"),
        pytest.param(PurePosixPath("/shop"), PurePosixPath("/shop"), ".", id="the root itself"),
    ],
)
def test_a_path_is_named_with_slashes(full: PureWindowsPath, root: PureWindowsPath, name: str) -> None:
    assert relative(full, root, full) == name


def test_a_path_outside_is_named_with_slashes_too() -> None:
    with pytest.raises(UsageError) as raised:
        relative(PureWindowsPath("D:\\x"), PureWindowsPath("C:\\shop"), PureWindowsPath("..\\x"))
    assert raised.value.what == "../x is outside C:/shop"


def test_back_slashes_where_they_are_letters_come_with_what_was_meant(tmp_path: Path) -> None:
    done = check(governed(tmp_path / "shop"), "systems\\sorter\\system.yaml")
    refused(
        done,
        "there is nothing at systems\\sorter\\system.yaml on disk",
        "did you mean systems/sorter/system.yaml?",
    )


# -- what is waived ---------------------------------------------------------------------------------------------------


def without_card(path: Path, **of_the_waiver: str) -> Repo:
    repo = governed(path)
    repo.remove(CARD)
    repo.write(waiver("model-card", **of_the_waiver))
    repo.commit("Waive the model card")
    return repo


WAIVER = "systems/sorter/waivers/model-card.yaml"


def test_a_waived_finding_does_not_count_and_is_not_lost(tmp_path: Path) -> None:
    repo = without_card(tmp_path / "shop")
    done = check(repo)
    assert done.code == FINE
    assert done.out.startswith(f"No findings. 1 waived ({WAIVER}). Checked ")
    report = check(repo, "--format", "json").json
    assert (report["summary"]["errors"], report["summary"]["waived"]) == (0, 1)
    ((one,),) = [report["waived"]]
    assert (one["rule"], one["path"], one["waiver"]["path"]) == ("SYS006", SYSTEM, WAIVER)
    (result,) = check(repo, "--format", "sarif").json["runs"][0]["results"]
    assert result["suppressions"][0]["status"] == "accepted"
    assert "::notice file=systems/sorter/system.yaml," in check(repo, "--format", "github").out


@pytest.mark.parametrize("options", [["--staged"], ["--rev", "HEAD"], ["--from-ref", "HEAD~1"]])
def test_it_is_waived_wherever_it_is_judged(tmp_path: Path, options: list[str]) -> None:
    done = check(without_card(tmp_path / "shop"), *options)
    assert done.code == FINE
    assert "SYS006" not in done.out


def test_a_waiver_that_has_ended_waives_nothing_and_is_what_is_reported(tmp_path: Path) -> None:
    repo = without_card(tmp_path / "shop", until="2026-01-31")
    done = check(repo)
    assert done.code == 1
    assert {*found(done)} == {f"WAI001 {WAIVER}"}
    assert " waived (" not in done.out


def test_a_control_that_policy_does_not_allow_to_waive(tmp_path: Path) -> None:
    repo = without_card(tmp_path / "shop")
    repo.edit("policies/controls/model-card.yaml", "waivable: true", "waivable: false")
    assert {*found(check(repo))} == {f"SYS006 {SYSTEM}", f"WAI003 {WAIVER}"}


def test_a_waiver_covers_its_own_system_alone(tmp_path: Path) -> None:
    repo = without_card(tmp_path / "shop")
    repo.git("checkout", "HEAD~1", "--", CARD)
    add_system(repo, "router")
    repo.remove("systems/router/documents/model-card.md")
    repo.remove(CARD)
    repo.write(waiver("model-card", system="sorter"))
    assert found(check(repo)) == ["SYS006 systems/router/system.yaml"]


def test_a_waiver_counts_only_where_the_owners_of_its_system_have_to_approve_it(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    add_system(repo, "router")
    repo.remove(CARD)
    repo.write(waiver("model-card"))
    assert f"SYS006 {SYSTEM}" not in found(check(repo))
    repo.move(WAIVER, WAIVER.replace("sorter", "router"))
    assert f"SYS006 {SYSTEM}" in found(check(repo))


def test_a_secret_is_printed_nowhere_whichever_findings_are_asked_for(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    repo.edit(PROVIDERS, "credential: null", "credential: AKZ81LQ04MX7730PQ92W")
    for options in ([], ["--rev", "HEAD"], ["--from-ref", "HEAD~1"], *([f"--format={name}"] for name in FORMATS)):
        if options and options[0] == "--rev":
            repo.commit("A key")
        done = check(repo, *options)
        assert done.code == NOT_MET
        assert "AKZ81LQ04MX7730PQ92W" not in done.said


# -- how it is printed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", FORMATS)
def test_what_programs_read_is_the_same_twice(tmp_path: Path, format_: str) -> None:
    repo = governed(tmp_path / "shop")
    unversioned(repo)
    first, second = (check(repo, "--format", format_) for _ in range(2))
    assert first.out == second.out
    assert first.code == NOT_MET
    assert first.err == ""
    assert str(tmp_path) not in first.out


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_what_programs_read_does_not_hang_on_the_terminal(tmp_path: Path, format_: str, encoding: str) -> None:
    repo = governed(tmp_path / "shop")
    repo.write({"prompts/sorter/größe.prompt.yml": "messages: []\n"})
    plain = check(repo, "--format", format_)
    other = placet(repo.path, "check", "--format", format_, environ={"PYTHONIOENCODING": encoding})
    assert judged(other).out == plain.out


def test_verbose_says_on_standard_error_what_was_read(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    quiet, verbose = check(repo, "--format", "json"), check(repo, "--format", "json", "--verbose")
    assert quiet.out == verbose.out
    assert quiet.err == ""
    assert verbose.err.startswith("placet: ")


def test_without_an_index_the_answer_is_the_same(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    unversioned(repo)
    for options in (["--staged"], []):
        assert check(repo, *options, "--format=json").out == check(repo, *options, "--format=json", "--no-index").out


def test_the_last_line_always_sums_up(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    assert check(repo).out.splitlines()[-1].startswith("No findings. Checked ")
    unversioned(repo)
    assert check(repo).out.splitlines()[-1].startswith("1 finding in 1 file, 1 error. Checked ")


def test_the_page_of_the_command_names_every_option_and_format(tmp_path: Path) -> None:
    page = (ROOT / "docs/check.md").read_text("utf-8")
    for option in check_command.params:
        for name in (*option.opts, *(option.type.choices if isinstance(option.type, click.Choice) else ())):
            assert name == "paths" or f"`{name}" in page or f"|{name}" in page, f"docs/check.md says nothing of {name}"


# -- the rules' pages -------------------------------------------------------------------------------------------------


def test_a_finding_points_at_a_page_that_is_there(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    unversioned(repo)
    assert "\n   placet rules FIL006\n" in check(repo).out
    assert judged(placet(repo.path, "rules", "FIL006")).out.startswith("FIL006: ")
    repo.write({"docs/rules/FIL006.md": "# Ours\n"})
    assert "\n   docs/rules/FIL006.md\n" in check(repo).out
    assert check(repo, "--format", "json").json["findings"][SYSTEM][0]["page"] == "docs/rules/FIL006.md"


def test_a_rule_of_the_organisation_is_explained_where_it_is_written(tmp_path: Path) -> None:
    assert pointers(["ACME001", "SYS021"], tmp_path) == {"ACME001": "", "SYS021": "placet rules SYS021"}
    rules = tmp_path / "policies/rules"
    rules.mkdir(parents=True)
    (rules / "a.yaml").write_text("rules:\n  - id: ACME002\n")
    (rules / "owners.yaml").write_text("rules:\n  - id: ACME001\n")
    assert pointers(["ACME001"], tmp_path) == {"ACME001": "policies/rules/owners.yaml"}
    assert pointers(["../../secret"], tmp_path) == {"../../secret": ""}


def test_rules_lists_all_of_them_outside_of_any_repository(tmp_path: Path) -> None:
    done = judged(placet(tmp_path, "rules"))
    assert done.code == FINE
    pages = {path.stem for path in (ROOT / "docs/rules").glob("*.md")} - {"README"}
    assert {line[:6] for line in done.out.splitlines() if line[3:6].isdigit()} == pages
    listed = judged(placet(tmp_path, "rules", "--format", "json")).json
    assert {rule["id"] for rule in listed} == pages
    assert listed[0].keys() == {"id", "severity", "title"}


def test_the_page_of_a_rule(tmp_path: Path) -> None:
    page = (ROOT / "docs/rules/SYS021.md").read_text("utf-8")
    assert judged(placet(tmp_path, "rules", "SYS021", "--format", "markdown")).out == page
    assert judged(placet(tmp_path, "rules", "sys021", "--format", "json")).json["page"] == page
    text = judged(placet(tmp_path, "rules", "SYS021")).out
    assert text.startswith("SYS021: The declared tier is lower than the risk factors allow\n")
    assert "\n    risk:\n      tier: medium\n" in text
    assert "```" not in text


@pytest.mark.parametrize(
    ("id", "help"),
    [
        pytest.param("SYS0021", "did you mean SYS021 (", id="one that looks like one"),
        pytest.param("../../secret", "see them all: placet rules", id="none"),
        pytest.param("ACME001", "ids of four letters or more are of this organisation's own rules", id="an own one"),
    ],
)
def test_an_unknown_rule(tmp_path: Path, id: str, help: str) -> None:
    done = judged(placet(tmp_path, "rules", id))
    assert (done.code, done.out) == (USAGE, "")
    assert f"there is no rule {id}" in done.err
    assert f"help: {help}" in done.err


@pytest.mark.slow
def test_a_wheel_carries_every_page(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    pages = {path.name for path in (ROOT / "docs/rules").glob("*.md")}
    assert {path.name for path in (tmp_path / "site/placet/rule_pages").iterdir()} == pages
    script = "from placet.pages import page_of; import placet; print(placet.__file__); print(page_of('SYS021'))"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); {script}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    place, _, page = done.stdout.partition("\n")
    assert place.startswith(str(tmp_path))
    assert page.startswith("# SYS021: ")
