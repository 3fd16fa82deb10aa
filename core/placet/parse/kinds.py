"""Which kind of governed file a path is. By name alone: the content never gets to choose how it is judged."""

from __future__ import annotations

import re
from enum import StrEnum

from placet.codeowners.owners import LOCATIONS

#: Where governed files live; nothing else is read.
FOLDERS = ("policies", "prompts", "systems", *LOCATIONS)
#: What runs the hooks and the bot. Not read, but a change to it is a change of governance and needs its owners.
GOVERNANCE = (".github/workflows", ".pre-commit-config.yaml")


_MIB = 1024 * 1024


class Kind(StrEnum):
    SETTINGS = "settings"
    TIERS = "tiers"
    CLASSIFICATION = "classification"
    PROVIDERS = "providers"
    CONTROL = "control"
    SYSTEM = "system"
    PROMPT = "prompt"
    SUITE = "suite"
    CASES = "case"
    DOCUMENT = "document"
    WAIVER = "waiver"
    CODEOWNERS = "codeowners"


#: Kinds of which more than 1 MiB is read.
_LARGER = {Kind.CASES: 16 * _MIB, Kind.CODEOWNERS: 4 * _MIB}
_PATTERNS = tuple(
    (re.compile(pattern), kind)  # noqa: TID251
    for pattern, kind in (
        (r"policies/placet\.yaml", Kind.SETTINGS),
        (r"policies/tiers\.yaml", Kind.TIERS),
        (r"policies/classification\.yaml", Kind.CLASSIFICATION),
        (r"policies/providers\.yaml", Kind.PROVIDERS),
        (r"policies/controls/[^/]+\.yaml", Kind.CONTROL),
        (r"systems/[^/]+/system\.yaml", Kind.SYSTEM),
        (r"systems/[^/]+/evals/[^/]+\.yaml", Kind.SUITE),
        (r"systems/[^/]+/evals/.+\.jsonl", Kind.CASES),
        (r"systems/[^/]+/documents/[^/]+\.md", Kind.DOCUMENT),
        (r"systems/[^/]+/waivers/[^/]+\.yaml", Kind.WAIVER),
        (r"prompts/.+\.prompt\.ya?ml", Kind.PROMPT),
        ("|".join(re.escape(location) for location in LOCATIONS), Kind.CODEOWNERS),
    )
)


def kind_of(path: str) -> Kind | None:
    """The kind of the governed file at `path`, or None for a file that Placet doesn't read."""
    return next((kind for pattern, kind in _PATTERNS if pattern.fullmatch(path)), None)


def limit_of(path: str) -> int:
    """How many bytes of the file at `path` are read: none of a file that no kind claims."""
    kind = kind_of(path)
    return 0 if kind is None else _LARGER.get(kind, _MIB)


def is_governed(path: str) -> bool:
    """Whether a change to `path` is Placet's business: any file below a governed folder is."""
    watched = ("policies/", "prompts/", "systems/", f"{GOVERNANCE[0]}/")
    return path.startswith(watched) or path in (*LOCATIONS, *GOVERNANCE)


def system_of(path: str) -> str | None:
    """The id of the system whose folder `path` is in."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "systems" else None
