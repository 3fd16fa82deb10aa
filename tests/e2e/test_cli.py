"""What can be wrong, through the real command line: one clear message with the next step, the designed exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.e2e.command import Done, judged, placet, placet_without
from tests.model_server import ModelServer, Reply
from tests.repository import CARD, CASES, PROMPT, PROVIDERS, SUITE, SYSTEM, Repo, governed, sorter

FINE, NOT_MET, USAGE, CANNOT_DECIDE = 0, 1, 2, 4


def one_error(done: Done, code: int, *saying: str) -> None:
    """`done` is one message with one next step, on stderr."""
    judged(done)
    assert done.code == code, done.said
    assert done.out == ""
    assert done.err.count("placet: ") == 1, done.err
    assert done.err.count("help: ") == 1, done.err
    for text in saying:
        assert text in done.err


# -- the repository ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["check", "plan", "review"])
def test_not_a_git_repository(tmp_path: Path, name: str) -> None:
    one_error(placet(tmp_path, name), USAGE, "is not in a git repository", "git init")


@pytest.mark.parametrize("name", ["plan", "review"])
def test_a_shallow_clone_without_the_merge_base(tmp_path: Path, name: str) -> None:
    repo = governed(tmp_path / "shop")
    repo.branch("shorter")
    repo.edit(PROMPT, "one word", "a word")
    repo.commit()
    repo.switch("main")
    repo.commit("Base moves on", {"prompts/notes.md": "x"})
    shallow = repo.clone(tmp_path / "shallow", "--depth=1", "--no-single-branch", "--branch=shorter")
    done = placet(shallow.path, name, "--base", "origin/main")
    one_error(done, CANNOT_DECIDE, "this clone is shallow", "git fetch --unshallow")


@pytest.mark.parametrize("name", ["plan", "review"])
def test_a_merge_conflict_with_base(tmp_path: Path, name: str) -> None:
    repo = governed(tmp_path / "shop")
    repo.branch("shorter")
    repo.edit(PROMPT, "one word", "a word")
    repo.commit()
    repo.switch("main")
    repo.edit(PROMPT, "one word", "a single word")
    repo.commit()
    repo.switch("shorter")
    one_error(placet(repo.path, name), CANNOT_DECIDE, f"conflicts with its base in {PROMPT}", "merge or rebase")


def test_a_detached_head_is_a_head_like_any_other(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    repo.git("switch", "--quiet", "--detach")
    repo.edit(PROMPT, "one word", "a word")
    repo.commit()
    done = judged(placet(repo.path, "plan"))
    assert done.code == FINE
    assert PROMPT in done.out


@pytest.mark.parametrize("name", ["plan", "review"])
@pytest.mark.parametrize("options", [[], ["--worktree"]], ids=["committed", "worktree"])
def test_an_unborn_branch(tmp_path: Path, name: str, options: list[str]) -> None:
    repo = governed(tmp_path / "shop")
    repo.git("switch", "--quiet", "--orphan", "fresh")
    one_error(placet(repo.path, name, *options), USAGE, "this branch has no commit yet", "git commit")


def test_a_repository_without_any_commit(tmp_path: Path) -> None:
    one_error(placet(Repo(tmp_path).path, "review"), USAGE, "no commit yet", "git commit")


def test_no_branch_that_could_be_the_base(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    repo.git("branch", "--move", "main", "trunk")
    one_error(placet(repo.path, "review"), USAGE, "which branch is this change meant for?", "--base BRANCH")


def test_a_base_that_does_not_exist(tmp_path: Path) -> None:
    done = placet(governed(tmp_path / "shop").path, "review", "--base", "mian")
    one_error(done, USAGE, "'mian'", "git branch --all")


def test_two_branches_without_common_history(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    repo.git("switch", "--quiet", "--orphan", "fresh")
    repo.commit("Another beginning", {"prompts/notes.md": "x"})
    one_error(placet(repo.path, "plan"), CANNOT_DECIDE, "no common history", "--base BRANCH")


@pytest.mark.parametrize("name", ["plan", "review"])
def test_a_dirty_tree_says_what_is_not_included(tmp_path: Path, name: str) -> None:
    repo = governed(tmp_path / "shop")
    repo.edit(PROMPT, "one word", "a word")
    repo.write({"prompts/sorter/new.prompt.yml": "messages: [{role: user, content: hello}]\n"})
    done = judged(placet(repo.path, name))
    assert done.code == FINE
    assert PROMPT in done.said
    assert "prompts/sorter/new.prompt.yml" in done.said
    assert "--worktree" in done.said


@pytest.mark.parametrize("name", ["plan", "review"])
def test_a_base_without_policies(tmp_path: Path, name: str) -> None:
    repo = Repo(tmp_path)
    repo.commit("No policies", {PROMPT: "messages: [{role: user, content: hello}]\n"})
    one_error(placet(repo.path, name), CANNOT_DECIDE, "main has no policies/ folder", "policies/tiers.yaml")


def test_a_base_whose_policies_do_not_parse(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    repo.commit("Broken", {"policies/tiers.yaml": "version: 1\ntiers: [\n"})
    one_error(placet(repo.path, "review"), CANNOT_DECIDE, "policies/tiers.yaml:", "placet check policies")


def test_a_repository_with_nothing_governed(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("Empty", {"README": "x"})
    one_error(placet(repo.path, "check"), CANNOT_DECIDE, "nothing governed here", "placet init")


def test_nothing_governed_changed_is_fine(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    repo.branch("docs")
    repo.commit("Only a README", {"README": "x"})
    for name in ("plan", "review"):
        done = judged(placet(repo.path, name))
        assert done.code == FINE
        assert "othing governed" in done.out


def test_a_path_outside_the_repository(tmp_path: Path) -> None:
    one_error(placet(governed(tmp_path / "shop").path, "check", "../elsewhere"), USAGE, "is outside", "help: ")


@pytest.mark.parametrize("staged", [[], ["--staged"]], ids=["on disk", "staged"])
@pytest.mark.parametrize(
    ("path", "meant"),
    [
        pytest.param("systems/sortr", "did you mean systems/sorter?", id="a folder"),
        pytest.param("system/sorter/sytem.yaml", "did you mean systems/sorter/system.yaml?", id="a file"),
        pytest.param("sorter", "did you mean systems/sorter?", id="the id of a system"),
        pytest.param("zzz", "name a file or folder of this repository", id="like nothing"),
    ],
)
def test_a_path_where_nothing_is(tmp_path: Path, path: str, meant: str, staged: list[str]) -> None:
    done = placet(governed(tmp_path / "shop").path, "check", *staged, path)
    one_error(done, USAGE, f"there is nothing at {path}", meant)


def test_a_path_is_spelt_as_it_is_written_from_here(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    one_error(
        placet(repo.path / "systems", "check", "sortr"), USAGE, "there is nothing at sortr", "did you mean sorter?"
    )


def test_a_path_that_is_not_governed_but_there(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    repo.write({"README.md": "x"})
    assert judged(placet(repo.path, "check", "README.md")).code == FINE
    one_error(placet(repo.path, "check", "--staged", "README.md"), USAGE, "there is nothing at README.md in the index")
    repo.add()
    assert judged(placet(repo.path, "check", "--staged", "README.md")).code == FINE


def test_a_missing_policy_may_be_asked_for(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    repo.remove("policies/tiers.yaml")
    assert "POL001" in judged(placet(repo.path, "check", "policies/tiers.yaml")).out


def test_findings_outside_the_paths_are_counted(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    repo.edit(SYSTEM, "version: 1", "version: 2")
    done = judged(placet(repo.path, "check", "policies"))
    assert done.code == FINE
    assert "No findings here. " in done.out
    assert done.out.endswith(" 1 more finding outside these paths.\n")
    assert judged(placet(repo.path, "check", "policies", "--format=json")).json["summary"]["outside"] == 1
    assert judged(placet(repo.path, "check", "--format=json")).json["summary"]["outside"] == 0


@pytest.mark.parametrize("judges", ["", "judges: {}\n", "judges:\n"], ids=["none", "an empty one", "nothing behind it"])
def test_a_document_that_judges_nothing_yet_can_be_stamped(tmp_path: Path, judges: str) -> None:
    repo = governed(tmp_path / "shop")
    card = repo.read(CARD)
    front = [line for line in card.split("---\n")[1].splitlines(keepends=True) if not line.startswith(("judges:", " "))]
    repo.write({CARD: f"---\n{''.join(front)}{judges}---\n{card.split('---', 2)[2].lstrip()}"})
    assert f"placet stamp {CARD}" in judged(placet(repo.path, "check")).out
    done = judged(placet(repo.path, "stamp", CARD))
    assert done.code == FINE, done.said
    assert done.out == f"{CARD}: judges the registration of today\n"
    assert 'judges: {registration: "sha256:' in repo.read(CARD)
    assert "FIL007" not in judged(placet(repo.path, "check")).out


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        pytest.param(("id: sorter", "id: sortr"), "SYS001", id="a typo"),
        pytest.param(("version: 1", "version: 2"), "FIL006", id="one that can't be read"),
    ],
)
def test_nothing_is_stamped_while_its_registration_has_errors(tmp_path: Path, edit: tuple[str, str], rule: str) -> None:
    repo = governed(tmp_path / "shop")
    repo.edit(SYSTEM, *edit)
    before = repo.read(CARD)
    one_error(placet(repo.path, "stamp", CARD), NOT_MET, f"{SYSTEM}:", rule, "mend the registration first")
    assert repo.read(CARD) == before


def test_a_document_that_is_broken_otherwise_is_not_stamped(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    broken = "---\nkind: model-card\ndate: 2026-11-02\nauthor: '@mira'\n---\nText.\n"
    repo.write({CARD: broken})
    one_error(placet(repo.path, "stamp", CARD), CANNOT_DECIDE, "`title` is missing")
    assert repo.read(CARD) == broken


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        pytest.param(["reveiw"], "No such command", id="an unknown command"),
        pytest.param(["review", "--fast"], "No such option", id="an unknown option"),
        pytest.param(["review", "--format", "pdf"], "Invalid value for '--format'", id="an unknown format"),
        pytest.param(["review", "--max-calls", "-1"], "Invalid value for '--max-calls'", id="a negative limit"),
        pytest.param(["review", "--suite", "core"], "--suite and --case go together", id="a suite without a case"),
        pytest.param(["review", "--worktree", "--head", "HEAD"], "give one of them", id="worktree and head"),
        pytest.param(["review", "--suite=core", "--case=x", "--format=json"], "shown as text", id="a case as JSON"),
    ],
)
def test_usage(tmp_path: Path, words: list[str], saying: str) -> None:
    done = judged(placet(governed(tmp_path / "shop").path, *words))
    assert done.code == USAGE
    assert saying in done.err
    assert done.out == ""


# -- the files --------------------------------------------------------------------------------------------------------

BOMB = "version: 1\na: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def _deep() -> str:
    return "version: 1\nx: " + "[" * 10_000 + "]" * 10_000


def _edited(name: str, old: str, new: str) -> Callable[[Repo], None]:
    return lambda repo: repo.edit(name, old, new)


def _written(name: str, content: str | bytes) -> Callable[[Repo], None]:
    return lambda repo: repo.write({name: content})


BAD_FILES = [
    pytest.param(_written(SYSTEM, BOMB), SYSTEM, "FIL003", id="a YAML bomb"),
    pytest.param(_written(SYSTEM, _deep()), SYSTEM, "FIL003", id="YAML that is nested without end"),
    pytest.param(_written(SYSTEM, b"#" * (17 * 2**20)), SYSTEM, "FIL003", id="a file over the size limit"),
    pytest.param(_written(SYSTEM, b"title: \xff\xfe\n"), SYSTEM, "FIL004", id="invalid UTF-8"),
    pytest.param(_edited(SYSTEM, "id: sorter", "id: sorter\nid: other"), SYSTEM, "FIL002", id="a key twice"),
    pytest.param(_edited(SYSTEM, "id: sorter", "id:\tsorter\nkind:\n\t- x"), SYSTEM, "FIL00", id="tabs"),
    pytest.param(_edited(SYSTEM, "version: 1", "version: 2"), SYSTEM, "FIL006", id="a schema version of the future"),
    pytest.param(_edited(PROMPT, "{{ticket}}", "{{ticket}} {{tone}}"), "", "PRM002", id="a variable without a value"),
    pytest.param(_edited(SUITE, "cases/core.jsonl", "../../../../cases.jsonl"), SUITE, "SUI002", id="cases outside"),
    pytest.param(_edited(SUITE, "cases/core.jsonl", "/etc/cases.jsonl"), SUITE, "FIL007", id="an absolute case path"),
    pytest.param(lambda repo: repo.remove("policies/tiers.yaml"), "policies/tiers.yaml", "POL001", id="no tiers"),
    pytest.param(_written(CASES, '{"id": "x", "inputs": {}\n'), CASES, "FIL001", id="a case that isn't JSON"),
]


@pytest.mark.parametrize("staged", [[], ["--staged"]], ids=["on disk", "staged"])
@pytest.mark.parametrize(("spoil", "path", "rule"), BAD_FILES)
def test_a_bad_file_is_a_finding(
    tmp_path: Path, spoil: Callable[[Repo], None], path: str, rule: str, staged: list[str]
) -> None:
    repo = governed(tmp_path / "shop")
    spoil(repo)
    repo.add()
    done = judged(placet(repo.path, "check", *staged))
    assert done.code == NOT_MET, done.said
    assert done.err == ""
    assert f": {rule}" in done.out
    assert path in done.out
    assert f"placet rules {rule}" in done.out
    assert len(done.out) < 20_000


@pytest.mark.parametrize(("spoil", "path", "rule"), BAD_FILES[::4])
def test_a_review_of_a_bad_file_does_not_pass_it(
    tmp_path: Path, spoil: Callable[[Repo], None], path: str, rule: str
) -> None:
    with ModelServer(sorter) as server:
        repo = governed(tmp_path / "shop", server.base_url)
        repo.branch("bad")
        spoil(repo)
        repo.commit()
        done = judged(placet(repo.path, "review"))
        assert done.code == NOT_MET, done.said
        assert rule in done.out
        assert path in done.out


def test_a_symbolic_link_is_a_finding_and_is_not_followed(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    (tmp_path / "secret").write_text("the secret of this machine: [")
    (repo.path / "prompts/sorter/link.prompt.yml").symlink_to(tmp_path / "secret")
    repo.add()
    for options in ([], ["--staged"]):
        done = judged(placet(repo.path, "check", *options))
        assert done.code == NOT_MET
        assert "FIL005" in done.out
        assert "the secret" not in done.out


# -- the provider -----------------------------------------------------------------------------------------------------

SLOW_DOWN = Reply.error(429, "slow down")
GARBAGE = Reply(raw=b"\x00\x01\x02 garbage\r\n\r\n")
TROUBLE = [
    pytest.param(Reply.error(500, "out of order"), "HTTP 500: out of order", id="broken"),
    pytest.param(Reply.error(401, "bad key"), "HTTP 401: bad key", id="refuses the credential"),
    pytest.param(Reply(hang=True), "no answer from 127.0.0.1", id="silent"),
    pytest.param(Reply.html(), "text/html instead of JSON", id="answers with a web page"),
    pytest.param(SLOW_DOWN, "HTTP 429: slow down", id="rate limiting"),
    pytest.param(Reply(body=b"{}"), "provider stand-in doesn't answer", id="answers with the wrong JSON"),
    pytest.param(GARBAGE, "provider stand-in doesn't answer", id="answers with garbage"),
    pytest.param(Reply(reset_after=10), "provider stand-in doesn't answer", id="hangs up in the middle"),
]


@pytest.mark.parametrize(("reply", "saying"), TROUBLE)
def test_a_provider_in_trouble(tmp_path: Path, reply: Reply, saying: str) -> None:
    with ModelServer(reply) as server:
        repo = _changed(tmp_path, server.base_url)
        done = judged(placet(repo.path, "review"))
        assert done.code == CANNOT_DECIDE, done.said
        assert saying in done.said
        assert "no answer" in done.out


def test_a_provider_that_is_down(tmp_path: Path) -> None:
    done = judged(placet(_changed(tmp_path, "http://127.0.0.1:9/v1").path, "review"))
    assert done.code == CANNOT_DECIDE
    assert "provider stand-in" in done.said
    assert "127.0.0.1" in done.said


def test_a_provider_that_recovers_is_forgiven(tmp_path: Path) -> None:
    def moody(seen: object) -> Reply:
        return Reply.error(503) if server.count <= 5 else sorter(seen)  # type: ignore[arg-type]

    with ModelServer(moody) as server:
        done = judged(placet(_changed(tmp_path, server.base_url, timeout=20).path, "review"))
        assert done.code == FINE, done.said


def test_a_missing_credential(tmp_path: Path) -> None:
    with ModelServer(sorter) as server:
        repo = _changed(tmp_path, server.base_url, credential="ACME_KEY")
        one_error(placet(repo.path, "review"), CANNOT_DECIDE, "needs the environment variable ACME_KEY", "set ACME_KEY")
        assert server.count == 0
        done = judged(placet(repo.path, "review", environ={"ACME_KEY": "s3cr3t-value"}))
        assert done.code == FINE
        assert "s3cr3t-value" not in done.said
        assert {seen.headers.get("authorization") for seen in server.requests} == {"Bearer s3cr3t-value"}


def _changed(tmp_path: Path, base_url: str, *, timeout: int = 2, credential: str | None = None) -> Repo:
    """A repository with an edited prompt on a branch, and a patience of `timeout` seconds with its provider."""
    repo = governed(tmp_path / "shop", base_url)
    with repo.yaml(PROVIDERS) as providers:
        providers["providers"]["stand-in"]["limits"]["timeout_seconds"] = timeout
        providers["providers"]["stand-in"]["credential"] = credential
    repo.commit("Patience")
    repo.branch("shorter")
    repo.edit(PROMPT, "one word", "a word")
    repo.commit()
    return repo


# -- the installation -------------------------------------------------------------------------------------------------

EVAL = ["aiohttp", "re2", "jinja2", "jsonpath", "rich", "git", "github"]


def test_without_the_eval_extra_files_can_be_checked_and_changes_planned(tmp_path: Path) -> None:
    repo = _changed(tmp_path, "http://127.0.0.1:9/v1")
    for words in (["check"], ["check", "--staged"], ["plan"], ["plan", "--format", "json"], ["--help"]):
        done = judged(placet_without(EVAL, repo.path, *words))
        assert done.code == FINE, (words, done.said)


@pytest.mark.parametrize("missing", [EVAL, *[[name] for name in ("aiohttp", "jinja2", "re2")]], ids=str)
def test_without_the_eval_extra_a_review_says_how_to_install_it(tmp_path: Path, missing: list[str]) -> None:
    with ModelServer(sorter) as server:
        repo = _changed(tmp_path, server.base_url)
        done = judged(placet_without(missing, repo.path, "review", "--format", "markdown"))
        if done.code != FINE:  # what this review didn't need may be missing
            one_error(Done(done.code, done.out, _without_progress(done.err)), CANNOT_DECIDE, "placet[eval]")
        assert done.code == CANNOT_DECIDE or missing == ["re2"]


@pytest.mark.parametrize("missing", ["requests", "github"])
def test_without_the_bot_extra_the_bot_says_how_to_install_it(tmp_path: Path, missing: str) -> None:
    done = placet_without([missing], tmp_path, "bot", "action")
    one_error(done, CANNOT_DECIDE, "placet[bot]")


def _without_progress(err: str) -> str:
    return "".join(line for line in err.splitlines(keepends=True) if not line.startswith("about "))


def test_the_version(tmp_path: Path) -> None:
    from placet import __version__

    done = placet(tmp_path, "--version")
    assert (done.code, done.out.split()[-1]) == (FINE, __version__)
