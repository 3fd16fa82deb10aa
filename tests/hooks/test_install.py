"""`placet install`: native hooks in real repositories, beside the hooks of others, and after their Python has gone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click
import pytest
from tests.e2e.command import ROOT, Done, judged, placet
from tests.repository import PROMPT, SUITE, SYSTEM, TIERS, Repo, add_system, dumped, governed

PACKAGES = Path(click.__file__).parents[1]
LOWERED = ("tier: low", "tier: lowest")
TYPES = ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push"]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return governed(tmp_path / "a shop")


def hook(repo: Repo, name: str = "pre-commit") -> Path:
    return repo.path / ".git/hooks" / name


def install(repo: Repo, *arguments: str, environ: Mapping[str, str] | None = None) -> Done:
    return judged(placet(repo.path, "install", *arguments, environ=environ))


def install_all(repo: Repo) -> None:
    assert install(repo, *(f"--hook-type={name}" for name in TYPES)).code == 0


def commit(repo: Repo, *arguments: str, environ: Mapping[str, str] | None = None) -> tuple[bool, str]:
    done = repo.run("commit", *(arguments or ("-am", "try")), environ=environ)
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert "Traceback" not in said
    return done.returncode == 0, said


def foreign(repo: Repo, text: str, name: str = "pre-commit") -> Path:
    path = hook(repo, name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


# -- what it writes ---------------------------------------------------------------------------------------------------


def test_it_writes_the_two_hooks_that_judge_every_commit_and_says_so(repo: Repo) -> None:
    done = install(repo)
    assert done.code == 0
    assert f"wrote {hook(repo)}: it judges what is staged" in done.out
    assert f"wrote {hook(repo, 'pre-merge-commit')}: it judges what a merge is about to commit" in done.out
    assert sorted(path.name for path in hook(repo).parent.iterdir() if path.suffix != ".sample") == TYPES[:2]


@pytest.mark.parametrize("name", TYPES)
def test_each_type_alone(repo: Repo, name: str) -> None:
    assert f"wrote {hook(repo, name)}" in install(repo, "--hook-type", name).out
    assert [other for other in TYPES if hook(repo, other).exists()] == [name]
    assert subprocess.run(["sh", "-n", hook(repo, name)]).returncode == 0
    assert os.access(hook(repo, name), os.X_OK)


def test_again_changes_nothing(repo: Repo) -> None:
    install(repo)
    before = hook(repo).read_bytes()
    assert f"renewed {hook(repo)}" in install(repo).out
    assert hook(repo).read_bytes() == before
    assert not list(hook(repo).parent.glob("*.legacy"))


def test_its_python_starts_without_site_and_reads_nothing_of_the_repository(repo: Repo) -> None:
    install_all(repo)
    trap = "raise SystemExit('a file of the repository ran')\n"
    names = ["sitecustomize", "json", "click", "placet", "placet_hooks", "yaml"]
    repo.write({f"{name}.py": trap for name in names})
    repo.edit(PROMPT, "one word", "a word")
    repo.add()
    made, said = commit(repo, "-m", "try", environ={"PYTHONPATH": str(repo.path), "PYTHONSTARTUP": "json.py"})
    assert made, said
    assert re.search(r'exec "\$python" -I -S ', hook(repo).read_text())


def test_a_broken_registration_is_rejected_and_a_fixed_one_committed(repo: Repo) -> None:
    install(repo)
    repo.edit(SYSTEM, *LOWERED)
    made, said = commit(repo)
    assert not made
    assert f"{SYSTEM}:" in said
    repo.edit(SYSTEM, *reversed(LOWERED))
    repo.edit(PROMPT, "one word", "a word")
    assert commit(repo)[0]


def test_what_is_staged_is_judged_from_a_subfolder_too(repo: Repo) -> None:
    install(repo)
    repo.git("rm", "--quiet", PROMPT)
    done = subprocess.run(["git", "commit", "-m", "x"], cwd=repo.path / "systems", capture_output=True, text=True)
    assert done.returncode == 1
    assert "SYS008" in done.stdout + done.stderr


def test_a_merge_of_two_valid_branches_that_fit_not_together_is_rejected(repo: Repo) -> None:
    install(repo)
    repo.branch("second")
    add_system(repo, "second")
    repo.commit("A second system")
    repo.switch("main")
    for name in (SYSTEM, SUITE):
        repo.edit(name, PROMPT, "prompts/sorter/new.prompt.yml")
    repo.move(PROMPT, "prompts/sorter/new.prompt.yml")
    repo.stamp()
    repo.commit("Move the prompt")
    done = repo.run("merge", "--no-edit", "second")
    assert done.returncode == 1
    assert b"systems/second/system.yaml:" in done.stdout + done.stderr


def test_a_policy_needs_its_reason(repo: Repo) -> None:
    install_all(repo)
    repo.write({TIERS: repo.read(TIERS) + "# more\n"})
    made, said = commit(repo, "-am", "More")
    assert not made
    assert "needs a reason" in said
    assert commit(repo, "-am", "More", "-m", "Reason: the audit asks for it")[0]


# -- where it writes --------------------------------------------------------------------------------------------------


def test_from_a_linked_worktree_it_serves_all_of_them(repo: Repo, tmp_path: Path) -> None:
    linked = Repo(tmp_path / "linked", init=False)
    repo.git("worktree", "add", "--quiet", "-b", "elsewhere", str(linked.path))
    assert f"wrote {hook(repo)}" in install(linked).out
    for each in (linked, repo):
        each.edit(SYSTEM, *LOWERED)
        assert not commit(each)[0]


@pytest.mark.parametrize("place", ["hooks of ours", "../hooks beside"])
def test_core_hookspath_is_where_git_looks(repo: Repo, place: str) -> None:
    repo.git("config", "core.hooksPath", place)
    done = install(repo)
    assert (repo.path / place / "pre-commit").is_file()
    assert not hook(repo).exists()
    assert ("commit none of these" in done.out) is not place.startswith("..")
    repo.edit(SYSTEM, *LOWERED)
    assert not commit(repo)[0]


def test_a_hooks_folder_of_every_repository_is_left_alone(repo: Repo, tmp_path: Path) -> None:
    settings, shared = tmp_path / "gitconfig", tmp_path / "shared"
    settings.write_text(f"[core]\n\thooksPath = {shared}\n")
    environ = {"GIT_CONFIG_GLOBAL": str(settings)}
    done = install(repo, environ=environ)
    assert done.code == 2
    assert "for every repository of this user" in done.err
    assert "git config core.hooksPath .git/hooks" in done.err
    assert not shared.exists()
    assert install(repo, "--force", environ=environ).code == 0
    assert (shared / "pre-commit").is_file()
    assert "removed" in install(repo, "--uninstall", environ=environ).out


def test_the_hooks_folder_is_made_where_there_is_none(repo: Repo) -> None:
    for path in hook(repo).parent.iterdir():
        path.unlink()
    hook(repo).parent.rmdir()
    assert install(repo).code == 0
    assert hook(repo).is_file()


def test_a_bare_repository_and_no_repository(repo: Repo, tmp_path: Path) -> None:
    bare = repo.clone(tmp_path / "bare.git", "--bare")
    assert install(bare).code == 2
    assert "no working tree" in install(bare).err
    (tmp_path / "none").mkdir()
    done = judged(placet(tmp_path / "none", "install"))
    assert done.code == 2
    assert "is not in a git repository" in done.err


# -- beside the hooks of others ---------------------------------------------------------------------------------------


def test_a_hook_of_somebody_else_stays_as_it_is(repo: Repo) -> None:
    path = foreign(repo, "echo theirs")
    done = install(repo)
    assert done.code == 2
    assert f"{path} is not ours" in done.err
    assert "--force" in done.err
    assert path.read_text() == "#!/bin/sh\necho theirs\n"
    assert not hook(repo, "pre-merge-commit").exists()


def test_with_force_it_is_kept_and_runs_first(repo: Repo) -> None:
    foreign(repo, 'echo "theirs in $(basename "$0")" >&2')
    done = install(repo, "--force")
    assert "kept the hook that was there" in done.out
    repo.edit(PROMPT, "one word", "a word")
    made, said = commit(repo)
    assert made
    assert said.index("theirs in pre-commit.placet.legacy") < said.index("No findings.")


def test_its_rejection_holds_and_ours_too(repo: Repo) -> None:
    foreign(repo, "exit 3")
    install(repo, "--force")
    repo.edit(PROMPT, "one word", "a word")
    assert not commit(repo)[0]
    hook(repo, "pre-commit.placet.legacy").write_text("#!/bin/sh\nexit 0\n")
    assert commit(repo)[0]
    repo.edit(SYSTEM, *LOWERED)
    assert not commit(repo)[0]


def test_renewing_keeps_it_and_uninstalling_puts_it_back(repo: Repo) -> None:
    before = foreign(repo, "echo theirs").read_bytes()
    install(repo, "--force")
    install(repo)
    assert hook(repo, "pre-commit.placet.legacy").read_bytes() == before
    done = install(repo, "--uninstall")
    assert f"removed {hook(repo)}" in done.out
    assert f"put back {hook(repo)}" in done.out
    assert hook(repo).read_bytes() == before
    assert not hook(repo, "pre-merge-commit").exists()


def test_a_second_hook_is_not_kept_over_the_first(repo: Repo) -> None:
    foreign(repo, "echo first")
    install(repo, "--force")
    foreign(repo, "echo second")
    done = install(repo, "--force")
    assert done.code == 2
    assert "would be lost" in done.err
    assert "second" in hook(repo).read_text()
    assert "first" in hook(repo, "pre-commit.placet.legacy").read_text()


def test_a_link_to_nothing_is_a_hook_of_somebody_else(repo: Repo) -> None:
    hook(repo).parent.mkdir(exist_ok=True)
    hook(repo).symlink_to("gone")
    assert install(repo).code == 2
    assert install(repo, "--force").code == 0
    repo.edit(PROMPT, "one word", "a word")
    assert commit(repo)[0]


def test_uninstalling_removes_nothing_of_others(repo: Repo) -> None:
    path = foreign(repo, "echo theirs")
    assert "there is no hook of ours" in install(repo, "--uninstall").out
    assert path.exists()


def test_uninstalling_one_type_leaves_the_others(repo: Repo) -> None:
    install_all(repo)
    install(repo, "--uninstall", "--hook-type", "pre-commit")
    assert [name for name in TYPES if hook(repo, name).exists()] == TYPES[1:]


def test_what_a_push_says_reaches_both_hooks(repo: Repo, tmp_path: Path) -> None:
    foreign(
        repo,
        f'while read line; do echo "got $line" >> {tmp_path}/log; done; echo "args $1" >> {tmp_path}/log',
        "pre-push",
    )
    install(repo, "--hook-type", "pre-push", "--force")
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "remote.git"))
    repo.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    repo.edit(SYSTEM, *LOWERED)
    commit(repo)
    assert repo.run("push", "origin", "main").returncode
    log = (tmp_path / "log").read_text()
    assert f"got refs/heads/main {repo.head}" in log
    assert "args origin" in log
    (tmp_path / "log").unlink()
    repo.git("push", "origin", "HEAD^:main")  # nothing to push, so git writes no line
    assert (tmp_path / "log").read_text() == "args origin\n"


# -- beside pre-commit ------------------------------------------------------------------------------------------------

PRE_COMMIT = {"repos": [{"repo": "local", "hooks": [
    {"id": "theirs", "name": "theirs", "entry": "echo theirs ran", "language": "system", "always_run": True,
     "pass_filenames": False, "verbose": True}]}]}  # fmt: skip


def pre_commit(repo: Repo, *arguments: str) -> None:
    command = [sys.executable, "-m", "pre_commit", *arguments]
    subprocess.run(command, cwd=repo.path, check=True, capture_output=True)


@pytest.fixture
def with_pre_commit(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "home"))
    repo.commit("Configure", {".pre-commit-config.yaml": dumped(PRE_COMMIT)})
    return repo


def test_the_hook_of_pre_commit_is_recognised(with_pre_commit: Repo) -> None:
    pre_commit(with_pre_commit, "install")
    done = install(with_pre_commit)
    assert done.code == 2
    assert "it is pre-commit's: add the hook `placet` to .pre-commit-config.yaml" in done.err


@pytest.mark.parametrize("first", [pytest.param(True, id="ours first"), pytest.param(False, id="ours last")])
def test_both_run_whoever_came_first(with_pre_commit: Repo, first: bool) -> None:
    repo = with_pre_commit
    if first:
        install(repo)
    pre_commit(repo, "install")
    if not first:
        assert install(repo, "--force").code == 0
    repo.edit(PROMPT, "one word", "a word")
    made, said = commit(repo)
    assert made, said
    assert "theirs ran" in said
    assert "No findings." in said
    repo.edit(SYSTEM, *LOWERED)
    assert not commit(repo)[0]
    assert "removed" in install(repo, "--uninstall").out
    made, said = commit(repo)
    assert made
    assert "theirs ran" in said


# -- another Python ---------------------------------------------------------------------------------------------------


class Environment:
    """A virtual environment in a folder of any name, with the sources and requirements of this one."""

    def __init__(self, path: Path, requirements: Path) -> None:
        self.path = path
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", path / "env"], check=True)
        self.python = path / "env/bin/python"
        for name in ("core", "hooks", "bot"):
            (path / name).symlink_to(ROOT / name)
        self.requirements = path / "requirements"
        self.requirements.symlink_to(requirements)
        purelib = next((path / "env/lib").glob("python*/site-packages"))
        places = [*(path / name for name in ("core", "hooks", "bot")), self.requirements]
        (purelib / "those.pth").write_text("".join(f"{place}\n" for place in places))

    def install(self, repo: Repo) -> Done:
        command = [self.python, "-m", "placet", "install", "--hook-type", "pre-commit"]
        done = subprocess.run(command, cwd=repo.path, capture_output=True, text=True)
        return judged(Done(done.returncode, done.stdout, done.stderr))


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    folder = tmp_path / 'it\'s "an" $(env) ü\\new'
    folder.mkdir()
    return Environment(folder, PACKAGES)


def test_an_environment_in_a_folder_with_quotes_and_spaces(repo: Repo, environment: Environment) -> None:
    assert environment.install(repo).code == 0
    assert str(environment.path).encode() not in hook(repo).read_bytes()  # always quoted, or escaped
    repo.edit(PROMPT, "one word", "a word")
    made, said = commit(repo, environ={"LC_ALL": "C"})
    assert made, said
    assert "No findings." in said
    repo.edit(SYSTEM, *LOWERED)
    assert not commit(repo)[0]


def test_when_its_python_is_gone_nothing_is_committed(repo: Repo, environment: Environment) -> None:
    environment.install(repo)
    (environment.path / "env").rename(environment.path / "moved")
    repo.edit(PROMPT, "one word", "a word")
    made, said = commit(repo)
    assert not made
    assert "the Python that this hook was installed for is gone" in said
    assert "placet install --hook-type pre-commit" in said
    assert commit(repo, "--no-verify", "-am", "try")[0]
    assert install(repo).code == 0
    repo.edit(PROMPT, "a word", "one word")
    assert commit(repo)[0]


@pytest.mark.parametrize("name", ["core", "hooks", "requirements"])
def test_when_its_packages_are_gone_nothing_is_committed(repo: Repo, environment: Environment, name: str) -> None:
    environment.install(repo)
    (environment.path / name).unlink()
    repo.edit(SYSTEM, *LOWERED)
    made, said = commit(repo)
    assert not made
    assert "a package that this hook was installed with does not import" in said
    assert "placet install --hook-type pre-commit" in said


def test_an_installation_that_could_not_start_a_hook_writes_none(repo: Repo, tmp_path: Path) -> None:
    some = tmp_path / "some"
    some.mkdir()
    for path in PACKAGES.glob("*"):
        if path.name in {"click", "yaml", "_yaml"} or path.name.startswith("placet-"):
            (some / path.name).symlink_to(path)
    done = Environment(tmp_path, some).install(repo)
    assert done.code == 4
    assert "a hook could not import what it needs" in done.err
    assert not hook(repo).exists()
