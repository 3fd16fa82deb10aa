"""The manifest that other repositories read: written from one list, valid to pre-commit, and documented."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from placet.cli.selection import FOLDERS
from placet_hooks.manifest import HOOKS, manifest

ROOT = Path(__file__).resolve().parents[2]
WRITTEN: list[dict[str, Any]] = yaml.safe_load(manifest())


def test_the_file_is_as_it_is_written_from_the_list() -> None:
    assert (ROOT / ".pre-commit-hooks.yaml").read_text() == manifest(), "run: python -m placet_hooks.manifest"


def test_pre_commit_accepts_it() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    assert subprocess.run(command).returncode == 0


def test_pre_commit_accepts_our_own_configuration() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(ROOT / ".pre-commit-config.yaml")]
    assert subprocess.run(command).returncode == 0


@pytest.mark.parametrize("hook", WRITTEN, ids=lambda hook: hook["id"])
def test_no_hook_is_ever_skipped_or_split(hook: dict[str, Any]) -> None:
    assert hook["always_run"] is True
    assert hook["require_serial"] is True
    assert hook["pass_filenames"] is (hook["id"] == "placet-commit-msg")
    assert not hook.keys() & {"files", "exclude", "types", "types_or", "exclude_types"}
    assert hook["language"] == "python"
    assert hook["stages"]


@pytest.mark.parametrize("hook", WRITTEN, ids=lambda hook: hook["id"])
def test_every_entry_starts(hook: dict[str, Any]) -> None:
    command, *options = hook["entry"].split()
    if command == "python":
        assert options[:2] == ["-I", "-m"], "without -I a module of the repository could take ours's place"
        assert callable(import_module(options[2]).run)
    else:
        assert shutil.which(command, path=str(Path(sys.executable).parent))


def test_there_is_a_hook_for_each_choice_of_placet_check() -> None:
    only = {word.removeprefix("--only=") for hook in HOOKS for word in hook.entry.split()[1:] if "--only" in word}
    assert only == set(FOLDERS)


@pytest.mark.parametrize("hook", WRITTEN, ids=lambda hook: hook["id"])
def test_every_hook_is_explained(hook: dict[str, Any]) -> None:
    assert f"| `{hook['id']}` |" in (ROOT / "docs/hooks.md").read_text()
