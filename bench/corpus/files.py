"""The whole repository as texts by path, and onto a disk."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import evals, outputs, policies, register
from bench.corpus.plan import SHARED_PROMPT, Plan

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link."""

    target: str


#: Text of a file by path. A byte that is no UTF-8 stands in it as Python's surrogate escape.
Files = dict[str, str | Link]


def files_of(plans: list[Plan], seed: int) -> Files:
    files: Files = {**policies.policy_files(), SHARED_PROMPT: register.shared_prompt_file()}
    for plan in plans:
        value = register.registration(plan, seed)
        files[plan.registration] = _odd(plan, register.registration_file(value))
        if plan.prompt != SHARED_PROMPT:
            files[plan.prompt] = register.prompt_file(plan, seed)
        if plan.suited:
            files |= evals.suite_files(plan, seed)
        if plan.documented:
            files |= evals.document_files(plan, value, seed)
        if plan.labelled:
            files |= outputs.label_files(plan, value, register.prompt(plan, seed), seed)
        if plan.recorded:
            files |= outputs.recorded_files(plan, value, register.prompt(plan, seed), seed)
        files |= evals.waiver_files(plan, seed)
        if plan.incident:
            files |= evals.incident_files(plan, seed)
    return files


def _odd(plan: Plan, text: str) -> str:
    """Some files come from other editors: with CRLF, or with a byte order mark. Both are fine."""
    if plan.index % 40 == 21:
        text = text.replace("\n", "\r\n")
    return BOM + text if plan.index % 60 == 31 else text


def write(out: Path, files: Mapping[str, str | Link]) -> None:
    """Replaces what stands at `out`."""
    if out.exists():
        shutil.rmtree(out)
    for folder in {os.path.dirname(out / path) for path in files}:  # noqa: PTH120 - 20,000 of them
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
    for path, content in files.items():
        if isinstance(content, Link):
            (out / path).symlink_to(content.target)
        else:
            with open(f"{out}/{path}", "wb") as file:  # noqa: PTH123
                file.write(content.encode("utf-8", "surrogateescape"))


def commit(out: Path) -> None:
    """A repository with one commit, whose id depends on the files alone."""
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in _WHO.items()}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | who
    environ |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    for command in (
        ["init", "--quiet", "--initial-branch=main"],
        ["config", "core.autocrlf", "false"],
        ["config", "gc.auto", "0"],
        ["add", "--all"],
        ["commit", "--quiet", "-m", "A register"],
    ):
        subprocess.run(["git", *command], cwd=out, env=environ, check=True)


_WHO = {"NAME": "Ari", "EMAIL": "ari@acme.example", "DATE": "2026-11-01T12:00:00+0000"}
