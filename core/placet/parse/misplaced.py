"""Keys that a suite's place doesn't allow: a shared suite has payloads, and a system's own has inputs and a prompt.

Both kinds share one schema, since they share all else. What is said here comes after it.
"""

from __future__ import annotations

from placet.findings import Finding, Severity
from placet.parse.kinds import is_shared
from placet.parse.tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

UNKNOWN_KEY, VIOLATION = "FIL008", "FIL007"
#: What stands before the name of a shared suite where it runs: a system may have a suite of the same name.
PREFIX = "shared-"
#: The keys of a suite that only one of the two places knows.
_OF_SHARED, _OF_OWN = ("carrier", "filler", "as_main"), ("prompt", "subject", "source", "recorded")


def in_suite(tree: Tree) -> tuple[Finding, ...]:
    """What a suite says that its place has no use for, its inline cases included."""
    found = list(_keys(tree, tree.value, _OF_OWN if is_shared(tree.path) else _OF_SHARED))
    if tree.value["name"].startswith(PREFIX):
        message, advice = f"`{PREFIX}` begins the names of shared suites where they run", "give it another name"
        found.append(Finding(VIOLATION, Severity.ERROR, tree.path, tree.at("name"), message, help=advice))
    cases = tree.value["cases"]
    for index, case in enumerate(cases if isinstance(cases, list) else ()):
        found += in_case(tree, case, "cases", index)
    return tuple(found)


def in_case(tree: Tree, case: dict[str, Any], *at: str | int) -> list[Finding]:
    """What one case says that its place has no use for. `at` is where the case stands in `tree`."""
    wanted, other = ("payload", "inputs") if is_shared(tree.path) else ("inputs", "payload")
    found = list(_keys(tree, case, (other,), *at))
    if wanted not in case and not found:
        advice = f"add `{wanted}:` to it"
        found.append(Finding(VIOLATION, Severity.ERROR, tree.path, tree.at(*at), f"`{wanted}` is missing", help=advice))
    return found


def _keys(tree: Tree, mapping: dict[str, Any], unused: tuple[str, ...], *at: str | int) -> Iterator[Finding]:
    shared = is_shared(tree.path)
    whose = "a system's own suite, and this is a shared one" if shared else "a shared suite, and this is a system's own"
    advice = "a shared suite has a `payload` in each case, and runs on every prompt with an untrusted variable"
    if not shared:
        advice = "a system's own suite has `inputs` in each case, and names its `prompt`"
    for name in unused:
        if name in mapping:
            position = tree.at(*at, name, key=True)
            message = f"`{name}` is a key of {whose}"
            yield Finding(UNKNOWN_KEY, Severity.ERROR, tree.path, position, message, help=advice)
