"""Which kind of governed file a path is. By name alone: the content never gets to choose how it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from placet.codeowners import LOCATIONS

#: What runs the hooks and the bot. A change to it is a change of governance and needs its owners.
GOVERNANCE = (".github/workflows", ".pre-commit-config.yaml")
#: Where governed files live; nothing else is read.
FOLDERS = ("policies", "prompts", "systems", GOVERNANCE[0], *LOCATIONS)

_MIB = 1024 * 1024


class Kind(StrEnum):
    SETTINGS = "settings"
    TIERS = "tiers"
    CLASSIFICATION = "classification"
    PROVIDERS = "providers"
    CONTROL = "control"
    OWN_RULES = "own-rules"
    POLICY_TEST = "policy-test"
    KEY = "key"
    PRICES = "prices"
    SYSTEM = "system"
    PROMPT = "prompt"
    SUITE = "suite"
    CASES = "case"
    RECORDED = "recorded"
    DOCUMENT = "document"
    WAIVER = "waiver"
    INCIDENT = "incident"
    LABELS = "label"
    WORKFLOW = "workflow"
    CODEOWNERS = "codeowners"


#: Kinds of which more than 1 MiB is read.
_LARGER = {Kind.CASES: 16 * _MIB, Kind.RECORDED: 16 * _MIB, Kind.LABELS: 4 * _MIB, Kind.CODEOWNERS: 4 * _MIB}
_FIXED = {
    "policies/placet.yaml": Kind.SETTINGS,
    "policies/tiers.yaml": Kind.TIERS,
    "policies/classification.yaml": Kind.CLASSIFICATION,
    "policies/providers.yaml": Kind.PROVIDERS,
    "policies/prices.json": Kind.PRICES,
    **dict.fromkeys(LOCATIONS, Kind.CODEOWNERS),
}
#: The folder below `policies/` or `systems/<id>/` in which a file of one kind lies, and how its name ends.
_Folders = Mapping[str, tuple[str | tuple[str, ...], Kind]]
_OF_POLICIES: _Folders = {
    "controls": (".yaml", Kind.CONTROL),
    "rules": (".yaml", Kind.OWN_RULES),
    "tests": (".yaml", Kind.POLICY_TEST),
    "suites": (".yaml", Kind.SUITE),
}
_OF_A_SYSTEM: _Folders = {
    "evals": (".yaml", Kind.SUITE),
    "documents": (".md", Kind.DOCUMENT),
    "waivers": (".yaml", Kind.WAIVER),
    "incidents": (".yaml", Kind.INCIDENT),
    "labels": (".jsonl", Kind.LABELS),
}
#: Everything else beside the keys is read as one: a private key has any name.
_BESIDE_KEYS = (".md", ".txt", ".gitkeep")
_OF_GITHUB: _Folders = {"workflows": ((".yml", ".yaml"), Kind.WORKFLOW)}


@cache
def kind_of(path: str) -> Kind | None:
    """The kind of the governed file at `path`, or None for a file that Placet doesn't read."""
    parts = path.split("/")
    match parts:
        case ["prompts", _, *_]:
            named = path.endswith((".prompt.yml", ".prompt.yaml")) and "\n" not in path
            return Kind.PROMPT if named and path not in ("prompts/.prompt.yml", "prompts/.prompt.yaml") else None
        case ["systems", system, "system.yaml"] if system:
            return Kind.SYSTEM
        case ["systems", system, "evals", "recorded", _] if system and path.endswith(".jsonl"):
            return Kind.RECORDED
        case ["systems", system, "evals", _, *_] if system and path.endswith(".jsonl"):
            return Kind.CASES
        case ["systems", system, folder, name] if system:
            return _in_folder(_OF_A_SYSTEM, folder, name)
        case ["policies", "suites", _, *_] if path.endswith(".jsonl"):
            return Kind.CASES
        case ["policies", "keys", name] if not name.endswith(_BESIDE_KEYS):
            return Kind.KEY
        case ["policies", folder, name]:
            return _in_folder(_OF_POLICIES, folder, name)
        case [".github", folder, name]:
            return _in_folder(_OF_GITHUB, folder, name)
    return _FIXED.get(path)


def _in_folder(folders: _Folders, folder: str, name: str) -> Kind | None:
    end, kind = folders.get(folder, ("", None))
    return kind if kind and name.endswith(end) and not name.startswith(end) else None


def limit_of(path: str) -> int:
    """How many bytes of the file at `path` are read: none of a file that no kind claims."""
    kind = kind_of(path)
    return 0 if kind is None else _LARGER.get(kind, _MIB)


def is_governed(path: str) -> bool:
    """Whether a change to `path` is Placet's business: any file below a governed folder is."""
    watched = ("policies/", "prompts/", "systems/", f"{GOVERNANCE[0]}/")
    return path.startswith(watched) or path in (*LOCATIONS, *GOVERNANCE)


def is_shared(path: str) -> bool:
    """Whether `path` is of a shared suite: policy, and no system's own."""
    return path.startswith("policies/suites/")


def system_of(path: str) -> str | None:
    """The id of the system whose folder `path` is in."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "systems" else None
