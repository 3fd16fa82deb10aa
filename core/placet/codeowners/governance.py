"""Which paths say who may change what, and whether CODEOWNERS leaves one of them to nobody.

By name alone, existing or not: what isn't there yet can be added by a change.
"""

from __future__ import annotations

from placet.codeowners import LOCATIONS
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from placet.codeowners.owners import CodeOwners, Rule

#: What judges every change. The last ones stand for whatever is added beside what is there.
POLICIES = (
    "policies/placet.yaml",
    "policies/tiers.yaml",
    "policies/classification.yaml",
    "policies/providers.yaml",
    "policies/controls/new-control.yaml",
    "policies/rules/new-rule.yaml",
    "policies/keys/new-key.pub",
)
_STANDS_FOR = {path: path.rpartition("/")[0] + "/" for path in POLICIES if "/new-" in path}
#: In no path that git holds, and so in no pattern that means one.
_NOBODYS = "\0elsewhere"


@record
class Gap:
    """Places of governance that nobody owns: no line matches them, or `rule`, which names no owner."""

    places: tuple[str, ...]
    rule: Rule | None


def gaps(owners: CodeOwners, place: str) -> Iterator[Gap]:
    """What nobody owns of the policies and of the owners file itself, which lies at `place`.

    GitHub reads the first of three files, so those before `place` belong to it. Where a line that isn't loaded speaks
    of a path, that line is the fault.
    """
    of_policies: dict[int, tuple[Rule | None, list[str]]] = {}
    for path in POLICIES:
        if _is_open(owners, path):
            rule = owners.rule_of(path)
            of_policies.setdefault(rule.line if rule else 0, (rule, []))[1].append(_STANDS_FOR.get(path, path))
    for rule, places in of_policies.values():
        yield Gap(("policies/",) if len(places) == len(POLICIES) else tuple(places), rule)
    for path in LOCATIONS[: LOCATIONS.index(place) + 1]:
        if _is_open(owners, path):
            yield Gap((path,), owners.rule_of(path))


def is_in_a_gap(path: str, owners: CodeOwners) -> bool:
    """Whether `gaps` tells of `path`, which nobody owns, or of what is beside it for the same reason."""
    if path in LOCATIONS:
        return True
    rule = owners.rule_of(path)
    return path.startswith("policies/") and any(
        _is_open(owners, other) and owners.rule_of(other) == rule for other in POLICIES
    )


def _is_open(owners: CodeOwners, path: str) -> bool:
    rule = owners.rule_of(path)
    return (rule is None or not rule.owners) and not (owners.errors and owners.errors_about(path))


def is_governance(path: str, *, runs_the_bot: bool = False) -> bool:
    """Whether `path` says who may change what. Of a workflow the caller has to know."""
    parts = path.split("/")
    is_waiver = len(parts) > 3 and parts[0] == "systems" and parts[2] == "waivers"
    return path.startswith("policies/") or path in LOCATIONS or is_waiver or runs_the_bot


def twin(path: str) -> str:
    """A path beside `path` that governs nothing: a line that matches both wasn't written for governance."""
    parts = path.split("/")
    if parts[0] == "systems":
        return "/".join([*parts[:2], _NOBODYS, *parts[3:]])
    if path in LOCATIONS:
        return "/".join([_NOBODYS] * len(parts))
    return "/".join([_NOBODYS, *parts[1:]])
