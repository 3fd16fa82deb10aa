"""The entry of `.pre-commit-config.yaml` that checks what is committed."""

from __future__ import annotations

from typing import Any

from placet.scaffold.additions import appended
from placet.scaffold.templates import quoted

CONFIG = ".pre-commit-config.yaml"
_HOOK = "placet"
_IDS = ("placet", "placet-commit-msg", "placet-all")
TYPES = ("pre-commit", "pre-merge-commit", "commit-msg", "pre-push")
_HEAD = """\
minimum_pre_commit_version: 3.2.0
# A merge is judged as well: two valid branches may not fit together.
default_install_hook_types: [pre-commit, pre-merge-commit, commit-msg, pre-push]
"""
_LOCAL = """\
repo: local
hooks:
  - id: placet
    name: placet
    entry: placet-hook
    language: system # placet must be installed where you commit
    always_run: true
    pass_filenames: false
    require_serial: true
    stages: [pre-commit, pre-merge-commit]
  - id: placet-commit-msg
    name: placet-commit-msg
    entry: placet-hook-commit-msg
    language: system
    always_run: true
    require_serial: true
    stages: [commit-msg]
  - id: placet-all
    name: placet-all
    entry: placet-hook-all
    language: system
    always_run: true
    pass_filenames: false
    require_serial: true
    stages: [pre-push, manual]
"""


def entry(repository: str, commit: str) -> str:
    """A commit of Placet's own repository where it is known, else the Placet that is installed."""
    if not (repository and commit):
        return _LOCAL
    return f"repo: {repository}\nrev: {quoted(commit)}\nhooks:\n" + "".join(f"  - id: {id}\n" for id in _IDS)


def with_hook(text: str | None, repository: str = "", commit: str = "") -> str | None:
    """The configuration with the hook in it, `text` itself if it has one; None when nothing safe can be added."""
    new = entry(repository, commit)
    if text is None:
        lines = new.splitlines()
        body = "\n".join([f"  - {lines[0]}", *(f"    {line}" for line in lines[1:])])
        return f"{_HEAD}repos:\n{body}\n"
    return text if has_hook(text) else appended(text, "repos", new)


def has_hook(text: str) -> bool:
    """Whether some hook of the configuration is ours: by its id, or by the program that it starts."""
    value = _plain(text)
    hooks = [hook for repo in _list(value, "repos") for hook in _list(repo, "hooks") if isinstance(hook, dict)]
    return any(str(hook.get("id")).startswith(_HOOK) or _HOOK in str(hook.get("entry", "")) for hook in hooks)


def installs_all(text: str) -> bool:
    """Whether `pre-commit install` alone installs every type of hook that ours need."""
    return set(TYPES) <= {str(one) for one in _list(_plain(text), "default_install_hook_types")}


def _plain(text: str) -> Any:
    """What the configuration says; None when it doesn't parse."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError):
        return None


def _list(value: Any, key: str) -> list[Any]:
    """What stands under `key`, if it is a list."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []
