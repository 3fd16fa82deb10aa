"""What the demo plays on: a temporary clone with the hook, a model server, and no setting of the machine's owner.

The repository it is started from is read, and never written but for the folder of comments.
"""

from __future__ import annotations

import os
import re
import select
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from examples.demo.show import DemoError

ROOT = Path(__file__).resolve().parents[2]
_BIN = Path(sys.executable).parent
_START_SECONDS, _STOP_SECONDS = 20.0, 5.0
_GIT_SETTINGS = """\
[user]
\tname = Ari
\temail = ari@acme.example
[safe]
\tdirectory = *
[init]
\tdefaultBranch = main
[advice]
\tdetachedHead = false
[core]
\tautocrlf = false
"""


class Server:
    """The stand-in model, as a process of its own on a free port."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "examples.standin", "--port", "0"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            process_group=0,  # Ctrl-C is for the demo, which then ends the server itself
        )
        try:
            self.url = self._announced()
        except BaseException:
            self.stop()
            raise

    def _announced(self) -> str:
        out = self._process.stdout
        ready = out is not None and select.select([out], [], [], _START_SECONDS)[0]
        line = out.readline().decode() if out is not None and ready else ""
        found = re.search(r"http://127\.0\.0\.1:\d+/v1", line)
        if found is None:
            raise DemoError("the stand-in model did not start; see for yourself: python -m examples.standin --port 0")
        return found[0]

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


@dataclass(frozen=True, slots=True)
class Props:
    """The clone to play in, the server it names, the commit it was made from and where comments stay."""

    clone: Path
    server: Server
    commit: str
    dirty: bool
    out: Path


@contextmanager
def stage(out: Path) -> Iterator[Props]:
    """Everything the scenes need, gone afterwards except `out`."""
    _make(out)
    with TemporaryDirectory(prefix="placet-demo-", ignore_cleanup_errors=True) as folder:
        _isolate(Path(folder))
        server = Server()
        try:
            yield _cloned(Path(folder) / "acme", server, out)
        finally:
            server.stop()


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DemoError(f"{out} can't be made ({error.strerror}); name another folder with --out") from None


def _isolate(folder: Path) -> None:
    """No identity, hook, template or ignore list of the machine's owner; and our commands first on the path."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]
    home = folder / "home"
    (home / "no-template").mkdir(parents=True)
    (home / ".gitconfig").write_text(_GIT_SETTINGS)
    os.environ.update(
        HOME=str(home),
        XDG_CONFIG_HOME=str(home / ".config"),
        GIT_CONFIG_GLOBAL=str(home / ".gitconfig"),
        GIT_CONFIG_NOSYSTEM="1",
        GIT_TEMPLATE_DIR=str(home / "no-template"),
        GIT_TERMINAL_PROMPT="0",
        GIT_PAGER="cat",
        GIT_EDITOR="true",
        PATH=f"{_BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    )


def _cloned(folder: Path, server: Server, out: Path) -> Props:
    """A clone of HEAD without a remote, its main naming `server`, with the hook on commit."""
    import git

    try:
        source = git.Repo(ROOT)
        commit = source.head.commit.hexsha[:7]
        dirty = source.is_dirty(untracked_files=True)
        repo = source.clone(str(folder), multi_options=["--quiet", "--no-tags"])
        repo.git.checkout("--quiet", "-B", "main")
        repo.delete_remote(repo.remote("origin"))
        _name_server(folder, server)
        repo.git.commit("--quiet", "-am", "Name the model server of the demo")
        _install_hook(folder)
    except (git.exc.GitError, ValueError) as error:
        raise DemoError(f"{ROOT} can't be cloned, and the demo plays in a clone of it: {error}") from None
    return Props(folder, server, commit, dirty, out)


def _name_server(clone: Path, server: Server) -> None:
    providers = clone / "policies" / "providers.yaml"
    text = providers.read_text("utf-8")
    named = re.sub(r"(?m)^( +base_url: )http://127\.0\.0\.1:8377/v1$", rf"\g<1>{server.url}", text)
    if named == text:
        raise DemoError("policies/providers.yaml of this commit no longer names http://127.0.0.1:8377/v1")
    providers.write_text(named, "utf-8")


def _install_hook(clone: Path) -> None:
    hook = clone / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec {shlex.quote(str(_BIN / 'placet-hook'))}\n")
    hook.chmod(0o755)
