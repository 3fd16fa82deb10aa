"""Git's door, tried on real repositories: what it answers, what it refuses to run, and what it leaves alone."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from tests.repository import OWNERS, PROMPT, SYSTEM, TIERS, Repo, governed

from placet.errors import PlacetError, UsageError
from placet.git.records import SUBMODULE, SYMLINK
from placet.git.repository import Repository
from placet.git.trees import MergeConflictError, merged, worktree_commit
from placet.load import snapshot_at, snapshot_of_index, snapshot_of_worktree
from placet.parse.kinds import FOLDERS

A = "prompts/a.prompt.yml"
B = "prompts/b.prompt.yml"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """One commit on main with two files in prompts/ and one elsewhere."""
    made = Repo(tmp_path / "repo")
    made.commit("First", {A: "one\n", B: "two\n", "src/app.py": "pass\n"})
    return made


def content(repo: Repo, revision: str) -> dict[str, bytes | None]:
    entries = repo.repository.tree_entries(revision, FOLDERS)
    blobs = repo.repository.blobs(
        repo.repository.sizes(entry.blob for entry in entries if entry.mode.startswith("100"))
    )
    return {entry.path: blobs.get(entry.blob) for entry in entries}


# -- where we are -----------------------------------------------------------------------------------------------------


def test_a_folder_outside_any_repository_is_said_so_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not in a git repository") as raised:
        Repository.at(tmp_path)
    assert raised.value.exit_code == 2
    assert "git init" in raised.value.help


def test_a_folder_deep_inside_finds_the_top(repo: Repo) -> None:
    assert Repository.at(repo.path / "src").root == repo.path


def test_an_unborn_branch_has_no_head_and_says_what_to_do(tmp_path: Path) -> None:
    unborn = Repo(tmp_path / "new")
    unborn.write({A: "one\n"})
    unborn.add()
    with pytest.raises(UsageError, match="this branch has no commit yet"):
        unborn.repository.head()
    with pytest.raises(UsageError, match="this branch has no commit yet"):
        unborn.gather()
    assert unborn.repository.staged_paths() == [A]
    assert set(snapshot_of_index(unborn.repository).files) == {A}


def test_a_detached_head_is_a_head(repo: Repo) -> None:
    first = repo.head
    repo.commit("Second", {A: "1\n"})
    repo.git("switch", "--quiet", "--detach", first)
    assert repo.repository.head() == first


def test_a_bare_repository_is_read_by_commit(tmp_path: Path) -> None:
    origin = governed(tmp_path / "origin")
    origin.branch("shorter")
    origin.edit(PROMPT, "one word", "one short word")
    head = origin.commit()
    bare = origin.clone(tmp_path / "bare.git", "--bare")
    assert bare.repository.bare
    assert [edit.path for edit in bare.gather("main", head).plan.edits] == [PROMPT]
    assert bare.gather("main").ends.head == head  # a bare repository has a HEAD too
    with pytest.raises(UsageError, match="this repository is bare"):
        bare.gather("main", worktree=True)


def test_a_repository_that_only_fetched_needs_no_head_of_its_own(tmp_path: Path) -> None:
    origin = governed(tmp_path / "origin")
    origin.branch("shorter")
    origin.edit(PROMPT, "one word", "one short word")
    origin.commit()
    fetched = Repo(tmp_path / "fetched")
    fetched.git("fetch", "--quiet", str(origin.path), "+refs/heads/*:refs/pull/*")
    assert [edit.path for edit in fetched.gather("refs/pull/main", "refs/pull/shorter").plan.edits] == [PROMPT]


def test_a_linked_worktree_shares_the_git_directory_and_has_its_own_head(repo: Repo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked", init=False)
    linked.commit("Other", {A: "other\n"})
    linked.write({B: "on disk\n"})
    assert linked.repository.root == tmp_path / "linked"
    assert linked.repository.common_dir == repo.repository.common_dir == repo.path / ".git"
    assert linked.repository.head() == linked.head != repo.head
    assert content(linked, worktree_commit(linked.repository, FOLDERS))[B] == b"on disk\n"


# -- revisions --------------------------------------------------------------------------------------------------------


def test_an_unknown_revision_is_named(repo: Repo) -> None:
    with pytest.raises(UsageError, match="no commit is named 'feature'"):
        repo.repository.commit("feature")


@pytest.mark.parametrize(
    "revision", ["--all", "-h", "main:src/app.py", "main^{tree}", "", "a..b", "HEAD@{9}", "x\ny", "\udcff"]
)
def test_what_is_no_commit_is_never_an_option_to_git(repo: Repo, revision: str) -> None:
    with pytest.raises(UsageError, match="no commit is named"):
        repo.repository.commit(revision)


def test_a_branch_comes_before_a_tag_of_the_same_name(repo: Repo) -> None:
    """Or whoever may push a tag could choose the policies that judge them."""
    repo.git("tag", "main")
    later = repo.commit("Later", {A: "later\n"})
    assert repo.repository.commit("main") == later


@pytest.mark.parametrize(
    ("refs", "head", "base"),
    [
        pytest.param(
            ["refs/remotes/origin/trunk", "refs/remotes/origin/main", "refs/heads/main"],
            "refs/remotes/origin/trunk",
            "origin/trunk",
            id="the remote's default comes first",
        ),
        pytest.param(
            ["refs/remotes/origin/main", "refs/heads/main"],
            "refs/remotes/origin/gone",
            "origin/main",
            id="a remote's default that is gone counts for nothing",
        ),
        pytest.param(["refs/heads/main", "refs/heads/master"], None, "main", id="main comes before master"),
        pytest.param(["refs/heads/master", "refs/tags/main"], None, "master", id="a tag is no branch"),
    ],
)
def test_the_default_base_is_what_a_person_would_expect(
    repo: Repo, refs: list[str], head: str | None, base: str
) -> None:
    commit = repo.head
    repo.branch("feature")
    repo.git("branch", "-D", "main")
    for ref in refs:
        repo.git("update-ref", ref, commit)
    if head:
        repo.git("symbolic-ref", "refs/remotes/origin/HEAD", head)
    assert repo.repository.default_base() == base


def test_without_a_default_base_the_question_is_clear(repo: Repo) -> None:
    repo.git("branch", "--move", "main", "feature")
    with pytest.raises(UsageError, match="which branch is this change meant for") as raised:
        repo.repository.default_base()
    assert raised.value.help == "name it: --base BRANCH"


def test_a_shallow_clone_without_the_merge_base_says_how_to_get_it(repo: Repo, tmp_path: Path) -> None:
    repo.branch("feature")
    repo.commit("On the branch", {A: "branch\n"})
    repo.switch("main")
    repo.commit("On main", {B: "main\n"})
    shallow = repo.clone(tmp_path / "shallow", "--depth=1", "--no-single-branch").repository
    with pytest.raises(PlacetError) as raised:
        shallow.merge_base("origin/main", "origin/feature")
    assert raised.value.what == "this clone is shallow and ends before the point where the change left its base"
    assert raised.value.help == "fetch the rest of the history: git fetch --unshallow (in a workflow: fetch-depth: 0)"
    assert raised.value.exit_code == 4


def test_branches_without_common_history_are_named(repo: Repo) -> None:
    first = repo.head
    repo.git("switch", "--quiet", "--orphan", "island")
    island = repo.commit("Island", {A: "island\n"})
    with pytest.raises(PlacetError, match=f"{first[:12]} and {island[:12]} have no common history"):
        repo.repository.merge_base(first, island)


def test_only_what_a_branch_went_through_itself_is_its_history(repo: Repo) -> None:
    first = repo.head
    repo.branch("feature")
    repo.commit("A bad idea", {A: "bad\n"})
    repo.commit("A better one", {A: "better\n"})
    merge = repo.merge("feature")
    assert repo.repository.commits_touching("main", [A], 10) == [merge, first]


def test_a_commit_is_described_whatever_its_subject_holds(repo: Repo) -> None:
    repo.git("config", "log.showSignature", "true")
    repo.commit("Fix <b>#1</b> \udcff\t«ü»")
    told = repo.repository.describe("HEAD")
    assert (told.id, told.author) == (repo.head, "Ari")
    assert told.subject.startswith("Fix <b>#1</b>")
    assert told.date[4] == "-"


# -- merging ----------------------------------------------------------------------------------------------------------


def test_a_merge_conflict_names_its_paths(repo: Repo) -> None:
    repo.branch("feature")
    repo.commit("Ours", {A: "ours\n", B: "ours\n"})
    repo.switch("main")
    repo.commit("Theirs", {A: "theirs\n", B: "theirs\n"})
    with pytest.raises(MergeConflictError) as raised:
        merged(repo.repository, "main", "feature")
    assert raised.value.paths == (A, B)
    assert raised.value.what == f"the change conflicts with its base in {A}, {B}"
    assert "merge or rebase" in raised.value.help


def test_when_base_has_moved_the_merge_holds_both_sides(repo: Repo) -> None:
    repo.branch("feature")
    repo.commit("Ours", {A: "ours\n"})
    repo.switch("main")
    repo.commit("Theirs", {B: "theirs\n"})
    before = repo.git("for-each-ref"), repo.status()
    assert content(repo, merged(repo.repository, "main", "feature")) == {A: b"ours\n", B: b"theirs\n"}
    assert (repo.git("for-each-ref"), repo.status()) == before


def test_without_a_move_of_base_the_merge_is_head_itself(repo: Repo) -> None:
    repo.branch("feature")
    repo.commit("Ours", {A: "ours\n"})
    assert merged(repo.repository, "main", "feature") == repo.git("rev-parse", "HEAD^{tree}")


def test_an_unresolved_merge_in_the_index_is_named(repo: Repo) -> None:
    repo.branch("feature")
    repo.commit("Ours", {A: "ours\n"})
    repo.switch("main")
    repo.commit("Theirs", {A: "theirs\n"})
    repo.run("merge", "feature")
    with pytest.raises(PlacetError, match=f"{A} has an unresolved merge conflict"):
        snapshot_of_index(repo.repository)


# -- programs ---------------------------------------------------------------------------------------------------------

_HOOKS = ("post-index-change", "reference-transaction", "pre-commit", "post-checkout", "pre-auto-gc")
_ATTRIBUTES = "* filter=evil diff=evil merge=evil\nprompts/a* merge=e=vil\n"


@pytest.mark.parametrize(
    ("keys", "trigger"),
    [
        pytest.param({"core.fsmonitor": "{program}"}, ["status"], id="a file-system monitor"),
        pytest.param({"core.hooksPath": "{hooks}"}, ["update-ref", "refs/x", "HEAD"], id="hooks"),
        pytest.param({"diff.external": "{program}"}, ["diff", "main~1", "main"], id="an external diff"),
        pytest.param({"diff.evil.command": "{program}"}, ["diff", "main~1", "main"], id="the diff of an attribute"),
        pytest.param({"diff.evil.textconv": "{program}"}, ["diff", "main~1", "main"], id="a text conversion"),
        pytest.param(
            {"filter.evil.clean": "{program}", "filter.evil.required": "true"}, ["add", A], id="a clean filter"
        ),
        pytest.param({"filter.evil.process": "{program}"}, ["status"], id="a filter process"),
        pytest.param(
            {"merge.evil.driver": "{program} %A"},
            ["merge-tree", "--write-tree", "main", "feature"],
            id="a merge driver",
        ),
        pytest.param(
            {"merge.e=vil.driver": "{program} %A"},
            ["merge-tree", "--write-tree", "main", "feature"],
            id="a merge driver with = in its name",
        ),
        pytest.param(
            {"merge.renormalize": "true", "filter.evil.smudge": "{program}", "filter.evil.clean": "{program}"},
            ["merge-tree", "--write-tree", "main", "feature"],
            id="filters of a renormalising merge",
        ),
    ],
)
def test_a_repositorys_configuration_never_runs_a_program(
    repo: Repo, tmp_path: Path, keys: dict[str, str], trigger: list[str]
) -> None:
    ran, program, hooks = tmp_path / "ran", tmp_path / "program", tmp_path / "hooks"
    _diverge(repo)
    for name in (program, *(hooks / hook for hook in _HOOKS)):
        name.parent.mkdir(exist_ok=True)
        name.write_text(f"#!/bin/sh\ntouch {ran}\nexit 1\n")
        name.chmod(0o755)
    for key, value in keys.items():
        repo.git("config", key, value.format(program=program, hooks=hooks))
    _touch(repo)
    repo.run(*trigger)
    assert ran.exists(), "the trap isn't armed"
    ran.unlink()
    _everything(repo)
    assert not ran.exists()


def _diverge(repo: Repo) -> None:
    """main and feature both change each file, the attributes are committed, and one file is edited on disk."""
    repo.commit("Attributes", {".gitattributes": _ATTRIBUTES, A: "a\nb\nc\n", B: "a\nb\nc\n"})
    repo.branch("feature")
    repo.commit("Ours", {A: "A\nb\nc\n", B: "A\nb\nc\n"})
    repo.switch("main")
    repo.commit("Theirs", {A: "a\nb\nC\n", B: "a\nb\nC\n"})


def _touch(repo: Repo) -> None:
    """What git has to read again to know whether it changed."""
    for name in (A, B):
        os.utime(repo.path / name, (1, 1))


def _everything(repo: Repo) -> None:
    """Every question there is."""
    _touch(repo)
    door = repo.repository
    tip = door.commit("main")
    door.head()
    door.default_base()
    door.merge_base("main", "feature")
    door.tree_id(tip, "prompts")
    door.describe(tip)
    door.commits_touching(tip, [A], 5)
    door.differences("main~1", "main")
    assert "+C" in door.patch("main~1", "main", A)
    door.staged_paths()
    door.changed_in_worktree(FOLDERS)
    snapshot_at(door, "main")
    snapshot_of_index(door)
    snapshot_of_worktree(door)
    worktree_commit(door, FOLDERS)
    with suppress(MergeConflictError):  # where a driver isn't run
        merged(door, "main", "feature")


def test_a_merge_that_a_driver_was_named_for_is_a_conflict_and_not_a_guess(repo: Repo) -> None:
    _diverge(repo)
    assert merged(repo.repository, "main", "feature")
    repo.git("config", "merge.e=vil.driver", "true")
    with pytest.raises(MergeConflictError) as raised:
        merged(repo.repository, "main", "feature")
    assert raised.value.paths == (A,)


# -- files ------------------------------------------------------------------------------------------------------------


def test_modes_of_links_and_programs_are_seen(repo: Repo) -> None:
    (repo.path / "prompts/link.prompt.yml").symlink_to("a.prompt.yml")
    (repo.path / B).chmod(0o755)
    repo.commit("Modes")
    modes = {entry.path: entry.mode for entry in repo.repository.tree_entries("HEAD", FOLDERS)}
    assert modes == {A: "100644", B: "100755", "prompts/link.prompt.yml": SYMLINK}
    found = {
        (change.path, change.old_mode, change.new_mode) for change in repo.repository.differences("HEAD~1", "HEAD")
    }
    assert found == {(B, "100644", "100755"), ("prompts/link.prompt.yml", "000000", SYMLINK)}


@pytest.mark.parametrize("where", ["commit", "index", "disk"])
def test_a_submodule_and_a_link_below_a_governed_folder_are_findings(tmp_path: Path, where: str) -> None:
    inner = Repo(tmp_path / "inner")
    inner.commit("Inner", {"x.prompt.yml": "messages: []\n"})
    repo = governed(tmp_path / "repo")
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "prompts/inner")
    (repo.path / "systems/alias").symlink_to("sorter")
    repo.add()
    if where == "commit":
        repo.commit()
    door = repo.repository
    snapshot = {
        "commit": lambda: snapshot_at(door, "HEAD"),
        "index": lambda: snapshot_of_index(door),
        "disk": lambda: snapshot_of_worktree(door),
    }[where]()
    assert [(found.rule, found.path) for found in snapshot.findings] == [
        ("FIL005", "prompts/inner"),
        ("FIL005", "systems/alias"),
    ]
    assert "systems/alias/system.yaml" not in snapshot.files
    assert "a submodule" in snapshot.findings[0].message


def test_a_repository_inside_the_repository_is_no_way_around_either(tmp_path: Path) -> None:
    repo = governed(tmp_path / "repo")
    Repo(repo.path / "prompts/inner").commit("Inner", {"x.prompt.yml": "messages: []\n"})
    assert [found.path for found in repo.snapshot().findings] == ["prompts/inner"]
    made = repo.repository.tree_entries(worktree_commit(repo.repository, FOLDERS), FOLDERS)
    assert [entry.path for entry in made if entry.mode == SUBMODULE] == ["prompts/inner"]


def test_a_file_behind_a_linked_folder_is_gone_and_not_read_from_elsewhere(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (repo.path / "prompts").rename(tmp_path / "elsewhere/prompts")
    (repo.path / "prompts").symlink_to(tmp_path / "elsewhere/prompts")
    assert {path: file.mode for path, file in repo.snapshot().files.items()} == {"prompts": SYMLINK}
    made = repo.repository.tree_entries(worktree_commit(repo.repository, FOLDERS), FOLDERS)
    assert [(entry.path, entry.mode) for entry in made] == [("prompts", SYMLINK)]


ODD = [
    pytest.param("prompts/a b\tc.prompt.yml", id="blanks"),
    pytest.param("prompts/new\nline.prompt.yml", id="a line feed"),
    pytest.param('prompts/"quoted" \\n.prompt.yml', id="quotes and backslashes"),
    pytest.param("prompts/-rf.prompt.yml", id="a dash"),
    pytest.param("prompts/:(top)*.prompt.yml", id="what git takes for a pattern"),
    pytest.param("prompts/żółw-🐢.prompt.yml", id="letters beyond ASCII"),
    pytest.param("prompts/\udcff\udcfe.prompt.yml", id="bytes that are no UTF-8"),
]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_survive_every_way_in(repo: Repo, name: str) -> None:
    repo.commit("Odd", {name: "odd\n"})
    door = repo.repository
    assert content(repo, "HEAD")[name] == b"odd\n"
    assert [change.path for change in door.differences("HEAD~1", "HEAD")] == [name]
    assert "+odd" in door.patch("HEAD~1", "HEAD", name)
    assert door.commits_touching("HEAD", [name], 5) == [repo.head]
    assert door.blob_ids([f"HEAD:{name}"] if "\n" not in name else []) == [
        entry.blob for entry in door.tree_entries("HEAD", FOLDERS) if entry.path == name and "\n" not in name
    ]
    repo.write({name: "edited\n"})
    assert door.changed_in_worktree(FOLDERS) == [name]
    assert content(repo, worktree_commit(door, FOLDERS))[name] == b"edited\n"
    repo.add()
    assert door.staged_paths() == [name]
    read = None if "\n" in name else b"edited\n"  # no kind of file has such a name, and so nothing reads it
    assert snapshot_of_index(door).files[name].data == read
    assert snapshot_of_worktree(door).files[name].data == read


def test_a_moved_file_is_two_changes(repo: Repo) -> None:
    repo.git("config", "diff.renames", "copies")
    repo.git("config", "status.renames", "copies")
    repo.move(A, "prompts/moved.prompt.yml")
    repo.add()
    assert repo.repository.staged_paths() == [A, "prompts/moved.prompt.yml"]
    assert repo.repository.changed_in_worktree(FOLDERS) == [A, "prompts/moved.prompt.yml"]
    repo.commit("Moved")
    assert [change.path for change in repo.repository.differences("HEAD~1", "HEAD")] == [A, "prompts/moved.prompt.yml"]


def test_blobs_that_do_not_fit_into_one_answer_of_git_are_read_one_after_another(repo: Repo) -> None:
    repo.commit("Huge", {A: b"x" * 17_000_000})
    entries = {entry.path: entry.blob for entry in repo.repository.tree_entries("HEAD", FOLDERS)}
    sizes = repo.repository.sizes(entries.values())
    assert sizes == {entries[A]: 17_000_000, entries[B]: 4}
    assert repo.repository.blobs(sizes) == {entries[A]: b"x" * 17_000_000, entries[B]: b"two\n"}


def test_an_object_that_a_partial_clone_lacks_is_named_and_not_fetched(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    missing = repo.git("rev-parse", f"HEAD:{A}")
    partial = repo.clone(tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    with pytest.raises(PlacetError, match=f"object {missing[:12]} is missing from this clone") as raised:
        partial.repository.sizes([missing])
    assert raised.value.help == "fetch it: git fetch --refetch"
    assert partial.run("cat-file", "-e", missing).returncode == 0, "git itself would have fetched it"


# -- the index that a hook sees ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["-m", "x"], {A: b"staged\n", B: b"two\n"}, id="git commit takes what is staged"),
        pytest.param(["-a", "-m", "x"], {A: b"on disk\n", B: b"on disk\n"}, id="git commit -a takes all of the disk"),
        pytest.param(["-m", "x", B], {A: b"one\n", B: b"on disk\n"}, id="git commit FILE takes HEAD and that file"),
    ],
)
@pytest.mark.parametrize("linked", [False, True], ids=["in the main working tree", "in a linked one"])
def test_a_hook_sees_exactly_what_will_be_committed(
    repo: Repo, tmp_path: Path, arguments: list[str], expected: dict[str, bytes], linked: bool
) -> None:
    if linked:
        repo.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
        repo = Repo(tmp_path / "linked", init=False)
    repo.write({A: "staged\n"})
    repo.add()
    repo.write({A: "on disk\n", B: "on disk\n"})
    seen = _hook(repo, tmp_path, arguments)
    assert seen == expected
    assert content(repo, "HEAD") == expected


def _hook(repo: Repo, tmp_path: Path, arguments: list[str]) -> dict[str, bytes | None]:
    """The staged files, read in a process that has the environment git gives to its hooks."""
    script, answer = tmp_path / "hook.py", tmp_path / "answer"
    script.write_text(
        "import pathlib, sys\n"
        "from placet.git.repository import Repository\n"
        "from placet.load import snapshot_of_index\n"
        "files = snapshot_of_index(Repository.at(pathlib.Path.cwd())).files\n"
        f"pathlib.Path({str(answer)!r}).write_text(repr({{path: file.data for path, file in files.items()}}))\n"
    )
    hook = repo.repository.common_dir / "hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\nexec {sys.executable} {script}\n")
    hook.chmod(0o755)
    repo.git("commit", "--quiet", *arguments)
    found: dict[str, bytes | None] = eval(answer.read_text())
    return found


def test_a_git_dir_in_the_environment_leads_nowhere_else(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repo(tmp_path / "other")
    other.commit("Other", {A: "other\n"})
    for name in ("GIT_DIR", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, str(other.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    found = Repository.at(repo.path)
    assert found.root == repo.path
    assert found.tree_entries("HEAD", [A])[0].blob == found.blob_ids([f"HEAD:{A}"])[0]
    assert found.sizes([found.tree_entries("HEAD", [A])[0].blob]) != {}


# -- the working tree -------------------------------------------------------------------------------------------------


def test_a_worktree_commit_holds_what_is_on_disk_and_nothing_that_is_ignored(repo: Repo) -> None:
    repo.commit("Ignore", {".gitignore": "*.bak\n"})
    repo.write({A: "edited\n", "prompts/new.prompt.yml": "new\n", "prompts/old.bak": "no\n", "src/app.py": "edited\n"})
    repo.remove(B)
    made = worktree_commit(repo.repository, FOLDERS)
    assert content(repo, made) == {A: b"edited\n", "prompts/new.prompt.yml": b"new\n"}
    assert repo.git("show", f"{made}:src/app.py") == "pass"
    assert repo.git("rev-parse", f"{made}^") == repo.head


def test_a_worktree_commit_touches_neither_index_nor_refs_nor_files(repo: Repo) -> None:
    repo.write({A: "staged\n"})
    repo.add()
    repo.write({A: "edited\n", "prompts/new.prompt.yml": "new\n"})
    before = _state(repo)
    first = worktree_commit(repo.repository, FOLDERS)
    assert worktree_commit(repo.repository, FOLDERS) == first  # nothing of the clock is in it
    assert _state(repo) == before


def _state(repo: Repo) -> tuple[object, ...]:
    index = repo.path / ".git/index"
    return (repo.git("for-each-ref"), index.read_bytes(), index.stat().st_mtime_ns, repo.status(), repo.git("reflog"))


def test_a_worktree_commit_keeps_bytes_and_modes(repo: Repo) -> None:
    repo.git("config", "core.autocrlf", "true")
    repo.write({A: b"\xff\x00\r\n"})
    (repo.path / B).chmod(0o755)
    (repo.path / "prompts/link").symlink_to("nowhere")
    made = worktree_commit(repo.repository, FOLDERS)
    modes = {entry.path: entry.mode for entry in repo.repository.tree_entries(made, FOLDERS)}
    assert modes == {A: "100644", B: "100755", "prompts/link": SYMLINK}
    assert content(repo, made)[A] == b"\xff\x00\r\n"


def test_the_group_alone_makes_no_program(repo: Repo) -> None:
    (repo.path / A).chmod(0o644 | stat.S_IXGRP)
    assert repo.repository.mode_on_disk(A) == "100644"


def test_a_change_on_disk_is_planned_and_labelled_uncommitted(tmp_path: Path) -> None:
    repo = governed(tmp_path / "repo")
    repo.branch("shorter")
    repo.edit(PROMPT, "one word", "one short word")
    repo.write({"prompts/other/new.prompt.yml": repo.read(PROMPT)})
    committed, on_disk = repo.gather(), repo.gather(worktree=True)
    assert committed.plan.edits == ()
    assert committed.left_out == ("prompts/other/new.prompt.yml", PROMPT)
    assert [edit.path for edit in on_disk.plan.edits] == ["prompts/other/new.prompt.yml", PROMPT]
    assert on_disk.ends.uncommitted
    assert on_disk.left_out == ()


def test_a_governed_path_that_only_changes_its_mode_is_a_change(tmp_path: Path) -> None:
    repo = governed(tmp_path / "repo")
    repo.branch("mode")
    for name in (SYSTEM, TIERS, OWNERS):
        (repo.path / name).chmod(0o755)
    repo.commit("Modes")
    assert {edit.path for edit in repo.gather().plan.edits} == {SYSTEM, TIERS, OWNERS}
