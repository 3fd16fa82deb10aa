"""Every hook that other repositories can use, and `.pre-commit-hooks.yaml` as it is written from here.

    python -m placet_hooks.manifest > .pre-commit-hooks.yaml

A test compares the file, and the hooks that `docs/hooks.md` names, with this list.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

#: The first version that names stages as git does.
MINIMUM_PRE_COMMIT = "3.2.0"


@dataclass(frozen=True, slots=True)
class Hook:
    """One entry of the manifest. Every hook always runs: see `_HEAD`."""

    id: str
    description: str
    entry: str
    stages: tuple[str, ...] = ("pre-commit", "pre-merge-commit")
    takes_names: bool = False


HOOKS = (
    Hook(
        "placet",
        "Reject invalid registrations, prompts, suites and policies, and every reference that doesn't resolve.",
        "placet-hook",
    ),
    Hook("placet-systems", "The same, showing findings below systems/ alone.", "placet-hook --only=systems"),
    Hook("placet-prompts", "The same, showing findings below prompts/ alone.", "placet-hook --only=prompts"),
    Hook(
        "placet-policies",
        "The same, showing findings in policies/, CODEOWNERS and workflows alone.",
        "placet-hook --only=policies",
    ),
    Hook("placet-suites", "The same, showing findings below systems/*/evals/ alone.", "placet-hook --only=suites"),
    Hook(
        "placet-all",
        "Judge every governed file of what is pushed, from nothing: what earlier checks learned isn't used.",
        "placet-hook-all",
        stages=("pre-push", "manual"),
    ),
    Hook(
        "placet-commit-msg",
        "Ask for a reason, a trailer of the message, when a commit changes policies or CODEOWNERS.",
        "placet-hook-commit-msg",
        stages=("commit-msg",),
        takes_names=True,
    ),
)

_HEAD = """\
# Written by `python -m placet_hooks.manifest`.
#
# A deleted file breaks files that nobody touched, runners pass no deleted names, and they skip a hook whose `files` or
# `types` match no name. So every hook always runs, asks git what changed, and takes no names: `placet-commit-msg` alone
# is given one, the message's file. One process judges the whole repository, so none is ever split.
"""


def manifest(hooks: tuple[Hook, ...] = HOOKS) -> str:
    """The text of `.pre-commit-hooks.yaml`."""
    return _HEAD + "".join(_entry(hook) for hook in hooks)


def _entry(hook: Hook) -> str:
    return f"""\
- id: {hook.id}
  name: {hook.id}
  description: "{hook.description}"
  entry: {hook.entry}
  language: python
  always_run: true
  pass_filenames: {str(hook.takes_names).lower()}
  require_serial: true
  stages: [{", ".join(hook.stages)}]
  minimum_pre_commit_version: {MINIMUM_PRE_COMMIT}
"""


if __name__ == "__main__":
    sys.stdout.write(manifest())
