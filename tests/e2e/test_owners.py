"""`placet owners`, as a user starts it: in a real repository, at a revision, from a folder inside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.e2e.command import Done, judged, placet
from tests.e2e.test_light import HEAVY, imported
from tests.repository import OWNERS, PROMPT, SYSTEM, Repo, governed

FINE, NOT_MET, USAGE = 0, 1, 2


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return governed(tmp_path / "shop")


def owners(repo: Repo, *arguments: str, below: str = ".") -> Done:
    return judged(placet(repo.path / below, "owners", *arguments))


def of(repo: Repo, *arguments: str, below: str = ".") -> dict[str, list[str]]:
    done = owners(repo, "--format", "json", *arguments, below=below)
    assert done.code == FINE, done.said
    found: dict[str, list[str]] = done.json
    return found


def test_a_path_and_its_owners(repo: Repo) -> None:
    assert of(repo, PROMPT, "README.md") == {PROMPT: ["@acme/authors"], "README.md": ["@acme/platform"]}


def test_a_path_that_is_not_there_yet(repo: Repo) -> None:
    assert of(repo, "systems/new/system.yaml", "policies/a b/[id].yaml") == {
        "systems/new/system.yaml": ["@acme/desk"],
        "policies/a b/[id].yaml": ["@acme/ai-risk"],
    }


def test_a_path_that_nobody_owns_has_an_empty_list(repo: Repo) -> None:
    repo.write({OWNERS: "/policies/ @acme/ai-risk\n"})
    assert of(repo, "README.md") == {"README.md": []}


def test_a_folder_stands_for_the_files_below_it(repo: Repo) -> None:
    repo.write({"prompts/[x]/new.txt": "", ".gitignore": "*.log\n", "prompts/a.log": ""})
    assert of(repo, "prompts/") == {path: ["@acme/authors"] for path in ("prompts/[x]/new.txt", PROMPT)}
    assert of(repo, "prompts/[x]") == {"prompts/[x]/new.txt": ["@acme/authors"]}


def test_the_whole_repository(repo: Repo) -> None:
    tracked = set(repo.git("ls-files").splitlines())
    assert set(of(repo, ".")) == tracked


def test_paths_are_taken_from_where_one_stands_and_given_from_the_top(repo: Repo) -> None:
    expected = {PROMPT: ["@acme/authors"], "systems/x": ["@acme/desk"]}
    assert of(repo, "sort.prompt.yml", "../../systems/x", below="prompts/sorter") == expected
    assert of(repo, str(repo.path / PROMPT), "./systems/x", f"./{PROMPT}") == expected


def test_a_link_is_a_path_like_any_other(repo: Repo) -> None:
    (repo.path / "policies/link").symlink_to(repo.path / "prompts")
    assert of(repo, "policies/link") == {"policies/link": ["@acme/ai-risk"]}


def test_at_a_revision(repo: Repo) -> None:
    before = repo.head
    repo.commit("Another owner", {OWNERS: "* @acme/new\n", "prompts/sorter/extra.txt": ""})
    repo.remove(OWNERS)
    assert of(repo, PROMPT, "--rev", "HEAD") == {PROMPT: ["@acme/new"]}
    assert of(repo, "prompts", "--rev", before) == {PROMPT: ["@acme/authors"]}
    assert of(repo, "not/there", "--rev", before) == {"not/there": ["@acme/platform"]}
    assert of(repo, "policies", "--rev", before, below="prompts") == {"prompts/policies": ["@acme/authors"]}


def test_on_disk_what_is_not_committed_counts(repo: Repo) -> None:
    repo.write({OWNERS: "* @acme/new\n"})
    assert of(repo, "a") == {"a": ["@acme/new"]}
    assert of(repo, "a", "--rev", "HEAD") == {"a": ["@acme/platform"]}


@pytest.mark.parametrize("place", ["CODEOWNERS", "docs/CODEOWNERS"])
def test_the_other_places(repo: Repo, place: str) -> None:
    repo.move(OWNERS, place)
    assert of(repo, "a") == {"a": ["@acme/platform"]}
    repo.commit()
    assert of(repo, "a", "--rev", "main") == {"a": ["@acme/platform"]}


def test_a_bare_repository_has_revisions_only(repo: Repo, tmp_path: Path) -> None:
    bare = repo.clone(tmp_path / "bare.git", "--bare")
    assert of(bare, "prompts", "--rev", "main") == {PROMPT: ["@acme/authors"]}


def test_as_a_table(repo: Repo) -> None:
    done = owners(repo, PROMPT, "x")
    assert done.out.splitlines() == [
        f"{PROMPT}  @acme/authors   {OWNERS}:2",
        f"{'x':<{len(PROMPT)}}  @acme/platform  {OWNERS}:1",
    ]


def test_wrong_lines_are_told_apart_from_the_answer_and_fail_nothing(repo: Repo) -> None:
    repo.write({OWNERS: "* @acme/platform\n/prompts/ nobody\n"})
    done = owners(repo, "--format", "json", PROMPT)
    assert (done.code, done.json) == (FINE, {PROMPT: ["@acme/platform"]})
    assert done.err.startswith(f"{OWNERS}:2:11: `nobody` is no owner")
    assert "line 2 speaks of it and isn't loaded" in owners(repo, PROMPT).out


def test_without_an_owners_file_nobody_owns_anything(repo: Repo) -> None:
    repo.remove(OWNERS)
    done = owners(repo, "--format", "json", PROMPT)
    assert (done.code, done.json) == (FINE, {PROMPT: []})
    assert "there is no CODEOWNERS file" in done.err


def test_a_link_in_the_place_of_the_owners_file_is_not_read(repo: Repo) -> None:
    repo.move(OWNERS, "elsewhere")
    (repo.path / OWNERS).symlink_to("../elsewhere")
    repo.commit()
    for more in ((), ("--rev", "HEAD")):
        done = owners(repo, "--format", "json", "a", *more)
        assert (done.json, "no regular file" in done.err) == ({"a": []}, True)


def test_an_owners_file_of_3_mb_is_not_read(repo: Repo) -> None:
    repo.commit("Large", {OWNERS: "* @acme/platform\n#" + "x" * 3_000_000})
    for more in ((), ("--rev", "HEAD")):
        assert "3 MB" in owners(repo, "a", *more).err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param((), "either paths or --check", id="nothing asked"),
        pytest.param(("--check", "a"), "either paths or --check", id="both asked"),
        pytest.param(("../other",), "is outside", id="a path outside"),
        pytest.param(("nothing/here/",), "no file below nothing/here/", id="a folder that isn't there"),
        pytest.param(("a", "--rev", "gone"), "no commit is named 'gone'", id="an unknown revision"),
    ],
)
def test_what_cannot_be_meant(repo: Repo, arguments: tuple[str, ...], says: str) -> None:
    done = owners(repo, *arguments)
    assert (done.code, done.out, done.err.count("help: ")) == (USAGE, "", 1)
    assert says in done.err


# -- the whole file ---------------------------------------------------------------------------------------------------


def test_a_check_with_nothing_but_warnings_is_fine(repo: Repo) -> None:
    repo.write({OWNERS: repo.read(OWNERS) + "/lib/ @acme/x\n"})
    done = owners(repo, "--check")
    assert done.code == FINE
    assert f"{OWNERS}:6:1: warning: `/lib/` matches no file" in done.out


def test_a_check_with_errors_is_not_met(repo: Repo) -> None:
    repo.write({OWNERS: "/prompts/ @acme/authors\n/x nobody\n"})
    done = owners(repo, "--check", "--format", "json")
    assert done.code == NOT_MET
    kinds = {problem["kind"] for problem in done.json["problems"]}
    assert {"invalid", "governance", "unowned"} <= kinds
    assert done.json["summary"]["errors"] == 3
    assert {one["path"] for one in done.json["problems"] if one["kind"] == "unowned"} >= {SYSTEM}


def test_a_check_at_a_revision_judges_its_files(repo: Repo) -> None:
    text = repo.read(OWNERS)
    repo.commit("A line for a file", {OWNERS: text + "/lib/ @acme/x\n", "lib/a.py": ""})
    repo.remove("lib/a.py")
    repo.git("rm", "-q", "--cached", "lib/a.py")
    assert "matches no file" not in owners(repo, "--check", "--rev", "HEAD").out
    assert "`/lib/` matches no file" in owners(repo, "--check").out


def test_a_workflow_that_runs_placet_needs_an_owner(repo: Repo) -> None:
    own = "/prompts/ @a\n/systems/ @a\n/policies/ @a\n/.github/CODEOWNERS @a\n"
    bot, ci = ".github/workflows/review.yml", ".github/workflows/ci.yml"
    repo.commit("Workflows", {OWNERS: own, bot: "run: placet bot\n", ci: "run: make\n"})
    for more in ((), ("--rev", "HEAD")):
        problems = owners(repo, "--check", "--format", "json", *more).json["problems"]
        kinds = {problem["path"]: problem["kind"] for problem in problems}
        assert (kinds[bot], kinds[ci]) == ("governance", "unowned")


def test_a_check_without_an_owners_file_is_not_met(repo: Repo) -> None:
    repo.remove(OWNERS)
    done = owners(repo, "--check")
    assert (done.code, done.err.count("help: ")) == (NOT_MET, 1)


@pytest.mark.parametrize("arguments", [("a",), ("--check",), ("--check", "--format", "json"), ("a", "--rev", "HEAD")])
def test_asking_for_owners_imports_nothing_heavy(repo: Repo, arguments: tuple[str, ...]) -> None:
    script = ("placet.cli.main", "owners", *arguments)
    _, names = imported(repo.path, *script)
    assert "placet.cli.owners" in names
    assert names & (HEAVY | {"jsonschema", "ruamel.yaml"}) == set()
    assert "yaml" not in names or "--check" in arguments


def test_json_is_one_object_in_the_order_asked(repo: Repo) -> None:
    done = owners(repo, "--format", "json", "z", "a", "z")
    assert list(json.loads(done.out)) == ["z", "a"]
