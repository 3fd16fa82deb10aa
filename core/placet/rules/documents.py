"""Rules about a system's documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from placet.controls import stale_scopes
from placet.findings import Finding, Severity
from placet.parse.kinds import system_of
from placet.rules.problem import Check, Problem

#: What these ask for is another file: writing it leaves the registration as it was judged.
_OF_OTHER_FILES = frozenset({"SYS006", "SYS010"})
#: Of a file that can't be read as what it is.
_UNREAD = "FIL"


def belongs(check: Check) -> Iterator[Problem]:
    for document in check.snapshot.documents.values():
        if check.misses_registration(document.path):
            registration = f"systems/{system_of(document.path)}/system.yaml"
            position = check.snapshot.at(document.path)
            advice = "register the system, or remove its folder"
            yield Problem(document.path, position, f"there is no {registration}", help=advice)


def fresh(check: Check) -> Iterator[Problem]:
    """A warning on commit, since the judgement comes after the edit; the pull request wants it done."""
    for system in check.snapshot.systems.values():
        unknown = {"prompts"} if check.lacks_prompts(system) else set()
        for document in check.snapshot.documents_of(system):
            for scope in stale_scopes(document, system, check.snapshot):
                if scope in unknown:
                    continue
                message = f"judged the {scope} of {document.dated}, which changed since"
                advice = f"read it again, correct it, and record that with: placet stamp {document.path}"
                yield Problem(document.path, check.snapshot.at(document.path, "judges", scope), message, help=advice)


def too_early(stale: Finding, errors: Iterable[Finding]) -> bool:
    """Whether one of `errors` is to be mended before anybody judges again what `stale` is about.

    Such an error is in the registration, in the document itself, or in what can't be read of their folder. Mending it
    may change what is judged: who followed the advice first would stand by a typo.
    """
    folder = f"systems/{system_of(stale.path)}/"
    return any(
        error.path == stale.path
        or is_in_registration(error, f"{folder}system.yaml")
        or (error.rule.startswith(_UNREAD) and error.path.startswith(folder))
        for error in errors
    )


def is_in_registration(finding: Finding, registration: str) -> bool:
    """Whether mending it changes the registration."""
    wrong = finding.severity is Severity.ERROR and finding.path == registration
    return wrong and finding.rule not in _OF_OTHER_FILES
