"""Rules about a system's documents."""

from __future__ import annotations

from collections.abc import Iterator

from placet.controls import stale_scopes
from placet.parse.kinds import system_of
from placet.rules.problem import Check, Problem


def belongs(check: Check) -> Iterator[Problem]:
    for document in check.snapshot.documents.values():
        registration = f"systems/{system_of(document.path)}/system.yaml"
        if registration not in check.snapshot.files:
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
